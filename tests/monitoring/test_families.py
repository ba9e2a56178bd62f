"""Index families: published numbers, invariances, and what cannot be computed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from wohnplatz.model import IndexFamily
from wohnplatz.monitoring.families import Scheme, exponential_transform, index_values
from wohnplatz.monitoring.index import standardised_sum
from wohnplatz.monitoring.quantiles import (
    TIES,
    percentile_ranks,
    quantile,
    quantile_classes,
    rank_classes,
    ranks,
)
from wohnplatz.monitoring.sensitivity import sensitivity

FAMILIES = list(IndexFamily)
TABLES = arrays(
    np.float64,
    st.tuples(st.integers(4, 25), st.just(4)),
    elements=st.integers(-500, 500).map(lambda n: n / 7),
)


def scheme(family: IndexFamily, **changes: object) -> Scheme:
    return Scheme(family, (1.0, 2.0, 1.0, 0.5), **{"themes": ((0, 1), (2, 3)), **changes})  # type: ignore[arg-type]


def test_quantiles_of_all_nine_types_are_those_of_r() -> None:
    x = np.array([1.0, 2, 4, 8, 16])
    # R 4.3: sapply(1:9, function(t) quantile(x, 0.3, type = t))
    published = [2, 2, 2, 1.5, 2, 1.8, 2.4, 1.9333333333, 1.95]
    assert [float(quantile(x, [0.3], kind=t)[0]) for t in range(1, 10)] == pytest.approx(published)


def test_the_exponential_transform_has_its_published_values() -> None:
    assert exponential_transform(np.array([0.1, 0.5, 0.9, 1])) == pytest.approx(
        [2.3903, 15.6468, 50.4267, 100], abs=5e-5
    )


def test_a_z_sum_without_themes_is_the_berlin_index() -> None:
    x = np.random.default_rng(2).normal(size=(30, 3))
    found = index_values(x, Scheme(IndexFamily.Z_SUM, (1.0, 1.0, 2.0)))
    assert found.score == pytest.approx(standardised_sum(x, [1, 1, 2]).index)


def test_a_count_of_exceedances_counts_what_is_above_the_mean() -> None:
    x = np.array([[1.0, 10], [2, 20], [6, 90]])
    assert index_values(x, Scheme(IndexFamily.EXCEEDANCE, (1.0, 1.0))).score.tolist() == [0, 0, 2]
    far = Scheme(IndexFamily.EXCEEDANCE, (1.0, 1.0), exceedance_sd=1.4)
    assert index_values(x, far).score.tolist() == [0, 0, 1]


def test_the_first_component_of_two_indicators_is_their_sum_and_runs_from_0_to_1() -> None:
    x = np.array([[1.0, 5], [2, 9], [3, 11], [5, 30]])
    found = index_values(x, Scheme(IndexFamily.PCA, (1.0, 1.0))).score
    total = standardised_sum(x).total
    assert found == pytest.approx((total - total.min()) / np.ptp(total))


@pytest.mark.parametrize("family", FAMILIES)
@given(table=TABLES, seed=st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_areas_does_not_matter(family: IndexFamily, table: np.ndarray, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(table))
    a, b = index_values(table, scheme(family)), index_values(table[order], scheme(family))
    assert b.score == pytest.approx(a.score[order], nan_ok=True, abs=1e-7)


@pytest.mark.parametrize("family", FAMILIES)
@given(table=TABLES)
@settings(max_examples=25, deadline=None)
def test_the_unit_of_an_indicator_does_not_matter(family: IndexFamily, table: np.ndarray) -> None:
    a = index_values(table, scheme(family))
    b = index_values(table * 8 + 64, scheme(family))  # powers of two: no bit is lost, ties stay ties
    assert b.score == pytest.approx(a.score, nan_ok=True, abs=1e-6)


@pytest.mark.parametrize("family", [IndexFamily.Z_SUM, IndexFamily.PERCENTILE])
def test_turning_every_polarity_mirrors_the_index(family: IndexFamily) -> None:
    x = np.random.default_rng(5).normal(size=(20, 4))
    a, b = index_values(x, scheme(family)), index_values(x, scheme(family, turned=(True,) * 4))
    middle = 0.0 if family is IndexFamily.Z_SUM else 1.0
    assert a.score + b.score == pytest.approx(np.full(20, middle))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("ties", ["exact"])
def test_more_burden_never_lowers_an_index_of_one_indicator(family: IndexFamily, ties: str) -> None:
    x = np.array([[3.0], [1], [3], [9], [0]])
    score = index_values(x, Scheme(family, (1.0,))).score
    assert (np.diff(score[np.argsort(x[:, 0], kind="stable")]) >= 0).all()
    good = index_values(x, Scheme(family, (1.0,), (True,))).score
    assert (np.diff(good[np.argsort(x[:, 0], kind="stable")]) <= 0).all()


@pytest.mark.parametrize("family", [IndexFamily.PERCENTILE, IndexFamily.EXPONENTIAL])
def test_families_of_ranks_do_not_feel_a_monotone_change(family: IndexFamily) -> None:
    x = np.random.default_rng(8).uniform(1, 9, (15, 4))
    assert index_values(np.exp(x), scheme(family)).score == pytest.approx(
        index_values(x, scheme(family)).score
    )


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("x", "reason"),
    [
        (np.full((5, 4), 3.0), "all_constant"),
        (np.full((5, 4), np.nan), "too_few_areas"),
        (np.array([[1.0, 2, 3, 4]]), "too_few_areas"),
        (np.empty((0, 4)), "too_few_areas"),
        (np.full((3, 4), np.inf), "too_few_areas"),
    ],
)
def test_what_cannot_be_computed_says_why_and_gives_no_number(
    family: IndexFamily, x: np.ndarray, reason: str
) -> None:
    found = index_values(x, scheme(family))
    assert found.reason == reason
    assert np.isnan(found.score).all()
    assert not found.used.any()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_constant_indicator_is_named_and_changes_nothing(family: IndexFamily) -> None:
    x = np.random.default_rng(3).normal(size=(12, 4))
    x[:, 3] = 7
    found = index_values(x, scheme(family))
    assert found.constant.tolist() == [False, False, False, True]
    assert np.isfinite(found.score).all()


def test_a_missing_value_costs_an_area_its_index_and_in_the_percentile_family_its_theme_only() -> None:
    x = np.random.default_rng(3).normal(size=(12, 4))
    x[4, 0] = np.nan
    for family in FAMILIES:
        found = index_values(x, scheme(family))
        assert np.isnan(found.score[4])
        assert found.used.sum() == 11
        assert np.isfinite(found.themes[4, 1]) == (family is IndexFamily.PERCENTILE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": (0.0, 0.0)}, {"weights": (1.0, -1.0)}, {"weights": (1.0, np.nan)}, {"weights": ()},
        {"weights": (1.0, 1.0), "themes": ((0,),)}, {"weights": (1.0, 1.0), "turned": (True,)},
        {"weights": (1.0,), "themes": ((0,),), "theme_weights": (1.0, 2.0)},
    ],
)  # fmt: skip
def test_a_scheme_that_does_not_fit_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"weight|indicator|polarit"):
        Scheme(IndexFamily.Z_SUM, **wrong)


@pytest.mark.parametrize("ties", TIES)
@settings(max_examples=20, deadline=None)
@given(x=st.lists(st.integers(-4, 4), max_size=12))
def test_equal_values_get_the_ranks_that_scipy_gives_them(ties: str, x: list[int]) -> None:
    values = np.array(x, dtype=float)
    assert ranks(values, highest_first=False, ties=ties).tolist() == stats.rankdata(values, ties).tolist()


def test_ranks_and_their_classes_keep_what_has_no_number_apart() -> None:
    x = np.array([5.0, np.nan, 5, 1, 9])
    assert ranks(x).tolist()[2:] == [2, 4, 1]
    assert np.isnan(ranks(x)[1])
    assert rank_classes(ranks(x), 4).tolist() == [2, 0, 2, 4, 1]
    assert quantile_classes(x, 2).tolist() == [2, 0, 2, 1, 2]
    assert np.isnan(percentile_ranks(np.array([3.0, np.nan]))).all()


def by_sign(score: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(score), 0, 1 + (score > 0))


def test_sensitivity_is_nothing_where_all_indicators_say_the_same() -> None:
    x = np.tile(np.arange(10.0)[:, None], (1, 4))
    found = sensitivity(x, scheme(IndexFamily.Z_SUM), by_sign, draws=50)
    assert (found.low == found.rank).all()
    assert (found.high == found.rank).all()
    assert (found.same_class == 1).all()
    assert (found.most_influential == -1).all()


@pytest.mark.parametrize("family", [IndexFamily.Z_SUM, IndexFamily.PERCENTILE, IndexFamily.EXPONENTIAL])
def test_sensitivity_names_the_indicator_that_carries_an_area(family: IndexFamily) -> None:
    chance = np.random.default_rng(6)
    x = chance.normal(size=(40, 1)) + 0.05 * chance.normal(size=(40, 4))
    x[0] = [-0.3, -0.3, 3, -0.3]
    found = sensitivity(x, Scheme(family, (1.0,) * 4), by_sign, draws=60)
    assert found.most_influential[0] == 2
    assert (found.low <= found.high).all()


def test_sensitivity_is_the_same_for_the_same_seed_and_leaves_areas_without_index_out() -> None:
    x = np.random.default_rng(1).normal(size=(15, 4))
    x[3, 1] = np.nan
    a, b = (sensitivity(x, scheme(IndexFamily.Z_SUM), by_sign, draws=30, seed=4) for _ in range(2))
    np.testing.assert_array_equal(a.low, b.low)
    assert np.isnan([a.rank[3], a.low[3], a.same_class[3]]).all()
    assert a.most_influential[3] == -1


def test_the_range_of_ranks_is_that_of_the_weights_that_turn_the_order() -> None:
    """Two areas, A = (1, 0) and B = (0, 0.8) as contributions: A leads while w1 > 0.8 w2."""
    x = np.array([[1.0, 0.0], [0.0, 0.8], [-1.0, -0.8]])
    # Standardised contributions of both columns: A leads exactly where the first weight is the larger one.
    found = sensitivity(x, Scheme(IndexFamily.Z_SUM, (1.0, 1.0)), by_sign, draws=4000, spread=0.5, seed=2)
    assert (found.low[2], found.high[2]) == (3, 3)  # least of both: last under any weights
    assert (found.low[0], found.high[0]) == (1, 2)
    # Left out: without the first indicator A falls behind B by one place, and the other way round.
    assert found.without[0, 0] - found.without[1, 0] > 0
    draws = np.random.default_rng(2)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    leads = np.mean([np.diff(z[:2] @ draws.uniform(0.5, 1.5, 2))[0] < 0 for _ in range(4000)])
    assert 0.45 < leads < 0.55


def test_a_value_at_the_limit_exceeds_nothing_whatever_the_last_bits_say() -> None:
    x = np.array([[0.1], [0.2], [0.3], [0.2]])  # the mean is 0.2, but for a last bit
    for table in (x, 8 * x + 64, x * 3):
        score = index_values(table, Scheme(IndexFamily.EXCEEDANCE, (1.0,))).score
        assert score.tolist() == [0, 0, 1, 0]
