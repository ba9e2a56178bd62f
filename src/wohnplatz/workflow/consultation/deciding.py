"""The planner's decisions on remarks: with a reason, once, and the text taken over where that is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports import storing
from wohnplatz.workflow.reports.models import Act, ReportBlock, SocialReport
from wohnplatz.workflow.reports.states import ReportState

from . import way
from .chapters import text_of
from .models import ProfileRelease, Remark, ReviewRemark, Said
from .profiles import Profile, fingerprint, profile_of
from .states import AnswerState, Verdict

IN_FORCE = AnswerState.ANSWERED
"""Remarks are decided once the answer they belong to is released."""
REVIEWED = frozenset({ReportState.DRAFT, ReportState.REVIEW})
"""States in which what colleagues said is decided."""
S = TypeVar("S", bound=Said)


def current_text(remark: Said) -> str | None:
    """The text of the block as it stands now; None where the report no longer has it."""
    row = _row(remark)
    return text_of(reports.node(row.content), remark.area) if row is not None else None


def has_changed(remark: Said) -> bool:
    """Whether the text has changed since it was remarked on, or is gone."""
    return current_text(remark) != remark.basis


def decide(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    remark: S,
    verdict: Verdict,
    reason: str,
    seen_version: int,
    *,
    at: datetime | None = None,
) -> S:
    """Decide about a remark. Conflict where somebody else has decided since ``seen_version``."""
    said = _allowed(actor, reason)
    now = moment(at)
    with transaction.atomic():
        found = _held(remark)
        _write(actor, found, seen_version, {"verdict": verdict, "reason": said}, now)
    return _fresh(remark)


def take_over(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    remark: S,
    reason: str,
    seen_version: int,
    *,
    words: str | None = None,
    seen_text: str | None = None,
    verdict: Verdict = Verdict.ACCEPTED,
    at: datetime | None = None,
) -> S:
    """Take a proposal over as the block's new version, and decide.

    ``words`` is the text to take where the planner changed it, else it is the proposal. Conflict, and nothing
    changed, where the block no longer says ``seen_text`` (else: what the partner had read).
    """
    said = _allowed(actor, reason)
    now = moment(at)
    with transaction.atomic():
        found = _held(remark)
        if found.version != seen_version:
            _told(found)
        new = (found.proposal if words is None else words.replace("\r\n", "\n")).strip()
        if not new:
            raise WohnplatzError(
                "Es gibt keinen Text zum Übernehmen.",
                todo="Bitte den neuen Text schreiben oder ohne Übernahme entscheiden.",
                code="consultation.no_text",
            )
        seen = found.basis if seen_text is None else seen_text
        version = _adopt(actor, found, new, seen, now)
        values = {"verdict": verdict, "reason": said, "taken_over": version}
        _write(actor, found, seen_version, values, now)
    return _fresh(remark)


def revoke(actor: Actor, remark: S, seen_version: int, *, at: datetime | None = None) -> S:
    """Take a decision back before all are concluded; a text taken over stays and has its history."""
    way.require_lead(actor)
    now = moment(at)
    with transaction.atomic():
        found = _held(remark)
        if not found.verdict:
            raise WohnplatzError("Über diese Anmerkung ist nicht entschieden.", code="consultation.revoke")
        _write(actor, found, seen_version, {"verdict": "", "reason": ""}, now, decided=False)
    return _fresh(remark)


def _allowed(actor: Actor, reason: str) -> str:
    way.require_lead(actor)
    return way.require_words(reason, "Es fehlt die Begründung.", "Bitte sagen, warum so entschieden wird.")


def _held(remark: S) -> S:
    """The remark as it stands now, its report held; WohnplatzError where it is not to be decided."""
    if isinstance(remark, ReviewRemark):
        return _held_in_review(remark)  # type: ignore[return-value]
    return _held_in_consultation(remark)  # type: ignore[return-value]


def _held_in_review(remark: ReviewRemark) -> ReviewRemark:
    report = SocialReport.objects.select_for_update().get(pk=remark.report_id)
    if report.state not in REVIEWED:
        raise WohnplatzError(
            f"Der Bericht ist {report.get_state_display()}: Die interne Durchsicht ist vorbei.",
            code="consultation.decisions_over",
        )
    found: ReviewRemark = ReviewRemark.objects.select_related("by", "report__release").get(pk=remark.pk)
    return found


def _held_in_consultation(remark: Said) -> Remark:
    found: Remark = Remark.objects.select_related(
        "invitation__partner", "invitation__consultation__report__release"
    ).get(pk=remark.pk)
    report = way.held_report(found.invitation.consultation)
    if report.state != ReportState.CONSULTATION:
        raise WohnplatzError(
            f"Der Bericht ist {report.get_state_display()}: Über Anmerkungen wird nicht mehr entschieden.",
            code="consultation.decisions_over",
        )
    if found.invitation.state != IN_FORCE:
        raise WohnplatzError(
            f"{found.invitation.partner.name} hat die Antwort nicht freigegeben.",
            todo="Bitte warten, bis die Antwort da ist.", code="consultation.not_answered",
        )  # fmt: skip
    return found


def _write(  # noqa: PLR0913, PLR0917 (the parts of one decision)
    actor: Actor, remark: Said, seen: int, values: Mapping[str, Any], now: datetime, decided: bool = True
) -> None:
    """The conditional update: of two who decide at once one wins, and one is told."""
    when = {"decided_at": now if decided else None, "decided_by": organisation(actor) if decided else ""}
    found = type(remark).objects.filter(pk=remark.pk, version=seen)
    if not found.update(version=F("version") + 1, **values, **when):
        _told(remark)
    record(
        actor, "consultation.decide" if decided else "consultation.revoke", remark, now,
        number=remark.number, verdict=str(values["verdict"]),
    )  # fmt: skip


def _told(remark: Said) -> None:
    now = type(remark).objects.get(pk=remark.pk)
    what = f"entschieden: {now.get_verdict_display()}" if now.verdict else "wieder geöffnet"
    by = f" von {now.decided_by}" if now.decided_by else ""
    raise way.Conflict(
        f"Anmerkung Nr. {now.number} wurde inzwischen{by} {what}.",
        todo="Bitte den neuen Stand ansehen; Ihre Entscheidung wurde nicht gespeichert.",
        code="consultation.conflict",
    )


def _adopt(actor: Actor, remark: Said, new: str, seen_text: str, now: datetime) -> int:
    """Write the new text of the block; the number of its version."""
    row = _row(remark, held=True)
    if row is None:
        raise way.Conflict(
            "Den Block, um den es geht, gibt es im Bericht nicht mehr.",
            todo="Bitte ohne Übernahme entscheiden.", code="consultation.block_gone",
        )  # fmt: skip
    reports.require_write(actor, row.report, row)
    if text_of(reports.node(row.content), remark.area) != seen_text:
        raise way.Conflict(
            "Der Text wurde inzwischen geändert; der Vorschlag bezieht sich auf eine ältere Fassung.",
            todo="Bitte beide Fassungen vergleichen und den neuen Text von Hand zusammenführen.",
            code="consultation.text_changed",
        )
    seen = _profile_seen(remark, row, new)
    version = storing.add_version(actor, row, _content(row, remark.area, new), Act.ADOPTED, at=now)
    if seen is not None:
        shown = fingerprint(row.report.release, reports.tree(row.report), seen.areas)
        ProfileRelease.objects.filter(report=row.report, partner=seen.partner).update(fingerprint=shown)
    return int(version.number)


def _profile_seen(remark: Said, row: ReportBlock, new: str) -> Profile | None:
    """The released profile whose release goes on: what a municipality proposed for its own it has seen."""
    if not isinstance(remark, Remark) or not remark.area or new != remark.proposal:
        return None
    found = profile_of(row.report, remark.invitation.partner)
    return found if found is not None and found.let_go else None


def _content(row: ReportBlock, area: str, new: str) -> dict[str, Any]:
    content: dict[str, Any] = dict(row.content)
    if row.kind != "areatexts":
        return {**content, "markdown": new, "state": "written"}
    return {**content, "texts": storing.texts_with(content.get("texts", []), area, new)}


def _row(remark: Said, *, held: bool = False) -> ReportBlock | None:
    rows = {row.block_id: row for row in reports.rows(remark.report)}
    if remark.block_id not in rows:
        return None
    found = ReportBlock.objects.select_related("report__release")
    found = found.select_for_update(of=("self",)) if held else found
    row: ReportBlock = found.get(pk=rows[remark.block_id].pk)
    return row


def _fresh(remark: S) -> S:
    beside = "by" if isinstance(remark, ReviewRemark) else "invitation__partner"
    found: S = type(remark).objects.select_related(beside).get(pk=remark.pk)
    return found


def undecided(consultation_id: int) -> int:
    """Number of released remarks without a decision."""
    open_ones = Remark.objects.filter(
        invitation__consultation_id=consultation_id, invitation__state=IN_FORCE, verdict=""
    )
    return int(open_ones.count())


__all__ = ["Verdict", "current_text", "decide", "has_changed", "revoke", "take_over", "undecided"]
