"""Computing the alternatives of a design: a job that may die and is taken up again."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from wohnplatz.areas.design import PRESETS, Wishes, propose
from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record

from . import queries
from .models import Design, DesignState, DesignVersion

SPARE = timedelta(minutes=2)
"""Time beside the solver's own that an alternative may take before its worker counts as gone."""
TRIES = 3
"""How often a computing is taken up by itself: one that ends its worker each time must not do so for ever."""


def enqueue(design: Design) -> None:
    """Let the next free worker compute a design, once the transaction holds."""
    from .jobs import compute_design  # which calls this module

    transaction.on_commit(partial(compute_design.enqueue, design.pk, design.run))


def compute(pk: int, run: int = 0) -> str:
    """Compute the alternatives of a design that are not there yet; its state afterwards.

    A job of an earlier run finds another number in the row and leaves it alone.
    """
    mine = Design.objects.filter(pk=pk, run=run)
    design = Design.objects.get(pk=pk)
    if design.run != run or design.state not in {DesignState.WAITING, DesignState.COMPUTING}:
        return str(design.state)
    mine.update(state=DesignState.COMPUTING, progress_at=timezone.now())
    reasons = list(design.reasons)
    for done, (title, *weights) in enumerate(PRESETS.values(), start=1):
        if done <= design.done:
            continue
        found, reason = _alternative(design, weights)
        if reason:
            reasons.append((title, reason))
        with transaction.atomic():
            if not mine.update(done=done, reasons=reasons, progress_at=timezone.now()):
                return str(Design.objects.get(pk=pk).state)
            if found:
                add(design, title, made_by=design.made_by, **found)
    mine.update(state=DesignState.READY if design.versions.exists() else DesignState.FAILED)
    return str(Design.objects.get(pk=pk).state)


def _alternative(design: Design, weights: list[float]) -> tuple[dict[str, Any], str]:
    """The fields of a version with these weights of compact, even, alike, or the reason why there is none."""
    compact, even, alike = weights
    blocks, severed = queries.blocks_of(design)
    if alike and not blocks.names:
        return {}, "Nicht berechnet, weil keine Merkmale für die Ähnlichkeit gewählt sind."
    found = propose(blocks, Wishes(**design.wishes, compact=compact, even=even, alike=alike), severed)
    if found.areas is None:
        return {}, found.reason
    return {
        "areas": found.areas.tolist(), "objective": found.objective, "gap": found.gap,
        "optimal": found.optimal, "condensed": found.condensed,
    }, ""  # fmt: skip


def add(design: Design, title: str, **fields: Any) -> DesignVersion:
    """A new version with the next number."""
    last = design.versions.aggregate(last=Max("number"))["last"] or 0
    return DesignVersion.objects.create(
        design=design, number=last + 1, title=title, made_at=timezone.now(), **fields
    )


def is_broken_off(design: Design, now: datetime | None = None) -> bool:
    """Whether the computing has given no sign for longer than an alternative takes."""
    if design.state not in {DesignState.WAITING, DesignState.COMPUTING}:
        return False
    last = design.progress_at or design.made_at
    patience = timedelta(seconds=float(design.wishes.get("seconds", 20))) + SPARE
    return bool((now or timezone.now()) - last > patience)


def resume(now: datetime, silent_for: timedelta | None = None) -> int:
    """Take up what a worker left behind; how many designs.

    ``silent_for``: time without a sign, instead of what an alternative takes. One that was taken up
    ``TRIES`` times is said to have failed.
    """
    count = 0
    for design in Design.objects.filter(state=DesignState.COMPUTING):
        last = design.progress_at or design.made_at
        gone = now - last >= silent_for if silent_for is not None else is_broken_off(design, now)
        if not gone:
            continue
        if design.run >= TRIES:
            reasons = [*design.reasons, ("Berechnung", BROKEN)]
            Design.objects.filter(pk=design.pk).update(state=DesignState.FAILED, reasons=reasons)
            continue
        with transaction.atomic():
            _again(design, now)
        count += 1
    return count


BROKEN = (
    "Die Berechnung wurde mehrmals abgebrochen. Bitte größere Zellen oder weniger Rechenzeit wählen; "
    "der Grund steht im Protokoll des Betriebs."
)


def begin_again(actor: Actor, design: Design) -> None:
    """Take the computing up again by hand; alternatives that are there stay."""
    policies.require_set_up(actor)
    if design.state == DesignState.READY or not (design.state == DesignState.FAILED or is_broken_off(design)):
        raise WohnplatzError(
            "Die Berechnung läuft oder ist fertig.",
            todo="Bitte die Seite neu laden.",
            code="design.not_broken",
        )
    with transaction.atomic():
        if design.state == DesignState.FAILED:
            Design.objects.filter(pk=design.pk).update(done=0, reasons=[])
        _again(design, timezone.now())
        record(actor, "design.compute_again", design)


def _again(design: Design, now: datetime) -> None:
    Design.objects.filter(pk=design.pk).update(run=F("run") + 1, state=DesignState.WAITING, progress_at=now)
    design.refresh_from_db()
    enqueue(design)
