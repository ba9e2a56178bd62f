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
from html import unescape
from pathlib import PurePosixPath

from ..intake.delimited import decode, read_rows
from ..intake.limits import Limits
from ..intake.sheets import open_tables
from ..publication.attack import Seen
from .pdf_text import pdf_text

NUMBER = re.compile("[-+\u2212]?\\d+(?:\\.\\d{3})*(?:,\\d+)?")
_ALONE = re.compile("[-+\u2212]?(?:\\d+|\\d{1,3}(?:\\.\\d{3})+)(?:,\\d+)?")
_TAG = re.compile(r"<[^>]*>")
_MARKED = re.compile(r'<(\w+)[^<>]*? data-figure="([^"]+)"[^<>]*>(.*?)</\1>', re.DOTALL)
_MAP = re.compile(
    r'<figure[^<>]*? data-indicator="([^"]+)" data-year="(\d+)"[^<>]*>(.*?)</figure>', re.DOTALL
)
_AREA = re.compile(r'<(?:a|g) data-key="([^"]+)"[^<>]*><title>([^<]*)</title>')
_WORDS = re.compile("(.*): ([-\u2212]?[\\d.]+(?:,\\d+)?)?([^(;]*)(?:\\(([\\d.,]+) von ([\\d.,]+)\\))?")
_LIMITS = Limits(size=2_000_000_000, cells=100_000_000, sheets=1000, long_size=2_000_000_000)
_COLUMNS = ("Gebietsschlüssel", "Jahr", "Indikator", "Wert", "Zähler", "Nenner", "Gliederung")
_PARAGRAPHS = re.compile(r"</w:(?:p|tc)>|<w:(?:br|tab)\b[^>]*/>")


@dataclass(frozen=True, slots=True)
class Printed:
    """What a page prints at the mark of a figure: running text, so more than one number may stand in it."""

    indicator: str
    area: str
    year: int
    where: str
    words: str


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a set of files tells."""

    seen: tuple[Seen, ...]
    """Figures of tables and maps: value, numerator and denominator each in a field of its own."""
    printed: tuple[Printed, ...]
    numbers: Mapping[str, frozenset[str]]
    """File without marks (PDF, DOCX) → its numbers with decimals that no page of the same content has."""


def read_back(files: Mapping[str, bytes]) -> ReadBack:
    """Read all files of an output; a file of a kind that holds no figures tells nothing."""
    seen: list[Seen] = []
    printed: list[Printed] = []
    numbers: dict[str, frozenset[str]] = {}
    for name, data in files.items():
        match PurePosixPath(name).suffix.lower():
            case ".html":
                page = data.decode()
                printed += _marked(page, name)
                seen += _maps(page, name)
            case ".csv":
                seen += _rows(read_rows(decode(data), _LIMITS)[0], name)
            case ".xlsx":
                for table in open_tables(data, PurePosixPath(name).name, _LIMITS):
                    seen += _rows(table.rows, name)
            case ".geojson":
                seen += _layer(data, name)
            case ".pdf":
                numbers[name] = decimals(pdf_text(data)) - _beside(name, files)
            case ".docx":
                numbers[name] = decimals(_docx(data)) - _beside(name, files)
    return ReadBack(tuple(seen), tuple(printed), numbers)


def _beside(name: str, files: Mapping[str, bytes]) -> frozenset[str]:
    """Numbers of the pages of the same content: of the same name, or in a folder of it; else of all pages."""
    stem = name.rpartition(".")[0]
    pages = [n for n in files if n.endswith(".html")]
    same = [n for n in pages if n == f"{stem}.html" or n.startswith(f"{stem}/")] or pages
    found = (decimals(unescape(_TAG.sub(" ", files[n].decode()))) for n in same)
    return frozenset().union(*found)


def decimals(text: str) -> frozenset[str]:
    """The numbers of a text that have decimals, as they stand there: whole numbers count pages, too."""
    return frozenset(n.lstrip("+-\u2212") for n in NUMBER.findall(text) if "," in n)


def numeral(text: str) -> Decimal:
    """``-1.234,5`` as it is meant."""
    return Decimal(text.replace("\u2212", "-").replace(".", "").replace(",", "."))


def _marked(page: str, where: str) -> Iterator[Printed]:
    for _, mark, inner in _MARKED.findall(page):
        indicator, area, year = unescape(mark).rsplit("/", 2)
        yield Printed(indicator, area, int(year), where, unescape(_TAG.sub(" ", inner)))


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
    place = {name: names.index(name) if name in names else None for name in _COLUMNS}
    for row in rows[head + 1 :]:
        cell = {name: row[n] if n is not None and n < len(row) else None for name, n in place.items()}
        if not str(cell["Indikator"] or "").strip() or not str(cell["Jahr"] or "").strip():
            return
        value, top, below = (_cell(cell[n]) for n in ("Wert", "Zähler", "Nenner"))
        if value is None and top is None and below is None:
            continue
        year = int(float(str(cell["Jahr"])))
        yield Seen(
            str(cell["Indikator"]), str(cell["Gebietsschlüssel"]), year, where, value,
            None if top is None else float(top), None if below is None else float(below),
            str(cell["Gliederung"] or ""),
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
        return numeral(cell) if _ALONE.fullmatch(cell.strip()) else None
    return Decimal(repr(cell)) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


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
