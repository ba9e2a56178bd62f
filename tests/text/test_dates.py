"""Dates and times as German offices write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from wohnplatz.text import day, long_day, month, timestamp


def test_dates_have_two_digits_for_day_and_month():
    assert day(date(2025, 3, 1)) == "01.03.2025"


def test_running_text_names_the_month():
    assert long_day(date(2025, 3, 1)) == "1. März 2025"
    assert month(date(2025, 12, 31)) == "Dezember 2025"


def test_a_time_with_a_zone_is_shown_in_german_time():
    assert timestamp(datetime(2025, 12, 31, 23, 30, tzinfo=UTC)) == "01.01.2026, 00:30 Uhr"
    assert timestamp(datetime(2025, 7, 1, 12, 0, tzinfo=UTC)) == "01.07.2025, 14:00 Uhr"


def test_a_time_without_a_zone_is_shown_as_it_stands():
    assert timestamp(datetime(2025, 12, 31, 14, 5)) == "31.12.2025, 14:05 Uhr"
