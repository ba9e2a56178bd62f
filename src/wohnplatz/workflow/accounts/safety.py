"""A production start with demo accounts or weak settings is refused."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connection
from django.db.utils import DatabaseError

from wohnplatz.disclosure.cellkey import KEY_BYTES
from wohnplatz.model import WohnplatzError

from .models import User

MINIMUM_KEY = 40
_KNOWN_KEYS = ("django-insecure", "demo", "test", "changeme", "secret")


def reasons() -> list[str]:
    """Why this installation must not serve in production, as German sentences; empty in demo mode."""
    if settings.WOHNPLATZ_MODE != "production":
        return []
    found = []
    if settings.DEBUG:
        found.append("DEBUG ist eingeschaltet; Fehlerseiten würden Daten zeigen.")
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        found.append("WOHNPLATZ_ALLOWED_HOSTS fehlt oder erlaubt alles; bitte die Rechnernamen angeben.")
    if len(settings.SECRET_KEY) < MINIMUM_KEY or settings.SECRET_KEY.lower().startswith(_KNOWN_KEYS):
        found.append(
            "WOHNPLATZ_SECRET_KEY ist zu kurz oder ein Vorgabewert; ohne Angabe legt das Programm einen an."
        )
    if len(str(settings.WOHNPLATZ_CELL_KEY).encode()) < KEY_BYTES:
        found.append(
            "WOHNPLATZ_CELL_KEY ist zu kurz; wer es errät, kann Überlagerungen herausrechnen. Ohne Angabe "
            "legt das Programm eines an."
        )
    demo = demo_accounts()
    if demo:
        names = ", ".join(demo)
        found.append(f"Es gibt Demo-Konten mit öffentlich bekanntem Kennwort ({names}).")
    return found


def demo_accounts() -> list[str]:
    """User names of demo accounts; empty where there are no tables yet."""
    try:
        if User._meta.db_table not in connection.introspection.table_names():
            return []
        return list(User.objects.filter(is_demo=True).values_list("username", flat=True))
    except DatabaseError:
        return []


def refuse_unsafe_start() -> None:
    """WohnplatzError that lists every reason against a production start."""
    found = reasons()
    if found:
        raise WohnplatzError(
            "Der Start im Produktivbetrieb wurde verweigert. " + " ".join(found),
            todo="Bitte beheben und erneut starten; für die Demo WOHNPLATZ_MODE=demo setzen.",
            code="accounts.unsafe_start",
        )


@register(Tags.security)
def check_production(**_: Any) -> list[Error]:
    """Django's system check with the same reasons."""
    return [Error(reason, id=f"wohnplatz.E{n:03d}") for n, reason in enumerate(reasons(), start=1)]
