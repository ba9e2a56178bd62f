"""Street lists: take one over, read its findings, take it away."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wohnplatz.areas import StreetRange
from wohnplatz.areas.streets import SIDE_WORDS
from wohnplatz.intake import Sheet, write_csv, write_xlsx
from wohnplatz.model import Finding, WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.download import CSV, XLSX, as_download
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.district import streets
from wohnplatz.workflow.district.actions import FindingsError
from wohnplatz.workflow.district.models import DivisionRecord

from .drawing import shown_findings
from .forms import StreetsForm

SHOWN = 100
"""Findings on the page; the rest is counted, and all are in the file."""
HEADER = ["Straße", "von", "bis", "Seite", "Gebiet", "Ort", "Straßenschlüssel", "Ost", "Nord", "Einwohner"]


def streets_page(request: HttpRequest, code: str) -> HttpResponse:
    """Take over a list; errors are shown and nothing is kept then."""
    user = user_of(request, Right.SET_UP)
    record = get_object_or_404(DivisionRecord, code=code)
    form = StreetsForm.of(request)
    refused: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["datei"]
        try:
            row = streets.import_streets(user, record, file.name, file.read(), form.cleaned_data["quelle"])
        except Refused:
            raise
        except FindingsError as error:
            refused = error.findings
            form.add_error("datei", error.what)
        except WohnplatzError as error:
            form.add_error("datei", error.text())
        else:
            messages.success(request, f"Das Straßenverzeichnis mit {row.row_count} Zeilen ist übernommen.")
            return redirect("division_streets", code=code)
    kept = record.street_lists.first()
    findings = shown_findings(refused or (kept.findings if kept else ()))
    context = {
        "record": record, "form": form, "kept": kept, "refused": bool(refused), "findings": findings[:SHOWN],
        "more": max(len(findings) - SHOWN, 0), "lists": record.street_lists.all()[1:6],
    }  # fmt: skip
    return render(request, "divisions/streets.html", context)


def streets_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The newest list as CSV, or as XLSX with its findings."""
    user_of(request, Right.SET_UP)
    record = get_object_or_404(DivisionRecord, code=code)
    kept = record.street_lists.first()
    if kept is None:
        raise Http404
    rows = [_row(r) for r in streets.streets_of(record)]
    name = f"strassen-{record.code}"
    if form == "csv":
        return as_download(write_csv([HEADER, *rows]), f"{name}.csv", CSV)
    told = [[str(f["row"] or ""), f["message"], f["advice"]] for f in kept.findings]
    sheets = [
        Sheet("Straßen", HEADER, rows, (f"Straßenverzeichnis {record.label}",)),
        Sheet("Prüfbefunde", ["Zeile", "Befund", "Was zu tun ist"], told),
    ]
    return as_download(write_xlsx(sheets), f"{name}.xlsx", XLSX)


def _row(r: StreetRange) -> list[str | float | None]:
    numbers = [str(r.first or ""), str(r.last or "")]
    placed = [v if v == v else None for v in (r.x, r.y, r.weight)]  # noqa: PLR0124 (NaN: no place)
    return [r.street, *numbers, SIDE_WORDS[r.side], r.area, r.place, r.key, *placed]
