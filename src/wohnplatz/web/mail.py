"""Where mails go: a mail server, files in a folder, or nowhere; from one address in the environment."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from wohnplatz.model import WohnplatzError

SMTP_PORT, SMTPS_PORT = 587, 465
_DJANGO = "django.core.mail.backends"


@dataclass(frozen=True, slots=True)
class MailServer:
    """What Django's ``EMAIL_*`` settings are made of. ``kind`` is smtp, file or empty: nothing is sent."""

    kind: str
    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    ssl: bool = False
    """Encrypted from the first byte."""
    tls: bool = False
    """Encrypted after STARTTLS."""


def from_url(url: str) -> MailServer:
    """``smtp://user:password@host:port?tls=1`` (STARTTLS), ``smtps://…``, ``file``, or nothing.

    WohnplatzError for anything else; its text does not repeat the address, which holds a password.
    """
    if not url:
        return MailServer("", f"{_DJANGO}.dummy.EmailBackend")
    if url == "file":
        return MailServer("file", f"{_DJANGO}.filebased.EmailBackend")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in {"smtp", "smtps"}:
        raise WohnplatzError(
            "WOHNPLATZ_MAIL ist nicht lesbar.",
            todo="Form: smtp://name:kennwort@mailserver:587?tls=1, smtps://… oder file.",
            code="settings.mail",
        )
    secure = parts.scheme == "smtps"
    return MailServer(
        "smtp", f"{_DJANGO}.smtp.EmailBackend", host, port or (SMTPS_PORT if secure else SMTP_PORT),
        unquote(parts.username or ""), unquote(parts.password or ""), secure,
        not secure and parse_qs(parts.query).get("tls") == ["1"],
    )  # fmt: skip
