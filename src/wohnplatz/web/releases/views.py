"""Releases: the list, one release, making one, comparing two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from wohnplatz.indicators import ItemChange, differences
from wohnplatz.model import Area, Catalogue, Hierarchy, WohnplatzError
from wohnplatz.store import Manifest
from wohnplatz.web.access import user_of
from wohnplatz.web.deliveries.views import rows_of
from wohnplatz.web.stand import level_name
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.catalogue import queries as catalogue
from wohnplatz.workflow.deliveries import queries as deliveries
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.partners.models import RoundState
from wohnplatz.workflow.protection import queries as protection
from wohnplatz.workflow.releases import actions, queries, running, runs
from wohnplatz.workflow.releases.models import Release, ReleaseRun

from .forms import CompareForm, MakeForm

PAGE = 100
ITEM_WORDS = {"indicators": "Indikator", "indices": "Index"}
OPEN = frozenset(
    {
        RoundState.RECEIVED,
        RoundState.CHECKED,
        RoundState.RELEASED,
        RoundState.RETURNED,
        RoundState.LATE,
        RoundState.MISSING,
    }
)


def release_list(request: HttpRequest) -> HttpResponse:
    """All releases, newest first."""
    user = user_of(request, Right.FIGURES)
    releases = list(Release.objects.all())
    rows = [{"release": r, "entries": len(queries.manifest(r).entries)} for r in releases]
    context = {"rows": rows, "making": policies.may(user, Right.RELEASE), "comparable": len(rows) > 1}
    return render(request, "releases/list.html", context)


def release_page(request: HttpRequest, number: int) -> HttpResponse:
    """What a release is made of, and how to cite it."""
    user = user_of(request, Right.FIGURES)
    release = get_object_or_404(Release, number=number)
    manifest = queries.manifest(release)
    context = {
        "release": release, "manifest": manifest, "is_current": release == queries.current(),
        "matrix": matrix(manifest, queries.catalogue(release)),
        "divisions": _divisions(queries.hierarchy(release)),
        "before": Release.objects.filter(number__lt=number).first(),
        "indicators": len(queries.catalogue(release).indicators),
        "working": policies.may(user, Right.DELIVERIES), "proving": policies.may(user, Right.PROOF),
        "publishing": policies.may(user, Right.RELEASE),
    }  # fmt: skip
    return render(request, "releases/release.html", context)


def make(request: HttpRequest) -> HttpResponse:
    """Show what would go in and what is missing; then make the release."""
    user = user_of(request, Right.RELEASE)
    form = MakeForm.of(request)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            run = running.begin(user, data["bezeichnung"], data["anmerkung"])
        except Refused:
            raise
        except WohnplatzError as error:
            form.add_error(None, error.text())
        else:
            return redirect("release_run", pk=run.pk)
    context = {
        "form": form,
        "run": running.current(),
        "rule_changes": protection.since_last_release(),
        **_planned(),
    } | _open_rounds(user)
    return render(request, "releases/make.html", context)


def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the making of a release is; the release itself as soon as it is there."""
    user_of(request, Right.RELEASE)
    run = get_object_or_404(ReleaseRun.objects.select_related("release"), pk=pk)
    if run.release is not None:
        messages.success(request, f"„{run.release.label}“ ist gebildet und gilt ab jetzt.")
        return redirect("release", number=run.release.number)
    return render(request, "releases/run.html", {"run": run, "running": run.state in runs.RUNNING})


def compare(request: HttpRequest) -> HttpResponse:
    """Which figures differ between two releases."""
    user = user_of(request, Right.FIGURES)
    releases = list(Release.objects.all()[:2])
    if len(releases) < 2:
        return render(request, "releases/compare.html", {"too_few": True})
    new, old = releases
    levels = queries.hierarchy(new).levels
    years = sorted({e.reference_date.year for e in queries.manifest(new).entries}, reverse=True)
    start = {
        "alt": old.number,
        "neu": new.number,
        "ebene": levels[min(1, len(levels) - 1)],
        "jahr": str(years[0]),
    }
    given = {k: request.GET.get(k, str(v)) for k, v in start.items()}
    form = CompareForm(given, levels=[(x, level_name(x)) for x in levels], years=years)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        data = form.cleaned_data
        span = [data["jahr"]] if data["jahr"] else None
        found = queries.compare(user, data["alt"], data["neu"], level=data["ebene"], years=span)
        context |= _compared(found, queries.hierarchy(data["neu"]), data["ebene"], request)
        context |= {"old": data["alt"], "new": data["neu"]}
        context["rule_changes"] = protection.between(user, data["alt"], data["neu"])
    return render(request, "releases/compare.html", context)


def matrix(manifest: Manifest, known: Catalogue) -> dict[str, object]:
    """Deliveries that went in, data set × year."""
    years = sorted({e.reference_date.year for e in manifest.entries})
    counts = Counter((e.dataset, e.reference_date.year) for e in manifest.entries)
    partners = {d: len({e.partner for e in manifest.entries if e.dataset == d}) for d, _ in counts}
    rows = [
        {
            "label": known.datasets[d].label if d in known.datasets else d,
            "partners": n,
            "cells": [counts.get((d, y), 0) for y in years],
        }
        for d, n in sorted(partners.items())
    ]
    return {"years": years, "rows": rows}


def _planned() -> dict[str, object]:
    try:
        manifest = actions.plan("", timezone.now())
    except WohnplatzError as error:
        return {"nothing": error}
    newest = queries.current()
    known = {e.observations for e in queries.manifest(newest).entries} if newest else set()
    return {
        "manifest": manifest, "matrix": matrix(manifest, memory.catalogue()), "newest": newest,
        "fresh": [e for e in manifest.entries if e.observations not in known],
        "divisions": _divisions(district.hierarchy()),
        "items": catalogue_items(_since(newest)) if newest else [],
    }  # fmt: skip


def _since(newest: Release) -> tuple[ItemChange, ...]:
    """What changed in the catalogue since a release."""
    return differences(queries.catalogue(newest), memory.catalogue())


def _open_rounds(user: User) -> dict[str, object]:
    views = [v for v in deliveries.rounds(user, timezone.localdate()) if v.state in OPEN]
    return {"open_rows": rows_of(views)}


def _divisions(hierarchy: Hierarchy) -> list[dict[str, object]]:
    return [
        {
            "level": level_name(d.level),
            "label": "" if d.label == level_name(d.level) else d.label,
            "count": len(d.areas),
            "code": d.code,
            "source": d.source,
        }
        for d in hierarchy.divisions
    ]


def _compared(
    found: queries.Comparison, hierarchy: Hierarchy, level: str, request: HttpRequest
) -> dict[str, object]:
    names = hierarchy.areas(level)
    counts = Counter(c.key[0] for c in found.changes)
    page = Paginator(found.changes, PAGE).get_page(request.GET.get("seite"))
    kept = request.GET.copy()
    kept.pop("seite", None)
    return {
        "found": found, "page": page, "context": found.meta.context,
        "query": f"{kept.urlencode()}&" if kept else "",
        "counts": [(found.meta_of(code)[1], n) for code, n in counts.most_common()],
        "changes": list(_changes(page.object_list, names, found)),
        "items": catalogue_items(found.items),
    }  # fmt: skip


def _changes(
    changes: Iterable[queries.Change], areas: Mapping[str, Area], found: queries.Comparison
) -> Iterable[dict[str, object]]:
    for change in changes:
        indicator, _, area, year = change.key
        was, now = found.meta_of(indicator)
        yield {
            "meta": now, "meta_before": was, "year": year, "before": change.before, "after": change.after,
            "name": areas[area].name if area in areas else area,
        }  # fmt: skip


def catalogue_items(changes: Iterable[ItemChange]) -> list[dict[str, object]]:
    """The items of the catalogue that changed, with the reason where the district gave one."""
    found = list(changes)
    reasons = catalogue.reasons({c.code: c.new_version for c in found})
    return [{"change": c, "reason": reasons.get(c.code, ""), "word": ITEM_WORDS[c.group]} for c in found]
