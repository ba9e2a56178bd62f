"""The same tables in τ-ARGUS: how many further cells it hides, and how many its pattern gives back.

    python bench/peer.py TABLES S1 S1p S2 S2p [OPT | MOD]   leaf counts NAME.csv in the folder TABLES

wants ``pytauargus`` (``pip install -e .[bench]``: the engine of τ-ARGUS with a free solver; never needed at
run time) and says so where it is not there. It is given each cell with weight 1, the sensitive ones with the
very interval our own run must reach under the intruder's bound 0. Its pattern is then attacked by our audit:
by the same intruder, and by one who knows that a hidden cell is not 0, as zeros are shown.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from suppression import COARSER, TOTAL, table

from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import published

MINUTES = 2


def main(arguments: list[str]) -> int:
    try:
        from pytauargus.engine import run_batch
    except ImportError:
        print("pytauargus is not here (pip install -e .[bench]): no side-by-side figures.")
        return 0
    method = arguments.pop() if arguments[-1] in {"OPT", "MOD"} else "OPT"
    for name in arguments[1:]:
        source = Path(arguments[0]).resolve() / f"{name}.csv"
        with tempfile.TemporaryDirectory() as folder:
            names = prepare(source, Path(folder), method)
            wall, cpu, here = time.monotonic(), time.process_time(), Path.cwd()
            os.chdir(folder)
            try:
                run_batch("table.arb")
                marked = set(hidden(Path("out.tab"), len(names[0])))
            except Exception as error:  # whatever a peer's engine says is its result
                print(f"{name:4} τ-ARGUS {method}: {type(error).__name__}: {error}")
                continue
            finally:
                os.chdir(here)
            wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        assert marked <= set(names), f"unknown cells in the result: {sorted(marked - set(names))[:5]}"
        pattern = np.array([n in marked for n in names])
        told = [attacked(source, pattern, promise) for promise in ("std", "open")]
        print(
            f"{name:4} τ-ARGUS {method}: {told[0][0]:5} more hidden, {wall:6.1f} s (CPU {cpu:6.1f});"
            f" our audit: {told[0][1]} of too narrow an interval, {told[1][1]} computable if zeros are shown",
            flush=True,
        )
    return 0


def prepare(source: Path, folder: Path, method: str) -> list[tuple[str, ...]]:
    """Table, description, hierarchies and batch file; the names of the cells in our order."""
    with source.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    dims = [d for d in rows[0] if d not in {"freq", *COARSER.values()}]
    atoms, cells, needs = table(source, "std")
    values = cells.matrix @ atoms.values
    names = [cells.name(i) for i in range(len(cells))]
    low, high = np.zeros(len(cells), int), np.zeros(len(cells), int)
    at = np.flatnonzero(cells.sensitive)
    low[at], high[at] = values[at] - needs.low_max, needs.high_min - values[at]
    lines = [
        ";".join((*name, str(v), "1", "u" if s else "s", str(down), str(up)))
        for name, v, s, down, up in zip(names, values, cells.sensitive, low, high, strict=True)
        if v
    ]
    (folder / "table.tab").write_text("\n".join(lines) + "\n")
    told = ['<SEPARATOR> ";"', "<SAFE> S", "<UNSAFE> U", "<PROTECT> P"]
    for dim in dims:
        told += [dim, "<RECODEABLE>", f'<TOTCODE> "{TOTAL}"']
        if COARSER.get(dim) in rows[0]:
            told += ["<HIERARCHICAL>", f'<HIERCODELIST> "{dim}.hrc"', '<HIERLEADSTRING> "@"']
            (folder / f"{dim}.hrc").write_text("\n".join(tree(rows, dim)) + "\n")
    told += ["freq", "<NUMERIC>", "<DECIMALS> 0", "cost", "<NUMERIC> <COST>", "status", "<STATUS>"]
    told += ["lpl", "<NUMERIC> <LOWERPL>", "upl", "<NUMERIC> <UPPERPL>"]
    (folder / "table.rda").write_text("\n".join(told) + "\n")
    shape = "".join(f'"{d}"' for d in dims)
    how = f"OPT(1,{MINUTES})" if method == "OPT" else f"MOD(1,{MINUTES},1,1,1)"
    batch = [
        '<OPENTABLEDATA> "table.tab"',
        '<OPENMETADATA> "table.rda"',
        f'<SPECIFYTABLE> {shape}|"freq"||"cost"',
    ]
    batch += [
        "<SAFETYRULE> MAN(10)",
        "<READTABLE> 1",
        f"<SUPPRESS> {how}",
        '<WRITETABLE> (1,4,SO+,"out.tab")',
    ]
    (folder / "table.arb").write_text("\n".join(batch) + "\n")
    return names


def tree(rows: list[dict[str, str]], dim: str) -> Iterable[str]:
    """Groups, each with its members below."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        members = groups.setdefault(row[COARSER[dim]], [])
        if row[dim] not in members:
            members.append(row[dim])
    for group, members in groups.items():
        yield from (group, *(f"@{m}" for m in members))


def hidden(file: Path, dims: int) -> Iterable[tuple[str, ...]]:
    """Cells that the result marks as unsafe, first or second."""
    with file.open(encoding="utf-8") as text:
        for line in csv.reader(text):
            if line[-1] not in {"V", "E", "-"}:
                yield tuple(name.strip() for name in line[:dims])


def attacked(source: Path, pattern: np.ndarray, promise: str) -> tuple[int, int]:
    """Further cells hidden, and needs that our audit cannot prove for this pattern."""
    atoms, cells, needs = table(source, promise)
    facts = published(cells, atoms, pattern | cells.sensitive, zeros_visible=promise == "open")
    return int((pattern & ~cells.sensitive).sum()), len(audit(atoms, facts, needs).failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
