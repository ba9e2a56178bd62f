"""Plans of areas: outlines only, no figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from wohnplatz.areas import AreaLayer, Shapes, shapes
from wohnplatz.model import Finding
from wohnplatz.web.deliveries.findings import SEVERITIES

WIDTH = 1000
_MARGIN = 0.12
_LABELLED = 12
"""More names than these would lie upon each other."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One area of a plan."""

    key: str
    name: str
    path: str
    marked: bool
    x: float
    y: float
    named: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as the template draws it; ``box`` is the part that is shown, in units of the paths."""

    outlines: tuple[Outline, ...]
    box: str
    text_size: float
    west: float
    north: float
    metres: float
    """Metres of a unit: a click at (x, y) lies ``metres · x`` east of ``west``, ``metres · y`` south of
    ``north``."""


def plan(layer: AreaLayer, marked: Collection[str] = (), drawn: Shapes | None = None) -> Plan:
    """The plan of a layer, zoomed to the marked areas where there are any."""
    shape = drawn or _drawn(layer)
    marks = set(marked) & set(shape.paths)
    box = _box(shape, marks)
    named = marks if len(marks) <= _LABELLED else set()
    names = dict(zip(layer.keys, layer.names, strict=True))
    outlines = sorted(
        (
            Outline(key, names.get(key, key), path, key in marks, *shape.labels[key], key in named)
            for key, path in shape.paths.items()
        ),
        key=lambda o: o.marked,
    )
    left, top, width, height = box
    return Plan(
        tuple(outlines), f"{left:g} {top:g} {width:g} {height:g}", max(width, 1) / 38, shape.bounds[0],
        shape.bounds[3], shape.metres_per_unit,
    )  # fmt: skip


def _box(shape: Shapes, marks: Collection[str]) -> tuple[float, float, float, float]:
    """Left, top, width and height around the marked areas, never narrower than flat; all without marks."""
    if not marks:
        return 0.0, 0.0, shape.width, shape.height
    boxes = [shape.boxes[k] for k in marks]
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
    width, height = (
        max(right - left, (bottom - top) * 0.9, 20.0),
        max(bottom - top, (right - left) * 0.5, 20.0),
    )
    middle = (left + right) / 2, (top + bottom) / 2
    width, height = width * (1 + 2 * _MARGIN), height * (1 + 2 * _MARGIN)
    return (
        round(middle[0] - width / 2, 1),
        round(middle[1] - height / 2, 1),
        round(width, 1),
        round(height, 1),
    )


@lru_cache(maxsize=16)
def _drawn(layer: AreaLayer) -> Shapes:
    return shapes(layer, width=WIDTH)


def shown_findings(findings: Sequence[Finding | Mapping[str, str]]) -> list[dict[str, object]]:
    """Findings (or their stored form) as the table of findings shows them."""
    plain = [f.as_dict() if isinstance(f, Finding) else dict(f) for f in findings]
    return [
        {"finding": f, "kind": SEVERITIES[f["severity"]][0], "label": SEVERITIES[f["severity"]][1]}
        for f in plain
    ]
