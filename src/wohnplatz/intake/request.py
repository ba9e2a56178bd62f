"""What is asked of a partner, and what came of reading the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import NamedTuple

from wohnplatz.model import Catalogue, DataSet, Finding, Observation, Severity, Variable


@dataclass(frozen=True, slots=True)
class Request:
    """What a partner is asked to deliver.

    ``areas`` (key → name) are those the partner may deliver; ``foreign_areas`` those of the same level that
    others deliver, so that a mix-up can be named as one.
    """

    dataset: DataSet
    reference_date: date
    areas: Mapping[str, str]
    level: str
    foreign_areas: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What was read. Where ``ok`` is false nothing may be stored; the observations then serve the preview."""

    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]
    reader: str
    """Code of the reader; empty where the file could not be opened or recognised."""
    sheets: tuple[str, ...]
    """Names of the sheets that were read; one empty name for a text file."""
    cells: int
    """Number of data rows, each of which is one cell of statistics."""

    @property
    def ok(self) -> bool:
        """Whether no finding is an error."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)


def variables_due(request: Request, catalogue: Catalogue) -> dict[str, Variable]:
    """Variables of the data set that are collected at the level and in the year of the request, by code."""
    return {
        code: variable
        for code, variable in catalogue.variables.items()
        if variable.dataset == request.dataset.code
        and variable.level == request.level
        and not (variable.rhythm == "gerade Jahre" and request.reference_date.year % 2)
    }


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

    observations: tuple[Observation, ...]
    addressed: tuple[CellAddress, ...]
    cells: int
    """Number of data rows that were looked at."""
