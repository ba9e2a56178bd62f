"""Areas as SVG paths: simplified together, so that common borders stay common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from wohnplatz.model import WohnplatzError

from .layer import AreaLayer, Geometries, polygonal, repaired, united

_MARGIN = 0.01
"""Free space around the areas, as part of the width: borders have a stroke."""
_BYTES, _BYTES_PER_AREA = 28_000, 120
"""Size that all paths together should keep to: 37.6 kB for 80 areas, 88 kB for 500."""
_ROUNDS = 8

Points = npt.NDArray[np.float64]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Shapes:
    """Areas as SVG paths in a picture of ``width`` × ``height`` units, y downwards, by area key."""

    width: float
    height: float
    paths: Mapping[str, str]
    """``d`` attributes; holes by orientation and even-odd alike."""
    boxes: Mapping[str, Bounds]
    """Left, top, right, bottom in units."""
    labels: Mapping[str, tuple[float, float]]
    """A point well inside the area, in units."""
    metres_per_unit: float
    bounds: Bounds
    """Left, bottom, right, top of the whole picture in ``crs``, for a background picture."""
    crs: str


def shapes(
    layer: AreaLayer,
    *,
    width: float = 1000,
    detail_m: float | None = None,
    groups: Mapping[str, str] | None = None,
    bounds: Bounds | None = None,
) -> Shapes:
    """SVG shapes of the areas with a geometry; areas without one are left out.

    ``detail_m`` is the tolerance of the simplification in metres; without it, it grows from a little below
    one unit until the picture is small enough to send. ``groups`` (area key → key of a coarser area) draws
    the coarser areas instead, with borders that lie exactly on those of the finer ones. ``bounds`` (as in
    ``Shapes.bounds``) takes the frame of another picture. WohnplatzError where no area has a geometry.
    """
    geometries = repaired(layer.geometries)
    there = ~shapely.is_empty(geometries)
    keys = [key for key, has in zip(layer.keys, there, strict=True) if has]
    if not keys:
        raise WohnplatzError(
            "Keines der Gebiete hat eine Fläche.",
            why="Ohne Flächen entsteht keine Karte.",
            code="areas.empty",
        )
    polygons: Geometries = geometries[there]
    frame = bounds or _framed(shapely.total_bounds(polygons))
    metres = (frame[2] - frame[0]) / width
    simple, paths = _draw(polygons, frame, metres, detail_m)
    if groups is not None:
        keys, simple = _grouped(keys, simple, groups)
        paths = [_path(g, _to_units(frame, metres)) for g in simple]
    drawn: Geometries = shapely.transform(simple, _to_units(frame, metres))
    boxes = {k: _rounded(shapely.bounds(g)) for k, g in zip(keys, drawn, strict=True)}
    labels = {k: _label(g) for k, g in zip(keys, drawn, strict=True)}
    height = round((frame[3] - frame[1]) / metres, 1)
    by_key = dict(zip(keys, paths, strict=True))
    return Shapes(width, height, by_key, boxes, labels, metres, frame, layer.crs)


def _framed(box: Points) -> Bounds:
    left, bottom, right, top = (float(v) for v in box)
    margin = (right - left) * _MARGIN / (1 - 2 * _MARGIN)
    return left - margin, bottom - margin, right + margin, top + margin


def _rounded(box: Points) -> Bounds:
    left, top, right, bottom = (round(float(v), 1) for v in box)
    return left, top, right, bottom


def _to_units(frame: Bounds, metres: float) -> Callable[[Points], Points]:
    def units(points: Points) -> Points:
        return np.column_stack([(points[:, 0] - frame[0]) / metres, (frame[3] - points[:, 1]) / metres])

    return units


def _draw(
    polygons: Geometries, frame: Bounds, metres: float, detail_m: float | None
) -> tuple[Geometries, list[str]]:
    """Simplified polygons in metres and their paths; coarser step by step while they are too large."""
    units = _to_units(frame, metres)
    tolerance, limit = detail_m or 0.6 * metres, _BYTES + _BYTES_PER_AREA * len(polygons)
    for _ in range(_ROUNDS):
        simple = _simplified(polygons, tolerance)
        paths = [_path(g, units) for g in simple]
        size = sum(map(len, paths))
        if detail_m is not None or size <= limit:
            break
        tolerance *= 1.1 * size / limit  # twice the tolerance leaves about half of the points
    return simple, paths


def _simplified(polygons: Geometries, tolerance: float) -> Geometries:
    """The whole coverage at once; an area that vanished keeps its full form."""
    simple: Geometries = shapely.coverage_simplify(polygons, tolerance)
    gone = shapely.is_empty(simple)
    simple[gone] = polygons[gone]
    return simple


def _grouped(keys: list[str], simple: Geometries, groups: Mapping[str, str]) -> tuple[list[str], Geometries]:
    members: dict[str, list[int]] = {}
    for i, key in enumerate(keys):
        if key in groups:
            members.setdefault(groups[key], []).append(i)
    united_shapes = np.empty(len(members), dtype=object)
    united_shapes[:] = [united(simple[indices]) for indices in members.values()]
    return list(members), united_shapes


def _path(geometry: Any, units: Callable[[Points], Points]) -> str:
    """Relative path in whole units; in tenths where the area would vanish among whole ones."""
    rings = [units(shapely.get_coordinates(r)) for r in _rings(geometry)]
    whole = "".join(_ring(ring, 0) for ring in rings)
    return whole or "".join(_ring(ring, 1) for ring in rings) or _dot(rings[0])


def _rings(geometry: Any) -> list[Any]:
    """Outer rings against the clock, holes with it, in the map; mirrored in the picture."""
    rings = []
    for polygon in shapely.get_parts(shapely.orient_polygons(geometry)):
        rings += [polygon.exterior, *polygon.interiors]
    return rings


def _ring(points: Points, decimals: int) -> str:
    """``Mx,y`` and relative steps; empty for a ring that encloses nothing at this precision."""
    scaled = np.round(points * 10**decimals).astype(int)[:-1]  # the last point repeats the first
    steps = np.diff(scaled, axis=0, append=scaled[:1])
    kept = scaled[(steps != 0).any(axis=1)]
    if len(kept) < 3 or not _twice_area(kept):
        return ""
    start, steps = kept[0], np.diff(kept, axis=0)
    numbers = [_number(v, decimals) for v in steps.ravel().tolist()]
    text = "".join(n if i == 0 or n[0] == "-" else f" {n}" for i, n in enumerate(numbers))
    return f"M{_number(int(start[0]), decimals)} {_number(int(start[1]), decimals)}l{text}z"


def _twice_area(points: npt.NDArray[np.int_]) -> int:
    x, y = points[:, 0], points[:, 1]
    return int(abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()))


def _number(value: int, decimals: int) -> str:
    return f"{value / 10**decimals:g}" if decimals else str(value)


def _dot(ring: Points) -> str:
    """A tiny mark for an area smaller than a tenth of a unit: it must stay visible and reachable."""
    x, y = ring[0]
    return f"M{x:.1f} {y:.1f}h.2v.2h-.2z"


def _label(geometry: Any) -> tuple[float, float]:
    """Centre of the largest circle inside the largest part."""
    parts = shapely.get_parts(polygonal(geometry))
    largest = parts[int(np.argmax(shapely.area(parts)))]
    tolerance = max(float(np.sqrt(largest.area)) / 50, 1e-6)
    centre = shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance), 0)
    x, y = round(centre.x, 1), round(centre.y, 1)
    if not shapely.contains_xy(largest, x, y):
        x, y = centre.x, centre.y
    return x, y
