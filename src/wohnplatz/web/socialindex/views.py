"""The composite index: matrix, map, list of areas, method."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe

from wohnplatz import charts, text
from wohnplatz.intake import write_xlsx
from wohnplatz.model import Area, ClassRule, IndexDefinition, IndexFamily, ReleasedFigure, ReleasedTable
from wohnplatz.web.access import user_of
from wohnplatz.web.analyses.marked import marked_of
from wohnplatz.web.download import XLSX, as_download
from wohnplatz.web.figures import by_place, released, sheet
from wohnplatz.web.geography import outlines
from wohnplatz.web.parameters import whole
from wohnplatz.web.stand import NothingThere, Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.releases import queries

from .bands import about_bands


def measure_names(index: IndexDefinition) -> list[str]:
    """What there is of an index: status, status_class, with dynamics group …, and its themes."""
    return [code.partition(":")[2] for code in index.measures()]


def shown_measure(index: IndexDefinition) -> str:
    """Code of the measure a map shows: the group where there are dynamics, else the class."""
    return f"{index.code}:{'group' if index.dynamics else 'status_class'}"


@dataclass(frozen=True, slots=True)
class Row:
    """An area with its index figures."""

    area: Area
    parent: str
    url: str
    figures: dict[str, ReleasedFigure | None]
    themes: tuple[ReleasedFigure | None, ...] = ()

    def class_of(self, measure: str) -> int:
        """Number of the class, 0 where there is none."""
        figure = self.figures.get(measure)
        return 0 if figure is None or figure.value is None else int(figure.value)

    selected: bool = False

    @property
    def attention(self) -> bool:
        """Whether the area counts as one with particular need of support."""
        return self.class_of("attention") == 1


FAMILIES = {
    IndexFamily.Z_SUM: "Summe standardisierter Werte (z-Summe)",
    IndexFamily.PERCENTILE: "Prozentränge",
    IndexFamily.EXPONENTIAL: "exponentiell gestreckte Ränge",
    IndexFamily.PCA: "Hauptkomponenten",
    IndexFamily.EXCEEDANCE: "Zählung von Überschreitungen",
}


def class_rule_words(index: IndexDefinition) -> str:
    """How the classes are made, as a sentence."""
    if index.class_rule is ClassRule.QUANTILES:
        return f"gleich große Klassen nach Quantilen (Typ {index.quantile_type} nach Hyndman und Fan)"
    if index.class_rule is ClassRule.NATURAL:
        return "natürliche Klassen (Fisher und Jenks)"
    return "Grenzen " + " | ".join(text.number(x, 1) for x in index.status_limits)


def index_list(request: HttpRequest) -> HttpResponse:
    """The indices of the catalogue; straight to the only one."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    codes = list(stand.catalogue.indices)
    if len(codes) == 1:
        return redirect(stand.url("index", codes[0]))
    found = [
        (index, FAMILIES[index.family], stand.url("index", index.code))
        for index in stand.catalogue.indices.values()
    ]
    return render(request, "socialindex/list.html", {"stand": stand, "indices": found})


def index_page(request: HttpRequest, code: str) -> HttpResponse:
    """One index in one year; ``?status=``, ``?dynamik=`` and ``?bedarf=1`` filter the list of areas."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    index, year, years = chosen(stand, code, request.GET.get("jahr", ""))
    table = released(stand, index.measures(), level=index.level, years=[year])
    rows = rows_of(stand, index, table, year)
    status, dynamics = (number(request.GET.get(name, "")) for name in ("status", "dynamik"))
    attention = request.GET.get("bedarf") == "1"
    shown = [r for r in rows if _kept(r, status, dynamics, attention)]
    context = {
        "stand": stand,
        "index": index,
        "year": year,
        "years": years,
        "rows": shown,
        "total": len(rows),
        "matrix": matrix(stand, index, rows, year),
        "svg": drawn(stand, index, table, shown_measure(index), year),
        "legend": legend_of(table, shown_measure(index), year),
        "shown": shown_measure(index),
        "theme_names": [theme.label for theme in index.themes],
        "meta": {m: stand.meta[f"{code}:{m}"] for m in measure_names(index)},
        "family": FAMILIES[index.family],
        "rule": class_rule_words(index),
        "workshop_url": stand.url("index_workshop", code, jahr=year),
        "compare_url": stand.url("index_compare", code, jahr=year)
        if len(stand.catalogue.indices) > 1
        else "",
        "filter": _words(index, status, dynamics, attention),
        "attention_count": sum(r.attention for r in rows),
        "attention": attention,
        "without": sum(not r.class_of("status_class") for r in rows),
        "bands": about_bands(index, [(row.area.name, row.figures) for row in rows]),
        "level": level_name(index.level),
        "parts": [(part, stand.catalogue.indicators[part.indicator]) for part in index.status],
        "dynamic_parts": [(part, stand.catalogue.indicators[part.indicator]) for part in index.dynamics],
        "attention_pairs": attention_words(index),
        "map_url": stand.url("map", shown_measure(index), datum=year),
        "files": map_files(stand, shown_measure(index), year),
        "source": charts.source_line(table.context),
        "marked": marked_of(request, stand, index.level),
        "xlsx": stand.url("index_xlsx", code, jahr=year),
        "page_url": stand.url("index", code, jahr=year),
        **head(stand, table.context, f"31.12.{year}"),
    }
    return render(request, "socialindex/index.html", context)


def index_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    """All measures of all areas in one year."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    index, year, _ = chosen(stand, code, request.GET.get("jahr", ""))
    table = released(stand, index.measures(), level=index.level, years=[year])
    names = stand.names(index.level)
    return as_download(
        write_xlsx([sheet(table, names, list(names))]), f"{code}-{index.level}-{year}.xlsx", XLSX
    )


def chosen(stand: Stand, code: str, wanted: str) -> tuple[IndexDefinition, int, tuple[int, ...]]:
    """Index, year and all years. ``Http404`` for an unknown index, ``NothingThere`` without figures."""
    if code not in stand.catalogue.indices:
        raise Http404
    index = stand.catalogue.indices[code]
    years = stand.years(f"{code}:status_class", index.level) if index.level in stand.hierarchy.levels else ()
    if not years:
        raise NothingThere(stand, index.label, "Für diesen Index hat der Datenstand keine Zahlen.")
    year = asked if (asked := whole(wanted)) in years else years[-1]
    return index, year, years


def rows_of(stand: Stand, index: IndexDefinition, table: ReleasedTable, year: int) -> list[Row]:
    """All areas of the index's level in the division's order: no ranking."""
    found = by_place(table)
    areas = stand.hierarchy.areas(index.level)
    parents = {key: (above[0][1].name if (above := stand.ancestors(key)) else "") for key in areas}
    return [
        Row(
            area,
            parents[key],
            stand.url("area", key, jahr=year),
            {m: found.get((f"{index.code}:{m}", key, year)) for m in measure_names(index)},
            tuple(found.get((f"{index.code}:theme_{t.code}", key, year)) for t in index.themes),
            key in stand.selection,
        )
        for key, area in areas.items()
    ]


def matrix(stand: Stand, index: IndexDefinition, rows: list[Row], year: int) -> list[dict[str, object]]:
    """Status × dynamics with the number of areas; each cell leads to the list of its areas.

    Without dynamics there is one column.
    """
    pairs = [(r.class_of("status_class"), r.class_of("dynamics_class")) for r in rows]
    columns = range(1, len(index.dynamics_classes) + 1) if index.dynamics else range(1)
    return [
        {
            "label": label,
            "cells": [
                {
                    "count": pairs.count((s, d)),
                    "attention": (s, d) in index.attention,
                    "url": stand.url("index", index.code, jahr=year, status=s, dynamik=d or None)
                    + "#gebiete",
                    "group": (s - 1) * len(columns) + max(d, 1),
                    "place": 100 + (s - 1) * len(columns) + max(d, 1),
                }
                for d in columns
            ],
        }
        for s, label in enumerate(index.status_classes, start=1)
    ]


def attention_words(index: IndexDefinition) -> list[str]:
    """The pairs of classes that mark an area, in words."""
    return [
        f"{index.status_classes[s - 1]}" + (f" mit Dynamik {index.dynamics_classes[d - 1]}" if d else "")
        for s, d in index.attention
    ]


def number(written: str) -> int:
    """A class number of an address, 0 for none."""
    return asked if (asked := whole(written)) is not None and asked < 100 else 0


def _kept(row: Row, status: int, dynamics: int, attention: bool) -> bool:
    return (
        status in {0, row.class_of("status_class")}
        and dynamics in {0, row.class_of("dynamics_class")}
        and (row.attention or not attention)
    )


def _words(index: IndexDefinition, status: int, dynamics: int, attention: bool) -> str:
    words = []
    if 0 < status <= len(index.status_classes):
        words.append(f"Status {index.status_classes[status - 1]}")
    if 0 < dynamics <= len(index.dynamics_classes):
        words.append(f"Dynamik {index.dynamics_classes[dynamics - 1]}")
    if attention:
        words.append("besonderer Unterstützungsbedarf")
    return ", ".join(words)


def _only(table: ReleasedTable, indicator: str) -> ReleasedTable:
    return table.where(lambda f: f.indicator == indicator)


def map_files(stand: Stand, code: str, year: int) -> list[tuple[str, str]]:
    """Addresses and words of the map of a measure to take away."""
    files = (("map_svg", "Karte (SVG)"), ("map_png", "Karte (PNG)"), ("map_xlsx", "Tabelle (XLSX)"))
    return [(stand.url(route, code, datum=year), words) for route, words in files]


def legend_of(table: ReleasedTable, code: str, year: int) -> tuple[charts.LegendEntry, ...]:
    """The legend of one measure."""
    return charts.legend(_only(table, code), None, indicator=code, year=year)


def drawn(  # noqa: PLR0913 (what is drawn, and how it stands)
    stand: Stand,
    index: IndexDefinition,
    table: ReleasedTable,
    code: str,
    year: int,
    *,
    standalone: bool = False,
) -> SafeString:
    """The map of one measure of an index, with links to the profiles or as a file of its own."""
    svg = charts.map_svg(
        _only(table, code),
        queries.layer_shapes(stand.release, index.level, division=stand.division),
        None,
        indicator=code,
        year=year,
        names=stand.names(index.level),
        title=f"{index.label}: {'Status und Dynamik' if index.dynamics else 'Klassen'}",
        subtitle=f"{level_name(index.level)}, 31.12.{year}",
        href=None if standalone else lambda key: stand.url("area", key, jahr=year),
        outlines=outlines(stand, index.level),
        selected=stand.selection,
        standalone=standalone,
        prefix=code.replace(":", "-"),
    )
    return mark_safe(svg)  # noqa: S308 (our own, texts escaped there)
