"""A census grid of the made-up district, in the form in which the statistical offices publish theirs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wohnplatz.areas import AreaLayer, lattice, locate

from .chance import Floats, Ints, apportion, stream

CELL_M = 100
SMALLEST = 3
"""Cells with fewer inhabitants are secret; the file does not list them."""
_CORE_M = 520
"""How fast a place thins out from its middle."""
_HEAD = ("GITTER_ID_100m", "x_mp_100m", "y_mp_100m", "Einwohner", "durchschnAlter")


def census_grid(layer: AreaLayer, people: Mapping[str, int], ages: Mapping[str, float]) -> bytes:
    """The grid as CSV: cells of 100 m with inhabitants and mean age. Equal input, equal bytes.

    ``people`` and ``ages``: inhabitants and mean age of each area of the layer. In each area the inhabitants
    crowd around its middle, and many cells are empty.
    """
    x, y = lattice(layer.bounds, CELL_M, layer.crs)
    area = locate(layer, x, y)
    rows: list[tuple[str, str, str, str, str]] = []
    for key in layer.keys:
        own = np.flatnonzero(area == key)
        counts = _settled(key, x[own], y[own], people[key])
        noise = stream(f"census ages {key}").normal(0.0, 3.0, len(own))
        for n, count, age in zip(own.tolist(), counts.tolist(), (ages[key] + noise).tolist(), strict=True):
            if count >= SMALLEST:
                rows.append(_row(x[n], y[n], count, age))
    return "\r\n".join(";".join(row) for row in (_HEAD, *sorted(rows))).encode("utf-8") + b"\r\n"


def _settled(key: str, x: Floats, y: Floats, people: int) -> Ints:
    """Inhabitants of the cells of one area (n,), summing to ``people``."""
    if not len(x):
        return np.zeros(0, dtype=np.int64)
    away = np.hypot(x - x.mean(), y - y.mean())
    chance = stream(f"census {key}")
    weight = np.exp(-away / _CORE_M) * chance.gamma(0.9, 1.0, len(x)) + 1e-9
    weight[chance.random(len(x)) < 0.35] = 1e-9
    return apportion(weight, np.array(people))


def _row(x: float, y: float, people: int, age: float) -> tuple[str, str, str, str, str]:
    west, south = x - CELL_M / 2, y - CELL_M / 2
    return (
        f"CRS3035RES{CELL_M}mN{south:.0f}E{west:.0f}", f"{x:.0f}", f"{y:.0f}", str(people),
        f"{age:.1f}".replace(".", ","),
    )  # fmt: skip
