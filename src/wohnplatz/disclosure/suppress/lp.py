"""A linear program that is solved many times with other costs and bounds (HiGHS, kept warm)."""

from __future__ import annotations

import math
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from ..clock import Limit, OutOfTimeError, now, on_the_wall
from ..solver import new_solver

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

Status = highspy.HighsModelStatus
SETTLED = frozenset({Status.kOptimal, Status.kInfeasible})


class _Watch:
    """Ends a whole-number search: the solver's own clock is the one on the wall, work is counted here.

    It knows nothing of the solver, which keeps it: the two would never be given back.
    """

    def __init__(self) -> None:
        self.end = math.inf

    def look(self, kind: Any, text: Any, out: Any, into: Any, data: Any) -> None:
        """What the solver asks now and then."""
        if now() > self.end:
            into.user_interrupt = True


class Program:
    """``min cost @ x`` with ``low <= matrix @ x <= high`` and ``lower <= x <= upper``; starts with cost 0.

    Without presolve the basis of the last solution serves the next: a solution takes milliseconds.
    """

    def __init__(  # noqa: PLR0913 (a linear program has these parts)
        self, matrix: sp.csr_array, low: Floats, high: Floats, lower: Floats, upper: Floats,
        *, integer: bool = False, large: bool = False, seed: int = 0, limit: Limit | None = None,
    ) -> None:  # fmt: skip
        self.integer, self.limit, self.watch = integer, limit or Limit(), _Watch()
        self.solver: Any = new_solver()
        # All instances of a process must agree on the number of threads, otherwise none of them starts.
        for key, value in (
            ("log_to_console", False),
            ("threads", 1),
            ("random_seed", seed),
        ):
            self.solver.setOptionValue(key, value)
        if integer:
            self.solver.setCallback(self.watch.look, None)
            self.solver.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
        if not (integer or large):
            self.solver.setOptionValue("presolve", "off")
        rows, columns = matrix.shape
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = columns, rows
        model.col_cost_ = np.zeros(columns)
        model.col_lower_, model.col_upper_ = lower, upper
        model.row_lower_, model.row_upper_ = low, high
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
        model.a_matrix_.index_ = matrix.indices.astype(np.int32)
        model.a_matrix_.value_ = matrix.data.astype(np.float64)
        if integer:
            model.integrality_ = [highspy.HighsVarType.kInteger] * columns
        self.solver.passModel(model)

    def bounds(self, columns: Indices, lower: Floats, upper: Floats) -> None:
        """New bounds of some columns."""
        if len(columns):
            self.solver.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def costs(self, columns: Indices, cost: Floats) -> None:
        """New costs of some columns."""
        if len(columns):
            self.solver.changeColsCost(len(columns), columns.astype(np.int32), cost)

    def add_row(self, low: float, columns: Indices, values: Floats) -> None:
        """One more row ``low <= values @ x[columns]``."""
        self.solver.addRow(low, highspy.kHighsInf, len(columns), columns.astype(np.int32), values)

    def forget(self) -> None:
        """Start the next solution from nothing."""
        self.solver.clearSolver()

    def most(self, high: float, columns: Indices, values: Floats) -> None:
        """One more row ``values @ x[columns] <= high``."""
        self.solver.addRow(-highspy.kHighsInf, high, len(columns), columns.astype(np.int32), values)

    def start_from(self, values: Floats) -> None:
        """A solution known to be possible."""
        solution = highspy.HighsSolution()
        solution.col_value = values
        self.solver.setSolution(solution)

    def solve(self, seconds: float = 60.0) -> Floats | None:
        """The solution, or None where there is none (or none was found in ``seconds``).

        In whole numbers the best found in time will do; in fractions nothing but the least. Raises
        ``OutOfTimeError`` where the limit of the whole search leaves nothing.
        """
        seconds = min(seconds, self.limit.left)
        if seconds <= 0:
            raise OutOfTimeError
        self.watch.end = now() + seconds
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + on_the_wall(seconds))
        self.solver.run()
        found = self.solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if self.solver.getModelStatus() == Status.kOptimal or (self.integer and found):
            return np.asarray(self.solver.getSolution().col_value)
        if self.limit.left <= 0:
            raise OutOfTimeError
        return None

    @property
    def settled(self) -> bool:
        """Whether the last solution, or that there is none, is the solver's last word."""
        return self.solver.getModelStatus() in SETTLED

    def tolerate(self, gap: float, part: float = 0.0) -> None:
        """Be content with a whole-number solution up to ``gap``, or a ``part`` of its cost, off the least."""
        self.solver.setOptionValue("mip_abs_gap", gap)
        self.solver.setOptionValue("mip_rel_gap", part)

    def duals(self) -> Floats:
        """Row duals of the last solution."""
        return np.asarray(self.solver.getSolution().row_dual)

    def bound(self) -> float:
        """What no whole-number solution of the last run can fall below."""
        return float(self.solver.getInfo().mip_dual_bound)
