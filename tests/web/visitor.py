"""A visitor who takes everything there is: every page and file one account can reach, read as figures."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html import unescape
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from python_calamine import CalamineWorkbook

from wohnplatz.publication.attack import Seen

LINK = re.compile(r'href="(/[^"#]*)"')
NOT_VISITED = re.compile(r"^/(static|abmelden|anmelden|admin|kalender/feed)")
INDICATOR_ROW = re.compile(
    r'href="/karte/([^/"]+)/\?([^"]*)"[^>]*>[^<]*</a></th><td[^>]*>(?:<span class="wp-state[^>]*>)?([^<]*)'
)
AREA_ROW = re.compile(
    r'href="/gebiete/([^/"?]+)/(?:\?([^"]*))?"[^>]*>[^<]*</a></th>(?:<td[^>]*>[^<]*</td>)??'
    r'<td[^>]*numeric[^>]*>(?:<span class="wp-state[^>]*>)?([^<]*)'
)
NUMBER = re.compile("^[-+\u2212]?[0-9.]+(?:,[0-9]+)?")


@dataclass
class Visit:
    """What one account found."""

    client: Client
    pages: int = 0
    files: int = 0
    failed: list[str] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)
    seen: list[Seen] = field(default_factory=list)

    def take(self, address: str) -> str:
        """Open an address, read its figures; its text where it is a page."""
        if address in self.visited:
            return ""
        self.visited.add(address)
        answer = self.client.get(address)
        if answer.status_code >= 500:
            self.failed.append(address)
        if answer.status_code != 200:
            return ""
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kind = answer.get("Content-Type", "").partition(";")[0]
        if kind == "text/html":
            self.pages += 1
            page = data.decode()
            self.seen += read_page(page, address)
            return page
        self.files += 1
        self.seen += read_file(data, kind, address)
        return ""

    def walk(self, start: str, *, at_most: int) -> None:
        """Follow links from a page, each path once with the first query it is met with."""
        queue, paths = [start], {start}
        while queue and len(self.visited) < at_most:
            page = self.take(queue.pop(0))
            for link in map(unescape, LINK.findall(page)):
                path = urlsplit(link).path
                if path not in paths and not NOT_VISITED.match(path):
                    paths.add(path)
                    queue.append(link)


def read_page(page: str, address: str) -> Iterator[Seen]:
    """Figures in tables whose rows are headed by an indicator (a profile) or by an area (a map)."""
    path = urlsplit(address).path.strip("/").split("/")
    if path[0] == "gebiete" and len(path) == 2:
        for indicator, query, shown in INDICATOR_ROW.findall(page):
            year = parse_qs(unescape(query)).get("datum", ["0"])[0]
            yield Seen(unescape(indicator), path[1], int(year), address, printed(shown))
    if path[0] == "karte" and len(path) == 2:
        for area, query, shown in AREA_ROW.findall(page):
            year = parse_qs(unescape(query)).get("jahr", ["0"])[0]
            yield Seen(path[1], area, int(year), address, printed(shown))


def read_file(data: bytes, kind: str, address: str) -> Iterator[Seen]:
    """Figures in tables to take away: a row for each, under headings that name key, year and indicator."""
    if kind == "text/csv":
        tables = [list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))]
    elif "spreadsheet" in kind:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        tables = [book.get_sheet_by_name(n).to_python() for n in book.sheet_names]
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
            str(cell.get("Gliederung", "")),
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
