"""The audit: how fast it proves, what it finds, and what others take.

Usage: python bench/audit.py FOLDER [--part s4 geo leaks ledger peer files] [--seconds 60]

FOLDER holds the leaf counts S1.csv … S4p.csv (geo, geo_g, sex, age, age_g, nat, freq). Patterns are made by
our own suppression. With ``--part files`` FOLDER holds anybody's publication, such as the folder ``daten``
of an atlas, and is checked as ``wohnplatz audit`` does. The peer (pytauargus, EUPL) is measured only where
it is installed.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import tempfile
import time
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import geo
import numpy as np
import scipy.sparse as sp

from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.explain import explain
from wohnplatz.disclosure.facts import join, printed_ratios, published, ratios, rounded
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Cells, Facts, Needs
from wohnplatz.disclosure.proof import check_proof
from wohnplatz.disclosure.requirements import requirements
from wohnplatz.disclosure.rules import Level, Rule
from wohnplatz.disclosure.suppress import protect
from wohnplatz.disclosure.tables import Dimension, cube

COARSER = ("geo_g", "age_g")


def table(path: Path) -> tuple[Atoms, Cells]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return cube(np.array([int(row["freq"]) for row in rows]), dimensions_of(path))


def dimensions_of(path: Path) -> list[Dimension]:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return [
        Dimension(name, tuple(columns[level] for level in (name, f"{name}_g") if level in columns))
        for name in columns
        if name not in (*COARSER, "freq")
    ]


def needs_of(atoms: Atoms, cells: Cells, level: Level) -> Needs:
    rule = Rule("Personen", minimum_count=3, level=level)
    return requirements(atoms, cells.matrix, [rule] * len(cells), cells.name).needs


def told(words: str, atoms: Atoms, facts: Facts, needs: Needs, **more: object) -> Counter:
    """Audit once and print what it took; what it found."""
    cpu = time.process_time()
    report = audit(atoms, facts, needs, **more)
    cpu = time.process_time() - cpu
    begin = time.process_time()
    checked = check_proof(report.proof, atoms, facts, needs)
    check = time.process_time() - begin
    found = Counter("exact" if f.exact else f.verdict.value for f in report.failures)
    print(
        f"{words:58} {report.needed:6} needs, proven {report.proven:6}, {report.solves:5} solves,"
        f" {cpu:7.2f} s CPU; proof {'holds' if checked else 'incomplete'}, checked in {check:.3f} s"
        f" {dict(found) or ''}"
    )
    return found


def s4(folder: Path, seconds: float = 60) -> None:
    """Certificate, exact intervals, and a certificate that starts from the suppression's own moves."""
    atoms, cells = table(folder / "S4.csv")
    for level in (Level.NOT_COMPUTABLE, Level.NOT_SMALL):
        needs = needs_of(atoms, cells, level)
        pattern = protect(atoms, cells, needs, zeros_visible=True, time_limit=seconds)
        facts = published(cells, atoms, pattern.hidden)
        words = f"S4 {level.value}, {pattern.hidden.sum()} hidden"
        for seed in range(3):
            told(f"{words}, certificate {seed}", atoms, facts, needs, seed=seed)
        told(f"{words}, from the pattern's moves", atoms, facts, needs, hints=pattern.witnesses)
    rows = cells.matrix[np.flatnonzero(pattern.hidden)]
    values = rows @ atoms.values
    every = Needs(rows, values - 1, values + 1, np.ones(len(values), dtype=bool), str)
    told("S4, exact intervals of all hidden cells", atoms, facts, every, mode="exact")
    secondary = np.flatnonzero(pattern.hidden & ~cells.sensitive)
    opened = pattern.hidden.copy()
    opened[secondary[:: len(secondary) // 10]] = False
    broken = published(cells, atoms, opened)
    told("S4, ten secondary cells opened", atoms, broken, needs)
    for failure in audit(atoms, broken, needs).failures[:2]:
        begin = time.process_time()
        print("   ", explain(failure, atoms, broken, needs), f"({time.process_time() - begin:.1f} s CPU)")


def two_divisions(seconds: float = 60) -> None:
    """GEO: each division safe alone, then both protected as one."""
    district = geo.district()
    one = geo.needs_of(district.atoms, district.areas, district.schools)
    all_needs = geo.needs_of(district.atoms, district.areas, district.schools, district.pieces)
    cells = geo.both(district)
    alone = published(cells, district.atoms, geo.apart(district, seconds / 2))
    told("GEO, each safe alone, published small counts", district.atoms, alone, one)
    told("GEO, each safe alone, with slivers", district.atoms, alone, all_needs)
    pattern = protect(district.atoms, cells, all_needs, zeros_visible=True, time_limit=seconds)
    as_one = published(cells, district.atoms, pattern.hidden)
    told("GEO, protected as one, with slivers", district.atoms, as_one, all_needs)


def leaks(folder: Path) -> None:
    """What everyday publications give away."""
    atoms, cells = table(folder / "S4.csv")
    people, people_cells = table(folder / "S4p.csv")
    part, whole = cells.matrix @ atoms.values, people_cells.matrix @ people.values
    small = np.flatnonzero(cells.sensitive & (whole > 0))
    print(f"Rates beside {len(small)} blanked numerators, inhabitants public:")
    pair = Atoms(part[small], np.ones(len(small), np.int64), np.full(len(small), UNBOUNDED), str)
    unit = sp.csr_array(sp.eye_array(len(small), dtype=np.int64))
    needs = Needs(unit, pair.values - 1, pair.values + 1, np.ones(len(small), dtype=bool), str)
    for decimals in (0, 1):
        shown = [
            round(Decimal(int(100 * a)) / Decimal(int(b)), decimals)
            for a, b in zip(part[small], whole[small], strict=True)
        ]
        told(
            f"  per cent, {decimals} decimals",
            pair,
            printed_ratios(unit, unit, shown, str, known=whole[small]),
            needs,
        )
    shares = part[small] / whole[small]
    limits = [Fraction(int(part[small][i]), int(whole[small][i])) for i in np.argsort(shares)]
    cuts = [limits[k * (len(limits) - 1) // 5] for k in range(6)]
    own = [Fraction(int(a), int(b)) for a, b in zip(part[small], whole[small], strict=True)]
    at = [min(max(sum(c <= x for c in cuts) - 1, 0), 4) for x in own]
    classes = ratios(
        unit, unit, [cuts[k] for k in at], [cuts[k + 1] for k in at], str,
        below=np.array([k < 4 for k in at]), known=whole[small],
    )  # fmt: skip
    told("  five classes with exact limits", pair, classes, needs)
    atoms, cells = table(folder / "S3.csv")
    needs = needs_of(atoms, cells, Level.NOT_COMPUTABLE)
    seeds = [protect(atoms, cells, needs, zeros_visible=True, time_limit=10, seed=s).hidden for s in (1, 2)]
    releases = [published(cells, atoms, hidden) for hidden in seeds]
    for i, release in enumerate(releases):
        told(f"S3, release {i + 1} alone", atoms, release, needs)
    told("S3, both releases together", atoms, join(*releases), needs)
    free = Atoms(atoms.values, np.zeros(len(atoms), np.int64), atoms.upper, atoms.name)
    sums = cells.matrix @ atoms.values
    for base in (3, 5, 10):
        nearest = rounded(cells.matrix, base * ((sums + base // 2) // base), base, cells.name)
        told(f"S3, every cell rounded to the nearest {base}", free, nearest, needs, time_limit=120.0)


def ledger(folder: Path) -> None:
    """A million published facts: many tables like S4 side by side."""
    atoms, cells = table(folder / "S4.csv")
    needs = needs_of(atoms, cells, Level.NOT_COMPUTABLE)
    pattern = protect(atoms, cells, needs, zeros_visible=True, time_limit=60)
    facts = published(cells, atoms, pattern.hidden)
    times = -(-1_000_000 // len(facts))
    many = sp.eye_array(times, dtype=np.int64, format="csr")

    def repeated(matrix: sp.csr_array) -> sp.csr_array:
        return sp.csr_array(sp.kron(many, matrix, format="csr")).astype(np.int64)

    big = Atoms(*(np.tile(x, times) for x in (atoms.values, atoms.lower, atoms.upper)), str)
    out = Facts(repeated(facts.matrix), np.tile(facts.low, times), np.tile(facts.high, times), str)
    tiled = (np.tile(x, times) for x in (needs.low_max, needs.high_min, needs.either))
    asked = Needs(repeated(needs.matrix), *tiled, str)
    told(f"{len(out):,} facts, from nothing", big, out, asked)
    told(f"{len(out):,} facts, from known moves", big, out, asked, hints=repeated(pattern.witnesses))


def relations(path: Path) -> list[tuple[int, list[int]]]:
    """The table's sums as the peer wants them: a total's cell and those it is made of."""
    names = [d.name for d in dimensions_of(path)]
    sums: list[list[tuple[int, list[int]]]] = []
    sizes = []
    for dimension in dimensions_of(path):
        _, own = cube(np.zeros(len(dimension.levels[0]), dtype=np.int64), [dimension])
        sets = [frozenset(own.matrix[[i]].indices.tolist()) for i in range(len(own))]
        leaves, groups = len(sets[-1]), range(len(sets[-1]), len(sets) - 1)
        under = list(groups) or list(range(leaves))
        sums.append([(g, sorted(sets[g])) for g in groups] + [(len(sets) - 1, under)])
        sizes.append(len(sets))
    result = []
    for k in range(len(names)):
        for other in itertools.product(*(range(n) for i, n in enumerate(sizes) if i != k)):
            place = [int(np.ravel_multi_index((*other[:k], x, *other[k:]), sizes)) for x in range(sizes[k])]
            result += [(place[total], [place[x] for x in parts]) for total, parts in sums[k]]
    return result


def peer(folder: Path) -> None:
    """The same pattern, audited by τ-ARGUS: intervals of all hidden cells, told that hidden is at least 1."""
    try:
        from pytauargus._tauargus import audit_jj
    except ImportError:
        print("pytauargus is not installed (pip install pytauargus): no side-by-side figures")
        return
    atoms, cells = table(folder / "S4.csv")
    needs = needs_of(atoms, cells, Level.NOT_SMALL)
    pattern = protect(atoms, cells, needs, zeros_visible=True, time_limit=60)
    facts = published(cells, atoms, pattern.hidden)
    told("S4, certificate", atoms, facts, needs)
    rows = cells.matrix[np.flatnonzero(pattern.hidden)]
    values = rows @ atoms.values
    every = Needs(rows, values - 1, values + 1, np.ones(len(values), dtype=bool), str)
    told("S4, exact intervals of all hidden cells", atoms, facts, every, mode="exact")
    sums = cells.matrix @ atoms.values
    lines = ["0", str(len(cells))]
    for i, value in enumerate(sums):
        status = "u" if cells.sensitive[i] else "m" if pattern.hidden[i] else "s" if value else "z"
        levels = f"1 {max(3 - value, 1)}" if status == "u" else "0 0"
        lines.append(f"{i} {value} 1 {status} {int(value > 0)} 1000000 {levels} 0")
    told_sums = relations(folder / "S4.csv")
    lines.append(str(len(told_sums)))
    lines += [f"0 {len(p) + 1} : {t} (-1) " + " ".join(f"{x} (1)" for x in p) for t, p in told_sums]
    with tempfile.NamedTemporaryFile("w", suffix=".jj") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        cpu = time.process_time()
        found = audit_jj(file.name)
        cpu = time.process_time() - cpu
    closed = sum(row["max"] - row["min"] < 1e-6 for row in found if row["status"] == "u")
    print(f"τ-ARGUS, intervals of {len(found)} hidden cells: {cpu:.2f} s CPU, {closed} sensitive ones closed")


def files(folder: Path) -> None:
    """A folder of published files, guessed and attacked: CPU seconds when each step begins."""
    from wohnplatz.checks.publications import check_publication

    begin, steps = time.process_time(), set[str]()

    def move(step: str, *_: int) -> None:
        if step not in steps:
            steps.add(step)
            print(f"{step} from {time.process_time() - begin:.0f} s CPU", flush=True)

    checked = check_publication(folder, progress=move)
    print(f"{checked.tables} tables, {checked.figures:,} figures, {checked.attacked:,} counts attacked")
    took = time.process_time() - begin
    print(f"done at {took:.0f} s CPU; {checked.revealed} revealed, {len(checked.left)} left")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", nargs="*", default=["s4", "geo", "leaks", "ledger"])
    parser.add_argument("--seconds", type=float, default=60, help="for making each pattern")
    args = parser.parse_args()
    parts = {
        "s4": lambda: s4(args.folder, args.seconds),
        "geo": lambda: two_divisions(args.seconds),
        "leaks": lambda: leaks(args.folder),
        "ledger": lambda: ledger(args.folder),
        "peer": lambda: peer(args.folder),
        "files": lambda: files(args.folder),
    }
    for part in args.part:
        parts[part]()


if __name__ == "__main__":
    main()
