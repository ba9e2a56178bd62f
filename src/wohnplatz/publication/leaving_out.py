"""Figures that are not published at all: their rows stand for nothing, and cells only they show are gone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from .universe import NO_CELL, UNKNOWN_CELL, Universe

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def without_rows(universe: Universe, rows: Bools) -> Universe:
    """The universe without what ``rows`` (m,) show; they stay in their place and stay closed.

    What nobody is shown is no fact, not even a hidden one: that nothing stands there says nothing of a count.
    """
    if not rows.any():
        return universe
    before = _shown(universe, universe.numerator, universe.denominator)
    roles = [np.where(rows, UNKNOWN_CELL, role) for role in (universe.numerator, universe.denominator)]
    kept = ~before | _shown(universe, *roles)
    place = np.where(kept, np.cumsum(kept) - 1, NO_CELL)
    moved = [np.where(role >= 0, place[np.maximum(role, 0)], role).astype(np.int64) for role in roles]
    at = np.flatnonzero(kept)
    return replace(
        universe, matrix=sp.csr_array(universe.matrix[at]), sum=universe.sum[at], level=universe.level[at],
        cell_area=tuple(universe.cell_area[n] for n in at.tolist()), cell_year=universe.cell_year[at],
        whole=universe.whole[at], numerator=moved[0], denominator=moved[1], values=universe.values[at],
    )  # fmt: skip


def _shown(universe: Universe, numerator: Ints, denominator: Ints) -> Bools:
    """Cells that any row shows, (c,)."""
    result = np.zeros(len(universe.values), dtype=np.bool_)
    for role in (numerator, denominator):
        result[role[role >= 0]] = True
    return result
