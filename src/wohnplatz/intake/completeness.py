"""Checks over all rows of a file: cells that stand there twice, and cells that do not stand there at all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from wohnplatz.model import Catalogue, Variable
from wohnplatz.text import plural

from .findings import Findings, Place
from .request import CellAddress, Request, variables_due

NAMED_AREAS = 5


def check_duplicates(addressed: Iterable[CellAddress], findings: Findings) -> None:
    """One finding for each row that speaks of a cell another row has spoken of, naming both rows."""
    first: dict[tuple[object, ...], CellAddress] = {}
    for address in addressed:
        # Figures know the year only: the same cell with two dates of one year is there twice.
        cell = (address.variable, address.area, address.reference_date.year, address.breakdown)
        known = first.setdefault(cell, address)
        if known is address:
            continue
        places = Place(known.sheet, known.row), Place(address.sheet, address.row)
        words = {"first": places[0].text(), "second": places[1].text()}
        findings.add("intake.duplicate_cell", places[1], area=address.area, words=words)


def check_missing(
    addressed: Sequence[CellAddress], request: Request, catalogue: Catalogue, findings: Findings
) -> None:
    """Per variable: areas without any row, and areas whose breakdown has gaps. Both are warnings."""
    rows: dict[tuple[str, str], set[tuple[tuple[str, str], ...]]] = {}
    for address in addressed:
        rows.setdefault((address.variable, address.area), set()).add(address.breakdown)
    for variable in variables_due(request, catalogue).values():
        cells = {area: rows.get((variable.code, area), set()) for area in request.areas}
        _report_absent(variable, [area for area, found in cells.items() if not found], request, findings)
        full = math.prod(len(catalogue.dimensions[code].categories) for code in variable.breakdowns)
        gaps = {area: full - _detailed(found, variable) for area, found in cells.items()}
        partial = {area: gap for area, gap in gaps.items() if 0 < gap < full}
        _report_gaps(variable, partial, request, findings)


def _detailed(found: set[tuple[tuple[str, str], ...]], variable: Variable) -> int:
    """Number of cells that are broken down by every dimension of the variable."""
    return sum(len(breakdown) == len(variable.breakdowns) for breakdown in found)


def _report_absent(variable: Variable, areas: Sequence[str], request: Request, findings: Findings) -> None:
    if not areas:
        return
    words = {
        "variable": variable.label,
        "count": plural(len(areas), "Gebiet", "Gebieten"),
        "areas": _names(areas, request),
    }
    findings.add("intake.missing_cells", value=variable.code, words=words)


def _report_gaps(variable: Variable, gaps: dict[str, int], request: Request, findings: Findings) -> None:
    if not gaps:
        return
    words = {
        "variable": variable.label,
        "count": plural(len(gaps), "Gebiet", "Gebieten"),
        "cells": plural(sum(gaps.values()), "Angabe", "Angaben"),
        "areas": _names(list(gaps), request),
    }
    findings.add("intake.incomplete_breakdown", value=variable.code, words=words)


def _names(areas: Sequence[str], request: Request) -> str:
    """The first areas by key and name, and how many more there are."""
    named = ", ".join(f"{key} {request.areas[key]}" for key in areas[:NAMED_AREAS])
    rest = len(areas) - NAMED_AREAS
    return f"{named} und {plural(rest, 'weiteres', 'weitere')}" if rest > 0 else named
