"""A version of a design to take away: the map as SVG or PNG, its areas as XLSX."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from wohnplatz import charts, text
from wohnplatz.charts.svg import escape
from wohnplatz.intake import Sheet, write_xlsx
from wohnplatz.web.access import user_of
from wohnplatz.web.download import PNG, SVG, XLSX, as_download
from wohnplatz.workflow.design import queries
from wohnplatz.workflow.design.models import DesignVersion

from .drawing import map_svg
from .views import design_of, gap_words

WIDTH, HEAD, FOOT = 800, 84, 40
_SIZE = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


def design_file(request: HttpRequest, pk: int, number: int, form: str) -> HttpResponse:
    """The version as a file, for those who take part in its talk."""
    user = user_of(request)
    version = get_object_or_404(DesignVersion, design=design_of(user, pk), number=number)
    stem = f"gebietszuschnitt-{pk}-fassung-{number}"
    if form == "xlsx":
        return as_download(write_xlsx([_sheet(version)]), f"{stem}.xlsx", XLSX)
    if form == "svg":
        return as_download(_picture(version), f"{stem}.svg", SVG)
    if form == "png":
        return as_download(charts.png(_picture(version)), f"{stem}.png", PNG)
    raise Http404


def _picture(version: DesignVersion) -> str:
    """The map with title, subtitle and source on white ground."""
    inner = map_svg(version, "karte")
    size = _SIZE.search(inner)
    wide, high = (float(size[1]), float(size[2])) if size else (WIDTH, WIDTH)
    drawn = inner.replace("<svg ", f'<svg x="0" y="{HEAD}" width="{wide:g}" height="{high:g}" ', 1)
    lines = (
        (30, 22, "600", _title(version)),
        (58, 15, "400", _subtitle(version)),
        (HEAD + high + 26, 13, "400", _source(version)),
    )
    words = "".join(
        f'<text x="4" y="{y:g}" font-size="{points}" font-weight="{weight}">{escape(line)}</text>'
        for y, points, weight, line in lines
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{high + HEAD + FOOT:g}" '
        f'viewBox="0 0 {wide:g} {high + HEAD + FOOT:g}" font-family="Fira Sans, sans-serif" fill="#14202b">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{words}{drawn}</svg>'
    )


def _title(version: DesignVersion) -> str:
    return f"{version.design.municipality_name}: {version.design.title}"


def _subtitle(version: DesignVersion) -> str:
    count = text.plural(len(set(version.areas)), "Gebiet", "Gebiete")
    return f"{version}, {count}; {gap_words(version)}"


def _source(version: DesignVersion) -> str:
    agreed = (
        f"abgestimmt am {text.day(version.agreed_on)}" if version.agreed_on else "Entwurf, nicht abgestimmt"
    )
    origin = version.design.origin
    return f"{agreed}. Einwohner der Blöcke: {origin}." if origin else f"{agreed}."


def _sheet(version: DesignVersion) -> Sheet:
    figures, names = queries.figures(version), queries.blocks_of(version.design)[0].names
    header = ("Gebiet", "Einwohner", "km²", "Kompaktheit (Polsby und Popper)", *names)
    rows = [
        (area.number, float(area.inhabitants), area.square_km, area.compactness, *area.means)
        for area in figures.areas
    ]
    head = [_title(version), _subtitle(version)]
    return Sheet(f"Fassung {version.number}", header, rows, head=head, foot=[_source(version)])
