"""The partner's own file with its findings in it: cells coloured and commented, and a list of them all.

A workbook of ordinary size keeps its form. Everything else is written anew from what was read: each cell at
its place, as it stood there. Formulas stand in the copy as their last values, so that nothing in it can run.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from wohnplatz.model import Finding, Severity

from .cells import Cell, cell_text
from .findings import UnreadableFileError
from .header import FINDINGS_SHEET
from .matching import normalised
from .sheets import Table, open_tables
from .tables import (
    MADE_ON,
    MAX_ROWS,
    Formats,
    Value,
    new_workbook,
    runs_as_formula,
    sheet_name,
    write_cell,
    write_header,
)

KEEPS_FORM_BYTES = 5_000_000
KEEPS_FORM_UNPACKED = 6_000_000
"""Larger workbooks are written anew: reading them with all their formats takes too long for a page."""
WHOLE_CELLS = 300_000
"""Of larger tables only the head and the rows with findings are written, each at its own place."""
HEAD_ROWS = 60
AUTHOR = "Wohnplatz"
SEVERITIES = {Severity.ERROR: "Fehler", Severity.WARNING: "Warnung", Severity.NOTE: "Hinweis"}
COLOURS = {Severity.ERROR: "FFC7CE", Severity.WARNING: "FFEB9C", Severity.NOTE: "DDEBF7"}
HEADER = ("Schwere", "Blatt", "Zeile", "Spalte", "Wert", "Befund", "Warum", "Was tun", "Kennung")
WIDTHS = (10, 18, 8, 18, 18, 60, 44, 60, 26)
NOTE = (
    "Diese Datei ist eine Kopie der Lieferung mit den Befunden der Prüfung. "
    "Formeln stehen darin als Werte. Dieses Blatt wird bei einer erneuten Lieferung nicht gelesen."
)
NOTE_PARTS = (
    " Von großen Tabellen sind nur der Kopf und die Zeilen mit Befunden gezeigt, jede an ihrer Stelle."
)
NAMELESS = "Lieferung"
MAX_COMMENT = 1_500
MAX_COLUMNS = 16_384
"""What a spreadsheet can show."""

_LETTERS = re.compile(r"[A-Z]{1,3}")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BETWEEN_HEADINGS = " › "

Marks = Mapping[tuple[int, int, int], list[Finding]]
"""Findings by place: number of the table, row and column, all 0-based."""


def write_marked(data: bytes, filename: str, findings: Sequence[Finding]) -> bytes:
    """The file as XLSX with its findings marked, and a sheet that lists them all, also those without a place.

    Never raises for bad input: of a file that cannot be opened only the list is written.
    """
    try:
        tables = open_tables(data, filename)
    except UnreadableFileError:
        tables = []
    marks = _marks(tables, findings)
    if tables and _keeps_form(data):
        try:
            return _marked_copy(data, tables, marks, findings)
        except Exception:  # noqa: S110 (the library raises what it likes; the other way is always open)
            pass
    return _written_anew(tables, marks, findings)


def _keeps_form(data: bytes) -> bool:
    if len(data) > KEEPS_FORM_BYTES or not data.startswith(b"PK\x03\x04"):
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    return (
        any(i.filename == "xl/workbook.xml" for i in infos)
        and sum(i.file_size for i in infos) <= KEEPS_FORM_UNPACKED
    )


# Where a finding belongs


def _marks(tables: Sequence[Table], findings: Sequence[Finding]) -> Marks:
    marks: dict[tuple[int, int, int], list[Finding]] = {}
    headings = [_Headings.of(table) for table in tables]
    for finding in findings:
        number = _table_number(tables, finding)
        if number is None:
            continue
        place = _place(tables[number], headings[number], finding)
        if place is not None:
            marks.setdefault((number, *place), []).append(finding)
    return marks


def _table_number(tables: Sequence[Table], finding: Finding) -> int | None:
    if not finding.sheet:
        return 0 if len(tables) == 1 else None
    return next((n for n, table in enumerate(tables) if table.name == finding.sheet), None)


@dataclass(frozen=True, slots=True)
class _Headings:
    """Where which text stands in the first rows of a table, from top to bottom."""

    places: Mapping[str, list[tuple[int, int]]]
    rows: list[list[str]]

    @classmethod
    def of(cls, table: Table) -> _Headings:
        places: dict[str, list[tuple[int, int]]] = {}
        rows = [[normalised(cell_text(cell)) for cell in row] for row in table.rows[:HEAD_ROWS]]
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                if text:
                    places.setdefault(text, []).append((row, column))
        return cls(places, rows)

    def find(self, heading: str, before: int) -> tuple[int, int] | None:
        """Row and column of a heading, or of the last of a path of headings, above row ``before``."""
        *upper, last = map(normalised, heading.split(_BETWEEN_HEADINGS))
        found = [place for place in self.places.get(last, []) if place[0] <= before]
        return max(found, key=lambda place: self._fits(place, upper), default=None)

    def _fits(self, place: tuple[int, int], upper: Sequence[str]) -> int:
        """How many of the upper headings stand above a place; a heading holds to the right until the next."""
        above = [_to_the_left(row, place[1]) for row in self.rows[: place[0]]]
        return sum(heading in above for heading in upper)


def _to_the_left(row: Sequence[str], column: int) -> str:
    return next((text for text in reversed(row[: column + 1]) if text), "")


def _place(table: Table, headings: _Headings, finding: Finding) -> tuple[int, int] | None:
    """Row and column of a finding, both 0-based; None where it speaks of the whole."""
    row = None if finding.row is None else finding.row - 1
    heading = headings.find(finding.column, HEAD_ROWS if row is None else row) if finding.column else None
    if row is None:
        return heading
    if not 0 <= row < min(len(table.rows), MAX_ROWS):
        return None
    if heading is not None:
        return row, heading[1]
    if _LETTERS.fullmatch(finding.column) and _column_number(finding.column) < MAX_COLUMNS:
        return row, _column_number(finding.column)
    filled = (column for column, cell in enumerate(table.rows[row]) if cell_text(cell))
    return row, next(filled, 0)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _worst(findings: Sequence[Finding]) -> Severity:
    return min((f.severity for f in findings), key=list(SEVERITIES).index)


def _comment(findings: Sequence[Finding]) -> str:
    texts = (f"{SEVERITIES[f.severity]}: {f.message}\n{f.advice}" for f in findings)
    text = _clean("\n\n".join(texts))
    return text if len(text) <= MAX_COMMENT else text[: MAX_COMMENT - 1] + "…"


def _clean(text: str) -> str:
    """``text`` without characters that a workbook cannot hold."""
    return _ILLEGAL.sub(" ", text)


def _list_rows(findings: Sequence[Finding]) -> Iterator[tuple[Value, ...]]:
    for f in findings:
        row = (
            SEVERITIES[f.severity], f.sheet, f.row, f.column, f.value, f.message, f.why, f.advice, f.code,
        )  # fmt: skip
        yield tuple(_clean(cell) or None if isinstance(cell, str) else cell for cell in row)


# The partner's own workbook


def _marked_copy(data: bytes, tables: Sequence[Table], marks: Marks, findings: Sequence[Finding]) -> bytes:
    workbook = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    for worksheet in workbook.worksheets:
        _forget_former_marks(worksheet)
    for (number, row, column), found in marks.items():
        _mark(workbook[tables[number].name], row + 1, column + 1, found)
    former = FINDINGS_SHEET in workbook.sheetnames and workbook[FINDINGS_SHEET]
    if former and former["A1"].value == NOTE and len(workbook.sheetnames) > 1:
        workbook.remove(former)
    _drop_foreign_names(workbook)
    worksheet = workbook.create_sheet(sheet_name(FINDINGS_SHEET, workbook.sheetnames))
    _fill_list(worksheet, findings, {id(f): place for place, fs in marks.items() for f in fs}, tables)
    workbook.active = len(workbook.sheetnames) - 1
    for other in workbook.worksheets:
        other.sheet_view.tabSelected = other is worksheet
    workbook.properties.created = workbook.properties.modified = MADE_ON
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _forget_former_marks(worksheet: Any) -> None:
    """Take away colours and comments of an earlier marking: the partner may have corrected a marked copy."""
    for row in worksheet.iter_rows():
        for cell in row:
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
                cell.fill = PatternFill()


def _drop_foreign_names(workbook: Any) -> None:
    """Names that call another program or read another file are the one formula a copy by values keeps."""
    for name, defined in list(workbook.defined_names.items()):
        if re.search(r"[|\[(]", defined.value or ""):
            del workbook.defined_names[name]


def _mark(worksheet: Any, row: int, column: int, findings: Sequence[Finding]) -> None:
    cell = worksheet.cell(*_top_left(worksheet, row, column))
    cell.fill = PatternFill("solid", fgColor=COLOURS[_worst(findings)])
    cell.comment = Comment(_comment(findings), AUTHOR, width=360, height=180)


def _top_left(worksheet: Any, row: int, column: int) -> tuple[int, int]:
    """The cell that stands for a place: the first one of a merged range."""
    for area in worksheet.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            return area.min_row, area.min_col
    return row, column


def _fill_list(
    worksheet: Any,
    findings: Sequence[Finding],
    places: Mapping[int, tuple[int, int, int]],
    tables: Sequence[Table],
) -> None:
    _put(worksheet.cell(1, 1), NOTE)
    for column, heading in enumerate(HEADER, start=1):
        cell = worksheet.cell(3, column)
        _put(cell, heading)
        cell.font = Font(bold=True)
        worksheet.column_dimensions[get_column_letter(column)].width = WIDTHS[column - 1]
    for row, (finding, values) in enumerate(zip(findings, _list_rows(findings), strict=True), start=4):
        for column, value in enumerate(values, start=1):
            cell = worksheet.cell(row, column)
            _put(cell, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        worksheet.cell(row, 1).fill = PatternFill("solid", fgColor=COLOURS[finding.severity])
        if id(finding) in places:
            number, at_row, at_column = places[id(finding)]
            target = _reference(tables[number].name, at_row, at_column)
            cell = worksheet.cell(row, 3)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target)
            cell.font = Font(underline="single", color="0563C1")
    worksheet.freeze_panes = "A4"
    worksheet.auto_filter.ref = f"A3:{get_column_letter(len(HEADER))}{len(findings) + 3}"


def _reference(sheet: str, row: int, column: int) -> str:
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{get_column_letter(column + 1)}{row + 1}"


def _put(cell: Any, value: Value) -> None:
    """Set a value; a text stays text whatever it begins with."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = runs_as_formula(value)


# Written anew


def _written_anew(tables: Sequence[Table], marks: Marks, findings: Sequence[Finding]) -> bytes:
    out = io.BytesIO()
    workbook = new_workbook(out)
    formats = Formats(workbook)
    names: list[str] = []
    whole = sum(len(row) for table in tables for row in table.rows) <= WHOLE_CELLS
    for number, table in enumerate(tables):
        if table.name == FINDINGS_SHEET:
            continue
        names.append(sheet_name(table.name or NAMELESS, [*names, FINDINGS_SHEET]))
        own = {place[1:]: found for place, found in marks.items() if place[0] == number}
        _write_table(workbook.add_worksheet(names[-1]), table, own, formats, whole)
    listed = workbook.add_worksheet(FINDINGS_SHEET)
    _write_list(listed, findings, formats, NOTE if whole else NOTE + NOTE_PARTS)
    listed.activate()
    workbook.close()
    return out.getvalue()


def _write_table(
    worksheet: Any,
    table: Table,
    marks: Mapping[tuple[int, int], list[Finding]],
    formats: Formats,
    whole: bool,
) -> None:
    marked_rows = {row for row, _ in marks}
    for row, cells in enumerate(table.rows[:MAX_ROWS]):
        if not whole and row >= HEAD_ROWS and row not in marked_rows:
            continue
        for column, cell in enumerate(cells):
            if cell not in {None, ""} and (row, column) not in marks:
                write_cell(worksheet, (row, column), _storable(cell), formats)
    for (row, column), found in marks.items():
        cells = table.rows[row]
        style = {"bg_color": f"#{COLOURS[_worst(found)]}"}
        value = _storable(cells[column]) if column < len(cells) else None
        write_cell(worksheet, (row, column), value, formats, **style)
        worksheet.write_comment(row, column, _comment(found), {"author": AUTHOR, "width": 360, "height": 180})


def _storable(cell: Cell) -> Value:
    """A cell as it stood, in a type that can be written; what cannot is its text."""
    if isinstance(cell, bool) or cell is None:
        return cell
    if isinstance(cell, int | float):
        return cell if abs(cell) < 1e300 else str(cell)  # also false for NaN
    if isinstance(cell, datetime) and cell.time() != time():
        return cell.strftime("%d.%m.%Y %H:%M:%S")
    if isinstance(cell, date):
        return cell if 1900 < cell.year <= 9999 else cell_text(cell)
    return _clean(str(cell))


def _write_list(worksheet: Any, findings: Sequence[Finding], formats: Formats, note: str) -> None:
    write_cell(worksheet, (0, 0), note, formats)
    write_header(worksheet, 2, HEADER, formats)
    for row, (finding, values) in enumerate(zip(findings, _list_rows(findings), strict=True), start=3):
        for column, value in enumerate(values):
            style: dict[str, object] = {"text_wrap": True, "valign": "top"}
            if column == 0:
                style["bg_color"] = f"#{COLOURS[finding.severity]}"
            write_cell(worksheet, (row, column), value, formats, **style)
    for column, width in enumerate(WIDTHS):
        worksheet.set_column(column, column, width)
    worksheet.freeze_panes(3, 0)
    worksheet.autofilter(2, 0, 2 + len(findings), len(HEADER) - 1)
