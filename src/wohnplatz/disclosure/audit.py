"""The audit: attacks a publication as an intruder would, and proves what withstands.

For every need the audit looks for a *witness*: another table of whole numbers that agrees with everything
published. Where none exists the need fails, and how narrowly the intruder can enclose it is said exactly.
What the solver does not settle in time counts as not proven.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

import numpy as np
import scipy.sparse as sp

from .clock import now
from .extremes import Extremes
from .facts import exact, join
from .problem import UNBOUNDED, Atoms, Facts, Ints, Needs
from .proof import NOTHING, Proof, digest
from .reduction import Open, propagate, reduce
from .search import HIGH, LOW, Answer, Search
from .solving import Clock

NO_LIMIT = float("inf")


@dataclass(frozen=True, slots=True, eq=False)
class Intruder:
    """What one attacker knows beside the publication."""

    own: sp.csr_array | None = None
    """(s, n): sums whose true value he knows himself, such as a partner's own figures."""
    name: str = "eigene Kenntnis"
    """Where that knowledge comes from, for explanations."""


NOBODY_SPECIAL = Intruder()


class Verdict(Enum):
    """Why a need is not proven."""

    LEAK = "leak"
    """The published facts alone leave no other value: exactly derived."""
    WHOLE_NUMBERS = "whole_numbers"
    """Fractions would leave another value, whole numbers (by the solver's search) do not."""
    UNSETTLED = "unsettled"
    """Not settled in time: may be open or not."""
    CONTRADICTION = "contradiction"
    """The facts disagree with the true table: nothing can be said, so nothing is proven."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A need that is not proven, and the whole numbers between which the facts enclose its sum."""

    need: int
    verdict: Verdict
    low: int
    high: int

    @property
    def exact(self) -> bool:
        """Whether the intruder knows the very number."""
        return self.low == self.high


@dataclass(frozen=True, slots=True, eq=False)
class AuditReport:
    """What an audit found; ``proof`` holds the witnesses found even where some needs failed."""

    needed: int
    proven: int
    failures: tuple[Failure, ...]
    contradictions: tuple[int, ...]
    """Facts that the true table does not fulfil."""
    known: frozenset[int]
    """Needs that the intruder knows from his own figures alone: nothing to protect from him."""
    intervals: Ints | None
    """(k, 2): least and largest possible sum of each need, only in the mode "exact"."""
    solves: int
    seconds: float
    proof: Proof

    @property
    def answered(self) -> list[int]:
        """Needs that the facts answer for certain; what time did not settle is not among them."""
        return [f.need for f in self.failures if f.verdict is not Verdict.UNSETTLED]

    @property
    def ok(self) -> bool:
        """Whether everything may go out."""
        return self.proven == self.needed and not self.contradictions


def audit(  # noqa: PLR0913 (all but the problem itself by name)
    atoms: Atoms,
    facts: Facts,
    needs: Needs,
    *,
    intruder: Intruder = NOBODY_SPECIAL,
    mode: Literal["certificate", "exact"] = "certificate",
    seed: int = 0,
    time_limit: float | None = None,
    hints: sp.csr_array | None = None,
) -> AuditReport:
    """Attack the facts; every need is proven open by a table of whole numbers, or named as a failure.

    ``mode="exact"`` adds the least and largest possible sum of every need. ``time_limit`` in seconds: needs
    not settled by then are not proven. Equal arguments give equal proofs (but for the time limit). Facts
    that the true table contradicts prove nothing: the report names them and is not ok. ``hints`` (h, n) are
    moves that may be witnesses, such as the suppression's own or those of an earlier proof.
    """
    begin = now()
    clock = Clock(begin + (NO_LIMIT if time_limit is None else time_limit))
    seen = with_own(intruder, atoms, facts)
    wrong = contradictions(atoms, seen)
    if len(wrong) or ((atoms.values < atoms.lower) | (atoms.values > atoms.upper)).any():
        return _nothing_proven(atoms, seen, needs, wrong, begin)
    attack = _Attack.on(atoms, seen, needs, clock)
    if hints is not None:
        attack.recall(hints)
    attack.search.batches(np.random.default_rng(seed))
    failures = attack.settle()
    known = _known_alone(intruder, atoms, needs, failures, clock)
    failures = tuple(f for f in failures if f.need not in known)
    return AuditReport(
        len(needs) - len(known),
        len(needs) - len(known) - len(failures),
        failures,
        (),
        known,
        attack.intervals() if mode == "exact" else None,
        clock.solves,
        now() - begin,
        attack.proof(digest(atoms, seen, needs)),
    )


def with_own(intruder: Intruder, atoms: Atoms, facts: Facts) -> Facts:
    """What this intruder sees: the publication and the true values of his own sums."""
    if intruder.own is None:
        return facts
    return join(facts, exact(intruder.own, atoms, lambda _: intruder.name))


def _known_alone(
    intruder: Intruder, atoms: Atoms, needs: Needs, failures: tuple[Failure, ...], clock: Clock
) -> frozenset[int]:
    """Failing needs that the intruder encloses as narrowly without any publication."""
    if intruder.own is None or not failures:
        return frozenset()
    rows = np.array([f.need for f in failures])
    own = exact(intruder.own, atoms, lambda _: intruder.name)
    attack = _Attack.on(atoms, own, needs.of(rows), clock)
    alone = {int(rows[f.need]): (f.low, f.high) for f in attack.settle() if f.verdict is Verdict.LEAK}
    return frozenset(f.need for f in failures if alone.get(f.need) == (f.low, f.high))


def contradictions(atoms: Atoms, facts: Facts) -> tuple[int, ...]:
    """Facts that the true table does not fulfil."""
    sums = facts.matrix @ atoms.values
    return tuple(np.flatnonzero((sums < facts.low) | (sums > facts.high)).tolist())


def _nothing_proven(
    atoms: Atoms, facts: Facts, needs: Needs, wrong: tuple[int, ...], begin: float
) -> AuditReport:
    """The report where facts and true table disagree."""
    value = needs.matrix @ atoms.values
    failures = tuple(Failure(i, Verdict.CONTRADICTION, int(v), int(v)) for i, v in enumerate(value))
    none = np.full(len(needs), NOTHING, dtype=np.int64)
    proof = Proof(sp.csr_array((0, len(atoms)), dtype=np.int64), none, none, digest(atoms, facts, needs))
    seconds = now() - begin
    return AuditReport(len(needs), 0, failures, wrong, frozenset(), None, 0, seconds, proof)


@dataclass(frozen=True, slots=True, eq=False)
class _Attack:
    """One problem reduced, with the search for its witnesses."""

    atoms: Atoms
    needs: Needs
    value: Ints
    """True sums of the needs, (k,)."""
    problem: Open
    search: Search

    @classmethod
    def on(cls, atoms: Atoms, facts: Facts, needs: Needs, clock: Clock) -> _Attack:
        problem = reduce(atoms, facts, propagate(atoms, facts))
        value = needs.matrix @ atoms.values
        room = np.column_stack([needs.low_max - value, needs.high_min - value])
        rows = needs.matrix.tocsr()[:, problem.columns]
        base = atoms.values[problem.columns]
        return cls(atoms, needs, value, problem, Search(problem, base, rows, room, needs.either, clock))

    def recall(self, hints: sp.csr_array) -> None:
        """Try moves found elsewhere, as far as they leave the known atoms alone."""
        inside = sp.csr_array(hints)[:, self.problem.columns]
        kept = np.flatnonzero(np.diff(inside.indptr) == np.diff(hints.tocsr().indptr))
        self.search.recall(inside[kept])

    def settle(self) -> tuple[Failure, ...]:
        """Ask for each missing side by itself; the needs that stay without proof."""
        failures = []
        for need in np.flatnonzero(self.search.missing.any(axis=1)).tolist():
            verdict = self._verdict(need)
            if verdict is not None:
                failures.append(self._failure(need, verdict))
        return tuple(failures)

    def _verdict(self, need: int) -> Verdict | None:
        """Why a need fails; None where it does not."""
        answers = []
        for side in (LOW, HIGH):
            if self.search.missing[need, side]:
                answers.append(self.search.single(need, side))
        if not self.search.missing[need].any():
            return None
        if Answer.UNSETTLED in answers:
            return Verdict.UNSETTLED
        return Verdict.WHOLE_NUMBERS if Answer.NO_WHOLE in answers else Verdict.LEAK

    def _failure(self, need: int, verdict: Verdict) -> Failure:
        return Failure(need, verdict, *_moved(self.search.enclosure(need), int(self.value[need])))

    def intervals(self) -> Ints:
        """The least and the largest possible sum of each need, (k, 2)."""
        changes = Extremes(self.search).all().tolist()
        found = [
            _moved((low, high), int(value)) for (low, high), value in zip(changes, self.value, strict=True)
        ]
        return np.array(found, dtype=np.int64).reshape(-1, 2)

    def proof(self, digest: str) -> Proof:
        """The witnesses found, over all atoms."""
        places, steps = zip(*self.search.moves, strict=True)
        ends = np.cumsum([0, *map(len, places)])
        columns = self.problem.columns[np.concatenate(places)]
        moves = sp.csr_array((np.concatenate(steps), columns, ends), shape=(len(places), len(self.atoms)))
        moves.sort_indices()
        return Proof(moves, self.search.by[:, LOW], self.search.by[:, HIGH], digest)


def _moved(limits: tuple[int, int], value: int) -> tuple[int, int]:
    """Limits of a change as limits of the sum itself."""
    low, high = limits
    return (low if low == -UNBOUNDED else low + value), (high if high == UNBOUNDED else high + value)
