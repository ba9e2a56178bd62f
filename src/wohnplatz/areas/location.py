"""Which area a point lies in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from pyproj.enums import TransformDirection

from .layer import AreaLayer, Geometries, repaired

GRID = "EPSG:3035"
"""ETRS89-LAEA Europe: the system of the census grids, in metres."""

Floats = npt.NDArray[np.float64]


def locate(layer: AreaLayer, x: Floats, y: Floats, crs: str = GRID) -> npt.NDArray[np.object_]:
    """Keys of the areas that n points lie in, as texts (n,), empty for points outside all areas.

    ``x`` (n) eastings and ``y`` (n) northings in ``crs``. A point on a common border belongs to the area that
    comes first in the layer, so that none is counted twice. Places that are not finite lie outside.
    """
    eastings, northings = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if eastings.shape != northings.shape:
        raise ValueError(f"coordinates differ in length: {eastings.shape} and {northings.shape}")
    move = _move(crs, layer.crs)
    near = np.flatnonzero(_near(layer, eastings, northings, move))
    places = shapely.points(*move.transform(eastings[near], northings[near]))
    points, areas = _tree(layer).query(places, predicate="intersects")
    first = np.full(len(eastings), len(layer))
    np.minimum.at(first, near[points], areas)
    keys = np.array([*layer.keys, ""], dtype=object)
    found: npt.NDArray[np.object_] = keys[first]
    return found


def lattice(bounds: tuple[float, float, float, float], size: float, crs: str) -> tuple[Floats, Floats]:
    """Midpoints (EPSG:3035) of all census cells of ``size`` metres that touch a rectangle.

    ``bounds``: west, south, east and north end in ``crs``. The cells are those the statistical offices use:
    their edges lie on whole multiples of the size. Row by row, from south-west.
    """
    back = _move(crs, GRID)
    west, south, east, north = (float(v) for v in back.transform_bounds(*bounds))
    columns = np.arange(np.floor(west / size), np.ceil(east / size) + 1)
    rows = np.arange(np.floor(south / size), np.ceil(north / size) + 1)
    x, y = np.meshgrid((columns + 0.5) * size, (rows + 0.5) * size)
    return x.ravel(), y.ravel()


def _near(layer: AreaLayer, x: Floats, y: Floats, move: Transformer) -> npt.NDArray[np.bool_]:
    """Points in the layer's bounding box: of a grid of the whole country only these are worth moving."""
    bounds = shapely.total_bounds(_geometries(layer))
    if not np.isfinite(bounds).all():
        return np.zeros(len(x), dtype=bool)
    west, south, east, north = (float(bound) for bound in bounds)
    left, bottom, right, top = move.transform_bounds(
        west, south, east, north, direction=TransformDirection.INVERSE
    )
    near: npt.NDArray[np.bool_] = (x >= left - 1) & (x <= right + 1) & (y >= bottom - 1) & (y <= top + 1)
    return near


@lru_cache(maxsize=8)
def _move(origin: str, goal: str) -> Transformer:
    return Transformer.from_crs(origin, goal, always_xy=True)


@lru_cache(maxsize=8)
def _geometries(layer: AreaLayer) -> Geometries:
    return repaired(layer.geometries)


@lru_cache(maxsize=8)
def _tree(layer: AreaLayer) -> Any:
    return shapely.STRtree(_geometries(layer))
