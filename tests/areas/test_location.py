"""Which area a point lies in."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from wohnplatz.areas import AreaLayer, locate

X, Y = 350_000.0, 5_650_000.0
TO_GRID = Transformer.from_crs("EPSG:25832", "EPSG:3035", always_xy=True)


def layer(*boxes: shapely.Polygon | None) -> AreaLayer:
    geometries = np.empty(len(boxes), dtype=object)
    geometries[:] = boxes
    keys = tuple("ABCDEFG"[: len(boxes)])
    return AreaLayer(keys, keys, (None,) * len(boxes), geometries)


def kilometre(east: int) -> shapely.Polygon:
    return shapely.box(X + 1000 * east, Y, X + 1000 * (east + 1), Y + 1000)


def at(*offsets: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    x, y = TO_GRID.transform(*np.array([(X + e, Y + n) for e, n in offsets]).T)
    return np.asarray(x), np.asarray(y)


def test_midpoints_of_grid_cells_find_their_area_and_nobodys_stay_empty():
    found = locate(layer(kilometre(0), kilometre(1)), *at((500, 500), (1500, 10), (2500, 500), (500, -1)))
    assert found.tolist() == ["A", "B", "", ""]
    assert found.dtype == object


def test_a_point_on_a_common_border_is_counted_once():
    places = np.full(9, X + 1000.0), np.linspace(Y + 100, Y + 900, 9)
    assert locate(layer(kilometre(0), kilometre(1)), *places, crs="EPSG:25832").tolist() == ["A"] * 9


@pytest.mark.parametrize("crs", ["EPSG:25832", "EPSG:3035"])
def test_every_point_of_a_grid_is_where_the_geometry_says(crs):
    areas = layer(kilometre(0), shapely.Point(X + 1500, Y + 500).buffer(400), None)
    rng = np.random.default_rng(7)
    east, north = rng.uniform(X - 500, X + 2500, 2000), rng.uniform(Y - 500, Y + 1500, 2000)
    places = (east, north) if crs == "EPSG:25832" else TO_GRID.transform(east, north)
    found = locate(areas, *places, crs=crs)
    for key, geometry in zip(areas.keys, areas.geometries, strict=True):
        assert ((found == key) == shapely.contains_xy(geometry, east, north)).all()


def test_places_that_are_no_numbers_lie_outside():
    x, y = np.array([np.nan, np.inf, 0.0]), np.array([np.nan, 3.1e6, 0.0])
    assert locate(layer(kilometre(0)), x, y).tolist() == ["", "", ""]
    assert locate(layer(None), *at((5, 5))).tolist() == [""]
    assert locate(layer(kilometre(0)), np.empty(0), np.empty(0)).tolist() == []


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="length"):
        locate(layer(kilometre(0)), np.zeros(2), np.zeros(3))
