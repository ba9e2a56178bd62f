"""A part of the board in which moves are looked for: some atoms may change, all others stay.

What is silent in a part is silent on the whole board, so a part is always safe; it is only less free. Most
moves are short, and a municipality's part is a tenth of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ..problem import Bools, Ints
from .board import Board, Floats, _unique

WHOLE = 4000
"""Up to this many atoms a board that blocks would tear is kept whole."""

SHORT = 200
"""A sum of this many atoms is short: an area's, a school district's or one breakdown's over all areas."""

TORN = 0.02
"""Part of the short sums that blocks may cut through."""


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """g *groups*: nodes that change alike while only ``atoms`` (b,) may move."""

    atoms: Ints
    nodes: Ints
    """Nodes that can change at all, (m,)."""
    group: Ints
    """Group of each of these nodes, (m,)."""
    group_of: Ints
    """Group of every node of the board, (u,), -1 where it cannot change."""
    unit: Ints
    """Group of each atom, (b,): it changes as the atom does."""
    relations: sp.csr_array
    """Shape (r, g): each group that is not an atom, minus the groups that make it up, is 0."""
    up: Floats
    """Bounds of the groups where nothing is published, (g,)."""
    down: Floats

    def __len__(self) -> int:
        """Number of groups."""
        return len(self.up)

    def costs(self, board: Board, hidden: Bools, price: Floats) -> Floats:
        """Price of changing each group, (g,): of its nodes that are still published; ``price`` is (u,)."""
        paid = self._open(board, hidden) * price[self.nodes]
        return np.bincount(self.group, paid, len(self)).astype(np.float64)

    def public(self, board: Board, hidden: Bools) -> Bools:
        """Groups that cannot change as long as only ``hidden`` is hidden, (g,)."""
        return np.asarray(np.bincount(self.group, self._open(board, hidden), len(self)) > 0)

    def _open(self, board: Board, hidden: Bools) -> Bools:
        return np.asarray(board.choice[self.nodes] & ~hidden[self.nodes])


def make_scope(board: Board, atoms: Ints, *, alone: bool = False) -> Scope:
    """The part of the board in which ``atoms`` may change.

    With ``alone`` sums that reach beyond these atoms are left out. Then the part is not safer but freer than
    the whole: what cannot be done in it cannot be done at all.
    """
    part = sp.csr_array(board.rows[:, atoms])
    nodes = np.flatnonzero(np.diff(part.indptr))
    if alone:
        inside = np.zeros(board.rows.shape[1], dtype=np.bool_)
        inside[atoms] = True
        outside = board.rows @ (~inside & ~board.fixed[: inside.size]).astype(np.int64)
        nodes = nodes[outside[nodes] == 0]
    rows, group = _unique(sp.csr_array(part[nodes]))
    up, down = np.full(rows.shape[0], np.inf), np.full(rows.shape[0], np.inf)
    np.minimum.at(up, group, np.where(board.fixed[nodes], 0, board.up[nodes]))
    np.minimum.at(down, group, np.where(board.fixed[nodes], 0, board.down[nodes]))
    group_of = np.full(len(board), -1, dtype=np.int64)
    group_of[nodes] = group
    unit = group_of[atoms]
    return Scope(atoms, nodes, group, group_of, unit, _relations(rows, unit), up, down)


def _relations(rows: sp.csr_array, unit: Ints) -> sp.csr_array:
    """Each row as a sum of as few others as possible: large parts first, atoms at the end.

    Any such set of equations says the same as the sums themselves; short ones are solved faster.
    """
    size = np.diff(rows.indptr)
    plain = np.bincount(np.repeat(np.arange(len(size)), size)[rows.data != 1], minlength=len(size)) == 0
    overlap = sp.csr_array(rows @ rows.T)
    entries: list[tuple[int, int, int]] = []
    is_unit = np.zeros(len(size), dtype=np.bool_)
    is_unit[unit] = True
    mark = np.zeros(len(size), dtype=np.bool_)
    count = 0
    for row in np.flatnonzero(~is_unit):
        own = slice(rows.indptr[row], rows.indptr[row + 1])
        entries.append((count, int(row), 1))
        if plain[row]:
            parts = _parts(int(row), size, plain, overlap, mark)
            entries += [(count, part, -1) for part in parts]
        else:
            pairs = zip(rows.indices[own], rows.data[own], strict=True)
            entries += [(count, int(unit[atom]), -int(weight)) for atom, weight in pairs]
        count += 1
    table = np.array(entries, dtype=np.int64).reshape(-1, 3)
    shape = (count, len(size))
    return sp.csr_array(sp.coo_array((table[:, 2].astype(np.float64), (table[:, 0], table[:, 1])), shape))


def _parts(row: int, size: Ints, plain: Bools, overlap: sp.csr_array, mark: Bools) -> list[int]:
    """Disjoint rows that together are ``row``; ``overlap`` holds the common atoms of each two rows.

    ``mark`` is room to work in, False before and after.
    """
    own = slice(overlap.indptr[row], overlap.indptr[row + 1])
    others, common = overlap.indices[own], overlap.data[own]
    inside = plain[others] & (common == size[others]) & (size[others] < size[row])
    left = others[inside]
    left = left[np.argsort(-size[left], kind="stable")]
    parts: list[int] = []
    while left.size:
        first = int(left[0])
        parts.append(first)
        touched = overlap.indices[overlap.indptr[first] : overlap.indptr[first + 1]]
        mark[touched] = True
        left = left[~mark[left]]
        mark[touched] = False
    return parts


def blocks(board: Board, largest: int) -> Ints:
    """A block number for each atom: joined by the smallest sums first, up to ``largest`` atoms a block.

    Sums over few atoms tie them together; a district's totals join what is otherwise apart.
    """
    parent = np.arange(board.rows.shape[1])
    weight = np.ones(board.rows.shape[1], dtype=np.int64)

    def root(atom: int) -> int:
        while parent[atom] != atom:
            parent[atom] = parent[parent[atom]]
            atom = int(parent[atom])
        return atom

    size = np.diff(board.rows.indptr)
    for row in np.argsort(size, kind="stable"):
        members = board.rows.indices[board.rows.indptr[row] : board.rows.indptr[row + 1]]
        roots = {root(int(atom)) for atom in members}
        if len(roots) > 1 and weight[list(roots)].sum() <= largest:
            first, *rest = sorted(roots)
            parent[rest] = first
            weight[first] += weight[rest].sum()
    label = np.array([root(atom) for atom in range(len(parent))], dtype=np.int64)
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def torn(board: Board, block: Ints) -> bool:
    """Whether blocks cut through short sums, as where divisions overlap.

    Then a move within one block would have to change all of these, and hiding them is dear.
    """
    size = np.diff(board.rows.indptr)
    short = np.flatnonzero((size > 1) & (size <= SHORT))
    first = block[board.rows.indices[board.rows.indptr[short]]]
    within = sp.csr_array(abs(board.rows[short]))
    same = np.repeat(first, size[short]) == block[within.indices]
    cut = np.bincount(np.repeat(np.arange(short.size), size[short])[~same], minlength=short.size) > 0
    return bool(cut.mean() > TORN) if short.size else False
