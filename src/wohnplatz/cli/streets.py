"""``wohnplatz streets``: street and address lists of a division."""

from __future__ import annotations

import argparse
from typing import Any

from wohnplatz.model import Severity, WohnplatzError
from wohnplatz.text import plural

from .acting import actor
from .answer import OK, REFUSED, Answer, finding, load, table
from .parser import a_file, command, group


def add(commands: Any) -> None:
    """Add the commands of this file."""
    own = group(commands, "streets", "Straßen- und Anschriftenverzeichnisse")
    for name, run, words in (
        ("check", run_check, "ein Verzeichnis auf Lücken und Überschneidungen prüfen, ohne es zu übernehmen"),
        ("import", run_import, "ein Verzeichnis prüfen und übernehmen"),
    ):
        one = command(own, name, run, words)
        one.add_argument("division", metavar="GLIEDERUNG", help="Kennung, zum Beispiel wohnplatz-2021")
        one.add_argument("file", metavar="DATEI", type=a_file, help="CSV, XLSX oder ODS")
        if name == "import":
            one.add_argument("--source", default="", help="Quelle")
    find = command(own, "find", run_find, "das Gebiet einer Anschrift nachsehen")
    find.add_argument("division", metavar="GLIEDERUNG", help="Kennung")
    find.add_argument("address", metavar="ANSCHRIFT", help="zum Beispiel „Hauptstraße 12a, Ort“")


def run_check(args: argparse.Namespace) -> Answer:
    """``wohnplatz streets check``. Exit code 1 where a finding is an error."""
    from wohnplatz.workflow.district import streets

    ranges, findings = streets.check_streets(_division(args), args.file.name, load(args.file))
    bad = any(f.severity is Severity.ERROR for f in findings)
    text = [f"{plural(len(ranges), 'Zeile', 'Zeilen')} gelesen."]
    text += [finding(f.as_dict()) for f in findings] or ["Keine Lücken, keine Überschneidungen."]
    data = {"rows": len(ranges), "findings": [f.as_dict() for f in findings]}
    return Answer(data, "\n".join(text), REFUSED if bad else OK)


def run_import(args: argparse.Namespace) -> Answer:
    """``wohnplatz streets import``."""
    from wohnplatz.workflow.district import streets
    from wohnplatz.workflow.district.actions import FindingsError

    try:
        row = streets.import_streets(
            actor(args), _division(args), args.file.name, load(args.file), args.source
        )
    except FindingsError as error:
        found = [f.as_dict() for f in error.findings]
        return Answer({"findings": found}, "\n".join([error.what, *map(finding, found)]), REFUSED)
    text = [f"{plural(row.row_count, 'Zeile', 'Zeilen')} übernommen, {row.placed_count} mit Koordinaten."]
    text += [finding(f) for f in row.findings]
    return Answer({"rows": row.row_count, "findings": row.findings}, "\n".join(text))


def run_find(args: argparse.Namespace) -> Answer:
    """``wohnplatz streets find``. Exit code 1 where no area is known."""
    from wohnplatz.workflow.district import streets

    found = streets.look_up(actor(args), _division(args), args.address)
    rows = [{"area": f.area, "range": f.range.label} for f in found]
    head = {"area": "Gebiet", "range": "nach"}
    return Answer(rows, table(rows, head, "Zu dieser Anschrift nennt das Verzeichnis kein Gebiet."),
                  OK if rows else REFUSED)  # fmt: skip


def _division(args: argparse.Namespace) -> Any:
    from wohnplatz.workflow.district.models import DivisionRecord

    found = DivisionRecord.objects.filter(code=args.division).first()
    if found is None:
        raise WohnplatzError(
            f"Die Gliederung „{args.division}“ gibt es nicht.",
            todo="Die Kennungen zeigt: wohnplatz areas list",
            code="cli.division",
        )
    return found
