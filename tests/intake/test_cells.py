"""What stands in one cell."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.intake.cells import cell_text, read_date, read_value
from wohnplatz.model import CellState
from wohnplatz.text import number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("12", 12), ("1.234", 1234), ("1.234,5", 1234.5), ("1234,5", 1234.5),
        ("12.345.678", 12345678),
        (" 7 ", 7), ("1 234", 1234), ("1\u00a0234,5", 1234.5), ("1\u202f234", 1234), ("1'234", 1234),
        ("-3", -3), ("\u22123,5", -3.5), ("+4", 4), (12.0, 12), (3, 3), (2.5, 2.5), ("007", 7),
    ],
)  # fmt: skip
def test_german_numbers_are_read(text, value):
    reading = read_value(text)
    assert (reading.value, reading.state, reading.problem) == (value, CellState.VALUE, "")


@pytest.mark.parametrize(
    ("sign", "value", "state"),
    [
        ("-", 0, CellState.VALUE),
        ("–", 0, CellState.VALUE),
        (".", None, CellState.UNKNOWN),
        ("…", None, CellState.LATER),
        ("...", None, CellState.LATER),
        ("/", None, CellState.UNRELIABLE),
        ("x", None, CellState.NOT_APPLICABLE),
        ("X", None, CellState.NOT_APPLICABLE),
        ("*", None, CellState.PROTECTED),
        ("(12)", 12, CellState.LIMITED),
        ("( 1.234,5 )", 1234.5, CellState.LIMITED),
    ],
)
def test_signs_become_states(sign, value, state):
    reading = read_value(sign)
    assert (reading.value, reading.state, reading.problem) == (value, state, "")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "missing_value"), (None, "missing_value"), ("  ", "missing_value"),
        ("12 Personen", "text_in_number"), ("zwölf", "text_in_number"), ("12a", "text_in_number"),
        ("1,2,3", "text_in_number"), ("1.23.456", "text_in_number"), ("1e5", "text_in_number"),
        (True, "text_in_number"), ("12 %", "text_in_number"), ("٣", "text_in_number"),
        ("?", "unknown_sign"), ("nl", "unknown_sign"), ("--", "unknown_sign"), ("()", "unknown_sign"),
        ("(-)", "unknown_sign"), ("12.5", "decimal_point"), ("1,234.5", "decimal_point"),
        ("#REF!", "formula_error"), ("#DIV/0!", "formula_error"), ("#NV", "formula_error"),
        ("NaN", "not_finite"), ("-inf", "not_finite"), (math.nan, "not_finite"), (math.inf, "not_finite"),
        ("9" * 400, "not_finite"), (10**400, "not_finite"),
        (date(2025, 2, 1), "value_is_date"), (time(1, 2), "value_is_date"), (timedelta(1), "value_is_date"),
    ],
)  # fmt: skip
def test_what_is_neither_number_nor_sign_is_named(cell, code):
    reading = read_value(cell)
    assert reading.problem == f"intake.{code}"
    assert reading.value is None


def test_an_english_number_comes_with_what_was_meant():
    assert read_value("1,234.5").meant == "1234,5"


def test_a_single_point_before_three_digits_is_thousands_but_ambiguous():
    assert read_value("1.234").ambiguous
    assert not read_value("1.234,0").ambiguous
    assert not read_value("12.345.678").ambiguous


@given(st.floats(-1e12, 1e12), st.integers(0, 4))
def test_a_number_as_the_product_prints_it_is_read_back(value, decimals):
    assert read_value(number(value, decimals)).value == pytest.approx(
        round(value, decimals), abs=1.01 * 10**-decimals, rel=1e-14
    )


@given(
    st.one_of(
        st.text(), st.floats(), st.integers(), st.booleans(), st.none(), st.dates(), st.datetimes(),
        st.times(), st.text("0123456789.,-+()x*/… #%"),
    )
)  # fmt: skip
def test_every_cell_is_a_number_a_state_or_a_problem_and_no_state_becomes_a_number(cell):
    reading = read_value(cell)
    if reading.problem:
        assert reading.value is None
    else:
        assert (reading.value is not None) == reading.state.has_number
        assert reading.value is None or math.isfinite(reading.value)
    assert isinstance(cell_text(cell), str)
    read_date(cell, date(2025, 12, 31))


@pytest.mark.parametrize(
    "cell",
    [
        date(2025, 12, 31), datetime(2025, 12, 31), "31.12.2025", "31. 12. 2025", "2025-12-31",
        "2025-12-31T00:00:00", "31.12.2025 00:00:00", 46022.0, "46022", "2025", 2025.0,
    ],
)  # fmt: skip
def test_dates_are_read_in_the_forms_that_occur(cell):
    assert read_date(cell, date(2025, 12, 31)) == date(2025, 12, 31)


@pytest.mark.parametrize(
    "cell", ["31.02.2025", "31.12.25", "Dezember 2025", "12/31/2025", 46023.0, "", None, True, "99.99.9999"]
)
def test_what_is_no_date_is_none(cell):
    assert read_date(cell, date(2025, 12, 31)) is None


def test_a_bare_year_is_no_reference_date_within_the_year():
    assert read_date("2025", date(2025, 3, 1)) is None


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_an_empty_cell_is_never_the_date_that_was_expected(nothing):
    assert read_date(nothing, date(2025, 3, 1)) is None


def test_whole_numbers_lose_the_point_a_spreadsheet_gives_them():
    assert cell_text(6999001.0) == "6999001"
    assert cell_text(53820000000.0) == "53820000000"
    assert cell_text(12.5) == "12.5"
