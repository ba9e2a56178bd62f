"""How many further cells must be hidden, how good is that, and how long does it take?

    python bench/suppression.py TABLES S1 S2p S4:open … [seconds]   leaf counts NAME.csv in the folder TABLES
    python bench/suppression.py cells FILE [child-parent.csv …]       any table with its margins

After ``:`` stands what is promised: ``std`` (intruder's bound 0; less than the count and 3 or more both
possible; zeros are not hidden), ``open`` (zeros visible, so hidden counts are at least 1; a second value is
possible). FILE has a column for each dimension, ``Total`` for margins, then ``value`` and ``status`` (u:
sensitive), optionally ``cost`` (default: the value), ``lpl``, ``upl`` (default 1: how far the interval must
reach down and up). A file of pairs child,parent for a dimension is named like it.
"""

from __future__ import annotations

import csv
import itertools
import sys
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import published
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Cells, Needs
from wohnplatz.disclosure.suppress import protect

TOTAL = "Total"
COARSER = {"geo": "geo_g", "age": "age_g"}
Problem = tuple[Atoms, Cells, Needs]


def table(path: Path, promise: str) -> Problem:
    """All sums over the dimensions and hierarchies of a file of leaf counts."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    dims = [d for d in rows[0] if d not in {"freq", *COARSER.values()}]
    index: dict[tuple[str, ...], int] = {}
    pairs: list[tuple[int, int]] = []
    for atom, row in enumerate(rows):
        levels = [[row[d], *([row[COARSER[d]]] if COARSER.get(d) in row else []), TOTAL] for d in dims]
        pairs += [(index.setdefault(name, len(index)), atom) for name in itertools.product(*levels)]
    matrix = _matrix(pairs, (len(index), len(rows)))
    leaf = np.array([int(row["freq"]) for row in rows])
    values, visible = matrix @ leaf, promise == "open"
    sensitive = (values > 0) & (values < 3)
    lower = (leaf > 0).astype(np.int64) * visible
    atoms = Atoms(leaf, lower, np.where(leaf == 0, 0, UNBOUNDED), str)
    cells = Cells(matrix, np.ones(len(index)), values > 0, sensitive, list(index).__getitem__)
    small = values[sensitive]
    high = small + 1 if visible else np.full(small.size, 3)
    return atoms, cells, Needs(matrix[sensitive], small - 1, high, np.full(small.size, visible), str)


def cell_table(path: Path, hierarchies: list[Path]) -> Problem:
    """A table with costs and protection levels of its own."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    number = "value" if "value" in rows[0] else "freq"
    state = "status" if "status" in rows[0] else "expected_status"
    dims = [c for c in rows[0] if c not in {number, state, "cost", "lpl", "upl"}]
    parents = {h.stem: dict(csv.reader(h.open(encoding="utf-8"))) for h in hierarchies}
    above = {d: [parents.get(d, {}).get(r[d], TOTAL) for r in rows if r[d] != TOTAL] for d in dims}
    inner = [r for r in rows if all(r[d] != TOTAL and r[d] not in above[d] for d in dims)]
    index = {tuple(r[d] for d in dims): i for i, r in enumerate(rows)}
    pairs: list[tuple[int, int]] = []
    for atom, row in enumerate(inner):
        for name in itertools.product(*(_up(row[d], parents.get(d, {})) for d in dims)):
            if name in index:
                pairs.append((index[name], atom))
    matrix = _matrix(pairs, (len(rows), len(inner)))
    leaf = np.array([round(float(r[number])) for r in inner])
    sensitive = np.array([r[state] == "u" for r in rows])
    values = matrix @ leaf
    low, high = (np.array([int(r.get(k) or 1) for r in rows])[sensitive] for k in ("lpl", "upl"))
    atoms = Atoms(leaf, np.zeros_like(leaf), np.full(leaf.size, UNBOUNDED), str)
    cost = np.array([float(r.get("cost") or r[number]) for r in rows])
    cells = Cells(matrix, cost, np.array([r[state] != "z" for r in rows]), sensitive, list(index).__getitem__)
    own = values[sensitive]
    return atoms, cells, Needs(matrix[sensitive], own - low, own + high, np.zeros(own.size, bool), str)


def _up(code: str, parent: dict[str, str]) -> list[str]:
    return [code] if code == TOTAL else [code, *_up(parent.get(code, TOTAL), parent)]


def _matrix(pairs: list[tuple[int, int]], shape: tuple[int, int]) -> sp.csr_array:
    row, column = np.array(pairs).T
    return sp.csr_array(sp.coo_array((np.ones(row.size, dtype=np.int64), (row, column)), shape))


def measure(name: str, problem: Problem, *, visible: bool, seconds: float) -> None:
    """One line: what was hidden, the bound, the times, and what an audit of its own says of it."""
    atoms, cells, needs = problem
    start = time.process_time()
    pattern = protect(atoms, cells, needs, zeros_visible=visible, time_limit=seconds)
    used = time.process_time() - start
    facts = published(cells, atoms, pattern.hidden, zeros_visible=visible)
    report = audit(atoms, facts, needs, hints=pattern.witnesses)
    extra = int((pattern.hidden & ~cells.sensitive).sum())
    bound = "proven" if pattern.proven else f"bound {pattern.lower_bound:.0f}" if pattern.lower_bound else "-"
    print(
        f"{name:9} {len(cells):6} cells {cells.sensitive.sum():5} sensitive {extra:5} more hidden  "
        f"cost {pattern.cost:6.0f}  {bound:9} first {pattern.first_seconds:5.1f} s  "
        f"all {pattern.seconds:6.1f} s (CPU {used:5.1f})  audit: {len(report.failures)} open",
        flush=True,
    )


def main(arguments: list[str]) -> None:
    if arguments[0] == "cells":
        file, *hierarchies = map(Path, arguments[1:])
        measure(file.stem[:9], cell_table(file, hierarchies), visible=False, seconds=60)
        return
    seconds = float(arguments.pop()) if arguments[-1].replace(".", "").isdigit() else 120.0
    for name in arguments[1:]:
        file, _, promise = name.partition(":")
        made = table(Path(arguments[0]) / f"{file}.csv", promise or "std")
        measure(name, made, visible=promise == "open", seconds=seconds)


if __name__ == "__main__":
    main(sys.argv[1:])
