"""Designs of areas for real municipalities: solve time, gap and figures of the three kinds of proposal.

    .venv/bin/python bench/area_design.py [--seconds 20] [--data ../shared/data] [NAME …]

Census 2011, 1-km grid; target 5,000, minimum 2,000 inhabitants. Results in area_design.txt.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter

from wohnplatz.areas import read_layer
from wohnplatz.areas.design import PRESETS, Wishes, blocks_of, describe, propose, read_grid

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
TOWNS = ("Much", "Lohmar", "Troisdorf", "Bergisch Gladbach")
VARIABLES = ("Auslaender_A", "ab65_A")


def main() -> None:
    """Print one line for each municipality and kind of proposal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(TOWNS))
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--data", type=Path, default=DATA)
    chosen = parser.parse_args()
    grid = read_grid((chosen.data / "zensus2011/zensus2011_1km_spitze_rsk_rbk_koeln_bonn.csv").read_bytes())
    towns = read_layer(chosen.data / "geo/vg250_gem_rsk_rbk_2022_25832.geojson", key="AGS", name="GEN")
    for name in chosen.names:
        blocks = blocks_of(towns.geometries[towns.names.index(name)], grid, towns.crs, VARIABLES)
        for code, (_, compact, even, alike) in PRESETS.items():
            start = perf_counter()
            wishes = Wishes(5000, 2000, None, compact, even, alike, chosen.seconds)
            found = propose(blocks, wishes)
            took = perf_counter() - start
            if found.areas is None:
                print(f"{name}, {code}: {found.reason}")
                continue
            d = describe(blocks, found.areas)
            print(
                f"{name:18} {len(blocks):3} blocks {blocks.inhabitants.sum():7.0f} inh. "
                f"{code:12} {took:5.1f} s  "
                f"gap {100 * found.gap:4.1f} %  {len(d.areas):2} areas "
                f"{d.smallest:5.0f}/{d.median:5.0f}/"
                f"{d.largest:5.0f}  compactness {d.compactness:.2f}  homogeneity {d.homogeneity or 0:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
