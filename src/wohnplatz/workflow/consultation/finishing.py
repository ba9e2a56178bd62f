"""From the decisions to the published report: each step says who, when and where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.store import Kind
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.releases import outputs
from wohnplatz.workflow.releases.outputs import Made
from wohnplatz.workflow.reports import actions as reports
from wohnplatz.workflow.reports.models import SocialReport
from wohnplatz.workflow.reports.states import ReportState

from . import printing, way
from .models import Consultation

_KINDS = {"pdf": "pdf", "docx": "docx", "html": "html"}
"""Ending of a file → kind of output; the others are the annex of figures."""


def conclude(actor: Actor, consultation: Consultation, *, at: datetime | None = None) -> SocialReport:
    """All decisions are taken: partners see them all from now on."""
    return _step(actor, consultation, ReportState.DECIDED, {"decided_at": moment(at)}, at)


def agree(actor: Actor, consultation: Consultation, by: str, *, at: datetime | None = None) -> SocialReport:
    """The report is agreed; ``by`` is the body or function that agreed."""
    said = way.require_words(by, "Es fehlt, wer abgestimmt hat.", "Bitte Gremium oder Funktion nennen.")
    _require_whole(consultation)
    return _step(
        actor, consultation, ReportState.AGREED, {"agreed_at": moment(at), "agreed_by": said[:300]}, at
    )


def present(  # noqa: PLR0913 (one argument for each field)
    actor: Actor, consultation: Consultation, *, body: str, meeting_on: date, paper: str,
    at: datetime | None = None,
) -> SocialReport:  # fmt: skip
    """The report was laid before a body, in a meeting, as a paper with a number."""
    fields = {
        "body": way.require_words(body, "Es fehlt das Gremium.", "Zum Beispiel: Sozialausschuss.")[:200],
        "meeting_on": meeting_on,
        "paper": way.require_words(paper, "Es fehlt die Nummer der Vorlage.", "Zum Beispiel: 61/2026.")[:60],
    }
    return _step(actor, consultation, ReportState.PRESENTED, fields, at)


def publish(actor: Actor, consultation: Consultation, *, at: datetime | None = None) -> SocialReport:
    """The report is published: its files are read once more, enter the register of outputs and are held fast.

    WohnplatzError where a file says what the release does not open to the public; nothing is published then.
    """
    way.require_lead(actor)
    state = ReportState(SocialReport.objects.only("state").get(pk=consultation.report_id).state)
    if state is not ReportState.PRESENTED:
        raise WohnplatzError(
            f"Der Bericht ist {state.label}: Veröffentlicht wird, was vorgelegt ist.",
            todo="Bitte die Schritte davor gehen.", code="consultation.not_presented",
        )  # fmt: skip
    files = printing.files(actor, consultation.report)
    name = f"bericht-{consultation.report_id}"
    release = consultation.report.release
    read = outputs.examined(actor, release, Audience.PUBLIC, files)
    outputs.let_out(
        actor, release,
        [Made(_KINDS.get(file.partition(".")[2], "annex"), f"{name}/{file}", {file: data})
         for file, data in files.items()], read=read, at=at,
    )  # fmt: skip
    fields = {
        "published_at": moment(at), "published_release": consultation.report.release,
        "outputs": [
            {"name": file, "size": len(data), "sha256": memory.store().put(Kind.OUTPUT, data)}
            for file, data in files.items()
        ],
    }  # fmt: skip
    return _step(actor, consultation, ReportState.PUBLISHED, fields, at)


def published_name(consultation: Consultation, ending: str) -> str:
    """Name of the published file with this ending; empty where there is none."""
    return next((o["name"] for o in consultation.outputs if o["name"].partition(".")[2] == ending), "")


def published_file(consultation: Consultation, name: str) -> bytes | None:
    """A published file as it went out; None where there is none of this name."""
    sha = next((o["sha256"] for o in consultation.outputs if o["name"] == name), None)
    if sha is None or consultation.report.state != ReportState.PUBLISHED:
        return None
    data: bytes = memory.store().read(Kind.OUTPUT, sha)
    return data


def go_back(actor: Actor, consultation: Consultation, *, at: datetime | None = None) -> SocialReport:
    """One step back, as long as the report is not published; what the step had said is taken out."""
    before, fields = _BACK.get(consultation.report.state, (None, {}))
    if before is None:
        raise WohnplatzError(
            f"Der Bericht ist {consultation.report.get_state_display()}: Es gibt keinen Schritt zurück.",
            code="consultation.back",
        )
    return _step(actor, consultation, before, fields, at)


_BACK: Mapping[str, tuple[ReportState, dict[str, Any]]] = {
    ReportState.DECIDED: (ReportState.CONSULTATION, {"decided_at": None}),
    ReportState.AGREED: (ReportState.DECIDED, {"agreed_at": None, "agreed_by": ""}),
    ReportState.PRESENTED: (ReportState.AGREED, {"body": "", "meeting_on": None, "paper": ""}),
}


def _step(
    actor: Actor, consultation: Consultation, to: ReportState, fields: Mapping[str, Any], at: datetime | None
) -> SocialReport:
    """Write down what the step says, then take it: both or nothing."""
    way.require_lead(actor)
    with transaction.atomic():
        held = way.held_report(consultation)
        Consultation.objects.filter(pk=consultation.pk).update(**fields)
        made: SocialReport = reports.advance(actor, held, to, at=at)
        said = {k: str(v) for k, v in fields.items() if k in {"agreed_by", "body", "meeting_on", "paper"}}
        record(actor, f"consultation.{to.value}", consultation, moment(at), **said)
    return made


def _require_whole(consultation: Consultation) -> None:
    """Errors in the blocks keep a report from being agreed."""
    left = printing.errors(consultation.report)
    if left:
        raise WohnplatzError(
            f"Der Bericht hat noch Fehler an {len({f.block for f in left})} Stellen.",
            where=f"{left[0].message}",
            todo="Bitte die Stellen auf der Seite des Berichts berichtigen.", code="consultation.errors",
        )  # fmt: skip
