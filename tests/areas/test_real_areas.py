"""Published polygons: 448 areas of Berlin, 27 municipalities of two districts."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from wohnplatz.areas import AreaLayer, check_layer, dissolve, neighbours, read_layer, shapes
from wohnplatz.model import Area, Severity

pytestmark = pytest.mark.reference_data


@pytest.fixture(scope="module")
def berlin(reference_data: Path) -> AreaLayer:
    path = reference_data / "berlin_lor" / "lor_planungsraum_2019_cschwab1.geojson.gz"
    return read_layer(path, key="RAUMID", name="PLANUNGSRAUM", target_crs="EPSG:25833")


@pytest.fixture(scope="module")
def municipalities(reference_data: Path) -> AreaLayer:
    return read_layer(reference_data / "geo" / "vg250_gem_rsk_rbk_2022_25832.geojson", key="AGS", name="GEN")


def test_berlins_areas_are_read_from_degrees_with_their_zeros(berlin: AreaLayer) -> None:
    assert len(set(berlin.keys)) == 448, "447 of the monitoring, and 09041403, split off in 2019"
    assert {len(key) for key in berlin.keys} == {8}
    assert berlin.keys[0] == "01011101"
    assert shapely.area(berlin.geometries).sum() == pytest.approx(891.1e6, rel=2e-3)


def test_berlins_borders_have_no_errors_and_their_one_sliver_is_a_note(berlin: AreaLayer) -> None:
    findings = check_layer(berlin)
    assert {f.severity for f in findings} == {Severity.NOTE}
    assert sorted(f.code for f in findings) == ["areas.gap", "areas.overlap"]
    assert all("Kranzallee" in f.message for f in findings)


def test_berlins_map_is_small_and_every_label_lies_inside(berlin: AreaLayer) -> None:
    drawn = shapes(berlin)
    assert len(drawn.paths) == 448
    assert sum(map(len, drawn.paths.values())) < 90_000
    move, left, top = drawn.metres_per_unit, drawn.bounds[0], drawn.bounds[3]
    points = [shapely.Point(left + x * move, top - y * move) for x, y in drawn.labels.values()]
    assert shapely.contains(berlin.geometries, points).all()


def test_berlins_districts_grow_from_the_areas(berlin: AreaLayer) -> None:
    parents = tuple(key[:2] for key in berlin.keys)
    fine = AreaLayer(berlin.keys, berlin.names, parents, berlin.geometries, berlin.crs)
    coarse = dissolve(fine, [Area(key, f"Bezirk {key}") for key in sorted(set(parents))])
    assert len(coarse) == 12
    assert {f.severity for f in check_layer(fine, coarse)} == {Severity.NOTE}
    assert all(neighbours(coarse).values())


def test_the_municipalities_of_both_districts_are_sound(municipalities: AreaLayer) -> None:
    assert len(municipalities) == 27
    assert check_layer(municipalities) == []
    assert sum(map(len, shapes(municipalities).paths.values())) < 40_000


def test_neighbours_of_bergisch_gladbach_are_those_on_the_map(municipalities: AreaLayer) -> None:
    names = dict(zip(municipalities.keys, municipalities.names, strict=True))
    found = {names[key] for key in neighbours(municipalities)["05378004"]}
    assert found == {"Odenthal", "Kürten", "Overath", "Rösrath"}
