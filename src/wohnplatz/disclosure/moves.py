"""Moves: differences between a possible table and the true one, over the free atoms of some components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from .problem import UNBOUNDED, Ints
from .reduction import Open

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """All moves of some components: ``low <= matrix @ z <= high``, ``lower <= z <= upper``."""

    columns: Ints
    """Positions among the free atoms, (f,)."""
    matrix: sp.csr_array
    low: Floats
    high: Floats
    lower: Floats
    upper: Floats

    @classmethod
    def of(cls, problem: Open, base: Ints, columns: Ints, rows: Ints) -> Moves:
        """Moves away from ``base`` (a possible table, values of all free atoms) in whole components."""
        matrix = problem.matrix[rows][:, columns]
        now = matrix @ base[columns]
        return cls(
            columns,
            matrix,
            _less(problem.low[rows], now),
            _less(problem.high[rows], now),
            _less(problem.lower[columns], base[columns]),
            _less(problem.upper[columns], base[columns]),
        )

    def holds(self, z: Ints) -> bool:
        """Whether a whole-number move (f,) keeps to all limits."""
        sums = self.matrix @ z
        rows = (sums >= self.low).all() and (sums <= self.high).all()
        return bool(rows and (z >= self.lower).all() and (z <= self.upper).all())


def members(ends: Ints, groups: Ints) -> Ints:
    """All positions in the given groups of a sorted list, in order."""
    spans = [np.arange(ends[g], ends[g + 1]) for g in groups]
    return np.concatenate([np.zeros(0, dtype=np.int64), *spans])


def _less(limits: Ints, base: Ints) -> Floats:
    """Limits counted from the base; the endless ones infinite."""
    endless = np.abs(limits) == UNBOUNDED
    return np.where(endless, np.copysign(np.inf, limits), limits - np.where(endless, 0, base))
