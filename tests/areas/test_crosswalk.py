"""Crosswalks from polygons, points and tables; what they say about predecessors; their place in the store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from wohnplatz.areas import (
    AreaLayer,
    Basis,
    ChangeKind,
    Crosswalk,
    Pair,
    WeightedPoints,
    crosswalk_csv,
    crosswalk_of,
    crosswalk_of_pairs,
    identity,
    load_crosswalk,
    make_crosswalk,
    predecessors,
    read_pairs,
    save_crosswalk,
)
from wohnplatz.model import Severity
from wohnplatz.store import Kind, ObjectStore, StoreError, write_table

from .conftest import EAST, NORTH, layer, square

CODES = ("alt", "neu")


def rows(crosswalk: Crosswalk | None) -> dict[tuple[str, str], float]:
    assert crosswalk is not None
    return dict(zip(zip(crosswalk.from_key, crosswalk.to_key, strict=True), crosswalk.weight, strict=True))


def points(*places: tuple[float, float, float], basis: Basis = Basis.GRID) -> WeightedPoints:
    """Points at (column, row) of the grid of squares with inhabitants."""
    x, y, n = (np.array(c, dtype=float) for c in zip(*places, strict=True))
    return WeightedPoints(EAST + x * 1000, NORTH + y * 1000, n, "EPSG:25832", basis)


def codes(findings: object) -> list[str]:
    return [f.code for f in findings]  # type: ignore[attr-defined]


@pytest.fixture
def old() -> AreaLayer:
    return layer({"A": square(0, 0), "B": square(1, 0)})


@pytest.fixture
def new() -> AreaLayer:
    """The border between two squares shifted east by 250 m."""
    return layer({"X": square(0, 0, wide=1.25), "Y": square(1.25, 0, wide=0.75)})


def test_shares_of_the_ground_where_nothing_else_is_known(old: AreaLayer, new: AreaLayer) -> None:
    made = make_crosswalk(old, new, CODES)
    assert rows(made.crosswalk) == {("A", "X"): 1, ("B", "X"): 0.25, ("B", "Y"): 0.75}
    assert made.crosswalk is not None
    assert made.crosswalk.basis == (Basis.EXACT, Basis.AREA, Basis.AREA)
    assert made.crosswalk.split == ("B",)
    assert made.crosswalk.estimated == ("X", "Y")
    assert made.findings == ()


def test_inhabitants_outweigh_the_ground(old: AreaLayer, new: AreaLayer) -> None:
    cells = points((0.5, 0.5, 100), (1.1, 0.5, 30), (1.6, 0.5, 10))
    made = make_crosswalk(old, new, CODES, cells)
    assert rows(made.crosswalk) == {("A", "X"): 1, ("B", "X"): 0.75, ("B", "Y"): 0.25}
    assert made.crosswalk is not None
    assert set(made.crosswalk.basis) == {Basis.EXACT, Basis.GRID}
    assert made.crosswalk.origin == "Einwohnerzahlen der Zensus-Gitterzellen"


def test_an_area_without_inhabitants_is_split_by_its_ground_and_says_so(
    old: AreaLayer, new: AreaLayer
) -> None:
    made = make_crosswalk(old, new, CODES, points((0.5, 0.5, 100)))
    assert rows(made.crosswalk)[("B", "X")] == 0.25
    assert made.crosswalk is not None
    assert made.crosswalk.basis[1:] == (Basis.AREA, Basis.AREA)
    assert codes(made.findings) == ["areas.crosswalk_no_inhabitants"]
    assert "„Ort B“ (B)" in made.findings[0].message


def test_ground_nobody_lives_on_gets_a_weight_of_zero_rather_than_no_value() -> None:
    before = layer({"A": square(0, 0, wide=2)})
    after = layer({"X": square(0, 0), "Y": square(1, 0)})
    made = make_crosswalk(before, after, CODES, points((0.5, 0.5, 10)))
    assert rows(made.crosswalk) == {("A", "X"): 1, ("A", "Y"): 0}


def test_sloppy_borders_split_nothing() -> None:
    before = layer({"A": square(0, 0), "B": square(1, 0)})
    after = layer({"A": square(0, 0, wide=1.004), "B": square(1.004, 0, wide=0.996)})
    cells = points((1.002, 0.5, 50), (0.5, 0.5, 100), (1.5, 0.5, 70))
    for weights in (None, cells):
        made = make_crosswalk(before, after, CODES, weights)
        assert rows(made.crosswalk) == {("A", "A"): 1, ("B", "B"): 1}
        assert made.crosswalk is not None
        assert made.crosswalk.is_exact
        assert codes(made.findings) == ["areas.crosswalk_slivers"]
    assert not make_crosswalk(before, after, CODES, sliver_m=1).crosswalk.is_exact  # type: ignore[union-attr]


def test_points_in_slivers_stay_with_the_nearest_real_piece() -> None:
    before = layer({"A": square(0, 0, wide=2), "B": square(2, 0)})
    after = layer({
        "X": square(0, 0), "Y": square(1, 0, wide=0.996), "B": square(1.996, 0, wide=1.004),
    })  # fmt: skip
    made = make_crosswalk(before, after, CODES, points((0.5, 0.5, 60), (1.998, 0.5, 40), (2.5, 0.5, 9)))
    assert rows(made.crosswalk) == {("A", "X"): 0.6, ("A", "Y"): 0.4, ("B", "B"): 1}


def test_what_lies_outside_is_said_and_what_lies_outside_for_the_most_part_is_refused() -> None:
    before = layer({"A": square(0, 0), "B": square(5, 0)})
    slightly = layer({"X": square(0, 0, wide=0.9), "Y": square(5, 0)})
    made = make_crosswalk(before, slightly, CODES)
    assert codes(made.findings) == ["areas.crosswalk_outside"]
    assert rows(made.crosswalk)[("A", "X")] == 1
    assert make_crosswalk(before, layer({"X": square(0, 0)}), CODES).crosswalk is None


def test_points_outside_all_areas_are_told_once_they_matter(old: AreaLayer, new: AreaLayer) -> None:
    cells = points((0.5, 0.5, 100), (1.1, 0.5, 50), (1.5, 0.5, 50), (9, 9, 50))
    assert codes(make_crosswalk(old, new, CODES, cells).findings) == ["areas.crosswalk_points_lost"]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
def test_points_without_a_number_make_no_weights(old: AreaLayer, new: AreaLayer, bad: float) -> None:
    made = make_crosswalk(old, new, CODES, points((0.5, 0.5, bad)))
    assert made.crosswalk is None
    assert codes(made.findings) == ["areas.crosswalk_bad_points"]


def test_areas_without_polygon_and_other_systems_are_refused(old: AreaLayer) -> None:
    bare = layer({"X": None})
    assert codes(make_crosswalk(old, bare, CODES).findings) == ["areas.crosswalk_no_geometry"]
    moved = AreaLayer(old.keys, old.names, old.parents, old.geometries, "EPSG:25833")
    assert codes(make_crosswalk(old, moved, CODES).findings) == ["areas.crosswalk_crs"]


def test_census_cells_in_their_own_system_find_their_areas(old: AreaLayer, new: AreaLayer) -> None:
    from pyproj import Transformer

    local = points((0.5, 0.5, 100), (1.1, 0.5, 30), (1.6, 0.5, 10))
    x, y = Transformer.from_crs("EPSG:25832", "EPSG:3035", always_xy=True).transform(local.x, local.y)
    made = make_crosswalk(old, new, CODES, WeightedPoints(x, y, local.weight))
    assert rows(made.crosswalk)[("B", "X")] == 0.75


def test_a_table_is_read_with_its_usual_or_named_headings() -> None:
    pairs, findings = read_pairs("von;nach;gewicht\r\n01;X;0,25\r\n01;Y;75 %\r\n".encode("utf-8-sig"))
    assert findings == []
    made = crosswalk_of_pairs(pairs, CODES, sources=["01"], targets=["X", "Y"])
    assert rows(made.crosswalk) == {("01", "X"): 0.25, ("01", "Y"): 0.75}
    other, findings = read_pairs(b"a,b,w\n01,X,1\n", ("a", "b", "w"))
    assert (other, findings) == ([Pair("01", "X", "1", 2)], [])
    assert codes(read_pairs(b"von;nach\n1;2\n")[1]) == ["areas.crosswalk_columns"]
    assert codes(read_pairs(b"PK\0\3")[1]) == ["areas.crosswalk_encoding"]
    assert codes(read_pairs(b"")[1]) == ["areas.crosswalk_columns"]


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([], "areas.crosswalk_empty"),
        ([Pair("", "X", "1")], "areas.crosswalk_empty_key"),
        ([Pair("A", "X", "viel")], "areas.crosswalk_not_number"),
        ([Pair("A", "X", "nan")], "areas.crosswalk_not_number"),
        ([Pair("A", "X", "inf")], "areas.crosswalk_not_number"),
        ([Pair("A", "X", "-0,5"), Pair("A", "Y", "1,5")], "areas.crosswalk_negative"),
        ([Pair("A", "X", "0,5"), Pair("A", "X", "0,5")], "areas.crosswalk_twice"),
        ([Pair("A", "X", "0,5"), Pair("A", "Y", "0,4")], "areas.crosswalk_sum"),
        ([Pair("A", "X", "0,8"), Pair("A", "Y", "0,4")], "areas.crosswalk_sum"),
        ([Pair("A", "X", "1"), Pair("C", "Y", "1")], "areas.crosswalk_unknown_source"),
        ([Pair("A", "Z", "1")], "areas.crosswalk_unknown_target"),
        ([Pair("B", "X", "1")], "areas.crosswalk_missing_source"),
    ],
)
def test_a_faulty_table_makes_no_crosswalk_and_says_why(pairs: list[Pair], code: str) -> None:
    made = crosswalk_of_pairs(pairs, CODES, sources=["A", "B"], targets=["X", "Y"])
    assert made.crosswalk is None
    assert code in codes(made.findings)


def test_rounded_weights_are_scaled_and_negligible_ones_left_out_with_a_note() -> None:
    pairs = [
        Pair("A", "X", "0.6663"), Pair("A", "Y", "0.3333"), Pair("A", "Z", "0.0002"), Pair("B", "Z", "1"),
    ]  # fmt: skip
    made = crosswalk_of_pairs(pairs, CODES)
    assert codes(made.findings) == ["areas.crosswalk_rounded", "areas.crosswalk_negligible"]
    assert all(f.severity is Severity.NOTE for f in made.findings)
    found = rows(made.crosswalk)
    assert set(found) == {("A", "X"), ("A", "Y"), ("B", "Z")}
    assert found["A", "X"] + found["A", "Y"] == pytest.approx(1, abs=1e-15)


def test_the_last_pair_that_reaches_an_area_stays_however_small() -> None:
    made = crosswalk_of_pairs([Pair("A", "X", "0.9999"), Pair("A", "Y", "0.0001")], CODES)
    assert set(rows(made.crosswalk)) == {("A", "X"), ("A", "Y")}


def test_a_crosswalk_comes_back_from_csv_to_the_last_digit() -> None:
    made = crosswalk_of(
        *CODES,
        [("=1", "X", 1 / 3, Basis.GRID), ("=1", "Y", 2 / 3, Basis.AREA), ("02", "Y", 1, Basis.EXACT)],
        "Zensus 2022",
    )
    pairs, _ = read_pairs(crosswalk_csv(made))
    back = crosswalk_of_pairs(pairs, CODES, origin="Zensus 2022").crosswalk
    assert back == made
    assert b"'=1" in crosswalk_csv(made)


def test_a_crosswalk_comes_back_equal_from_the_store(tmp_path: Path, old: AreaLayer, new: AreaLayer) -> None:
    store, made = ObjectStore(tmp_path), make_crosswalk(old, new, CODES).crosswalk
    assert made is not None
    sha = save_crosswalk(store, made)
    assert load_crosswalk(store, sha) == made
    assert save_crosswalk(store, made) == sha
    other = write_table(store, Kind.CROSSWALK, {"key": np.array(["01"])})
    with pytest.raises(StoreError, match="kein Umsteigeschlüssel"):
        load_crosswalk(store, other)


@pytest.mark.parametrize(
    "columns",
    [
        (("A",), ("X", "Y"), (1.0,), (Basis.EXACT,)),
        (("A", "A"), ("X", "X"), (0.5, 0.5), (Basis.GRID, Basis.GRID)),
        (("A",), ("X",), (0.5,), (Basis.GRID,)),
        (("A",), ("X",), (float("nan"),), (Basis.GRID,)),
        (("A", "A"), ("X", "Y"), (1.5, -0.5), (Basis.GRID, Basis.GRID)),
    ],
)
def test_what_is_no_crosswalk_cannot_be_made(columns: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises(ValueError, match=r"crosswalk|sum"):
        Crosswalk("alt", "neu", *columns)  # type: ignore[arg-type]


def test_predecessors_name_what_became_of_an_area() -> None:
    grid = Basis.GRID
    crosswalk = crosswalk_of(*CODES, [
        ("1", "1", 1, Basis.EXACT),
        ("2", "20", 1, Basis.EXACT),
        ("3", "34", 1, Basis.EXACT), ("4", "34", 1, Basis.EXACT),
        ("5", "51", 0.5, grid), ("5", "52", 0.5, grid),
        ("6", "6", 0.9, grid), ("6", "7", 0.1, grid), ("7", "7", 1, Basis.EXACT),
    ])  # fmt: skip
    kinds = {(p.old, p.new): p.kind for p in predecessors(crosswalk)}
    assert kinds == {
        ("1", "1"): ChangeKind.SAME, ("2", "20"): ChangeKind.RENAMED,
        ("3", "34"): ChangeKind.MERGED, ("4", "34"): ChangeKind.MERGED,
        ("5", "51"): ChangeKind.SPLIT, ("5", "52"): ChangeKind.SPLIT,
        ("6", "6"): ChangeKind.RECUT, ("6", "7"): ChangeKind.RECUT, ("7", "7"): ChangeKind.RECUT,
    }  # fmt: skip
    assert {p.kind for p in predecessors(identity(["1", "2"], *CODES))} == {ChangeKind.SAME}
