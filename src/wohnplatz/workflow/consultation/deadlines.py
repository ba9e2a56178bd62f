"""Deadlines of consultations for the calendar: the planner all, a partner its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.reports.states import ReportState

from . import queries
from .models import Invitation
from .states import AnswerState


@dataclass(frozen=True, slots=True)
class Answering:
    """A day on which answers of a consultation are due; of several partners where the planner looks."""

    day: date
    title: str
    report: int
    places: tuple[Invitation, ...]

    @property
    def still(self) -> int:
        """How many have not answered."""
        return sum(p.state != AnswerState.ANSWERED for p in self.places)

    @property
    def token(self) -> str:
        """Address of the one place, for a partner."""
        return str(self.places[0].token)

    @property
    def changed_at(self) -> datetime:
        """When something about it changed last."""
        moments = [m for p in self.places for m in (p.invited_at, p.answered_at, p.reopened_at) if m]
        return max(moments).replace(microsecond=0)


def answering(user: Actor, since: date, until: date) -> list[Answering]:
    """What is due from ``since`` to ``until`` (both included), by day; nothing for those not concerned."""
    if not (
        policies.may(user, Right.CONSULT) and (user.partner_id or policies.may(user, Right.REPORTS_LEAD))
    ):
        return []
    found = queries.invitations(user).exclude(state=AnswerState.PLANNED).filter(
        due_on__range=(since, until), consultation__report__state=ReportState.CONSULTATION
    )  # fmt: skip
    grouped: dict[tuple[date, int], list[Invitation]] = {}
    for place in found.order_by("due_on", "consultation_id", "partner__name"):
        grouped.setdefault((place.due_on, place.consultation.report_id), []).append(place)
    return [
        Answering(day, places[0].consultation.report.title, report, tuple(places))
        for (day, report), places in grouped.items()
    ]
