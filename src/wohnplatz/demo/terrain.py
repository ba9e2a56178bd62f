"""The ground of the made-up district: areas grow from their sites over hills and stop at rivers.

A raster of 100 m cells has a cost of crossing each cell (noise at three scales, rivers and ridges dear);
every area takes the cells that its site reaches most cheaply. Borders therefore follow rivers and are as
irregular as real ones.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.interpolate import CubicSpline
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from .places import DemoDistrict

CELL_M = 100
ORIGIN_KM = (-4.0, -5.0)
SHAPE = (325, 370)
"""Rows (northwards) and columns (eastwards) of cells."""

_SEED = 20161231
_RIVER = ((31.0, 8.0), (26.0, 9.6), (20.5, 10.0), (16.6, 11.2), (13.6, 12.0), (9.8, 11.0), (8.2, 14.6),
          (6.2, 17.4), (2.0, 19.5), (-3.0, 20.0))  # fmt: skip
_BROOKS = (
    ((27.5, 25.5), (23.0, 17.6), (21.2, 15.6), (18.2, 14.6), (16.6, 11.2)),
    ((18.0, -3.5), (16.8, 1.5), (16.2, 5.0), (13.6, 7.2), (9.9, 8.6), (9.8, 11.0)),
    ((13.5, 25.5), (11.4, 20.0), (11.0, 16.6), (8.2, 14.6)),
)
_REACH_KM = {"village": 1.9, "hamlet": 2.7}
"""How far an area of a kind reaches at the district's outer border, about; 1.5 for the others."""

Raster = npt.NDArray[np.int16]


def noise(rng: np.random.Generator, *scales_and_weights: tuple[float, float]) -> npt.NDArray[np.float64]:
    """Smooth noise of the map's shape: a weighted sum of fields, each with sd 1 at its scale in cells."""
    total = np.zeros(SHAPE)
    for scale, weight in scales_and_weights:
        field = ndimage.gaussian_filter(rng.standard_normal(SHAPE), scale, mode="reflect")
        total += weight * field / field.std()
    return total


def _water(rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Cells of the river and its brooks, each with meanders of its own."""
    water = np.zeros(SHAPE, dtype=bool)
    for line in (_RIVER, *_BROOKS):
        points = np.array(line)
        along = np.linspace(0, len(points) - 1, 2500)
        course = CubicSpline(np.arange(len(points)), points)(along)
        wiggle = ndimage.gaussian_filter1d(rng.standard_normal((2500, 2)), 22, axis=0, mode="reflect")
        calm = np.minimum(1.0, np.minimum(along, len(points) - 1 - along))[:, None]
        course += 0.32 * calm * wiggle / wiggle.std(axis=0)
        column = ((course[:, 0] - ORIGIN_KM[0]) * 1000 / CELL_M).astype(int)
        row = ((course[:, 1] - ORIGIN_KM[1]) * 1000 / CELL_M).astype(int)
        inside = (row >= 0) & (row < SHAPE[0]) & (column >= 0) & (column < SHAPE[1])
        water[row[inside], column[inside]] = True
    return np.asarray(ndimage.binary_dilation(water, structure=np.ones((2, 2))))


def _cost(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Cost of crossing a cell, in cells."""
    hills = noise(rng, (1.2, 0.5), (3.0, 0.6), (10.0, 0.45))
    ridges = np.exp(-np.square(noise(rng, (9.0, 1.0)) / 0.09))
    cost: npt.NDArray[np.float64] = 0.5 + np.exp(0.6 * hills) + 1.5 * ridges
    cost[_water(rng)] += 9.0
    return cost


def _graph(cost: npt.NDArray[np.float64]) -> coo_matrix:
    """Edges between the cells and their eight neighbours, weighted with length times mean cost."""
    number = np.arange(cost.size).reshape(cost.shape)
    starts, ends, weights = [], [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = (slice(0, SHAPE[0] - down), slice(max(0, -right), SHAPE[1] - max(0, right)))
        b = (slice(down, SHAPE[0]), slice(max(0, right), SHAPE[1] + min(0, right)))
        starts.append(number[a].ravel())
        ends.append(number[b].ravel())
        weights.append((np.hypot(down, right) * (cost[a] + cost[b]) / 2).ravel())
    pairs = (np.concatenate(starts), np.concatenate(ends))
    return coo_matrix((np.concatenate(weights), pairs), shape=(cost.size, cost.size))


def grow(district: DemoDistrict) -> Raster:
    """Position of the place each cell belongs to, -1 outside; shape ``SHAPE``, row 0 in the south."""
    rng = np.random.default_rng(_SEED)
    graph = _graph(_cost(rng)).tocsr()
    sites = np.array([_cell(p.x, p.y) for p in district.places])
    source = dijkstra(graph, directed=False, indices=sites, min_only=True, return_predecessors=True)[2]
    position = np.full(int(source.max()) + 1, -1)
    position[sites] = np.arange(len(sites))
    labels = position[source].astype(np.int16)
    raster = _ruffle(rng, _fill(labels.reshape(SHAPE), _outline(rng, district)))
    parents = np.array([p.municipality for p in district.places] + [-1])
    return _clean(raster, parents)


def _cell(x: float, y: float) -> int:
    row, column = int((y - ORIGIN_KM[1]) * 1000 / CELL_M), int((x - ORIGIN_KM[0]) * 1000 / CELL_M)
    return row * SHAPE[1] + column


def _outline(rng: np.random.Generator, district: DemoDistrict) -> npt.NDArray[np.bool_]:
    """Cells of the district: one piece without holes around all sites, its rim bent by noise."""
    row, column = np.indices(SHAPE)
    x = column * CELL_M / 1000 + ORIGIN_KM[0] + noise(rng, (16.0, 0.5), (6.0, 0.28))
    y = row * CELL_M / 1000 + ORIGIN_KM[1] + noise(rng, (16.0, 0.5), (6.0, 0.28))
    near = np.zeros(SHAPE)
    for place in district.places:
        outside = np.hypot(x - place.x, y - place.y) - _REACH_KM.get(place.kind, 1.5)
        near += np.exp(-outside / 0.45)
    inside = near > 1.0
    return _largest_part(inside)


def _largest_part(inside: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The largest connected part, its holes filled."""
    parts, _ = ndimage.label(inside)
    return np.asarray(ndimage.binary_fill_holes(parts == np.bincount(parts.ravel())[1:].argmax() + 1))


def _fill(labels: Raster, inside: npt.NDArray[np.bool_]) -> Raster:
    """``labels`` inside and -1 outside; cells without a label (below 0) take that of the nearest cell."""
    known = inside & (labels >= 0)
    nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    return np.where(inside, labels[tuple(nearest)], -1).astype(np.int16)


def _ruffle(rng: np.random.Generator, labels: Raster) -> Raster:
    """The same areas seen through uneven glass: no border stays smooth or straight."""
    row, column = np.indices(SHAPE)
    row = np.rint(row + noise(rng, (3.2, 1.5), (1.4, 0.5))).astype(int).clip(0, SHAPE[0] - 1)
    column = np.rint(column + noise(rng, (3.2, 1.5), (1.4, 0.5))).astype(int).clip(0, SHAPE[1] - 1)
    return labels[row, column]


def _clean(raster: Raster, parents: npt.NDArray[np.int_]) -> Raster:
    """Remove thin spurs, loose pieces and corners where an area touches itself, on both levels."""
    inside = _largest_part(raster >= 0)
    raster = _fill(raster, inside)
    count = len(parents) - 1
    votes = np.stack([ndimage.uniform_filter((raster == k).astype(np.float32), 3) for k in range(count)])
    raster = np.where(inside, votes.argmax(axis=0), -1).astype(np.int16)
    loose = np.zeros(SHAPE, dtype=bool)
    for k in range(count):
        parts, n = ndimage.label(raster == k)
        if n > 1:
            loose |= (raster == k) & (parts != np.bincount(parts.ravel())[1:].argmax() + 1)
    return settled(_fill(np.where(loose, -1, raster).astype(np.int16), inside), parents)


def settled(raster: Raster, parents: npt.NDArray[np.int_]) -> Raster:
    """The raster without corners where an area, a coarser area or the outside touches itself.

    ``parents``: the coarser area of each raster value, its last entry that of the outside (-1).
    """
    for _ in range(20):
        pairs = _touching(raster) | _touching(parents[raster]) | _touching(raster >= 0)
        if not pairs.any():
            return raster
        for row, column in np.argwhere(pairs):
            _open_corner(raster, row, column)
    raise ValueError("the demo's areas still touch themselves at corners")


def _touching(raster: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    """Whether the 2 × 2 cells from each cell on hold a pair on one diagonal that is parted by the other."""
    a, b, c, d = raster[:-1, :-1], raster[:-1, 1:], raster[1:, :-1], raster[1:, 1:]
    result: npt.NDArray[np.bool_] = ((a == d) & (a != b) & (a != c)) | ((b == c) & (b != a) & (b != d))
    return result


def _open_corner(raster: Raster, row: int, column: int) -> None:
    """Give all four cells to the most frequent area among them (the district where its rim is concerned)."""
    block = raster[row : row + 2, column : column + 2]
    inner = block[block >= 0]
    values, counts = np.unique(inner, return_counts=True)
    block[...] = values[counts.argmax()]
