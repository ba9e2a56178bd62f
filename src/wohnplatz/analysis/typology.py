"""Types of areas and areas like a given one, from the figures that a release shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np

from .. import text
from ..model import CellState, FigureMeta, Polarity, ReleasedFigure, ReleasedTable
from ..monitoring import typology as method
from ..monitoring.typology import Grouping
from ..monitoring.weights import Bools, Floats

CODE = "gebiete:typ"
MARKED = 0.5
"""Standard deviations from the mean of all areas from which a trait is told."""
STRONG = 1.0
ALIKE, APART = 0.35, 0.8
"""Difference in standard deviations up to which two areas share a trait, and from which they differ."""
_TOLD = 4


@dataclass(frozen=True, slots=True)
class Trait:
    """How a group stands in one indicator beside all areas."""

    indicator: str
    z: float
    """Mean of the group in standard deviations from the mean of the areas."""
    mean: float
    overall: float
    """Unweighted means over the areas, in the indicator's unit."""

    @property
    def strong(self) -> bool:
        """Whether the trait is far from the mean."""
        return abs(self.z) >= STRONG


@dataclass(frozen=True, slots=True)
class Group:
    """One type of area, named neutrally by a letter."""

    number: int
    areas: tuple[str, ...]
    traits: tuple[Trait, ...]
    """All indicators in the given order."""
    silhouette: float

    @property
    def name(self) -> str:
        """``Typ A``."""
        return f"Typ {ascii_uppercase[self.number - 1]}"

    @property
    def above(self) -> tuple[Trait, ...]:
        """Traits above the mean, the strongest first."""
        return tuple(sorted((t for t in self.traits if t.z >= MARKED), key=lambda t: -t.z))

    @property
    def below(self) -> tuple[Trait, ...]:
        """Traits below the mean, the strongest first."""
        return tuple(sorted((t for t in self.traits if t.z <= -MARKED), key=lambda t: t.z))


@dataclass(frozen=True, slots=True)
class Types:
    """Groups of areas, the classed figures of the code ``CODE``, and how well separated they are."""

    table: ReleasedTable
    groups: tuple[Group, ...]
    silhouettes: Mapping[str, float]
    """Area → silhouette."""
    by_count: Mapping[int, float]
    """Mean silhouette for each number of groups that was tried."""
    areas: int
    used: int
    missing: Mapping[str, tuple[str, ...]]
    """Area that is left out → indicators it has no figure of."""
    constant: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Alike:
    """An area with a like profile: what it shares with the other one and in what they differ."""

    area: str
    distance: float
    shares: tuple[str, ...]
    higher: tuple[str, ...]
    """Indicators in which it lies above the area it is compared with."""
    lower: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AreasLike:
    """Areas like one of them, nearest first; empty where ``reason`` says why."""

    areas: tuple[Alike, ...]
    used: int
    """Areas with a full profile."""
    indicators: tuple[str, ...]
    reason: str


def typology(  # noqa: PLR0913 (options by name)
    table: ReleasedTable, indicators: Sequence[str], *, year: int, count: int | None = None,
    grouping: Grouping = Grouping.WARD, seed: int = 0,
) -> Types:  # fmt: skip
    """Types of the areas of ``table`` (one level) by their profile in ``indicators`` in ``year``.

    An area without a figure in one of them is left out; it keeps the most severe state. ``count`` None: the
    number of groups with the highest mean silhouette.
    """
    profile = _profile(table, indicators, year)
    found = method.typology(profile.values, count, grouping, seed=seed)
    numbers = {a: int(n) for a, n in zip(profile.areas, found.labels, strict=True)}
    groups = tuple(_group(n, profile, found, indicators) for n in range(1, len(found.sizes) + 1))
    classes = tuple(g.name for g in groups)
    meta = FigureMeta(CODE, "Typ des Gebiets", "", 0, Polarity.NEUTRAL, classes=classes)
    made = [_classed(profile, i, numbers[a], found.reason) for i, a in enumerate(profile.areas)]
    return Types(
        table.derive(lambda _: made, {CODE: meta}), groups,
        {a: float(s) for a, s in zip(profile.areas, found.silhouette, strict=True) if np.isfinite(s)},
        found.by_count, len(profile.areas), int(found.used.sum()),
        {a: profile.gaps(i, indicators) for i, a in enumerate(profile.areas) if not found.used[i]},
        tuple(c for c, same in zip(indicators, found.constant, strict=True) if same), found.reason,
    )  # fmt: skip


def similar(
    table: ReleasedTable, area: str, indicators: Sequence[str], *, year: int, count: int = 5
) -> AreasLike:
    """The areas of ``table`` (one level) whose profile in ``indicators`` is closest to that of ``area``.

    Indicators that the area itself has no figure of are left out (and named by what is left).
    """
    full = _profile(table, indicators, year)
    if area not in full.areas:
        return AreasLike((), 0, (), "not_on_level")
    place = full.areas.index(area)
    kept = [c for c, v in zip(indicators, full.values[place], strict=True) if np.isfinite(v)]
    if not kept:
        return AreasLike((), 0, (), "missing")
    profile = _profile(table, kept, year)
    found = method.similar(profile.values, place, count)
    made = [
        _alike(profile.areas[int(p)], float(d), row, kept)
        for p, d, row in zip(found.places, found.distance, found.difference, strict=True)
    ]
    return AreasLike(tuple(made), found.used, tuple(kept), found.reason)


def in_words(group: Group, labels: Mapping[str, str], metas: Mapping[str, FigureMeta]) -> str:
    """What marks a group, as one or two German sentences with its figures."""
    parts = []
    for word, traits in (("Überdurchschnittlich", group.above), ("Unterdurchschnittlich", group.below)):
        told = [_told(t, labels, metas) for t in traits[:_TOLD]]
        if told:
            parts.append(f"{word}: {text.enumerate_words(told)}.")
    return " ".join(parts) or "Alle Indikatoren liegen nahe am Mittel der Gebiete."


def _told(t: Trait, labels: Mapping[str, str], metas: Mapping[str, FigureMeta]) -> str:
    meta = metas[t.indicator]
    mean, overall = (text.number(v, meta.decimals) for v in (t.mean, t.overall))
    return f"{labels.get(t.indicator, meta.label)} ({mean} statt {text.with_unit(overall, meta.unit)})"


@dataclass(frozen=True, slots=True, eq=False)
class _Profile:
    """Figures of one year as a matrix: areas by key, indicators in the given order."""

    level: str
    year: int
    areas: tuple[str, ...]
    values: Floats
    states: np.ndarray[tuple[int, int], np.dtype[np.uint8]]

    def gaps(self, place: int, indicators: Sequence[str]) -> tuple[str, ...]:
        """Indicators that an area has no figure of."""
        missing: Bools = ~np.isfinite(self.values[place])
        return tuple(c for c, gap in zip(indicators, missing, strict=True) if gap)


def _profile(table: ReleasedTable, indicators: Sequence[str], year: int) -> _Profile:
    found = {
        (f.area, f.indicator): f
        for f in table
        if f.year == year and not f.breakdown and f.indicator in indicators
    }
    areas = tuple(sorted({f.area for f in table}))
    values = np.full((len(areas), len(indicators)), np.nan)
    states = np.full(values.shape, int(CellState.MISSING), dtype=np.uint8)
    for i, area in enumerate(areas):
        for j, code in enumerate(indicators):
            f = found.get((area, code))
            if f is not None:
                states[i, j] = int(f.state)
                values[i, j] = np.nan if f.value is None else f.value
    return _Profile(next((f.level for f in table), ""), year, areas, values, states)


def _classed(profile: _Profile, place: int, number: int, reason: str) -> ReleasedFigure:
    area, state = profile.areas[place], CellState(int(profile.states[place].max(initial=0)))
    if number:
        return ReleasedFigure(CODE, profile.level, area, profile.year, float(number), state)
    why = "incomplete" if not state.has_number else reason
    none = CellState.NOT_APPLICABLE if state.has_number else state
    return ReleasedFigure(CODE, profile.level, area, profile.year, None, none, reason=why)


def _group(number: int, profile: _Profile, found: method.Typology, indicators: Sequence[str]) -> Group:
    inside = found.labels == number
    means, overall = profile.values[inside].mean(axis=0), profile.values[found.used].mean(axis=0)
    traits = tuple(
        Trait(code, float(z), float(m), float(o))
        for code, z, m, o in zip(indicators, found.centres[number - 1], means, overall, strict=True)
    )
    areas = tuple(a for a, member in zip(profile.areas, inside, strict=True) if member)
    return Group(number, areas, traits, float(found.silhouette[inside].mean()))


def _alike(area: str, distance: float, difference: Floats, indicators: Sequence[str]) -> Alike:
    order = np.argsort(np.abs(difference), kind="stable")
    shares = [indicators[i] for i in order if abs(difference[i]) <= ALIKE][:3]
    apart = [i for i in order[::-1] if abs(difference[i]) >= APART][:3]
    higher = tuple(indicators[i] for i in apart if difference[i] > 0)
    return Alike(
        area, distance, tuple(shares), higher, tuple(indicators[i] for i in apart if difference[i] < 0)
    )
