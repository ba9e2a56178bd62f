"""The least and the largest sum the facts leave possible, in whole numbers.

A limit is proven by fractions, once for each side of each different sum. Then a table of whole numbers that
reaches it is looked for: among those found so far, as the shortest move there, and last by a search.
"""

from __future__ import annotations

import numpy as np

from .problem import UNBOUNDED, Ints
from .search import SIGN, Search


class Extremes:
    """What each need's sum can change by, with everything that was shown on the way."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.reached = np.zeros((search.rows.shape[0], 2), dtype=np.int64)
        """(k, 2): least and largest change that some table of whole numbers is known to show."""
        for places, steps in search.moves:
            move = np.zeros(len(search.base), dtype=np.int64)
            move[places] = steps
            self._note(move)

    def all(self) -> Ints:
        """(k, 2): least and largest whole change; ``-UNBOUNDED`` or ``UNBOUNDED`` where it is not settled."""
        rows = self.search.rows
        rows.sort_indices()
        found: dict[tuple[bytes, bytes], tuple[int, int]] = {}
        result = np.empty((rows.shape[0], 2), dtype=np.int64)
        for need in range(rows.shape[0]):
            part = slice(rows.indptr[need], rows.indptr[need + 1])
            same = rows.indices[part].tobytes(), rows.data[part].tobytes()
            if same not in found:
                found[same] = self.of(need)
            result[need] = found[same]
        return result

    def of(self, need: int) -> tuple[int, int]:
        """The least and the largest whole change of a need's sum."""
        low, high = (self._extreme(need, side) for side in range(2))
        return low, -high

    def _extreme(self, need: int, side: int) -> int:
        cost = SIGN[side] * self.search.row(need)
        limits = self.search.limits_of(cost)
        limit = sum(limits.values())
        if not np.isfinite(limit):
            return -UNBOUNDED
        if SIGN[side] * self.reached[need, side] <= limit or self._shown(cost, limits):
            return int(limit)
        _, move = self.search.least_whole(cost, int(limit))
        if move is None:
            return int(limit)
        self._note(move)
        return int(cost @ move)

    def _shown(self, cost: Ints, limits: dict[int, float]) -> bool:
        """Whether a table of whole numbers is found that goes to the limit in each block."""
        move = np.zeros(len(cost), dtype=np.int64)
        for block, limit in limits.items():
            step = self.search.shortest(block, cost, int(limit))
            if step is None:
                return False
            move += step
        self._note(move)
        return True

    def _note(self, move: Ints) -> None:
        change = self.search.rows @ move
        np.minimum(self.reached[:, 0], change, out=self.reached[:, 0])
        np.maximum(self.reached[:, 1], change, out=self.reached[:, 1])
