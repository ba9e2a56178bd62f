"""Dates and times as German offices write them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip


def day(d: date) -> str:
    """``31.12.2025``.

    >>> day(date(2025, 3, 1))
    '01.03.2025'
    """
    return f"{d.day:02d}.{d.month:02d}.{d.year:04d}"


def long_day(d: date) -> str:
    """``31. Dezember 2025``, for running text."""
    return f"{d.day}. {month(d)}"


def month(d: date) -> str:
    """``Dezember 2025``."""
    return f"{MONTHS[d.month - 1]} {d.year}"


def timestamp(dt: datetime) -> str:
    """``31.12.2025, 14:05 Uhr``. A time with a zone is shown in German time, one without as it stands."""
    local = dt.astimezone(ZoneInfo("Europe/Berlin")) if dt.tzinfo else dt
    return f"{day(local)}, {local:%H:%M} Uhr"
