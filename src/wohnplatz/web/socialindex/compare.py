"""Two indices side by side: which areas both see alike."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wohnplatz import charts
from wohnplatz.model import IndexDefinition
from wohnplatz.web.access import user_of
from wohnplatz.web.analyses.marked import marked_of
from wohnplatz.web.figures import by_place, released
from wohnplatz.web.stand import Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right

from .views import FAMILIES, chosen, drawn, legend_of, map_files


def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Two maps, the table class by class, every area with both classes; ``?mit=`` names the other index."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    first, year, years = chosen(stand, code, request.GET.get("jahr", ""))
    others = [i for i in stand.catalogue.indices.values() if i.code != code and i.level == first.level]
    wanted = request.GET.get("mit", "")
    second = next((i for i in others if i.code == wanted), others[0] if others else first)
    codes = [f"{i.code}:status_class" for i in (first, second)]
    table = released(stand, codes, level=first.level, years=[year])
    found = by_place(table)
    rows = [
        (
            area,
            stand.url("area", key, jahr=year),
            *(found.get((c, key, year)) for c in codes),
            key in stand.selection,
        )
        for key, area in stand.hierarchy.areas(first.level).items()
    ]
    pairs = [(_number(a), _number(b)) for _, _, a, b, _ in rows]
    context = {
        "stand": stand,
        "first": first,
        "second": second,
        "others": others,
        "year": year,
        "years": years,
        "sides": [_side(stand, i, year) for i in (first, second)],
        "rows": rows,
        "both": sum(bool(a and b) for a, b in pairs),
        "cross": [
            (label, [pairs.count((n, m)) for m in range(1, len(second.status_classes) + 1)])
            for n, label in enumerate(first.status_classes, start=1)
        ],
        "metas": [stand.meta[c] for c in codes],
        "level": level_name(first.level),
        "back": stand.url("index", code, jahr=year),
        "marked": marked_of(request, stand, first.level),
        **head(stand, table.context, f"31.12.{year}"),
    }
    return render(request, "socialindex/compare.html", context)


def _side(stand: Stand, index: IndexDefinition, year: int) -> dict[str, object]:
    code = f"{index.code}:status_class"
    table = released(stand, [code], level=index.level, years=[year])
    return {
        "index": index,
        "family": FAMILIES[index.family],
        "svg": drawn(stand, index, table, code, year),
        "legend": legend_of(table, code, year),
        "files": map_files(stand, code, year),
        "source": charts.source_line(table.context),
    }


def _number(figure: object) -> int:
    value = getattr(figure, "value", None)
    return 0 if value is None else int(value)
