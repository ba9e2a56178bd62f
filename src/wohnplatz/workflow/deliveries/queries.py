"""Reading deliveries: what is due, what changed, what a file says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from wohnplatz import intake
from wohnplatz.intake import Guide, Proposal, ReadResult, write_marked
from wohnplatz.model import Finding, Observation, WohnplatzError
from wohnplatz.store import Kind, read_observations
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.partners import queries as partners
from wohnplatz.workflow.partners.models import DeliveryRound, RoundState

from . import drafts
from .changes import Changes, preview
from .effects_seen import as_seen_by_partner
from .models import Delivery, DeliveryEvent, FindingNote
from .own_rules import trial
from .reading import coverage_of, examine, remembered_guide
from .states import DeliveryState

__all__ = [
    "Coverage", "RoundView", "changes", "coverage", "due", "findings", "marked", "notes", "observations",
    "original", "previous_observations", "proposal", "recent_events", "round_state", "rounds", "trial",
    "view", "visible_to",
]  # fmt: skip

UNFINISHED = frozenset({DeliveryState.READING, DeliveryState.UNASSIGNED, DeliveryState.FAULTY})
"""A file is there, but it is not one anybody can decide on."""

_STANDS_FOR = (
    (DeliveryState.RELEASED, RoundState.RELEASED),
    (DeliveryState.CHECKED, RoundState.CHECKED),
    (DeliveryState.ACCEPTED, RoundState.ACCEPTED),
)
"""What a delivery in one of these states makes of its round, the first that is there."""


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round with its derived state, its newest delivery that counts, and the days until it is due."""

    round: DeliveryRound
    state: RoundState
    delivery: Delivery | None
    days_left: int
    """Negative when overdue."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what was asked for a delivery holds."""

    areas: int
    expected_areas: int
    variables: int
    expected_variables: int
    missing_areas: tuple[str, ...]
    missing_variables: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing_areas and not self.missing_variables


def visible_to(user: Actor) -> QuerySet[Delivery]:
    """The deliveries a person may see: a partner its own, planner and administration all."""
    policies.require(user, policies.Right.DELIVERIES)
    deliveries = Delivery.objects.select_related("round__agreement__partner")
    return deliveries.filter(round__agreement__partner_id=user.partner_id) if user.partner_id else deliveries


def round_state(delivery_round: DeliveryRound, deliveries: Iterable[Delivery], today: date) -> RoundState:
    """Where a round stands on ``today``. A delivery in hand counts before the calendar does.

    A file that waits (released: for the planner; checked: for the partner) counts first, also as a correction
    beside an accepted one.
    """
    states = {d.state for d in deliveries}
    for state, means in _STANDS_FOR:
        if state in states:
            return means
    if delivery_round.waived_reason:
        return RoundState.WAIVED
    return _by_calendar(delivery_round, states, today)


def _by_calendar(delivery_round: DeliveryRound, states: set[str], today: date) -> RoundState:
    if delivery_round.is_locked(today):
        return RoundState.MISSING
    if states & UNFINISHED and today <= delivery_round.due_on:
        return RoundState.RECEIVED
    if DeliveryState.RETURNED in states:
        return RoundState.RETURNED
    return RoundState.LATE if today > delivery_round.due_on else RoundState.EXPECTED


def rounds(user: Actor, today: date, year: int | None = None) -> list[RoundView]:
    """All rounds a person may see with their state, in order of their deadline; of one reference year."""
    found = partners.rounds_visible_to(user)
    if year is not None:
        found = found.filter(reference_date__year=year)
    return [view(r, today) for r in found.prefetch_related(_DELIVERIES)]


def due(user: Actor, today: date) -> list[RoundView]:
    """What asks for attention: rounds whose reference date has passed and that are not closed.

    Waiting for a decision first, then overdue and returned ones, then the rest; by deadline.
    """
    order = {
        RoundState.RELEASED: 0, RoundState.CHECKED: 1, RoundState.RECEIVED: 1, RoundState.LATE: 2,
        RoundState.RETURNED: 2, RoundState.EXPECTED: 3,
    }  # fmt: skip
    found = partners.rounds_visible_to(user).filter(reference_date__lte=today, waived_reason="")
    views = [view(r, today) for r in found.prefetch_related(_DELIVERIES)]
    waiting = [v for v in views if v.state in order]
    return sorted(waiting, key=lambda v: (order[v.state], v.round.due_on))


def view(delivery_round: DeliveryRound, today: date) -> RoundView:
    """A round with its state and the delivery that stands for it: waiting, else accepted, else the newest."""
    deliveries = sorted(delivery_round.deliveries.all(), key=lambda d: d.number, reverse=True)
    standing = [d for state, _ in _STANDS_FOR for d in deliveries if d.state == state]
    newest = (standing or deliveries or [None])[0]
    state = round_state(delivery_round, deliveries, today)
    return RoundView(delivery_round, state, newest, (delivery_round.due_on - today).days)


def recent_events(user: Actor, limit: int = 20) -> QuerySet[DeliveryEvent]:
    """What happened lately to the deliveries a person may see, newest first."""
    events = DeliveryEvent.objects.filter(delivery__in=visible_to(user))
    return events.select_related("delivery__round__agreement__partner").order_by("-at", "-pk")[:limit]


def observations(user: Actor, delivery: Delivery) -> Sequence[Observation]:
    """The cells of a delivery, for the planner and the partner itself; none where the file was not kept."""
    policies.require_see_contents(user, delivery.round)
    if delivery.observations:
        return read_observations(memory.store(), delivery.observations)
    known = drafts.reading_of(delivery)
    if known is not None or not delivery.kept or delivery.state == DeliveryState.READING:
        return known or ()
    return _read_again(delivery).observations


def original(user: Actor, delivery: Delivery) -> bytes | None:
    """The file as it was sent, for the planner and the partner itself; None where it was not kept."""
    policies.require_see_contents(user, delivery.round)
    if not delivery.kept:
        return None
    return memory.store().read(Kind(delivery.kept), delivery.original)


def previous_observations(user: Actor, delivery_round: DeliveryRound) -> list[Observation]:
    """The accepted cells of the round before, for a template that shows them; empty where there is none."""
    policies.require_see_contents(user, delivery_round)
    before = Delivery.objects.filter(
        round__agreement__partner_id=delivery_round.agreement.partner_id,
        round__agreement__dataset=delivery_round.agreement.dataset,
        round__reference_date__lt=delivery_round.reference_date,
        state=DeliveryState.ACCEPTED,
    ).order_by("-round__reference_date")
    last = before.first()
    return read_observations(memory.store(), last.observations) if last else []


def marked(user: Actor, delivery: Delivery) -> bytes:
    """The partner's own file as XLSX with the cells of findings marked, for the planner and the partner."""
    data = original(user, delivery)
    if data is None:
        raise WohnplatzError("Die Datei ist nicht mehr da.", code="deliveries.not_kept")
    return write_marked(data, delivery.name, findings(delivery))


def findings(delivery: Delivery) -> tuple[Finding, ...]:
    """The findings of a delivery as they were found."""
    return tuple(Finding(**{k: v for k, v in f.items() if k != "key"}) for f in delivery.findings)


def notes(user: Actor, delivery: Delivery) -> dict[str, FindingNote]:
    """The words said about findings of the delivery's round, by the finding's key."""
    policies.require_see_round(user, delivery.round)
    return {note.key: note for note in delivery.round.notes.all()}


def proposal(user: Actor, delivery: Delivery) -> Proposal:
    """How a draft might be read, for the page that lets the partner say so."""
    data = original(user, delivery)
    if data is None:
        raise WohnplatzError("Die Datei ist nicht mehr da.", code="deliveries.not_kept")
    guide = Guide.from_dict(delivery.guide) if delivery.guide else remembered_guide(delivery.round)
    return intake.propose(data, delivery.name, partners.request(delivery.round), memory.catalogue(), guide)


def changes(user: Actor, delivery: Delivery) -> Changes | None:
    """What a delivery changes, or changed when it was accepted, against the one accepted before.

    None where there was none. The cells are not protected: they are for the planner and the partner itself.
    Of the effect on figures a partner sees what it could work out itself.
    """
    policies.require_see_contents(user, delivery.round)
    if delivery.accepted_at is None:
        found = preview(delivery)
    else:
        found = Changes.from_dict(delivery.changes) if delivery.changes else None
    if found is None or policies.may(user, policies.Right.WORKING):
        return found
    return as_seen_by_partner(user, delivery, found)


def coverage(user: Actor, delivery: Delivery) -> Coverage:
    """How many of the areas and variables asked for a delivery holds."""
    policies.require_see_contents(user, delivery.round)
    known = delivery.coverage
    if not known:
        asked = partners.request(delivery.round)
        known = coverage_of(observations(user, delivery), asked, memory.catalogue())
    missing = {name: tuple(known[name]) for name in ("missing_areas", "missing_variables")}
    return Coverage(**{**known, **missing})


def _read_again(delivery: Delivery) -> ReadResult:
    """What is read from a file whose reading is not kept: a faulty one, or one from before."""
    data = memory.store().read(Kind(delivery.kept), delivery.original)
    guide = Guide.from_dict(delivery.guide) if delivery.guide else None
    return examine(delivery.round, delivery.name, data, guide=guide).result


_DELIVERIES = Prefetch(
    "deliveries", Delivery.objects.defer("findings", "changes", "guide").order_by("-number")
)
