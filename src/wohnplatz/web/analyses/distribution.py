"""Where areas lie among all areas: one strip for each selected area, no ranking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from wohnplatz import charts, text
from wohnplatz.analysis import AreaPosition, places, position_sentence, positions
from wohnplatz.intake import Sheet, write_xlsx
from wohnplatz.model import ReleasedFigure, ReleasedTable
from wohnplatz.web.access import user_of
from wohnplatz.web.download import PNG, SVG, XLSX, as_download
from wohnplatz.web.figures import released, sheet, unit_words
from wohnplatz.web.parameters import whole
from wohnplatz.web.space.choices import indicator_groups, level_of, usual_indicator
from wohnplatz.web.stand import NothingThere, Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right

from .marked import marked_of

MOST = 4
"""Strips on one page; more are left to the table."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One indicator in one year: all areas of its finest level and the district."""

    stand: Stand
    indicator: str
    level: str
    year: int
    years: tuple[int, ...]
    table: ReleasedTable
    names: dict[str, str]

    @property
    def positions(self) -> dict[str, AreaPosition]:
        """The places each area's figures allow."""
        return positions(self.table, indicator=self.indicator, level=self.level, year=self.year)


def page(request: HttpRequest) -> HttpResponse:
    """Strips, the middle of the areas in words, table, downloads."""
    scene = scene_of(request)
    stand, code = scene.stand, scene.indicator
    figures = {f.area: f for f in scene.table if f.level == scene.level}
    ranked, meta = scene.positions, stand.meta[code]
    rows = [
        (
            area.name, stand.url("area", key, jahr=scene.year), figures.get(key), key in stand.selection,
            places(ranked[key]) if key in ranked else "",
        )
        for key, area in stand.hierarchy.areas(scene.level).items()
    ]  # fmt: skip
    links = (("svg", "Bild (SVG)"), ("png", "Bild (PNG)"), ("xlsx", "Tabelle (XLSX)"))
    context = {
        "stand": stand,
        "meta": meta,
        "level": level_name(scene.level),
        "year": scene.year,
        "years": scene.years,
        "groups": indicator_groups(stand),
        "strips": [
            (mark_safe(strip(scene, key)), _position_words(scene, ranked, key))  # noqa: S308 (our own)
            for key in _drawn(scene)
        ],
        "placed": any(p.best is not None for p in ranked.values()),
        "words": words(scene, list(figures.values())),
        "rows": rows,
        "marked": marked_of(request, stand, scene.level),
        "source": charts.source_line(scene.table.context, stand.meta[code]),
        "downloads": [
            (stand.url(f"distribution_{kind}", indikator=code, jahr=scene.year), label)
            for kind, label in links
        ],
        **head(stand, scene.table.context, f"Jahr {scene.year}"),
    }
    return render(request, "analyses/distribution.html", context)


def svg(request: HttpRequest) -> HttpResponse:
    """The first strip as SVG."""
    scene = scene_of(request)
    return as_download(strip(scene, _drawn(scene)[0], standalone=True), f"{_stem(scene)}.svg", SVG)


def png(request: HttpRequest) -> HttpResponse:
    """The first strip as PNG."""
    scene = scene_of(request)
    picture = charts.png(strip(scene, _drawn(scene)[0], standalone=True))
    return as_download(picture, f"{_stem(scene)}.png", PNG)


def xlsx(request: HttpRequest) -> HttpResponse:
    """The figures as XLSX."""
    scene = scene_of(request)
    made = sheet(scene.table, scene.names, list(scene.names))
    return as_download(write_xlsx([made, _places_sheet(scene)]), f"{_stem(scene)}.xlsx", XLSX)


def _places_sheet(scene: Scene) -> Sheet:
    """The range of places of each area, in the order of the areas."""
    header = ("Gebietsschlüssel", "Gebiet", "Jahr", "Platz von", "Platz bis", "von Gebieten", "Grund")
    ranked = scene.positions
    body = [
        (key, scene.names[key], scene.year, p.best, p.worst, p.of, text.reason(p.reason) if p.reason else "")
        for key in scene.stand.hierarchy.areas(scene.level)
        if (p := ranked.get(key)) is not None
    ]
    foot = ["Plätze vom niedrigsten Wert an, die mit 95 % Sicherheit mit den Zahlen vereinbar sind."]
    return Sheet("Lage", header, body, foot=foot)


def _position_words(scene: Scene, ranked: dict[str, AreaPosition], key: str) -> str:
    """Where a selected area lies; empty for the strip that marks none."""
    if key not in scene.stand.selection or key not in ranked:
        return ""
    return position_sentence(ranked[key], scene.stand.meta[scene.indicator])


def _stem(scene: Scene) -> str:
    return f"verteilung-{scene.indicator.replace(':', '-')}-{scene.year}"


def scene_of(request: HttpRequest) -> Scene:
    """What the address asks for; nonsense falls back. ``NothingThere`` where there are no figures."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    asked = request.GET.get("indikator", "")
    code = asked if asked in stand.meta and level_of(stand, asked) else usual_indicator(stand)
    level = level_of(stand, code)
    years = stand.years(code, level)
    if not years:
        raise NothingThere(stand, "Verteilung")
    wanted = whole(request.GET.get("jahr", ""))
    year = wanted if wanted is not None and wanted in years else years[-1]
    top = stand.top()
    table = released(stand, [code], years=[year]).where(lambda f: f.level == level or f.area == top)
    names = {k: a.name for lv in stand.hierarchy.levels for k, a in stand.hierarchy.areas(lv).items()}
    return Scene(stand, code, level, year, years, table, names)


def _drawn(scene: Scene) -> list[str]:
    """The selected areas of the level; without any the strip names none but the district."""
    own = set(scene.stand.hierarchy.areas(scene.level))
    return [key for key in scene.stand.selection if key in own][:MOST] or [next(iter(own), "")]


def strip(scene: Scene, key: str, *, standalone: bool = False) -> str:
    """The strip with one area marked."""
    meta = scene.stand.meta[scene.indicator]
    return charts.strip_svg(
        scene.table,
        indicator=scene.indicator,
        year=scene.year,
        area=key,
        names=scene.names,
        title=f"{scene.names.get(key, key)}: {meta.label}",
        subtitle=", ".join(filter(None, (unit_words(meta.unit), level_name(scene.level), str(scene.year)))),
        standalone=standalone,
    )


def words(scene: Scene, figures: list[ReleasedFigure]) -> str:
    """The middle half of the areas as a sentence."""
    meta = scene.stand.meta[scene.indicator]
    values = [f.value for f in figures if f.value is not None]
    if len(values) < 4:
        return "Für eine Aussage über die Mitte haben zu wenige Gebiete eine Zahl."
    low, middle, high = (
        text.with_unit(text.number(float(x), meta.decimals), meta.unit)
        for x in np.quantile(values, [0.25, 0.5, 0.75])
    )
    lacking = len(figures) - len(values)
    rest = f" {text.plural(lacking, 'Gebiet hat', 'Gebiete haben')} keine Zahl." if lacking else ""
    return f"Die mittlere Hälfte der Gebiete liegt zwischen {low} und {high}, die Mitte bei {middle}.{rest}"
