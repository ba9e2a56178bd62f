"""``wohnplatz rules …``: the rules of disclosure control, the same actions as the web."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wohnplatz.model import WohnplatzError
from wohnplatz.text import plural

from .acting import actor
from .answer import OK, REFUSED, Answer, load, save, table
from .parser import a_file, command, group

if TYPE_CHECKING:
    from wohnplatz.workflow.protection.judging import Judged
    from wohnplatz.workflow.protection.queries import Version

_CHANGES = {"where": "Wo", "what": "Was", "old": "bisher", "new": "neu", "effect": "Schutz"}


def add(commands: Any) -> None:
    """Add the commands of this file."""
    own = group(commands, "rules", "Schutzregeln zeigen, prüfen, in Kraft setzen")
    command(own, "show", run_show, "die Regeln in Kraft und alle früheren Fassungen zeigen")
    export = command(own, "export", run_export, "die Regeldatei in Kraft ausgeben")
    export.add_argument("-o", "--out", type=Path, metavar="DATEI", help="in diese Datei schreiben")
    check = command(own, "check", run_check, "eine Regeldatei prüfen und mit den Regeln in Kraft vergleichen")
    apply = command(
        own, "apply", run_apply, "eine Regeldatei in Kraft setzen; der nächste Datenstand folgt ihr"
    )
    for parser in (check, apply):
        parser.add_argument("file", type=a_file, metavar="TOML")
    apply.add_argument("--reason", required=True, help="Begründung: was sich ändert, wer es beschlossen hat")
    apply.add_argument(
        "--weaker", action="store_true", help="bestätigen, dass an manchen Stellen weniger geschützt wird"
    )


def run_show(args: argparse.Namespace) -> Answer:
    """``wohnplatz rules show``."""
    from wohnplatz.disclosure.rule_words import demanded, sentences
    from wohnplatz.publication.modes import modes_in_words
    from wohnplatz.publication.surroundings import AUDIENCES
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.protection import queries

    known = queries.versions(actor(args))
    rules = known[0].rules
    lines = [f"{rules.label}, Fassung {rules.version} ({known[0].origin}), SHA-256 {known[0].sha}"]
    if unused := queries.unused_file():
        lines.append(f"Achtung: Die Datei der Installation »{unused}« ist anders und gilt nicht.")
    shown: set[str] = set()
    for audience in AUDIENCES:
        of = rules.audiences[audience]
        told = "\n".join(
            f"  {rule.label} ({code}): {' '.join(sentences(rule))}"
            + ("" if rule.checks_nothing else f" Schutzstufe »{rule.level.word}«.")
            for code, rule in of.classes.items()
        )
        lines += [f"\nFür {of.label}:", "  wie oben" if told in shown else told]
        shown.add(told)
    for word, demands in (("Lieferstelle", rules.suppliers), ("Merkmal", rules.variables)):
        lines += [
            f"{word} {code}: {demand.label}: {' '.join(demanded(demand))}" for code, demand in demands.items()
        ]
    lines += ["", *modes_in_words(rules, memory.catalogue()), ""]
    rows = [_row(v) for v in known]
    head = {"version": "Fassung", "state": "Zustand", "since": "seit Datenstand", "sha": "Prüfsumme"}
    return Answer(rows, "\n".join([*lines, table([r | {"sha": r["sha"][:12]} for r in rows], head, "")]))


def _row(version: Version) -> dict[str, Any]:
    first = version.first_release
    return {
        "version": f"{version.rules.name} {version.rules.version}", "sha": version.sha,
        "state": "in Kraft" if version.in_force else "", "since": first.label if first else "",
        "releases": [r.label for r in version.releases],
    }  # fmt: skip


def run_export(args: argparse.Namespace) -> Answer:
    """``wohnplatz rules export``."""
    from wohnplatz.workflow.protection import queries

    version = queries.versions(actor(args))[0]
    data = queries.text_of(actor(args), version.sha)
    if args.out is None:
        return Answer({"toml": data.decode("utf-8-sig")}, data.decode("utf-8-sig").rstrip())
    save(args.out, data)
    return Answer({"file": str(args.out), "sha": version.sha}, f"Geschrieben: {args.out}")


def run_check(args: argparse.Namespace) -> Answer:
    """``wohnplatz rules check``: exit code 1 for a faulty file."""
    from wohnplatz.workflow.protection.judging import judge

    judged = judge(actor(args), load(args.file), args.file.name)
    if judged.problems:
        listed = [{"where": p.where, "why": p.why, "todo": p.todo} for p in judged.problems]
        told = "\n".join(f"- {p.where}: {p.why} {p.todo}" for p in judged.problems)
        return Answer({"problems": listed}, f"Die Regeldatei ist so nicht brauchbar:\n{told}", REFUSED)
    return Answer({"changes": _listed(judged), "weaker": len(judged.weaker)}, _told(judged), OK)


def run_apply(args: argparse.Namespace) -> Answer:
    """``wohnplatz rules apply``."""
    from wohnplatz.workflow.protection.actions import put_in_force
    from wohnplatz.workflow.protection.judging import judge

    data = load(args.file)
    judged = judge(actor(args), data, args.file.name)
    if judged.problems:
        raise WohnplatzError(
            "Die Regeldatei ist so nicht brauchbar.", where=judged.problems[0].where,
            why=judged.problems[0].why, todo=f"Alle Stellen zeigt: wohnplatz rules check {args.file}.",
            code="disclosure.rules",
        )  # fmt: skip
    row = put_in_force(actor(args), data, args.reason, accept_weaker=args.weaker)
    text = f"{row.name}, Fassung {row.version}, ist in Kraft. Der nächste Datenstand wird damit gebildet."
    return Answer({"name": row.name, "version": row.version, "sha": row.sha}, f"{_told(judged)}\n{text}")


def _listed(judged: Judged) -> list[dict[str, str]]:
    return [
        {"where": c.where, "what": c.what, "old": c.old, "new": c.new, "effect": c.effect.value}
        for c in judged.changes
    ]


def _told(judged: Judged) -> str:
    if judged.same:
        return "Diese Regeln sind schon in Kraft."
    places = plural(len(judged.weaker), "Stelle", "Stellen")
    less = f"Achtung: An {places} wird weniger geschützt.\n" if judged.weaker else ""
    return less + table(_listed(judged), _CHANGES, "An den Regeln ändert sich nichts.")
