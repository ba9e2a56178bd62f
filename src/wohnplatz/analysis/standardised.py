"""Cases beside those that the ages of an area let expect: indirect standardisation of released figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .. import text
from ..model import ReleasedFigure, ReleasedTable
from ..monitoring.intervals import widened
from ..monitoring.standardised import expected_counts, smr
from .reliability import column


@dataclass(frozen=True, slots=True)
class AreaStandardised:
    """Counted and expected cases of an area and their ratio (1: as in the district); None without."""

    indicator: str
    area: str
    observed: float | None = None
    expected: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""
    """Code for ``text.reason``."""


Found = Mapping[tuple[str, str], ReleasedFigure]


def age_standardised(  # noqa: PLR0913 (what is compared, by name)
    table: ReleasedTable,
    *,
    indicator: str,
    parts: Sequence[str],
    stand_ins: Mapping[str, str],
    year: int,
    areas: Collection[str],
    district: str,
) -> dict[str, AreaStandardised]:
    """Cases of ``indicator`` over those expected with the district's rates by age, by area.

    ``parts`` are indicators that count the same cases in parts of its ages (``Indicator.age_parts``); what is
    left of the ages is one more group. Rates come from the district's figures, people from the areas': the
    denominator of a part or, where that is protected, the numerator of the indicator that ``stand_ins`` names
    (it counts the same people). Interval: Byar, exact below 10; an error band is added in squares. A
    protected figure leaves none. ``table`` holds the year's figures of the areas and the district.
    """
    found = {(f.indicator, f.area): f for f in table if f.year == year and not f.breakdown}
    rates = _rates(found, indicator, parts, district)
    made: dict[str, AreaStandardised] = {}
    for area in areas:
        own = found.get((indicator, area))
        if area == district or own is None:
            continue
        people = _people(found, own, parts, stand_ins)
        if rates is None or people is None or own.numerator is None:
            why = own.reason if own.value is None else "missing_term"
            made[area] = AreaStandardised(indicator, area, reason=why or "unknown")
        else:
            made[area] = _compared(own, rates, people)
    return made


def _counts(f: ReleasedFigure | None) -> tuple[float, float] | None:
    if f is None or f.value is None or f.numerator is None or f.denominator is None:
        return None
    return f.numerator, f.denominator


def _rates(found: Found, indicator: str, parts: Sequence[str], district: str) -> list[float] | None:
    """The district's rate in each part, then in what is left; None where a figure is missing."""
    whole = _counts(found.get((indicator, district)))
    inside = [_counts(found.get((part, district))) for part in parts]
    if whole is None or not parts or any(pair is None or pair[1] <= 0 for pair in inside):
        return None
    pairs = [pair for pair in inside if pair is not None]
    cases, people = whole[0] - sum(c for c, _ in pairs), whole[1] - sum(n for _, n in pairs)
    if cases < 0 or people <= 0:
        return None
    return [*(c / n for c, n in pairs), cases / people]


def _people(
    found: Found, own: ReleasedFigure, parts: Sequence[str], stand_ins: Mapping[str, str]
) -> list[float] | None:
    """People of the area in each part and in what is left; None where one is not known."""
    if own.denominator is None:
        return None
    inside: list[float] = []
    for part in parts:
        known = found.get((part, own.area))
        other = found.get((stand_ins.get(part, ""), own.area))
        count = known.denominator if known is not None else None
        count = count if count is not None or other is None else other.numerator
        if count is None:
            return None
        inside.append(count)
    rest = own.denominator - sum(inside)
    return [*inside, rest] if rest >= 0 else None


def _compared(own: ReleasedFigure, rates: Sequence[float], people: Sequence[float]) -> AreaStandardised:
    expected = expected_counts(np.array(rates), np.array([people]))
    ratio = smr(column([own.numerator]), expected)
    if why := str(ratio.reason[0]):
        return AreaStandardised(own.indicator, own.area, reason=why)
    band = np.array([ratio.value[0] * own.error / own.value if own.error and own.value else np.nan])
    low, high = widened(ratio.value, ratio.low, ratio.high, band)
    return AreaStandardised(
        own.indicator, own.area, own.numerator, float(expected[0]), float(ratio.value[0]),
        max(0.0, float(low[0])), float(high[0]),
    )  # fmt: skip


def standardised_words(s: AreaStandardised) -> str:
    """``1,12 (1,03 bis 1,22): mehr, als nach dem Altersaufbau zu erwarten``; or why there is none."""
    if s.ratio is None or s.low is None or s.high is None:
        return f"nicht berechenbar: {text.reason(s.reason)}"
    span = f"{text.number(s.ratio, 2)} ({text.number(s.low, 2)} bis {text.number(s.high, 2)})"
    if s.low > 1:
        return f"{span}: mehr, als nach dem Altersaufbau zu erwarten"
    if s.high < 1:
        return f"{span}: weniger, als nach dem Altersaufbau zu erwarten"
    return f"{span}: so viel, wie nach dem Altersaufbau zu erwarten"
