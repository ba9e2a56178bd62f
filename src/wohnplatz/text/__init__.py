"""German text: numbers, dates, lists, plurals, states, reasons and the glossary."""

from .dates import day, long_day, month, timestamp
from .figures import coverage, covered, figure
from .glossary import Term, glossary
from .messages import reason, state_explanation, state_word
from .numbers import MINUS, NBSP, number, with_unit
from .words import enumerate_words, plural

__all__ = [
    "MINUS", "NBSP", "Term", "coverage", "covered", "day", "enumerate_words", "figure", "glossary",
    "long_day", "month", "number", "plural", "reason", "state_explanation", "state_word", "timestamp",
    "with_unit",
]  # fmt: skip
