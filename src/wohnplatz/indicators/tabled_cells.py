"""Cells of a table of others: the heading, the keys, numbers in whatever form, and what stands for none."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.intake.cells import Cell, cell_text
from wohnplatz.intake.findings import UnreadableFileError
from wohnplatz.intake.limits import Limits
from wohnplatz.intake.sheets import Table as SheetTable
from wohnplatz.intake.sheets import is_filled, open_tables

from .tabled import Reading, wrong

Floats = npt.NDArray[np.float64]

SIGNS = frozenset(
    {"", "-", "–", "—", ".", "..", "...", "…", "/", "x", "*", "na", "n/a", "nan", "null", "none", "#n/a",
     "#nv", "k. a.", "k.a.", "(x)", ":", "c", "s"}
)  # fmt: skip
"""What stands for "no figure" in tables of offices, besides what a definition names."""
_GROUPED = {
    False: re.compile(r"[-+−]?\d{1,3}(,\d{3})+(\.\d+)?"),
    True: re.compile(r"[-+−]?\d{1,3}(\.\d{3})+(,\d+)?"),
}
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows under the heading, and in which row of the sheet the first of them stands."""

    header: tuple[str, ...]
    rows: list[list[Cell]]
    first_row: int


def opened(data: bytes, filename: str, reading: Reading) -> Sheet:
    """The table as the definition says. ``WohnplatzError`` where it is not there."""
    try:
        tables = open_tables(data, filename, Limits.job)
    except UnreadableFileError as error:
        raise wrong("Die Tabelle lässt sich nicht lesen.", filename, str(error)) from error
    sheet = reading.sheet
    chosen: SheetTable | None = next(
        (t for t in tables if (t.name == sheet if sheet else not t.is_empty())), None
    )
    if chosen is None:
        names = ", ".join(t.name for t in tables if t.name)
        raise wrong(f"Das Blatt „{sheet}“ gibt es nicht.", filename, f"Vorhanden: {names or 'keines'}.")
    filled = [n for n, row in enumerate(chosen.rows, start=1) if is_filled(row)]
    head = reading.header_row or (filled[0] if filled else 1)
    below = [n for n in filled if n > head]
    if head > len(chosen.rows) or not below:
        raise wrong("Die Tabelle hat keine Zeilen.", filename)
    header = tuple(" ".join(cell_text(cell).split()) for cell in chosen.rows[head - 1])
    rows = [chosen.rows[n - 1] for n in below]
    return Sheet(header, [row + [None] * (len(header) - len(row)) for row in rows], below[0])


def place(sheet: Sheet, column: str) -> int:
    """Position of a column. ``WohnplatzError`` where it is absent or stands twice."""
    if sheet.header.count(column) != 1:
        word = "gibt es nicht" if column not in sheet.header else "gibt es mehrmals"
        names = ", ".join(name for name in sheet.header[:30] if name)
        raise wrong(
            f"Die Spalte „{column}“ {word}.", "Kopfzeile", f"Vorhanden: {names}.",
            "Bitte Tabelle und Definition vergleichen; steht die Kopfzeile tiefer, hilft header_row.",
        )  # fmt: skip
    return sheet.header.index(column)


def texts(sheet: Sheet, column: str) -> tuple[str, ...]:
    """A column as texts."""
    at = place(sheet, column)
    return tuple(cell_text(row[at]).strip() for row in sheet.rows)


def numbers(sheet: Sheet, column: str, reading: Reading) -> Floats:
    """A column as numbers (n,), NaN for signs and codes of "no figure".

    ``WohnplatzError`` for a text that is neither a number nor a known sign: it may be a number in another
    form, and must not vanish as missing.
    """
    at = place(sheet, column)
    found = np.empty(len(sheet.rows))
    for n, row in enumerate(sheet.rows):
        value = _number(row[at], reading)
        if value is None:
            raise wrong(
                f"„{cell_text(row[at])[:40]}“ ist keine Zahl.",
                f"Spalte {column}, {n + 1}. Zeile unter der Kopfzeile",
                "Als fehlende Angabe gilt nur, was dafür bekannt ist.",
                "Bitte decimal_comma prüfen oder das Zeichen unter missing_words nennen.",
            )
        found[n] = value
    return found


def _number(cell: Cell, reading: Reading) -> float | None:
    """A number, NaN for no figure, None for a text that cannot be read."""
    if cell is None or isinstance(cell, bool):
        return math.nan
    if isinstance(cell, int | float):
        value = float(cell)
    else:
        written = cell_text(cell).strip()
        if written.casefold() in SIGNS or written.casefold() in reading.missing_words:
            return math.nan
        plain = _plain(written, decimal_comma=reading.decimal_comma)
        try:
            value = float(plain)
        except ValueError:
            return None
    return math.nan if value in reading.missing or not math.isfinite(value) else value


def _plain(written: str, *, decimal_comma: bool) -> str:
    """A written number as Python reads it: thousands, a minus sign, a percent sign."""
    text = written.removesuffix("%").translate(_SPACES).replace("−", "-")
    if decimal_comma:
        grouped = text.replace(".", "") if _GROUPED[True].fullmatch(text) or "," in text else text
        return grouped.replace(",", ".")
    return text.replace(",", "") if _GROUPED[False].fullmatch(text) else text


def distinct(keys: Sequence[str], groups: Sequence[str]) -> None:
    """``WohnplatzError`` for a key that is empty or stands twice in its group."""
    if not all(keys):
        where = f"{list(keys).index('') + 1}. Zeile unter der Kopfzeile"
        raise wrong("Eine Zeile hat keinen Gebietsschlüssel.", where)
    seen: set[tuple[str, str]] = set()
    for key, group in zip(keys, groups, strict=True):
        if (group, key) in seen:
            raise wrong(
                "Ein Gebietsschlüssel kommt mehrmals vor.", f"{key} {group}".strip(), "",
                "Hat die Tabelle Zeilen für mehrere Jahre oder Länder, nennt within die Spalte.",
            )  # fmt: skip
        seen.add((group, key))
