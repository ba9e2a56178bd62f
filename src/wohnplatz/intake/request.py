"""What is asked of a partner, and what came of reading the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wohnplatz.model import Catalogue, DataSet, Finding, Observation, ObservationTable, Severity, Variable

from .guide import Guide

Locate = Callable[[npt.NDArray[np.float64], npt.NDArray[np.float64]], npt.NDArray[np.object_]]
"""Midpoints of grid cells (n eastings, n northings, EPSG:3035) → n area keys, empty outside all areas."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a partner is asked to deliver.

    ``areas`` (key → name) are those the partner may deliver; ``foreign_areas`` those of the same level that
    others deliver, so that a mix-up can be named as one; rows of ``coarser_areas`` are totals.
    """

    dataset: DataSet
    reference_date: date
    areas: Mapping[str, str]
    level: str
    foreign_areas: Mapping[str, str] = field(default_factory=dict)
    coarser_areas: Mapping[str, str] = field(default_factory=dict)
    locate: Locate | None = None
    """How grid cells find their area; None where no geometry is known."""
    variables: tuple[str, ...] = ()
    """Codes of the variables agreed on; none means all of the data set."""
    without: tuple[str, ...] = ()
    """Codes of dimensions that the partner does not break its figures down by."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What was read. Where ``ok`` is false nothing may be stored; the observations then serve the preview."""

    observations: Sequence[Observation]
    findings: tuple[Finding, ...]
    reader: str
    """Code of the reader; empty where the file could not be opened or recognised."""
    sheets: tuple[str, ...]
    """Names of the sheets that were read; one empty name for a text file."""
    cells: int
    """Number of data rows, each of which is one cell of statistics."""
    totals: Sequence[Observation] = field(default_factory=lambda: ObservationTable.of(()))
    """Rows of coarser areas, ``ALL_AREAS`` and ``NOT_ALLOCATED``: checked against, never base data."""
    guide: Guide | None = None
    """How the file was read; None for the product's own template."""

    @property
    def needs_guide(self) -> bool:
        """Whether the file holds a table, but how to read it is not sure."""
        return any(finding.code == "intake.guide_needed" for finding in self.findings)

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)


def variables_due(request: Request, catalogue: Catalogue) -> dict[str, Variable]:
    """Variables agreed on that are collected at the level and in the year of the request, by code.

    Their breakdowns are those agreed on: what is left out is neither asked for nor missed.
    """
    return {
        code: _agreed(variable, request)
        for code, variable in catalogue.variables.items()
        if variable.dataset == request.dataset.code
        and variable.level == request.level
        and (not request.variables or code in request.variables)
        and not (variable.rhythm == "gerade Jahre" and request.reference_date.year % 2)
    }


def _agreed(variable: Variable, request: Request) -> Variable:
    if not request.without:
        return variable
    return replace(variable, breakdowns=tuple(d for d in variable.breakdowns if d not in request.without))


def due_date(variable: Variable, request: Request) -> date:
    """The variable's own reference date in the year of the request; the last day of the year for a period."""
    day, _, month = variable.reference.strip(".").partition(".")
    if day.isdigit() and month.isdigit():
        return date(request.reference_date.year, int(month), int(day))
    return date(request.reference_date.year, 12, 31)


def cells_of(variable: Variable, catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
    """All combinations of categories of the variable's breakdowns, in the order of the catalogue."""
    return product(*(catalogue.dimensions[code].categories for code in variable.breakdowns))


def dimensions_of(request: Request, catalogue: Catalogue) -> tuple[str, ...]:
    """Codes of the dimensions that any variable due is broken down by, in the order of the catalogue."""
    used = {code for v in variables_due(request, catalogue).values() for code in v.breakdowns}
    return tuple(code for code in catalogue.dimensions if code in used)


class CellAddress(NamedTuple):
    """Which cell of statistics a row speaks of: all that makes it unique, and where it stands."""

    variable: str
    area: str
    reference_date: date
    breakdown: tuple[tuple[str, str], ...]
    """Pairs (dimension, category), sorted; totals are left out."""
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class TableResult:
    """What a reader made of one table.

    ``addressed`` also holds cells whose value could not be read: they are wrong, but not missing.
    """

    observations: Sequence[Observation]
    addressed: Sequence[CellAddress] | ObservationTable
    cells: int
    """Number of data rows that were looked at."""
    totals: Sequence[Observation] = ()
    """Rows of coarser areas and of nobody's area: kept apart."""
