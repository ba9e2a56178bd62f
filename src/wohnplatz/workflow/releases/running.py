"""The making of a release by a job (``runs``)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor

from . import actions, clearing
from .models import Release, ReleaseRun, RunState
from .runs import RUNNING, SILENT_FOR, Progress, actor_of, carry_out, take_up


def begin(actor: Actor, label: str, note: str = "") -> ReleaseRun:
    """Have a release made by the next free worker.

    Raises Refused, and WohnplatzError where one is being made already, for a label that is taken, and where
    there is nothing to release.
    """
    policies.require_release(actor)
    actions.require_free(label)
    with transaction.atomic():
        if current() is not None:
            raise WohnplatzError(
                "Es wird gerade ein Datenstand gebildet.",
                why="Was er zeigt, gehört zu dem, was der nächste berücksichtigen muss.",
                todo="Bitte warten, bis er fertig ist.",
                code="releases.running",
            )
        actions.plan(label.strip(), timezone.now())  # says at once where there is nothing to release
        run = ReleaseRun.objects.create(
            label=label.strip(), note=note.strip(), asked_at=timezone.now(),
            asked_by_id=getattr(actor, "pk", None),
        )  # fmt: skip
        enqueue(run)
    return run


def current() -> ReleaseRun | None:
    """The release that is being made, if any."""
    return ReleaseRun.objects.filter(state__in=RUNNING).first()


def enqueue(run: ReleaseRun) -> None:
    """Let the next free worker do it, once the transaction holds."""
    from wohnplatz.workflow.jobs.tasks import make_release  # which calls this module

    transaction.on_commit(partial(make_release.enqueue, run.pk))


def make(pk: int) -> str:
    """Make the release that a run asks for; its state afterwards."""
    state = carry_out(ReleaseRun, pk, _made)
    release = ReleaseRun.objects.get(pk=pk).release
    if release is not None:
        clearing.follow(release)
    return state


def resume(now: datetime, silent_for: timedelta = SILENT_FOR) -> int:
    """Take up what a worker left behind; how many."""
    for run in ReleaseRun.objects.filter(state=RunState.COMPUTING, progress_at__lte=now - silent_for):
        made = Release.objects.filter(label=run.label).first()
        if made is not None:  # it was finished, and only the word of it is missing
            ReleaseRun.objects.filter(pk=run.pk).update(state=RunState.DONE, release=made)
    return take_up(ReleaseRun, enqueue, now, silent_for)


def _made(run: ReleaseRun, progress: Progress) -> dict[str, Any]:
    return {"release": actions.make_release(actor_of(run), run.label, run.note, progress=progress)}
