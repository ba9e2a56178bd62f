"""The figures of a division into areas, and its polygons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi

import numpy as np
import numpy.typing as npt
import shapely

from ..layer import AreaLayer, polygonal
from .blocks import Blocks
from .moving import Labels


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """One area of a design."""

    number: int
    blocks: int
    inhabitants: float
    unknown: int
    """Blocks of which no number is known; they count nothing."""
    square_km: float
    compactness: float
    """Polsby and Popper 1991: 4 π area / perimeter², 1 for a circle."""
    means: tuple[float | None, ...]
    """Mean of each variable, weighted with the inhabitants; None where no block has a number."""


@dataclass(frozen=True, slots=True)
class DesignFigures:
    """A division in figures; inhabitants over its areas."""

    areas: tuple[AreaFigures, ...]
    smallest: float
    median: float
    largest: float
    compactness: float
    """Mean over the areas."""
    homogeneity: float | None
    """Share of the variance that lies between the areas, weighted with inhabitants, mean of the variables.

    1: everybody in an area has the same value; None without variables or without variance.
    """


def area_layer(
    blocks: Blocks, areas: Labels, *, parent: str | None = None, names: Mapping[int, str] | None = None,
    keys: Mapping[int, str] | None = None,
) -> AreaLayer:  # fmt: skip
    """The polygons of the areas (their blocks united), in the order of their numbers."""
    numbers = np.unique(areas).tolist()
    geometries = np.empty(len(numbers), dtype=object)
    geometries[:] = [
        polygonal(shapely.union_all(blocks.geometries[areas == n], grid_size=0.001)) for n in numbers
    ]
    labels = tuple((names or {}).get(n, f"Gebiet {n}") for n in numbers)
    found = tuple((keys or {}).get(n, str(n)) for n in numbers)
    return AreaLayer(found, labels, (parent,) * len(numbers), geometries, blocks.crs)


def describe(blocks: Blocks, areas: Labels) -> DesignFigures:
    """Figures of the division ``areas`` (n,), numbers from 1."""
    layer = area_layer(blocks, areas)
    numbers = np.unique(areas).tolist()
    people = [float(blocks.inhabitants[areas == n].sum()) for n in numbers]
    surface, length = shapely.area(layer.geometries), shapely.length(layer.geometries)
    compact = 4 * pi * surface / length**2
    rows = tuple(
        AreaFigures(
            n, int((areas == n).sum()), people[i], int(blocks.unknown[areas == n].sum()),
            float(surface[i]) / 1e6, float(compact[i]), _means(blocks, areas == n),
        )
        for i, n in enumerate(numbers)
    )  # fmt: skip
    return DesignFigures(
        rows, min(people), float(np.median(people)), max(people), float(compact.mean()),
        homogeneity(blocks, areas),
    )  # fmt: skip


def _means(blocks: Blocks, mine: npt.NDArray[np.bool_]) -> tuple[float | None, ...]:
    found: list[float | None] = []
    for column in blocks.values[mine].T:
        weights = np.where(np.isnan(column), 0, blocks.inhabitants[mine])
        total = float(weights.sum())
        found.append(float((np.nan_to_num(column) * weights).sum() / total) if total else None)
    return tuple(found)


def homogeneity(blocks: Blocks, areas: Labels) -> float | None:
    """Between-area share of the variance (η², Pearson 1905), weighted with inhabitants; mean of variables."""
    shares = []
    for column in blocks.values.T:
        weights = np.where(np.isnan(column), 0, blocks.inhabitants)
        value, total = np.nan_to_num(column), float(weights.sum())
        if not total:
            continue
        centre = float((weights * value).sum()) / total
        variance = float((weights * (value - centre) ** 2).sum())
        if variance <= 1e-12 * total * max(centre**2, 1e-12):
            continue
        sums, counts = np.bincount(areas, weights * value), np.bincount(areas, weights)
        there = counts > 0
        between = float((counts[there] * (sums[there] / counts[there] - centre) ** 2).sum())
        shares.append(between / variance)
    return float(np.mean(shares)) if shares else None
