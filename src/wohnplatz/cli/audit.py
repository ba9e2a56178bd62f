"""``wohnplatz audit``: attack a publication, whoever made it."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wohnplatz.model import WohnplatzError
from wohnplatz.text import number, plural

from .answer import INCOMPLETE, OK, REFUSED, Answer, progress_bar, save
from .parser import command

if TYPE_CHECKING:
    from wohnplatz.checks.publications import Checked, Found

FILE_NAME = "beschreibung.toml"
NOT_SAID = (
    "Geprüft ist, was sich aus diesen Dateien zusammen errechnen lässt. Nicht geprüft ist, was anderswo "
    "veröffentlicht ist, was Beteiligte selbst wissen und was nur wahrscheinlich ist."
)


def add(commands: Any) -> None:
    """Add the command of this file."""
    audit = command(
        commands,
        "audit",
        run_audit,
        "prüfen, ob veröffentlichte Tabellen geschützte Zahlen verraten",
        django=False,
    )
    audit.add_argument("folder", metavar="ORDNER", type=_a_place, help="Ordner mit CSV, XLSX, ODS, GeoJSON")
    audit.add_argument("--description", type=Path, metavar="DATEI", help=f"Beschreibung (sonst: {FILE_NAME})")
    audit.add_argument(
        "--describe", action="store_true", help=f"Vorschlag als {FILE_NAME} in den Ordner schreiben"
    )
    audit.add_argument("--seconds", type=float, default=120, help="Zeit für den Angriff (120)")
    audit.add_argument("--limit", type=int, default=30, help="höchstens so viele Zahlen zeigen (30)")
    audit.add_argument("--pdf", type=Path, metavar="DATEI", help="Bericht als PDF schreiben")


def _a_place(text: str) -> Path:
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"„{text}“ gibt es nicht")
    return path


def run_audit(args: argparse.Namespace) -> Answer:
    """``wohnplatz audit``."""
    if args.describe:
        return _describe(args.folder)
    from wohnplatz.checks.publications import check_publication

    move, close = progress_bar("Prüfung")
    try:
        checked = check_publication(args.folder, args.description, seconds=args.seconds, progress=move)
    finally:
        close()
    if args.pdf:
        from wohnplatz.report import pdf

        from .audit_report import document

        save(args.pdf, pdf(document(checked, args.folder.resolve().name, NOT_SAID, date.today())))
    return Answer(checked.as_dict(), _text(checked, args.limit), _code(checked))


def _code(checked: Checked) -> int:
    """Something was found; nothing was, but not all of it was looked at; nothing at all."""
    if not checked.clean:
        return REFUSED
    return OK if checked.complete else INCOMPLETE


def _describe(folder: Path) -> Answer:
    path = (folder if folder.is_dir() else folder.parent) / FILE_NAME
    if path.exists():
        raise WohnplatzError(
            "Es gibt schon eine Beschreibung; sie bleibt, wie sie ist.",
            where=str(path),
            todo="Bitte diese Datei umbenennen, wenn ein neuer Vorschlag gewünscht ist.",
            code="publications.exists",
        )
    from wohnplatz.checks.publications import read_folder, to_toml

    move, close = progress_bar("Beschreibung")
    try:
        publication, proposal = read_folder(folder, progress=move)
    finally:
        close()
    if not publication.tables:
        raise WohnplatzError(
            "Es wurde keine Tabelle erkannt.", where=str(folder), code="publications.nothing",
            why=" ".join(f"{file}: {why}" for file, why in publication.skipped[:3]),
        )  # fmt: skip
    save(path, to_toml(proposal.description, proposal.assumptions, proposal.left).encode())
    done = f"Vorschlag für {plural(len(publication.tables), 'Tabelle', 'Tabellen')} geschrieben: {path}"
    if proposal.left:
        left = plural(len(proposal.left), "Spalte", "Spalten")
        done += (
            f"\n{left} nicht verstanden: Ihre Zeilen stehen dort als Bemerkung (#) und warten auf Angaben."
        )
    data = {"description": str(path), "tables": len(publication.tables), "left": len(proposal.left)}
    return Answer(data, done)


def _text(checked: Checked, limit: int) -> str:
    from wohnplatz.checks.publications import Kind

    lines = [*_head(checked), ""]
    for kind in Kind:
        some = [f for f in checked.found if f.kind is kind]
        if some and kind not in {*checked.broken, Kind.UNSETTLED, Kind.CONTRADICTION}:
            note = f"Die Zusage »{checked.level}« verletzt das nicht; Einzelheiten mit --json oder --pdf."
            lines += [f"{kind.value[0].upper()}{kind.value[1:]}: {number(len(some))}. {note}", ""]
        elif some:
            lines += [f"{kind.value[0].upper()}{kind.value[1:]}: {number(len(some))}", ""]
            lines += [line for one in some[:limit] for line in _one(one)]
            if len(some) > limit:
                lines += [f"  … und {number(len(some) - limit)} weitere (--limit, --json, --pdf)", ""]
    for title, entries in (
        ("Was nicht zusammenpasst", checked.notes),
        ("Nicht angegriffen", checked.left),
        ("Nicht gelesen", [f"{file}: {why}" for file, why in checked.skipped]),
        ("Worauf die Prüfung beruht", checked.assumptions),
    ):
        if entries:
            lines += [title, *(f"  – {entry}" for entry in entries[:limit])]
            lines += [f"  … und {number(len(entries) - limit)} weitere"] if len(entries) > limit else []
            lines.append("")
    return "\n".join([*lines, NOT_SAID])


def _head(checked: Checked) -> list[str]:
    what = ", ".join(
        (
            plural(len(checked.files), "Datei", "Dateien"),
            plural(checked.tables, "Tabelle", "Tabellen"),
            plural(checked.figures, "Zahl", "Zahlen"),
        )
    )
    read = f"Gelesen: {what}; {plural(checked.hidden, 'Anzahl ist', 'Anzahlen sind')} gesperrt."
    return [read, verdict(checked)]


def verdict(checked: Checked) -> str:
    """The result in one sentence."""
    if not checked.figures:
        return (
            "Ergebnis: Es wurde keine Anzahl erkannt, also auch nichts geprüft. Woran das liegt, steht "
            "unten; --describe schreibt einen Vorschlag, was die Spalten bedeuten."
            if checked.tables
            else "Ergebnis: Es wurde keine Tabelle gelesen, also auch nichts geprüft."
        )
    wrong = sum(f.kind.name == "CONTRADICTION" for f in checked.found)
    at = f" An {plural(wrong, 'Stelle', 'Stellen')} passen Zahlen nicht zusammen." if wrong else ""
    if checked.revealed:
        are = "Anzahl ist" if checked.revealed == 1 else "Anzahlen sind"
        return f"Ergebnis: {number(checked.revealed)} {are} nicht geschützt.{at}"
    if any(f.kind.name == "UNSETTLED" for f in checked.found):
        return f"Ergebnis: Es wurde nichts verraten, soweit es in der Zeit zu entscheiden war.{at}"
    if not checked.complete:
        what = (
            [f"{plural(len(checked.skipped), 'Datei', 'Dateien')} nicht gelesen"] if checked.skipped else []
        )
        what += (
            [f"{plural(len(checked.left), 'Spalte oder Summe', 'Spalten oder Summen')} nicht angegriffen"]
            if checked.left
            else []
        )
        return (
            "Ergebnis: Keine gesperrte oder kleine Anzahl lässt sich aus dem errechnen, was geprüft wurde. "
            f"Die Prüfung ist unvollständig: {' und '.join(what)}; siehe unten.{at}"
        )
    return f"Ergebnis: Keine gesperrte oder kleine Anzahl lässt sich aus diesen Dateien errechnen.{at}"


def _one(found: Found) -> list[str]:
    named = found.hidden or found.kind.name in {"PRINTED", "CONTRADICTION"}
    meant = "" if named else " (nirgends genannt)"
    return [
        f"  {found.name}: {found.value}{meant}",
        *(f"      {step}" for step in found.steps),
        f"      Abhilfe: {found.advice}",
        "",
    ]
