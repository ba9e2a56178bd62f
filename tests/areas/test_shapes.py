"""Areas as SVG paths."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.areas import AreaLayer, Shapes, shapes
from wohnplatz.model import WohnplatzError

from .conftest import EAST, NORTH, layer, square

COORDINATE = st.integers(-999, 999)
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def rings(path: str) -> list[list[tuple[float, float]]]:
    """The rings of a path with ``M``, ``l``, ``h``, ``v`` and ``z``, as a browser reads them."""
    found = []
    for part in path.split("z")[:-1]:
        start, steps = re.fullmatch(r"M([^a-z]+)l([^a-z]+)", part).groups()
        x, y = map(float, NUMBER.findall(start))
        points = [(x, y)]
        numbers = list(map(float, NUMBER.findall(steps)))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        found.append(points)
    return found


def drawn_area(path: str) -> float:
    """Signed sum: holes are drawn the other way round and count against."""
    return sum(shapely.Polygon(r).area * (1 if shapely.LinearRing(r).is_ccw else -1) for r in rings(path))


def wavy(columns: int, rows: int, points: int = 60) -> AreaLayer:
    """A grid of areas with common wavy borders."""
    u = np.linspace(0, 1, points)
    t, wave = 1000 * u, (4 * u * (1 - u)) ** 2 * (100 * np.sin(2 * np.pi * u) + 20 * np.sin(110 * u))
    cells = {}
    for i in range(columns):
        for j in range(rows):
            x, y = EAST + 1000 * i, NORTH + 1000 * j
            south = np.column_stack([x + t, y + wave])
            north = np.add(south, (0, 1000))
            west = np.column_stack([x + wave, y + t])
            edge = np.vstack([south, np.add(west, (1000, 0))[1:-1], north[::-1], west[::-1][1:-1]])
            cells[f"{i:02d}{j:02d}"] = shapely.Polygon(edge)
    return layer(cells)


def test_the_picture_has_the_width_asked_for_and_y_points_down() -> None:
    drawn = shapes(layer({"01": square(0, 0), "02": square(0, 1), "03": square(1, 0)}), width=1020)
    assert (drawn.width, drawn.height) == (1020, 1020)
    assert drawn.metres_per_unit == pytest.approx(2000 / (1020 * 0.98))
    assert drawn.boxes["02"][1] < drawn.boxes["01"][1]
    assert drawn.boxes["03"][0] > drawn.boxes["01"][0]
    left, bottom, right, top = drawn.bounds
    assert (left + right) / 2 == pytest.approx(EAST + 1000)
    assert (top - bottom) / drawn.metres_per_unit == pytest.approx(drawn.height, abs=0.1)


def test_a_path_encloses_what_the_area_encloses() -> None:
    frame = square(0, 0).difference(square(0.25, 0.25, 500))
    drawn = shapes(layer({"01": frame, "02": shapely.MultiPolygon([square(2, 0), square(4, 0, 500)])}))
    unit = drawn.metres_per_unit**2
    assert abs(drawn_area(drawn.paths["01"])) * unit == pytest.approx(0.75e6, rel=0.02)
    assert abs(drawn_area(drawn.paths["02"])) * unit == pytest.approx(1.25e6, rel=0.02)
    assert len(rings(drawn.paths["01"])) == 2
    assert len(rings(drawn.paths["02"])) == 2


def test_common_borders_stay_common_after_simplification() -> None:
    drawn = shapes(wavy(4, 4), width=600, detail_m=30)
    polygons = [shapely.Polygon(rings(path)[0]) for path in drawn.paths.values()]
    assert sum(len(path) for path in drawn.paths.values()) < 10_000
    whole = shapely.union_all(shapely.make_valid(polygons))
    assert whole.area == pytest.approx(sum(p.area for p in polygons), rel=1e-3)
    assert not shapely.get_parts(whole)[0].interiors


def test_labels_lie_inside_their_areas() -> None:
    horseshoe = square(0, 0).difference(square(0.2, 0.2, 600, wide=2))
    drawn = shapes(layer({"01": horseshoe, "02": square(0.2, 0.2, 600)}))
    for key, path in drawn.paths.items():
        assert shapely.Polygon(rings(path)[0]).contains(shapely.Point(drawn.labels[key])), key


def test_the_paths_of_many_detailed_areas_stay_small() -> None:
    for columns, rows, limit in ((10, 8, 40_000), (25, 20, 90_000)):
        drawn = shapes(wavy(columns, rows))
        assert len(drawn.paths) == columns * rows
        assert sum(len(path) for path in drawn.paths.values()) < limit


def test_a_tiny_area_among_large_ones_is_not_lost() -> None:
    sizes = {"90": 90.0, "09": 9.0, "00": 0.2}
    cells = {key: square(10 + i, 0, size) for i, (key, size) in enumerate(sizes.items())}
    drawn = shapes(layer({"01": shapely.box(EAST, NORTH, EAST + 90_000, NORTH - 50_000), **cells}))
    for key in sizes:
        assert drawn.paths[key].startswith("M"), key
        assert drawn.paths[key].endswith("z"), key


def test_areas_without_polygon_are_left_out_and_none_at_all_is_an_error() -> None:
    assert list(shapes(layer({"01": shapely.Polygon(), "02": square(0, 0)})).paths) == ["02"]
    with pytest.raises(WohnplatzError, match="Keines der Gebiete"):
        shapes(layer({"01": shapely.Polygon()}))


def test_the_tolerance_can_be_given_in_metres() -> None:
    fine, coarse = (shapes(wavy(2, 2), detail_m=metres) for metres in (1, 200))
    assert sum(map(len, fine.paths.values())) > 2 * sum(map(len, coarse.paths.values()))


def test_coarser_areas_are_drawn_on_the_borders_of_the_finer_ones() -> None:
    fine = wavy(4, 2)
    base = shapes(fine)
    coarse = shapes(fine, groups={key: "W" if key < "02" else "O" for key in fine.keys})
    assert list(coarse.paths) == ["W", "O"]
    assert frame(coarse) == frame(base)
    points = {p for path in base.paths.values() for ring in rings(path) for p in ring}
    assert {p for path in coarse.paths.values() for ring in rings(path) for p in ring} <= points


def test_another_layer_can_take_the_same_frame() -> None:
    base = shapes(layer({"01": square(0, 0), "02": square(3, 0)}))
    part = shapes(layer({"01": square(0, 0)}), bounds=base.bounds)
    assert frame(part) == frame(base)
    assert part.boxes["01"] == base.boxes["01"]


def frame(drawn: Shapes) -> tuple[object, ...]:
    return drawn.bounds, drawn.width, drawn.height, drawn.metres_per_unit


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=3, max_size=30, unique=True))
def test_any_polygon_is_drawn_where_its_box_says(points: list[tuple[int, int]]) -> None:
    hull = shapely.convex_hull(shapely.MultiPoint([(EAST + x, NORTH + y) for x, y in points]))
    if hull.geom_type != "Polygon" or hull.area < 1e4:
        return
    drawn = shapes(layer({"01": hull}), width=500, detail_m=0.01)
    (ring,) = rings(drawn.paths["01"])
    box = shapely.bounds(shapely.LineString(ring))
    assert np.allclose(box, drawn.boxes["01"], atol=0.6)
