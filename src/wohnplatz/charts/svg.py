"""Writing SVG: escaping, compact numbers, elements, the width of text.

Only presentation attributes are written, no ``style``: the pictures stand in pages with a strict Content
Security Policy and go unchanged into PDF and PNG.
"""

from __future__ import annotations

import re
from functools import lru_cache

from . import palette

FONT = "'Fira Sans', 'DejaVu Sans', Arial, sans-serif"
SIZE = 13
"""Usual size of text, in px at the picture's natural width."""
SMALL = 12

_SPECIAL = re.compile("[&<>\"'\ud800-\udfff\ufffe\uffff]|[^\t\n\u0020-\U0010ffff]")
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_WIDE = frozenset("mwMW@%—…")
_NARROW = frozenset("iljtfrI.,;:'|!()[]/- \u00a0\u202f")


def escape(text: str) -> str:
    """``text`` for content and double-quoted attributes; characters XML does not know are dropped."""
    if _SPECIAL.search(text) is None:  # nearly always, and a report escapes a hundred thousand texts
        return text
    return "".join(_ESCAPES.get(c, c) for c in _NOT_XML.sub("", text))


def num(value: float) -> str:
    """A coordinate with at most one decimal place, as short as it goes.

    >>> num(12.04), num(-0.01)
    ('12', '0')
    """
    short = f"{value:.1f}".removesuffix(".0")
    return "0" if short == "-0" else short


Attribute = str | float | None


def tag(name: str, content: str = "", **attributes: Attribute) -> str:
    """One element. ``content`` is SVG already; attributes are escaped, ``None`` leaves one out.

    An underscore in an attribute's name stands for a hyphen; one at the end is dropped (``class_``).
    """
    written = "".join(
        [
            f' {_name(key)}="{escape(v) if isinstance(v, str) else num(v)}"'
            for key, v in attributes.items()
            if v is not None
        ]
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


@lru_cache(maxsize=256)
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def label(  # noqa: PLR0913 (the properties of a text)
    x: float,
    y: float,
    text: str,
    *,
    size: float = SIZE,
    anchor: str | None = None,
    bold: bool = False,
    fill: str = palette.TEXT,
    halo: bool = False,
) -> str:
    """One line of text with its baseline at ``y``; ``halo`` puts a white rim around the letters."""
    return tag(
        "text",
        escape(text),
        x=x,
        y=y,
        font_size=size,
        text_anchor=anchor,
        font_weight="600" if bold else None,
        fill=fill,
        stroke=palette.PAPER if halo else None,
        stroke_width=size / 4 if halo else None,
        stroke_linejoin="round" if halo else None,
        paint_order="stroke" if halo else None,
    )


def line(  # noqa: PLR0913 (two points and a look)
    x1: float, y1: float, x2: float, y2: float, *, stroke: str, width: float = 1, dash: str | None = None
) -> str:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, stroke_dasharray=dash)


def tooltip(text: str) -> str:
    """The ``title`` child that a browser shows on hover and reads aloud."""
    return f"<title>{escape(text)}</title>"


def text_width(text: str, size: float = SIZE) -> float:
    """Width of a line of text, a little on the wide side: nobody measures fonts on the server."""
    return _units(text) * size


@lru_cache(maxsize=1 << 13)
def _units(text: str) -> float:
    units = 0.0
    for c in text:
        units += 0.9 if c in _WIDE else 0.34 if c in _NARROW else 0.67 if c.isupper() else 0.57
    return units


def wrap(text: str, width: float, size: float = SIZE) -> list[str]:
    """``text`` in lines of at most ``width``; a single longer word stays whole."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def shorten(text: str, width: float, size: float = SIZE) -> str:
    """``text`` cut with an ellipsis where it does not fit."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip(" -") + "…"
