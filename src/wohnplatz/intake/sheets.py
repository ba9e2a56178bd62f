"""Opens a file of any kind we read into tables of cells."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import cast

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

from wohnplatz.text import number

from .archive import SheetNotes, check_sizes, inspect_xlsx
from .cells import Cell
from .delimited import decode, read_rows
from .filetypes import checked_kind
from .findings import UnreadableFileError
from .isolated import ENCRYPTED, TOO_LARGE, Range, read_sheets
from .limits import Limits


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet as it stands: ``rows[0]`` is row 1. A text file is one table without a name."""

    name: str
    rows: list[list[Cell]]
    delimiter: str = ""
    """Delimiter of a text file; empty for a workbook."""
    merged: tuple[Range, ...] = ()
    """Merged ranges of a workbook; only the first cell of each holds the text."""

    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        return not any(is_filled(row) for row in self.rows)


def is_filled(row: list[Cell]) -> bool:
    """Whether any cell of a row holds more than spaces."""
    return any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in row)


def open_tables(data: bytes, filename: str, limits: Limits | None = None) -> list[Table]:
    """All worksheets of a file, or its one text table. Raises ``UnreadableFileError`` and nothing else.

    ``limits`` are by default those of a page.
    """
    limits = limits or Limits.page
    if not data:
        raise UnreadableFileError("intake.empty_file")
    limits.require_size(len(data))
    kind = checked_kind(data, filename)
    if kind == "csv":
        rows, delimiter = read_rows(decode(data), limits)
        return [Table("", rows, delimiter)]
    if kind == "xlsx":
        return _workbook_tables(data, inspect_xlsx(data), limits)
    if kind == "ods":
        check_sizes(data)
    return _isolated_tables(data, limits)


def _isolated_tables(data: bytes, limits: Limits) -> list[Table]:
    code, found = read_sheets(data, (limits.sheets, limits.cells))
    if code == TOO_LARGE:
        limit = f"{number(limits.cells)} Zellen auf {limits.sheets} Blättern"
        raise UnreadableFileError("intake.too_large", found="mehr als erlaubt", limit=limit)
    if code:
        raise UnreadableFileError("intake.encrypted" if code == ENCRYPTED else "intake.broken_file")
    return [Table(name, rows, merged=merged) for name, rows, merged in found]


def _workbook_tables(data: bytes, notes: list[SheetNotes], limits: Limits) -> list[Table]:
    try:
        return _read_workbook(data, notes, limits)
    except (KeyboardInterrupt, SystemExit, UnreadableFileError):
        raise
    except PasswordError as error:
        raise UnreadableFileError("intake.encrypted") from error
    except BaseException as error:  # a panic of the foreign reader is no Exception; it means: broken file
        raise UnreadableFileError("intake.broken_file") from error


def _read_workbook(data: bytes, notes: list[SheetNotes], limits: Limits) -> list[Table]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    limits.require_sheets(len(workbook.sheets_metadata))
    tables = []
    cells = 0
    for position, meta in enumerate(workbook.sheets_metadata):
        if meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(position)
        rows = cast("list[list[Cell]]", sheet.to_python(skip_empty_area=False))
        cells += sum(map(len, rows))
        limits.require_cells(cells)
        if position < len(notes):
            _put_errors(rows, notes[position])
        merged = tuple(sheet.merged_cell_ranges or ())
        tables.append(Table(meta.name, rows, merged=merged))
    return tables


def _put_errors(rows: list[list[Cell]], notes: SheetNotes) -> None:
    """Put failed formulas back into their cells: the reader of workbooks hands them over as empty."""
    for (row, column), value in notes.errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = value
