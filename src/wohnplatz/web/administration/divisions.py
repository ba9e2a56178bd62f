"""Taking over a division: upload, choose columns, see findings."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz.areas import FileDescription, describe_file
from wohnplatz.model import Finding, WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.deliveries.views import SEVERITIES
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.district import actions
from wohnplatz.workflow.district.models import DivisionRecord

from .forms import OVERLAYS, ColumnsForm, GeodataForm

TOKEN = re.compile(r"^[a-z0-9-]{10,60}(\.[a-z]{2,7}){1,2}$")
ENDINGS = re.compile(r"(\.geojson\.gz|\.geojson|\.json|\.gpkg|\.zip)$", re.IGNORECASE)
GUESSES = {
    "key": ("schluessel", "schlüssel", "key", "ags", "plr_id", "id", "code", "nr"),
    "name_column": ("name", "bezeichnung", "gen", "plr_name"),
    "parent": ("parent", "kommune", "gemeinde", "kreis", "eltern"),
}


def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file."""
    user = user_of(request, Right.SET_UP)
    form = GeodataForm.of(request)
    if request.method == "POST" and form.is_valid():
        path: Path | None = None
        try:
            path = _keep(user, form.cleaned_data["datei"])
            describe_file(path)
        except WohnplatzError as error:
            form.add_error("datei", error.text())
            if path:
                path.unlink(missing_ok=True)
        else:
            return redirect("division_columns", token=path.name)
    return render(request, "administration/geodata.html", {"form": form})


def columns(request: HttpRequest, token: str) -> HttpResponse:
    """Say which column holds what; then check and take over."""
    user = user_of(request, Right.SET_UP)
    path = _found(user, token)
    described = describe_file(path)
    names = _columns(described)
    form = ColumnsForm.of(
        request, layers=[x.name for x in described.layers], columns=names, initial=_guess(names)
    )
    findings: tuple[Finding, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            record = _import(user, path, form.cleaned_data)
        except Refused:
            raise
        except actions.FindingsError as error:
            findings = error.findings
            form.add_error(None, error.what)
        except WohnplatzError as error:
            form.add_error(None, error.text())
        else:
            path.unlink(missing_ok=True)
            messages.success(
                request, f"Die Gliederung „{record.label}“ mit {record.area_count} Gebieten ist übernommen."
            )
            return redirect("administration")
    shown = [
        {"finding": f, "kind": SEVERITIES[f.severity][0], "label": SEVERITIES[f.severity][1]}
        for f in findings
    ]
    return render(
        request, "administration/columns.html", {"form": form, "described": described, "findings": shown}
    )


def _import(user: User, path: Path, data: dict[str, str]) -> DivisionRecord:
    chosen = actions.Columns(
        key=data["key"], name=data["name_column"] or None, parent=data["parent"] or None, layer=data["layer"]
    )
    return actions.import_division(
        user, path, code=data["code"], level=data["level"], label=data["label"],
        valid_from=data["valid_from"],  # type: ignore[arg-type]
        columns=chosen, origin=data["origin"], licence=data["licence"], overlay=data["level"] in OVERLAYS,
    )  # fmt: skip


def _folder(user: User) -> Path:
    folder = Path(settings.WOHNPLATZ_HOME) / "uploads" / str(user.pk)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _keep(user: User, file: UploadedFile) -> Path:
    """Keep the file for the next step, under a name of our own; older ones of this person go."""
    ending = ENDINGS.search(file.name or "")
    if ending is None:
        raise WohnplatzError(
            "Diese Art von Datei ist keine Geodatei, die gelesen werden kann.",
            todo="Erlaubt sind GeoPackage (.gpkg), GeoJSON (.geojson) und Shapefile als ZIP (.zip).",
            code="web.geodata_kind",
        )
    if (file.size or 0) > settings.WOHNPLATZ_UPLOAD_LIMIT:
        raise WohnplatzError("Die Datei ist zu groß.", todo="Erlaubt sind 25 MB.", code="web.geodata_size")
    folder = _folder(user)
    for old in folder.iterdir():
        old.unlink()
    path = folder / f"{secrets.token_hex(12)}{ending.group(1).lower()}"
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return path


def _found(user: User, token: str) -> Path:
    """The kept file of this person. ``Http404`` for anything else."""
    if not TOKEN.match(token):
        raise Http404
    path = _folder(user) / token
    if not path.is_file():
        raise Http404
    return path


def _columns(described: FileDescription) -> list[tuple[str, str]]:
    """Column names of all layers with a sample, each once."""
    seen: dict[str, str] = {}
    for layer in described.layers:
        for column in layer.columns:
            samples = ", ".join(str(s) for s in column.samples[:3])
            seen.setdefault(column.name, f"{column.name} ({samples})" if samples else column.name)
    return list(seen.items())


def _guess(names: list[tuple[str, str]]) -> dict[str, str]:
    lower = {name.casefold(): name for name, _ in names}
    return {field: lower[w] for field, words in GUESSES.items() for w in reversed(words) if w in lower}
