"""The making of an atlas by a job (``runs``); its archive can be fetched."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.report.sums import sha_of
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor

from . import atlas, outputs
from .models import AtlasRun, Release, RunState
from .runs import RUNNING, SILENT_FOR, Progress, actor_of, carry_out, take_up


def begin(actor: Actor, release: Release) -> AtlasRun:
    """Have an atlas made by the next free worker; the run that is under way already, if there is one.

    Raises Refused, and WohnplatzError for a release without a proof for the public.
    """
    policies.require_release(actor)
    if not atlas.is_public(release):
        raise outputs.not_for(atlas.PUBLIC)
    with transaction.atomic():
        under_way = release.atlas_runs.filter(state__in=RUNNING).first()
        if under_way is not None:
            return under_way
        run = AtlasRun.objects.create(
            release=release, asked_at=timezone.now(), asked_by_id=getattr(actor, "pk", None)
        )
        enqueue(run)
    return run


def newest(actor: Actor, release: Release) -> AtlasRun | None:
    """The last run of a release, None where there was none."""
    policies.require_release(actor)
    return release.atlas_runs.first()


def enqueue(run: AtlasRun) -> None:
    """Let the next free worker do it, once the transaction holds."""
    from wohnplatz.workflow.jobs.tasks import make_atlas  # which calls this module

    transaction.on_commit(partial(make_atlas.enqueue, run.pk))


def make(pk: int) -> str:
    """Make the atlas that a run asks for; its state afterwards."""
    return carry_out(AtlasRun, pk, _made)


def archive_of(actor: Actor, run: AtlasRun) -> bytes:
    """The archive of a finished run. WohnplatzError where a later run has replaced it."""
    policies.require_release(actor)
    path = _path(run.release)
    data = path.read_bytes() if run.state == RunState.DONE and path.is_file() else b""
    if not data or sha_of({atlas.ARCHIVE: data}) != run.sha:
        raise WohnplatzError(
            "Diesen Atlas gibt es hier nicht mehr.",
            todo="Bitte neu erzeugen: Derselbe Datenstand ergibt denselben Atlas.",
            code="releases.atlas_gone",
        )
    return data


def resume(now: datetime, silent_for: timedelta = SILENT_FOR) -> int:
    """Take up what a worker left behind; how many."""
    return take_up(AtlasRun, enqueue, now, silent_for)


def _made(run: AtlasRun, progress: Progress) -> dict[str, Any]:
    made = atlas.publish(actor_of(run), run.release, progress=progress, packed=True)
    _keep(run.release, made[atlas.ARCHIVE])
    return {"sha": sha_of(made), "size": len(made[atlas.ARCHIVE])}


def _path(release: Release) -> Path:
    return Path(settings.WOHNPLATZ_HOME) / "atlas" / f"{release.number}.zip"


def _keep(release: Release, data: bytes) -> None:
    path = _path(release)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_suffix(".neu")
    fresh.write_bytes(data)
    fresh.replace(path)
