"""Points find their area."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest

from wohnplatz.areas import locate

from .conftest import EAST, NORTH, layer, square


def of_grid(x, y):
    """EPSG:3035 coordinates of points in the layer's own system."""
    return pyproj.Transformer.from_crs("EPSG:25832", "EPSG:3035", always_xy=True).transform(x, y)


def test_points_find_their_area_or_none(four):
    x = EAST + np.array([500.0, 1500.0, 3999.0, -10.0, 4100.0])
    found = locate(four, *of_grid(x, np.full(5, NORTH + 500.0)))
    assert found.tolist() == ["01", "02", "04", "", ""]


def test_a_point_on_a_common_border_belongs_to_one_area_only(four):
    x, y = np.array([EAST + 1000.0]), np.array([NORTH + 500.0])
    assert locate(four, x, y, crs="EPSG:25832").tolist() == ["01"]


def test_holes_are_outside_and_islands_inside():
    ring = square(0, 0, 3000).difference(square(1, 1))
    made = layer({"ring": ring.union(square(5, 0)), "mitte": square(1, 1)})
    x = EAST + np.array([500.0, 1500.0, 5500.0])
    y = NORTH + np.array([500.0, 1500.0, 500.0])
    assert locate(made, *of_grid(x, y)).tolist() == ["ring", "mitte", "ring"]


def test_a_point_without_coordinates_lies_nowhere(four):
    x, y = np.array([np.nan, np.inf, EAST + 500.0]), np.full(3, NORTH + 500.0)
    assert locate(four, x, y, crs="EPSG:25832").tolist() == ["", "", "01"]


def test_nothing_to_look_for_and_nothing_to_find_it_in(four):
    nothing = np.empty(0)
    assert locate(four, nothing, nothing).tolist() == []
    assert locate(layer({}), np.zeros(2), np.zeros(2)).tolist() == ["", ""]
    with pytest.raises(ValueError, match="shape"):
        locate(four, np.zeros(2), np.zeros(3))
