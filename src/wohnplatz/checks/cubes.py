"""Observations of one year as arrays: one per variable, with areas and categories as axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from wohnplatz.model import TOTAL, Catalogue, CellState, Coded, Observation, ObservationTable, Variable

from .intervals import Interval

AT_ONCE = 1_000_000
"""Cells that are summed at once."""
Rows: TypeAlias = npt.NDArray[np.int32]
Floats: TypeAlias = npt.NDArray[np.float64]


def as_table(observations: Sequence[Observation]) -> ObservationTable:
    """The observations in columns; a table stays as it is."""
    if isinstance(observations, ObservationTable):
        return observations
    return ObservationTable.of(observations)


def years(table: ObservationTable) -> npt.NDArray[np.int64]:
    """Year of the reference date (n)."""
    found: npt.NDArray[np.int64] = table.days.astype("datetime64[Y]").astype(np.int64) + 1970
    return found


def by_year(observations: Sequence[Observation]) -> dict[int, ObservationTable]:
    """The observations of each year, in ascending order of years."""
    table = as_table(observations)
    if not len(table):
        return {}
    year = years(table)
    found = [int(y) for y in np.unique(year)]
    return {found[0]: table} if len(found) == 1 else {y: table.where(year == y) for y in found}


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """The cells of one variable: ``rows`` (areas, 1 + categories of each breakdown) are rows of ``table``.

    Position 0 of every breakdown is the total ``T``; -1 where the table has no such cell.
    """

    variable: Variable
    categories: tuple[tuple[str, ...], ...]
    rows: Rows
    table: ObservationTable
    _bounds: dict[tuple[tuple[str, tuple[str, ...]], ...], Interval] = field(
        init=False, repr=False, default_factory=dict
    )

    def values(self) -> Floats:
        """Numbers in the shape of ``rows``, NaN where there is none."""
        return self.numbers(self.rows)

    def numbers(self, rows: Rows) -> Floats:
        """Numbers of some rows of the table, NaN where there is none or the row is -1."""
        if not len(self.table):
            return np.full(rows.shape, np.nan)
        found: Floats = np.where(rows >= 0, self.table.value[rows], np.nan)
        return found

    def protected(self) -> npt.NDArray[np.bool_]:
        """Which cells the partner protects, in the shape of ``rows``."""
        if not len(self.table):
            return np.zeros(self.rows.shape, dtype=np.bool_)
        found: npt.NDArray[np.bool_] = (self.rows >= 0) & (self.table.state[self.rows] == CellState.PROTECTED)
        return found

    def bounds(self, chosen: Mapping[str, Sequence[str]]) -> Interval:
        """What is known of the sum over the chosen categories, for each area.

        A breakdown that is not named is taken as a whole: its delivered total, or the sum of its categories.
        A cell without number lies between zero and infinity (anywhere where the variable may be negative).
        """
        # Many rules ask for the same sums; a sum over all cells is much longer than its result.
        key = tuple(sorted((d, tuple(c)) for d, c in chosen.items()))
        if key not in self._bounds:
            self._bounds[key] = self._summed(chosen)
        return self._bounds[key]

    def _summed(self, chosen: Mapping[str, Sequence[str]]) -> Interval:
        """The sums of all areas, some areas at a time: cells take much more room than their sums."""
        step = max(1, AT_ONCE * len(self.rows) // max(self.rows.size, 1))
        pieces = [
            self._summed_rows(self.rows[first : first + step], chosen)
            for first in range(0, max(len(self.rows), 1), step)
        ]
        return Interval(np.concatenate([p.low for p in pieces]), np.concatenate([p.high for p in pieces]))

    def _summed_rows(self, rows: Rows, chosen: Mapping[str, Sequence[str]]) -> Interval:
        axes = list(enumerate(self.variable.breakdowns, start=1))
        for axis, dimension in axes:
            if dimension in chosen:
                places = [0, *(self.categories[axis - 1].index(c) for c in chosen[dimension])]
                rows = rows.take(places, axis=axis)
        value = self.numbers(rows)
        known = ~np.isnan(value)
        low = np.where(known, value, 0.0 if self.variable.non_negative else -np.inf)
        high = np.where(known, value, np.inf)
        for axis, dimension in reversed(axes):
            low, high = _collapsed(low, high, axis, whole=dimension not in chosen)
        return Interval(low, high)

    def first_rows(self, chosen: Mapping[str, Sequence[str]]) -> Rows:
        """For each area the first row (of the file's table) that holds one of the cells, or -1."""
        rows = self.rows
        for axis, dimension in enumerate(self.variable.breakdowns, start=1):
            if dimension in chosen:
                rows = rows.take([self.categories[axis - 1].index(c) for c in chosen[dimension]], axis=axis)
        flat = rows.reshape(len(rows), -1)
        first = np.argmax(flat >= 0, axis=1)
        found: Rows = flat[np.arange(len(flat)), first]
        return found


def _collapsed(low: Floats, high: Floats, axis: int, *, whole: bool) -> tuple[Floats, Floats]:
    """Sum along a breakdown; for the whole the total counts where it has a number."""
    parts = [slice(None)] * low.ndim
    parts[axis] = slice(1, None)
    low_sum, high_sum = low[tuple(parts)].sum(axis=axis), high[tuple(parts)].sum(axis=axis)
    if not whole:
        return low_sum, high_sum
    low_total, high_total = low.take(0, axis=axis), high.take(0, axis=axis)
    given = low_total == high_total
    return (
        np.where(given, low_total, np.maximum(low_total, low_sum)),
        np.where(given, high_total, np.minimum(high_total, high_sum)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cubes of one table on a fixed axis of areas, made when they are asked for."""

    table: ObservationTable
    areas: Mapping[str, int]
    """Area key → place on the axis; rows of other areas are left out."""
    catalogue: Catalogue
    _order: Rows = field(init=False, repr=False)
    _bounds: Mapping[str, tuple[int, int]] = field(init=False, repr=False)
    _places: Rows = field(init=False, repr=False)
    _known: dict[str, Cube | None] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the rows by variable once."""
        codes = self.table.variable.codes
        # A stable sort of 16-bit numbers is a radix sort, ten times as fast as one of wider numbers.
        small = codes.astype(np.int16) if len(self.table.variable.values) < 2**15 else codes
        order = np.argsort(small, kind="stable").astype(np.int32)
        counts = np.bincount(codes, minlength=len(self.table.variable.values))
        ends = np.cumsum(counts)
        starts = ends - counts
        bounds = {v: (int(starts[i]), int(ends[i])) for i, v in enumerate(self.table.variable.values)}
        places = np.array([self.areas.get(a, -1) for a in self.table.area.values] or [-1], dtype=np.int32)
        object.__setattr__(self, "_order", order)
        object.__setattr__(self, "_bounds", bounds)
        object.__setattr__(self, "_places", places)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Variables of the catalogue that the table has rows of, in the order of the catalogue."""
        return tuple(
            v for c, v in self.catalogue.variables.items()
            if c in self._bounds and self._bounds[c][0] < self._bounds[c][1]
        )  # fmt: skip

    def cube(self, code: str) -> Cube | None:
        """The cells of a variable; None where the table or the catalogue has none of it."""
        if code not in self._known:
            self._known[code] = self._made(code)
        return self._known[code]

    def _made(self, code: str) -> Cube | None:
        start, end = self._bounds.get(code, (0, 0))
        variable = self.catalogue.variables.get(code)
        if start == end or variable is None:
            return None
        chosen = self._order[start:end]
        categories = tuple((TOTAL, *self.catalogue.dimensions[d].categories) for d in variable.breakdowns)
        shape = (len(self.areas), *(len(c) for c in categories))
        place = self._places[self.table.area.codes[chosen]].astype(np.int64)
        fits = place >= 0
        for dimension, codes in zip(variable.breakdowns, categories, strict=True):
            part = _positions(self.table.category(dimension), codes)[chosen]
            fits &= part >= 0
            place = place * len(codes) + part
        rows = np.full(int(np.prod(shape)), -1, dtype=np.int32)
        rows[place[fits]] = chosen[fits]
        return Cube(variable, categories, rows.reshape(shape), self.table)


def _positions(column: Coded, codes: Sequence[str]) -> npt.NDArray[np.int64]:
    """Position of each row's category in ``codes`` (n), -1 where it is none of them."""
    known = {code: n for n, code in enumerate(codes)}
    places = np.array([known.get(v, -1) for v in column.values] or [-1], dtype=np.int64)
    found: npt.NDArray[np.int64] = places[column.codes]
    return found
