"""The list of divisions in their versions, and one division."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from wohnplatz.areas import ChangeKind, predecessors
from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.administration.forms import OVERLAYS
from wohnplatz.web.stand import level_name
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right, may
from wohnplatz.workflow.district import changing, queries, streets
from wohnplatz.workflow.district.actions import FindingsError
from wohnplatz.workflow.district.models import CrosswalkRecord, DivisionRecord, PointsRecord
from wohnplatz.workflow.releases import beside, clearing
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import RunState

from .drawing import plan, shown_findings
from .forms import AddressForm, PointsForm

KINDS = {
    ChangeKind.SAME: "unverändert", ChangeKind.RENAMED: "umbenannt", ChangeKind.MERGED: "zusammengelegt",
    ChangeKind.SPLIT: "geteilt", ChangeKind.RECUT: "neu zugeschnitten",
}  # fmt: skip


def noun(level: str) -> str:
    """German plural of a level, of those beside the hierarchy too."""
    return OVERLAYS.get(level) or level_name(level)


def division_list(request: HttpRequest) -> HttpResponse:
    """All divisions by level, their versions side by side, and the ways between them."""
    user_of(request, Right.SET_UP)
    versions: dict[str, list[DivisionRecord]] = {}
    for record in DivisionRecord.objects.all():
        versions.setdefault(record.level, []).append(record)
    levels = [
        {
            "name": noun(level), "overlay": records[0].overlay,
            "versions": [{"record": r, "badge": _badge(r)} for r in records],
        }
        for level, records in versions.items()
    ]  # fmt: skip
    context = {
        "levels": [v for v in levels if not v["overlay"]],
        "overlays": [v for v in levels if v["overlay"]],
        "crosswalks": CrosswalkRecord.objects.select_related("source", "target"),
        "points": PointsRecord.objects.all(),
    }  # fmt: skip
    return render(request, "divisions/list.html", context)


def _badge(record: DivisionRecord) -> tuple[str, str]:
    today = timezone.localdate()
    if record.valid_from > today:
        return "info", "künftig"
    if record.valid_to is not None and record.valid_to < today:
        return "default", "abgelöst"
    return "success", "in Kraft"


def division_page(request: HttpRequest, code: str) -> HttpResponse:
    """One division: plan, areas with predecessors and successors, ways, street list, look-up."""
    user = user_of(request, Right.SET_UP)
    record = get_object_or_404(DivisionRecord, code=code)
    if request.method == "POST" and "nachfolge" in request.POST:
        return _succeed(request, user, record)
    if request.method == "POST" and "pruefen" in request.POST:
        return _clear(request, user, record)
    form = AddressForm.of(request)
    asked = None
    if request.method == "POST" and form.is_valid():
        asked = _answer(user, record, form.cleaned_data["anschrift"])
    context = {
        "record": record, "badge": _badge(record), "level": noun(record.level),
        "plan": plan(queries.division(record.sha)[1]), "areas": _areas(record), "form": form, "asked": asked,
        "streets": record.street_lists.first(), "parents": _parents(record),
        "crosswalks": CrosswalkRecord.objects.filter(Q(source=record) | Q(target=record)),
        "successor": getattr(record, "replaced_by", None), "may_follow": _may_follow(record),
        "findings": shown_findings(record.findings), "changeable": _changeable(record),
        "working": may(user, Right.WORKING), **_clearing(user, record),
    }  # fmt: skip
    return render(request, "divisions/division.html", context)


def _clear(request: HttpRequest, user: User, record: DivisionRecord) -> HttpResponse:
    """Have the division judged with all that is out."""
    try:
        clearing.begin(user, record)
    except Refused:
        raise
    except WohnplatzError as error:
        messages.error(request, error.text())
    return redirect(f"{reverse('division', args=[record.code])}#pruefung")


def _clearing(user: User, record: DivisionRecord) -> dict[str, object]:
    """What the page says of the joint audit of a division beside the hierarchy."""
    release = releases.current()
    if not record.overlay or release is None:
        return {}
    row = clearing.of(record, release)
    done = row is not None and row.state == RunState.DONE
    opened = [
        (Audience(audience), beside.outcome(row, Audience(audience)).counts)
        for audience in (row.results if row and done else ())
    ]
    return {
        "clearing": row, "cleared_for": opened, "release": release, "may_clear": may(user, Right.RELEASE),
        "clear_done": done,
    }  # fmt: skip


def _changeable(record: DivisionRecord) -> bool:
    """The newest version of the finest level, or of a division beside the hierarchy."""
    finer = DivisionRecord.objects.filter(overlay=False, valid_to__isnull=True, rank__lt=record.rank)
    return record.valid_to is None and (record.overlay or not finer.exists())


def _may_follow(record: DivisionRecord) -> list[DivisionRecord]:
    """Later divisions of the level that could take this one's place."""
    if record.valid_to is not None:
        return []
    later = DivisionRecord.objects.filter(level=record.level, valid_from__gt=record.valid_from)
    return list(later.filter(replaces__isnull=True))


def _succeed(request: HttpRequest, user: User, record: DivisionRecord) -> HttpResponse:
    new = get_object_or_404(DivisionRecord, code=request.POST["nachfolge"])
    weights = changing.weights_for(record, request.POST.get("gewichte", ""))
    try:
        row = changing.succeed(user, record, new, weights)
    except Refused:
        raise
    except WohnplatzError as error:
        first = f" {error.findings[0].message}" if isinstance(error, FindingsError) and error.findings else ""
        messages.error(request, error.text() + first)
        return redirect("division", code=record.code)
    messages.success(request, f"„{new.label}“ löst „{record.label}“ ab.")
    return redirect("crosswalk", pk=row.pk)


def _answer(user: User, record: DivisionRecord, address: str) -> dict[str, object]:
    names = {a.key: a.name for a in queries.division(record.sha)[0].areas}
    found = streets.look_up(user, record, address)
    return {
        "address": address,
        "found": [{"range": f.range, "key": f.area, "name": names.get(f.area)} for f in found],
    }


def _parents(record: DivisionRecord) -> bool:
    return any(a.parent for a in queries.division(record.sha)[0].areas)


def _areas(record: DivisionRecord) -> list[dict[str, object]]:
    """Areas with their coarser area, where they come from and went to in words; changed ones first."""
    content = queries.division(record.sha)[0]
    coarser = {a.key: a.name for r in queries.divisions_in_force(record.valid_from) for a in _of(r)}
    before, after = _links(record)
    rows = [
        {
            "key": a.key, "name": a.name, "parent": coarser.get(a.parent or "", a.parent or "–"),
            "before": before.get(a.key, ()), "after": after.get(a.key, ()),
        }
        for a in content.areas
    ]  # fmt: skip
    return sorted(rows, key=lambda row: not (row["before"] or row["after"]))


def _of(record: DivisionRecord) -> tuple[object, ...]:
    return queries.division(record.sha)[0].areas


def _links(record: DivisionRecord) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Predecessors and successors of each area in words, without those that stayed the same."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    successor = getattr(record, "replaced_by", None)
    for old, new, into, at_old in (
        (record.replaces, record, before, False),
        (record, successor, after, True),
    ):
        if old is None or new is None:
            continue
        row = CrosswalkRecord.objects.filter(source=old, target=new).first()
        for p in predecessors(changing.crosswalk_of_record(row)) if row else ():
            if p.kind is not ChangeKind.SAME:
                here, there = (p.old, p.new) if at_old else (p.new, p.old)
                into.setdefault(here, []).append(f"{there} ({KINDS[p.kind]})")
    return before, after


def points(request: HttpRequest) -> HttpResponse:
    """Take over places with inhabitants."""
    user = user_of(request, Right.SET_UP)
    form = PointsForm.of(request)
    findings: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row = streets.import_points(
                user, data["datei"].name, data["datei"].read(), data["bezeichnung"], data["quelle"]
            )
        except Refused:
            raise
        except FindingsError as error:
            findings = shown_findings(error.findings)
            form.add_error("datei", error.what)
        except WohnplatzError as error:
            form.add_error("datei", error.text())
        else:
            messages.success(request, f"„{row.label}“ ist übernommen.")
            return redirect("division_list")
    return render(request, "divisions/points.html", {"form": form, "findings": findings})
