"""The table an index is made of, as numbers: what is missing and what could not be read stay apart."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.intake.cells import SIGNS, Cell, cell_text
from wohnplatz.intake.findings import UnreadableFileError
from wohnplatz.intake.limits import Limits
from wohnplatz.intake.sheets import Table as SheetTable
from wohnplatz.intake.sheets import is_filled, open_tables
from wohnplatz.text import plural

from .tabled_definition import TableIndex, Transform, wrong

Floats = npt.NDArray[np.float64]
_PLACE = re.compile(r"\[([A-Z]{1,3})\]")
_COMMA = re.compile(r"[+-]?[0-9]*(?:,[0-9]+)+")
_ENGLISH = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """n rows of a table with k columns that go in."""

    keys: tuple[str, ...]
    group: tuple[str, ...]
    """Of each row; "" everywhere where there are none."""
    values: Floats
    """(n, k); NaN where there is no number."""
    people: Floats
    """(n,); infinite where nobody is counted."""
    notes: tuple[str, ...]
    """German sentences about cells that could not be read."""


def read_rows(data: bytes, filename: str, definition: TableIndex) -> Rows:
    """The rows of a file (CSV, XLSX, XLS, ODS) that the definition asks for.

    Rows without key and without any number (blank lines, foot notes) are no areas. Raises ``WohnplatzError``
    for a file that cannot be read, a column that is not there, a key that is empty or occurs twice.
    """
    header, body, first = _opened(data, filename, definition)
    key = _place(header, definition.key)
    columns = [_place(header, column.name) for column in definition.columns]
    minus = [_place(header, c.minus) if c.minus else None for c in definition.columns]
    group = _place(header, definition.within) if definition.within else None
    people = _place(header, definition.population) if definition.population else None
    wanted = [c for c in (*columns, *minus, people) if c is not None]
    kept = [(n, row) for n, row in enumerate(body, first) if is_filled(row)]
    kept = [(n, row) for n, row in kept if cell_text(row[key]) or is_filled([row[c] for c in wanted])]
    if not kept:
        raise wrong("Die Tabelle hat keine Zeilen.", filename)
    rows = [row for _, row in kept]
    keys = tuple(cell_text(row[key]) for row in rows)
    groups = tuple(cell_text(row[group]) if group is not None else "" for row in rows)
    _check_keys(keys, groups, [n for n, _ in kept])
    read = {c: _column(header[c], [row[c] for row in rows], definition) for c in dict.fromkeys(wanted)}
    values = np.column_stack([read[c][0] for c in columns])
    for n, column in enumerate(definition.columns):
        if (earlier := minus[n]) is not None:
            values[:, n] -= read[earlier][0]
        values[:, n] = _transformed(values[:, n], column.transform)
    inhabitants = np.full(len(rows), np.inf) if people is None else read[people][0]
    return Rows(keys, groups, values, inhabitants, tuple(note for _, note in read.values() if note))


def _opened(data: bytes, filename: str, definition: TableIndex) -> tuple[list[str], list[list[Cell]], int]:
    """Headings, rows below them, and the number of the first of these."""
    sheet = definition.sheet
    try:
        tables = open_tables(data, filename, Limits.job)
    except UnreadableFileError as error:
        raise wrong("Die Tabelle lässt sich nicht lesen.", filename, str(error)) from error
    chosen: SheetTable | None = next(
        (t for t in tables if (t.name == sheet if sheet else not t.is_empty())), None
    )
    if chosen is None:
        names = ", ".join(t.name for t in tables if t.name)
        raise wrong(f"Das Blatt „{sheet}“ gibt es nicht.", filename, f"Vorhanden: {names or 'keines'}.")
    filled = [n for n, row in enumerate(chosen.rows) if is_filled(row)]
    at = definition.header_row - 1 if definition.header_row else next(iter(filled), 0)
    if not 0 <= at < len(chosen.rows):
        raise wrong(f"Eine Zeile {at + 1} hat die Tabelle nicht.", "header_row")
    header = [" ".join(cell_text(cell).split()) for cell in chosen.rows[at]]
    width = max(len(header), *(len(row) for row in chosen.rows))
    header += [""] * (width - len(header))
    return header, [row + [None] * (width - len(row)) for row in chosen.rows[at + 1 :]], at + 2


def _place(header: Sequence[str], column: str) -> int:
    """Where a column stands; ``[AB]`` names it by its letters."""
    if letters := _PLACE.fullmatch(column):
        place = 0
        for letter in letters.group(1):
            place = place * 26 + ord(letter) - ord("A") + 1
        if place <= len(header):
            return place - 1
    if header.count(column) != 1:
        word = "gibt es nicht" if column not in header else "gibt es mehrmals"
        named = ", ".join(h for h in header[:30] if h)
        hint = f"Vorhanden: {named}. Eine Spalte lässt sich auch mit Buchstaben nennen: [C]."
        raise wrong(f"Die Spalte „{column}“ {word}.", "Zeile der Überschriften", hint)
    return header.index(column)


def _check_keys(keys: Sequence[str], groups: Sequence[str], numbers: Sequence[int]) -> None:
    if not all(keys):
        raise wrong(
            "Eine Zeile hat keinen Gebietsschlüssel.", f"Zeile {numbers[list(keys).index('')]} der Tabelle"
        )
    seen: set[tuple[str, str]] = set()
    for key, group in zip(keys, groups, strict=True):
        if (key, group) in seen:
            hint = "Stehen mehrere Jahre untereinander, nennt within die Spalte des Jahres."
            raise wrong("Ein Gebietsschlüssel kommt mehrmals vor.", key, hint)
        seen.add((key, group))


def _column(name: str, cells: Sequence[Cell], definition: TableIndex) -> tuple[Floats, str]:
    """Numbers of a column, and a sentence about what is neither number nor a known sign of missing."""
    values, unread = np.full(len(cells), np.nan), []
    for n, cell in enumerate(cells):
        value, text = _number(cell, definition)
        values[n] = math.nan if value in definition.missing else value
        if text:
            unread.append(text)
    if not unread:
        return values, ""
    if not definition.decimal_comma and any(_COMMA.fullmatch(text) for text in unread):
        example = next(text for text in unread if _COMMA.fullmatch(text))
        raise wrong(
            f"In der Spalte „{name}“ stehen Zahlen mit Komma.", f"zum Beispiel „{example}“",
            "decimal_comma = true liest ein Dezimalkomma, thousands_comma = true ein Komma für Tausender.",
        )  # fmt: skip
    count = plural(len(unread), "Angabe ist keine Zahl und fehlt", "Angaben sind keine Zahlen und fehlen")
    return values, f"Spalte „{name}“: {count}, zum Beispiel „{unread[0]}“."


def _number(cell: Cell, definition: TableIndex) -> tuple[float, str]:
    """A number, NaN for what is none; and the text where nobody said that it means missing."""
    if cell is None:
        return math.nan, ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return (float(cell), "") if math.isfinite(cell) else (math.nan, str(cell))
    text = cell_text(cell)
    if not text or text in definition.missing_words or text in SIGNS or text.upper() in {"NA", "#N/A", "NAN"}:
        return math.nan, ""
    written = text.removesuffix("%").strip()
    if definition.decimal_comma:
        written = written.replace(".", "").replace(",", ".")
    elif definition.thousands_comma or _ENGLISH.fullmatch(written):
        written = written.replace(",", "")
    try:
        value = float(written)
    except ValueError:
        return math.nan, text
    return (value, "") if math.isfinite(value) else (math.nan, text)


def _transformed(x: Floats, transform: Transform) -> Floats:
    """Logarithms of what has one; the rest is missing."""
    if transform is Transform.NONE:
        return x
    shifted = x + 1 if transform is Transform.LN1P else x
    return np.log(np.where(shifted > 0, shifted, np.nan))
