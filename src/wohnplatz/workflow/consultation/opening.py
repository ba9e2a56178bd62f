"""The planner's side before and while partners answer: prepare, open, invite, remind, open again, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.text import day
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.partners.models import Partner
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.reports import actions as reports
from wohnplatz.workflow.reports import queries as report_queries
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.states import ReportState

from . import way
from .chapters import chapters, concerning, own_areas
from .models import Consultation, Invitation, ProfileRelease
from .profiles import profiles
from .states import OPEN, AnswerState, EventKind

BEFORE = frozenset({ReportState.DRAFT, ReportState.REVIEW})


def prepare(actor: Actor, report: SocialReport, *, letter: str, due_on: date) -> Consultation:
    """Set deadline and covering letter of a report's consultation, before it is opened."""
    way.require_lead(actor)
    if report.state not in BEFORE:
        raise WohnplatzError(
            f"Der Bericht ist {report.get_state_display()}; die Abstimmung ist schon eröffnet.",
            code="consultation.opened",
        )
    way.at_most(letter)
    with transaction.atomic():
        known = {"letter": letter.strip(), "due_on": due_on}
        made, _ = Consultation.objects.update_or_create(report=report, defaults=known)
        made.invitations.filter(state=AnswerState.PLANNED).update(due_on=due_on)
        record(actor, "consultation.prepare", made, due_on=str(due_on))
    return made


def usual_chapters(report: SocialReport, partner: Partner) -> tuple[str, ...]:
    """The chapters a partner is asked about unless the planner chooses others: common ones and its own."""
    own = own_areas(partner.area_keys, releases.hierarchy(report.release))
    return concerning(report_queries.tree(report), own)


def invite(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    consultation: Consultation,
    partner: Partner,
    *,
    ids: Sequence[str] | None = None,
    due_on: date | None = None,
    at: datetime | None = None,
) -> Invitation:
    """Give a partner its place, or change chapters and deadline of the one it has.

    Before the consultation is opened the place is kept ready; afterwards the partner is invited at once.
    """
    way.require_lead(actor)
    report = consultation.report
    known = {c.id for c in chapters(report_queries.tree(report))}
    chosen = [c for c in (usual_chapters(report, partner) if ids is None else ids) if c in known]
    if not chosen:
        raise WohnplatzError(
            f"{partner.name}: Es ist kein Kapitel gewählt.", todo="Bitte mindestens eines wählen.",
            code="consultation.chapters",
        )  # fmt: skip
    if not partner.is_active:
        raise WohnplatzError(f"{partner.name} ist außer Betrieb.", code="consultation.partner")
    now = moment(at)
    with transaction.atomic():
        held = way.held_report(consultation)
        if held.state not in BEFORE | {ReportState.CONSULTATION}:
            raise WohnplatzError(
                f"Der Bericht ist {held.get_state_display()}: Es wird niemand mehr eingeladen.",
                code="consultation.not_open",
            )
        fields = {"chapters": chosen, "due_on": due_on or consultation.due_on}
        made, _ = Invitation.objects.update_or_create(
            consultation=consultation, partner=partner, defaults=fields
        )
        record(actor, "consultation.invite", made, now, partner=partner.code)
        if consultation.opened_at and made.state == AnswerState.PLANNED:
            _send(actor, made, now)
        made.refresh_from_db()
    return made


def drop(actor: Actor, invitation: Invitation) -> None:
    """Take back a place that the partner was not told of yet."""
    way.require_lead(actor)
    with transaction.atomic():
        if not Invitation.objects.filter(pk=invitation.pk, state=AnswerState.PLANNED).delete()[0]:
            raise WohnplatzError(
                f"{invitation.partner.name} ist schon eingeladen.",
                todo="Eine Einladung lässt sich nicht zurücknehmen; Kapitel und Frist lassen sich ändern.",
                code="consultation.invited",
            )
        record(actor, "consultation.drop", invitation.consultation, partner=invitation.partner.code)


def open_consultation(
    actor: Actor, consultation: Consultation, *, today: date | None = None, at: datetime | None = None
) -> Consultation:
    """The report goes to its partners, and each municipality is asked for the release of its profile."""
    way.require_lead(actor)
    now = moment(at)
    way.require_later(consultation.due_on, today or timezone.localtime(now).date())
    with transaction.atomic():
        report = way.held_report(consultation)
        Consultation.objects.filter(pk=consultation.pk).update(opened_at=now, closed_at=None)
        for profile in profiles(report):
            ProfileRelease.objects.get_or_create(report=report, partner=profile.partner)
        reports.advance(actor, report, ReportState.CONSULTATION, at=at)
        for invitation in consultation.invitations.filter(state=AnswerState.PLANNED):
            _send(actor, invitation, now)
        record(actor, "consultation.open", consultation, now, partners=consultation.invitations.count())
    return Consultation.objects.select_related("report__release").get(pk=consultation.pk)


def change_deadline(
    actor: Actor, invitation: Invitation, due_on: date, *, today: date, at: datetime | None = None
) -> None:
    """Give a partner more time, or less."""
    way.require_lead(actor)
    way.require_later(due_on, today)
    now = moment(at)
    with transaction.atomic():
        found = way.held(invitation)
        if found.state not in OPEN:
            raise WohnplatzError(
                f"Die Antwort ist {found.get_state_display()}.", code="consultation.deadline"
            )
        way.change(found, None, due_on=due_on)
        way.tell(actor, found, EventKind.DEADLINE, now, f"neue Frist {day(due_on)}")
        record(actor, "consultation.deadline", found, now, due_on=str(due_on))


def ask(actor: Actor, invitation: Invitation, today: date, *, at: datetime | None = None) -> bool:
    """Ask for the answer with the next collective mail; False where that was done today already."""
    way.require_lead(actor)
    now = moment(at)
    with transaction.atomic():
        found = way.held(invitation)
        if not way.is_open(found):
            raise WohnplatzError(
                f"{found.partner.name} kann zurzeit nicht antworten ({found.get_state_display()}).",
                code="consultation.ask",
            )
        if found.asked_on == today:
            return False
        way.change(found, None, asked_on=today)
        way.tell(actor, found, EventKind.ASKED, now)
        record(actor, "consultation.ask", found, now)
    return True


def reopen(  # noqa: PLR0913 (who, what, why, until when)
    actor: Actor,
    invitation: Invitation,
    reason: str,
    due_on: date,
    *,
    today: date,
    seen_version: int | None = None,
    at: datetime | None = None,
) -> None:
    """Open an answer again, or let somebody answer who missed the end of the consultation."""
    way.require_lead(actor)
    said = way.require_words(reason, "Es fehlt die Begründung.", "Bitte sagen, warum wieder geöffnet wird.")
    way.require_later(due_on, today)
    now = moment(at)
    with transaction.atomic():
        found = way.held(invitation)
        if found.consultation.report.state != ReportState.CONSULTATION:
            raise WohnplatzError(
                f"Der Bericht ist {found.consultation.report.get_state_display()}.",
                todo="Bitte den Bericht zuerst in die Abstimmung zurückgeben.", code="consultation.not_open",
            )  # fmt: skip
        if way.is_open(found):
            raise WohnplatzError("Die Antwort ist noch offen.", code="consultation.reopen")
        values = {
            "state": AnswerState.REOPENED, "reopened_reason": said, "reopened_at": now, "due_on": due_on,
            "answered_at": None, "answered_as": "", "late": False,
        }  # fmt: skip
        way.change(found, seen_version, **values)
        way.tell(actor, found, EventKind.REOPENED, now, said)
        record(actor, "consultation.reopen", found, now)


def close(actor: Actor, consultation: Consultation, *, at: datetime | None = None) -> None:
    """Close the consultation: what was not released until now does not go into the decisions."""
    way.require_lead(actor)
    now = moment(at)
    with transaction.atomic():
        report = way.held_report(consultation)
        if report.state != ReportState.CONSULTATION:
            raise WohnplatzError(
                f"Der Bericht ist {report.get_state_display()}.", code="consultation.not_open"
            )
        Consultation.objects.filter(pk=consultation.pk, closed_at=None).update(closed_at=now)
        record(actor, "consultation.close", consultation, now)


def _send(actor: Actor, invitation: Invitation, now: datetime) -> None:
    """The place becomes an invitation; the mail goes out with the next collective one."""
    way.change(invitation, None, state=AnswerState.INVITED, invited_at=now)
    way.tell(actor, invitation, EventKind.INVITED, now)
