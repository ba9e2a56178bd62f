"""All index families with intervals for a large district.

    python bench/index_families.py > bench/index_families.txt

500 areas × 60 indicators × 15 years: every family with its classes in every year, Wilson's interval of
every figure. Limit: 5 s. The redraw after a changed weight is measured by ``workshop_500.py``.
"""

from __future__ import annotations

import os
import statistics
import time

import numpy as np

from wohnplatz.model import IndexFamily
from wohnplatz.monitoring import intervals
from wohnplatz.monitoring.families import Scheme, index_values
from wohnplatz.monitoring.quantiles import quantile_classes, ranks

AREAS, INDICATORS, YEARS, RUNS = 500, 60, 15, 5
LIMIT = 5.0


def families() -> float:
    """Seconds for all families in all years with classes, ranks and intervals."""
    chance = np.random.default_rng(1)
    total = chance.integers(300, 4000, (YEARS, AREAS, INDICATORS)).astype(float)
    count = chance.binomial(total.astype(int), 0.12).astype(float)
    themes = tuple(tuple(range(n, n + 10)) for n in range(0, INDICATORS, 10))
    start = time.perf_counter()
    values = 100 * count / total
    for family in IndexFamily:
        scheme = Scheme(family, (1.0,) * INDICATORS, themes=themes)
        for year in range(YEARS):
            score = index_values(values[year], scheme).score
            quantile_classes(score, 5, kind=9)
            ranks(score)
    intervals.wilson(count.ravel(), total.ravel())
    return time.perf_counter() - start


def main() -> None:
    found = [families() for _ in range(RUNS)]
    print("$ python bench/index_families.py")
    print(f"{AREAS} areas x {INDICATORS} indicators x {YEARS} years, {len(IndexFamily)} families,")
    print(f"and {AREAS * INDICATORS * YEARS:,} intervals:")
    print(f"median of {RUNS}: {statistics.median(found):.2f} s, slowest {max(found):.2f} s (limit 5 s)")
    print(f"{os.cpu_count()} cores")
    if max(found) > LIMIT:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
