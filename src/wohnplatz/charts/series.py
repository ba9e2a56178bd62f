"""Time series of many areas at once: the middle half as a band, the district, the selected ones on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .. import text
from ..model import FigureMeta, ReleasedFigure, ReleasedTable, SeriesBreak
from . import palette, patterns
from .axis import Axis, axis
from .frame import Picture
from .svg import SMALL, label, line, num, shorten, tag, text_width, tooltip
from .words import figure_words, meta_of, select, source_line

_TOP, _PLOT, _LEFT, _RIGHT = 30.0, 320.0, 62.0, 150.0
_ROW, _SWATCH, _PREFIX = 20.0, (18.0, 12.0), "series"
_DASHES = (None, "7 4", "2 4", "10 3 2 3")
Points = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class _Plot:
    areas: Mapping[str, dict[int, ReleasedFigure]]
    years: tuple[int, ...]
    breaks: tuple[SeriesBreak, ...]
    meta: FigureMeta
    y: Axis
    right: float

    def x(self, year: float) -> float:
        span = max(self.years[-1] - self.years[0], 1)
        return _LEFT + 10 + (year - self.years[0]) / span * (self.right - _LEFT - 20)


def series_svg(  # noqa: PLR0913 (the contract of all pictures: by name)
    table: ReleasedTable,
    *,
    indicator: str,
    level: str,
    names: Mapping[str, str],
    district: str | None,
    selected: Sequence[str],
    title: str,
    subtitle: str,
    breaks: Sequence[SeriesBreak] = (),
    width: float = 760,
    standalone: bool = False,
) -> str:
    """All areas of ``level`` faint, their middle half as a band, ``district`` and ``selected`` named.

    Years without a number leave a gap, and no line runs across a break in the series. For the named areas the
    pattern of their state stands below these years, with its word.
    """
    meta = meta_of(table, indicator)
    found: dict[str, dict[int, ReleasedFigure]] = {}
    for figure in select(table, indicator):
        if figure.level == level or figure.area in {district, *selected}:
            found.setdefault(figure.area, {})[figure.year] = figure
    years = tuple(sorted({y for figures in found.values() for y in figures}))
    values = [f.value for figures in found.values() for f in figures.values() if f.value is not None]
    inside = tuple(b for b in breaks if years and years[0] < b.year <= years[-1])
    plot = _Plot(
        found,
        years,
        inside,
        meta,
        axis(values, _TOP + _PLOT, _TOP, floor=10.0**-meta.decimals),
        width - _RIGHT,
    )
    peers = [a for a, figures in found.items() if any(f.level == level for f in figures.values())]
    named = [a for a in selected if a in found]
    body = _grid(plot) + _band(plot, peers)
    body += "".join(
        _line(plot, a, palette.GRID, 1.0, None, names, dots=False) for a in peers if a not in named
    )
    if district in found:
        body += _line(plot, district, palette.INK, 3.0, None, names, dots=True)
    for n, area in enumerate(named):
        body += _line(plot, area, palette.SERIES[n % 2 + 0], 2.6, _DASHES[n % 4], names, dots=True)
    body += _ends(plot, [a for a in (district, *named) if a in found], names)
    gaps, height = _gaps(plot, [a for a in (district, *named) if a in found], names)
    words = _description(plot, peers) + _gaps_in_words(plot, named, names)
    picture = Picture(
        kind="series", body=body + gaps, width=width, height=height, title=title, subtitle=subtitle,
        description=words, source=source_line(table.context, meta), context=table.context,
    )  # fmt: skip
    return picture.render(standalone=standalone, prefix="series")


def _grid(p: _Plot) -> str:
    parts = [label(0, _TOP - 14, p.meta.unit, size=SMALL, fill=palette.MUTED)]
    for tick in p.y.ticks:
        y = p.y.at(tick)
        parts.append(line(_LEFT, y, p.right, y, stroke=palette.AXIS if abs(tick) < 1e-12 else palette.GRID))
        parts.append(label(_LEFT - 8, y + 4, p.y.words(tick), size=SMALL, anchor="end", fill=palette.MUTED))
    every = max(1, -(-len(p.years) * 38 // max(int(p.right - _LEFT), 1)))
    for n, year in enumerate(reversed(p.years)):
        if n % every == 0:
            x = p.x(year)
            parts.append(
                label(x, _TOP + _PLOT + 18, str(year), size=SMALL, anchor="middle", fill=palette.MUTED)
            )
    for b in p.breaks:
        x = p.x(b.year - 0.5)
        parts.append(line(x, _TOP - 4, x, _TOP + _PLOT, stroke=palette.AXIS, width=1.3, dash="4 3"))
    return "".join(parts)


def _band(p: _Plot, peers: Sequence[str]) -> str:
    """The middle half of the areas, year by year; a year with fewer than four numbers has none."""
    quartiles = []
    for year in p.years:
        values = [f.value for a in peers if (f := p.areas[a].get(year)) is not None and f.value is not None]
        if len(values) >= 4:
            low, high = np.quantile(np.array(values), [0.25, 0.75])
            quartiles.append((year, float(low), float(high)))
    drawn = []
    for run in _runs(p, [(y, n) for n, (y, _, _) in enumerate(quartiles)]):
        rows = [quartiles[int(n)] for _, n in run]
        above = [f"{num(p.x(y))} {num(p.y.at(high))}" for y, _, high in rows]
        below = [f"{num(p.x(y))} {num(p.y.at(low))}" for y, low, _ in reversed(rows)]
        drawn.append(
            tag("path", d="M" + "L".join(above + below) + "Z", fill=palette.SERIES[0], fill_opacity=0.14)
        )
    return "".join(drawn)


def _runs(p: _Plot, points: Points) -> list[Points]:
    """Stretches of neighbouring years that no break parts."""
    following = dict(pairwise(p.years))
    runs: list[Points] = []
    for year, value in points:
        last = runs[-1][-1][0] if runs else None
        crossed = last is not None and any(last < b.year <= year for b in p.breaks)
        if last is not None and following.get(last) == year and not crossed:
            runs[-1].append((year, value))
        else:
            runs.append([(year, value)])
    return runs


def _line(  # noqa: PLR0913, PLR0917 -- a look
    p: _Plot, area: str, stroke: str, width: float, dash: str | None, names: Mapping[str, str], *, dots: bool
) -> str:
    figures = p.areas[area]
    points = [(y, f.value) for y, f in sorted(figures.items()) if f.value is not None]
    parts = [
        tag(
            "path",
            d="M" + "L".join(f"{num(p.x(y))} {num(p.y.at(v))}" for y, v in run),
            fill="none",
            stroke=stroke,
            stroke_width=width,
            stroke_dasharray=dash,
            stroke_linejoin="round",
        )
        for run in _runs(p, points)
        if len(run) > 1
    ]
    for year, value in points if dots else ():
        words = f"{names.get(area, area)}, {year}: {figure_words(figures[year], p.meta)}"
        dot = tag("circle", cx=p.x(year), cy=p.y.at(value), r=3.4, fill=stroke)
        parts.append(tag("g", tooltip(words) + _error(p, figures[year], stroke) + dot, class_="wp-point"))
    return tag("g", "".join(parts), data_key=area, class_="wp-series") if parts else ""


def _error(p: _Plot, f: ReleasedFigure, stroke: str) -> str:
    """The error band of an estimate: a bar through its point, cut at the ends of the axis."""
    if f.value is None or f.error is None:
        return ""
    x, ticks = p.x(f.year), p.y.ticks
    ends = [p.y.at(min(max(v, ticks[0]), ticks[-1])) for v in (f.value - f.error, f.value + f.error)]
    caps = "".join(line(x - 4, y, x + 4, y, stroke=stroke, width=1.2) for y in ends)
    return line(x, ends[0], x, ends[1], stroke=stroke, width=1.2) + caps


def _ends(p: _Plot, areas: Sequence[str], names: Mapping[str, str]) -> str:
    """Names at the last number, pushed apart where they would touch."""
    ends = []
    for area in areas:
        known = [(y, f.value) for y, f in sorted(p.areas[area].items()) if f.value is not None]
        if known:
            ends.append((p.y.at(known[-1][1]), p.x(known[-1][0]), names.get(area, area)))
    drawn, free = [], -1e9
    for at, x, name in sorted(ends):
        place = max(at, free)
        free = place + 15
        drawn.append(label(x + 8, place + 4, shorten(name, _RIGHT - 12), size=SMALL, bold=True, halo=True))
    return "".join(drawn)


def _without_number(p: _Plot, area: str) -> list[tuple[int, ReleasedFigure]]:
    return [(y, f) for y, f in sorted(p.areas[area].items()) if f.value is None]


def _gaps(p: _Plot, areas: Sequence[str], names: Mapping[str, str]) -> tuple[str, float]:
    """A row of patterns for each named area that lacks numbers, their key, and the height of the picture."""
    rows = [(a, gaps) for a in areas if (gaps := _without_number(p, a))]
    states = sorted({f.state for _, gaps in rows for _, f in gaps})
    parts = [patterns.define(_PREFIX, patterns.NAMES[s]) for s in states]
    y = _TOP + _PLOT + 30
    for area, gaps in rows:
        for year, f in gaps:
            words = f"{names.get(area, area)}, {year}: {figure_words(f, p.meta)}"
            fill = patterns.reference(_PREFIX, patterns.NAMES[f.state])
            parts.append(
                tag("g", tooltip(words) + patterns.swatch(p.x(year) - 9, y, _SWATCH, fill, palette.INK))
            )
        parts.append(
            label(p.right + 13, y + 11, shorten(names.get(area, area), _RIGHT - 17), size=SMALL, bold=True)
        )
        y += _ROW
    x = _LEFT
    for state in states:
        fill = patterns.reference(_PREFIX, patterns.NAMES[state])
        parts.append(patterns.swatch(x, y + 6, _SWATCH, fill, palette.INK))
        parts.append(label(x + 24, y + 17, text.state_word(state), size=SMALL))
        x += 24 + text_width(text.state_word(state), SMALL) + 16
    return "".join(parts), y + (_ROW + 6 if states else 0)


def _gaps_in_words(p: _Plot, areas: Sequence[str], names: Mapping[str, str]) -> str:
    """Alternative text of the same: `` Aheim: 2016 geschützt, 2017 geschützt.``"""
    found = []
    for area in areas:
        gaps = [f"{y} {text.state_word(f.state)}" for y, f in _without_number(p, area)]
        found += [f" {names.get(area, area)}: {', '.join(gaps)}."] if gaps else []
    return "".join(found)


def _description(p: _Plot, peers: Sequence[str]) -> str:
    if not p.years:
        return "Es liegen keine Zahlen vor."
    span = f"{p.years[0]} bis {p.years[-1]}"
    return f"{text.plural(len(peers), 'Gebiet', 'Gebiete')}, {span}; die Fläche umfasst die mittlere Hälfte."
