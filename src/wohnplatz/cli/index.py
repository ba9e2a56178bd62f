"""``wohnplatz index``: an index of any table, by any family."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

from .answer import Answer, load, save, table
from .parser import a_file, command, group


def add(commands: Any) -> None:
    """Add the commands of this file."""
    own = group(commands, "index", "Sozialindex aus einer Tabelle")
    one = command(
        own, "compute", run_compute, "einen Index für jede Zeile einer Tabelle berechnen", django=False
    )
    one.add_argument("table", type=a_file, metavar="TABELLE", help="CSV, XLSX, XLS oder ODS")
    one.add_argument("--definition", type=a_file, required=True, metavar="TOML", help="was eingeht und wie")
    one.add_argument("-o", "--out", type=Path, metavar="DATEI", help="Ergebnis als CSV schreiben")


def run_compute(args: argparse.Namespace) -> Answer:
    """``wohnplatz index compute``."""
    from wohnplatz.indicators.tabled import compute_table_index, summary, table_index
    from wohnplatz.intake import write_csv

    definition = table_index(load(args.definition).decode("utf-8-sig"), args.definition.name)
    found = compute_table_index(load(args.table), args.table.name, definition)
    group = {"within": definition.within} if definition.within else {}
    rows = [
        {
            "key": key, **({"within": found.group[n]} if group else {}),
            "score": _plain(found.score[n]), "rank": _plain(found.rank[n]),
            "class": int(found.classes[n]) or None,
            **{f"theme_{name}": _plain(found.themes[n, t]) for t, name in enumerate(found.theme_names)},
            **{f"part_{name}": _plain(found.parts[n, k]) for k, name in enumerate(found.part_names)},
            "why": found.why[n],
        }
        for n, key in enumerate(found.keys)
    ]  # fmt: skip
    if args.out:
        save(args.out, write_csv([list(rows[0]), *(list(row.values()) for row in rows)]))
        return Answer({"areas": len(rows), "out": str(args.out)}, f"{summary(found)} Geschrieben: {args.out}")
    head = {"key": "Gebiet", **group, "score": "Index", "rank": "Rang", "class": "Klasse", "why": "Hinweis"}
    return Answer(rows, f"{table(rows, head, 'Keine Zeilen.')}\n\n{summary(found)}")


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
