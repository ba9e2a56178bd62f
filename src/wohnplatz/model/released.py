"""Figures that may be seen: the type of the only door.

``ReleasedTable`` can be made by ``wohnplatz.disclosure.release()`` alone; the seal below is its key, and an
architecture test holds that nobody else imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import InitVar, dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from .catalogue import Polarity, SeriesBreak
from .states import CellState

_SEAL = object()
Key = TypeVar("Key")


class Audience(StrEnum):
    """Who will see the figures."""

    PUBLIC = "public"
    PLANNING = "planning"
    PARTNER = "partner"
    WORKING = "working"
    """Internal working view of a person with the right; made under a named policy and marked as such."""


class Altered(StrEnum):
    """How a figure was changed to protect people; the mark goes with it wherever it is shown."""

    NOT = ""
    ROUNDED = "rounded"
    """It is a multiple of 5, or was computed from such; all sums add up."""
    OVERLAID = "overlaid"
    """A small chance deviation lies over it; sums do not add up."""


class FigureKind(StrEnum):
    """What a figure is made of: how sure it is follows from it."""

    SHARE = "share"
    """Part of a group: nobody of the numerator is outside the denominator, but for differing sources."""
    RATE = "rate"
    """Events or cases per base; there may be more of them than persons."""
    RATIO = "ratio"
    """One group of persons beside another, such as the old-age ratio."""
    COUNT = "count"
    OTHER = "other"
    """Rents, balances, changes, indices, the register itself: no interval follows from counts."""


@dataclass(frozen=True, slots=True)
class FigureMeta:
    """What a reader must know of an indicator: it travels with its figures."""

    code: str
    label: str
    unit: str
    decimals: int
    polarity: Polarity
    reference: str = ""
    source: str = ""
    classes: tuple[str, ...] = ()
    """Labels of a classed measure: value 1 is ``classes[0]``."""
    kind: FigureKind = FigureKind.OTHER
    breaks: tuple[SeriesBreak, ...] = ()
    """Years from which on the figures mean something else: no change is computed across them."""


@dataclass(frozen=True, slots=True)
class ReleaseContext:
    """Head of every page of figures: district, release, date, audience, rules."""

    district: str
    release: str
    """Label of the release (*Datenstand*)."""
    release_id: str
    """Hash of its manifest."""
    made_on: str
    """ISO date of the release."""
    audience: Audience
    policy: str
    """Name and version of the rule set the figures were released under."""
    altered: tuple[tuple[str, Altered], ...] = ()
    """Indicators some of whose figures are rounded or overlaid, with their mark, sorted; set by the door."""

    def mark(self, code: str = "") -> Altered:
        """The mark of an indicator's figures; without a code that of any."""
        return next((mark for name, mark in self.altered if code in {"", name}), Altered.NOT)


class Verdict(StrEnum):
    """What an interval says about an area beside the district's value."""

    ABOVE = "above"
    BELOW = "below"
    SAME = "same"
    """Cannot be distinguished from the district."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """How sure a released figure is, in the figure's own unit; computed from released figures alone."""

    low: float
    high: float
    """Interval of 95 % that describes the variation of the process behind a full count, not of a sample."""
    smoothed: float | None = None
    """The value shrunk towards its municipality or the district, None where no shrinkage was asked for."""
    verdict: Verdict | None = None
    """Beside the district's value, None where there is none to compare with."""


@dataclass(frozen=True, slots=True)
class ReleasedFigure:
    """One figure that may be seen. A protected one carries no number in any field."""

    indicator: str
    level: str
    area: str
    year: int
    value: float | None
    state: CellState
    numerator: float | None = None
    denominator: float | None = None
    covered: int = 0
    expected: int = 0
    share: float | None = None
    breakdown: str = ""
    reason: str = ""
    error: float | None = None
    """Half width of the error band of a figure that was converted to other areas; None where it is exact."""
    reliability: Reliability | None = None
    altered: Altered = Altered.NOT

    @property
    def place(self) -> tuple[str, str, str, int, str]:
        """What it is about: indicator, level, area, year, breakdown."""
        return self.indicator, self.level, self.area, self.year, self.breakdown

    @property
    def is_true_zero(self) -> bool:
        """Exactly zero, by count and not by rounding or absence."""
        return self.state is CellState.VALUE and self.value == 0 and not self.altered


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """Released figures with all a reader must know. Made by ``disclosure.release()`` only."""

    context: ReleaseContext
    meta: Mapping[str, FigureMeta]
    figures: tuple[ReleasedFigure, ...]
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        """Refuse a table that did not come through the door."""
        if seal is not _SEAL:
            raise TypeError("ReleasedTable is made by wohnplatz.disclosure.release() only")

    def __setstate__(self, state: object) -> None:
        """Refuse copying and unpickling: both would fill a table without asking for the seal."""
        raise TypeError("ReleasedTable is made by wohnplatz.disclosure.release() only")

    def __iter__(self) -> Iterator[ReleasedFigure]:
        """Figures in order."""
        return iter(self.figures)

    def __len__(self) -> int:
        """Number of figures."""
        return len(self.figures)

    def where(self, keep: Callable[[ReleasedFigure], bool]) -> ReleasedTable:
        """The part of the table for which ``keep`` holds; nothing can be added or altered on this way."""
        return self._of(tuple([f for f in self.figures if keep(f)]))

    def split(self, key: Callable[[ReleasedFigure], Key]) -> dict[Key, ReleasedTable]:
        """The table in parts, each under what ``key`` gives for its figures; read once for all of them."""
        parts: dict[Key, list[ReleasedFigure]] = {}
        for f in self.figures:
            parts.setdefault(key(f), []).append(f)
        return {k: self._of(tuple(part)) for k, part in parts.items()}

    def _of(self, figures: tuple[ReleasedFigure, ...]) -> ReleasedTable:
        """Some of the figures, with the marks that occur among them."""
        marked = self.context.altered
        context = replace(self.context, altered=marks_of(figures)) if marked else self.context
        return ReleasedTable(context, self.meta, figures, _SEAL)

    def derive(
        self,
        find: Callable[[tuple[ReleasedFigure, ...]], Iterable[ReleasedFigure]],
        meta: Mapping[str, FigureMeta] = MappingProxyType({}),
    ) -> ReleasedTable:
        """The table of the figures that ``find`` computes from these released ones alone.

        ``meta`` describes codes that are new. Arithmetic over what may be seen can be seen; an architecture
        test holds that only ``analysis`` calls this, which cannot reach any other figure. What is computed
        from a table with rounded figures carries their mark.
        """
        found = tuple(find(self.figures))
        mark = next((f.altered for f in self.figures if f.altered), Altered.NOT)
        context = self.context
        if mark:
            marks = {f.place: f.altered for f in self.figures}
            found = tuple(f if f.value is None else _marked(f, marks.get(f.place, mark)) for f in found)
            context = replace(context, altered=marks_of([*self.figures, *found]))
        return ReleasedTable(context, {**self.meta, **meta}, found, _SEAL)

    def by_area(self) -> dict[str, ReleasedFigure]:
        """Figures by area key; for a table of one indicator and one year."""
        return {f.area: f for f in self.figures}


def marks_of(figures: Iterable[ReleasedFigure]) -> tuple[tuple[str, Altered], ...]:
    """Indicators with altered figures and their marks, sorted."""
    return tuple(sorted({(f.indicator, f.altered) for f in figures if f.altered}))


def _marked(figure: ReleasedFigure, mark: Altered) -> ReleasedFigure:
    return figure if figure.altered is mark else replace(figure, altered=mark)
