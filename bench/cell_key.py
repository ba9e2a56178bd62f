"""Cell keys on synthetic district tables: deviation, sums that do not add up, and what an intruder can prove.

    .venv/bin/python bench/cell_key.py FOLDER [S3 S4 …] [--attack S3]

FOLDER as for rounding.py. Results in cell_key.txt.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter

import numpy as np
import scipy.sparse as sp
from rounding import table

from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.cellkey import answer_facts, answers, atom_keys, noise_table
from wohnplatz.disclosure.problem import Atoms, Facts, Needs


def attacked(atoms: Atoms, cells: sp.csr_array, told: Facts) -> None:
    """Print how many sensitive cells cannot be proven open if the whole table were answered."""
    true = cells @ atoms.values
    at = np.flatnonzero((true > 0) & (true < 3))
    for level, low, high in (("open", -1, 1), ("not small", 0, 3 - true[at])):
        either = np.full(len(at), level == "open")
        needs = Needs(sp.csr_array(cells[at]), true[at] + low, true[at] + high, either, str)
        start = perf_counter()
        why = [f.verdict.value for f in audit(atoms, told, needs).failures]
        took = perf_counter() - start
        print(
            f"     attack ({level}): {len(why)} of {len(at)} not proven open {why}, {took:.1f} s", flush=True
        )


def inner_sums(cells: sp.csr_array, figures: np.ndarray) -> np.ndarray:
    """What the innermost answers add up to, for each cell."""
    single = np.flatnonzero(np.diff(cells.indptr) == 1)
    leaf = np.zeros(cells.shape[1], dtype=np.int64)
    leaf[cells.indices[cells.indptr[single]]] = figures[single]
    return cells @ leaf


def main() -> None:
    """Print one line for each table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", default=["S3", "S4"])
    parser.add_argument("--attack", nargs="*", default=["S3"])
    chosen = parser.parse_args()
    noise = noise_table()
    for name in chosen.names:
        atoms, cells, _ = table(chosen.folder / f"{name}.csv")
        names = [f"{name}|{i}" for i in range(len(atoms))]
        keys = atom_keys(names, b"a secret for this bench only, no other")
        start = perf_counter()
        given = answers(cells, atoms, keys, noise)
        took = perf_counter() - start
        off = np.abs(given.figures - cells @ atoms.values)
        gap = np.abs(inner_sums(cells, given.figures) - given.figures)
        print(
            f"{name:4} {len(off):6} answers {took:5.2f} s  mean {off.mean():.3f}  max {off.max()}  "
            f"sums that do not add up {(gap > 0).mean():.0%} (up to {gap.max()})",
            flush=True,
        )
        if name in chosen.attack:
            attacked(atoms, cells, answer_facts(given, cells, noise))


if __name__ == "__main__":
    main()
