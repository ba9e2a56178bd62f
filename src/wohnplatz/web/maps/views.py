"""Map pages and the panel of one area."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from wohnplatz import text
from wohnplatz.analysis import VERDICTS, smoothed_code
from wohnplatz.model import ClassMethod, ReleasedFigure
from wohnplatz.web.access import user_of
from wohnplatz.web.analyses.marked import marked_of
from wohnplatz.web.analyses.selection import ADD
from wohnplatz.web.figures import by_place, coverage_url, interval_words, released
from wohnplatz.web.stand import Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.policies import Right

from .drawing import Drawing, assessed, district_figure, draw, suggested_limits, svg, zooms
from .forms import MapForm, Selection, choices_of, defaults, levels_of, parameters, selection, written


def map_index(request: HttpRequest) -> HttpResponse:
    """Leads to the map that is asked for by ``?indikator=``, or to the first core indicator."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    wanted = request.GET.get("indikator", "")
    code = wanted if wanted in stand.meta else first_indicator(stand)
    query = request.GET.copy()
    for name in ("indikator", *stand.parameters, ADD):
        query.pop(name, None)
    return redirect(_with(stand.url("map", code), query))


def map_page(request: HttpRequest, indicator: str) -> HttpResponse:
    """Indicator × date × level × classes: form, map, legend, table, downloads."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    form, chosen = read(request.GET, stand, indicator)
    if form["indikator"].value() != indicator:
        return map_index(request)
    drawing = draw(stand, chosen)
    rows = _rows(stand, drawing, chosen)
    context = {
        "stand": stand, "form": form, "chosen": chosen, "drawing": drawing,
        "svg": mark_safe(svg(stand, drawing, chosen)),  # noqa: S308 (our own, texts escaped there)
        "rows": rows, "sure": any(row["interval"] for row in rows), "zooms": _zooms(stand, chosen),
        "district": request.district, "district_figure": district_figure(stand, indicator, chosen.year),
        "level": level_name(chosen.level, many=False), "downloads": _downloads(stand, chosen),
        "picture_url": _picture_url(stand, chosen),
        "years": _years(stand, chosen, form), "class_note": class_note(drawing),
        "panel_url": stand.url("map_area", indicator, "KEY", **place(chosen)),
        "kept": {k: v for k, v in parameters(chosen).items() if k != "datum"},
        "marked": marked_of(request, stand, chosen.level),
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
    table = by_place(assessed(stand, indicator, level, [chosen.year]))
    others = [k for k in (a.key for _, a in above) if (indicator, k, chosen.year) not in table]
    table |= by_place(released(stand, [indicator], areas=[key], years=[chosen.year - 1]))
    table |= by_place(released(stand, [indicator], areas=others, years=[chosen.year])) if others else {}
    figure, meta = table.get((indicator, key, chosen.year)), stand.meta[indicator]
    verdict = figure.reliability.verdict if figure and figure.reliability else None
    context = {
        "stand": stand, "area": area, "meta": meta, "year": chosen.year, "figure": figure,
        "interval": interval_words(figure, meta), "verdict": VERDICTS[verdict] if verdict else "",
        "smooth": table.get((smoothed_code(indicator), key, chosen.year)), "smoothed": chosen.smoothed,
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
    figures, smooth, shown = drawing.figures, drawing.smooth, drawing.shown
    return [
        {
            "key": key, "name": area.name, "figure": figures.get(key), "smooth": smooth.get(key),
            "interval": interval_words(figures.get(key), drawing.meta),
            "url": stand.url("area", key, jahr=chosen.year),
            "parent": above[0][1].name if (above := stand.ancestors(key)) else "",
            "class": _class(drawing, shown.get(key)), "selected": key in stand.selection,
        }
        for key, area in stand.hierarchy.areas(chosen.level).items()
    ]  # fmt: skip


def _class(drawing: Drawing, figure: ReleasedFigure | None) -> str:
    """Number of the class, for readers who do not see the colours."""
    if figure is None or figure.value is None or not drawing.classes:
        return ""
    return str(drawing.classes.index(figure.value) + 1)


def class_note(drawing: Drawing) -> str:
    """For which years the class limits hold, and what was done to the figures, as sentences."""
    about = text.altered_explanation(drawing.table.context.mark(drawing.meta.code))
    return " ".join(filter(None, (_limits_note(drawing), about)))


def _limits_note(drawing: Drawing) -> str:
    """For which years the class limits hold; empty where the classes have names."""
    classes, years = drawing.classes, drawing.span
    if classes is None or not len(classes):
        return ""
    if classes.method is ClassMethod.DEVIATION:
        return f"Die Klassen liegen um den Kreiswert {drawing.year} und gelten nur für dieses Jahr."
    if len(years) < 2:
        return f"Die Klassengrenzen sind aus dem Jahr {drawing.year} gebildet und gelten nur dafür."
    same = "Gleiche Farbe heißt in jedem dieser Jahre gleiche Klasse."
    broken = any(years[0] == b.year for b in drawing.meta.breaks)
    since = f", seit dem Bruch der Zeitreihe {years[0]}" if broken else ""
    return f"Die Klassengrenzen gelten für {years[0]} bis {years[-1]}{since}. {same}"


def place(chosen: Selection) -> dict[str, str | None]:
    """What the panel of an area must know."""
    return {
        "datum": str(chosen.year),
        "ebene": chosen.level,
        "werte": "geglaettet" if chosen.smoothed else None,
    }


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


def _years(stand: Stand, chosen: Selection, form: MapForm) -> dict[str, object]:
    """All years as addresses with everything else as it is, the one before and after, and the slider's ends.

    A slider has even steps: it is left out where the years have gaps.
    """
    years = sorted(int(year) for year, _ in form.fields["datum"].choices)
    if len(years) < 2 or chosen.year not in years:
        return {}
    given, place = parameters(chosen), years.index(chosen.year)

    def url(year: int) -> str:
        return stand.url("map", chosen.indicator, **(given | {"datum": str(year)}))

    steps = {b - a for a, b in pairwise(years)}
    return {
        "all": [(year, url(year), year == chosen.year) for year in years],
        "before": (years[place - 1], url(years[place - 1])) if place else None,
        "after": (years[place + 1], url(years[place + 1])) if place + 1 < len(years) else None,
        "first": years[0], "last": years[-1], "step": steps.pop() if len(steps) == 1 else 0,
    }  # fmt: skip


def _downloads(stand: Stand, chosen: Selection) -> list[tuple[str, str, str]]:
    given = parameters(chosen)
    routes = (
        ("map_svg", "Karte", "SVG"),
        ("map_png", "Karte", "PNG"),
        ("map_csv", "Tabelle", "CSV"),
        ("map_xlsx", "Tabelle", "XLSX"),
    )
    return [(stand.url(route, chosen.indicator, **given), what, kind) for route, what, kind in routes]


def _picture_url(stand: Stand, chosen: Selection) -> str:
    """Where the map is made into a picture that goes out; empty for who may not let anything out."""
    if stand.division or not policies.may(stand.user, Right.RELEASE):
        return ""
    given = {"indikator": chosen.indicator, "motiv": f"karte:{chosen.level}", "jahr": chosen.year}
    return f"{reverse('release_pictures', args=[stand.release.number])}?{urlencode(given)}"


def _breaks(stand: Stand, chosen: Selection) -> list[object]:
    known = stand.catalogue.indicators.get(chosen.indicator)
    return [b for b in known.breaks if b.year <= chosen.year] if known else []


def _with(url: str, query: QueryDict) -> str:
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{query.urlencode()}"
