"""``wohnplatz round | template``: what is asked for, until when, and the file to fill in."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from wohnplatz.text import plural

from .acting import actor, the_round
from .answer import Answer, save, table
from .parser import a_day, command, group

ROUND = "Nummer der Lieferrunde oder lieferstelle/datensatz/2025-12-31"


def add(commands: Any) -> None:
    """Add the commands of this file."""
    own = group(commands, "round", "Lieferrunden")
    listing = command(own, "list", run_list, "Lieferrunden mit ihrem Stand zeigen")
    listing.add_argument("--year", type=int, help="nur Stichtage dieses Jahres")
    listing.add_argument("--due", action="store_true", help="nur, was jetzt zu tun ist")
    opening = command(own, "open", run_open, "Lieferrunden aller Vereinbarungen bis zu einem Tag eröffnen")
    opening.add_argument("--until", type=a_day, metavar="TAG", help="letzter Stichtag (sonst: heute)")
    waive = command(own, "waive", run_waive, "eine Lieferung erlassen")
    waive.add_argument("round", metavar="RUNDE", help=ROUND)
    waive.add_argument("--reason", required=True, help="Begründung")
    template = command(commands, "template", run_template, "Vorlage (XLSX) zum Ausfüllen schreiben")
    template.add_argument("round", metavar="RUNDE", help=ROUND)
    template.add_argument("-o", "--output", required=True, type=Path, metavar="DATEI", help="Zieldatei")
    template.add_argument("--previous", action="store_true", help="mit den Werten der Runde davor")


def run_list(args: argparse.Namespace) -> Answer:
    """``wohnplatz round list``."""
    from wohnplatz.workflow.deliveries import queries

    today = date.today()
    who = actor(args)
    views = queries.due(who, today) if args.due else queries.rounds(who, today, args.year)
    rows = [_row(v) for v in views if args.year in {None, v.round.reference_date.year}]
    head = {"id": "Nr.", "partner": "Lieferstelle", "dataset": "Datensatz", "reference_date": "Stichtag",
            "due_on": "Frist", "state": "Stand", "delivery": "Lieferung"}  # fmt: skip
    return Answer(rows, table(rows, head, "Keine Lieferrunden."))


def run_open(args: argparse.Namespace) -> Answer:
    """``wohnplatz round open``."""
    from wohnplatz.workflow.partners.actions import open_rounds
    from wohnplatz.workflow.partners.models import DataAgreement

    until = args.until or date.today()
    who = actor(args)
    count = sum(len(open_rounds(who, a, until)) for a in DataAgreement.objects.all())
    return Answer({"opened": count}, f"{plural(count, 'Lieferrunde', 'Lieferrunden')} eröffnet.")


def run_waive(args: argparse.Namespace) -> Answer:
    """``wohnplatz round waive``."""
    from wohnplatz.workflow.partners.actions import waive_round

    waived = waive_round(actor(args), the_round(args.round), args.reason)
    return Answer({"id": waived.pk, "waived": True}, f"Erlassen: {waived}")


def run_template(args: argparse.Namespace) -> Answer:
    """``wohnplatz template``."""
    from wohnplatz.intake import write_template
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.accounts.policies import require_see_round
    from wohnplatz.workflow.deliveries.queries import previous_observations
    from wohnplatz.workflow.partners.queries import request

    who, chosen = actor(args), the_round(args.round)
    require_see_round(who, chosen)
    previous = previous_observations(who, chosen) if args.previous else ()
    save(args.output, write_template(request(chosen), memory.catalogue(), previous))
    return Answer({"file": str(args.output)}, f"Vorlage geschrieben: {args.output}")


def _row(view: Any) -> dict[str, Any]:
    agreement = view.round.agreement
    return {
        "id": view.round.pk, "partner": agreement.partner.name, "dataset": agreement.dataset,
        "reference_date": view.round.reference_date, "due_on": view.round.due_on,
        "state": view.state.label, "delivery": view.delivery.pk if view.delivery else None,
    }  # fmt: skip
