import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.disclosure import Level, Rule, Weights, requirements
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms
from wohnplatz.disclosure.requirements import hiding_costs

PERSONS = Rule("Personen", 3, complement=True, whole_group=True)


def atoms_of(values, lower=None, upper=None):
    values = np.array(values, dtype=np.int64)
    n = len(values)
    lower = np.minimum(values, 1) if lower is None else np.array(lower, dtype=np.int64)
    upper = np.full(n, UNBOUNDED) if upper is None else np.array(upper, dtype=np.int64)
    return Atoms(values, lower, upper, lambda i: f"Zelle {i}")


def asked(values, rows, level=Level.NOT_COMPUTABLE, wholes=None, **bounds):
    matrix = sp.csr_array(np.atleast_2d(np.array(rows, dtype=np.int64)))
    rule = Rule("Personen", 3, complement=True, whole_group=True, level=level)
    wholes = None if wholes is None else sp.csr_array(np.atleast_2d(np.array(wholes, dtype=np.int64)))
    return requirements(
        atoms_of(values, **bounds), matrix, [rule] * matrix.shape[0], lambda i: f"Zahl {i}", wholes=wholes
    )


def plain(found):
    needs = found.needs
    return list(zip(needs.low_max.tolist(), needs.high_min.tolist(), needs.either.tolist(), strict=True))


def test_only_one_and_two_are_sensitive_and_zero_is_not():
    found = asked([0, 1, 2, 3, 50], np.eye(5))
    assert found.sensitive.tolist() == [False, True, True, False, False]
    assert found.needs.matrix.toarray().tolist() == [[0, 1, 0, 0, 0], [0, 0, 1, 0, 0]]
    assert found.needs.name(0) == "Zahl 1: Fallzahl unter der Mindestfallzahl"


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        # Behind the 1 nobody can suspect less; behind the 2 either another smaller or a larger value will do.
        (Level.NOT_COMPUTABLE, [(1, 2, False), (1, 3, True)]),
        (Level.NOT_SMALL, [(1, 3, False), (2, 3, False)]),
        (Level.PRESENCE_HIDDEN, [(1, 3, False), (1, 3, False)]),
    ],
)
def test_each_level_asks_more_than_the_one_before(level, expected):
    found = asked([1, 2], np.eye(2), level)
    assert plain(found) == expected
    assert found.unavoidable.tolist() == ([0, 1] if level is Level.PRESENCE_HIDDEN else [])


def test_a_hidden_presence_needs_zeros_that_may_be_hidden():
    assert plain(asked([1, 2], np.eye(2), Level.PRESENCE_HIDDEN, lower=[0, 0])) == [(0, 3, False)] * 2


def test_a_two_made_of_two_ones_that_everybody_knows_is_never_less():
    found = asked([1, 1], [[1, 1]])
    assert plain(found) == [(2, 3, False)]


def test_what_everybody_knows_already_cannot_be_demanded():
    found = asked([1, 1], [[1, 0]], upper=[1, 9])
    assert len(found.needs) == 0
    assert found.sensitive.tolist() == [True]
    assert found.unavoidable.tolist() == [0]


def test_where_nothing_larger_is_possible_a_smaller_value_must_be():
    found = asked([2], [[1]], Level.NOT_SMALL, upper=[2])
    assert plain(found) == [(1, 2, False)]
    assert found.unavoidable.tolist() == [0]


def test_a_small_rest_and_a_whole_group_are_about_those_who_are_not_counted():
    # Atoms: with and without benefit, for three groups.
    rows = np.kron(np.eye(3, dtype=int), [1, 0])
    wholes = np.kron(np.eye(3, dtype=int), [1, 1])
    found = asked([40, 2, 7, 0, 40, 40], rows, wholes=wholes)
    assert found.sensitive.tolist() == [True, True, False]
    assert found.needs.matrix.toarray().tolist() == [[0, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0]]
    assert plain(found) == [(1, 3, True), (0, 1, False)]
    assert [found.needs.name(i) for i in range(2)] == [
        "Zahl 0: Rest der Bezugsgröße unter der Mindestfallzahl",
        "Zahl 1: die ganze Gruppe",
    ]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.sampled_from(Level), st.data())
def test_no_need_lies_beyond_what_the_bounds_allow_and_the_truth_satisfies_no_strict_one(values, level, data):
    upper = [v + data.draw(st.integers(0, 4)) for v in values]
    found = asked(values, np.vstack([np.eye(len(values)), np.ones(len(values))]), level, upper=upper)
    lower = np.minimum(values, 1)
    for row, (low, high, either) in zip(found.needs.matrix.toarray(), plain(found), strict=True):
        value = row @ np.array(values)
        assert row @ lower <= low <= value <= high <= row @ np.array(upper)
        assert low < value or high > value
        assert not either or low < value < high


def test_totals_the_newest_year_and_inputs_of_an_index_cost_more():
    costs = hiding_costs(
        np.array([14, 14, 14, 14, 254]),
        Weights(total=8, current_year=2, index_input=4),
        steps_up=np.array([0, 1, 0, 0, 0]),
        current=np.array([False, False, True, False, False]),
        index_input=np.array([False, False, False, True, False]),
    )
    assert costs.tolist() == [4, 32, 8, 16, 8]
