"""A visitor who takes everything there is: every page and file one account can reach, read as figures."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

from django.test import Client
from python_calamine import CalamineWorkbook

from wohnplatz.publication.sightings import Seen
from wohnplatz.report.reading_back import decimals, read_back

LINK = re.compile(r'href="(/[^"#]*)"')
THEN, EARLIER = "gebiete=damals", "datenstand="
NOT_VISITED = re.compile(r"^/(static|abmelden|anmelden|admin)")
TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<(th|td)\b([^>]*)>(.*?)</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
OF_INDICATOR = re.compile(r'href="/karte/([^/"]+)/\?([^"]*)"')
OF_AREA = re.compile(r'href="/gebiete/([^/"?]+)/(?:\?([^"]*))?"')
ON_MAP = re.compile(r'<(?:a|g) data-key="([^"]+)"[^<>]*><title>([^<]*)</title>')
ON_MAP_WORDS = re.compile("[^:]*: ([-\u2212]?[\\d.]+(?:,\\d+)?)[^(]*(?:\\(([\\d.,]+) von ([\\d.,]+)\\))?")
NAME = re.compile("filename\\*?=(?:utf-8'')?\"?([^\";]+)", re.IGNORECASE)
ENDINGS = {
    "text/html": ".html", "text/csv": ".csv", "image/svg+xml": ".svg", "image/png": ".png",
    "application/pdf": ".pdf", "application/json": ".json", "text/calendar": ".ics",
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}  # fmt: skip
NUMBER = re.compile("^[-+\u2212]?[0-9.]+(?:,[0-9]+)?")


@dataclass
class Visit:
    """What one account found."""

    client: Client
    pages: int = 0
    files: int = 0
    refused: int = 0
    """Answers that are neither: not found, not allowed."""
    failed: list[str] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)
    seen: list[Seen] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    """Numbers with decimals of all pages."""
    keep: bool = False
    answers: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """Every answer, refusals as well, where they are to be kept: name of the file and what is in it."""
    papers: dict[str, frozenset[str]] = field(default_factory=dict)
    """The same of each PDF and DOCX, which say of no number what it is about."""

    def take(self, address: str) -> str:
        """Open an address, read its figures; its text where it is a page."""
        if address in self.visited:
            return ""
        self.visited.add(address)
        answer = self.client.get(address)
        if answer.status_code >= 500:
            self.failed.append(address)
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kind = answer.get("Content-Type", "").partition(";")[0]
        if self.keep:
            name = file_name(address, kind, answer.get("Content-Disposition", ""))
            self.answers[address] = name, data
        if answer.status_code != 200:
            self.refused += 1
            return ""
        if kind == "text/html":
            self.pages += 1
            page = data.decode()
            self.seen += read_page(page, address)
            self.numbers |= decimals(unescape(TAG.sub(" ", page)))
            return page
        self.files += 1
        self.seen += read_file(data, kind, address)
        if kind.endswith(("pdf", "wordprocessingml.document")):
            name = "x.pdf" if kind.endswith("pdf") else "x.docx"
            self.papers[address] = read_back({name: data}).numbers[name]
        return ""

    @property
    def odd(self) -> list[str]:
        """PDF and DOCX with a number that no page has."""
        return [address for address, found in self.papers.items() if found - self.numbers]

    def walk(self, start: str, *, at_most: int, wanted: Callable[[str], bool] = bool) -> None:
        """Follow links from a page, each path once with the first query it is met with.

        ``wanted`` says of a path whether it is opened; all are by default.
        """
        queue, paths = [start], {start}
        while queue and len(self.visited) < at_most:
            page = self.take(queue.pop(0))
            for link in map(unescape, LINK.findall(page)):
                path = urlsplit(link).path
                if path not in paths and not NOT_VISITED.match(path) and wanted(path):
                    paths.add(path)
                    queue.append(link)


def file_name(address: str, kind: str, disposition: str) -> str:
    """What a browser calls the file; its ending says what it is."""
    called = NAME.search(disposition)
    if called:
        return unquote(called[1])
    path = urlsplit(address).path.rstrip("/").rpartition("/")[2] or "seite"
    ending = ENDINGS.get(kind.partition(";")[0].strip(), "")
    return path if "." in path and not ending else f"{path.rpartition('.')[0] or path}{ending}"


def read_page(page: str, address: str) -> Iterator[Seen]:
    """Figures in tables whose rows are headed by an indicator (a profile) or by an area (a map); maps."""
    path = [unquote(part) for part in urlsplit(address).path.strip("/").split("/")]
    about, key = "", ""
    if path[0] in {"karte", "auswertungen"} and len(path) > 1:
        about = path[1] if path[0] == "karte" else path[2] if len(path) > 2 else ""
    elif path[0] == "gebiete" and len(path) == 2:
        key = path[1]
    years = set()
    for table in TABLE.findall(page):
        rows = [CELL.findall(row) for row in ROW.findall(table)]
        heads = [plain(inner) for kind, _, inner in rows[0]] if rows else []
        for row in rows[1:]:
            one = read_row(row, heads, about, key)
            if one is not None:
                years.add(one[2])
                yield Seen(*one[:3], address, *one[3:], former=THEN in address, earlier=EARLIER in address)
    if about and len(years) == 1:
        yield from read_map(page, about, years.pop(), address)


def read_row(
    row: list[tuple[str, str, str]], heads: list[str], about: str, key: str
) -> tuple[str, str, int, Decimal | None, float | None, float | None] | None:
    """Indicator, area, year, value and counts of a row whose head is a link to the one or the other."""
    if not row or row[0][0] != "th":
        return None
    indicator, area = OF_INDICATOR.search(row[0][2]), OF_AREA.search(row[0][2])
    if key and indicator:
        about, query = unescape(unquote(indicator[1])), indicator[2]
        year = parse_qs(unescape(query)).get("datum", ["0"])[0]
        shown = [inner for _, _, inner in row[1:2]]
    elif about and area:
        key, query = unescape(unquote(area[1])), area[2] or ""
        year = parse_qs(unescape(query)).get("jahr", ["0"])[0]
        shown = [inner for _, kind, inner in row[1:] if "numeric" in kind][:1]
    else:
        return None
    if not shown or not int(year):
        return None
    counts = [
        number(plain(row[heads.index(name)][2])) if name in heads and heads.index(name) < len(row) else None
        for name in ("Zähler", "Nenner")
    ]
    return about, key, int(year), printed(plain(shown[0])), counts[0], counts[1]


def read_map(page: str, indicator: str, year: int, address: str) -> Iterator[Seen]:
    """What the areas of a map say of themselves: name, value, counts."""
    for key, words in ON_MAP.findall(page):
        if found := ON_MAP_WORDS.match(unescape(words)):
            value, top, below = found.groups()
            yield Seen(
                indicator, unescape(key), year, address, printed(value), number(top or ""),
                number(below or ""), former=THEN in address, earlier=EARLIER in address,
            )  # fmt: skip


def plain(inner: str) -> str:
    """The words of a cell."""
    return unescape(TAG.sub("", inner)).replace("\xad", "").strip()


def read_file(data: bytes, kind: str, address: str) -> Iterator[Seen]:
    """Figures in tables to take away: a row for each, under headings that name key, year and indicator."""
    if kind == "text/csv":
        tables = [list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))]
    elif "spreadsheet" in kind:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        tables = [book.get_sheet_by_name(n).to_python() for n in book.sheet_names]
    elif kind == "image/svg+xml":
        parts = urlsplit(address)
        asked, path = parse_qs(parts.query), parts.path.strip("/").split("/")
        if path[0] == "karte" and "datum" in asked:
            yield from read_map(data.decode(), unquote(path[1]), int(asked["datum"][0]), address)
        return
    else:
        return
    for rows in tables:
        yield from read_rows(rows, address)


def read_rows(rows: list[list[object]], address: str) -> Iterator[Seen]:
    heads = [
        n for n, row in enumerate(rows) if {"Gebietsschlüssel", "Jahr", "Indikator"} <= set(map(str, row))
    ]
    if not heads:
        return
    place = {str(name): n for n, name in enumerate(rows[heads[0]])}
    for row in rows[heads[0] + 1 :]:
        cell = {name: row[n] if n < len(row) else "" for name, n in place.items()}
        if not str(cell["Indikator"]).strip() or not str(cell["Jahr"]).strip():
            break
        yield Seen(
            str(cell["Indikator"]), str(cell["Gebietsschlüssel"]), int(float(str(cell["Jahr"]))), address,
            printed(cell["Wert"]), number(cell.get("Zähler", "")), number(cell.get("Nenner", "")),
            str(cell.get("Gliederung", "")), THEN in address, EARLIER in address,
        )  # fmt: skip


def printed(shown: object) -> Decimal | None:
    """The number that stands there, with its decimals; None for a word or a sign."""
    if isinstance(shown, int | float):
        return Decimal(repr(shown))
    found = NUMBER.match(unescape(str(shown)).strip().replace("\xa0", " "))
    if not found:
        return None
    text = found.group().replace("\u2212", "-")
    try:
        return Decimal(text.replace(".", "").replace(",", ".") if "," in text or "." in text else text)
    except InvalidOperation:
        return None


def number(cell: object) -> float | None:
    """A count of a file; None where none stands there."""
    value = printed(cell) if str(cell).strip() else None
    return None if value is None else float(value)
