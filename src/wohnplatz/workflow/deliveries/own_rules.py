"""The district's own checks: made, changed and retired by the planner, tried on past deliveries."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from wohnplatz.checks import Rule, Trial, parse_rule, try_rule
from wohnplatz.model import WohnplatzError
from wohnplatz.text import day
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record
from wohnplatz.workflow.partners import queries as partners

from . import columns
from .background import LARGEST, as_rule, background_of, shipped
from .models import Delivery, OwnRule
from .states import DeliveryState

TRIED_ON = 60
"""Newest accepted deliveries a rule is tried on."""

PARTS = (
    "dataset",
    "left",
    "operator",
    "right",
    "absolute",
    "relative",
    "severity",
    "message",
    "why",
    "advice",
)
"""Everything about a rule but its code and whether it is in force."""


def add_rule(actor: Actor, *, code: str, **parts: Any) -> OwnRule:
    """A new rule, in force at once. ``parts`` as in ``PARTS``.

    Raises Refused, and WohnplatzError for a code that is taken or a formula that is none.
    """
    policies.require_decide(actor)
    own = OwnRule(**_checked(code, parts))
    if any(rule.code == own.code for rule in shipped().rules):
        raise WohnplatzError(
            f"„{own.code}“ ist die Kennung einer mitgelieferten Prüfregel.",
            todo="Bitte eine andere Kennung wählen.",
            code="deliveries.rule_exists",
        )
    try:
        with transaction.atomic():
            own.save(force_insert=True)
            record(actor, "deliveries.add_rule", own, code=own.code)
    except IntegrityError as error:
        raise WohnplatzError(
            f"Eine Prüfregel „{own.code}“ gibt es schon.", code="deliveries.rule_exists"
        ) from error
    return own


def change_rule(actor: Actor, own: OwnRule, **parts: Any) -> OwnRule:
    """Change parts of a rule; it is in force from now on, past deliveries stay as they are."""
    policies.require_decide(actor)
    before = {name: getattr(own, name) for name in PARTS}
    for name, value in _checked(own.code, before | parts).items():
        setattr(own, name, value)
    with transaction.atomic():
        own.save()
        record(actor, "deliveries.change_rule", own, code=own.code, parts=sorted(parts))
    return own


def retire_rule(actor: Actor, own: OwnRule) -> OwnRule:
    """Take a rule out of force; it stays to be read."""
    policies.require_decide(actor)
    own.active = False
    with transaction.atomic():
        own.save(update_fields=["active"])
        record(actor, "deliveries.retire_rule", own, code=own.code)
    return own


def trial(user: Actor, rule: OwnRule | Rule) -> tuple[Trial, ...]:
    """What a rule would have found in past deliveries, newest first; it need not be stored for that."""
    policies.require_decide(user)
    known = as_rule(rule) if isinstance(rule, OwnRule) else rule
    accepted = Delivery.objects.filter(state=DeliveryState.ACCEPTED, cells__lte=LARGEST)
    if known.dataset:
        accepted = accepted.filter(round__agreement__dataset=known.dataset)
    found = accepted.select_related("round__agreement__partner").order_by("-round__reference_date", "-pk")
    return try_rule(known, (_past(d) for d in found[:TRIED_ON]))


def _past(delivery: Delivery) -> tuple[str, Any, Any]:
    request = partners.request(delivery.round)
    background = background_of(delivery.round, request, memory.catalogue())
    agreement = delivery.round.agreement
    words = f"{agreement.partner.name}, {request.dataset.label}, {day(delivery.round.reference_date)}"
    return words, columns.accepted(delivery.observations), background


def _checked(code: str, parts: dict[str, Any]) -> dict[str, Any]:
    """The parts of a rule as they are stored, after the checks have read them."""
    rule = parse_rule(code=code, catalogue=memory.catalogue(), **parts)
    stored = {name: getattr(rule, name) for name in PARTS}
    return {"code": rule.code, **stored, "severity": rule.severity.value}
