"""The workshop's redraw for 500 areas: a changed weight through index, door, map and sensitivity.

    python bench/workshop_500.py > bench/workshop_500.txt

What a page does once the release's rows are cached: the index of the shipped catalogue, the door with the
standard rules, the map as SVG, and the sensitivity the page shows (200 draws). Limit: 0.3 s.
"""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import replace

import numpy as np
import shapely

from wohnplatz import charts, indicators
from wohnplatz.areas import AreaLayer, shapes
from wohnplatz.disclosure import load_rules, release
from wohnplatz.indicators import figure_meta, inputs, load_catalogue, protection
from wohnplatz.model import Audience, CellState, ClassMethod, FigureTable, ReleaseContext
from wohnplatz.monitoring import classify, index_classes
from wohnplatz.monitoring.families import Scheme
from wohnplatz.monitoring.sensitivity import sensitivity

SIDE, YEAR, RUNS, LIMIT, DRAWS = (25, 20), 2025, 9, 0.3, 200


def layer() -> AreaLayer:
    """500 cells with bent borders."""
    chance = np.random.default_rng(3)
    corners = np.stack(np.meshgrid(np.arange(SIDE[0] + 1), np.arange(SIDE[1] + 1), indexing="ij"), axis=-1)
    points = 1500.0 * (corners + chance.uniform(-0.25, 0.25, corners.shape))
    cells = [
        shapely.Polygon([points[i, j], points[i + 1, j], points[i + 1, j + 1], points[i, j + 1]])
        for i in range(SIDE[0]) for j in range(SIDE[1])
    ]  # fmt: skip
    keys = tuple(f"{n:04d}" for n in range(len(cells)))
    return AreaLayer(keys, keys, (None,) * len(keys), np.array(cells, dtype=object))


def rows(codes: list[str], areas: tuple[str, ...]) -> FigureTable:
    """Figures of all inputs for all areas."""
    chance, n = np.random.default_rng(5), len(codes) * len(areas)
    base = chance.integers(400, 6000, n).astype(float)
    count = np.floor(base * chance.uniform(0.05, 0.4, n))
    return FigureTable(
        indicator=np.repeat(codes, len(areas)), level=np.full(n, "wohnplatz"),
        area=np.tile(areas, len(codes)),
        year=np.full(n, YEAR, dtype=np.int32), breakdown=np.full(n, ""), value=100 * count / base,
        state=np.full(n, int(CellState.VALUE), dtype=np.uint8), numerator=count, denominator=base,
        covered=np.ones(n, dtype=np.int32), expected=np.ones(n, dtype=np.int32), share=np.ones(n),
        reason=np.full(n, ""),
    )  # fmt: skip


def main() -> None:
    catalogue, rules = load_catalogue(), load_rules()
    index = catalogue.indices["soziallage"]
    ground = layer()
    drawn = shapes(ground, width=1000)
    codes = [p.indicator for p in index.status]
    known = rows([*codes, index.population], ground.keys)
    people = known.indicator == index.population
    known.value[people] = known.denominator[people]
    context = ReleaseContext("Bench", "1", "0" * 64, "2025-01-01", Audience.WORKING, "")
    values = known.value[~people].reshape(len(codes), -1).T
    total, sensitive, processor = [], [], []
    for n in range(RUNS + 1):
        parts = (replace(index.status[0], weight=1 + 0.1 * n), *index.status[1:])
        tried = replace(
            index, code="versuch", status=parts, dynamics=(), dynamics_limits=(), dynamics_classes=(),
            attention=(), exclusions=(),
        )  # fmt: skip
        own = replace(catalogue, indices={"versuch": tried})
        start, begun = time.perf_counter(), time.process_time()
        measures = indicators.index_figures(tried, own, known, list(ground.keys), [YEAR])
        table = release(
            indicators.joined([known, measures]), figure_meta(own), rules=rules, protection=protection(own),
            context=context, inputs=inputs(own), only=frozenset(tried.measures()),
        )  # fmt: skip
        status = table.where(lambda f: f.indicator == "versuch:status")
        classes = classify([f.value for f in status if f.value is not None], ClassMethod.QUANTILES, 5)
        charts.map_svg(
            status, drawn, classes, indicator="versuch:status", year=YEAR,
            names=dict(zip(ground.keys, ground.names, strict=True)), title="", subtitle="",
        )  # fmt: skip
        middle = time.perf_counter()
        scheme = Scheme(index.family, tuple(p.weight for p in parts))
        sensitivity(values, scheme, lambda s: index_classes(s, index.status_limits), draws=DRAWS)
        end = time.perf_counter()
        total.append(end - start)
        processor.append(time.process_time() - begun)
        sensitive.append(end - middle)
    print("$ python bench/workshop_500.py")
    print(f"{len(ground)} areas, {len(codes)} indicators, sensitivity of {DRAWS} draws, 2 cores")
    print(f"load average {os.getloadavg()[0]:.0f} at the end (1 or below: nobody else at work)")
    print(f"index, door, map, sensitivity: median {1000 * statistics.median(total[1:]):.0f} ms, "
          f"slowest {1000 * max(total[1:]):.0f} ms (limit {1000 * LIMIT:.0f} ms)")  # fmt: skip
    print(f"processor time: median {1000 * statistics.median(processor[1:]):.0f} ms")
    print(f"of that the sensitivity: median {1000 * statistics.median(sensitive[1:]):.0f} ms")
    if statistics.median(total[1:]) > LIMIT:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
