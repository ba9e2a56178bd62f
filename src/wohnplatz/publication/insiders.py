"""Suppliers as intruders who know their own figures: what they must not learn of others, and the proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import exact, join
from wohnplatz.disclosure.problem import Atoms, Facts, Needs, names_in_turn
from wohnplatz.disclosure.proof import Digests, Proof, check_proof

from .proving import completed, missing, shown_by

Ints = npt.NDArray[np.int64]
Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Insider:
    """A supplier: which of a block's counts are the own ones, and what must stay open beside them."""

    name: str
    """Code of the partner."""
    own: Ints
    """Positions of the own counts."""
    rests: Needs
    """What others contributed to sums that hold own counts, where that alone is too small to be known."""

    def widened(self, keys: Sequence[str], added: Sequence[str]) -> Insider:
        """The same beside counts of earlier publications, which come after all others: the own among them."""
        places = {keys[n].rpartition("|")[0] for n in self.own.tolist()}
        first = self.rests.matrix.shape[1]
        more = [first + n for n, key in enumerate(added) if key.rpartition("|")[0] in places]
        own = np.concatenate([self.own, np.array(more, dtype=np.int64)])
        matrix = sp.csr_array(self.rests.matrix)
        shape = (matrix.shape[0], first + len(added))
        wide = sp.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=shape)
        return replace(self, own=own, rests=replace(self.rests, matrix=wide))

    def needs(self, of_block: Needs) -> Needs:
        """What must stay open to this supplier: not what the own counts alone tell."""
        rows = sp.csr_array(of_block.matrix)
        foreign = np.ones(rows.shape[1], dtype=np.int64)
        foreign[self.own] = 0
        return joined_needs(of_block.of(np.flatnonzero(abs(rows) @ foreign > 0)), self.rests)


@dataclass(frozen=True, slots=True, eq=False)
class InsiderProof:
    """The stored proof that a supplier cannot work out what is protected of others."""

    name: str
    own: Ints
    needs: Needs
    proof: bytes

    def check(self, told: Facts, atoms: Atoms, digests: Digests) -> bool:
        """Whether it holds beside exactly these published facts; additions of whole numbers only.

        ``digests`` are those of ``told``.
        """
        own = own_facts(atoms, self.own, self.name)
        expected = digests.of(self.needs, own)
        proof = Proof.from_bytes(self.proof)
        return check_proof(proof, atoms, join(told, own), self.needs, known_digest=expected)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Everything but the name as arrays."""
        rows = sp.csr_array(self.needs.matrix, copy=True)
        rows.sort_indices()
        return {
            "own": self.own, "data": rows.data, "indices": rows.indices.astype(np.int32),
            "indptr": rows.indptr.astype(np.int32), "low_max": self.needs.low_max,
            "high_min": self.needs.high_min, "either": self.needs.either,
            "proof": np.frombuffer(self.proof, dtype=np.uint8),
        }  # fmt: skip

    @classmethod
    def of(cls, name: str, a: Arrays, size: int) -> InsiderProof:
        """The proof in ``columns`` over ``size`` counts."""
        rows = len(a["low_max"])
        matrix = sp.csr_array((a["data"].astype(np.int64), a["indices"], a["indptr"]), shape=(rows, size))
        needs = Needs(matrix, a["low_max"], a["high_min"], a["either"].astype(np.bool_), str)
        return cls(name, a["own"], needs, a["proof"].tobytes())


def with_own(told: Facts, atoms: Atoms, own: Ints, name: str) -> Facts:
    """What a supplier sees: everything published, and the own counts."""
    return join(told, own_facts(atoms, own, name))


def own_facts(atoms: Atoms, own: Ints, name: str) -> Facts:
    """The own counts of a supplier."""
    ones = np.ones(len(own), dtype=np.int64)
    single = sp.csr_array((ones, (np.arange(len(own)), own)), shape=(len(own), len(atoms)))
    return exact(single, atoms, lambda _: f"eigene Zahl von {name}")


def proven_against(  # noqa: PLR0913 -- an intruder and everything he faces
    insider: Insider,
    told: Facts,
    atoms: Atoms,
    needs: Needs,
    *,
    seconds: float,
    hints: sp.csr_array,
    settled: bool = False,
) -> tuple[Proof, list[int]]:
    """The proof (without digest) that ``needs`` are open to a supplier, and those for which there is none.

    With ``settled`` only those that he can answer for certain, not those that time did not settle.

    ``hints`` (h, n) are moves that agree with everything ``told``: each that leaves the own counts alone is a
    witness against this supplier, too, whomever it was found for. Only what they do not show is asked for.
    """
    proof = shown_by(leaving_alone(hints, insider.own), atoms, needs)
    open_ones = missing(proof, needs)
    if not len(open_ones):
        return proof, []
    seen = with_own(told, atoms, insider.own, insider.name)
    report = audit(atoms, seen, needs.of(open_ones), time_limit=seconds)
    proof = completed(proof, report.proof, open_ones)
    failing = report.answered if settled else [f.need for f in report.failures]
    return proof, open_ones[failing].tolist()


def leaving_alone(moves: sp.csr_array, own: Ints) -> sp.csr_array:
    """Those of ``moves`` (w, n) that change none of a supplier's own counts."""
    mine = np.zeros(moves.shape[1], dtype=np.int64)
    mine[own] = 1
    return sp.csr_array(moves[np.flatnonzero(abs(moves) @ mine == 0)])


def joined_needs(*parts: Needs) -> Needs:
    """Needs of several kinds as one list."""
    return Needs(
        sp.csr_array(sp.vstack([p.matrix for p in parts], format="csr")),
        np.concatenate([p.low_max for p in parts]), np.concatenate([p.high_min for p in parts]),
        np.concatenate([p.either for p in parts]), names_in_turn(parts),
    )  # fmt: skip
