"""The coverage matrix, its file, and how punctually data come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from wohnplatz import text
from wohnplatz.indicators import variables_of
from wohnplatz.intake import write_xlsx
from wohnplatz.model import Catalogue
from wohnplatz.web.access import user_of
from wohnplatz.web.download import XLSX, as_download
from wohnplatz.web.parameters import whole
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.partners import queries as partners
from wohnplatz.workflow.partners.coverage import Matrix, coverage_matrix, years
from wohnplatz.workflow.partners.punctuality import Punctuality, punctuality

from . import download, tables
from .forms import CoverageForm

HEADS = {
    "delivered": "Geliefert", "on_time": "Fristgerecht", "median": "Übliche Lieferung (Median)",
    "files": "Dateien bis zur Annahme (Mittel)",
}  # fmt: skip
"""Headings of the figures of punctuality."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The part of the matrix that is asked for; an empty data set means all of them."""

    dataset: str
    year: int | None
    indicator: str
    variables: tuple[str, ...]
    """Of the indicator; empty where none is named."""


def coverage_page(request: HttpRequest) -> HttpResponse:
    """Partners × data sets, partners × dates, or variables × partners, by what is chosen."""
    user = user_of(request, Right.DELIVERIES)
    catalogue, today = memory.catalogue(), timezone.localdate()
    form, chosen = _read(request, user, catalogue, today)
    context: dict[str, object] = {"form": form, "chosen": chosen, "all": not user.partner_id}
    if years(user):
        matrix = _matrix(user, chosen, today, catalogue)
        table = _table(matrix, chosen, catalogue, totals=not user.partner_id)
        context |= {
            "table": table, "legend": tables.legend(table), "title": _title(chosen, catalogue),
            "narrow": [(line, line.agreed(table.columns)) for line in table.lines],
            "sums": [pair for pair in zip(table.columns, table.totals, strict=False) if pair[1]],
            "xlsx": f"{reverse('coverage_xlsx')}?{request.GET.urlencode()}",
        }  # fmt: skip
    return render(request, "coverage/coverage.html", context)


def coverage_xlsx(request: HttpRequest) -> HttpResponse:
    """The same part of the matrix, variable by variable, with totals and punctuality."""
    user = user_of(request, Right.DELIVERIES)
    catalogue, today = memory.catalogue(), timezone.localdate()
    _, chosen = _read(request, user, catalogue, today)
    matrix = _matrix(user, chosen, today, catalogue, by_variable=True)
    made = download.sheets(matrix, catalogue, punctuality(user, today), totals=not user.partner_id)
    name = "-".join(["abdeckung", *(str(p) for p in (chosen.indicator or chosen.dataset, chosen.year) if p)])
    return as_download(write_xlsx(made), f"{name}.xlsx", XLSX)


def punctuality_page(request: HttpRequest) -> HttpResponse:
    """Rate and punctuality, partner by partner, with number of cases and period."""
    user = user_of(request, Right.DELIVERIES)
    report = punctuality(user, timezone.localdate())
    context = {
        "heads": HEADS, "report": report, "rows": [(p.name, _words(f)) for p, f in report.partners],
        "whole": _words(report.district), "all": not user.partner_id, "xlsx": reverse("coverage_xlsx"),
    }  # fmt: skip
    return render(request, "coverage/punctuality.html", context)


def _read(request: HttpRequest, user: User, catalogue: Catalogue, today: date) -> tuple[CoverageForm, Choice]:
    """What the address asks for; without anything the newest year whose reference date has passed."""
    given = request.GET
    known = _datasets(user, catalogue)
    dataset = given.get("datensatz", "") if given.get("datensatz", "") in dict(known) else ""
    indicator = given.get("indikator", "")
    if indicator and indicator not in catalogue.indicators:
        raise Http404
    there = years(user, dataset)
    wanted = given.get("jahr", "")
    year = given_year if (given_year := whole(wanted)) in there else None
    if year is None and (not dataset or indicator):
        year = next((y for y in there if date(y, 12, 31) <= today), there[0] if there else None)
    start = {"datensatz": dataset, "jahr": str(year or ""), "indikator": indicator}
    variables = variables_of(catalogue, indicator) if indicator else ()
    form = CoverageForm(start, datasets=known, years=there)
    form.is_valid()
    return form, Choice(dataset, year, indicator, variables)


def _matrix(
    user: User, chosen: Choice, today: date, catalogue: Catalogue, *, by_variable: bool | None = None
) -> Matrix:
    single = bool(chosen.variables or (chosen.dataset and chosen.year))
    found = coverage_matrix(
        user, chosen.year, dataset=chosen.dataset, today=today,
        by_variable=single if by_variable is None else by_variable,
    )  # fmt: skip
    if not chosen.variables:
        return found
    kept = tuple(c for c in found.cells if c.variable in chosen.variables)
    return Matrix(kept, found.inhabitants)


def _table(matrix: Matrix, chosen: Choice, catalogue: Catalogue, *, totals: bool) -> tables.Table:
    if chosen.variables:
        return tables.by_variable(matrix, catalogue, totals=totals, only=chosen.variables)
    if chosen.dataset and chosen.year:
        return tables.by_variable(matrix, catalogue, totals=totals)
    if chosen.dataset:
        return tables.by_date(matrix, catalogue, chosen.dataset, totals=totals)
    return tables.by_dataset(matrix, catalogue, chosen.year or 0, totals=totals)


def _title(chosen: Choice, catalogue: Catalogue) -> str:
    if chosen.indicator:
        what = f"Merkmale des Indikators „{catalogue.indicators[chosen.indicator].label}“"
    else:
        what = catalogue.datasets[chosen.dataset].label if chosen.dataset else "Alle Datensätze"
    return f"{what}, Stichtage {chosen.year}" if chosen.year else f"{what}, alle Stichtage"


def _datasets(user: User, catalogue: Catalogue) -> list[tuple[str, str]]:
    codes = partners.rounds_visible_to(user).order_by().values_list("agreement__dataset", flat=True)
    there = set(codes.distinct())
    return [(code, d.label) for code, d in catalogue.datasets.items() if code in there]


def _words(f: Punctuality) -> Mapping[str, str]:
    """The figures in words; a dash where there is nothing to count."""
    return {
        "delivered": _share(f.delivered, f.due, f.rate),
        "on_time": _share(f.on_time, f.due, f.on_time_rate),
        "median": _days(f.median_days),
        "files": "–" if f.mean_files is None else f"{text.number(f.mean_files, 1)} (n = {f.accepted})",
    }


def _share(count: int, of: int, rate: float | None) -> str:
    if rate is None:
        return "–"
    return f"{text.number(count)} von {text.number(of)} ({text.with_unit(text.number(100 * rate), '%')})"


def _days(days: float | None) -> str:
    if days is None:
        return "–"
    if days == 0:
        return "am Tag der Frist"
    count = text.number(abs(days), 0 if days == int(days) else 1)
    noun = "Tag" if abs(days) == 1 else "Tage"
    return f"{count}{text.NBSP}{noun} {'nach' if days > 0 else 'vor'} der Frist"
