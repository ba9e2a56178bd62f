"""Small pictures within tables: the course of a figure, and its interval beside the district's value."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .. import text
from ..model import FigureMeta, ReleasedFigure, Verdict
from . import palette
from .svg import escape, line, num, tag

_MARGIN = 6.0
_VERDICT_COLOURS = {Verdict.ABOVE: palette.SERIES[1], Verdict.BELOW: palette.SERIES[0]}


def course_svg(
    figures: Sequence[ReleasedFigure],
    meta: FigureMeta,
    *,
    marked: tuple[int, int],
    width: float = 132,
    height: float = 36,
) -> str:
    """The figures of one area over the years as a small line, the two ``marked`` years with dots.

    A year without a number leaves a gap, a break of the series cuts the line.
    """
    known = [(f.year, f.value) for f in sorted(figures, key=lambda f: f.year) if f.value is not None]
    if not known:
        return ""
    years, values = [y for y, _ in known], [v for _, v in known]
    low, high = min(values), max(values)

    def x(year: int) -> float:
        return _MARGIN + (year - years[0]) / max(years[-1] - years[0], 1) * (width - 2 * _MARGIN)

    def y(value: float) -> float:
        part = (value - low) / (high - low) if high > low else 0.5
        return height - _MARGIN - part * (height - 2 * _MARGIN)

    parts = [_line([(x(a), y(v)) for a, v in run]) for run in _runs(known, [b.year for b in meta.breaks])]
    for year, value in known:
        if year in marked:
            last = year == marked[1]
            parts.append(
                tag("circle", cx=x(year), cy=y(value), r=4 if last else 3.2, stroke=palette.SERIES[0],
                    fill=palette.SERIES[0] if last else palette.PAPER, stroke_width=1.6)
            )  # fmt: skip
    words = (
        f"Verlauf {years[0]} bis {years[-1]}, von {_words(values[0], meta)} auf {_words(values[-1], meta)}"
    )
    return _small("".join(parts), width, height, words)


def interval_svg(
    figure: ReleasedFigure, meta: FigureMeta, district: float, *, width: float = 132, height: float = 22
) -> str:
    """Value and interval of a figure on a line, the district's value as an upright stroke."""
    sure = figure.reliability
    if sure is None or figure.value is None:
        return ""
    low, high = min(sure.low, district), max(sure.high, district)
    room = (high - low) * 0.12 or 1.0
    low, high = low - room, high + room

    def x(value: float) -> float:
        return _MARGIN + (value - low) / (high - low) * (width - 2 * _MARGIN)

    colour = _VERDICT_COLOURS.get(sure.verdict, palette.MUTED) if sure.verdict else palette.MUTED
    middle = height / 2
    body = (
        line(_MARGIN, middle, width - _MARGIN, middle, stroke=palette.GRID)
        + line(x(district), 2, x(district), height - 2, stroke=palette.INK, width=1.6)
        + line(x(sure.low), middle, x(sure.high), middle, stroke=colour, width=4)
        + tag(
            "circle",
            cx=x(figure.value),
            cy=middle,
            r=4.6,
            fill=colour,
            stroke=palette.PAPER,
            stroke_width=1.4,
        )
    )
    words = f"Bereich {_words(sure.low, meta)} bis {_words(sure.high, meta)}, Kreis {_words(district, meta)}"
    return _small(body, width, height, words)


def places_svg(best: int, worst: int, of: int, *, width: float = 132, height: float = 22) -> str:
    """The places among ``of`` areas that an area may have, as a bar between the lowest and the highest."""

    def x(place: float) -> float:
        return _MARGIN + (place - 1) / max(of - 1, 1) * (width - 2 * _MARGIN)

    middle = height / 2
    ends = [line(x(p), middle - 5, x(p), middle + 5, stroke=palette.AXIS) for p in (1, of)]
    bar = tag(
        "rect", x=x(best) - 3, y=middle - 4, width=x(worst) - x(best) + 6, height=8, rx=4,
        fill=palette.SERIES[0],
    )  # fmt: skip
    body = line(_MARGIN, middle, width - _MARGIN, middle, stroke=palette.GRID) + "".join(ends) + bar
    words = f"Platz {best} bis {worst} von {text.number(of)}, vom niedrigsten Wert an gezählt"
    return _small(body, width, height, words)


def _runs(known: Sequence[tuple[int, float]], breaks: Sequence[int]) -> list[list[tuple[int, float]]]:
    """Years without gap or break between them; the usual step may be two years."""
    steps = [b - a for (a, _), (b, _) in pairwise(known)]
    usual = min(steps, default=1)
    runs = [[known[0]]]
    for before, now in pairwise(known):
        if now[0] - before[0] > usual or any(before[0] < b <= now[0] for b in breaks):
            runs.append([])
        runs[-1].append(now)
    return runs


def _line(points: Sequence[tuple[float, float]]) -> str:
    if len(points) == 1:
        return tag("circle", cx=points[0][0], cy=points[0][1], r=1.8, fill=palette.MUTED)
    path = "M" + "L".join(f"{num(x)} {num(y)}" for x, y in points)
    return tag("path", d=path, fill="none", stroke=palette.MUTED, stroke_width=1.6, stroke_linejoin="round")


def _words(value: float, meta: FigureMeta) -> str:
    return text.with_unit(text.number(value, meta.decimals), meta.unit)


def _small(body: str, width: float, height: float, words: str) -> str:
    return tag(
        "svg",
        tag("title", escape(words)) + body,
        xmlns="http://www.w3.org/2000/svg",
        class_="wp-spark",
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        aria_label=words,
    )
