"""Which rounds an agreement has, and which are still to be opened. Reads, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from .calendar import reference_dates
from .models import DataAgreement, DeliveryRound, Rhythm

AHEAD = timedelta(days=365)
"""How far ahead rounds are opened by themselves: a partner sees a year of what is coming."""


def rounds_of(agreement: DataAgreement) -> QuerySet[DeliveryRound]:
    """The rounds of all versions of an agreement: one partner owes a data set once for a date."""
    return DeliveryRound.objects.filter(
        agreement__partner_id=agreement.partner_id, agreement__dataset=agreement.dataset
    )


def missing_dates(
    agreement: DataAgreement, until: date, since: date | None, known: Iterable[date]
) -> list[date]:
    """Reference dates from ``since`` to ``until`` within the agreement's time, without the known ones."""
    end = min(until, agreement.valid_to) if agreement.valid_to else until
    start = max(since, agreement.valid_from) if since else agreement.valid_from
    there = set(known)
    dates = reference_dates(agreement.reference, Rhythm(agreement.rhythm), start, end)
    return [day for day in dates if day not in there]


def begin(agreement: DataAgreement, today: date, known: Iterable[date]) -> date:
    """The first day from which rounds open by themselves.

    After the newest round there is, however long nobody looked; else where it can still be delivered for: an
    agreement over many years does not begin with rounds that were lost before anybody knew of them.
    """
    still = today - timedelta(days=agreement.lock_days)
    newest = max(known, default=None)
    return min(newest + timedelta(days=1), still) if newest else still


def due_to_open(agreement: DataAgreement, today: date, known: Iterable[date]) -> list[date]:
    """Reference dates of rounds that open by themselves as of ``today``, up to one year ahead."""
    there = list(known)
    return missing_dates(agreement, today + AHEAD, begin(agreement, today, there), there)


def new_round(agreement: DataAgreement, day: date) -> DeliveryRound:
    """A round of the agreement, not saved yet."""
    due, lock = (day + timedelta(days=n) for n in (agreement.due_days, agreement.lock_days))
    return DeliveryRound(agreement=agreement, reference_date=day, due_on=due, lock_on=lock)


def candidates(today: date) -> QuerySet[DataAgreement]:
    """Agreements that may have rounds to open: of active partners, begun within the time looked ahead."""
    found = DataAgreement.objects.filter(partner__is_active=True, valid_from__lte=today + AHEAD)
    return found.filter(Q(valid_to=None) | Q(valid_to__gte=today - AHEAD)).select_related("partner")
