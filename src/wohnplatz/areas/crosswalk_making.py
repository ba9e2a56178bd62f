"""Crosswalks from the polygons of two divisions, weighted with inhabitants or else with the ground."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from wohnplatz.model import Finding, Severity
from wohnplatz.text import NBSP, number, plural

from . import wording
from .crosswalk import Basis, Crosswalk, crosswalk_of
from .crosswalk_messages import say
from .layer import AreaLayer, Geometries, repaired, united
from .location import GRID, locate

SLIVER_M = 5.0
"""A piece that disappears when its border is drawn in by this much comes from sloppy borders."""
OUTSIDE_NOTE, OUTSIDE_ERROR = 0.02, 0.5
"""Part of a source area outside all targets that is worth a warning, and that forbids a crosswalk."""

Floats = npt.NDArray[np.float64]
Pairs = dict[tuple[int, int], float]


@dataclass(frozen=True, slots=True, eq=False)
class WeightedPoints:
    """Places with inhabitants: midpoints of census grid cells, or addresses. n values each."""

    x: Floats
    y: Floats
    weight: Floats
    """Inhabitants of the cell; of an address inhabitants, dwellings or 1."""
    crs: str = GRID
    basis: Basis = Basis.GRID
    origin: str = ""


@dataclass(frozen=True, slots=True)
class CrosswalkResult:
    """A crosswalk and what was found while it was made; None where an error forbids it."""

    crosswalk: Crosswalk | None
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Overlay:
    """How two layers lie upon each other."""

    area: Pairs = field(default_factory=dict)
    """Square metres of each pair of areas that really share ground."""
    slivers: int = 0
    outside: dict[int, float] = field(default_factory=dict)
    """Square metres of a source area in no target, where they are more than slivers."""


def make_crosswalk(  # noqa: PLR0913 (two layers with their codes, what weighs, and two settings)
    source: AreaLayer,
    target: AreaLayer,
    codes: tuple[str, str],
    points: WeightedPoints | None = None,
    *,
    sliver_m: float = SLIVER_M,
    origin: str = "",
) -> CrosswalkResult:
    """The crosswalk from ``source`` to ``target`` (division codes in ``codes``), with findings.

    With ``points`` a weight is the share of the area's inhabitants, without them that of its ground. Pieces
    nowhere wider than twice ``sliver_m`` metres are no pieces: who is counted there stays with the nearest
    real one. A source area without inhabitants is split by its ground (``Basis.AREA``), with a note. An area
    of the target that gets ground but no inhabitants has pairs of weight 0.
    """
    findings = [*_unfit(source, target), *_unfit_points(points)]
    if findings:
        return CrosswalkResult(None, tuple(findings))
    overlay = _overlay(source, target, sliver_m)
    findings += _overlay_findings(source, overlay, sliver_m)
    if any(f.severity is Severity.ERROR for f in findings):
        return CrosswalkResult(None, tuple(findings))
    counted: Pairs = {}
    if points is not None:
        counted, lost = _counted(source, target, overlay, points)
        findings += lost
    rows, empty = _rows(overlay, counted, points.basis if points else Basis.AREA)
    if points is not None:
        findings += [
            say("areas.crosswalk_no_inhabitants", area=f"„{source.names[i]}“ ({source.keys[i]})")
            for i in empty
        ]
    named = [(source.keys[i], target.keys[j], w, basis) for i, j, w, basis in rows]
    words = origin or (points.origin if points else "") or ORIGINS[points.basis if points else Basis.AREA]
    return CrosswalkResult(crosswalk_of(*codes, named, words), tuple(findings))


ORIGINS: Mapping[Basis, str] = {
    Basis.GRID: "Einwohnerzahlen der Zensus-Gitterzellen",
    Basis.ADDRESSES: "Anschriften",
    Basis.AREA: "Anteile an der Fläche",
    Basis.MANUAL: "von Hand eingetragen",
    Basis.EXACT: "aus der Gebietsänderung",
}


def _unfit(source: AreaLayer, target: AreaLayer) -> list[Finding]:
    if source.crs != target.crs:
        return [say("areas.crosswalk_crs", source=source.crs, target=target.crs)]
    bare = [layer.keys[i] for layer in (source, target) for i, g in enumerate(layer.geometries) if g.is_empty]
    if not len(source) or not len(target):
        return [say("areas.crosswalk_empty")]
    return [say("areas.crosswalk_no_geometry", area=f"„{key}“") for key in bare]


def _unfit_points(points: WeightedPoints | None) -> list[Finding]:
    if points is None:
        return []
    fit = np.isfinite(points.weight) & (points.weight >= 0) & np.isfinite(points.x) & np.isfinite(points.y)
    count = int((~fit).sum())
    if not count:
        return []
    return [say("areas.crosswalk_bad_points", count=plural(count, "Zelle", "Zellen oder Anschriften"))]


def _overlay(source: AreaLayer, target: AreaLayer, sliver_m: float) -> _Overlay:
    """Pairs that share ground, slivers left out; the largest piece of a source always stays."""
    old, new = repaired(source.geometries), repaired(target.geometries)
    left, right = shapely.STRtree(new).query(old, predicate="intersects")
    pieces: Geometries = shapely.intersection(old[left], new[right])
    areas = shapely.area(pieces)
    real = (areas > 0) & ~shapely.is_empty(shapely.buffer(pieces, -sliver_m, quad_segs=1))
    overlay = _Overlay(slivers=int(((areas > 0) & ~real).sum()))
    for i in set(left[areas > 0].tolist()) - set(left[real].tolist()):
        largest = max(np.flatnonzero(left == i), key=lambda row: float(areas[row]))
        real[largest] = True
        overlay.slivers -= 1
    for row in np.flatnonzero(real):
        overlay.area[int(left[row]), int(right[row])] = float(areas[row])
    missing = shapely.area(old) - np.bincount(left, areas, minlength=len(old))
    for i in np.flatnonzero(missing > 1.0):
        rest = old[i].difference(united(new[right[left == i]]))
        if not rest.buffer(-sliver_m, quad_segs=1).is_empty:
            overlay.outside[int(i)] = float(rest.area)
    return overlay


def _overlay_findings(source: AreaLayer, overlay: _Overlay, sliver_m: float) -> list[Finding]:
    findings = []
    has_target = {i for i, _ in overlay.area}
    for i, key in enumerate(source.keys):
        part = overlay.outside.get(i, 0.0) / source.geometries[i].area if i in has_target else 1.0
        if part > OUTSIDE_NOTE:
            code = "areas.crosswalk_all_outside" if part > OUTSIDE_ERROR else "areas.crosswalk_outside"
            findings.append(
                say(code, area=f"„{source.names[i]}“ ({key})", share=wording.share(part), value=key)
            )
    if overlay.slivers:
        count = plural(overlay.slivers, "Teilfläche", "Teilflächen")
        width = f"{number(2 * sliver_m)}{NBSP}m"
        findings.append(say("areas.crosswalk_slivers", count=count, width=width))
    return findings


def _counted(
    source: AreaLayer, target: AreaLayer, overlay: _Overlay, points: WeightedPoints
) -> tuple[Pairs, list[Finding]]:
    """Inhabitants of each pair that really shares ground, and a finding on those in no source area."""
    rows, columns = _places(source, points), _places(target, points)
    pairs = sorted(overlay.area)
    codes = np.array([i * len(target) + j for i, j in pairs], dtype=np.int64)
    code = rows * len(target) + columns
    place = np.minimum(np.searchsorted(codes, code), len(codes) - 1)
    fits = (rows >= 0) & (columns >= 0) & (codes[place] == code)
    sums = np.bincount(place[fits], points.weight[fits], minlength=len(codes))
    counted = dict(zip(pairs, sums.tolist(), strict=True))
    stray = (rows >= 0) & ~fits & ~((columns < 0) & np.isin(rows, list(overlay.outside)))
    for point, row, column in _nearest(source, target, overlay, points, rows, np.flatnonzero(stray)):
        counted[row, column] += float(points.weight[point])
    total, lost = float(points.weight.sum()), float(points.weight[rows < 0].sum())
    if total and lost > OUTSIDE_NOTE * total:
        return counted, [say("areas.crosswalk_points_lost", share=wording.share(lost / total))]
    return counted, []


def _places(layer: AreaLayer, points: WeightedPoints) -> npt.NDArray[np.int_]:
    """Position of the area that each point lies in, −1 outside."""
    position = {key: i for i, key in enumerate(layer.keys)}
    found = locate(layer, points.x, points.y, points.crs)
    return np.array([position.get(key, -1) for key in found], dtype=np.int_)


def _nearest(  # noqa: PLR0913, PLR0917 (the two layers, their overlay and the points in them)
    source: AreaLayer,
    target: AreaLayer,
    overlay: _Overlay,
    points: WeightedPoints,
    rows: npt.NDArray[np.int_],
    stray: npt.NDArray[np.int_],
) -> Iterator[tuple[int, int, int]]:
    """(point, source, nearest target that really shares ground with that source) for points in slivers."""
    choices: dict[int, list[int]] = {}
    for i, j in overlay.area:
        choices.setdefault(i, []).append(j)
    move = Transformer.from_crs(points.crs, source.crs, always_xy=True)
    eastings, northings = move.transform(points.x[stray], points.y[stray])
    for point, place in zip(stray.tolist(), shapely.points(eastings, northings), strict=True):
        row = int(rows[point])
        distance = {j: float(target.geometries[j].distance(place)) for j in choices.get(row, [])}
        if distance:
            yield point, row, min(distance, key=lambda j: distance[j])


def _rows(
    overlay: _Overlay, counted: Pairs, basis: Basis
) -> tuple[list[tuple[int, int, float, Basis]], list[int]]:
    """Rows with unscaled weights, and the source areas that had to be split by their ground."""
    of_source: dict[int, list[int]] = {}
    for i, j in sorted(overlay.area):
        of_source.setdefault(i, []).append(j)
    reached = {j for (_, j), people in counted.items() if people > 0}
    rows: list[tuple[int, int, float, Basis]] = []
    empty: list[int] = []
    for i, targets in of_source.items():
        people = sum(counted.get((i, j), 0.0) for j in targets)
        if len(targets) == 1:
            rows.append((i, targets[0], 1.0, Basis.EXACT))
        elif people <= 0:
            empty.append(i)
            rows += [(i, j, overlay.area[i, j], Basis.AREA) for j in targets]
        else:
            rows += [(i, j, counted[i, j], basis) for j in targets if counted[i, j] > 0 or j not in reached]
    return rows, empty
