"""Numbers that stand as text: which sign is the decimal one in this table."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..cells import Cell, Reading, cell_text, read_value
from .grid import Grid

_GERMAN = re.compile(
    r"[+-]?(?:\d{1,3}(?:[.\s]\d{3})+,\d+|\d+,(?:\d{1,2}|\d{4,})|\d{1,3}(?:\.\d{3}){2,}|0,\d+)"
)
_ENGLISH = re.compile(
    r"[+-]?(?:\d{1,3}(?:[,\s]\d{3})+\.\d+|\d+\.(?:\d{1,2}|\d{4,})|\d{1,3}(?:,\d{3}){2,}|0\.\d+|\d{4,}\.\d+)"
)
_WHOLE_ENGLISH = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+")
_PERCENT = re.compile(r"\s*[%‰]$")


def decimal_of(grid: Grid, rows: Iterable[int], columns: list[int]) -> tuple[str, tuple[str, ...]]:
    """The decimal sign of a table, ``,`` or ``.``, and doubts where cells contradict each other."""
    german = english = 0
    for row in rows:
        for column in columns:
            cell = grid.cell(row, column)
            if isinstance(cell, str) and ("." in cell or "," in cell):
                text = _PERCENT.sub("", cell.strip().strip("()"))
                german += bool(_GERMAN.fullmatch(text))
                english += bool(_ENGLISH.fullmatch(text))
    if german and english:
        doubt = "Zahlen stehen teils mit Dezimalkomma, teils mit Dezimalpunkt da."
        return ("," if german >= english else "."), (doubt,)
    return ("." if english else ","), ()


def read_number(cell: Cell, decimal: str) -> Reading:
    """The value and state of a cell under the decimal sign of its table; a percent sign is left out.

    >>> read_number("1234.5", ".").value, read_number("1,234.5", ".").value, read_number("12,5 %", ",").value
    (1234.5, 1234.5, 12.5)
    """
    if not isinstance(cell, str):
        return read_value(cell)
    text = _PERCENT.sub("", cell_text(cell)) if cell_text(cell)[-1:] in "%‰" else cell_text(cell)
    if decimal == "." and any(c.isdigit() for c in text):
        text = _as_german(text)
    return read_value(text)


def _as_german(text: str) -> str:
    """A number with a decimal point as it is written with a comma, without thousands signs."""
    if _WHOLE_ENGLISH.fullmatch(text):
        return text.replace(",", "")
    return text.replace(",", "").replace(".", ",")
