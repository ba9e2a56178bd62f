"""Tables with margins: every cross of the dimensions' groups and totals, as sums of the innermost counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from .problem import UNBOUNDED, Atoms, Cells, Ints

Strings = npt.NDArray[np.str_]

TOTAL = "insgesamt"


@dataclass(frozen=True, slots=True, eq=False)
class Dimension:
    """One dimension of a table: for each of the r counts its category on each level, finest level first.

    A category of one level lies in one category of the next (areas in municipalities). The total above all
    levels need not be named.
    """

    name: str
    levels: tuple[Strings, ...]
    """Each of shape (r,)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Nodes:
    """All categories of a dimension with what they are made of."""

    labels: tuple[str, ...]
    matrix: sp.csr_array
    """(nodes, leaves), 0 and 1; the leaves come first."""
    code: Ints
    """(r,): the leaf of each count."""


def cube(
    counts: Ints, dimensions: Sequence[Dimension], *, zeros_visible: bool = True, threshold: int = 3
) -> tuple[Atoms, Cells]:
    """The table of all sums over ``dimensions``, with innermost cells as atoms.

    ``counts`` (r,) are whole numbers of persons or cases; equal places are added up, absent ones are 0. Cells
    run through the dimensions' categories, the last dimension fastest, innermost categories first. Sensitive
    are the cells under ``threshold`` but 0. With ``zeros_visible`` a 0 is never hidden, so everybody knows
    that any other innermost cell is at least 1. Each cell weighs 1.
    """
    nodes = [_nodes(d) for d in dimensions]
    leaves = tuple(n.matrix.shape[1] for n in nodes)
    values = np.zeros(leaves, dtype=np.int64)
    np.add.at(values, tuple(n.code for n in nodes), counts)
    values = values.ravel()
    matrix = sp.csr_array(reduce(lambda a, b: sp.kron(a, b, format="csr"), [n.matrix for n in nodes]))
    matrix.data = matrix.data.astype(np.int64)
    sums = matrix @ values
    shape = tuple(len(n.labels) for n in nodes)

    def name(i: int, shape: tuple[int, ...] = shape) -> str:
        return ", ".join(n.labels[k] for n, k in zip(nodes, np.unravel_index(i, shape), strict=True))

    lower = (values != 0).astype(np.int64) if zeros_visible else np.zeros(len(values), dtype=np.int64)
    upper = np.full(len(values), UNBOUNDED)
    atoms = Atoms(values, np.minimum(lower, values), upper, lambda i: name(i, leaves))
    hideable = sums != 0 if zeros_visible else np.ones(len(sums), dtype=np.bool_)
    return atoms, Cells(matrix, np.ones(len(sums)), hideable, (sums != 0) & (sums < threshold), name)


def _nodes(dimension: Dimension) -> _Nodes:
    """Leaves, then each level's groups, then the total."""
    leaves, first, code = np.unique(dimension.levels[0], return_index=True, return_inverse=True)
    labels, blocks = [str(x) for x in leaves], [sp.eye_array(len(leaves), dtype=np.int64)]
    for level in dimension.levels[1:]:
        names, group = np.unique(level[first], return_inverse=True)
        if not np.array_equal(names[group][code], level):
            raise ValueError(f"{dimension.name}: a category lies in two categories of the next level")
        ones = np.ones(len(leaves), dtype=np.int64)
        blocks.append(sp.csr_array((ones, (group, np.arange(len(leaves))))))
        labels += [str(x) for x in names]
    blocks.append(sp.csr_array(np.ones((1, len(leaves)), dtype=np.int64)))
    labels.append(f"{dimension.name} {TOTAL}")
    return _Nodes(tuple(labels), sp.csr_array(sp.vstack(blocks, format="csr")), code.astype(np.int64))
