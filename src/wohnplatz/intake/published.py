"""Reads what others have published: every table of every file of a folder, with all headings."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from wohnplatz.model import WohnplatzError

from .cells import Cell, cell_text
from .filetypes import EXTENSIONS
from .findings import Findings, UnreadableFileError
from .layout import StatTable, detect_layouts, read_table
from .limits import Limits
from .sheets import Table, open_tables

GEODATA = (".geojson", ".json")
HELD_BACK = re.compile(
    r"(?:<|unter|weniger als)\s*\d+|\d\s*(?:-|–|bis)\s*\d|geheim\w*|geschützt|gesperrt|k\.\s?a\.|•|n\.\s?v\.",
    re.IGNORECASE,
)
"""What stands in cells whose figure is held back, besides the signs of official statistics."""
NUMBER = re.compile(r"[(+−-]?\s?\d[\d.,\s]*[%‰]?\s?\)?(?:\s?\w?\d?\)?)?")
"""A number as people write one, perhaps with the mark of a footnote; no age like ``18 bis unter 65``."""
STATE = re.compile(r"geheim|geschützt|gesperrt", re.IGNORECASE)
"""Words of a column that says whether a row's number is held back."""
NUMERIC_SHARE = 0.3
READ = (*(f".{ending}" for ending in EXTENSIONS), *GEODATA)


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """One table of a file with its cells."""

    file: str
    """Name of the file, with its folder below the one that was read."""
    sheet: str
    table: StatTable


@dataclass(frozen=True, slots=True)
class Publication:
    """What a folder holds."""

    tables: tuple[PublishedTable, ...]
    skipped: tuple[tuple[str, str], ...]
    """File and a German sentence why it was not read."""


def read_publication(
    folder: Path,
    *,
    leave_out: frozenset[str] = frozenset(),
    progress: Callable[[str, int, int], None] | None = None,
) -> Publication:
    """All tables in the files of ``folder`` (or in the one file), but for those named ``leave_out``.

    A file that cannot be read is skipped and named; it never ends the reading of the others.
    Raises ``WohnplatzError`` (``publications.nothing``) where there is no file at all.
    """
    files = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    files = [f for f in files if not f.name.startswith((".", "~$")) and f.name not in leave_out]
    if not files:
        raise WohnplatzError(
            "Hier ist nichts zu prüfen.",
            where=str(folder),
            why="Der Ordner enthält keine Datei.",
            todo="Bitte einen Ordner mit CSV-, XLSX- oder GeoJSON-Dateien angeben.",
            code="publications.nothing",
        )
    tables: list[PublishedTable] = []
    skipped: list[tuple[str, str]] = []
    for i, path in enumerate(files):
        if progress:
            progress("lesen", i, len(files))
        name = path.name if path == folder else path.relative_to(folder).as_posix()
        try:
            found = list(_tables(path, name))
        except UnreadableFileError as error:
            skipped.append((name, _sentence(error)))
        except OSError as error:
            skipped.append((name, f"Die Datei lässt sich nicht lesen: {error.strerror}."))
        else:
            tables += found
            if not found:
                skipped.append((name, "Es wurde keine Tabelle mit Zahlen erkannt."))
    return Publication(tuple(tables), tuple(skipped))


def _sentence(error: UnreadableFileError) -> str:
    findings = Findings()
    findings.add(error.code, words=error.words)
    return findings.all()[0].message


def _tables(path: Path, name: str) -> Iterator[PublishedTable]:
    if path.suffix.lower() not in READ:
        raise UnreadableFileError("intake.unsupported_type", found=path.suffix or path.name)
    data = path.read_bytes()
    Limits.job.require_size(len(data))
    sheets = [_features(data)] if path.suffix.lower() in GEODATA else open_tables(data, path.name, Limits.job)
    for sheet in sheets:
        columns = _of_numbers(sheet)
        said = _with_states(sheet, columns)
        for layout in detect_layouts(_with_signs(said, columns)):
            if layout.header != (0, 0):
                yield PublishedTable(name, sheet.name, read_table(said, layout))


def _of_numbers(sheet: Table) -> frozenset[int]:
    """Columns in which many cells are numbers."""
    numbers = Counter(i for row in sheet.rows for i, c in enumerate(row) if _is_number(c))
    filled = Counter(i for row in sheet.rows for i, c in enumerate(row) if cell_text(c))
    return frozenset(i for i, n in numbers.items() if n >= NUMERIC_SHARE * filled[i])


def _with_signs(sheet: Table, columns: frozenset[int]) -> Table:
    """The sheet with a sign where words stand for a held-back figure: ``< 3`` is no heading.

    Only in columns of numbers: elsewhere ``3-5`` is an age.
    """
    rows = [[_sign(c) if i in columns else c for i, c in enumerate(row)] for row in sheet.rows]
    return replace(sheet, rows=rows)


def _with_states(sheet: Table, columns: frozenset[int]) -> Table:
    """The sheet with the word itself where a row says »geschützt« beside a number that is left out.

    A row without any number would be taken for a heading, and what it holds back would not be attacked.
    """
    rows = [_filled(row, columns) for row in sheet.rows]
    return replace(sheet, rows=rows)


def _filled(row: list[Cell], columns: frozenset[int]) -> list[Cell]:
    words = (c for i, c in enumerate(row) if i not in columns and isinstance(c, str))
    state = next((c for c in words if STATE.fullmatch(c.strip())), None)
    if state is None:
        return row
    return [state if i in columns and not cell_text(c) else c for i, c in enumerate(row)]


def _is_number(cell: Cell) -> bool:
    return _says_number(cell) if isinstance(cell, str) else isinstance(cell, int | float)


@lru_cache(maxsize=100_000)
def _says_number(text: str) -> bool:
    return NUMBER.fullmatch(text.strip()) is not None


def _sign(cell: Cell) -> Cell:
    return "*" if isinstance(cell, str) and _says_held_back(cell) else cell


@lru_cache(maxsize=100_000)
def _says_held_back(text: str) -> bool:
    return HELD_BACK.fullmatch(text.strip()) is not None


def _features(data: bytes) -> Table:
    """The properties of a GeoJSON file as a table: one row for each feature, one column for each property."""
    try:
        content: Any = json.loads(data.decode("utf-8-sig"))
        features = content["features"]
        rows: list[dict[str, Any]] = [dict(f.get("properties") or {}) for f in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableFileError("intake.unsupported_type", found="JSON ohne Gebiete") from error
    heads = list(dict.fromkeys(key for row in rows for key in row))
    Limits.job.require_cells(len(heads) * len(rows))
    return Table("", [list(heads), *([_cell(row.get(head)) for head in heads] for row in rows)])


def _cell(value: Any) -> Cell:
    """A property as a cell; nested ones are no figures."""
    return value if isinstance(value, str | int | float | bool) else None
