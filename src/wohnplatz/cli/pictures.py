"""``wohnplatz picture``: one map or figure as a PNG for posters and social media."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .acting import actor, the_release
from .answer import Answer, save
from .parser import command


def add(commands: Any) -> None:
    """Add the command of this file."""
    own = command(
        commands,
        "picture",
        run_picture,
        "eine Karte oder Zahl als Bild für Plakate und soziale Medien ausgeben",
    )
    own.add_argument("indicator", metavar="INDIKATOR", help="Kurzname, zum Beispiel sgb2_quote")
    own.add_argument("--year", type=int, required=True, metavar="JAHR")
    shown = own.add_mutually_exclusive_group()
    shown.add_argument(
        "--level", default="", metavar="EBENE", help="Karte dieser Ebene (sonst: der feinsten)"
    )
    shown.add_argument("--area", default="", metavar="GEBIET", help="statt der Karte die Zahl dieses Gebiets")
    own.add_argument("--size", default="beitrag", help="beitrag, quadrat oder plakat (beitrag)")
    own.add_argument("--release", metavar="DATENSTAND", help="Bezeichnung oder Nummer (sonst: der neueste)")
    own.add_argument("-o", "--output", type=Path, required=True, metavar="DATEI")


def run_picture(args: argparse.Namespace) -> Answer:
    """Draw, read back, enter into the register, write."""
    from wohnplatz.workflow.releases.pictures import Wanted, let_out
    from wohnplatz.workflow.reports.queries import district_style

    release = the_release(args.release)
    wanted = Wanted(args.indicator, args.year, args.level, args.area, args.size)
    entry, made = let_out(actor(args), release, wanted, district_style())
    save(args.output, made.png)
    text = (
        f"Geschrieben: {args.output}. Das Bild steht im Verzeichnis der Ausgaben.\n"
        f"Alternativtext: {made.alternative}"
    )
    data = {"file": str(args.output), "sha256": entry.sha, "alternative": made.alternative}
    return Answer(data, text)
