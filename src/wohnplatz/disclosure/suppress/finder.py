"""Looks for moves: the cheapest for a demand, or any that needs nothing more hidden."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from ..clock import Limit
from ..problem import Bools, Ints
from .board import EITHER, Board, Floats
from .lp import Program
from .scope import WHOLE, blocks, make_scope, torn
from .state import Move, State
from .ways import Ways

WHOLE_NUMBER = 1e-6
MULTIPLES = (1, 2, 3, 4)
"""A move of halves or thirds often becomes whole when made longer, and stays possible."""

LARGEST = 700
"""Atoms of a block: as many as a municipality's, so that moves are found fast."""

SMALL, TOGETHER = 2500, 1000
"""A board of at most so many figures and atoms that can move is one block: only then is there a bound."""

REMEMBERED = 12
"""Moves kept for each demand."""

NEAR_ENOUGH, DEAR, LONG = 0.4, 0.3, 3.0
"""Any whole move will do that is not far from the cheapest: by a part of its cost, or by less than a figure
and some steps. Half as far takes five times as long."""

SHAKES = 4
"""Tries with other prices before a move is looked for in whole numbers."""
DETOUR = 0.01
"""Price of a step within what is hidden when more is to be hidden: short moves are better witnesses."""
ALWAYS_HIDDEN = 0.1
"""Price of a step over sensitive cells, against 1 over others."""


@dataclass(frozen=True, slots=True, eq=False)
class Quiet:
    """What a search within what is hidden found."""

    fractions: bool
    """Whether the solver found a move, perhaps not in whole numbers."""
    move: Move | None
    """One in whole numbers."""
    certain: bool = True
    """Whether there is none where none was found: the search went to its end."""


NO_WAY = Quiet(False, None)


class Part:
    """A scope with its programs: over all groups, and over those that are hidden."""

    def __init__(self, board: Board, atoms: Ints, limit: Limit, seed: int = 0) -> None:
        self.board, self.limit, self.seed = board, limit, seed
        self.scope = make_scope(board, atoms)
        self.all: Ways | None = None
        self.quiet: Ways | None = None

    def cheapest(self, state: State, demand: int, sign: int, price: Floats) -> Move | None:
        """A cheap move (sum of changes times ``price``) that meets ``demand`` by rising or falling."""
        if self.all is None:
            self.all = Ways(self.scope, np.arange(len(self.scope)), self.limit, seed=self.seed)
        cost = self.scope.costs(self.board, state.hidden, price) + DETOUR * self._length()
        group, amount = self._goal(demand, sign)
        if group < 0:
            return None
        change = self._priced(self.all, cost, group, amount)
        if change is None:
            return None
        move = self._whole(state, change)
        chance = np.random.default_rng((self.seed, demand))
        near = np.abs(change) > WHOLE_NUMBER
        for _ in range(SHAKES):
            if move is not None:
                return move
            # Another corner of the same program may be whole, and costs hardly more.
            other = self._priced(self.all, cost * (1 + chance.random(cost.size) / 2), group, amount)
            if other is not None:
                near |= np.abs(other) > WHOLE_NUMBER
                move = self._whole(state, other)
        hidden = ~self.scope.public(self.board, state.hidden)
        for groups in (near, near | hidden, np.ones_like(near)):
            move = move or self._in_whole_numbers(state, groups, cost, DEAR, demand=demand, sign=sign).move
        return move

    def _priced(self, ways: Ways, price: Floats, group: int, amount: int) -> Floats | None:
        ways.charge(price)
        return ways.find(group, amount)

    def within(self, state: State, demand: int, sign: int, *, thorough: bool) -> Quiet:
        """A short move within what is hidden that meets ``demand`` by rising or falling.

        The solver's answer need not be whole. Then other corners are asked for: most often one of them is.
        Only a ``thorough`` search looks on in whole numbers; it takes a hundred times as long.
        """
        group, amount = self._goal(demand, sign)
        shut = self.scope.public(self.board, state.hidden)
        if group < 0 or shut[group]:
            return NO_WAY
        if self.quiet is None or (~shut & (self.quiet.place < 0)).any():
            self.quiet = Ways(self.scope, np.flatnonzero(~shut), self.limit, seed=self.seed)
        self.quiet.close(shut)
        change = self._priced(self.quiet, self._length(), group, amount)
        if change is None:
            return Quiet(False, None, self.quiet.program.settled)
        move = self._whole(state, change)
        chance = np.random.default_rng((self.seed, demand))
        near = np.abs(change) > WHOLE_NUMBER
        for _ in range(SHAKES if thorough else 1):
            if move is not None:
                return Quiet(True, move)
            other = self._priced(
                self.quiet, self._length() * (1 + chance.random(len(self.scope))), group, amount
            )
            if other is not None:
                near |= np.abs(other) > WHOLE_NUMBER
                move = self._whole(state, other)
        result = Quiet(True, move, move is not None)
        if move is None and thorough:
            for groups in (near, ~shut):
                if result.move is None:
                    result = self._in_whole_numbers(
                        state, groups, self._length(), LONG, demand=demand, sign=sign
                    )
        return result

    def _goal(self, demand: int, sign: int) -> tuple[int, int]:
        demands = self.board.demands
        amount = int(demands.up[demand] if sign > 0 else demands.down[demand])
        return int(self.scope.group_of[demands.node[demand]]), amount * sign

    def _length(self) -> Floats:
        """Price of a step within what is hidden: small over what is hidden anyway, which frees the rest."""
        scope, board = self.scope, self.board
        paid = board.choice[scope.nodes] & ~board.sensitive[scope.nodes]
        return np.asarray(ALWAYS_HIDDEN + np.bincount(scope.group, paid, len(scope)))

    def farthest(self, demand: int, sign: int) -> int:
        """How far the demand's sum can move at most, whatever is hidden (rounded down)."""
        scope = self.scope
        group = self._goal(demand, sign)[0]
        if group < 0:
            return 0
        zero = np.zeros(scope.relations.shape[0])
        program = Program(
            scope.relations, zero, zero, -scope.down, scope.up, seed=self.seed, limit=self.limit
        )
        program.costs(np.array([group]), np.array([-1.0 * sign]))
        solution = program.solve()
        return 0 if solution is None else int(np.floor(solution[group] * sign + WHOLE_NUMBER))

    def _in_whole_numbers(  # noqa: PLR0913 (where, at what price, what for)
        self, state: State, groups: Bools, price: Floats, gap: float, *, demand: int, sign: int
    ) -> Quiet:
        """A move over some groups; certain is only that they hold none."""
        ways = Ways(self.scope, np.flatnonzero(groups), self.limit, integer=True, seed=self.seed)
        ways.charge(price)
        ways.program.tolerate(gap, NEAR_ENOUGH)
        change = ways.find(*self._goal(demand, sign), seconds=5.0)
        if change is None:
            return Quiet(True, None, ways.program.settled)
        move = self._whole(state, change)
        return Quiet(True, move, move is not None)

    def _whole(self, state: State, change: Floats) -> Move | None:
        """The move in whole numbers, if ``change`` (g,) is one or a multiple of it is."""
        atoms = change[self.scope.unit]
        for factor in MULTIPLES:
            by = np.rint(atoms * factor)
            if np.abs(atoms * factor - by).max(initial=0.0) < WHOLE_NUMBER:
                return state.move(self.scope.atoms, by.astype(np.int64))
        return None


def _blocks(board: Board, movable: int, largest: int) -> Ints:
    """Block of each atom: one where the board is small, or where blocks would cut through much of it."""
    block = blocks(board, largest)
    small = movable <= TOGETHER and board.choice.sum() <= SMALL
    if small or (block.size <= WHOLE and torn(board, block)):
        return np.zeros_like(block)
    return block


class Finder:
    """The parts of a board, made when first used: one for each block of atoms, and the whole."""

    def __init__(
        self, board: Board, *, largest: int = LARGEST, seed: int = 0, limit: Limit | None = None
    ) -> None:
        self.board = board
        self.seed = seed
        self.limit = limit or Limit()
        self.price = board.cost
        """What moves are looked for with, (u,); whoever searches may change it for a while."""
        self.movable = ~board.fixed[: board.rows.shape[1]]
        self.block = _blocks(board, int(self.movable.sum()), largest)
        """Block of each atom, (n,)."""
        self.parts: dict[int, Part] = {}
        self.home = self._homes()
        self.failures = np.zeros(len(board.demands), dtype=np.int64)
        """How often no witness was found: these are asked first."""
        self.certain = True
        """Whether all that failed in the last ``rescue`` has no witness, and not just none found in time."""
        self.known: list[deque[Move]] = [deque(maxlen=REMEMBERED) for _ in range(len(board.demands))]
        """The last moves found that meet each demand: often one of them serves again."""

    def _homes(self) -> Ints:
        """Block of each demand, -1 where its sum reaches over several."""
        home = np.empty(len(self.board.demands), dtype=np.int64)
        rows = self.board.rows
        for demand, node in enumerate(self.board.demands.node.tolist()):
            atoms = rows.indices[rows.indptr[node] : rows.indptr[node + 1]]
            found = np.unique(self.block[atoms[self.movable[atoms]]])
            home[demand] = found[0] if found.size == 1 else -1
        return home

    def _remember(self, move: Move) -> Move:
        for demand in move.meets.tolist():
            self.known[demand].append(move)
        return move

    def _recall(self, state: State, demand: int) -> Move | None:
        """A move found before that meets a demand within what is hidden, the latest first."""
        for move in reversed(self.known[demand]):
            if state.hidden[move.needs_hidden].all() and demand in move.meets:
                return move
        return None

    def part(self, block: int) -> Part:
        """The part of a block; -1 is the whole board."""
        if block not in self.parts:
            inside = self.movable if block < 0 else self.movable & (self.block == block)
            self.parts[block] = Part(self.board, np.flatnonzero(inside), self.limit, self.seed)
        return self.parts[block]

    def cheapest(self, state: State, demand: int) -> Move | None:
        """A cheap move for a demand, from its block or else from the whole board."""
        sign = int(self.board.demands.sign[demand])
        signs = (1, -1) if sign == EITHER else (sign,)
        for block in dict.fromkeys((int(self.home[demand]), -1)):
            moves: list[Move] = []
            for way in signs:
                move = self.part(block).cheapest(state, demand, way, self.price)
                if move is not None and demand in move.meets:
                    moves.append(move)
                    if state.price(move) <= 0:
                        break
            if moves:
                return self._remember(min(moves, key=state.price))
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
                move = self.part(-1).cheapest(state, demand, sign, self.price)
                if move is not None:
                    return move
                amount //= 2
            amounts[demand] = asked
        return None

    def rescue(
        self, state: State, demands: Ints, *, most_failures: int = 1, thorough: bool = False
    ) -> tuple[dict[int, Move], Ints]:
        """A witness within what is hidden for each of ``demands``, and those for which there is none.

        The search ends after ``most_failures`` without.
        """
        found: dict[int, Move] = {}
        failed: list[int] = []
        doubtful: list[int] = []
        self.certain = True
        order = sorted(demands.tolist(), key=lambda d: -self.failures[d])
        for deep in (False, True) if thorough else (False,):
            for demand in doubtful if deep else order:
                if demand in found:
                    continue
                known = None if deep else self._recall(state, demand)
                quiet = Quiet(True, known) if known else self._within(state, demand, thorough=deep)
                if quiet.move is not None:
                    meets = np.intersect1d(quiet.move.meets, demands).tolist()
                    found.update((d, quiet.move) for d in meets if d not in found)
                elif quiet.fractions and thorough and not deep:
                    doubtful.append(demand)
                else:
                    self.failures[demand] += 1
                    self.certain &= quiet.certain
                    failed.append(demand)
                    if len(failed) >= most_failures:
                        return found, np.array(failed, dtype=np.int64)
            if failed:
                # No whole numbers where not even fractions do.
                break
        return found, np.array(failed, dtype=np.int64)

    def _within(self, state: State, demand: int, *, thorough: bool) -> Quiet:
        sign = int(self.board.demands.sign[demand])
        fractions, certain = False, True
        for way in (1, -1) if sign == EITHER else (sign,):
            quiet = self.part(int(self.home[demand])).within(state, demand, way, thorough=thorough)
            move = quiet.move
            if move is not None and demand in move.meets and state.hidden[move.needs_hidden].all():
                self._remember(move)
                return quiet
            fractions |= quiet.fractions
            certain &= quiet.certain and quiet.move is None
        return Quiet(fractions, None, certain)
