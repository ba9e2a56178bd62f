"""Every cell of a table with its headings, keys, labels, date, unit, value and state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from wohnplatz.model import CellState

from ..cells import Cell, cell_text
from ..sheets import Table
from .dates import moment_in
from .grid import Grid
from .model import ColumnHead, Layout, Role, StatCell, StatTable
from .moment import NEVER, Moment
from .numerals import read_number

_YEAR_MONTH = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])")


def read_table(table: Table, layout: Layout) -> StatTable:
    """All value cells of the table in reading order. A cell that cannot be read carries its problem.

    Empty cells of value columns are left out where the whole row is empty of values (a heading between
    the rows); in other rows they carry the problem ``intake.missing_value``.
    """
    grid = Grid(table)
    cells: list[StatCell] = []
    days: dict[Moment, list[tuple[date | None, bool]]] = {}
    labels: list[tuple[str, ...]] = []
    for row in _Rows(grid, layout):
        labels.append(row.keys + row.labels)
        if row.moment not in days:
            moments = (h.moment.filled(row.moment).filled(layout.moment) for h in row.heads)
            days[row.moment] = [(moment.date, bool(moment.month)) for moment in moments]
        for head, (day, precise) in zip(row.heads, days[row.moment], strict=True):
            cell = grid.cell(row.position, head.position)
            reading = read_number(cell, layout.decimal)
            unit = head.unit or layout.unit
            cells.append(
                StatCell(
                    row.position + 1, head.position, row.keys, row.labels, head.path, unit, day,
                    reading.value, reading.state if not reading.problem else CellState.MISSING,
                    cell_text(cell), reading.problem, precise, head.letter, reading.ambiguous,
                )
            )  # fmt: skip
    return StatTable(layout, cells, labels)


class _Row:
    """One row with values: what stands in its key, name and label columns."""

    __slots__ = ("heads", "keys", "labels", "moment", "position")

    def __init__(
        self,
        position: int,
        keys: tuple[str, ...],
        labels: tuple[str, ...],
        moment: Moment,
        heads: list[ColumnHead],
    ) -> None:
        self.position, self.keys, self.labels, self.moment, self.heads = position, keys, labels, moment, heads


class _Rows:
    """The rows of the body that hold values, with the texts of merged or left-out cells filled in."""

    def __init__(self, grid: Grid, layout: Layout) -> None:
        self.grid, self.layout = grid, layout
        self.keys = layout.with_role(Role.KEY)
        self.names = layout.with_role(Role.NAME)
        self.labels = layout.label_columns
        self.dates = layout.with_role(Role.DATE)
        self.values = layout.with_role(Role.VALUE)

    def __iter__(self) -> Iterator[_Row]:
        above: dict[int, str] = {}
        for position in range(self.layout.body[0] - 1, self.layout.body[1]):
            kinds = self.grid.kinds[position]
            if not any(h.position < len(kinds) and kinds[h.position] for h in self.values):
                continue
            if self.grid.is_rule(position) or self.grid.is_numbering(position):
                continue
            found = self._texts(position, above)
            moment = self._moment(position, above)
            keys = tuple(found[h.position] for h in self.keys)
            labels = tuple(found[h.position] for h in self.labels)
            yield _Row(position, keys, labels, moment, list(self.values))

    def _texts(self, position: int, above: dict[int, str]) -> dict[int, str]:
        """Texts of key, name and label columns; a left-out area is the one above."""
        heads = (*self.keys, *self.labels)
        found = {h.position: self.grid.text(position, h.position) for h in heads}
        areas = [h.position for h in (*self.keys, *self.names)]
        others = [h.position for h in (*self.labels, *self.dates) if h.position not in areas]
        stands = any(found.get(c) or self.grid.text(position, c) for c in others)
        if areas and stands and not any(found[c] for c in areas):
            found |= {c: above.get(c, "") for c in areas}
        above |= {c: found[c] for c in areas}
        return found

    def _moment(self, position: int, above: dict[int, str]) -> Moment:
        moment = NEVER
        for head in self.dates:
            text = self.grid.text(position, head.position) or above.get(head.position, "")
            above[head.position] = text
            moment = _joined(moment, _row_moment(text, head))
        return moment


def _joined(left: Moment, right: Moment) -> Moment:
    return Moment(left.year or right.year, left.month or right.month, left.day or right.day)


def _row_moment(text: str, head: ColumnHead) -> Moment:
    """The date of a cell in a date column; a bare number is what the heading says it is."""
    year_month = _YEAR_MONTH.fullmatch(text)
    if year_month:
        return Moment(int(year_month[1]), int(year_month[2]))
    heading = head.path[-1].casefold() if head.path else ""
    if text.isdigit() and len(text) <= 2:
        if heading.startswith("monat") and 1 <= int(text) <= 12:
            return Moment(0, int(text), 0)
        if heading.startswith(("quartal", "vierteljahr")) and 1 <= int(text) <= 4:
            return Moment(0, 3 * int(text), 0)
        return NEVER
    return moment_in(text)


def preview(table: Table, layout: Layout, rows: int = 8) -> tuple[tuple[str, ...], ...]:
    """The header and the first rows of the body as text, for people to look at."""
    grid = Grid(table)
    last = min(layout.body[0] - 1 + rows, layout.body[1])
    wanted = [*range(layout.header[0] - 1, layout.header[1]), *range(layout.body[0] - 1, last)]
    return tuple(tuple(grid.text(r, c) for c in range(grid.width)) for r in wanted if grid.filled(r))


def samples(table: Table, head: ColumnHead, layout: Layout, count: int = 3) -> tuple[str, ...]:
    """The first cells of a column that hold something."""
    found: list[str] = []
    for row in table.rows[layout.body[0] - 1 : layout.body[1]]:
        cell: Cell = row[head.position] if head.position < len(row) else None
        if cell_text(cell):
            found.append(cell_text(cell))
        if len(found) == count:
            break
    return tuple(found)
