"""A map's picture and table to take away. File names say indicator, level and year."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from wohnplatz import charts
from wohnplatz.intake import write_csv, write_xlsx
from wohnplatz.web.access import user_of
from wohnplatz.web.download import CSV, PNG, SVG, XLSX, as_download
from wohnplatz.web.figures import csv_rows, sheet
from wohnplatz.web.stand import Stand, stand_of
from wohnplatz.workflow.accounts.policies import Right

from . import drawing
from .forms import Selection
from .views import read


def svg(request: HttpRequest, indicator: str) -> HttpResponse:
    """The map with title, legend and source as one SVG file."""
    drawn, chosen, stand = _drawn(request, indicator)
    data = drawing.svg(stand, drawn, chosen, standalone=True)
    return as_download(data, f"{_stem(chosen)}.svg", SVG)


def png(request: HttpRequest, indicator: str) -> HttpResponse:
    """The same picture as PNG."""
    drawn, chosen, stand = _drawn(request, indicator)
    data = charts.png(drawing.svg(stand, drawn, chosen, standalone=True))
    return as_download(data, f"{_stem(chosen)}.png", PNG)


def csv(request: HttpRequest, indicator: str) -> HttpResponse:
    """The figures as CSV."""
    drawn, chosen, stand = _drawn(request, indicator)
    made = sheet(drawn.table, drawn.names, list(stand.hierarchy.areas(chosen.level)))
    return as_download(write_csv(csv_rows(made)), f"{_stem(chosen)}.csv", CSV)


def xlsx(request: HttpRequest, indicator: str) -> HttpResponse:
    """The figures as XLSX."""
    drawn, chosen, stand = _drawn(request, indicator)
    made = sheet(drawn.table, drawn.names, list(stand.hierarchy.areas(chosen.level)))
    return as_download(write_xlsx([made]), f"{_stem(chosen)}.xlsx", XLSX)


def _drawn(request: HttpRequest, indicator: str) -> tuple[drawing.Drawing, Selection, Stand]:
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    _, chosen = read(request.GET, stand, indicator)
    return drawing.draw(stand, chosen), chosen, stand


def _stem(chosen: Selection) -> str:
    smoothed = "-geglaettet" if chosen.smoothed else ""
    return f"{chosen.indicator.replace(':', '-')}-{chosen.level}-{chosen.year}{smoothed}"
