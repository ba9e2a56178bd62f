"""An own area: one figure for the marked areas together, answered with proof or refused with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz import charts, text
from wohnplatz.intake import write_csv
from wohnplatz.model import FigureMeta, ReleasedFigure, ReleasedTable, WohnplatzError
from wohnplatz.publication.other_areas import OWN
from wohnplatz.web.access import user_of
from wohnplatz.web.download import CSV, as_download
from wohnplatz.web.figures import csv_rows, released, sheet
from wohnplatz.web.maps.drawing import reference_of, short_label
from wohnplatz.web.parameters import whole
from wohnplatz.web.stand import Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import AUDIENCES, Refused, Right
from wohnplatz.workflow.releases import inquiries
from wohnplatz.workflow.releases.models import Inquiry

from .marked import marked_of

SHOWN = 20
"""Earlier questions the page lists."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A remembered question with its one figure, and words where it was refused."""

    asked: Inquiry
    figure: ReleasedFigure
    meta: FigureMeta
    short: str
    """The indicator's short name."""
    areas: str
    words: str
    internal: str
    table: ReleasedTable
    deviation: str
    """How far a chance deviation may reach, as a sentence; empty where there is none."""
    off: Mapping[str, int]
    """The same for numerator and denominator, in cases."""


def page(request: HttpRequest) -> HttpResponse:
    """Choose figure and year, ask, read the answer; what this audience asked before."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    indicator, year = _chosen(stand, request)
    if request.method == "POST":
        return _ask(request, stand, indicator, year)
    answer = _answer(stand, indicator, year)
    meta = stand.meta[indicator]
    table = answer.table if answer else released(stand, [indicator], level=stand.hierarchy.levels[-1])
    context = {
        "stand": stand, "indicator": indicator, "year": year, "meta": meta, "groups": _groups(stand),
        "years": stand.years(indicator, stand.hierarchy.levels[0]), "answer": answer,
        "areas": _areas_words(stand, _keys(stand)),
        "marked": marked_of(request, stand, stand.hierarchy.levels[0]),
        "whole_district": _district(stand, indicator, year), "earlier": _earlier(stand),
        "askable": stand.is_current and not stand.division and bool(stand.selection),
        "overlaid": inquiries.is_overlaid(stand.release, indicator, year),
        "csv": stand.url("own_area_csv", indikator=indicator, jahr=year) if answer else "",
        "source": charts.source_line(table.context, meta),
        **head(stand, table.context, reference_of(stand, indicator, year)),
    }  # fmt: skip
    return render(request, "analyses/own_area.html", context)


def csv(request: HttpRequest) -> HttpResponse:
    """The answered figure as CSV, with coverage and where it comes from."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    indicator, year = _chosen(stand, request)
    answer = _answer(stand, indicator, year)
    if answer is None:
        raise Http404
    made = sheet(answer.table, {OWN: f"Eigenes Gebiet: {answer.areas}"})
    made = replace(made, foot=(*made.foot, *filter(None, [answer.deviation])))
    return as_download(write_csv(csv_rows(made)), f"eigenes-gebiet-{indicator}-{year}.csv", CSV)


def _ask(request: HttpRequest, stand: Stand, indicator: str, year: int) -> HttpResponse:
    there = stand.url("own_area", indikator=indicator, jahr=year)
    try:
        inquiries.ask(stand.user, stand.release, indicator=indicator, year=year, areas=stand.selection)
    except Refused:
        raise
    except WohnplatzError as error:
        messages.error(request, error.text())
    return redirect(f"{there}#antwort")


def _chosen(stand: Stand, request: HttpRequest) -> tuple[str, int]:
    """Indicator and year of the address; nonsense falls back to what there is."""
    codes = inquiries.choices(stand.release)
    asked = request.GET.get("indikator", "")
    indicator = asked if asked in codes else next(iter(codes), "")
    years = stand.years(indicator, stand.hierarchy.levels[0]) if indicator else ()
    if not years:
        raise Http404
    wanted = whole(request.GET.get("jahr", ""))
    return indicator, wanted if wanted in years else years[-1]


def _groups(stand: Stand) -> list[tuple[str, list[tuple[str, str]]]]:
    codes = set(inquiries.choices(stand.release))
    known = [i for i in stand.catalogue.indicators.values() if i.code in codes]
    groups = [
        (label, [(i.code, short_label(stand, i.code)) for i in known if i.block == code])
        for code, label in stand.catalogue.blocks.items()
    ]
    return [(label, inside) for label, inside in groups if inside]


def _keys(stand: Stand) -> tuple[str, ...]:
    return inquiries.base_areas(stand.hierarchy, stand.selection) if stand.selection else ()


def _areas_words(stand: Stand, keys: tuple[str, ...]) -> str:
    """``Altdorf, Bruch und Ost``; of many the number."""
    names = stand.names(stand.hierarchy.levels[0])
    if len(keys) <= 6:
        return text.enumerate_words([names.get(key, key) for key in keys])
    return f"{text.number(len(keys))} {level_name(stand.hierarchy.levels[0])}"


def _answer(stand: Stand, indicator: str, year: int) -> Answer | None:
    """What this audience was told on this very question, None where it was not asked yet."""
    if not stand.selection or stand.division:
        return None
    found = inquiries.known(stand.release, AUDIENCES[stand.user.role], indicator, year, _keys(stand))
    return _told(stand, found) if found else None


def _told(stand: Stand, asked: Inquiry) -> Answer:
    table = inquiries.figure(stand.user, asked)
    words, internal = inquiries.words(stand.user, asked)
    (figure,) = table
    meta = table.meta[asked.indicator]
    short = short_label(stand, asked.indicator)
    areas = _areas_words(stand, asked.keys)
    deviation = text.deviation(figure, meta)
    off = inquiries.deviations(asked)
    return Answer(asked, figure, meta, short, areas, words, internal, table, deviation, off)


def _earlier(stand: Stand) -> list[Answer]:
    audience = AUDIENCES[stand.user.role]
    rows = Inquiry.objects.filter(release=stand.release, audience=audience.value)[:SHOWN]
    return [_told(stand, row) for row in rows] if not stand.division else []


def _district(stand: Stand, indicator: str, year: int) -> ReleasedFigure | None:
    """The district's figure, to read the own one beside."""
    top = stand.top()
    found = released(stand, [indicator], areas=[top] if top else [], years=[year])
    return next((f for f in found if f.area == top), None)
