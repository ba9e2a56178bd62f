"""Tables for the suppressor."""

from __future__ import annotations

import csv
import itertools
import sys
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Cells, Needs
from wohnplatz.disclosure.suppress import protect

TOTAL = "T"
COARSER = {"geo": "geo_g", "age": "age_g"}


def read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    dims = [d for d in rows[0] if d not in {"freq", *COARSER.values()}]
    return dims, rows


def cube(path: Path) -> tuple[np.ndarray, sp.csr_array, list[tuple[str, ...]]]:
    """Leaf values, (c, n) matrix and names of all sums over the hierarchies."""
    dims, rows = read(path)
    keys = []
    for row in rows:
        levels = [[row[d], *([row[COARSER[d]]] if COARSER.get(d) in row else []), TOTAL] for d in dims]
        keys.append(list(itertools.product(*levels)))
    index: dict[tuple[str, ...], int] = {}
    i, j = [], []
    for atom, names in enumerate(keys):
        for name in names:
            i.append(index.setdefault(name, len(index)))
            j.append(atom)
    matrix = sp.csr_array(sp.coo_array((np.ones(len(i), dtype=np.int64), (i, j)), (len(index), len(rows))))
    return np.array([int(r["freq"]) for r in rows]), matrix, list(index)


def problem(path: Path, *, zeros_visible: bool, level: str) -> tuple[Atoms, Cells, Needs]:
    leaf, matrix, names = cube(path)
    values = matrix @ leaf
    sensitive = (values > 0) & (values < 3)
    lower = (leaf > 0).astype(np.int64) * (1 if zeros_visible else 0)
    upper = np.where(leaf == 0, 0, UNBOUNDED)
    atoms = Atoms(leaf, lower, upper, str)
    cells = Cells(matrix, np.ones(len(names)), values > 0, sensitive, lambda i: str(names[i]))
    v = values[sensitive]
    if level == "open":
        needs = Needs(matrix[sensitive], v - 1, v + 1, np.ones(v.size, dtype=bool), str)
    else:
        needs = Needs(matrix[sensitive], v - 1, np.full(v.size, 3), np.zeros(v.size, dtype=bool), str)
    return atoms, cells, needs


if __name__ == "__main__":
    folder, name, zv = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    a, c, n = problem(folder / f"{name}.csv", zeros_visible=zv == "open", level=zv)
    t = time.process_time()
    p = protect(a, c, n, zeros_visible=zv == "open", time_limit=float(sys.argv[4]))
    print(
        p.status,
        p.cost,
        p.lower_bound,
        p.proven,
        round(p.first_seconds, 2),
        round(p.seconds, 2),
        p.witnesses.shape,
    )
    print("cpu", time.process_time() - t)
