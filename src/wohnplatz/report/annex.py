"""The data behind a report to take away: a workbook, and a CSV file with a description for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .. import text
from ..intake import Sheet, write_csv, write_xlsx
from ..model import Altered, CellState, ReleasedFigure
from .closing import REMARK_HEADS, remark_row
from .material import FigureId, Material
from .naming import file_name
from .needs import needs
from .tree import RemarksBlock, Report, walk

COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("figure", "Kennung", "string"), ("area", "Gebietsschlüssel", "string"),
    ("area_name", "Gebiet", "string"), ("level", "Ebene", "string"),
    ("year", "Jahr", "integer"), ("indicator", "Indikator", "string"),
    ("label", "Bezeichnung", "string"), ("unit", "Einheit", "string"), ("value", "Wert", "decimal"),
    ("state", "Zustand", "string"), ("low", "Unsicherheitsbereich von", "decimal"),
    ("high", "Unsicherheitsbereich bis", "decimal"), ("numerator", "Zähler", "decimal"),
    ("denominator", "Nenner", "decimal"), ("covered", "Gebiete eingeflossen", "integer"),
    ("expected", "Gebiete insgesamt", "integer"),
)  # fmt: skip
"""Name for machines, German heading, kind of value."""
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Annex:
    """Three files. ``metadata`` describes the CSV (CSV on the Web, W3C 2015) and names it (``file_name``)."""

    xlsx: bytes
    csv: bytes
    metadata: bytes


def annex(report: Report, material: Material) -> Annex:
    """Every released figure of the report's indicators and areas up to its year, the same bytes every time.

    A protected figure is its word in the column of states and empty in those of numbers.
    """
    rows = [_row(f, material) for f in _figures(report, material)]
    heads = [heading for _, heading, _ in COLUMNS]
    lines = _lines(report, material)
    xlsx = write_xlsx([
        Sheet("Zahlen", heads, rows, foot=lines),
        Sheet("Indikatoren", _INDICATOR_HEADS, [_indicator(c, material) for c in _codes(report, material)]),
        *_remarks(report, material),
        Sheet("Hinweise", ("Hinweise",), [(line,) for line in (*lines, *_signs())]),
    ])  # fmt: skip
    return Annex(xlsx, write_csv([heads, *rows]), _metadata(report, material))


def _remarks(report: Report, material: Material) -> Iterator[Sheet]:
    """The remarks of the consultation with the decisions, where the report prints them."""
    for node in walk(report.blocks):
        if isinstance(node, RemarksBlock):
            rows = [remark_row(r, report, material) for r in node.remarks]
            yield Sheet("Anmerkungen", REMARK_HEADS, rows)


def _codes(report: Report, material: Material) -> list[str]:
    return [c for c in needs(report, material.catalogue).indicators if material.meta(c)]


def _figures(report: Report, material: Material) -> Iterator[ReleasedFigure]:
    keys = [k for level in material.hierarchy.levels for k in material.below(report.area, level)]
    keys += material.above(report.area)
    keys = [k for k in keys if k not in material.withheld]
    for code in _codes(report, material):
        for key in keys:
            for year in material.years(code, key):
                figure = material.figure(FigureId(code, key, year))
                if figure is not None and year <= report.year:
                    yield figure


def _row(f: ReleasedFigure, material: Material) -> list[Cell]:
    meta = material.meta(f.indicator)
    assert meta is not None
    sure = f.reliability
    return [
        str(FigureId(f.indicator, f.area, f.year)), f.area, material.name(f.area),
        material.level_word(f.level), f.year, f.indicator, meta.label, meta.unit, f.value,
        text.status(f), sure.low if sure else None, sure.high if sure else None,
        f.numerator, f.denominator, f.covered, f.expected,
    ]  # fmt: skip


_INDICATOR_HEADS = (
    "Indikator",
    "Bezeichnung",
    "Einheit",
    "Definition",
    "Quelle",
    "Stichtag",
    "Zeitreihenbruch",
)


def _indicator(code: str, material: Material) -> list[Cell]:
    meta, known = material.meta(code), material.catalogue.indicators.get(code)
    assert meta is not None
    breaks = " ".join(f"{b.year}: {b.note}" for b in meta.breaks)
    return [code, meta.label, meta.unit, known.method if known else "", meta.source, meta.reference, breaks]


def _lines(report: Report, material: Material) -> Sequence[str]:
    context = material.table.context
    held = sum(material.area(key) is not None for key in material.withheld)
    many = text.plural(held, "Gebiet ist das Profil", "Gebiete sind die Profile")
    return (
        f"{report.title}, {context.district}",
        f"{context.release} vom {text.day(material.made_on)}, Kennung {context.release_id}",
        f"Geheimhaltung: {context.policy}",
        *([f"Für {many} noch nicht freigegeben; die Zahlen fehlen hier."] if held else []),
    )


def _signs() -> Iterator[str]:
    for state in CellState:
        yield f"{text.state_word(state)}: {text.state_explanation(state)}"
    for mark in (m for m in Altered if m):
        yield f"{text.altered_word(mark)}: {text.altered_explanation(mark)}"


def _metadata(report: Report, material: Material) -> bytes:
    """Description of the CSV: ``;`` between fields, a comma before decimals, what each column holds."""
    context = material.table.context
    number = {"base": "decimal", "format": {"decimalChar": ",", "groupChar": "."}}
    columns = [
        {"name": name, "titles": heading, "datatype": number if kind == "decimal" else kind, "null": ""}
        for name, heading, kind in COLUMNS
    ]
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "de"}],
        "url": file_name(report, "csv"),
        "dc:title": report.title,
        "dc:publisher": context.district,
        "dc:date": material.made_on.isoformat(),
        "dc:identifier": context.release_id,
        "dc:description": " ".join(_lines(report, material)),
        "dialect": {"delimiter": ";", "encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": columns, "primaryKey": "figure"},
    }
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()
