"""Mending a vertex: its fractions made whole near where they are, the rest of the table left as it is.

A vertex of a table problem is whole but for a few dozen numbers in clusters. Whole numbers for these and
their neighbours, with everything else kept, are a search among some hundred numbers instead of thousands.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from .moves import Floats, Moves
from .problem import Bools, Ints
from .solving import Clock, some_move, whole

REACHES = (8, 16, 64)
"""Longest facts whose atoms count as neighbours, one try after the other: short facts keep it local."""


def mended(moves: Moves, z: Floats, cost: Floats | Ints, clock: Clock) -> Ints | None:
    """A whole-number move that differs from ``z`` only near its fractions, of low cost there; or None."""
    broken = ~whole(z)
    near = np.where(broken, 0, np.rint(z)).astype(np.int64)
    if not broken.any():
        return near if moves.holds(near) else None
    size = abs(moves.matrix)
    length, touching = np.diff(size.indptr), size @ broken.astype(np.int64) > 0
    for reach in REACHES:
        around = np.flatnonzero(touching & (length <= reach))
        free = broken | (size[around].sum(axis=0) > 0)
        part = _part(moves, near, free, size)
        step = some_move(part, cost[free], clock)
        if step is not None:
            whole_table = near.copy()
            whole_table[free] = step
            if moves.holds(whole_table):
                return whole_table
    return None


def _part(moves: Moves, fixed: Ints, free: Bools, size: sp.csr_array) -> Moves:
    """The moves of the free atoms alone, with all others at their place in ``fixed``."""
    rows, columns = np.flatnonzero(size @ free.astype(np.int64)), np.flatnonzero(free)
    told = moves.matrix[rows] @ np.where(free, 0, fixed)
    return Moves(
        columns,
        moves.matrix[rows][:, columns],
        moves.low[rows] - told,
        moves.high[rows] - told,
        moves.lower[columns],
        moves.upper[columns],
    )
