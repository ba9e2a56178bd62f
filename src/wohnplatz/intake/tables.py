"""Writes tables to take away, XLSX and CSV, for every room above.

What stands in a cell may come from anybody. A text that a spreadsheet would run as a formula stays text in
both forms: quoted in XLSX, with an apostrophe before it in CSV. Numbers stay numbers, negative ones too.
The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import xlsxwriter

from wohnplatz.model import CellState, WohnplatzError
from wohnplatz.text import state_word

from .cells import SIGNS

Value = str | float | int | bool | date | CellState | None
"""What may stand in a cell; a ``CellState`` is written as its German word, None as an empty cell."""

MADE_ON = datetime(2020, 1, 1)
"""Fixed, so that equal tables are equal files."""
MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
WIDEST = 60

_STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: lines of text above (``head``), the table, lines below (``foot``).

    ``decimals`` gives the decimal places shown per column (None or absent: as the number is).
    """

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]
    head: Sequence[str] = ()
    foot: Sequence[str] = ()
    decimals: Sequence[int | None] = ()


def runs_as_formula(text: str) -> bool:
    """Whether a spreadsheet could take ``text`` for a formula. The agreed signs, such as ``-``, are none."""
    return text.startswith(_STARTS_FORMULA) and text not in SIGNS


def write_csv(rows: Iterable[Sequence[Value]]) -> bytes:
    """``rows`` (heading included) as CSV: ``;``, decimal comma without thousands points, UTF-8 with mark."""
    return csv_file(csv_lines(rows))


def csv_file(lines: Iterable[str]) -> bytes:
    """A CSV file of the ``lines`` that ``csv_lines`` gave."""
    return "".join(lines).encode("utf-8-sig", errors="replace")


def csv_lines(rows: Iterable[Sequence[Value]]) -> list[str]:
    """Each row as its part of a CSV file, for files that have rows in common."""
    lines = _Lines()
    writer = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    writer.writerows([_csv_text(value) for value in row] for row in rows)
    return lines


class _Lines(list[str]):
    """What is written to it, as a list."""

    def write(self, text: str) -> None:
        """One row, which the writer hands over as a whole."""
        self.append(text)


def _csv_text(value: Value) -> str:
    if isinstance(value, str):
        text = value.replace("\0", "")
        return f"'{text}" if runs_as_formula(text) else text
    if type(value) is int:  # most cells are plain numbers, and abstract classes answer slowly
        return str(value)
    if type(value) is float:
        return _digits(value)
    return _plain_text(value)


def _plain_text(value: Value) -> str:
    """A value that is no text, as text."""
    if value is None:
        return ""
    if isinstance(value, CellState):
        return state_word(value)
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date):
        return f"{value.day:02d}.{value.month:02d}.{value.year:04d}"
    if isinstance(value, Integral):
        return str(int(value))
    return _digits(float(value))


def _digits(number: float) -> str:
    digits = repr(_finite(number))
    plain = f"{Decimal(digits):f}" if "e" in digits else digits
    return plain.removesuffix(".0").replace(".", ",")


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(f"{number!r} is no number; a cell without one holds a CellState or None")
    return number


def write_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Sheets as a workbook with headings that stay in sight and filters. ``ValueError`` for NaN.

    Raises ``WohnplatzError`` where a sheet has more rows than a spreadsheet can show.
    """
    out = io.BytesIO()
    workbook = new_workbook(out)
    formats = Formats(workbook)
    names: list[str] = []
    for sheet in sheets:
        if len(sheet.rows) + len(sheet.head) + len(sheet.foot) + 3 > MAX_ROWS:
            raise WohnplatzError(
                f"Die Tabelle „{sheet.name}“ hat zu viele Zeilen für eine Excel-Arbeitsmappe.",
                todo="Bitte die Auswahl einschränken oder CSV wählen.",
                code="intake.too_many_rows",
            )
        names.append(sheet_name(sheet.name, names))
        _write_sheet(workbook.add_worksheet(names[-1]), sheet, formats)
    workbook.close()
    return out.getvalue()


def new_workbook(out: io.BytesIO) -> Any:
    """A workbook that takes no text for a formula, number or address and carries no date of its own."""
    workbook = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    workbook.set_properties({"created": MADE_ON})
    return workbook


class Formats:
    """Cell formats of a workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def of(self, **properties: object) -> Any:
        """The format with these properties (names of XlsxWriter)."""
        key = tuple(sorted(properties.items())) if len(properties) > 1 else tuple(properties.items())
        if key not in self._made:
            self._made[key] = self._workbook.add_format(dict(key))
        return self._made[key]


def sheet_name(name: str, taken: Sequence[str]) -> str:
    """A name a spreadsheet accepts: up to 31 characters, without forbidden ones, not yet ``taken``."""
    clean = _FORBIDDEN_IN_NAMES.sub(" ", name).strip(" '")[:31] or "Tabelle"
    lower = {other.casefold() for other in taken}
    number = 2
    result = clean
    while result.casefold() in lower:
        result = f"{clean[:27]} {number}"
        number += 1
    return result


def _write_sheet(worksheet: Any, sheet: Sheet, formats: Formats) -> None:
    styles = [{} if d is None else {"num_format": _number_format(d)} for d in sheet.decimals]
    styles += [{}] * (len(sheet.header) - len(styles))
    for position, line in enumerate(sheet.head):
        write_cell(worksheet, (position, 0), line, formats)
    top = len(sheet.head) + 1 if sheet.head else 0
    write_header(worksheet, top, sheet.header, formats)
    for offset, row in enumerate(sheet.rows, start=top + 1):
        for column, value in enumerate(row):
            style = styles[column] if column < len(styles) else {}
            write_cell(worksheet, (offset, column), value, formats, **style)
    bottom = top + len(sheet.rows)
    for position, line in enumerate(sheet.foot, start=bottom + 2):
        write_cell(worksheet, (position, 0), line, formats)
    if sheet.header:
        worksheet.autofilter(top, 0, bottom, len(sheet.header) - 1)
        worksheet.freeze_panes(top + 1, 0)
    for column, heading in enumerate(sheet.header):
        worksheet.set_column(column, column, _width(heading, sheet.rows, column))


def _width(heading: str, rows: Sequence[Sequence[Value]], column: int) -> int:
    """Width of a column in characters, from its heading and first rows."""
    shown = [row[column] for row in rows[:200] if column < len(row)]
    lengths = [len(v) if isinstance(v, str) else 11 for v in shown if v is not None]
    return min(max([len(heading) + 3, *lengths]) + 1, WIDEST)


def write_header(worksheet: Any, row: int, header: Sequence[str], formats: Formats) -> None:
    """Write the headings of a table."""
    for column, heading in enumerate(header):
        style = {"bold": True, "bottom": 1, "bg_color": "#E7ECF2", "text_wrap": True, "valign": "top"}
        write_cell(worksheet, (row, column), heading, formats, **style)


def _number_format(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def write_cell(worksheet: Any, at: tuple[int, int], value: Value, formats: Formats, **style: object) -> None:
    """Write one value in its own type at (row, column), 0-based; ``style`` are properties of XlsxWriter.

    Text that could run as a formula is marked as text.
    """
    if value is None:
        if style:
            worksheet.write_blank(*at, None, formats.of(**style))
    elif type(value) is float or type(value) is int:
        worksheet.write_number(*at, _finite(value), formats.of(**style))
    elif isinstance(value, date):
        worksheet.write_datetime(
            *at, value, formats.of(**{"align": "left", **style, "num_format": "dd.mm.yyyy"})
        )
    elif isinstance(value, Real) and not isinstance(value, bool | CellState):
        worksheet.write_number(*at, _finite(float(value)), formats.of(**style))
    else:
        text = (value if isinstance(value, str) else _plain_text(value))[:MAX_TEXT]
        if runs_as_formula(text):
            style["quote_prefix"] = True
        if isinstance(value, CellState):
            style.setdefault("align", "right")
        worksheet.write_string(*at, text, formats.of(**style))
