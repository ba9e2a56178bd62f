"""What follows from single equations: a hidden sum that stands alone in an equation is not hidden at all.

For each equation (a sum and parts that make it up) a sensitive sum needs another hidden one in it that can
move the right way. And any sum hidden for the sake of others needs one too, or hiding it serves nothing: a
pattern of least cost has none of that kind ("bridge-less" in the literature). These conditions cost no search
and say most of what a pattern must look like.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from ..problem import Bools, Ints
from .board import Board
from .cuts import Cut, Pool, joined
from .finder import Finder
from .scope import Scope

MOST = 6
"""Equations looked for with the same sum on the left."""


class Links:
    """Equations of one scope, in representatives: of each group the node with the fewest atoms."""

    def __init__(self, board: Board, scope: Scope) -> None:
        self.board, self.scope = board, scope
        size = np.diff(board.rows.indptr)
        payable = board.choice[scope.nodes] & ~board.sensitive[scope.nodes]
        order = np.lexsort((-size[scope.nodes], payable))
        self.node = np.zeros(len(scope), dtype=np.int64)
        self.node[scope.group[order]] = scope.nodes[order]
        self.alike = payable & (size[scope.nodes] == size[self.node[scope.group]])
        paid = np.bincount(scope.group, payable, len(scope)) > 0
        self.always: Bools = ~paid & (scope.up + scope.down > 0)
        self.moves: Bools = scope.up + scope.down > 0
        self.equations = equations(board, scope)

    def cuts(self, demands: Ints) -> list[Cut]:
        """What single equations ask for these demands."""
        at: dict[int, list[int]] = {}
        for number, (whole, parts) in enumerate(self.equations):
            for group in (whole, *parts):
                at.setdefault(int(group), []).append(number)
        found: list[Cut] = []
        table = self.board.demands
        for demand in demands.tolist():
            group = int(self.scope.group_of[table.node[demand]])
            for number in at.get(group, []):
                ways = [self._helpers(number, group, sign, demand) for sign in (1, -1)]
                sign = int(table.sign[demand])
                cut = ways[0 if sign > 0 else 1] if sign else joined(ways)
                if cut is not None:
                    found.append(cut)
        return found

    def _helpers(self, number: int, group: int, sign: int, demand: int) -> Cut | None:
        """What must be hidden so that ``group`` can move by ``sign``; None where that is no question."""
        whole, parts = self.equations[number]
        need = float((self.board.demands.up if sign > 0 else self.board.demands.down)[demand])
        if need <= 0:  # nothing is asked in this direction
            return None
        others = np.array([g for g in (whole, *parts) if g != group])
        # The sum follows a part, and another part gives way to it; the parts follow the sum.
        along = (others == whole) | (group == whole)
        up = along if sign > 0 else ~along
        able = np.where(up, self.scope.up[others], self.scope.down[others]) / need
        free = able[self.always[others]].sum()
        if free >= 1:
            return None
        paid = (able > 0) & ~self.always[others]
        return Cut(self.node[others[paid]], np.minimum(1.0, able[paid] / (1.0 - free)))

    def supports(self) -> sp.csr_array:
        """Rows ``(sum of the others) - y[s] >= 0``, (k, u), for each s hidden for others in each equation."""
        entries: list[tuple[int, int, int]] = []
        count = 0
        for whole, parts in self.equations:
            groups = [int(g) for g in (whole, *parts) if self.moves[g]]
            if any(self.always[g] for g in groups):
                continue
            nodes = [int(self.node[g]) for g in groups]
            for own in nodes:
                entries += [(count, other, -1 if other == own else 1) for other in nodes]
                count += 1
        for node, group in zip(self.scope.nodes[self.alike], self.scope.group[self.alike], strict=True):
            if node != self.node[group]:
                # Sums of the same movable atoms: one hidden without the other is of no use.
                entries += [(count, int(node), 1), (count, int(self.node[group]), -1)]
                entries += [(count + 1, int(node), -1), (count + 1, int(self.node[group]), 1)]
                count += 2
        table = np.array(entries, dtype=np.int64).reshape(-1, 3)
        shape = (count, len(self.board))
        return sp.csr_array(sp.coo_array((table[:, 2].astype(np.float64), (table[:, 0], table[:, 1])), shape))


def equations(board: Board, scope: Scope) -> list[tuple[int, list[int]]]:
    """Ways to make up each group of disjoint others, as (group, parts)."""
    first = np.zeros(len(scope), dtype=np.int64)
    first[scope.group[::-1]] = scope.nodes[::-1]
    rows = sp.csr_array(board.rows[first][:, scope.atoms])
    size = np.diff(rows.indptr)
    plain = np.bincount(np.repeat(np.arange(len(size)), size)[rows.data != 1], minlength=len(size)) == 0
    overlap = sp.csr_array(rows @ rows.T)
    mark = np.zeros(len(size), dtype=np.bool_)
    found: list[tuple[int, list[int]]] = []
    for row in np.flatnonzero(plain & (size > 1)):
        own = slice(overlap.indptr[row], overlap.indptr[row + 1])
        others, common = overlap.indices[own], overlap.data[own]
        inside = plain[others] & (common == size[others]) & (size[others] < size[row])
        left = others[inside]
        left = left[np.argsort(-size[left], kind="stable")]
        heads = left
        for _ in range(MOST):
            if not heads.size:
                break
            parts = _partition(int(heads[0]), left, overlap, mark)
            found.append((int(row), parts))
            for part in parts:
                mark[overlap.indices[overlap.indptr[part] : overlap.indptr[part + 1]]] = True
                within = overlap.data[overlap.indptr[part] : overlap.indptr[part + 1]]
                near = overlap.indices[overlap.indptr[part] : overlap.indptr[part + 1]]
                mark[near] = within == size[near]
                heads = heads[~mark[heads]]
                mark[near] = False
    return found


def _partition(head: int, left: Ints, overlap: sp.csr_array, mark: Bools) -> list[int]:
    """``head`` and the largest disjoint rows of ``left`` that complete the whole."""
    parts = [head]
    while True:
        last = parts[-1]
        touched = overlap.indices[overlap.indptr[last] : overlap.indptr[last + 1]]
        mark[touched] = True
        left = left[~mark[left]]
        mark[touched] = False
        if not left.size:
            return parts
        parts.append(int(left[0]))


def make_pool(finder: Finder, given_up: Ints) -> Pool:
    """A pool with all that single equations say of the demands that are not given up."""
    board, home = finder.board, finder.home
    cuts: list[Cut] = []
    rows = [sp.csr_array((0, len(board)))]
    for block in np.unique(home):
        links = Links(board, finder.part(int(block)).scope)
        cuts += links.cuts(np.setdiff1d(np.flatnonzero(home == block), given_up))
        rows.append(links.supports())
    pool = Pool(board, sp.csr_array(sp.vstack(rows, format="csr")), finder.limit)
    for cut in cuts:
        pool.add(cut)
    return pool
