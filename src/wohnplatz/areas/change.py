"""Change areas on purpose: merge, split, shift a border, rename. The old layer stays as it was."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from wohnplatz.model import Finding, Severity
from wohnplatz.text import enumerate_words, plural

from . import wording
from .change_kinds import Change, Merge, Redraw, Rename, Shift, Split
from .change_messages import say
from .conversion import compose
from .crosswalk import Basis, Crosswalk, crosswalk_of, identity
from .crosswalk_making import SLIVER_M, WeightedPoints, make_crosswalk
from .layer import AreaLayer, polygonal, repaired, united
from .predecessors import Predecessor, predecessors

ROUNDING_M = 0.02
"""Pieces narrower than twice this come from rounding coordinates to millimetres."""
OUTSIDE_PART = 0.02
"""Part of a piece outside the area it is cut from that is worth a warning."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The areas after the changes. With an error among the findings there are none."""

    layer: AreaLayer | None
    crosswalk: Crosswalk | None
    findings: tuple[Finding, ...]

    @property
    def predecessors(self) -> tuple[Predecessor, ...]:
        """Pairs of former and new areas."""
        return predecessors(self.crosswalk) if self.crosswalk else ()


@dataclass(frozen=True, slots=True)
class _Row:
    """An area of the new layer."""

    key: str
    name: str
    parent: str | None
    geometry: Any


class _Refused(Exception):  # noqa: N818 (no error: it carries findings)
    """A change that cannot be done."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings


def change_areas(
    layer: AreaLayer,
    changes: Sequence[Change],
    codes: tuple[str, str],
    points: WeightedPoints | None = None,
    taken: Collection[str] = (),
) -> Changed:
    """The layer after ``changes``, one after the other, with the crosswalk that leads there.

    ``codes`` are those of the division before and after; ``points`` weigh what is split (without them the
    ground does); ``taken`` are keys of areas of other levels. New areas stand where the first of their
    predecessors stood. Never raises for what people may enter: findings tell.
    """
    if not changes:
        return Changed(None, None, (say("areas.change_none"),))
    found: list[Finding] = []
    now, way = layer, identity(layer.keys, *codes)
    for change in changes:
        try:
            old, rows, findings = _CHANGES[type(change)](now, change)
            _require_keys(now, old, rows, taken)
        except _Refused as refused:
            return Changed(None, None, (*found, *refused.findings))
        after = _replaced(now, old, rows)
        sliver = SLIVER_M if isinstance(change, Redraw) else ROUNDING_M
        step, weighed = _step(now, after, old, rows, codes[1], points, sliver)
        found += [*findings, *weighed]
        if step is None:
            return Changed(None, None, tuple(found))
        now, way = after, compose(way, step)
    return Changed(now, way, tuple(found))


_Step = tuple[tuple[str, ...], list[_Row], list[Finding]]


def _merge(layer: AreaLayer, change: Merge) -> _Step:
    keys = tuple(dict.fromkeys(change.areas))
    if len(keys) < 2:
        raise _Refused(say("areas.change_one_area"))
    members = [_area(layer, key) for key in keys]
    _require_one_parent(members)
    # Millimetres of gap between the members would else stay as a crack in the new area.
    union = united(np.array([m.geometry for m in members], dtype=object))
    row = _Row(change.into.key, change.into.name, members[0].parent, union)
    return keys, [row], _apart(row, 1)


def _split(layer: AreaLayer, change: Split) -> _Step:
    area = _area(layer, change.area)
    if len(change.parts) < 2:
        raise _Refused(say("areas.change_one_part"))
    if change.polygons:
        pieces = _by_polygons(area, change)
    elif change.line is None:
        raise _Refused(say("areas.change_no_cut", area=area.key))
    elif len(change.parts) != 2:
        raise _Refused(say("areas.change_two_parts", value=str(len(change.parts))))
    else:
        pieces = list(_by_line(area, change.line))
    rows = [
        _Row(part.key, part.name, area.parent, piece)
        for part, piece in zip(change.parts, pieces, strict=True)
    ]
    for row in rows:
        if row.geometry.buffer(-ROUNDING_M).is_empty:
            raise _Refused(say("areas.change_part_empty", area=row.key or row.name))
    return (area.key,), rows, []


def _shift(layer: AreaLayer, change: Shift) -> _Step:
    if change.giver == change.taker:
        raise _Refused(say("areas.change_same"))
    giver, taker = _area(layer, change.giver), _area(layer, change.taker)
    _require_one_parent([giver, taker])
    findings: list[Finding] = []
    if change.piece is not None:
        wanted = polygonal(repaired(np.array([change.piece], dtype=object))[0])
        piece = _clipped(giver.geometry, wanted)
        outside = 1 - piece.area / wanted.area if wanted.area else 1.0
        if piece.buffer(-ROUNDING_M).is_empty:
            raise _Refused(say("areas.change_piece_outside", area=giver.key))
        if outside > OUTSIDE_PART:
            words = wording.share(outside)
            findings.append(say("areas.change_piece_partly", area=giver.key, value=words))
    elif change.line is not None:
        sides = _by_line(giver, change.line)
        piece = max(sides, key=lambda side: _border(side, taker.geometry))
    else:
        raise _Refused(say("areas.change_no_piece", area=giver.key))
    rest = polygonal(giver.geometry.difference(piece))
    if rest.buffer(-ROUNDING_M).is_empty:
        raise _Refused(say("areas.change_piece_whole", area=giver.key))
    whole = united(np.array([taker.geometry, piece], dtype=object))
    rows = [
        _Row(giver.key, giver.name, giver.parent, rest),
        _Row(taker.key, taker.name, taker.parent, whole),
    ]
    for row, before in zip(rows, (giver, taker), strict=True):
        findings += _apart(row, len(shapely.get_parts(before.geometry)))
    return (giver.key, taker.key), rows, findings


def _rename(layer: AreaLayer, change: Rename) -> _Step:
    area = _area(layer, change.area)
    row = _Row(change.key or area.key, change.name or area.name, area.parent, area.geometry)
    if (row.key, row.name) == (area.key, area.name):
        raise _Refused(say("areas.change_nothing", area=area.key))
    return (area.key,), [row], []


def _redraw(layer: AreaLayer, change: Redraw) -> _Step:
    keys = tuple(dict.fromkeys(change.areas))
    if not keys or not len(change.into):
        raise _Refused(say("areas.change_none"))
    members = [_area(layer, key) for key in keys]
    _require_one_parent(members)
    columns = zip(change.into.keys, change.into.names, change.into.geometries, strict=True)
    rows = [_Row(key, name, members[0].parent, shape) for key, name, shape in columns]
    return keys, rows, []


_CHANGES: dict[type[Any], Any] = {
    Merge: _merge, Split: _split, Shift: _shift, Rename: _rename, Redraw: _redraw
}  # fmt: skip


def _area(layer: AreaLayer, key: str) -> _Row:
    if key not in layer.keys:
        raise _Refused(say("areas.change_unknown", area=key))
    i = layer.keys.index(key)
    return _Row(key, layer.names[i], layer.parents[i], repaired(layer.geometries[i : i + 1])[0])


def _require_one_parent(areas: Sequence[_Row]) -> None:
    parents = dict.fromkeys(a.parent or "–" for a in areas)
    if len(parents) > 1:
        raise _Refused(say("areas.change_parents", value=enumerate_words(list(parents))))


def _require_keys(layer: AreaLayer, old: Sequence[str], rows: Sequence[_Row], taken: Collection[str]) -> None:
    """Keys of new areas are new or those of areas they replace, and each stands once."""
    used = (set(layer.keys) - set(old)) | set(taken)
    findings = []
    for row in rows:
        if not row.key:
            findings.append(say("areas.change_no_key"))
        elif row.key in used:
            findings.append(say("areas.change_key_taken", area=row.key))
        elif not row.name:
            findings.append(say("areas.change_no_name", area=row.key))
        used.add(row.key)
    if findings:
        raise _Refused(*findings)


def _apart(row: _Row, before: int) -> list[Finding]:
    count = len(shapely.get_parts(row.geometry))
    if count <= before:
        return []
    return [say("areas.change_apart", area=row.name, count=plural(count, "Teil", "Teilen"))]


def _clipped(geometry: Any, by: Any) -> Any:
    clipped = polygonal(geometry.intersection(by))
    return clipped if clipped.geom_type in {"Polygon", "MultiPolygon"} else shapely.Polygon()


def _border(side: Any, other: Any) -> float:
    """Length of the common border, also where it is sloppy by centimetres."""
    return float(side.boundary.intersection(other.buffer(0.1)).length)


def _by_line(area: _Row, line: Any) -> tuple[Any, Any]:
    """What lies left and right of a line, looking along it."""
    ring = shapely.union_all([shapely.boundary(area.geometry), line])
    found = shapely.get_parts(shapely.polygonize([ring]))
    inside = [p for p in found if area.geometry.contains(p.representative_point())]
    sides: tuple[list[Any], list[Any]] = ([], [])
    for piece in inside:
        sides[0 if _is_left(line, piece.representative_point()) else 1].append(piece)
    if not sides[0] or not sides[1]:
        raise _Refused(say("areas.change_line", area=area.key))
    left, right = (polygonal(shapely.union_all(side)) for side in sides)
    return left, right


def _is_left(line: Any, point: Any) -> bool:
    """Whether a point lies to the left of the piece of the line that is nearest to it."""
    ends = shapely.get_coordinates(line)
    segments = shapely.linestrings(np.stack([ends[:-1], ends[1:]], axis=1))
    nearest = int(np.argmin(shapely.distance(segments, point)))
    (x1, y1), (x2, y2) = ends[nearest], ends[nearest + 1]
    return bool((x2 - x1) * (point.y - y1) - (y2 - y1) * (point.x - x1) > 0)


def _by_polygons(area: _Row, change: Split) -> list[Any]:
    """The parts of an area by given polygons, each clipped to it; the rest is the last part's."""
    parts, given = len(change.parts), len(change.polygons)
    if given not in {parts, parts - 1}:
        words = plural(parts, "neues Gebiet", "neue Gebiete")
        value = plural(given, "Fläche", "Flächen")
        raise _Refused(say("areas.change_polygons", parts=words, value=value))
    wanted = repaired(np.array(change.polygons, dtype=object))
    pieces = [_clipped(area.geometry, polygonal(g)) for g in wanted]
    together = united(np.array(pieces, dtype=object))
    double = sum(p.area for p in pieces) - together.area
    if double > 1.0:
        raise _Refused(say("areas.change_part_overlap", value=wording.size(double)))
    rest = polygonal(area.geometry.difference(together))
    if given < parts:
        return [*pieces, rest]
    if not rest.buffer(-ROUNDING_M).is_empty:
        raise _Refused(say("areas.change_rest", area=area.key, value=wording.size(rest.area)))
    return pieces


def _replaced(layer: AreaLayer, old: Sequence[str], rows: Sequence[_Row]) -> AreaLayer:
    """The layer with ``rows`` in place of the areas ``old``, where the first of them stood."""
    first = min(layer.keys.index(key) for key in old)
    all_rows: list[_Row] = []
    columns = zip(layer.keys, layer.names, layer.parents, layer.geometries, strict=True)
    for i, row in enumerate(columns):
        if i == first:
            all_rows += [replace(r, geometry=_on_grid(r.geometry)) for r in rows]
        if row[0] not in old:
            all_rows.append(_Row(*row))
    geometries = np.empty(len(all_rows), dtype=object)
    geometries[:] = [r.geometry for r in all_rows]
    return AreaLayer(
        tuple(r.key for r in all_rows), tuple(r.name for r in all_rows), tuple(r.parent for r in all_rows),
        geometries, layer.crs,
    )  # fmt: skip


def _on_grid(geometry: Any) -> Any:
    """The polygon with coordinates in millimetres, as a layer rounds them, and still valid.

    Plain rounding may fold the tip where a cut meets a border.
    """
    return polygonal(shapely.set_precision(geometry, 0.001))


def _step(  # noqa: PLR0913, PLR0917 (the two layers, what changed between them, and what weighs)
    before: AreaLayer,
    after: AreaLayer,
    old: Sequence[str],
    rows: Sequence[_Row],
    code: str,
    points: WeightedPoints | None,
    sliver_m: float,
) -> tuple[Crosswalk | None, list[Finding]]:
    """The crosswalk of one change: all other areas stay, a single successor is exact, the rest is weighed."""
    stay = [(k, k, 1.0, Basis.EXACT) for k in before.keys if k not in old]
    if len(rows) == 1:
        certain = [(k, rows[0].key, 1.0, Basis.EXACT) for k in old]
        return crosswalk_of(code, code, [*stay, *certain], _ORIGIN), []
    made = make_crosswalk(
        _only(before, old), _only(after, [r.key for r in rows]), (code, code), points, sliver_m=sliver_m
    )
    findings = [f for f in made.findings if f.code not in _SAID_BEFORE]
    if made.crosswalk is None:
        return None, findings
    c = made.crosswalk
    weighed = list(zip(c.from_key, c.to_key, c.weight, c.basis, strict=True))
    return crosswalk_of(code, code, [*stay, *weighed], c.origin), findings


_ORIGIN = "aus der Gebietsänderung"
_SAID_BEFORE = frozenset({"areas.crosswalk_points_lost", "areas.crosswalk_slivers"})
"""Points outside the changed areas are the rule here, and slivers come from rounding."""


def _only(layer: AreaLayer, keys: Sequence[str]) -> AreaLayer:
    at = [layer.keys.index(key) for key in keys]
    return AreaLayer(
        tuple(layer.keys[i] for i in at), tuple(layer.names[i] for i in at),
        tuple(layer.parents[i] for i in at), layer.geometries[at], layer.crs,
    )  # fmt: skip


def has_errors(findings: Sequence[Finding]) -> bool:
    """Whether a finding forbids what was asked."""
    return any(f.severity is Severity.ERROR for f in findings)
