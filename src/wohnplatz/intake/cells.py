"""What stands in one cell: numbers as Germans write them, signs, dates, keys. Pure functions."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from wohnplatz.model import CellState

Cell = str | float | int | bool | date | datetime | time | timedelta | None

SIGNS: dict[str, tuple[float | None, CellState]] = {
    "-": (0.0, CellState.VALUE),
    "–": (0.0, CellState.VALUE),
    "—": (0.0, CellState.VALUE),
    "\u2212": (0.0, CellState.VALUE),
    ".": (None, CellState.UNKNOWN),
    "…": (None, CellState.LATER),
    "...": (None, CellState.LATER),
    "/": (None, CellState.UNRELIABLE),
    "x": (None, CellState.NOT_APPLICABLE),
    "X": (None, CellState.NOT_APPLICABLE),
    "*": (None, CellState.PROTECTED),
}
"""The signs of German official statistics; dashes stand for ``-`` because word processors swap them."""

GERMAN_ERRORS = {"#REF!": "#BEZUG!", "#VALUE!": "#WERT!", "#N/A": "#NV", "#NUM!": "#ZAHL!"}

_SPACES = re.compile(r"(?<=[0-9])[\s']+(?=[0-9]{3}(?![0-9]))")
_GERMAN = re.compile(r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?")
_ENGLISH = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)\.[0-9]+")
_AMBIGUOUS = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{3}")
_BRACKETS = re.compile(r"\(\s*(.+?)\s*\)")
_DAY = re.compile(r"([0-9]{1,2})\.\s*([0-9]{1,2})\.\s*([0-9]{4})(?:\s+00:00(?::00)?)?")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value with its state, or the code of what is wrong with it (then there is neither)."""

    value: float | None = None
    state: CellState = CellState.VALUE
    problem: str = ""
    meant: str = ""
    """What was probably meant, for the advice."""
    ambiguous: bool = False
    """Whether the point could be a decimal point as well: ``1.234``."""


def cell_text(cell: Cell) -> str:
    """The cell as text without outer spaces; whole numbers without ``.0``, dates as ``31.12.2025``."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, date):
        return f"{cell.day:02d}.{cell.month:02d}.{cell.year:04d}"
    return str(cell).strip()


def read_value(cell: Cell) -> Reading:
    """The value and state of a cell.

    >>> read_value("1.234,5").value, read_value("-").value, read_value("*").state.name
    (1234.5, 0.0, 'PROTECTED')
    """
    if isinstance(cell, bool):
        return Reading(problem="intake.text_in_number")
    if isinstance(cell, int | float):
        return _finite(cell)
    if isinstance(cell, date | time | timedelta):
        return Reading(problem="intake.value_is_date")
    return _read_text(cell_text(cell))


def _finite(value: float) -> Reading:
    try:
        number = float(value)
    except OverflowError:
        return Reading(problem="intake.not_finite")
    return Reading(number) if math.isfinite(number) else Reading(problem="intake.not_finite")


@lru_cache(maxsize=100_000)
def _read_text(text: str) -> Reading:
    if not text:
        return Reading(problem="intake.missing_value")
    if text in SIGNS:
        value, state = SIGNS[text]
        return Reading(value, state)
    bracketed = _BRACKETS.fullmatch(text)
    if bracketed:
        inner = _read_number(bracketed[1])
        return Reading(inner.value, CellState.LIMITED) if inner.value is not None else inner
    return _read_number(text)


def _read_number(text: str) -> Reading:
    plain = _SPACES.sub("", text.replace("\u2212", "-").replace("–", "-"))
    if _GERMAN.fullmatch(plain):
        reading = _finite(float(plain.replace(".", "").replace(",", ".")))
        ambiguous = bool(_AMBIGUOUS.fullmatch(plain))
        return Reading(reading.value, problem=reading.problem, ambiguous=ambiguous)
    if _ENGLISH.fullmatch(plain):
        meant = plain.replace(",", "").replace(".", ",")
        return Reading(problem="intake.decimal_point", meant=meant)
    return Reading(problem=_problem(plain))


def _problem(text: str) -> str:
    if text.startswith("#"):
        return "intake.formula_error"
    if text.strip("+-").casefold() in {"nan", "inf", "infinity", "unendlich", "∞"}:
        return "intake.not_finite"
    if len(text) <= 3 and not any(c.isdigit() for c in text):
        return "intake.unknown_sign"
    return "intake.text_in_number"


def read_date(cell: Cell, expected: date) -> date | None:
    """The reference date in a cell, None where there is none.

    A serial number of a spreadsheet or a bare year is taken only where it says what is ``expected``.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = cell_text(cell)
    if text and text in {str((expected - _EXCEL_EPOCH).days), _bare_year(expected)}:
        return expected
    for pattern, order in ((_DAY, (3, 2, 1)), (_ISO_DAY, (1, 2, 3))):
        found = pattern.fullmatch(text)
        if found:
            return _date(*(int(found[group]) for group in order))
    return None


def _bare_year(expected: date) -> str:
    return str(expected.year) if (expected.month, expected.day) == (12, 31) else ""


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
