"""All index families with intervals for a large district, and the workshop's redraw.

    python bench/index_families.py > bench/index_families.txt

500 areas × 60 indicators × 15 years: every family with its classes in every year, Wilson's interval of
every figure. Then the demo district is loaded and a changed weight is computed and drawn again.
Limits: 5 s and 0.3 s.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from dataclasses import replace

import django
import numpy as np
from django.core.management import call_command

from wohnplatz.model import IndexFamily
from wohnplatz.monitoring import intervals
from wohnplatz.monitoring.families import Scheme, index_values
from wohnplatz.monitoring.quantiles import quantile_classes, ranks

AREAS, INDICATORS, YEARS, RUNS = 500, 60, 15, 5
LIMIT, REDRAW = 5.0, 0.3


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


def redraw() -> list[float]:
    """Seconds of trials with another weight each, from the figures to the picture."""
    from wohnplatz import charts
    from wohnplatz.workflow.accounts.models import User
    from wohnplatz.workflow.releases import queries, trial

    user, release = User.objects.get(username="sozialplanung"), queries.current()
    index = queries.catalogue(release).indices["soziallage"]
    shapes = queries.layer_shapes(release, index.level)
    names = {key: area.name for key, area in queries.hierarchy(release).areas(index.level).items()}
    seconds = []
    for n in range(RUNS + 1):
        parts = tuple(
            replace(part, weight=1 + 0.1 * n) if i == 0 else part for i, part in enumerate(index.status)
        )
        tried = replace(
            index,
            code="versuch",
            status=parts,
            dynamics=(),
            dynamics_limits=(),
            dynamics_classes=(),
            attention=(),
        )
        start = time.perf_counter()
        table = trial.index(user, release, tried, [2025])
        code = "versuch:status_class"
        only = table.where(lambda f, code=code: f.indicator == code)
        charts.map_svg(only, shapes, None, indicator=code, year=2025, names=names, title="", subtitle="")
        seconds.append(time.perf_counter() - start)
    return seconds[1:]


def main() -> None:
    found = [families() for _ in range(RUNS)]
    print("$ python bench/index_families.py")
    print(f"{AREAS} areas x {INDICATORS} indicators x {YEARS} years, {len(IndexFamily)} families,")
    print(f"and {AREAS * INDICATORS * YEARS:,} intervals:")
    print(f"median of {RUNS}: {statistics.median(found):.2f} s, slowest {max(found):.2f} s (limit 5 s)")
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"WOHNPLATZ_HOME": folder, "DJANGO_SETTINGS_MODULE": "wohnplatz.web.settings"}
        django.setup()
        call_command("migrate", verbosity=0)
        from wohnplatz.demo.load import load

        load()
        times = redraw()
    print("a changed weight, demo of 80 areas, computed, through the door and drawn:")
    print(
        f"median {1000 * statistics.median(times):.0f} ms, slowest {1000 * max(times):.0f} ms (limit 300 ms)"
    )
    print(f"{os.cpu_count()} cores")
    if max(found) > LIMIT or max(times) > REDRAW:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
