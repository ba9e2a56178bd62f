"""What is done with deliveries. One mutation, one action; files are written before rows name them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from wohnplatz.intake import ReadResult, read_delivery
from wohnplatz.model import Finding, WohnplatzError
from wohnplatz.store import Kind, write_observations
from wohnplatz.text import day, number
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.district.actions import FindingsError
from wohnplatz.workflow.partners import queries as partners
from wohnplatz.workflow.partners.models import DeliveryRound

from .filenames import safe_name
from .models import Delivery, DeliveryEvent, EventKind
from .states import LEADS_TO, DeliveryState, Step, from_states

KNOWN_AS = (DeliveryState.CHECKED, DeliveryState.ACCEPTED, DeliveryState.RETURNED)
"""States in which the same file once more is told instead of taken again."""


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


def receive(
    actor: Actor, delivery_round: DeliveryRound, filename: str, data: bytes, *, at: datetime | None = None
) -> Delivery:
    """Take in and check a file. The delivery is then *checked*, or *faulty* and nothing of the file is kept.

    A checked delivery of the round that still waits for a decision is superseded. Raises Refused (not the
    actor's round), Duplicate, and WohnplatzError for a closed round or a file too large.
    """
    policies.require_deliver(actor, delivery_round)
    now = moment(at)
    _require_open(actor, delivery_round, now)
    _require_size(data)
    sha = hashlib.sha256(data).hexdigest()
    known = delivery_round.deliveries.filter(original=sha, state__in=KNOWN_AS).first()
    if known:
        raise Duplicate(known)
    name = safe_name(filename)
    result = read_delivery(data, name, partners.request(delivery_round), memory.catalogue())
    if result.ok:
        memory.store().put(Kind.ORIGINAL, data)
    with transaction.atomic():
        return _take_in(actor, delivery_round, name, result, original=sha, size=len(data), now=now)


def accept(
    actor: Actor, delivery: Delivery, seen_version: int, *, remark: str = "", at: datetime | None = None
) -> Delivery:
    """Accept a checked delivery; an accepted one of the same round is superseded.

    The observations are read once more from the stored original and written to the store before the row
    changes. Raises Conflict where the delivery changed since ``seen_version``.
    """
    policies.require_decide(actor)
    _require_unchanged(delivery, Step.ACCEPT, seen_version)
    sha = _store_observations(delivery)
    now = moment(at)
    with transaction.atomic():
        _lock(delivery)
        _supersede(actor, delivery, DeliveryState.ACCEPTED, now)
        values = {"observations": sha, "accepted_at": now, "reason": remark.strip()}
        _change(actor, delivery, Step.ACCEPT, seen_version, now, values)
    return _fresh(delivery)


def return_to_partner(
    actor: Actor,
    delivery: Delivery,
    reason: str,
    seen_version: int | None = None,
    *,
    at: datetime | None = None,
) -> Delivery:
    """Return a checked or accepted delivery with a reason; the partner answers with a new file."""
    policies.require_decide(actor)
    _require_reason(reason, "Bitte der Lieferstelle sagen, was zu ändern ist.")
    return _end(actor, delivery, Step.RETURN, reason, seen_version, at)


def withdraw(
    actor: Actor,
    delivery: Delivery,
    reason: str,
    seen_version: int | None = None,
    *,
    at: datetime | None = None,
) -> Delivery:
    """Withdraw one's own delivery as long as nobody has decided."""
    policies.require_deliver(actor, delivery.round)
    _require_reason(reason, "Bitte den Grund angeben.")
    return _end(actor, delivery, Step.WITHDRAW, reason, seen_version, at)


def _end(  # noqa: PLR0913, PLR0917 (the parts of one decision)
    actor: Actor, delivery: Delivery, step: Step, reason: str, seen: int | None, at: datetime | None
) -> Delivery:
    now = moment(at)
    with transaction.atomic():
        _lock(delivery)
        version = delivery.version if seen is None else seen
        _change(actor, delivery, step, version, now, {"reason": reason.strip()})
    return _fresh(delivery)


def _change(  # noqa: PLR0913, PLR0917 (the parts of one decision)
    actor: Actor, delivery: Delivery, step: Step, seen_version: int, now: datetime, values: dict[str, Any]
) -> None:
    """The conditional update: it changes the row only if nobody has changed it since."""
    by = organisation(actor)
    state = LEADS_TO[step]
    changed = Delivery.objects.filter(
        pk=delivery.pk, state__in=from_states(step), version=seen_version
    ).update(state=state, version=F("version") + 1, decided_by=by, **values)
    if not changed:
        raise _conflict(delivery, step, seen_version)
    _tell(actor, delivery, EventKind(state.value), now, values["reason"])
    record(actor, f"deliveries.{step.value}", delivery, now, number=delivery.number)


def _take_in(  # noqa: PLR0913 (the parts of one file)
    actor: Actor,
    delivery_round: DeliveryRound,
    name: str,
    result: ReadResult,
    *,
    original: str,
    size: int,
    now: datetime,
) -> Delivery:
    DeliveryRound.objects.select_for_update().get(pk=delivery_round.pk)
    known = delivery_round.deliveries.filter(original=original, state__in=KNOWN_AS).first()
    if known:
        raise Duplicate(known)
    last = delivery_round.deliveries.aggregate(n=Max("number"))["n"] or 0
    delivery = Delivery(
        round=delivery_round, number=last + 1, name=name, size=size, original=original,
        state=DeliveryState.CHECKED if result.ok else DeliveryState.FAULTY,
        reader=result.reader, cells=result.cells, findings=[f.as_dict() for f in result.findings],
        received_at=now,
    )  # fmt: skip
    if result.ok:
        _supersede(actor, delivery, DeliveryState.CHECKED, now)
    delivery.save()
    _tell(actor, delivery, EventKind.RECEIVED if result.ok else EventKind.FAULTY, now)
    record(
        actor, "deliveries.receive", delivery, now,
        number=delivery.number, state=delivery.state, findings=len(result.findings),
    )  # fmt: skip
    return delivery


def _supersede(actor: Actor, by: Delivery, state: DeliveryState, now: datetime) -> None:
    """Older deliveries of the round in ``state`` give way to ``by``."""
    for older in Delivery.objects.filter(round_id=by.round_id, state=state).exclude(pk=by.pk):
        Delivery.objects.filter(pk=older.pk).update(state=DeliveryState.SUPERSEDED, version=F("version") + 1)
        _tell(actor, older, EventKind.SUPERSEDED, now, f"ersetzt durch Lieferung Nr. {by.number}")
        record(actor, "deliveries.supersede", older, now, by=by.number)


def _tell(actor: Actor, delivery: Delivery, kind: EventKind, now: datetime, note: str = "") -> None:
    DeliveryEvent.objects.create(
        delivery=delivery, at=now, kind=kind, organisation=organisation(actor), role=actor.role, note=note
    )


def _store_observations(delivery: Delivery) -> str:
    """Read the stored original again and write what it says; FindingsError where it no longer passes."""
    data = memory.store().read(Kind.ORIGINAL, delivery.original)
    catalogue = memory.catalogue()
    result = read_delivery(data, delivery.name, partners.request(delivery.round), catalogue)
    if not result.ok:
        findings: tuple[Finding, ...] = result.findings
        raise FindingsError(
            "Die Datei besteht die Prüfung nicht mehr:"
            " Katalog oder Gebiete haben sich seit dem Eingang geändert.",
            findings,
            "deliveries.no_longer_ok",
        )
    return write_observations(memory.store(), result.observations, list(catalogue.dimensions))


def _require_open(actor: Actor, delivery_round: DeliveryRound, now: datetime) -> None:
    today = timezone.localtime(now).date()
    if delivery_round.waived_reason:
        raise WohnplatzError(
            "Diese Lieferung wurde erlassen.", why=delivery_round.waived_reason, code="deliveries.waived"
        )
    if actor.partner_id and delivery_round.is_locked(today):
        raise WohnplatzError(
            f"Der Annahmeschluss dieser Lieferrunde war am {day(delivery_round.lock_on)}.",
            todo="Bitte die Datei der Sozialplanung geben; sie kann sie noch einreichen.",
            code="deliveries.locked",
        )


def _require_size(data: bytes) -> None:
    limit = settings.WOHNPLATZ_UPLOAD_LIMIT
    if len(data) > limit:
        raise WohnplatzError(
            f"Die Datei ist mit {number(len(data) / 2**20, 1)} MB zu groß.",
            todo=f"Erlaubt sind {number(limit / 2**20)} MB. Bitte die Lieferung aufteilen.",
            code="deliveries.too_large",
        )


def _require_reason(reason: str, todo: str) -> None:
    if not reason.strip():
        raise WohnplatzError("Es fehlt die Begründung.", todo=todo, code="deliveries.reason")


def _require_unchanged(delivery: Delivery, step: Step, seen_version: int) -> None:
    """Spare the reading where the decision has already been taken."""
    if not Delivery.objects.filter(
        pk=delivery.pk, state__in=from_states(step), version=seen_version
    ).exists():
        raise _conflict(delivery, step, seen_version)


def _conflict(delivery: Delivery, step: Step, seen_version: int) -> WohnplatzError:
    now = Delivery.objects.get(pk=delivery.pk)
    if now.version == seen_version:
        return WohnplatzError(
            f"Das geht nicht mehr: Die Lieferung ist {now.get_state_display()}.",
            code=f"deliveries.not_possible.{step.value}",
        )
    by = f" von {now.decided_by}" if now.decided_by else ""
    return Conflict(
        f"Über diese Lieferung wurde inzwischen{by} entschieden: {now.get_state_display()}.",
        todo="Bitte den neuen Stand ansehen, bevor Sie weiterarbeiten.",
        code="deliveries.conflict",
    )


def _lock(delivery: Delivery) -> None:
    """Decisions on one round queue up; SQLite queues all writers anyway."""
    DeliveryRound.objects.select_for_update().get(pk=delivery.round_id)


def _fresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.select_related("round__agreement__partner").get(pk=delivery.pk)
