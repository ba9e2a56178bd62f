"""The secret key: from the environment, or made once and kept in a file only this account may read."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from wohnplatz.model import WohnplatzError


def key_from(folder: Path, name: str = "secret-key", setting: str = "WOHNPLATZ_SECRET_KEY") -> str:
    """The key in ``folder/name``; made with mode 0600 where it is absent.

    Two processes that start at the same time get the same key: the first one to link its file wins.
    """
    path = folder / name
    try:
        return path.read_text(encoding="ascii").strip() if path.exists() else _make_key(path)
    except OSError as error:
        raise WohnplatzError(
            "Der geheime Schlüssel lässt sich nicht lesen oder anlegen.",
            where=str(path),
            todo=f"Bitte die Rechte des Ordners prüfen oder {setting} setzen.",
            code="settings.secret_key",
        ) from error


def _make_key(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
    return path.read_text(encoding="ascii").strip()
