"""Reading consultations: the planner all that was released, a partner its own place and what is shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports.states import ReportState

from . import answering, way
from .chapters import own_areas, profiled
from .models import Consultation, Invitation, Remark
from .profiles import withheld
from .states import OPEN, AnswerState, Circle, Standing


@dataclass(frozen=True, slots=True)
class Row:
    """A partner in the overview. Contents of an answer are counted, not shown, until it is released."""

    invitation: Invitation
    standing: Standing
    remarks: int
    undecided: int
    days_left: int
    """Until the deadline; negative once it is over."""


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a partner's place: a chapter, or the profile of one area in it."""

    chapter: str
    title: str
    area: str = ""
    held: bool = False
    """Whether the profile is not let go yet and so not shown here."""
    remarks: int = 0


def consultations(user: Actor) -> QuerySet[Consultation]:
    """All consultations, for those who lead them."""
    way.require_lead(user)
    return Consultation.objects.select_related("report__release")


def invitations(user: Actor) -> QuerySet[Invitation]:
    """The places of a partner's own account; none of those it was not told of yet."""
    policies.require(user, Right.CONSULT)
    found = Invitation.objects.select_related("partner", "consultation__report__release")
    if user.partner_id is None:
        way.require_lead(user)
        return found
    return found.filter(partner_id=user.partner_id).exclude(state=AnswerState.PLANNED)


def overview(consultation: Consultation, today: date) -> list[Row]:
    """Every partner with where its answer stands, by name."""
    found = consultation.invitations.select_related("partner").annotate(
        written=Count("remarks"), left=Count("remarks", filter=Q(remarks__verdict=""))
    )
    return [_row(i, consultation, today) for i in found]


def standing(invitation: Invitation, today: date, *, written: bool) -> Standing:
    """Where an answer stands on a day."""
    consultation = invitation.consultation
    if invitation.state == AnswerState.PLANNED:
        return Standing.PLANNED
    if invitation.state == AnswerState.ANSWERED:
        return Standing.ANSWERED
    closed = consultation.closed_at is not None or consultation.report.state != ReportState.CONSULTATION
    if closed and invitation.state != AnswerState.REOPENED:
        return Standing.NOTHING
    if answering.overdue(invitation, today):
        return Standing.OVERDUE
    return _at_work(invitation, written=written)


def _at_work(invitation: Invitation, *, written: bool) -> Standing:
    if invitation.state == AnswerState.REOPENED:
        return Standing.REOPENED
    if written or invitation.statement:
        return Standing.WORKING
    return Standing.OPENED if invitation.opened_at else Standing.INVITED


def parts(user: Actor, invitation: Invitation) -> list[Part]:
    """The pages of a partner's place in the order of the report."""
    report = invitation.consultation.report
    tree, hierarchy = reports.tree(report), releases.hierarchy(report.release)
    held = withheld(report, viewer(user, invitation), tree)
    own = own_areas(invitation.partner.area_keys, hierarchy)
    names = {key: a.name for level in hierarchy.levels for key, a in hierarchy.areas(level).items()}
    counts: dict[tuple[str, str], int] = {}
    for remark in remarks_on(user, invitation):
        key = remark.chapter, remark.area
        counts[key] = counts.get(key, 0) + 1
    made: list[Part] = []
    for node in tree.blocks:
        if node.id not in invitation.chapters:
            continue
        title = getattr(node, "title", "") or "Profile"
        made.append(Part(node.id, title, remarks=counts.get((node.id, ""), 0)))
        made += [
            Part(node.id, names[key], key, key in held, counts.get((node.id, key), 0))
            for key in profiled(tree, node.id, own, hierarchy)
        ]
    return made


def remarks_on(user: Actor, invitation: Invitation) -> list[Remark]:
    """The remarks a person reads at this place: the partner's own, and what others said for all to read.

    Others' remarks are those of released answers on common parts of chapters that this partner has. Who leads
    the consultation reads what was released, of everybody.
    """
    found = Remark.objects.filter(invitation__consultation_id=invitation.consultation_id).select_related(
        "invitation__partner", "invitation__consultation__report__release"
    )
    answered = Q(invitation__state=AnswerState.ANSWERED)
    if policies.may(user, Right.REPORTS_LEAD):
        return list(found.filter(answered, chapter__in=invitation.chapters))
    common = answered & Q(circle=Circle.ALL, area="", chapter__in=invitation.chapters)
    return list(found.filter(Q(invitation=invitation) | common))


def released_remarks(user: Actor, consultation: Consultation) -> QuerySet[Remark]:
    """All remarks of released answers, for the one who decides."""
    way.require_lead(user)
    return (
        Remark.objects.filter(invitation__consultation=consultation, invitation__state=AnswerState.ANSWERED)
        .select_related("invitation__partner", "invitation__consultation__report__release")
        .order_by("number")
    )


def may_write(user: Actor, invitation: Invitation) -> bool:
    """Whether to offer the forms; the actions themselves decide."""
    own = user.is_active and user.partner_id is not None and user.partner_id == invitation.partner_id
    return own and way.is_open(invitation)


def waiting(user: Actor) -> list[Invitation]:
    """Places where this partner's answer is open, the next deadline first."""
    found = invitations(user).filter(state__in=OPEN, consultation__report__state=ReportState.CONSULTATION)
    return [i for i in found.order_by("due_on") if way.is_open(i)]


def in_order(remarks: Sequence[Remark]) -> dict[tuple[str, str], list[Remark]]:
    """Remarks by block and area."""
    grouped: dict[tuple[str, str], list[Remark]] = {}
    for remark in remarks:
        grouped.setdefault((remark.block_id, remark.area), []).append(remark)
    return grouped


def _row(invitation: Invitation, consultation: Consultation, today: date) -> Row:
    invitation.consultation = consultation
    written, left = invitation.written, invitation.left
    answered = invitation.state == AnswerState.ANSWERED
    return Row(
        invitation, standing(invitation, today, written=bool(written)), written, left if answered else 0,
        (invitation.due_on - today).days,
    )  # fmt: skip


def viewer(user: Actor, invitation: Invitation) -> Actor:
    """Through whose eyes a place is shown: the planner looks at it as the partner does."""
    if user.partner_id is not None or not policies.may(user, Right.REPORTS_LEAD):
        return user
    return AsPartner(invitation.partner_id)


@dataclass(slots=True)
class AsPartner:
    """Looks at a place as its partner does, for the planner's preview."""

    partner_id: int | None
    username: str = ""
    role: str = "partner"
    is_active: bool = True
