"""What there is to tell a partner about the consultations it is invited to. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils import timezone

from wohnplatz.workflow.consultation import way
from wohnplatz.workflow.consultation.models import Event, Invitation
from wohnplatz.workflow.consultation.states import AnswerState, EventKind
from wohnplatz.workflow.reports.states import ReportState

from .models import MailSettings
from .reasons import step_after

NEWS_FOR = timedelta(days=14)
"""How long after the fact an invitation or a decision is news."""


class Subject(StrEnum):
    """The parts of a mail about consultations, in their order."""

    OVERDUE = "overdue"
    TODAY = "today"
    REOPENED = "reopened"
    ASKED = "asked"
    SOON = "soon"
    INVITED = "invited"
    DECIDED = "decided"


_REMINDERS = frozenset({Subject.ASKED, Subject.SOON})


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to say of an invitation; ``key`` is said once and never again."""

    subject: Subject
    key: str
    invitation: Invitation
    days_left: int


def open_invitations(today: date) -> tuple[Invitation, ...]:
    """The places that anything may be said about."""
    found = Invitation.objects.exclude(state=AnswerState.PLANNED).filter(
        consultation__report__state__in=(ReportState.CONSULTATION, ReportState.DECIDED),
        due_on__gte=today - timedelta(days=366), partner__is_active=True,
    )  # fmt: skip
    return tuple(found.select_related("partner", "consultation__report"))


def notes(
    invitations: Collection[Invitation], today: date, settings: MailSettings, told: Collection[str]
) -> Iterator[Note]:
    """Everything to say today that has not been said yet; of one place the most pressing thing alone.

    Who has not been told of the invitation is invited first: it names the deadline, and a reminder of a
    letter that never came helps nobody.
    """
    order = list(Subject)
    for invitation in invitations:
        found = sorted(_about(invitation, today, settings), key=lambda n: order.index(n.subject))
        fresh = [n for n in found if n.key not in told]
        invited = [n for n in fresh if n.subject is Subject.INVITED]
        yield from (invited if invited and fresh[0].subject in _REMINDERS else fresh)[:1]


def answered_since(begin: date) -> tuple[Invitation, ...]:
    """Places whose answer came in since a day, for the planner's summary."""
    kinds = (EventKind.ANSWERED, EventKind.LATE)
    events = Event.objects.filter(kind__in=kinds, at__date__gte=begin).values_list("invitation_id", flat=True)
    found = Invitation.objects.filter(pk__in=set(events), state=AnswerState.ANSWERED)
    return tuple(found.select_related("partner", "consultation__report"))


def _about(invitation: Invitation, today: date, settings: MailSettings) -> Iterator[Note]:
    left = (invitation.due_on - today).days
    place = f"invitation-{invitation.pk}"

    def note(subject: Subject, key: str) -> Note:
        return Note(subject, f"consultation-{key}:{place}", invitation, left)

    decided = invitation.consultation.decided_at
    if decided and _is_news(timezone.localtime(decided).date(), today):
        if invitation.state == AnswerState.ANSWERED:
            yield note(Subject.DECIDED, f"decided-{timezone.localtime(decided):%Y%m%d}")
        return
    if not way.is_open(invitation):
        return
    for at, subject in ((invitation.reopened_at, Subject.REOPENED), (invitation.invited_at, Subject.INVITED)):
        if at and _is_news(timezone.localtime(at).date(), today):
            yield note(subject, f"{subject}-{timezone.localtime(at):%Y%m%d}")
    if invitation.asked_on and invitation.asked_on <= today:
        yield note(Subject.ASKED, f"asked-{invitation.asked_on:%Y%m%d}")
    for subject, step in _calendar(left, settings):
        yield note(subject, f"{step}-{invitation.due_on:%Y%m%d}")


def _calendar(left: int, settings: MailSettings) -> Iterator[tuple[Subject, str]]:
    """What the days until the deadline, or after it, give reason to say."""
    if left > 0 and settings.before:
        reached = [d for d in settings.days_before if left <= d]
        if reached:
            yield Subject.SOON, f"before-{min(reached)}"
    if left == 0 and settings.on_the_day:
        yield Subject.TODAY, "today"
    if left < 0 and settings.after:
        step = step_after(-left, settings.days_after, settings.then_every)
        if step is not None:
            yield Subject.OVERDUE, f"after-{step}"


def _is_news(day: date, today: date) -> bool:
    return timedelta(0) <= today - day <= NEWS_FOR
