"""Changes to rounds: opening, waiving, exceptions from the lock."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.text import day
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.deliveries.states import DeliveryState

from .models import DataAgreement, DeliveryRound, LockException, Partner
from .opening import AHEAD, candidates, due_to_open, missing_dates, new_round, rounds_of

_DELIVERED = (DeliveryState.CHECKED, DeliveryState.RELEASED, DeliveryState.ACCEPTED)


def locked(partner_pk: int) -> Partner:
    """The partner as it is now. Changes to one partner's agreements and rounds queue up behind this lock."""
    return Partner.objects.select_for_update().get(pk=partner_pk)


def open_rounds(
    actor: Actor, agreement: DataAgreement, until: date, since: date | None = None
) -> list[DeliveryRound]:
    """Open a round for every reference date of the agreement up to ``until``; returns the new ones."""
    policies.require_set_up(actor)
    with transaction.atomic():
        locked(agreement.partner_id)
        known = rounds_of(agreement).values_list("reference_date", flat=True)
        return _open(actor, agreement, missing_dates(agreement, until, since, known), until)


def open_all_rounds(actor: Actor, today: date) -> int:
    """Open the rounds of every agreement up to one year ahead; the number of new ones.

    May be called as often as one likes, by several processes at once. Looks first, and locks a partner only
    where there is something to open.
    """
    policies.require_set_up(actor)
    known: dict[tuple[int, str], set[date]] = defaultdict(set)
    keys = ("agreement__partner_id", "agreement__dataset", "reference_date")
    for partner, dataset, reference in DeliveryRound.objects.order_by().values_list(*keys):
        known[partner, dataset].add(reference)
    opened = 0
    for agreement in candidates(today):
        if due_to_open(agreement, today, known[agreement.partner_id, agreement.dataset]):
            opened += _open_ahead(actor, agreement.pk, today)
    return opened


def waive_round(actor: Actor, delivery_round: DeliveryRound, reason: str) -> DeliveryRound:
    """Release a partner from one round; the figures then say “not delivered” for this reason."""
    policies.require_decide(actor)
    if not reason.strip():
        raise WohnplatzError("Bitte begründen, warum die Lieferung erlassen wird.", code="partners.reason")
    with transaction.atomic():
        found = DeliveryRound.objects.select_for_update().get(pk=delivery_round.pk)
        if found.deliveries.filter(state__in=_DELIVERED).exists():
            raise WohnplatzError(
                "Für diese Lieferrunde liegt eine lesbare Datei vor.",
                why="Was geliefert wurde, kann nicht erlassen werden.",
                todo="Bitte die Lieferung zuerst zurückgeben.",
                code="partners.delivered",
            )
        _set_waived(delivery_round, reason.strip())
        record(actor, "partners.waive_round", delivery_round)
    return delivery_round


def restore_round(actor: Actor, delivery_round: DeliveryRound) -> DeliveryRound:
    """Take a waiver back: the delivery is owed again."""
    policies.require_decide(actor)
    with transaction.atomic():
        _set_waived(delivery_round, "")
        record(actor, "partners.restore_round", delivery_round)
    return delivery_round


def grant_exception(actor: Actor, delivery_round: DeliveryRound, until: date, reason: str) -> LockException:
    """Let a partner deliver after the lock, up to and including ``until``. The organisation is noted."""
    policies.require_decide(actor)
    reason = reason.strip()
    if not reason:
        raise WohnplatzError("Bitte begründen, warum die Ausnahme erteilt wird.", code="partners.reason")
    with transaction.atomic():
        found = DeliveryRound.objects.select_for_update().get(pk=delivery_round.pk)
        _require_exception_possible(found, until)
        granted = LockException.objects.create(
            round=found, until=until, reason=reason, granted_by=organisation(actor)
        )
        DeliveryRound.objects.filter(pk=found.pk).update(changed_at=granted.granted_at)
        record(actor, "partners.grant_exception", found, until=until.isoformat())
    return granted


def _require_exception_possible(delivery_round: DeliveryRound, until: date) -> None:
    """WohnplatzError where nothing is owed, or where the exception would change nothing."""
    if delivery_round.waived_reason:
        raise WohnplatzError(
            "Diese Lieferung wurde erlassen und braucht keine Ausnahme.", code="partners.waived"
        )
    today, last = timezone.localdate(), delivery_round.accepts_until
    if until < today or until <= last:
        raise WohnplatzError(
            f"Eine Ausnahme bis {day(until)} ändert nichts.",
            why=f"Angenommen wird bis {day(last)}, heute ist der {day(today)}.",
            todo="Bitte einen späteren Tag nennen.",
            code="partners.exception_date",
        )


def _open_ahead(actor: Actor, agreement_pk: int, today: date) -> int:
    """Open what is due of one agreement, looked at again behind the lock."""
    with transaction.atomic():
        agreement = DataAgreement.objects.select_related("partner").get(pk=agreement_pk)
        locked(agreement.partner_id)
        agreement.refresh_from_db(fields=["valid_to"])
        known = rounds_of(agreement).values_list("reference_date", flat=True)
        return len(_open(actor, agreement, due_to_open(agreement, today, known), today + AHEAD))


def _open(actor: Actor, agreement: DataAgreement, dates: list[date], until: date) -> list[DeliveryRound]:
    opened = DeliveryRound.objects.bulk_create([new_round(agreement, day) for day in dates])
    if opened:
        record(actor, "partners.open_rounds", agreement, rounds=len(opened), until=until.isoformat())
    return opened


def _set_waived(delivery_round: DeliveryRound, reason: str) -> None:
    now = timezone.now()
    DeliveryRound.objects.filter(pk=delivery_round.pk).update(waived_reason=reason, changed_at=now)
    delivery_round.waived_reason = reason
