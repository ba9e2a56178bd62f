"""All figures of the made-up district, by variable of the shipped catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from wohnplatz.model import TOTAL

from .borders import Ring, arcs, polygons, square_km
from .people import AGE_BOUNDS, People, people
from .places import DemoDistrict, demo_district
from .recut import JOINED_INTO, former_names, parted_ground
from .schools import school_districts, school_ground
from .services import advice, benefits, care, disability, health, housing, schools, work
from .situation import YEARS, burden, refuge
from .terrain import CELL_M, ORIGIN_KM

CORNER_M = (300_000, 6_000_000)
"""UTM zone 32 (EPSG:25832): open sea far from any coast, so that nobody takes the areas for real ones."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figures:
    """``cells[variable][categories]``: values in shape (years, areas of the variable's level).

    ``categories`` has one category code for each breakdown of the variable, in the catalogue's order.
    ``years`` are those of axis 0.
    """

    years: tuple[int, ...]
    cells: Mapping[str, Mapping[tuple[str, ...], Values]]


@dataclass(frozen=True, slots=True)
class Layers:
    """Multipolygons of the three levels, in metres of EPSG:25832."""

    places: list[list[list[Ring]]]
    former: list[list[list[Ring]]]
    """Of the Wohnplätze until 2020, in the order of ``former_names``."""
    schools: list[list[list[Ring]]]
    """Of the school districts: another division of the same ground."""
    municipalities: list[list[list[Ring]]]
    district: list[list[list[Ring]]]


@cache
def layers() -> Layers:
    """The polygons; borders are shared exactly by all levels."""
    district = demo_district()
    corner = (CORNER_M[0] + int(ORIGIN_KM[0] * 1000), CORNER_M[1] + int(ORIGIN_KM[1] * 1000))
    raster, former = parted_ground(district)
    lines = arcs(raster, cell_m=CELL_M, corner=corner)
    count = len(district.places)
    joined = [p.key for p in district.places].index(JOINED_INTO)
    own = np.array([*range(count), joined, -1])
    town = np.array([*(district.places[n].municipality for n in own[:-1]), -1])
    whole = np.array([0] * (count + 1) + [-1])
    schools = arcs(school_ground(district, raster, town), cell_m=CELL_M, corner=corner)
    number = len(school_districts(district))
    return Layers(
        polygons(lines, own, count),
        polygons(lines, former, len(former_names(district))),
        polygons(schools, np.array([*range(number), -1]), number),
        polygons(lines, town, len(district.municipalities)),
        polygons(lines, whole, 1),
    )


def figures(ages: Sequence[str]) -> Figures:
    """All figures. ``ages`` are the codes of the catalogue's 21 age groups in order."""
    if len(ages) != len(AGE_BOUNDS):
        raise ValueError(f"the demo knows {len(AGE_BOUNDS)} age groups, the catalogue has {len(ages)}")
    district = demo_district()
    social, came = burden(district), refuge(district)
    inhabitants = people(district, social, came)
    series = _series(district, inhabitants, social, came)
    cells: dict[str, dict[tuple[str, ...], Values]] = {"einwohner": _population(inhabitants, ages)}
    for name, values in series.items():
        variable, _, category = name.partition(":")
        key = () if variable not in _BY_SEX else (category or TOTAL,)
        cells.setdefault(variable, {})[key] = values.astype(np.float64)
    return Figures(YEARS, cells)


_BY_SEX = ("arbeitslose", "svb_wohnort")


def _series(
    district: DemoDistrict, inhabitants: People, social: Values, came: Values
) -> dict[str, npt.NDArray[np.generic]]:
    extent = np.array([round(square_km(area), 2) for area in layers().places])
    return {
        **inhabitants.counts,
        "flaeche": np.tile(extent, (len(YEARS), 1)),
        **work(inhabitants, social, came),
        **benefits(inhabitants, social, came),
        **health(inhabitants, social),
        **schools(district, inhabitants, social),
        **advice(district, inhabitants, social),
        **care(district, inhabitants),
        **disability(inhabitants, social),
        **housing(district, inhabitants, came),
    }


def _population(inhabitants: People, ages: Sequence[str]) -> dict[tuple[str, ...], Values]:
    return {
        (age, sex, nationality): inhabitants.cells[:, :, a, s, n].astype(np.float64)
        for a, age in enumerate(ages)
        for s, sex in enumerate(("m", "w"))
        for n, nationality in enumerate(("deutsch", "nichtdeutsch"))
    }
