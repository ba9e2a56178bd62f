"""Chosen areas side by side, with the district beside them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wohnplatz import charts, text
from wohnplatz.analysis import (
    VERDICTS,
    AreaTrend,
    places,
    pooled,
    pooled_words,
    span_words,
    trend_short,
    trends,
    with_reliability,
)
from wohnplatz.analysis.standardised import AreaStandardised, standardised_words
from wohnplatz.intake import write_xlsx
from wohnplatz.model import FigureMeta, ReleasedFigure, ReleasedTable
from wohnplatz.web.access import user_of
from wohnplatz.web.areas.age import standardised
from wohnplatz.web.areas.standing import positions_of
from wohnplatz.web.download import XLSX, as_download
from wohnplatz.web.figures import by_place, released, sheet
from wohnplatz.web.maps.drawing import short_label
from wohnplatz.web.parameters import whole
from wohnplatz.web.stand import NothingThere, Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right

from .marked import marked_of


def page(request: HttpRequest) -> HttpResponse:
    """The core figures of the selection and the district, with intervals in words."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    year, years = _year(request, stand)
    shown = _shown(stand)
    table = _table(stand, shown, year)
    beyond = _beyond(stand, shown, year)
    found = by_place(table)
    names = {k: a.name for lv in stand.hierarchy.levels for k, a in stand.hierarchy.areas(lv).items()}
    blocks = []
    for block, label in stand.catalogue.blocks.items():
        codes = [i.code for i in stand.key_indicators if i.block == block]
        rows = [
            (
                short_label(stand, c),
                stand.meta[c],
                [_cell(found.get((c, key, year)), stand.meta[c]) for key in shown],
                _sub_rows(beyond, c, shown, year),
            )
            for c in codes
        ]
        if rows:
            blocks.append((label, rows))
    context = {
        "stand": stand,
        "year": year,
        "years": years,
        "blocks": blocks,
        "level": level_name(stand.hierarchy.base.level),
        "names": [names[key] for key in shown] if stand.selection else [],
        "marked": marked_of(request, stand, stand.hierarchy.base.level),
        "source": charts.source_line(table.context),
        "xlsx": stand.url("comparison_xlsx", jahr=year),
        **head(stand, table.context, f"Jahr {year}"),
    }
    return render(request, "analyses/comparison.html", context)


def xlsx(request: HttpRequest) -> HttpResponse:
    """The same figures as XLSX."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    year, _ = _year(request, stand)
    shown = _shown(stand)
    names = {k: a.name for lv in stand.hierarchy.levels for k, a in stand.hierarchy.areas(lv).items()}
    return as_download(
        write_xlsx([sheet(_table(stand, shown, year), names, shown)]), f"vergleich-{year}.xlsx", XLSX
    )


def _shown(stand: Stand) -> list[str]:
    return [*stand.selection, *([top] if (top := stand.top()) and top not in stand.selection else [])]


def _year(request: HttpRequest, stand: Stand) -> tuple[int, tuple[int, ...]]:
    years = stand.years(stand.catalogue.population, stand.hierarchy.base.level)
    if not years:
        raise NothingThere(stand, "Gebiete vergleichen")
    asked = whole(request.GET.get("jahr", ""))
    return (asked if asked in years else years[-1]), years


def _table(stand: Stand, shown: list[str], year: int) -> ReleasedTable:
    core = [i.code for i in stand.key_indicators]
    parents = {
        k: a.parent for lv in stand.hierarchy.levels for k, a in stand.hierarchy.areas(lv).items() if a.parent
    }
    return with_reliability(
        released(stand, core, areas=shown, years=[year]), parents=parents, district=stand.top()
    )


Words = tuple[str, str, str, str]
"""Years together, direction, range of places, ratio to the expected; each empty where there is none."""


def _beyond(stand: Stand, shown: list[str], year: int) -> dict[tuple[str, str], Words]:
    """What there is to say of each indicator and area beyond the figure of the year."""
    core = [i.code for i in stand.key_indicators]
    table = released(stand, core, areas=shown).where(lambda f: f.year <= year)
    together = pooled(table, year=year, areas=shown)
    directions: dict[tuple[str, str], AreaTrend] = {(t.indicator, t.area): t for t in trends(table)}
    by_age = standardised(stand, shown, year)
    found: dict[tuple[str, str], Words] = {}
    for key in shown:
        level, _ = stand.area(key)
        ranked = positions_of(stand, level, year) if key != stand.top() else {}
        for code in core:
            sum_of, direction = together.get((code, key)), directions.get((code, key))
            at, short = ranked.get(code, {}).get(key), trend_short(direction)
            found[code, key] = (
                pooled_words(sum_of, stand.meta[code]) if sum_of and sum_of.value is not None else "",
                f"{short}, seit {direction.years[0]}" if direction and short else "",
                places(at) if at else "",
                _ratio(by_age.get((code, key))),
            )
    return found


def _ratio(found: AreaStandardised | None) -> str:
    """``1,12 (1,03 bis 1,22)``; empty where there is none."""
    return standardised_words(found).partition(":")[0] if found and found.ratio is not None else ""


def _sub_rows(
    beyond: dict[tuple[str, str], Words], code: str, shown: list[str], year: int
) -> list[tuple[str, list[str]]]:
    """Heading and words of the rows below an indicator; a row without any words is left out."""
    labels = (
        f"{span_words((year - 2, year))} zusammen",
        "Richtung",
        "mögliche Plätze",
        "Verhältnis zum Altersaufbau",
    )
    rows = [(label, [beyond[code, key][n] for key in shown]) for n, label in enumerate(labels)]
    return [(label, words) for label, words in rows if any(words)]


def _cell(figure: ReleasedFigure | None, meta: FigureMeta) -> tuple[ReleasedFigure | None, str]:
    """The figure with its interval and what it says beside the district."""
    if figure is None or figure.reliability is None:
        return figure, ""
    r = figure.reliability
    span = f"{text.number(r.low, meta.decimals)} bis {text.number(r.high, meta.decimals)}"
    return figure, f"{span}; {VERDICTS[r.verdict]}" if r.verdict and figure.level != "kreis" else span
