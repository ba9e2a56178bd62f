import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.model import Audience, CellState, WohnplatzError

OUTWARD = [Audience.PUBLIC, Audience.PLANNING, Audience.PARTNER]


def only_figure(table):
    (figure,) = table
    return figure


def is_protected(figure):
    numbers = (figure.value, figure.numerator, figure.denominator, figure.share)
    assert (figure.state is CellState.PROTECTED) == (figure.reason == "protected")
    if figure.state is CellState.PROTECTED:
        assert numbers == (None, None, None, None)
    return figure.state is CellState.PROTECTED


@pytest.mark.parametrize("audience", OUTWARD)
@pytest.mark.parametrize(
    ("part", "whole"),
    [(1, 500), (2, 500), (499, 500), (498, 500), (500, 500), (3, 29), (0, 29), (2.999999, 500)],
)
def test_small_cases_small_rests_everybody_and_thin_denominators_are_protected(
    let_out, rate, audience, part, whole
):
    assert is_protected(only_figure(let_out(rate("sgb2", part, whole), audience=audience)))


@pytest.mark.parametrize("audience", OUTWARD)
@pytest.mark.parametrize(("part", "whole"), [(3, 500), (0, 500), (497, 500), (3, 30)])
def test_zero_and_three_cases_of_enough_people_are_visible(let_out, rate, audience, part, whole):
    found = only_figure(let_out(rate("sgb2", part, whole), audience=audience))
    assert not is_protected(found)
    assert (found.value, found.numerator, found.denominator) == (100 * part / whole, part, whole)


@pytest.mark.parametrize(("count", "protected"), [(0, False), (1, True), (2, True), (3, False), (-2, True)])
def test_a_plain_count_follows_the_minimum_count(let_out, count, protected):
    assert is_protected(only_figure(let_out({"indicator": "faelle", "value": count}))) == protected


def test_each_class_has_its_own_rule(let_out, rate):
    full, ratio = rate("x", 500, 500), rate("x", 501, 500)
    assert not is_protected(only_figure(let_out(full, protection={"x": "population"})))
    assert is_protected(only_figure(let_out(rate("x", 499, 500), protection={"x": "population"})))
    assert not is_protected(only_figure(let_out(rate("x", 499, 500), protection={"x": "population_ratio"})))
    assert not is_protected(only_figure(let_out(ratio, protection={"x": "persons_social"})))
    assert not is_protected(only_figure(let_out(rate("x", 1, 2), protection={"x": "none"})))


def test_an_indicators_own_minimum_denominator_replaces_that_of_its_class(let_out, rate):
    row = rate("sgb2", 20, 60)
    assert is_protected(only_figure(let_out(row, minimum_denominator={"sgb2": 100})))
    thin = rate("dichte", 900, 3.2)
    assert is_protected(only_figure(let_out(thin)))
    assert not is_protected(only_figure(let_out(thin, minimum_denominator={"dichte": 0})))


@pytest.mark.parametrize(
    ("inhabitants", "protected"), [(299, True), (300, False), (np.nan, True), (np.inf, True)]
)
def test_an_index_needs_a_known_number_of_inhabitants(let_out, inhabitants, protected):
    row = {"indicator": "mss:status", "value": 1.2, "denominator": inhabitants}
    assert is_protected(only_figure(let_out(row, protection={"mss:status": "index"}))) == protected


def test_what_cannot_be_checked_is_protected(let_out):
    base = {"indicator": "sgb2", "value": 5.0}
    for unchecked in (
        {"denominator": 500},
        {"numerator": np.inf, "denominator": 500},
        {"value": np.inf},
        {"value": np.inf, "numerator": 50, "denominator": 500},
        {"numerator": 50, "denominator": np.inf},
    ):
        assert is_protected(only_figure(let_out(base | unchecked))), unchecked


@pytest.mark.parametrize("audience", list(Audience))
def test_a_cell_protected_by_the_supplier_stays_protected_for_everybody(let_out, audience):
    row = {
        "indicator": "sgb2",
        "value": np.nan,
        "state": 15,
        "numerator": 7,
        "denominator": 500,
        "reason": "min_count",
    }
    found = only_figure(let_out(row, audience=audience))
    assert is_protected(found)
    assert (found.covered, found.expected) == (1, 1)


def test_a_missing_figure_stays_missing_and_carries_no_other_number(let_out):
    row = {
        "indicator": "sgb2",
        "value": np.nan,
        "state": CellState.MISSING,
        "numerator": 1,
        "reason": "not_delivered",
    }
    found = only_figure(let_out(row | {"covered": 3, "expected": 11, "share": 0.4}))
    assert (found.state, found.reason) == (CellState.MISSING, "not_delivered")
    assert (found.value, found.numerator, found.denominator) == (None, None, None)
    assert (found.covered, found.expected, found.share) == (3, 11, 0.4)


def test_an_incomplete_figure_keeps_its_state_and_its_coverage(let_out, rate):
    row = rate("sgb2", 50, 500, state=CellState.PARTIAL, covered=9, expected=11, share=0.87)
    found = only_figure(let_out(row))
    assert (found.state, found.covered, found.expected, found.share) == (CellState.PARTIAL, 9, 11, 0.87)


CHANGE = {"indicator": "aenderung", "value": 0.4}
INPUTS = {"aenderung": [("sgb2", 0), ("sgb2", 2)]}


@pytest.mark.parametrize(
    ("now", "before", "protected"), [(50, 40, False), (50, 2, True), (1, 40, True), (50, None, True)]
)
def test_a_change_is_protected_where_one_of_its_years_is_or_is_not_at_hand(
    let_out, rate, now, before, protected
):
    rows = [CHANGE, rate("sgb2", now, 500)]
    rows += [] if before is None else [rate("sgb2", before, 500, year=2022)]
    found = let_out(*rows, inputs=INPUTS, only={"aenderung"})
    assert [f.indicator for f in found] == ["aenderung"]
    assert set(found.meta) == {"aenderung"}
    assert is_protected(only_figure(found)) == protected


@pytest.mark.parametrize(
    "other", [{"area": "B"}, {"level": "kommune"}, {"breakdown": "alter=0-2"}, {"year": 2021}]
)
def test_the_row_of_another_place_or_time_is_no_input(let_out, rate, other):
    rows = [CHANGE, rate("sgb2", 50, 500), rate("sgb2", 40, 500, **({"year": 2022} | other))]
    assert is_protected(let_out(*rows, inputs=INPUTS).figures[0])


def test_protection_runs_through_every_step_of_a_chain(let_out, rate):
    chain = {"mss:status": [("z", 0)], "z": [("sgb2", 0)]}
    rows = [{"indicator": "mss:status", "value": 0.5, "denominator": 900, "area": a} for a in "AB"] + [
        {"indicator": "z", "value": 0.1, "area": a} for a in "AB"
    ]
    rows += [rate("sgb2", 2, 500, area="A"), rate("sgb2", 20, 500, area="B")]
    found = let_out(*rows, inputs=chain, protection={"mss:status": "index"})
    assert [is_protected(f) for f in found] == [True, False, True, False, True, False]


def test_a_change_follows_an_input_that_the_supplier_protected(let_out, rate):
    held = {"indicator": "sgb2", "value": np.nan, "state": CellState.PROTECTED, "year": 2022}
    assert is_protected(let_out(CHANGE, rate("sgb2", 50, 500), held, inputs=INPUTS).figures[0])


def test_one_protected_row_is_enough_where_an_input_stands_twice(let_out, rate):
    rows = [CHANGE, rate("sgb2", 50, 500), rate("sgb2", 40, 500, year=2022), rate("sgb2", 1, 500, year=2022)]
    assert is_protected(let_out(*rows, inputs=INPUTS).figures[0])


def test_a_small_difference_of_visible_figures_is_visible(let_out, rate):
    rows = [CHANGE, rate("sgb2", 50, 500), rate("sgb2", 40, 500, year=2022)]
    assert let_out(*rows, inputs=INPUTS).figures[0].value == 0.4


def test_the_working_view_shows_small_figures_and_marks_each_of_them(let_out, rate):
    found = let_out(rate("sgb2", 1, 500), rate("sgb2", 50, 500, area="B"), audience=Audience.WORKING)
    assert [f.value for f in found] == [0.2, 10]
    assert [f.reason for f in found] == ["internal_only", ""]
    assert found.context.policy.startswith("Interne Arbeitsansicht")
    assert "nicht zur Weitergabe" in found.context.policy


def test_the_table_says_under_which_rules_it_was_released(let_out, rate):
    found = let_out(rate("sgb2", 50, 500))
    assert found.context.policy == "Standardregeln für Veröffentlichungen (Standardregeln, Fassung 3)"


def test_the_reason_of_a_protected_figure_tells_no_rule(let_out, rate):
    rows = [rate("x", 1, 500, area="A"), rate("x", 499, 500, area="B"), rate("x", 5, 20, area="C")]
    assert {f.reason for f in let_out(*rows)} == {"protected"}


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ({"protection": {}}, "disclosure.no_class"),
        ({"protection": {"sgb2": "persons"}}, "disclosure.unknown_class"),
        ({"meta": {}}, "disclosure.no_meta"),
    ],
)
def test_nothing_comes_out_for_an_indicator_without_class_or_meta_data(let_out, rate, missing, code):
    if "protection" in missing:
        missing = {"protection": None} | missing
    with pytest.raises(WohnplatzError, match="sgb2") as caught:
        let_out(rate("sgb2", 50, 500), **missing)
    assert caught.value.code == code
    assert "keine Zahl ausgegeben" in caught.value.why


def test_an_empty_table_comes_out_empty(let_out):
    assert len(let_out()) == 0


def test_the_order_of_the_table_is_kept(let_out, rate):
    areas = ["C", "A", "B"]
    assert [f.area for f in let_out(*(rate("x", 50, 500, area=a) for a in areas))] == areas


counts = st.integers(0, 40) | st.integers(0, 600)
number = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-4, 4).map(float) | st.just(500.0)
row = st.fixed_dictionaries(
    {
        "indicator": st.sampled_from(["x", "y", "z"]),
        "area": st.sampled_from("AB"),
        "year": st.sampled_from([2022, 2023, 2024]),
        "value": number,
        "numerator": number,
        "denominator": number,
    }
)


@given(st.lists(row, max_size=30), st.sampled_from(OUTWARD))
def test_no_small_number_ever_comes_out_whatever_is_put_in(let_out, rows, audience):
    rows = [r | {"state": CellState.MISSING if np.isnan(r["value"]) else 0} for r in rows]
    found = let_out(*rows, audience=audience, inputs={"z": [("x", 0), ("y", 1)]})
    assert len(found) == len(rows)
    for figure in found:
        is_protected(figure)
        numerator, denominator = figure.numerator, figure.denominator
        case = figure.value if numerator is None and figure.indicator != "z" else numerator
        assert case is None or case == 0 or abs(case) >= 3
        assert denominator is None or denominator >= 30
        if numerator is not None and denominator is not None:
            assert denominator < numerator or denominator - numerator >= 3
        assert all(n is None or np.isfinite(n) for n in (figure.value, numerator, denominator))


@given(st.lists(row, max_size=30))
def test_whoever_is_protected_takes_all_that_is_computed_from_it_along(let_out, rows):
    rows = [r | {"state": CellState.MISSING if np.isnan(r["value"]) else 0} for r in rows]
    found = let_out(*rows, inputs={"z": [("x", 0), ("y", 1)]})
    shown = {(f.indicator, f.area, f.year) for f in found if f.state is not CellState.PROTECTED}
    hidden = {(f.indicator, f.area, f.year) for f in found if f.state is CellState.PROTECTED}
    for figure in found:
        if figure.indicator == "z" and figure.value is not None:
            for source in (("x", figure.area, figure.year), ("y", figure.area, figure.year - 1)):
                assert source in shown
                assert source not in hidden


@given(counts, counts, st.sampled_from(["population", "persons_social", "households", "services"]))
def test_no_rate_lets_a_small_case_number_be_calculated(let_out, rate, part, rest, group):
    if part + rest == 0:
        return
    (figure,) = let_out(rate("x", part, part + rest), protection={"x": group})
    if figure.value is not None:
        assert part == 0 or part >= 3
        assert part + rest >= 30
        assert group == "services" or rest == 0 or rest >= 3
