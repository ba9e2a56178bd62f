"""Deciding about remarks: the list, one remark with its text then, now and as proposed."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.consultation import deciding, queries
from wohnplatz.workflow.consultation.models import Remark
from wohnplatz.workflow.consultation.states import RemarkKind, Verdict
from wohnplatz.workflow.consultation.way import Conflict
from wohnplatz.workflow.reports import queries as reports
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
        "rows": [(one, _takes_over(one.remark)) for one in shown(page.object_list, None, held)],
        "deciding": report.state == ReportState.CONSULTATION,
        "query": "zeigen=offen&" if chosen == "offen" else "",
    }  # fmt: skip
    return render(request, "consultation/remarks.html", context)


def decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One remark: what was said, what the text says now, the decision with its reason."""
    user, report = lead_and_report(request, pk)
    found = consultation_for(report)
    remark = get_object_or_404(queries.released_remarks(user, found), number=number)
    now = deciding.current_text(remark) or ""
    start = {"version": remark.version, "gesehen": now, "text": remark.proposal, "grund": remark.reason}
    form = DecideForm.of(request, initial=start)
    if request.method == "POST":
        if request.POST.get("schritt") == "zuruecknehmen":
            return _revoked(request, user, remark)
        if request.POST.get("schritt") == "sofort":
            return _at_once(request, user, remark)
        if form.is_valid():
            try:
                _act(user, remark, request.POST.get("schritt", ""), form)
            except Refused:
                raise
            except WohnplatzError as error:
                form.add_error(None, error.text())
                remark.refresh_from_db()
            else:
                messages.success(request, f"Über Anmerkung Nr. {number} ist entschieden.")
                return _next(pk, user, found)
    held = material_for(user, report, reports.tree(report), frozenset())
    context = {
        "report": report, "remark": remark, "one": shown([remark], None, held)[0], "form": form,
        "now": now, "since": against_now(remark, held), "gone": deciding.current_text(remark) is None,
        "merged": compared(now, remark.proposal, remark, held) if remark.proposal else (),
        "takes_over": _takes_over(remark), "deciding": report.state == ReportState.CONSULTATION,
        "editable": remark.kind == RemarkKind.PROPOSAL or bool(remark.basis),
    }  # fmt: skip
    return render(request, "consultation/decide.html", context)


def _act(user: User, remark: Remark, step: str, form: DecideForm) -> None:
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


def _at_once(request: HttpRequest, user: User, remark: Remark) -> HttpResponse:
    """Take a proposal over with one click; whoever was slower or whose text changed goes to the page."""
    version = request.POST.get("version", "")
    pk = remark.invitation.consultation.report_id
    try:
        deciding.take_over(user, remark, TAKEN, int(version) if version.isdecimal() else 0)
    except Refused:
        raise
    except WohnplatzError as error:
        messages.warning(request, error.text())
        return redirect("consultation_decide", pk=pk, number=remark.number)
    messages.success(request, f"Der Vorschlag Nr. {remark.number} ist als neue Fassung übernommen.")
    return redirect("consultation_remarks", pk=pk)


def _revoked(request: HttpRequest, user: User, remark: Remark) -> HttpResponse:
    version = request.POST.get("version", "")
    try:
        deciding.revoke(user, remark, int(version) if version.isdecimal() else 0)
    except Conflict as error:
        messages.warning(request, error.text())
    else:
        messages.success(request, "Die Entscheidung ist zurückgenommen.")
    pk = remark.invitation.consultation.report_id
    return redirect("consultation_decide", pk=pk, number=remark.number)


def _next(pk: int, user: User, consultation: object) -> HttpResponse:
    """The next remark without a decision, else the list."""
    left = queries.released_remarks(user, consultation).filter(verdict="").first()  # type: ignore[arg-type]
    if left is None:
        return redirect("consultation_remarks", pk=pk)
    return redirect("consultation_decide", pk=pk, number=left.number)


def _takes_over(remark: Remark) -> bool:
    """Whether the proposal can be taken over with one click."""
    return remark.kind == RemarkKind.PROPOSAL and not remark.verdict and not deciding.has_changed(remark)
