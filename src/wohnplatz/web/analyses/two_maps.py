"""Two maps side by side: two indicators, two years of one, or counted beside smoothed figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe

from wohnplatz import charts
from wohnplatz.analysis import can_smooth
from wohnplatz.model import ClassMethod, ReleasedFigure
from wohnplatz.web.access import user_of
from wohnplatz.web.figures import interval_words
from wohnplatz.web.maps import drawing as maps
from wohnplatz.web.maps.forms import VALUES, Selection, parameters
from wohnplatz.web.maps.views import class_note, place
from wohnplatz.web.parameters import whole
from wohnplatz.web.space.choices import indicator_groups, level_of, usual_indicator
from wohnplatz.web.stand import NothingThere, Stand, head, stand_of
from wohnplatz.workflow.accounts.policies import Right

from .marked import marked_of


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two maps with its table and downloads."""

    chosen: Selection
    years: tuple[int, ...]
    drawing: maps.Drawing
    svg: SafeString
    note: str
    source: str
    rows: list[tuple[str, str, ReleasedFigure | None, ReleasedFigure | None, str, bool]]
    """Name, address, counted, smoothed, interval, whether it is selected."""
    downloads: list[tuple[str, str]]
    url: str
    panel: str

    @property
    def title(self) -> str:
        """The short name of the indicator with the year."""
        return f"{self.drawing.title}, {self.chosen.year}"


def page(request: HttpRequest) -> HttpResponse:
    """Left and right; the same indicator has the same classes on both sides, whatever the year."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    left, right = (_side(stand, request, side, at) for at, side in enumerate(("links", "rechts")))
    context = {
        "stand": stand, "sides": (left, right), "words": _compared(left, right), "values": VALUES,
        "same": left.drawing.classes is not None and left.drawing.classes == right.drawing.classes,
        "groups": indicator_groups(stand),
        "marked": marked_of(request, stand, stand.hierarchy.base.level),
        **head(stand, left.drawing.table.context, f"{left.chosen.year} und {right.chosen.year}"),
    }  # fmt: skip
    return render(request, "analyses/two_maps.html", context)


def _compared(left: Side, right: Side) -> str:
    """Whether colours may be held against each other, as a sentence."""
    if left.chosen.indicator != right.chosen.indicator or left.drawing.meta.classes:
        return ""
    if left.drawing.classes == right.drawing.classes:
        return "Beide Karten haben dieselben Klassen: Gleiche Farbe heißt gleiche Klasse."
    return (
        "Zwischen beiden Jahren liegt ein Bruch der Zeitreihe. Jede Karte hat eigene Klassen; die Farben"
        " lassen sich nicht gegeneinanderhalten."
    )


def _chosen(stand: Stand, request: HttpRequest, side: str, at: int) -> tuple[Selection, tuple[int, ...]]:
    """What a side shows, and its years; by default one indicator at its beginning and now."""
    asked = request.GET.get(side, "")
    code = asked if asked in stand.meta and level_of(stand, asked) else usual_indicator(stand)
    level = level_of(stand, code)
    years = stand.years(code, level)
    year = whole(request.GET.get(f"jahr-{side}", ""))
    if not years:
        raise NothingThere(stand, "Zwei Karten nebeneinander")
    usual = (years[0], years[-1])[at]
    smoothed = request.GET.get(f"werte-{side}") == "geglaettet" and can_smooth(stand.meta[code])
    shown = year if year is not None and year in years else usual
    return Selection(
        code, shown, level, ClassMethod.QUANTILES, "quantile", 5, (), "", smoothed=smoothed
    ), years  # fmt: skip


def _side(stand: Stand, request: HttpRequest, side: str, at: int) -> Side:
    chosen, years = _chosen(stand, request, side, at)
    drawn = maps.draw(stand, chosen)
    figures, smooth, given = drawn.figures, drawn.smooth, parameters(chosen)
    rows = [
        (
            area.name, stand.url("area", key, jahr=chosen.year), figures.get(key), smooth.get(key),
            interval_words(figures.get(key), drawn.meta), key in stand.selection,
        )
        for key, area in stand.hierarchy.areas(chosen.level).items()
    ]  # fmt: skip
    files = (("map_svg", "Karte (SVG)"), ("map_png", "Karte (PNG)"), ("map_xlsx", "Tabelle (XLSX)"))
    return Side(
        chosen, years, drawn,
        mark_safe(maps.svg(stand, drawn, chosen, prefix=f"map-{side}")),  # noqa: S308 (our own, texts escaped)
        class_note(drawn), charts.source_line(drawn.table.context, drawn.meta), rows,
        [(stand.url(route, chosen.indicator, **given), words) for route, words in files],
        stand.url("map", chosen.indicator, **given),
        stand.url("map_area", chosen.indicator, "KEY", **place(chosen)),
    )  # fmt: skip
