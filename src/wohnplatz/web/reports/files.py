"""A report as preview and as files to take away."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from wohnplatz.model import Audience
from wohnplatz.report import Annex, Document, annex, docx, html, pdf
from wohnplatz.web.download import PDF, XLSX, as_download
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.consultation import printing
from wohnplatz.workflow.releases import outputs
from wohnplatz.workflow.reports import shown
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.states import ReportState

from .seen import person_and_report

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"
FINAL = frozenset({ReportState.AGREED, ReportState.PRESENTED, ReportState.PUBLISHED})
"""States in which a report goes out as it is; before, every output is marked as a draft."""
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_TIME = (1980, 1, 1, 0, 0, 0)


def report_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole report as it reads, drafts marked; every figure leads to where it comes from."""
    user, report = person_and_report(request, pk)
    made = _document(user, report)
    address = reverse("report_figure", args=[report.pk])
    answer = HttpResponse(html(made, trace=f"{address}?zahl="))
    # The page brings its own styles and no script; nothing else may come with it.
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


def report_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The report as PDF, Word, HTML or its figures; what is final enters the register of outputs."""
    user, report = person_and_report(request, pk)
    if kind not in _MAKERS:
        raise Http404
    make, content_type, listed = _MAKERS[kind]
    data = make(user, report)
    name = f"{_slug(report.title)}{'' if _final(report) else '-entwurf'}.{kind}"
    if _final(report):
        _let_out(user, report, outputs.Made(listed, name, {name: data}))
    return as_download(data, name, content_type)


def _let_out(user: User, report: SocialReport, made: outputs.Made) -> None:
    """Enter a final output into the register; a PDF or DOCX is held against the page of the same document."""
    page = {"seite.html": _html(user, report)}
    read = outputs.examined(user, report.release, Audience.PUBLIC, page | dict(made.files))
    outputs.let_out(user, report.release, [made], read=read)


def _final(report: SocialReport) -> bool:
    return report.state in FINAL


def _slug(title: str) -> str:
    plain = title.lower().translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:80] or "bericht"


def _pdf(user: User, report: SocialReport) -> bytes:
    return pdf(_document(user, report))


def _docx(user: User, report: SocialReport) -> bytes:
    return docx(_document(user, report))


def _html(user: User, report: SocialReport) -> bytes:
    return html(_document(user, report)).encode()


def _document(user: User, report: SocialReport) -> Document:
    """A draft as its authors see it; what is final as everybody does, with the partners' answers."""
    if _final(report):
        return printing.final_document(user, report)
    return shown.document(user, report, final=False, written=printing.printed(report))


def _annex(user: User, report: SocialReport) -> Annex:
    if _final(report):
        return printing.final_annex(user, report)
    written = printing.printed(report)
    return annex(written, shown.material_of(user, report, written))


def _figures(user: User, report: SocialReport) -> bytes:
    return _annex(user, report).xlsx


def _csv(user: User, report: SocialReport) -> bytes:
    """CSV with its description for machines; the same report gives the same bytes."""
    made = _annex(user, report)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (("zahlen.csv", made.csv), ("zahlen.csv-metadata.json", made.metadata)):
            archive.writestr(zipfile.ZipInfo(name, _TIME), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


_MAKERS: Mapping[str, tuple[Callable[[User, SocialReport], bytes], str, str]] = {
    "pdf": (_pdf, PDF, "pdf"), "docx": (_docx, DOCX, "docx"),
    "html": (_html, "text/html; charset=utf-8", "html"),
    "xlsx": (_figures, XLSX, "annex"), "zip": (_csv, ZIP, "annex"),
}  # fmt: skip
