"""The public atlas of a release: have it made, and take it away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wohnplatz.web.access import user_of
from wohnplatz.web.download import as_download
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.releases import atlas, atlas_running, runs
from wohnplatz.workflow.releases.models import AtlasRun, Release

ZIP = "application/zip"
PARTICULARS = {
    "contact": "Ansprechstelle", "imprint": "Impressum", "privacy": "Datenschutz",
    "enforcement": "Durchsetzungsstelle",
}  # fmt: skip


def page(request: HttpRequest, number: int) -> HttpResponse:
    """What an atlas holds, what the settings still lack, how far the making is; on POST have it made."""
    user = user_of(request, Right.RELEASE)
    release = get_object_or_404(Release, number=number)
    if request.method == "POST":
        atlas_running.begin(user, release)
        return redirect("release_atlas", number=number)
    mine = district.current()
    run = atlas_running.newest(user, release)
    context = {
        "release": release, "run": run, "public": atlas.is_public(release),
        "running": run is not None and run.state in runs.RUNNING,
        "absent": [label for name, label in PARTICULARS.items() if not getattr(mine, name).strip()],
        "setting_up": policies.may(user, Right.SET_UP),
    }  # fmt: skip
    return render(request, "releases/atlas.html", context)


def archive(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """The finished atlas as a ZIP."""
    user = user_of(request, Right.RELEASE)
    run = get_object_or_404(AtlasRun.objects.select_related("release"), pk=pk, release__number=number)
    return as_download(atlas_running.archive_of(user, run), f"atlas-datenstand-{number}.zip", ZIP)
