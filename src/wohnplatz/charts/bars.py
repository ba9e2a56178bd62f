"""Bars: one indicator for a few areas, in the order given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .. import text
from ..model import CellState, FigureMeta, ReleasedFigure, ReleasedTable
from . import palette, patterns
from .axis import Axis, axis
from .frame import Picture
from .svg import SMALL, label, line, shorten, tag, text_width, tooltip
from .words import figure_words, meta_of, select, source_line

_ROW, _BAR, _TOP = 30.0, 18.0, 26.0
_MARK = 26.0
"""Length in px of the mark of an area without a number."""


@dataclass(frozen=True, slots=True)
class _Plot:
    rows: tuple[tuple[str, str, ReleasedFigure | None], ...]
    """Key, name, figure."""
    reference: tuple[str, ReleasedFigure] | None
    meta: FigureMeta
    x: Axis
    left: float
    prefix: str

    @property
    def floor(self) -> float:
        return _TOP + _ROW * len(self.rows)


def bars_svg(  # noqa: PLR0913 (all of it by name)
    table: ReleasedTable,
    *,
    indicator: str,
    year: int,
    areas: Sequence[tuple[str, str]],
    title: str,
    subtitle: str,
    compare: tuple[str, str] | None = None,
    width: float = 720,
    standalone: bool = False,
    prefix: str = "",
) -> str:
    """Bars from zero with their values. ``areas``: (key, name), drawn in this order; no ranking is made.

    ``compare`` (key, name) is marked by a line through all bars, such as the district's value. An area
    without a number gets a mark of fixed length with the pattern of its state and its word.
    """
    meta = meta_of(table, indicator)
    prefix = prefix or f"bars-{indicator}".replace(":", "-")
    found = {f.area: f for f in select(table, indicator, year=year)}
    rows = tuple((key, name, found.get(key)) for key, name in areas)
    other = found.get(compare[0]) if compare else None
    reference = (compare[1], other) if compare and other and other.value is not None else None
    shown = [f for _, _, f in rows if f]
    compared = [other] if reference and other else []
    values = [f.value for f in (*shown, *compared) if f.value is not None]
    left = min(max((text_width(name) for _, name in areas), default=0.0) + 12, width * 0.45)
    room = max((text_width(text.figure(f, meta, mark=False)) for f in shown), default=0.0) + 16
    negative = room if any(v < 0 for v in values) else 0.0
    ticks = max(2, min(5, int((width - room - left - negative) / 50)))
    x = axis([0.0, *values], left + negative, width - room, count=ticks)
    plot = _Plot(rows, reference, meta, x, left, prefix)
    picture = Picture(
        kind="bars",
        body=_defs(plot) + _grid(plot) + _bars(plot) + _reference(plot, width) + _texts(plot),
        width=width,
        height=plot.floor + 30,
        title=title,
        subtitle=subtitle,
        description=_description(plot),
        source=source_line(table.context, meta),
        context=table.context,
    )
    return picture.render(standalone=standalone, prefix=prefix)


def _pattern(f: ReleasedFigure) -> tuple[str, str]:
    """Name and ground colour of the pattern of a figure that is no plain number."""
    return patterns.pattern_of(f), palette.PAPER if f.value is None else palette.MALE


def _defs(p: _Plot) -> str:
    used = sorted({_pattern(f) for _, _, f in p.rows if f and f.state is not CellState.VALUE})
    return tag("defs", "".join(patterns.define(p.prefix, n, c) for n, c in used)) if used else ""


def _grid(p: _Plot) -> str:
    parts = []
    for tick in p.x.ticks:
        x = p.x.at(tick)
        stroke = palette.AXIS if abs(tick) < 1e-12 else palette.GRID
        parts.append(line(x, _TOP - 4, x, p.floor, stroke=stroke))
        parts.append(label(x, p.floor + 16, p.x.words(tick), size=SMALL, anchor="middle", fill=palette.MUTED))
    last = p.x.at(p.x.ticks[-1])
    parts.append(label(last + 14, p.floor + 16, p.meta.unit, size=SMALL, fill=palette.MUTED))
    return "".join(parts)


def _bars(p: _Plot) -> str:
    """The bars with their tooltips; the words come later, over the line of comparison."""
    return "".join(
        tag("g", tooltip(f"{name}: {_words(p, f)}") + _bar(p, f, _y(i)), data_key=key)
        for i, (key, name, f) in enumerate(p.rows)
        if f
    )


def _words(p: _Plot, f: ReleasedFigure | None) -> str:
    return figure_words(f, p.meta) if f else "keine Angabe"


def _y(row: int) -> float:
    return _TOP + _ROW * row + (_ROW - _BAR) / 2


def _ends(p: _Plot, f: ReleasedFigure) -> tuple[float, float]:
    """Left and right end; the mark of a state takes no side where the axis has two."""
    zero = p.x.at(0)
    if f.value is None:
        start = zero - _MARK / 2 if p.x.ticks[0] < 0 else zero
        return start, start + _MARK
    end = p.x.at(f.value)
    return min(zero, end), max(zero, end)


def _bar(p: _Plot, f: ReleasedFigure, y: float) -> str:
    left, right = _ends(p, f)
    name, colour = _pattern(f)
    fill = patterns.reference(p.prefix, name, colour) if name else palette.MALE
    stroke = palette.AXIS if f.value is None else palette.SERIES[0]
    return patterns.swatch(left, y, (right - left, _BAR), fill, stroke)


def _texts(p: _Plot) -> str:
    """Names at the left, values at the ends of the bars."""
    parts = []
    for i, (_, name, f) in enumerate(p.rows):
        base = _y(i) + 13.5
        parts.append(label(p.left - 10, base, shorten(name, p.left - 10), anchor="end"))
        if f is None:
            parts.append(label(p.x.at(0) + 6, base, _words(p, f), fill=palette.MUTED, halo=True))
            continue
        left, right = _ends(p, f)
        x, anchor = (left - 6, "end") if f.value is not None and f.value < 0 else (right + 6, None)
        bold = f.value is not None
        parts.append(label(x, base, text.figure(f, p.meta, mark=False), anchor=anchor, bold=bold, halo=True))
    return "".join(parts)


def _reference(p: _Plot, width: float) -> str:
    """A dashed line through all bars with name and value above."""
    if p.reference is None:
        return ""
    name, f = p.reference
    x = p.x.at(f.value or 0.0)
    words = f"{name}: {text.figure(f, p.meta, mark=False)}"
    room = text_width(words, SMALL)
    left = x + 6 + room > width
    anchor = "end" if left else None
    # In a narrow picture the words may stand across their line; other typefaces than ours are wider.
    at = max(x - 6, min(1.2 * room, width)) if left else x + 6
    return line(x, _TOP - 12, x, p.floor, stroke=palette.SERIES[1], width=1.6, dash="5 3") + label(
        at,
        _TOP - 10,
        words,
        size=SMALL,
        anchor=anchor,
        bold=True,
        fill=palette.SERIES[1],
    )


def _description(p: _Plot) -> str:
    parts = [f"{name}: {_words(p, f)}." for _, name, f in p.rows]
    if p.reference:
        parts.append(f"Zum Vergleich {p.reference[0]}: {text.figure(p.reference[1], p.meta)}.")
    return f"{p.meta.label}. {' '.join(parts)}"
