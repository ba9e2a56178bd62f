"""The entry: a problem in, a pattern out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from ..clock import PATIENCE, Limit, OutOfTimeError, now
from ..problem import Atoms, Bools, Cells, Facts, Ints, Needs
from .board import Board, make_board
from .cuts import Pool
from .exact import DRAWN, Exact
from .finder import SMALL, Finder
from .greedy import Progress, cover, nobody, thin
from .links import make_pool
from .search import Refiner, improve
from .state import State

KEPT = 1e-3
"""Part of its cost that a cell costs which was hidden before: patterns stay, but not for nothing."""

FINISHING, LONGEST = 0.02, 1.0
"""Part of the time limit, and seconds at most, kept for the bound and the pattern itself."""

SECRET = 1e-4
"""Size of the random part of the weights: who knows the method cannot replay the choice."""


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """What to hide, and how good that is."""

    hidden: Bools
    """(c,), sensitive cells included."""
    cost: float
    """Weight of the hidden cells that are not sensitive."""
    lower_bound: float
    """No safe pattern costs less."""
    proven: bool
    """Whether no safe pattern costs less than this one by more than a thousandth."""
    status: str
    """``safe``; ``cut``: some needs cannot be met whatever is hidden (``lowered``, ``unmet``); ``late``: not
    solved in time, everything is hidden and only the audit can say whether that is enough;
    ``contradiction``: the counts themselves break what is known of them, so nothing can be shown of
    anything; everything is hidden."""
    lowered: Ints
    """Needs met as far as possible only."""
    unmet: Ints
    """Needs that nothing meets: their sum follows from what cannot be hidden. Not to be published."""
    first_seconds: float
    seconds: float
    witnesses: sp.csr_array
    """(w, n) int64: changes of the atoms, each one a table that agrees with everything published."""

    @property
    def gap(self) -> float:
        """(cost − lower bound) / cost."""
        return 0.0 if self.cost <= self.lower_bound else (self.cost - self.lower_bound) / self.cost


def protect(  # noqa: PLR0913 (one entry, and it must know all of this; all but three by name)
    atoms: Atoms,
    cells: Cells,
    needs: Needs,
    *,
    known: Facts | None = None,
    zeros_visible: bool,
    preferred: Bools | None = None,
    time_limit: float = 120.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Pattern:
    """Hide ``cells`` so that every need stays open, at little cost.

    ``known`` is public whatever is hidden. With ``zeros_visible`` the intruder knows that a hidden cell is at
    least 1, and no zero is hidden. ``preferred`` (c,) was hidden before and costs almost nothing. ``seed``
    is best kept secret: it moves the weights a little against somebody who replays the choice. The same
    input and seed give the same pattern, as long as time does not run out. Raises ``WohnplatzError`` for
    weights that are negative or no numbers.
    """
    start = now()
    rng = np.random.default_rng(seed)
    board = make_board(atoms, cells, needs, known, zeros_visible=zeros_visible)
    scale = _scale(board)
    board = _priced(board, scale, preferred, rng)
    task = _Task(board, cells, len(needs), scale, start, start + time_limit, progress or nobody, rng)
    unit = _unit(cells) / scale if preferred is None else 0.0
    return task.solve(State(board, board.sensitive), Finder(board, seed=seed, limit=task.limit), unit)


def repair(  # noqa: PLR0913 (as protect)
    atoms: Atoms,
    cells: Cells,
    needs: Needs,
    hidden: Bools,
    *,
    known: Facts | None = None,
    zeros_visible: bool,
    time_limit: float = 60.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Pattern:
    """Hide more than ``hidden`` (c,) until every need stays open, then take back what none needs.

    For patterns that are safe each for itself and not together: ``cells`` and ``needs`` are those of all
    tables and divisions, over common atoms. What is hidden already costs nothing at first. Otherwise as
    ``protect``; the lower bound is that of patterns that start from nothing.
    """
    start = now()
    rng = np.random.default_rng(seed)
    board = make_board(atoms, cells, needs, known, zeros_visible=zeros_visible)
    scale = _scale(board)
    board = _priced(board, scale, None, rng)
    already = board.sensitive.copy()
    already[board.cell[hidden]] = True
    task = _Task(board, cells, len(needs), scale, start, start + time_limit, progress or nobody, rng)
    finder = Finder(board, seed=seed, limit=task.limit)
    return task.mend(State(board, already & board.choice), finder, _unit(cells) / scale)


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """One call: the board, the clock and who looks on."""

    board: Board
    cells: Cells
    needs: int
    """How many there are, those included that hold without any move."""
    scale: float
    """Weight of one unit of the board's costs."""
    start: float
    end: float
    progress: Progress
    rng: np.random.Generator
    limit: Limit = field(default_factory=Limit)
    """Of all programs the search asks."""

    def __post_init__(self) -> None:
        """The search ends a little before the call, which has a bound to state and moves to write down."""
        self.limit.at = self.deadline

    @property
    def deadline(self) -> float:
        """When the search ends, of ``now``."""
        return self.end - min(FINISHING * (self.end - self.start), LONGEST)

    def solve(self, state: State, finder: Finder, unit: float) -> Pattern:
        """From nothing hidden but the sensitive; costs are multiples of ``unit`` (0: of anything)."""
        board = self.board
        if board.impossible:
            return self._everything(np.arange(self.needs), state, "contradiction")
        pool = make_pool(finder, np.zeros(0, dtype=np.int64))
        try:
            finder.price = board.cost * (DRAWN - pool.relaxed()[1])
            lowered, fixed = cover(state, finder, self.deadline, self.progress)
        except OutOfTimeError:
            return self._everything(board.demands.need[state.open_demands()], state, "late")
        finder.price = board.cost
        if lowered.size or fixed.size:
            pool = make_pool(finder, fixed)
        first = now() - self.start
        thin(state, finder, self.deadline, self.rng)
        if _in_one(finder) and np.sum(board.choice) <= SMALL:
            exact = Exact(state, Refiner(finder, pool, alone=True), unit, self.rng)
            state, lower = _least(exact, self.deadline, self.progress)
        else:
            state = improve(state, Refiner(finder, pool), self.deadline, self.rng, self.progress)
            lower = self._bound(finder, pool)
        return self._pattern(state, lowered, fixed, first, _round_up(lower / (1 + SECRET), unit))

    def mend(self, state: State, finder: Finder, unit: float) -> Pattern:
        """From a pattern that may leak."""
        board = self.board
        if board.impossible:
            return self._everything(np.arange(self.needs), state, "contradiction")
        try:
            lowered, fixed = cover(state, finder, self.deadline, self.progress)
        except OutOfTimeError:
            return self._everything(board.demands.need[state.open_demands()], state, "late")
        first = now() - self.start
        thin(state, finder, self.deadline, self.rng)
        refiner = Refiner(finder, make_pool(finder, fixed), alone=_in_one(finder))
        state = improve(state, refiner, self.deadline, self.rng, self.progress)
        lower = self._bound(finder, refiner.pool)
        return self._pattern(state, lowered, fixed, first, _round_up(lower / (1 + SECRET), unit))

    def _bound(self, finder: Finder, pool: Pool) -> float:
        """What the conditions found so far ask for at least, 0 where that is not known or not in time."""
        # This one may be large: the solver keeps to the clock on the wall, which is never slower than work.
        self.limit.at = now() + (self.end - now()) / PATIENCE
        try:
            return pool.relaxed()[0] if _in_one(finder) else 0.0
        except OutOfTimeError:
            return 0.0

    def _pattern(self, state: State, lowered: Ints, fixed: Ints, first: float, bound: float) -> Pattern:
        cost, bound = self._cost(state.hidden), bound * self.scale
        need = self.board.demands.need
        return Pattern(
            state.hidden[self.board.cell], cost, min(bound, cost), bound >= cost * (1 - 1e-3),
            "cut" if lowered.size or fixed.size else "safe", np.unique(need[lowered]), np.unique(need[fixed]),
            first, now() - self.start, _witnesses(state),
        )  # fmt: skip

    def _everything(self, unmet: Ints, state: State, status: str) -> Pattern:
        """The safe side: nothing that can be hidden is published."""
        hidden, seconds = self.board.choice, now() - self.start
        return Pattern(
            hidden[self.board.cell], self._cost(hidden), 0.0, False, status, np.zeros(0, dtype=np.int64),
            np.unique(unmet), seconds, seconds, _witnesses(state),
        )  # fmt: skip

    def _cost(self, hidden: Bools) -> float:
        return float(self.cells.weight[hidden[self.board.cell] & ~self.cells.sensitive].sum())


def _in_one(finder: Finder) -> bool:
    """Whether the board is one block: only then what is found to be needed is needed."""
    return bool(finder.block.max(initial=0) == 0)


def _least(exact: Exact, deadline: float, progress: Progress) -> tuple[State, float]:
    """The cheapest pattern of a small board, or the best found in time, and a lower bound."""
    begun = now()
    left = deadline - begun
    exact.guided(exact.relax(begun + 0.5 * left), deadline)
    exact.close(begun + 0.7 * left)
    if not exact.proven:
        exact.state = improve(exact.state, exact.refiner, begun + 0.85 * left, exact.rng, progress)
    exact.close(deadline)
    return exact.state, exact.lower


def _unit(cells: Cells) -> float:
    """The steps in which costs come: 1 where all weights are whole numbers, 0 for any."""
    return 1.0 if bool((cells.weight == np.rint(cells.weight)).all()) else 0.0


def _round_up(bound: float, unit: float) -> float:
    return max(0.0, float(np.ceil(bound / unit - 1e-6) * unit) if unit else bound)


def _scale(board: Board) -> float:
    """The middle of all weights: what a figure usually costs, the measure of all prices in the search."""
    paid = board.cost[(board.cost > 0) & ~board.sensitive]
    return float(np.median(paid)) if paid.size else 1.0


def _priced(board: Board, scale: float, preferred: Bools | None, rng: np.random.Generator) -> Board:
    """The board with costs around 1, a little chance in them, and cheap where something was hidden before."""
    cost = board.cost / scale * (1 + SECRET * rng.random(len(board)))
    if preferred is not None:
        cost[board.cell[preferred]] *= KEPT
    cost[board.sensitive] = 0.0
    return board.with_cost(cost)


def _witnesses(state: State) -> sp.csr_array:
    moves = state.moves()
    row = np.repeat(np.arange(len(moves)), [len(move.atoms) for move in moves])
    column = np.concatenate([np.zeros(0, dtype=np.int64), *(move.atoms for move in moves)])
    by = np.concatenate([np.zeros(0, dtype=np.int64), *(move.by for move in moves)])
    return sp.csr_array(sp.coo_array((by, (row, column)), (len(moves), state.board.rows.shape[1])))
