"""Areas with their polygons, and how coarser areas grow from finer ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from wohnplatz.model import Area

METRIC = "EPSG:25832"
"""ETRS89 / UTM zone 32N: the official system of western Germany, in metres."""

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class AreaLayer:
    """n areas of one level. ``geometries`` (n,) are shapely polygons or multipolygons, empty for none.

    Coordinates are rounded to millimetres: common borders are then equal to the bit, whoever made them, and
    the same file gives the same polygons under every release of PROJ.
    """

    keys: tuple[str, ...]
    names: tuple[str, ...]
    parents: tuple[str | None, ...]
    geometries: Geometries
    crs: str = METRIC
    """Coordinate system, in metres."""

    def __post_init__(self) -> None:
        """Refuse columns of different length; round the coordinates."""
        lengths = {len(self.keys), len(self.names), len(self.parents), len(self.geometries)}
        if len(lengths) > 1:
            raise ValueError(f"columns of an area layer differ in length: {sorted(lengths)}")
        object.__setattr__(self, "geometries", _rounded(self.geometries))

    def __len__(self) -> int:
        """Number of areas."""
        return len(self.keys)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north end of all areas; NaN where there are none."""
        west, south, east, north = shapely.total_bounds(self.geometries).tolist()
        return west, south, east, north


def _rounded(geometries: Geometries) -> Geometries:
    filled = np.empty(len(geometries), dtype=object)
    filled[:] = [shapely.Polygon() if g is None else g for g in geometries]
    rounded: Geometries = shapely.transform(filled, lambda points: np.round(points, 3))
    return rounded


def polygonal(geometry: Any) -> Any:
    """The polygons of a geometry as Polygon or MultiPolygon; points and lines in a collection are dropped.

    A geometry that is wholly of another kind comes back unchanged, None as an empty polygon.
    """
    if geometry is None:
        return shapely.Polygon()
    if geometry.geom_type != "GeometryCollection":
        return geometry
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts) if parts else geometry


def united(geometries: Geometries) -> Any:
    """One geometry of all; invalid polygons are repaired first, so that one bad ring spoils nothing."""
    return polygonal(shapely.union_all(repaired(geometries)))


def repaired(geometries: Geometries) -> Geometries:
    """The geometries, each valid and polygonal (n,)."""
    valid = shapely.is_valid(geometries)
    if valid.all():
        return geometries
    fixed = geometries.copy()
    fixed[~valid] = [polygonal(g) for g in shapely.make_valid(geometries[~valid])]
    return fixed


def dissolve(layer: AreaLayer, parents: Sequence[Area]) -> AreaLayer:
    """The coarser layer that the areas of ``layer`` make when those with the same parent are united.

    ``parents`` names the coarser areas in their order (and their own parents); one without any finer area
    gets an empty geometry, which ``check_layer`` reports.
    """
    belongs = np.array([parent or "" for parent in layer.parents], dtype=object)
    geometries = np.empty(len(parents), dtype=object)
    geometries[:] = [united(layer.geometries[belongs == area.key]) for area in parents]
    return AreaLayer(
        tuple(a.key for a in parents),
        tuple(a.name for a in parents),
        tuple(a.parent for a in parents),
        geometries,
        layer.crs,
    )
