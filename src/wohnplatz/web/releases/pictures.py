"""One map or figure as a picture for posters and social media: make it, look at it, take it away."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wohnplatz.model import WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.download import PNG, as_download
from wohnplatz.web.maps.forms import indicator_choices
from wohnplatz.web.reports.choices import area_options
from wohnplatz.web.stand import Stand, level_name
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.releases import atlas, pictures, queries
from wohnplatz.workflow.releases.models import Output, OutputKind, Release
from wohnplatz.workflow.reports.queries import district_style

from .forms import PictureForm


def page(request: HttpRequest, number: int) -> HttpResponse:
    """What a picture is to show, and the pictures that went out; on POST one is made and entered."""
    user = user_of(request, Right.RELEASE)
    release = get_object_or_404(Release, number=number)
    form = _form(request, user, release)
    if request.method == "POST" and form.is_valid():
        try:
            entry, _ = pictures.let_out(user, release, form.wanted, district_style())
        except Refused:
            raise
        except WohnplatzError as error:
            form.add_error(None, error.text())
        else:
            messages.success(request, "Das Bild ist erzeugt und steht im Verzeichnis der Ausgaben.")
            answer = redirect("release_pictures", number=number)
            asked = {name: request.POST.get(name, "") for name in form.fields}
            answer.headers["Location"] += f"?{urlencode({'neu': entry.pk, **asked})}"
            return answer
    made = pictures.of_release(user, release)
    new = request.GET.get("neu", "")
    context = {
        "release": release, "form": form, "public": atlas.is_public(release),
        "new": next((o for o in made if str(o.pk) == new), None), "made": made,
    }  # fmt: skip
    return render(request, "releases/pictures.html", context)


def file(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """A picture as it went out; shown in the page with ``?ansehen``, else to be saved."""
    user = user_of(request, Right.RELEASE)
    entry = get_object_or_404(Output, pk=pk, release__number=number, kind=OutputKind.PICTURE)
    if not entry.name.startswith(pictures.FOLDER):
        raise Http404
    data = pictures.data_of(user, entry)
    if "ansehen" in request.GET:
        return HttpResponse(data, content_type=PNG)
    return as_download(data, entry.name.removeprefix(pictures.FOLDER), PNG)


def _form(request: HttpRequest, user: User, release: Release) -> PictureForm:
    stand = Stand(user, release, False, queries.catalogue(release), queries.hierarchy(release))
    years = sorted({e.reference_date.year for e in queries.manifest(release).entries})
    levels = stand.hierarchy.levels[:-1]
    places: list[Any] = [("Karte", [(f"karte:{x}", f"Karte: {level_name(x)}") for x in levels])]
    places += [(label, [(f"zahl:{k}", name) for k, name in inside]) for label, inside in
               area_options(stand.hierarchy)]  # fmt: skip
    given = {name: request.GET[name] for name in PictureForm.base_fields if name in request.GET}
    start = {"jahr": years[-1] if years else None, **given}
    return PictureForm.of(
        request, initial=start, indicators=indicator_choices(stand), places=places, years=years[::-1]
    )
