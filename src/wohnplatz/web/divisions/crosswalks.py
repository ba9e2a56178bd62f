"""Pages of crosswalks: weights with their origin, making one, taking one away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wohnplatz.areas import crosswalk_csv, crosswalk_rows, predecessors
from wohnplatz.areas.crosswalk_table import BASIS_WORDS
from wohnplatz.intake import Sheet, write_xlsx
from wohnplatz.model import WohnplatzError
from wohnplatz.text import day
from wohnplatz.web.access import user_of
from wohnplatz.web.download import CSV, XLSX, as_download
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.district import changing, queries
from wohnplatz.workflow.district.actions import FindingsError
from wohnplatz.workflow.district.models import CrosswalkRecord

from .drawing import shown_findings
from .forms import CrosswalkForm, weight_choices
from .views import KINDS


def crosswalk_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Weights of a crosswalk; those of areas that are split first."""
    user_of(request, Right.SET_UP)
    row = get_object_or_404(CrosswalkRecord.objects.select_related("source", "target"), pk=pk)
    content = changing.crosswalk_of_record(row)
    old, new = ({a.key: a.name for a in queries.division(r.sha)[0].areas} for r in (row.source, row.target))
    pairs = [
        {
            "old": p.old, "old_name": old.get(p.old, ""), "new": p.new, "new_name": new.get(p.new, ""),
            "kind": KINDS[p.kind], "weight": p.weight, "basis": BASIS_WORDS[basis],
        }
        for p, basis in zip(predecessors(content), content.basis, strict=True)
    ]  # fmt: skip
    split = [p for p in pairs if p["weight"] < 1 or p["old"] in content.split]
    context = {
        "row": row, "split": split, "whole": [p for p in pairs if p not in split],
        "estimated": len(content.estimated), "findings": shown_findings(row.findings),
    }  # fmt: skip
    return render(request, "divisions/crosswalk.html", context)


def crosswalk_new(request: HttpRequest) -> HttpResponse:
    """Make a crosswalk between two divisions, or take over a ready one."""
    user = user_of(request, Right.SET_UP)
    start = {"von": request.GET.get("von", ""), "nach": request.GET.get("nach", "")}
    form = CrosswalkForm.of(request, weights=weight_choices(None), initial=start)
    findings: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            row = _made(user, form)
        except Refused:
            raise
        except FindingsError as error:
            findings = shown_findings(error.findings)
            form.add_error(None, error.what)
        except WohnplatzError as error:
            form.add_error(None, error.text())
        else:
            messages.success(request, "Der Umsteigeschlüssel ist gespeichert.")
            return redirect("crosswalk", pk=row.pk)
    return render(request, "divisions/crosswalk_new.html", {"form": form, "findings": findings})


def _made(user: User, form: CrosswalkForm) -> CrosswalkRecord:
    data = form.cleaned_data
    if data["datei"]:
        return changing.import_crosswalk(
            user, data["von"], data["nach"], data["datei"].read(), data["herkunft"]
        )
    weights = changing.weights_for(data["von"], data["gewichte"])
    return changing.compute_crosswalk(user, data["von"], data["nach"], weights)


def crosswalk_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The weights as CSV or XLSX."""
    user_of(request, Right.SET_UP)
    row = get_object_or_404(CrosswalkRecord.objects.select_related("source", "target"), pk=pk)
    content = changing.crosswalk_of_record(row)
    name = f"umsteigeschluessel-{row.source.code}-{row.target.code}"
    if form == "csv":
        return as_download(crosswalk_csv(content), f"{name}.csv", CSV)
    header, *body = crosswalk_rows(content)
    head = (f"Umsteigeschlüssel {row.source.label} → {row.target.label}", f"Stand {day(row.made_at.date())}")
    sheet = Sheet("Umsteigeschlüssel", [str(h) for h in header], body, head)
    return as_download(write_xlsx([sheet]), f"{name}.xlsx", XLSX)
