"""``wohnplatz report``: begin, check and write reports."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wohnplatz.model import Audience
from wohnplatz.text import enumerate_words, plural

from .acting import actor, the_release
from .answer import OK, REFUSED, SEVERITIES, Answer, load, save, table
from .parser import a_file, command, group

if TYPE_CHECKING:
    from wohnplatz.report import Document, Material, Report
    from wohnplatz.workflow.releases.models import Output, Release

FORMATS = ("pdf", "docx", "html", "folder", "data")
KINDS = {"pdf": "pdf", "docx": "docx", "html": "html", "folder": "html", "data": "annex"}
"""Kind of each format in the register of outputs."""
_PLAIN = re.compile(r"[^\w.-]+")
"""What is left out of a name in the register."""
LET_GO = (
    "Profile auch ohne hier vermerkte Freigabe ihrer Kommune ausgeben; worauf sich das stützt, zum Beispiel "
    "Schreiben und Datum (kommt ins Protokoll)"
)


def add(commands: Any) -> None:
    """Add the commands of this file."""
    own = group(commands, "report", "Sozialberichte")
    command(own, "templates", run_templates, "Vorlagen zeigen", django=False)
    begin = command(own, "start", run_start, "aus einer Vorlage einen Bericht beginnen (als JSON)")
    begin.add_argument("template", metavar="VORLAGE", help="Kurzname, siehe report templates")
    begin.add_argument("--area", metavar="GEBIET", help="Schlüssel (sonst: der Kreis)")
    begin.add_argument("--year", type=int, required=True, metavar="JAHR")
    begin.add_argument("--theme", default="", metavar="THEMA", help="Themenblock des Katalogs")
    begin.add_argument("--title", default="", metavar="TITEL")
    begin.add_argument("-o", "--output", type=Path, required=True, metavar="DATEI")
    looked = command(own, "check", run_check, "Sätze, Behauptungen und Blöcke eines Berichts prüfen")
    write = command(own, "write", run_write, "einen Bericht ausgeben")
    write.add_argument("--format", nargs="+", choices=FORMATS, default=["pdf"], help="Ausgaben (pdf)")
    write.add_argument("--draft", action="store_true", help="Vorschläge mit Kennzeichnung drucken")
    write.add_argument("--let-go", default="", metavar="GRUND", help=LET_GO)
    write.add_argument("-o", "--output", type=Path, required=True, metavar="ORDNER")
    for one in (looked, write):
        one.add_argument("report", type=a_file, metavar="BERICHT", help="JSON-Datei aus report start")
    for one in (begin, looked, write):
        one.add_argument(
            "--release", metavar="DATENSTAND", help="Bezeichnung oder Nummer (sonst: der neueste)"
        )


def run_templates(_: argparse.Namespace) -> Answer:
    """``wohnplatz report templates``."""
    from wohnplatz.report import templates

    rows = [asdict(template) for template in templates()]
    return Answer(
        rows, table(rows, {"code": "Vorlage", "label": "Name", "about": "Inhalt"}, "Keine Vorlagen.")
    )


def run_start(args: argparse.Namespace) -> Answer:
    """``wohnplatz report start``."""
    from wohnplatz.report import report_json, start
    from wohnplatz.workflow.releases import queries

    release = the_release(args.release)
    tree = queries.hierarchy(release)
    area = args.area or next(iter(tree.areas(tree.levels[-1])))
    made = start(
        args.template, id=args.output.stem, area=area, year=args.year, hierarchy=tree,
        catalogue=queries.catalogue(release), theme=args.theme, title=args.title,
    )  # fmt: skip
    save(args.output, report_json(made))
    return Answer(
        {"report": str(args.output), "title": made.title}, f"„{made.title}“ begonnen: {args.output}"
    )


def run_check(args: argparse.Namespace) -> Answer:
    """``wohnplatz report check``: exit code 1 where something keeps the report from going out."""
    from wohnplatz.report import check

    report, material = _read(args)
    rows = [asdict(finding) for finding in check(report, material)]
    blocked = any(row["severity"] == "error" for row in rows)
    shown = [{**row, "severity": SEVERITIES[row["severity"]]} for row in rows]
    head = {"severity": "Art", "block": "Block", "area": "Gebiet", "message": "Befund", "advice": "Rat"}
    return Answer(rows, table(shown, head, "Alle Sätze und Blöcke stimmen."), REFUSED if blocked else OK)


def run_write(args: argparse.Namespace) -> Answer:
    """``wohnplatz report write``: one file or folder for each format.

    What is final goes out: it is read and held against the release, and enters the register of outputs.
    """
    from wohnplatz.report import file_stem, resolve

    report, material = _read(args)
    held, names = (frozenset(), []) if args.draft else held_back(args, the_release(args.release), report)
    material = replace(material, withheld=held)
    done = resolve(report, material, final=not args.draft)
    final = not args.draft and not any(f.severity == "error" for f in done.findings)
    called = file_stem(report, draft=not final)
    made = {name: _files(name, report, material, done.document, called) for name in args.format}
    entries = _let_out(args, report, made, done.document) if final else []
    written = []
    for path, data in ((p, d) for files in made.values() for p, d in files.items()):
        (args.output / path).parent.mkdir(parents=True, exist_ok=True)
        save(args.output / path, data)
        written.append(str(args.output / path))
    text = "\n".join(written) if len(written) < 12 else f"Geschrieben: {args.output}"
    text += (
        f"\n{plural(len(entries), 'Ausgabe steht', 'Ausgaben stehen')} im Verzeichnis des Datenstands."
        if final
        else "\nEntwurf, nicht zur Weitergabe: steht nicht im Verzeichnis der Ausgaben."
    )
    sums = {e.name: e.sha for e in entries}
    data = {"files": written, "final": final, "sha256": sums, "withheld": names}
    return Answer(data, text + held_words(names))


def held_back(args: argparse.Namespace, release: Release, report: Report) -> tuple[frozenset[str], list[str]]:
    """Areas whose profile must not go out with a report from a file, and names of their municipalities.

    None where ``--let-go`` says on what grounds they may; the grounds are noted.
    """
    from wohnplatz.workflow.consultation.profiles import held_in_file, let_file_go

    if args.let_go:
        let_file_go(actor(args), release, report, args.let_go)
        return frozenset(), []
    found = held_in_file(release, report)
    return frozenset(key for _, areas in found for key in areas), [name for name, _ in found]


def held_words(names: Sequence[str]) -> str:
    """What was left out, and what can be done; empty where nothing was."""
    if not names:
        return ""
    return (
        f"\nNoch nicht freigegeben und deshalb nicht ausgegeben: das Profil von {enumerate_words(names)}. An "
        "seiner Stelle steht ein Hinweis.\nFreigeben kann es die Kommune in der Abstimmung des Berichts. "
        "Liegt die Freigabe schriftlich vor: --let-go mit Schreiben und Datum."
    )


def _let_out(
    args: argparse.Namespace, report: Report, made: dict[str, dict[str, bytes]], document: Document
) -> list[Output]:
    """Enter what goes out; a PDF or DOCX is held against the page of the same document."""
    from wohnplatz.report import file_stem, html
    from wohnplatz.workflow.releases.outputs import Made, examined, let_out

    release, stem = the_release(args.release), file_stem(report)
    page = {f"{stem}.html": html(document).encode()}
    together = {name: data for files in (page, *made.values()) for name, data in files.items()}
    read = examined(actor(args), release, Audience.PUBLIC, together)
    outputs, called = [], _PLAIN.sub("-", report.id).strip(".-")[:80] or "bericht"
    for name, files in made.items():
        if name == "folder":
            inside = {path.removeprefix(f"{stem}/"): data for path, data in files.items()}
            outputs.append(Made(KINDS[name], f"{called}/{stem}", inside))
        else:
            outputs += [Made(KINDS[name], f"{called}/{path}", {path: data}) for path, data in files.items()]
    return let_out(actor(args), release, outputs, read=read)


def _read(args: argparse.Namespace) -> tuple[Report, Material]:
    from wohnplatz.report import report_from_json
    from wohnplatz.workflow.releases.report_material import material

    report = report_from_json(load(args.report))
    return report, material(actor(args), the_release(args.release), report)


def _files(
    name: str, report: Report, material: Material, document: Document, called: str
) -> dict[str, bytes]:
    """The files of one format by their names; ``called`` is what the pages and the folder are called."""
    from wohnplatz.report import annex, docx, file_name, html, html_folder, pdf

    match name:
        case "pdf":
            return {f"{called}.pdf": pdf(document)}
        case "docx":
            return {f"{called}.docx": docx(document)}
        case "html":
            return {f"{called}.html": html(document).encode()}
        case "folder":
            return {f"{called}/{file}": data for file, data in html_folder(document).items()}
        case _:
            made = annex(report, material)
            parts = {"xlsx": made.xlsx, "csv": made.csv, "csv-metadata.json": made.metadata}
            return {file_name(report, ending): data for ending, data in parts.items()}
