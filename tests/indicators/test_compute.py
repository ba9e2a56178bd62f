from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from wohnplatz.areas import AreaLayer, make_division, save_division
from wohnplatz.indicators import FIGURES, catalogue_json, compute, compute_release
from wohnplatz.model import Area, CellState, Division, Hierarchy, WohnplatzError
from wohnplatz.store import (
    DivisionRef,
    DuckDBEngine,
    Entry,
    Kind,
    Manifest,
    ObjectStore,
    query_figures,
    write_observations,
)

PEOPLE = {"a1": 120, "a2": 60, "b1": 240}


def test_a_rate_of_a_larger_area_is_the_ratio_of_sums_not_the_mean_of_rates(bench, everybody):
    quote = bench.indicator("quote", "leistung", "einwohner", factor=100)
    rows = [*everybody(**PEOPLE), bench.seen("leistung", "a1", 60), bench.seen("leistung", "a2", 3),
            bench.seen("leistung", "b1", 12)]  # fmt: skip
    found = bench.figures([quote], rows)
    assert found["quote", "a1", 2020].value == 50
    assert found["quote", "a2", 2020].value == 5
    town = found["quote", "a", 2020]
    assert (town.value, town.numerator, town.denominator) == (35, 63, 180)
    assert (town.covered, town.expected, town.share, town.state) == (2, 2, 1.0, CellState.VALUE)
    assert found["quote", "k", 2020].value == pytest.approx(100 * 75 / 420)


def test_filters_take_only_their_cells(bench, everybody):
    women = bench.indicator("frauen", "einwohner[geschlecht=w; alter=18..]", "einwohner", factor=100)
    assert bench.figures([women], everybody(a1=120))["frauen", "a1", 2020].value == pytest.approx(100 / 3)


def test_a_delivered_total_is_used_and_not_added_to_its_parts(bench):
    rows = [bench.seen("arbeitslose", "a1", 7), bench.seen("arbeitslose", "a1", 4, geschlecht="w"),
            bench.seen("arbeitslose", "a1", CellState.PROTECTED, geschlecht="m")]  # fmt: skip
    all_of_them, women = (
        bench.indicator("alle", "arbeitslose"),
        bench.indicator("w", "arbeitslose[geschlecht=w]"),
    )
    men = bench.indicator("m", "arbeitslose[geschlecht=m]")
    found = bench.figures([all_of_them, women, men], rows)
    assert found["alle", "a1", 2020].value == 7
    assert found["w", "a1", 2020].value == 4
    assert found["m", "a1", 2020].state is CellState.PROTECTED


def test_a_variable_delivered_by_one_of_its_dimensions_is_complete_in_that_form(bench):
    rows = [
        bench.seen("einwohner", "a1", n, alter=age) for age, n in (("0-17", 10), ("18-64", 20), ("65+", 5))
    ]
    found = bench.figures(
        [bench.indicator("n", "einwohner"), bench.indicator("alt", "einwohner[alter=65..]")], rows
    )
    assert found["n", "a1", 2020].value == 35
    assert found["alt", "a1", 2020].value == 5


def test_a_missing_cell_makes_the_term_missing_and_not_smaller(bench, everybody):
    rows = everybody(a1=120)[:-1]
    found = bench.figures([bench.indicator("n", "einwohner")], rows)
    assert found["n", "a1", 2020].state is CellState.MISSING
    assert found["n", "a1", 2020].reason == "missing_term"
    assert found["n", "a2", 2020].reason == "not_delivered"


def test_a_true_zero_stays_a_zero(bench):
    figure = bench.figures([bench.indicator("n", "leistung")], [bench.seen("leistung", "a1", 0)])[
        "n", "a1", 2020
    ]
    assert (figure.value, figure.state) == (0, CellState.VALUE)


def test_a_zero_denominator_gives_no_number_and_says_why(bench):
    rows = [bench.seen("leistung", "a1", 0), bench.seen("arbeitslose", "a1", 5)]
    figure = bench.figures([bench.indicator("q", "arbeitslose", "leistung")], rows)["q", "a1", 2020]
    assert (figure.state, figure.reason) == (CellState.NOT_APPLICABLE, "zero_denominator")
    assert np.isnan(figure.numerator)


def test_the_most_severe_state_wins(bench):
    for other in (CellState.LATER, CellState.UNKNOWN, CellState.UNRELIABLE):
        rows = [bench.seen("leistung", "a1", CellState.PROTECTED), bench.seen("arbeitslose", "a1", other)]
        figure = bench.figures([bench.indicator("q", "leistung + arbeitslose")], rows)["q", "a1", 2020]
        assert (figure.state, figure.reason) == (CellState.PROTECTED, "protected")


def test_a_sum_takes_only_areas_where_all_terms_are_numbers_and_says_how_many(bench, everybody):
    quote = bench.indicator("quote", "leistung", "einwohner", factor=100)
    rows = [
        *everybody(**PEOPLE),
        bench.seen("leistung", "a1", 12),
        bench.seen("leistung", "b1", CellState.LATER),
    ]
    found = bench.figures([quote], rows)
    town = found["quote", "a", 2020]
    assert (town.value, town.state) == (10, CellState.PARTIAL)
    assert (town.covered, town.expected, town.denominator) == (1, 2, 120)
    assert town.share == pytest.approx(120 / 180)
    assert found["quote", "b", 2020].state is CellState.LATER
    assert (found["quote", "b", 2020].covered, found["quote", "b", 2020].share) == (0, 0.0)
    assert (found["quote", "k", 2020].covered, found["quote", "k", 2020].expected) == (1, 3)


def test_an_area_to_which_it_does_not_apply_is_not_expected(bench, everybody):
    rows = [
        *everybody(**PEOPLE),
        bench.seen("leistung", "a1", 12),
        bench.seen("leistung", "a2", CellState.NOT_APPLICABLE),
    ]
    town = bench.figures([bench.indicator("n", "leistung")], rows)["n", "a", 2020]
    assert (town.value, town.state, town.covered, town.expected) == (12, CellState.VALUE, 1, 1)


def test_the_share_of_inhabitants_uses_the_last_known_number_and_is_unknown_without_any(bench, everybody):
    rows = [
        *everybody(2019, **PEOPLE),
        bench.seen("leistung", "a1", 12, 2020),
        bench.seen("leistung", "a1", 9, 2018),
    ]
    found = bench.figures([bench.indicator("n", "leistung")], rows)
    assert found["n", "a", 2020].share == pytest.approx(120 / 180)
    assert np.isnan(found["n", "a", 2018].share)


def test_estimated_numbers_stay_marked_in_sums(bench, everybody):
    rows = [bench.seen("leistung", "a1", 12), bench.seen("leistung", "a2", 5)]
    rows[1] = type(rows[1])("leistung", "a2", rows[1].reference_date, 5, CellState.ESTIMATED)
    town = bench.figures([bench.indicator("n", "leistung")], [*everybody(**PEOPLE), *rows])["n", "a", 2020]
    assert (town.value, town.state) == (17, CellState.ESTIMATED)


def test_a_variable_of_municipalities_exists_from_there_up_with_whole_denominators(bench, everybody):
    quote = bench.indicator("pflegequote", "pflege", "einwohner", factor=100)
    rows = [*everybody(**PEOPLE), bench.seen("pflege", "a", 18), bench.seen("pflege", "b", 24)]
    found = bench.figures([quote], rows)
    assert not any(area in ("a1", "a2", "b1") for _, area, _ in found)
    assert found["pflegequote", "a", 2020].value == 10
    assert (found["pflegequote", "k", 2020].value, found["pflegequote", "k", 2020].expected) == (10, 2)


def test_a_municipality_with_an_area_missing_is_no_denominator(bench, everybody):
    quote = bench.indicator("pflegequote", "pflege", "einwohner", factor=100)
    rows = [*everybody(a1=120, b1=240), bench.seen("pflege", "a", 18), bench.seen("pflege", "b", 24)]
    found = bench.figures([quote], rows)
    assert found["pflegequote", "a", 2020].state is CellState.MISSING
    assert found["pflegequote", "k", 2020].state is CellState.PARTIAL


def test_between_the_years_of_a_two_year_variable_nothing_is_missing(bench, everybody):
    rows = [*everybody(2019, **PEOPLE), *everybody(2020, **PEOPLE)]
    found = bench.figures([bench.indicator("n", "pflege")], rows)
    assert (found["n", "a", 2019].state, found["n", "a", 2019].reason) == (
        CellState.NOT_APPLICABLE,
        "not_this_year",
    )
    assert (found["n", "a", 2020].state, found["n", "a", 2020].reason) == (CellState.MISSING, "not_delivered")


def test_a_delivered_rate_stands_on_its_own_level_only(bench):
    rows = [bench.seen("miete", "a", 8.5), bench.seen("miete", "b", 10.0)]
    found = bench.figures([bench.indicator("miete", "miete")], rows)
    assert found["miete", "a", 2020].value == 8.5
    assert (found["miete", "k", 2020].state, found["miete", "k", 2020].reason) == (
        CellState.NOT_APPLICABLE, "rate_not_summable",
    )  # fmt: skip


def test_earlier_years_are_read_and_before_the_first_there_is_nothing_to_compare_with(bench, everybody):
    change = bench.indicator("v", "aenderung(leistung, 2)", "vor(leistung, 2)", factor=100)
    rows = [bench.seen("leistung", "a1", n, year) for year, n in ((2018, 10), (2019, 11), (2020, 15))]
    found = bench.figures([change], rows)
    assert found["v", "a1", 2020].value == 50
    assert (found["v", "a1", 2019].state, found["v", "a1", 2019].reason) == (
        CellState.NOT_APPLICABLE, "no_earlier_year",
    )  # fmt: skip
    assert found["v", "a2", 2020].state is CellState.MISSING


def test_a_year_without_observations_between_two_others_is_missing_for_those_who_look_back(bench):
    rows = [bench.seen("leistung", "a1", n, year) for year, n in ((2018, 10), (2020, 15))]
    found = bench.figures([bench.indicator("v", "leistung - vor(leistung, 1)")], rows)
    assert {year for _, _, year in found} == {2018, 2020}
    assert found["v", "a1", 2020].state is CellState.MISSING


def test_formulas_over_indicators_follow_each_other_and_divide_by_zero_into_no_number(bench):
    indicators = [
        bench.indicator("zweite", formula="@erste * 2 - @n"),
        bench.indicator("erste", formula="-aenderung(@n, 1) / (@n - 11)"),
        bench.indicator("n", "leistung"),
    ]
    rows = [bench.seen("leistung", "a1", n, year) for year, n in ((2018, 10), (2019, 13), (2020, 11))]
    found = bench.figures(indicators, rows)
    assert found["erste", "a1", 2019].value == pytest.approx(-3 / 2)
    assert found["zweite", "a1", 2019].value == pytest.approx(-16)
    assert found["erste", "a1", 2020].reason == found["zweite", "a1", 2020].reason == "zero_denominator"
    assert found["erste", "a1", 2018].reason == "no_earlier_year"
    assert found["erste", "b1", 2020].state is CellState.MISSING


def test_a_formula_carries_the_coverage_of_its_parts(bench, everybody):
    indicators = [bench.indicator("n", "leistung"), bench.indicator("doppelt", formula="2 * @n")]
    found = bench.figures(indicators, [*everybody(**PEOPLE), bench.seen("leistung", "a1", 12)])
    figure = found["doppelt", "a", 2020]
    assert (figure.value, figure.state, figure.covered, figure.expected) == (24, CellState.PARTIAL, 1, 2)
    assert figure.share == pytest.approx(2 / 3)


def test_an_indicator_is_shown_on_its_levels_only_though_others_are_computed_from_it(bench):
    indicators = [
        bench.indicator("n", "leistung", levels=("kreis",)),
        bench.indicator("doppelt", formula="2 * @n"),
    ]
    found = bench.figures(indicators, [bench.seen("leistung", "a1", 12)])
    assert {area for code, area, _ in found if code == "n"} == {"k"}
    assert found["doppelt", "a1", 2020].value == 24


def test_an_undelivered_indicator_is_missing_everywhere_and_never_absent(bench, everybody):
    found = bench.figures([bench.indicator("n", "leistung")], everybody(**PEOPLE))
    assert {area for _, area, _ in found} == {"a1", "a2", "b1", "a", "b", "k"}
    assert {f.state for f in found.values()} == {CellState.MISSING}


def test_the_pyramid_is_there_on_every_level_and_adds_up(bench, everybody):
    table = bench.table(bench.catalogue([bench.indicator("einwohner", "einwohner")]), everybody(**PEOPLE))
    cells = table.where(table.breakdown != "")
    assert set(np.unique(cells.indicator)) == {"einwohner"}
    assert len(np.unique(cells.breakdown)) == 6
    assert bench.by_key(table, "alter=65+;geschlecht=w")["einwohner", "a", 2020].value == 30
    assert cells.value[cells.area == "k"].sum() == bench.by_key(table)["einwohner", "k", 2020].value == 420


def test_the_same_cell_in_two_deliveries_is_refused_and_listed(bench):
    rows = [bench.seen("arbeitslose", "a1", 4, geschlecht="w")]
    with pytest.raises(WohnplatzError, match=r"mehrfach.*arbeitslose \(w\), Gebiet a1, 2020"):
        bench.table(
            bench.catalogue([bench.indicator("n", "leistung")]), rows, rows, [bench.seen("leistung", "a1", 1)]
        )


def test_cells_of_an_unknown_area_or_the_wrong_level_are_refused(bench):
    for area in ("zz", "a"):
        with pytest.raises(WohnplatzError, match=f"keinem Gebiet.*leistung, Gebiet {area}, 2020"):
            bench.figures([bench.indicator("n", "leistung")], [bench.seen("leistung", area, 4)])


def test_without_deliveries_there_are_no_figures(bench):
    assert len(bench.table(bench.catalogue([bench.indicator("n", "leistung")]))) == 0


def test_an_area_above_without_areas_below_is_missing(bench):
    full = bench.hierarchy()
    towns = Division(
        "g", "kommune", "Kommunen", (*full.divisions[1].areas, Area("c", "C", "k")), date(2000, 1, 1)
    )
    areas = Hierarchy((full.divisions[0], towns, full.divisions[2]))
    catalogue = bench.catalogue([bench.indicator("n", "leistung")])
    found = bench.by_key(bench.table(catalogue, [bench.seen("leistung", "a1", 4)], areas=areas))
    assert found["n", "c", 2020].state is CellState.MISSING


def test_a_hierarchy_without_a_level_lacks_only_the_indicators_of_that_level(bench):
    full = bench.hierarchy()
    areas = Hierarchy((full.divisions[0],))
    indicators = [
        bench.indicator("n", "leistung"),
        bench.indicator("p", "pflege"),
        bench.indicator("q", formula="@p / @n"),
    ]
    found = bench.by_key(
        bench.table(bench.catalogue(indicators), [bench.seen("leistung", "a1", 4)], areas=areas)
    )
    assert {code for code, _, _ in found} == {"n"}


def _manifest(store: ObjectStore, bench, rows) -> Manifest:
    catalogue = bench.catalogue([bench.indicator("n", "leistung", "einwohner")])
    refs = []
    for division in bench.hierarchy().divisions:
        squares = np.array([shapely.box(n, 0, n + 1, 1) for n in range(len(division.areas))], dtype=object)
        layer = AreaLayer(
            tuple(a.key for a in division.areas), tuple(a.name for a in division.areas),
            tuple(a.parent for a in division.areas), squares,
        )  # fmt: skip
        made = make_division(
            layer, code=division.code, level=division.level, label="", valid_from=date(2000, 1, 1)
        )
        refs.append(DivisionRef(made.code, made.level, save_division(store, made, layer)))
    now = datetime(2021, 3, 1, tzinfo=UTC)
    entries = [
        Entry(str(n), "amt", f"Amt {n}", "daten", date(2020, 12, 31), sha, "", f"datei{n}.xlsx", now, now)
        for n, sha in enumerate(write_observations(store, part, list(catalogue.dimensions)) for part in rows)
    ]
    sha = store.put(Kind.CATALOGUE, catalogue_json(catalogue))
    return Manifest("2021-1", now, "Kreis", tuple(entries), tuple(refs), sha, "", "0.1.0")


def test_a_release_gets_its_figures_written_and_they_are_the_same_for_ever(bench, everybody, tmp_path: Path):
    store = ObjectStore(tmp_path)
    rows = [
        everybody(a1=120, b1=240),
        everybody(a2=60),
        [bench.seen("leistung", "a1", 0.1), bench.seen("leistung", "a2", 0.2)],
    ]
    manifest = _manifest(store, bench, rows)
    said: list[tuple[str, int, int]] = []
    made = compute_release(store, manifest, progress=lambda *step: said.append(step))
    assert said[-1] == ("Ergebnisse schreiben", 4, 4)
    assert said[0][1:] == (0, 4)
    table = query_figures(store, made.results[FIGURES], indicators=["n"], areas=["a"])
    assert table.value[0] == pytest.approx(0.3 / 180)
    assert compute_release(store, manifest).results == made.results
    assert len(compute(store, manifest, engine=DuckDBEngine(threads=2))) == len(compute(store, manifest))


def test_a_conflict_names_the_deliveries(bench, tmp_path: Path):
    store = ObjectStore(tmp_path)
    rows = [
        [bench.seen("leistung", "a1", 1)],
        [bench.seen("leistung", "a1", 2)],
        [bench.seen("leistung", "b1", 2)],
    ]
    with pytest.raises(WohnplatzError, match=r"Amt 0 \(datei0\.xlsx\), Amt 1 \(datei1\.xlsx\)") as caught:
        compute(store, _manifest(store, bench, rows))
    assert caught.value.code == "indicators.double_cell"
