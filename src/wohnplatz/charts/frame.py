"""The frame of every picture: in a page only the drawing, on its own everything a reader needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .. import text
from ..model import Audience, ReleaseContext
from . import palette, patterns
from .scheme import LegendEntry
from .svg import FONT, SMALL, escape, label, line, tag, text_width, wrap

MARGIN = 28
_LEGEND_WIDTH = 300
_SWATCH = (27.0, 18.0)
_STEP = 27.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished drawing of ``width`` × ``height`` px with what must stand around it.

    ``box`` is its coordinate system where that differs from px (maps). ``interactive`` says that it holds
    links, which an image may not have for assistive technology.
    """

    kind: str
    body: str
    width: float
    height: float
    title: str
    subtitle: str
    description: str
    source: str
    context: ReleaseContext
    box: tuple[float, float, float, float] | None = None
    interactive: bool = False
    legend: tuple[LegendEntry, ...] = ()
    legend_heading: str = ""
    bar: tuple[float, str] | None = None
    """Scale bar of a map: length in px and its words."""

    def render(self, *, standalone: bool, prefix: str, keyed: str = "") -> str:
        """SVG text; ``standalone`` embeds title, subtitle, legend and source on white ground.

        ``keyed`` embeds the legend alone, ``beside`` the drawing or ``below`` it, for documents that write
        title and source themselves.
        """
        if keyed:
            return _beside(self, prefix) if keyed == "beside" else _below(self, prefix)
        return _standalone(self, prefix) if standalone else _inline(self)


def _accessible(p: Picture) -> str:
    """Name and description: the first children of the drawing."""
    return tag("title", escape(p.title)) + tag("desc", escape(p.description))


def _inline(p: Picture) -> str:
    left, top, width, height = p.box or (0.0, 0.0, p.width, p.height)
    return tag(
        "svg",
        _accessible(p) + p.body,
        xmlns="http://www.w3.org/2000/svg",
        class_=f"wp-chart wp-{p.kind}",
        viewBox=f"{left:g} {top:g} {width:g} {height:g}",
        width=p.width,
        height=p.height,
        role="group" if p.interactive else "img",
        aria_label=p.title,
        font_family=FONT,
    )


def _standalone(p: Picture, prefix: str) -> str:
    side = _LEGEND_WIDTH + MARGIN if p.legend else 0
    width = p.width + side + 2 * MARGIN
    head, top = _head(p, width - 2 * MARGIN)
    drawing = _drawing(p, MARGIN, top)
    key, key_height = _legend_column(p, MARGIN + p.width + MARGIN, top, prefix) if p.legend else ("", 0.0)
    foot, bottom = _foot(p, top + max(p.height, key_height) + 14, width - 2 * MARGIN)
    ground = tag("rect", width=width, height=bottom, fill=palette.PAPER)
    return tag(
        "svg",
        _accessible(p) + ground + head + drawing + key + foot,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {bottom:g}",
        width=width,
        height=bottom,
        role="group" if p.interactive else "img",
        aria_label=p.title,
        font_family=FONT,
    )


def _beside(p: Picture, prefix: str) -> str:
    """Drawing, and the legend at its right."""
    key, height = _legend_column(p, p.width + MARGIN, 0, prefix)
    width = p.width + MARGIN + _LEGEND_WIDTH
    return _with_key(p, key, width, max(p.height, height))


def _below(p: Picture, prefix: str) -> str:
    """Drawing, and the legend below it: in two columns where its words fit."""
    half, top = (len(p.legend) + 1) // 2, p.height + 8
    width = (p.width - MARGIN) / 2
    if max((text_width(e.label, 14) for e in p.legend), default=0.0) > width - _SWATCH[0] - 45:
        key, height = legend_rows(p.legend, 0, top, min(p.width, _LEGEND_WIDTH), prefix)
        return _with_key(p, key, p.width, top + height)
    left, height = legend_rows(p.legend[:half], 0, top, width, prefix)
    right, _ = legend_rows(p.legend[half:], width + MARGIN, top, width, prefix)
    return _with_key(p, left + right, p.width, top + height)


def _with_key(p: Picture, key: str, width: float, height: float) -> str:
    return tag(
        "svg",
        _accessible(p) + _drawing(p, 0, 0) + key,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        aria_label=p.title,
        font_family=FONT,
    )


def _head(p: Picture, width: float) -> tuple[str, float]:
    """Title and subtitle; returns them and the top of the drawing."""
    parts, y = [], MARGIN + 20.0
    for part in wrap(p.title, width, 24):
        parts.append(label(MARGIN, y, part, size=24, bold=True))
        y += 30
    for part in wrap(p.subtitle, width, 15) if p.subtitle else ():
        parts.append(label(MARGIN, y - 3, part, size=15, fill=palette.MUTED))
        y += 20
    return "".join(parts), y + 4


def _drawing(p: Picture, x: float, y: float) -> str:
    left, top, width, height = p.box or (0.0, 0.0, p.width, p.height)
    return tag(
        "svg",
        p.body,
        x=x,
        y=y,
        width=p.width,
        height=p.height,
        viewBox=f"{left:g} {top:g} {width:g} {height:g}",
    )


def _foot(p: Picture, y: float, width: float) -> tuple[str, float]:
    """The source line; returns it and the height of the whole picture."""
    parts = [line(MARGIN, y + 6, MARGIN + width, y + 6, stroke=palette.GRID)]
    y += 12
    for part in wrap(p.source, width, SMALL):
        parts.append(label(MARGIN, y + 12, part, size=SMALL, fill=palette.MUTED))
        y += 17
    if p.context.audience is Audience.WORKING:
        warning = "Interne Arbeitsansicht: nicht zur Weitergabe"
        parts.append(label(MARGIN, y + 12, warning, size=SMALL, bold=True, fill=palette.SERIES[1]))
        y += 17
    return "".join(parts), y + MARGIN - 8


def _legend_column(p: Picture, x: float, top: float, prefix: str) -> tuple[str, float]:
    parts, y = [], top + 14
    for part in wrap(p.legend_heading, _LEGEND_WIDTH, 14) if p.legend_heading else ():
        parts.append(label(x, y, part, size=14, bold=True))
        y += 19
    drawn, height = legend_rows(p.legend, x, y, _LEGEND_WIDTH, prefix)
    parts.append(drawn)
    y += height
    if p.bar:
        length, words = p.bar
        y += 26
        tick = f"M{x:.1f} {y - 5:.1f}v5h{length:.1f}v-5"
        parts.append(tag("path", d=tick, fill="none", stroke=palette.INK, stroke_width=1.2))
        parts.append(label(x + length + 8, y, words, size=SMALL, fill=palette.MUTED))
    return "".join(parts), y - top + 10


def legend_rows(
    entries: Sequence[LegendEntry], x: float, y: float, width: float, prefix: str
) -> tuple[str, float]:
    """Legend entries under each other as SVG, with the number of areas at the right; and their height."""
    parts, top = [], y
    count_width = max((text_width(text.number(e.count), SMALL) for e in entries), default=0)
    caption = "Gebiete"
    parts.append(label(x + width, y + 6, caption, size=SMALL, anchor="end", fill=palette.MUTED))
    y += 12
    for entry in entries:
        # A second prefix: the pattern of a swatch has the size of the legend, not that of the map.
        parts.append(_swatch(entry, x, y, f"{prefix}-key"))
        room = width - _SWATCH[0] - count_width - 20
        for i, part in enumerate(wrap(entry.label, room, 14)[:2]):
            parts.append(label(x + _SWATCH[0] + 10, y + 14 + 16 * i, part, size=14))
        count = text.number(entry.count)
        parts.append(label(x + width, y + 14, count, size=14, anchor="end", fill=palette.MUTED))
        y += _STEP + (16 if len(wrap(entry.label, room, 14)) > 1 else 0)
    return "".join(parts), y - top


def _swatch(entry: LegendEntry, x: float, y: float, prefix: str) -> str:
    width, height = _SWATCH
    fill, defs = entry.colour, ""
    if entry.pattern:
        fill = patterns.reference(prefix, entry.pattern, entry.colour)
        defs = tag("defs", patterns.define(prefix, entry.pattern, entry.colour))
    box = patterns.swatch(x, y, _SWATCH, fill, palette.INK)
    if not entry.sign:
        return defs + box
    ink = palette.ink_on(entry.colour)
    return (
        defs
        + box
        + tag(
            "path",
            d=sign_path(entry.sign, x + width / 2, y + height / 2, 3.5),
            stroke=ink,
            stroke_width=1.4,
            fill="none",
        )
    )


_STROKES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "A": (((-0.8, 1), (0, -1), (0.8, 1)), ((-0.5, 0.3), (0.5, 0.3))),
    "B": (
        ((0.3, 0), (0.7, 0.3), (0.7, 0.7), (0.3, 1), (-0.6, 1), (-0.6, -1), (0.3, -1), (0.6, -0.7)),
        ((0.6, -0.7), (0.6, -0.3), (0.3, 0), (-0.6, 0)),
    ),
    "C": (((0.7, -0.7), (0.3, -1), (-0.3, -1), (-0.7, -0.6), (-0.7, 0.6), (-0.3, 1), (0.3, 1), (0.7, 0.7)),),
    "D": (((-0.6, 1), (-0.6, -1), (0.2, -1), (0.7, -0.5), (0.7, 0.5), (0.2, 1), (-0.6, 1)),),
    "E": (((0.6, -1), (-0.6, -1), (-0.6, 1), (0.6, 1)), ((-0.6, 0), (0.4, 0))),
    "F": (((0.6, -1), (-0.6, -1), (-0.6, 1)), ((-0.6, 0), (0.4, 0))),
    "G": (
        ((0.7, -0.7), (0.3, -1), (-0.3, -1), (-0.7, -0.6), (-0.7, 0.6), (-0.3, 1), (0.3, 1), (0.7, 0.7)),
        ((0.7, 0.7), (0.7, 0.1), (0.1, 0.1)),
    ),
    "H": (((-0.6, -1), (-0.6, 1)), ((0.6, -1), (0.6, 1)), ((-0.6, 0), (0.6, 0))),
}
"""Letters as lines in a square from −1 to 1."""


def sign_path(sign: str, x: float, y: float, reach: float) -> str:
    """Path of a plus, minus or letter around a point: drawn, because letters differ from font to font."""
    if sign in _STROKES:
        tall = 1.3 * reach
        return "".join(
            "M" + "L".join(f"{x + tall * a:.1f} {y + tall * b:.1f}" for a, b in line)
            for line in _STROKES[sign]
        )
    bar = f"M{x - reach:.1f} {y:.1f}h{2 * reach:.1f}"
    return bar + (f"M{x:.1f} {y - reach:.1f}v{2 * reach:.1f}" if sign == "+" else "")


def swatch_svg(entry: LegendEntry, prefix: str = "legend") -> str:
    """The swatch of a legend entry as a small picture of its own, for legends written in HTML.

    It is decoration (``aria-hidden``): the words stand beside it. ``prefix`` must be unique in the page.
    """
    width, height = _SWATCH
    return tag(
        "svg",
        _swatch(entry, 1, 1, prefix),
        xmlns="http://www.w3.org/2000/svg",
        class_="wp-swatch",
        viewBox=f"0 0 {width + 2:g} {height + 2:g}",
        width=width + 2,
        height=height + 2,
        aria_hidden="true",
    )
