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
    Rhythm.ODD_YEARS: 24,
    Rhythm.SCHOOL_YEAR: 12,
    Rhythm.HALF_YEARLY: 6,
    Rhythm.QUARTERLY: 3,
}
SCHOOL_YEAR_BEGINS = 8
"""Month of 1 August, by §7 SchulG NRW and its like in the other Länder."""


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


def written_reference(text: str) -> str:
    """The day as it is kept: ``1.8`` → ``01.08.``. WohnplatzError where there is no such day."""
    day, month = parse_reference(text)
    return f"{day:02d}.{month:02d}."


def reference_dates(reference: str, rhythm: Rhythm, since: date, until: date) -> Iterator[date]:
    """All reference dates from ``since`` to ``until`` (both included), in order.

    The last day of a month stays the last day: a quarterly ``31.12.`` also means 30.06.

    >>> dates = reference_dates("31.12.", Rhythm.HALF_YEARLY, date(2024, 2, 1), date(2025, 1, 1))
    >>> [d.isoformat() for d in dates]
    ['2024-06-30', '2024-12-31']
    """
    day, month = parse_reference(reference)
    step = MONTHS_BETWEEN[rhythm]
    last_of_month = day == monthrange(2023, month)[1]
    count = (_first_year(rhythm, since.year) - 2) * 12 + month - 1
    while (found := _day(count, day, last_of_month)) <= until:
        if found >= since:
            yield found
        count += step


def period_label(rhythm: Rhythm, day: date) -> str:
    """What a reference date stands for, where the date alone does not say it; else empty.

    >>> period_label(Rhythm.SCHOOL_YEAR, date(2026, 8, 1)), period_label(Rhythm.QUARTERLY, date(2026, 6, 30))
    ('Schuljahr 2026/27', '2. Quartal 2026')
    """
    if rhythm is Rhythm.SCHOOL_YEAR:
        begins = day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1
        return f"Schuljahr {begins}/{(begins + 1) % 100:02d}"
    if rhythm is Rhythm.QUARTERLY:
        return f"{(day.month + 2) // 3}. Quartal {day.year}"
    if rhythm is Rhythm.HALF_YEARLY:
        return f"{(day.month + 5) // 6}. Halbjahr {day.year}"
    return ""


def _first_year(rhythm: Rhythm, year: int) -> int:
    """A year not after ``year`` that the rhythm counts from."""
    if rhythm is Rhythm.EVEN_YEARS:
        return year - year % 2
    return year - (year + 1) % 2 if rhythm is Rhythm.ODD_YEARS else year


def _day(months: int, day: int, last_of_month: bool) -> date:
    year, month = divmod(months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, last if last_of_month else min(day, last))
