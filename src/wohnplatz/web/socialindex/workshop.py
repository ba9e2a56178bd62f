"""The workshop: try weights, indicators and methods, and see at once what would move."""

from __future__ import annotations

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wohnplatz import charts, text
from wohnplatz.analysis.sensitivity import index_sensitivity
from wohnplatz.indicators import classes_of, scheme_of
from wohnplatz.intake import write_xlsx
from wohnplatz.model import IndexDefinition, ReleasedFigure, ReleasedTable
from wohnplatz.web.access import user_of
from wohnplatz.web.download import PNG, SVG, XLSX, as_download
from wohnplatz.web.figures import by_place, released, sheet
from wohnplatz.web.stand import Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right, may
from wohnplatz.workflow.releases import trial

from . import workshop_form
from .views import FAMILIES, chosen, class_rule_words, drawn, legend_of

Figures = dict[tuple[str, str, int], ReleasedFigure]


def workshop(request: HttpRequest, code: str) -> HttpResponse:
    """Form, map, areas that move, sensitivity. Nothing is stored: the address holds the trial."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    index, year, years = chosen(stand, code, request.GET.get("jahr", ""))
    choosable = _choosable(stand, index)
    tried = workshop_form.read(request.GET.dict(), index, choosable)
    definition = tried.definition
    table = trial.index(stand.user, stand.release, definition, [year])
    shown = f"{definition.code}:status_class"
    force = released(stand, [f"{code}:status_class"], level=index.level, years=[year])
    rows = _rows(stand, definition, index, table, force, year)
    moved = [row for row in rows if row["moved"]]
    comparable = definition.status_classes == index.status_classes
    context = {
        "stand": stand,
        "index": index,
        "tried": tried,
        "definition": definition,
        "year": year,
        "years": years,
        "svg": drawn(stand, definition, table, shown, year),
        "legend": legend_of(table, shown, year),
        "rows": moved if comparable else rows,
        "moved": len(moved),
        "comparable": comparable,
        "counted": sum(row["tried"].value is not None for row in rows),
        "why": _why(rows),
        "parts": [
            (
                p,
                choosable.get(p.indicator, p.indicator),
                workshop_form.theme_of(definition.themes, p.theme),
                f"{p.weight:g}".replace(".", ","),
            )
            for p in definition.status
        ],
        "others": sorted(
            (
                (c, label)
                for c, label in choosable.items()
                if c not in {p.indicator for p in definition.status}
            ),
            key=lambda x: x[1],
        ),
        "families": [(f.value, label) for f, label in FAMILIES.items()],
        "rules": [(r.value, label) for r, label in workshop_form.RULES.items()],
        "counts": workshop_form.COUNTS,
        "rule": class_rule_words(definition),
        "sensitivity": _sensitivity(stand, definition, table, year),
        "banded": _banded(stand, definition, year),
        "level": level_name(index.level),
        "meta": table.meta[shown],
        "force_meta": stand.meta[f"{code}:status_class"],
        "keeping": may(stand.user, Right.CATALOGUE_CHANGE),
        "back": stand.url("index", code, jahr=year),
        "files": _files(request, code),
        "source": charts.source_line(table.context),
        "fresh": stand.url("index_workshop", code, jahr=year),
        **head(stand, table.context, f"31.12.{year}"),
    }
    return render(request, "socialindex/workshop.html", context)


def workshop_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The trial's map as SVG or PNG, its figures as XLSX; the file name says that it is a trial."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    index, year, _ = chosen(stand, code, request.GET.get("jahr", ""))
    definition = workshop_form.read(request.GET.dict(), index, _choosable(stand, index)).definition
    table = trial.index(stand.user, stand.release, definition, [year])
    stem = f"versuch-{code}-{year}"
    if form == "xlsx":
        names = stand.names(index.level)
        return as_download(write_xlsx([sheet(table, names, list(names))]), f"{stem}.xlsx", XLSX)
    if form not in {"svg", "png"}:
        raise Http404
    svg = drawn(stand, definition, table, f"{definition.code}:status_class", year, standalone=True)
    if form == "png":
        return as_download(charts.png(svg), f"{stem}.png", PNG)
    return as_download(svg, f"{stem}.svg", SVG)


def _choosable(stand: Stand, index: IndexDefinition) -> dict[str, str]:
    """Indicators that can go into the index, with their short names."""
    known = stand.catalogue.indicators.values()
    return {i.code: i.short or i.label for i in known if index.level in i.levels}


def _files(request: HttpRequest, code: str) -> list[tuple[str, str]]:
    """The same trial as files: the address carries it."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    kinds = (("svg", "Karte (SVG)"), ("png", "Karte (PNG)"), ("xlsx", "Tabelle (XLSX)"))
    return [(reverse("workshop_file", args=[code, form]) + query, words) for form, words in kinds]


def _rows(  # noqa: PLR0913, PLR0917 -- both definitions and both tables
    stand: Stand,
    definition: IndexDefinition,
    index: IndexDefinition,
    table: ReleasedTable,
    force: ReleasedTable,
    year: int,
) -> list[dict[str, object]]:
    """Each area with its class in force and in the trial."""
    new, old = by_place(table), by_place(force)
    rows = []
    for key, area in stand.hierarchy.areas(index.level).items():
        tried = new[f"{definition.code}:status_class", key, year]
        before = old.get((f"{index.code}:status_class", key, year))
        was = None if before is None else before.value
        rows.append(
            {
                "name": area.name,
                "selected": key in stand.selection,
                "url": stand.url("area", key, jahr=year),
                "tried": tried,
                "before": before,
                "score": new[f"{definition.code}:status", key, year],
                "moved": tried.value != was,
                "up": (tried.value or 0) > (was or 0),
            }
        )
    return rows


def _why(rows: list[dict[str, object]]) -> str:
    """Why no area has an index, empty where one has."""
    figures = [row["tried"] for row in rows]
    if any(isinstance(f, ReleasedFigure) and f.value is not None for f in figures):
        return ""
    reasons = {f.reason for f in figures if isinstance(f, ReleasedFigure) and f.reason}
    order = [r for r in ("all_constant", "too_few_areas", "incomplete", "protected") if r in reasons]
    return text.reason(order[0]) if order else "es fehlen Angaben"


def _banded(stand: Stand, definition: IndexDefinition, year: int) -> int:
    """How many areas have an input that is converted and carries a band."""
    codes = [part.indicator for part in definition.status]
    inputs = released(stand, codes, level=definition.level, years=[year])
    return len({f.area for f in inputs if f.error is not None})


def _sensitivity(
    stand: Stand, definition: IndexDefinition, table: ReleasedTable, year: int
) -> dict[str, object] | None:
    """How stable classes and ranks are; None where there are fewer than three areas."""
    codes = [part.indicator for part in definition.status]
    inputs = released(stand, codes, level=definition.level, years=[year])
    status = f"{definition.code}:status"
    taking_part = {f.area for f in table if f.indicator == status and f.value is not None}
    areas = stand.hierarchy.areas(definition.level)
    if len(taking_part) < 3:
        return None
    scheme = scheme_of(definition, stand.catalogue)
    found = index_sensitivity(
        inputs,
        codes,
        scheme,
        lambda score: classes_of(definition, score).astype(np.int64),
        areas=list(areas),
        taking_part=taking_part,
    )
    meta = stand.meta
    rows = [
        {
            "name": area.name,
            "url": stand.url("area", key, jahr=year),
            "same": 100 * found.same_class[n],
            "width": int(found.high[n] - found.low[n]),
            "most": meta[codes[found.most_influential[n]]].label if found.most_influential[n] >= 0 else "",
        }
        for n, (key, area) in enumerate(areas.items())
        if np.isfinite(found.rank[n])
    ]
    moved = np.abs(found.without)
    known = np.isfinite(moved).sum(axis=1) if moved.size else np.zeros(len(codes))
    shift = (
        np.where(known > 0, np.nansum(moved, axis=1) / np.maximum(known, 1), np.nan) if moved.size else known
    )
    return {
        "unsure": [r for r in rows if r["same"] < 80],
        "count": len(rows),
        "width": int(np.median([r["width"] for r in rows])),
        "weights": [(meta[c].label, float(x)) for c, x in zip(codes, shift, strict=True) if np.isfinite(x)],
    }
