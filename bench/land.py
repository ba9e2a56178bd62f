"""A whole Land: 10,000 areas, 30 indicators. Index, LISA of the index and of every indicator, typology.

Usage: python bench/land.py [--areas 10000] [--indicators 30] [--permutations 999]
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from wohnplatz.monitoring import (
    conditional_draws,
    local_g,
    local_moran,
    moran,
    standardised_sum,
    weights_of,
)

SECONDS, GIGABYTES = 30.0, 1.0
FINE = 99_999
"""What the pages use: with 999 the smallest p is 0.002, which no adjustment over 10,000 areas lets pass."""


def district(areas: int, indicators: int) -> tuple[np.ndarray, dict[str, tuple[str, ...]]]:
    """Values (areas, indicators) with a pattern in space, and rook neighbours on a grid."""
    side = int(np.ceil(areas**0.5))
    place = np.arange(areas)
    row, column = place // side, place % side
    rng = np.random.default_rng(1)
    waves = np.sin(row / 9.0)[:, None] * np.cos(column / 7.0)[:, None] * rng.uniform(0.2, 1.2, indicators)
    values = 20 + 5 * waves + rng.normal(0, 4, (areas, indicators))
    around = {}
    for i in range(areas):
        near = [
            i - side,
            i + side,
            *([i - 1] if column[i] else []),
            *([i + 1] if column[i] < side - 1 else []),
        ]
        around[str(i)] = tuple(str(j) for j in near if 0 <= j < areas)
    return values, around


def main() -> int:
    """Print each step with its time; 1 where time or memory is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=10_000)
    parser.add_argument("--indicators", type=int, default=30)
    parser.add_argument("--permutations", type=int, default=999)
    args = parser.parse_args()
    values, around = district(args.areas, args.indicators)
    print(f"{args.areas} Gebiete, {args.indicators} Indikatoren, {args.permutations} Permutationen")
    total = begin = time.perf_counter()

    def step(name: str) -> None:
        nonlocal begin
        now = time.perf_counter()
        print(f"{name:52}{now - begin:8.2f} s")
        begin = now

    w = weights_of(around, [str(i) for i in range(args.areas)])
    step("Gewichte aus den Nachbarn")
    index = standardised_sum(values).index
    step("Index aus allen Indikatoren")
    draws = conditional_draws(w, args.permutations)
    step("zufällige Nachbarn, für alle gemeinsam")
    first = local_moran(index, w, draws=draws)
    local_g(index, w, draws=draws)
    step("LISA mit FDR und Gi* des Index")
    few = int((first.p_adjusted <= 0.05).sum())
    fine = conditional_draws(w, FINE)
    seen = int((local_moran(index, w, draws=fine).p_adjusted <= 0.05).sum())
    step(f"LISA des Index mit {FINE} Permutationen")
    for column in values.T:
        local_moran(column, w, draws=draws)
        local_g(column, w, draws=draws)
    step("LISA mit FDR und Gi* jedes Indikators")
    moran(index, w, args.permutations)
    step("Moran des Index")
    for column in values.T:
        moran(column, w, args.permutations)
    step("Moran jedes Indikators")
    spent = time.perf_counter() - total
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{'zusammen':52}{spent:8.2f} s")
    print(
        f"höchster Speicher {peak:.2f} GB; erkennbare Muster im Index: {few}, mit {FINE} Permutationen {seen}"
    )
    good = spent < SECONDS and peak < GIGABYTES
    print(f"unter {SECONDS:.0f} s und {GIGABYTES:.0f} GB: {'ja' if good else 'NEIN'}")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
