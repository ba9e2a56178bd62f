import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.monitoring import inequality
from wohnplatz.monitoring.inequality import gini, theil

positive = st.lists(st.integers(1, 1000).map(float), min_size=2, max_size=30)


def test_examples_in_the_documentation_are_true():
    result = doctest.testmod(inequality)
    assert result.attempted > 0
    assert result.failed == 0


def test_gini_is_the_mean_difference_of_all_pairs():
    rng = np.random.default_rng(1)
    x, w = rng.gamma(2, 3, 40), rng.integers(1, 90, 40).astype(float)
    pairs = (w[:, None] * w[None, :] * np.abs(x[:, None] - x[None, :])).sum()
    expected = pairs / (2 * (w @ x / w.sum()) * w.sum() ** 2)
    assert gini(x, w).statistic == pytest.approx(expected, rel=1e-12)


def test_weights_are_as_good_as_repeating():
    x, w = np.array([1.0, 4, 9]), np.array([2.0, 3, 1])
    again = np.repeat(x, w.astype(int))
    assert gini(x, w).statistic == pytest.approx(gini(again).statistic)
    assert theil(x, weights=w).total == pytest.approx(theil(again).total)


def test_one_who_has_everything():
    x = np.array([0.0, 0, 0, 8])
    assert gini(x).statistic == pytest.approx(0.75)
    assert theil(x).total == pytest.approx(np.log(4))


def test_theil_parts_by_hand():
    x, groups = np.array([1.0, 3, 2, 2]), np.array(["a", "a", "b", "b"])
    found = theil(x, groups)
    assert found.between == pytest.approx(0)
    assert found.within == pytest.approx((0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 4)
    apart = theil(np.array([1.0, 1, 3, 3]), groups)
    assert apart.within == pytest.approx(0)
    assert apart.share_within == pytest.approx(0)


@given(positive, st.sampled_from([0.5, 2.0, 64.0]), st.randoms())
def test_unit_and_order_do_not_matter(values, scale, random):
    x = np.array(values)
    mixed = np.array(random.sample(values, len(values))) * scale
    assert gini(x).statistic == pytest.approx(gini(mixed).statistic, abs=1e-12)
    assert theil(x).total == pytest.approx(theil(mixed).total, abs=1e-12)


@given(positive)
def test_parts_add_up(values):
    x = np.array(values)
    found = theil(x, np.array(["a", "b", "c"])[np.arange(len(x)) % 3])
    assert found.between + found.within == pytest.approx(found.total, abs=1e-12)
    assert found.between >= 0


@pytest.mark.parametrize(
    ("x", "reason"),
    [([np.nan, np.nan], "too_few"), ([3.0], "too_few"), ([0.0, 0], "all_zero"), ([-1.0, 2], "negative")],
)
def test_what_cannot_be_computed_is_a_stated_result(x, reason):
    assert gini(np.array(x)).reason == reason
    assert np.isnan(gini(np.array(x)).statistic)
    assert theil(np.array(x)).reason == reason
    assert np.isnan(theil(np.array(x)).within)


def test_equal_values_are_an_inequality_of_zero_not_of_nothing():
    assert gini(np.full(4, 7.3)).statistic == pytest.approx(0, abs=1e-15)
    assert theil(np.full(4, 7.3)).total == pytest.approx(0, abs=1e-15)
