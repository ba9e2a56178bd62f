"""``wohnplatz areas``: divisions of the district's area."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from wohnplatz.model import Severity
from wohnplatz.text import plural

from . import questions
from .acting import actor
from .answer import OK, REFUSED, Answer, finding, table
from .parser import a_day, a_file, command, group


def add(commands: Any) -> None:
    """Add the commands of this file."""
    own = group(commands, "areas", "Gebietsgliederungen")
    describe = command(own, "describe", run_describe, "zeigen, was eine Geodatei enthält", django=False)
    describe.add_argument("file", metavar="DATEI", type=a_file, help="GeoPackage, GeoJSON oder Shapefile")
    check = command(own, "check", run_check, "Gebiete prüfen, ohne sie einzuspielen", django=False)
    _columns(check)
    check.add_argument("--parents", type=a_file, metavar="DATEI", help="Datei der übergeordneten Gebiete")
    check.add_argument("--parents-key", default="", metavar="SPALTE", help="deren Schlüsselspalte")
    take = command(own, "import", run_import, "Gebiete prüfen und einspielen (gröbste Ebene zuerst)")
    _columns(take)
    take.add_argument("--code", required=True, help="Kennung mit Fassung, zum Beispiel wohnplaetze-2016")
    take.add_argument("--level", required=True, help="Ebene: wohnplatz, kommune, kreis oder eine eigene")
    take.add_argument("--label", required=True, help="Bezeichnung")
    take.add_argument("--valid-from", required=True, type=a_day, metavar="TAG", help="gültig ab")
    take.add_argument("--valid-to", type=a_day, metavar="TAG", help="gültig bis (letzter Tag)")
    take.add_argument("--rank", type=int, help="Rang einer eigenen Ebene: 0 ist die feinste")
    take.add_argument(
        "--overlay", action="store_true", help="liegt neben der Hierarchie (Schulbezirke, Pfarreien)"
    )
    take.add_argument("--source", default="", help="Quelle")
    take.add_argument("--licence", default="", help="Lizenz")
    command(own, "list", run_list, "eingespielte Gliederungen zeigen")
    questions.add_clear(own)


def _columns(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="DATEI", type=a_file, help="GeoPackage, GeoJSON oder Shapefile")
    parser.add_argument("--key", required=True, metavar="SPALTE", help="Spalte mit dem Gebietsschlüssel")
    parser.add_argument("--name", metavar="SPALTE", help="Spalte mit dem Namen")
    parser.add_argument(
        "--parent", metavar="SPALTE", help="Spalte mit dem Schlüssel des übergeordneten Gebiets"
    )
    parser.add_argument("--layer", metavar="NAME", help="Layer, wenn die Datei mehrere enthält")
    parser.add_argument("--crs", metavar="EPSG", help="Koordinatensystem, wenn die Datei keines nennt")


def run_describe(args: argparse.Namespace) -> Answer:
    """``wohnplatz areas describe``."""
    from wohnplatz.areas import describe_file

    found = describe_file(args.file)
    data = asdict(found)
    return Answer(data, "\n".join(_lines(data)))


def run_check(args: argparse.Namespace) -> Answer:
    """``wohnplatz areas check``. Exit code 1 where a finding is an error."""
    from wohnplatz.areas import check_layer, read_layer

    layer = read_layer(
        args.file, key=args.key, name=args.name, parent=args.parent, layer=args.layer, crs=args.crs
    )
    parents = read_layer(args.parents, key=args.parents_key or args.key) if args.parents else None
    findings = check_layer(layer, parents)
    bad = any(f.severity is Severity.ERROR for f in findings)
    text = [f"{plural(len(layer.keys), 'Gebiet', 'Gebiete')} gelesen."]
    text += [finding(f.as_dict()) for f in findings] or ["Keine Befunde."]
    data = {"areas": len(layer.keys), "findings": [f.as_dict() for f in findings]}
    return Answer(data, "\n".join(text), REFUSED if bad else OK)


def run_import(args: argparse.Namespace) -> Answer:
    """``wohnplatz areas import``."""
    from wohnplatz.workflow.district.actions import Columns, import_division

    made = import_division(
        actor(args), args.file, code=args.code, level=args.level, label=args.label,
        valid_from=args.valid_from, valid_to=args.valid_to, rank=args.rank, origin=args.source,
        licence=args.licence, overlay=args.overlay,
        columns=Columns(args.key, args.name, args.parent, args.layer, args.crs),
    )  # fmt: skip
    text = [f"{made.label}: {plural(made.area_count, 'Gebiet', 'Gebiete')} eingespielt."]
    text += [finding(f) for f in made.findings]
    data = {"code": made.code, "areas": made.area_count, "sha": made.sha, "findings": made.findings}
    return Answer(data, "\n".join(text))


def run_list(_: argparse.Namespace) -> Answer:
    """``wohnplatz areas list``."""
    from wohnplatz.workflow.district.models import DivisionRecord

    rows = [
        {"code": d.code, "level": d.level, "label": d.label, "areas": d.area_count,
         "valid_from": d.valid_from, "valid_to": d.valid_to, "sha": d.sha}
        for d in DivisionRecord.objects.all()
    ]  # fmt: skip
    head = {"code": "Kennung", "level": "Ebene", "label": "Bezeichnung", "areas": "Gebiete",
            "valid_from": "gültig ab", "valid_to": "gültig bis"}  # fmt: skip
    return Answer(rows, table(rows, head, "Es ist noch keine Gebietsgliederung eingespielt."))


def _lines(data: Any, indent: int = 0) -> list[str]:
    """Nested mappings and lists as indented text."""
    pad = "  " * indent
    if isinstance(data, dict):
        found = []
        for key, value in data.items():
            nested = isinstance(value, dict | list | tuple) and any(isinstance(v, dict) for v in value)
            found += (
                [f"{pad}{key}:", *_lines(value, indent + 1)] if nested else [f"{pad}{key}: {_flat(value)}"]
            )
        return found
    return [line for entry in data for line in (*_lines(entry, indent), "")]


def _flat(value: Any) -> str:
    return ", ".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)
