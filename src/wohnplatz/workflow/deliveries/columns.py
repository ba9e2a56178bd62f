"""Observations as columns, whatever form they come in, and accepted ones from a cache."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from wohnplatz.model import TOTAL, CellState, Coded, Observation, ObservationTable
from wohnplatz.store import ObjectStore, read_observations
from wohnplatz.workflow import memory


def as_table(observations: Sequence[Observation]) -> ObservationTable:
    """The observations in columns; a table stays as it is."""
    if isinstance(observations, ObservationTable):
        return observations
    return ObservationTable.of(observations)


def present(column: Coded) -> set[str]:
    """The texts that occur in a column."""
    return {column.values[int(code)] for code in np.unique(column.codes)}


def accepted(sha: str) -> ObservationTable:
    """Base data by SHA-256, cached: what is named by its content never changes."""
    return _accepted(memory.store().root, sha)


def totals(sha: str, variable: str) -> Mapping[tuple[str, int], float]:
    """(area, year) → the variable's total: its own row, else the sum of all its parts; cached.

    Areas with a part that has no number are left out.
    """
    return _totals(memory.store().root, sha, variable)


def of_areas(table: ObservationTable, areas: Collection[str]) -> ObservationTable:
    """The rows of some areas."""
    wanted = np.array([value in areas for value in table.area.values] or [False], dtype=np.bool_)
    return table.where(wanted[table.area.codes])


def of_variable(table: ObservationTable, variable: str) -> ObservationTable:
    """The rows of one variable."""
    wanted = np.array([value == variable for value in table.variable.values] or [False], dtype=np.bool_)
    return table.where(wanted[table.variable.codes])


@lru_cache(maxsize=512)
def _accepted(root: Path, sha: str) -> ObservationTable:
    return as_table(read_observations(ObjectStore(root), sha))


@lru_cache(maxsize=512)
def _totals(root: Path, sha: str, variable: str) -> dict[tuple[str, int], float]:
    given: dict[tuple[str, int], float] = {}
    summed: dict[tuple[str, int], float] = {}
    for o in of_variable(_accepted(root, sha), variable):
        place = (o.area, o.reference_date.year)
        value = np.nan if o.value is None or not CellState(o.state).has_number else o.value
        parts = [c for c in (o.breakdown or {}).values() if c != TOTAL]
        if parts:
            summed[place] = summed.get(place, 0.0) + value
        else:
            given[place] = value
    return {place: value for place, value in (summed | given).items() if not np.isnan(value)}
