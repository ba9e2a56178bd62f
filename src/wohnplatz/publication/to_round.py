"""What of a block is rounded: its counts, the sums that are shown of them, and what must still fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure.rounding import BASE

from .demands import NO_WHOLE, Demands
from .modes import touching
from .rounded import ToRound
from .universe import Universe

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def to_round(  # noqa: PLR0913, PLR0917 -- the parts of a block
    universe: Universe,
    counts: Ints,
    matrix: sp.csr_array,
    labels: Sequence[str],
    asked: Demands,
    here: Ints,
    groups: Mapping[str, int],
) -> ToRound | None:
    """The part of a block that is rounded; None where nothing is.

    ``counts`` (n,) are the block's, ``matrix`` (c, n + 1) its cells over them and the number 1, ``labels``
    (c,) their names, ``here`` the position among them of each cell of the universe, -1 elsewhere.
    """
    mask = np.append(universe.rounded[counts], False)
    if not mask.any():
        return None
    plain = _plain(matrix, mask)
    links = sp.csr_array(universe.links[np.flatnonzero(universe.differences == 0)][:, counts])
    links = sp.csr_array((links.data, links.indices, links.indptr), shape=(links.shape[0], len(mask)))
    inside = (np.diff(links.indptr) > 0) & (abs(links) @ (~mask).astype(np.int64) == 0)
    parts, wholes = _parts(universe, asked, here, matrix, plain)
    sums = np.flatnonzero(plain)
    places = [groups.get(universe.area[n], 0) for n in counts.tolist()]
    return ToRound(
        mask, sp.csr_array(matrix[sums]), tuple(labels[n] for n in sums.tolist()),
        sp.csr_array(links[np.flatnonzero(inside)]), parts, wholes, np.array([*places, 0], dtype=np.int64),
    )  # fmt: skip


def _plain(matrix: sp.csr_array, mask: Bools) -> Bools:
    """Rows that are sums of rounded counts, each once and nothing taken off, (c,)."""
    rows = sp.csr_array(matrix, copy=True)
    rows.eliminate_zeros()
    odd = rows.copy()
    odd.data = ((rows.data != 1) | ~mask[rows.indices]).astype(np.int64)
    result: Bools = (np.diff(rows.indptr) > 0) & (odd.sum(axis=1) == 0)
    return result


def _parts(
    universe: Universe, asked: Demands, here: Ints, matrix: sp.csr_array, plain: Bools
) -> tuple[sp.csr_array, Ints]:
    """Parts of nearly the size of their wholes: rounded up they would be more than everybody."""
    complement = np.array([r.complement for r in asked.rules], dtype=np.bool_)[asked.rule]
    altered = touching(universe, universe.rounded | universe.silent)
    pairs = np.unique(
        np.column_stack([asked.cell, asked.whole])[complement & (asked.whole != NO_WHOLE)], axis=0
    )
    rows, wholes = [sp.csr_array((0, matrix.shape[1]), dtype=np.int64)], []
    for cell, whole in pairs.tolist():
        part, other = int(here[cell]), int(here[whole])
        close = 0 <= universe.values[whole] - universe.values[cell] < 2 * BASE
        if not plain[part] or not close:
            continue
        if not altered[whole]:
            rows.append(sp.csr_array(matrix[[part]]))
            wholes.append(int(universe.values[whole]))
        elif other >= 0 and plain[other]:
            rows.append(sp.csr_array(matrix[[part]] - matrix[[other]]))
            wholes.append(0)
    return sp.csr_array(sp.vstack(rows, format="csr")), np.array(wholes, dtype=np.int64)
