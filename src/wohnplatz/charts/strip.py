"""The distribution: where an area lies among all areas, without any ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .. import text
from ..model import FigureMeta, ReleasedFigure, ReleasedTable
from . import palette
from .axis import Axis, axis
from .frame import Picture
from .svg import SMALL, label, line, num, tag, text_width, tooltip, wrap
from .words import counted_states, figure_words, label_with_unit, meta_of, select, source_line, with_number

_LABEL_ROW = 20.0
_MARGIN = 22.0


@dataclass(frozen=True, slots=True)
class _Plot:
    dots: tuple[tuple[ReleasedFigure, float, float], ...]
    """Figure, x and distance from the middle line."""
    marks: tuple[tuple[ReleasedFigure, str, str], ...]
    """Figure, name and colour of what is named: areas of comparison first, the area last."""
    others: tuple[ReleasedFigure, ...]
    area: str
    names: Mapping[str, str]
    meta: FigureMeta
    x: Axis
    radius: float
    reach: float

    @property
    def middle(self) -> float:
        return _LABEL_ROW * len(self.marks) + 12 + self.reach

    @property
    def floor(self) -> float:
        return self.middle + self.reach + 8


def strip_svg(  # noqa: PLR0913 (the contract: all of it by name)
    table: ReleasedTable,
    *,
    indicator: str,
    year: int,
    area: str,
    names: Mapping[str, str],
    title: str,
    subtitle: str = "",
    compare: Sequence[str] = (),
    width: float = 720,
    standalone: bool = False,
) -> str:
    """The values of all areas of the level of ``area`` as dots, the area itself marked and named.

    ``compare`` names areas of other levels (municipality, district) whose values are marked; without it,
    every figure of another level in the table is. Areas without a number are counted below, by state.
    """
    meta = meta_of(table, indicator)
    figures = select(table, indicator, year=year)
    own = next((f for f in figures if f.area == area), None)
    level = own.level if own else next((f.level for f in figures), "")
    peers = [f for f in figures if f.level == level]
    above = [f for f in figures if f.level != level and (not compare or f.area in compare)]
    plot = _plot(meta, peers, above, own, names, width)
    below, height = _below(plot, width)
    body = _axis(plot, width) + _dots(plot) + _marks(plot, width) + below
    picture = Picture(
        kind="strip",
        body=body,
        width=width,
        height=height,
        title=title,
        subtitle=subtitle,
        description=_description(plot, own, names.get(area, area)),
        source=source_line(table.context, meta),
        context=table.context,
    )
    return picture.render(standalone=standalone, prefix="strip")


def _plot(  # noqa: PLR0913, PLR0917 (what one strip holds)
    meta: FigureMeta,
    peers: Sequence[ReleasedFigure],
    above: Sequence[ReleasedFigure],
    own: ReleasedFigure | None,
    names: Mapping[str, str],
    width: float,
) -> _Plot:
    known = [f for f in peers if f.value is not None]
    values = [f.value for f in (*known, *above) if f.value is not None]
    ticks = min(8, int(width / 80))
    x = axis(values, _MARGIN, width - _MARGIN, count=ticks, zero=bool(values) and _begins_near_zero(values))
    radius = 5.0 if len(known) <= 120 else 3.4
    dots = swarm(known, x, radius + 0.6, first=own)
    named = [(f, palette.SERIES[2 - i % 2]) for i, f in enumerate(reversed(above)) if f.value is not None]
    if own is not None and own.value is not None:
        named.append((own, palette.SERIES[0]))
    marks = tuple((f, names.get(f.area, f.area), colour) for f, colour in named)
    reach = max((abs(d) for _, _, d in dots), default=0.0) + radius + 4
    others = tuple(f for f in peers if f.value is None)
    return _Plot(dots, marks, others, own.area if own else "", names, meta, x, radius, max(reach, 16.0))


def _begins_near_zero(values: Sequence[float]) -> bool:
    """A distribution needs no zero: it is shown where it costs little room."""
    low, high = min(values), max(values)
    return low >= 0 and low < 0.4 * (high - low)


def swarm(
    figures: Sequence[ReleasedFigure], x: Axis, radius: float, first: ReleasedFigure | None = None
) -> tuple[tuple[ReleasedFigure, float, float], ...]:
    """Dots beside each other where their values meet: (figure, x, distance from the middle), no overlap.

    Placed from left to right, each as near to the middle as can be; the same figures give the same picture.
    ``first`` is placed before all others, in the middle, as its dot is larger.
    """
    placed: list[tuple[float, float]] = []
    result = []
    for f in sorted(figures, key=lambda f: (f != first, f.value or 0.0, f.area)):
        at = x.at(f.value or 0.0)
        near = [(px, py) for px, py in placed if abs(at - px) < 2 * radius]
        free = [0.0]
        for px, py in near:
            away = (4 * radius * radius - (at - px) ** 2) ** 0.5
            free += [py + away, py - away]
        offset = min((y for y in free if not _meets(at, y, near, radius)), key=lambda y: (abs(y), -y))
        placed.append((at, offset))
        result.append((f, at, offset))
    return tuple(result)


def _meets(x: float, y: float, near: Sequence[tuple[float, float]], radius: float) -> bool:
    least = 4 * radius * radius - 1e-6
    return any((x - px) ** 2 + (y - py) ** 2 < least for px, py in near)


def _axis(p: _Plot, width: float) -> str:
    parts = [line(_MARGIN, p.floor, width - _MARGIN, p.floor, stroke=palette.AXIS)]
    for tick in p.x.ticks:
        x = p.x.at(tick)
        parts.append(line(x, p.floor, x, p.floor + 5, stroke=palette.AXIS))
        parts.append(label(x, p.floor + 19, p.x.words(tick), size=SMALL, anchor="middle", fill=palette.MUTED))
    return "".join(parts)


def _below(p: _Plot, width: float) -> tuple[str, float]:
    """What the axis shows, and how many areas are not in the picture; and the height of all."""
    parts, y = [], p.floor + 20
    for words in wrap(label_with_unit(p.meta), width, SMALL):
        y += 16
        parts.append(label(width / 2, y, words, size=SMALL, anchor="middle", fill=palette.MUTED))
    note = _others_words(p)
    y += 6 if note else 0
    for words in wrap(note, width - _MARGIN, SMALL) if note else ():
        y += 16
        parts.append(label(_MARGIN, y, words, size=SMALL, fill=palette.MUTED))
    return "".join(parts), y + 8


def _dots(p: _Plot) -> str:
    parts = []
    for f, x, offset in p.dots:
        if f.area == p.area:
            continue
        words = f"{p.names.get(f.area, f.area)}: {figure_words(f, p.meta)}"
        parts.append(
            f'<circle data-key="{_key(f)}" cx="{num(x)}" cy="{num(p.middle - offset)}" r="{num(p.radius)}">'
            f"{tooltip(words)}</circle>"
        )
    return tag("g", "".join(parts), fill="#b4d3e0", stroke="#447689", stroke_width=1)


def _key(f: ReleasedFigure) -> str:
    return f.area.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _marks(p: _Plot, width: float) -> str:
    """Names with values above, each in a row of its own, tied to its place by a line."""
    parts = []
    places = {f.area: (x, offset) for f, x, offset in p.dots}
    for row, (f, name, colour) in enumerate(p.marks):
        own = f.area == p.area
        x, offset = places.get(f.area, (p.x.at(f.value or 0.0), 0.0))
        top = _LABEL_ROW * row + 5
        foot = p.middle - offset if own else p.floor
        dash = None if own else "5 3"
        parts.append(line(x, top, x, foot, stroke=colour, width=1.8 if own else 1.5, dash=dash))
        words = f"{name}: {text.figure(f, p.meta)}"
        room = text_width(words)
        left = _is_left(x, room, [p.x.at(o.value or 0.0) for o, _, _ in p.marks[:row]], width)
        at = max(x - 7, room) if left else x + 7  # in a narrow picture a name may stand on its own line
        anchor = "end" if left else None
        parts.append(label(at, top + 9, words, anchor=anchor, bold=own, fill=colour, halo=True))
        if own:
            dot = tag(
                "circle", cx=x, cy=foot, r=p.radius + 3, fill=colour, stroke=palette.PAPER, stroke_width=2
            )
            parts.append(tag("g", tooltip(words) + _error(p, f, foot, colour) + dot, data_key=f.area))
    return "".join(parts)


def _error(p: _Plot, f: ReleasedFigure, y: float, colour: str) -> str:
    """The error band of an estimate: a bar through its dot, cut at the ends of the axis."""
    if f.value is None or f.error is None:
        return ""
    low, high = (
        p.x.at(min(max(v, p.x.ticks[0]), p.x.ticks[-1])) for v in (f.value - f.error, f.value + f.error)
    )
    caps = "".join(line(x, y - 5, x, y + 5, stroke=colour, width=1.4) for x in (low, high))
    return line(low, y, high, y, stroke=colour, width=1.4) + caps


def _is_left(x: float, room: float, lines: Sequence[float], width: float) -> bool:
    """Whether a label stands better at the left of ``x``: it must fit, and should cross no line."""
    if x + 8 + room > width:
        return True
    right = sum(x < other < x + 8 + room for other in lines)
    left = sum(x - 8 - room < other < x for other in lines)
    return left < right and x - 8 - room > 0


def _others_words(p: _Plot) -> str:
    """How many areas have no number, and what becomes of the area itself where it is one of them."""
    words = with_number(len(p.dots), p.others)
    own = next((f for f in p.others if f.area == p.area), None)
    if own is None:
        return words
    return f"{p.names.get(own.area, own.area)}: {text.state_word(own.state)}. {words}"


def _description(p: _Plot, own: ReleasedFigure | None, name: str) -> str:
    values = sorted(f.value for f, _, _ in p.dots if f.value is not None)
    parts = [f"Verteilung von {text.plural(len(values), 'Gebiet', 'Gebieten')}, {p.meta.label}."]
    if values:
        low, high = (text.number(v, p.meta.decimals) for v in (values[0], values[-1]))
        parts.append(f"Werte von {low} bis {text.with_unit(high, p.meta.unit)}.")
    shown = figure_words(own, p.meta) if own else "keine Angabe"
    parts.append(f"{name}: {shown}.")
    parts += [f"{n}: {text.figure(f, p.meta)}." for f, n, _ in p.marks if f.area != p.area]
    others = counted_states(p.others)
    if others:
        parts.append(f"Ohne Zahl: {others}.")
    return " ".join(parts)
