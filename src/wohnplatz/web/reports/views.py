"""Reports: the list, a new one, its outline, its settings, the house style."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe

from wohnplatz.report import HouseStyle, Template, start, templates
from wohnplatz.web.access import user_of
from wohnplatz.web.consultation import review
from wohnplatz.web.forms import once, told, warned
from wohnplatz.web.stand import NoRelease, level_name
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Release
from wohnplatz.workflow.reports import actions, drift, queries, states
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.states import ReportState

from . import files
from .choices import Options
from .forms import BeginForm, SettingsForm, StyleForm
from .pictures import template_picture
from .seen import errors_in, outline, person_and_report, unfold

BADGES = {
    ReportState.DRAFT: "default", ReportState.REVIEW: "info", ReportState.CONSULTATION: "info",
    ReportState.DECIDED: "info", ReportState.AGREED: "success", ReportState.PRESENTED: "success",
    ReportState.PUBLISHED: "success", ReportState.SET_ASIDE: "default",
}  # fmt: skip


def report_list(request: HttpRequest) -> HttpResponse:
    """All reports; those set aside by themselves."""
    user = user_of(request, Right.REPORTS)
    known = {t.code: t.label for t in templates()}
    rows = [
        {"report": r, "template": known.get(r.template, r.template), "badge": BADGES[ReportState(r.state)],
         "open": drift.open_items(r).count()}
        for r in queries.visible_to(user)
    ]  # fmt: skip
    aside = [row for row in rows if row["report"].state == ReportState.SET_ASIDE]
    context = {
        "rows": [row for row in rows if row not in aside], "aside": aside, "leading": queries.may_lead(user),
    }  # fmt: skip
    return render(request, "reports/list.html", context)


def report_new(request: HttpRequest) -> HttpResponse:
    """The templates, each with a picture and what it is for."""
    user_of(request, Right.REPORTS_LEAD)
    release = _newest()
    cards = [{"template": t, "picture": _picture(t, release)} for t in templates()]
    return render(request, "reports/templates.html", {"cards": cards})


def report_begin(request: HttpRequest, template: str) -> HttpResponse:
    """Begin a report from one template."""
    user = user_of(request, Right.REPORTS_LEAD)
    release = _newest()
    chosen = next((t for t in templates() if t.code == template), None)
    if chosen is None:
        raise Http404
    catalogue = releases.catalogue(release)
    themes = [(c, label) for c, label in catalogue.blocks.items()
              if any(i.block == c for i in catalogue.indicators.values())]  # fmt: skip
    entries = releases.manifest(release).entries
    form = BeginForm.of(request, template=chosen, areas=_areas(release, chosen), themes=themes)
    form.fields["jahr"].initial = max((e.reference_date.year for e in entries), default=release.made_at.year)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with told(form):
            made = actions.begin(
                user, template, release, year=data["jahr"], area=data.get("gebiet", ""),
                theme=data.get("thema", ""), title=data["titel"],
                once=once(request),
            )  # fmt: skip
            messages.success(request, f"„{made.title}“ ist angelegt.")
            return redirect("report", pk=made.pk)
    context = {"template": chosen, "form": form, "release": release, "picture": _picture(chosen, release),
               "once": once(request)}  # fmt: skip
    return render(request, "reports/begin.html", context)


def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The outline of a report with the findings at each block."""
    user, report = person_and_report(request, pk)
    if request.method == "POST":
        return _advanced(request, report)
    items, others = outline(user, report)
    folded = unfold(items, request.GET.get("offen", ""))
    found = list(_all_findings(items)) + others
    suggested = sum(f.code == SUGGESTION for f in found)
    context = {
        "report": report, "items": items, "others": others, "badge": BADGES[ReportState(report.state)],
        "errors": errors_in(found) - suggested, "suggested": suggested,
        "warnings": len(found) - errors_in(found),
        "open_items": drift.open_items(report), "leading": queries.may_lead(user),
        "writing": queries.may_write(user, report), "steps": _steps(report),
        "newer": _newer(report), "removed": report.blocks.filter(deleted=True).count(),
        "template": next((t.label for t in templates() if t.code == report.template), report.template),
        "folded": folded, "takes": queries.may_lead(user) or files.is_open(report), **review.standing(report),
    }  # fmt: skip
    return render(request, "reports/report.html", context)


def _all_findings(items: list[Any]) -> Any:
    for item in items:
        yield from item.findings
        for _, _, inner in item.lists:
            yield from _all_findings(inner)


SUGGESTION = "report.suggestion"
"""The finding at a suggested text; the outline says so by its badge."""
STEP_WORDS = {
    (ReportState.DRAFT, ReportState.REVIEW): "In die interne Durchsicht geben",
    (ReportState.REVIEW, ReportState.DRAFT): "Zurück in den Entwurf",
    (ReportState.DRAFT, ReportState.SET_ASIDE): "Verwerfen",
    (ReportState.SET_ASIDE, ReportState.DRAFT): "Wieder aufnehmen",
}
"""Steps that are taken here; those of the agreement have pages of their own."""


def _steps(report: SocialReport) -> list[tuple[str, str]]:
    before = ReportState(report.state)
    return [(to.value, STEP_WORDS[before, to]) for to in states.NEXT[before] if (before, to) in STEP_WORDS]


def _advanced(request: HttpRequest, report: SocialReport) -> HttpResponse:
    user = user_of(request, Right.REPORTS_LEAD)
    to = request.POST.get("zustand", "")
    if to not in {value for value, _ in _steps(report)}:
        raise Http404
    with warned(request):
        moved = actions.advance(user, report, ReportState(to))
        messages.success(request, f"Der Bericht ist jetzt: {moved.get_state_display()}.")
    return redirect("report", pk=report.pk)


def report_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Title, year and look of one report."""
    user, report = person_and_report(request, pk)
    user_of(request, Right.REPORTS_LEAD)
    form = SettingsForm.of(request, initial={
        "titel": report.title, "untertitel": report.subtitle, "jahr": report.year,
        "titelblatt": report.contents, "leicht": report.easy,
    })  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.describe(
            user, report, title=data["titel"], subtitle=data["untertitel"], year=data["jahr"],
            contents=data["titelblatt"], easy=data["leicht"],
        )  # fmt: skip
        messages.success(request, "Die Angaben sind gespeichert.")
        return redirect("report", pk=pk)
    return render(request, "reports/settings.html", {"report": report, "form": form})


def report_style(request: HttpRequest) -> HttpResponse:
    """The district's look for all reports."""
    user = user_of(request, Right.SET_UP)
    before = queries.district_style()
    form = StyleForm.of(request, initial={
        "stelle": before.office, "farbe": before.colour, "schrift": before.font,
        "logo_worte": before.logo_alternative,
    })  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with told(form, {"report.colour": "farbe", "report.logo": "logo"}):
            actions.set_house_style(user, form.style(before))
            messages.success(request, "Der Hausstil ist gespeichert.")
            return redirect("report_style")
    return render(request, "reports/style.html", {"form": form, "style": before, "logo": _logo(before)})


def _logo(style: HouseStyle) -> str:
    """Address of the logo as data; an SVG shown as a picture runs nothing."""
    if not style.logo:
        return ""
    kind = {"iVBOR": "png", "/9j/4": "jpeg"}.get(style.logo[:5], "svg+xml")
    return f"data:image/{kind};base64,{style.logo}"


def _newest() -> Release:
    release = releases.current()
    if release is None:
        raise NoRelease
    return release


def _newer(report: SocialReport) -> Release | None:
    """A newer release that the report could still be bound to."""
    if not states.WRITERS[report.state]:
        return None
    newest = releases.current()
    return newest if newest is not None and newest.number > report.release.number else None


def _areas(release: Release, template: Template) -> Options:
    """Areas that a report of this template may be about, by level."""
    tree = releases.hierarchy(release)
    levels = [v for v in reversed(tree.levels) if v in template.levels] or [tree.levels[-1]]
    found = []
    for level in levels:
        options = [(k, a.name) for k, a in tree.areas(level).items()]
        found.append((level_name(level), options))
    return found


def _picture(template: Template, release: Release) -> str:
    tree, catalogue = releases.hierarchy(release), releases.catalogue(release)
    level = next((v for v in tree.levels if v in template.levels), tree.levels[-1])
    used = {i.block for i in catalogue.indicators.values()}
    made = start(
        template.code, id="bild", area=next(iter(tree.areas(level))), year=release.made_at.year,
        hierarchy=tree, catalogue=catalogue, theme=next(b for b in catalogue.blocks if b in used),
    )  # fmt: skip
    return mark_safe(template_picture(made))  # noqa: S308 (our own, without texts)
