"""Checks over all rows of a file: cells that stand there twice, and cells that do not stand there at all."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from wohnplatz.model import (
    TOTAL,
    Catalogue,
    CellState,
    Coded,
    Observation,
    ObservationTable,
    Variable,
    stacked,
)
from wohnplatz.text import plural

from .findings import Findings, Place
from .request import CellAddress, Request, TableResult, variables_due

NAMED_AREAS = 5


def check_duplicates(addressed: ObservationTable, findings: Findings) -> None:
    """One finding for each row that speaks of a cell another row has spoken of, naming both rows."""
    key = _cells(addressed)
    order = np.argsort(key, kind="stable")
    again = np.flatnonzero(key[order[1:]] == key[order[:-1]]) + 1
    if not len(again):
        return
    begins = np.flatnonzero(np.concatenate(([True], key[order[1:]] != key[order[:-1]])))
    first = order[begins[np.searchsorted(begins, again, side="right") - 1]]
    rows = order[again]
    for position in np.argsort(rows, kind="stable").tolist():
        one, two = int(first[position]), int(rows[position])
        places = _place(addressed, one), _place(addressed, two)
        words = {"first": places[0].text(), "second": places[1].text()}
        findings.add("intake.duplicate_cell", places[1], area=addressed.area[two], words=words)


def check_missing(
    addressed: ObservationTable, request: Request, catalogue: Catalogue, findings: Findings
) -> None:
    """Per variable: areas without any row, and areas whose breakdown has gaps. Both are warnings."""
    first = np.unique(_cells(addressed), return_index=True)[1]
    once = addressed if len(first) == len(addressed) else addressed.where(first.astype(np.int32))
    numbers = {key: n for n, key in enumerate(request.areas)}
    area = np.array([numbers.get(key, -1) for key in once.area.values], dtype=np.int64)[once.area.codes]
    broken = sum((_is_part(column) for column in once.categories.values()), np.zeros(len(once), np.int64))
    keys = list(request.areas)
    for variable in variables_due(request, catalogue).values():
        own = _codes_of(once.variable, variable.code) & (area >= 0)
        found = np.bincount(area[own], minlength=len(keys))
        _report_absent(variable, [keys[n] for n in np.flatnonzero(found == 0)], request, findings)
        full = math.prod(len(catalogue.dimensions[code].categories) for code in variable.breakdowns)
        whole = own & (broken == len(variable.breakdowns))
        gap = full - np.bincount(area[whole], minlength=len(keys))
        partial = {keys[n]: int(gap[n]) for n in np.flatnonzero((gap > 0) & (gap < full))}
        _report_gaps(variable, partial, request, findings)


def addresses(results: Sequence[TableResult]) -> ObservationTable:
    """What the rows of all tables speak of, in columns and without numbers where there is none."""
    return stacked([_as_table(result.addressed) for result in results])


def _as_table(addressed: Sequence[CellAddress] | ObservationTable) -> ObservationTable:
    if isinstance(addressed, ObservationTable):
        return addressed
    return ObservationTable.of(
        Observation(
            a.variable, a.area, a.reference_date, None, CellState.MISSING, dict(a.breakdown), a.sheet, a.row
        )
        for a in addressed
    )


def _cells(table: ObservationTable) -> npt.NDArray[np.int64]:
    """A number for each cell of statistics that rows speak of; equal cells have equal numbers.

    Figures know the year only: the same cell with two dates of one year is there twice.
    """
    years = table.days.astype("datetime64[Y]").astype(np.int64)
    key = years - (years.min() if len(years) else 0)
    for column in (table.variable, table.area, *table.categories.values()):
        key = key * max(len(column.values), 1) + column.codes
    return key


def _is_part(column: Coded) -> npt.NDArray[np.int64]:
    """1 where a row is broken down by the column's dimension, 0 where it is the total (n)."""
    return np.array([value != TOTAL for value in column.values] or [False], dtype=np.int64)[column.codes]


def _codes_of(column: Coded, value: str) -> npt.NDArray[np.bool_]:
    return np.array([known == value for known in column.values] or [False])[column.codes]


def _place(table: ObservationTable, row: int) -> Place:
    return Place(table.sheet[row], int(table.row[row]))


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
