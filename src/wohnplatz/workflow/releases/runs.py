"""What takes minutes is done by a job: it tells its progress, and is taken up again if its worker dies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, TypeVar

from django.db.models import F
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.actors import OPERATOR, Actor

from .models import AtlasRun, DivisionClearance, ReleasePreview, ReleaseRun, Run, RunState

Progress = Callable[[str, int, int], None]
R = TypeVar("R", bound=Run)

RUNNING = (RunState.WAITING, RunState.COMPUTING)
SILENT_FOR = timedelta(minutes=10)
"""After this time without a sign the computing counts as abandoned. One block may take half a minute."""
TRIES = 3
"""How often it is taken up by itself: what ends its worker each time must not do so for ever."""
_WORDS: tuple[tuple[type[Run], str], ...] = (
    (ReleaseRun, "ein Datenstand"), (ReleasePreview, "eine Vorschau auf den nächsten Datenstand"),
    (DivisionClearance, "die Prüfung einer Gliederung"), (AtlasRun, "ein öffentlicher Atlas"),
)  # fmt: skip
BROKEN_OFF = "Die Berechnung wurde abgebrochen. Der Grund steht im Protokoll des Betriebs."


def at_work() -> str:
    """What keeps the worker busy for minutes, in words (»ein Datenstand«); empty where nothing does."""
    busy = (w for model, w in _WORDS if model._default_manager.filter(state=RunState.COMPUTING).exists())
    return next(busy, "")


def actor_of(run: Run) -> Actor:
    """Who asked for it; the operator where nobody did or the account is gone."""
    return run.asked_by or OPERATOR  # type: ignore[return-value]


def carry_out(model: type[R], pk: int, work: Callable[[R, Progress], Mapping[str, Any]]) -> str:
    """Do what a row asks for, unless it is done; the state afterwards.

    ``work`` takes the row and tells its progress; what it gives is written into the row. A WohnplatzError
    becomes the reason in the row; anything else, too, and is raised again.
    """
    mine = model._default_manager.filter(pk=pk, state__in=RUNNING)
    run = model._default_manager.get(pk=pk)
    if not mine.update(state=RunState.COMPUTING, progress_at=timezone.now(), tries=F("tries") + 1):
        return str(run.state)
    try:
        found = work(run, teller(model, pk))
    except WohnplatzError as error:
        mine.update(state=RunState.FAILED, reason=error.text())
    except Exception:
        mine.update(state=RunState.FAILED, reason=BROKEN_OFF)
        raise
    else:
        now = timezone.now()
        mine.update(**found, state=RunState.DONE, done=F("total"), reason="", progress_at=now)
    return str(model._default_manager.get(pk=pk).state)


def take_up(
    model: type[R], enqueue: Callable[[R], None], now: datetime, silent_for: timedelta = SILENT_FOR
) -> int:
    """Let another worker do what one left behind; how many rows."""
    left = model._default_manager.filter(state=RunState.COMPUTING, progress_at__lte=now - silent_for)
    left.filter(tries__gte=TRIES).update(state=RunState.FAILED, reason=BROKEN_OFF)
    again = list(left.filter(tries__lt=TRIES))
    for run in again:
        model._default_manager.filter(pk=run.pk).update(state=RunState.WAITING)
        enqueue(run)
    return len(again)


def teller(model: type[Run], pk: int) -> Progress:
    """Writes the progress into the row, at most once a second. WohnplatzError where it was stopped."""
    last = 0.0

    def tell(text: str, done: int, total: int) -> None:
        nonlocal last
        if monotonic() - last >= 1.0:
            last = monotonic()
            mine = model._default_manager.filter(pk=pk)
            told = mine.filter(state=RunState.COMPUTING).update(
                step=text, done=done, total=max(done, total), progress_at=timezone.now()
            )
            if not told and not mine.filter(state__in=RUNNING).exists():
                raise WohnplatzError("Die Berechnung wurde angehalten.", code="releases.stopped")

    return tell
