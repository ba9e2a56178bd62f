"""A report as preview and as files to take away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from wohnplatz.report import annex, file_name, html
from wohnplatz.web.download import PDF, XLSX, as_download
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.consultation import finishing
from wohnplatz.workflow.consultation.models import Consultation
from wohnplatz.workflow.releases import runs
from wohnplatz.workflow.releases.models import RunState
from wohnplatz.workflow.reports import making
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.states import ReportState

from .seen import person_and_report

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_TIME = (1980, 1, 1, 0, 0, 0)
LARGE: Mapping[str, tuple[str, str]] = {"pdf": ("PDF", PDF), "docx": ("Word-Datei", DOCX)}
"""Made by a job."""
CSV = ("csv", "csv-metadata.json")
"""Endings of what is packed together: figures and their description for machines."""


def report_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole report as it reads, drafts marked; every figure leads to where it comes from."""
    user, report = person_and_report(request, pk)
    address = reverse("report_figure", args=[report.pk])
    answer = HttpResponse(html(making.document(user, report), trace=f"{address}?zahl="))
    # The page brings its own styles and no script; nothing else may come with it.
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


def report_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The report as PDF, Word, HTML or its figures; what is final enters the register of outputs."""
    user, report = person_and_report(request, pk)
    name = file_name(report, kind, draft=not making.is_final(report))
    kept = _published(report, kind)
    if kept is not None:
        return as_download(kept, name, _TYPES[kind])
    if kind in LARGE:
        file = making.ask(user, report, kind, again=True)
        if file.state != RunState.DONE:
            return redirect("report_making", pk=pk, kind=kind)
        return as_download(making.path(file).read_bytes(), name, LARGE[kind][1])
    if kind not in _MAKERS:
        raise Http404
    make, content_type, listed = _MAKERS[kind]
    data = make(user, report)
    if making.is_final(report):
        making.let_out(user, report, listed, name, data)
    return as_download(data, name, content_type)


def is_open(report: SocialReport) -> bool:
    """Whether everybody who writes reports takes its files: drafts, and what is published.

    What is agreed goes out for the first time by who leads reports.
    """
    return not making.is_final(report) or report.state == ReportState.PUBLISHED


def _published(report: SocialReport, kind: str) -> bytes | None:
    """What was published, as it went out; None for a report that is not."""
    out = Consultation.objects.filter(report=report, report__state=ReportState.PUBLISHED).first()
    if out is None:
        return None
    if kind == "zip":
        names = [finishing.published_name(out, ending) for ending in CSV]
        parts = [(n, finishing.published_file(out, n)) for n in names]
        return _packed([(n, data) for n, data in parts if data is not None])
    return finishing.published_file(out, finishing.published_name(out, kind))


def report_making(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """How far a large file is; the page looks again by itself."""
    user, report = person_and_report(request, pk)
    if kind not in LARGE:
        raise Http404
    file = making.ask(user, report, kind)
    running = file.state in {RunState.WAITING, RunState.COMPUTING}
    context = {"report": report, "file": file, "kind": kind, "label": LARGE[kind][0], "running": running,
               "done": file.state == RunState.DONE,
               "before": runs.at_work() if file.state == RunState.WAITING else ""}  # fmt: skip
    return render(request, "reports/making.html", context)


def _html(user: User, report: SocialReport) -> bytes:
    return html(making.document(user, report)).encode()


def _figures(user: User, report: SocialReport) -> bytes:
    return annex(*making.content(user, report)).xlsx


def _csv(user: User, report: SocialReport) -> bytes:
    """CSV with its description for machines; the same report gives the same bytes."""
    made = annex(*making.content(user, report))
    names = [file_name(report, ending) for ending in CSV]
    return _packed(list(zip(names, (made.csv, made.metadata), strict=True)))


def _packed(files: Sequence[tuple[str, bytes]]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, _TIME), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


_MAKERS: Mapping[str, tuple[Callable[[User, SocialReport], bytes], str, str]] = {
    "html": (_html, "text/html; charset=utf-8", "html"),
    "xlsx": (_figures, XLSX, "annex"), "zip": (_csv, ZIP, "annex"),
}  # fmt: skip
_TYPES = {kind: made[1] for kind, made in (_MAKERS | LARGE).items()}
