"""Many pictures as PNG at once, for documents that take no SVG."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..charts.raster import FONTS
from .letters import printable
from .typeset import MAIN, typeset

PPI = 132
"""Dots per inch of a picture's natural width: some 165 on paper."""
AT_ONCE = 48
"""Pictures of one process: enough to begin it rarely, few enough to keep its memory small."""
_HEAD = "#set page(width: auto, height: auto, margin: 0pt)\n"


def pngs(svgs: Sequence[str]) -> list[bytes]:
    """Each SVG as PNG, in order, same bytes for the same picture. Drawn by the typesetter, which reads the
    fonts once for all of them. ``typst.TypstError`` where one is no SVG.
    """
    parts = [svgs[n : n + AT_ONCE] for n in range(0, len(svgs), AT_ONCE)]
    with ThreadPoolExecutor(min(os.cpu_count() or 1, 4)) as workers:
        made = workers.map(lambda part: _drawn(part, apart=len(parts) > 1), parts)
        return [png for drawn in made for png in drawn]


def _drawn(svgs: Sequence[str], *, apart: bool) -> list[bytes]:
    with tempfile.TemporaryDirectory() as name:
        folder, pages = Path(name), []
        for number, svg in enumerate(svgs):
            (folder / f"{number}.svg").write_text(printable(svg), encoding="utf-8")
            pages.append(f'#image("{number}.svg")\n')
        (folder / MAIN).write_text(_HEAD + "#pagebreak()\n".join(pages), encoding="utf-8")
        return typeset(folder, {"format": "png", "ppi": PPI, "font_paths": [str(FONTS)]}, apart=apart)
