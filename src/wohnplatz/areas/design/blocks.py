"""What areas are designed from: a municipality cut into blocks along the cells of a census grid."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from wohnplatz.model import WohnplatzError
from wohnplatz.text import number

from ..adjacency import neighbours
from ..layer import AreaLayer, Geometries, polygonal
from ..location import GRID, lattice

Floats = npt.NDArray[np.float64]
Pairs = npt.NDArray[np.int64]

_CELL = re.compile(r"(CRS3035RES)?(\d+)(k?m)N(\d+)E(\d+)")
_ID = re.compile(r"(?i)gitter_id_(?:100m|1km|10km)(?:_neu)?")
_PEOPLE = re.compile(r"(?i)einwohner|insgesamt(?:_bevoelkerung)?|bevoelkerung")
LARGEST = 60_000
"""Cells of one municipality at most: Köln has 40,500 of 100 m."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """n cells of a census grid (EPSG:3035)."""

    x: Floats
    """Midpoints' eastings (n,), metres."""
    y: Floats
    inhabitants: Floats
    """(n,); NaN where the file has no number (uninhabited or secret)."""
    size: float
    """Side of a cell in metres."""
    names: tuple[str, ...] = ()
    values: Floats | None = None
    """Further columns (n, k), NaN without a number."""


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """n blocks that together cover a municipality without gap, and which of them touch."""

    keys: tuple[str, ...]
    geometries: Geometries
    inhabitants: Floats
    """(n,); 0 where no number is known."""
    unknown: npt.NDArray[np.bool_]
    """(n,) true where the file had no number: uninhabited or secret, nobody can tell."""
    names: tuple[str, ...]
    values: Floats
    """Chosen variables (n, k), NaN without a number."""
    pairs: Pairs
    """(m, 2) positions of neighbouring blocks, the smaller one first."""
    crs: str

    def __len__(self) -> int:
        """Number of blocks."""
        return len(self.keys)

    @property
    def places(self) -> Floats:
        """A point inside each block (n, 2), metres in ``crs``."""
        points: Floats = shapely.get_coordinates(shapely.point_on_surface(self.geometries))
        return points


def read_grid(data: bytes) -> Grid:
    """A grid file of the census as the statistical office publishes it (CSV, ``;`` or ``,``), 2011 or 2022.

    Negative numbers of the form of 2011 (−1 uninhabited or secret, −9 suppressed) and dashes are no numbers.
    Raises WohnplatzError where the file has another form.
    """
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ","))
    header = [name.strip().lstrip("\ufeff") for name in rows[0]] if rows else []
    identifier = next((n for n, name in enumerate(header) if _ID.fullmatch(name)), -1)
    people = next((n for n, name in enumerate(header) if _PEOPLE.fullmatch(name)), -1)
    if identifier < 0 or people < 0:
        raise WohnplatzError(
            "Die Datei ist kein Zensusgitter mit Einwohnerzahlen.",
            why="Es fehlt die Spalte mit der Gitterzelle (GITTER_ID_…) oder die Spalte „Einwohner“.",
            todo="Bitte die CSV-Datei des Zensusgitters unverändert hochladen.",
            code="areas.design.grid",
        )
    others = [n for n, name in enumerate(header) if _is_variable(name) and n not in {identifier, people}]
    return _grid(rows[1:], identifier, people, others, header)


def _grid(
    rows: Sequence[Sequence[str]], identifier: int, people: int, others: Sequence[int], header: Sequence[str]
) -> Grid:
    found: list[tuple[float, float, float]] = []
    numbers: list[list[float]] = []
    for row in rows:
        match = _CELL.fullmatch(row[identifier].strip()) if len(row) > identifier else None
        if match is None:
            continue
        size = int(match[2]) * (1000 if match[3] == "km" else 1)
        unit = 1 if match[1] else size
        found.append((int(match[5]) * unit + size / 2, int(match[4]) * unit + size / 2, size))
        numbers.append([_number(row[n] if n < len(row) else "") for n in (people, *others)])
    sizes = {size for _, _, size in found}
    if len(sizes) != 1:
        raise WohnplatzError(
            "Die Gitterdatei enthält keine lesbaren Zellen einheitlicher Größe.",
            todo="Bitte eine Datei mit Zellen von 100 m oder 1 km verwenden.",
            code="areas.design.cells",
        )
    places, table = np.array(found), np.array(numbers)
    names = tuple(header[n] for n in others)
    return Grid(places[:, 0], places[:, 1], table[:, 0], sizes.pop(), names, table[:, 1:])


def _is_variable(name: str) -> bool:
    return bool(name) and not re.search(r"(?i)gitter|_mp_|zeichen|_cat$", name)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _number(text: str) -> float:
    cleaned = text.strip().replace(",", ".")
    try:
        value = float(cleaned)
    except ValueError:
        return float("nan")
    return value if np.isfinite(value) and value >= 0 else float("nan")


def blocks_of(outline: Any, grid: Grid, crs: str, variables: Sequence[str] = ()) -> Blocks:
    """The municipality ``outline`` (polygon in ``crs``) cut along the grid into blocks that cover it.

    A cell belongs to the municipality its midpoint lies in, with all its inhabitants. Parts of other cells
    along the border go, uninhabited, to the block they share the longest border with: no sliver and no gap
    stays. Raises WohnplatzError where no midpoint lies inside or there are more than ``LARGEST`` cells.
    """
    x, y = lattice(outline.bounds, grid.size, crs)
    if outline.area / grid.size**2 > LARGEST:
        raise WohnplatzError(
            "Für diese Kommune sind die Gitterzellen zu klein.",
            why=f"Es wären mehr als {number(LARGEST)} Zellen zu verteilen.",
            todo="Bitte eine Datei mit Zellen von 1 km verwenden.",
            code="areas.design.too_many",
        )
    clipped, inside = _cut(outline, x, y, grid.size, crs)
    if not inside.any():
        raise WohnplatzError(
            "In der Kommune liegt keine Gitterzelle.",
            why="Keine Zelle hat ihren Mittelpunkt in der Fläche der Kommune.",
            todo="Bitte kleinere Zellen verwenden oder die Datei des richtigen Landesteils wählen.",
            code="areas.design.no_cells",
        )
    geometries = _absorbed(clipped, inside)
    x, y = x[inside], y[inside]
    order = np.lexsort((x, y))
    x, y, geometries = x[order], y[order], geometries[order]
    names = tuple(name for name in grid.names if name in variables)
    people, values = _joined(grid, x, y, names)
    if np.isnan(people).all():
        raise WohnplatzError(
            "Für die Kommune enthält die Datei keine Einwohnerzahlen.",
            todo="Bitte die Datei des richtigen Landesteils hochladen.",
            code="areas.design.no_people",
        )
    keys = tuple(f"N{b:.0f}E{a:.0f}" for a, b in zip(x - grid.size / 2, y - grid.size / 2, strict=True))
    layer = AreaLayer(keys, keys, (None,) * len(keys), geometries, crs)
    return Blocks(
        keys, layer.geometries, np.nan_to_num(people), np.isnan(people), names, values, _pairs(layer), crs
    )


def _cut(
    outline: Any, x: Floats, y: Floats, size: float, crs: str
) -> tuple[Geometries, npt.NDArray[np.bool_]]:
    """Parts of the cells in the outline, and whether each cell's midpoint lies inside. Rewrites nothing."""
    move = Transformer.from_crs(GRID, crs, always_xy=True)
    corners = [move.transform(x + a * size / 2, y + b * size / 2) for a, b in
               ((-1, -1), (1, -1), (1, 1), (-1, 1))]  # fmt: skip
    squares = shapely.polygons(np.round(np.stack([np.column_stack(c) for c in corners], axis=1), 3))
    shapely.prepare(outline)
    inside: npt.NDArray[np.bool_] = shapely.covers(outline, shapely.points(*move.transform(x, y)))
    clipped: Geometries = squares.copy()
    cut = ~shapely.contains_properly(outline, squares)  # the others are whole: nothing is to be clipped
    clipped[cut] = [polygonal(g) for g in shapely.intersection(outline, squares[cut], grid_size=0.001)]
    return clipped, inside & (shapely.area(clipped) > 0)


def _absorbed(clipped: Geometries, inside: npt.NDArray[np.bool_]) -> Geometries:
    """Blocks of the cells inside, with the parts of the others added where they touch most, else nearest."""
    blocks: Geometries = clipped[inside].copy()
    loose = [p for g in clipped[~inside] for p in shapely.get_parts(g) if p.area > 0]
    loose += _detached(blocks)
    while loose:
        tree = shapely.STRtree(blocks)
        left = []
        gains: dict[int, list[Any]] = {}
        for part in loose:
            near = tree.query(part, predicate="intersects")
            shared = shapely.length(shapely.intersection(blocks[near], part)) if len(near) else np.zeros(0)
            if len(near) and shared.max() > 0:
                gains.setdefault(int(near[int(np.argmax(shared))]), []).append(part)
            else:
                left.append(part)
        if not gains:  # islands and exclaves: the nearest block takes them
            for part in left:
                gains.setdefault(int(np.argmin(shapely.distance(blocks, part))), []).append(part)
            left = []
        for n, parts in gains.items():
            blocks[n] = polygonal(shapely.union_all([blocks[n], *parts], grid_size=0.001))
        loose = left
    return blocks


def _detached(blocks: Geometries) -> list[Any]:
    """Takes all but the largest part out of each block and returns them."""
    loose: list[Any] = []
    for n, block in enumerate(blocks):
        parts = sorted(shapely.get_parts(block), key=lambda p: -p.area)
        if len(parts) > 1:
            blocks[n] = parts[0]
            loose += parts[1:]
    return loose


def _joined(grid: Grid, x: Floats, y: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    """The grid's figures at the places (n,) and (n, k), NaN where the file has no such cell."""
    at = {place: n for n, place in enumerate(zip(grid.x.tolist(), grid.y.tolist(), strict=True))}
    found = [at.get(place, -1) for place in zip(x.tolist(), y.tolist(), strict=True)]
    people = np.append(grid.inhabitants, np.nan)[found]
    table = grid.values if grid.values is not None else np.zeros((len(grid.x), 0))
    chosen = table[:, [grid.names.index(name) for name in names]]
    return people, np.vstack([chosen, np.full(len(names), np.nan)])[found]


def _pairs(layer: AreaLayer) -> Pairs:
    position = {key: n for n, key in enumerate(layer.keys)}
    found = [(position[a], position[b]) for a, others in neighbours(layer).items() for b in others]
    return np.array(sorted(p for p in found if p[0] < p[1]), dtype=np.int64).reshape(-1, 2)


def severed_by_lines(blocks: Blocks, lines: Iterable[Any]) -> Pairs:
    """Pairs of neighbouring blocks that a line (river, railway; in the blocks' crs) runs between.

    The way from the middle of one block to that of the other crosses the line.
    """
    places, barriers = blocks.places, shapely.union_all(list(lines))
    shapely.prepare(barriers)
    ways = shapely.linestrings(places[blocks.pairs])
    crossed: Pairs = blocks.pairs[shapely.intersects(ways, barriers)] if len(ways) else blocks.pairs
    return crossed


def severed_by_areas(blocks: Blocks, layer: AreaLayer) -> Pairs:
    """Pairs of neighbouring blocks whose middles lie in different areas of a layer in the same crs."""
    tree = shapely.STRtree(layer.geometries)
    points, areas = tree.query(shapely.points(blocks.places), predicate="intersects")
    group = np.full(len(blocks), len(layer))
    np.minimum.at(group, points, areas)
    parted: Pairs = blocks.pairs[group[blocks.pairs[:, 0]] != group[blocks.pairs[:, 1]]]
    return parted
