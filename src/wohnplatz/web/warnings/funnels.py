"""The funnel of an indicator: page, picture and table."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe

from wohnplatz import charts, text
from wohnplatz.analysis import (
    Funnel,
    area_funnel,
    pooled,
    pooled_words,
    span_words,
    trend_short,
    trends,
    with_reliability,
)
from wohnplatz.analysis.funnels import POSSIBLE
from wohnplatz.intake import Sheet, write_csv, write_xlsx
from wohnplatz.model import FigureMeta, ReleasedFigure, ReleasedTable
from wohnplatz.web.access import user_of
from wohnplatz.web.analyses.marked import marked_of
from wohnplatz.web.download import CSV, PNG, SVG, XLSX, as_download
from wohnplatz.web.figures import csv_rows, released, source_lines, unit_words
from wohnplatz.web.maps.drawing import reference_of
from wohnplatz.web.parameters import whole
from wohnplatz.web.stand import NothingThere, Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right

from .forms import FunnelForm


@dataclass(frozen=True, slots=True)
class Scene:
    """An indicator's funnel in one year and at one level."""

    stand: Stand
    indicator: str
    year: int
    level: str
    table: ReleasedTable
    funnel: Funnel
    title: str
    subtitle: str

    @property
    def meta(self) -> FigureMeta:
        """What a reader must know of the indicator."""
        return self.stand.meta[self.indicator]

    def areas(self) -> list[ReleasedFigure]:
        """The figures of the level, in the order of the areas."""
        found = {f.area: f for f in self.table if f.level == self.level}
        return [found[key] for key in self.stand.hierarchy.areas(self.level) if key in found]

    def svg(self, *, standalone: bool = False) -> str:
        """The picture; empty where there is no funnel."""
        if self.funnel.mean is None:
            return ""
        return charts.funnel_svg(
            self.table, indicator=self.indicator, year=self.year, level=self.level, mean=self.funnel.mean,
            curves=self.funnel.curves, places=self.funnel.places or {}, names=self.stand.names(self.level),
            title=self.title, subtitle=self.subtitle, selected=self.stand.selection, standalone=standalone,
        )  # fmt: skip


def funnel_index(request: HttpRequest) -> HttpResponse:
    """Leads to the funnel of ``?indikator=``, or of the first indicator that has one."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    possible = _possible(stand)
    wanted = request.GET.get("indikator", "")
    core = [code for code in possible if stand.catalogue.indicators[code].core]
    code = wanted if wanted in possible else next(iter(core or possible), "")
    if not code:
        raise NothingThere(stand, "Trichter", "Keine Kennzahl dieses Datenstands ist aus Fällen gebildet.")
    kept = {name: request.GET.get(name) for name in ("jahr", "ebene")}
    return redirect(stand.url("funnel", code, **kept))


def funnel_page(request: HttpRequest, indicator: str) -> HttpResponse:
    """Picture, areas outside the limits, table, downloads."""
    scene, form = _scene(request, indicator)
    stand, place = scene.stand, {"jahr": scene.year, "ebene": scene.level}
    together, directions = _over_years(scene)
    rows = [
        _row(scene, f) | {"together": together.get(f.area, ""), "direction": directions.get(f.area, "")}
        for f in scene.areas()
    ]
    context = {
        "stand": stand, "scene": scene, "form": form, "meta": scene.meta, "rows": rows,
        "svg": mark_safe(scene.svg()),  # noqa: S308 (our own, texts escaped there)
        "outside": sum(bool(r["place"]) for r in rows), "groups": _outside(rows),
        "level": level_name(scene.level, many=False),
        "subject": level_name(scene.level), "unit": unit_words(scene.meta.unit),
        "span": span_words((scene.year - 2, scene.year)), "has_together": bool(together),
        "has_direction": bool(directions),
        "by_chance": round(0.05 * sum(r["figure"].value is not None for r in rows)),
        "reason": text.reason(scene.funnel.reason),
        "downloads": [
            (stand.url(route, indicator, **place), kind)
            for route, kind in (("funnel_svg", "SVG"), ("funnel_png", "PNG"), ("funnel_xlsx", "XLSX"),
                                ("funnel_csv", "CSV"))
        ],
        "marked": marked_of(request, stand, scene.level),
        **head(stand, scene.table.context, reference_of(stand, indicator, scene.year)),
    }  # fmt: skip
    return render(request, "warnings/funnel.html", context)


def funnel_svg(request: HttpRequest, indicator: str) -> HttpResponse:
    """The picture with title and source as SVG."""
    scene, _ = _scene(request, indicator)
    return as_download(_picture(scene), f"{_stem(scene)}.svg", SVG)


def funnel_png(request: HttpRequest, indicator: str) -> HttpResponse:
    """The same as PNG."""
    scene, _ = _scene(request, indicator)
    return as_download(charts.png(_picture(scene)), f"{_stem(scene)}.png", PNG)


def funnel_xlsx(request: HttpRequest, indicator: str) -> HttpResponse:
    """The table as XLSX."""
    scene, _ = _scene(request, indicator)
    return as_download(write_xlsx([_sheet(scene)]), f"{_stem(scene)}.xlsx", XLSX)


def funnel_csv(request: HttpRequest, indicator: str) -> HttpResponse:
    """The table as CSV."""
    scene, _ = _scene(request, indicator)
    return as_download(write_csv(csv_rows(_sheet(scene))), f"{_stem(scene)}.csv", CSV)


def _outside(rows: list[dict[str, object]]) -> list[tuple[str, list[dict[str, object]]]]:
    """Areas outside the limits by where they lie, in the order of the areas: no ranking."""
    groups = [(charts.place_words(p), [r for r in rows if r["place"] == p]) for p in (2, 1, -1, -2)]
    return [(words, members) for words, members in groups if members]


def _possible(stand: Stand) -> list[str]:
    """Indicators whose figures vary like cases do."""
    return [code for code in stand.catalogue.indicators if stand.meta[code].kind in POSSIBLE]


def _scene(request: HttpRequest, indicator: str) -> tuple[Scene, FunnelForm]:
    stand = stand_of(request, user_of(request, Right.FIGURES))
    if indicator not in _possible(stand):
        raise Http404
    of = stand.catalogue.indicators[indicator]
    levels = [x for x in stand.hierarchy.levels[:-1] if x in of.levels]
    if not levels:
        raise NothingThere(stand, "Trichter")
    level = wanted if (wanted := request.GET.get("ebene", "")) in levels else levels[0]
    years = stand.years(indicator, level)
    asked = whole(request.GET.get("jahr", ""))
    year = asked if asked in years else (years[-1] if years else 0)
    top = stand.top()
    found = released(stand, [indicator], years=[year]).where(lambda f: f.level == level or f.area == top)
    table = with_reliability(found, district=top)
    meta = stand.meta[indicator]
    title = f"{of.short or of.label} {year}: Größe und Wert der {level_name(level)}"
    subtitle = ", ".join(filter(None, (unit_words(meta.unit), reference_of(stand, indicator, year))))
    funnel = area_funnel(table, indicator=indicator, year=year, level=level, district=top)
    form = FunnelForm(
        {"indikator": indicator, "jahr": str(year), "ebene": level},
        indicators=_grouped(stand), years=years, levels=[(x, level_name(x)) for x in levels],
    )  # fmt: skip
    return Scene(stand, indicator, year, level, table, funnel, title, subtitle), form


def _grouped(stand: Stand) -> list[tuple[str, list[tuple[str, str]]]]:
    """Indicators by block, as a select shows them."""
    possible = _possible(stand)
    known = stand.catalogue.indicators
    groups = [
        (label, [(c, known[c].short or known[c].label) for c in possible if known[c].block == block])
        for block, label in stand.catalogue.blocks.items()
    ]
    return [(label, members) for label, members in groups if members]


def _row(scene: Scene, f: ReleasedFigure) -> dict[str, object]:
    place = (scene.funnel.places or {}).get(f.area)
    sure = f.reliability
    decimals = scene.meta.decimals
    interval = " bis ".join(text.number(x, decimals) for x in (sure.low, sure.high)) if sure else ""
    return {
        "name": scene.stand.names(scene.level)[f.area], "figure": f, "place": place or 0,
        "words": "" if place is None else charts.place_words(place), "interval": interval,
        "url": scene.stand.url("area", f.area, jahr=scene.year), "selected": f.area in scene.stand.selection,
    }  # fmt: skip


def _over_years(scene: Scene) -> tuple[dict[str, str], dict[str, str]]:
    """By area three years together and the direction over the years, in words, where they can be told."""
    code, areas = scene.indicator, [f.area for f in scene.areas()]
    table = released(scene.stand, [code], level=scene.level).where(lambda f: f.year <= scene.year)
    sums = pooled(table, year=scene.year, areas=areas)
    together = {
        area: pooled_words(found, scene.meta)
        for area in areas
        if (found := sums.get((code, area))) and found.value is not None
    }
    directions = {t.area: f"{short}, seit {t.years[0]}" for t in trends(table) if (short := trend_short(t))}
    return together, directions


def _sheet(scene: Scene) -> Sheet:
    header = ("Gebietsschlüssel", "Gebiet", "Jahr", "Wert", "Zustand", "Zähler", "Nenner", "Bereich von",
              "Bereich bis", "Lage zu den Grenzen")  # fmt: skip
    rows = [
        (
            f.area, scene.stand.names(scene.level)[f.area], f.year, f.value, text.status(f),
            f.numerator, f.denominator, f.reliability.low if f.reliability else None,
            f.reliability.high if f.reliability else None, str(_row(scene, f)["words"]),
        )
        for f in scene.areas()
    ]  # fmt: skip
    return Sheet("Trichter", header, rows, head=[scene.title, scene.subtitle], foot=source_lines(scene.table))


def _picture(scene: Scene) -> str:
    drawn = scene.svg(standalone=True)
    if not drawn:
        raise Http404
    return drawn


def _stem(scene: Scene) -> str:
    return f"trichter-{scene.indicator}-{scene.level}-{scene.year}"
