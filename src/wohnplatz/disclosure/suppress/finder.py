"""Looks for moves: the cheapest for a demand, or any that needs nothing more hidden."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from ..problem import Bools, Ints
from .board import EITHER, Board, Floats
from .lp import Program
from .scope import Scope, blocks, make_scope
from .state import Move, State

WHOLE_NUMBER = 1e-6
MULTIPLES = (1, 2, 3, 4)
"""A move of halves or thirds often becomes whole when made longer, and stays possible."""


class Part:
    """A scope with its programs; ``follow`` keeps them in step with what is hidden."""

    def __init__(self, board: Board, atoms: Ints, seed: int = 0) -> None:
        self.board = board
        self.scope: Scope = make_scope(board, atoms)
        self.seed = seed
        self.ways: Program | None = None
        self.quiet: Program | None = None
        self.paid: Floats = np.zeros(0)
        self.shut: Bools = np.zeros(0, dtype=np.bool_)

    def cheapest(self, state: State, demand: int, sign: int, seconds: float = 20.0) -> Move | None:
        """A cheap move (sum of changes times cost) that meets ``demand`` by rising or falling."""
        scope, demands = self.scope, self.board.demands
        group, g = int(scope.group_of[demands.node[demand]]), len(scope)
        amount = int(demands.up[demand] if sign > 0 else demands.down[demand])
        ways = self._ways(state.hidden)
        if group < 0 or (scope.up if sign > 0 else scope.down)[group] < amount:
            return None
        ends = np.array([group, group + g])
        least = np.array([amount, 0] if sign > 0 else [0, amount], dtype=np.float64)
        most = np.array([scope.up[group], 0] if sign > 0 else [0, scope.down[group]], dtype=np.float64)
        ways.bounds(ends, least, most)
        solution = ways.solve(seconds)
        ways.bounds(ends, np.zeros(2), np.array([scope.up[group], scope.down[group]]))
        if solution is None:
            return None
        change = solution[:g] - solution[g:]
        return self._whole(state, change) or self._whole_cheapest(state, group, amount * sign, change)

    def farthest(self, demand: int, sign: int) -> int:
        """How far the demand's sum can move at most, whatever is hidden (rounded down)."""
        scope = self.scope
        group = int(scope.group_of[self.board.demands.node[demand]])
        if group < 0:
            return 0
        zero = np.zeros(scope.relations.shape[0])
        program = Program(scope.relations, zero, zero, -scope.down, scope.up, seed=self.seed)
        program.costs(np.array([group]), np.array([-1.0 * sign]))
        solution = program.solve()
        return 0 if solution is None else int(np.floor(solution[group] * sign + WHOLE_NUMBER))

    def _ways(self, hidden: Bools) -> Program:
        """Program over rises and falls of the groups, priced by what is not hidden yet."""
        cost = self.scope.costs(self.board, hidden)
        g = len(self.scope)
        if self.ways is None:
            self.ways = self._both_ways(integer=False)
            self.paid = np.zeros(g)
        changed = np.flatnonzero(cost != self.paid)
        self.ways.costs(changed, cost[changed])
        self.ways.costs(changed + g, cost[changed])
        self.paid = cost
        return self.ways

    def _both_ways(self, *, integer: bool) -> Program:
        scope = self.scope
        matrix = sp.csr_array(sp.hstack([scope.relations, -scope.relations], format="csr"))
        zero, limit = np.zeros(matrix.shape[0]), np.concatenate([scope.up, scope.down])
        return Program(matrix, zero, zero, np.zeros(limit.size), limit, integer=integer, seed=self.seed)

    def _whole_cheapest(self, state: State, group: int, change: int, near: Floats) -> Move | None:
        """The same in whole numbers: first among what is hidden or in ``near``, then everywhere."""
        scope, g = self.scope, len(self.scope)
        cost = scope.costs(self.board, state.hidden)
        for wide in (False, True):
            program = self._both_ways(integer=True)
            limit = np.concatenate([scope.up, scope.down])
            if not wide:
                limit *= np.tile((cost == 0) | (np.abs(near) > WHOLE_NUMBER), 2)
            low = np.zeros(2 * g)
            ends = [group, group + g]
            low[ends] = [max(change, 0), max(-change, 0)]
            limit[ends] = [limit[group] * (change > 0), limit[group + g] * (change < 0)]
            program.bounds(np.arange(2 * g), low, limit)
            program.costs(np.arange(2 * g), np.tile(cost, 2))
            solution = program.solve(5.0)
            if solution is not None:
                return self._whole(state, solution[:g] - solution[g:])
        return None

    def _whole(self, state: State, change: Floats) -> Move | None:
        """The move in whole numbers, if ``change`` (g,) is one or a multiple of it is."""
        atoms = change[self.scope.unit]
        for factor in MULTIPLES:
            by = np.rint(atoms * factor)
            if np.abs(atoms * factor - by).max(initial=0.0) < WHOLE_NUMBER:
                return state.move(self.scope.atoms, by.astype(np.int64))
        return None

    def probe(self, state: State, aims: Floats, reach: int) -> Move | None:
        """A move within what is hidden that changes the groups in the direction of ``aims`` (g,)."""
        scope = self.scope
        shut = scope.public(self.board, state.hidden)
        far = np.full(len(scope), float(reach))
        up, down = np.minimum(scope.up, far), np.minimum(scope.down, far)
        if self.quiet is None:
            zero = np.zeros(scope.relations.shape[0])
            self.quiet = Program(scope.relations, zero, zero, -down, up, seed=self.seed)
            self.shut = np.zeros(len(scope), dtype=np.bool_)
        changed = np.flatnonzero(shut != self.shut)
        still = shut[changed]
        self.quiet.bounds(changed, np.where(still, 0.0, -down[changed]), np.where(still, 0.0, up[changed]))
        self.shut = shut
        self.quiet.costs(np.arange(len(scope)), -aims)
        solution = self.quiet.solve(20.0)
        if solution is None or not np.abs(solution).max(initial=0.0) > WHOLE_NUMBER:
            return None
        return self._whole(state, solution)


class Finder:
    """The parts of a board, made when first used: one for each block of atoms, and the whole."""

    def __init__(self, board: Board, *, largest: int = 700, seed: int = 0) -> None:
        self.board = board
        self.seed = seed
        self.block = blocks(board, largest)
        """Block of each atom, (n,)."""
        self.movable = ~board.fixed[: self.block.size]
        self.parts: dict[int, Part] = {}
        self.home = self._homes()
        self.reach = int(max(np.max(board.demands.up, initial=1), np.max(board.demands.down, initial=1))) * 4

    def _homes(self) -> Ints:
        """Block of each demand, -1 where its sum reaches over several."""
        home = np.empty(len(self.board.demands), dtype=np.int64)
        rows = self.board.rows
        for demand, node in enumerate(self.board.demands.node.tolist()):
            atoms = rows.indices[rows.indptr[node] : rows.indptr[node + 1]]
            found = np.unique(self.block[atoms[self.movable[atoms]]])
            home[demand] = found[0] if found.size == 1 else -1
        return home

    def part(self, block: int) -> Part:
        """The part of a block; -1 is the whole board."""
        if block not in self.parts:
            inside = self.movable if block < 0 else self.movable & (self.block == block)
            self.parts[block] = Part(self.board, np.flatnonzero(inside), self.seed)
        return self.parts[block]

    def cheapest(self, state: State, demand: int) -> Move | None:
        """A cheap move for a demand, from its block or else from the whole board."""
        sign = int(self.board.demands.sign[demand])
        signs = (1, -1) if sign == EITHER else (sign,)
        for block in dict.fromkeys((int(self.home[demand]), -1)):
            found = [self.part(block).cheapest(state, demand, s) for s in signs]
            moves = [move for move in found if move is not None and demand in move.meets]
            if moves:
                return min(moves, key=state.price)
        return None

    def cut(self, state: State, demand: int) -> Move | None:
        """Lower a demand that cannot be met to what can, and a move for that; None where the sum is fixed.

        An *unavoidable* bound: a sum of two counts that are at least 1 can never look smaller than 2.
        """
        demands = self.board.demands
        for sign in (1, -1) if demands.sign[demand] == EITHER else (int(demands.sign[demand]),):
            amounts = demands.up if sign > 0 else demands.down
            asked = int(amounts[demand])
            amount = min(self.part(-1).farthest(demand, sign), asked)
            while amount > 0:
                amounts[demand] = amount
                move = self.part(-1).cheapest(state, demand, sign)
                if move is not None:
                    return move
                amount //= 2
            amounts[demand] = asked
        return None

    def rescue(self, state: State, demands: Ints) -> dict[int, Move] | None:
        """A witness within what is hidden for each of ``demands``, or None where one has none."""
        found: dict[int, Move] = {}
        for block in np.unique(self.home[demands]):
            part = self.part(int(block))
            missing = [int(d) for d in demands if self.home[d] == block]
            while missing:
                rest = self._after(state, part, missing, missing, found)
                if len(rest) == len(missing):
                    rest = self._after(state, part, missing[:1], missing, found)
                    if rest[:1] == missing[:1]:
                        return None
                missing = rest
        return found

    def _after(
        self, state: State, part: Part, wanted: list[int], missing: list[int], found: dict[int, Move]
    ) -> list[int]:
        """What is still missing after looking for ``wanted``; witnesses go to ``found``."""
        for move in self._probes(state, part, wanted):
            met = set(move.meets.tolist())
            found.update({d: move for d in missing if d in met and d not in found})
        return [d for d in missing if d not in found]

    def _probes(self, state: State, part: Part, wanted: list[int]) -> list[Move]:
        demands, moves = self.board.demands, []
        for sign in (1, -1):
            aims = np.zeros(len(part.scope))
            use = [d for d in wanted if demands.sign[d] in {sign, EITHER}]
            if use:
                np.add.at(aims, part.scope.group_of[demands.node[use]], float(sign))
                move = part.probe(state, aims, self.reach)
                if move is not None and state.hidden[move.needs_hidden].all():
                    moves.append(move)
        return moves
