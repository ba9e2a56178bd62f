"""``wohnplatz catalogue``: what is measured."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from wohnplatz.text import plural

from . import catalogue_items
from .answer import Answer, table
from .parser import command, group


def add(commands: Any) -> None:
    """Add the commands of this file."""
    own = group(commands, "catalogue", "Katalog der Merkmale und Kennzahlen")
    check = command(own, "check", run_check, "einen Katalog prüfen", django=False)
    check.add_argument("folder", nargs="?", type=Path, metavar="ORDNER", help="(sonst: der mitgelieferte)")
    listing = command(own, "list", run_list, "Kennzahlen zeigen", django=False)
    listing.add_argument("folder", nargs="?", type=Path, metavar="ORDNER", help="(sonst: der mitgelieferte)")
    catalogue_items.add(own)


def run_check(args: argparse.Namespace) -> Answer:
    """``wohnplatz catalogue check``. A mistake is an error that points at its place."""
    from wohnplatz.indicators import load_catalogue

    found = load_catalogue(args.folder)
    counts = {
        "datasets": len(found.datasets), "variables": len(found.variables),
        "indicators": len(found.indicators), "indices": len(found.indices),
    }  # fmt: skip
    text = (
        f"Der Katalog ist in Ordnung: {plural(counts['datasets'], 'Datensatz', 'Datensätze')},"
        f" {plural(counts['variables'], 'Merkmal', 'Merkmale')},"
        f" {plural(counts['indicators'], 'Kennzahl', 'Kennzahlen')},"
        f" {plural(counts['indices'], 'Index', 'Indizes')}."
    )
    return Answer(counts, text)


def run_list(args: argparse.Namespace) -> Answer:
    """``wohnplatz catalogue list``."""
    from wohnplatz.indicators import load_catalogue

    found = load_catalogue(args.folder)
    rows = [
        {"code": i.code, "label": i.label, "unit": i.unit, "block": found.blocks.get(i.block, i.block)}
        for i in found.indicators.values()
    ]
    head = {"code": "Code", "label": "Bezeichnung", "unit": "Einheit", "block": "Block"}
    return Answer(rows, table(rows, head, "Der Katalog enthält keine Kennzahlen."))
