"""Judging a division beside the hierarchy with all that is out: a job, for one release and all audiences."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from wohnplatz.areas import Crosswalk, load_crosswalk, save_crosswalk
from wohnplatz.indicators import FIGURES
from wohnplatz.model import FigureTable, WohnplatzError
from wohnplatz.publication import beside as publication
from wohnplatz.publication.other_areas import parts_by, rows_on
from wohnplatz.publication.pieces import Parts
from wohnplatz.store import query_figures
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import OPERATOR, Actor
from wohnplatz.workflow.audit.log import record
from wohnplatz.workflow.district import changing
from wohnplatz.workflow.district.models import DivisionRecord

from . import content, inquiries, ledger, queries
from .models import DivisionClearance, Release, RunState
from .runs import SILENT_FOR, TRIES, Progress, carry_out, take_up


def begin(actor: Actor, division: DivisionRecord, *, at_once: bool = False) -> DivisionClearance:
    """Have a division judged for the newest release by the next free worker, or ``at_once`` by the caller.

    Raises Refused, and WohnplatzError for a division of the hierarchy, without a release or a crosswalk.
    """
    policies.require_release(actor)
    release = queries.current()
    if not division.overlay or release is None:
        raise WohnplatzError(
            "Zu prüfen sind Gliederungen neben der Hierarchie, zum neuesten Datenstand.",
            code="releases.clearing",
        )
    base = content.divisions(queries.manifest(release))[0].code
    way = save_crosswalk(memory.store(), crosswalk_to(base, division))
    with transaction.atomic():
        asked = {"asked_at": timezone.now(), "asked_by_id": getattr(actor, "pk", None), "crosswalk": way}
        row, is_new = DivisionClearance.objects.get_or_create(
            release=release, division=division, defaults=asked
        )
        if not is_new and row.state == RunState.FAILED:
            row.state, row.crosswalk, row.tries, row.reason = RunState.WAITING, way, 0, ""
            row.save()
            is_new = True
        if is_new:
            record(actor, "releases.clear_division", row, release=release.number, division=division.code)
            if not at_once:
                enqueue(row)
    return row


def crosswalk_to(code: str, division: DivisionRecord) -> Crosswalk:
    """The crosswalk from the division ``code`` to one beside the hierarchy."""
    source = DivisionRecord.objects.filter(code=code).first()
    way = changing.way(source, division) if source is not None else None
    if way is None:
        raise WohnplatzError(
            f"Zu „{division.label}“ führt kein Umsteigeschlüssel.",
            where=f"von {code}",
            todo="Bitte unter Gebietsgliederungen einen Umsteigeschlüssel von den Wohnplätzen bilden.",
            code="releases.no_way",
        )
    return way


def enqueue(row: DivisionClearance) -> None:
    """Let the next free worker do it, once the transaction holds."""
    from wohnplatz.workflow.jobs.tasks import clear_division  # which calls this module

    transaction.on_commit(partial(clear_division.enqueue, row.pk))


def make(pk: int) -> str:
    """Judge the division; the state afterwards."""
    return carry_out(DivisionClearance, pk, _judged)


def _judged(row: DivisionClearance, progress: Progress) -> dict[str, Any]:
    """Outcomes by audience, entered in the ledger; judged anew where something else came out meanwhile."""
    store, made = memory.store(), queries.manifest(row.release)
    rows, parts = figures_on(row)
    for _ in range(TRIES):
        head = ledger.head()
        scene = publication.Scene.of(store, made, content.rules(made.rules), head)
        label = f"{row.release.label}: {row.division.label}"
        found = publication.clear_division(
            scene, head, rows, parts, label, made_at=timezone.now().isoformat(), progress=progress
        )
        try:
            with transaction.atomic():
                ledger.advance(head, found.entry.save(store))
        except ledger.Moved:
            continue
        return {"results": {audience.value: sha for audience, sha in found.results.items()}}
    raise WohnplatzError(
        "Während der Prüfung kamen mehrfach andere Zahlen heraus.",
        todo="Bitte erneut prüfen lassen.",
        code="releases.clearing_conflict",
    )


def figures_on(
    row: DivisionClearance, indicators: list[str] | None = None, years: list[int] | None = None
) -> tuple[FigureTable, Parts]:
    """All figures of a release on the areas of the division, and what these are made of."""
    store, made = memory.store(), queries.manifest(row.release)
    parts = parts_by(load_crosswalk(store, row.crosswalk))
    codes = [c for c in inquiries.choices(row.release) if indicators is None or c in indicators]
    base = query_figures(
        store, made.results[FIGURES], indicators=codes, levels=[queries.hierarchy(row.release).levels[0]],
        years=years,
    )  # fmt: skip
    return rows_on(base, parts, row.division.level, whole=True), parts


def of(division: DivisionRecord, release: Release | None) -> DivisionClearance | None:
    """What became of a division for a release."""
    return DivisionClearance.objects.filter(division=division, release=release).first() if release else None


def follow(release: Release) -> int:
    """Have the divisions judged for a new release that were open in the one before; how many."""
    before = Release.objects.filter(number__lt=release.number).first()
    rows = DivisionClearance.objects.filter(release=before, state=RunState.DONE).select_related("division")
    begun = 0
    for row in rows:
        try:
            begin(OPERATOR, row.division)
        except WohnplatzError:
            continue
        begun += 1
    return begun


def resume(now: datetime, silent_for: timedelta = SILENT_FOR) -> int:
    """Take up what a worker left behind; how many."""
    return take_up(DivisionClearance, enqueue, now, silent_for)
