"""Large files: taken in at once, read by a job with progress."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from wohnplatz.intake import Guide
from wohnplatz.model import Finding, Severity
from wohnplatz.store import Kind
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.jobs.tasks import read_large

from . import taking, way
from .models import Delivery, EventKind
from .reading import examine
from .states import DeliveryState

log = logging.getLogger(__name__)

SILENT_FOR = timedelta(minutes=5)
"""After this time without progress a reading counts as abandoned, and a worker that starts takes it up."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever sent the file, for the history of what a job found in it."""

    role: str
    partner_id: int | None
    username: str = ""
    is_active: bool = True


def enqueue(delivery: Delivery) -> None:
    """Have a delivery read by the next worker that is free, once its row is there."""
    transaction.on_commit(partial(read_large.enqueue, delivery.pk))


def resume(now: datetime, silent_for: timedelta = SILENT_FOR) -> int:
    """Enqueue readings again that a worker left behind; how many."""
    before = now - silent_for
    silent = Q(progress_at__lte=before) | Q(progress_at__isnull=True, received_at__lte=before)
    queued = {tuple(r.args_kwargs["args"]) for r in DBTaskResult.objects.ready() if r.args_kwargs["args"]}
    left = Delivery.objects.filter(silent, state=DeliveryState.READING).values_list("pk", flat=True)
    abandoned = [pk for pk in left if (pk,) not in queued]
    for pk in abandoned:
        read_large.enqueue(pk)
    return len(abandoned)


def read(pk: int) -> str:
    """Read and check a delivery that waits for it; its state afterwards. Nothing happens to any other."""
    delivery = Delivery.objects.select_related("round__agreement__partner").get(pk=pk)
    if delivery.state != DeliveryState.READING:
        return str(delivery.state)
    path = memory.store().path(Kind.DRAFT, delivery.original)
    guide = Guide.from_dict(delivery.guide) if delivery.guide else None
    try:
        examined = examine(delivery.round, delivery.name, path, guide=guide, progress=_teller(delivery))
    except Exception:
        log.exception("Lieferung %s: Lesen abgebrochen", delivery.pk)
        _settle(delivery, {"state": DeliveryState.UNREADABLE, "kept": "", "findings": [_broken_off()]})
        raise
    _settle(delivery, {**taking.read_fields(examined), "rows_done": F("rows_total")}, guide)
    return str(examined.state)


def _teller(delivery: Delivery) -> Callable[[int, int], None]:
    """Writes the progress into the row, at most once a second."""
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        if monotonic() - last >= 1.0:
            last = monotonic()
            Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.READING).update(
                rows_done=done, rows_total=max(done, total), progress_at=timezone.now()
            )

    return tell


def _settle(delivery: Delivery, values: dict[str, Any], guide: Guide | None = None) -> None:
    """The end of a reading, unless the delivery was withdrawn meanwhile."""
    now, state = timezone.now(), DeliveryState(str(values["state"]))
    sender: Actor = _sender(delivery)
    with transaction.atomic():
        way.lock(delivery.round_id)
        changed = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.READING).update(
            version=F("version") + 1, **values
        )
        if not changed:
            return
        taking.settled(sender, delivery, state, guide, now)
        kind = EventKind.CHECKED if state is DeliveryState.CHECKED else taking.EVENTS[state]
        way.tell(sender, delivery, kind, now)


def _sender(delivery: Delivery) -> Sender:
    event = delivery.events.order_by("pk").first()
    role = event.role if event else "operator"
    return Sender(role, delivery.round.agreement.partner_id if role == "partner" else None)


def is_large(size: int) -> bool:
    """Whether a file is read by a job rather than while somebody waits."""
    return size > int(settings.WOHNPLATZ_LARGE_FILE)


def _broken_off() -> dict[str, str]:
    found = Finding(
        "deliveries.broken_off",
        Severity.ERROR,
        "Das Lesen der Datei wurde abgebrochen.",
        "Bitte die Datei noch einmal hochladen oder die Lieferung aufteilen.",
        "Der Grund steht im Protokoll des Betriebs.",
    )
    return {**found.as_dict(), "key": found.key}
