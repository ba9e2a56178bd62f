"""The planner's pages: which reports are being agreed, who has answered, what comes next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from wohnplatz.intake import Sheet, write_xlsx
from wohnplatz.web.access import user_of
from wohnplatz.web.download import XLSX, as_download
from wohnplatz.web.forms import told, warned
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.consultation import finishing, opening, printing, profiles, queries
from wohnplatz.workflow.consultation.chapters import chapters
from wohnplatz.workflow.consultation.models import Consultation, Invitation
from wohnplatz.workflow.partners.models import Partner
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.states import WAY, ReportState

from .forms import PlaceForm, PrepareForm, ReopenForm
from .seat import cards
from .showing import PROFILES, STANDINGS, STATES

LETTER = (
    "Wir legen Ihnen den Entwurf zur Abstimmung vor. Bitte prüfen Sie Ihre Kapitel und geben Sie Ihre Antwort"
    " bis zur Frist frei. Kommunen bitten wir außerdem um die Freigabe des Profils ihrer Gebiete."
)
"""What the covering letter begins with."""
BEFORE = frozenset({ReportState.DRAFT, ReportState.REVIEW})


def consultation_list(request: HttpRequest) -> HttpResponse:
    """The planner's reports by state; a partner's own places."""
    user = user_of(request, Right.CONSULT)
    if user.partner_id is not None:
        return render(request, "consultation/mine.html", {"cards": cards(user)})
    today = timezone.localdate()
    known = {c.report_id: c for c in queries.consultations(user)}
    kept = reports.visible_to(user).exclude(state=ReportState.SET_ASIDE)
    rows = [_listed(r, known.get(r.pk), today) for r in kept]
    return render(request, "consultation/list.html", {"rows": rows})


def consultation_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: where it stands, who has answered, what comes next."""
    report = lead_and_report(request, pk)[1]
    found = Consultation.objects.filter(report=report).select_related("report__release").first()
    today = timezone.localdate()
    rows = queries.overview(found, today) if found else []
    asked = {r.invitation.partner_id for r in rows}
    own = {p.partner.pk: p for p in profiles.profiles(report)} if found and found.opened_at else {}
    context = {
        "report": report, "consultation": found, "badge": STATES[ReportState(report.state)],
        "rows": [_partner(r, own.get(r.invitation.partner_id)) for r in rows],
        "states": _way(report), "today": today, "undecided": sum(r.undecided for r in rows),
        "answered": sum(r.standing == "answered" for r in rows), "remarks": sum(
            r.remarks for r in rows if r.standing == "answered"),
        "unasked": [p.partner for key, p in own.items() if key not in asked],
        "held": sum(not p.let_go for p in own.values()), "before": report.state in BEFORE,
    }  # fmt: skip
    return render(request, "consultation/report.html", context)


def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Deadline, covering letter and partners, before anybody is told."""
    user, report = lead_and_report(request, pk)
    found = Consultation.objects.filter(report=report).first()
    places = {i.partner.code: i for i in found.invitations.select_related("partner")} if found else {}
    partners = Partner.objects.filter(is_active=True)
    start = {
        "frist": found.due_on if found else None, "anschreiben": found.letter if found else LETTER,
        "stellen": list(places) if found else [],
    }  # fmt: skip
    form = PrepareForm.of(request, initial=start, partners=[(p.code, p.name) for p in partners])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with told(form):
            made = opening.prepare(user, report, letter=data["anschreiben"], due_on=data["frist"])
            for partner in partners.filter(code__in=data["stellen"]).exclude(code__in=places):
                opening.invite(user, made, partner)
            for code, place in places.items():
                if code not in data["stellen"]:
                    opening.drop(user, place)
            messages.success(request, "Die Abstimmung ist vorbereitet. Noch ist niemand eingeladen.")
            return redirect("consultation", pk=pk)
    return render(request, "consultation/prepare.html", {"report": report, "form": form})


def place(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Chapters and deadline of one partner, before or after it was invited."""
    user, report = lead_and_report(request, pk)
    found = consultation_for(report)
    partner = get_object_or_404(Partner, code=code, is_active=True)
    known = Invitation.objects.filter(consultation=found, partner=partner).first()
    options = [(c.id, c.title) for c in chapters(reports.tree(report))]
    start = {
        "kapitel": known.chapters if known else list(opening.usual_chapters(report, partner)),
        "frist": known.due_on if known else found.due_on,
    }  # fmt: skip
    form = PlaceForm.of(request, initial=start, chapters=options)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with told(form):
            if known and known.invited_at and data["frist"] != known.due_on:
                opening.change_deadline(user, known, data["frist"], today=timezone.localdate())
            opening.invite(user, found, partner, ids=data["kapitel"], due_on=data["frist"])
            messages.success(request, f"{partner.name}: Kapitel und Frist sind gespeichert.")
            return redirect("consultation", pk=pk)
    context = {"report": report, "form": form, "partner": partner, "known": known, "consultation": found}
    return render(request, "consultation/place.html", context)


def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose another partner to ask."""
    report = lead_and_report(request, pk)[1]
    found = consultation_for(report)
    asked = found.invitations.values_list("partner_id", flat=True)
    others = Partner.objects.filter(is_active=True).exclude(pk__in=asked)
    return render(request, "consultation/add.html", {"report": report, "partners": others})


def ask(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Put a reminder into today's collective mail."""
    user, report = lead_and_report(request, pk)
    if request.method != "POST":
        return redirect("consultation", pk=pk)
    known = _invitation(report, code)
    with warned(request):
        new = opening.ask(user, known, timezone.localdate())
        words = "Die Erinnerung steht in der nächsten Sammelnachricht." if new else (
            "Für heute ist die Erinnerung schon vorgemerkt; mehr als eine am Tag gibt es nicht.")  # fmt: skip
        (messages.success if new else messages.info)(request, f"{known.partner.name}: {words}")
    return redirect("consultation", pk=pk)


def reopen(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Open an answer again, with the reason."""
    user, report = lead_and_report(request, pk)
    known = _invitation(report, code)
    form = ReopenForm.of(request, initial={"version": known.version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with told(form):
            opening.reopen(
                user, known, data["grund"], data["frist"], today=timezone.localdate(),
                seen_version=data["version"],
            )  # fmt: skip
            messages.success(request, f"{known.partner.name} kann wieder antworten.")
            return redirect("consultation", pk=pk)
    return render(request, "consultation/reopen.html", {"report": report, "form": form, "place": known})


def table_file(request: HttpRequest, pk: int) -> HttpResponse:
    """All released remarks with their decisions as a workbook, for the planner."""
    user, report = lead_and_report(request, pk)
    found = consultation_for(report)
    heads = ("Nr.", "Stelle", "Zu", "Art", "Sichtbar für", "Anmerkung", "Vorschlag", "Entscheidung",
             "Begründung", "Fassung")  # fmt: skip
    rows = [
        (r.number, r.invitation.partner.name, r.place, r.get_kind_display(), r.get_circle_display(), r.words,
         r.proposal, printing.decision_words(r), r.reason, r.block_version)
        for r in queries.released_remarks(user, found)
    ]  # fmt: skip
    data = write_xlsx([Sheet("Anmerkungen", heads, rows, foot=(report.title,))])
    return as_download(data, f"anmerkungen-bericht-{report.pk}.xlsx", XLSX)


def file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A published file as it went out: for the planner and for all who were asked."""
    user = user_of(request, Right.CONSULT)
    found = Consultation.objects.filter(report_id=pk).select_related("report__release").first()
    if found is None or not queries.invitations(user).filter(consultation=found).exists():
        raise Http404
    data = finishing.published_file(found, name)
    if data is None:
        raise Http404
    return as_download(data, name, "application/octet-stream")


def lead_and_report(request: HttpRequest, pk: int) -> tuple[User, SocialReport]:
    """The planner and the report."""
    user = user_of(request, Right.REPORTS_LEAD)
    found: SocialReport = get_object_or_404(reports.visible_to(user), pk=pk)
    return user, found


def consultation_for(report: SocialReport) -> Consultation:
    """The report's consultation; 404 where none was prepared."""
    found: Consultation = get_object_or_404(
        Consultation.objects.select_related("report__release"), report=report
    )
    return found


def _invitation(report: SocialReport, code: str) -> Invitation:
    found: Invitation = get_object_or_404(
        Invitation.objects.select_related("partner", "consultation__report__release"),
        consultation__report=report, partner__code=code,
    )  # fmt: skip
    return found


def _listed(report: SocialReport, consultation: Consultation | None, today: Any) -> dict[str, Any]:
    rows = queries.overview(consultation, today) if consultation else []
    return {
        "report": report, "consultation": consultation, "badge": STATES[ReportState(report.state)],
        "asked": len(rows), "answered": sum(r.standing == "answered" for r in rows),
        "overdue": sum(r.standing == "overdue" for r in rows), "undecided": sum(r.undecided for r in rows),
        "before": report.state in BEFORE,
    }  # fmt: skip


def _partner(row: queries.Row, profile: profiles.Profile | None) -> dict[str, Any]:
    return {
        "row": row, "place": row.invitation, "badge": STANDINGS[row.standing], "profile": profile,
        "profile_badge": PROFILES[profile.state] if profile else "",
        "open": row.standing in {"invited", "opened", "working", "reopened", "overdue"},
    }  # fmt: skip


def _way(report: SocialReport) -> list[dict[str, Any]]:
    at = WAY.index(ReportState(report.state)) if report.state in WAY else -1
    return [
        {"label": s.label, "kind": "done" if n < at else "now" if n == at else "next"}
        for n, s in enumerate(WAY)
    ]
