"""The board on which moves are made: every sum that is published, hidden or asked about, once.

A *move* is a change of the atoms. It is *silent* where no published figure changes; then the table moved is
one the intruder must hold possible. A need stays open where a silent move brings its sum to the limit. In
contrast to the true counts a move is the same in every sum, so all that follows counts in differences.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from ...model import WohnplatzError
from ..problem import UNBOUNDED, Atoms, Bools, Cells, Facts, Ints, Needs

Floats = npt.NDArray[np.float64]

FAR, FARTHEST = 1_000_000, 2**30
"""Stands for "no limit": no move of counts needs to be longer, and the solver keeps its accuracy. Where more
is asked, as of amounts of money, it is some times what is asked, up to what a proof may hold."""

EITHER = 0


@dataclass(frozen=True, slots=True, eq=False)
class Demands:
    """d demands: a silent move must change ``node`` by ``up`` or more, or by ``-down`` or less.

    ``sign`` says which: 1 up, -1 down, ``EITHER`` one of the two. All fields have shape (d,). Amounts that
    no pattern can reach are lowered in place.
    """

    node: Ints
    sign: Ints
    up: Ints
    down: Ints
    need: Ints
    """Which need each demand comes from."""

    def __len__(self) -> int:
        """Number of demands."""
        return len(self.node)

    def met(self, moved: Ints) -> Bools:
        """Which demands a move meets; ``moved`` (u,) holds the changes of the nodes."""
        change = moved[self.node]
        up = (self.sign >= 0) & (change >= self.up)
        down = (self.sign <= 0) & (change <= -self.down)
        return np.asarray(up | down)


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """u different sums (*nodes*) over n atoms; the first n nodes are the atoms themselves."""

    rows: sp.csr_array
    """Shape (u, n), int64."""
    up: Ints
    """How far a node may rise where it is not published, (u,)."""
    down: Ints
    """How far it may fall."""
    choice: Bools
    """Nodes that can be published or hidden."""
    fixed: Bools
    """Nodes that are and stay public."""
    cost: Floats
    """Cost of hiding a node, (u,); 0 where there is no choice."""
    sensitive: Bools
    cell: Ints
    """Node of each cell, (c,)."""
    demands: Demands

    def __len__(self) -> int:
        """Number of nodes."""
        return len(self.up)

    @property
    def impossible(self) -> bool:
        """Whether the true counts break a limit: what is known of them contradicts them."""
        return bool((self.up < 0).any() or (self.down < 0).any())

    def with_cost(self, cost: Floats) -> Board:
        """The same board at other costs."""
        return replace(self, cost=cost)

    def moved(self, atoms: Ints, by: Ints) -> Ints:
        """Changes of all nodes, (u,), when ``atoms`` change ``by``."""
        change = np.zeros(self.rows.shape[1], dtype=np.int64)
        change[atoms] = by
        return np.asarray(self.rows @ change, dtype=np.int64)

    def silent(self, moved: Ints, hidden: Bools) -> bool:
        """Whether nothing public changes and every count stays possible; integers only."""
        public = self.fixed | (self.choice & ~hidden)
        return bool(not moved[public].any() and (moved <= self.up).all() and (-moved <= self.down).all())


def make_board(
    atoms: Atoms, cells: Cells, needs: Needs, known: Facts | None, *, zeros_visible: bool
) -> Board:
    """The board of a problem.

    With ``zeros_visible`` every hidden cell that is not zero is known to be at least 1, and a cell that is
    zero cannot be hidden.

    Raises ``WohnplatzError`` (``disclosure.weights``) for weights that are negative or no numbers.
    """
    _require_weights(cells)
    n = len(atoms)
    parts = [sp.eye_array(n, dtype=np.int64, format="csr"), cells.matrix, needs.matrix]
    if known is not None:
        parts.append(known.matrix)
    rows, node = _unique(sp.csr_array(sp.vstack(parts, format="csr")))
    values = np.asarray(rows @ atoms.values, dtype=np.int64)
    asked = node[n + len(cells) : n + len(cells) + len(needs)]
    far = _far(needs, values[asked])
    up, down = np.full(values.size, far), np.full(values.size, far)
    up[:n] = _distance(atoms.upper, atoms.values, far)
    down[:n] = np.minimum(atoms.values - atoms.lower, far)
    cell = node[n : n + len(cells)]
    shown_zero = zeros_visible & (values[cell] == 0)
    if zeros_visible:
        at_least_one = cell[values[cell] >= 1]
        down[at_least_one] = np.minimum(down[at_least_one], values[at_least_one] - 1)
    fixed = np.zeros(values.size, dtype=np.bool_)
    if known is not None:
        first = n + len(cells) + len(needs)
        _tighten(up, down, node[first:], known.high - values[node[first:]], values[node[first:]] - known.low)
    fixed[cell[shown_zero | ~(cells.hideable | cells.sensitive)]] = True
    fixed |= (up == 0) & (down == 0)
    choice, sensitive = np.zeros_like(fixed), np.zeros_like(fixed)
    choice[cell] = True
    sensitive[cell[cells.sensitive]] = True
    choice &= ~fixed
    cost = np.zeros(values.size)
    np.add.at(cost, cell, cells.weight)
    demands = _demands(needs, asked, values, up, down)
    return Board(
        rows, up, down, choice, fixed, np.where(choice, cost, 0.0), sensitive & choice, cell,
        demands,
    )  # fmt: skip


def _require_weights(cells: Cells) -> None:
    wrong = np.flatnonzero(~(np.isfinite(cells.weight) & (cells.weight >= 0)))
    if wrong.size:
        raise WohnplatzError(
            "Die Tabelle kann nicht durch Sperrung geschützt werden.",
            where=cells.name(int(wrong[0])),
            why="Jedes Gewicht muss eine endliche Zahl ab 0 sein; sonst ist keine Wahl die günstigste.",
            todo="Es wird nichts ausgegeben. Gewichte berichtigen; was sichtbar bleiben muss, fest nennen.",
            code="disclosure.weights",
        )


def _far(needs: Needs, values: Ints) -> int:
    """How far anything may move that has no limit; ``values`` (k,) are the true sums of the needs."""
    most = max(int((needs.high_min - values).max(initial=0)), int((values - needs.low_max).max(initial=0)))
    return min(max(FAR, 4 * most), FARTHEST)


def _distance(upper: Ints, values: Ints, far: int) -> Ints:
    bounded = upper < UNBOUNDED
    return np.where(bounded, np.minimum(np.where(bounded, upper, 0) - values, far), far)


def _tighten(up: Ints, down: Ints, node: Ints, high: Ints, low: Ints) -> None:
    np.minimum.at(up, node, high)
    np.minimum.at(down, node, low)


def _unique(matrix: sp.csr_array) -> tuple[sp.csr_array, Ints]:
    """The different rows in order of first appearance, and where each row of ``matrix`` is among them."""
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    matrix.sort_indices()
    seen: dict[tuple[bytes, bytes], int] = {}
    first: list[int] = []
    node = np.empty(matrix.shape[0], dtype=np.int64)
    for i in range(matrix.shape[0]):
        part = slice(matrix.indptr[i], matrix.indptr[i + 1])
        key = (matrix.indices[part].tobytes(), matrix.data[part].tobytes())
        if key not in seen:
            seen[key] = len(first)
            first.append(i)
        node[i] = seen[key]
    return sp.csr_array(matrix[first]), node


def _demands(needs: Needs, node: Ints, values: Ints, most_up: Ints, most_down: Ints) -> Demands:
    """Both directions of each need, or one demand for either; what holds without any move is left out."""
    up, down = needs.high_min - values[node], values[node] - needs.low_max
    index = np.arange(len(needs), dtype=np.int64)
    choose = needs.either & (up > 0) & (down > 0)
    no_fall, no_rise = down > most_down[node], up > most_up[node]
    either = choose & (no_fall == no_rise)
    rising = (~needs.either & (up > 0)) | (choose & no_fall & ~no_rise)
    falling = (~needs.either & (down > 0)) | (choose & no_rise & ~no_fall)
    which = np.concatenate([index[either], index[rising], index[falling]])
    sign = np.repeat(np.array([EITHER, 1, -1]), [either.sum(), rising.sum(), falling.sum()])
    return Demands(node[which], sign, up[which], down[which], which)
