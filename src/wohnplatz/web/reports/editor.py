"""The editor of a text: toolbar, figures and sentences to put in, preview, both versions on a conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz.report.markdown import MOST
from wohnplatz.report.suggesting import About
from wohnplatz.web.consultation import review
from wohnplatz.web.parameters import whole
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.reports import actions, queries, writing
from wohnplatz.workflow.reports.models import ReportBlock, SocialReport

from . import parts, picking
from .choices import Choices, flat
from .differences import pieces
from .picking import Picked
from .seen import block_of, names_of, person_and_report, standing
from .words import kind_label


@dataclass
class Draft:
    """What stands in the editor, and which version the author began with."""

    markdown: str
    version: int
    area: str = ""
    """Of a text that belongs to one area."""
    seen: str = ""
    """The area's text as the author began with it."""
    marker: str = ""


def _stored(row: ReportBlock, area: str) -> str:
    if row.kind == "text":
        return str(row.content["markdown"])
    return next((t["markdown"] for t in row.content["texts"] if t["area"] == area), "")


def text_page(request: HttpRequest, user: User, report: SocialReport, row: ReportBlock) -> HttpResponse:
    """Show the editor, or do what was asked; whatever was typed comes back on the page."""
    area = request.POST.get("area") or request.GET.get("gebiet", "")
    if row.kind == "areatexts" and area not in parts.areas_of(report, parts.profile_of(row)):
        return _choose_area(request, report, row)
    now = _stored(row, area)
    draft = Draft(now, row.version, area if row.kind == "areatexts" else "", now)
    conflict: writing.Conflict | None = None
    if request.method == "POST":
        draft.markdown = request.POST.get("markdown", "").replace("\r\n", "\n")[: MOST + 1]
        draft.version = whole(request.POST.get("fassung", "")) or 0
        draft.seen = request.POST.get("gesehen", "").replace("\r\n", "\n")
        try:
            answer = _do(request, user, report, row, draft)
        except writing.Conflict as error:
            conflict, answer = error, None
        except Refused as error:
            messages.warning(request, error.text())
            answer = None
        if answer is not None:
            return answer
    context = _context(request, user, report, row, draft) | {"unsaved": request.method == "POST"}
    if conflict is not None:
        theirs = _stored(conflict.row, draft.area)
        context |= {"conflict": conflict, "theirs": theirs, "pieces": pieces(theirs, draft.markdown)}
        draft.version, draft.seen = conflict.row.version, theirs
    return render(request, "reports/text.html", context, status=409 if conflict else 200)


def _do(
    request: HttpRequest, user: User, report: SocialReport, row: ReportBlock, draft: Draft
) -> HttpResponse | None:
    step, _, rest = request.POST.get("schritt", "").partition(":")
    if step == "speichern":
        return _saved(request, user, report, row, draft)
    if step == "einfuegen":
        gap = "" if not draft.markdown or draft.markdown.endswith((" ", "\n")) else " "
        draft.markdown += f"{gap}{rest}"
    elif step == "weg":
        picked = _picked(request, report)
        place, _ = parts.place_of(report, row, draft.area)
        if picked is not None and rest in set(About):
            actions.throw_away(user, report, picked.area or place.area, picked.indicator, About(rest))
    return None


def _saved(
    request: HttpRequest, user: User, report: SocialReport, row: ReportBlock, draft: Draft
) -> HttpResponse | None:
    if len(draft.markdown) > MOST:
        messages.warning(request, "Der Text ist zu lang. Bitte auf mehrere Blöcke verteilen.")
        return None
    if row.kind == "text":
        content = {**row.content, "markdown": draft.markdown, "state": "written"}
        writing.edit(user, row, content, draft.version)
    else:
        writing.write_for_area(user, row, draft.area, draft.markdown, draft.seen)
    messages.success(request, "Der Text ist gespeichert.")
    suffix = f"?gebiet={draft.area}" if draft.area else ""
    answer = redirect("report_block", pk=report.pk, block_id=row.block_id)
    answer.headers["Location"] += suffix
    return answer


def _picked(request: HttpRequest, report: SocialReport) -> Picked | None:
    """The figure that was chosen, None where none was or the release does not know it."""
    asked = request.POST if request.method == "POST" else request.GET
    choices = Choices.of(report)
    indicator, area = asked.get("z_indikator", ""), asked.get("z_gebiet", "")
    if indicator not in flat(choices.indicators) or (area and area not in flat(choices.areas)):
        return None
    return Picked(indicator, area, whole(asked.get("z_jahr", "")))


def _context(
    request: HttpRequest, user: User, report: SocialReport, row: ReportBlock, draft: Draft
) -> dict[str, Any]:
    names, picked = names_of(report), _picked(request, report)
    place, example = parts.place_of(report, row, draft.area)
    return {
        "report": report, "row": row, "draft": draft, "kind": kind_label(row.kind), "most": MOST,
        "choices": Choices.of(report), "picked": picked, "place": names.areas.get(place.area, place.area),
        "profiled": bool(example), "writable": queries.may_write(user, report, row) and not row.deleted,
        "area_name": names.areas.get(draft.area, ""), **_offers(user, report, row, draft.area, picked),
        **preview_of(user, report, row, draft), **standing(report, row),
        **review.at_block(user, report, row.block_id, draft.area),
    }  # fmt: skip


def _offers(
    user: User, report: SocialReport, row: ReportBlock, area: str, picked: Picked | None
) -> dict[str, Any]:
    if picked is None:
        return {"offers": [], "sentences": []}
    place, example = parts.place_of(report, row, area)
    made = picking.material_for(user, report, picked.indicator)
    open_place = bool(example) and not picked.area and not area
    said = [] if open_place else picking.sentences(report, picked, place, made)
    return {"offers": picking.figures(picked, place, made), "sentences": said, "picked": picked,
            "open_place": open_place}  # fmt: skip


def preview_of(user: User, report: SocialReport, row: ReportBlock, draft: Draft) -> dict[str, Any]:
    """The text as it will stand in the report, with its findings."""
    if len(draft.markdown) > MOST:
        return {"part": None}
    content = ({**row.content, "markdown": draft.markdown, "state": "written"} if row.kind == "text"
               else parts.area_text(row.content, draft.area, draft.markdown))  # fmt: skip
    made = parts.part(user, report, row, content, draft.area)
    return {"part": made, "example": names_of(report).areas.get(made.example, "") if not draft.area else ""}


def _choose_area(request: HttpRequest, report: SocialReport, row: ReportBlock) -> HttpResponse:
    """The areas of the profile with the beginning of their texts."""
    names = names_of(report)
    written = {t["area"]: t for t in row.content["texts"]}
    keys = parts.areas_of(report, parts.profile_of(row))
    rows = [{"key": k, "name": names.areas[k], "text": written.get(k)} for k in keys]
    gone = [t for k, t in written.items() if k not in keys]
    context = {"report": report, "row": row, "rows": rows, "gone": gone, "written": len(written)}
    return render(request, "reports/areatexts.html", context)


def block_preview(request: HttpRequest, pk: int, block_id: str) -> HttpResponse:
    """The preview of a text while it is written; a fragment."""
    user, report = person_and_report(request, pk)
    row = _text_row(report, block_id)
    markdown = request.POST.get("markdown", "").replace("\r\n", "\n")[: MOST + 1]
    draft = Draft(markdown, row.version, request.POST.get("area", ""))
    context = {"report": report, **preview_of(user, report, row, draft)}
    return render(request, "reports/preview.html", context)


def block_offers(request: HttpRequest, pk: int, block_id: str) -> HttpResponse:
    """What can be said of a chosen figure; a fragment."""
    user, report = person_and_report(request, pk)
    row = _text_row(report, block_id)
    area = request.POST.get("area", "")
    picked = _picked(request, report)
    step, _, about = request.POST.get("schritt", "").partition(":")
    if step == "weg" and picked is not None and about in set(About):
        place, _ = parts.place_of(report, row, area)
        actions.throw_away(user, report, picked.area or place.area, picked.indicator, About(about))
    return render(request, "reports/offers.html", _offers(user, report, row, area, picked))


def _text_row(report: SocialReport, block_id: str) -> ReportBlock:
    row = block_of(report, block_id)
    if row.kind not in {"text", "areatexts"}:
        raise Http404
    return row
