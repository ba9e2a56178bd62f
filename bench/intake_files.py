"""Reads, checks and stores files of three sizes, each in its own process, beside what merely opening costs.

    python bench/intake_files.py > bench/intake_files.txt

* XLSX with 100,000 rows of 10 columns; limit 5 s. Beside it: the workbook library alone.
* CSV with 5,000,000 rows; limit 60 s and 1 GB. Beside it: Python's csv module over the same rows, and DuckDB.
* a normal delivery of 80 areas as XLSX; limit 1 s.

The files are made from a seed in a temporary folder: population by age, sex and nationality.
"""

from __future__ import annotations

import csv
import itertools
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from wohnplatz.indicators import load_catalogue
from wohnplatz.intake import Request, read_delivery
from wohnplatz.model import Catalogue

DAY = date(2025, 12, 31)
HEAD = (
    "Merkmal", "Gebiet", "Gebietsname", "Stichtag", "Alter", "Geschlecht", "Staatsangehörigkeit", "Wert",
    "Zuletzt geliefert", "Bemerkung",
)  # fmt: skip
SIZES = {"xlsx": 100_000, "csv": 5_000_000, "normal": 80 * 84}


def request(catalogue: Catalogue, rows: int) -> Request:
    """A request whose areas give as many cells of the population, by age, sex and nationality."""
    cells = len(list(combinations(catalogue)))
    areas = {f"05{n:08d}": f"Gebiet {n}" for n in range(-(-rows // cells))}
    return Request(catalogue.datasets["bevoelkerung"], DAY, areas, "wohnplatz")


def combinations(catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
    """All labels of the breakdowns together."""
    return itertools.product(
        *(catalogue.dimensions[d].categories.values() for d in ("alter", "geschlecht", "nationalitaet"))
    )


def lines(catalogue: Catalogue, rows: int) -> Iterator[tuple[object, ...]]:
    """Rows of the template in its full width of ten columns."""
    dice, cells = random.Random(7), list(combinations(catalogue))
    asked = request(catalogue, rows).areas.items()
    every = ((key, name, cell) for key, name in asked for cell in cells)
    for key, name, cell in itertools.islice(every, rows):
        count = dice.randrange(3_000)
        yield ("Einwohnerinnen und Einwohner", key, name, "31.12.2025", *cell, count, count + 3, "")


def make(kind: str, folder: Path) -> Path:
    """The file of a kind."""
    catalogue, rows = load_catalogue(), SIZES[kind]
    if kind == "csv":
        path = folder / "lieferung.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, delimiter=";")
            writer.writerow(HEAD)
            writer.writerows(lines(catalogue, rows))
        return path
    import xlsxwriter

    path = folder / f"{kind}.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Daten")
        for n, row in enumerate(itertools.chain([HEAD], lines(catalogue, rows))):
            sheet.write_row(n, 0, row)
    return path


def read(path: Path, kind: str) -> str:
    """Read and check the file as a delivery: seconds, rows, peak memory."""
    from wohnplatz.checks import Background, check, fingerprint, load_rules
    from wohnplatz.store import ObjectStore, write_observations

    catalogue, rules = load_catalogue(), load_rules()
    asked = request(catalogue, SIZES[kind])
    begin = time.perf_counter()
    result = read_delivery(path, path.name, asked, catalogue)
    opened = time.perf_counter()
    found = check(result.observations, Background(asked, catalogue), rules)
    fingerprint(result.observations)
    checked = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_observations(ObjectStore(Path(folder)), result.observations, list(catalogue.dimensions))
    stored = time.perf_counter()
    assert result.ok, [f.message for f in result.findings][:3]
    assert len(result.observations) == SIZES[kind]
    times = {
        "read": opened - begin,
        "check": checked - opened,
        "store": stored - checked,
        "all": stored - begin,
    }
    shown = "   ".join(f"{name} {seconds:6.2f} s" for name, seconds in times.items())
    rows, findings = len(result.observations), len(result.findings) + len(found)
    return f"{rows:>9,} rows   {shown}   peak {_peak()}   {findings} findings"


def peers(path: Path, kind: str) -> Iterator[str]:
    """What opening the same file costs others, without knowing what it says."""
    if kind == "csv":
        begin = time.perf_counter()
        with path.open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.reader(file, delimiter=";"))
        yield f"{rows:>9,} rows   csv module alone {time.perf_counter() - begin:6.2f} s"
        import duckdb

        begin = time.perf_counter()
        duckdb.sql(f"SELECT count(*), sum(Wert) FROM read_csv('{path}', delim=';')").fetchall()
        yield f"{rows:>9,} rows   duckdb, one sum  {time.perf_counter() - begin:6.2f} s"
        return
    from python_calamine import CalamineWorkbook

    begin = time.perf_counter()
    rows = len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())
    yield f"{rows:>9,} rows   workbook library alone {time.perf_counter() - begin:6.2f} s"


def _peak() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:,.0f} MB"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for kind, limit in (("xlsx", "5 s"), ("csv", "60 s, 1 GB"), ("normal", "1 s")):
            path = make(kind, Path(folder))
            print(f"{kind}: {path.stat().st_size / 1e6:,.1f} MB, limit {limit}", flush=True)
            for what in ("--read", "--peers"):
                subprocess.run([sys.executable, __file__, what, str(path), kind], check=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        file, kind = Path(sys.argv[2]), sys.argv[3]
        for line in [read(file, kind)] if sys.argv[1] == "--read" else peers(file, kind):
            print(f"  {line}", flush=True)
    else:
        main()
