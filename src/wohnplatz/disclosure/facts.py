"""What publications tell, as facts: every kind of figure as an interval for a sum of atoms.

All of it exact: a printed decimal is a fraction, never a floating-point number. What a reader can conclude
from a figure is all that counts here, not how the figure came about.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

import numpy as np
import scipy.sparse as sp

from .problem import UNBOUNDED, Atoms, Bools, Cells, Facts

Namer = Callable[[int], str]


def join(*parts: Facts) -> Facts:
    """All facts of several publications together, in order; all over the same atoms."""
    ends = list(accumulate(len(p) for p in parts))

    def name(i: int) -> str:
        part = bisect_right(ends, i)
        return parts[part].name(i - (ends[part - 1] if part else 0))

    return Facts(
        sp.csr_array(sp.vstack([p.matrix for p in parts], format="csr")),
        np.concatenate([p.low for p in parts]),
        np.concatenate([p.high for p in parts]),
        name,
    )


def exact(sums: sp.csr_array, atoms: Atoms, name: Namer) -> Facts:
    """Counts published as they are: ``sums`` (m, n) at their true values."""
    values = sums @ atoms.values
    return Facts(sp.csr_array(sums), values, values, name)


def published(cells: Cells, atoms: Atoms, hidden: Bools, *, zeros_visible: bool = True) -> Facts:
    """A table with ``hidden`` (c,) cells. Where zeros are shown, a hidden one is known to be at least 1."""
    shown, closed = np.flatnonzero(~hidden), np.flatnonzero(hidden)
    told = exact(cells.matrix[shown], atoms, lambda i: cells.name(int(shown[i])))
    if not zeros_visible:
        return told
    size = len(closed)
    floor = Facts(
        cells.matrix[closed],
        np.ones(size, dtype=np.int64),
        np.full(size, UNBOUNDED),
        lambda i: f"{cells.name(int(closed[i]))} ist verdeckt und darum nicht 0",
    )
    return join(told, floor)
