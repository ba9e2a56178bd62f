"""``wohnplatz demo``: the made-up district."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from wohnplatz.text import plural

from .answer import Answer, progress_bar
from .parser import command, group
from .setup import migrate


def add(commands: Any) -> None:
    """Add the commands of this file."""
    own = group(commands, "demo", "erfundener Demo-Kreis")
    command(own, "load", run_load, "den Demo-Kreis in eine leere Installation laden")
    files = command(
        own, "files", run_files, "die Dateien schreiben, die seine Lieferstellen schicken", django=False
    )
    files.add_argument("folder", metavar="ORDNER", type=Path, help="Zielordner")


def run_load(_: argparse.Namespace) -> Answer:
    """``wohnplatz demo load``."""
    load_with_progress()
    return Answer({"loaded": True}, "Der Demo-Kreis ist geladen.")


def load_with_progress() -> None:
    """Bring an empty installation to the demo district, with a bar on the error stream."""
    from wohnplatz.demo.load import load

    migrate()
    move, close = progress_bar("Demo-Kreis")
    try:
        load(progress=move)
    finally:
        close()


def run_files(args: argparse.Namespace) -> Answer:
    """``wohnplatz demo files``."""
    from wohnplatz.demo import build

    build(args.folder)
    paths = sorted(p for p in args.folder.rglob("*") if p.is_file())
    return Answer(
        {"files": [str(p) for p in paths]},
        f"{plural(len(paths), 'Datei', 'Dateien')} geschrieben: {args.folder}",
    )
