"""What less detail would save: the costliest figures protected once more, in coarser ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .coarsening import LEFT_OUT, closed_rows, coarser, summable
from .costs import inhabitants, people_without
from .tallies import Seen
from .variants import Figures, Topic, Variant, counted_variable, topics, variants

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Progress = Callable[[str, int, int], None]
TOPICS = 4
"""For how many of the costliest topics less detail is tried."""
SECONDS = 20.0
"""For one block of a variant."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Figures of a topic in one way to show them."""

    figures: int
    hidden: int
    people: float
    """Share of the inhabitants, 0 to 1, whose area has no visible figure, on average over the figures."""


@dataclass(frozen=True, slots=True)
class Saving:
    """What a coarser way to show a topic would save, protected for real, as if nothing were out yet."""

    topic: Topic
    kind: str
    detail: str
    indicators: tuple[str, ...]
    now: Amount
    then: Amount
    given_up: int
    """Figures that are shown now and would be left out."""

    @property
    def gain(self) -> int:
        """Fewer protected figures at the detail of now, less what is given up for it."""
        share = self.then.hidden / max(1, self.then.figures)
        return round(self.now.hidden - share * self.now.figures) - self.given_up

    @property
    def saves(self) -> bool:
        """Whether fewer figures are hidden, and a smaller share of them."""
        smaller = self.then.hidden * self.now.figures < self.now.hidden * self.then.figures
        return self.then.hidden < self.now.hidden and smaller


def savings(of: Figures, now: Seen, tell: Progress) -> tuple[tuple[Saving, ...], tuple[Topic, ...]]:
    """What less detail saves for the costliest topics, most first; ways that save nothing are left out.

    And the topics of which even what is shown now could not be protected in time.
    """
    found: list[Saving] = []
    unsettled: list[Topic] = []
    costly = topics(now, _counted(of, now), TOPICS)
    for number, topic in enumerate(costly):
        label = of.catalogue.variables[topic.variable].label
        tell(f"Vorschau: gröbere Darstellung versuchen, {label}", number, len(costly))
        known: dict[bytes, tuple[Amount, Bools] | None] = {}
        found += [s for way in variants(topic, of) if (s := _saving(topic, way, of, known)) is not None]
        if None in known.values():
            unsettled.append(topic)
    saving = [s for s in found if s.saves]
    saving.sort(key=lambda s: (-s.gain, s.topic.variable, s.kind, s.detail))
    return tuple(saving), tuple(unsettled)


def _counted(of: Figures, now: Seen) -> npt.NDArray[np.str_]:
    """The variable that each row of ``now`` counts, (n,); an indicator counts the same everywhere."""
    variable = counted_variable(of.universe).tolist()
    first = {str(c): str(v) for c, v in zip(of.table.indicator.tolist(), variable, strict=True) if v}
    codes, place = np.unique(now.table.indicator, return_inverse=True)
    result: npt.NDArray[np.str_] = np.array([first.get(str(c), "") for c in codes], dtype=np.str_)[place]
    return result


def _saving(
    topic: Topic, way: Variant, of: Figures, known: dict[bytes, tuple[Amount, Bools] | None]
) -> Saving | None:
    """Protect the figures as they are shown now, and in this way; None where there is no time for either."""
    rows = way.rows & summable(of.universe)
    key = rows.tobytes()
    if key not in known:
        as_now = np.where(rows, np.arange(len(rows), dtype=np.int64), LEFT_OUT)
        base = _protected(of, as_now, replace(way, frame=of.frame))
        if base is not None:
            shown = np.zeros(len(rows), dtype=np.bool_)
            shown[np.flatnonzero(rows)] = ~base[1]
            base = base[0], shown
        known[key] = base
    first = known[key]
    made = None if first is None else _protected(of, np.where(rows, way.group, LEFT_OUT), way)
    if first is None or made is None:
        return None
    (now, shown), then = first, made[0]
    given_up = int((shown & (way.group == LEFT_OUT)).sum())
    return Saving(topic, way.kind, way.detail, way.indicators, now, then, given_up)


def _protected(of: Figures, group: Ints, way: Variant) -> tuple[Amount, Bools] | None:
    """The figures that ``group`` makes: how many are hidden, and which; None where time runs out."""
    universe, table = coarser(of.universe, of.table, group)
    closed = closed_rows(universe, table, way.nodes, way.frame)
    if closed is None:
        return None
    base = table.level == of.levels[0]
    people = inhabitants(of.table, of.catalogue, table)
    without = people_without(closed & base, base, people)
    return Amount(len(table), int(closed.sum()), without), closed
