"""All indicators and the index from the accepted files of the demo: how long does it take?

    python bench/indicators_demo.py > bench/indicators_demo.txt

Loads the demo district into a temporary folder (through the front door, some 40 seconds), then computes its
newest release several times. The time runs from the accepted Parquet files to the finished figure table.
"""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
import time

import django
from django.core.management import call_command

RUNS = 7


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"WOHNPLATZ_HOME": folder, "DJANGO_SETTINGS_MODULE": "wohnplatz.web.settings"}
        django.setup()
        call_command("migrate", verbosity=0)
        measure()


def measure() -> None:
    from wohnplatz.demo.load import load
    from wohnplatz.indicators import catalogue_from_json, compute
    from wohnplatz.store import Kind, Manifest
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.releases.models import Release

    load()
    store = memory.store()
    manifest = Manifest.load(store, Release.objects.order_by("-number")[0].manifest)
    catalogue = catalogue_from_json(store.read(Kind.CATALOGUE, manifest.catalogue))
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        table = compute(store, manifest)
        seconds.append(time.perf_counter() - start)
    years = len(set(table.year.tolist()))
    places = len(set(table.area[table.level == "wohnplatz"].tolist()))
    print("$ python bench/indicators_demo.py")
    print(f"{len(manifest.entries)} accepted deliveries, {years} years, {places} areas")
    print(f"{len(catalogue.indicators)} indicators, {len(catalogue.indices)} index, {len(table):,} figures")
    print(f"median of {RUNS}: {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s (limit 3 s)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak of the process, loading included: {peak} MB, {os.cpu_count()} cores, one thread")


if __name__ == "__main__":
    main()
