"""A preview of the next release: computed by a job beside everything that is out, and not kept."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from wohnplatz.disclosure import RuleSet, load_rules
from wohnplatz.indicators import compute_release, figure_meta
from wohnplatz.model import Catalogue, Hierarchy, WohnplatzError
from wohnplatz.publication.modes import modes_in_words
from wohnplatz.publication.preview import Preview, preview
from wohnplatz.store import BesideStore, Kind
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.district import queries as district

from . import actions, content, queries
from .models import Release, ReleasePreview, RunState
from .runs import RUNNING, SILENT_FOR, Progress, actor_of, carry_out, take_up

KEPT = 3
"""How many previews stay; they tell of a moment only."""
STOPPED = "Sie wurde angehalten."
SUPERSEDED = "Seit sie begonnen wurde, hat sich etwas geändert; eine neuere hat sie abgelöst."


def begin(actor: Actor) -> ReleasePreview:
    """Have the next release previewed by the next free worker.

    One of what holds no longer is stopped. Raises Refused, and WohnplatzError where one of what holds now is
    being computed already or there is nothing to release.
    """
    policies.require_release(actor)
    with transaction.atomic():
        now, at_work = basis(), running()
        if at_work is not None and at_work.basis == now:
            raise WohnplatzError(
                "Es wird gerade eine Vorschau berechnet.",
                todo="Bitte warten, bis sie fertig ist.",
                code="releases.preview_running",
            )
        _end(SUPERSEDED)
        row = ReleasePreview.objects.create(
            basis=now, compared=queries.current(), asked_at=timezone.now(),
            asked_by_id=getattr(actor, "pk", None),
        )  # fmt: skip
        old = ReleasePreview.objects.values_list("pk", flat=True)[KEPT:]
        ReleasePreview.objects.filter(pk__in=list(old)).delete()
        enqueue(row)
    return row


def stop(actor: Actor) -> None:
    """Stop the preview that is being computed, so that other jobs need not wait for it. Raises Refused."""
    policies.require_release(actor)
    _end(STOPPED)


def _end(why: str) -> None:
    """The worker notices at its next step of progress."""
    ReleasePreview.objects.filter(state__in=RUNNING).update(state=RunState.FAILED, reason=why)


def running() -> ReleasePreview | None:
    """The preview that is being computed, if any."""
    return ReleasePreview.objects.filter(state__in=RUNNING).first()


def newest(actor: Actor) -> ReleasePreview | None:
    """The newest preview, finished or not. Raises Refused."""
    policies.require_release(actor)
    return ReleasePreview.objects.select_related("compared", "asked_by").first()


def is_current(row: ReleasePreview) -> bool:
    """Whether a release made now would be what the preview shows."""
    try:
        return row.basis == basis()
    except WohnplatzError:  # nothing is left to release
        return False


def basis() -> str:
    """What a release would be made of now: deliveries, areas, catalogue, rules, program, and what is out.

    Raises WohnplatzError where there is nothing to release.
    """
    planned = actions.plan("", datetime(2000, 1, 1, tzinfo=UTC))
    return hashlib.sha256(planned.to_json() + actions.ledger_head().encode()).hexdigest()


def enqueue(row: ReleasePreview) -> None:
    """Let the next free worker do it, once the transaction holds."""
    from wohnplatz.workflow.jobs.tasks import preview_release  # which calls this module

    transaction.on_commit(partial(preview_release.enqueue, row.pk))


def compute(pk: int) -> str:
    """Compute the preview that a row asks for; its state afterwards."""
    return carry_out(ReleasePreview, pk, _computed)


def resume(now: datetime, silent_for: timedelta = SILENT_FOR) -> int:
    """Take up what a worker left behind; how many."""
    return take_up(ReleasePreview, enqueue, now, silent_for)


def _computed(row: ReleasePreview, progress: Progress) -> dict[str, Any]:
    known, compared = basis(), queries.current()
    ReleasePreview.objects.filter(pk=row.pk).update(basis=known)  # it may have waited
    return {"basis": known, "compared": compared, "result": previewed(actor_of(row), progress)}


def previewed(actor: Actor, progress: Progress | None = None) -> dict[str, Any]:
    """The next release as it would be, in counts and words: no figure, no ledger entry, nothing kept.

    Raises Refused, and WohnplatzError where there is nothing to release or it could not be made.
    """
    policies.require_release(actor)
    planned = actions.plan("Vorschau", timezone.now())
    release = queries.current()
    with tempfile.TemporaryDirectory() as folder:
        beside = BesideStore(Path(folder), memory.store())
        computed = compute_release(beside, planned, progress=progress)
        found = preview(
            beside,
            computed,
            actions.ledger_head(),
            _manifest(release),
            progress=progress,
            seed=memory.protection_seed(),
        )
    catalogue = content.knowledge(planned.catalogue).catalogue
    rules = load_rules(memory.store().path(Kind.RULES, planned.rules))
    return as_result(found, catalogue, district.hierarchy(), rules)


def _manifest(release: Release | None) -> Any:
    return None if release is None else queries.manifest(release)


def as_result(found: Preview, catalogue: Catalogue, hierarchy: Hierarchy, rules: RuleSet) -> dict[str, Any]:
    """A preview as it is kept in a row: counts, and the words for what they are about.

    ``rules`` are those it was computed with: others may have been put in force meanwhile.
    """
    groups = []
    for group in found.audiences:
        shown = asdict(replace(group, audiences=()))
        shown["audiences"] = [rules.audiences[a].label for a in group.audiences]
        shown["savings"] = [
            s | {"gain": way.gain} for s, way in zip(shown["savings"], group.savings, strict=True)
        ]
        groups.append(shown)
    return {
        "groups": groups,
        "contradictions": [list(c) for c in found.contradictions],
        "modes": modes_in_words(rules, catalogue),
        "words": _words(catalogue, hierarchy),
    }


def _words(catalogue: Catalogue, hierarchy: Hierarchy) -> Mapping[str, Any]:
    """Names of everything that a preview speaks of, as they are now.

    ``order`` tells the order of levels and blocks: a database need not keep that of an object's keys.
    """
    blocks = {code: catalogue.blocks.get(i.block, i.block) for code, i in catalogue.indicators.items()}
    short = {code: (i.short or i.label) for code, i in catalogue.indicators.items()}
    meta = figure_meta(catalogue)
    measures = {m: meta[m].label for i in catalogue.indices.values() for m in i.measures() if m in meta}
    return {
        "order": {
            "levels": [d.level for d in hierarchy.divisions],
            "blocks": list(dict.fromkeys(blocks.values())),
        },
        "indicators": {**measures, **short},
        "blocks": blocks,
        "variables": {code: v.label for code, v in catalogue.variables.items()},
        "datasets": {code: v.dataset for code, v in catalogue.variables.items()},
        "dimensions": {code: d.label for code, d in catalogue.dimensions.items()},
        "levels": {d.level: d.label for d in hierarchy.divisions},
        "areas": {key: a.name for level in hierarchy.levels for key, a in hierarchy.areas(level).items()},
    }
