"""Check areas before they become a division: every finding names the area, says why, and helps on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import shapely

from wohnplatz.model import Finding, Severity
from wohnplatz.text import enumerate_words, plural

from . import wording
from .layer import AreaLayer, Geometries, repaired, united

SLIVER_M2 = 10.0
"""Overlaps and gaps below this many square metres come from rounding: a note."""
SLIVER_WIDTH_M = 0.5
"""So do those that are narrower than this on average, however long."""
SERIOUS_OVERLAP = 0.01
"""An overlap above this part of the smaller area is an error: inhabitants would be counted twice."""
OUTSIDE_NOTE, OUTSIDE_ERROR = 0.02, 0.5
"""Part of an area outside its parent that is worth a warning, and that shows a wrong parent."""


def check_layer(layer: AreaLayer, parents: AreaLayer | None = None) -> list[Finding]:
    """Findings on keys, polygons, coverage and, where ``parents`` is given, on the hierarchy.

    Codes: ``areas.`` + ``empty_key``, ``duplicate_key``, ``empty_name``, ``empty_geometry``, ``not_polygon``,
    ``invalid_geometry``, ``duplicate_geometry``, ``overlap``, ``gap``, ``missing_parent``,
    ``unknown_parent``, ``lost_zeros``, ``key_in_use``, ``outside_parent``, ``parent_without_areas``,
    ``parent_not_covered``.
    ``row`` is the 1-based position in the layer. Errors first, then by kind, in the layer's order.
    """
    geometries, valid = _polygons(layer)
    findings = [*_keys(layer), *_geometries(layer), *_coverage(layer, geometries, valid)]
    findings += _parents(layer, geometries, parents)
    order = list(Severity)
    return sorted(findings, key=lambda f: order.index(f.severity))


def label(layer: AreaLayer, index: int) -> str:
    """Name and key of an area as findings write it."""
    key, name = layer.keys[index], layer.names[index]
    return f"„{name}“ ({key})" if name and name != key else f"„{key}“"


def _finding(layer: AreaLayer, index: int, code: str, severity: Severity, message: str) -> Finding:
    why, advice = wording.SLIVER if severity is Severity.NOTE else wording.REASONS[code]
    return Finding(
        f"areas.{code}", severity, message, advice, why, row=index + 1, area=layer.keys[index],
        value=layer.names[index],
    )  # fmt: skip


def _polygons(layer: AreaLayer) -> tuple[Geometries, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Geometries fit to compute with, and which of them are polygons with an extent."""
    usable = np.isin(shapely.get_type_id(layer.geometries), (3, 6)) & ~shapely.is_empty(layer.geometries)
    geometries = layer.geometries.copy()
    geometries[~usable] = shapely.Polygon()
    return repaired(geometries), usable


def _keys(layer: AreaLayer) -> list[Finding]:
    counts = Counter(layer.keys)
    findings = []
    for i, key in enumerate(layer.keys):
        if not key:
            text = f"Das {i + 1}. Gebiet ({layer.names[i] or 'ohne Namen'}) hat keinen Schlüssel."
            findings.append(_finding(layer, i, "empty_key", Severity.ERROR, text))
        elif counts[key] > 1 and layer.keys.index(key) == i:
            rows = [str(n + 1) for n, k in enumerate(layer.keys) if k == key]
            text = f"Der Schlüssel „{key}“ kommt {counts[key]}-mal vor (Zeilen {enumerate_words(rows)})."
            findings.append(_finding(layer, i, "duplicate_key", Severity.ERROR, text))
        if key and not layer.names[i]:
            text = f"Das Gebiet {label(layer, i)} hat keinen Namen."
            findings.append(_finding(layer, i, "empty_name", Severity.WARNING, text))
    return findings


def _geometries(layer: AreaLayer) -> list[Finding]:
    findings = []
    types = shapely.get_type_id(layer.geometries)
    reasons = shapely.is_valid_reason(layer.geometries)
    for i, geometry in enumerate(layer.geometries):
        area = label(layer, i)
        if geometry is None or geometry.is_empty:
            text = f"Das Gebiet {area} hat keine Fläche."
            findings.append(_finding(layer, i, "empty_geometry", Severity.ERROR, text))
        elif types[i] not in (3, 6):
            text = f"Das Gebiet {area} ist {wording.kind(geometry.geom_type)} und keine Fläche."
            findings.append(_finding(layer, i, "not_polygon", Severity.ERROR, text))
        elif reasons[i] != "Valid Geometry":
            text = f"Die Grenze des Gebiets {area} ist fehlerhaft: {wording.invalid(reasons[i])}."
            findings.append(_finding(layer, i, "invalid_geometry", Severity.ERROR, text))
    return findings


def _coverage(
    layer: AreaLayer, geometries: Geometries, valid: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> list[Finding]:
    """Duplicates, overlaps and gaps; pairs that are the same polygon are not reported as overlaps again."""
    if not valid.any():
        return []
    tree = shapely.STRtree(geometries)
    left, right = tree.query(geometries, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    same = shapely.equals(geometries[left], geometries[right])
    findings = [_duplicate(layer, int(a), int(b)) for a, b in zip(left[same], right[same], strict=True)]
    left, right = left[~same], right[~same]
    common = shapely.intersection(geometries[left], geometries[right])
    for i in np.flatnonzero(shapely.area(common) > 0):
        findings.append(_overlap(layer, geometries, int(left[i]), int(right[i]), common[i]))
    return findings + _gaps(layer, geometries, tree)


def _duplicate(layer: AreaLayer, a: int, b: int) -> Finding:
    text = f"Die Gebiete {label(layer, a)} und {label(layer, b)} haben dieselbe Fläche."
    return _finding(layer, b, "duplicate_geometry", Severity.ERROR, text)


def _overlap(layer: AreaLayer, geometries: Geometries, a: int, b: int, common: shapely.Geometry) -> Finding:
    smaller = min(geometries[a].area, geometries[b].area)
    severity = Severity.NOTE if _is_sliver(common) else Severity.WARNING
    if severity is not Severity.NOTE and common.area > SERIOUS_OVERLAP * smaller:
        severity = Severity.ERROR
    size = wording.size(common.area)
    text = f"Die Gebiete {label(layer, a)} und {label(layer, b)} überlappen sich auf {size}."
    return _finding(layer, a, "overlap", severity, text)


def _is_sliver(geometry: shapely.Geometry) -> bool:
    """Small, or long and narrow: twice the area by the perimeter is the mean width."""
    width = 2 * geometry.area / geometry.length if geometry.length else 0.0
    return bool(geometry.area < SLIVER_M2 or width < SLIVER_WIDTH_M)


def _gaps(layer: AreaLayer, geometries: Geometries, tree: shapely.STRtree) -> list[Finding]:
    """Holes in the union of all areas, each named by the areas around it."""
    findings = []
    for part in shapely.get_parts(united(geometries)):
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            around = sorted(int(i) for i in tree.query(hole, predicate="intersects"))
            names = enumerate_words([label(layer, i) for i in around])
            text = f"Zwischen den Gebieten {names} liegt eine Lücke von {wording.size(hole.area)}."
            if len(around) == 1:
                text = f"Im Gebiet {names} liegt ein Loch von {wording.size(hole.area)}."
            severity = Severity.NOTE if _is_sliver(hole) else Severity.WARNING
            findings.append(_finding(layer, around[0], "gap", severity, text))
    return findings


def _parents(layer: AreaLayer, geometries: Geometries, parents: AreaLayer | None) -> list[Finding]:
    if parents is None and not any(layer.parents):
        return []
    known = {key: i for i, key in enumerate(parents.keys)} if parents else {}
    findings = []
    for i, parent in enumerate(layer.parents):
        area = label(layer, i)
        if not parent:
            text = f"Das Gebiet {area} gehört zu keinem übergeordneten Gebiet."
            findings.append(_finding(layer, i, "missing_parent", Severity.ERROR, text))
        elif parents is not None and parent not in known:
            text = f"Das Gebiet {area} nennt ein übergeordnetes Gebiet, das es nicht gibt: „{parent}“."
            findings.append(_finding(layer, i, "unknown_parent", Severity.ERROR, text))
        elif parent.startswith("0") and layer.keys[i].startswith(parent.lstrip("0")):
            text = f"Dem Schlüssel des Gebiets {area} fehlen wohl führende Nullen (übergeordnet: „{parent}“)."
            findings.append(_finding(layer, i, "lost_zeros", Severity.WARNING, text))
        if layer.keys[i] in known:
            text = f"Den Schlüssel des Gebiets {area} trägt auch ein übergeordnetes Gebiet."
            findings.append(_finding(layer, i, "key_in_use", Severity.ERROR, text))
    if parents is not None:
        findings += _inside(layer, geometries, parents, known) + _covered(layer, geometries, parents)
    return findings


def _inside(
    layer: AreaLayer, geometries: Geometries, parents: AreaLayer, known: dict[str, int]
) -> list[Finding]:
    """Areas that lie outside the parent they name, by more than the borders' usual inaccuracy."""
    rows = [i for i, p in enumerate(layer.parents) if p in known and not geometries[i].is_empty]
    coarse = repaired(parents.geometries)
    holders = [known[layer.parents[i] or ""] for i in rows]
    outside = shapely.area(shapely.difference(geometries[rows], coarse[holders]))
    findings = []
    for i, holder, missing in zip(rows, holders, outside, strict=True):
        part = float(missing) / geometries[i].area
        if coarse[holder].is_empty or part <= OUTSIDE_NOTE:
            continue
        severity = Severity.ERROR if part > OUTSIDE_ERROR else Severity.WARNING
        share = wording.share(part)
        text = f"Das Gebiet {label(layer, i)} liegt zu {share} außerhalb von {label(parents, holder)}."
        findings.append(_finding(layer, i, "outside_parent", severity, text))
    return findings


def _covered(layer: AreaLayer, geometries: Geometries, parents: AreaLayer) -> list[Finding]:
    """Parents that no area names, or that their areas do not fill."""
    belongs = np.array([p or "" for p in layer.parents], dtype=object)
    coarse, findings = repaired(parents.geometries), []
    for i, key in enumerate(parents.keys):
        members = geometries[belongs == key]
        if not len(members):
            text = f"Zu {label(parents, i)} gehört keines der Gebiete."
            findings.append(_finding(parents, i, "parent_without_areas", Severity.WARNING, text))
        elif not coarse[i].is_empty:
            left = coarse[i].difference(united(members)).area
            if left > OUTSIDE_NOTE * coarse[i].area:
                count = plural(len(members), "Gebiet", "Gebiete")
                text = f"{label(parents, i)} ist durch {count} nicht abgedeckt: {wording.size(left)} fehlen."
                findings.append(_finding(parents, i, "parent_not_covered", Severity.WARNING, text))
    return [replace(f, row=None) for f in findings]
