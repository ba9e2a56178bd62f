"""What lies between a new sum and those that are out: rests so small that somebody could be recognised."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from wohnplatz.disclosure import Rule, requirements
from wohnplatz.disclosure.problem import Atoms, Needs

from .insiders import joined_needs

MOST = 20_000
"""Neighbouring sums looked at for one block."""


def slivers(
    atoms: Atoms, new: sp.csr_array, out: sp.csr_array, rules: Sequence[Rule], names: Sequence[str]
) -> Needs:
    """Needs of the small rests between ``new`` sums (p, n) and those ``out`` (q, n), by one rule for each.

    Of a new sum S and one T that is out: S ∩ T, S without T, T without S; and of every S what is left of it
    without all single counts that are out. Whether such a rest can be computed is for the audit to find.
    """
    found = [_of(atoms, new[[n]], out, rule, names[n]) for n, rule in enumerate(rules) if rule.minimum_count]
    none = requirements(atoms, sp.csr_array((0, len(atoms)), dtype=np.int64), [], str).needs
    return joined_needs(none, *found)


def _of(atoms: Atoms, new: sp.csr_array, out: sp.csr_array, rule: Rule, name: str) -> Needs:
    inside = np.flatnonzero((out @ abs(new).T).toarray().ravel() != 0)[:MOST]
    near = out[inside]
    same = sp.csr_array(sp.vstack([new] * len(inside), format="csr")) if len(inside) else out[[]]
    both = sp.csr_array(near.minimum(same))
    single = np.flatnonzero((np.diff(near.indptr) == 1) & (near.sum(axis=1) == 1))
    known = np.unique(near[single].indices)
    rest = new.copy()
    rest.data = np.where(np.isin(rest.indices, known), 0, rest.data)
    rows = sp.csr_array(sp.vstack([both, same - both, near - both, rest], format="csr"))
    rows.eliminate_zeros()
    rows = rows[np.flatnonzero(np.diff(rows.indptr) > 0)]
    values = rows @ atoms.values
    small = rows[np.flatnonzero((values > 0) & (values < rule.minimum_count))]
    small = _distinct(small)
    words = f"{name}: kleiner Rest neben Veröffentlichtem"
    return requirements(atoms, small, [rule] * small.shape[0], lambda _: words).needs


def _distinct(rows: sp.csr_array) -> sp.csr_array:
    rows.sort_indices()
    seen: dict[tuple[bytes, bytes], int] = {}
    for n, (a, b) in enumerate(zip(rows.indptr[:-1].tolist(), rows.indptr[1:].tolist(), strict=True)):
        seen.setdefault((rows.indices[a:b].tobytes(), rows.data[a:b].tobytes()), n)
    return sp.csr_array(rows[list(seen.values())])
