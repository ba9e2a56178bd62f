"""Pictures as PNG, for documents that take no SVG."""

from __future__ import annotations

from pathlib import Path

import resvg_py

from wohnplatz.model import WohnplatzError

FONTS = Path(__file__).parent / "fonts"
"""TTF files of the pages' typeface; the set-up puts them there."""


def png(svg: str, *, scale: float = 2.0) -> bytes:
    """A standalone SVG as PNG, ``scale`` pixels for each of its units.

    Only the fonts in ``FONTS`` are used and none of the system's, so that the same picture has the same bytes
    everywhere. WohnplatzError where the fonts were not set up; ``ValueError`` where the SVG cannot be drawn.
    """
    fonts = sorted(str(font) for font in FONTS.glob("*.ttf"))
    if not fonts:
        raise WohnplatzError(
            "Das Bild lässt sich nicht als PNG ausgeben: Die Schrift ist nicht eingerichtet.",
            todo="Bitte bin/setup aufrufen lassen oder die Karte als SVG laden.",
            code="charts.fonts",
        )
    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=scale,
        skip_system_fonts=True,
        font_files=fonts,
        font_family="Fira Sans",
        sans_serif_family="Fira Sans",
    )
    return bytes(drawn)
