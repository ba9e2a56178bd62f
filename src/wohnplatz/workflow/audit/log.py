"""Writing the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.district.models import District
from wohnplatz.workflow.partners.models import Partner

from .models import LogEntry


def organisation(actor: Actor) -> str:
    """The organisation an actor acts for: a partner, the operation of the installation, or the district."""
    if actor.partner_id:
        return Partner.objects.values_list("name", flat=True).get(pk=actor.partner_id)
    if actor.role == "operator":
        return "Betrieb (Kommandozeile)"
    return District.objects.values_list("name", flat=True).first() or "Kreisverwaltung"


def record(
    actor: Actor, action: str, subject: models.Model, at: datetime | None = None, **details: Any
) -> LogEntry:
    """Write one entry in the transaction of the action it belongs to. ``details``: codes, never figures."""
    return LogEntry.objects.create(
        at=at or timezone.now(),
        action=action,
        organisation=organisation(actor),
        role=actor.role,
        person=actor.username if settings.WOHNPLATZ_LOG_PERSONS else "",
        subject_type=f"{subject._meta.app_label}.{subject._meta.model_name}",
        subject_id=subject.pk,
        details=details,
    )
