"""One map or figure as a picture for posters and social media, with its source line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .. import charts, text
from ..charts.svg import escape, wrap
from ..model import WohnplatzError
from .blocks import Picture, size_of
from .drawing import drawn
from .look import look_of
from .material import FigureId, Material
from .printing import Place, Trouble, trouble_with
from .tree import ChartBlock, HouseStyle, MapBlock

MARGIN = 64.0
HEAD = 150.0
FOOT = 84.0
WIDE, SQUARE, POSTER = (1200, 675), (1080, 1080), (2480, 3508)
"""Width and height in px: for a post, for a square one, A3 at 212 dots per inch."""
_FONT = 'font-family="Fira Sans"'


@dataclass(frozen=True, slots=True)
class Poster:
    """A PNG with the words for those who cannot see it. ``name`` is a file name without any figure."""

    png: bytes
    alternative: str
    name: str
    page: bytes
    """The drawing that the PNG was made of, as a page that names the figures in it: pixels cannot be read."""


def picture_poster(
    node: MapBlock | ChartBlock,
    place: Place,
    material: Material,
    style: HouseStyle,
    size: tuple[int, int] = WIDE,
) -> Poster:
    """A map or chart of a report as a picture of its own. WohnplatzError says why there is none."""
    blocks = drawn(replace(node, height=0.0), place, material, 1.0, "poster")
    if isinstance(blocks, Trouble):
        raise _refused(blocks)
    picture = blocks[0]
    if not isinstance(picture, Picture):
        raise WohnplatzError(
            "Daraus wird kein Bild: Keine der Zahlen darf gezeigt werden oder liegt vor.",
            todo="Bitte eine andere Kennzahl, ein anderes Jahr oder eine gröbere Ebene wählen.",
            code="report.poster",
        )
    scale = _scale(size)
    room = (size[0] / scale - 2 * MARGIN, size[1] / scale - HEAD - FOOT - 40)
    svg = picture.narrow if picture.narrow and size[0] <= size[1] else picture.svg
    wide, high = size_of(svg) or room
    factor = min(room[0] / wide, room[1] / high)
    left, top = (size[0] / scale - wide * factor) / 2, HEAD + 20 + (room[1] - high * factor) / 2
    body = f'<g transform="translate({left:.1f} {top:.1f}) scale({factor:.4f})">{svg}</g>'
    source = charts.source_line(material.table.context, material.meta(node.indicator))
    made = _poster(picture.title, body, source, picture.alternative, node.indicator, material, style, size)
    if picture.shows is None:
        return made
    indicator, year = picture.shows
    head = f'<figure data-indicator="{escape(indicator)}" data-year="{year}">'.encode()
    return replace(made, page=head + made.page + b"</figure>")


def figure_poster(
    figure: FigureId, material: Material, style: HouseStyle, size: tuple[int, int] = SQUARE
) -> Poster:
    """One figure in large letters, the district's beside it. WohnplatzError where it may not be seen."""
    trouble = trouble_with(figure.indicator, figure.area, material)
    found, meta = material.figure(figure), material.meta(figure.indicator)
    if trouble is not None:
        raise _refused(trouble)
    if found is None or meta is None or found.value is None:
        word = text.state_word(found.state) if found is not None else "keine Angabe"
        raise WohnplatzError(
            f"Aus dieser Kennzahl wird kein Bild: {word}.", todo="Bitte eine andere Kennzahl wählen.",
            code="report.poster",
        )  # fmt: skip
    value = text.figure(found, meta)
    whole = material.figure(FigureId(figure.indicator, material.district, figure.year))
    beside, lines = "", [escape(line) for line in wrap(meta.label, size[0] / _scale(size) - 2 * MARGIN, 34)]
    if whole is not None and whole.value is not None and figure.area != material.district:
        name, words = material.name(material.district), text.figure(whole, meta)
        beside = f"{name}: {words}"
        mark = escape(f"{figure.indicator}/{material.district}/{figure.year}")
        lines.append(f'{escape(name)}: <tspan data-figure="{mark}">{escape(words)}</tspan>')
    body = _letters(value, str(figure), lines, style, size)
    title = f"{material.name(figure.area)} {figure.year}"
    words = f"{title}: {meta.label}, {value}. {beside}".strip()
    source = charts.source_line(material.table.context, meta)
    return _poster(title, body, source, words, figure.indicator, material, style, size)


def _letters(value: str, mark: str, lines: Sequence[str], style: HouseStyle, size: tuple[int, int]) -> str:
    """The figure in large letters, named by its id, and lines of markup below it."""
    scale = _scale(size)
    width, height = size[0] / scale, size[1] / scale
    large = min(190.0, (width - 2 * MARGIN) / (0.6 * max(len(value), 4)))
    middle = HEAD + (height - HEAD - FOOT) / 2
    parts = [
        f'<text data-figure="{escape(mark)}" x="{MARGIN}" y="{middle:.0f}" {_FONT} font-size="{large:.0f}"'
        f' font-weight="600" fill="{_colour(style)}">{escape(value)}</text>'
    ]
    for n, line in enumerate(lines):
        parts.append(
            f'<text x="{MARGIN}" y="{middle + 86 + 46 * n:.0f}" {_FONT} font-size="34"'
            f' fill="#1a1a1a">{line}</text>'
        )
    return "".join(parts)


def _colour(style: HouseStyle) -> str:
    """The district's colour, the usual one where letters could not be read on it."""
    return look_of(style, easy=False)[0].colour


def _scale(size: tuple[int, int]) -> float:
    """px of the file for each unit of the drawing, so that letters keep their share of the picture."""
    return min(size) / (675.0 if size[0] > size[1] else 1080.0)


def _poster(  # noqa: PLR0913, PLR0917 (what stands on it)
    title: str,
    body: str,
    source: str,
    alternative: str,
    indicator: str,
    material: Material,
    style: HouseStyle,
    size: tuple[int, int],
) -> Poster:
    scale = _scale(size)
    width, height = size[0] / scale, size[1] / scale
    lines = wrap(title, width - 2 * MARGIN, 38)[:2]
    head = f'<rect width="{width:g}" height="{HEAD:g}" fill="{_colour(style)}"/>'
    top = HEAD / 2 + 13 - 23 * (len(lines) - 1)
    for n, line in enumerate(lines):
        head += (
            f'<text x="{MARGIN}" y="{top + 46 * n:.0f}" {_FONT} font-size="38" font-weight="600"'
            f' fill="#ffffff">{escape(line)}</text>'
        )
    sources = wrap(source, width - 2 * MARGIN, 19)
    foot = "".join(
        f'<text x="{MARGIN}" y="{height - FOOT + 34 + 25 * n:.0f}" {_FONT} font-size="19"'
        f' fill="#4a4f55">{escape(line)}</text>'
        for n, line in enumerate(sources[:3])
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        f' height="{height:g}"><rect width="{width:g}" height="{height:g}" fill="#ffffff"/>'
        f"{head}{body}{foot}</svg>"
    )
    name = f"{indicator.replace(':', '-')}-{material.made_on.isoformat()}.png"
    return Poster(charts.png(svg, scale=scale), alternative, name, svg.encode())


def _refused(trouble: Trouble) -> WohnplatzError:
    return WohnplatzError(trouble.message, todo=trouble.advice, code=f"report.{trouble.code}")
