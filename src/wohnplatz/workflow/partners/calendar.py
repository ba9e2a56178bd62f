"""Reference dates of an agreement. Pure functions."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from wohnplatz.model import WohnplatzError

from .models import Rhythm

MONTHS_BETWEEN = {
    Rhythm.YEARLY: 12,
    Rhythm.EVEN_YEARS: 24,
    Rhythm.HALF_YEARLY: 6,
    Rhythm.QUARTERLY: 3,
}


def parse_reference(text: str) -> tuple[int, int]:
    """``31.12.`` → (31, 12). WohnplatzError where there is no such day."""
    try:
        day, month = (int(part) for part in text.strip(". ").split("."))
        date(2024, month, day)
    except ValueError as error:
        raise WohnplatzError(
            f"„{text}“ ist kein Stichtag.",
            todo="Bitte als Tag.Monat. angeben: 31.12.",
            code="partners.reference",
        ) from error
    return day, month


def reference_dates(reference: str, rhythm: Rhythm, since: date, until: date) -> Iterator[date]:
    """All reference dates from ``since`` to ``until`` (both included), in order.

    The last day of a month stays the last day: a quarterly ``31.12.`` also means 30.06.

    >>> dates = reference_dates("31.12.", Rhythm.HALF_YEARLY, date(2024, 2, 1), date(2025, 1, 1))
    >>> [d.isoformat() for d in dates]
    ['2024-06-30', '2024-12-31']
    """
    day, month = parse_reference(reference)
    step = MONTHS_BETWEEN[rhythm]
    first_year = since.year - since.year % 2 if rhythm is Rhythm.EVEN_YEARS else since.year
    last_of_month = day == monthrange(2023, month)[1]
    count = (first_year - 2) * 12 + month - 1
    while (found := _day(count, day, last_of_month)) <= until:
        if found >= since:
            yield found
        count += step


def _day(months: int, day: int, last_of_month: bool) -> date:
    year, month = divmod(months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, last if last_of_month else min(day, last))
