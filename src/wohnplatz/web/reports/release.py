"""The release of a report: another one, what it changes, and a figure then and now."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from wohnplatz import text
from wohnplatz.report import FigureId, Material, headline, trace
from wohnplatz.web.forms import warned
from wohnplatz.web.parameters import whole
from wohnplatz.web.stand import PARAMETER
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Release
from wohnplatz.workflow.reports import drift, queries
from wohnplatz.workflow.reports.models import SocialReport

from .choices import Choices, flat
from .picking import material_for
from .seen import names_of, person_and_report

MISSING = "Diesen Datenstand gibt es nicht. Der Bericht bleibt auf seinem; bitte unten einen anderen wählen."


def report_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a release, see what it changes, settle what it has changed."""
    user, report = person_and_report(request, pk)
    if request.method == "POST":
        return _done(request, user, report)
    asked = request.GET.get("auf", "")
    wanted = whole(asked)
    target = Release.objects.filter(number=wanted).first() if wanted is not None else None
    if asked and target is None:
        messages.error(request, MISSING)
    leading = queries.may_lead(user) and queries.may_write(user, report)
    foreseen = drift.foresee(user, report, target) if target is not None and leading else None
    names = names_of(report)
    items = [_item(i, names) for i in drift.open_items(report)]
    context: dict[str, Any] = {
        "report": report, "releases": Release.objects.all(), "target": target, "leading": leading,
        "foreseen": foreseen, "headline": headline(foreseen) if foreseen is not None else "",
        "items": items, "broken": sum(i["item"].broken for i in items), "names": names,
        "settled": report.drift.exclude(settled_at=None).select_related("settled_by")[:50],
        "bindings": report.bindings.select_related("release", "by"),
        "writing": queries.may_write(user, report),
    }  # fmt: skip
    return render(request, "reports/release.html", context)


def _item(item: Any, names: Any) -> dict[str, Any]:
    figures = [{**f, "name": _figure_name(f["figure"], names)} for f in item.figures]
    return {"item": item, "figures": figures, "area": names.areas.get(item.area, item.area)}


def _figure_name(figure: str, names: Any) -> str:
    place = FigureId.read(figure)
    return f"{names.indicator(place.indicator)}, {names.areas.get(place.area, place.area)}, {place.year}"


def _done(request: HttpRequest, user: User, report: SocialReport) -> HttpResponse:
    step, _, rest = request.POST.get("schritt", "").partition(":")
    with warned(request):
        if step == "waehlen":
            release = get_object_or_404(Release, number=whole(request.POST.get("auf", "")))
            drift.choose_release(user, report, release)
            messages.success(request, f"Der Bericht steht jetzt auf dem {text.release_name(release.label)}.")
        elif step == "erledigt":
            item = get_object_or_404(report.drift, pk=whole(rest))
            drift.settle(user, item, request.POST.get(f"vermerk_{item.pk}", ""))
        else:
            raise Http404
    return redirect("report_release", pk=report.pk)


def report_figure(request: HttpRequest, pk: int) -> HttpResponse:
    """One figure: its value then, its value now, why it differs, where it comes from."""
    user, report = person_and_report(request, pk)
    try:
        figure = FigureId.read(request.GET.get("zahl", ""))
    except ValueError:
        raise Http404 from None
    choices = Choices.of(report)
    if figure.indicator not in flat(choices.indicators):
        raise Http404
    known = _releases(report)
    now = material_for(user, report, figure.indicator)
    rows = [_row(user, report, release, figure, now) for release in known]
    meta = now.meta(figure.indicator)
    context = {
        "report": report, "rows": rows, "figure": figure, "label": meta.label if meta else figure.indicator,
        "area": now.name(figure.area), "short": now.short(figure.indicator),
        "source": text.day(now.made_on), "indicator": figure.indicator if ":" not in figure.indicator else "",
    }  # fmt: skip
    return render(request, "reports/figure.html", context)


def _row(
    user: User, report: SocialReport, release: Release, figure: FigureId, now: Material
) -> dict[str, Any]:
    """The figure in one release, and what lies between it and the report; the older one is told first."""
    bound, later = release == report.release, release.number > report.release.number
    other = now if bound else _on(user, report, release, figure.indicator)
    made = trace(figure, now, other) if later else trace(figure, other, now)
    return {
        "release": release, "value": made.now if later else made.then, "why": () if bound else made.why,
        "bound": bound, "origin": _origin(figure, release),
    }  # fmt: skip


def _releases(report: SocialReport) -> list[Release]:
    """Those the report was bound to, in order, and the newest one."""
    found = {b.release_id: b.release for b in report.bindings.select_related("release")}
    newest = releases.current()
    if newest is not None:
        found.setdefault(newest.pk, newest)
    return sorted(found.values(), key=lambda r: r.number)


def _on(user: User, report: SocialReport, release: Release, indicator: str) -> Material:
    elsewhere = SocialReport(area=report.area, year=report.year, release=release)
    return material_for(user, elsewhere, indicator)


def _origin(figure: FigureId, release: Release) -> str:
    """Address of the page that names deliveries, sheets and rows."""
    query = urlencode({"jahr": figure.year, PARAMETER: release.number})
    return f"{reverse('origin', args=[figure.area, figure.indicator])}?{query}"
