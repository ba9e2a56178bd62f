"""Many pictures as PNG at once, for documents that take no SVG."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import typst

from ..charts.raster import FONTS
from .letters import printable

PPI = 132
"""Dots per inch of a picture's natural width: some 165 on paper."""
AT_ONCE = 24
"""Pictures of one call: enough to read the fonts rarely, few enough to keep the memory small."""
_HEAD = "#set page(width: auto, height: auto, margin: 0pt)\n"


def pngs(svgs: Sequence[str]) -> list[bytes]:
    """Each SVG as PNG, in order, same bytes for the same picture. Drawn by the typesetter, which reads the
    fonts once for all of them. ``typst.TypstError`` where one is no SVG.
    """
    parts = [svgs[n : n + AT_ONCE] for n in range(0, len(svgs), AT_ONCE)]
    with ThreadPoolExecutor(min(os.cpu_count() or 1, 4)) as workers:
        return [png for drawn in workers.map(_drawn, parts) for png in drawn]


def _drawn(svgs: Sequence[str]) -> list[bytes]:
    if not svgs:
        return []
    with tempfile.TemporaryDirectory() as name:
        folder, pages = Path(name), []
        for number, svg in enumerate(svgs):
            (folder / f"{number}.svg").write_text(printable(svg), encoding="utf-8")
            pages.append(f'#image("{number}.svg")\n')
        main = folder / "main.typ"
        main.write_text(_HEAD + "#pagebreak()\n".join(pages), encoding="utf-8")
        made = typst.compile(main, format="png", ppi=PPI, font_paths=[FONTS], ignore_system_fonts=True)
    return [bytes(page) for page in made] if isinstance(made, list) else [bytes(made)]
