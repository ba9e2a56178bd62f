"""Design of areas on cells of 100 m: a real municipality's outline with made-up inhabitants.

    .venv/bin/python bench/area_design_grid.py [--seconds 30] [--data ../shared/data] [NAME …]

Time to cut the blocks, to compute each kind of proposal, gap, and the largest memory of the process.
Results in area_design_grid.txt.
"""

from __future__ import annotations

import argparse
import resource
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import shapely

from wohnplatz.areas import lattice, read_layer
from wohnplatz.areas.design import PRESETS, Grid, Wishes, blocks_of, describe, propose

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
TOWNS = ("Troisdorf", "Windeck", "Hennef (Sieg)+Eitorf+Windeck+Ruppichteroth+Much")
"""Several joined by + stand for a city of that size."""


def made_up(outline: Any, crs: str) -> Grid:
    """Cells of 100 m with people around some hundred middles, and one variable that changes slowly."""
    x, y = lattice(outline.bounds, 100, crs)
    chance = np.random.default_rng(4)
    middle = chance.integers(0, len(x), 60)
    away = np.min(np.hypot(x[:, None] - x[middle], y[:, None] - y[middle]), axis=1)
    people = chance.poisson(40 * np.exp(-away / 400))
    share = 20 + 8 * np.sin(x / 2500) + 6 * np.cos(y / 3100) + chance.normal(0, 3, len(x))
    return Grid(x, y, np.where(people > 2, people, np.nan).astype(float), 100.0, ("Anteil",), share[:, None])


def main() -> None:
    """Print one line for each municipality and kind of proposal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(TOWNS))
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--data", type=Path, default=DATA)
    chosen = parser.parse_args()
    towns = read_layer(chosen.data / "geo/vg250_gem_rsk_rbk_2022_25832.geojson", key="AGS", name="GEN")
    for name in chosen.names:
        outline = shapely.union_all([towns.geometries[towns.names.index(n)] for n in name.split("+")])
        grid = made_up(outline, towns.crs)
        start = perf_counter()
        blocks = blocks_of(outline, grid, towns.crs, ("Anteil",))
        print(f"{name}: {len(blocks)} blocks cut in {perf_counter() - start:.1f} s", flush=True)
        for code, (_, compact, even, alike) in PRESETS.items():
            start = perf_counter()
            found = propose(blocks, Wishes(5000, 2000, None, compact, even, alike, chosen.seconds))
            took = perf_counter() - start
            if found.areas is None:
                print(f"{name}, {code}: {found.reason}")
                continue
            d = describe(blocks, found.areas)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"  {code:12} {took:5.1f} s  gap {100 * found.gap:4.1f} %  condensed to {found.condensed:3} "
                f"{len(d.areas):2} areas {d.smallest:5.0f}/{d.median:5.0f}/{d.largest:5.0f}  compactness "
                f"{d.compactness:.2f}  homogeneity {d.homogeneity or 0:.2f}  {memory:.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
