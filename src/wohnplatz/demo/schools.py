"""Districts of primary schools: a second division of the same ground that keeps to no Wohnplatz."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import numpy.typing as npt

from .places import DemoDistrict, Municipality
from .terrain import CELL_M, ORIGIN_KM, SHAPE, Raster, settled

_SCHOOLS = (5, 4, 3, 2, 2, 2, 1, 1)
"""Primary schools of each municipality, in the order of their keys."""
_FROM_CENTRE_KM = 1.9
_QUARTER = ("Nord", "Nordost", "Ost", "Südost", "Süd", "Südwest", "West", "Nordwest")


def school_districts(district: DemoDistrict) -> tuple[tuple[str, str], ...]:
    """Key and name of each school district."""
    found = []
    for town, count in zip(district.municipalities, _SCHOOLS, strict=True):
        names = [""] if count == 1 else [f" {_QUARTER[round(b / 45) % 8]}" for b in _bearings(count)]
        found += [
            (f"GS{town.key[-3:]}{n:02d}", f"Grundschulbezirk {town.short}{name}")
            for n, name in enumerate(names, start=1)
        ]
    return tuple(found)


def school_ground(district: DemoDistrict, raster: Raster, towns: npt.NDArray[np.int_]) -> Raster:
    """School district of each cell, -1 outside: the nearest school of the cell's own municipality.

    ``towns``: municipality of each value of ``raster``, its last entry is the outside (-1).
    """
    row, column = np.indices(SHAPE)
    x, y = ((i * CELL_M / 1000 + corner) for i, corner in zip((column, row), ORIGIN_KM, strict=True))
    town_of = towns[raster]
    schools = np.full(SHAPE, -1, dtype=np.int16)
    first = 0
    for number, (town, count) in enumerate(zip(district.municipalities, _SCHOOLS, strict=True)):
        sites = [_site(town, b) for b in _bearings(count)]
        away = np.stack([np.hypot(x - sx, y - sy) for sx, sy in sites])
        inside = town_of == number
        schools[inside] = first + away.argmin(axis=0)[inside]
        first += count
    parents = np.array([*np.repeat(np.arange(len(_SCHOOLS)), _SCHOOLS), -1])
    return settled(schools, parents)


def _bearings(count: int) -> list[float]:
    """Degrees from the town's centre; 20 degrees off so that borders cut through places."""
    return [20 + 360 * n / count for n in range(count)]


def _site(town: Municipality, bearing: float) -> tuple[float, float]:
    angle = radians(bearing)
    return town.x + _FROM_CENTRE_KM * sin(angle), town.y + _FROM_CENTRE_KM * cos(angle)
