"""What hiding each figure costs, from what shows it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from wohnplatz.disclosure.requirements import hiding_costs
from wohnplatz.disclosure.rules import Weights
from wohnplatz.model import FigureTable

from .universe import Universe


def hiding_weights(
    universe: Universe,
    table: FigureTable,
    shown_by: npt.NDArray[np.int64],
    weights: Weights,
    index_inputs: Collection[str],
) -> npt.NDArray[np.float64]:
    """What hiding each cell of a universe costs, (c,); ``shown_by`` says how many figures show it."""
    newest = int(table.year.max()) if len(table) else 0
    inputs = np.zeros(len(universe.values), dtype=np.bool_)
    used = np.isin(table.indicator, np.array(sorted(index_inputs), dtype=np.str_))
    for role in (universe.numerator, universe.denominator):
        inputs[role[used & (role >= 0)]] = True
    cost = hiding_costs(
        universe.values, weights, steps_up=universe.level, current=universe.cell_year == newest,
        index_input=inputs,
    )  # fmt: skip
    result: npt.NDArray[np.float64] = cost * np.maximum(shown_by, 1)
    return result
