"""The differencing guard: something new is answered only after a joint audit with all that is out already."""

from __future__ import annotations

from dataclasses import dataclass

import scipy.sparse as sp

from .audit import NOBODY_SPECIAL, AuditReport, Intruder, audit, with_own
from .explain import explain, explain_contradictions
from .facts import join
from .problem import Atoms, Facts, Needs

EXPLAINED = 3
"""Failures a refusal explains; the others are counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The new facts may go out."""

    facts: Facts
    """All that is known from then on, for the ledger."""
    report: AuditReport
    """With the proof over all of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Refusal:
    """The new facts must not go out."""

    reason: str
    """What they would reveal. It contains protected numbers: for people with the right to see these."""
    public_reason: str
    """Words for whoever asked; the same whatever the numbers are."""
    report: AuditReport


PUBLIC_REASON = (
    "Diese Auswahl wird nicht beantwortet: Es ist nicht nachgewiesen, dass zusammen mit den bereits "
    "veröffentlichten Zahlen alle geschützten Zahlen geschützt bleiben. Eine gröbere Auswahl hat bessere "
    "Aussichten."
)


def guard(  # noqa: PLR0913 (the problem has these parts; the last ones by name)
    atoms: Atoms,
    ledger: Facts,
    needs: Needs,
    new: Facts,
    *,
    intruder: Intruder = NOBODY_SPECIAL,
    seed: int = 0,
    time_limit: float | None = 10.0,
    hints: sp.csr_array | None = None,
) -> Answer | Refusal:
    """Whether ``new`` may be published beside the ``ledger`` of all that is out.

    New divisions, own areas, free selections and sums on demand alike. ``needs`` are to hold whatever of the
    new pieces must stay open, slivers between divisions among them. Not settled in time is a refusal.
    ``hints`` are moves that may be witnesses, see ``audit``.
    """
    facts = join(ledger, new)
    report = audit(atoms, facts, needs, intruder=intruder, seed=seed, time_limit=time_limit, hints=hints)
    if report.ok:
        return Answer(facts, report)
    return Refusal(_reason(report, atoms, with_own(intruder, atoms, facts), needs), PUBLIC_REASON, report)


def _reason(report: AuditReport, atoms: Atoms, facts: Facts, needs: Needs) -> str:
    told = [explain_contradictions(report.contradictions, facts)]
    told += [explain(f, atoms, facts, needs) for f in report.failures[:EXPLAINED]]
    more = len(report.failures) - EXPLAINED
    if more > 0:
        told.append(f"Dazu {'kommt eine weitere Zahl' if more == 1 else f'kommen {more} weitere Zahlen'}.")
    return " ".join(t for t in told if t)
