"""Time lines: an area against its municipality and the district."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .. import text
from ..model import CellState, FigureMeta, ReleasedFigure, ReleasedTable, SeriesBreak
from . import palette, patterns
from .axis import Axis, axis
from .frame import Picture
from .svg import SMALL, label, line, num, tag, text_width, tooltip, wrap
from .words import figure_words, meta_of, select, source_line

_TOP, _PLOT, _LEFT = 30.0, 230.0, 58.0
_LEAST = 120.0
"""px that the lines have at least, however low the picture must be."""
_ROW = 20.0
_DASHES = (None, "7 4", "2 4", "10 3 2 3")
_WIDTHS = (3.0, 2.2, 2.2, 2.2)
_NAME_WIDTH = 150.0
_SWATCH = (18.0, 12.0)


@dataclass(frozen=True, slots=True)
class _Series:
    """One line: figures by year, its place in order (colour, dash, marker)."""

    key: str
    name: str
    order: int
    figures: dict[int, ReleasedFigure]

    @property
    def colour(self) -> str:
        return palette.SERIES[self.order % len(palette.SERIES)]

    @property
    def numbers(self) -> list[tuple[int, float]]:
        return [(y, f.value) for y, f in sorted(self.figures.items()) if f.value is not None]

    @property
    def banded(self) -> list[ReleasedFigure]:
        """Estimates with an error band."""
        return [f for f in self.figures.values() if f.value is not None and f.error is not None]

    @property
    def marked(self) -> list[tuple[int, ReleasedFigure]]:
        """Years whose figure is no plain number."""
        return [(y, f) for y, f in sorted(self.figures.items()) if f.state is not CellState.VALUE]


@dataclass(frozen=True, slots=True)
class _Plot:
    """Series in their frame."""

    series: tuple[_Series, ...]
    years: tuple[int, ...]
    breaks: tuple[SeriesBreak, ...]
    meta: FigureMeta
    y: Axis
    right: float
    prefix: str

    @property
    def floor(self) -> float:
        """y of the axis of years."""
        return self.y.start

    def lower(self, by: float) -> _Plot:
        """The same with lower lines."""
        return replace(self, y=replace(self.y, start=max(self.floor - by, _TOP + _LEAST)))

    def x(self, year: float) -> float:
        if len(self.years) < 2:
            return (_LEFT + self.right) / 2
        span = self.years[-1] - self.years[0]
        return _LEFT + 12 + (year - self.years[0]) / span * (self.right - _LEFT - 24)


def line_svg(  # noqa: PLR0913 (the contract: all of it by name)
    table: ReleasedTable,
    *,
    indicator: str,
    areas: Sequence[tuple[str, str]],
    title: str,
    subtitle: str,
    breaks: Sequence[SeriesBreak] = (),
    width: float = 720,
    height: float = 0.0,
    standalone: bool = False,
    prefix: str = "",
) -> str:
    """Time lines of one indicator as SVG. ``areas``: (key, name), the most important first; four at most.

    A year without a number leaves a gap in the line and a swatch with its word under the plot; so do numbers
    that are estimated, incomplete or of limited value. Lines do not run across breaks in the series.
    ``width`` is the natural width in px, the text has its natural size there. The lines get lower, down to
    a limit, where the picture would be higher than ``height`` px. ``prefix`` begins the ids of patterns; by
    default it is made from the indicator and the first area.
    """
    meta = meta_of(table, indicator)
    prefix = prefix or f"line-{indicator}-{areas[0][0] if areas else ''}".replace(":", "-")
    series = _series(table, indicator, areas)
    years = tuple(sorted({y for s in series for y in s.figures}))
    right = width - 16 - max((_end_width(s, meta) for s in series), default=0.0)
    values = [v for s in series for _, v in s.numbers]
    values += [f.value + way * f.error for s in series for f in s.banded for way in (-1, 1)]  # type: ignore[operator]
    y = axis(values, _TOP + _PLOT, _TOP, floor=10.0**-meta.decimals)
    inside = tuple(b for b in breaks if years and years[0] < b.year <= years[-1])
    plot = _Plot(series, years, inside, meta, y, right, prefix)
    below, full = _below(plot, width)
    if height and full > height:
        plot = plot.lower(full - height)
        below, full = _below(plot, width)
    picture = Picture(
        kind="line",
        body=_defs(plot) + _grid(plot) + _breaks(plot) + _lines(plot) + _end_labels(plot) + below,
        width=width,
        height=full,
        title=title,
        subtitle=subtitle,
        description=_description(plot),
        source=source_line(table.context, meta),
        context=table.context,
    )
    return picture.render(standalone=standalone, prefix=prefix)


def _series(table: ReleasedTable, indicator: str, areas: Sequence[tuple[str, str]]) -> tuple[_Series, ...]:
    figures = select(table, indicator)
    return tuple(
        _Series(key, name, order, {f.year: f for f in figures if f.area == key})
        for order, (key, name) in enumerate(areas[: len(palette.SERIES)])
    )


def _end_words(s: _Series, meta: FigureMeta) -> list[str]:
    """Name in lines, then the last number (with its year where it is not the newest one)."""
    lines = wrap(s.name, _NAME_WIDTH)[:2]
    if not s.numbers:
        return lines
    year, _ = s.numbers[-1]
    newest = max(s.figures)
    shown = text.figure(s.figures[year], meta).split(" (")[0]
    return [*lines, shown if year == newest else f"{shown} ({year})"]


def _end_width(s: _Series, meta: FigureMeta) -> float:
    return max(text_width(words) for words in _end_words(s, meta)) * 1.06 + 14


def _defs(p: _Plot) -> str:
    names = sorted({patterns.pattern_of(f) for s in p.series for _, f in s.marked})
    return tag("defs", "".join(patterns.define(p.prefix, n) for n in names)) if names else ""


def _grid(p: _Plot) -> str:
    """Horizontal lines with their numbers, years below, the unit above."""
    parts = [label(_LEFT - 8, _TOP - 14, p.meta.unit, size=SMALL, anchor="end", fill=palette.MUTED)]
    if text_width(p.meta.unit, SMALL) > _LEFT - 8:
        parts = [label(0, _TOP - 14, p.meta.unit, size=SMALL, fill=palette.MUTED)]
    for tick in p.y.ticks:
        y = p.y.at(tick)
        base = abs(tick) < 1e-12
        parts.append(line(_LEFT, y, p.right, y, stroke=palette.AXIS if base else palette.GRID))
        parts.append(label(_LEFT - 8, y + 4, p.y.words(tick), size=SMALL, anchor="end", fill=palette.MUTED))
    every = _every(len(p.years), p.right - _LEFT)
    for i, year in enumerate(reversed(p.years)):
        if i % every == 0:
            x, y = p.x(year), p.floor + 18
            parts.append(label(x, y, str(year), size=SMALL, anchor="middle", fill=palette.MUTED))
    return "".join(parts)


def _every(count: int, room: float) -> int:
    """Each how many-th year fits a label."""
    return max(1, -(-count * 38 // max(int(room), 1)))


def _breaks(p: _Plot) -> str:
    """A dashed line between the years, with a letter that leads to the note."""
    parts = []
    for i, b in enumerate(p.breaks):
        x = p.x(b.year - 0.5)
        parts.append(line(x, _TOP - 4, x, p.floor, stroke=palette.AXIS, width=1.3, dash="4 3"))
        parts.append(label(x, _TOP - 10, _letter(i), size=SMALL, anchor="middle", bold=True))
    return "".join(parts)


def _letter(i: int) -> str:
    return chr(ord("a") + i % 26)


def _lines(p: _Plot) -> str:
    """Lines and markers; the most important series lies on top."""
    return "".join(_line_of(p, s) for s in reversed(p.series))


def _line_of(p: _Plot, s: _Series) -> str:
    parts = []
    for run in _runs(p, s):
        if len(run) > 1:
            d = "M" + "L".join(f"{num(p.x(y))} {num(p.y.at(v))}" for y, v in run)
            parts.append(
                tag(
                    "path",
                    d=d,
                    fill="none",
                    stroke=s.colour,
                    stroke_width=_WIDTHS[s.order],
                    stroke_dasharray=_DASHES[s.order],
                    stroke_linejoin="round",
                    stroke_linecap="round" if s.order == 0 else None,
                )
            )
    parts += [_band(p, s, f) for f in s.banded]
    for year, value in s.numbers:
        words = f"{s.name}, {year}: {figure_words(s.figures[year], p.meta)}"
        plain = s.figures[year].state is CellState.VALUE
        parts.append(
            tag("g", tooltip(words) + _marker(s, p.x(year), p.y.at(value), plain=plain), class_="wp-point")
        )
    return tag("g", "".join(parts), data_key=s.key, class_="wp-series") if parts else ""


def _band(p: _Plot, s: _Series, f: ReleasedFigure) -> str:
    """The error band of an estimate: a bar through its point."""
    assert f.value is not None
    assert f.error is not None
    x = p.x(f.year)
    ends = (p.y.at(max(f.value - f.error, p.y.ticks[0])), p.y.at(min(f.value + f.error, p.y.ticks[-1])))
    caps = "".join(line(x - 4, y, x + 4, y, stroke=s.colour, width=1.2) for y in ends)
    return line(x, ends[0], x, ends[1], stroke=s.colour, width=1.2) + caps


def _runs(p: _Plot, s: _Series) -> list[list[tuple[int, float]]]:
    """Stretches of neighbouring years with numbers; a year that all series lack does not part them."""
    starts = {b.year for b in p.breaks}
    following = dict(pairwise(p.years))
    runs: list[list[tuple[int, float]]] = []
    for year, value in s.numbers:
        joined = runs and following.get(runs[-1][-1][0]) == year
        crossed = runs and any(runs[-1][-1][0] < b <= year for b in starts)
        if joined and not crossed:
            runs[-1].append((year, value))
        else:
            runs.append([(year, value)])
    return runs


def _marker(s: _Series, x: float, y: float, *, plain: bool) -> str:
    """Circle, square, diamond or triangle by order; hollow where the number is not a plain one."""
    fill = s.colour if plain else palette.PAPER
    size = 4.2 if s.order == 0 else 3.4
    if s.order == 0:
        return tag("circle", cx=x, cy=y, r=size, fill=fill, stroke=s.colour, stroke_width=1.8)
    shapes = {
        1: f"M{num(x - size)} {num(y - size)}h{num(2 * size)}v{num(2 * size)}h{num(-2 * size)}z",
        2: f"M{num(x)} {num(y - size - 1)}l{num(size + 1)} {num(size + 1)}l{num(-size - 1)} {num(size + 1)}"
        f"l{num(-size - 1)} {num(-size - 1)}z",
        3: f"M{num(x)} {num(y - size - 1)}l{num(size + 1)} {num(2 * size)}h{num(-2 * size - 2)}z",
    }
    return tag("path", d=shapes[s.order], fill=fill, stroke=s.colour, stroke_width=1.6)


def _end_labels(p: _Plot) -> str:
    """Name and last value beside the end of each line, moved apart where they would touch."""
    ends = []
    for s in p.series:
        if s.numbers:
            year, value = s.numbers[-1]
            ends.append((p.y.at(value), p.x(year), s, _end_words(s, p.meta)))
    ends.sort(key=lambda e: (e[0], e[2].order))
    tops = spread([e[0] - _height(e[3]) / 2 for e in ends], [_height(e[3]) for e in ends], _TOP - 8, p.floor)
    parts = []
    for top, (y, x, s, words) in zip(tops, ends, strict=True):
        middle = top + _height(words) / 2
        parts.append(
            tag(
                "path",
                d=f"M{num(x + 7)} {num(y)}L{num(p.right + 2)} {num(y)}L{num(p.right + 9)} {num(middle)}",
                fill="none",
                stroke=s.colour,
                stroke_width=0.9,
                stroke_opacity="0.55",
            )
        )
        for i, part in enumerate(words):
            last = i == len(words) - 1
            parts.append(label(p.right + 13, top + 12 + 15 * i, part, bold=not last, fill=s.colour))
    return "".join(parts)


def _height(words: Sequence[str]) -> float:
    return 15.0 * len(words) + 5


def spread(tops: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move blocks (in order from top to bottom) apart so that none overlap, as near as can be to ``tops``."""
    placed: list[float] = []
    at = low
    for top, height in zip(tops, heights, strict=True):
        placed.append(max(top, at))
        at = placed[-1] + height
    floor = high
    for i in range(len(placed) - 1, -1, -1):
        placed[i] = min(placed[i], floor - heights[i])
        floor = placed[i]
    return placed


def _below(p: _Plot, width: float) -> tuple[str, float]:
    """Rows of states, their key, the notes of breaks, the note on the axis; and the picture's height."""
    parts, y = [], p.floor + 30
    for s in p.series:
        if s.marked:
            parts.append(_state_row(p, s, y))
            y += _ROW
    key, y = _state_key(p, y + (6 if parts else 0), width)
    parts.append(key)
    notes = [f"{_letter(i)}) ab {b.year}: {b.note}" for i, b in enumerate(p.breaks)]
    if not p.y.from_zero:
        notes.append("Die senkrechte Achse beginnt nicht bei null.")
    for note in notes:
        for part in wrap(note, width - _LEFT, SMALL):
            parts.append(label(_LEFT, y + 12, part, size=SMALL, fill=palette.MUTED))
            y += 16
    return "".join(parts), y + 6


def _state_row(p: _Plot, s: _Series, y: float) -> str:
    parts = [line(_LEFT, y + 6.5, p.right, y + 6.5, stroke=palette.GRID)]
    for year, f in s.marked:
        words = f"{s.name}, {year}: {figure_words(f, p.meta)}"
        fill = patterns.reference(p.prefix, patterns.pattern_of(f))
        box = patterns.swatch(p.x(year) - 9, y, _SWATCH, fill, s.colour)
        parts.append(tag("g", tooltip(words) + box))
    parts.append(label(p.right + 13, y + 11, wrap(s.name, _NAME_WIDTH, SMALL)[0], size=SMALL, fill=s.colour))
    return "".join(parts)


def _state_key(p: _Plot, y: float, width: float) -> tuple[str, float]:
    """The words of the patterns, side by side, in as many lines as they need."""
    states = sorted({f.state for s in p.series for _, f in s.marked})
    parts, x = [], _LEFT
    for i, state in enumerate(states):
        words = text.state_word(state)
        needed = 24 + text_width(words, SMALL) + 16
        if i and x + needed > width:
            x, y = _LEFT, y + _ROW
        fill = patterns.reference(p.prefix, patterns.NAMES[state])
        parts.append(patterns.swatch(x, y, _SWATCH, fill, palette.INK))
        parts.append(label(x + 24, y + 11, words, size=SMALL))
        x += needed
    return "".join(parts), y + (_ROW if states else 0)


def _description(p: _Plot) -> str:
    """Alternative text: first and last number of each line, its gaps, the breaks."""
    sentences = [_sentence(p, s) for s in p.series]
    sentences += [f"Zeitreihenbruch ab {b.year}: {b.note}." for b in p.breaks]
    return " ".join(sentences)


def _sentence(p: _Plot, s: _Series) -> str:
    gaps = [f"{y} {text.state_word(f.state)}" for y, f in s.marked]
    note = f"; {text.enumerate_words(gaps)}" if gaps else ""
    if not s.numbers:
        return f"{s.name}: keine Zahl{note}."
    (first, _), (last, _) = s.numbers[0], s.numbers[-1]
    start, end = (text.figure(s.figures[y], p.meta) for y in (first, last))
    course = f"{end} ({last})" if first == last else f"von {start} ({first}) auf {end} ({last})"
    return f"{s.name}: {course}{note}."
