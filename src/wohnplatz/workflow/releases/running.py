"""Making a release takes minutes: a job does it, with progress, and is taken up again if its worker dies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import OPERATOR, Actor

from . import actions, clearing
from .models import Release, ReleaseRun, Run, RunState

RUNNING = (RunState.WAITING, RunState.COMPUTING)
SILENT_FOR = timedelta(minutes=10)
"""After this time without a sign the computing counts as abandoned. One block may take half a minute."""
TRIES = 3
"""How often it is taken up by itself: what ends its worker each time must not do so for ever."""
BROKEN_OFF = "Die Berechnung wurde abgebrochen. Der Grund steht im Protokoll des Betriebs."


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
    mine = ReleaseRun.objects.filter(pk=pk, state__in=RUNNING)
    run = ReleaseRun.objects.select_related("asked_by").get(pk=pk)
    if not mine.update(state=RunState.COMPUTING, progress_at=timezone.now(), tries=F("tries") + 1):
        return str(run.state)
    actor: Actor = run.asked_by or OPERATOR  # type: ignore[assignment]
    try:
        made = actions.make_release(actor, run.label, run.note, progress=teller(ReleaseRun, pk))
    except WohnplatzError as error:
        mine.update(state=RunState.FAILED, reason=error.text())
    except Exception:
        mine.update(state=RunState.FAILED, reason=BROKEN_OFF)
        raise
    else:
        mine.update(state=RunState.DONE, release=made, done=F("total"))
        clearing.follow(made)
    return str(ReleaseRun.objects.get(pk=pk).state)


def resume(now: datetime, silent_for: timedelta = SILENT_FOR) -> int:
    """Take up what a worker left behind; how many."""
    silent = Q(progress_at__lte=now - silent_for)
    left = ReleaseRun.objects.filter(silent, state=RunState.COMPUTING)
    left.filter(tries__gte=TRIES).update(state=RunState.FAILED, reason=BROKEN_OFF)
    again = 0
    for run in left.filter(tries__lt=TRIES):
        made = Release.objects.filter(label=run.label).first()
        if made is not None:  # it was finished, and only the word of it is missing
            ReleaseRun.objects.filter(pk=run.pk).update(state=RunState.DONE, release=made)
            continue
        ReleaseRun.objects.filter(pk=run.pk).update(state=RunState.WAITING)
        enqueue(run)
        again += 1
    return again


def teller(model: type[Run], pk: int) -> Callable[[str, int, int], None]:
    """Writes the progress into the row, at most once a second."""
    last = 0.0

    def tell(text: str, done: int, total: int) -> None:
        nonlocal last
        if monotonic() - last >= 1.0:
            last = monotonic()
            model._default_manager.filter(pk=pk, state=RunState.COMPUTING).update(
                step=text, done=done, total=max(done, total), progress_at=timezone.now()
            )

    return tell
