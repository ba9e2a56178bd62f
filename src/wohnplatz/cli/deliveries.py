"""``wohnplatz delivery``: receive, check, decide."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from wohnplatz.text import plural

from .acting import actor, the_delivery, the_round
from .answer import OK, REFUSED, Answer, finding, load, table
from .parser import a_file, command, group
from .rounds import ROUND

if TYPE_CHECKING:
    from wohnplatz.workflow.deliveries.models import Delivery


def add(commands: Any) -> None:
    """Add the commands of this file."""
    own = group(commands, "delivery", "Datenlieferungen")
    for name, run, text in (
        ("receive", run_receive, "eine Datei einreichen und prüfen"),
        ("check", run_check, "eine Datei prüfen, ohne sie einzureichen"),
    ):
        parser = command(own, name, run, text)
        parser.add_argument("round", metavar="RUNDE", help=ROUND)
        parser.add_argument("file", metavar="DATEI", type=a_file, help="CSV oder XLSX")
    listing = command(own, "list", run_list, "Lieferungen zeigen")
    listing.add_argument("--state", help="nur dieser Zustand, zum Beispiel checked")
    command(own, "prune", run_prune, "nicht freigegebene Entwürfe und liegengebliebene Übertragungen löschen")
    show = command(own, "show", run_show, "eine Lieferung mit Befunden und Verlauf zeigen")
    note = command(own, "note", run_note, "Prüfbefunde einer Lieferung erläutern")
    note.add_argument("--finding", required=True, help="Kennung eines Befunds oder Art aller Befunde")
    note.add_argument("--text", required=True, help="Erläuterung")
    release = command(own, "release", run_release, "eine geprüfte Lieferung freigeben")
    accept = command(own, "accept", run_accept, "eine freigegebene Lieferung annehmen")
    for parser in (release, accept):
        parser.add_argument(
            "--seen-version", type=int, help="Fassung, die gesehen wurde (sonst: die jetzige)"
        )
        parser.add_argument("--remark", default="", help="Anmerkung")
    returning = command(own, "return", run_return, "eine Lieferung zurückgeben")
    withdraw = command(own, "withdraw", run_withdraw, "eine Lieferung zurückziehen")
    for parser in (show, note, release, accept, returning, withdraw):
        parser.add_argument("delivery", metavar="LIEFERUNG", type=int, help="Nummer der Lieferung")
    for parser in (returning, withdraw):
        parser.add_argument("--reason", required=True, help="Begründung")


def run_receive(args: argparse.Namespace) -> Answer:
    """``wohnplatz delivery receive``. Exit code 1 where the file cannot be released as it is."""
    from wohnplatz.workflow.deliveries.actions import receive
    from wohnplatz.workflow.deliveries.states import DeliveryState

    made = receive(actor(args), the_round(args.round), args.file.name, load(args.file))
    code = OK if made.state in {DeliveryState.CHECKED, DeliveryState.READING} else REFUSED
    return Answer(_data(made), _text(made), code)


def run_check(args: argparse.Namespace) -> Answer:
    """``wohnplatz delivery check``: nothing is stored. Exit code 1 where a finding is an error."""
    from wohnplatz.intake import read_delivery
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.accounts.policies import require_deliver
    from wohnplatz.workflow.partners.queries import request

    chosen = the_round(args.round)
    require_deliver(actor(args), chosen)
    result = read_delivery(load(args.file), args.file.name, request(chosen), memory.catalogue())
    found = [f.as_dict() for f in result.findings]
    head = f"{plural(result.cells, 'Zelle', 'Zellen')} gelesen, {plural(len(found), 'Befund', 'Befunde')}."
    data = {"ok": result.ok, "cells": result.cells, "findings": found}
    return Answer(data, "\n".join([head, *map(finding, found)]), OK if result.ok else REFUSED)


def run_list(args: argparse.Namespace) -> Answer:
    """``wohnplatz delivery list``."""
    from wohnplatz.workflow.deliveries.queries import visible_to

    found = visible_to(actor(args))
    rows = [_row(d) for d in (found.filter(state=args.state) if args.state else found)]
    head = {"id": "Nr.", "partner": "Lieferstelle", "dataset": "Datensatz", "reference_date": "Stichtag",
            "name": "Datei", "received_at": "eingegangen", "label": "Zustand"}  # fmt: skip
    return Answer(rows, table(rows, head, "Es liegen keine Lieferungen vor."))


def run_prune(args: argparse.Namespace) -> Answer:
    """``wohnplatz delivery prune``; the worker does it by itself."""
    from wohnplatz.workflow.deliveries.actions import prune

    gone = prune(actor(args))
    text = (
        f"Gelöscht: {plural(gone.drafts, 'Entwurf', 'Entwürfe')},"
        f" {plural(gone.uploads, 'Übertragung', 'Übertragungen')},"
        f" {plural(gone.names, 'Personenname', 'Personennamen')} im Verlauf."
    )
    return Answer({"drafts": gone.drafts, "uploads": gone.uploads, "names": gone.names}, text)


def run_show(args: argparse.Namespace) -> Answer:
    """``wohnplatz delivery show``."""
    from wohnplatz.workflow.accounts.policies import require_see_round

    found = the_delivery(args.delivery)
    require_see_round(actor(args), found.round)
    return Answer(_data(found), _text(found))


def run_note(args: argparse.Namespace) -> Answer:
    """``wohnplatz delivery note``."""
    from wohnplatz.workflow.deliveries.actions import note

    made = note(actor(args), the_delivery(args.delivery), args.finding, args.text)
    return Answer({"noted": len(made)}, f"Erläutert: {plural(len(made), 'Befund', 'Befunde')}")


def run_release(args: argparse.Namespace) -> Answer:
    """``wohnplatz delivery release``."""
    from wohnplatz.workflow.deliveries.actions import release

    found = the_delivery(args.delivery)
    seen = found.version if args.seen_version is None else args.seen_version
    made = release(actor(args), found, seen, args.remark)
    return Answer(_data(made), f"Freigegeben: {made}")


def run_accept(args: argparse.Namespace) -> Answer:
    """``wohnplatz delivery accept``."""
    from wohnplatz.workflow.deliveries.actions import accept

    found = the_delivery(args.delivery)
    seen = found.version if args.seen_version is None else args.seen_version
    made = accept(actor(args), found, seen, remark=args.remark)
    return Answer(_data(made), f"Angenommen: {made}")


def run_return(args: argparse.Namespace) -> Answer:
    """``wohnplatz delivery return``."""
    from wohnplatz.workflow.deliveries.actions import return_to_partner

    made = return_to_partner(actor(args), the_delivery(args.delivery), args.reason)
    return Answer(_data(made), f"Zurückgegeben: {made}")


def run_withdraw(args: argparse.Namespace) -> Answer:
    """``wohnplatz delivery withdraw``."""
    from wohnplatz.workflow.deliveries.actions import withdraw

    made = withdraw(actor(args), the_delivery(args.delivery), args.reason)
    return Answer(_data(made), f"Zurückgezogen: {made}")


def _row(delivery: Delivery) -> dict[str, Any]:
    agreement = delivery.round.agreement
    return {
        "id": delivery.pk, "round": delivery.round_id, "partner": agreement.partner.name,
        "dataset": agreement.dataset, "reference_date": delivery.round.reference_date,
        "number": delivery.number, "name": delivery.name, "state": delivery.state,
        "label": delivery.get_state_display(), "version": delivery.version,
        "received_at": delivery.received_at, "accepted_at": delivery.accepted_at,
        "original": delivery.original, "observations": delivery.observations,
    }  # fmt: skip


def _data(delivery: Delivery) -> dict[str, Any]:
    events = [
        {"at": e.at, "kind": e.kind, "organisation": e.organisation, "note": e.note}
        for e in delivery.events.all()
    ]
    return {**_row(delivery), "findings": delivery.findings, "events": events}


def _text(delivery: Delivery) -> str:
    from django.utils.timezone import localtime

    from wohnplatz.text import timestamp

    lines = [
        f"Lieferung {delivery.pk}: {delivery}",
        f"{delivery.name}, {plural(delivery.cells, 'Zelle', 'Zellen')}, {delivery.get_state_display()}",
        *(f"  {timestamp(localtime(e.at))} {e.get_kind_display()} ({e.organisation}) {e.note}".rstrip()
          for e in delivery.events.all()),
        *map(finding, delivery.findings),
    ]  # fmt: skip
    return "\n".join(lines)
