"""Deciding about remarks: the list, one remark with its text then, now and as proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from wohnplatz.model import WohnplatzError
from wohnplatz.web.forms import told, warned
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.consultation import deciding, queries
from wohnplatz.workflow.consultation.models import Said
from wohnplatz.workflow.consultation.states import RemarkKind, Verdict
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.states import ReportState

from .forms import DecideForm
from .showing import against_now, compared, material_for, shown
from .views import consultation_for, lead_and_report

PAGE = 50
TAKEN = "Der Vorschlag wurde übernommen."
"""The reason of one click; the planner may write another one on the page of the remark."""


def remark_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All released remarks, those without a decision first."""
    user, report = lead_and_report(request, pk)
    found = consultation_for(report)
    remarks = queries.released_remarks(user, found)
    left = remarks.filter(verdict="").count()
    chosen = request.GET.get("zeigen", "")
    if chosen == "offen":
        remarks = remarks.filter(verdict="")
    page = Paginator(remarks, PAGE).get_page(request.GET.get("seite"))
    held = material_for(user, report, reports.tree(report), frozenset())
    context = {
        "report": report, "consultation": found, "page": page, "left": left, "chosen": chosen,
        "rows": [(one, takes_over(one.remark)) for one in shown(page.object_list, None, held)],
        "deciding": report.state == ReportState.CONSULTATION,
        "query": "zeigen=offen&" if chosen == "offen" else "",
    }  # fmt: skip
    return render(request, "consultation/remarks.html", context)


def decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One remark: what was said, what the text says now, the decision with its reason."""
    user, report = lead_and_report(request, pk)
    remarks = queries.released_remarks(user, consultation_for(report))
    return decision(request, user, report, remarks, number, PARTNERS)


@dataclass(frozen=True, slots=True)
class Kind:
    """Where remarks of one kind are listed and decided, and until when."""

    list_route: str
    route: str
    title: str
    states: frozenset[str]
    over: str


PARTNERS = Kind(
    "consultation_remarks", "consultation_decide", "Anmerkungen", frozenset({ReportState.CONSULTATION}),
    "Entschieden wird, solange er in der Abstimmung ist.",
)  # fmt: skip


def decision(  # noqa: PLR0913, PLR0917 (who decides what of which remarks)
    request: HttpRequest, user: User, report: SocialReport, remarks: QuerySet[Any], number: int, kind: Kind
) -> HttpResponse:
    """The page of one remark; on POST the decision, then the next remark without one."""
    remark = get_object_or_404(remarks, number=number)
    now = deciding.current_text(remark) or ""
    start = {"version": remark.version, "gesehen": now, "text": remark.proposal, "grund": remark.reason}
    form = DecideForm.of(request, initial=start)
    if request.method == "POST":
        if request.POST.get("schritt") == "zuruecknehmen":
            return _revoked(request, user, remark, kind)
        if request.POST.get("schritt") == "sofort":
            return _at_once(request, user, remark, kind)
        if form.is_valid():
            with told(form):
                _act(user, remark, request.POST.get("schritt", ""), form)
                messages.success(request, f"Über Anmerkung Nr. {number} ist entschieden.")
                return _next(report.pk, remarks, kind)
            remark.refresh_from_db()
    held = material_for(user, report, reports.tree(report), frozenset())
    context = {
        "report": report, "remark": remark, "one": shown([remark], None, held)[0], "form": form,
        "now": now, "since": against_now(remark, held), "gone": deciding.current_text(remark) is None,
        "merged": compared(now, remark.proposal, remark, held) if remark.proposal else (),
        "takes_over": takes_over(remark), "deciding": report.state in kind.states, "kind": kind,
        "editable": remark.kind == RemarkKind.PROPOSAL or bool(remark.basis),
        "back": reverse(kind.list_route, args=[report.pk]),
    }  # fmt: skip
    return render(request, "consultation/decide.html", context)


def _act(user: User, remark: Said, step: str, form: DecideForm) -> None:
    data = form.cleaned_data
    if step == "uebernehmen":
        deciding.take_over(user, remark, data["grund"], data["version"])
    elif step == "zusammenfuehren":
        same = data["text"].replace("\r\n", "\n").strip() == remark.proposal.strip()
        deciding.take_over(
            user, remark, data["grund"], data["version"], words=data["text"],
            seen_text=data["gesehen"].replace("\r\n", "\n"),
            verdict=Verdict.ACCEPTED if same else Verdict.PARTLY,
        )  # fmt: skip
    elif step in Verdict.values:
        deciding.decide(user, remark, Verdict(step), data["grund"], data["version"])
    else:
        raise WohnplatzError("Diese Entscheidung gibt es nicht.", code="web.decision")


def _at_once(request: HttpRequest, user: User, remark: Said, kind: Kind) -> HttpResponse:
    """Take a proposal over with one click; whoever was slower or whose text changed goes to the page."""
    version, pk = request.POST.get("version", ""), remark.report.pk
    with warned(request):
        deciding.take_over(user, remark, TAKEN, int(version) if version.isdecimal() else 0)
        messages.success(request, f"Der Vorschlag Nr. {remark.number} ist als neue Fassung übernommen.")
        return redirect(kind.list_route, pk=pk)
    return redirect(kind.route, pk=pk, number=remark.number)


def _revoked(request: HttpRequest, user: User, remark: Said, kind: Kind) -> HttpResponse:
    version = request.POST.get("version", "")
    with warned(request):
        deciding.revoke(user, remark, int(version) if version.isdecimal() else 0)
        messages.success(request, "Die Entscheidung ist zurückgenommen.")
    return redirect(kind.route, pk=remark.report.pk, number=remark.number)


def _next(pk: int, remarks: QuerySet[Any], kind: Kind) -> HttpResponse:
    """The next remark without a decision, else the list."""
    left = remarks.filter(verdict="").first()
    if left is None:
        return redirect(kind.list_route, pk=pk)
    return redirect(kind.route, pk=pk, number=left.number)


def takes_over(remark: Said) -> bool:
    """Whether the proposal can be taken over with one click."""
    return remark.kind == RemarkKind.PROPOSAL and not remark.verdict and not deciding.has_changed(remark)
