from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from wohnplatz.monitoring import change, trend

NAN, INF = float("nan"), float("inf")


def test_newcombe_gives_the_published_intervals() -> None:
    # R. G. Newcombe 1998 (part 2), table II, method 10: 56/70 − 48/80, 9/10 − 3/10, 10/10 − 0/10, 0/10 − 0/10
    shown = change.newcombe([48.0, 3, 0, 0], [80.0, 10, 10, 10], [56.0, 9, 10, 0], [70.0, 10, 10, 10])
    assert shown.difference == pytest.approx([0.2, 0.6, 1.0, 0.0])
    assert shown.low == pytest.approx([0.0524, 0.1705, 0.6075, -0.2775], abs=5e-5)
    assert shown.high == pytest.approx([0.3339, 0.8090, 1.0, 0.2775], abs=5e-5)


def test_the_test_of_a_share_is_the_chi_square_test_with_n_minus_one() -> None:
    shown = change.newcombe([48.0], [80.0], [56.0], [70.0])
    chi, *_ = stats.chi2_contingency([[48, 32], [56, 14]], correction=False)
    assert shown.p[0] == pytest.approx(stats.chi2.sf(chi * 149 / 150, 1))


def test_a_rate_changes_by_the_joined_limits_of_byar() -> None:
    shown = change.rate_change([10.0], [100.0], [20.0], [100.0])
    # Byar: 10 → 4.7871 to 18.3916, 20 → 12.2097 to 30.8896
    assert shown.low[0] == pytest.approx(0.1 - np.hypot(0.077903, 0.083916), abs=2e-5)
    assert shown.high[0] == pytest.approx(0.1 + np.hypot(0.108896, 0.052129), abs=2e-5)
    assert shown.p[0] == pytest.approx(2 * stats.norm.sf(10 / np.sqrt(30)))


def test_what_cannot_be_compared_says_why() -> None:
    shown = change.newcombe([NAN, 1, 1, 9, 3], [10.0, 0, 10, 5, 10], [1.0, 1, -1, 1, INF], [10.0] * 5)
    assert shown.reason.tolist() == [
        "missing", "zero_denominator", "negative", "more_than_all", "not_finite",
    ]  # fmt: skip
    for column in (shown.difference, shown.low, shown.high, shown.p):
        assert np.isnan(column).all()


def test_no_cases_in_either_year_are_no_change_and_no_alarm() -> None:
    shown = change.rate_change([0.0], [50.0], [0.0], [60.0])
    assert (shown.difference[0], shown.p[0]) == (0, 1)


def test_error_bands_widen_the_interval_and_quieten_the_test() -> None:
    plain = change.newcombe([48.0], [80.0], [56.0], [70.0])
    wide = change.with_error(plain, [0.1], [NAN])
    assert wide.low[0] < plain.low[0]
    assert wide.high[0] > plain.high[0]
    assert wide.p[0] > plain.p[0]
    assert change.with_error(plain, [NAN], [NAN]).p == pytest.approx(plain.p)


def test_false_discovery_is_that_of_benjamini_and_hochberg() -> None:
    # Their own example of 1995, table 1: fifteen p-values, four of them kept at 5 %
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
         0.6528, 0.7590, 1.0]  # fmt: skip
    adjusted = change.false_discovery(p)
    assert (adjusted <= 0.05).sum() == 4
    assert adjusted == pytest.approx(stats.false_discovery_control(p))
    assert np.isnan(change.false_discovery([NAN, NAN])).all()


@given(st.lists(st.integers(0, 50), min_size=2, max_size=2), st.integers(50, 400), st.integers(50, 400))
def test_turning_time_round_turns_the_change_round(counts, n, m) -> None:
    x, y = map(float, counts)
    there, back = change.newcombe([x], [n], [y], [m]), change.newcombe([y], [m], [x], [n])
    assert there.low[0] == pytest.approx(-back.high[0], abs=1e-12)
    assert there.p[0] == pytest.approx(back.p[0])


YEARS = list(range(2014, 2025))
SERIES = np.array(
    [
        [5.1, 5.4, 5.2, 5.9, 6.1, 6.0, 6.6, 6.5, 7.0, 7.3, 7.1],
        [9.0, 8.8, NAN, 8.9, 8.1, 8.3, 8.1, 20.0, 7.5, 7.6, 7.2],
        [3.0] * 11,
        [1.0, 2.0, 3.0, *[NAN] * 8],
    ]
)


def test_an_unweighted_trend_is_the_plain_regression() -> None:
    shown = trend.weighted_trend(SERIES, YEARS)
    for row in (0, 1):
        known = np.isfinite(SERIES[row])
        theirs = stats.linregress(np.array(YEARS)[known], SERIES[row][known])
        assert shown.slope[row] == pytest.approx(theirs.slope)
        assert shown.p[row] == pytest.approx(theirs.pvalue)
        reach = stats.t.ppf(0.975, known.sum() - 2) * theirs.stderr
        assert shown.high[row] - shown.slope[row] == pytest.approx(reach)


def test_weights_are_those_of_a_weighted_fit() -> None:
    variances = np.linspace(0.5, 4, 11)
    shown = trend.weighted_trend(SERIES[:1], YEARS, variances)
    slope, _ = np.polyfit(np.array(YEARS) - 2019, SERIES[0], 1, w=1 / np.sqrt(variances))
    assert shown.slope[0] == pytest.approx(slope)


def test_with_known_variances_the_interval_is_never_narrower_than_chance() -> None:
    line = np.arange(11.0)[None]
    shown = trend.weighted_trend(line, YEARS, np.full((1, 11), 4.0))
    assert shown.high[0] - 1 == pytest.approx(stats.t.ppf(0.975, 9) * 2 / np.sqrt(110))


def test_constant_figures_have_no_direction_and_few_years_no_trend() -> None:
    for shown in (trend.weighted_trend(SERIES, YEARS), trend.theil_sen(SERIES, YEARS)):
        assert (shown.slope[2], shown.p[2]) == (0, 1)
        assert shown.reason.tolist() == ["", "", "", "too_few_years"]
        assert np.isnan([shown.slope[3], shown.low[3], shown.p[3]]).all()


def test_the_robust_trend_is_that_of_theil_and_sen() -> None:
    shown = trend.theil_sen(SERIES, YEARS)
    for row in (0, 1):
        known = np.isfinite(SERIES[row])
        theirs = stats.theilslopes(SERIES[row][known], np.array(YEARS)[known])
        assert [shown.slope[row], shown.low[row], shown.high[row]] == pytest.approx(
            [theirs.slope, theirs.low_slope, theirs.high_slope]
        )
        tau = stats.kendalltau(np.array(YEARS)[known], SERIES[row][known]).statistic
        assert trend.kendall(SERIES, YEARS)[row] == pytest.approx(tau)


def test_one_odd_year_moves_the_line_more_than_the_robust_trend() -> None:
    assert trend.weighted_trend(SERIES, YEARS).p[1] > 0.5
    assert trend.theil_sen(SERIES, YEARS).p[1] < 0.05


def test_ten_rising_years_have_the_p_value_of_the_tables() -> None:
    shown = trend.theil_sen(np.arange(10.0)[None], YEARS[:10])
    assert shown.p[0] == pytest.approx(2 * stats.norm.sf(44 / np.sqrt(125)))
    assert trend.kendall(np.arange(10.0)[None], YEARS[:10]).tolist() == [1.0]
