"""What the tests of mails need again and again: a deadline moved, what would go out, a small mail server."""

from __future__ import annotations

import socketserver
from datetime import date, timedelta
from types import SimpleNamespace

from django.utils import timezone

from wohnplatz.web.mail import from_url
from wohnplatz.workflow.messages import actions
from wohnplatz.workflow.messages.models import MailKind
from wohnplatz.workflow.partners.models import DeliveryRound


def today() -> date:
    """Asked anew each time: a run of tests may begin before midnight and end after it."""
    return timezone.localdate()


def due_in(world: SimpleNamespace, days: int) -> None:
    due = today() + timedelta(days=days)
    DeliveryRound.objects.filter(pk=world.round.pk).update(
        due_on=due, lock_on=due + timedelta(days=400), waived_reason=""
    )


def to_partners(day: date | None = None) -> list[actions.Planned]:
    return [p for p in actions.plan(day or today()) if p.kind is MailKind.PARTNER]


class Sink(socketserver.ThreadingTCPServer):
    """A mail server of a few lines: takes mails over TCP and refuses addresses with ``kaputt``."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        super().__init__(("127.0.0.1", 0), SinkHandler)


class SinkHandler(socketserver.StreamRequestHandler):
    """One SMTP conversation."""

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        recipients: list[str] = []
        self.say("220 sink")
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "RCPT":
                refused = "kaputt" in line
                recipients += [] if refused else [line.partition(":")[2].strip("<> ")]
                self.say("550 unbekannt: Erika Beispiel" if refused else "250 ok")
            elif word == "DATA":
                self.say("354 los")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                self.server.mails.append((recipients, body))
                recipients = []
                self.say("250 ok")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


def use(settings, url: str) -> None:
    made = from_url(url)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = made.backend, made.host, made.port
    settings.EMAIL_TIMEOUT = 60
