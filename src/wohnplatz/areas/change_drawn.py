"""Lines and pieces that people draw, type or upload for a change of areas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from wohnplatz.model import WohnplatzError

from .layer import polygonal
from .reading import describe_file, read_layer

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_REACH = 50.0
"""Metres by which both ends of a drawn line are drawn on: a click seldom meets the other side of a border."""


def line_of(text: str) -> Any:
    """The line through points „Ost Nord“, one in each row; None for an empty text.

    Both ends are drawn on by 50 metres. WohnplatzError for anything that is no line.
    """
    rows = [r.strip() for r in text.splitlines() if r.strip()]
    if not rows:
        return None
    points = [_point(row) for row in rows]
    if len({tuple(p) for p in points}) < 2:
        raise _no_line("Eine Linie braucht mindestens zwei verschiedene Punkte.")
    ends = np.array(points)
    ends[0] += _on(ends[0] - ends[1])
    ends[-1] += _on(ends[-1] - ends[-2])
    return shapely.LineString(ends)


def _point(row: str) -> tuple[float, float]:
    parts = [p for p in re.split(r"[;\s]+", row) if p]
    if len(parts) != 2 or not all(_NUMBER.fullmatch(p) for p in parts):
        raise _no_line(f"„{row[:60]}“ ist kein Punkt.")
    east, north = (float(p.replace(",", ".")) for p in parts)
    return east, north


def _on(direction: Any) -> Any:
    length = float(np.hypot(*direction))
    return direction / length * _REACH if length else np.zeros(2)


def _no_line(what: str) -> WohnplatzError:
    return WohnplatzError(
        what, todo="Bitte je Zeile einen Punkt mit Ostwert und Nordwert in Metern angeben.", code="areas.line"
    )


def read_pieces(path: Path, crs: str) -> tuple[Any, ...]:
    """The polygons of the first layer of a file, in ``crs``. WohnplatzError where it cannot be read."""
    layer = describe_file(path).layers[0]
    named = [c.name for c in layer.columns if c.unique]
    if not named:
        raise WohnplatzError(
            "Die Geodatei hat keine Spalte, die ihre Flächen unterscheidet.",
            todo="Bitte eine Spalte mit verschiedenen Werten ergänzen, zum Beispiel „id“.",
            code="areas.pieces",
        )
    texts = [c.name for c in layer.columns if c.unique and c.kind == "Text"]
    key, digits = (texts[0], None) if texts else (named[0], 1)
    read = read_layer(path, key=key, layer=layer.name, target_crs=crs, digits=digits)
    return tuple(g for g in read.geometries if not g.is_empty)


def pieces_text(pieces: Sequence[Any]) -> str:
    """Polygons as text for a hidden field, one in each line."""
    return "\n".join(shapely.to_wkt(p, rounding_precision=3) for p in pieces)


def pieces_of(text: str) -> tuple[Any, ...]:
    """The way back. WohnplatzError for anything but polygons."""
    try:
        found = [shapely.from_wkt(row) for row in text.splitlines() if row.strip()]
    except shapely.GEOSException as error:
        raise _no_pieces() from error
    if any(p.geom_type not in {"Polygon", "MultiPolygon"} for p in found):
        raise _no_pieces()
    return tuple(polygonal(p) for p in found)


def _no_pieces() -> WohnplatzError:
    return WohnplatzError(
        "Die Flächen sind nicht lesbar.", todo="Bitte die Geodatei noch einmal wählen.", code="areas.pieces"
    )
