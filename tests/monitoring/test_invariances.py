"""What no method may depend on: the order of areas, the unit of a number, who is called first.

And what each must do: more burden never makes an index lower, more people never make an interval wider.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.model import IndexFamily
from wohnplatz.monitoring.change import false_discovery, newcombe, rate_change
from wohnplatz.monitoring.families import Scheme, index_values
from wohnplatz.monitoring.funnel import funnel_limits, position
from wohnplatz.monitoring.getis import getis_ord
from wohnplatz.monitoring.inequality import gini, theil
from wohnplatz.monitoring.intervals import byar, clopper_pearson, exact_poisson, wilson
from wohnplatz.monitoring.pooling import pooled_years
from wohnplatz.monitoring.ranks import rank_ranges
from wohnplatz.monitoring.segregation import dissimilarity, exposure, information, isolation
from wohnplatz.monitoring.shrinkage import empirical_bayes, logit_shrinkage
from wohnplatz.monitoring.space import geary, moran
from wohnplatz.monitoring.standardised import smr
from wohnplatz.monitoring.trend import theil_sen, weighted_trend
from wohnplatz.monitoring.weights import Weights, weights_of

SEEDS = st.integers(0, 2**32 - 1)
SOME = settings(max_examples=25, deadline=None)
MONOTONE = [IndexFamily.Z_SUM, IndexFamily.PERCENTILE, IndexFamily.EXPONENTIAL, IndexFamily.EXCEEDANCE]
"""A first principal component may weigh an indicator negatively: it need not rise with every one."""


def people(seed: int, n: int = 30) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Cases and persons of n areas."""
    rng = np.random.default_rng(seed)
    total = rng.integers(20, 3000, n).astype(float)
    return rng.binomial(total.astype(int), rng.uniform(0.02, 0.4, n)).astype(float), total, rng


@pytest.mark.parametrize("family", MONOTONE)
@given(seed=SEEDS)
@SOME
def test_who_bears_more_of_everything_has_no_lower_index(family: IndexFamily, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 9, (12, 3)).astype(float)
    turned = (False, True, False)
    found = index_values(x, Scheme(family, (1.0, 2.0, 0.5), turned)).score
    burden = np.where(turned, -x, x)
    if np.isnan(found).any():
        return
    for a in range(len(x)):
        for b in range(len(x)):
            if (burden[a] >= burden[b]).all():
                assert found[a] >= found[b] - 1e-9


@pytest.mark.parametrize("family", list(IndexFamily))
@given(seed=SEEDS)
@SOME
def test_areas_left_out_do_not_speak_for_others(family: IndexFamily, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(14, 3))
    use = np.arange(14) < 10
    scheme = Scheme(family, (1.0, 1.0, 1.0))
    alone = index_values(x[:10], scheme).score
    wild = x.copy()
    wild[10:] = 1e6
    assert index_values(wild, scheme, use).score[:10] == pytest.approx(alone)


@pytest.mark.parametrize("family", list(IndexFamily))
@given(seed=SEEDS, factor=st.sampled_from([0.25, 2.0, 512.0]))
@SOME
def test_weights_count_against_each_other_only(family: IndexFamily, seed: int, factor: float) -> None:
    x = np.random.default_rng(seed).normal(size=(15, 3))
    one = index_values(x, Scheme(family, (1.0, 3.0, 0.5))).score
    other = index_values(x, Scheme(family, (factor, 3 * factor, 0.5 * factor))).score
    if family is IndexFamily.EXCEEDANCE:  # a weighted number of exceedances is a number
        other = other / factor
    assert other == pytest.approx(one, abs=1e-6)


@given(seed=SEEDS)
@SOME
def test_smoothing_follows_the_areas_and_their_groups(seed: int) -> None:
    cases, total, rng = people(seed)
    groups = rng.integers(0, 4, len(cases))
    mixed = rng.permutation(len(cases))
    for method in (empirical_bayes, logit_shrinkage):
        one, other = method(cases, total, groups), method(cases[mixed], total[mixed], groups[mixed] + 10)
        np.testing.assert_allclose(one.smoothed[mixed], other.smoothed)
        # The half that the empirical logit adds to both counts moves it by less than half a person.
        near = 1e-9 if method is empirical_bayes else 0.5 / total
        assert (np.minimum(one.raw, one.mean) - near <= one.smoothed).all()
        assert (one.smoothed <= np.maximum(one.raw, one.mean) + near).all()


@given(seed=SEEDS)
@SOME
def test_intervals_shrink_with_more_people_and_hold_the_share(seed: int) -> None:
    cases, total, _ = people(seed)
    for method in (wilson, clopper_pearson):
        small, large = method(cases, total), method(4 * cases, 4 * total)
        assert (large.high - large.low < small.high - small.low).all()
        assert ((small.low <= cases / total) & (cases / total <= small.high)).all()
    for method in (byar, exact_poisson):
        one, four = method(cases), method(4 * cases)
        assert ((four.high - four.low) / 4 < one.high - one.low).all()


@given(seed=SEEDS, factor=st.sampled_from([0.5, 8.0]))
@SOME
def test_ratios_take_the_unit_of_what_was_expected(seed: int, factor: float) -> None:
    cases, total, _ = people(seed)
    one, other = smr(cases, total * 0.1), smr(cases, total * 0.1 * factor)
    np.testing.assert_allclose(other.value * factor, one.value)
    np.testing.assert_allclose(other.high * factor, one.high)


@given(seed=SEEDS)
@SOME
def test_the_funnel_is_narrower_for_larger_areas_and_marks_follow_the_areas(seed: int) -> None:
    cases, total, rng = people(seed)
    mean = cases.sum() / total.sum()
    sizes = np.array([100.0, 1000.0, 10000.0])
    limits = funnel_limits(sizes, mean)
    assert (np.diff(limits.high - limits.low) < 0).all()
    mixed = rng.permutation(len(cases))
    place = position(cases / total, total, mean)
    np.testing.assert_array_equal(place[mixed], position((cases / total)[mixed], total[mixed], mean))


@given(seed=SEEDS)
@SOME
def test_a_change_told_backwards_is_its_negative(seed: int) -> None:
    cases, total, rng = people(seed)
    later = np.minimum(np.maximum(cases + rng.integers(-15, 15, len(cases)), 0), total)
    for method in (newcombe, rate_change):
        there, back = method(cases, total, later, total), method(later, total, cases, total)
        np.testing.assert_allclose(there.difference, -back.difference, atol=1e-12)
        np.testing.assert_allclose(there.low, -back.high, atol=1e-9)
        np.testing.assert_allclose(there.p, back.p, atol=1e-9)


@given(seed=SEEDS, scale=st.sampled_from([0.5, 4.0]))
@SOME
def test_trends_take_the_unit_of_the_values_and_forget_the_calendar(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(50, 4, (6, 8))
    years = list(range(2015, 2023))
    for method in (weighted_trend, theil_sen):
        one = method(values, years)
        other = method(scale * values + 7, [y - 1000 for y in years])
        np.testing.assert_allclose(other.slope, scale * one.slope, atol=1e-9)
        np.testing.assert_allclose(other.p, one.p, atol=1e-9)


@given(seed=SEEDS)
@SOME
def test_false_discovery_follows_the_tests_and_never_lowers_a_p(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p = rng.uniform(0, 1, 20) ** 3
    mixed = rng.permutation(20)
    adjusted = false_discovery(p)
    np.testing.assert_allclose(adjusted[mixed], false_discovery(p[mixed]))
    assert (adjusted >= p - 1e-12).all()


@given(seed=SEEDS)
@SOME
def test_ranks_with_their_range_follow_the_areas(seed: int) -> None:
    cases, total, rng = people(seed)
    interval, share = wilson(cases, total), cases / total
    mixed = rng.permutation(len(cases))
    one = rank_ranges(share, interval.low, interval.high)
    other = rank_ranges(share[mixed], interval.low[mixed], interval.high[mixed])
    np.testing.assert_allclose(one.rank[mixed], other.rank)
    np.testing.assert_allclose(one.worst[mixed], other.worst)
    assert ((one.best <= one.rank) & (one.rank <= one.worst)).all()


@given(seed=SEEDS)
@SOME
def test_pooled_years_do_not_depend_on_their_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cases, total = rng.integers(0, 50, (4, 9)).astype(float), rng.integers(50, 900, (4, 9)).astype(float)
    mixed = rng.permutation(9)
    one, other = pooled_years(cases, total), pooled_years(cases[:, mixed], total[:, mixed])
    np.testing.assert_allclose(one.count, other.count)
    np.testing.assert_allclose(one.base, other.base)


def ring(order: list[str]) -> Weights:
    """A ring of areas as neighbours, in some order."""
    n = len(order)
    names = [f"{i}" for i in range(n)]
    return weights_of({names[i]: [names[(i + 1) % n], names[i - 1]] for i in range(n)}, order)


@given(seed=SEEDS, scale=st.sampled_from([0.5, 1024.0]))
@SOME
def test_global_measures_of_space_know_neither_order_nor_unit(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 9, 16)
    mixed = rng.permutation(16)
    one, other = ring([f"{i}" for i in range(16)]), ring([f"{i}" for i in mixed])
    for method in (moran, geary, getis_ord):
        a, b = method(x, one, 0), method(scale * x[mixed], other, 0)
        assert b.statistic == pytest.approx(a.statistic)
        assert b.z == pytest.approx(a.z, nan_ok=True)
    for method in (moran, geary):  # they do not feel a shift either; G needs positive numbers
        assert method(x + 100, one, 0).statistic == pytest.approx(method(x, one, 0).statistic)


@given(seed=SEEDS, scale=st.sampled_from([2.0, 16.0]))
@SOME
def test_segregation_knows_neither_order_nor_the_size_of_the_groups(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(1, 90, 18).astype(float), rng.integers(1, 400, 18).astype(float)
    mixed = rng.permutation(18)
    one = dissimilarity(a, b, draws=9)
    assert dissimilarity(a[mixed], b[mixed], draws=9).statistic == pytest.approx(one.statistic)
    assert dissimilarity(b, a, draws=9).statistic == pytest.approx(one.statistic)
    assert dissimilarity(scale * a, b, draws=9).statistic == pytest.approx(one.statistic)
    assert isolation(a[mixed], (a + b)[mixed]) == pytest.approx(isolation(a, a + b))
    assert exposure(scale * a, scale * b, scale * (a + b)) == pytest.approx(exposure(a, b, a + b))
    counts = np.column_stack([a, b])
    assert information(scale * counts[mixed]).theil == pytest.approx(information(counts).theil)


@given(seed=SEEDS)
@SOME
def test_taking_from_many_to_give_to_few_is_more_inequality(seed: int) -> None:
    x = np.sort(np.random.default_rng(seed).uniform(5, 50, 12))
    more = x.copy()
    more[0] -= 2
    more[-1] += 2
    assert gini(more).statistic > gini(x).statistic
    assert theil(more).total > theil(x).total
