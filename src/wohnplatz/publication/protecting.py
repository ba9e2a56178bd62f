"""From a block to its record: hide, prove, where that fails hide more; never publish unproven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import join
from wohnplatz.disclosure.problem import Cells, Facts
from wohnplatz.disclosure.proof import Proof
from wohnplatz.disclosure.suppress import repair

from .blocks import Block, History, with_history
from .insiders import InsiderProof, with_own
from .proving import proof_by
from .record import CLOSED, SAFE, WIDENED, Record, content_digest, told
from .rounded import Rounding, nearby, rounding_of
from .suppliers import Trial
from .totals import needed_totals
from .unshown import rows_of

Bools = npt.NDArray[np.bool_]

ROUNDS = 3
"""How often more is hidden because of what one supplier would learn, before the whole block is."""
SECONDS = 30.0
"""For one block; what is not solved by then is hidden."""


def content_of(block: Block) -> str:
    """Digest of a block's problem, see ``Record.content``."""
    return content_digest(
        block.keys, block.cell_keys, block.atoms, block.cells, block.bounds, block.needs, block.insiders,
        block.rounding,
    )  # fmt: skip


def record_of(
    block: Block, earlier: Sequence[Record], shas: Sequence[str], *, seconds: float = SECONDS, seed: int = 0
) -> Record:
    """Protect a block beside everything that is out; ``earlier`` are the records that touch its counts.

    Needs that earlier publications alone already answer cannot be met any more: they are left out and counted
    (``lost``). The pattern is tried as found, then with every figure but zeros hidden, then with nothing
    published at all; the first that is proven in full, against every supplier that counts as an intruder
    too, is kept. What the rules round is rounded first, and everybody knows it in all that follows; where no
    rounding is found nothing is published. ``seed`` decides between patterns that cost the same; no record
    holds it, and none needs it to be checked.
    """
    content, past = content_of(block), with_history(block, earlier)
    wide, known, failing = past.block, past.known, list[int]()
    if earlier:
        failing = _answered(wide, known, past.witnesses, seconds)
        wide = replace(wide, needs=wide.needs.of(np.setdiff1d(np.arange(len(wide.needs)), failing)))
        wide = replace(wide, cells=_with_public(wide.cells, known))
    figures: dict[str, float] = {
        "needs": len(wide.needs),
        "lost": len(failing),
        "unavoidable": len(block.unavoidable),
    }
    rounding = _rounding(block, wide, earlier, seconds)
    before, known = known, known if rounding is None else join(rounding.facts(), known)
    hidden, witnesses, found = _pattern(wide, known, past, seconds, seed)
    if rounding is not None:
        witnesses = sp.csr_array(
            sp.vstack([nearby(wide.needs, wide.atoms, known), witnesses, past.witnesses])
        )
    trial = Trial(wide, sp.csr_array(sp.vstack([witnesses, past.witnesses], format="csr")), seconds)
    hidden = _against_insiders(wide, trial, known, before if earlier else None, hidden, seconds, seed)
    figures["lost"] += trial.lost
    insiders: tuple[InsiderProof, ...] = ()
    unrounded = block.rounding is not None and rounding is None
    for status in (CLOSED,) if unrounded else (SAFE, WIDENED, CLOSED):
        choice = hidden if status == SAFE else (wide.cells.hideable | hidden)
        if status == CLOSED:
            choice = np.ones(len(hidden), dtype=np.bool_)
        facts = (
            before
            if status == CLOSED
            else join(told(wide.cells, wide.atoms, choice, wide.zeros_visible), known)
        )
        proof, failing = _proof(wide, facts, witnesses if status == SAFE else None, seconds)
        if failing and status != CLOSED:
            continue
        trial.face(facts)
        insiders, learnt = trial.proofs()
        if not failing and not learnt:
            break
    if (
        failing
    ):  # nothing is published here, and still it is not proven: what is out already must be the reason
        wide = replace(wide, needs=wide.needs.of(np.setdiff1d(np.arange(len(wide.needs)), failing)))
        proof, _ = _proof(wide, facts, None, seconds)
    figures |= found | {"hidden": int(choice.sum()), "unproven": len(failing)}
    if insiders:
        figures["insiders"] = len(insiders)
    return Record(
        block.names, content, tuple(shas), block.keys, wide.atoms, block.cell_keys, wide.cells, choice,
        before, wide.needs, proof.to_bytes(), wide.zeros_visible, status, figures, insiders, None,
        None if status == CLOSED else rounding,
    )  # fmt: skip


def _rounding(block: Block, wide: Block, earlier: Sequence[Record], seconds: float) -> Rounding | None:
    """The rounding of what the rules round, over all counts that are or were published."""
    if block.rounding is None:
        return None
    found = rounding_of(block.rounding, block.atoms, block.keys, earlier, seconds=seconds)
    return None if found is None else found.widened(len(wide.atoms))


def _against_insiders(  # noqa: PLR0913, PLR0917 (a block, all who know something, and what is out)
    block: Block, trial: Trial, known: Facts, before: Facts | None, hidden: Bools, seconds: float, seed: int
) -> Bools:
    """Hide more until no supplier with the own figures learns what is protected of others.

    What is hidden for one supplier takes no witness from another: fewer figures are told.
    """
    trial.face(join(told(block.cells, block.atoms, hidden, block.zeros_visible), known))
    for insider in block.insiders:
        for _ in range(ROUNDS):
            needs = trial.learnt(insider, before)
            if not len(needs):
                break
            beside = with_own(known, block.atoms, insider.own, insider.name)
            more, moves, _ = _by_level(replace(block, needs=needs), beside, hidden, seconds, seed)
            hidden = hidden | more
            trial.face(join(told(block.cells, block.atoms, hidden, block.zeros_visible), known), moves)
    return hidden


def _answered(block: Block, known: Facts, witnesses: sp.csr_array, seconds: float) -> list[int]:
    """The needs that what is out already answers; one that time does not settle is asked on."""
    if proof_by(witnesses, block.atoms, known, block.needs) is not None:
        return []
    hints = witnesses if block.rounding is not None else None
    return audit(block.atoms, known, block.needs, time_limit=seconds, hints=hints).answered


def _proof(
    block: Block, facts: Facts, witnesses: sp.csr_array | None, seconds: float
) -> tuple[Proof, list[int]]:
    """The proof that all needs are open under ``facts``, and the needs for which there is none."""
    if witnesses is not None:
        ready = proof_by(witnesses, block.atoms, facts, block.needs)
        if ready is not None:
            return ready, []
    hints = witnesses if block.rounding is not None else None
    report = audit(block.atoms, facts, block.needs, time_limit=seconds, hints=hints)
    return report.proof, [f.need for f in report.failures]


def _pattern(
    block: Block, known: Facts, past: History, seconds: float, seed: int
) -> tuple[Bools, sp.csr_array, dict[str, float]]:
    """What to hide, tables that look the same then, and what is known of the cost."""
    nothing_to_do = {"cost": 0.0, "lower_bound": 0.0, "unmet": 0, "late": 0.0}
    if not len(block.cells) or (not len(block.needs) and not block.cells.sensitive.any()):
        none = sp.csr_array((0, len(block.atoms)), dtype=np.int64)
        return np.zeros(len(block.cells), dtype=np.bool_), none, nothing_to_do
    # A pattern that still holds stays as it is, but for one that hides everything for want of time.
    if past.kept is not None and not past.spent:
        same = past.kept | block.cells.sensitive
        facts = join(told(block.cells, block.atoms, same, block.zeros_visible), known)
        if proof_by(past.witnesses, block.atoms, facts, block.needs) is not None:
            return same, past.witnesses, nothing_to_do | {"kept": 1.0}
    return _by_level(block, known, None if past.spent else past.kept, seconds, seed)


def _by_level(
    block: Block, known: Facts, kept: Bools | None, seconds: float, seed: int
) -> tuple[Bools, sp.csr_array, dict[str, float]]:
    """Hide on the finest level where that is enough; for the needs it leaves open totals, too.

    First those totals that must be hidden whatever is hidden below them, then level by level all of them.
    Each stage hides beside what the one before hid, so that what those witnesses show stays shown.
    """
    cells, needs = block.cells, block.needs
    balances = (cells.matrix < 0).count_nonzero() > 0
    hidden = cells.sensitive if kept is None else cells.sensitive | kept
    moves: list[sp.csr_array] = []
    bound = 0.0
    late = False
    stages = [cells.hideable & (block.level <= level) for level in np.unique(block.level).tolist()]
    while stages:
        may = stages.pop(0) | hidden
        found = repair(
            block.atoms, Cells(cells.matrix, cells.weight, may, cells.sensitive, cells.name), needs, hidden,
            known=known, zeros_visible=block.zeros_visible and not balances, time_limit=seconds, seed=seed,
        )  # fmt: skip
        if not moves and (may >= cells.hideable).all():
            # Nobody can do with less; where a level alone was tried, more of the others might.
            bound = found.lower_bound
        # What an earlier stage hid stays; of what was only proposed the first stage may take back.
        hidden = found.hidden if not moves else hidden | found.hidden
        moves.append(found.witnesses)
        late |= found.status == "late"
        left = np.union1d(found.unmet, found.lowered)
        if not len(left):
            break
        needs = needs.of(left)
        if len(moves) == 1 and stages:
            totals = needed_totals(replace(block, needs=needs), known, hidden, seconds)
            stages = stages if totals is None else [may | totals, *stages]
    extra = hidden & ~cells.sensitive
    measured = {"cost": float(cells.weight[extra].sum()), "lower_bound": bound, "unmet": len(left)}
    measured["late"] = float(late)
    return hidden, sp.csr_array(sp.vstack(moves, format="csr")), measured


def _with_public(cells: Cells, known: Facts) -> Cells:
    """What is out already cannot be hidden any more."""
    exact = known.matrix[np.flatnonzero(known.low == known.high)]
    out = set(rows_of(exact))
    public = np.array([row in out for row in rows_of(cells.matrix)], dtype=np.bool_)
    return Cells(cells.matrix, cells.weight, cells.hideable & ~public, cells.sensitive, cells.name)
