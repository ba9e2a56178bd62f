"""The whole atlas as files by name: a pure function of its source."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from ..model import Audience, WohnplatzError
from ..report import HouseStyle, picture_poster
from ..report.printing import Place
from ..report.sums import sum_list
from ..report.tree import MapBlock
from . import frame, legal, profiles, reading, reports, search, start, taking, topics
from .maps import Maps
from .site import START, Site
from .source import Source

MARK = "atlas.json"
"""The file by which a folder is known as an atlas."""
SUMS = "pruefsummen.txt"
FORMAT = "wohnplatz-atlas-1"
DATA_KINDS = {
    "csv": "download",
    "xlsx": "download",
    "geojson": "download",
    "png": "picture",
    "pdf": "pdf",
    "docx": "docx",
}
"""Ending of a file that people take out of an atlas → its kind in the register of outputs."""
Progress = Callable[[str, int, int], None]
Files = Iterator[tuple[str, bytes]]
_HERE = Path(__file__).parent
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#171a4f" d="M3 12 13 3l8 5-3 '
    '10-9 3z"/>'
    '<path fill="#6e86cf" d="M21 8l8 7-4 10-7-7z"/><path fill="#a9b8e6" d="M9 21l9-3 7 7-9 5z"/></svg>\n'
)


def build(source: Source, progress: Progress | None = None) -> dict[str, bytes]:
    """All files by their names in the folder; the same source gives the same bytes.

    WohnplatzError for figures that are not released for everybody, and for a report that is not final.
    """
    _require_public(source)
    site = Site(source)
    maps = Maps(site)
    made: dict[str, bytes] = {}
    steps: tuple[tuple[str, Callable[[], Files]], ...] = (
        ("Startseite", lambda: iter([(START, start.page(site, maps))])),
        ("Karten", maps.pages),
        ("Gebiete", lambda: profiles.pages(site)),
        ("Indikatoren", lambda: topics.pages(site, maps)),
        ("Texte", lambda: _texts(site)),
        ("Berichte", lambda: reports.files(site)),
        ("Daten", lambda: taking.files(site)),
        ("Bilder", lambda: _pictures(site)),
    )
    for done, (name, step) in enumerate(steps):
        if progress:
            progress(name, done, len(steps))
        for path, data in step():
            assert path not in made, path
            made[path] = data
    made |= {frame.STYLE: _style(source), frame.SCRIPT: (_HERE / "atlas.js").read_bytes()}
    made |= {frame.ICON: _ICON.encode(), MARK: _mark(site)}
    made[SUMS] = sum_list(made)
    return made


def _require_public(source: Source) -> None:
    tables = [source.material.table, *(m.table for _, m in source.reports)]
    tables += [m.ages for m in (source.material, *(m for _, m in source.reports)) if m.ages is not None]
    if any(table.context.audience is not Audience.PUBLIC for table in tables):
        raise WohnplatzError(
            "Ein öffentlicher Atlas nimmt nur Zahlen auf, die für die Öffentlichkeit freigegeben sind.",
            code="atlas.audience",
        )


def _texts(site: Site) -> Files:
    yield from reading.pages(site)
    yield from legal.pages(site)
    yield from search.files(site)


def _pictures(site: Site) -> Files:
    """The newest map of each indicator of the core set, with its source line."""
    for code in site.pictured:
        level = site.drawn_levels(code)[0]
        year = site.newest(code, level)
        node = MapBlock("bild", code, level=level, year=year)
        place = Place(site.material.district, year)
        yield site.picture_path(code), picture_poster(node, place, site.material, HouseStyle()).png


def _style(source: Source) -> bytes:
    """The style sheet with the typeface inside: a font file beside it is refused by some browsers "
    "(file://)."""
    faces = "".join(
        f'@font-face{{font-family:"Fira Sans";font-weight:{weight};font-display:swap;'
        f'src:url(data:font/woff2;base64,{base64.b64encode(data).decode()}) format("woff2")}}\n'
        for weight, data in sorted(source.fonts.items())
    )
    return (faces + (_HERE / "atlas.css").read_text(encoding="utf-8")).encode()


def _mark(site: Site) -> bytes:
    context = site.material.table.context
    about = {
        "format": FORMAT, "kreis": context.district, "datenstand": context.release,
        "kennung": context.release_id, "vom": site.material.made_on.isoformat(),
        "empfaengerkreis": "öffentlich", "geheimhaltung": context.policy,
    }  # fmt: skip
    return (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode()
