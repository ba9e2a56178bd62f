"""Two indicators against each other, one point for each area."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from .. import text
from ..model import FigureMeta, ReleasedFigure, ReleasedTable
from . import palette
from .axis import Axis, axis
from .frame import Picture
from .svg import SMALL, label, line, tag, tooltip, wrap
from .words import meta_of, select, source_line, with_number

_TOP, _PLOT, _LEFT, _BELOW = 30.0, 380.0, 62.0, 56.0


@dataclass(frozen=True, slots=True)
class _Plot:
    pairs: tuple[tuple[ReleasedFigure, ReleasedFigure], ...]
    metas: tuple[FigureMeta, FigureMeta]
    x: Axis
    y: Axis
    names: Mapping[str, str]
    selected: Collection[str]


def scatter_svg(  # noqa: PLR0913 (the contract of all pictures: by name)
    table: ReleasedTable,
    *,
    x: str,
    y: str,
    year: int,
    names: Mapping[str, str],
    title: str,
    subtitle: str,
    selected: Collection[str] = (),
    href: Callable[[str], str] | None = None,
    width: float = 640,
    standalone: bool = False,
) -> str:
    """Areas of one level by their values of ``x`` and ``y``; those without both are counted, not drawn.

    ``selected`` areas are larger, of another colour and named. ``href`` gives the link of a point.
    """
    metas = meta_of(table, x), meta_of(table, y)
    pairs = both(table, x, y, year)
    right = width - 16
    across = axis(
        [a.value for a, _ in pairs if a.value is not None], _LEFT, right, floor=10.0 ** -metas[0].decimals
    )
    up = axis(
        [b.value for _, b in pairs if b.value is not None],
        _TOP + _PLOT,
        _TOP,
        floor=10.0 ** -metas[1].decimals,
    )
    plot = _Plot(pairs, metas, across, up, names, selected)
    points = sorted(pairs, key=lambda pair: pair[0].area in selected)
    body = _grid(plot, right) + "".join(_point(plot, a, b, href) for a, b in points)
    body += "".join(_name(plot, a, b, right) for a, b in points if a.area in selected)
    note = with_number(len(pairs), _lacking(table, x, y, year), "beiden Zahlen")
    body += label(0, _TOP + _PLOT + 62, note, size=SMALL, fill=palette.MUTED) if note else ""
    picture = Picture(
        kind="scatter",
        body=body,
        width=width,
        height=_TOP + _PLOT + _BELOW + (16 if note else 0),
        title=title,
        subtitle=subtitle,
        description=" ".join(filter(None, (_description(len(pairs), metas), note))),
        source=source_line(table.context, metas[0]),
        context=table.context,
        interactive=href is not None,
    )
    return picture.render(standalone=standalone, prefix="scatter")


def both(
    table: ReleasedTable, x: str, y: str, year: int
) -> tuple[tuple[ReleasedFigure, ReleasedFigure], ...]:
    """Figures of the areas that have a number of both indicators."""
    other = {f.area: f for f in select(table, y, year=year)}
    return tuple(
        (f, other[f.area])
        for f in select(table, x, year=year)
        if f.value is not None and f.area in other and other[f.area].value is not None
    )


def _lacking(table: ReleasedTable, x: str, y: str, year: int) -> tuple[ReleasedFigure, ...]:
    """For every area that is not drawn the figure that has no number."""
    other = {f.area: f for f in select(table, y, year=year)}
    pairs = ((f, other.get(f.area)) for f in select(table, x, year=year))
    found = (a if a.value is None else b for a, b in pairs)
    return tuple(f for f in found if f is not None and f.value is None)


def _description(count: int, metas: tuple[FigureMeta, FigureMeta]) -> str:
    return f"{text.plural(count, 'Gebiet', 'Gebiete')} nach {metas[0].label} und {metas[1].label}."


def _grid(p: _Plot, right: float) -> str:
    parts = []
    for tick in p.y.ticks:
        at = p.y.at(tick)
        parts.append(line(_LEFT, at, right, at, stroke=palette.GRID))
        parts.append(label(_LEFT - 8, at + 4, p.y.words(tick), size=SMALL, anchor="end", fill=palette.MUTED))
    for tick in p.x.ticks:
        at = p.x.at(tick)
        parts.append(line(at, _TOP, at, _TOP + _PLOT, stroke=palette.GRID))
        parts.append(
            label(at, _TOP + _PLOT + 18, p.x.words(tick), size=SMALL, anchor="middle", fill=palette.MUTED)
        )
    words = [f"{m.label}{f' ({m.unit})' if m.unit else ''}" for m in p.metas]
    parts.append(label(0, _TOP - 14, "↑ " + wrap(words[1], right, SMALL)[0], size=SMALL, bold=True))
    below = wrap(words[0], right - 20, SMALL)[0] + " →"
    parts.append(label(right, _TOP + _PLOT + 40, below, size=SMALL, anchor="end", bold=True))
    return "".join(parts)


def _point(p: _Plot, a: ReleasedFigure, b: ReleasedFigure, href: Callable[[str], str] | None) -> str:
    assert a.value is not None
    assert b.value is not None
    marked = a.area in p.selected
    words = f"{p.names.get(a.area, a.area)}: {text.figure(a, p.metas[0])}, {text.figure(b, p.metas[1])}"
    dot = tag(
        "circle",
        cx=p.x.at(a.value),
        cy=p.y.at(b.value),
        r=7 if marked else 4.6,
        fill=palette.SERIES[1] if marked else palette.SERIES[0],
        fill_opacity=1 if marked else 0.62,
        stroke=palette.PAPER,
        stroke_width=1.2,
    )
    inside = tooltip(words) + dot
    if href is None:
        return tag("g", inside, class_="wp-point", data_key=a.area)
    return tag("a", inside, class_="wp-point", data_key=a.area, href=href(a.area), aria_label=words)


def _name(p: _Plot, a: ReleasedFigure, b: ReleasedFigure, right: float) -> str:
    assert a.value is not None
    assert b.value is not None
    at, up = p.x.at(a.value), p.y.at(b.value)
    left = at > right - 130
    name = p.names.get(a.area, a.area)
    return label(
        at - 11 if left else at + 11, up + 4, name, bold=True, anchor="end" if left else None, halo=True
    )
