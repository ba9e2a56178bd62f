"""What the protection of a release costs: shares of figures and of inhabitants, and where most is lacking."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.model import Catalogue, FigureTable

from .tallies import HIDDEN, SHOWN, Seen

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
MOST_AREAS = 10


@dataclass(frozen=True, slots=True)
class AreaLoss:
    """An area of the finest level: protected figures of those that hold a number."""

    area: str
    hidden: int
    figures: int


@dataclass(frozen=True, slots=True)
class Costs:
    """What an audience does not see, added up over a whole release."""

    shown: int
    hidden: int
    missing: int
    people: float
    """Share of the inhabitants, 0 to 1, whose area has no visible figure, on average over all figures of the
    finest level. A weight of areas: it tells nothing of the protected figures."""
    totals: int
    """Protected figures of coarser levels."""
    of_totals: int
    inputs: int
    """Protected figures of the newest year that an index is made of."""
    of_inputs: int
    no_index: int
    """Index statuses of the newest year that are protected or missing for want of an input."""
    of_index: int
    areas: tuple[AreaLoss, ...]
    """The most affected areas, most first; those without a protected figure are not among them."""


def costs(now: Seen, catalogue: Catalogue, levels: Collection[str], index_inputs: Collection[str]) -> Costs:
    """Add up what is not seen; ``levels`` finest first."""
    table, hidden, shown = now.table, now.state == HIDDEN, now.state == SHOWN
    number = hidden | shown
    base = table.level == next(iter(levels))
    newest = table.year == (int(table.year[number].max()) if number.any() else 0)
    used = np.isin(table.indicator, np.array(sorted(index_inputs), dtype=np.str_)) & newest & number
    statuses = np.array([f"{code}:status" for code in catalogue.indices], dtype=np.str_)
    index = np.isin(table.indicator, statuses) & newest
    return Costs(
        int(shown.sum()), int(hidden.sum()), int((~number).sum()),
        people_without(hidden & base, number & base, inhabitants(table, catalogue)),
        int((hidden & ~base).sum()), int((number & ~base).sum()),
        int((used & hidden).sum()), int(used.sum()),
        int((index & ~shown).sum()), int(index.sum()),
        _areas(table, hidden & base, number & base),
    )  # fmt: skip


def inhabitants(table: FigureTable, catalogue: Catalogue, rows: FigureTable | None = None) -> Floats:
    """The inhabitants of the area and year of each of ``rows`` (n,), by default the table's own.

    1 everywhere where the table does not tell them, 0 where it tells none for this area and year.
    """
    asked = table if rows is None else rows
    plain = {c for c, i in catalogue.indicators.items() if i.numerator == catalogue.population}
    whole = np.isin(table.indicator, np.array(sorted(plain), dtype=np.str_)) & (table.breakdown == "")
    found = np.flatnonzero(np.isfinite(table.numerator) & whole)
    if not len(found):
        return np.ones(len(asked))
    places = zip(table.area[found].tolist(), table.year[found].tolist(), strict=True)
    known = dict(zip(places, table.numerator[found].tolist(), strict=True))
    wanted = zip(asked.area.tolist(), asked.year.tolist(), strict=True)
    return np.array([known.get(place, 0.0) for place in wanted], dtype=np.float64)


def people_without(hidden: Bools, number: Bools, people: Floats) -> float:
    """Share of the inhabitants, 0 to 1, whose area's figure is hidden, on average over the figures."""
    whole = float(people[number].sum())
    return float(people[hidden].sum()) / whole if whole else 0.0


def _areas(table: FigureTable, hidden: Bools, number: Bools) -> tuple[AreaLoss, ...]:
    names, area = np.unique(table.area, return_inverse=True)
    lost = np.bincount(area[hidden], minlength=len(names))
    held = np.bincount(area[number], minlength=len(names))
    order = [n for n in np.lexsort((names, -lost)).tolist() if lost[n]]
    return tuple(AreaLoss(str(names[n]), int(lost[n]), int(held[n])) for n in order[:MOST_AREAS])
