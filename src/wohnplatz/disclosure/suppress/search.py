"""Better patterns nearby: free the choice inside a few sums, keep the rest, solve that exactly."""

from __future__ import annotations

import time

import numpy as np
import scipy.sparse as sp

from ..problem import Bools, Ints
from .board import Board, Floats
from .cuts import Cut, Pool, Separator
from .finder import Finder
from .greedy import Progress, rebuild, users
from .lp import Program
from .state import State

ROUNDS = 40
REBUILD_EVERY = 4
"""Now and then a part is rebuilt by chance: cheaper than solving it, and it leaves plateaus."""


class Neighbourhoods:
    """Draws sets of nodes that lie inside one or two sums (an area, an age group of a municipality, …)."""

    def __init__(self, board: Board, movable: Bools, rng: np.random.Generator, aim: int = 150) -> None:
        self.board, self.movable, self.rng, self.aim = board, movable, rng, aim
        self.free = board.choice & ~board.sensitive
        self.count = board.rows @ movable.astype(np.int64)
        self.themes = np.flatnonzero((self.count >= 8) & (self.count <= 120))
        if not self.themes.size:
            self.themes = np.flatnonzero(self.count > 0)

    def draw(self) -> Bools:
        """Nodes that may change, (u,)."""
        inside = np.zeros(self.movable.size, dtype=np.bool_)
        chosen = np.zeros(len(self.board), dtype=np.bool_)
        rows = self.board.rows
        for theme in self.rng.permutation(self.themes)[:40]:
            wider = inside.copy()
            wider[rows.indices[rows.indptr[theme] : rows.indptr[theme + 1]]] = True
            outside = rows @ (self.movable & ~wider).astype(np.int64)
            now = self.free & (outside == 0)
            if now.sum() <= self.aim or not chosen.any():
                inside, chosen = wider, now
            if now.sum() > 0.7 * self.aim:
                break
        return chosen


class Refiner:
    """Solves neighbourhoods with the cuts found so far and new ones."""

    def __init__(self, finder: Finder, pool: Pool, *, alone: bool = False) -> None:
        self.alone = alone
        self.finder, self.pool, self.board = finder, pool, finder.board
        self.separators: dict[int, Separator] = {}

    def separator(self, block: int) -> Separator:
        """The separator of a block (-1: the whole board)."""
        if block not in self.separators:
            inside = self.finder.movable if block < 0 else self.finder.movable & (self.finder.block == block)
            self.separators[block] = Separator(
                self.board, np.flatnonzero(inside), alone=self.alone, seed=self.finder.seed
            )
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
        target = float(self.board.cost[state.hidden & free].sum()) - 0.5 * self.step(free)
        local: list[Cut] = []
        hard: set[int] = set()
        for _ in range(ROUNDS):
            if time.monotonic() > deadline or not self._relax(state, free, local, hard, target):
                return None
            value, y = self._solve(state, free, local, integer=True)
            if value > target:
                return None
            trial, failed = self._try(state, free, y > 0.5, local)
            if trial is not None:
                return trial
            hard.update(failed.tolist())
        return None

    def _relax(self, state: State, free: Bools, local: list[Cut], hard: set[int], target: float) -> bool:
        """Add cuts for the ``hard`` demands against fractions; False where even these cost too much."""
        demands = np.array(sorted(hard), dtype=np.int64)
        for _ in range(8):
            value, y = self._solve(state, free, local, integer=False)
            if value > target:
                return False
            demands = self.separate(demands, y)
            if not demands.size:
                break
        return True

    def step(self, free: Bools) -> float:
        """The smallest cost that counts."""
        return float(self.board.cost[free].min(initial=np.inf))

    def _solve(self, state: State, free: Bools, local: list[Cut], *, integer: bool) -> tuple[float, Floats]:
        kept = (state.hidden & ~free).astype(np.float64)
        nodes = np.flatnonzero(free)
        matrix, need = self.pool.inside(nodes, kept, local)
        y = kept.copy()
        used = np.flatnonzero(np.bincount(matrix.indices, minlength=nodes.size))
        if not used.size:
            return 0.0, y
        matrix = sp.csr_array(matrix[:, used])
        program = Program(
            matrix, need, np.full(need.size, np.inf), np.zeros(used.size), np.ones(used.size), integer=integer
        )
        program.costs(np.arange(used.size), self.board.cost[nodes[used]])
        program.tolerate(0.1 * self.step(free))
        solution = program.solve(3.0)
        if solution is None:
            return np.inf, y
        y[nodes[used]] = np.clip(solution, 0.0, 1.0)
        return float(self.board.cost[nodes[used]] @ solution), y

    def _try(self, state: State, free: Bools, hidden: Bools, local: list[Cut]) -> tuple[State | None, Ints]:
        """The state with the choice ``hidden`` inside ``free`` if all is open then; otherwise new cuts."""
        affected = users(state, np.flatnonzero(state.hidden & ~hidden))
        trial = state.copy()
        trial.hidden = np.where(free, hidden, state.hidden)
        found, failed = self.finder.rescue(trial, affected, all_or_none=False, thorough=True)
        if not failed.size:
            for demand, move in found.items():
                trial.accept(move, [demand])
            return trial, failed
        if not self.separate(failed, trial.hidden.astype(np.float64)).size:
            # Enough for fractions, not for whole numbers: only this choice is ruled out.
            rest = np.flatnonzero(free & ~trial.hidden)
            local.append(Cut(rest, np.ones(rest.size)))
        return None, failed


def improve(
    state: State, refiner: Refiner, deadline: float, rng: np.random.Generator, progress: Progress
) -> State:
    """Better patterns nearby until time is out or many neighbourhoods in a row brought nothing."""
    finder = refiner.finder
    around = Neighbourhoods(state.board, finder.movable, rng)
    tries = vain = 0
    patience = min(600, 50 + len(state.secondary()) // 2)
    begun = time.monotonic()
    while time.monotonic() < deadline and vain < patience:
        free = around.draw()
        exactly = tries % REBUILD_EVERY != 0
        better = refiner.refine(state, free, deadline) if exactly else rebuild(state, finder, free, rng)
        tries += 1
        vain = 0 if better is not None and better.cost() < state.cost() - 1e-6 else vain + 1
        state = state if better is None else better
        share = (time.monotonic() - begun) / max(deadline - begun, 1e-9)
        progress("Suche nach besseren Mustern", int(100 * min(share, 1.0)), 100)
    return state
