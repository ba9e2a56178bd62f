"""The proof from witnesses that are there: of a search for a pattern, of an earlier proof."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure.problem import Atoms, Facts, Needs
from wohnplatz.disclosure.proof import NOTHING, Proof, check_proof, digest

Ints = npt.NDArray[np.int64]


def proof_by(witnesses: sp.csr_array, atoms: Atoms, facts: Facts, needs: Needs) -> Proof | None:
    """A proof made of some of ``witnesses`` (w, n), checked; None where they do not show everything open."""
    proof = shown_by(agreeing(witnesses, atoms, facts), atoms, needs)
    if len(missing(proof, needs)):
        return None
    proof = replace(proof, digest=digest(atoms, facts, needs))
    return proof if check_proof(proof, atoms, facts, needs) else None


def shown_by(moves: sp.csr_array, atoms: Atoms, needs: Needs) -> Proof:
    """What ``moves`` (w, n) show open, those not used left out; a proof without digest."""
    moves = sp.csr_array(sp.vstack([sp.csr_array((1, len(atoms)), dtype=np.int64), moves], format="csr"))
    sums = (needs.matrix @ moves.T).toarray() + (needs.matrix @ atoms.values)[:, None]
    low_by = _first(sums <= needs.low_max[:, None])
    high_by = _first(sums >= needs.high_min[:, None])
    used = np.unique(np.concatenate([[0], low_by[low_by >= 0], high_by[high_by >= 0]]))
    place = np.full(moves.shape[0], NOTHING, dtype=np.int64)
    place[used] = np.arange(len(used))
    low_by, high_by = (np.where(by >= 0, place[np.maximum(by, 0)], NOTHING) for by in (low_by, high_by))
    return Proof(sp.csr_array(moves[used]), low_by, high_by, "")


def missing(proof: Proof, needs: Needs) -> Ints:
    """Needs that a proof does not show open."""
    low, high = proof.low_by != NOTHING, proof.high_by != NOTHING
    result: Ints = np.flatnonzero(~np.where(needs.either, low | high, low & high))
    return result


def completed(proof: Proof, rest: Proof, places: Ints) -> Proof:
    """A proof with what another one shows of the needs at ``places``."""
    size = proof.moves.shape[0]
    moves = sp.csr_array(sp.vstack([proof.moves, rest.moves], format="csr"))
    low_by, high_by = proof.low_by.copy(), proof.high_by.copy()
    for own, other in ((low_by, rest.low_by), (high_by, rest.high_by)):
        own[places] = np.where(other == NOTHING, own[places], other + size)
    return replace(proof, moves=moves, low_by=low_by, high_by=high_by)


def agreeing(moves: sp.csr_array, atoms: Atoms, facts: Facts) -> sp.csr_array:
    """Those of ``moves`` (w, n) that lead to tables that agree with every fact and bound."""
    steps = sp.csr_array(moves).tocoo()
    told, change = facts.matrix @ atoms.values, sp.csr_array(facts.matrix @ sp.csr_array(moves).T).tocoo()
    fits = np.ones(moves.shape[0], dtype=np.bool_)
    (row, by), (of, column) = change.coords, steps.coords
    fits[by[_outside(told[row] + change.data, facts.low[row], facts.high[row])]] = False
    fits[of[_outside(atoms.values[column] + steps.data, atoms.lower[column], atoms.upper[column])]] = False
    return sp.csr_array(sp.csr_array(moves)[np.flatnonzero(fits)])


def distinct(moves: sp.csr_array) -> sp.csr_array:
    """Each of ``moves`` (w, n) once, in order, and none that changes nothing."""
    rows = sp.csr_array(moves)
    key = rows @ np.random.default_rng(0).integers(-(2**62), 2**62, rows.shape[1])
    first = np.unique(key, return_index=True)[1]
    return sp.csr_array(rows[np.sort(first[key[first] != 0])])


def _outside(numbers: Ints, low: Ints, high: Ints) -> npt.NDArray[np.bool_]:
    result: npt.NDArray[np.bool_] = (numbers < low) | (numbers > high)
    return result


def _first(holds: npt.NDArray[np.bool_]) -> Ints:
    """For each row the first column that holds, ``NOTHING`` where none does."""
    if not holds.shape[1]:
        return np.full(len(holds), NOTHING, dtype=np.int64)
    return np.where(holds.any(axis=1), holds.argmax(axis=1), NOTHING).astype(np.int64)
