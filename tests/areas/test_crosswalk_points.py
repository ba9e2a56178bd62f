"""Places with inhabitants, lines and pieces as people type and upload them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from wohnplatz.areas import (
    Basis,
    line_of,
    load_points,
    pieces_of,
    pieces_text,
    read_pieces,
    read_points,
    save_points,
)
from wohnplatz.model import WohnplatzError
from wohnplatz.store import ObjectStore

from .conftest import square


def test_census_cells_are_read_with_their_signs() -> None:
    head = ["GITTER_ID_100m", "x_mp_100m", "y_mp_100m", "Einwohner"]
    rows = [head, ["a", "4337050", "2689150", "12"], ["b", "4337150", "2689150", "–"], ["c", "1", "2", "3,0"]]
    points, findings = read_points(rows)
    assert points is not None
    assert (points.weight.tolist(), points.basis, points.crs) == ([12, 3], Basis.GRID, "EPSG:3035")
    assert [f.code for f in findings] == ["areas.points_secret"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["Ost", "Nord"]], "areas.points_columns"),
        ([], "areas.points_columns"),
        ([["Ost", "Nord", "Einwohner"], ["1", "hier", "3"]], "areas.points_number"),
        ([["Ost", "Nord", "Einwohner"], ["1", "2", "."]], "areas.points_empty"),
    ],
)
def test_tables_without_people_say_why(rows: list[list[str]], code: str) -> None:
    points, findings = read_points(rows)
    assert points is None
    assert [f.code for f in findings] == [code]


def test_points_come_back_from_the_store(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    points, _ = read_points([["Ost", "Nord", "Einwohner"], ["360000", "5650000", "7"]])
    assert points is not None
    back = load_points(store, save_points(store, points))
    assert (back.x.tolist(), back.weight.tolist(), back.basis) == ([360000], [7], Basis.ADDRESSES)


def test_a_typed_line_reaches_beyond_its_ends() -> None:
    line = line_of("360000 5650000\n360000,5; 5650100\n")
    assert line.length == pytest.approx(200, abs=1)
    assert line_of("  ") is None


@pytest.mark.parametrize("text", ["1 2", "1 2\n1 2", "eins zwei\n3 4", "1 2 3\n4 5 6", "nan 1\n2 3"])
def test_what_is_no_line_is_said(text: str) -> None:
    with pytest.raises(WohnplatzError):
        line_of(text)


def test_pieces_survive_a_hidden_field_and_nothing_else_does() -> None:
    pieces = (square(0, 0), square(2, 0))
    assert all(a.equals(b) for a, b in zip(pieces_of(pieces_text(pieces)), pieces, strict=True))
    for text in ("POINT (1 2)", "Unsinn"):
        with pytest.raises(WohnplatzError, match="nicht lesbar"):
            pieces_of(text)


def test_pieces_are_read_from_geodata(tmp_path: Path) -> None:
    path = tmp_path / "stueck.geojson"
    feature = {
        "type": "Feature", "properties": {"name": "Stück"},
        "geometry": shapely.geometry.mapping(shapely.box(7.0, 51.0, 7.01, 51.01)),
    }  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    (piece,) = read_pieces(path, "EPSG:25832")
    assert piece.area == pytest.approx(781_000, rel=0.01)
