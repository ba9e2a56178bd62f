"""What goes after a time: drafts nobody released, uploads nobody finished, names of persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.models import LogEntry
from wohnplatz.workflow.clock import moment

from . import drafts, uploads
from .models import DeliveryEvent


@dataclass(frozen=True, slots=True)
class Pruned:
    """How much went."""

    drafts: int
    uploads: int
    names: int


def prune(actor: Actor, *, at: datetime | None = None) -> Pruned:
    """Remove what is no longer needed. Base data, originals and the history itself never go.

    Names of persons stand in the history only where ``WOHNPLATZ_LOG_PERSONS`` is on, and are taken out after
    ``WOHNPLATZ_LOG_PERSONS_DAYS``; organisation and role stay.
    """
    policies.require_decide(actor)
    now = moment(at)
    before = now - timedelta(days=settings.WOHNPLATZ_LOG_PERSONS_DAYS)
    names = sum(
        entries.filter(at__lt=before).exclude(person="").update(person="")
        for entries in (LogEntry.objects, DeliveryEvent.objects)
    )
    return Pruned(drafts.prune(actor, now), uploads.prune(actor, now), names)
