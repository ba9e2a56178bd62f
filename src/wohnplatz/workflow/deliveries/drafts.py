"""Drafts: what is kept of a file until its partner releases it, and how it goes again.

The file lies in the store as ``Kind.DRAFT``. What was read from it lies beside the store, under ``readings``,
so that pages need not read the file again and nothing unreleased is ever among the base data.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from wohnplatz.model import Observation
from wohnplatz.store import Kind, ObjectStore, StoreError, read_observations, write_observations
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record

from . import way
from .models import Delivery, EventKind
from .states import IN_WORK, DeliveryState

KEPT_FOR = timedelta(days=30)
"""Drafts that nobody released go after this time; those of an accepted round at once."""

NOT_RELEASED = "nach 30 Tagen nicht freigegeben, die Datei wurde gelöscht"

YOUNG = 3600.0
"""Seconds for which a file may wait for the row that names it."""


def readings() -> ObjectStore:
    """What was read from files that are not accepted."""
    return ObjectStore(Path(settings.WOHNPLATZ_HOME) / "readings")


def keep(data: bytes) -> None:
    """Store a file as a draft, young again where it has been there before."""
    store = memory.store()
    os.utime(store.path(Kind.DRAFT, store.put(Kind.DRAFT, data)))


def adopt(path: Path) -> str:
    """Move a file of any size into the drafts; its SHA-256."""
    store = memory.store()
    sha = store.adopt(Kind.DRAFT, path)
    os.utime(store.path(Kind.DRAFT, sha))
    return sha


def keep_reading(observations: Sequence[Observation]) -> str:
    """Store what was read from a draft; its SHA-256."""
    sha = write_observations(readings(), observations, list(memory.catalogue().dimensions))
    os.utime(readings().path(Kind.OBSERVATIONS, sha))
    return sha


def reading_of(delivery: Delivery) -> Sequence[Observation] | None:
    """What was read from a delivery's file, None where it is not kept (any more)."""
    if not delivery.reading:
        return None
    try:
        return read_observations(readings(), delivery.reading)
    except StoreError:
        return None


def as_base_data(delivery: Delivery) -> str:
    """What was read becomes base data; its SHA-256 stays the same."""
    return memory.store().put(Kind.OBSERVATIONS, readings().read(Kind.OBSERVATIONS, delivery.reading))


def prune(actor: Actor, now: datetime) -> int:
    """Remove drafts that nobody needs any more; how many deliveries lost theirs. The rows change first."""
    accepted = Delivery.objects.filter(state=DeliveryState.ACCEPTED).values("round_id")
    drafts = Delivery.objects.filter(kept=Kind.DRAFT.value)
    too_old = Q(received_at__lt=now - KEPT_FOR)
    settled = ~Q(state__in=IN_WORK) & Q(round_id__in=accepted)
    going = list(drafts.filter(too_old | settled))
    with transaction.atomic():
        for delivery in going:
            _let_go(actor, delivery, now)
    _sweep(now)
    return len(going)


def _let_go(actor: Actor, delivery: Delivery, now: datetime) -> None:
    values = {"kept": "", "reading": "", "version": F("version") + 1}
    if delivery.state in IN_WORK:
        values["state"] = DeliveryState.WITHDRAWN
        way.tell(actor, delivery, EventKind.WITHDRAWN, now, NOT_RELEASED)
        record(actor, "deliveries.expire", delivery, now, number=delivery.number)
    Delivery.objects.filter(pk=delivery.pk, version=delivery.version).update(**values)


def _sweep(now: datetime) -> None:
    """Delete files no row names. Young ones may belong to a row that is still to come."""
    store, before = memory.store(), now.timestamp() - YOUNG
    named = Delivery.objects.filter(kept=Kind.DRAFT.value).values_list("original", flat=True)
    for sha in set(store.hashes(Kind.DRAFT)) - set(named):
        if store.path(Kind.DRAFT, sha).stat().st_mtime < before:
            store.remove(Kind.DRAFT, sha)
    undecided = Delivery.objects.filter(state__in=IN_WORK | {DeliveryState.RELEASED})
    for sha in set(readings().hashes(Kind.OBSERVATIONS)) - set(undecided.values_list("reading", flat=True)):
        path = readings().path(Kind.OBSERVATIONS, sha)
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
