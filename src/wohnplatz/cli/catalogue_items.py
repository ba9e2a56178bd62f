"""``wohnplatz catalogue …`` of the district's own indicators and indices: the same actions as the web."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wohnplatz.model import WohnplatzError
from wohnplatz.text import plural

from .acting import actor
from .answer import REFUSED, Answer, load, save, table
from .parser import a_file, command

if TYPE_CHECKING:
    from wohnplatz.indicators import Item
    from wohnplatz.workflow.catalogue.effect import Effect

OUT = "Bitte die Dateien berichtigen oder den Eintrag außer Kraft setzen: wohnplatz catalogue retire KENNUNG."


def add(own: Any) -> None:
    """Add the commands of this file to the group ``catalogue``."""
    command(own, "own", run_own, "eigene Indikatoren und Indizes dieses Kreises zeigen")
    versions = command(own, "versions", run_versions, "alle Fassungen eines Eintrags zeigen")
    versions.add_argument("code", metavar="KENNUNG")
    export = command(own, "export", run_export, "einen Eintrag als TOML ausgeben")
    export.add_argument("code", metavar="KENNUNG")
    export.add_argument("--version", type=int, metavar="N", help="Fassung (sonst: die in Kraft)")
    export.add_argument("-o", "--out", type=Path, metavar="DATEI", help="in diese Datei schreiben")
    effect = command(
        own, "effect", run_effect, "zeigen, was ein Eintrag ändern würde; nichts wird gespeichert"
    )
    effect.add_argument("file", type=a_file, metavar="TOML")
    draft = command(own, "draft", run_draft, "einen Eintrag als Entwurf speichern")
    keep = command(own, "keep", run_keep, "einen Eintrag in Kraft setzen")
    for parser in (draft, keep):
        parser.add_argument("file", type=a_file, metavar="TOML")
        parser.add_argument("--reason", default="", help="Begründung", required=parser is keep)
    retire = command(own, "retire", run_retire, "einen Eintrag außer Kraft setzen")
    retire.add_argument("code", metavar="KENNUNG")
    retire.add_argument("--reason", required=True, help="Begründung")


def run_own(args: argparse.Namespace) -> Answer:
    """``wohnplatz catalogue own``."""
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.catalogue import queries
    from wohnplatz.workflow.catalogue.models import ItemGroup, ItemState

    rows = [
        {
            "code": r.code, "kind": ItemGroup(r.group).label, "version": r.version,
            "state": ItemState(r.state).label, "since": r.ended_at or r.made_at,
            "reason": r.end_reason or r.reason,
        }
        for r in (*queries.own(actor(args)).values(), *queries.drafts(actor(args)).values())
    ]  # fmt: skip
    head = {"code": "Kennung", "kind": "Art", "version": "Fassung", "state": "Zustand", "since": "seit",
            "reason": "Begründung"}  # fmt: skip
    text = table(rows, head, "Es gilt der Katalog der Dateien, nichts ist hier geändert.")
    try:
        memory.catalogue()
    except WohnplatzError as error:
        told = f"Der Katalog ist nicht benutzbar: {error.text()}"
        return Answer({"items": rows, "error": error.text()}, f"{text}\n\n{told}\n{OUT}", REFUSED)
    return Answer(rows, text)


def run_versions(args: argparse.Namespace) -> Answer:
    """``wohnplatz catalogue versions``."""
    rows = [
        {
            "version": v.number, "state": "in Kraft" if v.in_force else "", "since": v.since,
            "origin": "eigene" if v.row else "Datei", "reason": v.row.reason if v.row else "",
            "releases": ", ".join(r.label for r in v.releases),
        }
        for v in _versions(args)
    ]  # fmt: skip
    head = {"version": "Fassung", "state": "Zustand", "origin": "Herkunft", "since": "seit",
            "releases": "Datenstände", "reason": "Begründung"}  # fmt: skip
    return Answer(rows, table(rows, head, ""))


def run_export(args: argparse.Namespace) -> Answer:
    """``wohnplatz catalogue export``."""
    from wohnplatz.indicators import to_toml

    wanted = [
        v for v in _versions(args) if (v.in_force if args.version is None else v.number == args.version)
    ]
    if not wanted:
        raise WohnplatzError(
            f"»{args.code}« hat diese Fassung nicht oder ist nicht in Kraft.",
            todo=f"Alle Fassungen zeigt: wohnplatz catalogue versions {args.code}.",
            code="cli.version",
        )
    text = to_toml(wanted[0].item)
    if args.out is None:
        return Answer({"toml": text}, text.rstrip())
    save(args.out, text.encode())
    return Answer({"file": str(args.out), "version": wanted[0].number}, f"Geschrieben: {args.out}")


def run_effect(args: argparse.Namespace) -> Answer:
    """``wohnplatz catalogue effect``: counts only, no figure is shown."""
    from wohnplatz.workflow.catalogue.effect import effect

    found = effect(actor(args), _read(args))
    measures = [*found.own, *(m for ms in found.others.values() for m in ms)]
    rows = [
        {
            "code": m.code, "level": m.level, "year": m.year, "areas": m.areas, "values": m.values,
            "classes": m.classes, "states": m.states, "protected": f"{m.protected[0]} → {m.protected[1]}",
        }
        for m in measures
    ]  # fmt: skip
    head = {"code": "Kennzahl", "level": "Ebene", "year": "Jahr", "areas": "Gebiete",
            "values": "andere Werte", "classes": "andere Klasse", "states": "anderer Zustand",
            "protected": "geschützt"}  # fmt: skip
    fields = [{"field": f.label, "old": f.old, "new": f.new} for f in found.fields]
    findings = [{"code": f.code, "message": f.message, "advice": f.advice} for f in found.findings]
    data = {
        "version": found.item.version if found.item else 0, "fields": fields, "measures": rows,
        "dependants": [d.code for d in found.dependants], "findings": findings, "figures": found.years,
    }  # fmt: skip
    return Answer(data, "\n".join([*_told(found), table(rows, head, "Es gibt noch keinen Datenstand.")]))


def run_draft(args: argparse.Namespace) -> Answer:
    """``wohnplatz catalogue draft``."""
    from wohnplatz.workflow.catalogue.actions import propose

    row = propose(actor(args), _read(args), args.reason)
    return Answer({"code": row.code, "state": row.state}, f"Der Entwurf von {row.code} ist gespeichert.")


def run_keep(args: argparse.Namespace) -> Answer:
    """``wohnplatz catalogue keep``."""
    from wohnplatz.workflow.catalogue.actions import keep

    row = keep(actor(args), _read(args), args.reason)
    text = f"{row.code}, Fassung {row.version}, ist in Kraft. Der nächste Datenstand wird damit berechnet."
    return Answer({"code": row.code, "version": row.version, "state": row.state}, text)


def run_retire(args: argparse.Namespace) -> Answer:
    """``wohnplatz catalogue retire``."""
    from wohnplatz.workflow.catalogue.actions import retire

    row = retire(actor(args), _group(args.code), args.code, args.reason)
    text = f"{row.code} ist außer Kraft. Seine Fassungen bleiben nachlesbar."
    return Answer({"code": row.code, "version": row.version, "state": row.state}, text)


def _read(args: argparse.Namespace) -> Item:
    from wohnplatz.indicators import read_item

    return read_item(load(args.file).decode("utf-8-sig", errors="replace"), args.file.name)


def _versions(args: argparse.Namespace) -> tuple[Any, ...]:
    from wohnplatz.workflow.catalogue import history

    found = history.versions(actor(args), _group(args.code), args.code)
    if not found:
        raise WohnplatzError(f"»{args.code}« gibt es nicht.", code="cli.item")
    return found


def _group(code: str) -> str:
    from wohnplatz.workflow.catalogue.history import groups_of_code

    return next(iter(sorted(groups_of_code(code))), "indicators")


def _told(found: Effect) -> list[str]:
    lines = [f"{f.label}: {f.old or '–'} → {f.new or '–'}" for f in found.fields]
    lines += [f"Achtung: {f.message} {f.advice}" for f in found.findings]
    if found.dependants:
        lines.append(f"Davon hängt ab: {', '.join(d.code for d in found.dependants)}")
    if found.release is not None:
        lines.append(
            f"{plural(found.years, 'Zahl', 'Zahlen')} aller Jahre und Ebenen wären anders als mit dem"
            f" Katalog in Kraft (Lieferungen von „{found.release.label}“)."
        )
    return lines
