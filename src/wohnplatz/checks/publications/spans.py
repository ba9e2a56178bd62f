"""Classes of maps and legends: between which numbers ``10 bis unter 12 %`` lies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_UNIT = r"\s?(?:%|‰|Prozent|Personen|Fälle|Einwohner)?"
_NUMBER = rf"(\d[\d.,]*){_UNIT}"
_BETWEEN = re.compile(rf"(?:von |ab )?{_NUMBER}\s?(?:-|–|bis)\s?(unter\s)?{_NUMBER}", re.IGNORECASE)
_BELOW = re.compile(rf"(bis unter|unter|weniger als|<=|<|≤|bis|höchstens)\s?{_NUMBER}", re.IGNORECASE)
_ABOVE = re.compile(
    rf"(?:(ab|mindestens|>=|≥|über|mehr als|>)\s?)?{_NUMBER}(\s(?:und|oder) (?:mehr|darüber))?", re.IGNORECASE
)
_STRICT = frozenset({"unter", "bis unter", "weniger als", "<", "über", "mehr als", ">"})
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")


@dataclass(frozen=True, slots=True)
class Span:
    """Between which numbers something lies; None: no limit on that side."""

    low: Fraction | None
    high: Fraction | None
    above: bool = False
    """The lower limit itself is not reached."""
    below: bool = False
    """The upper limit itself is not reached."""

    def holds(self, value: Fraction) -> bool:
        """Whether a number lies in it."""
        low = self.low is None or value > self.low or (value == self.low and not self.above)
        return low and (self.high is None or value < self.high or (value == self.high and not self.below))


def span_of(text: str) -> Span | None:
    """The numbers a class encloses; None where the text is no class.

    Limits may be printed rounded where a class ends with ``bis 9,9``: then half a unit more counts as well.

    >>> span_of("10 bis unter 12 %"), span_of("unter 3 %")
    (Span(low=Fraction(10, 1), high=Fraction(12, 1), above=False, below=True), \
Span(low=None, high=Fraction(3, 1), above=False, below=True))
    """
    text = " ".join(text.split())
    if found := _BETWEEN.fullmatch(text):
        (low, first), (high, last) = _number(found[1]), _number(found[3])
        if low > high:
            return None
        return Span(low, high, below=True) if found[2] else Span(low - first, high + last)
    if found := _BELOW.fullmatch(text):
        high, last = _number(found[2])
        strict = found[1].casefold() in _STRICT
        return Span(None, high if strict else high + last, below=strict)
    found = _ABOVE.fullmatch(text)
    if found and (found[1] or found[3]):
        low, first = _number(found[2])
        strict = (found[1] or "").casefold() in _STRICT
        return Span(low if strict else low - first, None, above=strict)
    return None


def _number(text: str) -> tuple[Fraction, Fraction]:
    """A limit, and half a unit of its last decimal."""
    text = text.strip(".,")
    if "," in text or _THOUSANDS.fullmatch(text):
        text = text.replace(".", "").replace(",", ".", 1).replace(",", "")
    whole, _, tail = text.partition(".")
    tail = tail.replace(".", "")
    return Fraction(int(whole + tail), 10 ** len(tail)), Fraction(1, 2 * 10 ** len(tail))
