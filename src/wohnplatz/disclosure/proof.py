"""The proof that a publication protects what it must: other tables of whole numbers that look the same.

A *witness* is a move, the difference between the true table and another one that agrees with every
published fact. ``check_proof`` verifies all of them with additions alone: no solver, no tolerance, no trust
in the audit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from .problem import Atoms, Bools, Facts, Ints, Needs

NOTHING = -1
"""No witness: this side of a need is not shown to be open."""

LARGEST_STEP = 2**31

TOGETHER = 16
"""Witnesses checked at once, for the sake of memory."""

MAGIC = b"WPROOF1\n"


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """w witnesses, and for each of k needs which of them shows it open on which side."""

    moves: sp.csr_array
    """(w, n), int64: what each witness adds to the true table. Row 0 is empty: the true table itself."""
    low_by: Ints
    """(k,): a witness whose sum is at most ``low_max``, or ``NOTHING``."""
    high_by: Ints
    """(k,): a witness whose sum is at least ``high_min``, or ``NOTHING``."""
    digest: str
    """SHA-256 of what was audited, see ``digest``."""

    def to_bytes(self) -> bytes:
        """The proof as bytes: equal proofs give equal bytes on every machine."""
        moves = self.moves.tocsr()
        moves.sort_indices()
        parts = [moves.indptr, moves.indices, moves.data, self.low_by, self.high_by]
        head = {"digest": self.digest, "shape": list(moves.shape), "lengths": [len(p) for p in parts]}
        return MAGIC + json.dumps(head, sort_keys=True).encode() + b"\n" + b"".join(map(_bytes, parts))

    @classmethod
    def from_bytes(cls, data: bytes) -> Proof:
        """The proof in ``data``; ``ValueError`` where these bytes are none."""
        if not data.startswith(MAGIC):
            raise ValueError("not a proof")
        head, _, body = data[len(MAGIC) :].partition(b"\n")
        described = json.loads(head)
        words = np.frombuffer(body, dtype="<i8").astype(np.int64)
        indptr, indices, steps, low_by, high_by = np.split(words, np.cumsum(described["lengths"])[:-1])
        moves = sp.csr_array((steps, indices, indptr), shape=tuple(described["shape"]))
        moves.check_format(full_check=True)
        return cls(moves, low_by, high_by, described["digest"])


def digest(atoms: Atoms, facts: Facts, needs: Needs) -> str:
    """SHA-256 over the true table, its bounds, all facts and all needs; names do not count."""
    return Digests(atoms, facts).of(needs)


class Digests:
    """Digests of one publication for many intruders: what all of them are told is read once."""

    def __init__(self, atoms: Atoms, facts: Facts) -> None:
        rows = _canonical(facts.matrix)
        self._rows, self._entries = rows.shape[0], rows.nnz
        self._atoms = [_hashed(v) for v in (atoms.values, atoms.lower, atoms.upper)]
        self._limits = [_hashed(v) for v in (facts.low, facts.high)]
        self._matrix = [_hashed(v) for v in (rows.indptr, rows.indices, rows.data)]

    def of(self, needs: Needs, more: Facts | None = None) -> str:
        """``digest`` with these needs, and with ``more`` facts after those that all are told."""
        limits, matrix, count = self._limits, self._matrix, self._rows
        if more is not None:
            rows = _canonical(more.matrix)
            count += rows.shape[0]
            limits = _extended(limits, (more.low, more.high))
            matrix = _extended(matrix, (rows.indptr[1:] + self._entries, rows.indices, rows.data))
        asked = _canonical(needs.matrix)
        own = [_hashed(v) for v in (needs.low_max, needs.high_min, needs.either)]
        shape = _hashed(np.array([count, asked.shape[1]]))
        total = hashlib.sha256()
        for part in (*self._atoms, *limits, *own, shape, *matrix):
            total.update(part.digest())
        for vector in (np.array(asked.shape), asked.indptr, asked.indices, asked.data):
            total.update(_hashed(vector).digest())
        return total.hexdigest()


def _canonical(matrix: sp.csr_array) -> sp.csr_array:
    """The same rows written in one way only."""
    rows = sp.csr_array(matrix, copy=True)
    rows.sum_duplicates()
    rows.eliminate_zeros()
    return rows


def _hashed(vector: Ints | Bools) -> Any:
    return hashlib.sha256(_bytes(vector))


def _extended(hashes: Sequence[Any], vectors: Sequence[Ints]) -> list[Any]:
    """Hashes of longer vectors from those of their beginnings."""
    longer = [h.copy() for h in hashes]
    for h, vector in zip(longer, vectors, strict=True):
        h.update(_bytes(vector))
    return longer


def _bytes(numbers: Ints | Bools) -> bytes:
    return np.ascontiguousarray(numbers, dtype="<i8").tobytes()


def check_proof(
    proof: Proof, atoms: Atoms, facts: Facts, needs: Needs, *, known_digest: str | None = None
) -> bool:
    """Whether the proof holds for exactly these facts and needs: every witness agrees, every need is open.

    Whole-number additions and comparisons only. ``known_digest`` is that of these facts and needs where the
    caller has just computed it.
    """
    expected = known_digest or digest(atoms, facts, needs)
    if not _sound(proof, len(atoms), len(needs)) or proof.digest != expected:
        return False
    if not _agree(proof.moves, atoms, facts):
        return False
    value = needs.matrix @ atoms.values
    low = value + _changes(proof.low_by, proof.moves, needs) <= needs.low_max
    high = value + _changes(proof.high_by, proof.moves, needs) >= needs.high_min
    low &= proof.low_by != NOTHING
    high &= proof.high_by != NOTHING
    return bool(np.where(needs.either, low | high, low & high).all())


def _sound(proof: Proof, columns: int, needs: int) -> bool:
    """Whether the parts fit together and no number is so large that sums could overflow."""
    moves = proof.moves
    by = np.concatenate([proof.low_by, proof.high_by])
    return (
        moves.shape[1] == columns
        and bool(moves.has_canonical_format)
        and np.issubdtype(moves.dtype, np.integer)
        and bool(np.abs(moves.data).max(initial=0) <= LARGEST_STEP)
        and len(proof.low_by) == len(proof.high_by) == needs
        and bool(((by >= NOTHING) & (by < moves.shape[0])).all())
    )


def _agree(moves: sp.csr_array, atoms: Atoms, facts: Facts) -> bool:
    """Whether the true table and each moved one keep to all bounds and facts."""
    told = facts.matrix @ atoms.values
    if not (_within(atoms.values, atoms.lower, atoms.upper) and _within(told, facts.low, facts.high)):
        return False
    place = moves.indices
    if not _within(atoms.values[place] + moves.data, atoms.lower[place], atoms.upper[place]):
        return False
    for start in range(0, moves.shape[0], TOGETHER):
        change = sp.coo_array(facts.matrix @ moves[start : start + TOGETHER].T)
        fact = change.coords[0]
        if not _within(told[fact] + change.data, facts.low[fact], facts.high[fact]):
            return False
    return True


def _within(numbers: Ints, low: Ints, high: Ints) -> bool:
    return bool(((numbers >= low) & (numbers <= high)).all())


def _changes(by: Ints, moves: sp.csr_array, needs: Needs) -> Ints:
    """How much each need's sum changes under its named witness, (k,); 0 where it has none."""
    change = np.zeros(len(needs), dtype=np.int64)
    rows = np.flatnonzero(by != NOTHING)
    change[rows] = needs.matrix.tocsr()[rows].multiply(moves[by[rows]]).sum(axis=1)
    return change
