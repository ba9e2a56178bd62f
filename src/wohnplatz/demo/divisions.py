"""Writes the files of areas of the demo: three levels as they began, today's, and one beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from wohnplatz.areas import read_layer

from . import recut
from .borders import Ring
from .census import census_grid
from .figures import Figures, layers
from .files import geojson
from .people import AGE_BOUNDS
from .places import DemoDistrict
from .scenario import DemoDivision, DemoRecut
from .schools import school_districts

CENSUS_YEAR = 2022
_AGE_WIDTH = 4.0
"""Mean age within an age group above its lower limit, about; enough for a made-up census."""
Polygons = Sequence[list[list[Ring]]]


def divisions(folder: Path, district: DemoDistrict) -> tuple[DemoDivision, ...]:
    """Write the three layers of 2016, coarsest first: parents are looked up in the next coarser one."""
    shapes, towns, kreis = layers(), district.municipalities, district.key
    town_of = {t.key: t.key for t in towns}
    place_rows = [
        _properties(key, name, town_of[key[:8]]) for key, name in recut.former_names(district).items()
    ]
    town_rows = [_properties(t.key, t.name, kreis) for t in towns]
    kreis_rows = [{"schluessel": kreis, "name": district.name}]
    return (
        _division(folder, "kreis", "Kreis", kreis_rows, shapes.district),
        _division(folder, "kommune", "Kommunen", town_rows, shapes.municipalities),
        _division(folder, "wohnplatz", "Wohnplätze", place_rows, shapes.former),
    )


def change_of_areas(folder: Path, district: DemoDistrict, figures: Figures) -> DemoRecut:
    """Write what the change of areas needs: today's shapes, a census grid, and the school districts."""
    towns = district.municipalities
    rows = [_properties(p.key, p.name, towns[p.municipality].key) for p in district.places]
    today = _division(folder, "wohnplatz", "Wohnplätze", rows, layers().places, recut.VALID_FROM)
    schools = [{"schluessel": key, "name": name} for key, name in school_districts(district)]
    return DemoRecut(
        "wohnplatz-2016", today.code, "Wohnplätze 2021", recut.VALID_FROM, recut.REASON, today,
        recut.PARTED.key, recut.PARTED_INTO, tuple(a.key for a in recut.JOINED), recut.JOINED_INTO,
        _grid(folder, today, district, figures), f"Zensus {CENSUS_YEAR}, Gitter 100 m (erfunden)",
        _division(
            folder, "schulbezirk", "Grundschulbezirke", schools, layers().schools, date(2021, 8, 1)
        ),
    )  # fmt: skip


def _grid(folder: Path, today: DemoDivision, district: DemoDistrict, figures: Figures) -> Path:
    year = figures.years.index(CENSUS_YEAR - 1)
    order = list(figures.cells["einwohner"])
    cells = np.array([figures.cells["einwohner"][c][year] for c in order])
    middle = np.repeat(AGE_BOUNDS, len(order) // len(AGE_BOUNDS)) + _AGE_WIDTH / 2
    people = cells.sum(axis=0)
    ages = (cells * middle[:, None]).sum(axis=0) / np.maximum(people, 1)
    keys = [p.key for p in district.places]
    layer = read_layer(today.path, key=today.key, name=today.name, parent=today.parent)
    path = folder / f"zensus_{CENSUS_YEAR}_gitter_100m.csv"
    path.write_bytes(
        census_grid(
            layer,
            dict(zip(keys, people.astype(int).tolist(), strict=True)),
            dict(zip(keys, ages.tolist(), strict=True)),
        )
    )
    return path


def _properties(key: str, name: str, parent: str) -> dict[str, str]:
    return {"schluessel": key, "name": name, "gehoert_zu": parent}


def _division(  # noqa: PLR0913, PLR0917 (what a file of areas is)
    folder: Path, level: str, label: str, properties: Sequence[Mapping[str, str]], polygons: Polygons,
    valid_from: date = date(2016, 1, 1),
) -> DemoDivision:  # fmt: skip
    code = f"{level}-{valid_from.year}"
    path = folder / f"{code}.geojson"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(geojson(code, list(zip(properties, polygons, strict=True))))
    parent = "gehoert_zu" if "gehoert_zu" in properties[0] else None
    return DemoDivision(path, code, level, label, valid_from, "schluessel", "name", parent)
