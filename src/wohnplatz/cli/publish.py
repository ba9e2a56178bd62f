"""``wohnplatz publish``: the public atlas of a release as a folder of pages."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wohnplatz.model import WohnplatzError
from wohnplatz.text import number, plural, release_name

from .acting import actor, the_release
from .answer import Answer, load, progress_bar
from .parser import a_file, command
from .reports import LET_GO, held_back, held_words

if TYPE_CHECKING:
    from wohnplatz.report import Report


def add(commands: Any) -> None:
    """Add the command of this file."""
    own = command(commands, "publish", run_publish, "den öffentlichen Atlas eines Datenstands schreiben")
    own.add_argument(
        "folder", type=Path, metavar="ORDNER", help="neuer, leerer Ordner oder ein Atlas, der ersetzt wird"
    )
    own.add_argument("--release", metavar="DATENSTAND", help="Bezeichnung oder Nummer (sonst: der neueste)")
    own.add_argument(
        "--report", nargs="+", type=a_file, default=[], metavar="BERICHT",
        help="fertige Berichte (JSON-Dateien aus report start), die mit in den Atlas kommen",
    )  # fmt: skip
    own.add_argument("--let-go", default="", metavar="GRUND", help=LET_GO)


def _require_apart(reports: Sequence[Report]) -> None:
    """WohnplatzError where two reports would become the same files."""
    ids = [report.id for report in reports]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise WohnplatzError(
            f"Zwei Berichte haben dieselbe Kennung „{twice}“.",
            why="Im Atlas heißen ihre Dateien nach ihr.",
            todo="Bitte in einer der JSON-Dateien die Angabe id ändern.", code="cli.same_report",
        )  # fmt: skip


def run_publish(args: argparse.Namespace) -> Answer:
    """Build, read back, enter into the register, write beside the folder and swap in."""
    from wohnplatz.atlas import require_place, write
    from wohnplatz.atlas.building import SUMS
    from wohnplatz.report import report_from_json
    from wohnplatz.report.sums import sha_of
    from wohnplatz.workflow.releases.atlas import Brought, publish

    require_place(args.folder)
    release = the_release(args.release)
    reports = [report_from_json(load(path)) for path in args.report]
    _require_apart(reports)
    kept_back = [held_back(args, release, report) for report in reports]
    brought = [Brought(report, keys) for report, (keys, _) in zip(reports, kept_back, strict=True)]
    held = sorted({name for _, names in kept_back for name in names})
    move, close = progress_bar("Atlas")
    try:
        files = publish(actor(args), release, brought, progress=move)
    finally:
        close()
    write(args.folder, files)
    pages = sum(name.endswith(".html") for name in files)
    size = sum(map(len, files.values()))
    text = (
        f"Atlas zum {release_name(release.label)}: {plural(pages, 'Seite', 'Seiten')}, "
        f"{plural(len(files), 'Datei', 'Dateien')}, {number(size / 1e6, 1)} MB in {args.folder}.\n"
        f"Alle Zahlen wurden gelesen und mit dem Freigegebenen verglichen. Prüfsummen: {SUMS}; der Atlas "
        "steht im "
        "Verzeichnis der Ausgaben.\n"
        f"Ansehen: {args.folder / 'index.html'} im Browser öffnen, oder den Ordner auf einen Webserver legen."
    )
    text += held_words(held)
    data = {
        "folder": str(args.folder), "release": release.label, "pages": pages, "files": len(files),
        "withheld": held, "bytes": size, "sha256": sha_of(files),
    }  # fmt: skip
    return Answer(data, text)
