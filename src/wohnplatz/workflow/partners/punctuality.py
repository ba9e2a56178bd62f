"""Rate and punctuality of deliveries, per partner and for the district as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean, median

from django.db.models import Prefetch
from django.utils import timezone

from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.deliveries.models import Delivery

from .models import DeliveryRound, Partner

YEARS = 3
"""Calendar years a report looks at, the running one included."""


@dataclass(frozen=True, slots=True)
class Course:
    """How one round went whose deadline has passed."""

    partner: int
    days: int | None
    """Days from the deadline to the first release by the partner; negative before it, None if none came."""
    files: int | None
    """Files until one was accepted, None if none was."""


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Figures of several rounds. None where there is nothing to count."""

    due: int
    """Rounds whose deadline has passed and that were not waived."""
    delivered: int
    on_time: int
    median_days: float | None
    """Of the delivered ones; negative is before the deadline."""
    accepted: int
    mean_files: float | None
    """Files until acceptance."""

    @property
    def rate(self) -> float | None:
        """Part of the due rounds that were delivered."""
        return self.delivered / self.due if self.due else None

    @property
    def on_time_rate(self) -> float | None:
        """Part of the due rounds that were delivered by the deadline."""
        return self.on_time / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class Report:
    """Partners by name, never by rank, and the district for comparison."""

    since: date
    until: date
    """Deadlines from ``since`` to ``until``, both included."""
    partners: tuple[tuple[Partner, Punctuality], ...]
    district: Punctuality


def punctuality(user: Actor, today: date) -> Report:
    """Figures of the partners a person may see: a partner its own, beside those of the whole district."""
    policies.require(user, policies.Right.DELIVERIES)
    since, until = date(today.year - YEARS + 1, 1, 1), today - timedelta(days=1)
    courses = _courses(since, until)
    own = Partner.objects.filter(pk__in={c.partner for c in courses})
    if user.partner_id:
        own = own.filter(pk=user.partner_id)
    rows = [(p, summary([c for c in courses if c.partner == p.pk])) for p in own]
    return Report(since, until, tuple(rows), summary(courses))


def summary(courses: Sequence[Course]) -> Punctuality:
    """The figures of some rounds.

    >>> made = summary([Course(1, -4, 1), Course(1, 10, 3), Course(2, None, None)])
    >>> made.due, made.delivered, made.on_time, made.median_days, made.mean_files
    (3, 2, 1, 3.0, 2)
    """
    days = [c.days for c in courses if c.days is not None]
    files = [c.files for c in courses if c.files is not None]
    return Punctuality(
        due=len(courses),
        delivered=len(days),
        on_time=sum(d <= 0 for d in days),
        median_days=median(days) if days else None,
        accepted=len(files),
        mean_files=mean(files) if files else None,
    )


def _courses(since: date, until: date) -> list[Course]:
    rounds = DeliveryRound.objects.filter(due_on__range=(since, until), waived_reason="")
    deliveries = Delivery.objects.only(
        "round_id", "number", "received_at", "released_at", "accepted_at"
    ).order_by("number")
    found = rounds.select_related("agreement").prefetch_related(Prefetch("deliveries", deliveries))
    return [_course(r, r.deliveries.all()) for r in found]


def _course(r: DeliveryRound, deliveries: Iterable[Delivery]) -> Course:
    """The first release counts for punctuality, also if it was returned later; files count as sent."""
    handed = next((d.released_at for d in deliveries if d.released_at), None)
    accepted = next((d.number for d in deliveries if d.accepted_at), None)
    days = (timezone.localtime(handed).date() - r.due_on).days if handed else None
    return Course(r.agreement.partner_id, days, accepted)
