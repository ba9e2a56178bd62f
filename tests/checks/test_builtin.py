"""Built-in checks: each with a delivery it must find and one it must leave alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.checks import check, division_findings, fingerprint, load_rules
from wohnplatz.checks.bands import Width, deviations, expected
from wohnplatz.checks.intervals import Interval
from wohnplatz.intake import ALL_AREAS, NOT_ALLOCATED
from wohnplatz.model import Finding, Severity


def people(area, total, m, w):
    return [("arbeitslose", area, total), ("arbeitslose", area, m, "geschlecht=m"),
            ("arbeitslose", area, w, "geschlecht=w")]  # fmt: skip


def test_categories_that_miss_their_total_are_found_and_those_that_meet_it_not(known, found):
    (finding,) = found([*people("a1", 100, 40, 59), *people("a2", 100, 40, 60)], known("job"), "parts")
    assert (finding.area, finding.row, finding.value) == ("a1", 2, "100")
    assert "99" in finding.message
    assert "Geschlecht" in finding.message


def test_a_hidden_category_leaves_room_unless_the_others_are_too_much_already(known, found):
    assert not found(people("a1", 100, 40, "*"), known("job"), "parts")
    assert found(people("a1", 100, 101, "*"), known("job"), "parts")
    assert not found(people("a1", "*", 40, 60), known("job"), "parts")


@given(m=st.integers(0, 500), w=st.integers(0, 500), off=st.integers(-3, 3))
def test_parts_are_wrong_exactly_where_they_miss_the_total(known, found, m, w, off):
    total = m + w + off
    if total >= 0:
        assert bool(found(people("a1", total, m, w), known("job"), "parts")) is (off != 0)


def areas(*values):
    return [("haushalte", f"a{n}", v) for n, v in enumerate(values, start=1)]


def test_areas_above_their_total_are_found_at_the_row_of_the_total(known, found):
    background = known(totals=[("haushalte", "k", 55)])
    (finding,) = found(areas(20, 20, 20), background, "totals_exceeded")
    assert (finding.area, finding.value) == ("k", "55")
    assert not found(areas(20, 20, 15), background, "totals_exceeded")
    assert not found(areas(20, 20, 17), background, "totals_exceeded"), "within the tolerance of two"


def test_a_total_above_its_areas_needs_a_word_or_a_line_for_the_rest(known, found):
    lines = areas(20, 20, 20)
    (finding,) = found(lines, known(totals=[("haushalte", "k", 70)]), "totals_rest")
    assert finding.severity is Severity.WARNING
    assert "10 sind nirgends zugeordnet" in finding.message
    explained = known(totals=[("haushalte", "k", 70), ("haushalte", NOT_ALLOCATED, 10)])
    assert not found(lines, explained, "totals_rest")
    hidden = known(totals=[("haushalte", "k", 70), ("haushalte", NOT_ALLOCATED, "*")])
    assert not found(lines, hidden, "totals_rest")


def test_a_total_over_areas_of_others_is_only_an_upper_limit(known, found):
    parents = {"a1": ("k",), "b1": ("k",)}
    background = known(totals=[("haushalte", "k", 100)], foreign=["b1"], parents=parents)
    assert not found(areas(20), background, "totals_rest")
    assert found(areas(103), background, "totals_exceeded")


def test_of_several_totals_nobody_knows_which_holds_the_rest(known, found):
    parents = {"a1": ("k", "g1"), "a2": ("k", "g2")}
    totals = [
        ("haushalte", "k", 45),
        ("haushalte", "g1", 20),
        ("haushalte", "g2", 20),
        ("haushalte", NOT_ALLOCATED, 5),
    ]
    background = known(areas=2, totals=totals, parents=parents)
    assert not found(areas(20, 20), background, "totals_exceeded")
    assert not found(areas(20, 20), background, "totals_rest")


def test_a_total_of_all_areas_of_the_file_needs_no_hierarchy(known, found):
    background = known(totals=[("haushalte", ALL_AREAS, 50)], parents={})
    assert found(areas(20, 20, 20), background, "totals_exceeded")


def test_totals_of_breakdowns_are_compared_category_by_category(known, found):
    lines = [
        ("arbeitslose", a, v, f"geschlecht={g}") for a in ("a1", "a2") for g, v in (("m", 10), ("w", 20))
    ]
    totals = [("arbeitslose", "k", 60), ("arbeitslose", "k", 15, "geschlecht=m")]
    (finding,) = found(lines, known("job", areas=2, totals=totals), "totals_exceeded")
    assert "männlich" in finding.message


def test_rates_are_not_summed(known, found):
    lines = [("miete", f"a{n}", 8.0) for n in (1, 2, 3)]
    assert not found(lines, known("job", totals=[("miete", "k", 8.1)]), "totals_exceeded")


HISTORY = {year: areas(100, 200, 1000) for year in range(2019, 2025)}


def test_a_jump_against_the_own_history_is_found_with_the_expected_range(known, found):
    (finding,) = found(areas(101, 420, 1010), known(history=HISTORY), "jump")
    assert finding.area == "a2"
    assert "2024: 200" in finding.message
    assert not found(areas(112, 220, 1050), known(history=HISTORY), "jump")


def test_small_counts_may_move_by_chance(known, found):
    history = {year: areas(4, 6, 1000) for year in range(2019, 2025)}
    assert not found(areas(9, 2, 1000), known(history=history), "jump")


def test_a_value_near_the_last_one_is_no_jump_after_a_turn(known, found):
    course = (1000, 900, 810, 730, 900, 1000)
    history = {year: areas(v) for year, v in zip(range(2019, 2025), course, strict=True)}
    assert not found(areas(1050), known(areas=1, history=history), "jump")


def test_what_all_areas_have_in_common_is_found_once_in_the_sum(known, found):
    history = {year: areas(100, 110, 120, 130, 140, 150) for year in range(2019, 2025)}
    doubled = areas(230, 250, 275, 300, 320, 345)
    background = known(areas=6, history=history)
    assert not found(doubled, background, "jump")
    (finding,) = found(doubled, background, "jump_sum")
    assert finding.area == ""
    assert "1.720" in finding.message


def test_two_earlier_years_allow_wide_limits_only(known, found):
    background = known(history={year: areas(100, 200, 1000) for year in (2023, 2024)})
    assert not found(areas(180, 400, 2000), background, "jump")
    assert [f.area for f in found(areas(300, 200, 1000), background, "jump")] == ["a1"]


def test_a_missing_year_is_not_a_year_of_zero(known, found):
    history = {**HISTORY, 2024: areas(".", 200, "*")}
    assert not found(areas(100, 200, 1000), known(history=history), "jump")
    assert not found(areas("*", 200, 1000), known(history=HISTORY), "jump")


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=8), st.integers(1, 5000))
def test_a_band_holds_the_newest_value_and_every_limit_is_a_number(values, tests):
    earlier = np.array(values, dtype=np.float64)[:, None]
    ages = np.arange(1, len(values) + 1, dtype=np.float64)
    band = expected(earlier, ages, counted=True, width=Width(deviations(tests, 0.3)))
    low, high = band.limits()
    assert np.isfinite(low).all()
    assert np.isfinite(high).all()
    assert low[0] <= values[0] <= high[0]


def test_an_area_far_from_all_comparable_ones_is_noted_unless_it_always_was(known, found):
    lines = areas(*[400 + 5 * n for n in range(20)], 30)
    background = known(areas=21, population={(f"a{n}", 2025): 1000.0 for n in range(1, 22)})
    (finding,) = found(lines, background, "outlier")
    assert (finding.area, finding.severity) == ("a21", Severity.NOTE)
    before = known(
        areas=21,
        population={(f"a{n}", 2025): 1000.0 for n in range(1, 22)},
        history={2024: areas(*[0] * 20, 31)},
    )
    assert not found(lines, before, "outlier")


def test_few_areas_have_no_outlier_and_areas_of_others_count(known, found):
    population = {(f"{who}{n}", 2025): 1000.0 for who in "ab" for n in range(1, 21)}
    assert not found(areas(400, 30), known(population=population), "outlier")
    others = [("haushalte", f"b{n}", 400 + 5 * n) for n in range(1, 21)]
    assert found(areas(400, 30), known(population=population, comparable=others), "outlier")


def test_the_file_of_a_former_year_is_recognised_by_its_values(known, found, observed):
    former = {fingerprint(observed(areas(1, 2, 3), year=2024)): "der Lieferung zum 31.12.2024"}
    (finding,) = found(areas(1, 2, 3), known(former_files=former), "same_file")
    assert finding.severity is Severity.WARNING
    assert "31.12.2024" in finding.message
    assert not found(areas(1, 2, 4), known(former_files=former), "same_file")
    zeros = {fingerprint(observed(areas(0, 0, 1), year=2024)): "der Lieferung zum 31.12.2024"}
    assert not found(areas(0, 0, 1), known(former_files=zeros), "same_file")


def test_a_fingerprint_knows_values_and_states_but_neither_order_nor_dates(observed):
    lines = [("haushalte", "a1", 1), ("haushalte", "a2", "*"), ("arbeitslose", "a1", 5, "geschlecht=m")]
    same = fingerprint(observed(lines))
    assert fingerprint(observed(lines[::-1], year=2020)) == same
    assert fingerprint(observed([("haushalte", "a1", 1), ("haushalte", "a2", "."), lines[2]])) != same
    assert fingerprint(observed([("haushalte", "a2", 1), ("haushalte", "a1", "*"), lines[2]])) != same
    assert fingerprint([]) == ""


def test_one_variable_taken_over_from_last_year_is_found(known, found):
    lines = [*areas(11, 12, 13, 14), *[("haushalte_eine_person", f"a{n}", 5 + n) for n in range(1, 5)]]
    last = [*areas(11, 12, 13, 14), *[("haushalte_eine_person", f"a{n}", 6 + n) for n in range(1, 5)]]
    (finding,) = found(lines, known(areas=4, history={2024: last}), "same_values")
    assert "„Haushalte“" in finding.message
    assert not found(areas(1, 1, 1, 2), known(areas=4, history={2024: areas(1, 1, 1, 2)}), "same_values")


def test_the_same_value_in_all_areas_is_found_but_not_zero(known, found):
    assert found(areas(70, 70, 70, 70, 70), known(areas=5), "constant_values")
    assert not found(areas(0, 0, 0, 0, 0), known(areas=5), "constant_values")
    assert not found(areas(70, 70, 70, 70, 71), known(areas=5), "constant_values")


@pytest.mark.parametrize(
    ("cells", "count"),
    [
        ((100, 98, "*"), 1),  # difference
        (("*", 40, 2), 1),  # sum
        ((40, "*", "*"), 0),  # anything from 0 to 40
        ((2, "*", "*"), 2),  # one each
        ((0, "*", "*"), 2),  # nothing is left
        (("*", "*", 5), 0),
        ((".", 5, "*"), 0),
    ],
)
def test_protected_values_that_follow_from_the_others_are_found(known, found, cells, count):
    findings = found(people("a1", *cells), known("job"), "disclosed")
    assert len(findings) == count
    assert all(f.value == "*" for f in findings)


def test_the_message_does_not_tell_the_protected_value(known, found):
    (finding,) = found(people("a1", 4711, 4694, "*"), known("job"), "disclosed")
    assert "17" not in finding.message
    assert "zurückrechnen" in finding.message


def test_a_hidden_area_follows_from_the_total_over_the_others(known, found):
    lines = areas(20, "*", 20)
    (finding,) = found(lines, known(totals=[("haushalte", "k", 42)]), "disclosed")
    assert finding.area == "a2"
    assert "Summenzeile" in finding.message
    outside = known(totals=[("haushalte", "k", 42), ("haushalte", NOT_ALLOCATED, ".")])
    assert not found(lines, outside, "disclosed")
    assert not found(areas("*", "*", 20), known(totals=[("haushalte", "k", 42)]), "disclosed")


def test_one_value_computed_back_opens_the_next(known, found):
    lines = [*people("a1", 10, "*", "*"), *people("a2", 10, 4, 6)]
    totals = [("arbeitslose", "k", 11, "geschlecht=m")]
    findings = found(lines, known("job", areas=2, totals=totals), "disclosed")
    assert [f.row for f in findings] == [3, 4]


def test_areas_of_an_earlier_division_are_named_with_their_validity(known, found):
    background = known(divisions={"a9": "bis 31.12.2015 (Wohnplätze 2009)"})
    (finding,) = found([("haushalte", "a9", 5), ("haushalte", "a1", 5)], background, "division")
    assert (finding.value, finding.severity) == ("a9", Severity.ERROR)
    assert "bis 31.12.2015" in finding.message
    assert not found(areas(5), background, "division")


def test_an_area_that_reading_did_not_know_is_explained_by_its_division():
    unknown = Finding("intake.unknown_area", Severity.ERROR, "unbekannt", "…", row=7, value="a9")
    other = Finding("intake.unknown_area", Severity.ERROR, "unbekannt", "…", row=8, value="zz")
    first, second = division_findings([unknown, other], {"a9": "bis 31.12.2015"})
    assert (first.code, first.row, second) == ("checks.division", 7, other)


@pytest.mark.parametrize("empty", [(), []])
def test_nothing_is_found_in_nothing(known, empty):
    assert check(empty, known(), load_rules()) == ()


def test_nothing_but_signs_breaks_no_rule(known, observed):
    lines = [*areas(".", "*", "..."), ("haushalte_eine_person", "a1", "*")]
    assert check(observed(lines), known(history=HISTORY), load_rules()) == ()


bounded = st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e6)).map(lambda p: (p[0], p[0] + p[1]))


@given(a=bounded, b=bounded, part=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_limits_of_a_result_hold_every_possible_result(a, b, part):
    x, y = a[0] + part[0] * (a[1] - a[0]), b[0] + part[1] * (b[1] - b[0])
    first, second = (Interval(np.array([low]), np.array([high])) for low, high in (a, b))
    for result, truth in ((first + second, x + y), (first - second, x - y), (first * second, x * y)):
        slack = 1e-6 * (1 + abs(truth))
        assert result.low[0] - slack <= truth <= result.high[0] + slack
    if y:
        quotient = first / second
        slack = 1e-6 * (1 + abs(x / y))
        assert quotient.low[0] - slack <= x / y <= quotient.high[0] + slack
