"""Outputs of a report: what they are made of, and the large ones as a job that can be found again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

import wohnplatz
from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.report import Document, Material, Report, docx, file_name, html, pdf
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import OPERATOR, Actor
from wohnplatz.workflow.releases import outputs
from wohnplatz.workflow.releases.models import RunState

from . import queries, shown
from .models import ReportFile, SocialReport
from .states import ReportState

FINAL = frozenset({ReportState.AGREED, ReportState.PRESENTED, ReportState.PUBLISHED})
"""States in which a report goes out as it is; before, every output is marked as a draft."""
MAKERS: Mapping[str, Callable[[Document], bytes]] = {"pdf": pdf, "docx": docx}
"""What a job makes."""
KEPT_FOR = timedelta(days=7)
SILENT_FOR = timedelta(minutes=15)
BROKEN = "Die Ausgabe ist nicht gelungen. Der Grund steht im Protokoll des Betriebs."


def is_final(report: SocialReport) -> bool:
    """Whether outputs go out without being marked as a draft."""
    return report.state in FINAL


def content(actor: Actor, report: SocialReport) -> tuple[Report, Material]:
    """What outputs are made of, with the answers of the consultation once they are decided.

    What is final leaves out profiles that were not let go; a draft is for the planning alone and has all.
    """
    printing = _printing()
    written = printing.printed(report)
    if is_final(report):
        return written, printing.public_material(actor, report, written)
    return written, shown.material_of(actor, report, written)


def document(actor: Actor, report: SocialReport) -> Document:
    """The report as it is printed now."""
    if is_final(report):
        made: Document = _printing().final_document(actor, report)
        return made
    return shown.document(actor, report, final=False, written=_printing().printed(report))


def _printing() -> Any:
    """The consultation's part in what is printed; it is built on this app."""
    from wohnplatz.workflow.consultation import printing

    return printing


def let_out(actor: Actor, report: SocialReport, kind: str, name: str, data: bytes) -> None:
    """Enter a final output into the register; it is held against the page of the same document."""
    page = {"seite.html": html(document(actor, report)).encode()}
    read = outputs.examined(actor, report.release, Audience.PUBLIC, {**page, name: data})
    outputs.let_out(actor, report.release, [outputs.Made(kind, name, {name: data})], read=read)


def ask(actor: Actor, report: SocialReport, kind: str, *, again: bool = False) -> ReportFile:
    """The file as it would be now: the one that is there, or a job that makes it.

    ``again`` has one that failed tried once more.
    """
    queries.visible_to(actor)
    if is_final(report):
        policies.require_release(actor)
    key = _key(report)
    with transaction.atomic():
        file, new = ReportFile.objects.get_or_create(
            report=report, kind=kind, key=key,
            defaults={"asked_at": timezone.now(), "asked_by_id": getattr(actor, "pk", None),
                      "final": is_final(report)},
        )  # fmt: skip
        if not new and _to_make_again(file, again):
            file.state, file.asked_at, file.reason, new = RunState.WAITING, timezone.now(), "", True
            file.save(update_fields=["state", "asked_at", "reason"])
        if new:
            enqueue(file)
    return file


def _to_make_again(file: ReportFile, again: bool) -> bool:
    if file.state == RunState.DONE:
        return not path(file).exists()
    if file.state == RunState.FAILED:
        return again
    return bool(file.asked_at <= timezone.now() - SILENT_FOR)


def enqueue(file: ReportFile) -> None:
    """Let the next free worker do it, once the transaction holds."""
    from wohnplatz.workflow.jobs.tasks import make_report_file  # which calls this module

    transaction.on_commit(partial(make_report_file.enqueue, file.pk))


def make(pk: int) -> str:
    """Make the file that was asked for; its state afterwards."""
    file = ReportFile.objects.select_related("report__release", "asked_by").filter(pk=pk).first()
    if file is None or file.state == RunState.DONE:
        return "" if file is None else str(file.state)
    ReportFile.objects.filter(pk=pk).update(state=RunState.COMPUTING)
    actor: Actor = file.asked_by or OPERATOR  # type: ignore[assignment]
    try:
        if _key(file.report) != file.key:
            raise WohnplatzError(
                "Der Bericht wurde inzwischen geändert.", todo="Bitte die Ausgabe erneut anfordern.",
                code="reports.changed",
            )  # fmt: skip
        data = MAKERS[file.kind](document(actor, file.report))
        if file.final:
            let_out(actor, file.report, file.kind, file_name(file.report, file.kind), data)
        _write(path(file), data)
    except WohnplatzError as error:
        ReportFile.objects.filter(pk=pk).update(state=RunState.FAILED, reason=error.text())
    except Exception:
        ReportFile.objects.filter(pk=pk).update(state=RunState.FAILED, reason=BROKEN)
        raise
    else:
        ReportFile.objects.filter(pk=pk).update(state=RunState.DONE)
    return str(ReportFile.objects.get(pk=pk).state)


def path(file: ReportFile) -> Path:
    """Where the bytes lie."""
    return Path(settings.WOHNPLATZ_HOME) / "berichte" / f"{file.key}.{file.kind}"


def prune(now: datetime) -> int:
    """Remove files that nobody has asked for in a week; they can be made again. How many."""
    old = list(ReportFile.objects.filter(asked_at__lte=now - KEPT_FOR))
    for file in old:
        if not ReportFile.objects.filter(key=file.key, kind=file.kind).exclude(pk=file.pk).exists():
            path(file).unlink(missing_ok=True)
        file.delete()
    return len(old)


def _key(report: SocialReport) -> str:
    printing = _printing()
    written, final = printing.printed(report), is_final(report)
    held = printing.withheld(report, None, written) if final else frozenset()
    parts = [wohnplatz.__version__, report.release.manifest, str(final), shown.sha_of(written), *sorted(held)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(data)
    temporary.replace(target)
