"""The search for witnesses: many needs at once along random directions, then single questions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np
import scipy.sparse as sp

from .moves import Floats, Moves
from .problem import UNBOUNDED, Bools, Ints
from .proof import NOTHING
from .reduction import Open
from .solving import NEAR, Outcome, Solver

LOW, HIGH = 0, 1
SIGN = (1, -1)
"""The least of ``sign * sum`` is what each side asks for."""

REACH = 8.0
"""Batches ask for small steps only: they show as much, and small tables are more often whole."""


class Answer(Enum):
    """What asking for one side of one need gave."""

    FOUND = "found"
    """A witness, recorded."""
    LEAK = "leak"
    """Exactly proven that there is none."""
    NO_WHOLE = "no_whole"
    """The solver's search says that no table of whole numbers is one; fractions would be."""
    UNSETTLED = "unsettled"
    """Out of time."""


_ANSWERS = {
    Outcome.FOUND: Answer.FOUND,
    Outcome.NONE: Answer.NO_WHOLE,
    Outcome.UNKNOWN: Answer.UNSETTLED,
}


@dataclass(slots=True, eq=False)
class Search:
    """Needs over the free atoms, and the witnesses found so far."""

    problem: Open
    base: Ints
    """True values of the free atoms, (f,)."""
    rows: sp.csr_array
    """(k, f): the needs over the free atoms."""
    room: Ints
    """(k, 2): the change of the sum that must be reached, at most on side LOW, at least on side HIGH."""
    either: Bools
    solver: Solver
    moves: list[Ints] = field(init=False)
    by: Ints = field(init=False)
    """(k, 2): number of the witness for each side, or ``NOTHING``."""
    component: Ints = field(init=False)
    """(f,): component of each free atom."""

    def __post_init__(self) -> None:
        """The true table is the first witness: it shows whatever it reaches itself."""
        self.moves, self.by = [], np.full((self.rows.shape[0], 2), NOTHING, dtype=np.int64)
        self.component = np.repeat(np.arange(self.problem.components), np.diff(self.problem.column_ends))
        self.record(np.zeros(len(self.base), dtype=np.int64))

    def record(self, move: Ints) -> int:
        """Keep a whole-number move (f,) if it shows something new; how many sides it did show."""
        change = self.rows @ move
        new = np.column_stack([change <= self.room[:, LOW], change >= self.room[:, HIGH]]) & self.missing
        if new.any() or not self.moves:
            self.by[new] = len(self.moves)
            self.moves.append(move)
        return int(new.sum())

    @property
    def missing(self) -> Bools:
        """(k, 2): sides that still need a witness."""
        open_sides = self.by < 0
        done = self.either & ~open_sides.all(axis=1)
        result: Bools = open_sides & ~done[:, None]
        return result

    def batches(self, rng: np.random.Generator, patience: int = 2) -> None:
        """Move along random mixtures of all missing needs until that shows next to nothing new."""
        idle = 0
        while idle < patience and self.missing.any() and not self.solver.out_of_time:
            missing = self.missing
            before = int(missing.any(axis=1).sum())
            z = self._along(self._mixture(missing, rng))
            found = 0 if z is None else self.record(z)
            idle = idle + 1 if found * 50 < before else 0

    def _mixture(self, missing: Bools, rng: np.random.Generator) -> Floats:
        """A random cost (f,) that pulls each missing need to one of its missing sides."""
        side = np.where(missing.all(axis=1), rng.integers(0, 2, len(missing)), missing[:, HIGH])
        pull = np.where(side == LOW, 1.0, -1.0) * missing.any(axis=1) * rng.exponential(1.0, len(missing))
        result: Floats = self.rows.T @ pull
        return result

    def _along(self, cost: Floats) -> Ints | None:
        """The whole-number components of a vertex in direction ``cost``; the others stay where they are."""
        touched = np.unique(self.component[cost != 0])
        if not len(touched):
            return None
        moves = Moves.of(self.problem, self.base, touched)
        z = self.solver.vertex(moves, cost[moves.columns], REACH)
        if z is None:
            return None
        label = self.component[moves.columns]
        broken = np.unique(label[~whole(z)])
        result = np.zeros(len(self.base), dtype=np.int64)
        result[moves.columns] = np.where(np.isin(label, broken), 0, np.rint(z))
        return result

    def single(self, need: int, side: int) -> Answer:
        """Settle one side of one need, by the solver's whole-number search where a vertex does not."""
        moves, row = self._around(need)
        target = int(SIGN[side] * self.room[need, side])
        cost = SIGN[side] * row.toarray()[0]
        limit, z = self.solver.least(moves, cost)
        if limit > target:
            return Answer.LEAK
        if z is not None and whole(z).all() and cost @ np.rint(z) <= target:
            self._record(moves, np.rint(z).astype(np.int64))
            return Answer.FOUND
        outcome, found = self.solver.whole(_asked(moves, SIGN[side] * row, target), np.zeros(len(cost)))
        if found is not None:
            self._record(moves, found)
        return _ANSWERS[outcome]

    def enclosure(self, need: int) -> tuple[int, int]:
        """Between which whole numbers the facts provably enclose the change of a need's sum.

        ``-UNBOUNDED`` and ``UNBOUNDED`` where they do not, or where that was not settled in time.
        """
        moves, row = self._around(need)
        cost = row.toarray()[0]
        low, high = (self.solver.least(moves, sign * cost)[0] for sign in SIGN)
        return _limit(low), -_limit(high)

    def extremes(self, need: int) -> tuple[int, int]:
        """The least and the largest whole change of a need's sum; as ``enclosure`` where not settled."""
        moves, row = self._around(need)
        cost = row.toarray()[0]
        low, high = (self._least_whole(moves, sign * cost) for sign in SIGN)
        return low, -high

    def _least_whole(self, moves: Moves, cost: Ints) -> int:
        limit, z = self.solver.least(moves, cost)
        if not np.isfinite(limit) or (z is not None and whole(z).all()):
            return _limit(limit)
        outcome, found = self.solver.whole(moves, cost.astype(np.float64))
        return int(cost @ found) if outcome is Outcome.FOUND and found is not None else _limit(limit)

    def _around(self, need: int) -> tuple[Moves, sp.csr_array]:
        """The moves of all components in which a need has atoms, and its row over these."""
        touched = np.unique(self.component[self.rows[[need]].indices])
        moves = Moves.of(self.problem, self.base, touched)
        return moves, self.rows[[need]][:, moves.columns]

    def _record(self, moves: Moves, z: Ints) -> None:
        """Record a move of some components."""
        full = np.zeros(len(self.base), dtype=np.int64)
        full[moves.columns] = z
        self.record(full)


def _asked(moves: Moves, row: sp.csr_array, target: int) -> Moves:
    """The moves with ``row @ z <= target``."""
    return replace(
        moves,
        matrix=sp.vstack([moves.matrix, row], format="csr"),
        low=np.append(moves.low, -np.inf),
        high=np.append(moves.high, target),
    )


def _limit(limit: float) -> int:
    return int(limit) if np.isfinite(limit) else -UNBOUNDED


def whole(z: Floats) -> Bools:
    """Which of the solver's numbers stand for whole numbers."""
    result: Bools = np.abs(z - np.rint(z)) < NEAR
    return result
