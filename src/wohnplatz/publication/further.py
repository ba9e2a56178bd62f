"""The differencing guard over a release: further figures beside all that is out.

Two divisions of the same people can give protected figures away together, and so can two selections that
differ by one area. Each further figure is therefore judged block by block together with everything its
audience has seen. What may go out is stored as a record with its proof, like the release itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure import Rule
from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.clock import now
from wohnplatz.disclosure.facts import join
from wohnplatz.disclosure.guard import Refusal, guard
from wohnplatz.disclosure.primary import limits, primary
from wohnplatz.disclosure.problem import Cells, Facts
from wohnplatz.disclosure.proof import Proof, digest
from wohnplatz.disclosure.reduction import propagate
from wohnplatz.model import FigureTable

from .answered import Overlay
from .blocks import Block, History, two_values, with_history
from .insiders import Insider, InsiderProof, joined_needs, proven_against, with_own
from .pieces import Piece, Told, estimates, over
from .proving import agreeing, distinct
from .record import CLOSED, FURTHER, Record, content_digest, told
from .slivers import slivers

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Why(StrEnum):
    """Why further figures do not go out; the value is a code, and none of them names a figure."""

    NO_SUM = "no_sum"
    """They are no sums of counts: formulas over other figures, or converted from other areas."""
    RULE = "rule"
    """A rule protects them for their own sake."""
    NOT_PROVEN = "not_proven"
    """It is not proven that everything stays protected beside what is out."""
    MODE = "mode"
    """Figures of these counts are not shown in this way."""
    MIXED = "mixed"
    """Exact or rounded figures of counts are out that would be answered with a chance deviation."""
    AVERAGED = "averaged"
    """Averaged with other answers it would tell more than one answer may."""
    NOTHING_OUT = "nothing_out"
    """Of these counts nothing was published, because nothing was proven."""


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """A block as it was published, with what came out beside it since: what a further figure meets."""

    sha: str
    record: Record
    newer: tuple[tuple[str, Record], ...]

    @property
    def before(self) -> tuple[str, ...]:
        """Everything the proof of a further figure takes as known."""
        return tuple(dict.fromkeys([*self.record.before, self.sha, *(sha for sha, _ in self.newer)]))


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What may go out of the pieces of one block, and the record that proves it."""

    shown: Bools
    """(p,): pieces that may be told."""
    record: Record | None
    why: Why | None = None
    reason: str = ""
    """In words with protected numbers, for people with the right to see these."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Pieces of one block over its counts, with everything out and everything that must stay open."""

    pieces: Sequence[Piece]
    exact: Ints
    estimated: Ints
    matrix: sp.csr_array
    history: History
    zeros_visible: bool
    insiders: tuple[InsiderProof, ...]
    """Suppliers as intruders, with what must stay open to them; the proofs are those of the block alone."""
    answers: Facts | None = None
    """What is told of the sums where it is neither exact nor an estimate."""
    overlay: Overlay | None = None

    def new(self, shown: Bools) -> tuple[Cells, Bools, Facts]:
        """Sums and what is hidden of them, and the estimates that are told."""
        rows = self.matrix[self.exact]
        count = len(self.exact)
        words = [self.pieces[n].name for n in self.exact.tolist()]
        nothing = np.zeros(count, dtype=np.bool_)
        cells = Cells(rows, np.ones(count), ~nothing, nothing, words.__getitem__)
        open_ones = self.estimated[shown[self.estimated]]
        ranges = estimates(self.matrix[open_ones], [self.pieces[n] for n in open_ones.tolist()])
        ranges = ranges if self.answers is None else self.answers
        return cells, ~shown[self.exact], ranges

    def recalling(self, proof: Proof) -> Problem:
        """With the witnesses of a proof as further hints."""
        past = self.history
        moves = sp.csr_array(sp.vstack([past.witnesses, proof.moves], format="csr"))
        return replace(self, history=replace(past, witnesses=moves))

    def groups(self, places: Ints, size: Ints) -> list[Ints]:
        """Pieces over known counts, then those over others; each the larger ones first."""
        past = self.history
        fixed = propagate(past.block.atoms, past.known).fixed
        unknown = np.asarray(abs(self.matrix) @ (~fixed).astype(np.int64)) > 0
        order = places[np.argsort(-size[places], kind="stable")]
        return [order[~unknown[order]], order[unknown[order]]]

    def facts(self, shown: Bools) -> Facts:
        """What they tell."""
        cells, hidden, ranges = self.new(shown)
        return join(told(cells, self.history.block.atoms, hidden, self.zeros_visible), ranges)


def sensitive_rows(
    rows: FigureTable,
    rules: Mapping[str, Rule],
    minimum_denominator: Mapping[str, float],
    altered: Bools | None = None,
) -> Bools:
    """Rows that a rule protects for their own sake, (m,); ``altered`` are those of rounded figures."""
    names = {str(code) for code in np.unique(rows.indicator)}
    return primary(rows, limits(rows, {n: rules[n] for n in names}, {}, minimum_denominator), altered)


def answer(what: Told, chosen: Ints, beside: Beside, rule: Rule, *, seconds: float) -> Judged:
    """All ``chosen`` pieces of one block or none of them: the answer to a question for one sum."""
    end = now() + seconds
    pieces = [what.pieces[n] for n in chosen.tolist()]
    nothing = np.zeros(len(pieces), dtype=np.bool_)
    problem = _problem(what, pieces, beside, [rule] * len(pieces), sensitive=nothing)
    if problem is None:
        return Judged(nothing, None, Why.NOTHING_OUT)
    return as_a_whole(_without_lost(problem, seconds / 2), beside, ~nothing, end)


def as_a_whole(problem: Problem, beside: Beside, everything: Bools, end: float) -> Judged:
    """All pieces of a problem, proven until ``end``, or none of them with the reason why not."""
    block, known = problem.history.block, problem.history.known
    found = guard(
        block.atoms, known, block.needs, problem.facts(everything), time_limit=max(end - now(), 0.0),
        hints=problem.history.witnesses,
    )  # fmt: skip
    if isinstance(found, Refusal):
        return Judged(~everything, None, Why.NOT_PROVEN, found.reason)
    insiders, learnt = _against_insiders(problem, everything, max(end - now(), 0.0))
    if learnt:
        reason = f"Mit den eigenen Zahlen könnte {insiders[-1].name} etwas Geschütztes errechnen."
        return Judged(~everything, None, Why.NOT_PROVEN, reason)
    return Judged(everything, _record(problem, beside, everything, found.report.proof, insiders))


def protect(  # noqa: PLR0913 (what is to be told, what it meets, what is asked)
    what: Told, chosen: Ints, beside: Beside, rules: Sequence[Rule], sensitive: Bools, *, seconds: float
) -> Judged:
    """As many of the ``chosen`` pieces of one block as can go out together: a division beside the hierarchy.

    ``sensitive`` (p,) are hidden for their own sake. Of the others those over known counts are tried first,
    which tell nothing new, then the rest all at once, then in halves, the larger figures first: what can be
    proven together with all that was taken before is taken. What is not tried after ``seconds`` is hidden.
    """
    end = now() + seconds
    pieces = [what.pieces[n] for n in chosen.tolist()]
    problem = _problem(what, pieces, beside, rules, sensitive=sensitive)
    if problem is None:
        return Judged(np.zeros(len(pieces), dtype=np.bool_), None, Why.NOTHING_OUT)
    problem = _without_lost(problem, seconds)
    size = np.array([p.told for p in pieces], dtype=np.int64)
    # A zero that is shown tells nothing of anybody; hidden it would count as at least 1.
    shown = ~sensitive & (size == 0)
    best = _proven(problem, shown, seconds)
    waiting = problem.groups(np.flatnonzero(~sensitive & (size != 0)), size)
    while waiting and now() < end:
        group = waiting.pop(0).astype(np.int64)
        trial = shown.copy()
        trial[group] = True
        found = _proven(problem, trial, max(end - now(), 0.1)) if len(group) else None
        if found is not None:
            shown, best = trial, found
            problem = problem.recalling(found.proof)
        elif len(group) > 1:
            waiting[:0] = np.array_split(group, 2)
    if best is None:
        return Judged(np.zeros(len(pieces), dtype=np.bool_), None, Why.NOT_PROVEN)
    return Judged(shown, _record(problem, beside, shown, best.proof, best.insiders))


@dataclass(frozen=True, slots=True, eq=False)
class _Full:
    """A full proof."""

    proof: Proof
    insiders: tuple[InsiderProof, ...]


def _proven(problem: Problem, shown: Bools, seconds: float) -> _Full | None:
    """The proof that everything stays open with these pieces shown; None where there is none in time."""
    past = problem.history
    report = audit(
        past.block.atoms, join(problem.facts(shown), past.known), past.block.needs, time_limit=seconds,
        hints=past.witnesses,
    )  # fmt: skip
    if not report.ok:
        return None
    insiders, learnt = _against_insiders(problem, shown, seconds)
    return _Full(report.proof, insiders) if not learnt else None


def _problem(
    what: Told, pieces: Sequence[Piece], beside: Beside, rules: Sequence[Rule], *, sensitive: Bools
) -> Problem | None:
    """None where nothing was published of the block, or not of these very counts."""
    record = beside.record
    matrix = over(record, what.universe, pieces)
    if record.status == CLOSED or matrix is None:
        return None
    past = as_published(beside)
    exact = np.array([n for n, p in enumerate(pieces) if p.exact], dtype=np.int64)
    estimated = np.setdiff1d(np.arange(len(pieces)), exact)
    wide = widened(matrix, len(past.block.atoms))
    shown_before = _shown_before(past)
    hidden = exact[sensitive[exact]]
    values = wide[hidden] @ past.block.atoms.values
    needs = joined_needs(
        past.block.needs,
        two_values(wide[hidden], values, [f"{pieces[n].name}: geschützt" for n in hidden.tolist()]),
        slivers(
            past.block.atoms, wide[exact], shown_before, [rules[n] for n in exact.tolist()],
            [pieces[n].name for n in exact.tolist()],
        ),
    )  # fmt: skip
    past = replace(past, block=replace(past.block, needs=needs))
    return Problem(pieces, exact, estimated, wide, past, record.zeros_visible, insiders_of(record, past))


def as_published(beside: Beside) -> History:
    """A block with all its needs and everything that is known of it, over all counts that are out."""
    record = beside.record
    count = len(record.cells)
    block = Block(
        record.names, record.keys, np.arange(count), record.cell_keys, record.atoms, record.cells,
        record.needs, record.facts(), record.zeros_visible, np.zeros(count, dtype=np.int64), (),
    )  # fmt: skip
    past = with_history(block, [r for _, r in beside.newer])
    proofs = (record.proof, *(i.proof for i in record.insiders))
    own = [widened(Proof.from_bytes(p).moves, len(past.block.atoms)) for p in proofs]
    return replace(past, witnesses=distinct(sp.csr_array(sp.vstack([*own, past.witnesses], format="csr"))))


def insiders_of(record: Record, past: History) -> tuple[InsiderProof, ...]:
    """The suppliers of a block as intruders, over all counts that are out."""
    size = len(past.block.atoms)
    return tuple(
        replace(i, needs=replace(i.needs, matrix=widened(i.needs.matrix, size))) for i in record.insiders
    )


def widened(matrix: sp.csr_array, columns: int) -> sp.csr_array:
    """The rows over more counts, none of which they touch."""
    rows = sp.csr_array(matrix)
    return sp.csr_array((rows.data, rows.indices, rows.indptr), shape=(rows.shape[0], columns))


def _shown_before(past: History) -> sp.csr_array:
    """The sums that are out exactly."""
    return sp.csr_array(past.known.matrix[np.flatnonzero(past.known.low == past.known.high)])


def _without_lost(problem: Problem, seconds: float) -> Problem:
    """Without the needs that what is out already answers: no further figure tells them first."""
    past = problem.history
    report = audit(past.block.atoms, past.known, past.block.needs, time_limit=seconds, hints=past.witnesses)
    lost = report.answered
    if not lost:
        return problem
    kept = np.setdiff1d(np.arange(len(past.block.needs)), lost)
    needs = past.block.needs.of(kept)
    return replace(problem, history=replace(past, block=replace(past.block, needs=needs)))


def _against_insiders(
    problem: Problem, shown: Bools, seconds: float
) -> tuple[tuple[InsiderProof, ...], bool]:
    """The proofs against suppliers up to the first who learns something; and whether one does."""
    past = problem.history
    atoms, facts = past.block.atoms, join(problem.facts(shown), past.known)
    hints = agreeing(past.witnesses, atoms, facts)
    found: list[InsiderProof] = []
    for one in problem.insiders:
        insider = Insider(one.name, one.own, one.needs)
        proof, failing = proven_against(insider, facts, atoms, one.needs, seconds=seconds, hints=hints)
        found.append(replace(one, proof=proof.to_bytes()))
        if failing:
            return tuple(found), True
    return tuple(found), False


def _record(
    problem: Problem, beside: Beside, shown: Bools, proof: Proof, insiders: tuple[InsiderProof, ...]
) -> Record:
    past, base = problem.history, beside.record
    cells, hidden, ranges = problem.new(shown)
    atoms, needs = past.block.atoms, past.block.needs
    names = tuple(cells.name(n) for n in range(len(cells)))
    made = Record(
        base.names, content_digest(base.keys, names, atoms, cells, ranges, needs), beside.before, base.keys,
        atoms, names, cells, hidden, past.known, needs, b"", base.zeros_visible, FURTHER,
        {"needs": len(needs), "hidden": int(hidden.sum())}, (), ranges if len(ranges) else None,
        overlay=problem.overlay,
    )  # fmt: skip
    own = replace(proof, digest=digest(atoms, made.facts(), needs))
    return replace(made, proof=own.to_bytes(), insiders=_renewed(made, insiders))


def _renewed(made: Record, insiders: tuple[InsiderProof, ...]) -> tuple[InsiderProof, ...]:
    """The proofs against suppliers over the facts in the order of the record."""
    facts, atoms = made.facts(), made.atoms
    return tuple(
        replace(
            i,
            proof=replace(
                Proof.from_bytes(i.proof),
                digest=digest(atoms, with_own(facts, atoms, i.own, i.name), i.needs),
            ).to_bytes(),
        )
        for i in insiders
    )


def shown_rows(what: Told, shown: Collection[int]) -> Bools:
    """Rows all of whose pieces are told, (m,)."""
    told_ones = set(shown)
    found = [
        judged and told_ones.issuperset((*above, *below))
        for judged, above, below in zip(what.judged.tolist(), what.numerator, what.denominator, strict=True)
    ]
    return np.array(found, dtype=np.bool_)
