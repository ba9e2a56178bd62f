"""The search: an index that a page loads as a script, and an alphabetical list that needs none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape

from . import frame, parts
from .reading import glossary_terms
from .site import ACCESS, DATA, EDITIONS, GLOSSARY, METHODS, SEARCH, START, Site, link

Files = Iterator[tuple[str, bytes]]
Entry = tuple[str, str, str, str]
"""What it is called, its page, what kind of thing it is, further words."""


def files(site: Site) -> Files:
    """The page of the search and its index."""
    entries = list(_entries(site))
    yield SEARCH, _page(site, entries)
    listed = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    yield frame.INDEX, f"window.ATLAS={listed};\n".encode()


def _entries(site: Site) -> Iterator[Entry]:
    material = site.material
    for level in reversed(material.hierarchy.levels):
        for key, area in material.hierarchy.areas(level).items():
            above = " ".join(material.name(k) for k in material.above(key)[:-1])
            yield area.name, site.area_path(key), material.level_word(level), f"{above} {key}".strip()
    for code in site.shown:
        known = material.catalogue.indicators.get(code)
        if known is None:
            path = site.first_map(code)
            if path:
                yield site.short(code), path, "Karte", "Sozialindex"
            continue
        theme = material.catalogue.blocks.get(known.block, "")
        yield site.short(code), site.topic_path(code), "Indikator", f"{known.label} {theme}"
    for report, _ in site.source.reports:
        yield report.title, f"berichte/{site.slug(report.id)}/index.html", "Bericht", report.subtitle
    for code, label, meaning in glossary_terms():
        yield label, f"{GLOSSARY}#{code}", "Glossar", meaning
    for path, label in ((METHODS, "Methoden"), (DATA, "Daten zum Herunterladen"), (EDITIONS, "Datenstände"),
                        (ACCESS, "Barrierefreiheit")):  # fmt: skip
        yield label, path, "Seite", ""


def _page(site: Site, entries: list[Entry]) -> bytes:
    letters: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda e: (_letter(e[0]), e[0].casefold(), e[1])):
        letters.setdefault(_letter(entry[0]), []).append(entry)
    jumps = "".join(f'<li><a href="#{_anchor(letter)}">{escape(letter)}</a></li>' for letter in letters)
    sections = "".join(
        f'<section><h3 id="{_anchor(letter)}">{escape(letter)}</h3><ul class="plain">'
        + "".join(
            f'<li><a href="{link(SEARCH, path)}">{escape(label)}</a> <span '
            f'class="quiet">{escape(kind)}</span></li>'
            for label, path, kind, _ in found
        )
        + "</ul></section>"
        for letter, found in letters.items()
    )
    main = (
        parts.head("Suche")
        + '<form class="search" role="search" method="get" data-search><label for="suche">Gebiet, Thema oder '
        "Wort</label>"
        '<span><input id="suche" name="q" type="search" autocomplete="off"><button '
        'type="submit">Suchen</button>'
        "</span></form>"
        '<noscript><p class="missing">Die Suche braucht JavaScript. Das Verzeichnis unten führt auch ohne zu '
        "allen "
        "Gebieten und Themen.</p></noscript>"
        '<div data-found role="status"></div>'
        '<section><h2>Verzeichnis von A bis Z</h2><nav aria-label="Buchstaben"><ul '
        f'class="choice">{jumps}</ul></nav>'
        f'<div class="columns">{sections}</div></section>'
    )
    about = f"Gebiete, Indikatoren und Wörter im Sozialatlas {site.district} finden."
    return frame.page(
        site, SEARCH, "Suche", main, description=about, crumbs=[(START, "Start")],
        scripts=[frame.INDEX, frame.SCRIPT],
    )  # fmt: skip


_PLAIN = str.maketrans({"Ä": "A", "Ö": "O", "Ü": "U"})


def _letter(label: str) -> str:
    first = label[:1].upper().translate(_PLAIN)
    return first if first.isalpha() and first.isascii() else "0–9"


def _anchor(letter: str) -> str:
    return f"buchstabe-{letter.lower()}" if letter.isalpha() else "ziffern"
