"""Every figure of a release as sums of the counts behind it.

A *cell* is a sum of counts that figures show: the numerator or the denominator of one or several of them,
for one area and year. Two figures with the same denominator share the cell: it is out as soon as one of them
shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.indicators.linear import Term
from wohnplatz.indicators.terms import Figure, Plan
from wohnplatz.model import FIRST_WITHOUT_NUMBER, TOTAL, Catalogue, FigureTable, Hierarchy

from .counts import VariableCounts, chosen_counts, is_count
from .settling import Cell

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Sum = tuple[tuple[Term, int, int], ...]
"""Terms with the years they lie back and whole coefficients, sorted."""

Node = tuple[str, int]
"""A variable and a year."""

NO_CELL, UNKNOWN_CELL = -1, -2
"""A role without persons (an area, an amount), and one that cannot be written as a sum of counts."""
SCALES = (1, 2, 4, 5, 10, 20, 100, 1000)


class Place(NamedTuple):
    """What a figure is about, without saying how much."""

    variable: str
    area: str
    year: int


class Contradiction(NamedTuple):
    """Where a total and its parts were delivered that do not agree. No number stands here."""

    variable: str
    area: str
    year: int
    category: str
    """The category of the total, empty where it is one over everything."""


@dataclass(frozen=True, slots=True, eq=False)
class Universe:
    """n counts, c cells over them, and the cells of each of the m rows of a figure table."""

    variables: tuple[str, ...]
    variable: Ints
    """Position in ``variables``, (n,); so the other columns of the counts."""
    area: tuple[str, ...]
    """Key of each count's area, (n,)."""
    year: Ints
    category: tuple[str, ...]
    """Words for what a count is broken down by, (n,); empty for a total."""
    value: Ints
    held: Bools
    """Counts that the supplier protected and a delivered total gives back."""
    matrix: sp.csr_array
    """(c, n), int64: the cells."""
    sums: tuple[Sum, ...]
    sum: Ints
    """Position of each cell's sum in ``sums``, (c,)."""
    level: Ints
    cell_area: tuple[str, ...]
    cell_year: Ints
    whole: Bools
    """Whether all base areas went into the cell, (c,)."""
    numerator: Ints
    """Cell of each row's numerator, ``NO_CELL`` or ``UNKNOWN_CELL``, (m,)."""
    denominator: Ints
    values: Ints
    """The true number of each cell, (c,)."""
    links: sp.csr_array
    """(k, n): sums of counts minus others that count the same persons: two breakdowns side by side, or a
    total and parts that contradict it."""
    differences: Ints
    """What each of ``links`` is, (k,): not 0 where deliveries contradict each other."""
    contradictions: tuple[Contradiction, ...]
    rounded: Bools = None  # type: ignore[assignment]
    """Counts that are published as multiples of 5, (n,); none where it is not given."""
    silent: Bools = None  # type: ignore[assignment]
    """Counts that answer single questions and stand in no table, (n,)."""

    def __post_init__(self) -> None:
        """No count is rounded or silent where nothing else is said."""
        for name in ("rounded", "silent"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, np.zeros(len(self.value), dtype=np.bool_))


def make_universe(
    catalogue: Catalogue,
    hierarchy: Hierarchy,
    plan: Plan,
    counts: Mapping[str, VariableCounts],
    table: FigureTable,
) -> Universe:
    """The cells of all rows of ``table`` that hold a number, over ``counts``.

    Figures over other figures (formulas, indices) have no cells: they are arithmetic over rows that do.
    """
    return _Maker(catalogue, hierarchy, counts, table).make(plan)


def nodes_of(universe: Universe, cell: int) -> frozenset[Node]:
    """Variables and years of a cell."""
    counts = universe.matrix[[cell]].indices
    return frozenset((universe.variables[int(universe.variable[n])], int(universe.year[n])) for n in counts)


def place_of(universe: Universe, cell: int) -> Place:
    """The first variable of a cell with its area and year."""
    key = universe.sums[int(universe.sum[cell])]
    return Place(key[0][0].variable if key else "", universe.cell_area[cell], int(universe.cell_year[cell]))


def whole_sum(side: Mapping[tuple[Term, int], float]) -> Sum | None:
    """A numerator or denominator with whole coefficients; None where no small factor makes them whole."""
    for scale in SCALES:
        scaled = {key: c * scale for key, c in side.items() if c}
        if all(abs(c - round(c)) < 1e-9 for c in scaled.values()):
            return tuple(sorted((term, back, round(c)) for (term, back), c in scaled.items()))
    return None


class _Maker:
    """Collects cells while it goes through the figures."""

    def __init__(
        self,
        catalogue: Catalogue,
        hierarchy: Hierarchy,
        counts: Mapping[str, VariableCounts],
        table: FigureTable,
    ) -> None:
        self.catalogue, self.table = catalogue, table
        self.levels = hierarchy.levels
        self.keys = [list(hierarchy.areas(level)) for level in self.levels]
        self.up = _ancestors(hierarchy, self.keys)
        self.names = tuple(sorted(counts))
        self.counts = [counts[name] for name in self.names]
        self.start = np.concatenate([[0], np.cumsum([len(c) for c in self.counts])]).astype(np.int64)
        years = table.year.astype(np.int64)
        self.first = int(years.min()) if len(years) else 0
        self.years = int(years.max()) - self.first + 1 if len(years) else 0
        self.place = [{key: n for n, key in enumerate(keys)} for keys in self.keys]
        self.base_rows: dict[tuple[Sum, int], sp.csr_array] = {}
        self.known: dict[tuple[Sum, int, int, int, int, bytes], int] = {}
        self.parts: list[sp.csr_array] = []
        self.about: list[tuple[Sum, int, int, int, bool]] = []

    def make(self, plan: Plan) -> Universe:
        """All cells."""
        numerator = np.full(len(self.table), NO_CELL, dtype=np.int64)
        denominator = numerator.copy()
        rows_of = _rows_by_figure(self.table)
        for figure in plan.sums:
            rows = rows_of.get((figure.code, figure.breakdown))
            if rows is None:
                continue
            covered = self.covered(figure, rows)
            shown = rows[self.table.state[rows] < FIRST_WITHOUT_NUMBER]
            numerator[shown] = self.cells(figure, figure.numerator, shown, covered)
            denominator[shown] = self.cells(figure, figure.denominator, shown, covered)
        return self.finish(numerator, denominator)

    def covered(self, figure: Figure, rows: Ints) -> Bools:
        """Which base areas have all terms of a figure, shape (areas, years)."""
        n = len(self.keys[figure.base])
        base = rows[self.table.level[rows] == self.levels[figure.base]]
        if len(base):
            found = np.zeros((n, self.years), dtype=np.bool_)
            at = self.at(base, figure.base)
            found[at[0], at[1]] = self.table.covered[base] == 1
            return found
        whole = whole_sum({**figure.numerator, **figure.denominator})
        found = np.ones((n, self.years), dtype=np.bool_)
        for term, back, _ in whole or ():
            if is_count(self.catalogue.variables[term.variable]):
                one = self.base_matrix(((term, back, 1),), figure.base)
                found &= (np.diff(one.indptr) > 0).reshape(n, self.years)
        return found

    def at(self, rows: Ints, level: int) -> tuple[Ints, Ints]:
        """Positions of rows' areas and years."""
        place = self.place[level]
        area = np.array([place[key] for key in self.table.area[rows].tolist()], dtype=np.int64)
        return area, self.table.year[rows].astype(np.int64) - self.first

    def agreeing(self, role: Ints, printed: npt.NDArray[np.float64], values: Ints) -> Ints:
        """``role`` where the cell is the number that is printed, ``UNKNOWN_CELL`` elsewhere.

        They differ where deliveries contradict each other, and where a figure was converted from other areas.
        """
        has = role >= 0
        found = np.where(has, values[np.maximum(role, 0)], 0) if len(values) else np.zeros(len(role))
        with np.errstate(invalid="ignore"):
            same = [np.isclose(found, printed * scale, rtol=0, atol=1e-6) for scale in SCALES]
        return np.where(has & ~np.any(same, axis=0), UNKNOWN_CELL, role)

    def cells(
        self, figure: Figure, side: Mapping[tuple[Term, int], float], rows: Ints, covered: Bools
    ) -> Ints:
        """The cell of one role in each of ``rows``."""
        counted = [is_count(self.catalogue.variables[term.variable]) for term, _ in side]
        if not any(counted):
            return np.full(len(rows), NO_CELL, dtype=np.int64)
        key = whole_sum(side)
        if key is None or not all(counted):
            return np.full(len(rows), UNKNOWN_CELL, dtype=np.int64)
        # A sum of one earlier year is the sum of that year: the same cell as where it stands for itself.
        back = key[0][1] if key and len({b for _, b, _ in key}) == 1 else 0
        key = tuple((term, b - back, c) for term, b, c in key)
        found = np.full(len(rows), UNKNOWN_CELL, dtype=np.int64)
        for level in range(figure.base, len(self.levels)):
            here = np.flatnonzero(self.table.level[rows] == self.levels[level])
            if len(here):
                found[here] = self.of_level(
                    key, figure.base, level, self.at(rows[here], level), covered, back
                )
        return found

    def of_level(  # noqa: PLR0913, PLR0917 -- what names a cell
        self, key: Sum, base: int, level: int, at: tuple[Ints, Ints], covered: Bools, back: int
    ) -> Ints:
        """Cells of a sum, ``back`` years before, on one level; new ones are made where they are not known."""
        members = [np.flatnonzero(self.up[base][level] == a) for a in range(len(self.keys[level]))]
        found, picked, rows, new = np.empty(len(at[0]), dtype=np.int64), [], [], 0
        for n, (a, year) in enumerate(zip(at[0].tolist(), at[1].tolist(), strict=True)):
            inside, y = covered[members[a], year], year - back
            # A whole area is the same sum from whatever level it is added up.
            name = (
                (key, base, level, a, y, inside.tobytes())
                if not inside.all()
                else (key, -1, level, a, y, b"")
            )
            if name not in self.known:
                self.known[name] = len(self.about)
                self.about.append((key, level, a, y, bool(inside.all())))
                chosen = members[a][inside]
                if y >= 0:
                    picked.extend((chosen * self.years + y).tolist())
                    rows.extend([new] * len(chosen))
                new += 1
            found[n] = self.known[name]
        if new:
            matrix = self.base_matrix(key, base)
            ones = np.ones(len(picked), dtype=np.int64)
            self.parts.append(sp.csr_array((ones, (rows, picked)), shape=(new, matrix.shape[0])) @ matrix)
        return found

    def base_matrix(self, key: Sum, base: int) -> sp.csr_array:
        """The sum in each base area and year: shape (areas · years, counts)."""
        if (key, base) not in self.base_rows:
            rows, columns, data = [], [], []
            for term, back, coefficient in key:
                if term.variable not in self.names:
                    continue
                number = self.names.index(term.variable)
                at = chosen_counts(self.counts[number], term)
                level = self.levels.index(self.catalogue.variables[term.variable].level)
                area = self.up[level][base][self.counts[number].area[at]]
                year = self.counts[number].year[at] + back - self.first
                fits = (area >= 0) & (year >= 0) & (year < self.years)
                rows.append((area * self.years + year)[fits])
                columns.append((at + self.start[number])[fits])
                data.append(np.full(int(fits.sum()), coefficient, dtype=np.int64))
            shape = (len(self.keys[base]) * self.years, int(self.start[-1]))
            triple = [np.concatenate([np.empty(0, dtype=np.int64), *x]) for x in (data, rows, columns)]
            self.base_rows[key, base] = sp.csr_array((triple[0], (triple[1], triple[2])), shape=shape)
        return self.base_rows[key, base]

    def finish(self, numerator: Ints, denominator: Ints) -> Universe:
        """Everything in columns."""
        total = int(self.start[-1])
        matrix = sp.csr_array(
            sp.vstack([sp.csr_array((0, total), dtype=np.int64), *self.parts], format="csr")
        )
        sums = list(dict.fromkeys(a[0] for a in self.about))
        number = {key: n for n, key in enumerate(sums)}
        level_of = [self.levels.index(self.catalogue.variables[name].level) for name in self.names]
        areas = [
            self.keys[lv][a] for c, lv in zip(self.counts, level_of, strict=True) for a in c.area.tolist()
        ]
        value = _joined([c.value for c in self.counts])
        words = [c.cells[k] for c in self.counts for k in c.cell.tolist()]
        links, differences = self.links()
        return Universe(
            self.names, np.repeat(np.arange(len(self.names)), np.diff(self.start)), tuple(areas),
            _joined([c.year for c in self.counts]),
            tuple(map(_category, words)),
            value,
            np.concatenate([np.empty(0, dtype=np.bool_), *(c.held for c in self.counts)]),
            matrix, tuple(sums),
            np.array([number[a[0]] for a in self.about], dtype=np.int64),
            np.array([a[1] for a in self.about], dtype=np.int64),
            tuple(self.keys[a[1]][a[2]] for a in self.about),
            np.array([a[3] + self.first for a in self.about], dtype=np.int64),
            np.array([a[4] for a in self.about], dtype=np.bool_),
            self.agreeing(numerator, self.table.numerator, matrix @ value),
            self.agreeing(denominator, self.table.denominator, matrix @ value), matrix @ value,
            links, differences, tuple(self.contradictions(level_of)),
        )  # fmt: skip

    def links(self) -> tuple[sp.csr_array, Ints]:
        """What ties pools together, over all counts."""
        found = [
            (first, link)
            for first, c in zip(self.start.tolist(), self.counts, strict=False)
            for link in c.links
        ]
        sides = [(link.one, link.other) for _, link in found]
        rows = [np.full(len(one) + len(other), n) for n, (one, other) in enumerate(sides)]
        at = [np.array(one + other) + first for (first, _), (one, other) in zip(found, sides, strict=True)]
        signs = [np.repeat([1, -1], [len(one), len(other)]) for one, other in sides]
        triple = [_joined([x.astype(np.int64) for x in column]) for column in (signs, rows, at)]
        shape = (len(found), int(self.start[-1]))
        matrix = sp.csr_array((triple[0], (triple[1], triple[2])), shape=shape)
        return matrix, np.array([link.difference for _, link in found], dtype=np.int64)

    def contradictions(self, level_of: Sequence[int]) -> Iterator[Contradiction]:
        """Where totals contradict their parts, in words."""
        for name, level, c in zip(self.names, level_of, self.counts, strict=True):
            for area, year, cell in c.contradictions:
                yield Contradiction(name, self.keys[level][area], year, _category(cell))


def _category(cell: Cell) -> str:
    return ";".join(c for c in cell if c != TOTAL)


def _ancestors(hierarchy: Hierarchy, keys: Sequence[Sequence[str]]) -> list[list[Ints]]:
    """``[from][to]``: position of each area's ancestor, -1 where it has none."""
    levels = hierarchy.levels
    place = [{key: n for n, key in enumerate(k)} for k in keys]
    return [
        [
            np.array(
                [
                    place[b].get(hierarchy.ancestor(key, levels[b]) or "", -1) if b >= a else -1
                    for key in keys[a]
                ],
                dtype=np.int64,
            )
            for b in range(len(levels))
        ]
        for a in range(len(levels))
    ]


def _rows_by_figure(table: FigureTable) -> dict[tuple[str, str], Ints]:
    names, code = np.unique(table.indicator, return_inverse=True)
    parts, part = np.unique(table.breakdown, return_inverse=True)
    key = code.astype(np.int64) * len(parts) + part
    order = np.argsort(key, kind="stable")
    found, first = np.unique(key[order], return_index=True)
    pieces = np.split(order, first[1:]) if len(order) else []
    return {
        (str(names[k // len(parts)]), str(parts[k % len(parts)])): rows
        for k, rows in zip(found.tolist(), pieces, strict=True)
    }


def _joined(columns: Sequence[Ints]) -> Ints:
    return np.concatenate([np.empty(0, dtype=np.int64), *columns])
