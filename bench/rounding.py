"""Controlled rounding of synthetic district tables: time, deviation, gap, and what an intruder can prove.

    .venv/bin/python bench/rounding.py FOLDER [S1 S2 S3 S4 …] [--seconds 60]

FOLDER holds one CSV of innermost counts for each table: a column for each dimension, ``<dimension>_g`` for
its groups, ``freq`` for the count. Results in rounding.txt.
"""

from __future__ import annotations

import argparse
import csv
import itertools
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import scipy.sparse as sp

from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Needs
from wohnplatz.disclosure.rounding import Rounded, round_table, rounded_facts


def table(path: Path) -> tuple[Atoms, sp.csr_array, np.ndarray | None]:
    """Innermost counts, all sums over the hierarchies, and the municipality of each count."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    dimensions = [d for d in rows[0] if d != "freq" and not d.endswith("_g")]
    levels = [[d, *([f"{d}_g"] if f"{d}_g" in rows[0] else []), ""] for d in dimensions]
    index: dict[tuple[str, ...], int] = {}
    places = []
    for i, row in enumerate(rows):
        for names in itertools.product(*([row[c] if c else "T" for c in some] for some in levels)):
            places.append((index.setdefault(names, len(index)), i))
    cell, atom = np.array(places).T
    matrix = sp.csr_array((np.ones(len(cell), dtype=np.int64), (cell, atom)), shape=(len(index), len(rows)))
    values = np.array([int(r["freq"]) for r in rows])
    blocks = np.unique([r["geo_g"] for r in rows], return_inverse=True)[1] if "geo_g" in rows[0] else None
    return Atoms(values, np.zeros_like(values), np.full_like(values, UNBOUNDED), str), matrix, blocks


def attacked(atoms: Atoms, cells: sp.csr_array, rounded: Rounded, level: str) -> tuple[int, float]:
    """Sensitive cells that cannot be proven open, and the seconds it took."""
    true = cells @ atoms.values
    at = np.flatnonzero((true > 0) & (true < 3))
    either = np.full(len(at), level == "open")
    low, high = (true[at] - 1, true[at] + 1) if level == "open" else (true[at], np.full(len(at), 3))
    needs = Needs(sp.csr_array(cells[at]), low, high, either, str)
    start = perf_counter()
    found = audit(atoms, rounded_facts(rounded, cells, str), needs)
    return len(found.failures), perf_counter() - start


def main() -> None:
    """Print one line for each table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", default=["S1", "S2", "S3", "S4"])
    parser.add_argument("--seconds", type=float, default=60)
    chosen = parser.parse_args()
    for name in chosen.names:
        atoms, cells, blocks = table(chosen.folder / f"{name}.csv")
        wall, cpu = perf_counter(), process_time()
        found = round_table(atoms, cells, blocks=blocks, seconds=chosen.seconds)
        wall, cpu = perf_counter() - wall, process_time() - cpu
        off = np.abs(found.deviation)
        true = cells @ atoms.values
        print(
            f"{name:4} {cells.shape[0]:6} cells {((true > 0) & (true < 3)).sum():5} sensitive {wall:6.1f} s "
            f"({cpu:.1f} cpu)  mean {off.mean():.3f}  max {off.max()}  beyond 4: {(off > 4).sum()}  "
            f"largest gap {100 * found.gap:.1f} %  "
            f"additive {bool((cells @ found.atoms == found.figures).all())}  "
            f"zeros kept {bool((found.atoms[atoms.values == 0] == 0).all())}",
            flush=True,
        )
        for level in ("open", "not small"):
            failed, took = attacked(atoms, cells, found, level)
            print(f"     attack ({level}): {failed} not proven open, {took:.1f} s", flush=True)


if __name__ == "__main__":
    main()
