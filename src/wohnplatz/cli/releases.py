"""``wohnplatz release | compute | export``: freeze, compare, take away."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from wohnplatz.model import Audience, CellState, FigureMeta, ReleasedFigure, ReleasedTable, WohnplatzError
from wohnplatz.text import figure, plural, release_name, state_word, timestamp

from .acting import actor, the_release
from .answer import OK, REFUSED, Answer, files_of, progress_bar, save, table
from .parser import command, group
from .release_preview import run_preview

if TYPE_CHECKING:
    from wohnplatz.indicators import ItemChange
    from wohnplatz.workflow.releases.models import Release


def add(commands: Any) -> None:
    """Add the commands of this file."""
    own = group(commands, "release", "Datenstände")
    make = command(own, "make", run_make, "aus allem Angenommenen einen Datenstand bilden")
    make.add_argument("label", metavar="BEZEICHNUNG", help="zum Beispiel 2025-1")
    make.add_argument("--note", default="", help="Anmerkung")
    preview = command(
        own, "preview", run_preview, "den nächsten Datenstand vorab ansehen, ohne ihn zu bilden"
    )
    preview.add_argument("--limit", type=int, default=8, help="höchstens so viele Vorschläge zeigen (8)")
    command(own, "list", run_list, "Datenstände zeigen")
    compare = command(own, "compare", run_compare, "zwei Datenstände vergleichen")
    compare.add_argument("old", metavar="ALT", help="Bezeichnung oder Nummer")
    compare.add_argument("new", metavar="NEU", help="Bezeichnung oder Nummer")
    compare.add_argument("--limit", type=int, default=50, help="höchstens so viele Kennzahlen zeigen (50)")
    check = command(own, "check", run_check, "Nachweise der Geheimhaltung und das Buch erneut prüfen")
    check.add_argument(
        "release", metavar="DATENSTAND", nargs="?", help="Bezeichnung oder Nummer (der neueste)"
    )
    check.add_argument(
        "--file",
        type=Path,
        metavar="DATEI",
        help="nur prüfen, ob diese Datei (oder dieser Ordner) so hinausging",
    )
    command(commands, "compute", run_compute, "alle Kennzahlen probeweise berechnen, ohne Datenstand")
    export = command(commands, "export", run_export, "Kennzahlen eines Datenstands als Datei ausgeben")
    export.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DATEI", help=".csv, .xlsx oder .json"
    )
    export.add_argument(
        "--release", metavar="DATENSTAND", help="Bezeichnung oder Nummer (sonst: der neueste)"
    )
    export.add_argument("--indicator", nargs="+", metavar="KENNZAHL", help="Codes (sonst: alle)")
    export.add_argument("--level", help="Ebene, zum Beispiel wohnplatz")
    export.add_argument("--year", nargs="+", type=int, metavar="JAHR", help="Jahre (sonst: alle)")
    export.add_argument(
        "--audience", choices=[a.value for a in Audience], help="Empfängerkreis der Geheimhaltung"
    )


def run_make(args: argparse.Namespace) -> Answer:
    """``wohnplatz release make``."""
    from wohnplatz.workflow.releases.actions import make_release

    move, close = progress_bar("Datenstand")
    try:
        made = make_release(actor(args), args.label, args.note, progress=move)
    finally:
        close()
    return Answer(_row(made), f"{release_name(made.label)} ist gebildet (Kennung {made.manifest[:12]}).")


def run_list(_: argparse.Namespace) -> Answer:
    """``wohnplatz release list``."""
    from wohnplatz.workflow.releases.models import Release

    rows = [_row(r) for r in Release.objects.all()]
    head = {"number": "Nr.", "label": "Bezeichnung", "made_at": "gebildet am", "note": "Anmerkung"}
    return Answer(rows, table(rows, head, "Es gibt noch keinen Datenstand."))


def run_compare(args: argparse.Namespace) -> Answer:
    """``wohnplatz release compare``."""
    from wohnplatz.workflow.releases.queries import compare

    found = compare(actor(args), the_release(args.old), the_release(args.new))
    names = ("indicator", "level", "area", "year")
    rows = [
        dict(zip(names, c.key, strict=True))
        | {"before": _shown(c.before, found.meta_of(c.key[0])[0])}
        | {"after": _shown(c.after, found.meta_of(c.key[0])[1])}
        for c in found.changes
    ]
    head = {"indicator": "Kennzahl", "area": "Gebiet", "year": "Jahr", "before": "vorher", "after": "nachher"}
    lines = [
        f"{plural(len(found.added), 'Lieferung', 'Lieferungen')} neu,"
        f" {plural(len(found.removed), 'Lieferung', 'Lieferungen')} nicht mehr dabei,"
        f" {plural(len(rows), 'Kennzahl', 'Kennzahlen')} geändert.",
        f"Geändert außerdem: {', '.join(found.parts)}." if found.parts else "",
        *(_item(change) for change in found.items),
        table(rows[: args.limit], head, ""),
        f"… und {plural(len(rows) - args.limit, 'weitere', 'weitere')}." if len(rows) > args.limit else "",
    ]
    data = {
        "changes": rows, "parts": found.parts, "items": [asdict(change) for change in found.items],
        "added": [e.delivery for e in found.added], "removed": [e.delivery for e in found.removed],
    }  # fmt: skip
    return Answer(data, "\n".join(line for line in lines if line))


def run_check(args: argparse.Namespace) -> Answer:
    """``wohnplatz release check``: exit code 1 where a proof, the ledger or the register does not hold."""
    from wohnplatz.workflow.releases.outputs import check_register
    from wohnplatz.workflow.releases.proofs import check_again

    if args.file is not None:
        return _check_file(args)
    register = check_register(actor(args))
    release = the_release(args.release)
    move, close = progress_bar("Prüfung")
    try:
        done = check_again(actor(args), release, lambda n, total: move("Nachweise", n, total))
    finally:
        close()
    records = plural(done.records, "Nachweis", "Nachweise")
    text = f"{release_name(release.label)}: {records} geprüft, {done.failed} ohne Bestand."
    text += f"\n{done.ledger_error or f'Das Buch mit {done.ledger_entries} Einträgen ist unversehrt.'}"
    text += f"\n{register.words}"
    ok = done.ok and register.ok
    data = {"release": release.label, **asdict(done), "outputs": asdict(register), "ok": ok}
    return Answer(data, text, OK if ok else REFUSED)


def _check_file(args: argparse.Namespace) -> Answer:
    """Whether the bytes of a file or folder went out like that: exit code 1 where they did not."""
    from django.utils import timezone

    from wohnplatz.report.sums import sha_of
    from wohnplatz.workflow.releases.outputs import check_register, find

    sha = sha_of(files_of(args.file))
    entry, register = find(actor(args), sha), check_register(actor(args))
    data = {"file": str(args.file), "sha256": sha, "found": entry is not None, "outputs": asdict(register)}
    if entry is None:
        text = (
            f"{args.file}: Diese Datei steht nicht im Verzeichnis der Ausgaben (SHA-256 {sha}).\n"
            "Sie wurde verändert, oder sie ging nicht aus diesem System hinaus."
        )
        return Answer(data, text, REFUSED)
    day = timestamp(timezone.localtime(entry.made_at))
    data |= {"release": entry.release.label, "name": entry.name, "kind": entry.kind}
    data |= {"audience": entry.audience, "made_at": entry.made_at, "made_by": entry.made_by}
    text = (
        f"{args.file}: unverändert. Ausgabe „{entry.name}“ ({entry.get_kind_display()}) aus dem "
        f"{release_name(entry.release.label)}, ausgegeben am {day} von {entry.made_by}.\n{register.words}"
    )
    return Answer(data, text, OK if register.ok else REFUSED)


def run_compute(args: argparse.Namespace) -> Answer:
    """``wohnplatz compute``: says how many figures there are in which state; no figure is shown or kept."""
    from django.utils import timezone

    from wohnplatz.indicators import compute
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.accounts.policies import require_release
    from wohnplatz.workflow.releases.actions import plan

    require_release(actor(args))
    move, close = progress_bar("Berechnung")
    try:
        figures = compute(memory.store(), plan("Probe", timezone.now()), progress=move)
    finally:
        close()
    states, counts = np.unique(figures.state, return_counts=True)
    rows = [
        {"state": state_word(CellState(int(s))) or "Zahl", "count": int(n)}
        for s, n in zip(states, counts, strict=True)
    ]
    head = {"state": "Zustand", "count": "Anzahl"}
    indicators = len(np.unique(figures.indicator))
    of = plural(indicators, "Kennzahl", "Kennzahlen")
    text = f"{plural(len(figures), 'Wert', 'Werte')} zu {of} berechnet."
    return Answer(
        {"figures": len(figures), "indicators": indicators, "states": rows},
        f"{text}\n{table(rows, head, '')}",
    )


def run_export(args: argparse.Namespace) -> Answer:
    """``wohnplatz export``: through disclosure control, for the audience of the acting account."""
    from wohnplatz.workflow.releases import queries

    release = the_release(args.release)
    codes = args.indicator or list(queries.catalogue(release).indicators)
    _require_known(codes, release)
    found = queries.figures(
        actor(args), release, indicators=codes, level=args.level, years=args.year,
        audience=Audience(args.audience) if args.audience else None,
    )  # fmt: skip
    save(args.output, _file(found, release, args.output.suffix.lower()))
    return Answer(
        {"file": str(args.output), "figures": len(found)},
        f"{plural(len(found), 'Wert', 'Werte')} aus {release_name(release.label)} geschrieben: {args.output}",
    )


def _file(found: ReleasedTable, release: Release, ending: str) -> bytes:
    from wohnplatz.intake import write_csv, write_xlsx
    from wohnplatz.web.figures import csv_rows, sheet
    from wohnplatz.workflow.releases import queries

    if ending == ".json":
        return _json(found)
    tree = queries.hierarchy(release)
    names = {key: area.name for level in tree.levels for key, area in tree.areas(level).items()}
    made = sheet(found, names, order=list(names))
    if ending == ".csv":
        return write_csv(csv_rows(made))
    if ending == ".xlsx":
        return write_xlsx([made])
    raise WohnplatzError(
        f"Das Format „{ending}“ gibt es nicht.",
        todo="Die Zieldatei endet auf .csv, .xlsx oder .json.",
        code="cli.format",
    )


def _json(found: ReleasedTable) -> bytes:
    context = {name: getattr(found.context, name) for name in found.context.__slots__}
    figures = [
        {name: getattr(f, name) for name in f.__slots__} | {"state": f.state.name.lower()} for f in found
    ]
    data = {"context": context, "figures": figures}
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _require_known(codes: list[str], release: Release) -> None:
    from wohnplatz.workflow.releases import queries

    catalogue = queries.catalogue(release)
    known = {*catalogue.indicators, *(m for i in catalogue.indices.values() for m in i.measures())}
    for code in codes:
        if code not in known:
            raise WohnplatzError(
                f"Die Kennzahl „{code}“ gibt es im {release_name(release.label)} nicht.",
                todo="Alle Kennzahlen zeigt: wohnplatz catalogue list.",
                code="cli.indicator",
            )


def _shown(found: ReleasedFigure | None, meta: FigureMeta) -> str:
    return figure(found, meta) if found else "–"


def _item(change: ItemChange) -> str:
    """An item of the catalogue that changed, with what was and is, and what depends on it."""
    versions = f"Fassung {change.old_version or '–'} → {change.new_version or '–'}"
    fields = "".join(f"\n    {f.label}: {f.old or '–'} → {f.new or '–'}" for f in change.fields)
    users = ", ".join(d.code for d in change.dependants)
    return f"Katalog, {change.code}, {versions}{fields}" + (f"\n    Davon hängt ab: {users}" if users else "")


def _row(release: Release) -> dict[str, Any]:
    return {
        "number": release.number, "label": release.label, "note": release.note,
        "made_at": release.made_at, "manifest": release.manifest,
    }  # fmt: skip
