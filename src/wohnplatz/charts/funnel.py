"""The funnel plot: every area by its size and value, between the limits that chance alone sets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .. import text
from ..model import FigureMeta, ReleasedFigure, ReleasedTable
from . import palette
from .axis import Axis, axis
from .frame import Picture
from .svg import SMALL, label, line, num, tag, text_width, tooltip
from .words import figure_words, label_with_unit, meta_of, select, source_line, with_number

Curve = tuple[float, float, float, float, float]
_LEFT, _TOP, _PLOT = 54.0, 30.0, 330.0
_OUTSIDE = 8
"""Most areas that are named in the drawing; the table names all."""
_WORDS = {
    -2: "unter der 99,8-%-Grenze",
    -1: "unter der 95-%-Grenze",
    0: "innerhalb der Grenzen",
    1: "über der 95-%-Grenze",
    2: "über der 99,8-%-Grenze",
}


@dataclass(frozen=True, slots=True)
class _Plot:
    areas: tuple[ReleasedFigure, ...]
    others: tuple[ReleasedFigure, ...]
    """Those that cannot be drawn: no number, or no base for it."""
    curves: Sequence[Curve]
    mean: float
    places: Mapping[str, int]
    names: Mapping[str, str]
    selected: Collection[str]
    meta: FigureMeta
    x: Axis
    y: Axis

    def at(self, f: ReleasedFigure) -> tuple[float, float]:
        return self.x.at(f.denominator or 0.0), self.y.at(f.value or 0.0)


def place_words(place: int) -> str:
    """Where an area lies beside the limits, −2 … 2, in words."""
    return _WORDS[place]


def funnel_svg(  # noqa: PLR0913 (the contract: all of it by name)
    table: ReleasedTable,
    *,
    indicator: str,
    year: int,
    level: str,
    mean: float,
    curves: Sequence[Curve],
    places: Mapping[str, int],
    names: Mapping[str, str],
    title: str,
    subtitle: str = "",
    selected: Collection[str] = (),
    width: float = 760,
    standalone: bool = False,
) -> str:
    """Areas of a level as marks over their denominator, with the district's value and the funnel around it.

    ``curves``: (denominator, lower 99.8 %, lower 95 %, upper 95 %, upper 99.8 %), ascending; ``places``: area
    → −2 … 2. Areas outside differ in form and colour, those of ``selected`` are ringed and named. Areas
    without a number are not drawn, but counted under the picture.
    """
    meta = meta_of(table, indicator)
    peers = tuple(f for f in select(table, indicator, year=year) if f.level == level)
    areas = tuple(f for f in peers if _drawable(f))
    others = tuple(f for f in peers if not _drawable(f))
    values = [f.value or 0.0 for f in areas] + [mean]
    shown = [v for c in curves for v in (c[2], c[3])]
    right = width - 16
    x = axis([0.0, *(f.denominator or 0.0 for f in areas)], _LEFT, right, count=6)
    y = axis([*values, *_clipped(shown, values)], _TOP + _PLOT, _TOP, floor=10.0**-meta.decimals)
    plot = _Plot(areas, others, curves, mean, places, names, selected, meta, x, y)
    body = _grid(plot, right) + _funnel(plot, right) + _marks(plot) + _labels(plot, right) + _key(right)
    note = with_number(len(areas), others)
    body += label(_LEFT, _TOP + _PLOT + 88, note, size=SMALL, fill=palette.MUTED) if note else ""
    picture = Picture(
        kind="funnel",
        body=body,
        width=width,
        height=_TOP + _PLOT + (106 if note else 84),
        title=title,
        subtitle=subtitle,
        description=_description(plot),
        source=source_line(table.context, meta),
        context=table.context,
    )
    return picture.render(standalone=standalone, prefix="funnel")


def _drawable(f: ReleasedFigure) -> bool:
    return f.value is not None and bool(f.denominator)


def _clipped(limits: Sequence[float], values: Sequence[float]) -> list[float]:
    """Limits that may stretch the axis: the funnel of tiny areas must not press all others flat."""
    low, high = min(values), max(values)
    room = (high - low) * 0.35 or abs(high) or 1.0
    return [min(max(v, low - room), high + room) for v in limits]


def _grid(p: _Plot, right: float) -> str:
    floor = _TOP + _PLOT
    parts = [label(_LEFT - 46, _TOP - 13, label_with_unit(p.meta), size=SMALL, fill=palette.MUTED)]
    for tick in p.y.ticks:
        at = p.y.at(tick)
        parts.append(line(_LEFT, at, right, at, stroke=palette.GRID))
        parts.append(label(_LEFT - 8, at + 4, p.y.words(tick), size=SMALL, anchor="end", fill=palette.MUTED))
    parts.append(line(_LEFT, floor, right, floor, stroke=palette.AXIS))
    for tick in p.x.ticks:
        at = p.x.at(tick)
        parts.append(line(at, floor, at, floor + 5, stroke=palette.AXIS))
        parts.append(label(at, floor + 19, p.x.words(tick), size=SMALL, anchor="middle", fill=palette.MUTED))
    middle = (_LEFT + right) / 2
    parts.append(
        label(middle, floor + 38, "Bezugsgröße (Nenner)", size=SMALL, anchor="middle", fill=palette.MUTED)
    )
    return "".join(parts)


def _funnel(p: _Plot, right: float) -> str:
    low, high = p.y.ticks[0], p.y.ticks[-1]
    rows = [c for c in p.curves if p.x.ticks[0] <= c[0] <= p.x.ticks[-1]]

    def points(part: int) -> list[str]:
        return [f"{num(p.x.at(c[0]))} {num(p.y.at(min(max(c[part], low), high)))}" for c in rows]

    parts = []
    for lower, upper, fill in ((1, 4, "#eef4f6"), (2, 3, "#dceaef")):
        ring = "M" + "L".join(points(upper) + points(lower)[::-1]) + "Z"
        parts.append(tag("path", d=ring, fill=fill))
    for part, dash in ((1, "2 4"), (4, "2 4"), (2, None), (3, None)):
        path = "M" + "L".join(points(part))
        parts.append(
            tag("path", d=path, fill="none", stroke="#6d8f9c", stroke_width=1.2, stroke_dasharray=dash)
        )
    at = p.y.at(p.mean)
    parts.append(line(_LEFT, at, right, at, stroke=palette.SERIES[2], width=1.6, dash="8 4"))
    words = f"Kreis {text.with_unit(text.number(p.mean, p.meta.decimals), p.meta.unit)}"
    parts.append(
        label(
            right - 4, at - 7, words, size=SMALL, anchor="end", fill=palette.SERIES[2], halo=True, bold=True
        )
    )
    return "".join(parts)


def _marks(p: _Plot) -> str:
    order = sorted(p.areas, key=lambda f: (f.area in p.selected, abs(p.places.get(f.area, 0))))
    return "".join(_mark(p, f) for f in order)


def _mark(p: _Plot, f: ReleasedFigure) -> str:
    x, y = p.at(f)
    place = p.places.get(f.area, 0)
    fill, edge = _colours(place)
    shape = tag("path", d=_form(place, x, y), fill=fill, stroke=edge, stroke_width=1.1)
    if f.area in p.selected:
        shape = tag("circle", cx=x, cy=y, r=10, fill="none", stroke=palette.INK, stroke_width=2.2) + shape
    words = f"{p.names.get(f.area, f.area)}: {figure_words(f, p.meta)}, {_WORDS[place]}"
    return tag("g", tooltip(words) + shape, data_key=f.area)


def _colours(place: int) -> tuple[str, str]:
    if place == 0:
        return "#9fb4be", "#5f7682"
    side = palette.SERIES[1] if place > 0 else palette.SERIES[0]
    return (side, side) if abs(place) == 2 else (palette.PAPER, side)


def _form(place: int, x: float, y: float) -> str:
    """Circle inside, triangle outside: pointing up above the funnel, down below it."""
    if place == 0:
        return f"M{num(x - 4.2)} {num(y)}a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0 -8.4 0"
    step = 9.0 if place > 0 else -9.0
    return f"M{num(x)} {num(y - step * 0.6)}l5.2 {num(step)}h-10.4Z"


def _labels(p: _Plot, right: float) -> str:
    """Names of the selected areas and of those furthest outside, where they do not cover each other."""
    far = sorted(
        (f for f in p.areas if abs(p.places.get(f.area, 0)) == 2 and f.area not in p.selected),
        key=lambda f: -abs((f.value or 0.0) - p.mean) * (f.denominator or 0.0) ** 0.5,
    )
    chosen = [f for f in p.areas if f.area in p.selected]
    taken: list[tuple[float, float, float]] = []
    parts = []
    for f in (*chosen, *far[:_OUTSIDE]):
        name = p.names.get(f.area, f.area)
        start = _free_place(p, f, text_width(name, SMALL), right, taken)
        if start is None:
            continue
        y = p.at(f)[1]
        taken.append((start, start + text_width(name, SMALL), y))
        parts.append(
            label(start, y + 4, name, size=SMALL, bold=f.area in p.selected, fill=palette.TEXT, halo=True)
        )
    return "".join(parts)


def _free_place(
    p: _Plot, f: ReleasedFigure, room: float, right: float, taken: Sequence[tuple[float, float, float]]
) -> float | None:
    """Left end of a name beside its mark, right of it or else left, where it covers nothing.

    The name of a selected area stands in any case. None where there is no place.
    """
    x, y = p.at(f)
    marks = [p.at(o) for o in p.areas if o is not f]
    starts = [s for s in (x + 13, x - 13 - room) if s > _LEFT and s + room < right]
    for start in starts:
        end = start + room
        names = any(abs(y - ty) < 15 and start < last and end > first for first, last, ty in taken)
        if not names and not any(start - 4 < mx < end + 4 and abs(my - y) < 9 for mx, my in marks):
            return start
    return starts[0] if starts and f.area in p.selected else None


def _key(right: float) -> str:
    """The legend under the axis: form and words together."""
    y, x = _TOP + _PLOT + 66, _LEFT
    parts = []
    for place, words in ((0, "innerhalb"), (1, "außerhalb 95 %"), (2, "außerhalb 99,8 %")):
        forms = (0,) if place == 0 else (place, -place)
        for form in forms:
            fill, edge = _colours(form)
            parts.append(tag("path", d=_form(form, x + 6, y - 4), fill=fill, stroke=edge, stroke_width=1.1))
            x += 15
        parts.append(label(x + 3, y, words, size=SMALL, fill=palette.MUTED))
        x += text_width(words, SMALL) + 26
    if x + 130 < right:
        parts.append(label(x, y, "▲ darüber, ▼ darunter", size=SMALL, fill=palette.MUTED))
    return "".join(parts)


def _description(p: _Plot) -> str:
    counts = {place: sum(p.places.get(f.area, 0) == place for f in p.areas) for place in _WORDS}
    words = [f"{text.plural(n, 'Gebiet', 'Gebiete')} {_WORDS[place]}" for place, n in counts.items() if n]
    shown = text.with_unit(text.number(p.mean, p.meta.decimals), p.meta.unit)
    told = f"Trichter um den Kreiswert von {shown}: {text.enumerate_words(words)}."
    return " ".join(filter(None, (told, with_number(len(p.areas), p.others))))
