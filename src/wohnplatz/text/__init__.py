"""German text: numbers, dates, lists, plurals, states, reasons and the glossary."""

from .dates import day, long_day, month, timestamp
from .figures import coverage, covered, deviation, figure, figure_mark, figure_state, figure_status, status
from .glossary import Term, glossary
from .messages import altered_explanation, altered_word, reason, state_explanation, state_word
from .numbers import MINUS, NBSP, count, number, with_unit
from .words import age_group, age_groups_in_words, enumerate_words, plural, release_name

__all__ = [
    "MINUS", "NBSP", "Term", "age_group", "age_groups_in_words", "altered_explanation", "altered_word",
    "count", "coverage", "covered", "day", "deviation", "enumerate_words", "figure", "figure_mark",
    "figure_state", "figure_status", "glossary", "long_day", "month", "number", "plural",
    "reason", "release_name", "state_explanation", "state_word", "status", "timestamp", "with_unit",
]  # fmt: skip
