"""States as patterns: each one has its own figure, so that it is told apart without any colour."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import CellState, ReleasedFigure
from . import palette
from .svg import num, tag

ZERO = "zero"
"""Pattern of exactly zero."""
BLANK = "blank"
"""An area of the map for which the table has no row at all."""

NAMES: dict[CellState, str] = {
    CellState.ESTIMATED: "estimated",
    CellState.LIMITED: "limited",
    CellState.PARTIAL: "partial",
    CellState.NOT_APPLICABLE: "not-applicable",
    CellState.MISSING: "missing",
    CellState.LATER: "later",
    CellState.UNRELIABLE: "unreliable",
    CellState.UNKNOWN: "unknown",
    CellState.PROTECTED: "protected",
}


@dataclass(frozen=True, slots=True)
class _Tile:
    """A tile of ``width`` × ``height`` units; ``path`` is stroked with ``stroke`` units."""

    width: float
    height: float
    path: str
    stroke: float = 1.0
    rim: bool = False
    """A white rim under the stroke: for patterns that lie over a class colour."""


# Widths divide 18 and heights divide 12, so that a swatch of that size shows whole figures.
_TILES: dict[str, _Tile] = {
    # Diagonal lines: the usual sign of "not shown".
    "protected": _Tile(6, 6, "M-1 1l2-2M0 6l6-6M5 7l2-2", 1.3),
    # A lattice: an empty box that waits for content.
    "missing": _Tile(9, 12, "M0 0l9 12M9 0l-9 12", 0.8),
    # The sign x of official statistics.
    "not-applicable": _Tile(18, 12, "M3 1.5l3.4 3.4M6.4 1.5l-3.4 3.4M11.6 7.1l3.4 3.4M15 7.1l-3.4 3.4", 1.1),
    # Points: the sign . of official statistics.
    "unknown": _Tile(6, 6, "M.7 1.5h1.6M3.7 4.5h1.6", 1.6),
    # Three dots in a row: the sign … of official statistics.
    "later": _Tile(18, 12, "M4 6h2M8 6h2M12 6h2", 2),
    # Waves: it may be here or there.
    "unreliable": _Tile(9, 6, "M0 3q2.25-3.6 4.5 0t4.5 0", 1.0),
    # Rings: the digit 0.
    ZERO: _Tile(18, 12, "M4.5 .9a1.6 2.2 0 1 0 .01 0zM13.5 6.9a1.6 2.2 0 1 0 .01 0z", 1.1),
    BLANK: _Tile(9, 12, "M0 0h0", 0.1),
    "partial": _Tile(12, 12, "M-1 11l2 2M0 0l12 12M11-1l2 2", 1.3, rim=True),
    "estimated": _Tile(12, 12, "M0 6h12", 1.1, rim=True),
    "limited": _Tile(12, 12, "M6 0v12", 1.1, rim=True),
}
_STROKE = "#44515c"


def pattern_of(f: ReleasedFigure) -> str:
    """Name of the pattern of a figure; empty where a plain number stands (zero included)."""
    return NAMES.get(f.state, "")


def pattern_id(prefix: str, name: str, colour: str = palette.PAPER) -> str:
    """Id of a pattern in a picture: over white, or over the colour of a class."""
    return f"{prefix}-{name}" if colour == palette.PAPER else f"{prefix}-{name}-{colour[1:]}"


def reference(prefix: str, name: str, colour: str = palette.PAPER) -> str:
    """Value of ``fill`` that paints with a pattern."""
    return f"url(#{pattern_id(prefix, name, colour)})"


def define(prefix: str, name: str, colour: str = palette.PAPER, scale: float = 1.0) -> str:
    """The ``pattern`` element; ``scale`` is units of the picture per px."""
    tile = _TILES[name]
    ground = tag("rect", width=tile.width, height=tile.height, fill=colour)
    strokes = [(palette.PAPER, tile.stroke * 2.6)] if tile.rim else []
    strokes.append((palette.INK if tile.rim else _STROKE, tile.stroke))
    lines = "".join(
        f'<path d="{tile.path}" fill="none" stroke="{c}" stroke-width="{w:.2f}"/>' for c, w in strokes
    )
    return tag(
        "pattern",
        ground + lines,
        id=pattern_id(prefix, name, colour),
        width=tile.width,
        height=tile.height,
        patternUnits="userSpaceOnUse",
        patternTransform=None if num(scale) == "1" else f"scale({scale:.3g})",
    )


def swatch(x: float, y: float, size: tuple[float, float], fill: str, stroke: str) -> str:
    """A filled box. Moved, not placed: so the tiles of its pattern begin at its corner."""
    width, height = size
    return tag(
        "rect",
        width=width,
        height=height,
        fill=fill,
        stroke=stroke,
        stroke_width=0.9,
        transform=f"translate({num(x)} {num(y)})",
    )
