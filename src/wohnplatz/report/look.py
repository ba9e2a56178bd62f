"""From a district's settings to the look of a document; what cannot be used is told and left out."""

from __future__ import annotations

import base64
import binascii
import re

from . import photos
from .blocks import Look
from .findings import BlockFinding, warning
from .tree import HouseStyle

EASY, USUAL = 13.0, 10.0
"""Points of the letters in *Leichte Sprache* and otherwise."""
LEAST_CONTRAST = 4.5
"""White letters on the colour, and the colour's letters on white (WCAG 2, level AA)."""
_COLOUR = re.compile("#[0-9a-fA-F]{6}")


def look_of(style: HouseStyle, *, easy: bool) -> tuple[Look, list[BlockFinding]]:
    """The look of a report's document and what of the settings does not work."""
    findings = []
    colour = style.colour
    if not _COLOUR.fullmatch(colour) or contrast(colour) < LEAST_CONTRAST:
        colour = HouseStyle().colour
        findings.append(
            warning("", "colour", f"Die Hausfarbe „{style.colour}“ ist auf Weiß nicht gut genug zu lesen.",
                    "Bitte in den Einstellungen einen dunkleren Ton wählen.")
        )  # fmt: skip
    logo = _logo(style)
    if style.logo and not logo:
        findings.append(
            warning("", "logo", "Das Logo lässt sich nicht verwenden.",
                    "Bitte als SVG, PNG oder JPEG hinterlegen und in Worten beschreiben.")
        )  # fmt: skip
    size = EASY if easy else USUAL
    made = Look(colour, style.font or "Fira Sans", size, not easy, logo, style.logo_alternative)
    return made, findings


def contrast(colour: str) -> float:
    """Contrast of ``#rrggbb`` with white (WCAG 2).

    >>> round(contrast("#000000"), 1), round(contrast("#ffffff"), 1)
    (21.0, 1.0)
    """
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _logo(style: HouseStyle) -> bytes:
    """The file of the logo; nothing where it is none or nobody has said what it shows."""
    try:
        data = base64.b64decode(style.logo, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if photos.usable(data, style.logo_alternative) else b""
