"""The suppliers of a block tried as intruders who know their own figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure.problem import Facts, Needs
from wohnplatz.disclosure.proof import Digests, Proof

from .blocks import Block
from .insiders import Insider, InsiderProof, own_facts, proven_against
from .proving import agreeing, distinct

Ints = npt.NDArray[np.int64]
_NONE = np.empty(0, dtype=np.int64)


class Trial:
    """What must stay open to each supplier of a block, and the tables that show it.

    Another table that looks the same to everybody looks the same to a supplier, too, where it leaves the own
    counts alone. So what is found against one serves against all, and what an earlier release found serves
    again: only what is left is asked for.
    """

    def __init__(self, block: Block, witnesses: sp.csr_array, seconds: float) -> None:
        """``witnesses`` (w, n) may be such tables; ``seconds`` is the time for each question."""
        self.atoms, self.seconds, self.pool = block.atoms, seconds, distinct(witnesses)
        self.insiders = block.insiders
        self.needs = {insider.name: insider.needs(block.needs) for insider in block.insiders}
        self.lost = 0
        """What earlier publications told a supplier already: nobody can hide it any more."""

    def face(self, facts: Facts, more: sp.csr_array | None = None) -> None:
        """From now on exactly this is told; what does not fit it shows nothing. ``more`` (w, n) may fit."""
        pool = self.pool if more is None else _joined(self.pool, more)
        self.facts, self.pool = facts, agreeing(pool, self.atoms, facts)

    def learnt(self, insider: Insider, before: Facts | None) -> Needs:
        """What a supplier could work out now.

        What he can from ``before`` alone, all that is out already (None: nothing is), is asked no more.
        """
        asked = self.needs[insider.name]
        found = self._tried(insider, asked)[1] if len(asked) else _NONE
        if len(found) and before is not None:
            lost = found[self._proven(insider, before, asked.of(found), settled=True)[1]]
            self.lost += len(lost)
            self.needs[insider.name] = asked.of(np.setdiff1d(np.arange(len(asked)), lost))
            found = np.setdiff1d(found, lost)
        return asked.of(found)

    def proofs(self) -> tuple[tuple[InsiderProof, ...], int]:
        """The proofs against all suppliers, and how many needs they lack; these are left out."""
        found, lacking, digests = [], 0, Digests(self.atoms, self.facts)
        for insider in (i for i in self.insiders if len(self.needs[i.name])):
            needs = self.needs[insider.name]
            proof, failing = self._tried(insider, needs)
            if len(failing):
                lacking += len(failing)
                needs = needs.of(np.setdiff1d(np.arange(len(needs)), failing))
                proof, _ = self._tried(insider, needs)
            own = own_facts(self.atoms, insider.own, insider.name)
            proof = replace(proof, digest=digests.of(needs, own))
            found.append(InsiderProof(insider.name, insider.own, needs, proof.to_bytes()))
        return tuple(found), lacking

    def _tried(self, insider: Insider, needs: Needs) -> tuple[Proof, Ints]:
        """The proof that needs are open to a supplier now, and those for which there is none."""
        proof, failing = self._proven(insider, self.facts, needs)
        self.pool = _joined(self.pool, proof.moves)
        return proof, failing

    def _proven(
        self, insider: Insider, facts: Facts, needs: Needs, *, settled: bool = False
    ) -> tuple[Proof, Ints]:
        """The same where ``facts`` are told, or fewer than those the pool fits."""
        proof, failing = proven_against(
            insider, facts, self.atoms, needs, seconds=self.seconds, hints=self.pool, settled=settled
        )
        return proof, np.array(failing, dtype=np.int64)


def _joined(moves: sp.csr_array, more: sp.csr_array) -> sp.csr_array:
    return distinct(sp.csr_array(sp.vstack([moves, more], format="csr")))
