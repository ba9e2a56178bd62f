"""A linear program that is solved many times with other costs and bounds (HiGHS, kept warm)."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from ..clock import on_the_wall
from ..solver import new_solver

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


class Program:
    """``min cost @ x`` with ``low <= matrix @ x <= high`` and ``lower <= x <= upper``; starts with cost 0.

    Without presolve the basis of the last solution serves the next: a solution takes milliseconds.
    """

    def __init__(  # noqa: PLR0913 (a linear program has these parts)
        self, matrix: sp.csr_array, low: Floats, high: Floats, lower: Floats, upper: Floats,
        *, integer: bool = False, large: bool = False, seed: int = 0,
    ) -> None:  # fmt: skip
        self.solver: Any = new_solver()
        # All instances of a process must agree on the number of threads, otherwise none of them starts.
        for key, value in (
            ("log_to_console", False),
            ("threads", 1),
            ("random_seed", seed),
        ):
            self.solver.setOptionValue(key, value)
        if integer:
            # Any whole move will do that is not far from the cheapest; ``tolerate`` asks for more.
            self.solver.setOptionValue("mip_rel_gap", 0.2)
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
        """The solution, or None where there is none (or none was found in time)."""
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + on_the_wall(seconds))
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return np.asarray(self.solver.getSolution().col_value)
        info = self.solver.getInfo()
        late = status == highspy.HighsModelStatus.kTimeLimit
        if late and info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            return np.asarray(self.solver.getSolution().col_value)
        return None

    def tolerate(self, gap: float) -> None:
        """Be content with a whole-number solution that costs up to ``gap`` more than the least."""
        self.solver.setOptionValue("mip_abs_gap", gap)
        self.solver.setOptionValue("mip_rel_gap", 0.0)

    def duals(self) -> Floats:
        """Row duals of the last solution."""
        return np.asarray(self.solver.getSolution().row_dual)

    def bound(self) -> float:
        """What no whole-number solution of the last run can fall below."""
        return float(self.solver.getInfo().mip_dual_bound)
