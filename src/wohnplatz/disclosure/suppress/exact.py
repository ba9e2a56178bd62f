"""Small boards: the least cost of all patterns, from below and from above."""

from __future__ import annotations

import numpy as np

from ..clock import OutOfTimeError, now
from ..problem import Bools
from .board import Floats
from .greedy import cover, nobody, thin
from .search import Refiner
from .state import State

DRAWN = 1.001
"""Moves cost this minus what the relaxed program hides: they are drawn to what fits together."""

PATIENCE = 4
"""Rounds for which a demand without a new cut is left alone."""

NEAR = 0.3
"""Part of the distance between the bounds to which the conditions are solved: they are not all known yet."""


class Exact:
    """A lower bound that rises and a pattern that gets cheaper, until they meet."""

    def __init__(self, state: State, refiner: Refiner, unit: float, rng: np.random.Generator) -> None:
        self.state, self.refiner, self.unit, self.rng = state, refiner, unit, rng
        self.board, self.finder, self.pool = state.board, refiner.finder, refiner.pool
        self.lower = 0.0
        self.given_up: Bools = np.zeros(len(self.board.demands), dtype=np.bool_)
        self.given_up[state.open_demands()] = True
        """Demands that nothing meets."""

    @property
    def proven(self) -> bool:
        """Whether nothing cheaper exists (costs come in steps of ``unit``)."""
        return self.state.cost() - self.lower < max(0.9 * self.unit, 1e-6 * self.state.cost())

    def relax(self, deadline: float) -> Floats:
        """Cuts until fractions meet all demands; returns these fractions, (u,)."""
        demands = np.flatnonzero(~self.given_up)
        rest = np.zeros(self.given_up.size, dtype=np.int64)
        complete = True
        y = self._relaxed(np.zeros(len(self.board)))
        while now() < deadline and not self.proven:
            asked = demands if complete else demands[rest[demands] == 0]
            try:
                found = self.refiner.separate(asked, y)
            except OutOfTimeError:
                break
            rest = np.maximum(rest - 1, 0)
            rest[np.setdiff1d(asked, found)] = self.rng.integers(1, PATIENCE + 1)
            if complete and not found.size:
                break
            complete = not found.size
            y = self._relaxed(y)
        return y

    def _relaxed(self, y: Floats) -> Floats:
        """What the cuts ask for in fractions, (u,); ``y`` where time is out."""
        try:
            lower, y = self.pool.relaxed()
        except OutOfTimeError:
            return y
        self.lower = max(self.lower, lower)
        return y

    def guided(self, y: Floats, deadline: float) -> None:
        """A pattern found as the first, but drawn to what the fractions hide."""
        self.finder.price = self.board.cost * (DRAWN - y)
        trial = State(self.board, self.board.sensitive)
        self._complete(trial, deadline)

    def _complete(self, trial: State, deadline: float) -> None:
        """Hide what is missing, publish what is not needed, keep the result if it is cheaper."""
        try:
            cover(trial, self.finder, deadline, nobody)
        except OutOfTimeError:
            return
        finally:
            self.finder.price = self.board.cost
        thin(trial, self.finder, deadline, self.rng)
        if trial.cost() < self.state.cost() - 1e-9:
            self.state = trial

    def close(self, deadline: float) -> None:
        """Solve for whole patterns, add a cut for each demand that fails, until the bounds meet."""
        while now() < deadline and not self.proven:
            gap = max(0.5 * self.unit, NEAR * (self.state.cost() - self.lower))
            bound, hidden = self.pool.best(gap, deadline - now())
            self.lower = max(self.lower, bound)
            if hidden is None or self.proven:
                continue
            trial = State(self.board, hidden | self.board.sensitive)
            try:
                going = self._tested(trial)
            except OutOfTimeError:
                return
            self._complete(trial, deadline)
            if not going:
                return

    def _tested(self, trial: State) -> bool:
        """Witnesses for what ``trial`` keeps open, a cut against what it does not; whether to go on.

        Where fractions keep open what whole numbers do not, this choice alone is ruled out; but only if that
        was searched to its end: a bound must not rest on what was not found in time.
        """
        everything = np.flatnonzero(~self.given_up)
        found, failed = self.finder.rescue(
            trial, everything, most_failures=len(self.board.demands), thorough=True
        )
        certain = self.finder.certain
        for demand, move in found.items():
            trial.accept(move, [demand])
        if failed.size and not self.refiner.separate(failed, trial.hidden.astype(np.float64)).size:
            if not certain:
                return False
            self.pool.forbid(trial.hidden)
        return True
