"""Map pages and the panel of one area."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe

from wohnplatz.model import ReleasedFigure
from wohnplatz.web.access import user_of
from wohnplatz.web.figures import by_place, coverage_url, released
from wohnplatz.web.stand import Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right

from .drawing import Drawing, district_figure, draw, suggested_limits, svg, zooms
from .forms import MapForm, Selection, choices_of, defaults, levels_of, parameters, selection, written


def map_index(request: HttpRequest) -> HttpResponse:
    """Leads to the map that is asked for by ``?indikator=``, or to the first core indicator."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    wanted = request.GET.get("indikator", "")
    code = wanted if wanted in stand.meta else first_indicator(stand)
    query = request.GET.copy()
    query.pop("indikator", None)
    return redirect(_with(stand.url("map", code), query))


def map_page(request: HttpRequest, indicator: str) -> HttpResponse:
    """Indicator × date × level × classes: form, map, legend, table, downloads."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    form, chosen = read(request.GET, stand, indicator)
    if form["indikator"].value() != indicator:
        return map_index(request)
    drawing = draw(stand, chosen)
    context = {
        "stand": stand, "form": form, "chosen": chosen, "drawing": drawing,
        "svg": mark_safe(svg(stand, drawing, chosen)),  # noqa: S308 (our own, texts escaped there)
        "rows": _rows(stand, drawing, chosen), "zooms": _zooms(stand, chosen),
        "district": request.district, "district_figure": district_figure(stand, indicator, chosen.year),
        "level": level_name(chosen.level, many=False), "downloads": _downloads(stand, chosen),
        "steps": _steps(stand, chosen, form),
        "panel_url": stand.url("map_area", indicator, "KEY", **_place(chosen)),
        "breaks": _breaks(stand, chosen), "coverage_url": coverage_url(stand, indicator, chosen.year),
        **head(stand, drawing.table.context, drawing.reference),
    }  # fmt: skip
    return render(request, "maps/map.html", context)


def area_panel(request: HttpRequest, indicator: str, key: str) -> HttpResponse:
    """The panel beside the map for one area: a fragment."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    _, chosen = read(request.GET, stand, indicator)
    level, area = stand.area(key)
    above = stand.ancestors(key)
    keys = [key, *(a.key for _, a in above)]
    table = by_place(released(stand, [indicator], areas=keys, years=[chosen.year, chosen.year - 1]))
    context = {
        "stand": stand, "area": area, "meta": stand.meta[indicator], "year": chosen.year,
        "figure": table.get((indicator, key, chosen.year)),
        "before": table.get((indicator, key, chosen.year - 1)),
        "above": [(a.name, table.get((indicator, a.key, chosen.year))) for _, a in above],
        "profile": stand.url("area", key, jahr=chosen.year), "level": level_name(level, many=False),
    }  # fmt: skip
    return render(request, "maps/area_panel.html", context)


def read(query: QueryDict, stand: Stand, indicator: str) -> tuple[MapForm, Selection]:
    """Form and selection of an address. ``Http404`` for an indicator that cannot be mapped."""
    known = indicator in stand.catalogue.indicators or indicator.partition(":")[0] in stand.catalogue.indices
    if indicator not in stand.meta or not known or not levels_of(stand, indicator):
        raise Http404
    choices = choices_of(stand, indicator, query.get("ebene", ""))
    start = defaults(indicator, choices)
    given = {name: query.get(name, value) for name, value in start.items()}
    if given["ebene"] not in choices.levels:
        given["ebene"] = start["ebene"]
    form = MapForm(given, choices=choices)
    chosen = selection(form, start)
    if given["klassen"] == "eigene" and "grenzen" not in query:
        given["grenzen"] = written(suggested_limits(stand, chosen))
        form = MapForm(given, choices=choices)
        chosen = selection(form, start)
    return form, chosen


def first_indicator(stand: Stand) -> str:
    """The indicator a map opens with: the first core one that is a burden, else the first of all."""
    indicators = list(stand.catalogue.indicators.values())
    core = [i.code for i in indicators if i.core and i.polarity == "burden"]
    return (core or [i.code for i in indicators])[0]


def _rows(stand: Stand, drawing: Drawing, chosen: Selection) -> list[dict[str, object]]:
    figures = drawing.figures
    return [
        {
            "key": key, "name": area.name, "figure": figures.get(key),
            "url": stand.url("area", key, jahr=chosen.year),
            "parent": above[0][1].name if (above := stand.ancestors(key)) else "",
            "class": _class(drawing, figures.get(key)),
        }
        for key, area in stand.hierarchy.areas(chosen.level).items()
    ]  # fmt: skip


def _class(drawing: Drawing, figure: ReleasedFigure | None) -> str:
    """Number of the class, for readers who do not see the colours."""
    if figure is None or figure.value is None or not drawing.classes:
        return ""
    return str(drawing.classes.index(figure.value) + 1)


def _place(chosen: Selection) -> dict[str, str]:
    return {"datum": str(chosen.year), "ebene": chosen.level}


def _zooms(stand: Stand, chosen: Selection) -> list[dict[str, object]]:
    found = zooms(stand, chosen.level)
    if not found:
        return []
    kept = {k: v for k, v in parameters(chosen).items() if k != "gebiet"}
    whole = {
        "url": stand.url("map", chosen.indicator, **kept),
        "name": "Ganzer Kreis",
        "here": not chosen.area,
    }
    parts = [
        {
            "url": stand.url("map", chosen.indicator, **kept, gebiet=key),
            "name": name,
            "here": key == chosen.area,
        }
        for key, name in found
    ]
    return [whole, *parts]


def _steps(stand: Stand, chosen: Selection, form: MapForm) -> list[tuple[str, str]]:
    """Words and address of the year before and the year after, with everything else as it is."""
    years = sorted(year for year, _ in form.fields["datum"].choices)
    place = years.index(chosen.year) if chosen.year in years else -1
    given = parameters(chosen)
    found = []
    for at, words in ((place - 1, "← {}"), (place + 1, "{} →")):
        if place >= 0 and 0 <= at < len(years):
            url = stand.url("map", chosen.indicator, **(given | {"datum": str(years[at])}))
            found.append((words.format(years[at]), url))
    return found


def _downloads(stand: Stand, chosen: Selection) -> list[tuple[str, str, str]]:
    given = parameters(chosen)
    routes = (
        ("map_svg", "Karte", "SVG"),
        ("map_png", "Karte", "PNG"),
        ("map_csv", "Tabelle", "CSV"),
        ("map_xlsx", "Tabelle", "XLSX"),
    )
    return [(stand.url(route, chosen.indicator, **given), what, kind) for route, what, kind in routes]


def _breaks(stand: Stand, chosen: Selection) -> list[object]:
    known = stand.catalogue.indicators.get(chosen.indicator)
    return [b for b in known.breaks if b.year <= chosen.year] if known else []


def _with(url: str, query: QueryDict) -> str:
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{query.urlencode()}"
