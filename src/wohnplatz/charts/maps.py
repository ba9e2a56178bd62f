"""Maps: one group per area with its path and its words, readable and walkable without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from .. import text
from ..model import CellState, Classes, ReleasedFigure, ReleasedTable
from . import palette, patterns
from .frame import Picture, sign_path
from .scheme import LegendEntry, Look, Scheme, legend, scheme
from .svg import escape, num, tag, text_width
from .words import figure_words, label_with_unit, select, source_line

if TYPE_CHECKING:
    from ..areas import Shapes

Box = tuple[float, float, float, float]

_NATURAL_WIDTH = 760.0
"""px that the map is usually shown at: widths of lines and sizes of letters are chosen for it."""
_NARROW = 2.0
"""How much larger names are in the drawing for narrow screens, where a map is shown at half its size."""
_TALLEST = 900.0
NO_NOTES: Mapping[str, str] = MappingProxyType({})
_LABELS_UP_TO = 40


@dataclass(frozen=True, slots=True)
class _Map:
    """What all parts of a map need to know."""

    shapes: Shapes
    figures: Mapping[str, ReleasedFigure]
    scheme: Scheme
    names: Mapping[str, str]
    href: Callable[[str], str] | None
    prefix: str
    notes: Mapping[str, str]
    box: Box
    unit: float
    """Units of the picture per px at natural width."""

    def name(self, key: str) -> str:
        return self.names.get(key, key)

    def look(self, key: str) -> Look:
        return self.scheme.look(self.figures.get(key))


def map_svg(  # noqa: PLR0913 (the contract: all of it by name)
    table: ReleasedTable,
    shapes: Shapes,
    classes: Classes | None,
    *,
    indicator: str,
    year: int,
    names: Mapping[str, str],
    title: str,
    subtitle: str,
    selected: Collection[str] = (),
    href: Callable[[str], str] | None = None,
    viewbox: Box | None = None,
    outlines: Shapes | None = None,
    background: str | None = None,
    standalone: bool = False,
    keyed: str = "",
    width: float = _NATURAL_WIDTH,
    prefix: str = "map",
    notes: Mapping[str, str] = NO_NOTES,
) -> str:
    """A choropleth map of one indicator and year as SVG.

    Every area of ``shapes`` is drawn in its order, with the words of its figure as ``title`` and its key as
    ``data-key``; with ``href`` (area key → address) each one is a link, and the names stand a second time,
    larger and fewer, for pages on narrow screens (class ``wp-labels-narrow``, hidden until a style shows it).
    An indicator whose meta data names classes is drawn with these, ``classes`` is not needed then.
    ``viewbox`` (left, top, width, height in units of ``shapes``) shows a part. ``outlines`` are areas of a
    coarser level in the same frame: drawn thicker, labelled where ``names`` has them. ``background`` is the
    address of a picture of exactly the visible part; a standalone picture leaves it out and embeds title,
    legend, scale and source instead.
    ``keyed`` embeds the legend alone (``beside`` or ``below``), for documents that write title and source
    themselves; ``width`` is the natural width in px. ``prefix`` begins all ids and must differ between
    maps of one page. ``notes`` (area key → words) are added to the words of a figure, such as how sure it is.
    """
    box = viewbox or (0.0, 0.0, float(shapes.width), float(shapes.height))
    figures = {f.area: f for f in select(table, indicator, year=year) if f.area in shapes.paths}
    by = scheme(table, classes, indicator)
    m = _Map(shapes, figures, by, names, href, prefix, notes, box, box[2] / width)
    entries = legend(table, classes, indicator=indicator, year=year, areas=shapes.paths)
    wide = width
    if box[3] > 0 and wide * box[3] / box[2] > _TALLEST:
        wide = _TALLEST * box[2] / box[3]
    picture = Picture(
        kind="map",
        body=_body(m, selected, outlines, None if standalone or keyed else background),
        width=wide,
        height=wide * box[3] / box[2],
        title=title,
        subtitle=subtitle,
        description=_description(m, entries),
        source=source_line(table.context, by.meta),
        context=table.context,
        box=box,
        interactive=href is not None,
        legend=entries,
        legend_heading=_heading(by),
        bar=_scale_bar(shapes.metres_per_unit * box[2] / wide),
    )
    return picture.render(standalone=standalone, prefix=prefix, keyed=keyed)


def _body(m: _Map, selected: Collection[str], outlines: Shapes | None, background: str | None) -> str:
    areas = tag(
        "g",
        "".join(_area(m, key, path) for key, path in m.shapes.paths.items()),
        class_="wp-areas",
        stroke=palette.INK,
        stroke_width=0.7 * m.unit,
        stroke_linejoin="round",
        fill_opacity="0.74" if background else None,
    )
    parts = [_defs(m), _background(m.box, background), areas, _signs(m)]
    if outlines is not None:
        parts.append(_outline(m, "".join(outlines.paths.values()), 2.2))
    parts.append(_selection(m, selected))
    parts.append(_labels(m, outlines, selected))
    return "".join(parts)


def _area(m: _Map, key: str, path: str) -> str:
    """One area. Written by hand, not through ``tag``: this is the bulk of a page."""
    look = m.look(key)
    fill = patterns.reference(m.prefix, look.pattern, look.colour) if look.pattern else look.colour
    inner = f'<title>{escape(_words(m, key))}</title><path fill="{fill}" d="{path}"/>'
    if m.href is None:
        return f'<g data-key="{escape(key)}">{inner}</g>'
    return f'<a data-key="{escape(key)}" href="{escape(m.href(key))}">{inner}</a>'


def _words(m: _Map, key: str) -> str:
    """``Musterdorf-Nord: 12,3 % (45 von 366), Klasse 3 von 5``."""
    f = m.figures.get(key)
    if f is None:
        return f"{m.name(key)}: keine Angabe"
    note = m.notes.get(key, "")
    more = f"; {note}" if note else ""
    return f"{m.name(key)}: {figure_words(f, m.scheme.meta)}{m.scheme.class_words(f)}{more}"


def _defs(m: _Map) -> str:
    """Every pattern that occurs, once, in a fixed order."""
    looks = {(look.pattern, look.colour) for look in map(m.look, m.shapes.paths) if look.pattern}
    content = "".join(patterns.define(m.prefix, name, colour, m.unit) for name, colour in sorted(looks))
    return tag("defs", content) if content else ""


def _background(box: Box, address: str | None) -> str:
    if not address:
        return ""
    left, top, width, height = box
    return tag("image", href=address, x=left, y=top, width=width, height=height, preserveAspectRatio="none")


def _signs(m: _Map) -> str:
    """Plus and minus in the areas of a map in two directions: tells them apart in grey. One path per ink."""
    reach = 3.4 * m.unit
    paths: dict[str, list[str]] = {}
    for key, (x, y) in m.shapes.labels.items():
        look = m.look(key)
        left, top, right, bottom = m.shapes.boxes[key]
        if look.sign and not look.pattern and min(right - left, bottom - top) > 3.2 * reach:
            paths.setdefault(palette.ink_on(look.colour), []).append(sign_path(look.sign, x, y, reach))
    return "".join(
        tag(
            "path",
            class_="wp-signs",
            d="".join(parts),
            stroke=ink,
            stroke_width=1.3 * m.unit,
            fill="none",
            pointer_events="none",
        )
        for ink, parts in sorted(paths.items())
    )


def _outline(m: _Map, path: str, width: float, colour: str = palette.INK) -> str:
    return tag(
        "path",
        class_="wp-outline",
        d=path,
        fill="none",
        stroke=colour,
        stroke_width=width * m.unit,
        stroke_linejoin="round",
        pointer_events="none",
    )


def _selection(m: _Map, selected: Collection[str]) -> str:
    path = "".join(m.shapes.paths[k] for k in m.shapes.paths if k in selected)
    if not path:
        return ""
    return _outline(m, path, 6.5, palette.PAPER) + _outline(m, path, 3.4)


def _labels(m: _Map, outlines: Shapes | None, selected: Collection[str]) -> str:
    """Names of the coarser areas; in a map of a part the names of the areas themselves. None overlap."""
    left, top, width, height = m.box
    zoomed = width < m.shapes.width * 0.95
    source = m.shapes if zoomed or outlines is None else outlines
    if source is m.shapes and not zoomed:
        return ""
    size = (12.5 if zoomed else 13.5) * m.unit
    inside = [
        (key, x, y)
        for key, (x, y) in source.labels.items()
        if key in m.names and left < x < left + width and top < y < top + height
    ]
    if len(inside) > _LABELS_UP_TO:
        inside = [place for place in inside if place[0] in selected]
    inside.sort(key=lambda place: place[0] not in selected)  # what is marked gets its name first
    if not inside:
        return ""
    made = _names(m, source, inside, size, "wp-labels", below=zoomed)
    if m.href is None:
        return made
    return made + _names(m, source, inside, _NARROW * size, "wp-labels-narrow", below=zoomed, display="none")


def _names(  # noqa: PLR0913 (one argument for each part)
    m: _Map, source: Shapes, inside: list[tuple[str, float, float]], size: float, called: str, *, below: bool,
    display: str | None = None,
) -> str:  # fmt: skip
    return tag(
        "g",
        _placed(m, source, inside, size, below=below),
        class_=called,
        display=display,
        font_size=size,
        font_weight="600",
        fill=palette.INK,
        stroke=palette.PAPER,
        stroke_width=0.26 * size,
        stroke_linejoin="round",
        paint_order="stroke",
        text_anchor="middle",
        pointer_events="none",
        aria_hidden="true",
    )


def _placed(
    m: _Map, source: Shapes, inside: list[tuple[str, float, float]], size: float, *, below: bool
) -> str:
    """Labels that fit into the picture and do not touch one placed before; the others are left out.

    The name of a coarser area may stand a line higher or lower within it.
    """
    left, _, width, _ = m.box
    taken: list[Box] = []
    parts = []
    for key, x, y in inside:
        name = m.names[key]
        half = text_width(name, size) * 0.54 + size * 0.2  # other typefaces than ours are wider
        middle = min(max(x, left + half), left + width - half)
        base = y + size * (1.25 if below else 0.35)
        air, (_, top, _, bottom) = size * 0.3, source.boxes[key]
        for line in (0.0,) if below else (0.0, -2.0 * size, 2.0 * size):
            at = base + line
            box = (middle - half - air, at - size - air, middle + half + air, at + size * 0.35 + air)
            if (not line or top < at < bottom) and not any(_touch(box, other) for other in taken):
                taken.append(box)
                parts.append(f'<text x="{num(middle)}" y="{num(at)}">{escape(name)}</text>')
                break
    return "".join(parts)


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _heading(by: Scheme) -> str:
    """What the legend shows: the indicator with its unit, and the value the two directions start from."""
    meta, classes = by.meta, by.classes
    heading = label_with_unit(meta)
    if classes.diverging and classes.centre is not None:
        centre = text.with_unit(text.number(classes.centre, meta.decimals), meta.unit)
        heading += f": unter und über dem Bezugswert {centre}"
    return heading


def _description(m: _Map, entries: tuple[LegendEntry, ...]) -> str:
    """Alternative text: how many areas there are in which class and state."""
    count = text.plural(len(m.shapes.paths), "Gebiet", "Gebieten")
    listed = [f"{e.label}: {text.plural(e.count, 'Gebiet', 'Gebiete')}" for e in entries]
    absent = sum(key not in m.figures for key in m.shapes.paths)
    if absent:
        listed.append(f"keine Angabe: {text.plural(absent, 'Gebiet', 'Gebiete')}")
    partial = [f for f in m.figures.values() if f.state is CellState.PROTECTED]
    note = " Geschützte Werte werden nicht genannt." if partial else ""
    return f"Karte mit {count}, {m.scheme.meta.label}. {'; '.join(listed)}.{note}"


def _scale_bar(metres_per_px: float) -> tuple[float, str] | None:
    """The longest round distance of at most 140 px, and its words."""
    if metres_per_px <= 0:
        return None
    steps = [digit * 10**power for power in range(1, 6) for digit in (1, 2, 5)]
    metres = max((s for s in steps if s / metres_per_px <= 140), default=steps[0])
    words = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    return metres / metres_per_px, words.replace(" ", text.NBSP)
