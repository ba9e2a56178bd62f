"""Which rows of a figure table may be seen, given what is hidden of the cells."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.indicators.linear import Term
from wohnplatz.model import Catalogue, FigureTable, Hierarchy

from .universe import NO_CELL, UNKNOWN_CELL, Universe

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def open_rows(universe: Universe, hidden: Bools, always: Collection[str], table: FigureTable) -> Bools:
    """Rows both of whose cells are shown, (m,). What cannot be written as a sum of counts stays closed,

    but for indicators without reference to persons (``always``).
    """
    shown = np.append(~hidden, True)  # the last place stands for a role without persons
    free = (
        np.isin(table.indicator, np.array(sorted(always), dtype=np.str_))
        if always
        else np.zeros(len(table), dtype=np.bool_)
    )
    result = np.ones(len(table), dtype=np.bool_)
    for role in (universe.numerator, universe.denominator):
        place = np.where(role == NO_CELL, len(hidden), role)
        result &= np.where(role == UNKNOWN_CELL, free, shown[np.maximum(place, 0)])
    return result


def open_coverage(
    universe: Universe, hidden: Bools, catalogue: Catalogue, hierarchy: Hierarchy, table: FigureTable
) -> Bools:
    """Rows whose share of covered inhabitants tells of no hidden population, (m,)."""
    closed = _hidden_people(universe, hidden, catalogue)
    if not closed:
        return np.ones(len(table), dtype=np.bool_)
    above: dict[str, set[str]] = {}
    for key in closed:
        for level in hierarchy.levels[
            hierarchy.levels.index(hierarchy.level_of(key) or hierarchy.levels[0]) :
        ]:
            above.setdefault(hierarchy.ancestor(key, level) or key, set()).add(key)
    partial = np.flatnonzero((table.share > 0) & (table.share < 1))
    result = np.ones(len(table), dtype=np.bool_)
    for n in partial.tolist():
        year = int(table.year[n])
        for key in above.get(str(table.area[n]), ()):
            result[n] &= not any(y <= year for y in closed[key])
    return result


def _hidden_people(universe: Universe, hidden: Bools, catalogue: Catalogue) -> dict[str, set[int]]:
    """Base areas whose number of inhabitants is hidden, with the years."""
    key = ((Term(catalogue.population), 0, 1),)
    found: dict[str, set[int]] = {}
    if key not in universe.sums:
        return found
    people = np.flatnonzero((universe.sum == universe.sums.index(key)) & hidden)
    for cell in people.tolist():
        found.setdefault(universe.cell_area[cell], set()).add(int(universe.cell_year[cell]))
    return found


def follow_parts(hidden: Bools, parts: sp.csr_array) -> Bools:
    """Cells that follow from others are hidden where one of those is."""
    result: Bools = hidden | ((parts @ hidden.astype(np.int64)) > 0)
    return result
