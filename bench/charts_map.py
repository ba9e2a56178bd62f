"""Time and size of a map with links, class colours and words: 80 areas of the demo, 500 made-up ones.

    python bench/charts_map.py > bench/charts_map.txt

From released figures and finished shapes to SVG text; median of 50 runs. Aims: 60 kB at 80 areas, 110 kB at
500. The second is not met: address, key, colour and words of an area take some 185 bytes, and none of them is
given up for a size that compression brings to a quarter. What counts is the page on the wire (150 kB).
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from large_district import geojson

from wohnplatz import areas, charts, disclosure
from wohnplatz.demo import build
from wohnplatz.disclosure.clearance import _PROVEN, Clearance
from wohnplatz.model import (
    Audience,
    ClassMethod,
    FigureMeta,
    FigureTable,
    Polarity,
    ReleaseContext,
    ReleasedTable,
)
from wohnplatz.monitoring import classify

RUNS = 50
YEAR = 2025


def demo_layer(folder: Path) -> areas.AreaLayer:
    finest = build(folder).divisions[-1]
    return areas.read_layer(
        finest.path, key=finest.key, name=finest.name, parent=finest.parent, crs=finest.crs
    )


def large_layer(folder: Path) -> areas.AreaLayer:
    path = folder / "large.geojson"
    path.write_bytes(geojson())
    return areas.read_layer(path, key="key", name="name", parent="parent")


def figures(layer: areas.AreaLayer) -> ReleasedTable:
    """A share for each area, through the door; one in twenty is too small to be shown."""
    n = len(layer.keys)
    dice = np.random.default_rng(7)
    whole = dice.integers(800, 4000, n).astype(float)
    part = np.where(np.arange(n) % 20 == 0, 2.0, np.round(whole * dice.uniform(0.02, 0.25, n)))
    table = FigureTable(
        indicator=np.full(n, "quote"), level=np.full(n, "wohnplatz"), area=np.array(layer.keys),
        year=np.full(n, YEAR, np.int32), breakdown=np.full(n, ""), value=100 * part / whole,
        state=np.zeros(n, np.uint8), numerator=part, denominator=whole, covered=np.ones(n, np.int32),
        expected=np.ones(n, np.int32), share=np.ones(n), reason=np.full(n, ""),
    )  # fmt: skip
    context = ReleaseContext("Musterkreis", "2025", "0" * 64, "2026-03-01", Audience.PUBLIC, "")
    every = np.ones(n, np.bool_)
    return disclosure.release(
        table, {"quote": FigureMeta("quote", "Anteil", "%", 1, Polarity.BURDEN)},
        rules=disclosure.load_rules(), protection={"quote": "persons_social"}, context=context,
        clearance=Clearance(every, every, _PROVEN),
    )  # fmt: skip


def measure(title: str, layer: areas.AreaLayer, limit: int) -> None:
    table, drawn = figures(layer), areas.shapes(layer)
    groups = {k: p for k, p in zip(layer.keys, layer.parents, strict=True) if p}
    outlines = areas.shapes(layer, groups=groups)
    names = dict(zip(layer.keys, layer.names, strict=True))
    classes = classify([f.value for f in table if f.value is not None], ClassMethod.QUANTILES, 5)
    seconds, svg = [], ""
    for _ in range(RUNS):
        start = time.perf_counter()
        svg = charts.map_svg(
            table, drawn, classes, indicator="quote", year=YEAR, names=names, title=title, subtitle="in %",
            href=lambda key: f"/gebiete/{key}/?jahr={YEAR}", outlines=outlines,
        )  # fmt: skip
        seconds.append(time.perf_counter() - start)
    size, packed = len(svg.encode()), len(gzip.compress(svg.encode(), 6))
    paths = sum(len(p) for p in drawn.paths.values())
    print(f"{title}: {len(layer.keys)} areas, median {1000 * statistics.median(seconds):.1f} ms")
    print(f"  {size / 1000:.1f} kB (aim {limit} kB), on the wire {packed / 1000:.1f} kB")
    print(f"  of these paths {paths / 1000:.1f} kB")


def main() -> None:
    print("$ python bench/charts_map.py")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure("Demo district", demo_layer(folder), 60)
        measure("Large district", large_layer(folder), 110)


if __name__ == "__main__":
    main()
