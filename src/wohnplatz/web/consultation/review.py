"""The internal review: colleagues remark on blocks, the planner decides, everybody who writes reads it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wohnplatz.web.forms import told, warned
from wohnplatz.web.reports.seen import person_and_report
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.consultation import chapters, deciding, reviewing
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.states import ReportState

from .decisions import Kind, decision, takes_over
from .forms import ReviewForm
from .showing import material_for, shown
from .views import lead_and_report

REVIEW = Kind(
    "report_review", "report_review_decide", "Interne Durchsicht", deciding.REVIEWED,
    "Entschieden wird vor der Abstimmung.",
)  # fmt: skip


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """All remarks of colleagues; on POST a new one, or one that is taken back."""
    user, report = person_and_report(request, pk)
    form = None
    if request.method == "POST":
        step, _, number = request.POST.get("schritt", "").partition(":")
        if step == "zurueckziehen":
            return _taken_back(request, user, report, number)
        form = _sent(request, report)
        if form.is_valid():
            with told(form):
                made = reviewing.say(user, report, **form.values)
                messages.success(request, f"Die Anmerkung steht als Nr. {made.number} in der Durchsicht.")
                return _to_block(made.block_id, made.area, report)
    remarks = reviewing.remarks(user, report)
    held = material_for(user, report, reports.tree(report), frozenset())
    leading = reports.may_lead(user)
    context = {
        "report": report, "form": form, "left": reviewing.undecided(report), "leading": leading,
        "rows": [(one, leading and takes_over(one.remark)) for one in shown(remarks, None, held)],
        "in_review": report.state == ReportState.REVIEW, "deciding": report.state in deciding.REVIEWED,
    }  # fmt: skip
    return render(request, "consultation/review.html", context)


def decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One remark of a colleague and the decision about it."""
    user, report = lead_and_report(request, pk)
    return decision(request, user, report, reviewing.remarks(user, report), number, REVIEW)


def at_block(user: User, report: SocialReport, block_id: str, area: str = "") -> dict[str, Any]:
    """What the page of a block shows of the review: remarks on it, and the form while it lasts."""
    found = reviewing.remarks(user, report).filter(block_id=block_id, area=area)
    tree, in_review = reports.tree(report), report.state == ReportState.REVIEW
    node = chapters.block(tree, block_id)
    if node is None or not (in_review or found.exists()):
        return {"review": None}
    held = material_for(user, report, tree, frozenset())
    start = {"block": block_id, "gebiet": area, "vorschlag": chapters.text_of(node, area)}
    form = ReviewForm(initial=start, is_text=chapters.is_text(node), area=area, auto_id="durchsicht-%s")
    return {"review": {"remarks": shown(found, None, held), "form": form if in_review else None}}


def standing(report: SocialReport) -> dict[str, Any]:
    """For the page of a report: how many remarks there are and how many wait for a decision."""
    return {"review_count": report.review_remarks.count(), "review_left": reviewing.undecided(report)}


def _sent(request: HttpRequest, report: SocialReport) -> ReviewForm:
    node = chapters.block(reports.tree(report), request.POST.get("block", ""))
    return ReviewForm(
        request.POST, is_text=chapters.is_text(node), area=request.POST.get("gebiet", ""),
        auto_id="durchsicht-%s",
    )  # fmt: skip


def _taken_back(request: HttpRequest, user: User, report: SocialReport, number: str) -> HttpResponse:
    wanted = int(number) if number.isdecimal() and len(number) < 9 else 0
    found = get_object_or_404(reviewing.remarks(user, report), number=wanted)
    with warned(request):
        reviewing.take_back(user, found)
        messages.success(request, f"Die Anmerkung Nr. {found.number} ist zurückgezogen.")
    return redirect("report_review", pk=report.pk)


def _to_block(block_id: str, area: str, report: SocialReport) -> HttpResponse:
    answer = redirect("report_block", pk=report.pk, block_id=block_id)
    answer.headers["Location"] += f"{f'?gebiet={area}' if area else ''}#durchsicht"
    return answer
