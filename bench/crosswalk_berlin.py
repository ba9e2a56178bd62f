"""Ten variables from Berlin's 447 areas of 2006 to the 542 of 2021: how long does it take?

    python bench/crosswalk_berlin.py FOLDER > bench/crosswalk_berlin.txt

FOLDER holds the register of 2016 (EWR201612E_Matrix.csv) and the published crosswalk
(lor_crosswalk_2006_to_2021_gentriduck.csv.gz). Both are read, checked and converted; totals are compared.
"""

from __future__ import annotations

import csv
import gzip
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from wohnplatz.areas import aligned, convert, crosswalk_of_pairs, read_pairs
from wohnplatz.areas.crosswalk import Crosswalk

VARIABLES = (
    "E_E", "E_EM", "E_EW", "E_EU1", "E_E1U6", "E_E6U15", "E_E15U18", "E_E18U25", "E_E25U55", "E_E65U80",
)  # fmt: skip
RUNS = 9

Result = TypeVar("Result")


def main(folder: Path) -> None:
    values = register(folder / "EWR201612E_Matrix.csv")
    data = gzip.decompress((folder / "lor_crosswalk_2006_to_2021_gentriduck.csv.gz").read_bytes())
    reading, crosswalk = timed(lambda: read(data, set(values)))
    table = {key: dict(zip(VARIABLES, row, strict=True)) for key, row in values.items()}
    columns = [aligned(crosswalk, {k: row[v] for k, row in table.items()})[0] for v in VARIABLES]
    converting, found = timed(lambda: convert(crosswalk, np.column_stack(columns)))
    before, after = np.array(list(values.values())).sum(axis=0), found.value.sum(axis=0)
    sizes = f"{len(crosswalk.sources)} areas to {len(crosswalk.targets)} over {len(crosswalk)} pairs"
    print(f"{sizes}, {len(VARIABLES)} variables")
    print(f"read and check the table: median of {RUNS} {statistics.median(reading) * 1000:.0f} ms")
    worst = max(converting) * 1000
    middle = statistics.median(converting) * 1000
    print(f"convert with states and bands: median {middle:.1f} ms, slowest {worst:.1f} ms")
    total = max(a + b for a, b in zip(reading, converting, strict=True))
    print(f"both, slowest: {total:.3f} s (limit 1 s)")
    print(
        f"largest difference of a total: {np.abs(after - before).max():.1e} of {before[0]:,.0f} inhabitants"
    )
    print(f"areas with an estimate: {len(crosswalk.estimated)} of {len(crosswalk.targets)}")


def register(path: Path) -> dict[str, list[float]]:
    with path.open(encoding="utf-8-sig") as file:
        rows = csv.DictReader(file, delimiter=";")
        return {r["RAUMID"]: [float(r[v].replace(",", ".")) for v in VARIABLES] for r in rows}


def read(data: bytes, known: set[str]) -> Crosswalk:
    """The register has no row for one of the 448 areas of the table."""
    pairs, _ = read_pairs(data, ("plr_id_pre2021", "plr_id_2021", "weight"))
    made = crosswalk_of_pairs([p for p in pairs if p.source in known], ("lor-2006", "lor-2021"))
    if made.crosswalk is None:
        raise SystemExit(made.findings[0].message)
    return made.crosswalk


def timed(work: Callable[[], Result]) -> tuple[list[float], Result]:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return times, result


if __name__ == "__main__":
    main(Path(sys.argv[1]))
