import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.checks.publications.guessing_sums import blocks, by_column, by_prefix

NAN = np.nan


def found(values, names=None):
    values = np.array(values, dtype=float)
    return {b.whole: b.parts for b in blocks(values, names or [f"Zeile {i}" for i in range(len(values))])}


def test_totals_before_and_after_their_parts_and_over_levels_are_found():
    district = [[60, 90], [25, 40], [10, 18], [15, 22], [35, 50], [5, 20], [30, 30]]
    assert found(district) == {1: (2, 3), 4: (5, 6), 0: (1, 4)}
    assert found(district[::-1]) == {5: (3, 4), 2: (0, 1), 6: (2, 5)}


def test_a_total_may_have_several_runs_of_parts():
    columns = [[41, 123], [22, 67], [19, 56], [4, 12], [29, 87], [8, 24]]
    both = [b.parts for b in blocks(np.array(columns, dtype=float), ["Insgesamt", *"abcde"])]
    assert both == [(1, 2), (3, 4, 5)]


def test_a_hidden_part_is_passed_over_where_another_place_shows_the_sum():
    assert found([[20, 20], [NAN, 9], [12, 12], [34, 41]], ["a", "b", "c", "insgesamt"]) == {3: (0, 1, 2)}


def test_numbers_that_agree_by_chance_are_no_sum():
    assert found([[1, 1], [2, 2], [3, 3]]) == {}
    assert found([[10, 10], [20, 20], [30, 30]]) == {}
    assert found([[10, 11], [20, 20], [30, 33]]) == {}


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 500), min_size=3, max_size=3), min_size=2, max_size=8))
def test_what_is_found_is_a_sum(values):
    table = np.array(values, dtype=float)
    for block in blocks(table, ["x"] * len(table)):
        agree = np.abs(table[list(block.parts)].sum(axis=0) - table[block.whole]) < 0.5
        assert agree.all()
        assert block.whole not in block.parts


def test_keys_and_columns_tell_what_belongs_to_what():
    keys = ["05378", "05378004", "05378008", "05382", "05382001", "x"]
    assert by_prefix(keys) == {"05378": ["05378004", "05378008"]}
    assert by_prefix(["001", "002", "003"]) == {}
    assert by_column(["a", "b", "c"], ["X", "X", "Y"]) == {"X": ["a", "b"], "Y": ["c"]}
    assert by_column(["a", "a"], ["X", "Y"]) == {}
