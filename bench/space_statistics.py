"""Spatial statistics against esda and libpysal in one run: the same values to 1e-10, and the time of both.

Usage: python bench/space_statistics.py [--areas 1000] [--repeat 5]
Each time is the best of ``--repeat`` runs after one that does not count (it compiles esda's numba parts).
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version

import numpy as np

from wohnplatz.monitoring import (
    geary,
    getis_ord,
    gini,
    local_g,
    local_moran,
    moran,
    nearest,
    theil,
)

PERMUTATIONS = 999
ENOUGH = 1e-10


def best(run: Callable[[], object], repeat: int) -> float:
    """Shortest of ``repeat`` runs, seconds; one run before does not count."""
    run()
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return min(times)


def far(mine: object, theirs: object) -> float:
    """Largest relative difference."""
    a, b = np.asarray(mine, dtype=float), np.asarray(theirs, dtype=float)
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-300)))


def cases(n: int) -> list[tuple[str, Callable[[], object], Callable[[], object], Callable[[], float]]]:
    """Name, own run, run of the other, largest difference of the statistics."""
    import esda
    import libpysal

    rng = np.random.default_rng(1)
    points = rng.uniform(0, 100, (n, 2))
    x = rng.gamma(2.0, 5.0, n) + points[:, 0] / 10
    w = nearest(points, 6)
    binary = nearest(points, 6, row_standardised=False)

    def theirs() -> libpysal.weights.W:
        return libpysal.weights.KNN.from_array(points, k=6)

    rows, ones = theirs(), theirs()
    rows.transform, ones.transform = "R", "B"
    p = PERMUTATIONS
    return [
        ("Gewichte: 6 nächste", lambda: nearest(points, 6), theirs,
         lambda: float(not all(set(rows.neighbors[i]) == set(w.neighbour[w.start[i]:w.start[i + 1]])
                               for i in range(n)))),
        (f"Moran, {p} Permutationen", lambda: moran(x, w, p), lambda: esda.Moran(x, rows, permutations=p),
         lambda: far([(m := moran(x, w, 0)).statistic, m.variance_normal, m.variance_random],
                     [(e := esda.Moran(x, rows, permutations=0)).I, e.VI_norm, e.VI_rand])),
        (f"Geary, {p} Permutationen", lambda: geary(x, w, p), lambda: esda.Geary(x, rows, permutations=p),
         lambda: far([(m := geary(x, w, 0)).statistic, m.variance_random],
                     [(e := esda.Geary(x, rows, permutations=0)).C, e.VC_rand])),
        (f"G, {p} Permutationen", lambda: getis_ord(x, binary, p), lambda: esda.G(x, ones, permutations=p),
         lambda: far(getis_ord(x, binary, 0).statistic, esda.G(x, ones, permutations=0).G)),
        (f"LISA, {p} Permutationen", lambda: local_moran(x, w, p),
         lambda: esda.Moran_Local(x, rows, permutations=p, n_jobs=1),
         lambda: far(local_moran(x, w, 9).statistic, esda.Moran_Local(x, rows, permutations=0).Is)),
        (f"Gi*, {p} Permutationen", lambda: local_g(x, binary, permutations=p),
         lambda: esda.G_Local(x, ones, transform="B", star=True, permutations=p, n_jobs=1),
         lambda: far((m := local_g(x, binary, permutations=9)).z,
                     (e := esda.G_Local(x, ones, transform="B", star=True, permutations=0)).Zs)
         + far(m.statistic, e.Gs)),
        (f"Gi, {p} Permutationen", lambda: local_g(x, binary, star=False, permutations=p),
         lambda: esda.G_Local(x, ones, transform="B", star=False, permutations=p, n_jobs=1),
         lambda: far(local_g(x, binary, star=False, permutations=9).z,
                     esda.G_Local(x, ones, transform="B", star=False, permutations=0).Zs)),
    ]  # fmt: skip


def definitions(n: int) -> list[tuple[str, float]]:
    """Gini and Theil against their definitions over all pairs; esda and libpysal have neither of them."""
    rng = np.random.default_rng(2)
    x, w = rng.gamma(2.0, 5.0, n), rng.integers(100, 5000, n).astype(float)
    mean = w @ x / w.sum()
    pairs = (w[:, None] * w[None, :] * np.abs(x[:, None] - x[None, :])).sum() / (2 * mean * w.sum() ** 2)
    plain = float((w / w.sum() * x / mean * np.log(x / mean)).sum())
    return [
        ("Gini gegen alle Paare", far(gini(x, w).statistic, pairs)),
        ("Theil gegen die Definition", far(theil(x, weights=w).total, plain)),
    ]


def main() -> int:
    """Print one line for each statistic; 1 where a value differs or a time is longer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=5)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    names = ("esda", "libpysal", "numba", "numpy", "scipy")
    print(f"{args.areas} Gebiete; " + ", ".join(f"{p} {_version(p)}" for p in names))
    print(f"{'':28}{'eigen':>12}{'esda':>12}{'Verhältnis':>12}{'Abweichung':>12}")
    good = True
    for name, mine, theirs, difference in cases(args.areas):
        own, other, apart = best(mine, args.repeat), best(theirs, args.repeat), difference()
        good &= apart <= ENOUGH and own <= other
        print(f"{name:28}{1000 * own:9.1f} ms{1000 * other:9.1f} ms{other / own:12.1f}{apart:12.1e}")
    for name, apart in definitions(args.areas):
        good &= apart <= ENOUGH
        print(f"{name:28}{'':36}{apart:12.1e}")
    if _version("numba") == "fehlt":
        print("Ohne numba rechnet esda seine Permutationen in reinem numpy; mit numba ist es schneller.")
    print("Alle Werte auf 1e-10 gleich, keine Zeit länger." if good else "NICHT erfüllt.")
    return 0 if good else 1


def _version(package: str) -> str:
    try:
        return version(package)
    except ModuleNotFoundError:
        return "fehlt"


if __name__ == "__main__":
    raise SystemExit(main())
