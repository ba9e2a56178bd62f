"""Time of all checks: a normal delivery (80 areas) and one of 5 million observations, both with history.

    python bench/checks.py > bench/checks.txt

The large delivery is the catalogue's `bevoelkerung` for 52,000 areas, population by age, sex and nationality;
three earlier years of the same size lie behind it. Made up from a seed; in columns, as the reader gives it.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from datetime import date

import numpy as np

from wohnplatz.checks import Background, check, fingerprint, load_rules
from wohnplatz.indicators import load_catalogue
from wohnplatz.intake import Request
from wohnplatz.intake.request import cells_of, variables_due
from wohnplatz.model import Catalogue, Coded, ObservationTable, stacked

LARGE_AREAS = 52_000
NORMAL_AREAS = 80


def delivery(request: Request, catalogue: Catalogue, seed: int) -> ObservationTable:
    """Every cell of the request, filled with plausible counts; the same level every year."""
    return stacked([
        _cells(code, cells, request, np.random.default_rng([seed, n]), catalogue)
        for n, (code, variable) in enumerate(variables_due(request, catalogue).items())
        for cells in [list(cells_of(variable, catalogue))]
    ])  # fmt: skip


def _cells(
    code: str,
    cells: Sequence[tuple[str, ...]],
    request: Request,
    dice: np.random.Generator,
    catalogue: Catalogue,
) -> ObservationTable:
    breakdowns = catalogue.variables[code].breakdowns
    n, areas = len(request.areas) * len(cells), tuple(request.areas)
    place = np.tile(np.arange(len(cells), dtype=np.int32), len(areas))
    level = np.repeat(1500 + np.arange(len(areas)) % 997, len(cells))
    share = {"einwohner": 1 / len(cells), "haushalte": 0.5, "flaeche": 0.001}.get(code, 0.02)
    return ObservationTable(
        variable=Coded.constant(code, n),
        area=Coded(areas, np.repeat(np.arange(len(areas), dtype=np.int32), len(cells))),
        days=np.full(n, np.datetime64(request.reference_date)),
        categories={
            d: Coded(tuple(names), np.array([names.index(c[k]) for c in cells], dtype=np.int32)[place])
            for k, d in enumerate(breakdowns)
            for names in [list(catalogue.dimensions[d].categories)]
        },
        value=dice.poisson(level * share).astype(np.float64),
        state=np.zeros(n, dtype=np.uint8),
        sheet=Coded.constant("Daten", n),
        row=np.arange(2, n + 2, dtype=np.int32),
        column=Coded.constant("Wert", n),
    )


def background(areas: int, catalogue: Catalogue) -> tuple[ObservationTable, Background]:
    """A delivery of so many areas and the three years before it."""
    names = {f"{key:010d}": f"Gebiet {key}" for key in range(areas)}
    dataset = catalogue.datasets["bevoelkerung"]
    requests = [Request(dataset, date(year, 12, 31), names, "wohnplatz") for year in range(2022, 2026)]
    tables = [delivery(request, catalogue, request.reference_date.year) for request in requests]
    history = {r.reference_date: t for r, t in zip(requests[:-1], tables, strict=False)}
    former = {fingerprint(tables[-2]): "der Lieferung zum 31.12.2024"}
    return tables[-1], Background(requests[-1], catalogue, history, former_files=former)


def main() -> None:
    catalogue, rules = load_catalogue(), load_rules()
    for areas in (NORMAL_AREAS, LARGE_AREAS):
        table, known = background(areas, catalogue)
        start = time.perf_counter()
        found = check(table, known, rules)
        seconds = time.perf_counter() - start
        earlier = sum(len(t) for t in known.history.values())
        print(f"{areas:>6} areas  {len(table):>9,} observations  {earlier:>10,} earlier  "
              f"{seconds:6.2f} s  {len(found)} findings")  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory, data included: {peak:,.0f} MB")


if __name__ == "__main__":
    main()
