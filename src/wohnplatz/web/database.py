"""``DATABASE_URL`` → Django's database settings. Reads two kinds of URL and refuses all others."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from wohnplatz.model import WohnplatzError

SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 30,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
"""WAL lets readers go on while one writes; IMMEDIATE takes the write lock at the start of a transaction,
so that two of them queue (up to 30 s) instead of failing when the second one upgrades its lock."""


def sqlite(path: Path) -> dict[str, Any]:
    """Settings of an SQLite file."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": dict(SQLITE_OPTIONS)}


def from_url(url: str, default: Path) -> dict[str, Any]:
    """Database settings of ``url``; SQLite at ``default`` where it is empty.

    ``sqlite:////absolute/file``, ``sqlite:///relative/file`` or ``postgresql://user:password@host:port/name?sslmode=require``.
    Raises ``WohnplatzError`` for anything else; the message never repeats the URL, which may hold a password.
    """
    if not url:
        return sqlite(default)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path[1:])))
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise WohnplatzError(
            "DATABASE_URL ist nicht lesbar.",
            todo="Erlaubt sind sqlite:////pfad/datei und postgresql://konto:kennwort@rechner:5432/name.",
            code="settings.database_url",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
