"""A small picture of what a template begins with: its first pages, drawn from its blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from wohnplatz.report import Report
from wohnplatz.report.tree import Node, PairBlock, ProfilesBlock, inside

WIDE, HIGH, GAP, PAGES = 96, 136, 10, 3
LEFT, TOP, INNER = 10, 12, 76
INK, PALE, LINE = "#171a4f", "#d6dcec", "#9aa3b5"
_MAP = (
    '<path d="M4 12 26 2l18 9-6 20-24 6z" fill="#6e86cf"/><path d="M44 11l26 6-8 19-24-5z" fill="#171a4f"/>'
    '<path d="M14 37l24-6 12 5-8 3z" fill="#a9b8e6"/>'
)
_COURSE = "0,24 18,16 38,18 56,8 74,4"
_HEIGHTS = {
    "ChapterBlock": 12, "TextBlock": 20, "AreaTextsBlock": 20, "FiguresBlock": 18, "TableBlock": 32,
    "MapBlock": 40, "ChartBlock": 30, "PictureBlock": 34, "StatementBlock": 24, "OutcomesBlock": 26,
    "GlossaryBlock": 26, "MethodsBlock": 26,
}  # fmt: skip


def template_picture(report: Report) -> str:
    """SVG of the first pages of a report; decoration, the words beside it say the same."""
    pages: list[list[str]] = [[]]
    if report.contents:
        pages = [[_cover(report)], []]
    at = TOP
    for node in _flat(report.blocks):
        height = _HEIGHTS.get(type(node).__name__, 0)
        fresh = getattr(node, "new_page", False) and bool(pages[-1])
        if fresh or at + height > HIGH - TOP:
            pages.append([])
            at = TOP
        if len(pages) > PAGES:
            break
        pages[-1].append(_drawn(node, at))
        at += height + 4 if height else 0
    shown = [p for p in pages[:PAGES] if p]
    body = "".join(_page(n, "".join(parts)) for n, parts in enumerate(shown))
    width = len(shown) * (WIDE + GAP)
    return (
        f'<svg viewBox="0 0 {width} {HIGH + 4}" width="{width}" height="{HIGH + 4}" aria-hidden="true" '
        f'focusable="false">{body}</svg>'
    )


def _flat(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        if not isinstance(node, PairBlock | ProfilesBlock):
            yield node
        yield from _flat(inside(node))


def _page(number: int, body: str) -> str:
    x = number * (WIDE + GAP)
    return (
        f'<g transform="translate({x} 1)"><rect x="0.5" y="0.5" width="{WIDE - 1}" height="{HIGH - 1}" '
        f'fill="#fff" stroke="{LINE}"/>{body}</g>'
    )


def _cover(report: Report) -> str:
    return (
        f'<rect x="1" y="1" width="{WIDE - 2}" height="58" fill="{escape(INK)}"/>'
        + _bar(LEFT, 34, 54, 6, "#fff") + _bar(LEFT, 45, 36, 4, "#a9b8e6")
        + "".join(_bar(LEFT, 72 + n * 9, 62 - 7 * (n % 3), 3, PALE) for n in range(6))
    )  # fmt: skip


def _bar(x: float, y: float, wide: float, high: float, fill: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" fill="{fill}"/>'


def _drawn(node: Node, y: float) -> str:
    make = _DRAWINGS.get(type(node).__name__, _lines)
    return f'<g transform="translate({LEFT} {y:g})">{make()}</g>'


def _lines() -> str:
    return "".join(_bar(0, n * 6, (INNER, INNER - 6, INNER - 22)[n], 2, LINE) for n in range(3))


def _boxes() -> str:
    return "".join(_bar(n * 20, 0, 16, 16, PALE) + _bar(3 + n * 20, 5, 8, 5, INK) for n in range(4))


def _rows() -> str:
    return _bar(0, 0, INNER, 4, PALE) + "".join(_bar(0, 7 + n * 6, INNER, 1, LINE) for n in range(4))


def _course() -> str:
    line = f'<polyline points="{_COURSE}" fill="none" stroke="{INK}" stroke-width="2"/>'
    return line + _bar(0, 28, INNER, 1, LINE)


_DRAWINGS: dict[str, Callable[[], str]] = {
    "ChapterBlock": lambda: _bar(0, 3, 44, 5, INK), "FiguresBlock": _boxes, "TableBlock": _rows,
    "MapBlock": lambda: _MAP, "ChartBlock": _course, "BreakBlock": lambda: "",
}  # fmt: skip
