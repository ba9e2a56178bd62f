"""Figures on a division beside the hierarchy: map and table of estimates.

For an audience once a joint audit has cleared the division for a release; the planner may see the internal
working view before and beside it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe

from wohnplatz import charts
from wohnplatz.intake import write_xlsx
from wohnplatz.model import Audience, ClassMethod, FigureKind, ReleasedTable
from wohnplatz.monitoring import legend_classes
from wohnplatz.web.access import user_of
from wohnplatz.web.download import PNG, SVG, XLSX, as_download
from wohnplatz.web.figures import sheet, unit_words
from wohnplatz.web.maps.drawing import reference_of, short_label
from wohnplatz.web.parameters import whole
from wohnplatz.web.stand import Stand, head, stand_of
from wohnplatz.workflow.accounts.policies import AUDIENCES, Right, may
from wohnplatz.workflow.district import queries
from wohnplatz.workflow.district.models import DivisionRecord
from wohnplatz.workflow.releases import beside, inquiries

from .views import noun

INTERNAL = "intern"
"""Asks for the internal working view."""


def estimates(request: HttpRequest, code: str) -> HttpResponse:
    """Choose an indicator and a year; see it on the areas of the division."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    record = get_object_or_404(DivisionRecord, code=code, overlay=True)
    cleared = beside.is_cleared(record, AUDIENCES[stand.user.role], stand.release)
    internal = not cleared or (INTERNAL in request.GET and may(stand.user, Right.WORKING))
    if internal:
        user_of(request, Right.WORKING)
    indicator, year = _chosen(stand, request, internal=internal)
    table = beside.figures_beside(
        stand.user, stand.release, record, indicators=[indicator], years=[year],
        audience=Audience.WORKING if internal else AUDIENCES[stand.user.role],
    )  # fmt: skip
    meta = table.meta[indicator]
    names = {a.key: a.name for a in queries.division(record.sha)[0].areas}
    if "xlsx" in request.GET:
        return as_download(
            _workbook(table, names, internal=internal), f"{code}_{indicator}_{year}.xlsx", XLSX
        )
    values = [f.value for f in table if f.value is not None]
    classes = legend_classes(values, ClassMethod.QUANTILES, 5, decimals=meta.decimals) if values else None
    title = f"{short_label(stand, indicator)}: {noun(record.level)}"
    words = (unit_words(meta.unit), "geschätzt", reference_of(stand, indicator, year))
    subtitle = ", ".join(filter(None, words))
    picture = partial(
        charts.map_svg, table, beside.drawn(record), classes, indicator=indicator, year=year, names=names,
        title=title, subtitle=subtitle,
    )  # fmt: skip
    if asked := {"svg", "png"} & set(request.GET):
        return _picture(picture(standalone=True), min(asked), f"{code}_{indicator}_{year}")
    context = {
        "stand": stand, "record": record, "indicator": indicator, "year": year, "meta": meta,
        "choices": _choices(stand, internal=internal),
        "years": stand.years(indicator, stand.hierarchy.base.level),
        "rows": [(names[f.area], f.area, f) for f in sorted(table, key=lambda f: names[f.area])],
        "short": short_label(stand, indicator), "downloads": _files(indicator, year, internal=internal),
        "svg": mark_safe(picture()),  # noqa: S308 (our own, texts escaped)
        "legend": charts.legend(table, classes, indicator=indicator, year=year), "title": title,
        "subtitle": subtitle, "internal": internal, "cleared": cleared,
        "working": may(stand.user, Right.WORKING),
        "source": charts.source_line(table.context, meta), "no_former": True,
        **head(stand, table.context, reference_of(stand, indicator, year)),
    }  # fmt: skip
    return render(request, "divisions/estimates.html", context)


def _files(indicator: str, year: int, *, internal: bool) -> list[tuple[str, str]]:
    """The same page as files; the address says whether it is the internal view."""
    place = f"?indikator={indicator}&jahr={year}" + (f"&{INTERNAL}=1" if internal else "")
    kinds = (("svg", "Karte (SVG)"), ("png", "Karte (PNG)"), ("xlsx", "Tabelle (XLSX)"))
    return [(f"{place}&{form}=1", words) for form, words in kinds]


def _picture(svg: str, form: str, stem: str) -> HttpResponse:
    if form == "png":
        return as_download(charts.png(svg), f"{stem}.png", PNG)
    return as_download(svg, f"{stem}.svg", SVG)


def _choices(stand: Stand, *, internal: bool) -> list[tuple[str, str]]:
    """Indicators that can be carried over: counts, ratios of counts, for an audience all that were judged."""
    if not internal:
        return [(code, stand.meta[code].label) for code in inquiries.choices(stand.release)]
    base = stand.hierarchy.base.level
    return [
        (code, i.label)
        for code, i in stand.catalogue.indicators.items()
        if stand.meta[code].kind is not FigureKind.OTHER and base in i.levels
    ]


def _chosen(stand: Stand, request: HttpRequest, *, internal: bool) -> tuple[str, int]:
    codes = [code for code, _ in _choices(stand, internal=internal)]
    asked = request.GET.get("indikator", "")
    indicator = asked if asked in codes else codes[0]
    years = stand.years(indicator, stand.hierarchy.base.level)
    if not years:
        raise Http404
    year = whole(request.GET.get("jahr", ""))
    return indicator, year if year in years else years[-1]


def _workbook(table: ReleasedTable, names: dict[str, str], *, internal: bool) -> bytes:
    """The estimates with their bands, marked as what they are."""
    made = sheet(table, names)
    note = "Schätzungen aus Wohnplätzen in ganzen Personen; Summen ganzer Wohnplätze sind keine Schätzung."
    if internal:
        note = "Schätzungen aus Wohnplätzen; interne Arbeitsansicht, nicht freigegeben."
    return write_xlsx([replace(made, foot=(note, *made.foot))])
