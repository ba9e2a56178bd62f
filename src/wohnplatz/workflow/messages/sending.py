"""Hands mails over to the mail server: one after the other, and a failing address stops nobody else."""

from __future__ import annotations

import hashlib
import logging
import smtplib
from collections.abc import Iterable
from datetime import timedelta
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from wohnplatz.model import WohnplatzError

from .models import Mail

BATCH = 20
"""Mails through one connection."""

CLAIM = timedelta(minutes=10)
"""A process that died while sending holds a mail back for so long; the mail keeps its Message-ID."""

FIRST_WAIT = timedelta(minutes=15)
ATTEMPTS = 5
"""After so many failures only a person can try again."""


_log = logging.getLogger("wohnplatz.messages")


class NotSetUp(WohnplatzError):  # noqa: N818 (named for what is the matter)
    """No mail back-end is set up."""


def require_set_up() -> None:
    """NotSetUp where the installation has no way to send mails."""
    if not settings.WOHNPLATZ_MAIL_KIND:
        raise NotSetUp(
            "Der Versand von Nachrichten ist nicht eingerichtet.",
            todo="Die Administration nennt dem Programm den Mailserver (WOHNPLATZ_MAIL).",
            code="messages.not_set_up",
        )


def deliver(*, at_once: bool = False, sender_name: str = "") -> tuple[int, int]:
    """Send what lies in the outbox; numbers of mails sent and failed.

    ``at_once``: also those that wait for their next attempt or have failed too often. Stops at the first
    failure of the connection: the rest stays as it is.
    """
    require_set_up()
    sent = failed = 0
    waiting = list(_waiting(at_once=at_once))
    for start in range(0, len(waiting), BATCH):
        done, wrong, reachable = _batch(waiting[start : start + BATCH], sender_name)
        sent, failed = sent + done, failed + wrong
        if not reachable:
            break
    return sent, failed


def message(mail: Mail, sender_name: str, connection: BaseEmailBackend | None = None) -> EmailMessage:
    """The mail as it goes out. The same mail always has the same Message-ID."""
    host = urlsplit(settings.WOHNPLATZ_URL).hostname or "wohnplatz.invalid"
    number = hashlib.sha256(mail.key.encode()).hexdigest()[:32]
    headers = {
        "Message-ID": f"<{number}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    sender = formataddr((sender_name, settings.DEFAULT_FROM_EMAIL)) if sender_name else None
    return EmailMessage(
        mail.subject, mail.body, sender, [mail.address], headers=headers, connection=connection
    )


def _waiting(*, at_once: bool) -> QuerySet[Mail]:
    """Mails to send now; those that never failed first, so that one bad mail holds nobody up."""
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    waiting = Mail.objects.filter(free, sent_at=None, dropped_at=None)
    if not at_once:
        waiting = waiting.filter(Q(try_after=None) | Q(try_after__lte=now), attempts__lt=ATTEMPTS)
    return waiting.order_by("attempts", "planned_for", "pk")


def _batch(mails: Iterable[Mail], sender_name: str) -> tuple[int, int, bool]:
    """Sent, failed, and whether the server can still be reached."""
    connection = get_connection()
    sent = failed = 0
    try:
        for mail in mails:
            if not _claim(mail):
                continue
            error = _attempt(mail, sender_name, connection)
            if error is None:
                sent += 1
                continue
            failed += 1
            if not isinstance(error, _ONE_MAIL):
                return sent, failed, False
    finally:
        connection.close()
    return sent, failed, True


def _claim(mail: Mail) -> bool:
    """Whether this process may send the mail: nobody else has taken it."""
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    mine = Mail.objects.filter(free, pk=mail.pk, sent_at=None, dropped_at=None)
    return bool(mine.update(claimed_until=now + CLAIM, attempts=F("attempts") + 1))


def _attempt(mail: Mail, sender_name: str, connection: BaseEmailBackend) -> Exception | None:
    """Send one mail and write down what came of it; the error where it failed."""
    try:
        connection.open()
        message(mail, sender_name, connection).send()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        wait = FIRST_WAIT * 2**mail.attempts
        Mail.objects.filter(pk=mail.pk).update(
            error=explained(error), claimed_until=None, try_after=timezone.now() + wait
        )
        _log.warning("mail %s of kind %s failed: %s", mail.pk, mail.kind, type(error).__name__)
        return error
    Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), error="", claimed_until=None)
    return None


def explained(error: Exception) -> str:
    """What went wrong and what to do; without the server's own words, which may name people."""
    words = next((text for kind, text in _EXPLAINED if isinstance(error, kind)), _UNKNOWN)
    code = getattr(error, "smtp_code", None)
    return f"{words} (Antwort {code} des Mailservers)" if code else words


_ONE_MAIL = (
    smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused,
    smtplib.SMTPNotSupportedError, ValueError,
)  # fmt: skip
"""Failures that say nothing about the next mail; every other one is of the connection."""

_EXPLAINED: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPRecipientsRefused, "Die Adresse wurde abgelehnt. Bitte die Adresse der Stelle prüfen."),
    (smtplib.SMTPSenderRefused, "Der Absender wurde abgelehnt. Bitte WOHNPLATZ_MAIL_FROM prüfen."),
    (smtplib.SMTPDataError, "Der Mailserver hat die Nachricht abgelehnt. Es wird später erneut versucht."),
    (
        smtplib.SMTPAuthenticationError,
        "Die Anmeldung am Mailserver ist gescheitert. Bitte WOHNPLATZ_MAIL prüfen.",
    ),
    (smtplib.SMTPException, "Die Verbindung zum Mailserver brach ab. Es wird später erneut versucht."),
    (OSError, "Der Mailserver ist nicht erreichbar. Es wird später erneut versucht."),
)
_UNKNOWN = "Die Nachricht ließ sich nicht senden. Bitte die Adresse der Stelle prüfen."
