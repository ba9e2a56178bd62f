"""Sends what is due, and changes what a district has set for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import OPERATOR, Actor
from wohnplatz.workflow.audit.log import record

from .models import Mail, MailReason, MailSettings
from .planning import Planned, mail_settings, outlook, plan
from .sending import NotSetUp, deliver, require_set_up

__all__ = ["NotSetUp", "Planned", "Sent", "change_settings", "daily", "outlook", "plan", "send_due"]

OUT_OF_DATE = timedelta(days=2)
"""A mail that could not go out for so long says “today” of another day: it gives way to a new one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a round of sending."""

    made: int
    """New mails laid into the outbox."""
    sent: int
    failed: int
    without_address: int


def send_due(actor: Actor, today: date, *, at_once: bool = True) -> Sent:
    """Make the mails of the day and send them, and those that failed before.

    ``at_once`` False: failed ones wait for their next attempt. Raises NotSetUp where no mail server is known.
    Every mail lies in the outbox before it is sent, so nothing is sent twice by two who send at once.
    """
    policies.require_set_up(actor)
    require_set_up()
    settings = mail_settings()
    _drop_out_of_date(today)
    planned = plan(today)
    made = [m for m in (_lay_out(p) for p in planned if p.address) if m is not None]
    sent, failed = deliver(at_once=at_once, sender_name=settings.sender_name)
    if made or sent or failed:
        subject = made[-1] if made else Mail.objects.first()
        if subject is not None:
            record(actor, "messages.send", subject, made=len(made), sent=sent, failed=failed)
    return Sent(len(made), sent, failed, sum(not p.address for p in planned))


def daily(today: date, now: datetime | None = None) -> Sent | None:
    """For the worker and for cron, as often as they like.

    None before the hour that is set, and where no mail server is known.
    """
    moment = timezone.localtime(now or timezone.now())
    if moment.date() == today and moment.hour < mail_settings().from_hour:
        return None
    try:
        return send_due(OPERATOR, today, at_once=False)
    except NotSetUp:
        return None


def change_settings(actor: Actor, **fields: Any) -> MailSettings:
    """Set what goes out when, and where to. WohnplatzError for days that make no sense."""
    policies.require_set_up(actor)
    for name in ("days_before", "days_after"):
        if name in fields:
            fields[name] = _days(fields[name], falling=name == "days_before")
    with transaction.atomic():
        changed, _ = MailSettings.objects.update_or_create(only_one=True, defaults=fields)
        record(actor, "messages.settings", changed)
    return changed


def _days(days: Sequence[int], *, falling: bool) -> list[int]:
    if len(days) > 10 or any(not 1 <= d <= 365 for d in days):
        raise WohnplatzError(
            "Die Tage müssen zwischen 1 und 365 liegen, höchstens zehn.", code="messages.days"
        )
    return sorted(set(days), reverse=falling)


def _lay_out(planned: Planned) -> Mail | None:
    """The mail as a row of the outbox; None where somebody else has just made it."""
    try:
        with transaction.atomic():
            mail = Mail.objects.create(
                kind=planned.kind, key=planned.key, partner_id=planned.partner, recipient=planned.recipient,
                address=planned.address, subject=planned.subject, body=planned.body,
                planned_for=planned.planned_for,
            )  # fmt: skip
            MailReason.objects.bulk_create(MailReason(mail=mail, key=key) for key in planned.reasons)
    except IntegrityError:
        return None
    return mail


def _drop_out_of_date(today: date) -> None:
    """What was never sent and is too old is dropped; its reasons are free for a new mail."""
    old = Mail.objects.filter(sent_at=None, dropped_at=None, planned_for__lt=today - OUT_OF_DATE)
    with transaction.atomic():
        MailReason.objects.filter(mail__in=old).delete()
        old.update(dropped_at=timezone.now())
