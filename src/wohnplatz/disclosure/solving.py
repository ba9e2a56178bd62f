"""The solver (HiGHS), asked for moves: vertices from one warm model, whole numbers by a search of their own.

What comes back is never trusted: moves are verified by ``check_proof``, limits by ``exact_bound``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from .clock import now, on_the_wall
from .exact import exact_bound
from .moves import Floats, Moves
from .problem import Bools, Ints
from .solver import new_solver

NEAR = 1e-6
"""How far a solver's number may be from the whole number it stands for."""

FAR = 1e7
"""Stands for endless: a move that large is one."""

PRIMAL = 4

NEAR_ENOUGH, EFFORT = 0.2, 5
"""Gap to the best and nodes at which a short search ends: another vertex is cheaper than a long search."""

PLAIN = {"mip_detect_symmetry": False, "mip_heuristic_run_feasibility_jump": False}
"""What a short search does without: among some hundred numbers both cost more than they save."""

Status = highspy.HighsModelStatus
SETTLED = frozenset({Status.kOptimal, Status.kInfeasible})
FEASIBLE = highspy.SolutionStatus.kSolutionStatusFeasible


class Outcome(Enum):
    """How a search for a whole-number move ended."""

    FOUND = "found"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Clock:
    """Counts what is asked and keeps the time."""

    deadline: float = np.inf
    """Of ``clock.now``."""
    solves: int = 0

    @property
    def left(self) -> float:
        """Seconds."""
        return self.deadline - now()


class Warm:
    """The linear programme over some moves, kept warm: the next cost starts where the last one ended."""

    def __init__(self, moves: Moves, clock: Clock) -> None:
        """``moves`` must have columns."""
        self.moves, self.clock = moves, clock
        self.solver = _solver(moves)
        # A warm basis serves the next cost only where no presolve rewrites the problem; and as the last
        # vertex stays possible under a new cost, the primal simplex method goes on from it.
        self.solver.setOptionValue("presolve", "off")
        self.solver.setOptionValue("simplex_strategy", PRIMAL)
        self.all = np.arange(len(moves.columns), dtype=np.int32)
        self.short: Short | None = None

    def vertex(self, cost: Floats | Ints) -> Floats | None:
        """A move of least cost, not necessarily whole; None where none is found in time."""
        if self.clock.left <= 0:
            return None
        self.clock.solves += 1
        self.solver.changeColsCost(len(self.all), self.all, cost.astype(np.float64))
        # The solver's own clock runs on from one question to the next.
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + on_the_wall(self.clock.left))
        self.solver.run()
        if self.solver.getModelStatus() != Status.kOptimal:
            self.solver.clearSolver()
            return None
        return np.asarray(self.solver.getSolution().col_value)

    def least(self, cost: Ints) -> float:
        """A proven lower limit of ``cost @ z``, ``-inf`` where there is none."""
        if self.vertex(cost) is None:
            return -np.inf
        return exact_bound(self.moves, cost, np.asarray(self.solver.getSolution().row_dual))

    def shortest(self, cost: Ints, target: int) -> Floats | None:
        """The shortest move with ``cost @ z <= target``, mostly whole; None where none is found in time."""
        if self.clock.left <= 0:
            return None
        self.clock.solves += 1
        self.short = self.short or Short(self.moves)
        return self.short.find(cost, target, self.clock)


class Short:
    """Rises and falls of the atoms, each step at the price of 1.

    What nothing pulls stays where it is, and a short way through a table is mostly one of whole numbers.
    """

    def __init__(self, moves: Moves) -> None:
        self.atoms = len(moves.columns)
        matrix = sp.csr_array(sp.hstack([moves.matrix, -moves.matrix], format="csr"))
        zero = np.zeros(2 * self.atoms)
        self.solver = _model(matrix, moves.low, moves.high, zero, np.concatenate([moves.upper, -moves.lower]))
        self.solver.setOptionValue("presolve", "off")
        every = np.arange(2 * self.atoms, dtype=np.int32)
        self.solver.changeColsCost(len(every), every, np.ones(len(every)))

    def find(self, cost: Ints, target: int, clock: Clock) -> Floats | None:
        """The shortest move with ``cost @ z <= target``, from rest."""
        pulled = np.flatnonzero(cost)
        columns = np.concatenate([pulled, pulled + self.atoms]).astype(np.int32)
        values = np.concatenate([cost[pulled], -cost[pulled]]).astype(np.float64)
        row = self.solver.getNumRow()
        self.solver.addRow(-highspy.kHighsInf, float(target), len(columns), columns, values)
        self.solver.clearSolver()
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + on_the_wall(clock.left))
        self.solver.run()
        done = self.solver.getModelStatus() == Status.kOptimal
        z = np.asarray(self.solver.getSolution().col_value) if done else None
        self.solver.deleteRows(1, np.array([row], dtype=np.int32))
        return None if z is None else z[: self.atoms] - z[self.atoms :]


def whole_move(moves: Moves, cost: Ints, target: int, clock: Clock) -> tuple[Outcome, Ints | None]:
    """A whole-number move with ``cost @ z <= target``, the least where the search must go to the end.

    NONE rests on the solver's search alone. Needs columns.
    """
    if clock.left <= 0:
        return Outcome.UNKNOWN, None
    z, status = _searched(moves, cost, clock, {"mip_rel_gap": 0.0, "objective_target": float(target)})
    if z is not None and cost @ z <= target:
        return Outcome.FOUND, z
    return (Outcome.NONE, z) if status in SETTLED else (Outcome.UNKNOWN, None)


def some_move(moves: Moves, cost: Floats | Ints, clock: Clock) -> Ints | None:
    """A whole-number move of low cost, after a short search; None where none is found. Needs columns."""
    if clock.left <= 0:
        return None
    short = {"mip_rel_gap": NEAR_ENOUGH, "mip_max_nodes": EFFORT, **PLAIN}
    return _searched(moves, cost, clock, short)[0]


def _searched(
    moves: Moves, cost: Floats | Ints, clock: Clock, options: dict[str, float]
) -> tuple[Ints | None, Any]:
    """The best whole-number move found, and how the search ended."""
    clock.solves += 1
    solver = _solver(moves, whole=True)
    solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost.astype(np.float64))
    for key, value in (options | {"time_limit": on_the_wall(clock.left)}).items():
        solver.setOptionValue(key, value)
    solver.run()
    found = solver.getInfo().primal_solution_status == FEASIBLE
    z = np.rint(solver.getSolution().col_value).astype(np.int64) if found else None
    return z, solver.getModelStatus()


def _solver(moves: Moves, *, whole: bool = False) -> Any:
    """A model of the moves without cost."""
    return _model(moves.matrix, moves.low, moves.high, moves.lower, moves.upper, whole=whole)


def _model(  # noqa: PLR0913 (a linear program has these parts)
    matrix: sp.csr_array, low: Floats, high: Floats, lower: Floats, upper: Floats, *, whole: bool = False
) -> Any:
    """A solver with a model without cost."""
    solver = new_solver()
    # All instances of a process must agree on the number of threads, otherwise none of them starts.
    solver.setOptionValue("threads", 1)
    rows, columns = matrix.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_ = np.zeros(columns)
    model.col_lower_, model.col_upper_ = np.maximum(lower, -FAR), np.minimum(upper, FAR)
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data.astype(np.float64)
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * columns
    solver.passModel(model)
    return solver


def whole(z: Floats) -> Bools:
    """Which of the solver's numbers stand for whole numbers."""
    result: Bools = np.abs(z - np.rint(z)) < NEAR
    return result
