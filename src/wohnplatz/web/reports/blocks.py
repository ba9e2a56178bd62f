"""Pages of single blocks: form, new, steps, bin, history."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz.web.access import LoginNeeded
from wohnplatz.web.consultation import review
from wohnplatz.web.forms import once, told, warned
from wohnplatz.web.parameters import whole
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.reports import actions, queries, writing
from wohnplatz.workflow.reports.models import ReportBlock, SocialReport
from wohnplatz.workflow.reports.queries import SLOTS

from . import kept, parts
from .block_forms import EMPTY, FIELDS, content_of, form_of
from .choices import Choices
from .differences import pieces
from .editor import text_page
from .seen import block_of, chapter_of, names_of, person_and_report, standing
from .words import KINDS, kind_label, lines, summary

SHOWN = frozenset({"figures", "table", "map", "chart", "picture", "statement", "outcomes"})
"""Kinds whose preview stands beside their form; the others have none of their own."""


def block_page(request: HttpRequest, pk: int, block_id: str) -> HttpResponse:
    """A block with its form or its editor."""
    try:
        user, report = person_and_report(request, pk)
    except LoginNeeded:
        if request.method == "POST" and request.POST.get("markdown"):
            return kept.page(request, kept.EXPIRED)
        raise
    row = block_of(report, block_id)
    if row.kind in {"text", "areatexts"}:
        return text_page(request, user, report, row)
    return _form_page(request, user, report, row)


def _form_page(request: HttpRequest, user: User, report: SocialReport, row: ReportBlock) -> HttpResponse:
    choices, content = Choices.of(report), row.content
    version, conflict = row.version, None
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = form_of(row.kind, choices, content, *posted)
    if request.method == "POST" and form.is_valid():
        content = content_of(form, row.kind, row.content)
        version = whole(request.POST.get("fassung", "")) or 0
        if form.is_valid():
            with told(form):
                try:
                    if request.POST.get("schritt") != "ansehen":
                        writing.edit(user, row, content, version)
                        messages.success(request, f"{kind_label(row.kind)}: gespeichert.")
                        return redirect("report_block", pk=report.pk, block_id=row.block_id)
                except writing.Conflict as error:
                    conflict, version = error, error.row.version
    made = _shown(user, report, row, content) if not form.errors else None
    context = {
        "report": report, "row": row, "form": form, "kind": kind_label(row.kind), "version": version,
        "about": KINDS[row.kind][1], "part": made, "conflict": conflict, "title": _title(row, choices),
        "writable": queries.may_write(user, report, row) and not row.deleted,
        "leading": queries.may_lead(user), "authors": queries.authors(), **standing(report, row),
        **review.at_block(user, report, row.block_id),
    }  # fmt: skip
    if conflict is not None:
        theirs, mine = dict(lines(conflict.row.content, choices.names)), dict(lines(content, choices.names))
        context["rows"] = [(n, theirs.get(n, ""), v) for n, v in mine.items() if theirs.get(n) != v]
    return render(request, "reports/block.html", context, status=409 if conflict else 200)


def _title(row: ReportBlock, choices: Choices) -> str:
    return summary(row.content, choices.names) or kind_label(row.kind)


def _shown(user: User, report: SocialReport, row: ReportBlock | None, content: Any) -> parts.Part | None:
    if content["kind"] not in SHOWN:
        return None
    return parts.part(user, report, row, content)


def block_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a kind of block for a place (``?nach=`` a block or ``?in=`` a list), then fill its form."""
    user, report = person_and_report(request, pk)
    after, parent, slot = _place(request, report)
    queries.require_arrange(user, report, parent)
    kind = request.GET.get("art", "")
    where = request.GET.copy()
    where.pop("art", None)
    if kind not in EMPTY:
        inside = parts.profile_of(parent) is not None
        kinds = [(k, *KINDS[k]) for k in KINDS if inside or k != "areatexts"]
        context = {"report": report, "kinds": kinds, "where": where.urlencode(),
                   "after": _words(report, after), "parent": _words(report, parent)}  # fmt: skip
        return render(request, "reports/kinds.html", context)
    content = {"kind": kind, **EMPTY[kind]}
    if kind in {"text", "areatexts", "methods", "break"} and request.method != "POST":
        context = {"report": report, "kind": kind_label(kind), "form": None, "about": KINDS[kind][1],
                   "where": where.urlencode(), "once": once(request)}  # fmt: skip
        return render(request, "reports/new.html", context)
    choices = Choices.of(report)
    form = None
    if kind in FIELDS:
        posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = form_of(kind, choices, content, *posted)
        if form.is_valid():
            content = content_of(form, kind, content)
    if request.method == "POST" and (form is None or form.is_valid()):
        with told(form) if form is not None else nullcontext():
            made = writing.add(
                user, report, content, parent=parent, slot=slot, position=_after(after), once=once(request)
            )
            messages.success(request, f"{kind_label(kind)}: eingefügt.")
            return redirect("report_block", pk=report.pk, block_id=made.block_id)
    context = {"report": report, "kind": kind_label(kind), "about": KINDS[kind][1], "form": form,
               "where": where.urlencode(), "once": once(request)}  # fmt: skip
    return render(request, "reports/new.html", context)


def _words(report: SocialReport, row: ReportBlock | None) -> str:
    if row is None:
        return ""
    return f"{kind_label(row.kind)}: {summary(row.content, names_of(report))}".rstrip(": ")


def _place(request: HttpRequest, report: SocialReport) -> tuple[ReportBlock | None, ReportBlock | None, str]:
    if after := request.GET.get("nach", ""):
        row = block_of(report, after)
        return row, row.parent, row.slot
    if parent := request.GET.get("in", ""):
        row = block_of(report, parent)
        slot = request.GET.get("liste", "blocks")
        if slot not in SLOTS.get(row.kind, ()):
            raise Http404
        return None, row, slot
    return None, None, "blocks"


def _after(row: ReportBlock | None) -> int | None:
    """The place behind a block in its list, counted over those that stand."""
    if row is None:
        return None
    siblings = row.report.blocks.filter(parent=row.parent, slot=row.slot, deleted=False)
    return list(siblings.order_by("position", "pk").values_list("pk", flat=True)).index(row.pk) + 1


def report_step(request: HttpRequest, pk: int) -> HttpResponse:
    """What the buttons of the outline do: ``hoch:<id>``, ``runter:<id>``, ``entfernen:<id>:<Fassung>`` …"""
    user, report = person_and_report(request, pk)
    if request.method != "POST":
        return redirect("report", pk=pk)
    step, _, rest = request.POST.get("schritt", "").partition(":")
    block_id, _, more = rest.partition(":")
    row = block_of(report, block_id)
    with warned(request):
        try:
            said = _step(user, row, step, more, request)
        except writing.Conflict as conflict:
            messages.warning(request, f"{conflict.what} Bitte sehen Sie ihn vorher an.")
        else:
            if said:
                messages.success(request, said)
    target = "report_bin" if step == "zurueckholen" else "report"
    answer = redirect(target, pk=pk)
    if target == "report":
        row.refresh_from_db()
        answer.headers["Location"] += f"?{urlencode({'offen': chapter_of(row)})}#{row.block_id}"
    return answer


def _step(user: User, row: ReportBlock, step: str, more: str, request: HttpRequest) -> str:
    if step in {"hoch", "runter"}:
        at = (_after(row) or 1) - 1
        to = at - 1 if step == "hoch" else at + 1
        if to >= 0:
            writing.move(user, row, parent=row.parent, slot=row.slot, position=to)
        return ""
    if step == "verschieben":
        return _moved(user, row, request.POST.get("ziel", ""))
    if step == "entfernen":
        writing.remove(user, row, whole(more) or 0)
        return f"{kind_label(row.kind)}: entfernt. Unter „Entfernte Blöcke“ lässt sich das zurückholen."
    if step == "zurueckholen":
        writing.bring_back(user, row)
        return f"{kind_label(row.kind)}: zurückgeholt."
    if step == "uebernehmen":
        writing.take(user, row, whole(more) or 0)
        return "Der Vorschlag ist übernommen."
    if step == "zuweisen":
        return _assigned(user, row, request.POST.get("person", ""))
    raise Http404


def _moved(user: User, row: ReportBlock, target: str) -> str:
    """To the end of another list: ``<id>`` of a chapter, ``<id>:left``, or the report itself."""
    block_id, _, slot = target.partition(":")
    parent = block_of(row.report, block_id) if block_id else None
    siblings = row.report.blocks.filter(parent=parent, slot=slot or "blocks", deleted=False)
    last = siblings.exclude(pk=row.pk).count()
    writing.move(user, row, parent=parent, slot=slot or "blocks", position=last)
    return f"{kind_label(row.kind)}: verschoben."


def _assigned(user: User, row: ReportBlock, person: str) -> str:
    chosen = queries.authors().filter(pk=whole(person)).first() if person else None
    if person and chosen is None:
        raise Http404
    actions.assign(user, row, chosen)
    return f"Das Kapitel ist {chosen.name} zugewiesen." if chosen else "Das Kapitel ist niemandem zugewiesen."


def report_bin(request: HttpRequest, pk: int) -> HttpResponse:
    """Blocks that were taken out, with the way back."""
    user, report = person_and_report(request, pk)
    names = names_of(report)
    gone = report.blocks.filter(deleted=True).select_related("changed_by").order_by("-changed_at")
    rows = [{"row": r, "label": kind_label(r.kind), "summary": summary(r.content, names)} for r in gone]
    context = {"report": report, "rows": rows, "writing": queries.may_write(user, report)}
    return render(request, "reports/bin.html", context)


def block_history(request: HttpRequest, pk: int, block_id: str) -> HttpResponse:
    """The versions of a block, two of them word by word, and the way back to one."""
    user, report = person_and_report(request, pk)
    row = block_of(report, block_id)
    if request.method == "POST":
        return _restored(request, user, report, row)
    found = {v.number: v for v in writing.versions(user, row)}
    newest = max(found)
    right = whole(request.GET.get("rechts", "")) or newest
    left = whole(request.GET.get("links", "")) or max(right - 1, 1)
    if left not in found or right not in found:
        raise Http404
    names = names_of(report)
    old, new = dict(lines(found[left].content, names)), dict(lines(found[right].content, names))
    changed = [(n, pieces(old.get(n, ""), v)) for n, v in new.items() if old.get(n) != v]
    context = {
        "report": report, "row": row, "kind": kind_label(row.kind), "versions": list(found.values()),
        "left": found[left], "right": found[right], "changed": changed, "newest": newest,
        "title": summary(row.content, names), "writable": queries.may_write(user, report, row),
    }  # fmt: skip
    return render(request, "reports/history.html", context)


def _restored(request: HttpRequest, user: User, report: SocialReport, row: ReportBlock) -> HttpResponse:
    number, seen = whole(request.POST.get("nummer", "")), whole(request.POST.get("fassung", ""))
    with warned(request):
        writing.restore(user, row, number or 0, seen or 0)
        messages.success(request, f"Fassung {number} gilt wieder; die späteren bleiben im Verlauf.")
    return redirect("report_history", pk=report.pk, block_id=row.block_id)
