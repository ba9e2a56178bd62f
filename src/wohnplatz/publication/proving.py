"""The proof from the witnesses that the search for a pattern found on its way: no further solving."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure.problem import Atoms, Facts, Needs
from wohnplatz.disclosure.proof import NOTHING, Proof, check_proof, digest

Ints = npt.NDArray[np.int64]


def proof_by(witnesses: sp.csr_array, atoms: Atoms, facts: Facts, needs: Needs) -> Proof | None:
    """A proof made of some of ``witnesses`` (w, n), checked; None where they do not show everything open."""
    moves = sp.csr_array(sp.vstack([sp.csr_array((1, len(atoms)), dtype=np.int64), witnesses], format="csr"))
    moves = moves[_agreeing(moves, atoms, facts)]
    sums = (needs.matrix @ moves.T).toarray() + (needs.matrix @ atoms.values)[:, None]
    low_by = _first(sums <= needs.low_max[:, None])
    high_by = _first(sums >= needs.high_min[:, None])
    used = np.unique(np.concatenate([[0], low_by[low_by >= 0], high_by[high_by >= 0]]))
    place = np.full(moves.shape[0], NOTHING, dtype=np.int64)
    place[used] = np.arange(len(used))
    kept = sp.csr_array(moves[used])
    low_by, high_by = (np.where(by >= 0, place[np.maximum(by, 0)], NOTHING) for by in (low_by, high_by))
    proof = Proof(kept, low_by, high_by, digest(atoms, facts, needs))
    return proof if check_proof(proof, atoms, facts, needs) else None


def _agreeing(moves: sp.csr_array, atoms: Atoms, facts: Facts) -> Ints:
    """Moves to tables that agree with every fact and bound; the first one, no move, always does."""
    sums = (facts.matrix @ moves.T).toarray() + (facts.matrix @ atoms.values)[:, None]
    fits = ((sums >= facts.low[:, None]) & (sums <= facts.high[:, None])).all(axis=0)
    tables = moves.toarray() + atoms.values
    fits &= ((tables >= atoms.lower) & (tables <= atoms.upper)).all(axis=1)
    fits[0] = True
    result: Ints = np.flatnonzero(fits)
    return result


def _first(holds: npt.NDArray[np.bool_]) -> Ints:
    """For each row the first column that holds, ``NOTHING`` where none does."""
    if not holds.shape[1]:
        return np.full(len(holds), NOTHING, dtype=np.int64)
    return np.where(holds.any(axis=1), holds.argmax(axis=1), NOTHING).astype(np.int64)
