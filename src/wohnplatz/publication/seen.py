"""The figures as an audience sees them, for everything that is computed over all areas together.

A mean or a standard deviation over all areas tells something of each of them. Computed from what is shown
alone it tells nothing that a reader could not work out anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from wohnplatz.disclosure import Rule
from wohnplatz.disclosure.primary import follow, limits, primary
from wohnplatz.indicators import index_figures, joined
from wohnplatz.model import FIRST_WITHOUT_NUMBER, Catalogue, CellState, FigureTable, Hierarchy

Bools = npt.NDArray[np.bool_]
Inputs = Mapping[str, Sequence[tuple[str, int]]]


def as_seen(  # noqa: PLR0913, PLR0917 -- figures and everything that decides who sees them
    table: FigureTable,
    opened: Bools,
    rules: Mapping[str, Rule],
    inputs: Inputs,
    minimum_denominator: Mapping[str, float],
    altered: Bools | None = None,
) -> FigureTable:
    """The table with every figure that is not ``opened``, or that a rule or an input hides, protected.

    ``rules`` has one rule for each indicator. The table must hold the inputs of its formulas. It is the table
    as it is told: ``altered`` (n,) are its rows over rounded counts.
    """
    chosen = {str(n): rules[str(n)] for n in np.unique(table.indicator)}
    own = primary(table, limits(table, chosen, inputs, minimum_denominator), altered)
    closed = follow(table, ~opened | own | (table.state == CellState.PROTECTED), inputs)
    number = (table.state < FIRST_WITHOUT_NUMBER) & ~closed
    state = np.where(closed & (table.state < FIRST_WITHOUT_NUMBER), CellState.PROTECTED, table.state)
    return replace(table, state=state.astype(np.uint8), value=np.where(number, table.value, np.nan))


def measures_seen(  # noqa: PLR0913, PLR0917 -- figures and everything that decides who sees them
    catalogue: Catalogue,
    hierarchy: Hierarchy,
    table: FigureTable,
    opened: Bools,
    rules: Mapping[str, Rule],
    inputs: Inputs,
    minimum_denominator: Mapping[str, float],
    altered: Bools | None = None,
) -> tuple[Bools, FigureTable]:
    """Rows of ``table`` (n,) that are no measures or breakdowns, and the measures from open rows alone.

    ``table`` is as it is told; ``altered`` (n,) are its rows over rounded counts.
    """
    measures = [m for index in catalogue.indices.values() for m in index.measures()]
    plain = (table.breakdown == "") & ~np.isin(table.indicator, np.array(measures, dtype=np.str_))
    marks = None if altered is None else altered[plain]
    seen = as_seen(table.where(plain), opened[plain], rules, inputs, minimum_denominator, marks)
    years = sorted(set(table.year.tolist()))
    made = [
        index_figures(index, catalogue, seen, list(hierarchy.areas(index.level)), years)
        for index in catalogue.indices.values()
        if index.level in hierarchy.levels and years
    ]
    return plain, joined(made) if made else seen.where(np.zeros(len(seen), dtype=np.bool_))
