"""Binding a report to another release, and what that does to its sentences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.report import ChangedSentence, Snapshot, compare, snapshot
from wohnplatz.report.drift import KeptSentence
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record
from wohnplatz.workflow.releases.models import Release

from . import queries, shown, storing
from .models import Binding, Drift, SocialReport


def foresee(actor: Actor, report: SocialReport, release: Release) -> tuple[ChangedSentence, ...]:
    """What another release would do to the sentences; nothing is kept."""
    queries.require_write(actor, report)
    return _changes(actor, report, release)[1]


def choose_release(actor: Actor, report: SocialReport, release: Release) -> SocialReport:
    """Bind the report to a release. Sentences that it changes are kept until each is settled.

    A sentence that is still open from the time before keeps what it said first. WohnplatzError where
    somebody wrote in the report meanwhile.
    """
    queries.require_write(actor, report)
    queries.require_lead(actor)
    seen = SocialReport.objects.select_related("release").get(pk=report.pk)
    before, changed = _changes(actor, seen, release)
    with transaction.atomic():
        held = SocialReport.objects.select_for_update().get(pk=report.pk)
        if held.changed_at != seen.changed_at:
            raise WohnplatzError(
                "Während der Prüfung wurde im Bericht geschrieben.",
                todo="Bitte wählen Sie den Datenstand noch einmal.", code="reports.written_meanwhile",
            )  # fmt: skip
        _keep(actor, held, release, before, changed)
        former, now = held.release, timezone.now()
        held.release, held.changed_at = release, now
        held.save(update_fields=["release", "changed_at"])
        Binding.objects.create(report=held, release=release, by_id=storing.person(actor), at=now)
        record(
            actor, "reports.bind", held, before=former.number, after=release.number, sentences=len(changed)
        )  # fmt: skip
    return held


def open_items(report: SocialReport) -> QuerySet[Drift]:
    """Sentences that nobody has settled yet, those that are no longer true first."""
    return report.drift.filter(settled_at=None).select_related("before", "after")


def settle(actor: Actor, item: Drift, remark: str = "") -> Drift:
    """A person has looked at the sentence: it was changed, or it may stay as it reads now."""
    with transaction.atomic():
        held = Drift.objects.select_for_update(of=("self",)).select_related("report").get(pk=item.pk)
        row = held.report.blocks.filter(block_id=held.block_id).first()
        queries.require_write(actor, held.report, row)
        if held.settled_at is None:
            _settle(held, storing.person(actor), remark)
            record(actor, "reports.settle", held, report=held.report_id, block=held.block_id)
    return held


def _changes(
    actor: Actor, report: SocialReport, release: Release
) -> tuple[Snapshot, tuple[ChangedSentence, ...]]:
    """The sentences as they stood when each was last settled, and what the release makes of them."""
    written = queries.tree(report)
    now = snapshot(written, shown.material_of(actor, report, written))
    kept = {_key(s): s for s in (_read(item.kept) for item in open_items(report)) if s is not None}
    baseline = Snapshot(now.release, now.made_on, tuple(kept.get(_key(s), s) for s in now.sentences))
    after = shown.material_of(actor, report, written, release)
    return baseline, compare(written, baseline, after)


def _keep(
    actor: Actor,
    report: SocialReport,
    release: Release,
    before: Snapshot,
    changed: Sequence[ChangedSentence],
) -> None:
    known = {_key(s): item for item in open_items(report) if (s := _read(item.kept)) is not None}
    stood = {(s.block, s.area, s.words): s for s in before.sentences}
    seen = set()
    for one in changed:
        sentence = stood[one.block, one.area, one.then]
        seen.add(_key(sentence))
        figures = [asdict(f) for f in one.figures]
        item = known.get(_key(sentence)) or Drift(
            report=report, block_id=one.block, area=one.area, then=one.then, kept=_plain(sentence),
            before=report.release,
        )  # fmt: skip
        item.now, item.broken, item.figures, item.after = one.now, one.broken, figures, release
        item.save()
    for key, item in known.items():
        if key not in seen and key in {_key(s) for s in before.sentences}:
            _settle(item, None, f"Mit {release} stimmt der Satz wieder.")


def _settle(item: Drift, by: int | None, remark: str) -> None:
    item.settled_at, item.settled_by_id, item.remark = timezone.now(), by, remark.strip()[:300]
    item.save(update_fields=["settled_at", "settled_by", "remark"])


def _key(sentence: KeptSentence) -> tuple[object, ...]:
    return sentence.key


def _plain(sentence: KeptSentence) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(asdict(sentence)))
    return made


def _read(kept: dict[str, Any]) -> KeptSentence | None:
    """The sentence of ``_plain``."""
    if not kept:
        return None
    return Snapshot.from_json(json.dumps({"release": "", "made_on": "", "sentences": [kept]})).sentences[0]
