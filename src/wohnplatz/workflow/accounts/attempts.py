"""Guessing passwords is made slow: after ten failures in a quarter of an hour a name has to wait."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from .models import FailedLogin

WINDOW = timedelta(minutes=15)
ALLOWED = 10


def must_wait(username: str) -> bool:
    """Whether logins under this name are refused for now, whether or not there is such an account."""
    since = timezone.now() - WINDOW
    return FailedLogin.objects.filter(username=_key(username), at__gt=since).count() >= ALLOWED


def failed(username: str) -> None:
    """Remember a failed login; what is older than the window goes."""
    now = timezone.now()
    FailedLogin.objects.filter(at__lte=now - WINDOW).delete()
    FailedLogin.objects.create(username=_key(username), at=now)


def succeeded(username: str) -> None:
    """Forget the failures of a name."""
    FailedLogin.objects.filter(username=_key(username)).delete()


def _key(username: str) -> str:
    return username.strip().lower()[:150]
