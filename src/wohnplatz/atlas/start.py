"""The first page: what this is, a map, the district in some numbers, ways to everything else."""

from __future__ import annotations

from html import escape

from .. import text
from ..model import Polarity
from ..report import FigureId
from . import frame, parts
from .maps import Maps
from .profiles import places
from .site import AREAS, DATA, METHODS, REPORTS, START, Site, link


def page(site: Site, maps: Maps) -> bytes:
    """``index.html``."""
    main = (
        f'<div class="hero"><div>{_words(site)}</div>{_map(site, maps)}</div>'
        + _facts(site)
        + _themes(site)
        + _areas(site)
        + _more(site)
    )
    about = (
        f"Soziale Lage in {site.district}: Karten, Gebietsprofile, Zeitreihen, Berichte und Daten zum "
        "Herunterladen."
    )
    return frame.page(site, START, site.title, main, description=about, scripts=[frame.SCRIPT])


def _words(site: Site) -> str:
    indicators = sum(code in site.material.catalogue.indicators for code in site.shown)
    years = sorted({y for levels in site.shown.values() for found in levels.values() for y in found})
    span = f" von {years[0]} bis {years[-1]}" if len(years) > 1 else ""
    first = next((p for code in _mapped(site) if (p := site.first_map(code))), "")
    return (
        f'<p class="above">{escape(site.district)}</p><h1>Sozialatlas</h1>'
        f'<p class="lead">Wie die Menschen in {escape(places(site))} leben: {text.number(indicators)} '
        f"Indikatoren{span}, jede Zahl mit Herkunft und Datenstand.</p>"
        f'<p class="buttons"><a class="button" href="{link(START, first)}">Karten ansehen</a>'
        f'<a class="button second" href="{link(START, AREAS)}">Mein Gebiet finden</a></p>'
        '<p class="quiet">Kleine Zahlen sind geschützt: Aus keiner Zahl dieses Atlas lässt sich auf einzelne '
        f'Menschen schließen. <a href="{link(START, METHODS)}">Wie das geht</a></p>'
    )


def _mapped(site: Site) -> list[str]:
    """What the first map may show, best first: shares of the core set with the most areas that may be "
    "seen."""
    mapped = [c for c in site.shown if site.drawn_levels(c)]
    core = [i.code for i in site.core]

    def seen(code: str) -> int:
        level = site.drawn_levels(code)[0]
        part = site.material.part(code, level, site.newest(code, level))
        return sum(f.value is not None for f in part)

    def rank(code: str) -> tuple[bool, bool, int]:
        return code not in core, site.meta(code).polarity is not Polarity.BURDEN, -seen(code)

    return sorted(mapped, key=rank)


def _map(site: Site, maps: Maps) -> str:
    code = next(iter(_mapped(site)), "")
    if not code:
        return ""
    level = site.drawn_levels(code)[0]
    year = site.newest(code, level)
    heading = (
        f'<a href="{link(START, site.map_path(code, level, year))}">{escape(site.short(code))}, {year}</a>'
    )
    return (
        f'<div class="first"><h2>{heading}</h2>{maps.figure(code, level, year, START)}'
        f"{maps.legend(code, level, year)}"
        '<p class="panel" data-panel>Zeigen Sie auf ein Gebiet. Ein Klick öffnet das Profil.</p></div>'
    )


def _facts(site: Site) -> str:
    """The core set of the district."""
    top = site.material.district
    level = site.material.hierarchy.levels[-1]
    items = []
    for indicator in site.core[:8]:
        years = site.shown[indicator.code].get(level, ())
        f = site.material.figure(FigureId(indicator.code, top, years[-1])) if years else None
        if f is None:
            continue
        meta = site.meta(indicator.code)
        before = site.material.figure(FigureId(indicator.code, top, f.year - 1))
        note = ""
        if before is not None and before.value is not None:
            note = f"<span{parts.place_of(before)}>{f.year - 1}: {parts.large(before, meta)}</span>"
        items.append(
            f'<div><dt><a href="{link(START, site.topic_path(indicator.code))}">'
            f"{escape(site.short(indicator.code))}</a> <span>{f.year}</span></dt>"
            f"<dd><strong{parts.place_of(f)}>{parts.large(f, meta)}</strong>{note}</dd></div>"
        )
    if not items:
        return ""
    return f'<section><h2>Der Kreis in Zahlen</h2><dl class="facts">{"".join(items)}</dl></section>'


def _themes(site: Site) -> str:
    cards = []
    for block, label, codes in site.themes:
        if block == "index":
            entries = [(p, site.short(c)) for c in codes if (p := site.first_map(c))]
        else:
            entries = [(site.topic_path(c), site.short(c)) for c in codes]
        cards.append(
            f'<div class="card"><h3>{escape(label)}</h3>{parts.links(START, entries, "plain")}</div>'
        )
    return f'<section><h2>Themen</h2><div class="themes">{"".join(cards)}</div></section>'


def _areas(site: Site) -> str:
    tree = site.material.hierarchy
    entries = []
    for key in tree.children(site.material.district):
        inner = len(tree.children(key))
        finer = site.material.level_word(tree.levels[-3]) if len(tree.levels) > 2 else ""
        many = site.material.level_word(tree.levels[-3], many=True) if len(tree.levels) > 2 else ""
        note = f' <span class="quiet">{text.plural(inner, finer, many)}</span>' if inner else ""
        entries.append(
            "<li><a "
            f'href="{link(START, site.area_path(key))}">{escape(site.material.name(key))}</a>{note}</li>'
        )
    return f'<section><h2>Gebiete</h2><ul class="names">{"".join(entries)}</ul></section>'


def _more(site: Site) -> str:
    cards = []
    if site.source.reports:
        entries = [(f"berichte/{site.slug(r.id)}/index.html", r.title) for r, _ in site.source.reports[:5]]
        cards.append(
            f'<div class="card"><h3><a href="{link(START, REPORTS)}">Berichte</a></h3>'
            f"{parts.links(START, entries, 'plain')}</div>"
        )
    cards.append(
        f'<div class="card"><h3><a href="{link(START, DATA)}">Daten</a></h3><p>Alle freigegebenen Zahlen als '
        "CSV "
        "und XLSX mit Beschreibung, die Gebiete als GeoJSON.</p></div>"
        f'<div class="card"><h3><a href="{link(START, METHODS)}">Methoden</a></h3><p>Woher die Zahlen '
        "kommen, wie "
        "sie gerechnet und geschützt werden und was die Zeichen bedeuten.</p></div>"
    )
    return f'<section><h2>Berichte, Daten, Methoden</h2><div class="cards">{"".join(cards)}</div></section>'
