"""Reads the product's own template: one row is one cell of statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from wohnplatz.model import TOTAL, Catalogue, CellState, Observation, ObservationTable, Variable, stacked

from .cells import GERMAN_ERRORS, Cell, Reading, cell_text, read_value
from .findings import Findings, Place, shortened
from .header import AREA, DATE, VALUE, VARIABLE, Header, expected_columns, find_header, read_header
from .keys import Lookup
from .long_text import BLOCK
from .request import CellAddress, Request, TableResult
from .sheets import Table, is_filled
from .template_columns import Columns

NOTHING = TableResult((), (), 0)
JOINED = 64
"""Blocks put together at a time: many small arrays side by side would leave memory in pieces."""


class TemplateReader:
    """The form ``Merkmal;Gebiet;Gebietsname;Stichtag;<dimensions…>;Wert`` with the head in the first rows."""

    code = "vorlage"

    def recognises(self, table: Table) -> float:
        """Share of the required columns that stand in the head; 0 below one half."""
        return find_header(table)[1]

    def read(self, table: Table, request: Request, catalogue: Catalogue, findings: Findings) -> TableResult:
        """All rows below the head. Without a clear head nothing is read."""
        run = self.begin(table, request, catalogue, findings)
        if run is None:
            return NOTHING
        for first in range(run.header.row + 1, len(table.rows), BLOCK):
            run.feed(table.rows[first : first + BLOCK], first + 1)
        return run.result()

    def begin(self, table: Table, request: Request, catalogue: Catalogue, findings: Findings) -> Run | None:
        """Read the head; None (and findings) without a clear one. The rows are fed block by block."""
        position, _ = find_header(table)
        if position < 0:
            findings.add("intake.no_header", Place(table.name), words={"expected": expected_columns()})
            return None
        header = read_header(table, position, catalogue.dimensions.values(), findings)
        if header is None:
            return None
        return Run(table.name, table.delimiter, header, Lookup.of(request, catalogue), findings)


@dataclass(slots=True)
class Run:
    """The reading of one table, block by block."""

    sheet: str
    delimiter: str
    header: Header
    lookup: Lookup
    findings: Findings
    rows: int = 0
    columns: Columns = field(init=False)
    _blocks: list[ObservationTable] = field(default_factory=list)
    _read: list[ObservationTable] = field(default_factory=list)
    _wrong: list[ObservationTable] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Prepare the columns."""
        self.columns = Columns(self.header, self.lookup, self.sheet, bool(self.delimiter))

    def feed(self, rows: Sequence[list[Cell]], first_row: int) -> None:
        """The next rows; ``first_row`` is the 1-based number of the first of them in the file."""
        plain = self.columns.read(rows, first_row)
        self.rows += plain.filled
        observations: list[Observation] = []
        wrong: list[Observation] = []
        for position in plain.rest.tolist():
            row = _Row(self.sheet, self.delimiter, first_row + position, rows[position], self.header)
            address = _address(row, self.lookup, self.findings)
            if address is None:
                continue
            reading = _value(row, self.lookup.due[address.variable], address.area, self.findings)
            (wrong if reading.problem else observations).append(_observation(address, reading))
        self._blocks.append(_in_order([plain.table, ObservationTable.of(observations)]))
        if len(self._blocks) == JOINED:
            self._read.append(stacked(self._blocks))
            self._blocks.clear()
        if wrong:
            self._wrong.append(ObservationTable.of(wrong))

    def result(self) -> TableResult:
        """What came of all rows."""
        read = stacked([*self._read, *self._blocks])
        self._read, self._blocks = [read], []  # the blocks are not needed beside their whole
        addressed = _in_order([read, *self._wrong]) if self._wrong else read
        return TableResult(read, addressed, self.rows)


def _in_order(tables: list[ObservationTable]) -> ObservationTable:
    """Tables of one sheet as one, in the order of its rows."""
    several = [table for table in tables if len(table)]
    if len(several) < 2:
        return several[0] if several else tables[0]
    whole = stacked(several)
    return whole.where(np.argsort(whole.row, kind="stable").astype(np.int32))


@dataclass(frozen=True, slots=True)
class _Row:
    sheet: str
    delimiter: str
    number: int
    cells: list[Cell]
    header: Header

    def cell(self, column: int) -> Cell:
        return self.cells[column] if column < len(self.cells) else None

    def named(self, name: str) -> Cell:
        return self.cell(self.header.columns[name])

    def place(self, column: str) -> Place:
        return Place(self.sheet, self.number, column)


def _address(row: _Row, lookup: Lookup, findings: Findings) -> CellAddress | None:
    """What the row speaks of; None where any part of it is in doubt. Every part is checked."""
    if row.delimiter and is_filled(row.cells[row.header.width :]):
        words = {"delimiter": row.delimiter.replace("\t", "Tabulator")}
        findings.add("intake.surplus_cell", row.place(""), value=cell_text(row.cells[-1]), words=words)
        return None
    variable = lookup.variable(row.named(VARIABLE), row.place(VARIABLE), findings)
    if variable is None and not cell_text(row.named(AREA)):
        return None  # a footnote or heading between the rows: one finding says enough
    area = lookup.area(row.named(AREA), row.place(AREA), findings)
    day = lookup.reference_date(variable, row.named(DATE), row.place(DATE), findings)
    categories = _categories(row, variable, lookup, findings)
    if variable is None or area is None or day is None or categories is None:
        return None
    return CellAddress(variable.code, area, day, categories, row.sheet, row.number)


def _categories(
    row: _Row, variable: Variable | None, lookup: Lookup, findings: Findings
) -> tuple[tuple[str, str], ...] | None:
    pairs: list[tuple[str, str]] = []
    clear = True
    for code, column in row.header.dimensions.items():
        place = row.place(lookup.catalogue.dimensions[code].label)
        category = lookup.category(variable, code, row.cell(column), place, findings)
        if category is None:
            clear = False
        elif category != TOTAL:
            pairs.append((code, category))
    return tuple(sorted(pairs)) if clear else None


def _value(row: _Row, variable: Variable, area: str, findings: Findings) -> Reading:
    """The reading of the value, checked against what the variable allows."""
    cell = row.named(VALUE)
    reading = read_value(cell)
    problem = reading.problem or _contradiction(reading.value, variable)
    shown = _shown(cell)
    if problem:
        words = {"meant": reading.meant, "variable": variable.label}
        findings.add(problem, row.place(VALUE), value=shown, area=area, words=words)
        return Reading(problem=problem)
    if reading.ambiguous and not variable.integer:
        meant = shortened(shown.replace(".", ""))
        findings.add(
            "intake.ambiguous_point", row.place(VALUE), value=shown, area=area, words={"meant": meant}
        )
    if variable.integer and reading.value is not None:
        return Reading(float(round(reading.value)), reading.state)
    return reading


def _contradiction(value: float | None, variable: Variable) -> str:
    if value is None:
        return ""
    if variable.non_negative and value < 0:
        return "intake.negative"
    # A formula may leave 11.999999999999998 where it means 12.
    if variable.integer and abs(value - round(value)) > 1e-9 * max(abs(value), 1):
        return "intake.fraction"
    return ""


def _shown(cell: Cell) -> str:
    """The value as a German reader sees it in the file."""
    text = cell_text(cell)
    if isinstance(cell, float):
        return text.replace(".", ",")
    return GERMAN_ERRORS.get(text, text)


def _observation(address: CellAddress, reading: Reading) -> Observation:
    """The observation of a row; one that could not be read stands for its address only."""
    value = None if reading.value is None else reading.value + 0.0  # no negative zero
    state = CellState.MISSING if reading.problem else reading.state
    return Observation(
        address.variable, address.area, address.reference_date, value, state, dict(address.breakdown) or None,
        address.sheet, address.row, VALUE,
    )  # fmt: skip
