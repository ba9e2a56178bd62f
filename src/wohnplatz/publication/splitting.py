"""The universe in independent blocks: what ties no counts together need not be solved together.

A sum over several variables or years (a change, a balance) does not tie them where each of its parts is shown
by itself: whoever sees the parts can do the sum, so it is shown exactly where they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from .modes import mixed
from .universe import Node, Sum, Universe

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Which counts and cells belong together."""

    block: Ints
    """Number of each count's block, (n,)."""
    cell_block: Ints
    """The same for cells, (c,); -1 for those that follow from others."""
    parts: sp.csr_array
    """(c, c): of the cells that follow from others, which those are."""
    names: tuple[tuple[Node, ...], ...]
    """Variables and years of each block."""


def split(universe: Universe, tied: tuple[frozenset[Node], ...] = ()) -> Split:
    """The blocks of a universe; ``tied`` names variables and years that earlier publications tie together."""
    years = universe.year - (universe.year.min() if len(universe.year) else 0)
    span = int(years.max()) + 1 if len(years) else 1
    nodes, node = np.unique(universe.variable * span + years, return_inverse=True)
    touched = sp.csr_array(universe.matrix, copy=True)
    touched.data = np.ones(len(touched.data), dtype=np.int64)
    membership = sp.csr_array(
        (np.ones(len(node), dtype=np.int64), (np.arange(len(node)), node)), shape=(len(node), len(nodes))
    )
    of_cell = sp.csr_array(touched @ membership)
    several = np.flatnonzero(np.diff(of_cell.indptr) > 1)
    parts = _parts(universe, several)
    # A sum over counts of two modes is shown where each part is, or not at all: it ties nothing together.
    follows = (np.diff(parts.indptr) > 0) | mixed(universe)
    links = sp.csr_array(of_cell[np.flatnonzero(~follows)])
    first = int(universe.year.min()) if len(years) else 0
    names = [(universe.variables[n // span], int(n % span) + first) for n in nodes.tolist()]
    before = _ties(tied, {name: n for n, name in enumerate(names)}, len(nodes))
    graph = sp.block_array([[None, sp.vstack([links, before])], [sp.vstack([links, before]).T, None]])
    rows = links.shape[0] + before.shape[0]
    _, label = connected_components(graph, directed=False)
    labels, block_of_node = np.unique(label[rows:], return_inverse=True)
    cell_block = np.full(universe.matrix.shape[0], -1, dtype=np.int64)
    owner = np.flatnonzero(~follows & (np.diff(of_cell.indptr) > 0))
    cell_block[owner] = block_of_node[of_cell.indices[of_cell.indptr[owner]]]
    grouped = tuple(
        tuple(sorted(names[n] for n in np.flatnonzero(block_of_node == b).tolist()))
        for b in range(len(labels))
    )
    return Split(block_of_node[node].astype(np.int64), cell_block, parts, grouped)


def _ties(tied: tuple[frozenset[Node], ...], place: dict[Node, int], nodes: int) -> sp.csr_array:
    rows, columns = [], []
    for n, group in enumerate(tied):
        here = [place[name] for name in sorted(group) if name in place]
        rows += [n] * len(here)
        columns += here
    return sp.csr_array((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=(len(tied), nodes))


def _parts(universe: Universe, several: Ints) -> sp.csr_array:
    """Of each cell over several variables or years the cells of its parts; an empty row where some lack."""
    count = universe.matrix.shape[0]
    places = list(
        zip(
            universe.sum.tolist(),
            universe.level.tolist(),
            universe.cell_area,
            universe.cell_year.tolist(),
            strict=True,
        )
    )
    at: dict[tuple[int, int, str, int], list[int]] = {}
    for cell, place in enumerate(places):
        at.setdefault(place, []).append(cell)
    known = {key: n for n, key in enumerate(universe.sums)}
    rows, columns = [], []
    for cell in several.tolist():
        _, level, area, year = places[cell]
        found = []
        for key, back, by in _pieces(universe.sums[int(universe.sum[cell])]):
            options = at.get((known.get(key, -1), level, area, year - back), [])
            same = [o for o in options if universe.whole[o] == universe.whole[cell]]
            found.append((same[0] if same else -1, by))
        if all(part >= 0 for part, _ in found) and _adds_up(universe, cell, found):
            rows += [cell] * len(found)
            columns += [part for part, _ in found]
    return sp.csr_array((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=(count, count))


def _pieces(key: Sum) -> list[tuple[Sum, int, int]]:
    """The parts of a sum by variable and year: (sum as of its year, years back, factor)."""
    groups: dict[tuple[str, int], list[tuple[object, int]]] = {}
    for term, back, coefficient in key:
        groups.setdefault((term.variable, back), []).append((term, coefficient))
    found = []
    for (_, back), terms in groups.items():
        by = int(np.gcd.reduce([c for _, c in terms])) * (1 if terms[0][1] > 0 else -1)
        found.append((tuple(sorted((t, 0, c // by) for t, c in terms)), back, by))
    return found  # type: ignore[return-value]


def _adds_up(universe: Universe, cell: int, parts: list[tuple[int, int]]) -> bool:
    """Whether the parts really make the whole: the same base areas went into all of them."""
    if universe.whole[cell] and all(universe.whole[part] for part, _ in parts):
        return True
    rest = universe.matrix[[cell]]
    for part, by in parts:
        rest = rest - by * universe.matrix[[part]]
    return not rest.count_nonzero()
