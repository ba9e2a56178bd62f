"""The first pattern, and taking away what it does not need."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..clock import OutOfTimeError, now
from ..problem import Ints
from .board import Board
from .finder import Finder
from .state import State

Progress = Callable[[str, int, int], None]


def cover(state: State, finder: Finder, deadline: float, progress: Progress) -> tuple[Ints, Ints]:
    """Hide the cheapest that opens each demand, one after the other.

    Returns the demands that had to be lowered and those that nothing opens.

    Raises ``OutOfTimeError`` where time runs out: then nothing may be published.
    """
    lowered: list[int] = []
    fixed: list[int] = []
    order = _order(state.board)
    for place, demand in enumerate(order.tolist()):
        if state.witness[demand] is not None:
            continue
        if now() > deadline:
            raise OutOfTimeError
        move = finder.cheapest(state, demand)
        if move is None:
            move = finder.cut(state, demand)
            (fixed if move is None else lowered).append(demand)
        if move is not None:
            state.accept(move)
        progress("Verfahren der billigsten Wege", place + 1, len(order))
    return np.array(lowered, dtype=np.int64), np.array(fixed, dtype=np.int64)


def _order(board: Board) -> Ints:
    """Large demands first: what they hide serves the small ones too."""
    demands = board.demands
    rise, fall = np.where(demands.sign >= 0, demands.up, 0), np.where(demands.sign <= 0, demands.down, 0)
    amount = np.maximum(rise, fall)
    return np.lexsort((demands.node, -amount))


def thin(state: State, finder: Finder, deadline: float, rng: np.random.Generator) -> int:
    """Publish again, one by one, what no demand needs (expensive first); returns how many."""
    nodes = state.secondary()
    order = np.lexsort((rng.random(nodes.size), -state.board.cost[nodes]))
    published = 0
    for node in nodes[order].tolist():
        if now() > deadline:
            break
        published += publish(state, finder, [node])
    return published


def publish(state: State, finder: Finder, nodes: list[int]) -> bool:
    """Publish ``nodes`` if every demand stays open; otherwise, or out of time, leaves the state as it is."""
    affected = users(state, np.array(nodes, dtype=np.int64))
    state.hidden[nodes] = False
    try:
        found, failed = finder.rescue(state, affected)
    except OutOfTimeError:
        state.hidden[nodes] = True
        return False
    if failed.size:
        state.hidden[nodes] = True
        return False
    for demand, move in found.items():
        state.accept(move, [demand])
    return True


def users(state: State, nodes: Ints) -> Ints:
    """Demands whose witness needs one of ``nodes`` hidden."""
    return np.array(sorted(set().union(*(state.users.get(int(n), set()) for n in nodes))), dtype=np.int64)


def nobody(text: str, done: int, total: int) -> None:
    """Nobody looks on."""
