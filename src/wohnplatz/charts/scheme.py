"""How a figure looks on a map: its class, colour, pattern and sign, and the legend of it all."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from .. import text
from ..model import CellState, Classes, ClassMethod, FigureMeta, ReleasedFigure, ReleasedTable
from . import palette, patterns
from .words import meta_of, select

PLUS, MINUS = "+", text.MINUS
LETTERS = "ABCDEFGH"
"""Signs of kinds without an order: types of areas are named by them."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of a legend: a class, a state, or (``part``) a state of some areas of the classes above."""

    label: str
    count: int
    colour: str
    pattern: str = ""
    """Name of the pattern over ``colour``; empty for a plain colour."""
    sign: str = ""
    """``+``, ``−`` or a letter inside the areas, empty for none: tells classes apart without colour."""
    part: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Class (0-based, None without one), colour, pattern and sign of one area."""

    position: int | None
    colour: str
    pattern: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """Classes with their looks. ``named``: a figure is the 1-based number of a class with a name."""

    meta: FigureMeta
    classes: Classes
    named: bool
    labels: tuple[str, ...]
    colours: tuple[str, ...]
    signs: tuple[str, ...]
    zero: bool
    """Whether exactly zero has a look of its own."""

    def look(self, f: ReleasedFigure | None) -> Look:
        """The look of a figure; ``None`` is an area without a row in the table."""
        if f is None:
            return Look(None, palette.PAPER, patterns.BLANK)
        if f.value is None:
            return Look(None, palette.PAPER, patterns.pattern_of(f))
        if self.zero and f.is_true_zero:
            return Look(None, palette.PAPER, patterns.ZERO)
        at = self._position(f.value)
        if at is None:
            return Look(None, palette.NEUTRAL, patterns.pattern_of(f))
        return Look(at, self.colours[at], patterns.pattern_of(f), self.signs[at])

    def _position(self, value: float) -> int | None:
        if not self.named:
            return self.classes.index(value) if len(self.classes) > 0 else None
        number = int(value)
        return number - 1 if number == value and 1 <= number <= len(self.labels) else None

    def class_words(self, f: ReleasedFigure) -> str:
        """``, Klasse 3 von 5``; empty where a name or a state says it all."""
        at = self.look(f).position
        return "" if at is None or self.named else f", Klasse {at + 1} von {len(self.labels)}"


def scheme(table: ReleasedTable, classes: Classes | None, indicator: str) -> Scheme:
    """The scheme of an indicator: named classes where its meta data has them, else ``classes``."""
    meta = meta_of(table, indicator)
    if meta.classes:
        colours, signs = _named_looks(table, indicator, len(meta.classes))
        none = Classes(ClassMethod.OWN, (), ())
        return Scheme(meta, none, True, meta.classes, colours, signs, zero=False)
    found = classes or Classes(ClassMethod.OWN, (), ())
    colours = palette.diverging(found) if found.diverging else palette.sequential(len(found))
    signs = tuple({-1: MINUS, 0: "", 1: PLUS}[d] for d in palette.directions(found))
    zero = not found.diverging and (not found.limits or found.limits[0] >= 0)
    return Scheme(meta, found, False, class_labels(found, meta), colours, signs, zero)


def _named_looks(table: ReleasedTable, indicator: str, n: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Colours and signs of named classes; a group joins status (colour) and dynamics (sign)."""
    index, _, measure = indicator.rpartition(":")
    if measure == "dynamics_class":
        signs = tuple(PLUS if i < n // 2 else MINUS if i >= n - n // 2 else "" for i in range(n))
        return palette.two_sided(n), signs
    if measure == "group":
        columns = dynamics_count(table, index)
        colours = palette.ordered(max(n // columns, 1))
        _, column_signs = _named_looks(table, f"{index}:dynamics_class", columns)
        looks = [(colours[min(i // columns, len(colours) - 1)], column_signs[i % columns]) for i in range(n)]
        return tuple(c for c, _ in looks), tuple(s for _, s in looks)
    if measure == "lisa":
        return palette.LOCAL[:n], (PLUS, PLUS, MINUS, MINUS, "")[:n]
    if measure == "gi":
        return palette.CROWDED[:n], (PLUS, MINUS, "")[:n]
    if measure == "typ":
        return palette.kinds(n), tuple(LETTERS[i : i + 1] for i in range(n))
    return palette.ordered(n), ("",) * n


def dynamics_count(table: ReleasedTable, index: str) -> int:
    """Number of dynamics classes of an index: as its meta data says, else the three of the Berlin method."""
    meta = table.meta.get(f"{index}:dynamics_class")
    return len(meta.classes) if meta and meta.classes else 3


def class_labels(classes: Classes, meta: FigureMeta) -> tuple[str, ...]:
    """``12,3 bis unter 15,6 %`` for each class; the outermost limits are rounded outward.

    Classes by standard deviation are open at both ends (``unter 1,2 %``, ``ab 17,7 %``).

    Limits get one or two places more than the indicator shows where they would otherwise look the same.
    """
    limits = classes.limits
    if len(limits) < 2:
        return ()
    if limits[0] == limits[-1]:
        return (text.with_unit(text.number(limits[0], meta.decimals), meta.unit),)
    for decimals in range(meta.decimals, meta.decimals + 3):
        shown = _shown_limits(limits, decimals)
        if len(set(shown)) == len(shown):
            break
    words = ["bis unter"] * (len(limits) - 2) + ["bis"]
    labels = [f"{low} {word} {high}" for (low, high), word in zip(pairwise(shown), words, strict=True)]
    if classes.method is ClassMethod.DEVIATION and len(labels) > 1:
        # The outermost limits are whole steps, no values: a share would begin below zero.
        labels[0], labels[-1] = f"unter {shown[1]}", f"ab {shown[-2]}"
    return tuple(text.with_unit(words, meta.unit) for words in labels)


def _shown_limits(limits: tuple[float, ...], decimals: int) -> list[str]:
    power = 10.0**decimals
    # A hair of tolerance: 12.3 * 10 is not quite 123 in binary and must not become 12,4.
    first = math.floor(limits[0] * power + 1e-6) / power
    last = math.ceil(limits[-1] * power - 1e-6) / power
    return [text.number(v, decimals) for v in (first, *limits[1:-1], last)]


def legend(
    table: ReleasedTable,
    classes: Classes | None,
    *,
    indicator: str,
    year: int,
    areas: Collection[str] | None = None,
) -> tuple[LegendEntry, ...]:
    """The legend of a map: all classes in order, then the states that occur, each with its number of areas.

    ``table`` holds the figures of one level, or ``areas`` names the areas that count. Every area counts once;
    entries with ``part`` say how many of the areas above are estimated, incomplete or of limited value.
    """
    figures = [f for f in select(table, indicator, year=year) if areas is None or f.area in areas]
    by = scheme(table, classes, indicator)
    looks = [by.look(f) for f in figures]
    places = Counter(look.position for look in looks if look.position is not None)
    entries = [
        LegendEntry(label, places[i], by.colours[i], sign=by.signs[i]) for i, label in enumerate(by.labels)
    ]
    zeros = sum(look.pattern == patterns.ZERO for look in looks)
    if zeros:
        entries.append(LegendEntry(_zero_label(by.meta), zeros, palette.PAPER, patterns.ZERO))
    outside = sum(
        f.value is not None and look.position is None and look.pattern != patterns.ZERO
        for f, look in zip(figures, looks, strict=True)
    )
    if outside:
        entries.append(LegendEntry("ohne Klasse", outside, palette.NEUTRAL))
    return (*entries, *_state_entries(figures))


def _zero_label(meta: FigureMeta) -> str:
    return f"{text.with_unit('0', meta.unit)} (genau null)"


def _state_entries(figures: list[ReleasedFigure]) -> list[LegendEntry]:
    """States that occur: first those over a class colour, then those without a number."""
    counts = Counter(f.state for f in figures if f.state is not CellState.VALUE)
    return [
        LegendEntry(
            f"davon {text.state_word(state)}" if state.has_number else text.state_word(state),
            counts[state],
            palette.PAPER,
            patterns.NAMES[state],
            part=state.has_number,
        )
        for state in sorted(counts)
    ]
