"""What accepted files hold: areas of each variable, and inhabitants. Read in columns, once per file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wohnplatz.model import TOTAL, Catalogue, CellState, Variable
from wohnplatz.store import Kind, ObjectStore, read_table
from wohnplatz.workflow import memory

_FIXED = frozenset({"variable", "area", "reference_date", "value", "state", "sheet", "row", "column"})
_SAID_NOTHING = (int(CellState.MISSING), int(CellState.LATER))
"""Every other state is an answer: protected or unknown is not the same as not delivered."""


@dataclass(frozen=True, slots=True)
class AreaCells:
    """The cells of one variable for one area."""

    depth: int
    """By how many dimensions its most detailed cells are broken down."""
    cells: int
    """Number of those cells."""
    unsaid: int
    """Cells of any kind that are “not delivered” or “later”."""
    total: float
    """The total as delivered, else the sum of the most detailed cells; NaN where one has no number."""

    def complete(self, variable: Variable, catalogue: Catalogue) -> bool:
        """Whether every cell that the catalogue asks for is answered."""
        full = math.prod(len(catalogue.dimensions[d].categories) for d in variable.breakdowns)
        return not self.unsaid and self.depth >= len(variable.breakdowns) and self.cells >= full


Contents = Mapping[str, Mapping[str, AreaCells]]
"""Variable → area → its cells."""


def contents(sha: str) -> Contents:
    """What stored observations hold, by variable and area; cached by their SHA-256."""
    return _contents(memory.store().root, sha)


@lru_cache(maxsize=4096)
def _contents(root: Path, sha: str) -> Contents:
    columns = read_table(ObjectStore(root), Kind.OBSERVATIONS, sha)
    depth = _depth(columns)
    variables, areas = np.unique(columns["variable"]), np.unique(columns["area"])
    place = np.searchsorted(variables, columns["variable"]) * len(areas)
    place += np.searchsorted(areas, columns["area"])
    size = len(variables) * len(areas)
    deepest = np.full(size, -1)
    np.maximum.at(deepest, place, depth)
    cells = np.bincount(place, depth == deepest[place], size)
    unsaid = np.bincount(place, np.isin(columns["state"], _SAID_NOTHING), size)
    totals = _totals(columns["value"], place, depth, deepest)
    found: dict[str, dict[str, AreaCells]] = {}
    for at in np.flatnonzero(deepest >= 0):
        made = AreaCells(int(deepest[at]), int(cells[at]), int(unsaid[at]), float(totals[at]))
        variable, area = divmod(int(at), len(areas))
        found.setdefault(str(variables[variable]), {})[str(areas[area])] = made
    return found


def _depth(columns: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    """By how many dimensions each cell (n) is broken down."""
    depth = np.zeros(len(columns["state"]), dtype=np.int64)
    for name in set(columns) - _FIXED:
        depth += (columns[name] != TOTAL) & (columns[name] != "")
    return depth


def _totals(
    value: npt.NDArray[np.float64],
    place: npt.NDArray[np.int64],
    depth: npt.NDArray[np.int64],
    deepest: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Total of each place: its own cell, else the sum of the most detailed ones."""
    most = depth == deepest[place]
    totals = np.bincount(place[most], value[most], len(deepest))
    whole = depth == 0
    totals[place[whole]] = value[whole]
    return totals
