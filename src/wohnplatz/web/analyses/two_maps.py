"""Two maps side by side: two indicators, or two years of one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from wohnplatz import charts
from wohnplatz.model import Classes, ClassMethod, ReleasedTable
from wohnplatz.monitoring import classify
from wohnplatz.web.access import user_of
from wohnplatz.web.figures import released, unit_words
from wohnplatz.web.geography import outlines
from wohnplatz.web.parameters import whole
from wohnplatz.web.space.choices import indicator_groups, level_of, usual_indicator
from wohnplatz.web.stand import Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.releases import queries

from .marked import marked_of


def page(request: HttpRequest) -> HttpResponse:
    """Left and right; the same indicator in two years has the same classes on both sides."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    left = _chosen(stand, request, "links", 0)
    right = _chosen(stand, request, "rechts", 1)
    same = left[0] == right[0]
    tables = [released(stand, [code], level=level, years=[year]) for code, level, year, _ in (left, right)]
    together = [f.value for table in tables for f in table if f.value is not None] if same else []
    sides = [_side(stand, side, table, together) for side, table in zip((left, right), tables, strict=True)]
    context = {
        "stand": stand,
        "sides": sides,
        "same": same,
        "groups": indicator_groups(stand),
        "marked": marked_of(request, stand, stand.hierarchy.base.level),
        **head(stand, tables[0].context, f"{left[2]} und {right[2]}"),
    }
    return render(request, "analyses/two_maps.html", context)


Chosen = tuple[str, str, int, tuple[int, ...]]


def _chosen(stand: Stand, request: HttpRequest, side: str, place: int) -> Chosen:
    """Indicator, level, year and years of a side; by default one indicator now and at its beginning."""
    asked = request.GET.get(side, "")
    code = asked if asked in stand.meta and level_of(stand, asked) else usual_indicator(stand)
    level = level_of(stand, code)
    years = stand.years(code, level)
    year = whole(request.GET.get(f"jahr-{side}", ""))
    usual = (years[0], years[-1])[place] if years else 0
    return code, level, year if year is not None and year in years else usual, years


def _side(stand: Stand, chosen: Chosen, table: ReleasedTable, together: list[float]) -> dict[str, object]:
    code, level, year, years = chosen
    meta = stand.meta[code]
    values = together or [f.value for f in table if f.value is not None]
    classes: Classes | None = None if meta.classes else classify(values, ClassMethod.QUANTILES, 5)
    svg = charts.map_svg(
        table,
        queries.layer_shapes(stand.release, level, division=stand.division),
        classes,
        indicator=code,
        year=year,
        names=stand.names(level),
        title=f"{meta.label}, {year}",
        subtitle=level_name(level),
        selected=stand.selection,
        href=lambda key: stand.url("area", key, jahr=year),
        outlines=outlines(stand, level),
        prefix=f"map-{code}-{year}".replace(":", "-"),
    )
    return {
        "code": code,
        "year": year,
        "years": years,
        "title": f"{meta.label}, {year}",
        "subtitle": ", ".join(filter(None, (unit_words(meta.unit), level_name(level)))),
        "svg": mark_safe(svg),  # noqa: S308 (our own, texts escaped there)
        "legend": charts.legend(table, classes, indicator=code, year=year),
        "source": charts.source_line(table.context, meta),
        "url": stand.url("map", code, datum=year, ebene=level),
    }
