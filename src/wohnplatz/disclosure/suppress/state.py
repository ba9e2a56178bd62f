"""A pattern in the making: what is hidden, and the move that keeps each demand open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..problem import Bools, Ints
from .board import Board


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """A silent move: the proof that the demands it meets are open."""

    atoms: Ints
    """The atoms that change."""
    by: Ints
    """By how much each."""
    needs_hidden: Ints
    """Nodes that must not be published for it to be silent."""
    meets: Ints
    """All demands it meets."""


class State:
    """Hidden nodes, witnesses and who uses what; ``witness[d]`` is None while demand d is not shown open."""

    def __init__(self, board: Board, hidden: Bools) -> None:
        self.board = board
        self.hidden = hidden.copy()
        self.witness: list[Move | None] = [None] * len(board.demands)
        self.users: dict[int, set[int]] = {}
        """Demands by node that their witness needs hidden."""

    def copy(self) -> State:
        """Another state that starts from here."""
        other = State(self.board, self.hidden)
        other.witness = list(self.witness)
        other.users = {node: set(users) for node, users in self.users.items()}
        return other

    def cost(self) -> float:
        """Cost of everything hidden."""
        return float(self.board.cost[self.hidden].sum())

    def open_demands(self) -> Ints:
        """Demands without witness."""
        return np.array([d for d, move in enumerate(self.witness) if move is None], dtype=np.int64)

    def move(self, atoms: Ints, by: Ints) -> Move | None:
        """The move of these atoms, or None where no pattern makes it silent."""
        kept = by != 0
        atoms, by = atoms[kept], by[kept]
        moved = self.board.moved(atoms, by)
        if not self.board.silent(moved, self.board.choice):
            return None
        return Move(
            atoms, by, np.flatnonzero((moved != 0) & self.board.choice),
            np.flatnonzero(self.board.demands.met(moved)),
        )  # fmt: skip

    def price(self, move: Move) -> float:
        """What hiding costs that this move needs and that is not hidden yet."""
        return float(self.board.cost[move.needs_hidden[~self.hidden[move.needs_hidden]]].sum())

    def accept(self, move: Move, only: Iterable[int] | None = None) -> None:
        """Hide what the move needs; it serves the demands it meets that have no witness, or ``only`` some."""
        self.hidden[move.needs_hidden] = True
        served = [d for d in move.meets.tolist() if self.witness[d] is None] if only is None else list(only)
        for demand in served:
            self.release(demand)
            self.witness[demand] = move
            for node in move.needs_hidden.tolist():
                self.users.setdefault(node, set()).add(demand)

    def release(self, demand: int) -> None:
        """Take the witness of a demand away."""
        old = self.witness[demand]
        if old is None:
            return
        for node in old.needs_hidden.tolist():
            self.users[node].discard(demand)
        self.witness[demand] = None

    def secondary(self) -> Ints:
        """Nodes hidden for the sake of others."""
        return np.flatnonzero(self.hidden & ~self.board.sensitive)

    def moves(self) -> list[Move]:
        """The different witnesses."""
        return list({id(move): move for move in self.witness if move is not None}.values())
