"""The pages' typeface, cut down to the letters of European languages so that it is quick to load."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from ..charts.raster import FONTS

WEIGHTS = {400: "FiraSans-Regular.ttf", 600: "FiraSans-SemiBold.ttf"}
LETTERS = (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2027), 0x202F, 0x2039, 0x203A, 0x20AC,
           0x2190, 0x2192, 0x2193, 0x2212, 0x2264, 0x2265)  # fmt: skip
"""Latin with accents, quotation marks, dashes, arrows, minus, euro."""


FEATURES = ("kern", "liga", "tnum", "lnum")
"""Of the typeface's features: distances, ligatures, figures of equal width for tables."""


@lru_cache(maxsize=1)
def faces() -> Mapping[int, bytes]:
    """Weight → WOFF2 file; empty where the program's fonts are not set up."""
    paths = {weight: FONTS / name for weight, name in WEIGHTS.items()}
    return {weight: _kept(path) for weight, path in paths.items() if path.is_file()}


def _kept(path: Path) -> bytes:
    """The cut font from beside the whole one; cut, and put there where that is allowed: it takes seconds."""
    named = hashlib.sha256(path.read_bytes() + repr((LETTERS, FEATURES)).encode()).hexdigest()
    kept = path.with_name(f"{path.stem}-{named[:12]}.woff2")
    if kept.is_file():
        return kept.read_bytes()
    made = _cut(path)
    with suppress(OSError):
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(made)
        Path(file.name).replace(kept)  # once all of it is written: others may be reading
    return made


def _cut(path: Path) -> bytes:
    options = Options(layout_features=list(FEATURES), notdef_outline=True, flavor="woff2")
    font = TTFont(path, recalcTimestamp=False)
    font["OS/2"].fsSelection &= 0x7F  # bits that the table's version does not know
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()
