"""Produced files with one hidden figure opened in each: who overlooks that would find nothing at all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import escape
from urllib.parse import parse_qs, urlsplit

import openpyxl
from named import Figure

from wohnplatz import text
from wohnplatz.publication.sightings import Place
from wohnplatz.report import docx, html, pdf
from wohnplatz.report.blocks import Document, Table, walk

HIDDEN = "geschützt"
Files = Iterable[tuple[str, str, bytes]]
"""Where a file was found, its name, what is in it."""
Opened = tuple[str, str, bytes, Figure]
"""Kind of file, its name, what is in it now, the figure that was opened."""


def opened_downloads(
    files: Files, hidden: Mapping[Place, Figure], names: Mapping[str, str]
) -> Iterator[Opened]:
    """Page, CSV, XLSX and SVG of a map, the first of each that shows a hidden figure as such.

    The address says what a file is about, so nothing is left to how it is read.
    """
    open_in = {".html": _in_page, ".svg": _in_drawing, ".csv": in_csv, ".xlsx": _in_workbook}
    done = set()
    for where, name, data in files:
        parts, ending = urlsplit(where), f".{name.rpartition('.')[2]}"
        path = parts.path.strip("/").split("/")
        year = parse_qs(parts.query).get("datum", [""])[0]
        if path[0] != "karte" or not year or len(path) > 3 or ending in done or ending not in open_in:
            continue
        for figure in (f for p, f in hidden.items() if p[0] == path[1] and p[2] == int(year)):
            made = open_in[ending](data, figure, names[figure.place[1]])
            if made is not None:
                done.add(ending)
                yield ending[1:], name, made, figure
                break


def number(figure: Figure) -> str:
    """The value as it would be printed."""
    return text.number(figure.value, 2)


def _in_page(data: bytes, figure: Figure, name: str) -> bytes | None:
    """The first cell of the area's row that says so, whatever signs and words it has for it."""
    page = data.decode()
    row = re.search(rf">{re.escape(escape(name))}</a>(?:(?!</tr>).)*", page, re.DOTALL)
    cells = re.finditer(r"<td[^>]*>(.*?)</td>", row[0], re.DOTALL) if row else ()
    cell = next((c for c in cells if HIDDEN in c[1]), None)
    if row is None or cell is None:
        return None
    begin, end = row.start() + cell.start(1), row.start() + cell.end(1)
    return f"{page[:begin]}{number(figure)}{page[end:]}".encode()


def _in_drawing(data: bytes, figure: Figure, name: str) -> bytes | None:
    title = f"<title>{escape(name)}: "
    drawing = data.decode()
    if f"{title}{HIDDEN}" not in drawing:
        return None
    return drawing.replace(f"{title}{HIDDEN}", f"{title}{number(figure)}", 1).encode()


def in_csv(data: bytes, figure: Figure, name: str) -> bytes | None:
    """The value, and it alone, in the row that names the area, the year and the indicator; None without."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    if not _open_row(rows, figure):
        return None
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _in_workbook(data: bytes, figure: Figure, name: str) -> bytes | None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    rows = [[c.value if c.value is not None else "" for c in row] for row in sheet.iter_rows()]
    place = _open_row(rows, figure)
    if place is None:
        return None
    sheet.cell(place[0] + 1, place[1] + 1).value = figure.value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _open_row(rows: list[list[object]], figure: Figure) -> tuple[int, int] | None:
    """Put the value into the column of values of the figure's row; where that is."""
    head = next((n for n, row in enumerate(rows) if "Gebietsschlüssel" in row and "Wert" in row), None)
    if head is None:
        return None
    code, key, year = (str(part) for part in figure.place[:3])
    value = rows[head].index("Wert")
    for n, row in enumerate(rows[head + 1 :], head + 1):
        said = {name: str(cell) for name, cell in zip(rows[head], row, strict=False)}
        same = (said["Gebietsschlüssel"], said.get("Jahr", year), said.get("Indikator", code))
        if same == (key, year, code) and any(HIDDEN in cell for cell in said.values()):
            row[value] = number(figure)
            return n, value
    return None


def opened_papers(document: Document, hidden: Mapping[Place, Figure]) -> Iterator[Opened]:
    """PDF, DOCX and page of the first table of a document that shows a hidden figure as such."""
    for table in (b for b in walk(document.blocks) if isinstance(b, Table)):
        found = _hidden_cell(table, hidden)
        if found is None:
            continue
        row, column, figure = found
        cells = list(table.rows[row])
        cells[column] = number(figure)
        rows = (*table.rows[:row], tuple(cells), *table.rows[row + 1 :])
        made = replace(document, blocks=(replace(table, rows=rows),), contents=False)
        yield "pdf", "probe.pdf", pdf(made), figure
        yield "docx", "probe.docx", docx(made), figure
        yield "page of a report", "probe.html", html(made).encode(), figure
        return


def _hidden_cell(table: Table, hidden: Mapping[Place, Figure]) -> tuple[int, int, Figure] | None:
    for n, marks in enumerate(table.figures):
        for column, mark in enumerate(marks):
            code, area, year = mark.rsplit("/", 2) if mark else ("", "", "0")
            figure = hidden.get((code, area, int(year), ""))
            if figure is not None and HIDDEN in table.rows[n][column]:
                return n, column, figure
    return None
