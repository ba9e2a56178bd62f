"""Designs: list, new, alternatives on the map, two of them side by side."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe

from wohnplatz.areas import METRIC, read_lines
from wohnplatz.areas.design import Wishes
from wohnplatz.model import WohnplatzError
from wohnplatz.text import number
from wohnplatz.web.access import user_of
from wohnplatz.web.administration.divisions import ENDINGS
from wohnplatz.web.parameters import whole
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right, may
from wohnplatz.workflow.design import actions, computing, queries
from wohnplatz.workflow.design.models import Design, DesignState, DesignVersion
from wohnplatz.workflow.district.models import DivisionRecord

from .drawing import files_of, map_svg
from .forms import DesignForm

RUNNING = {DesignState.WAITING, DesignState.COMPUTING}


def design_list(request: HttpRequest) -> HttpResponse:
    """All designs the person takes part in."""
    user = user_of(request)
    found = queries.visible_to(user).prefetch_related("versions")
    rows = [{"design": d, "agreed": next((v for v in d.versions.all() if v.agreed_on), None)} for d in found]
    return render(request, "design/list.html", {"rows": rows, "planning": may(user, Right.SET_UP)})


def design_new(request: HttpRequest) -> HttpResponse:
    """Wishes and a file of grid cells; the proposals are computed by a job."""
    user = user_of(request, Right.SET_UP)
    towns = queries.municipalities()
    choices = list(zip(towns.keys, towns.names, strict=True)) if towns is not None else []
    divisions = [(d.code, d.label) for d in DivisionRecord.objects.exclude(level__in=["kreis", "kommune"])]
    form = DesignForm.of(request, towns=choices, divisions=divisions)
    if request.method == "POST" and form.is_valid():
        try:
            made = _begin(user, form.cleaned_data)
        except Refused:
            raise
        except WohnplatzError as error:
            form.add_error(_field_of(error), error.text())
        else:
            return redirect("design", pk=made.pk)
    return render(request, "design/new.html", {"form": form})


def _field_of(error: WohnplatzError) -> str | None:
    """The field a refusal speaks of: reading the grid and reading the lines have codes of their own."""
    if error.code.startswith("areas.design"):
        return "datei"
    return "linien" if error.code.startswith("areas.") else None


def _begin(user: User, data: dict[str, Any]) -> Design:
    wishes = Wishes(data["ziel"], data["minimum"], data["anzahl"], seconds=data["sekunden"])
    variables = [name.strip() for name in data["merkmale"].split(",") if name.strip()]
    return actions.begin(
        user, title=data["bezeichnung"], municipality=data["kommune"], grid=data["datei"].read(),
        wishes=wishes, variables=variables, borders=data["grenzen"], lines=_lines(data["linien"]),
        lines_label=data["linien"].name if data["linien"] else "", origin=data["quelle"],
    )  # fmt: skip


def _lines(file: UploadedFile | None) -> tuple[Any, ...]:
    """The lines of an uploaded file in the system of the municipalities."""
    if file is None:
        return ()
    ending = ENDINGS.search(file.name or "")
    if ending is None:
        raise WohnplatzError(
            "Diese Art von Datei ist keine Geodatei, die gelesen werden kann.",
            todo="Erlaubt sind GeoPackage (.gpkg), GeoJSON (.geojson) und Shapefile als ZIP (.zip).",
            code="areas.no_lines",
        )
    towns = queries.municipalities()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"linien{ending.group(1).lower()}"
        path.write_bytes(file.read())
        return read_lines(path, target_crs=towns.crs if towns is not None else METRIC)


def design_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The versions of a design side by side, or how far the computing is."""
    user = user_of(request)
    design = design_of(user, pk)
    if request.method == "POST":
        try:
            computing.begin_again(user, design)
        except Refused:
            raise
        except WohnplatzError as error:
            messages.info(request, error.text())
        return redirect("design", pk=pk)
    broken = computing.is_broken_off(design)
    context = {
        "design": design, "cards": [card(v) for v in design.versions.all()], "wishes": design.wishes,
        "running": design.state in RUNNING and not broken, "broken": broken,
        "failed": design.state == DesignState.FAILED, "planning": may(user, Right.SET_UP),
    }  # fmt: skip
    return render(request, "design/design.html", context)


def card(version: DesignVersion) -> dict[str, Any]:
    """A version as picture and figures."""
    return {
        "version": version, "figures": queries.figures(version), "problems": queries.problems(version),
        "svg": mark_safe(map_svg(version, f"karte{version.pk}")),  # noqa: S308 (our own, texts escaped)
        "gap": gap_words(version), "files": files_of(version),
    }  # fmt: skip


def design_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions on the map side by side, with their figures and what is different."""
    user = user_of(request)
    design = design_of(user, pk)
    found = {v.number: v for v in design.versions.all()}
    if len(found) < 2:
        raise Http404
    numbers = list(found)
    left = whole(request.GET.get("links", "")) or numbers[0]
    right = whole(request.GET.get("rechts", "")) or next(n for n in numbers if n != left)
    if left not in found or right not in found:
        raise Http404
    context = {
        "design": design, "numbers": list(found.values()), "left": left, "right": right,
        "pair": [card(found[left]), card(found[right])],
        "difference": queries.difference(found[left], found[right]),
        "names": queries.blocks_of(design)[0].names,
    }  # fmt: skip
    return render(request, "design/compare.html", context)


def design_of(user: User, pk: int) -> Design:
    """The design, for those who take part in its talk."""
    design = get_object_or_404(Design, pk=min(pk, 2**62))
    queries.require_see(user, design)
    return design


def gap_words(version: DesignVersion) -> str:
    """How good the proposal is, in words."""
    if version.by_hand:
        return "von Hand geändert"
    if version.gap is None or version.gap != version.gap:
        return "nicht bekannt"
    if version.optimal:
        return "bewiesen bestmöglich"
    return f"höchstens {number(100 * version.gap, 1)} % über dem Bestmöglichen"
