"""The guided act „Gliederung ändern“: choose, describe, see what it does, keep."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from wohnplatz.areas import (
    AreaLayer,
    Change,
    Changed,
    ChangeKind,
    Merge,
    NewArea,
    Rename,
    Shift,
    Split,
    change_areas,
    line_of,
    pieces_of,
    pieces_text,
    read_pieces,
)
from wohnplatz.model import WohnplatzError
from wohnplatz.text import day, enumerate_words
from wohnplatz.web.access import user_of
from wohnplatz.web.administration.divisions import ENDINGS
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.district import changing, queries
from wohnplatz.workflow.district.actions import FindingsError
from wohnplatz.workflow.district.changing import NewVersion
from wohnplatz.workflow.district.changing_outlook import outlook
from wohnplatz.workflow.district.models import DivisionRecord

from .drawing import plan, shown_findings
from .forms import ChangeForm, MergeForm, RenameForm, ShiftForm, SplitForm, weight_choices
from .views import KINDS, noun

ACTS: dict[str, tuple[type[ChangeForm], str, str]] = {
    "zusammenlegen": (
        MergeForm, "Gebiete zusammenlegen", "Aus mehreren Gebieten wird eines. Frühere Werte bleiben genau."
    ),
    "teilen": (
        SplitForm, "Ein Gebiet teilen",
        "Aus einem Gebiet werden zwei. Frühere Werte der Teile sind Schätzungen mit einer Spanne.",
    ),
    "verschieben": (
        ShiftForm, "Eine Grenze verschieben",
        "Ein Stück wechselt in ein Nachbargebiet. Frühere Werte beider Gebiete werden Schätzungen.",
    ),
    "umbenennen": (RenameForm, "Ein Gebiet umbenennen", "Anderer Name oder Schlüssel. Werte bleiben genau."),
}  # fmt: skip
CUTS = ("teilen", "verschieben")


class Waiting:
    """Changes of one division that wait for others of the same day, in the person's session."""

    def __init__(self, request: HttpRequest, record: DivisionRecord) -> None:
        self.session, self.record = request.session, record
        self._name = f"gebietsaenderungen-{record.code}"

    def _kept(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.session.get(self._name, [])
        return found

    def titles(self) -> list[str]:
        """What waits, in words."""
        return [f"{ACTS[one['act']][1]}: {_subject(one)}" for one in self._kept()]

    def changes(self) -> list[Change]:
        """The acts that wait, in order."""
        return [_change(one["act"], one) for one in self._kept()]

    def last(self) -> dict[str, Any]:
        """What was typed with the last one: day, name and reason of the version are the same."""
        kept = self._kept()
        names = ("ab", "kennung", "bezeichnung", "anlass", "gewichte")
        return {k: v for k, v in kept[-1].items() if k in names} if kept else {}

    def layer(self) -> AreaLayer:
        """The areas after what waits."""
        layer = queries.division(self.record.sha)[1]
        waiting = self.changes()
        after = change_areas(layer, waiting, (self.record.code, "")).layer if waiting else layer
        return layer if after is None else after

    def add(self, act: str, data: dict[str, Any]) -> None:
        """Let an act wait."""
        plain = {k: v for k, v in data.items() if isinstance(v, str | list)}
        self.session[self._name] = [*self._kept(), plain | {"act": act, "ab": day(data["ab"])}]

    def forget(self) -> None:
        """Nothing waits any more."""
        self.session.pop(self._name, None)


def _subject(one: dict[str, Any]) -> str:
    """The areas an act is about, by their keys."""
    keys = one.get("gebiete") or [one["gebiet"]]
    return enumerate_words([*keys, one["ziel"]] if one.get("ziel") else keys)


def change(request: HttpRequest, code: str) -> HttpResponse:
    """One page for all steps: ``?art=`` says which act, ``?gebiet=`` which area."""
    user = user_of(request, Right.SET_UP)
    record = get_object_or_404(DivisionRecord, code=code)
    act = request.GET.get("art", "")
    base = {"record": record, "level": noun(record.level), "acts": ACTS, "act": act}
    base["waiting"] = Waiting(request, record).titles()
    if not act and "verwerfen" in request.POST:
        Waiting(request, record).forget()
        return redirect("division", code=code)
    if not act:
        return render(request, "divisions/change_act.html", base)
    if act not in ACTS:
        raise Http404
    waiting = Waiting(request, record)
    layer = waiting.layer()
    chosen = request.GET.get("gebiet", "")
    base |= {"title": ACTS[act][1], "sentence": ACTS[act][2]}
    if act in CUTS and request.method == "GET" and chosen not in layer.keys:
        listed = sorted(zip(layer.names, layer.keys, strict=True))
        return render(request, "divisions/change_area.html", base | {"areas": listed, "plan": plan(layer)})
    form = _form(request, waiting, layer, act, chosen)
    marked = {k for k in (chosen, request.POST.get("gebiet", ""), request.POST.get("ziel", "")) if k}
    context = base | {"form": form, "plan": plan(layer, marked), "cuts": act in CUTS, "chosen": chosen}
    if request.method == "POST" and form.is_valid() and "zurueck" not in request.POST:
        answer = _second(request, user, waiting, act, form, context)
        if answer is not None:
            return answer
    return render(request, "divisions/change_form.html", context)


def _form(request: HttpRequest, waiting: Waiting, layer: AreaLayer, act: str, chosen: str) -> ChangeForm:
    record = waiting.record
    named = sorted(zip(layer.names, layer.keys, strict=True))
    year = timezone.localdate().year + 1
    start = {
        "ab": f"01.01.{year}", "kennung": f"{record.level}-{year}", "gebiet": chosen,
        "bezeichnung": f"{noun(record.level)} {year}",
    }  # fmt: skip
    form = ACTS[act][0].of(
        request,
        areas=[(k, f"{n} ({k})") for n, k in named],
        weights=weight_choices(record),
        initial=start | waiting.last(),
    )
    file = request.FILES.get("datei")
    if file is not None and form.is_bound:
        try:
            text = pieces_text(_pieces(file, layer.crs))
        except WohnplatzError as error:
            form.is_valid()
            form.add_error("datei", error.text())
        else:
            form.data = form.data.copy()
            form.data["flaechen"] = text
    return form


def _pieces(file: UploadedFile, crs: str) -> tuple[Any, ...]:
    ending = ENDINGS.search(file.name or "")
    if ending is None:
        raise WohnplatzError(
            "Diese Art von Datei ist keine Geodatei, die gelesen werden kann.",
            todo="Erlaubt sind GeoPackage (.gpkg), GeoJSON (.geojson) und Shapefile als ZIP (.zip).",
            code="web.geodata_kind",
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"flaeche{ending.group(1).lower()}"
        path.write_bytes(file.read())
        return read_pieces(path, crs)


def _second(  # noqa: PLR0913, PLR0917 (the request with all that was found out about it)
    request: HttpRequest,
    user: User,
    waiting: Waiting,
    act: str,
    form: ChangeForm,
    context: dict[str, Any],
) -> HttpResponse | None:
    """The page of effects, or the way on once it is confirmed; None where the form must be shown again."""
    data, record = form.cleaned_data, waiting.record
    new = NewVersion(data["kennung"], data["bezeichnung"], data["ab"], data["anlass"])
    weights = changing.weights_for(record, data.get("gewichte", ""))
    try:
        changes = [*waiting.changes(), _change(act, data)]
        if "bestaetigt" in request.POST:
            row = changing.keep(user, record, changes, new, weights)
            waiting.forget()
            messages.success(request, f"„{row.label}“ gilt ab {row.valid_from:%d.%m.%Y}.")
            return redirect("division", code=row.code)
        changed = changing.preview(user, record, changes, new, weights)
    except Refused:
        raise
    except FindingsError as error:
        form.add_error(None, error.what)
        context["findings"] = shown_findings(error.findings)
        return None
    except WohnplatzError as error:
        form.add_error("linie" if error.code == "areas.line" else None, error.text())
        return None
    if changed.layer is None:
        context["findings"] = shown_findings(changed.findings)
        form.add_error(None, "So lässt sich die Gliederung nicht ändern.")
        return None
    if "weitere" in request.POST:
        waiting.add(act, data)
        return redirect("division_change", code=record.code)
    return render(request, "divisions/change_effects.html", context | effects(user, record, changed, new))


def _change(act: str, data: dict[str, Any]) -> Change:
    """The act that the form describes. WohnplatzError where a line or a piece cannot be read."""
    if act == "zusammenlegen":
        return Merge(tuple(data["gebiete"]), NewArea(data["schluessel"].strip(), data["name"].strip()))
    if act == "umbenennen":
        return Rename(data["gebiet"], data["name"].strip(), data["schluessel"].strip())
    line, pieces = line_of(data["linie"]), pieces_of(data["flaechen"])
    if act == "teilen":
        parts = tuple(NewArea(data[f"schluessel_{n}"].strip(), data[f"name_{n}"].strip()) for n in (1, 2))
        return Split(data["gebiet"], parts, line, pieces)
    return Shift(data["gebiet"], data["ziel"], pieces[0] if pieces else None, line)


def effects(user: User, record: DivisionRecord, changed: Changed, new: NewVersion) -> dict[str, Any]:
    """What the page of effects shows: maps before and after, successors, series, agreements."""
    assert changed.layer is not None
    before = queries.division(record.sha)[1]
    pairs = [p for p in changed.predecessors if p.kind is not ChangeKind.SAME]
    touched = {p.old for p in pairs} or _renamed(before, changed.layer)
    made = {p.new for p in pairs} or touched
    names = dict(zip(before.keys, before.names, strict=True))
    after = dict(zip(changed.layer.keys, changed.layer.names, strict=True))
    rows = [
        {"old": p.old, "old_name": names[p.old], "new": p.new, "new_name": after[p.new],
         "kind": KINDS[p.kind], "weight": p.weight}
        for p in pairs
    ]  # fmt: skip
    rows += [
        {"old": k, "old_name": names[k], "new": k, "new_name": after[k], "kind": "umbenannt", "weight": 1.0}
        for k in ([] if pairs else sorted(touched))
    ]
    return {
        "before": plan(before, touched), "after": plan(changed.layer, made), "rows": rows, "new": new,
        "ends": new.valid_from.fromordinal(new.valid_from.toordinal() - 1),
        "kept": len(before) - len(touched), "findings": shown_findings(changed.findings),
        "outlook": outlook(user, record, changed, new.valid_from),
        "estimated": len(changed.crosswalk.estimated) if changed.crosswalk else 0,
        "origin": changed.crosswalk.origin if changed.crosswalk else "",
    }  # fmt: skip


def _renamed(before: AreaLayer, after: AreaLayer) -> set[str]:
    """Keys whose name is another."""
    names = dict(zip(before.keys, before.names, strict=True))
    return {k for k, n in zip(after.keys, after.names, strict=True) if names.get(k) != n}
