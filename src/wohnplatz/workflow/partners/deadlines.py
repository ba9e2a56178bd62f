"""The calendar: reference dates, deadlines, locks and exceptions of what a person may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Prefetch, Q, QuerySet

from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.deliveries.queries import view

from . import queries
from .models import DeliveryRound, RoundState


class DeadlineKind(models.TextChoices):
    """What falls on a day, in the order of a round's life."""

    REFERENCE = "reference", "Stichtag"
    DUE = "due", "Frist"
    LOCK = "lock", "Annahmeschluss"
    EXCEPTION = "exception", "Ausnahme bis"


SETTLED = frozenset({RoundState.ACCEPTED, RoundState.WAIVED})
"""Nothing more is owed: lock and exceptions no longer matter."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date of a round. ``state`` is None for readers who see dates only."""

    day: date
    kind: DeadlineKind
    round: DeliveryRound
    state: RoundState | None


def calendar(user: Actor, since: date, until: date, today: date) -> list[Deadline]:
    """What falls from ``since`` to ``until`` (both included), by day, kind, partner and data set.

    A partner sees its own rounds, planner and administration all. Sector planning sees when the data of all
    partners are counted and due, but not who has delivered.
    """
    policies.require(user, policies.Right.AGREEMENTS)
    with_states = policies.may(user, policies.Right.DELIVERIES)
    rounds = queries.rounds_visible_to(user) if with_states else _all_rounds()
    found = [
        d for r in rounds.filter(_touching(since, until)).distinct().prefetch_related(_DELIVERIES)
        for d in (_with_states(r, today) if with_states else _dates(r))
        if since <= d.day <= until
    ]  # fmt: skip
    order = list(DeadlineKind)
    return sorted(found, key=lambda d: (d.day, order.index(d.kind), str(d.round.agreement), d.round.pk))


def _with_states(r: DeliveryRound, today: date) -> Iterator[Deadline]:
    """Every date of a round that still matters."""
    state = view(r, today).state
    yield Deadline(r.reference_date, DeadlineKind.REFERENCE, r, state)
    yield Deadline(r.due_on, DeadlineKind.DUE, r, state)
    if state not in SETTLED:
        yield Deadline(r.lock_on, DeadlineKind.LOCK, r, state)
        if r.accepts_until > r.lock_on:
            yield Deadline(r.accepts_until, DeadlineKind.EXCEPTION, r, state)


def _dates(r: DeliveryRound) -> Iterator[Deadline]:
    yield Deadline(r.reference_date, DeadlineKind.REFERENCE, r, None)
    yield Deadline(r.due_on, DeadlineKind.DUE, r, None)


def _all_rounds() -> QuerySet[DeliveryRound]:
    return DeliveryRound.objects.select_related("agreement__partner")


def _touching(since: date, until: date) -> Q:
    fields = ("reference_date", "due_on", "lock_on", "exceptions__until")
    found = Q()
    for name in fields:
        found |= Q(**{f"{name}__range": (since, until)})
    return found


_DELIVERIES = Prefetch(
    "deliveries", Delivery.objects.defer("findings", "changes", "guide", "coverage").order_by("-number")
)
