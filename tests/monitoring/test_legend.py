"""Limits of legends: round numbers that draw the same map and are no figures."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wohnplatz.model import ClassMethod
from wohnplatz.monitoring import classify, legend_classes

METHODS = [m for m in ClassMethod if m is not ClassMethod.OWN]
precise = st.lists(
    st.floats(0.1, 1e5).filter(lambda v: round(v, 6) != v), min_size=1, max_size=60, unique=True
)
"""Values with more digits than anybody prints: a limit that equals one was taken from it."""
plain = st.lists(st.integers(0, 4000).map(lambda n: n / 10), min_size=1, max_size=60)


@given(
    values=precise | plain, method=st.sampled_from(METHODS), k=st.integers(1, 7), decimals=st.integers(0, 2)
)
def test_every_value_stays_in_its_class_and_the_counts_are_true(values, method, k, decimals):
    plain_classes = classify(values, method, k)
    found = legend_classes(values, method, k, decimals=decimals)
    assert len(found) == len(plain_classes)
    assert list(found.limits) == sorted(found.limits)
    assert found.limits[0] <= min(values)
    assert max(values) <= found.limits[-1]
    assert [found.index(v) for v in values] == [plain_classes.index(v) for v in values]
    counted = np.bincount([found.index(v) for v in values], minlength=len(found))
    assert tuple(counted.tolist()) == found.counts == plain_classes.counts


@given(values=precise, method=st.sampled_from(METHODS), k=st.integers(1, 7), decimals=st.integers(0, 2))
def test_no_limit_is_a_value(values, method, k, decimals):
    assume(np.diff(np.sort(values)).min(initial=1) > 1e-4)
    found = legend_classes(values, method, k, decimals=decimals)
    assert not set(found.limits) & set(values)


@given(
    shown=precise, hidden=precise, method=st.sampled_from(METHODS), k=st.integers(1, 7),
    decimals=st.integers(0, 2),
)  # fmt: skip
def test_a_value_that_is_not_published_is_not_among_the_limits(shown, hidden, method, k, decimals):
    """Limits follow from published values alone: none of the others can be read off them."""
    assume(np.diff(np.sort([*shown, *hidden])).min(initial=1) > 1e-4)
    assert not set(legend_classes(shown, method, k, decimals=decimals).limits) & set(hidden)


def test_limits_are_as_round_as_the_gap_allows():
    found = legend_classes([4.13, 5.2, 9.77, 10.48], ClassMethod.NATURAL, 2, decimals=1)
    assert found.limits == (4.0, 8.0, 10.5)
    assert found.counts == (2, 2)


def test_own_limits_stay_and_what_lies_outside_gets_a_round_end():
    found = legend_classes([1.37, 5.0, 22.61], ClassMethod.OWN, decimals=1, limits=[2.5, 7.25])
    assert found.limits[1:-1] == (2.5, 7.25)
    assert found.limits[0] <= 1.37
    assert found.limits[0] not in {1.37}
    assert found.limits[-1] > 22.61


@pytest.mark.parametrize("values", [[12.34], [12.34, 12.34], [0.0, 0.0]])
def test_equal_values_do_not_name_themselves(values):
    found = legend_classes(values, ClassMethod.QUANTILES, 5, decimals=1)
    assert len(found) == 1
    assert found.limits[0] < found.limits[1]
    assert found.limits[0] <= values[0] <= found.limits[1]


def test_without_a_value_there_is_no_class():
    assert len(legend_classes([], ClassMethod.QUANTILES, 5, decimals=1)) == 0
