"""Coarser ways to show the figures of one variable: which rows become one, and which are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from wohnplatz.disclosure import Rule
from wohnplatz.disclosure.rules import Level
from wohnplatz.model import Catalogue, FigureTable

from .coarsening import LEFT_OUT, Frame
from .tallies import HIDDEN, Seen
from .universe import Node, Universe

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
AGES = (18, 65)
"""Where the three groups of ages begin that stand in for finer ones."""
DROPPED = 2
"""Indicators of a topic that are tried without."""
POOLED = 3
"""Years taken together."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Figures that are costly together: of one variable, either all plain ones or all broken-down ones."""

    variable: str
    broken: bool
    year: int
    """The newest year with figures."""
    hidden: int
    """Protected figures of that year."""
    worst: tuple[str, ...]
    """The indicators with most of them, most first."""


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """A coarser way to show a topic; ``rows`` and ``group`` are over the m rows of the figure table."""

    kind: str
    """``level``, ``division``, ``years``, ``ages``, ``dimension``, ``indicator`` or ``protection``."""
    detail: str
    """Code of the level from which on figures remain; of the level, dimension or indicator left out."""
    indicators: tuple[str, ...]
    """What would have to be changed."""
    rows: Bools
    """What is compared: the rows as they are shown now, (m,)."""
    group: Ints
    """What is made of them, as ``coarser`` takes it."""
    nodes: frozenset[Node]
    frame: Frame


def counted_variable(universe: Universe) -> npt.NDArray[np.str_]:
    """The variable that each row of the table counts first, (m,); empty where it counts nothing."""
    first = np.array([key[0][0].variable if key else "" for key in universe.sums] or [""], dtype=np.str_)
    cell = universe.numerator
    if not len(universe.sum):
        return np.full(len(cell), "", dtype=np.str_)
    return np.where(cell >= 0, first[universe.sum[np.maximum(cell, 0)]], "")


def topics(now: Seen, counted: npt.NDArray[np.str_], most: int) -> tuple[Topic, ...]:
    """The costliest topics, most protected figures of their newest year first.

    ``counted`` (n,) is the variable each row of ``now`` counts.
    """
    found = []
    for variable in sorted(set(counted.tolist()) - {""}):
        for broken in (False, True):
            rows = (counted == variable) & ((now.table.breakdown != "") == broken) & (now.state <= HIDDEN)
            if rows.any():
                year = int(now.table.year[rows].max())
                hidden = rows & (now.table.year == year) & (now.state == HIDDEN)
                codes, counts = np.unique(now.table.indicator[hidden], return_counts=True)
                worst = tuple(str(c) for c in codes[np.argsort(-counts, kind="stable")][:DROPPED])
                found.append(Topic(variable, broken, year, int(hidden.sum()), worst))
    costly = sorted((t for t in found if t.hidden), key=lambda t: (-t.hidden, t.variable))
    return tuple(costly[:most])


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """The figures of a release beside what they count, and by what they are judged."""

    universe: Universe
    table: FigureTable
    catalogue: Catalogue
    levels: Sequence[str]
    """Finest first."""
    frame: Frame


def variants(topic: Topic, of: Figures) -> Iterator[Variant]:
    """Every coarser way that makes sense for a topic."""
    yield from _Ways(topic, of).all()


class _Ways:
    """The coarser ways to show one topic."""

    def __init__(self, topic: Topic, of: Figures) -> None:
        self.topic, self.of = topic, of
        table, counted = of.table, counted_variable(of.universe)
        self.mine = (counted == topic.variable) & ((table.breakdown != "") == topic.broken)
        self.nodes = frozenset({(topic.variable, topic.year)})
        self.rows = rows_touching(of.universe, table, self.nodes)
        self.here = np.where(self.rows, np.arange(len(table), dtype=np.int64), LEFT_OUT)
        self.codes = tuple(sorted({str(c) for c in table.indicator[self.mine & (table.year == topic.year)]}))

    def all(self) -> Iterator[Variant]:
        """One after the other."""
        levels, table = self.of.levels, self.of.table
        base = self.mine & (table.level == levels[0])
        if len(levels) > 1 and base.any():
            yield self.way("level", levels[1], np.where(base, LEFT_OUT, self.here))
        for level in levels[1:-1]:
            between = self.mine & (table.level == level)
            if between.any():
                yield self.way("division", level, np.where(between, LEFT_OUT, self.here))
        for dimension in self.of.catalogue.variables[self.topic.variable].breakdowns:
            yield from self.added_up(dimension) if self.topic.broken else self.without(dimension)
        if not self.topic.broken and len(self.codes) > 1:
            for code in self.topic.worst:
                dropped = np.where(self.mine & (table.indicator == code), LEFT_OUT, self.here)
                yield self.way("indicator", code, dropped, (code,))
        yield from self.pooled()
        yield from self.milder()

    def way(self, kind: str, detail: str, group: Ints, codes: tuple[str, ...] = ()) -> Variant:
        """A variant of the topic's newest year."""
        return Variant(kind, detail, codes or self.codes, self.rows, group, self.nodes, self.of.frame)

    def without(self, dimension: str) -> Iterator[Variant]:
        """Without the indicators that count single categories of a dimension."""
        single = self.mine & _uses(self.of.universe, dimension)
        codes = tuple(sorted({str(c) for c in self.of.table.indicator[single & self.rows]}))
        if codes and (self.mine & self.rows & ~single).any():
            yield self.way("dimension", dimension, np.where(single, LEFT_OUT, self.here), codes)

    def added_up(self, dimension: str) -> Iterator[Variant]:
        """Broken-down figures without a dimension, and in three groups where it has an order."""
        mine = self.mine & self.rows
        words = self.of.table.breakdown[mine].tolist()
        parts = [dict(part.split("=", 1) for part in word.split(";")) for word in words]
        if not parts or dimension not in parts[0]:
            return
        if len(parts[0]) > 1:  # else nothing would be left
            without = [{**p, dimension: ""} for p in parts]
            yield self.way("dimension", dimension, self.joined(mine, without))
        bounds = self.of.catalogue.dimensions[dimension].bounds
        if bounds and not self.of.catalogue.pyramid_ages:
            ages = [
                {**p, dimension: str(np.searchsorted(AGES, bounds[p[dimension]][0], "right"))} for p in parts
            ]
            yield self.way("ages", dimension, self.joined(mine, ages))

    def joined(self, mine: Bools, words: Sequence[dict[str, str]]) -> Ints:
        """Rows of ``mine`` that share indicator, area, year and words in one group; others as they are."""
        at, table = np.flatnonzero(mine), self.of.table
        keys = zip(
            table.indicator[at].tolist(), table.area[at].tolist(), table.year[at].tolist(),
            (tuple(sorted(w.items())) for w in words), strict=True,
        )  # fmt: skip
        first: dict[object, int] = {}
        result = self.here.copy()
        result[at] = [first.setdefault(key, n) for key, n in zip(keys, at.tolist(), strict=True)]
        return result

    def pooled(self) -> Iterator[Variant]:
        """Three years as one figure."""
        table, last = self.of.table, self.topic.year
        span = range(last - POOLED + 1, last + 1)
        if not all((self.mine & (table.year == y)).any() for y in span):
            return
        rows = self.mine & (table.year >= span[0]) & (table.year <= last)
        at = np.flatnonzero(rows)
        keys = zip(*(c[at].tolist() for c in (table.indicator, table.area, table.breakdown)), strict=True)
        first: dict[object, int] = {}
        group = np.full(len(table), LEFT_OUT, dtype=np.int64)
        group[at] = [first.setdefault(key, n) for key, n in zip(keys, at.tolist(), strict=True)]
        nodes = frozenset((self.topic.variable, y) for y in span)
        yield Variant("years", str(POOLED), self.codes, rows, group, nodes, self.of.frame)

    def milder(self) -> Iterator[Variant]:
        """The mildest level of protection, where the rules ask for more."""
        frame = self.of.frame
        asked = {
            c: r for c, r in frame.rules.items() if c in self.codes and r.level is not Level.NOT_COMPUTABLE
        }
        if not asked:
            return
        mild: dict[str, Rule] = {c: replace(r, level=Level.NOT_COMPUTABLE) for c, r in asked.items()}
        level = max((r.level for r in asked.values()), key=lambda level: level.rank)
        changed = replace(frame, rules={**frame.rules, **mild})
        yield Variant("protection", level.value, tuple(asked), self.rows, self.here, self.nodes, changed)


def rows_touching(universe: Universe, table: FigureTable, nodes: frozenset[Node]) -> Bools:
    """Rows whose numerator or denominator holds counts of these variables and years, (m,)."""
    counts = np.zeros(len(universe.value), dtype=np.int64)
    for variable, year in nodes:
        if variable in universe.variables:
            counts |= (universe.variable == universe.variables.index(variable)) & (universe.year == year)
    touched = np.append(abs(universe.matrix) @ counts > 0, False)
    result: Bools = (
        touched[np.maximum(universe.numerator, -1)] | touched[np.maximum(universe.denominator, -1)]
    )
    return result


def _uses(universe: Universe, dimension: str) -> Bools:
    """Rows that count single categories of a dimension, (m,)."""
    named = [any(d == dimension for term, _, _ in key for d, _ in term.where) for key in universe.sums]
    narrow = np.array([*named, False], dtype=np.bool_)
    of_cell = np.append(narrow[universe.sum], False)
    result: Bools = of_cell[np.maximum(universe.numerator, -1)]
    return result
