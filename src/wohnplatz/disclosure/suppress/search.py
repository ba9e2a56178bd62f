"""Better patterns nearby: free the choice of figures that can stand in for each other, solve that exactly.

A large neighbourhood search (D. Pisinger, S. Ropke: Large neighborhood search, Handbook of Metaheuristics,
2010) whose neighbourhoods are solved as whole-number programs over the conditions found so far. Where even
fractions bring nothing a neighbourhood is done with in milliseconds, so they may be large and many.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from ..clock import OutOfTimeError, now
from ..problem import Bools, Ints
from .board import Floats
from .cuts import Corner, Pool, Separator
from .finder import Finder
from .greedy import Progress, users
from .lp import Program
from .scope import make_scope
from .state import State

ROUNDS = 6
"""Choices tried in one neighbourhood; what they taught stays for the next."""

FAILURES = 12
"""After so many failing demands a choice is given up, and a cut looked for against each."""

TIGHT = 2.0
"""A condition that counts less than this may fail when one node is published."""

STEP = 12
"""Nodes by which a neighbourhood grows at a time."""

LONGEST = 3.0
"""Seconds one neighbourhood is solved at most."""

SMALLEST, GROWTH, LARGEST = 150, 2.0, 2400
"""Nodes in a neighbourhood: few are solved fast, many find more."""

KEEP = 0.4
"""Part of a step that everything is worth which stays hidden: little is to be shown open anew."""


class Neighbourhoods:
    """Draws sets of nodes that can stand in for each other, in turn around every node hidden for others.

    Two nodes belong together where a condition holds both and would fail if one more of its nodes were
    published: publishing one is then paid with another.
    """

    def __init__(self, state: State, pool: Pool, rng: np.random.Generator) -> None:
        self.pool, self.rng, self.aim = pool, rng, SMALLEST
        board = state.board
        self.free = board.choice & ~board.sensitive
        self.drawn = np.zeros(len(board), dtype=np.int64)
        """How often each node was free since something near it changed, (u,)."""
        self.filled = False
        """Whether one of this size was full: larger ones would hold more."""

    def remain(self, state: State) -> bool:
        """Whether there is one left to try; where all of a size were, larger ones follow."""
        hidden = state.secondary()
        if hidden.size and self.drawn[hidden].all() and self.filled and self.aim < LARGEST:
            self.aim, self.filled = int(self.aim * GROWTH), False
            self.drawn[:] = 0
        return bool(hidden.size and not self.drawn[hidden].all())

    def draw(self, state: State) -> Bools:
        """Nodes that may change, (u,)."""
        rows = self.pool.matrix()
        tight = rows[rows @ state.hidden.astype(np.float64) < TIGHT]
        near = sp.csr_array((np.ones(tight.nnz), tight.indices, tight.indptr), shape=tight.shape)
        back = near.T.tocsr()
        weight = 1.0 / np.maximum(np.diff(tight.indptr), 1)
        chosen = np.zeros(self.free.size, dtype=np.bool_)
        hidden = state.secondary()
        chosen[hidden[np.lexsort((self.rng.random(hidden.size), self.drawn[hidden]))[0]]] = True
        while chosen.sum() < self.aim:
            drawn = back @ (weight * np.minimum(near @ chosen.astype(np.float64), 3.0))
            drawn *= (self.free & ~chosen) * (0.5 + self.rng.random(drawn.size))
            best = np.argsort(-drawn, kind="stable")[:STEP]
            best = best[drawn[best] > 0]
            if not best.size:
                break
            chosen[best] = True
        self.filled |= bool(chosen.sum() >= self.aim)
        self.drawn[chosen] += 1
        return chosen

    def changed(self, free: Bools) -> None:
        """What lies near a change is worth another try."""
        self.drawn[free] = 0


class Refiner:
    """Solves neighbourhoods with the cuts found so far and new ones."""

    def __init__(self, finder: Finder, pool: Pool, *, alone: bool = False) -> None:
        self.alone = alone
        self.finder, self.pool, self.board = finder, pool, finder.board
        self.separators: dict[int, Separator] = {}

    def separator(self, block: int) -> Separator:
        """The separator of a block (-1: the whole board)."""
        if block not in self.separators:
            scope = self.finder.part(block).scope
            if self.alone:
                scope = make_scope(self.board, scope.atoms, alone=True)
            self.separators[block] = Separator(self.board, scope, self.finder.limit, seed=self.finder.seed)
        return self.separators[block]

    def separate(self, demands: Ints, y: Floats) -> Ints:
        """Add a cut to the pool for each demand that ``y`` fails; returns these demands."""
        found: list[int] = []
        for demand in demands.tolist():
            cut = self.separator(int(self.finder.home[demand])).cut(demand, y)
            if cut is not None:
                self.pool.add(cut)
                found.append(demand)
        return np.array(found, dtype=np.int64)

    def refine(self, state: State, free: Bools, deadline: float) -> State | None:
        """A cheaper state that differs only inside ``free``, or None."""
        cost = self.board.cost
        target = float(cost[state.hidden & free].sum()) - 0.5 * _step(cost[free])
        corner = Corner(self.pool, free, state.hidden)
        hard: set[int] = set()
        for _ in range(ROUNDS):
            if now() > deadline or not self._relax(corner, hard, target):
                return None
            usual = state.hidden[corner.nodes]
            value, y = self._solve(corner, target, usual, min(LONGEST, deadline - now()))
            if value > target:
                return None
            trial, failed = self._try(state, corner, y > 0.5)
            if trial is not None:
                return trial
            hard.update(failed.tolist())
        return None

    def _relax(self, corner: Corner, hard: set[int], target: float) -> bool:
        """Add cuts for the ``hard`` demands against fractions; False where even these cost too much."""
        demands = np.array(sorted(hard), dtype=np.int64)
        for _ in range(8):
            value, y = self._solve(corner, np.inf)
            if value > target:
                return False
            demands = self.separate(demands, y)
            if not demands.size:
                break
        return True

    def _solve(
        self, corner: Corner, target: float, usual: Bools | None = None, seconds: float = LONGEST
    ) -> tuple[float, Floats]:
        """The least cost in a corner up to ``target``, and the choice (u,); infinite if there is none.

        With ``usual``, what the state hides of its nodes, in whole numbers, else in fractions.
        """
        integer = usual is not None
        nodes, y = corner.nodes, corner.kept.copy()
        matrix, need = corner.asked()
        used = np.flatnonzero(np.bincount(matrix.indices, minlength=nodes.size))
        if not used.size:
            return 0.0, y
        matrix = sp.csr_array(matrix[:, used])
        endless, none, one = np.full(need.size, np.inf), np.zeros(used.size), np.ones(used.size)
        program = Program(matrix, need, endless, none, one, integer=integer, limit=self.finder.limit)
        cost, step = self.board.cost[nodes[used]], _step(self.board.cost[nodes])
        program.costs(np.arange(used.size), cost)
        if usual is not None:
            now = usual[used]
            program.costs(np.arange(used.size), cost - KEEP * step * now / max(now.sum(), 1))
            program.most(target, np.arange(used.size), cost)
            program.tolerate(0.9 * step)
        solution = program.solve(seconds)
        if solution is None:
            return np.inf, y
        y[nodes[used]] = np.clip(solution, 0.0, 1.0)
        return float(cost @ solution), y

    def _try(self, state: State, corner: Corner, hidden: Bools) -> tuple[State | None, Ints]:
        """The state with the choice ``hidden`` in a corner if all is open then; otherwise new cuts."""
        affected = users(state, np.flatnonzero(state.hidden & ~hidden))
        trial = state.copy()
        trial.hidden[corner.nodes] = hidden[corner.nodes]
        found, failed = self.finder.rescue(trial, affected, most_failures=FAILURES, thorough=True)
        if not failed.size:
            for demand, move in found.items():
                trial.accept(move, [demand])
            return trial, failed
        if not self.separate(failed, trial.hidden.astype(np.float64)).size:
            # Enough for fractions, not for whole numbers: only this choice is ruled out.
            corner.rule_out(trial.hidden)
        return None, failed


def _step(cost: Floats) -> float:
    """The smallest cost that counts."""
    return float(cost.min(initial=np.inf))


def improve(
    state: State, refiner: Refiner, deadline: float, rng: np.random.Generator, progress: Progress
) -> State:
    """Better patterns nearby, in ever larger neighbourhoods, until time is out or the largest bring none."""
    around = Neighbourhoods(state, refiner.pool, rng)
    begun = now()
    while now() < deadline and around.remain(state):
        free = around.draw(state)
        try:
            better = refiner.refine(state, free, deadline)
        except OutOfTimeError:
            break
        if better is not None:
            around.changed(free)
            state = better
        share = (now() - begun) / max(deadline - begun, 1e-9)
        progress("Suche nach besseren Mustern", int(100 * min(share, 1.0)), 100)
    return state
