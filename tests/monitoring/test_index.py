import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wohnplatz.monitoring import classes, index, index_classes, standardised_sum

plain = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))


@pytest.mark.parametrize("module", [index, classes])
def test_examples_in_the_documentation_are_true(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_hand_calculated_index_of_three_areas():
    result = standardised_sum(np.array([[2.0, 4], [4, 8], [6, 6]]))
    root = np.sqrt(1.5)
    np.testing.assert_allclose(result.z, [[-root, -root], [0, root], [root, 0]])
    np.testing.assert_allclose(result.total, [-2 * root, root, root])
    np.testing.assert_allclose(result.index, [-np.sqrt(2), np.sqrt(0.5), np.sqrt(0.5)])


def test_index_equals_scipy_zscore_of_summed_zscores():
    from scipy.stats import zscore

    x = np.random.default_rng(1).normal(size=(80, 4)) * [1, 5, 20, 0.1] + [3, 50, 7, 1]
    np.testing.assert_allclose(standardised_sum(x).index, zscore(zscore(x, axis=0).sum(axis=1)))


def test_areas_without_a_number_or_left_out_by_declaration_change_nothing_for_the_others():
    x = np.random.default_rng(2).normal(size=(30, 3))
    alone = standardised_sum(x)
    more = np.vstack([x, [[np.nan, 9e9, 1]], [[1e9, 1e9, 1e9]], [[np.inf, 0, 0]]])
    use = np.array([True] * 31 + [False, True])
    result = standardised_sum(more, use=use)
    np.testing.assert_array_equal(result.index[:30], alone.index)
    assert np.isnan(result.index[30:]).all()
    assert np.isnan(result.z[30:]).all()
    assert result.used.tolist() == [True] * 30 + [False] * 3


def test_a_constant_indicator_contributes_nothing_and_is_named():
    x = np.array([[1.0, 0.1 + 0.2], [2, 0.3], [4, 0.3]])
    result = standardised_sum(x)
    assert result.constant.tolist() == [False, True]
    assert (result.z[:, 1] == 0).all()
    np.testing.assert_array_equal(result.index, standardised_sum(x[:, :1]).index)


def test_areas_that_do_not_differ_all_have_the_index_0():
    result = standardised_sum(np.full((5, 2), 7.3))
    assert result.index.tolist() == [0.0] * 5
    assert result.constant.all()


def test_indicators_that_cancel_each_other_give_0_and_no_noise():
    x = np.random.default_rng(3).normal(size=40)
    assert standardised_sum(np.column_stack([x, -x])).index.tolist() == [0.0] * 40


@pytest.mark.parametrize("rows", [np.empty((0, 2)), np.ones((1, 2)), np.array([[1, 2], [np.nan, 1]])])
def test_fewer_than_two_areas_have_no_index(rows):
    result = standardised_sum(rows)
    assert np.isnan(result.index).all()
    assert not result.used.any()


def test_doubling_all_weights_changes_no_index_and_a_weight_of_0_takes_an_indicator_out():
    x = np.random.default_rng(4).normal(size=(20, 3))
    np.testing.assert_allclose(standardised_sum(x, [1, 2, 3]).index, standardised_sum(x, [2, 4, 6]).index)
    np.testing.assert_allclose(standardised_sum(x, [1, 1, 0]).index, standardised_sum(x[:, :2]).index)


@pytest.mark.parametrize("weights", [[1], [0, 0], [1, -1], [1, np.nan]])
def test_unusable_weights_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        standardised_sum(np.ones((3, 2)), weights)


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="shape"):
        standardised_sum(np.ones(3))
    with pytest.raises(ValueError, match="use"):
        standardised_sum(np.ones((3, 2)), use=np.array([True]))


@given(arrays(np.float64, st.tuples(st.integers(2, 30), st.integers(1, 4)), elements=plain))
def test_every_index_has_mean_0_and_standard_deviation_1_or_is_all_0(x):
    found = standardised_sum(x).index
    assert abs(found.mean()) < 1e-6
    assert found.std() == pytest.approx(1, abs=1e-6) or (found == 0).all()


@given(
    arrays(np.float64, st.tuples(st.integers(3, 20), st.just(2)), elements=plain), st.integers(0, 2**32 - 1)
)
def test_the_order_of_the_areas_is_of_no_importance(x, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    first = standardised_sum(x)
    if np.ptp(first.total) > 1e-6:
        np.testing.assert_allclose(standardised_sum(x[order]).index, first.index[order], atol=1e-6)


def test_a_value_equal_to_a_limit_belongs_to_the_middle():
    assert index_classes(np.array([-1.0, 1.0]), (-1, 1)).tolist() == [2, 2]
    below, above = np.nextafter([-1.0, 1.0], [-2.0, 2.0])
    assert index_classes(np.array([below, above]), (-1, 1)).tolist() == [1, 3]
    assert index_classes(np.array([-1.5, -1.0, 1.0, 1.5]), (-1.5, -1, 1, 1.5)).tolist() == [2, 3, 3, 4]


def test_limits_that_do_not_ascend_are_refused():
    with pytest.raises(ValueError, match="ascend"):
        index_classes(np.zeros(2), (1, 1))
    with pytest.raises(ValueError, match="finite"):
        index_classes(np.zeros(2), (np.nan,))
