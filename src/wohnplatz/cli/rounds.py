"""``wohnplatz agreement | round | tick | template``: what is agreed, what is due, and the file to fill in."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from wohnplatz.model import WohnplatzError
from wohnplatz.text import day, plural

from .acting import actor, the_round
from .answer import Answer, save, table
from .parser import a_day, command, group

ROUND = "Nummer der Lieferrunde oder lieferstelle/datensatz/2025-12-31"


def add(commands: Any) -> None:
    """Add the commands of this file."""
    agreements = group(commands, "agreement", "Datenvereinbarungen")
    command(agreements, "list", run_agreements, "Datenvereinbarungen in allen Fassungen zeigen")
    end = command(agreements, "end", run_end, "eine Datenvereinbarung beenden")
    end.add_argument("agreement", metavar="NUMMER", type=int, help="Nummer der Vereinbarung")
    end.add_argument("--on", required=True, type=a_day, metavar="TAG", help="letzter Tag der Geltung")
    command(
        commands, "tick", run_tick,
        "Lieferrunden ein Jahr im Voraus eröffnen (für cron; der laufende Server tut es selbst)",
    )  # fmt: skip
    own = group(commands, "round", "Lieferrunden")
    listing = command(own, "list", run_list, "Lieferrunden mit ihrem Stand zeigen")
    listing.add_argument("--year", type=int, help="nur Stichtage dieses Jahres")
    listing.add_argument("--due", action="store_true", help="nur, was jetzt zu tun ist")
    opening = command(own, "open", run_open, "Lieferrunden aller Vereinbarungen bis zu einem Tag eröffnen")
    opening.add_argument("--until", type=a_day, metavar="TAG", help="letzter Stichtag (sonst: heute)")
    waive = command(own, "waive", run_waive, "eine Lieferung erlassen")
    waive.add_argument("round", metavar="RUNDE", help=ROUND)
    waive.add_argument("--reason", required=True, help="Begründung")
    restore = command(own, "restore", run_restore, "einen Erlass aufheben")
    restore.add_argument("round", metavar="RUNDE", help=ROUND)
    exception = command(own, "exception", run_exception, "eine Ausnahme vom Annahmeschluss erteilen")
    exception.add_argument("round", metavar="RUNDE", help=ROUND)
    exception.add_argument("--until", required=True, type=a_day, metavar="TAG", help="letzter Tag")
    exception.add_argument("--reason", required=True, help="Begründung")
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


def run_restore(args: argparse.Namespace) -> Answer:
    """``wohnplatz round restore``."""
    from wohnplatz.workflow.partners.actions import restore_round

    restored = restore_round(actor(args), the_round(args.round))
    return Answer({"id": restored.pk, "waived": False}, f"Wieder geschuldet: {restored}")


def run_exception(args: argparse.Namespace) -> Answer:
    """``wohnplatz round exception``."""
    from wohnplatz.workflow.partners.actions import grant_exception

    granted = grant_exception(actor(args), the_round(args.round), args.until, args.reason)
    return Answer({"id": granted.round_id, "until": granted.until}, f"Erteilt: {granted}")


def run_tick(args: argparse.Namespace) -> Answer:
    """``wohnplatz tick``."""
    from wohnplatz.workflow.partners.actions import open_all_rounds

    opened = open_all_rounds(actor(args), date.today())
    return Answer({"opened": opened}, f"{plural(opened, 'Lieferrunde', 'Lieferrunden')} eröffnet.")


def run_agreements(args: argparse.Namespace) -> Answer:
    """``wohnplatz agreement list``."""
    from wohnplatz.workflow.partners.queries import agreements

    rows = [
        {"id": a.pk, "partner": a.partner.name, "dataset": a.dataset, "version": a.version,
         "rhythm": a.get_rhythm_display(), "reference": a.reference, "valid_from": a.valid_from,
         "valid_to": a.valid_to}
        for a in agreements(actor(args))
    ]  # fmt: skip
    head = {"id": "Nr.", "partner": "Lieferstelle", "dataset": "Datensatz", "version": "Fassung",
            "rhythm": "Rhythmus", "reference": "Stichtag", "valid_from": "ab", "valid_to": "bis"}  # fmt: skip
    return Answer(rows, table(rows, head, "Es gibt noch keine Datenvereinbarungen."))


def run_end(args: argparse.Namespace) -> Answer:
    """``wohnplatz agreement end``."""
    from wohnplatz.workflow.partners.actions import end_agreement
    from wohnplatz.workflow.partners.models import DataAgreement

    found = DataAgreement.objects.filter(pk=args.agreement).first()
    if found is None:
        raise WohnplatzError(
            f"Die Datenvereinbarung {args.agreement} gibt es nicht.",
            todo="Alle zeigt: wohnplatz agreement list.",
            code="cli.agreement",
        )
    ended = end_agreement(actor(args), found, args.on)
    return Answer({"id": ended.pk, "valid_to": ended.valid_to}, f"Endet am {day(args.on)}: {ended}")


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
