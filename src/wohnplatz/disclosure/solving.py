"""The solver (HiGHS, through scipy), asked for moves.

What comes back is never trusted: moves are verified by ``check_proof``, limits by ``exact_bound``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from .exact import exact_bound
from .moves import Floats, Moves
from .problem import Ints

NEAR = 1e-6
"""How far a solver's number may be from the whole number it stands for."""


class Outcome(Enum):
    """How a search for a whole-number move ended."""

    FOUND = "found"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Solver:
    """Counts what is asked and keeps the time."""

    deadline: float = np.inf
    """Of ``time.perf_counter``."""
    solves: int = 0

    @property
    def out_of_time(self) -> bool:
        """Whether no further question may be asked."""
        return time.perf_counter() >= self.deadline

    def vertex(self, moves: Moves, cost: Floats, reach: float) -> Floats | None:
        """A move of least cost with no step beyond ``reach``, not necessarily whole; None out of time."""
        _, z = self._milp(moves, cost, reach, whole=False, gap=0.0)
        return z

    def least(self, moves: Moves, cost: Ints) -> tuple[float, Floats | None]:
        """A proven lower limit of ``cost @ z``, ``-inf`` where there is none; and a move near it."""
        if not len(cost):
            return 0.0, np.zeros(0)
        if self.out_of_time:
            return -np.inf, None
        self.solves += 1
        equal = moves.low == moves.high
        above, below = ~equal & np.isfinite(moves.high), ~equal & np.isfinite(moves.low)
        result = linprog(
            cost,
            A_eq=moves.matrix[equal],
            b_eq=moves.low[equal],
            A_ub=sp.vstack([moves.matrix[above], -moves.matrix[below]]),
            b_ub=np.concatenate([moves.high[above], -moves.low[below]]),
            bounds=np.column_stack([moves.lower, moves.upper]),
            options=self._options(),
        )
        if result.status != 0:
            return -np.inf, None
        weight = np.zeros(len(moves.low))
        weight[equal] = result.eqlin.marginals
        weight[above] += result.ineqlin.marginals[: above.sum()]
        weight[below] -= result.ineqlin.marginals[above.sum() :]
        return exact_bound(moves, cost, weight), np.asarray(result.x)

    def whole(self, moves: Moves, cost: Floats, gap: float = 0.0) -> tuple[Outcome, Ints | None]:
        """A whole-number move of cost within ``gap`` (relative) of the least."""
        outcome, z = self._milp(moves, cost, np.inf, whole=True, gap=gap)
        return outcome, None if z is None else np.rint(z).astype(np.int64)

    def _milp(
        self, moves: Moves, cost: Floats, reach: float, *, whole: bool, gap: float
    ) -> tuple[Outcome, Floats | None]:
        if self.out_of_time:
            return Outcome.UNKNOWN, None
        self.solves += 1
        result = milp(
            cost,
            integrality=np.full(len(cost), int(whole)),
            bounds=Bounds(np.maximum(moves.lower, -reach), np.minimum(moves.upper, reach)),
            constraints=LinearConstraint(moves.matrix, moves.low, moves.high) if len(moves.low) else (),
            options=self._options() | {"mip_rel_gap": gap},
        )
        if result.x is not None:
            return Outcome.FOUND, np.asarray(result.x, dtype=np.float64)
        return (Outcome.NONE if result.status == 2 else Outcome.UNKNOWN), None

    def _options(self) -> dict[str, float]:
        left = self.deadline - time.perf_counter()
        return {"time_limit": max(left, 0.01)} if np.isfinite(left) else {}
