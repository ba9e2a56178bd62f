"""From a raster of areas to polygons with exactly shared borders.

Each border between two areas (or an area and the outside) is one *arc*, smoothed and thinned once and used by
both sides, and again by the coarser levels: coverages stay free of gaps and overlaps by construction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .terrain import Raster

Point = tuple[int, int]
Ring = tuple[Point, ...]

_SMOOTHING = 2
_TOLERANCE = 0.12
"""Of thinning, in cells."""


@dataclass(frozen=True, slots=True)
class Arc:
    """A border from node to node (or a closed loop), with the areas on its left and right (-1 = outside)."""

    left: int
    right: int
    points: tuple[Point, ...]
    """Metres, integer."""


def arcs(raster: Raster, *, cell_m: int, corner: Point) -> tuple[Arc, ...]:
    """All arcs of ``raster``; ``corner`` is the lower left corner in metres. Order is deterministic."""
    steps = _steps(np.pad(raster, 1, constant_values=-1))
    sides = {(start, end): pair for start, ends in steps.items() for end, pair in ends.items()}
    degree: dict[Point, int] = defaultdict(int)
    for start, end in sides:
        degree[start] += 1
        degree[end] += 1
    # Every edge stands in both directions, so a plain point of a border has degree 4 and a node more.
    nodes = {p for p, n in degree.items() if n > 4}
    used: set[tuple[Point, Point]] = set()
    found = []
    for start in (*sorted(nodes), *sorted(set(steps) - nodes)):
        for following in sorted(steps[start]):
            if (start, following) not in used:
                line = _follow(steps, nodes, start, following, used)
                found.append(Arc(*sides[start, following], _metres(line, cell_m, corner)))
    return tuple(found)


def _steps(raster: Raster) -> dict[Point, dict[Point, tuple[int, int]]]:
    """For each corner of cells (x, y): the next corners along borders, each with (left, right) area."""
    steps: dict[Point, dict[Point, tuple[int, int]]] = defaultdict(dict)

    def add(a: Point, b: Point, left: int, right: int) -> None:
        steps[a][b] = (left, right)
        steps[b][a] = (right, left)

    for row, column in np.argwhere(raster[:, :-1] != raster[:, 1:]).tolist():
        west, east = int(raster[row, column]), int(raster[row, column + 1])
        add((column + 1, row), (column + 1, row + 1), west, east)
    for row, column in np.argwhere(raster[:-1] != raster[1:]).tolist():
        south, north = int(raster[row, column]), int(raster[row + 1, column])
        add((column, row + 1), (column + 1, row + 1), north, south)
    return steps


def _follow(
    steps: dict[Point, dict[Point, tuple[int, int]]],
    nodes: set[Point],
    start: Point,
    following: Point,
    used: set[tuple[Point, Point]],
) -> list[Point]:
    """Points from ``start`` over ``following`` to the next node or back; marks both directions as used."""
    line = [start]
    previous, current = start, following
    while True:
        used.update(((previous, current), (current, previous)))
        line.append(current)
        if current in nodes or current == start:
            return line
        previous, current = current, next(p for p in sorted(steps[current]) if p != previous)


def _metres(line: Sequence[Point], cell_m: int, corner: Point) -> tuple[Point, ...]:
    """The smoothed and thinned line in whole metres; its ends stay where they are."""
    points = _thin(_smooth(np.array(line, dtype=float)))
    x = np.rint((points[:, 0] - 1) * cell_m + corner[0]).astype(int).tolist()
    y = np.rint((points[:, 1] - 1) * cell_m + corner[1]).astype(int).tolist()
    return tuple(zip(x, y, strict=True))


def _smooth(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Points (n, 2) drawn towards their neighbours, the staircase gone, both ends fixed."""
    for _ in range(_SMOOTHING):
        inner = (points[:-2] + 2 * points[1:-1] + points[2:]) / 4
        points = np.concatenate([points[:1], inner, points[-1:]])
    return points


def _thin(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Douglas and Peucker's thinning with ``_TOLERANCE``; a loop keeps its farthest point."""
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        a, chord = points[first], points[last] - points[first]
        offset = points[first + 1 : last] - a
        length = float(np.hypot(*chord))
        cross = np.abs(offset[:, 0] * chord[1] - offset[:, 1] * chord[0])
        away = cross / length if length > 0 else np.hypot(offset[:, 0], offset[:, 1])
        farthest = int(away.argmax())
        if away[farthest] > _TOLERANCE:
            middle = first + 1 + farthest
            keep[middle] = True
            stack += [(first, middle), (middle, last)]
    return points[keep]


def polygons(lines: Sequence[Arc], area_of: npt.NDArray[np.int_], count: int) -> list[list[list[Ring]]]:
    """Multipolygons (list of polygons, each outer ring then holes) of the areas 0 … count - 1.

    ``area_of[k]`` is the area that raster value ``k`` belongs to; its last entry stands for the outside (-1).
    Outer rings run anticlockwise, holes clockwise (RFC 7946), all closed.
    """
    around: list[list[tuple[Point, ...]]] = [[] for _ in range(count)]
    for line in lines:
        left, right = int(area_of[line.left]), int(area_of[line.right])
        if left == right:
            continue
        if left >= 0:
            around[left].append(line.points)
        if right >= 0:
            around[right].append(line.points[::-1])
    return [_assemble(pieces) for pieces in around]


def _assemble(pieces: list[tuple[Point, ...]]) -> list[list[Ring]]:
    """Chain directed arcs to rings and give each hole to the outer ring around it."""
    starting = {piece[0]: piece for piece in pieces}
    if len(starting) != len(pieces):
        raise ValueError("an area of the demo touches itself")
    rings: list[Ring] = []
    while starting:
        first = min(starting)
        ring = list(starting.pop(first))
        while ring[-1] != first:
            ring += starting.pop(ring[-1])[1:]
        rings.append(tuple(ring))
    outer = sorted((r for r in rings if _area2(r) > 0), key=_area2, reverse=True)
    holes = sorted(r for r in rings if _area2(r) < 0)
    # Every area of the demo is one piece (the growth sees to it), so all holes belong to its only outer ring.
    if len(outer) != 1:
        raise ValueError("an area of the demo is not in one piece")
    return [[outer[0], *holes]]


def _area2(ring: Ring) -> int:
    """Twice the signed area, exact."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def square_km(polygon: Sequence[Sequence[Ring]]) -> float:
    """Area of a multipolygon in km²."""
    return sum(_area2(ring) for part in polygon for ring in part) / 2e6
