"""What stands in a produced file, read as a stranger reads it: figures with their places, and all numbers.

Nothing of how a file was made is used. Pages name the figure beside what they print (``data-figure``), maps
the area (``data-key``) inside a picture that names indicator and year; tables to take away have columns for
all of it. A PDF and a DOCX name nothing: their numbers are held against those of the page made of the same
document.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import unescape
from pathlib import PurePosixPath
from typing import NamedTuple

from ..intake.delimited import decode, read_rows
from ..intake.limits import Limits
from ..intake.sheets import open_tables
from ..publication.sightings import Place, Seen
from .pdf_text import pdf_text

NUMBER = re.compile("[-+\u2212]?\\d+(?:\\.\\d{3})*(?:,\\d+)?")
_ALONE = re.compile("[-+\u2212]?(?:\\d+|\\d{1,3}(?:\\.\\d{3})+)(?:,\\d+)?")
_TAG = re.compile(r"<[^>]*>")
_MARK = re.compile(r' data-figure="([^"]+)"[^<>]*>')
_NAME = re.compile(r"<(\w+)[^<>]*")
_MAP = re.compile(
    r'<figure[^<>]*? data-indicator="([^"]+)" data-year="(\d+)"[^<>]*>(.*?)</figure>', re.DOTALL
)
_AREA = re.compile(r'<(?:a|g) data-key="([^"]+)"[^<>]*><title>([^<]*)</title>')
_WORDS = re.compile("(.*): ([-\u2212]?[\\d.]+(?:,\\d+)?)?([^(;]*)(?:\\(([\\d.,]+) von ([\\d.,]+)\\))?")
_LIMITS = Limits(size=2_000_000_000, cells=100_000_000, sheets=1000, long_size=2_000_000_000)
_COLUMNS = ("Gebietsschlüssel", "Jahr", "Indikator", "Wert", "Zähler", "Nenner", "Gliederung")
_PARAGRAPHS = re.compile(r"</w:(?:p|tc)>|<w:(?:br|tab)\b[^>]*/>")


class Printed(NamedTuple):
    """What a page prints at the mark of a figure: running text, so more than one number may stand in it."""

    indicator: str
    area: str
    year: int
    where: str
    words: str

    @property
    def place(self) -> Place:
        """What the figure is about: pages mark totals only."""
        return self.indicator, self.area, self.year, ""


class Odd(NamedTuple):
    """A file without marks (PDF, DOCX) and its numbers with decimals that no page of the same content has."""

    where: str
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a set of files tells."""

    seen: tuple[Seen, ...]
    """Figures of tables and maps: value, numerator and denominator each in a field of its own."""
    printed: tuple[Printed, ...]
    numbers: Mapping[str, frozenset[str]]
    """What ``Odd`` says, by file."""


def read_back(files: Mapping[str, bytes]) -> ReadBack:
    """Read all files of an output; a file of a kind that holds no figures tells nothing."""
    told = list(tell(files))
    return ReadBack(
        tuple(one for one in told if isinstance(one, Seen)),
        tuple(one for one in told if isinstance(one, Printed)),
        {one.where: one.numbers for one in told if isinstance(one, Odd)},
    )


def tell(files: Mapping[str, bytes]) -> Iterator[Seen | Printed | Odd]:
    """The same, one after the other: an atlas tells half a million figures, and nobody needs them at once."""
    for name, data in files.items():
        match PurePosixPath(name).suffix.lower():
            case ".html":
                page = data.decode()
                yield from _marked(page, name)
                yield from _maps(page, name)
            case ".csv":
                yield from _rows(read_rows(decode(data), _LIMITS)[0], name)
            case ".xlsx":
                for table in open_tables(data, PurePosixPath(name).name, _LIMITS):
                    yield from _rows(table.rows, name)
            case ".geojson":
                yield from _layer(data, name)
            case ".pdf":
                yield Odd(name, decimals(pdf_text(data)) - _beside(name, files))
            case ".docx":
                yield Odd(name, decimals(_docx(data)) - _beside(name, files))


def _beside(name: str, files: Mapping[str, bytes]) -> frozenset[str]:
    """Numbers of the pages of the same content: of the same name, or in a folder of it; else of those in
    the same folder; else of all.
    """
    stem, folder = name.rpartition(".")[0], name.rpartition("/")[0]
    pages = [n for n in files if n.endswith(".html")]
    same = [n for n in pages if n == f"{stem}.html" or n.startswith(f"{stem}/")]
    same = same or [n for n in pages if n.rpartition("/")[0] == folder] or pages
    found = (decimals(unescape(_TAG.sub(" ", files[n].decode()))) for n in same)
    return frozenset().union(*found)


def decimals(text: str) -> frozenset[str]:
    """The numbers of a text that have decimals, as they stand there: whole numbers count pages, too."""
    return frozenset(n.lstrip("+-\u2212") for n in NUMBER.findall(text) if "," in n)


@lru_cache(maxsize=1 << 16)
def numeral(text: str) -> Decimal:
    """``-1.234,5`` as it is meant."""
    return Decimal(text.replace("\u2212", "-").replace(".", "").replace(",", "."))


def _marked(page: str, where: str) -> Iterator[Printed]:
    """Elements with a mark, from the first to the end of the page; one inside another is part of its words.

    Marks are looked for, not elements: a page has many times more of these.
    """
    at = 0
    while mark := _MARK.search(page, at):
        at = mark.end()
        name = _NAME.match(page, page.rfind("<", 0, mark.start()))
        end = page.find(f"</{name[1]}>", at) if name and name.end() == at - 1 else -1
        if end < 0:
            continue
        indicator, area, year = unescape(mark[1]).rsplit("/", 2)
        yield Printed(indicator, area, int(year), where, unescape(_TAG.sub(" ", page[at:end])))
        at = end


def _maps(page: str, where: str) -> Iterator[Seen]:
    for indicator, year, inner in _MAP.findall(page):
        for key, words in _AREA.findall(inner):
            found = _WORDS.match(unescape(words))
            if found and found[2]:
                top, below = ((float(numeral(found[n])) if found[n] else None) for n in (4, 5))
                yield Seen(
                    unescape(indicator), unescape(key), int(year), where, numeral(found[2]), top, below
                )


def _rows(rows: Sequence[Sequence[object]], where: str) -> Iterator[Seen]:
    """Figures of a table whose columns name indicator, key and year; other tables tell nothing."""
    named = {"Gebietsschlüssel", "Indikator"}
    head = next((n for n, row in enumerate(rows[:50]) if named <= {str(c) for c in row}), None)
    if head is None:
        return
    if not {"Jahr", "Wert"} <= {str(c) for c in rows[head]}:
        yield from _wide(rows, head, where)
        return
    names = [str(name) for name in rows[head]]
    place = [names.index(name) if name in names else None for name in _COLUMNS]
    for row in rows[head + 1 :]:
        cells = [row[n] if n is not None and n < len(row) else None for n in place]
        area, year, indicator, *counts, breakdown = cells
        if not str(indicator or "").strip() or not str(year or "").strip():
            return
        value, top, below = map(_cell, counts)
        if value is None and top is None and below is None:
            continue
        yield Seen(
            str(indicator), str(area), int(float(str(year))), where, value,
            None if top is None else float(top), None if below is None else float(below),
            str(breakdown or ""),
        )  # fmt: skip


def _wide(rows: Sequence[Sequence[object]], head: int, where: str) -> Iterator[Seen]:
    """Figures of a table with a column for each year."""
    names = [str(name) for name in rows[head]]
    indicator, key = names.index("Indikator"), names.index("Gebietsschlüssel")
    years = [(n, int(name)) for n, name in enumerate(names) if re.fullmatch(r"\d{4}", name)]
    for row in rows[head + 1 :]:
        if len(row) <= max(indicator, key) or not str(row[key] or "").strip():
            return
        for n, year in years:
            value = _cell(row[n]) if n < len(row) else None
            if value is not None:
                yield Seen(str(row[indicator]), str(row[key]), year, where, value)


def _cell(cell: object) -> Decimal | None:
    if not cell and cell != 0:
        return None
    if isinstance(cell, str):
        return _alone(cell)
    return Decimal(repr(cell)) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


@lru_cache(maxsize=1 << 16)
def _alone(cell: str) -> Decimal | None:
    return numeral(cell) if _ALONE.fullmatch(cell.strip()) else None


def _layer(data: bytes, where: str) -> Iterator[Seen]:
    """Figures of a GeoJSON whose head says of which year each property is."""
    made = json.loads(data)
    years: dict[str, int] = made.get("jahre", {})
    for feature in made["features"]:
        own = feature["properties"]
        for code, year in years.items():
            if own.get(code) is not None:
                yield Seen(code, str(own["schluessel"]), year, where, Decimal(repr(own[code])))


def _docx(data: bytes) -> str:
    """The words of a DOCX: paragraphs and cells apart, runs of one paragraph together."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = [n for n in file.namelist() if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", n)]
        text = "\n".join(file.read(n).decode() for n in parts)
    return unescape(_TAG.sub("", _PARAGRAPHS.sub("\n", text)))
