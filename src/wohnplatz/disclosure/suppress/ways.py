"""The cheapest way to change one sum: rises and falls of groups, each at its price."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from ..clock import Limit
from ..problem import Bools, Ints
from .board import Floats
from .lp import Program
from .scope import Scope


class Ways:
    """Moves over some groups of a scope, all others at rest."""

    def __init__(
        self, scope: Scope, groups: Ints, limit: Limit, *, integer: bool = False, seed: int = 0
    ) -> None:
        self.groups = groups
        self.place = np.full(len(scope), -1, dtype=np.int64)
        self.place[groups] = np.arange(groups.size)
        self.up, self.down = scope.up[groups], scope.down[groups]
        matrix = sp.csr_array(scope.relations[:, groups])
        matrix = sp.csr_array(matrix[np.diff(matrix.indptr) > 0])
        both = sp.csr_array(sp.hstack([matrix, -matrix], format="csr"))
        zero, most = np.zeros(both.shape[0]), np.concatenate([self.up, self.down])
        self.program = Program(
            both, zero, zero, np.zeros(most.size), most, integer=integer, seed=seed, limit=limit
        )
        self.paid = np.zeros(groups.size)
        self.shut = np.zeros(groups.size, dtype=np.bool_)

    def charge(self, price: Floats) -> None:
        """New prices of the groups of the scope, (g,)."""
        price = price[self.groups]
        changed = np.flatnonzero(price != self.paid)
        self.program.costs(self._both(changed), np.tile(price[changed], 2))
        self.paid = price

    def close(self, shut: Bools) -> None:
        """Groups of the scope that must not move, (g,)."""
        shut = shut[self.groups]
        changed = np.flatnonzero(shut != self.shut)
        limit = np.concatenate([self.up[changed], self.down[changed]])
        upper = np.where(np.tile(shut[changed], 2), 0.0, limit)
        self.program.bounds(self._both(changed), np.zeros(upper.size), upper)
        self.shut = shut

    def find(self, group: int, amount: int, seconds: float = 20.0) -> Floats | None:
        """The cheapest change of all groups, (g,), that moves ``group`` by ``amount`` or further."""
        place = int(self.place[group])
        rising = amount > 0
        if place < 0 or self.shut[place] or (self.up if rising else self.down)[place] < abs(amount):
            return None
        ends = self._both(np.array([place]))
        limit = np.array([self.up[place], self.down[place]])
        way = np.array([1.0, 0.0] if rising else [0.0, 1.0])
        self.program.bounds(ends, way * abs(amount), way * limit)
        # Nothing moved is the best start: the last way, at other prices, leads the solver astray.
        self.program.forget()
        try:
            solution = self.program.solve(seconds)
        finally:
            self.program.bounds(ends, np.zeros(2), limit)
        if solution is None:
            return None
        change = np.zeros(self.place.size)
        change[self.groups] = solution[: self.groups.size] - solution[self.groups.size :]
        return change

    def _both(self, places: Ints) -> Ints:
        return np.concatenate([places, places + self.groups.size])
