"""Reads rows of the template column by column: each distinct text is looked up once, however often it stands.

A row in which everything is plain goes through as numbers; only the others are looked at one by one, with
the same words and in the same order as if all had been.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from wohnplatz.model import FIRST_WITHOUT_NUMBER, TOTAL, Coded, ObservationTable, Variable

from .cells import Cell, Reading, cell_text, read_date, read_value
from .header import AREA, DATE, VALUE, VARIABLE, Header
from .keys import Lookup
from .matching import normalised
from .request import due_date
from .sheets import is_filled

Rows = Sequence[list[Cell]]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]
NONE = -1
REMEMBERED = 100_000
"""Different texts of values whose meaning is kept."""


class Plain(NamedTuple):
    """The plain rows of a block, and which rows are none."""

    table: ObservationTable
    rest: npt.NDArray[np.intp]
    """Positions of filled rows that must be looked at one by one."""
    filled: int


class _Seen(NamedTuple):
    """A column as codes (n) into its distinct cells."""

    cells: tuple[Cell, ...]
    codes: Codes


class _Block(NamedTuple):
    """Rows turned into columns; a row that ends early has None in the others."""

    size: int
    columns: tuple[tuple[Cell, ...], ...]

    def seen(self, position: int) -> _Seen:
        """A column as codes; cells that are equal but of another kind (1 and True) stay apart."""
        if position >= len(self.columns):
            return _Seen((None,), np.zeros(self.size, dtype=np.int32))
        cells: tuple[Any, ...] = self.columns[position]
        if set(map(type, cells)) <= {str}:
            known = {cell: n for n, cell in enumerate(dict.fromkeys(cells))}
            return _Seen(tuple(known), np.fromiter(map(known.__getitem__, cells), np.int32, self.size))
        pairs = list(zip(map(type, cells), cells, strict=True))
        kinds = {pair: n for n, pair in enumerate(dict.fromkeys(pairs))}
        codes = np.fromiter(map(kinds.__getitem__, pairs), np.int32, self.size)
        return _Seen(tuple(cell for _, cell in kinds), codes)


@dataclass(slots=True)
class Columns:
    """What the columns of one table mean. Keeps what it has looked up from block to block."""

    header: Header
    lookup: Lookup
    sheet: str
    delimited: bool
    variables: tuple[str, ...] = field(init=False)
    areas: tuple[str, ...] = field(init=False)
    _kinds: tuple[Variable, ...] = field(init=False)
    _area_codes: dict[str, int] = field(init=False)
    _readings: dict[str, Reading] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Number variables and areas once."""
        self.variables = tuple(self.lookup.due)
        self.areas = tuple(self.lookup.request.areas)
        self._kinds = tuple(self.lookup.due.values())
        self._area_codes = {key: n for n, key in enumerate(self.areas)}

    def read(self, rows: Rows, first_row: int) -> Plain:
        """The rows that are plain; ``first_row`` is the 1-based number of ``rows[0]`` in the file."""
        cells = _Block(len(rows), tuple(zip_longest(*rows)))
        variable = self._coded(cells, VARIABLE, self._variable)
        area = self._coded(cells, AREA, lambda cell: self._area_codes.get(cell_text(cell), NONE))
        known = variable >= 0
        own = np.where(known, variable, 0)
        day, dated = self._days(cells, own)
        categories, named = self._categories(cells, own)
        value, state, valued = self._values(cells, own)
        plain = known & (area >= 0) & dated & named & valued & ~self._overflows(cells)
        at = np.flatnonzero(plain).astype(np.int32)
        size = len(at)
        table = ObservationTable(
            variable=Coded(self.variables, variable[at]),
            area=Coded(self.areas, area[at]),
            days=day[at],
            categories={code: column.where(at) for code, column in categories.items()},
            value=value[at],
            state=state[at],
            sheet=Coded.constant(self.sheet, size),
            row=(at + first_row).astype(np.int32),
            column=Coded.constant(VALUE, size),
        )
        others = [n for n in np.flatnonzero(~plain).tolist() if is_filled(rows[n])]
        return Plain(table, np.array(others, dtype=np.intp), size + len(others))

    def _overflows(self, block: _Block) -> Bools:
        """Rows of a text table that hold something behind the last heading."""
        found = np.zeros(block.size, dtype=np.bool_)
        if self.delimited:
            for column in block.columns[self.header.width :]:
                found |= np.fromiter((is_filled([cell]) for cell in column), np.bool_, block.size)
        return found

    def _coded(self, block: _Block, name: str, code: Callable[[Cell], int]) -> Codes:
        seen = block.seen(self.header.columns[name])
        return np.array([code(cell) for cell in seen.cells], dtype=np.int32)[seen.codes]

    def _variable(self, cell: Cell) -> int:
        code = self.lookup.due_names.get(normalised(cell_text(cell)))
        return self.variables.index(code) if code is not None else NONE

    def _days(self, block: _Block, variable: Codes) -> tuple[npt.NDArray[np.datetime64], Bools]:
        """The reference date of each row, and whether it is the request's or the variable's own."""
        seen = block.seen(self.header.columns[DATE])
        asked = self.lookup.request.reference_date
        days = np.full(
            (len(seen.cells), max(len(self._kinds), 1)), np.datetime64("NaT"), dtype="datetime64[D]"
        )
        for column, kind in enumerate(self._kinds):
            own = due_date(kind, self.lookup.request)
            for line, cell in enumerate(seen.cells):
                found = _day(cell, own, asked)
                if found:
                    days[line, column] = found
        found_days = days[seen.codes, variable]
        return found_days, ~np.isnat(found_days)

    def _categories(self, block: _Block, variable: Codes) -> tuple[dict[str, Coded], Bools]:
        """A column for each dimension, and whether all of them are clear and agreed for the variable."""
        clear = np.ones(block.size, dtype=np.bool_)
        found: dict[str, Coded] = {}
        for code, position in self.header.dimensions.items():
            seen = block.seen(position)
            names = self.lookup.categories[code]
            values = (TOTAL, *self.lookup.catalogue.dimensions[code].categories)
            numbers = {value: n for n, value in enumerate(values)}
            of_cell = [numbers.get(names.get(normalised(cell_text(c)), ""), NONE) for c in seen.cells]
            codes = np.array(of_cell, dtype=np.int32)[seen.codes]
            agreed = np.array([code in kind.breakdowns for kind in self._kinds] or [False])
            clear &= (codes >= 0) & ((codes == 0) | agreed[variable])
            found[code] = Coded(values, np.where(codes < 0, 0, codes).astype(np.int32))
        return found, clear

    def _reading(self, cell: Cell) -> Reading:
        """What a cell says; texts are kept, because the same numbers stand in block after block."""
        if not isinstance(cell, str):
            return read_value(cell)
        known = self._readings.get(cell)
        if known is None:
            known = read_value(cell)
            if len(self._readings) < REMEMBERED:
                self._readings[cell] = known
        return known

    def _values(
        self, block: _Block, variable: Codes
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8], Bools]:
        """Value and state of each row, and whether there is nothing to say about them."""
        seen = block.seen(self.header.columns[VALUE])
        readings = [self._reading(cell) for cell in seen.cells]
        numbers = np.array([np.nan if r.value is None else r.value for r in readings])
        states = np.array([int(r.state) for r in readings], dtype=np.uint8)
        sound = np.array([not r.problem for r in readings], dtype=np.bool_)
        doubtful = np.array([r.ambiguous for r in readings], dtype=np.bool_)
        integer = np.array([kind.integer for kind in self._kinds] or [False])[variable]
        positive = np.array([kind.non_negative for kind in self._kinds] or [False])[variable]
        value, state = numbers[seen.codes], states[seen.codes]
        whole = np.round(value)
        with np.errstate(invalid="ignore"):
            fraction = np.abs(value - whole) > 1e-9 * np.maximum(np.abs(value), 1)
            plain = ~(positive & (value < 0)) & ~(integer & fraction) & (integer | ~doubtful[seen.codes])
        value = np.where(integer, whole, value) + 0.0  # no negative zero
        return value, state, sound[seen.codes] & plain & _agrees(value, state)


def _agrees(value: npt.NDArray[np.float64], state: npt.NDArray[np.uint8]) -> Bools:
    agrees: Bools = np.isnan(value) == (state >= FIRST_WITHOUT_NUMBER)
    return agrees


def _day(cell: Cell, own: date, asked: date) -> date | None:
    found = read_date(cell, own) or read_date(cell, asked)
    return found if found in (own, asked) else None
