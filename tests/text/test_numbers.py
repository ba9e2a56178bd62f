"""Numbers as German readers expect them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.text import MINUS, NBSP, count, number, with_unit


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (0, 0, "0"),
        (1234.5, 1, "1.234,5"),
        (1_234_567, 0, "1.234.567"),
        (-3.26, 1, "\u22123,3"),
        (0.125, 2, "0,13"),
        (2.675, 2, "2,68"),
        (0.5, 0, "1"),
        (1e22, 0, "10.000.000.000.000.000.000.000"),
        (np.float64(12.345), 2, "12,35"),
    ],
)
def test_numbers_have_thousands_points_and_decimal_commas_and_round_half_up(value, decimals, shown):
    assert number(value, decimals) == shown


def test_what_rounds_to_zero_carries_no_sign():
    assert number(-0.04, 1) == "0,0"
    assert number(0.04, 1, signed=True) == "0,0"


def test_changes_may_show_their_sign():
    assert number(1.25, 1, signed=True) == "+1,3"
    assert number(-1.25, 1, signed=True) == MINUS + "1,3"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_never_printed_as_one(value):
    with pytest.raises(ValueError, match="not a number"):
        number(value)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 6))
def test_every_finite_number_can_be_read_back(value, decimals):
    shown = number(value, decimals)
    back = float(shown.replace(".", "").replace(",", ".").replace(MINUS, "-"))
    assert math.isclose(back, value, rel_tol=1e-12, abs_tol=0.5000001 * 10**-decimals)


def test_nothing_breaks_between_a_number_and_its_unit():
    assert with_unit("12,3", "%") == f"12,3{NBSP}%"
    assert with_unit("12", "") == "12"


@pytest.mark.parametrize(("value", "shown"), [(4653, "4.653"), (4653.0, "4.653"), (1.54, "1,5"), (0, "0")])
def test_what_a_figure_rests_on_is_whole_only_where_it_is(value, shown):
    assert count(value) == shown
