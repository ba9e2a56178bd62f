"""Observed inhabitants and what they may become, with the interval as a band."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .. import text
from ..model import ReleaseContext
from . import palette
from .axis import Axis, axis
from .frame import Picture
from .svg import SMALL, label, line, num, tag, tooltip
from .words import source_line

_TOP, _PLOT, _LEFT, _RIGHT = 30.0, 240.0, 66.0, 92.0


@dataclass(frozen=True, slots=True)
class Future:
    """Numbers by year: observed ones, then central value with lower and upper limit."""

    observed: Sequence[tuple[int, float]]
    ahead: Sequence[tuple[int, float, float, float]]
    """Year, centre, low, high; the first one is the newest observed year."""


def projection_svg(  # noqa: PLR0913 (the contract of all pictures: by name)
    future: Future,
    *,
    context: ReleaseContext,
    title: str,
    subtitle: str,
    source: str = "",
    width: float = 720,
    standalone: bool = False,
    prefix: str = "projection",
) -> str:
    """A line up to the newest year, a dashed one after it, the interval of 80 % as a band.

    ``future`` is computed from released figures; the picture shows nothing that is not in its table.
    """
    numbers = [v for _, v in future.observed] + [v for _, *rest in future.ahead for v in rest]
    y = axis(numbers, _TOP + _PLOT, _TOP, floor=1.0)
    years = sorted({year for year, _ in future.observed} | {year for year, *_ in future.ahead})
    right = width - _RIGHT

    def x(year: int) -> float:
        span = max(years[-1] - years[0], 1)
        return _LEFT + 10 + (year - years[0]) / span * (right - _LEFT - 20)

    body = _grid(y, years, x, right) + _band(future, x, y) + _past(future, x, y) + _ahead(future, x, y)
    foot = source_line(context) + (f" · {source}" if source else "")
    picture = Picture(
        kind="projection",
        body=body + _ends(future, x, y),
        width=width,
        height=_TOP + _PLOT + 30,
        title=title,
        subtitle=subtitle,
        description=_description(future),
        source=foot,
        context=context,
    )
    return picture.render(standalone=standalone, prefix=prefix)


def _grid(y: Axis, years: Sequence[int], x: Callable[[int], float], right: float) -> str:
    parts = [label(_LEFT - 8, _TOP - 14, "Personen", size=SMALL, anchor="end", fill=palette.MUTED)]
    for tick in y.ticks:
        at = y.at(tick)
        stroke = palette.AXIS if abs(tick) < 1e-12 else palette.GRID
        parts.append(line(_LEFT, at, right, at, stroke=stroke))
        parts.append(label(_LEFT - 8, at + 4, y.words(tick), size=SMALL, anchor="end", fill=palette.MUTED))
    every = max(1, -(-len(years) * 38 // max(int(right - _LEFT), 1)))
    for place, year in enumerate(reversed(years)):
        if place % every == 0:
            parts.append(
                label(x(year), _TOP + _PLOT + 18, str(year), size=SMALL, anchor="middle", fill=palette.MUTED)
            )
    return "".join(parts)


def _band(future: Future, x: Callable[[int], float], y: Axis) -> str:
    if len(future.ahead) < 2:
        return ""
    above = [f"{num(x(year))} {num(y.at(high))}" for year, _, _, high in future.ahead]
    below = [f"{num(x(year))} {num(y.at(low))}" for year, _, low, _ in reversed(future.ahead)]
    d = "M" + "L".join(above + below) + "Z"
    return tag("path", d=d, fill=palette.SERIES[0], fill_opacity=0.16)


def _past(future: Future, x: Callable[[int], float], y: Axis) -> str:
    points = [(x(year), y.at(value)) for year, value in future.observed]
    d = "M" + "L".join(f"{num(a)} {num(b)}" for a, b in points)
    drawn = tag("path", d=d, fill="none", stroke=palette.SERIES[0], stroke_width=3, stroke_linejoin="round")
    for (year, value), (a, b) in zip(future.observed, points, strict=True):
        dot = tag("circle", cx=a, cy=b, r=3.6, fill=palette.SERIES[0])
        drawn += tag("g", tooltip(f"{year}: {text.number(value)}") + dot, class_="wp-point")
    return drawn


def _ahead(future: Future, x: Callable[[int], float], y: Axis) -> str:
    d = "M" + "L".join(f"{num(x(year))} {num(y.at(centre))}" for year, centre, _, _ in future.ahead)
    drawn = tag("path", d=d, fill="none", stroke=palette.SERIES[0], stroke_width=2.2, stroke_dasharray="6 4")
    for year, centre, low, high in future.ahead[1:]:
        words = f"{year}: {_rounded(centre)} (80 %: {_rounded(low)} bis {_rounded(high)})"
        dot = tag("circle", cx=x(year), cy=y.at(centre), r=3.2, fill=palette.PAPER, stroke=palette.SERIES[0])
        drawn += tag("g", tooltip(words) + dot, class_="wp-point")
    return drawn


def _ends(future: Future, x: Callable[[int], float], y: Axis) -> str:
    year, centre, low, high = future.ahead[-1]
    at, middle = x(year) + 10, y.at(centre)
    parts = [label(at, middle + 4, _rounded(centre), bold=True)]
    for value in (high, low):
        if abs(y.at(value) - middle) > 14:
            parts.append(label(at, y.at(value) + 4, _rounded(value), size=SMALL, fill=palette.MUTED))
    return "".join(parts)


def _rounded(value: float) -> str:
    """To tens: a projection that names single persons promises too much."""
    return text.number(round(value, -1))


def _description(future: Future) -> str:
    year, centre, low, high = future.ahead[-1]
    begin, now = future.observed[0], future.observed[-1]
    return (
        f"{begin[0]}: {text.number(begin[1])}, {now[0]}: {text.number(now[1])} Personen. Vorausgeschätzt für "
        f"{year}: {_rounded(centre)}, mit 80 % Sicherheit zwischen {_rounded(low)} und {_rounded(high)}."
    )
