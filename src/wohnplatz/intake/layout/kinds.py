"""What kind of thing stands in a cell, as far as the cell alone says."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from enum import IntEnum
from functools import lru_cache

from ..cells import SIGNS, Cell, cell_text

_NUMBER = re.compile(r"\(?\s*[+-]?\s?\d[\d\s.,']*\s*\)?\s*[%‰]?")
_DAY = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+)?")
_KEY = re.compile(r"\d{2,12}")
RULE = re.compile(r"[_=*-]{3,}")
"""A line drawn with characters: what follows are notes."""


class Kind(IntEnum):
    """Kinds of cells."""

    EMPTY = 0
    NUMBER = 1
    SIGN = 2
    DATE = 3
    TEXT = 4


def kind_of(cell: Cell) -> Kind:
    """The kind of a cell; numbers and dates that stand as text are numbers and dates."""
    if isinstance(cell, str):
        return _kind_of_text(cell.strip())
    if cell is None:
        return Kind.EMPTY
    if isinstance(cell, bool | time | timedelta):
        return Kind.TEXT
    return Kind.DATE if isinstance(cell, date) else Kind.NUMBER


@lru_cache(maxsize=100_000)
def _kind_of_text(text: str) -> Kind:
    if not text:
        return Kind.EMPTY
    if text in SIGNS:
        return Kind.SIGN
    if not (text[0].isdigit() or text[0] in "(+-"):
        return Kind.TEXT
    if _DAY.fullmatch(text):
        return Kind.DATE
    return Kind.NUMBER if _NUMBER.fullmatch(text) else Kind.TEXT


def is_value(kind: Kind) -> bool:
    """Whether it is a number or a sign that stands for one."""
    return kind in (Kind.NUMBER, Kind.SIGN)


def year_of(cell: Cell) -> int:
    """The year a cell names by itself, 0 where it is none."""
    text = cell_text(cell)
    return int(text) if len(text) == 4 and text.isdigit() and 1900 <= int(text) <= 2100 else 0


def is_code(cell: Cell) -> bool:
    """Whether a cell holds digits as text: a key or a code rather than a count."""
    return isinstance(cell, str) and bool(_KEY.fullmatch(cell.strip()))
