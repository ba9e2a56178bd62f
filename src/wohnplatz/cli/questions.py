"""``wohnplatz ask`` and ``wohnplatz areas clear``: what comes out beside a release, each with its proof."""

from __future__ import annotations

import argparse
from typing import Any

from wohnplatz.model import Altered, Audience
from wohnplatz.text import coverage, deviation, figure, number

from .acting import actor, the_release
from .answer import OK, REFUSED, Answer
from .parser import command


def add(commands: Any) -> None:
    """Add the commands of this file."""
    ask = command(commands, "ask", run_ask, "nach Summe oder Quote eines eigenen Gebiets fragen")
    ask.add_argument("indicator", metavar="KENNZAHL", help="Code, zum Beispiel sgb2_quote")
    ask.add_argument("--year", type=int, required=True, metavar="JAHR", help="Jahr")
    ask.add_argument("--areas", nargs="+", required=True, metavar="GEBIET", help="Schlüssel der Gebiete")
    audiences = [a.value for a in Audience if a is not Audience.WORKING]
    ask.add_argument("--audience", choices=audiences, help="Zielgruppe (sonst: die des Kontos)")


def add_clear(own: Any) -> None:
    """Add ``areas clear`` to the group of areas."""
    clear = command(own, "clear", run_clear, "eine Gliederung neben der Hierarchie prüfen und freigeben")
    clear.add_argument("code", metavar="KENNUNG", help="Kennung der Gliederung")


def run_ask(args: argparse.Namespace) -> Answer:
    """``wohnplatz ask``: exit code 1 where the question is refused."""
    from wohnplatz.workflow.releases import inquiries

    who = actor(args)
    asked = inquiries.ask(
        who, the_release(None), indicator=args.indicator, year=args.year, areas=args.areas,
        audience=Audience(args.audience) if args.audience else None,
    )  # fmt: skip
    table = inquiries.figure(who, asked)
    (found,) = table
    words, internal = inquiries.words(who, asked)
    data = {
        "indicator": asked.indicator, "year": asked.year, "areas": list(asked.keys),
        "audience": asked.audience, "release": asked.release.label, "answered": asked.answered,
        "value": found.value, "numerator": found.numerator, "denominator": found.denominator,
        "covered": found.covered, "expected": found.expected, "state": found.state.name.lower(),
        "why": asked.why, "deviation": found.error, "deviation_of": inquiries.deviations(asked),
        "additive": found.altered is not Altered.OVERLAID, "altered": found.altered.value,
    }  # fmt: skip
    if not asked.answered:
        return Answer(data, "\n".join(filter(None, (words, internal and f"Intern: {internal}"))), REFUSED)
    meta = table.meta[asked.indicator]
    parts = f"{found.covered} von {found.expected} {'Gebiet' if found.expected == 1 else 'Gebieten'}"
    lines = (
        f"{meta.label} {asked.year}: {figure(found, meta)}", coverage(found) or parts,
        deviation(found, meta), f"Datenstand {asked.release.label.removeprefix('Datenstand ')}",
    )  # fmt: skip
    return Answer(data, "\n".join(filter(None, lines)), OK)


def run_clear(args: argparse.Namespace) -> Answer:
    """``wohnplatz areas clear``: at once, without a worker."""
    from wohnplatz.model import WohnplatzError
    from wohnplatz.workflow.district.models import DivisionRecord
    from wohnplatz.workflow.releases import beside, clearing

    division = DivisionRecord.objects.filter(code=args.code).first()
    if division is None:
        raise WohnplatzError(
            f"Die Gliederung „{args.code}“ gibt es nicht.",
            todo="Alle zeigt: wohnplatz areas list.",
            code="cli.division",
        )
    row = clearing.begin(actor(args), division, at_once=True)
    clearing.make(row.pk)
    row.refresh_from_db()
    if not row.results:
        return Answer({"state": row.state, "reason": row.reason}, row.reason, REFUSED)
    counts = {name: dict(beside.outcome(row, Audience(name)).counts) for name in row.results}
    lines = [
        f"{name}: {number(c['open'])} Zahlen sichtbar, {number(c['hidden'])} geschützt"
        for name, c in counts.items()
    ]
    return Answer({"division": division.code, "audiences": counts}, "\n".join([str(division), *lines]), OK)
