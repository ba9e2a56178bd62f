"""Years in which areas were others: totals stay, states stay, estimates carry their band."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.areas import (
    AreaLayer,
    Basis,
    convert,
    crosswalk_of,
    make_division,
    save_crosswalk,
    save_division,
)
from wohnplatz.indicators import FIGURES, catalogue_json, compute_release, former_name
from wohnplatz.model import CellState, Observation
from wohnplatz.store import (
    DivisionRef,
    Entry,
    FormerDivisions,
    Kind,
    Manifest,
    ObjectStore,
    query_figures,
    write_observations,
)

OLD = {"a1": "a", "a2": "a", "b1": "b"}
NEW = {"a1": "a", "a3": "a", "b1": "b"}
"""2020: a2 is cut in two halves; one joins a1, the other becomes a3. b1 stays."""
ROWS = [
    ("a1", "a1", 1.0, Basis.EXACT), ("a2", "a1", 0.25, Basis.GRID), ("a2", "a3", 0.75, Basis.GRID),
    ("b1", "b1", 1.0, Basis.EXACT),
]  # fmt: skip
COUNTS = {"a1": (400.0, 40.0), "a2": (800.0, 200.0), "b1": (1000.0, 70.0)}


def tree(store: ObjectStore, places: dict[str, str], code: str) -> tuple[DivisionRef, ...]:
    refs = []
    levels = (
        ("wohnplatz", code, places),
        ("kommune", "k-2000", {"a": "k", "b": "k"}),
        ("kreis", "kreis-2000", {"k": None}),
    )
    for level, name, parents in levels:
        boxes = np.empty(len(parents), dtype=object)
        boxes[:] = [shapely.box(n, 0, n + 1, 1) for n in range(len(parents))]
        layer = AreaLayer(tuple(parents), tuple(parents), tuple(parents.values()), boxes)
        made = make_division(layer, code=name, level=level, label=name, valid_from=date(2000, 1, 1))
        refs.append(DivisionRef(name, level, save_division(store, made, layer)))
    return tuple(refs)


def entry(store: ObjectStore, rows: list[Observation], year: int) -> Entry:
    sha = write_observations(store, rows, ["alter", "geschlecht"])
    moment = datetime(2024, 1, 1)
    return Entry(str(year), "p", "P", "daten", date(year, 12, 31), sha, sha, "x.csv", moment, moment)


@pytest.fixture
def world(bench, tmp_path):
    store = ObjectStore(tmp_path)
    indicators = [
        bench.indicator("leute", "einwohner"),
        bench.indicator("quote", "leistung", "einwohner", factor=100),
        bench.indicator("wandel", formula="aenderung(@quote, 1)"),
    ]
    catalogue = bench.catalogue(indicators)

    def release(old_rows, new_rows, *, crosswalk=True, rows=ROWS):
        way = save_crosswalk(store, crosswalk_of("w-2000", "w-2020", rows)) if crosswalk else ""
        former = FormerDivisions(
            "w-2000", date(2000, 1, 1), date(2019, 12, 31), tree(store, OLD, "w-2000"), way
        )
        manifest = Manifest(
            "Datenstand", datetime(2024, 1, 1), "Kreis",
            (entry(store, old_rows, 2019), entry(store, new_rows, 2020)),
            tree(store, NEW, "w-2020"), store.put(Kind.CATALOGUE, catalogue_json(catalogue)), "0" * 64, "1",
            former=(former,),
        )  # fmt: skip
        made = compute_release(store, manifest)

        def table(name: str = FIGURES):
            return query_figures(store, made.results[name])

        return made, lambda name=FIGURES: places(table(name)), table

    return release


def places(table) -> dict[tuple[str, str, int], int]:
    columns = (table.indicator.tolist(), table.area.tolist(), table.year.tolist())
    return {key: n for n, key in enumerate(zip(*columns, strict=True))}


def delivered(bench, year: int, counts: dict) -> list[Observation]:
    rows = []
    for area, (people, cases) in counts.items():
        rows += [bench.seen("einwohner", area, people, year), bench.seen("leistung", area, cases, year)]
    return rows


LATER = {"a1": (600.0, 90.0), "a3": (610.0, 150.0), "b1": (1000.0, 75.0)}


def test_counts_of_former_areas_stand_on_todays_areas_as_estimates_with_a_band(world, bench) -> None:
    _, place, table = world(delivered(bench, 2019, COUNTS), delivered(bench, 2020, LATER))
    at, figures = place(), table()
    n = at["leute", "a1", 2019]
    assert figures.value[n] == 400 + 0.25 * 800
    assert figures.state[n] == CellState.ESTIMATED
    variance = 800 * 0.25 * 0.75 * (1 + 799 * 0.02)
    assert figures.error[n] == pytest.approx(1.959964 * np.sqrt(variance))
    rate = at["quote", "a3", 2019]
    assert figures.value[rate] == pytest.approx(25.0)
    assert 0 < figures.error[rate] < 25
    assert figures.value[at["leute", "a3", 2020]] == 610
    assert figures.state[at["leute", "a3", 2020]] == CellState.VALUE
    assert np.isnan(figures.error[at["leute", "a3", 2020]])


def test_areas_that_stayed_and_coarser_levels_are_exact(world, bench) -> None:
    _, place, table = world(delivered(bench, 2019, COUNTS), delivered(bench, 2020, LATER))
    at, figures = place(), table()
    whole = (("leute", "b1", 1000), ("leute", "a", 1200), ("leute", "k", 2200), ("quote", "a", 20))
    for code, area, value in whole:
        n = at[code, area, 2019]
        assert figures.value[n] == value
        assert figures.state[n] == CellState.VALUE
        assert np.isnan(figures.error[n])


def test_the_former_areas_are_kept_as_at_the_time(world, bench) -> None:
    made, place, table = world(delivered(bench, 2019, COUNTS), delivered(bench, 2020, LATER))
    name = former_name("w-2000")
    assert set(made.results) == {FIGURES, name}
    at, figures = place(name), table(name)
    assert figures.value[at["leute", "a2", 2019]] == 800
    assert figures.state[at["leute", "a2", 2019]] == CellState.VALUE
    assert {year for _, _, year in at} == {2019}


def test_changes_run_across_the_cut(world, bench) -> None:
    _, place, table = world(delivered(bench, 2019, COUNTS), delivered(bench, 2020, LATER))
    n = place()["wandel", "a1", 2020]
    assert table().value[n] == pytest.approx(15 - 100 * (40 + 50) / (400 + 200))
    assert table().state[n] == CellState.ESTIMATED
    # The later year is exact: the change errs as much as the former one.
    assert table().error[n] == pytest.approx(table().error[place()["quote", "a1", 2019]])


def test_a_part_without_a_number_leaves_none_and_keeps_its_reason(world, bench) -> None:
    counts = {**COUNTS, "a2": (800.0, CellState.PROTECTED)}
    _, place, table = world(delivered(bench, 2019, counts), delivered(bench, 2020, LATER))
    at, figures = place(), table()
    for area in ("a1", "a3"):
        assert figures.state[at["quote", area, 2019]] == CellState.PROTECTED
        assert np.isnan(figures.value[at["quote", area, 2019]])
    gone = [o for o in delivered(bench, 2019, COUNTS) if (o.variable, o.area) != ("leistung", "a2")]
    _, place, table = world(gone, delivered(bench, 2020, LATER))
    assert table().state[place()["quote", "a3", 2019]] == CellState.MISSING


def test_without_a_crosswalk_former_years_have_no_number_on_todays_areas_but_their_own(world, bench) -> None:
    _, place, table = world(delivered(bench, 2019, COUNTS), delivered(bench, 2020, LATER), crosswalk=False)
    at, figures = place(), table()
    assert ("leute", "a1", 2019) not in at or np.isnan(figures.value[at["leute", "a1", 2019]])
    name = former_name("w-2000")
    assert table(name).value[place(name)["leute", "a1", 2019]] == 400


def test_a_merge_is_exact(world, bench) -> None:
    rows = [("a1", "a1", 1.0, Basis.EXACT), ("a2", "a1", 1.0, Basis.EXACT), ("b1", "b1", 1.0, Basis.EXACT)]
    _, place, table = world(delivered(bench, 2019, COUNTS), delivered(bench, 2020, LATER), rows=rows)
    n = place()["leute", "a1", 2019]
    assert (table().value[n], table().state[n]) == (1200, CellState.VALUE)
    assert np.isnan(table().error[n])


def test_a_release_whose_areas_never_changed_is_written_as_ever() -> None:
    moment = datetime(2024, 1, 1)
    plain = Manifest("D", moment, "K", (), (), "c", "r", "1")
    assert b"former" not in plain.to_json()
    assert Manifest.from_json(plain.to_json()) == plain
    former = FormerDivisions(
        "w", date(2000, 1, 1), date(2019, 12, 31), (DivisionRef("w", "wohnplatz", "s"),), "x"
    )
    changed = Manifest("D", moment, "K", (), (), "c", "r", "1", former=(former,))
    assert Manifest.from_json(changed.to_json()) == changed


@given(st.lists(st.integers(0, 5000), min_size=3, max_size=3), st.floats(0.01, 0.99))
@settings(max_examples=40, deadline=None)
def test_no_inhabitant_is_lost_or_won(counts: list[int], weight: float) -> None:
    rows = [("a2", "a1", weight, Basis.GRID), ("a2", "a3", 1 - weight, Basis.GRID)]
    rows += [("a1", "a1", 1.0, Basis.EXACT), ("b1", "b1", 1.0, Basis.EXACT)]
    found = convert(crosswalk_of("x", "y", rows), np.array(counts, dtype=float))
    assert found.value.sum() == pytest.approx(sum(counts))
