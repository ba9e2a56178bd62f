"""``wohnplatz remind``: send what is due by mail, or show what would go out."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from wohnplatz.text import plural

from .acting import actor
from .answer import Answer
from .parser import a_day, command


def add(commands: Any) -> None:
    """Add the command of this file."""
    remind = command(commands, "remind", run_remind, "Nachrichten des Tages senden (für cron)")
    remind.add_argument("--preview", action="store_true", help="nur zeigen, was heute gesendet würde")
    remind.add_argument("--day", type=a_day, metavar="TAG", help="Vorschau für diesen Tag (sonst: heute)")


def run_remind(args: argparse.Namespace) -> Answer:
    """``wohnplatz remind``."""
    from wohnplatz.workflow.accounts.policies import require_set_up
    from wohnplatz.workflow.messages import actions

    who = actor(args)
    require_set_up(who)
    if args.preview or args.day:
        return _preview(actions.plan(args.day or date.today()))
    sent = actions.send_due(who, date.today(), at_once=False)
    data = {
        "made": sent.made, "sent": sent.sent, "failed": sent.failed, "without_address": sent.without_address,
    }  # fmt: skip
    text = f"{plural(sent.sent, 'Nachricht', 'Nachrichten')} gesendet, {sent.failed} gescheitert."
    if sent.without_address:
        text += f" Ohne Adresse: {sent.without_address}."
    return Answer(data, text, 1 if sent.failed else 0)


def _preview(planned: Any) -> Answer:
    data = [
        {"kind": p.kind.value, "recipient": p.recipient, "address": p.address, "subject": p.subject,
         "body": p.body, "reasons": list(p.reasons)}
        for p in planned
    ]  # fmt: skip
    texts = [
        f"An: {p.recipient} <{p.address or 'keine Adresse'}>\nBetreff: {p.subject}\n\n{p.body}"
        for p in planned
    ]
    return Answer(data, f"\n{'=' * 72}\n".join(texts) or "Heute ist nichts zu senden.")
