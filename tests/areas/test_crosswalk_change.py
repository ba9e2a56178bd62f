"""Changes of areas: merge, split, shift, rename, with the crosswalk that leads there."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.areas import (
    AreaLayer,
    Basis,
    ChangeKind,
    WeightedPoints,
    aligned,
    check_layer,
    convert,
    locate,
    read_layer,
    read_points,
)
from wohnplatz.areas.change import Changed, change_areas
from wohnplatz.areas.change_kinds import Change, Merge, NewArea, Rename, Shift, Split

from .conftest import EAST, NORTH, layer, square

CODES = ("alt", "neu")


def line(*places: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(EAST + x * 1000, NORTH + y * 1000) for x, y in places])


def weights(changed: Changed) -> dict[tuple[str, str], float]:
    c = changed.crosswalk
    assert c is not None, changed.findings
    return {(f, t): w for f, t, w in zip(c.from_key, c.to_key, c.weight, strict=True)}


def code(changed: Changed) -> str:
    assert changed.layer is None
    assert changed.crosswalk is None
    return changed.findings[-1].code


def test_merged_areas_are_exact_and_stand_where_the_first_stood(four: AreaLayer) -> None:
    done = change_areas(four, [Merge(("01", "02"), NewArea("12", "Mitte"))], CODES)
    assert done.layer is not None
    assert done.layer.keys == ("12", "03", "04")
    assert done.layer.parents == ("A", "B", "B")
    assert done.layer.geometries[0].area == 2e6
    assert done.layer.geometries[0].geom_type == "Polygon"
    assert weights(done) == {("01", "12"): 1, ("02", "12"): 1, ("03", "03"): 1, ("04", "04"): 1}
    assert done.crosswalk is not None
    assert done.crosswalk.is_exact
    kinds = {p.old: p.kind for p in done.predecessors}
    assert kinds["01"] is ChangeKind.MERGED
    assert kinds["03"] is ChangeKind.SAME
    assert done.findings == ()
    assert four.keys == ("01", "02", "03", "04")


def test_a_line_splits_into_left_and_right(four: AreaLayer) -> None:
    parts = (NewArea("01w", "West"), NewArea("01o", "Ost"))
    done = change_areas(four, [Split("01", parts, line((0.25, -1), (0.25, 2)))], CODES)
    assert done.layer is not None
    assert done.layer.keys == ("01w", "01o", "02", "03", "04")
    assert weights(done)[("01", "01w")] == pytest.approx(0.25)
    assert weights(done)[("01", "01o")] == pytest.approx(0.75)
    assert [f for f in check_layer(done.layer) if "gap" in f.code or "overlap" in f.code] == []
    assert {p.kind for p in done.predecessors if p.old == "01"} == {ChangeKind.SPLIT}


def test_inhabitants_weigh_a_split(four: AreaLayer) -> None:
    cells = WeightedPoints(
        np.array([EAST + 100.0, EAST + 900, EAST + 3500]), np.array([NORTH + 500.0] * 3),
        np.array([90.0, 10, 500]), "EPSG:25832", Basis.ADDRESSES,
    )  # fmt: skip
    parts = (NewArea("01w", "West"), NewArea("01o", "Ost"))
    done = change_areas(four, [Split("01", parts, line((0.5, -1), (0.5, 2)))], CODES, cells)
    assert weights(done)[("01", "01w")] == 0.9
    assert done.crosswalk is not None
    assert Basis.ADDRESSES in done.crosswalk.basis
    assert done.findings == ()


def test_polygons_split_and_the_last_part_may_get_the_rest(four: AreaLayer) -> None:
    parts = tuple(NewArea(f"01{c}", c) for c in "abc")
    strips = (square(0, 0, wide=0.2), square(0.2, 0, wide=0.3))
    done = change_areas(four, [Split("01", parts, polygons=strips)], CODES)
    assert [weights(done)["01", f"01{c}"] for c in "abc"] == pytest.approx([0.2, 0.3, 0.5])
    gap = change_areas(four, [Split("01", parts[:2], polygons=strips)], CODES)
    assert code(gap) == "areas.change_rest"
    double = change_areas(four, [Split("01", parts[:2], polygons=(square(0, 0), square(0, 0)))], CODES)
    assert code(double) == "areas.change_part_overlap"
    away = change_areas(four, [Split("01", parts[:2], polygons=(square(9, 9), square(0, 0)))], CODES)
    assert code(away) == "areas.change_part_empty"


@pytest.mark.parametrize("cut", ["piece", "line"])
def test_a_shifted_border_moves_a_piece_and_its_people(four: AreaLayer, cut: str) -> None:
    piece = square(0.8, 0, wide=0.2) if cut == "piece" else None
    along = line((0.8, -1), (0.8, 2)) if cut == "line" else None
    done = change_areas(four, [Shift("01", "02", piece, along)], CODES)
    assert done.layer is not None
    assert shapely.area(done.layer.geometries).tolist() == pytest.approx([0.8e6, 1.2e6, 1e6, 1e6])
    assert weights(done) == pytest.approx(
        {("01", "01"): 0.8, ("01", "02"): 0.2, ("02", "02"): 1, ("03", "03"): 1, ("04", "04"): 1}
    )
    assert {p.kind for p in done.predecessors if p.new == "02"} == {ChangeKind.RECUT}


def test_another_name_leaves_everything_exact(four: AreaLayer) -> None:
    done = change_areas(four, [Rename("01", "Altstadt"), Rename("02", "", "99")], CODES)
    assert done.layer is not None
    assert done.layer.names[:2] == ("Altstadt", "Ort 02")
    assert done.layer.keys[:2] == ("01", "99")
    assert done.crosswalk is not None
    assert done.crosswalk.is_exact
    assert {p.old: p.kind for p in done.predecessors}["02"] is ChangeKind.RENAMED


def test_changes_build_on_each_other(four: AreaLayer) -> None:
    parts = (NewArea("x", "West"), NewArea("y", "Ost"))
    done = change_areas(
        four, [Split("01", parts, line((0.5, -1), (0.5, 2))), Merge(("y", "02"), NewArea("z", "Neu"))], CODES
    )
    assert weights(done)[("01", "z")] == pytest.approx(0.5)
    assert weights(done)[("02", "z")] == 1
    assert done.crosswalk is not None
    assert (done.crosswalk.source, done.crosswalk.target) == CODES


ACROSS = line((0.5, -1), (0.5, 2))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Merge(("01",), NewArea("9", "n")), "areas.change_one_area"),
        (Merge(("01", "01"), NewArea("9", "n")), "areas.change_one_area"),
        (Merge(("01", "77"), NewArea("9", "n")), "areas.change_unknown"),
        (Merge(("02", "03"), NewArea("9", "n")), "areas.change_parents"),
        (Merge(("01", "02"), NewArea("04", "n")), "areas.change_key_taken"),
        (Merge(("01", "02"), NewArea("A", "n")), "areas.change_key_taken"),
        (Merge(("01", "02"), NewArea("", "n")), "areas.change_no_key"),
        (Merge(("01", "02"), NewArea("9", "")), "areas.change_no_name"),
        (Split("01", (NewArea("8", "n"),)), "areas.change_one_part"),
        (Split("01", (NewArea("8", "n"), NewArea("9", "m"))), "areas.change_no_cut"),
        (Split("01", (NewArea("8", "n"), NewArea("8", "m")), ACROSS), "areas.change_key_taken"),
        (Split("01", (NewArea("8", "n"), NewArea("9", "m")), line((5, 5), (6, 6))), "areas.change_line"),
        (Split("01", (NewArea("8", "n"), NewArea("9", "m")), line((0.5, 0.2), (0.5, 0.8))),
         "areas.change_line"),
        (Split("01", tuple(NewArea(k, k) for k in "789"), ACROSS), "areas.change_two_parts"),
        (Split("01", tuple(NewArea(k, k) for k in "789"), polygons=(square(0, 0),)), "areas.change_polygons"),
        (Shift("01", "01", square(0, 0)), "areas.change_same"),
        (Shift("01", "02"), "areas.change_no_piece"),
        (Shift("01", "02", square(3, 0)), "areas.change_piece_outside"),
        (Shift("01", "02", square(0, 0)), "areas.change_piece_whole"),
        (Shift("02", "03", square(1, 0, wide=0.1)), "areas.change_parents"),
        (Rename("01", "Ort 01"), "areas.change_nothing"),
        (Rename("01", "", "02"), "areas.change_key_taken"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(four: AreaLayer, change: Change, expected: str) -> None:
    assert code(change_areas(four, [change], CODES, taken={"A", "B"})) == expected


def test_no_change_is_none(four: AreaLayer) -> None:
    assert code(change_areas(four, [], CODES)) == "areas.change_none"


def test_areas_that_fall_apart_and_pieces_that_stick_out_are_told(four: AreaLayer) -> None:
    far = layer({"01": square(0, 0), "02": square(5, 0)})
    merged = change_areas(far, [Merge(("01", "02"), NewArea("12", "Beide"))], CODES)
    assert [f.code for f in merged.findings] == ["areas.change_apart"]
    stuck = change_areas(four, [Shift("01", "02", square(0.9, -0.5))], CODES)
    assert [f.code for f in stuck.findings] == ["areas.change_piece_partly"]
    assert weights(stuck)["01", "02"] == pytest.approx(0.05)


@given(st.lists(st.floats(0.05, 0.95), min_size=2, max_size=2), st.integers(0, 1000), st.booleans())
@settings(max_examples=30, deadline=None)
def test_no_ground_and_no_people_are_lost(cut: list[float], people: int, shift: bool) -> None:
    areas = layer({"01": square(0, 0), "02": square(1, 0)})
    along = line((cut[0], -0.1), (cut[1], 1.1))
    parts = (NewArea("a", "a"), NewArea("b", "b"))
    change: Change = Shift("01", "02", line=along) if shift else Split("01", parts, along)
    done = change_areas(areas, [change], CODES)
    assert done.layer is not None
    assert done.crosswalk is not None
    assert shapely.area(done.layer.geometries).sum() == pytest.approx(2e6, abs=10)
    found = convert(done.crosswalk, *aligned(done.crosswalk, {"01": people, "02": 7}))
    assert found.value.sum() == pytest.approx(people + 7)


@given(st.floats(-0.3, 1.3), st.floats(-0.3, 1.3), st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_cuts_through_crooked_borders_stay_valid(start: float, end: float, seed: int) -> None:
    """The rounding to millimetres must not fold the tip where a cut meets a border."""
    bends = np.random.default_rng(seed).uniform(0.9, 1.1, 12)
    border = [(EAST + b * 1000, NORTH + i * 1000 / 11) for i, b in enumerate(bends)]
    west = shapely.Polygon([(EAST, NORTH), *border, (EAST, NORTH + 1000)])
    east = shapely.Polygon([*border, (EAST + 2000, NORTH + 1000), (EAST + 2000, NORTH)])
    done = change_areas(
        layer({"01": west, "02": east}), [Shift("01", "02", line=line((start, -0.5), (end, 1.5)))], CODES
    )
    if done.layer is not None:
        assert shapely.is_valid(done.layer.geometries).all()
        assert [f.code for f in check_layer(done.layer) if f.severity == "error"] == []


@pytest.mark.reference_data
def test_real_census_cells_weigh_the_split_of_a_real_town(reference_data: Path) -> None:
    towns = read_layer(reference_data / "geo" / "vg250_gem_rsk_rbk_2022_25832.geojson", key="AGS", name="GEN")
    grid = reference_data / "zensus2011" / "zensus2011_1km_spitze_rsk_rbk_koeln_bonn.csv"
    with grid.open(encoding="utf-8-sig") as file:
        cells, _ = read_points(list(csv.reader(file, delimiter=";")))
    assert cells is not None
    town = towns.geometries[towns.keys.index("05382056")]
    west, south, east, north = town.bounds
    middle = (west + east) / 2
    cut = shapely.LineString([(middle, south - 100), (middle, north + 100)])
    parts = (NewArea("w", "West"), NewArea("o", "Ost"))
    by_people = change_areas(towns, [Split("05382056", parts, cut)], CODES, cells)
    by_ground = change_areas(towns, [Split("05382056", parts, cut)], CODES)
    assert by_people.layer is not None
    inside = locate(by_people.layer, cells.x, cells.y)
    west_people, east_people = (cells.weight[inside == key].sum() for key in "wo")
    found = weights(by_people)["05382056", "w"]
    assert found == pytest.approx(west_people / (west_people + east_people))
    assert abs(found - weights(by_ground)["05382056", "w"]) > 0.05, "people do not live evenly spread"
    assert sum(w == 1 for w in weights(by_people).values()) == len(towns) - 1
