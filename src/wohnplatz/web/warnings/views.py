"""The early warning: areas that changed by more than chance explains."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wohnplatz.intake import write_csv, write_xlsx
from wohnplatz.model import ReleasedTable
from wohnplatz.web.access import user_of
from wohnplatz.web.analyses.marked import marked_of
from wohnplatz.web.download import CSV, XLSX, as_download
from wohnplatz.web.figures import csv_rows
from wohnplatz.web.stand import Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right

from .forms import Filter, WarningForm
from .listing import Listing, listing, sheet
from .reading import figures_of


def warning_list(request: HttpRequest) -> HttpResponse:
    """The list with its filter; every entry says from, to, by how much and how sure."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    form, chosen, table, found = _read(request, stand)
    parameters = chosen.parameters()
    context = {
        "stand": stand, "form": form, "chosen": chosen, "found": found, "result": found.result,
        "subject": level_name(stand.hierarchy.base.level), "directions": _directions(stand, chosen, found),
        "downloads": [
            (stand.url("early_warning_xlsx", **parameters), "XLSX"),
            (stand.url("early_warning_csv", **parameters), "CSV"),
        ],
        "everywhere": stand.url("early_warning", **(parameters | {"kommune": "", "block": ""})),
        "longer": stand.url("early_warning", **(parameters | {"spanne": "5"})),
        "marked": marked_of(request, stand, stand.hierarchy.base.level),
        **head(stand, table.context, f"{found.result.end} gegenüber {found.result.start}"),
    }  # fmt: skip
    return render(request, "warnings/list.html", context)


def warning_xlsx(request: HttpRequest) -> HttpResponse:
    """The list as XLSX."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    _, chosen, table, found = _read(request, stand)
    return as_download(write_xlsx([sheet(stand, table, found)]), f"{_stem(chosen)}.xlsx", XLSX)


def warning_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    _, chosen, table, found = _read(request, stand)
    return as_download(write_csv(csv_rows(sheet(stand, table, found))), f"{_stem(chosen)}.csv", CSV)


def _read(request: HttpRequest, stand: Stand) -> tuple[WarningForm, Filter, ReleasedTable, Listing]:
    table = figures_of(stand)
    base = stand.hierarchy.base.level
    years = sorted({f.year for f in table if f.level == base})
    above = stand.hierarchy.levels[1:2]
    municipalities = [(a.key, a.name) for level in above for a in stand.hierarchy.areas(level).values()]
    blocks = list(stand.catalogue.blocks.items())
    form = WarningForm(request.GET, years=years, municipalities=municipalities, blocks=blocks)
    chosen = form.chosen()
    return form, chosen, table, listing(stand, table, chosen)


def _directions(stand: Stand, chosen: Filter, found: Listing) -> list[tuple[str, str, int, bool]]:
    """Name, address, number of entries in the whole district, and whether it is the one shown."""
    r = found.result
    named = (("", "ungünstig", r.unfavourable), ("guenstig", "günstig", r.favourable),
             ("beobachten", "zu beobachten", r.watch))  # fmt: skip
    return [
        (words, stand.url("early_warning", **(chosen.parameters() | {"richtung": code})), len(entries),
         code == chosen.direction)
        for code, words, entries in named
    ]  # fmt: skip


def _stem(chosen: Filter) -> str:
    return f"fruehwarnung-{chosen.end - chosen.span}-{chosen.end}"
