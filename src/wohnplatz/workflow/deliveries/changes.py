"""What a correction changes: cells against the delivery accepted before, and their effect on indicators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wohnplatz.model import TOTAL, FigureTable, Observation, ObservationTable, stacked
from wohnplatz.workflow import memory
from wohnplatz.workflow.partners import queries as partners
from wohnplatz.workflow.releases import outlook

from . import columns, drafts
from .models import Delivery
from .states import DeliveryState

MOST_CELLS = 500
"""Changed cells that are kept one by one; the counts are always complete."""
MOST_EFFECTS = 500


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that differs. A side without state is not there; without a number its value is None."""

    variable: str
    area: str
    day: str
    """Reference date, ISO."""
    breakdown: Mapping[str, str]
    old: float | None
    old_state: int | None
    new: float | None
    new_state: int | None


@dataclass(frozen=True, slots=True)
class Effect:
    """A figure that differs once the correction is accepted. **Internal**: raw values."""

    indicator: str
    area: str
    year: int
    old: float | None
    old_state: int | None
    new: float | None
    new_state: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the delivery accepted before."""

    against: int
    """Number of that delivery within its round."""
    added: int
    removed: int
    changed: int
    cells: tuple[CellChange, ...]
    """At most 500, in the order of the file."""
    effects: tuple[Effect, ...]
    """At most 500."""
    effects_total: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The reverse of ``to_dict``."""
        parts = dict(stored)
        parts["cells"] = tuple(CellChange(**c) for c in stored["cells"])
        parts["effects"] = tuple(Effect(**e) for e in stored["effects"])
        return cls(**parts)


def against_accepted(
    delivery: Delivery, sha: str = "", observations: Sequence[Observation] = ()
) -> Changes | None:
    """What a delivery changes, as stored base data or as given; None where nothing was accepted yet."""
    accepted = Delivery.objects.filter(round_id=delivery.round_id, state=DeliveryState.ACCEPTED)
    before = accepted.exclude(pk=delivery.pk).first()
    if before is None:
        return None
    old = columns.accepted(before.observations)
    new = columns.accepted(sha) if sha else columns.as_table(observations)
    return compare(delivery, before.number, old, new)


def preview(delivery: Delivery) -> Changes | None:
    """What a delivery that is not accepted yet would change; cached until anything it rests on changes."""
    accepted = Delivery.objects.filter(state=DeliveryState.ACCEPTED).order_by("pk")
    in_force = tuple(accepted.values_list("observations", flat=True))
    return _preview(delivery.pk, delivery.original, delivery.reading, in_force)


@lru_cache(maxsize=64)
def _preview(pk: int, _original: str, _reading: str, _in_force: tuple[str, ...]) -> Changes | None:
    delivery = Delivery.objects.select_related("round__agreement__partner").get(pk=pk)
    cells = drafts.reading_of(delivery)
    return against_accepted(delivery, observations=cells) if cells else None


def compare(delivery: Delivery, against: int, old: ObservationTable, new: ObservationTable) -> Changes:
    """All differences of two versions of a delivery, and the figures that follow from them."""
    both = stacked([old, new])
    places = _places(both)
    pairs = list(_differing(places, both, len(old)))
    effects = _effects(delivery, old, new, {both.variable[a if a >= 0 else b] for a, b in pairs})
    return Changes(
        against=against,
        added=sum(a < 0 for a, _ in pairs),
        removed=sum(b < 0 for _, b in pairs),
        changed=sum(a >= 0 and b >= 0 for a, b in pairs),
        cells=tuple(_cell(both, a, b) for a, b in pairs[:MOST_CELLS]),
        effects=tuple(effects[:MOST_EFFECTS]),
        effects_total=len(effects),
    )


def _places(table: ObservationTable) -> npt.NDArray[np.int64]:
    """A number for each row (n): equal exactly where variable, area, date and breakdown are."""
    days = np.unique(table.days, return_inverse=True)[1]
    found = days.astype(np.int64)
    for column in (table.variable, table.area, *table.categories.values()):
        found = found * (len(column.values) + 1) + column.codes
        found = np.unique(found, return_inverse=True)[1].astype(np.int64)
    return found


def _differing(
    places: npt.NDArray[np.int64], both: ObservationTable, border: int
) -> Iterator[tuple[int, int]]:
    """Rows (old, new) of ``both`` that differ, -1 where one is not there; in the new file's order."""
    size = int(places.max()) + 1 if len(places) else 0
    was, now = np.full(size, -1), np.full(size, -1)
    was[places[:border]] = np.arange(border)
    now[places[border:]] = np.arange(border, len(places))
    same = (was >= 0) & (now >= 0)
    same &= both.state[was] == both.state[now]
    same &= (both.value[was] == both.value[now]) | (both.state[now] >= 10)
    rows = np.flatnonzero(~same)
    order = np.argsort(np.where(now[rows] >= 0, now[rows], len(places) + was[rows]), kind="stable")
    return ((int(was[i]), int(now[i])) for i in rows[order])


def _cell(both: ObservationTable, old: int, new: int) -> CellChange:
    row = new if new >= 0 else old
    parts = {d: c for d, column in both.categories.items() if (c := column[row]) != TOTAL}
    was = (_number(both.value[old]), int(both.state[old])) if old >= 0 else (None, None)
    now = (_number(both.value[new]), int(both.state[new])) if new >= 0 else (None, None)
    return CellChange(both.variable[row], both.area[row], str(both.days[row]), parts, *was, *now)


def _effects(
    delivery: Delivery, old: ObservationTable, new: ObservationTable, variables: set[str]
) -> list[Effect]:
    """Figures of the agreement's own areas that differ."""
    wanted = outlook.dependent_indicators(memory.catalogue(), sorted(variables)) if variables else ()
    if not wanted:
        return []
    areas = set(partners.request(delivery.round).areas) | set(delivery.round.agreement.partner.area_keys)
    before, after = (
        _by_place(outlook.figures_with(delivery, table, wanted), areas, set(wanted)) for table in (old, new)
    )
    return [
        Effect(*place, *(before.get(place) or (None, None)), *(after.get(place) or (None, None)))
        for place in dict.fromkeys((*after, *before))
        if before.get(place) != after.get(place)
    ]


_Place = tuple[str, str, int]


def _by_place(
    table: FigureTable, areas: set[str], indicators: set[str]
) -> dict[_Place, tuple[float | None, int]]:
    chosen = table.where(
        (table.breakdown == "")
        & np.isin(table.area, list(areas))
        & np.isin(table.indicator, list(indicators))
    )
    rows = zip(chosen.indicator, chosen.area, chosen.year, chosen.value, chosen.state, strict=True)
    return {(str(i), str(a), int(y)): (_number(v), int(s)) for i, a, y, v, s in rows}


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
