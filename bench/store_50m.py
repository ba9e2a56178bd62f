"""50 million observations to areas × years: the store's engine against the same query by hand in DuckDB.

    python bench/store_50m.py [millions of observations, default 50]

Files are written through the store; each measurement runs in a process of its own, in turn, and the median
counts. Limits: ratio at most 1.2, peak memory under 500 MB.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MUNICIPALITIES, AREAS, YEARS, RUNS = 8, 10, 16, 5
SUMS = (
    "SELECT area, year(reference_date) AS year, SUM(value) AS total, COUNT(value) AS numbers, "
    "MAX(state) AS state FROM {source} GROUP BY area, year(reference_date)"
)


def generate(root: Path, rows: int) -> float:
    """One delivery per municipality and year, with ``rows`` cells each. Returns seconds."""
    import numpy as np

    from wohnplatz.store import Kind, ObjectStore, write_table

    start = time.perf_counter()
    store, random = ObjectStore(root), np.random.default_rng(1)

    def texts(form: str, count: int) -> np.ndarray:
        return np.array([form.format(i) for i in range(count)], dtype=object)[np.arange(rows) % count]

    fixed = {
        "variable": np.sort(texts("merkmal_{:02d}", 30)), "geschlecht": texts("g{}", 3),
        "alter": texts("a{}", 20), "nationalitaet": texts("n{}", 7), "sheet": texts("Daten", 1),
        "row": np.arange(rows, dtype=np.int32), "column": texts("F", 1),
    }  # fmt: skip
    for municipality in range(MUNICIPALITIES):
        areas = texts(f"05999{municipality:03d}{{:02d}}", AREAS)
        for year in range(2010, 2010 + YEARS):
            state = np.where(random.random(rows) < 0.05, 15, 0).astype(np.uint8)
            value = np.where(state < 10, random.poisson(40, rows), np.nan)
            day = np.full(rows, f"{year}-12-31", dtype="datetime64[D]")
            columns = {**fixed, "area": areas, "reference_date": day, "value": value, "state": state}
            write_table(store, Kind.OBSERVATIONS, columns)
    return time.perf_counter() - start


def with_store(root: Path) -> float:
    """The store's engine; returns the sum of all cells as a check."""
    from wohnplatz.store import DuckDBEngine, Kind, ObjectStore, Step

    store = ObjectStore(root)
    paths = [store.path(Kind.OBSERVATIONS, sha) for sha in store.hashes(Kind.OBSERVATIONS)]
    steps = [Step("sums", SUMS.format(source="observations"), "Summe je Gebiet und Jahr")]
    result = DuckDBEngine().run({"observations": paths}, steps, "sums")
    return float(result["total"].sum())


def by_hand(root: Path) -> float:
    """The query as one would type it; returns the sum of all cells as a check."""
    import duckdb

    source = f"read_parquet('{root}/observations/*')"
    return float(duckdb.connect().execute(SUMS.format(source=source)).fetchnumpy()["total"].sum())


def measure(way: str, root: Path) -> dict[str, float]:
    """Seconds, peak memory in MB and the check of one way, in a process of its own."""
    done = subprocess.run([sys.executable, __file__, way, str(root)], check=True, capture_output=True)
    return json.loads(done.stdout)


def child(way: str, root: Path) -> None:
    import duckdb  # noqa: F401 -- loading the libraries is not the query

    import wohnplatz.store  # noqa: F401

    start = time.perf_counter()
    check = {"store": with_store, "hand": by_hand}[way](root)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "check": check}))


def main(millions: float) -> None:
    rows = int(millions * 1e6) // (MUNICIPALITIES * YEARS)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        seconds = generate(root, rows)
        size = sum(p.stat().st_size for p in root.rglob("*") if p.is_file()) / 1e6
        files, total = MUNICIPALITIES * YEARS, rows * MUNICIPALITIES * YEARS
        print(f"{total:,} observations in {files} files, {size:.0f} MB, written in {seconds:.0f} s")
        measure("hand", root)  # warms the file cache for both
        runs = {way: [] for way in ("hand", "store")}
        for _ in range(RUNS):
            for way, results in runs.items():
                results.append(measure(way, root))
    if len({r["check"] for results in runs.values() for r in results}) != 1:
        sys.exit("the two ways do not agree")
    median = {way: statistics.median(r["seconds"] for r in results) for way, results in runs.items()}
    for way, results in runs.items():
        print(
            f"{way:>6}: {median[way]:.2f} s (median of {RUNS}), peak {max(r['peak'] for r in results):.0f} MB"
        )
    ratio, cores = median["store"] / median["hand"], os.cpu_count()
    print(f" ratio: {ratio:.2f} (limit 1.2; peak under 500 MB), {cores} cores")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        child(sys.argv[1], Path(sys.argv[2]))
    else:
        main(float(sys.argv[1]) if len(sys.argv) == 2 else 50)
