"""Small made-up maps and files for the tests of the areas."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from wohnplatz.areas import AreaLayer

EAST, NORTH = 360_000, 5_650_000
"""A place in the Rheinisch-Bergischer Kreis, EPSG:25832."""


def square(column: float, row: float, size: float = 1000, wide: float = 1) -> shapely.Polygon:
    """A square of ``size`` metres in a grid of 1,000 m."""
    x, y = EAST + column * 1000, NORTH + row * 1000
    return shapely.box(x, y, x + size * wide, y + size)


def layer(
    geometries: Mapping[str, Any],
    parents: Mapping[str, str] | None = None,
    names: Sequence[str] | None = None,
) -> AreaLayer:
    """A layer with keys and geometries; names are ``Ort <key>``."""
    array = np.empty(len(geometries), dtype=object)
    array[:] = list(geometries.values())
    keys = tuple(geometries)
    named = tuple(names) if names else tuple(f"Ort {k}" for k in keys)
    return AreaLayer(keys, named, tuple((parents or {}).get(k) for k in keys), array)


@pytest.fixture
def four() -> AreaLayer:
    """Four squares, two per parent: 01 02 | 03 04 from west to east."""
    cells = {f"0{i + 1}": square(i, 0) for i in range(4)}
    return layer(cells, {"01": "A", "02": "A", "03": "B", "04": "B"})


Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Write geometries and columns to a file whose ending names its form."""

    def write_file(
        name: str,
        geometries: Sequence[Any],
        columns: Mapping[str, Sequence[Any]],
        *,
        crs: str | None = "EPSG:25832",
        layer: str | None = None,
        append: bool = False,
        kind: str = "Polygon",
    ) -> Path:
        path = tmp_path / name
        drivers = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".shp": "ESRI Shapefile"}
        wkb = np.array([None if g is None else shapely.to_wkb(g) for g in geometries], dtype=object)
        data = [np.array(c, dtype=object if isinstance(c[0], str) else None) for c in columns.values()]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a file without a coordinate system is on purpose
            pyogrio.raw.write(
                str(path), wkb, data, list(columns), driver=drivers[path.suffix], crs=crs,
                geometry_type=kind, layer=layer, append=append,
            )  # fmt: skip
        return path

    return write_file
