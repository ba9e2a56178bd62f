"""Time series of all areas of one indicator."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from wohnplatz import charts
from wohnplatz.analysis import trend_sentence, trends
from wohnplatz.intake import write_xlsx
from wohnplatz.model import ReleasedTable
from wohnplatz.web.access import user_of
from wohnplatz.web.download import PNG, SVG, XLSX, as_download
from wohnplatz.web.figures import by_place, released, sheet, unit_words
from wohnplatz.web.space.choices import indicator_groups, level_of, usual_indicator
from wohnplatz.web.stand import NothingThere, Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right

from .marked import marked_of


@dataclass(frozen=True, slots=True)
class Scene:
    """All years of an indicator: the areas of its finest level, the district and the selection."""

    stand: Stand
    indicator: str
    level: str
    table: ReleasedTable
    names: dict[str, str]


def page(request: HttpRequest) -> HttpResponse:
    """Chart, table of district and selection, downloads."""
    scene = scene_of(request)
    stand, code = scene.stand, scene.indicator
    found = by_place(scene.table)
    shown = [key for key in (stand.top(), *stand.selection) if key]
    years = sorted({f.year for f in scene.table}, reverse=True)
    known = stand.catalogue.indicators.get(code)
    context = {
        "stand": stand,
        "meta": stand.meta[code],
        "level": level_name(scene.level),
        "groups": indicator_groups(stand),
        "svg": mark_safe(drawing(scene)),  # noqa: S308 (our own, texts escaped there)
        "breaks": known.breaks if known else (),
        "trends": directions(scene, shown),
        "columns": [scene.names[key] for key in shown],
        "rows": [(year, [found.get((code, key, year)) for key in shown]) for year in years],
        "marked": marked_of(request, stand, scene.level),
        "source": charts.source_line(scene.table.context, stand.meta[code]),
        "downloads": [
            (stand.url(route, indikator=code), words)
            for route, words in (
                ("series_svg", "Bild (SVG)"),
                ("series_png", "Bild (PNG)"),
                ("series_xlsx", "Tabelle (XLSX)"),
            )
        ],
        **head(stand, scene.table.context, f"{years[-1]} bis {years[0]}"),
    }
    return render(request, "analyses/series.html", context)


def directions(scene: Scene, shown: list[str]) -> list[tuple[str, str]]:
    """Name and trend in words of the district and the selected areas."""
    meta = scene.stand.meta[scene.indicator]
    found = {t.area: t for t in trends(scene.table.where(lambda f: f.area in shown))}
    return [(scene.names[key], trend_sentence(found[key], meta)) for key in shown if key in found]


def svg(request: HttpRequest) -> HttpResponse:
    """The picture as SVG."""
    scene = scene_of(request)
    return as_download(drawing(scene, standalone=True), f"{_stem(scene)}.svg", SVG)


def png(request: HttpRequest) -> HttpResponse:
    """The picture as PNG."""
    scene = scene_of(request)
    return as_download(charts.png(drawing(scene, standalone=True)), f"{_stem(scene)}.png", PNG)


def xlsx(request: HttpRequest) -> HttpResponse:
    """The figures of all areas and years as XLSX."""
    scene = scene_of(request)
    return as_download(
        write_xlsx([sheet(scene.table, scene.names, list(scene.names))]), f"{_stem(scene)}.xlsx", XLSX
    )


def _stem(scene: Scene) -> str:
    return f"zeitreihen-{scene.indicator.replace(':', '-')}"


def scene_of(request: HttpRequest) -> Scene:
    """What the address asks for; an unknown indicator falls back. ``NothingThere`` without figures."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    asked = request.GET.get("indikator", "")
    code = asked if asked in stand.meta and level_of(stand, asked) else usual_indicator(stand)
    level = level_of(stand, code)
    wanted = {stand.top(), *stand.selection}
    everything = released(stand, [code])
    table = everything.where(lambda f: f.level == level or f.area in wanted)
    if not len(table):
        raise NothingThere(stand, "Zeitreihen aller Gebiete")
    names = {k: a.name for lv in stand.hierarchy.levels for k, a in stand.hierarchy.areas(lv).items()}
    return Scene(stand, code, level, table, names)


def drawing(scene: Scene, *, standalone: bool = False) -> str:
    """The chart."""
    stand, code = scene.stand, scene.indicator
    known = stand.catalogue.indicators.get(code)
    return charts.series_svg(
        scene.table,
        indicator=code,
        level=scene.level,
        names=scene.names,
        district=stand.top(),
        selected=stand.selection,
        title=stand.meta[code].label,
        subtitle=", ".join(filter(None, (unit_words(stand.meta[code].unit), level_name(scene.level)))),
        breaks=known.breaks if known else (),
        standalone=standalone,
    )
