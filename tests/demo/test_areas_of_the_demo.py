"""The made-up map."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely

from wohnplatz.areas import AreaLayer, check_layer, locate, read_layer
from wohnplatz.areas.design import read_grid
from wohnplatz.demo import Scenario
from wohnplatz.demo.borders import arcs, polygons, square_km
from wohnplatz.demo.places import demo_district
from wohnplatz.demo.scenario import DemoDivision


def layer_of(division: DemoDivision) -> AreaLayer:
    return read_layer(division.path, key=division.key, name=division.name, parent=division.parent)


@pytest.fixture(scope="module")
def former(scenario: Scenario) -> dict[str, AreaLayer]:
    return {d.level: layer_of(d) for d in scenario.divisions}


@pytest.fixture(scope="module")
def read(scenario: Scenario, former: dict[str, AreaLayer]) -> dict[str, AreaLayer]:
    """The divisions as they are today."""
    return {**former, "wohnplatz": layer_of(scenario.recut.shapes)}


def test_there_are_eighty_places_in_eight_municipalities_with_names_of_their_own(read):
    assert {level: len(layer.keys) for level, layer in read.items()} == {
        "kreis": 1,
        "kommune": 8,
        "wohnplatz": 80,
    }
    assert len({name for layer in read.values() for name in layer.names}) == 89


def test_the_layers_of_all_levels_are_without_findings(read):
    assert check_layer(read["kreis"]) == []
    assert check_layer(read["kommune"], read["kreis"]) == []
    assert check_layer(read["wohnplatz"], read["kommune"]) == []


def test_the_former_places_have_no_findings_either_and_hold_the_same_ground(read, former):
    assert check_layer(former["wohnplatz"], former["kommune"]) == []
    assert shapely.area(np.asarray(former["wohnplatz"].geometries)).sum() == pytest.approx(
        shapely.area(np.asarray(read["wohnplatz"].geometries)).sum()
    )
    assert set(former["wohnplatz"].keys) - set(read["wohnplatz"].keys) == {
        "0599900217", "0599900410", "0599900411"
    }  # fmt: skip
    assert set(read["wohnplatz"].keys) - set(former["wohnplatz"].keys) == {
        "0599900211", "0599900215", "0599900408"
    }  # fmt: skip


def test_school_districts_cover_the_ground_and_cut_through_places(scenario, read):
    schools = layer_of(scenario.recut.beside)
    assert check_layer(schools) == []
    assert len(schools) == 20
    places = np.asarray(read["wohnplatz"].geometries)
    tree = shapely.STRtree(np.asarray(schools.geometries))
    parts = [
        sum(shapely.area(shapely.intersection(place, schools.geometries[n])) > 0.05 * place.area
            for n in tree.query(place))
        for place in places
    ]  # fmt: skip
    assert sum(n > 1 for n in parts) > 20


def test_the_census_grid_counts_the_inhabitants_of_every_place(scenario, read, made_up):
    grid = read_grid(scenario.recut.grid.read_bytes())
    at = locate(read["wohnplatz"], grid.x, grid.y)
    year = made_up.years.index(2021)
    people = np.sum([v[year] for v in made_up.cells["einwohner"].values()], axis=0)
    assert (at != "").all()
    counted = np.array([grid.inhabitants[at == key].sum() for key in read["wohnplatz"].keys])
    assert (counted <= people).all()
    assert counted.sum() > 0.9 * people.sum()  # cells under three inhabitants are not listed


def test_neighbours_share_their_borders_point_by_point(read):
    for layer in read.values():
        assert shapely.coverage_is_valid(np.asarray(layer.geometries))


def test_a_municipality_is_exactly_the_union_of_its_places(read):
    places, towns = read["wohnplatz"], read["kommune"]
    for key, shape in zip(towns.keys, towns.geometries, strict=True):
        own = [g for g, parent in zip(places.geometries, places.parents, strict=True) if parent == key]
        assert shapely.union_all(own).normalize().equals(shape)


def test_borders_do_not_run_straight(read):
    edges = [
        np.hypot(x2 - x1, y2 - y1)
        for polygon in shapely.get_parts(read["wohnplatz"].geometries)
        for (x1, y1), (x2, y2) in pairwise(polygon.exterior.coords)
    ]
    assert np.median(edges) < 400
    assert max(edges) < 2_500


def test_dense_quarters_have_small_areas(read):
    layer = read["wohnplatz"]
    extent = dict(zip(layer.keys, shapely.area(np.asarray(layer.geometries)) / 1e6, strict=True))
    kinds = {p.key: p.kind for p in demo_district().places}
    mean = {kind: np.mean([extent[k] for k in kinds if kinds[k] == kind]) for kind in set(kinds.values())}
    assert mean["quarter"] < mean["village"] < mean["hamlet"]
    assert 400 < sum(extent.values()) < 550


def test_tracing_keeps_an_enclosed_area_as_the_hole_of_the_other():
    raster = np.zeros((7, 7), dtype=np.int16)
    raster[2:5, 2:5] = 1
    lines = arcs(raster, cell_m=100, corner=(0, 0))
    outer, inner = polygons(lines, np.array([0, 1, -1]), 2)
    assert len(outer[0]) == 2
    assert len(inner[0]) == 1
    assert square_km(outer) + square_km(inner) == pytest.approx(0.49, abs=0.02)
