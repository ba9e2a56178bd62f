"""Writes the files the partners would send: areas as GeoJSON, data as XLSX or CSV in the agreed form."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from wohnplatz.intake import Request, Sheet, write_csv, write_xlsx
from wohnplatz.intake.request import cells_of, dimensions_of, due_date, variables_due
from wohnplatz.model import TOTAL, Catalogue, Variable

from .borders import Ring
from .figures import Figures
from .signs import shown

Row = list[str | float | int | date]
SHEET = "Daten"
CSV_CP1252 = frozenset({"hammerfurt", "sw-nordkreis"})
CSV_UTF8 = frozenset({"auenburg", "lindrath", "birkenhoven", "eschenlohn", "schulamt", "nb-westkreis"})
"""Partners that export CSV, in an older or a newer code page; all others send XLSX."""


def geojson(name: str, areas: Sequence[tuple[Mapping[str, str], list[list[Ring]]]]) -> bytes:
    """A layer as GeoJSON in EPSG:25832 (named in ``crs``, as QGIS writes it). Equal input, equal bytes."""
    features = [
        {
            "type": "Feature",
            "properties": dict(properties),
            "geometry": {"type": "MultiPolygon", "coordinates": polygon},
        }
        for properties, polygon in areas
    ]
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "name": name,
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}},
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def rows(
    partner: str, request: Request, catalogue: Catalogue, figures: Figures, order: Mapping[str, int]
) -> list[Row]:
    """Heading and rows of one delivery. ``order``: position of each area key in the figures."""
    dimensions = dimensions_of(request, catalogue)
    table: list[Row] = [
        [
            "Merkmal",
            "Gebiet",
            "Gebietsname",
            "Stichtag",
            *(catalogue.dimensions[d].label for d in dimensions),
            "Wert",
        ]
    ]
    year = figures.years.index(request.reference_date.year)
    for variable in variables_due(request, catalogue).values():
        day = due_date(variable, request)
        cells = [
            (c, _labels(c, variable, dimensions, catalogue))
            for c in _categories(variable, catalogue, figures)
        ]
        for key, name in request.areas.items():
            values = {c: float(figures.cells[variable.code][c][year, order[key]]) for c, _ in cells}
            signs = shown(partner, variable, key, request.reference_date.year, values)
            table += [[variable.label, key, name, day, *labels, signs[c]] for c, labels in cells]
    return table


def _categories(variable: Variable, catalogue: Catalogue, figures: Figures) -> Iterator[tuple[str, ...]]:
    """The total where the demo's suppliers deliver it, then every cell."""
    total = (TOTAL,) * len(variable.breakdowns)
    if variable.breakdowns and total in figures.cells[variable.code]:
        yield total
    yield from cells_of(variable, catalogue)


def _labels(
    categories: tuple[str, ...], variable: Variable, dimensions: Sequence[str], catalogue: Catalogue
) -> list[str]:
    chosen = dict(zip(variable.breakdowns, categories, strict=True))
    return [catalogue.dimensions[d].categories.get(chosen.get(d, TOTAL), "insgesamt") for d in dimensions]


def encode(partner: str, table: Sequence[Row]) -> tuple[bytes, str]:
    """The table as this partner sends it, and the ending of the file's name."""
    if partner in CSV_CP1252:
        return _office_csv(table), "csv"
    if partner in CSV_UTF8:
        return write_csv(table), "csv"
    return write_xlsx([Sheet(SHEET, [str(cell) for cell in table[0]], table[1:])]), "xlsx"


def _office_csv(table: Sequence[Row]) -> bytes:
    """As an older office program exports it: Windows code page, thousands points, signs as they are."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([_office_text(cell) for cell in row] for row in table)
    return out.getvalue().encode("cp1252")


def _office_text(cell: str | float | date) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, int):
        return f"{cell:,}".replace(",", ".")
    return f"{cell:.2f}".replace(".", ",")
