from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.model import Classes, ClassMethod, WohnplatzError
from wohnplatz.monitoring import classify

EVERY = list(ClassMethod)
values = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), max_size=40)
few = st.lists(st.integers(0, 12).map(float), min_size=1, max_size=9)


def spread(groups):
    return sum(((np.array(g) - np.mean(g)) ** 2).sum() for g in groups)


def groups(x, found):
    place = np.array([found.index(v) for v in x])
    return [np.asarray(x)[place == i] for i in range(len(found)) if (place == i).any()]


@given(values, st.sampled_from(EVERY), st.integers(1, 7))
def test_every_value_is_counted_in_the_class_it_is_drawn_in(x, method, k):
    found = classify(x, method, k, limits=(-5, 0, 100))
    assert sum(found.counts) == len(x)
    assert len(found.counts) == len(found)
    assert list(found.limits) == sorted(found.limits)
    for i, count in enumerate(found.counts):
        assert sum(found.index(v) == i for v in x) == count


@given(values, st.sampled_from(EVERY), st.integers(1, 7))
def test_no_value_lies_outside_the_limits(x, method, k):
    found = classify(x, method, k, limits=(-5, 0, 100))
    assert all(found.limits[0] <= v <= found.limits[-1] for v in x)


@given(values, st.sampled_from([ClassMethod.QUANTILES, ClassMethod.NATURAL]), st.integers(1, 7))
def test_quantiles_and_natural_breaks_have_no_empty_class(x, method, k):
    found = classify(x, method, k)
    assert 0 not in found.counts
    assert len(found) <= min(k, len(set(x)))


@pytest.mark.parametrize("method", EVERY)
def test_without_a_value_there_is_no_class(method):
    found = classify([np.nan, np.inf], method, 5, limits=(1, 2))
    assert (len(found), found.limits, found.counts) == (0, (), ())
    with pytest.raises(ValueError, match="no classes"):
        found.index(1.0)


@pytest.mark.parametrize("method", [m for m in EVERY if m is not ClassMethod.OWN])
def test_equal_values_make_one_class_in_one_direction(method):
    assert classify([3.0] * 4, method, 5, centre=2) == Classes(method, (3.0, 3.0), (4,))


def test_quantiles_are_of_type_7():
    x = np.random.default_rng(1).normal(size=83)
    expected = np.quantile(x, np.linspace(0, 1, 6), method="linear")
    np.testing.assert_allclose(classify(x, ClassMethod.QUANTILES).limits, expected)


def test_many_equal_values_leave_fewer_quantile_classes_and_none_is_hidden():
    assert classify([1, 1, 1, 2], ClassMethod.QUANTILES, 4) == Classes(
        ClassMethod.QUANTILES, (1.0, 1.25, 2.0), (3, 1)
    )
    assert classify([1, 2, 5, 5, 5, 5], ClassMethod.QUANTILES, 3).limits == (1.0, 4.0, 5.0)
    assert classify([0, 10], ClassMethod.QUANTILES, 5).counts == (1, 1)


def test_equal_steps_show_their_empty_classes():
    found = classify([0, 1, 10], ClassMethod.EQUAL, 5)
    assert found == Classes(ClassMethod.EQUAL, (0.0, 2.0, 4.0, 6.0, 8.0, 10.0), (2, 0, 0, 0, 1))


def test_a_value_on_a_limit_belongs_to_the_upper_class_and_the_largest_to_the_last():
    found = classify([0, 2, 4, 10], ClassMethod.EQUAL, 5)
    assert [found.index(v) for v in (0, 2, 4, 10)] == [0, 1, 2, 4]


@given(few, st.integers(1, 4))
def test_natural_breaks_are_the_best_of_all_partitions(x, k):
    found = groups(x, classify(x, ClassMethod.NATURAL, k))
    distinct = sorted(set(x))
    parts = min(k, len(distinct))
    assert len(found) == parts
    best = min(
        spread([[v for v in x if a <= v < b] for a, b in zip((-1, *cuts), (*cuts, 99), strict=True)])
        for cuts in combinations(distinct[1:], parts - 1)
    )
    assert spread(found) == pytest.approx(best, abs=1e-9)


def test_natural_breaks_are_the_same_far_from_zero():
    x = np.random.default_rng(2).gamma(2, 3, size=500).round(2)
    near, far = classify(x, ClassMethod.NATURAL, 5), classify(x + 1e6, ClassMethod.NATURAL, 5)
    assert near.counts == far.counts
    np.testing.assert_allclose(np.array(far.limits) - 1e6, near.limits, atol=1e-6)


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 6])
def test_standard_deviations_run_in_two_directions_around_the_districts_value(k):
    x = np.random.default_rng(3).normal(10, 2, size=200)
    found = classify(x, ClassMethod.DEVIATION, k, centre=11)
    assert found.diverging
    assert found.centre == 11
    assert len(found) == k
    inner = np.array(found.limits[1:-1])
    np.testing.assert_allclose(inner + inner[::-1], 22)
    np.testing.assert_allclose(np.diff(inner), x.std())


def test_a_skewed_distribution_keeps_both_directions_even_where_one_is_empty():
    found = classify([0, 0, 0, 0, 0, 0, 0, 0, 0, 10], ClassMethod.DEVIATION, 5)
    assert found.limits == (-6.5, -3.5, -0.5, 2.5, 5.5, 10.0)
    assert found.counts == (0, 0, 9, 0, 1)


def test_own_limits_never_move_and_values_beyond_them_get_their_own_class():
    assert classify([1, 4, 8], ClassMethod.OWN, limits=(0, 5, 10)).limits == (0, 5, 10)
    found = classify([-3, 4, 10, 12], ClassMethod.OWN, limits=(0, 5, 10))
    assert (found.limits, found.counts) == ((-3, 0, 5, 10, 12), (1, 1, 0, 2))
    assert classify([5], ClassMethod.OWN, limits=(5,)) == Classes(ClassMethod.OWN, (5.0, 5.0), (1,))


@pytest.mark.parametrize("limits", [None, (), (2, 1), (1, 1), (1, np.nan)])
def test_unusable_own_limits_are_refused_in_plain_words(limits):
    with pytest.raises(WohnplatzError, match="aufsteigend") as caught:
        classify([1.0, 2.0], ClassMethod.OWN, limits=limits)
    assert caught.value.code == "monitoring.limits"


def test_no_class_at_all_is_refused():
    with pytest.raises(WohnplatzError, match="mindestens eine Klasse"):
        classify([1.0, 2.0], ClassMethod.EQUAL, 0)
