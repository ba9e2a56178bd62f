"""What there is to say about a round on a day. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils import timezone

from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.deliveries.queries import RoundView
from wohnplatz.workflow.deliveries.states import DeliveryState
from wohnplatz.workflow.partners.models import RoundState

from .models import MailSettings

THANKS_WITHIN = timedelta(days=14)
"""An older acceptance is no news: a district that switches mails on thanks for nothing of years ago."""

UNRELEASED_AFTER = (2, 7)
"""Days after which a checked file that nobody released is mentioned; then every ``UNRELEASED_EVERY``."""

UNRELEASED_EVERY = 14

OWED = frozenset({RoundState.EXPECTED, RoundState.RECEIVED, RoundState.LATE, RoundState.RETURNED})


class Topic(StrEnum):
    """The parts of a collective mail, in their order."""

    LATE = "late"
    RETURNED = "returned"
    TODAY = "today"
    UNRELEASED = "unreleased"
    SOON = "soon"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to say; ``key`` is said once and never again."""

    topic: Topic
    key: str
    view: RoundView
    delivery: Delivery | None = None


def reasons(view: RoundView, today: date, settings: MailSettings, told: Collection[str]) -> Iterator[Reason]:
    """Everything to say about a round today that has not been said yet.

    Days that nobody sent on are made up for: what was due to be said yesterday is said today, but only the
    newest step of each kind.
    """
    found = [*_calendar(view, today, settings), *_files(view, today, settings)]
    yield from (reason for reason in found if reason.key not in told)


def step_after(days: int, steps: Collection[int], every: int) -> int | None:
    """The newest step that ``days`` has reached; None before the first one.

    >>> [step_after(n, [7, 21], 30) for n in (6, 7, 20, 21, 50, 51, 80, 81)]
    [None, 7, 7, 21, 21, 51, 51, 81]
    """
    reached = [s for s in steps if s <= days]
    if not reached:
        return None
    last = max(steps)
    if every and days >= last:
        return last + (days - last) // every * every
    return max(reached)


def _calendar(view: RoundView, today: date, settings: MailSettings) -> Iterator[Reason]:
    r = view.round
    if view.state not in OWED or r.reference_date > today:
        return
    left = view.days_left
    if left > 0 and settings.before:
        reached = [d for d in settings.days_before if left <= d]
        if reached:
            yield Reason(Topic.SOON, f"before-{min(reached)}:round-{r.pk}:{r.due_on}", view)
    if left == 0 and settings.on_the_day:
        yield Reason(Topic.TODAY, f"today:round-{r.pk}:{r.due_on}", view)
    if left < 0 and settings.after:
        step = step_after(-left, settings.days_after, settings.then_every)
        if step is not None:
            yield Reason(Topic.LATE, f"after-{step}:round-{r.pk}:{r.due_on}", view)


def _files(view: RoundView, today: date, settings: MailSettings) -> Iterator[Reason]:
    newest = view.delivery
    if newest is None:
        return
    state = DeliveryState(newest.state)
    if state is DeliveryState.RETURNED and view.state is RoundState.RETURNED and settings.returned:
        yield Reason(Topic.RETURNED, f"returned:delivery-{newest.pk}", view, newest)
    if state is DeliveryState.CHECKED and settings.unreleased:
        waiting = (today - timezone.localtime(newest.received_at).date()).days
        step = step_after(waiting, UNRELEASED_AFTER, UNRELEASED_EVERY)
        if step is not None:
            yield Reason(Topic.UNRELEASED, f"unreleased-{step}:delivery-{newest.pk}", view, newest)
    if state is DeliveryState.ACCEPTED and settings.thanks and newest.accepted_at is not None:
        accepted = timezone.localtime(newest.accepted_at).date()
        if timedelta(0) <= today - accepted <= THANKS_WITHIN:
            yield Reason(Topic.ACCEPTED, f"accepted:delivery-{newest.pk}", view, newest)
