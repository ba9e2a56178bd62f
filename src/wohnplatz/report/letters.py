"""Letters that the typeface of PDF files has. A standard for archives refuses a file with any other."""

from __future__ import annotations

import re
from functools import lru_cache

from fontTools.ttLib import TTFont

from ..charts.raster import FONTS

INSTEAD = "?"
_ALWAYS = frozenset("\n\t\u00a0\u202f\u00ad\u200b")
"""Spaces and marks that the typesetter itself turns into something."""


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """All letters that every one of the program's fonts has; empty where none is set up."""
    found: list[set[str]] = []
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            found.append({chr(code) for code in font.getBestCmap()})
    return frozenset(set.intersection(*found)) | _ALWAYS if found else frozenset()


@lru_cache(maxsize=1)
def _foreign() -> re.Pattern[str]:
    ranges = "".join(re.escape(c) for c in sorted(known() | {chr(n) for n in range(32, 127)}))
    return re.compile(f"[^{ranges}]")


def missing(text: str) -> str:
    """The letters of a text that the typeface does not have, each once."""
    return "".join(dict.fromkeys(_foreign().findall(text))) if known() else ""


def printable(text: str) -> str:
    """The text with a question mark for every letter that the typeface does not have."""
    return _foreign().sub(INSTEAD, text) if known() else text
