"""Types of areas: groups in words, map, table, how well they are separated; downloads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from wohnplatz import charts, text
from wohnplatz.analysis.typology import CODE, Group, in_words
from wohnplatz.intake import Sheet, write_xlsx
from wohnplatz.monitoring.typology import COUNTS
from wohnplatz.web.access import user_of
from wohnplatz.web.analyses.marked import marked_of
from wohnplatz.web.download import PNG, SVG, XLSX, as_download
from wohnplatz.web.figures import source_lines
from wohnplatz.web.space.nothing import nothing
from wohnplatz.web.stand import head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right

from .scene import METHODS, MOST, Scene, choices, chosen_indicators, common_years, drawing, scene_of

SEPARATION = ((0.5, "deutlich getrennt"), (0.25, "schwach getrennt"), (-1.0, "kaum getrennt"))
"""Mean silhouette from which groups are called so (Kaufman and Rousseeuw 1990)."""


def page(request: HttpRequest) -> HttpResponse:
    """Form, map, groups in words, silhouettes, table of all areas."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    if not common_years(stand, chosen_indicators(stand, request.GET), stand.hierarchy.base.level):
        words = "Für die gewählten Indikatoren hat der Datenstand keine Zahlen der kleinsten Gebiete."
        return nothing(request, stand, "Typen von Gebieten", words)
    scene = _scene(request)
    types = scene.types
    legend = charts.legend(types.table, None, indicator=CODE, year=scene.year)
    context = {
        "stand": stand, "scene": scene, "types": types, "choices": choices(stand), "methods": METHODS.items(),
        "counts": COUNTS, "most": MOST, "legend": legend, "level": level_name(scene.level),
        "why": text.reason(types.reason) if types.reason else "",
        "groups": [_group(scene, g, entry) for g, entry in zip(types.groups, legend, strict=False)],
        "silhouettes": [(n, v, separation(v)) for n, v in types.by_count.items()],
        "found": len(types.groups), "rows": _rows(scene), "profile": _profile(scene),
        "names": [g.name for g in types.groups], "type_meta": types.table.meta[CODE],
        "constant": [scene.labels[c] for c in types.constant],
        "svg": mark_safe(drawing(scene)),  # noqa: S308 (our own, texts escaped there)
        "source": charts.source_line(scene.table.context),
        "downloads": [
            (stand.url(route, **scene.parameters), words)
            for route, words in (
                ("types_svg", "Karte (SVG)"), ("types_png", "Karte (PNG)"), ("types_xlsx", "Tabelle (XLSX)")
            )
        ],
        "marked": marked_of(request, stand, scene.level),
        **head(stand, scene.table.context, f"Jahr {scene.year}"),
    }  # fmt: skip
    return render(request, "typology/page.html", context)


def svg(request: HttpRequest) -> HttpResponse:
    """The map as SVG."""
    scene = _scene(request)
    return as_download(drawing(scene, standalone=True), f"{_stem(scene)}.svg", SVG)


def png(request: HttpRequest) -> HttpResponse:
    """The map as PNG."""
    scene = _scene(request)
    return as_download(charts.png(drawing(scene, standalone=True)), f"{_stem(scene)}.png", PNG)


def xlsx(request: HttpRequest) -> HttpResponse:
    """All areas with their type and the figures it rests on, and the groups."""
    scene = _scene(request)
    return as_download(write_xlsx([_areas_sheet(scene), _groups_sheet(scene)]), f"{_stem(scene)}.xlsx", XLSX)


def separation(silhouette: float) -> str:
    """How well groups with this mean silhouette are separated, in words."""
    return next(words for limit, words in SEPARATION if silhouette >= limit)


def _scene(request: HttpRequest) -> Scene:
    return scene_of(stand_of(request, user_of(request, Right.FIGURES)), request.GET)


def _group(scene: Scene, group: Group, entry: charts.LegendEntry) -> dict[str, object]:
    names = scene.stand.names(scene.level)
    return {
        "name": group.name, "count": len(group.areas), "entry": entry, "place": 100 + group.number,
        "words": in_words(group, scene.labels, scene.table.meta),
        "areas": [(names[k], scene.stand.url("area", k, jahr=scene.year)) for k in group.areas if k in names],
    }  # fmt: skip


def _rows(scene: Scene) -> list[dict[str, object]]:
    stand, labels, figures = scene.stand, scene.labels, scene.types.table.by_area()
    made: list[dict[str, object]] = []
    for key, area in stand.hierarchy.areas(scene.level).items():
        above = stand.ancestors(key)
        missing = [labels[c] for c in scene.types.missing.get(key, ())]
        made.append({
            "name": area.name, "url": stand.url("area", key, jahr=scene.year),
            "parent": above[0][1].name if above else "", "figure": figures.get(key),
            "silhouette": scene.types.silhouettes.get(key), "selected": key in stand.selection,
            "missing": text.enumerate_words(missing) if missing else "",
        })  # fmt: skip
    return made


def _profile(scene: Scene) -> list[dict[str, object]]:
    """Means of the groups beside that of all areas, one row an indicator."""
    made: list[dict[str, object]] = []
    for place, code in enumerate(scene.indicators):
        meta = scene.table.meta.get(code)
        traits = [g.traits[place] for g in scene.types.groups]
        if meta is None or not traits:
            continue
        cells = [(text.number(t.mean, meta.decimals), _place_words(t.z)) for t in traits]
        made.append({
            "label": scene.labels[code], "unit": meta.unit, "cells": cells,
            "overall": text.number(traits[0].overall, meta.decimals),
        })  # fmt: skip
    return made


def _place_words(z: float) -> str:
    if abs(z) < 0.5:
        return ""
    return ("deutlich " if abs(z) >= 1 else "") + ("höher" if z > 0 else "niedriger")


def _areas_sheet(scene: Scene) -> Sheet:
    types, labels = scene.types, scene.labels
    values = {(f.area, f.indicator): f for f in scene.table}
    header = ("Gebietsschlüssel", "Gebiet", "Jahr", "Typ", "Silhouette", *labels.values())
    found = types.table.by_area()
    body = []
    for key, name in scene.stand.names(scene.level).items():
        kind = text.figure(found[key], types.table.meta[CODE]) if key in found else ""
        cells = [values.get((key, code)) for code in scene.indicators]
        body.append([
            key, name, scene.year, kind, types.silhouettes.get(key),
            *((f.value if f.value is not None else f.state) if f else None for f in cells),
        ])  # fmt: skip
    return Sheet("Gebiete", header, body, head=[scene.title, scene.subtitle], foot=source_lines(scene.table))


def _groups_sheet(scene: Scene) -> Sheet:
    header = (
        "Indikator",
        "Alle Gebiete (Mittel)",
        *(f"{g.name} ({len(g.areas)})" for g in scene.types.groups),
    )
    body = [
        [scene.labels[code], scene.types.groups[0].traits[place].overall,
         *(g.traits[place].mean for g in scene.types.groups)]
        for place, code in enumerate(scene.indicators)
        if scene.types.groups
    ]  # fmt: skip
    words = [f"{g.name}: {in_words(g, scene.labels, scene.table.meta)}" for g in scene.types.groups]
    return Sheet("Typen", header, body, head=["Mittel der Gebiete je Typ, ungewichtet"], foot=words)


def _stem(scene: Scene) -> str:
    return f"typen-{scene.level}-{scene.year}"
