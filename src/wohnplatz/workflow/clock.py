"""When something happens. Only a demo district may have a made-up past."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from wohnplatz.model import WohnplatzError

from .district.models import District


def moment(at: datetime | None) -> datetime:
    """Now, or the given moment in a demo district. WohnplatzError elsewhere: times are evidence."""
    if at is None:
        return timezone.now()
    if not District.objects.filter(is_demo=True).exists():
        raise WohnplatzError(
            "Ein Zeitpunkt darf nur im Demo-Kreis vorgegeben werden.",
            why="Eingangs- und Annahmezeiten sind Nachweise.",
            code="clock.given_time",
        )
    return at if timezone.is_aware(at) else timezone.make_aware(at)
