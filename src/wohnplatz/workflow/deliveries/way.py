"""The steps every decision takes: ask whether it is still possible, change the row, tell and record it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.text import day
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.partners.models import DeliveryRound

from .models import Delivery, DeliveryEvent, EventKind
from .states import LEADS_TO, DeliveryState, Step, from_states


class Conflict(WohnplatzError):  # noqa: N818 (named for what happened)
    """Somebody else was faster; the text says who did what."""


class Duplicate(WohnplatzError):  # noqa: N818 (named for what happened)
    """The same file has been delivered for this round before; it is carried along."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        super().__init__(
            f"Diese Datei liegt für die Lieferrunde bereits vor: Lieferung Nr. {delivery.number}"
            f" vom {day(timezone.localtime(delivery.received_at).date())},"
            f" {delivery.get_state_display()}.",
            todo="Bitte prüfen, ob die richtige Datei gewählt ist.",
            code="deliveries.duplicate",
        )


def change(  # noqa: PLR0913, PLR0917 (the parts of one decision)
    actor: Actor,
    delivery: Delivery,
    step: Step,
    seen_version: int,
    now: datetime,
    values: dict[str, Any],
    *,
    function: str = "",
) -> None:
    """The conditional update: it changes the row only if nobody has changed it since.

    ``values`` are fields of the row; ``reason`` among them is the note of the event.
    """
    state = LEADS_TO[step]
    update(actor, delivery, step, seen_version, {"state": state, **values})
    tell(actor, delivery, EventKind(state.value), now, str(values.get("reason", "")), function=function)
    record(actor, f"deliveries.{step.value}", delivery, now, number=delivery.number)


def update(actor: Actor, delivery: Delivery, step: Step, seen_version: int, values: dict[str, Any]) -> None:
    """Change the row if the step is still possible and nobody has changed it since; else Conflict."""
    changed = Delivery.objects.filter(
        pk=delivery.pk, state__in=from_states(step), version=seen_version
    ).update(version=F("version") + 1, decided_by=organisation(actor), **values)
    if not changed:
        raise conflict(delivery, step, seen_version)


def supersede(actor: Actor, by: Delivery, states: Collection[DeliveryState], now: datetime) -> None:
    """Older deliveries of the round in one of ``states`` give way to ``by``."""
    for older in Delivery.objects.filter(round_id=by.round_id, state__in=states).exclude(pk=by.pk):
        Delivery.objects.filter(pk=older.pk).update(state=DeliveryState.SUPERSEDED, version=F("version") + 1)
        tell(actor, older, EventKind.SUPERSEDED, now, f"ersetzt durch Lieferung Nr. {by.number}")
        record(actor, "deliveries.supersede", older, now, by=by.number)


def tell(  # noqa: PLR0913 (the parts of one line of history)
    actor: Actor,
    delivery: Delivery,
    kind: EventKind,
    now: datetime,
    note: str = "",
    *,
    function: str = "",
) -> None:
    """Write a line of the delivery's history, by organisation."""
    DeliveryEvent.objects.create(
        delivery=delivery, at=now, kind=kind, organisation=organisation(actor), role=actor.role, note=note,
        function=function, person=actor.username if settings.WOHNPLATZ_LOG_PERSONS else "",
    )  # fmt: skip


def lock(delivery_round_id: int) -> None:
    """Decisions on one round queue up; SQLite queues all writers anyway."""
    DeliveryRound.objects.select_for_update().get(pk=delivery_round_id)


def fresh(delivery: Delivery) -> Delivery:
    """The delivery as it stands in the database now."""
    return Delivery.objects.select_related("round__agreement__partner").get(pk=delivery.pk)


def require_open(actor: Actor, delivery_round: DeliveryRound, now: datetime) -> None:
    """WohnplatzError where the round is waived, or locked for a partner."""
    today = timezone.localtime(now).date()
    if delivery_round.waived_reason:
        raise WohnplatzError(
            "Diese Lieferung wurde erlassen.", why=delivery_round.waived_reason, code="deliveries.waived"
        )
    if actor.partner_id and delivery_round.is_locked(today):
        raise WohnplatzError(
            f"Der Annahmeschluss dieser Lieferrunde war am {day(delivery_round.accepts_until)}.",
            todo="Bitte die Datei der Sozialplanung geben; sie kann sie noch einreichen.",
            code="deliveries.locked",
        )


def require_reason(reason: str, todo: str) -> None:
    """WohnplatzError where nothing is said."""
    if not reason.strip():
        raise WohnplatzError("Es fehlt die Begründung.", todo=todo, code="deliveries.reason")


def require_unchanged(delivery: Delivery, step: Step, seen_version: int) -> None:
    """Spare the work where the decision has already been taken."""
    if not Delivery.objects.filter(
        pk=delivery.pk, state__in=from_states(step), version=seen_version
    ).exists():
        raise conflict(delivery, step, seen_version)


def require_state(delivery: Delivery, states: Collection[DeliveryState]) -> None:
    """WohnplatzError where the delivery stands elsewhere by now."""
    now = Delivery.objects.only("state").get(pk=delivery.pk)
    if now.state not in states:
        raise WohnplatzError(
            f"Das geht nicht: Die Lieferung ist {now.get_state_display()}.", code="deliveries.state"
        )


def conflict(delivery: Delivery, step: Step, seen_version: int) -> WohnplatzError:
    """Why a step did not happen, in words."""
    now = Delivery.objects.get(pk=delivery.pk)
    if now.version == seen_version:
        return WohnplatzError(
            f"Das geht nicht: Die Lieferung ist {now.get_state_display()}.",
            code=f"deliveries.not_possible.{step.value}",
        )
    by = f" von {now.decided_by}" if now.decided_by else ""
    return Conflict(
        f"Über diese Lieferung wurde inzwischen{by} entschieden: {now.get_state_display()}.",
        todo="Bitte den neuen Stand ansehen, bevor Sie weiterarbeiten.",
        code="deliveries.conflict",
    )
