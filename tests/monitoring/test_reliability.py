from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from wohnplatz.monitoring import funnel, intervals, pooling, ranks, shrinkage, standardised

NAN, INF = float("nan"), float("inf")
BAD_COUNTS = [NAN, INF, -1.0, 5.0, 5.0]
BAD_TOTALS = [10.0, 10.0, 10.0, 0.0, 4.0]
WHY = ["missing", "not_finite", "negative", "zero_denominator", "more_than_all"]


def test_wilson_gives_the_published_interval_of_a_small_area() -> None:
    shown = intervals.wilson([3.0], [40.0])
    assert shown.low == pytest.approx([0.02584], abs=5e-6)
    assert shown.high == pytest.approx([0.19864], abs=5e-6)


def test_wilson_gives_newcombes_published_intervals() -> None:
    # R. G. Newcombe 1998, table I, method 3: 81/263, 15/148, 0/20, 1/29
    shown = intervals.wilson([81.0, 15, 0, 1], [263.0, 148, 20, 29])
    assert shown.low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert shown.high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


def test_clopper_pearson_gives_newcombes_published_intervals() -> None:
    # the same table, method 5
    shown = intervals.clopper_pearson([81.0, 15, 0, 1], [263.0, 148, 20, 29])
    assert shown.low == pytest.approx([0.2527, 0.0578, 0.0, 0.0009], abs=5e-5)
    assert shown.high == pytest.approx([0.3676, 0.1617, 0.1684, 0.1776], abs=5e-5)


def test_byar_gives_the_published_interval_of_ten_cases() -> None:
    # The published limits take 1.96 for the normal quantile, which moves the third place by one.
    shown = intervals.byar([10.0])
    assert (shown.low[0], shown.high[0]) == pytest.approx((4.787, 18.392), abs=1e-3)


def test_below_ten_the_interval_is_the_exact_one_of_the_tables() -> None:
    # Pearson and Hartley, Biometrika Tables, limits of a Poisson variable, 95 %
    shown = intervals.byar([0.0, 1, 5, 9])
    assert shown.low == pytest.approx([0.0, 0.0253, 1.62, 4.12], abs=5e-3)
    assert shown.high == pytest.approx([3.69, 5.57, 11.67, 17.08], abs=5e-3)


@pytest.mark.parametrize("method", [intervals.wilson, intervals.clopper_pearson])
def test_what_cannot_be_computed_has_a_reason_and_no_number(method) -> None:
    shown = method(BAD_COUNTS, BAD_TOTALS)
    assert shown.reason.tolist() == WHY
    assert np.isnan(shown.low).all()
    assert np.isnan(shown.high).all()


def test_counts_without_sense_have_a_reason_and_no_number() -> None:
    shown = intervals.byar([NAN, INF, -3.0])
    assert shown.reason.tolist() == WHY[:3]
    assert np.isnan(shown.low).all()


def test_the_ratio_of_two_groups_has_the_limits_of_its_odds() -> None:
    share, shown = intervals.wilson([30.0], [130.0]), intervals.odds([30.0], [100.0])
    assert shown.low == pytest.approx(share.low / (1 - share.low))
    assert intervals.odds([30.0, 2.0], [0.0, NAN]).reason.tolist() == ["zero_denominator", "missing"]


def test_a_second_error_widens_the_interval_and_none_leaves_it() -> None:
    low, high = intervals.widened([10.0, 10.0], [7.0, 7.0], [13.0, 13.0], [4.0, NAN])
    assert (low.tolist(), high.tolist()) == ([5.0, 7.0], [15.0, 13.0])


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_the_share_lies_inside_its_interval_and_the_mirror_image_is_the_mirror(n, part) -> None:
    x = float(round(part * n))
    one, other = intervals.wilson([x], [float(n)]), intervals.wilson([n - x], [float(n)])
    assert 0 <= one.low[0] <= x / n <= one.high[0] <= 1
    assert one.low[0] == pytest.approx(1 - other.high[0], abs=1e-12)


@given(st.integers(0, 10**6))
def test_more_events_move_both_limits_up(x) -> None:
    shown = intervals.byar([float(x), float(x + 1)])
    assert shown.low[0] < shown.low[1]
    assert shown.high[0] < shown.high[1]


def _sids(folder) -> tuple[np.ndarray, np.ndarray]:
    """Births and sudden infant deaths 1974–78 of the 100 counties, from the plain columns of the table."""
    data = (folder / "spatial" / "sids2" / "sids2.dbf").read_bytes()
    count, head, width = struct.unpack("<IHH", data[4:12])
    fields, place = {}, 1
    for at in range(32, head - 1, 32):
        name, size = data[at : at + 11].split(b"\0")[0].decode(), data[at + 16]
        fields[name] = (place, size)
        place += size
    rows = [data[head + i * width : head + (i + 1) * width] for i in range(count)]
    column = lambda c: np.array([float(r[fields[c][0] : sum(fields[c])]) for r in rows])  # noqa: E731
    return column("SID74"), column("BIR74")


@pytest.mark.reference_data
def test_empirical_bayes_gives_the_known_rates_of_north_carolina(reference_data) -> None:
    deaths, births = _sids(reference_data)
    smoothed = shrinkage.empirical_bayes(deaths, births).smoothed
    assert smoothed[:5] == pytest.approx([0.0016973, 0.0017054, 0.0017731, 0.0020129, 0.0035349], abs=5e-8)


@pytest.mark.reference_data
def test_empirical_bayes_agrees_with_esda_where_variance_is_positive(reference_data) -> None:
    smoothing = pytest.importorskip("esda.smoothing")
    deaths, births = _sids(reference_data)
    theirs = np.asarray(smoothing.Empirical_Bayes(deaths, births).r).ravel()
    assert shrinkage.empirical_bayes(deaths, births).smoothed == pytest.approx(theirs, abs=1e-12)


def test_negative_variance_between_areas_counts_as_none() -> None:
    shown = shrinkage.empirical_bayes([10.0, 10, 11], [100.0, 100, 100])
    assert shown.smoothed == pytest.approx([31 / 300] * 3)
    assert shown.weight.tolist() == [0, 0, 0]


def test_each_municipality_is_a_group_of_its_own() -> None:
    count, base = np.array([1.0, 9, 40, 80, 7]), np.array([50.0, 60, 100, 120, 30])
    groups = ["a", "a", "b", "b", "c"]
    shown = shrinkage.empirical_bayes(count, base, groups)
    alone = shrinkage.empirical_bayes(count[2:4], base[2:4])
    assert shown.smoothed[2:4] == pytest.approx(alone.smoothed)
    assert shown.smoothed[4] == 7 / 30
    assert shown.mean == pytest.approx([10 / 110, 10 / 110, 120 / 220, 120 / 220, 7 / 30])


# Thirteen trials of the BCG vaccine (G. A. Colditz 1994): the textbook case of between-study variance.
BCG = np.array(
    [[4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619], [33, 5036, 47, 5761],
     [180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892], [29, 7470, 45, 7232],
     [17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825]],
    dtype=float,
)  # fmt: skip


def test_the_variance_between_areas_is_that_of_the_textbook() -> None:
    a, b, c, d = BCG.T
    risk = np.log(a / (a + b) / (c / (c + d)))
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    assert shrinkage.between_variance(risk, variance) == pytest.approx(0.3088, abs=5e-5)


def test_logit_shrinkage_draws_small_areas_more_and_stays_a_share() -> None:
    shown = shrinkage.logit_shrinkage([2.0, 200, 0, 500, NAN], [10.0, 1000, 12, 1000, 5], [0, 0, 0, 0, 0])
    assert shown.weight[0] < shown.weight[1]
    assert 0 < shown.smoothed[2] < shown.mean[2]
    assert shown.mean[0] == pytest.approx(702 / 2022)
    assert np.isnan(shown.smoothed[4])
    assert shown.reason[4] == "missing"


def test_one_area_alone_keeps_its_value() -> None:
    for shown in (shrinkage.logit_shrinkage([3.0], [40.0]), shrinkage.empirical_bayes([3.0], [40.0])):
        assert shown.smoothed.tolist() == [3 / 40]


def test_nothing_but_gaps_stays_nothing_but_gaps() -> None:
    for shown in (shrinkage.logit_shrinkage([NAN] * 3, [10.0] * 3), shrinkage.empirical_bayes([1.0], [0.0])):
        assert np.isnan(shown.smoothed).all()
        assert (shown.reason != "").all()


@given(st.permutations(list(range(6))))
def test_smoothing_does_not_depend_on_the_order_of_areas(order) -> None:
    x, n = np.array([1.0, 4, 9, 30, 2, 0]), np.array([20.0, 30, 50, 90, 40, 25])
    group = np.array([0, 0, 1, 1, 1, 0])
    for method in (shrinkage.logit_shrinkage, shrinkage.empirical_bayes):
        straight = method(x, n, group).smoothed
        assert method(x[order], n[order], group[order]).smoothed == pytest.approx(straight[order])


def test_the_standardised_ratio_is_observed_over_expected() -> None:
    ratio = standardised.smr([10.0, 4.0, 3.0], [8.0, 0.0, NAN])
    assert ratio.value[0] == 1.25
    assert (ratio.low[0], ratio.high[0]) == pytest.approx((4.787 / 8, 18.392 / 8), abs=1e-4)
    assert ratio.reason.tolist() == ["", "zero_denominator", "missing"]


def test_expected_cases_follow_from_the_districts_rates() -> None:
    expected = standardised.expected_counts([0.01, 0.1, NAN], [[100, 50, 0], [10, 10, 1]])
    assert expected[0] == pytest.approx(6)
    assert np.isnan(expected[1])


def test_one_group_alone_makes_the_direct_rate_the_plain_one() -> None:
    rate = standardised.direct([[10.0]], [[200.0]], [7.0])
    assert [rate.value[0], rate.low[0], rate.high[0]] == pytest.approx(
        [0.05, 4.787 / 200, 18.392 / 200], abs=1e-5
    )


def test_direct_rates_say_what_they_lack() -> None:
    rate = standardised.direct([[1, 2], [0, 0], [NAN, 1]], [[10, 0], [10, 10], [10, 10]], [1.0, 1.0])
    assert rate.reason.tolist() == ["zero_denominator", "no_cases", "missing"]
    assert rate.value[1] == 0
    assert np.isnan(rate.low).all()


def _binomial_limit(n: int, mean: float, p: float) -> float:
    chance = [math.comb(n, k) * mean**k * (1 - mean) ** (n - k) for k in range(n + 1)]
    r = next(k for k in range(n + 1) if sum(chance[: k + 1]) >= p)
    return (r - (sum(chance[: r + 1]) - p) / chance[r]) / n


def test_funnel_limits_are_the_interpolated_quantiles_of_the_binomial() -> None:
    for level in funnel.LEVELS:
        limits = funnel.funnel_limits([30.0, 100, 400], 0.1, level)
        tail = (1 - level) / 2
        assert limits.low == pytest.approx([max(_binomial_limit(n, 0.1, tail), 0) for n in (30, 100, 400)])
        assert limits.high == pytest.approx([_binomial_limit(n, 0.1, 1 - tail) for n in (30, 100, 400)])


def test_funnel_limits_of_events_follow_the_poisson_distribution() -> None:
    limits = funnel.funnel_limits([1000.0], 0.01, binomial=False)
    r = stats.poisson.ppf(0.975, 10)
    at, before = stats.poisson.cdf(r, 10), stats.poisson.cdf(r - 1, 10)
    assert limits.high[0] == pytest.approx((r - (at - 0.975) / (at - before)) / 1000)


def test_a_funnel_narrows_and_marks_what_lies_outside() -> None:
    base = np.array([50.0, 500, 5000])
    limits = funnel.funnel_limits(base, 0.2)
    assert (np.diff(limits.high - limits.low) < 0).all()
    assert funnel.position([0.2, 0.25, 0.25, 0.1, NAN], [50, 500, 5000, 5000, 50], 0.2).tolist() == [
        0, 1, 2, -2, 0,
    ]  # fmt: skip


@pytest.mark.parametrize("mean", [NAN, INF, -0.1, 1.1])
def test_without_a_common_value_there_is_no_funnel(mean) -> None:
    limits = funnel.funnel_limits([100.0], mean)
    assert limits.reason.tolist() == ["no_common_value"]
    assert np.isnan(limits.low).all()


def test_sizes_without_sense_have_no_funnel() -> None:
    limits = funnel.funnel_limits([0.0, NAN, -5], 0.3)
    assert limits.reason.tolist() == ["zero_denominator", "missing", "negative"]
    assert np.isnan(limits.high).all()
    assert funnel.funnel_limits([40.0], 0.0).high.tolist() == [0.0]


def test_ranks_have_the_range_their_intervals_leave() -> None:
    ranges = ranks.rank_ranges([3, 1, 2, NAN], [2, 0.5, 0.9, 0], [4, 1.5, 2.1, 1])
    assert ranges.rank.tolist()[:3] == [3, 1, 2]
    assert ranges.best.tolist()[:3] == [2, 1, 1]
    assert ranges.worst.tolist()[:3] == [3, 2, 3]
    assert ranges.reason.tolist() == ["", "", "", "missing"]
    assert np.isnan(ranges.rank[3])


def test_simulated_ranks_repeat_and_lie_around_the_rank() -> None:
    count, base = np.array([5.0, 20, 60, 90]), np.array([100.0, 100, 100, 100])
    one, two = (ranks.simulated_ranks(count, base, seed=7) for _ in range(2))
    assert one.best.tolist() == two.best.tolist() == [1, 2, 3, 4]
    assert ranks.simulated_ranks([5.0, 6, NAN], [100.0, 100, 3]).worst.tolist()[:2] == [2, 2]


def test_equal_values_share_their_rank() -> None:
    assert ranks.rank_ranges([1.0, 1.0], [0.0, 0.0], [2.0, 2.0]).rank.tolist() == [1.5, 1.5]


def test_pooled_years_are_sums_and_need_every_year() -> None:
    pooled = pooling.pooled_years([[3, 5], [1, NAN]], [[40, 60], [10, 10]])
    assert (pooled.count[0], pooled.base[0]) == (8, 100)
    assert pooled.reason.tolist() == ["", "missing"]
    assert np.isnan(pooled.count[1])


def test_chance_alone_lets_four_of_eighty_stand_out() -> None:
    assert standardised.expected_by_chance(80) == pytest.approx(4)


@pytest.mark.parametrize("seed", range(5))
def test_a_rank_correlation_is_the_one_that_scipy_finds(seed: int) -> None:
    x = np.random.default_rng(seed).integers(0, 9, 30).astype(float)
    y = x * (seed - 2) + np.random.default_rng(seed + 50).integers(0, 9, 30)
    theirs = stats.spearmanr(x, y)
    assert ranks.rank_correlation(x, y) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-9)


def test_a_rank_correlation_of_one_order_is_whole_and_of_equal_values_none() -> None:
    x = np.arange(9.0)
    assert ranks.rank_correlation(x, -(x**3)) == (-1.0, 0.0)
    assert np.isnan(ranks.rank_correlation(x, np.ones(9))).all()
