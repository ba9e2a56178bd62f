"""All indicators and the index from ten years of deliveries: how long does it take?

    python bench/indicators_demo.py > bench/indicators_demo.txt

Made-up files of the demo's volume (80 areas, 8 municipalities, one district, 10 years, all variables of the
shipped catalogue with all breakdowns, one file per data set, supplier and year). The time runs from the
accepted files to the finished figure table.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

from wohnplatz.indicators import compute_figures, load_catalogue
from wohnplatz.model import Area, Catalogue, Division, Hierarchy, Observation, Variable
from wohnplatz.store import Kind, ObjectStore, write_observations

YEARS = range(2016, 2026)
MUNICIPALITIES, AREAS = 8, 80
RUNS = 5


def hierarchy() -> Hierarchy:
    start = date(2010, 1, 1)
    towns = tuple(Area(f"0599900{n}", f"Kommune {n}", "05999") for n in range(MUNICIPALITIES))
    places = tuple(
        Area(f"{towns[n % 8].key}{n:02d}", f"Wohnplatz {n}", towns[n % 8].key) for n in range(AREAS)
    )
    return Hierarchy(
        (
            Division("wohnplaetze", "wohnplatz", "Wohnplätze", places, start),
            Division("kommunen", "kommune", "Kommunen", towns, start),
            Division("kreis", "kreis", "Kreis", (Area("05999", "Kreis"),), start),
        )
    )


def cells(catalogue: Catalogue, variable: Variable) -> list[dict[str, str]]:
    found: list[dict[str, str]] = [{}]
    for code in variable.breakdowns:
        found = [{**cell, code: c} for cell in found for c in catalogue.dimensions[code].categories]
    return found


def day(variable: Variable, year: int) -> date:
    if variable.reference == "Jahr":
        return date(year, 12, 31)
    d, m, _ = variable.reference.split(".")
    return date(year, int(m), int(d))


def deliveries(store: ObjectStore, catalogue: Catalogue, areas: Hierarchy) -> tuple[list[Path], int]:
    chance = np.random.default_rng(2)
    files, count = [], 0
    for dataset in catalogue.datasets:
        variables = [v for v in catalogue.variables.values() if v.dataset == dataset]
        for year in YEARS:
            for town in areas.areas("kommune"):
                rows = []
                for v in variables:
                    if v.rhythm == "gerade Jahre" and year % 2:
                        continue
                    keys = areas.children(town) if v.level == "wohnplatz" else (town,)
                    for key in keys:
                        for cell in cells(catalogue, v):
                            value = float(
                                chance.integers(10, 60) if v.breakdowns else chance.integers(40, 400)
                            )
                            rows.append(Observation(v.code, key, day(v, year), value, breakdown=cell))
                if rows:
                    count += len(rows)
                    sha = write_observations(store, rows, list(catalogue.dimensions))
                    files.append(store.path(Kind.OBSERVATIONS, sha))
    return files, count


def main() -> None:
    catalogue, areas = load_catalogue(), hierarchy()
    with tempfile.TemporaryDirectory() as folder:
        files, count = deliveries(ObjectStore(Path(folder)), catalogue, areas)
        seconds = []
        for _ in range(RUNS):
            start = time.perf_counter()
            table = compute_figures(catalogue, areas, files)
            seconds.append(time.perf_counter() - start)
    print(f"Beobachtungen: {count} in {len(files)} Dateien, {len(YEARS)} Jahre, {AREAS} Gebiete")
    print(f"Indikatoren: {len(catalogue.indicators)}, Indizes: {len(catalogue.indices)}, Werte: {len(table)}")
    print(f"Median von {RUNS} Läufen: {statistics.median(seconds):.2f} s, längster: {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
