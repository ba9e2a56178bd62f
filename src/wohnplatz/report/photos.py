"""Pictures of a district's own: looked at before they go into a document."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import typst

from ..text import number
from .printing import Trouble

LARGEST = 8_000_000
"""Bytes of one picture."""
MOST_PIXELS = 40_000_000
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_ADVICE = "Bitte das Bild verkleinern, zum Beispiel auf 2.000 Bildpunkte Breite."


def kind_of(data: bytes) -> str:
    """``png``, ``jpg`` or nothing."""
    return "png" if data.startswith(_PNG) else "jpg" if data.startswith(_JPEG) else ""


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in dots as the head of the file says, None where it does not."""
    if data.startswith(_PNG) and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    at = 2
    while data.startswith(_JPEG) and at + 9 < len(data) and data[at] == 0xFF:
        mark, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if 0xC0 <= mark <= 0xCF and mark not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def trouble_with(data: bytes, alternative: str) -> Trouble | None:
    """Why a picture cannot go into a document; None where it can. It is decoded to be sure."""
    if not alternative.strip():
        return Trouble(
            "no_alternative", "Dem Bild fehlt die Beschreibung in Worten.",
            "Bitte in einem Satz beschreiben, was zu sehen ist.", blocks=True,
        )  # fmt: skip
    size = size_of(data)
    if not kind_of(data) or size is None:
        return Trouble(
            "picture", "Das Bild ist keine PNG- oder JPEG-Datei.", "Bitte neu hochladen.", blocks=True
        )
    if len(data) > LARGEST or size[0] * size[1] > MOST_PIXELS or not all(size):
        dots = f"{number(size[0])} × {number(size[1])} Bildpunkte"
        words = f"{number(len(data) / 1e6, 1)} MB, {dots}"
        return Trouble("picture_large", f"Das Bild ist zu groß ({words}).", _ADVICE, blocks=True)
    return None if _decodes(data) else _unreadable("Das Bild ist beschädigt.")


def _unreadable(message: str) -> Trouble:
    return Trouble("picture", message, "Bitte neu hochladen.", blocks=True)


def usable(data: bytes, alternative: str) -> bool:
    """Whether a logo can go into a document: SVG, PNG or JPEG, with words."""
    if kind_of(data):
        return trouble_with(data, alternative) is None
    small = len(data) <= LARGEST and alternative.strip()
    return bool(small) and b"<svg" in data[:1000] and _decodes(data, "svg")


def _decodes(data: bytes, kind: str = "") -> bool:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "picture").write_bytes(data)
        main = Path(folder) / "main.typ"
        source = f'#image("picture", format: "{kind or kind_of(data)}", width: 1mm)'
        main.write_text(source, encoding="utf-8")
        try:
            typst.compile(main, format="pdf", ignore_system_fonts=True)
        except typst.TypstError:
            return False
    return True
