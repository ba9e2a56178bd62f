"""Taking in what was read: the row, what gives way to it, and the history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from wohnplatz.intake import Guide
from wohnplatz.model import WohnplatzError
from wohnplatz.store import Kind
from wohnplatz.text import number
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.partners.models import DeliveryRound

from . import drafts, way
from .models import Delivery, EventKind, ReadingGuide
from .reading import Examined
from .states import IN_WORK, LIVE, DeliveryState

KNOWN_AS = LIVE | {DeliveryState.RETURNED}
"""States in which the same file once more is told instead of taken again."""

EVENTS = {
    DeliveryState.UNREADABLE: EventKind.UNREADABLE,
    DeliveryState.READING: EventKind.RECEIVED,
    DeliveryState.UNASSIGNED: EventKind.UNASSIGNED,
    DeliveryState.FAULTY: EventKind.FAULTY,
    DeliveryState.CHECKED: EventKind.RECEIVED,
}
"""How the history tells of a new file."""


def read_fields(examined: Examined) -> dict[str, Any]:
    """What the row keeps of a reading. What was read is in its file when this returns."""
    checked = examined.state is DeliveryState.CHECKED
    return {
        **examined.fields(),
        "kept": Kind.DRAFT.value if examined.opened else "",
        "reading": drafts.keep_reading(examined.observations) if checked else "",
    }


def take_in(  # noqa: PLR0913 (the parts of one file)
    actor: Actor,
    delivery_round: DeliveryRound,
    name: str,
    fields: dict[str, Any],
    *,
    original: str,
    size: int,
    now: datetime,
) -> Delivery:
    """The row of a new file; call it in a transaction, with the files written."""
    way.lock(delivery_round.pk)
    require_new(delivery_round, original)
    last = delivery_round.deliveries.aggregate(n=Max("number"))["n"] or 0
    delivery = Delivery(
        round=delivery_round, number=last + 1, name=name, size=size, original=original, received_at=now,
        **fields,
    )  # fmt: skip
    state = DeliveryState(delivery.state)
    way.supersede(actor, delivery, gives_way(state), now)
    delivery.save()
    way.tell(actor, delivery, EVENTS[state], now)
    record(
        actor, "deliveries.receive", delivery, now,
        number=delivery.number, state=delivery.state, findings=len(delivery.findings),
    )  # fmt: skip
    return delivery


def settled(
    actor: Actor, delivery: Delivery, state: DeliveryState, guide: Guide | None, now: datetime
) -> None:
    """What follows once a draft has been read again or late: what gives way, and what is remembered."""
    way.supersede(actor, delivery, gives_way(state), now)
    if guide is None or state is DeliveryState.UNASSIGNED:
        return
    agreement = delivery.round.agreement
    ReadingGuide.objects.update_or_create(
        partner_id=agreement.partner_id, dataset=agreement.dataset,
        defaults={"guide": guide.to_dict(), "changed_at": now, "changed_by": organisation(actor)},
    )  # fmt: skip


def gives_way(state: DeliveryState) -> frozenset[DeliveryState]:
    """Which older files a new one takes the place of: one that passed stays beside one that did not."""
    if state is DeliveryState.CHECKED:
        return IN_WORK
    if state in {DeliveryState.UNREADABLE, DeliveryState.READING}:
        return frozenset()
    return IN_WORK - {DeliveryState.CHECKED}


def require_new(delivery_round: DeliveryRound, sha: str) -> None:
    """Duplicate where the same file is there already."""
    known = delivery_round.deliveries.filter(original=sha, state__in=KNOWN_AS).first()
    if known:
        raise way.Duplicate(known)


def require_size(size: int, limit: int | None = None) -> None:
    """WohnplatzError where a file is too large; by default for one that is read at once."""
    most = settings.WOHNPLATZ_UPLOAD_LIMIT if limit is None else limit
    if size > most:
        raise WohnplatzError(
            f"Die Datei ist mit {number(size / 2**20, 1)} MB zu groß.",
            todo=f"Erlaubt sind {number(most / 2**20)} MB. Bitte die Lieferung aufteilen.",
            code="deliveries.too_large",
        )
