"""What every step has in common: hold the row, see that nobody was faster, tell and record."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.text import day
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.audit.log import organisation
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.states import ReportState

from .models import Consultation, Event, Invitation
from .states import OPEN, AnswerState, EventKind, RemarkKind

LONGEST = 20_000
"""Characters of a remark, a proposal or a statement."""


class Conflict(WohnplatzError):  # noqa: N818 (named for what happened)
    """Somebody else was faster; the text says what was done meanwhile."""


def require_lead(actor: Actor) -> None:
    """Refused unless the actor leads reports and their consultations."""
    policies.require(actor, Right.REPORTS_LEAD)


def require_own(actor: Actor, invitation: Invitation, *, in_its_stead: bool = False) -> None:
    """Refused unless the account is the partner's; the planner where it may act in the partner's stead."""
    if in_its_stead and policies.may(actor, Right.REPORTS_LEAD):
        return
    policies.require(actor, Right.ANSWER)
    if actor.partner_id != invitation.partner_id:
        raise Refused(
            "Diese Einladung gehört zu einer anderen Stelle.",
            todo="Bitte wenden Sie sich an die Sozialplanung, falls Ihr Konto falsch zugeordnet ist.",
            code="consultation.refused.other_partner",
        )


def is_open(invitation: Invitation) -> bool:
    """Whether the partner may still write and release its answer."""
    consultation = invitation.consultation
    if consultation.report.state != ReportState.CONSULTATION:
        return False
    if consultation.closed_at is not None:
        return invitation.state == AnswerState.REOPENED
    return invitation.state in OPEN


def require_open(invitation: Invitation) -> None:
    """WohnplatzError that says why nothing can be written any more, and what to do."""
    if is_open(invitation):
        return
    consultation = invitation.consultation
    ask = "Die Sozialplanung kann Ihre Antwort wieder öffnen; bitte wenden Sie sich an sie."
    if invitation.state == AnswerState.ANSWERED:
        raise WohnplatzError(
            "Ihre Antwort ist freigegeben und lässt sich nicht mehr ändern.", todo=ask,
            code="consultation.answered",
        )  # fmt: skip
    if consultation.closed_at is not None:
        closed = day(timezone.localtime(consultation.closed_at).date())
        raise WohnplatzError(
            f"Die Abstimmung ist seit dem {closed} geschlossen.",
            why=f"Die Frist Ihrer Stelle endete am {day(invitation.due_on)}. Was Sie geschrieben haben, ist"
            " gesichert, geht aber ohne Freigabe nicht in die Entscheidungen ein.",
            todo=ask, code="consultation.closed",
        )  # fmt: skip
    raise WohnplatzError(
        "Dieser Bericht ist nicht in der Abstimmung.", todo="Bitte laden Sie die Seite neu.",
        code="consultation.not_open",
    )  # fmt: skip


def held(invitation: Invitation) -> Invitation:
    """The invitation as it stands now, held until the end of the transaction."""
    Invitation.objects.select_for_update().get(pk=invitation.pk)
    found: Invitation = Invitation.objects.select_related("partner", "consultation__report__release").get(
        pk=invitation.pk
    )
    return found


def held_report(consultation: Consultation) -> SocialReport:
    """The report, held: steps of one report queue up."""
    found: SocialReport = SocialReport.objects.select_for_update().get(pk=consultation.report_id)
    return found


def change(invitation: Invitation, seen_version: int | None, **values: Any) -> None:
    """Change the row if nobody has changed it since ``seen_version``; else Conflict."""
    found = Invitation.objects.filter(pk=invitation.pk)
    if seen_version is not None:
        found = found.filter(version=seen_version)
    if not found.update(version=F("version") + 1, **values):
        now = Invitation.objects.get(pk=invitation.pk)
        raise Conflict(
            f"Inzwischen hat sich etwas geändert: Die Antwort ist {now.get_state_display()}.",
            todo="Bitte den neuen Stand ansehen, bevor Sie weiterarbeiten.", code="consultation.conflict",
        )  # fmt: skip


def tell(  # noqa: PLR0913 (the parts of one line of history)
    actor: Actor, invitation: Invitation, kind: EventKind, at: datetime, note: str = "", *, function: str = ""
) -> None:
    """Write a line of the invitation's history, by organisation."""
    Event.objects.create(
        invitation=invitation,
        at=at,
        kind=kind,
        organisation=organisation(actor),
        function=function,
        note=note,
    )


def require_words(words: str, what: str, todo: str) -> str:
    """The words without blanks around them; WohnplatzError where there are none or far too many."""
    kept = words.strip()
    if not kept:
        raise WohnplatzError(what, todo=todo, code="consultation.words")
    return at_most(kept)


def said(words: str, proposal: str, text: str | None) -> dict[str, str]:
    """What a remark keeps of what was written: ``words``, ``proposal``, and ``kind``, which follows.

    A ``proposal`` that differs from the ``text`` of the block makes it a proposal for that text; None where
    the block has none. WohnplatzError where nothing was said, or far too much.
    """
    kept, changed = at_most(words).strip(), at_most(proposal).replace("\r\n", "\n").strip()
    is_proposal = bool(changed) and text is not None and changed != text.strip()
    if not kept and not is_proposal:
        raise WohnplatzError(
            "Es steht noch nichts da.",
            todo="Bitte eine Anmerkung schreiben oder den Text des Vorschlags ändern.",
            code="consultation.words",
        )
    kind = RemarkKind.PROPOSAL if is_proposal else RemarkKind.COMMENT
    return {"kind": kind, "words": kept, "proposal": changed if is_proposal else ""}


def at_most(words: str) -> str:
    """The words; WohnplatzError where they are longer than ``LONGEST``."""
    if len(words) > LONGEST:
        raise WohnplatzError(
            f"Der Text ist zu lang: {len(words)} Zeichen.",
            todo=f"Bitte auf höchstens {LONGEST} Zeichen kürzen oder auf mehrere Anmerkungen verteilen.",
            code="consultation.too_long",
        )
    return words


def require_later(due_on: date, today: date) -> None:
    """WohnplatzError for a deadline that is over already."""
    if due_on < today:
        raise WohnplatzError(
            f"Die Frist {day(due_on)} ist schon vorbei.", todo="Bitte einen Tag ab heute nennen.",
            code="consultation.due",
        )  # fmt: skip
