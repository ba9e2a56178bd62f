"""Finds the tables of a sheet: title, header, body and notes of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..sheets import Table
from .columns import column_heads
from .dates import moment_in
from .grid import Grid
from .headings import cleaned, unit_in
from .kinds import Kind
from .model import Layout, Role
from .moment import NEVER, Moment
from .numerals import decimal_of

MAX_GAP = 40
"""Rows without data inside a body beyond which another table begins."""
BLANKS_UNDER_HEADER = 2
MAX_SECTIONS = 3
"""Rows between header and first data row: blank ones and headings of sections."""
MAX_HEADER = 12
_NOTE = re.compile(
    r"^(?:quelle|hinweis|anmerkung|erläuterung|stand\b|erstell|©|\(c\)|\d{1,2}\)|\*|[¹²³⁴])", re.I
)


@dataclass(frozen=True, slots=True)
class Span:
    """The rows of one table, all 0-based: header may be empty (first > last)."""

    header: tuple[int, int]
    body: tuple[int, int]
    end: int
    """Last row before the next table's title begins."""


def detect_layout(table: Table) -> Layout | None:
    """The table on a sheet; the largest where there are several; None where there is none."""
    found = detect_layouts(table)
    return max(found, key=lambda layout: layout.body[1] - layout.body[0], default=None)


def detect_layouts(table: Table) -> tuple[Layout, ...]:
    """All tables on a sheet from top to bottom; none for cover, imprint and notes."""
    grid = Grid(table)
    spans = list(_spans(grid))
    starts = [0, *(span.end + 1 for span in spans)]
    layouts = (_layout(grid, span, start) for span, start in zip(spans, starts, strict=False))
    return tuple(layout for layout in layouts if layout is not None)


def layout_of(
    table: Table, header: tuple[int, int] | None, body: tuple[int, int] | None, decimal: str = ""
) -> Layout | None:
    """The layout with rows (1-based) set by hand; what is not set is found."""
    grid = Grid(table)
    rows = len(grid.rows)
    spans = list(_spans(grid))
    if header is None and not spans:
        return None
    first, last = (header[0] - 1, header[1] - 1) if header else spans[0].header
    data = [r for r in range(last + 1, rows) if grid.is_data(r)]
    start, end = (body[0] - 1, body[1] - 1) if body else (last + 1, data[-1] if data else last)
    if not 0 <= start <= end < rows or first < 0:
        return None
    return _layout(grid, Span((first, last), (start, end), rows - 1), 0, decimal)


def _spans(grid: Grid) -> Iterator[Span]:
    """One span for each run of data rows that has a header of its own."""
    data = [row for row in range(len(grid.rows)) if grid.is_data(row)]
    start = 0
    while start < len(data):
        end = start
        while end + 1 < len(data) and not _breaks(grid, data[end], data[end + 1]):
            end += 1
        header = _header(grid, data[start])
        following = data[end + 1] if end + 1 < len(data) else len(grid.rows)
        limit = len(grid.rows) - 1
        if following < len(grid.rows):
            limit = _title_above(grid, _header(grid, following)[0], data[end]) - 1
        if header[0] <= header[1]:
            yield Span(header, (data[start], data[end]), max(limit, data[end]))
        start = end + 1


def _title_above(grid: Grid, header: int, after: int) -> int:
    """First row of the title above a header that is not the first on its sheet; notes end above it."""
    row = header - 1
    while row > after and not grid.filled(row):
        row -= 1
    while row > after and grid.filled(row) and not _NOTE.search(grid.line(row)):
        row -= 1
    return row + 1


def _breaks(grid: Grid, above: int, below: int) -> bool:
    """Whether between two data rows another table begins."""
    between = range(above + 1, below)
    if not between:
        return False
    if len(between) > MAX_GAP or any(grid.is_rule(row) for row in between):
        return True
    separated = any(not grid.filled(row) or grid.is_line(row) for row in between)
    return separated and any(
        grid.filled(row) and not grid.is_line(row) and grid.names_values(row) for row in between
    )


def _header(grid: Grid, first: int) -> tuple[int, int]:
    """Rows of the header above the first data row; (first, first − 1) where there is none."""
    row = last = _above_sections(grid, first)
    while row >= 0 and last - row < MAX_HEADER and _in_header(grid, row, last):
        row -= 1
    if row == last:
        return first, first - 1
    return row + 1, last


def _above_sections(grid: Grid, first: int) -> int:
    """The row above the first data row, over blank rows and headings of sections (``Kernstadt``)."""
    blank = next(
        (r for r in range(first - 1, first - 2 - BLANKS_UNDER_HEADER, -1) if r < 0 or grid.filled(r)), -1
    )
    for row in range(first - 1, max(first - 2 - MAX_SECTIONS, -1), -1):
        if grid.filled(row) and not (grid.is_line(row) and grid.filled(row) == [0]):
            return row if grid.names_values(row) else blank
    return blank


def _in_header(grid: Grid, row: int, last: int) -> bool:
    filled = grid.filled(row)
    if not filled:
        return False
    if grid.is_numbering(row):
        return True
    if not grid.is_line(row):
        return not (grid.is_data(row) and row != last) and not _is_fact(grid, row)
    # One text alone: a title, unless it stands over values (or heads the first column over a row of years).
    if (row, filled[0]) in grid.merged:
        return (
            len([1 for c in range(grid.width) if grid.merged.get((row, c)) == grid.merged[row, filled[0]]])
            < (0.8 * grid.width)
            and filled[0] > 0
        )
    if filled[0] > 0:
        return filled[0] in grid.value_columns or row < last
    return (
        row == last - 1
        and not grid.text(last, 0)
        and len(grid.text(row, 0)) <= 30
        and not grid.has_moment(row)
    )


def _is_fact(grid: Grid, row: int) -> bool:
    """Whether the row says one thing about the table: ``Stichtag: | 31.12.2025``."""
    filled = grid.filled(row)
    first = grid.text(row, filled[0]).rstrip()
    return len(filled) == 2 and first.endswith(":")


def _layout(grid: Grid, span: Span, start: int, decimal: str = "") -> Layout | None:
    title = [grid.line(r) for r in range(start, span.header[0]) if grid.filled(r)]
    notes = [grid.line(r) for r in range(span.body[1] + 1, span.end + 1) if grid.filled(r)]
    notes = [n for n in notes if n not in title]
    rows = [r for r in range(span.body[0], span.body[1] + 1) if grid.is_data(r)]
    columns = column_heads(grid, span.header, rows)
    values = [c for c in columns if c.role is Role.VALUE]
    if not values or _is_prose(grid, span, rows, len(values)):
        return None
    sign, doubts = decimal_of(grid, rows, [c.position for c in values])
    if not any(c.path for c in values):
        return None
    nameless = [c.letter for c in values if not c.path]
    if nameless:
        doubts = (*doubts, f"Spalten ohne Überschrift: {', '.join(nameless)}.")
    areas = [c for c in columns if c.role in (Role.KEY, Role.NAME)]
    labels = [c for c in columns if c.role is Role.LABEL]
    clean = [cleaned(line)[0] for line in title]
    return Layout(
        sheet=grid.table.name,
        title=tuple(clean),
        header=(span.header[0] + 1, span.header[1] + 1),
        body=(span.body[0] + 1, span.body[1] + 1),
        notes=tuple(" ".join(n.split()) for n in notes),
        columns=columns,
        long=len(values) == 1 and bool(labels),
        sure=1.0 - 0.3 * bool(doubts) - 0.3 * (not areas),
        doubts=doubts,
        moment=_title_moment(title),
        unit=_title_unit(clean),
        decimal=decimal or sign,
    )


def _title_unit(title: list[str]) -> str:
    """The unit the title names for all values; none where it names several, as in „Anzahl und Anteil“."""
    found = {unit for line in title for part in re.split(r"\bund\b|;", line) if (unit := unit_in(part))}
    found = found - {"Anteil"} if "%" in found else found
    return found.pop() if len(found) == 1 else ""


def _title_moment(title: list[str]) -> Moment:
    """The reference date of the title; the most exact one where they agree, none where they do not."""
    found = {moment_in(line) for line in title} - {NEVER}
    years = {moment.year for moment in found}
    if len(years) != 1:
        return NEVER
    exact = {m for m in found if m.month}
    if len(exact) > 1:
        return NEVER
    return exact.pop() if exact else found.pop()


def _is_prose(grid: Grid, span: Span, rows: list[int], values: int) -> bool:
    """Whether single numbers stand among text: an imprint or a note, not a table."""
    if len(rows) > 1 or values > 1:
        return False
    header = span.header[1]
    return len(grid.filled(header)) < 2 or len(grid.filled(rows[0])) < 2 or any(
        k is Kind.TEXT and grid.text(rows[0], c).endswith(":") for c, k in enumerate(grid.kinds[rows[0]])
    )  # fmt: skip
