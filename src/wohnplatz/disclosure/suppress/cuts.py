"""Conditions every safe pattern meets, found where a pattern fails.

All silent moves solve ``A z = 0`` over the groups of a scope. For any weights λ of these equations the
change of a sum p is also ``r @ z`` with ``r = e_p + A.T @ λ``, and no more than what the groups with r ≠ 0
can do. If p is to change by ``need``, enough of them must be hidden: the sum over all groups of
``min(1, (r⁺ up + r⁻ down) / need) y`` is at least 1. (Capacity constraints of M. Fischetti, J. J. Salazar:
Solving the cell suppression problem on tabular data with linear constraints, Management Science 47, 2001.)
The λ are the solver's, rounded to fractions, so a condition is exact whatever the solver's accuracy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ..clock import Limit, OutOfTimeError
from ..problem import Bools, Ints
from .board import EITHER, Board, Floats
from .lp import Program
from .scope import Scope

DENOMINATOR = 60
"""Fractions with a denominator up to 6, which is what the weights of tables are."""
VIOLATED = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """``share @ y[nodes] >= 1`` for every safe pattern y; 0 < share <= 1."""

    nodes: Ints
    share: Floats

    def missing(self, y: Floats) -> float:
        """By how much ``y`` (u,) fails it."""
        return 1.0 - float(self.share @ y[self.nodes])


def joined(ways: Sequence[Cut | None]) -> Cut | None:
    """The cut that holds where one of two ways suffices."""
    one, other = ways
    if one is None or other is None:
        return None
    nodes = np.union1d(one.nodes, other.nodes)
    share = np.zeros(nodes.size)
    for way in (one, other):
        place = np.searchsorted(nodes, way.nodes)
        share[place] = np.maximum(share[place], way.share)
    return Cut(nodes, share)


class Separator:
    """Finds cuts in one scope; if it is ``alone`` they hold whatever moves outside, else if nothing does."""

    def __init__(self, board: Board, scope: Scope, limit: Limit, *, seed: int = 0) -> None:
        self.board, self.scope = board, scope
        self.transposed = scope.relations.T.tocsr().astype(np.int64)
        zero = np.zeros(scope.relations.shape[0])
        self.program = Program(scope.relations, zero, zero, -scope.down, scope.up, seed=seed, limit=limit)
        paid = board.choice[scope.nodes] & ~board.sensitive[scope.nodes]
        self.priced, self.priced_group = scope.nodes[paid], scope.group[paid]
        self.aim = 0

    def cut(self, demand: int, y: Floats) -> Cut | None:
        """A cut that ``y`` (u,), between 0 and 1, fails because of this demand; None where it fails none."""
        sign = int(self.board.demands.sign[demand])
        part, node = self._hidden_part(y)
        if sign != EITHER:
            weights = self._weights(demand, sign, part)
            cut = None if weights is None else self._exact(demand, sign, weights, node)
            return cut if cut is not None and cut.missing(y) > VIOLATED else None
        single: list[Cut | None] = []
        for first in (1, -1):
            weights = self._weights(demand, first, part)
            if weights is None:
                return None
            single.append(self._exact(demand, first, weights, node))
            # What holds one way with these weights mostly holds the other way with their negatives.
            both = joined([single[-1], self._exact(demand, -first, -weights, node)])
            if both is not None and both.missing(y) > VIOLATED:
                return both
        # Each way fails for a reason of its own.
        both = joined(single)
        return both if both is not None and both.missing(y) > VIOLATED else None

    def _amount(self, demand: int, sign: int) -> int:
        demands = self.board.demands
        return int(demands.up[demand] if sign > 0 else demands.down[demand])

    def _weights(self, demand: int, sign: int, part: Floats) -> Ints | None:
        """Weights of the equations, in 60ths, that show the demand fails one way; None where it does not."""
        scope, need = self.scope, self._amount(demand, sign)
        group = int(scope.group_of[self.board.demands.node[demand]])
        if group < 0:
            return None
        whole = part >= 1
        up = np.where(whole, scope.up, np.minimum(scope.up, need) * part)
        down = np.where(whole, scope.down, np.minimum(scope.down, need) * part)
        (up if sign > 0 else down)[group] = need
        self.program.bounds(np.arange(len(scope)), -down, up)
        self.program.costs(np.array([self.aim]), np.zeros(1))
        self.program.costs(np.array([group]), np.array([-1.0 * sign]))
        self.aim = group
        solution = self.program.solve()
        if solution is None or solution[group] * sign > need - VIOLATED:
            return None
        return np.rint(self.program.duals() * DENOMINATOR).astype(np.int64)

    def _hidden_part(self, y: Floats) -> tuple[Floats, Ints]:
        """How far each group is hidden, (g,), and the node that says so (-1: always hidden)."""
        order = np.argsort(-y[self.priced], kind="stable")
        node = np.full(len(self.scope), -1, dtype=np.int64)
        node[self.priced_group[order]] = self.priced[order]
        return np.where(node >= 0, np.where(y[node] > 1 - 1e-6, 1.0, y[node]), 1.0), node

    def _exact(self, demand: int, sign: int, weights: Ints, node: Ints) -> Cut | None:
        """What these weights ask for one way; None where they ask nothing."""
        scope, need = self.scope, self._amount(demand, sign)
        ratio = self.transposed @ weights
        ratio[scope.group_of[self.board.demands.node[demand]]] += DENOMINATOR * sign
        able = np.where(ratio > 0, ratio * scope.up, -ratio * scope.down) / (DENOMINATOR * need)
        free = float(able[node < 0].sum())
        if free >= 1 - VIOLATED:
            return None
        used = np.flatnonzero((able > 0) & (node >= 0))
        nodes, place = np.unique(node[used], return_inverse=True)
        share = np.minimum(1.0, np.bincount(place, able[used], nodes.size) / (1.0 - free))
        return Cut(nodes, share)


class Pool:
    """All cuts found, and the program they make: the least cost of a pattern that meets them."""

    def __init__(self, board: Board, supports: sp.csr_array, limit: Limit) -> None:
        self.board, self.limit = board, limit
        self.supports = supports
        """(k, u): rows that are at least 0 in a pattern of least cost; -1 at the sum that needs support."""
        self.cuts: list[Cut] = []
        self.rows = sp.csr_array((0, len(board)))
        self.program: Program | None = None

    def add(self, cut: Cut) -> None:
        """One more cut."""
        self.cuts.append(cut)
        if self.program is not None:
            self.program.add_row(1.0, cut.nodes, cut.share)

    def matrix(self) -> sp.csr_array:
        """All cuts as rows, (cuts, u)."""
        new = self.cuts[self.rows.shape[0] :]
        if new:
            self.rows = sp.csr_array(sp.vstack([self.rows, _rows(new, len(self.board))], format="csr"))
        return self.rows

    def relaxed(self) -> tuple[float, Floats]:
        """Least cost with y between 0 and 1, and that y (u,); both 0 where the solver finds none."""
        if self.program is None:
            self.program = self._program(integer=False)
        y = self.program.solve()
        if y is None:
            return 0.0, np.zeros(len(self.board))
        return float(self.board.cost @ y), np.clip(y, 0.0, 1.0)

    def best(self, gap: float, seconds: float) -> tuple[float, Bools | None]:
        """A lower bound of the cost of patterns that meet all cuts, and one within ``gap`` of it."""
        program = self._program(integer=True)
        program.tolerate(gap)
        try:
            y = program.solve(seconds)
        except OutOfTimeError:
            y = None
        return max(program.bound(), 0.0), None if y is None else y > 0.5

    def _program(self, *, integer: bool) -> Program:
        rows = self.matrix()
        matrix = sp.csr_array(sp.vstack([rows, self.supports], format="csr"))
        low = np.concatenate([np.ones(rows.shape[0]), np.zeros(self.supports.shape[0])])
        usable = (self.board.choice & ~self.board.sensitive).astype(np.float64)
        none, endless = np.zeros(usable.size), np.full(low.size, np.inf)
        program = Program(matrix, low, endless, none, usable, integer=integer, large=True, limit=self.limit)
        program.costs(np.arange(usable.size), self.board.cost)
        return program

    def forbid(self, hidden: Bools) -> None:
        """Rule out ``hidden`` and all that hide less: enough for fractions, not for whole numbers."""
        rest = np.flatnonzero(self.board.choice & ~hidden)
        self.add(Cut(rest, np.ones(rest.size)))


class Corner:
    """Nodes whose choice is free while all others stay, and what the cuts ask of them then."""

    def __init__(self, pool: Pool, free: Bools, hidden: Bools) -> None:
        """``free`` and ``hidden`` (u,)."""
        self.pool, self.nodes = pool, np.flatnonzero(free)
        self.kept = (hidden & ~free).astype(np.float64)
        """The choice of all others, (u,)."""
        self.seen = 0
        self.parts: list[tuple[sp.csr_array, Floats]] = []
        self.own: list[tuple[sp.csr_array, Floats]] = []
        supports = sp.csr_array(pool.supports[:, self.nodes])
        row = np.repeat(np.arange(supports.shape[0]), np.diff(supports.indptr))
        given = pool.supports @ self.kept
        asked = (np.bincount(row, supports.data < 0, supports.shape[0]) > 0) & (given < 1)
        self.supports = supports[asked], -given[asked]

    def rule_out(self, choice: Bools) -> None:
        """Here, ``choice`` (u,) and all that hide less of the free nodes will not do."""
        rest = self.nodes[~choice[self.nodes]]
        self.own.append(self._part(_rows([Cut(rest, np.ones(rest.size))], self.kept.size)))

    def asked(self) -> tuple[sp.csr_array, Floats]:
        """What is asked of the nodes now: matrix (k, nodes) and right sides (k,)."""
        rows = self.pool.matrix()
        if rows.shape[0] > self.seen:
            self.parts.append(self._part(rows[self.seen :]))
            self.seen = rows.shape[0]
        matrices, needs = zip(*self.parts, *self.own, self.supports, strict=True)
        return sp.csr_array(sp.vstack(matrices, format="csr")), np.concatenate(needs)

    def _part(self, rows: sp.csr_array) -> tuple[sp.csr_array, Floats]:
        """What rows ask of the nodes beyond what the others give."""
        need = 1.0 - rows @ self.kept
        binding = need > VIOLATED
        return rows[binding][:, self.nodes], need[binding]


def _rows(cuts: list[Cut], width: int) -> sp.csr_array:
    end = np.cumsum([0, *(cut.nodes.size for cut in cuts)])
    nodes, share = np.concatenate([c.nodes for c in cuts]), np.concatenate([c.share for c in cuts])
    return sp.csr_array((share, nodes, end), (len(cuts), width))
