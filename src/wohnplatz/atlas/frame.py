"""The frame of every page: head, navigation, foot. No script is needed, nothing comes from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .site import (
    ACCESS,
    AREAS,
    DATA,
    EDITIONS,
    GLOSSARY,
    IMPRINT,
    MAPS,
    METHODS,
    PRIVACY,
    REPORTS,
    SEARCH,
    START,
    TOPICS,
    Site,
    link,
)

NAVIGATION = (
    (START, "Start"), (MAPS, "Karten"), (AREAS, "Gebiete"), (TOPICS, "Indikatoren"), (REPORTS, "Berichte"),
    (DATA, "Daten"), (METHODS, "Methoden"),
)  # fmt: skip
_FOOT = (
    (EDITIONS, "Datenstände"), (GLOSSARY, "Glossar"), (ACCESS, "Barrierefreiheit"), (IMPRINT, "Impressum"),
    (PRIVACY, "Datenschutz"),
)  # fmt: skip
STYLE, SCRIPT, ICON, INDEX = "stil.css", "atlas.js", "zeichen.svg", "suche/verzeichnis.js"
_MARK = (
    '<svg viewBox="0 0 32 32" width="36" height="36" aria-hidden="true" focusable="false">'
    '<path fill="#fff" d="M3 12 13 3l8 5-3 10-9 3z"/><path fill="#a9b8e6" d="M21 8l8 7-4 10-7-7z"/>'
    '<path fill="#6e86cf" d="M9 21l9-3 7 7-9 5z"/></svg>'
)
Crumbs = Sequence[tuple[str, str]]


def page(  # noqa: PLR0913 (what a page says of itself)
    site: Site,
    here: str,
    title: str,
    main: str,
    *,
    description: str,
    crumbs: Crumbs = (),
    section: str = "",
    scripts: Sequence[str] = (),
) -> bytes:
    """A whole page. ``here`` is its path, ``section`` the entry of the navigation it belongs to."""
    whole = site.title if here == START else f"{title} – {site.title}"
    loaded = "".join(f'<script src="{link(here, s)}" defer></script>' for s in scripts)
    return (
        '<!doctype html>\n<html lang="de"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(whole)}</title>"
        f'<meta name="description" content="{escape(description)}">'
        '<meta name="referrer" content="no-referrer">'
        f'<meta name="generator" content="Wohnplatz">'
        f'<link rel="icon" href="{link(here, ICON)}" type="image/svg+xml">'
        f'<link rel="stylesheet" href="{link(here, STYLE)}">{loaded}</head><body>'
        '<a class="skip" href="#inhalt">Zum Inhalt</a>'
        f"{_top(site, here, section or here)}"
        f'<main id="inhalt" tabindex="-1">{_crumbs(here, crumbs, title)}{main}</main>'
        f"{_foot(site, here)}</body></html>\n"
    ).encode()


def _top(site: Site, here: str, section: str) -> str:
    demo = (
        '<p class="demo"><span>Demo-Kreis: Namen und Zahlen sind erfunden.</span></p>'
        if site.source.is_demo
        else ""
    )
    entries = "".join(
        f'<li><a href="{link(here, path)}"{_current(path, here, section)}>{label}</a></li>'
        for path, label in NAVIGATION
        if path != REPORTS or site.source.reports
    )
    return (
        f'<header class="top">{demo}<div class="brand"><a href="{link(here, START)}">{_MARK}'
        f"<span><strong>Sozialatlas</strong><span>{escape(site.district)}</span></span></a>"
        f'<form class="find" role="search" action="{link(here, SEARCH)}" method="get">'
        '<label for="suche-oben">Gebiet oder Thema suchen</label>'
        '<span><input id="suche-oben" name="q" type="search" autocomplete="off">'
        '<button type="submit">Suchen</button></span></form></div>'
        f'<nav aria-label="Hauptnavigation"><ul>{entries}</ul></nav></header>'
    )


def _current(path: str, here: str, section: str) -> str:
    if path == here:
        return ' aria-current="page"'
    return ' aria-current="true"' if path == section else ""


def _crumbs(here: str, crumbs: Crumbs, title: str) -> str:
    if not crumbs:
        return ""
    steps = "".join(f'<li><a href="{link(here, path)}">{escape(label)}</a></li>' for path, label in crumbs)
    return (
        f'<nav class="crumbs" aria-label="Pfad"><ol>{steps}<li aria-current="page">{escape(title)}</li>'
        "</ol></nav>"
    )


def _foot(site: Site, here: str) -> str:
    links = "".join(f'<li><a href="{link(here, path)}">{label}</a></li>' for path, label in _FOOT)
    policy = site.material.table.context.policy
    return (
        f'<footer><div><p>{escape(site.district)} · <a href="{link(here, EDITIONS)}">'
        f"{escape(site.release_words)}</a> · öffentlich<br>"
        f'<span class="quiet">Geheimhaltung: {escape(policy)}. Kleine Zahlen sind geschützt.</span></p>'
        f"<ul>{links}</ul></div></footer>"
    )
