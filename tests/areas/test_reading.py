"""Read areas from geodata."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from wohnplatz.areas import describe_file, read_layer
from wohnplatz.model import WohnplatzError

from .conftest import EAST, NORTH, Writer, square

KEYS, NAMES = ["05378004", "05378008"], ["Bergisch Gladbach", "Bürscheid"]
SQUARES = [square(0, 0), square(1, 0)]


def columns() -> dict[str, list[str]]:
    return {"AGS": KEYS, "GEN": NAMES, "KREIS": ["05378", "05378"]}


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp"])
def test_every_form_gives_the_same_areas_with_their_zeros(write: Writer, ending: str) -> None:
    path = write(f"gebiete.{ending}", SQUARES, columns())
    layer = read_layer(path, key="AGS", name="GEN", parent="KREIS")
    assert layer.keys == tuple(KEYS)
    assert layer.names == tuple(NAMES)
    assert layer.parents == ("05378", "05378")
    assert layer.crs == "EPSG:25832"
    assert shapely.equals(layer.geometries, SQUARES).all()


def test_a_zipped_shapefile_is_found_in_its_folder(write: Writer, tmp_path: Path) -> None:
    write("orte.shp", SQUARES, columns())
    archive = tmp_path / "Lieferung März {1}.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for part in tmp_path.glob("orte.*"):
            file.write(part, f"Unterordner/{part.name}")
    assert read_layer(archive, key="AGS").keys == tuple(KEYS)


def test_a_packed_geojson_is_read(write: Writer, tmp_path: Path) -> None:
    plain = write("orte.geojson", SQUARES, columns())
    packed = tmp_path / "orte.geojson.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_layer(packed, key="AGS").keys == tuple(KEYS)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3035", "EPSG:31467", "EPSG:25833"])
def test_any_coordinate_system_comes_out_in_metres_at_the_same_place(write: Writer, crs: str) -> None:
    move = Transformer.from_crs("EPSG:25832", crs, always_xy=True)
    moved = shapely.transform(SQUARES, lambda c: np.column_stack(move.transform(c[:, 0], c[:, 1])))
    layer = read_layer(write("orte.gpkg", moved, columns(), crs=crs), key="AGS")
    assert np.allclose(shapely.get_coordinates(layer.geometries), shapely.get_coordinates(SQUARES), atol=0.01)


def test_holes_parts_heights_and_empty_geometries_are_kept_or_dropped_as_they_should(write: Writer) -> None:
    ring = shapely.Polygon(
        [(EAST, NORTH, 5), (EAST + 900, NORTH, 5), (EAST + 900, NORTH + 900, 5)],
        [[(EAST + 500, NORTH + 200, 5), (EAST + 700, NORTH + 200, 5), (EAST + 700, NORTH + 400, 5)]],
    )
    parts = shapely.MultiPolygon([square(2, 0), square(4, 0)])
    path = write("x.gpkg", [ring, parts, None], {"K": ["1", "2", "3"]}, kind="Unknown")
    layer = read_layer(path, key="K")
    assert not shapely.has_z(layer.geometries).any()
    assert len(layer.geometries[0].interiors) == 1
    assert shapely.get_num_geometries(layer.geometries[1]) == 2
    assert layer.geometries[2].is_empty


def test_a_column_of_numbers_is_no_key_and_the_error_says_why(write: Writer) -> None:
    path = write("x.gpkg", SQUARES, {"AGS": [5378004.0, 5378008.0]})
    with pytest.raises(WohnplatzError, match="führenden Nullen") as caught:
        read_layer(path, key="AGS")
    assert caught.value.code == "areas.numeric_key"
    assert "aus 05378004 wird 5378004" in caught.value.why
    assert read_layer(path, key="AGS", digits=8).keys == tuple(KEYS)


def test_numbers_written_as_text_with_a_decimal_are_no_keys_either(write: Writer) -> None:
    path = write("x.gpkg", SQUARES, {"AGS": ["5378004.0", "5378008.0"]})
    with pytest.raises(WohnplatzError, match="Schlüssel sind Text"):
        read_layer(path, key="AGS")
    assert read_layer(path, key="AGS", digits=8).keys == tuple(KEYS)


def test_whole_numbers_may_stand_as_they_are_where_the_planner_says_so(write: Writer) -> None:
    path = write("x.gpkg", SQUARES, {"NR": [7, 12]})
    assert read_layer(path, key="NR", digits=1).keys == ("7", "12")
    assert read_layer(path, key="NR", digits=3).keys == ("007", "012")


def test_a_missing_coordinate_system_is_asked_for(write: Writer) -> None:
    path = write("x.shp", SQUARES, columns(), crs=None)
    with pytest.raises(WohnplatzError, match="kein Koordinatensystem") as caught:
        read_layer(path, key="AGS")
    assert "EPSG:25832" in caught.value.todo
    assert shapely.equals(read_layer(path, key="AGS", crs="EPSG:25832").geometries, SQUARES).all()


def test_metres_in_a_geojson_that_says_degrees_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    shape = shapely.to_geojson(SQUARES[0])
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"K":"01"},"geometry":'
        + shape
        + "}]}"
    )
    with pytest.raises(WohnplatzError, match="keine Grade"):
        read_layer(path, key="K")
    assert shapely.equals(read_layer(path, key="K", crs="EPSG:25832").geometries[0], SQUARES[0])


@pytest.mark.parametrize("crs", ["EPSG:999999", "Unfug", "EPSG:4326"])
def test_a_target_that_is_unknown_or_not_metric_is_refused(write: Writer, crs: str) -> None:
    with pytest.raises(WohnplatzError, match=r"Koordinatensystem|Metern"):
        read_layer(write("x.gpkg", SQUARES, columns()), key="AGS", target_crs=crs)


def test_an_unknown_column_names_those_there_are(write: Writer) -> None:
    with pytest.raises(WohnplatzError, match="„GEN“") as caught:
        read_layer(write("x.gpkg", SQUARES, columns()), key="ags")
    assert caught.value.code == "areas.column"


def test_several_layers_need_a_choice(write: Writer) -> None:
    write("x.gpkg", SQUARES, columns(), layer="orte")
    path = write("x.gpkg", SQUARES[:1], {"AGS": ["1"]}, layer="kreis", append=True)
    with pytest.raises(WohnplatzError, match="„orte“ oder „kreis“"):
        read_layer(path, key="AGS")
    assert read_layer(path, key="AGS", layer="kreis").keys == ("1",)
    with pytest.raises(WohnplatzError, match="„kreise“ gibt es nicht"):
        read_layer(path, key="AGS", layer="kreise")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("karte.pdf", b"%PDF-1.7", "areas.file_type"),
        ("karte.csv.gz", gzip.compress(b"a;b", mtime=0), "areas.file_type"),
        ("karte.gpkg", b"kein GeoPackage", "areas.unreadable"),
        ("karte.gpkg", b"SQLite format 3\x00 abgeschnitten", "areas.damaged"),
        ("karte.geojson", b"", "areas.unreadable"),
        ("karte.geojson", b'{"type": "FeatureCollection", "features": [', "areas.damaged"),
        ("karte.geojson", b"<OGRVRTDataSource></OGRVRTDataSource>", "areas.unreadable"),
        ("karte.geojson.gz", b"kein gzip", "areas.unreadable"),
        ("karte.zip", b"kein Archiv", "areas.unreadable"),
    ],
)
def test_a_file_that_is_no_map_is_told_in_plain_words(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for call in (describe_file, lambda p: read_layer(p, key="K")):
        with pytest.raises(WohnplatzError) as caught:
            call(path)
        assert caught.value.code == code
        assert caught.value.todo


def test_a_file_that_is_absent_and_an_archive_without_a_map_are_told(tmp_path: Path) -> None:
    with pytest.raises(WohnplatzError, match="gibt es nicht"):
        describe_file(tmp_path / "fehlt.gpkg")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("liesmich.txt", "nichts")
    with pytest.raises(WohnplatzError, match="nicht bekannt"):
        describe_file(tmp_path / "x.zip")


def test_a_shapefile_without_its_companions_says_which_are_missing(write: Writer) -> None:
    path = write("orte.shp", SQUARES, columns())
    path.with_suffix(".dbf").unlink()
    path.with_suffix(".shx").unlink()
    with pytest.raises(WohnplatzError, match=r"\.dbf und \.shx"):
        read_layer(path, key="AGS")


def test_a_file_is_described_for_the_import_form(write: Writer) -> None:
    path = write("x.gpkg", SQUARES, {**columns(), "EWZ": [10, 20]}, layer="orte")
    (layer,) = describe_file(path).layers
    assert (layer.name, layer.features, layer.geometry, layer.crs) == ("orte", 2, "Polygon", "EPSG:25832")
    described = {c.name: (c.kind, c.samples, c.unique) for c in layer.columns}
    assert described == {
        "AGS": ("Text", tuple(KEYS), True),
        "GEN": ("Text", tuple(NAMES), True),
        "KREIS": ("Text", ("05378",), False),
        "EWZ": ("Ganzzahl", ("10", "20"), True),
    }
