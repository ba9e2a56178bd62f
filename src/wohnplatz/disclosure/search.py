"""The search for witnesses: many needs at once along random directions, then single questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import scipy.sparse as sp

from .mending import mended
from .moves import Floats, Moves, members
from .problem import UNBOUNDED, Bools, Ints
from .proof import NOTHING
from .reduction import Open
from .solving import Clock, Outcome, Warm, whole_move

LOW, HIGH = 0, 1
SIGN = (1, -1)
"""The least of ``sign * sum`` is what each side asks for."""

BLOCK = 600
"""Free atoms from which a warm model takes no further component: a question costs by the model's size."""

MODELS = 100
"""Warm models at a time: a large ledger has thousands of blocks, and each model wants its memory."""


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
    clock: Clock
    moves: list[tuple[Ints, Ints]] = field(init=False)
    """Each witness: the free atoms it moves, and how far."""
    by: Ints = field(init=False)
    """(k, 2): number of the witness for each side, or ``NOTHING``."""
    component: Ints = field(init=False)
    """(f,): component of each free atom."""
    block: Ints = field(init=False)
    """Component: the block it belongs to, components that share a warm model."""
    warm: dict[int, Warm] = field(init=False)
    """Block: its model, made when first asked."""
    limits: dict[tuple[int, int], float] = field(init=False)
    """Need and side: how far the sum can provably go at most."""

    def __post_init__(self) -> None:
        """The true table is the first witness: it shows whatever it reaches itself."""
        self.moves, self.warm, self.limits = [], {}, {}
        self.by = np.full((self.rows.shape[0], 2), NOTHING, dtype=np.int64)
        sizes = np.diff(self.problem.column_ends)
        self.component = np.repeat(np.arange(len(sizes)), sizes)
        self.block = (np.cumsum(sizes) - sizes) // BLOCK
        self._record(np.zeros(len(self.base), dtype=np.int64))

    def _record(self, move: Ints) -> int:
        """Keep a move (f,) if it shows something new; how many sides it did show."""
        change = self.rows @ move
        new = np.column_stack([change <= self.room[:, LOW], change >= self.room[:, HIGH]]) & self.missing
        if new.any() or not self.moves:
            self.by[new] = len(self.moves)
            moved = np.flatnonzero(move)
            self.moves.append((moved, move[moved]))
        return int(new.sum())

    @property
    def missing(self) -> Bools:
        """(k, 2): sides that still need a witness."""
        open_sides = self.by < 0
        done = self.either & ~open_sides.all(axis=1)
        result: Bools = open_sides & ~done[:, None]
        return result

    def recall(self, hints: sp.csr_array) -> None:
        """Try moves (h, f) found elsewhere, those that show most first; none counts unchecked."""
        possible = np.flatnonzero(self._possible(hints))
        shown = np.diff(sp.csr_array(hints[possible] @ self.rows.T).indptr)
        for i in possible[np.argsort(-shown, kind="stable")].tolist():
            if not self.missing.any():
                return
            self._record(hints[[i]].toarray()[0])

    def _possible(self, moves: sp.csr_array) -> Bools:
        """Which of the moves (h, f) keep to all limits."""
        problem, told = self.problem, self.problem.matrix @ self.base
        change, step = sp.coo_array(problem.matrix @ moves.T), sp.coo_array(moves)
        row, by = change.coords
        column, of = step.coords[::-1]
        result = np.ones(moves.shape[0], dtype=np.bool_)
        result[by[_outside(told[row] + change.data, problem.low[row], problem.high[row])]] = False
        number = self.base[column] + step.data
        result[of[_outside(number, problem.lower[column], problem.upper[column])]] = False
        return result

    def batches(self, rng: np.random.Generator, patience: int = 3) -> None:
        """Move along random mixtures of all missing needs until that shows nothing new."""
        for needs in self._portions():
            idle = 0
            while idle < patience and (self.missing & needs).any() and self.clock.left > 0:
                found = self._record(self._along(self._mixture(self.missing & needs, rng)))
                idle = 0 if found else idle + 1

    def _portions(self) -> list[Bools]:
        """The needs (k, 1) that are asked for together: those about as many blocks as there may be models."""
        lengths = np.diff(self.rows.indptr)
        portion = np.zeros(len(lengths), dtype=np.int64)
        first = self.rows.indices[self.rows.indptr[:-1][lengths > 0]]
        block = np.unique(self.block, return_inverse=True)[1]
        portion[lengths > 0] = block[self.component[first]] // MODELS
        return [(portion == n)[:, None] for n in np.unique(portion)]

    def _mixture(self, missing: Bools, rng: np.random.Generator) -> Floats:
        """A random cost (f,) that pulls each missing need to one of its missing sides."""
        side = np.where(missing.all(axis=1), rng.integers(0, 2, len(missing)), missing[:, HIGH])
        # Few needs get most of the weight, others each time: equal weights ask the same again and again.
        weight = rng.exponential(1.0, len(missing)) ** 3
        result: Floats = self.rows.T @ (np.where(side == LOW, 1.0, -1.0) * missing.any(axis=1) * weight)
        return result

    def _along(self, cost: Floats) -> Ints:
        """A whole-number move in direction ``cost``, through a vertex of each block."""
        move = np.zeros(len(self.base), dtype=np.int64)
        for block in self._touched(cost):
            warm = self.warm_of(block)
            z = warm.vertex(cost[warm.moves.columns])
            step = None if z is None else mended(warm.moves, z, cost[warm.moves.columns], self.clock)
            if step is not None:
                move[warm.moves.columns] = step
        return move

    def _touched(self, cost: Ints | Floats) -> list[int]:
        """Blocks in which ``cost`` (f,) is not all 0."""
        return [int(b) for b in np.unique(self.block[self.component[cost != 0]])]

    def warm_of(self, block: int) -> Warm:
        """The model of a block."""
        if block not in self.warm:
            if len(self.warm) >= MODELS:
                del self.warm[next(iter(self.warm))]
            self.warm[block] = Warm(self._moves(np.flatnonzero(self.block == block)), self.clock)
        return self.warm[block]

    def _moves(self, components: Ints) -> Moves:
        columns = members(self.problem.column_ends, components)
        rows = members(self.problem.row_ends, components)
        return Moves.of(self.problem, self.base, columns, rows)

    def single(self, need: int, side: int) -> Answer:
        """Settle one side of one need, by the solver's whole-number search where no short move does."""
        target = int(SIGN[side] * self.room[need, side])
        cost = SIGN[side] * self.row(need)
        limit = self._least(cost)
        self.limits[need, side] = limit
        if limit > target:
            return Answer.LEAK
        if self._short(cost, target):
            return Answer.FOUND
        outcome, move = self.least_whole(cost, target)
        if move is not None and self._reaches(move, cost, target):
            return Answer.FOUND
        return Answer.NO_WHOLE if outcome is Outcome.NONE else Answer.UNSETTLED

    def _short(self, cost: Ints, target: int) -> bool:
        """Whether a short move within one block reaches the target, recorded then."""
        for block in self._touched(cost):
            move = self.shortest(block, cost, target)
            if move is not None and self._reaches(move, cost, target):
                return True
        return False

    def shortest(self, block: int, cost: Ints, target: int) -> Ints | None:
        """A short whole-number move (f,) of one block with ``cost @ z <= target``, or None."""
        warm = self.warm_of(block)
        own = cost[warm.moves.columns]
        z = warm.shortest(own, target)
        step = None if z is None else mended(warm.moves, z, own, self.clock)
        if step is None or own @ step > target:
            return None
        move = np.zeros(len(cost), dtype=np.int64)
        move[warm.moves.columns] = step
        return move

    def _reaches(self, move: Ints, cost: Ints, target: int) -> bool:
        """Record a move that keeps to all limits and reaches the target."""
        moves = self._moves(np.unique(self.component[move != 0]))
        if cost @ move > target or not moves.holds(move[moves.columns]):
            return False
        self._record(move)
        return True

    def enclosure(self, need: int) -> tuple[int, int]:
        """Between which whole numbers the facts provably enclose the change of a need's sum.

        ``-UNBOUNDED`` and ``UNBOUNDED`` where they do not, or where that was not settled in time.
        """
        for side, sign in enumerate(SIGN):
            if (need, side) not in self.limits:
                self.limits[need, side] = self._least(sign * self.row(need))
        return _limit(self.limits[need, LOW]), -_limit(self.limits[need, HIGH])

    def row(self, need: int) -> Ints:
        """A need over all free atoms, (f,)."""
        result: Ints = self.rows[[need]].toarray()[0]
        return result

    def _least(self, cost: Ints) -> float:
        """A proven lower limit of ``cost @ z``, ``-inf`` where there is none or none was found in time."""
        return sum(self.limits_of(cost).values(), 0.0)

    def limits_of(self, cost: Ints) -> dict[int, float]:
        """The same block by block; these share no fact."""
        blocks = self._touched(cost)
        return {b: self.warm_of(b).least(cost[self.warm_of(b).moves.columns]) for b in blocks}

    def least_whole(self, cost: Ints, target: int) -> tuple[Outcome, Ints | None]:
        """A whole-number move (f,) with ``cost @ z <= target``, or the least there is."""
        moves = self._moves(np.unique(self.component[cost != 0]))
        if not len(moves.columns):
            return Outcome.NONE, np.zeros(len(cost), dtype=np.int64)
        outcome, z = whole_move(moves, cost[moves.columns], target, self.clock)
        if z is None:
            return outcome, None
        move = np.zeros(len(cost), dtype=np.int64)
        move[moves.columns] = z
        return outcome, move


def _limit(limit: float) -> int:
    return int(limit) if np.isfinite(limit) else -UNBOUNDED


def _outside(numbers: Ints, low: Ints, high: Ints) -> Bools:
    result: Bools = (numbers < low) | (numbers > high)
    return result
