"""The partner's side: remarks, a statement, the release of the answer, the release of its profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.partners.models import DataAgreement
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports.states import ReportState

from . import chapters as tree_of
from . import way
from .models import Consultation, Invitation, ProfileRelease, Remark
from .profiles import profile_of, withheld
from .states import AnswerState, Circle, EventKind, ProfileState


@dataclass(frozen=True, slots=True)
class Target:
    """What a remark is about, found in the report as it stands now."""

    chapter: str
    block_id: str
    area: str
    place: str
    version: int
    text: str
    is_text: bool
    """Whether another wording can be proposed."""


def open_page(actor: Actor, invitation: Invitation, *, at: datetime | None = None) -> None:
    """Note that the partner has looked at its page for the first time."""
    if actor.partner_id != invitation.partner_id or invitation.opened_at or not invitation.invited_at:
        return
    now = moment(at)
    with transaction.atomic():
        if Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=now):
            way.tell(actor, invitation, EventKind.OPENED, now)
    invitation.opened_at = now


def target(actor: Actor, invitation: Invitation, block_id: str, area: str = "") -> Target:
    """The block a remark is to stand at. WohnplatzError where it is none of the partner's to remark on."""
    report = invitation.consultation.report
    tree, hierarchy = reports.tree(report), releases.hierarchy(report.release)
    node, chapter = tree_of.block(tree, block_id), tree_of.chapter_of(tree, block_id)
    repeated = tree_of.is_repeated(tree, block_id)
    own = tree_of.own_areas(invitation.partner.area_keys, hierarchy)
    fits = node is not None and chapter in invitation.chapters and bool(area) == repeated
    if repeated and fits:
        fits = area in tree_of.profiled(tree, chapter, own, hierarchy) and area not in withheld(
            report, actor, tree
        )
    if not fits or node is None:
        raise WohnplatzError(
            "Diesen Teil gibt es in Ihren Kapiteln nicht mehr.",
            why="Der Bericht wurde geändert, während Sie geschrieben haben.",
            todo="Bitte laden Sie das Kapitel neu und wählen Sie eine andere Stelle.",
            code="consultation.no_block",
        )
    row = report.blocks.get(block_id=block_id)
    return Target(
        chapter,
        block_id,
        area,
        tree_of.place(tree, node, area, hierarchy),
        row.version,
        tree_of.text_of(node, area),
        tree_of.is_text(node),
    )


def save_remark(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    invitation: Invitation,
    *,
    block_id: str,
    area: str = "",
    words: str = "",
    proposal: str = "",
    circle: str = Circle.ALL,
    remark: Remark | None = None,
    seen_version: int | None = None,
    at: datetime | None = None,
) -> Remark:
    """Write a remark, or change one's own as long as it is not decided.

    With a ``proposal`` that differs from the text of the block it is a proposal for that text.
    """
    way.require_own(actor, invitation)
    now = moment(at)
    with transaction.atomic():
        found = way.held(invitation)
        way.require_open(found)
        if remark is not None and remark.verdict:
            raise WohnplatzError("Über diese Anmerkung ist schon entschieden.", code="consultation.decided")
        about = target(actor, found, block_id, area)
        fields = {
            "block_version": about.version, "basis": about.text, "place": about.place,
            "chapter": about.chapter, "circle": Circle.DISTRICT if about.area else Circle(circle),
            "written_at": now, **way.said(words, proposal, about.text if about.is_text else None),
        }  # fmt: skip
        if remark is None:
            return _new(actor, found, {**fields, "block_id": block_id, "area": area}, now)
        return _changed(actor, remark, fields, seen_version, now)


def remove_remark(actor: Actor, remark: Remark) -> None:
    """Take back one's own remark before the answer is released."""
    way.require_own(actor, remark.invitation)
    with transaction.atomic():
        way.require_open(way.held(remark.invitation))
        if not Remark.objects.filter(pk=remark.pk, verdict="").delete()[0]:
            raise WohnplatzError("Über diese Anmerkung ist schon entschieden.", code="consultation.decided")
        record(actor, "consultation.remove_remark", remark.invitation, number=remark.number)


def save_statement(
    actor: Actor, invitation: Invitation, words: str, seen_version: int, *, at: datetime | None = None
) -> None:
    """Keep the official statement; it is printed as it stands once the answer is released."""
    way.require_own(actor, invitation)
    kept = way.at_most(words.replace("\r\n", "\n").strip())
    with transaction.atomic():
        found = way.held(invitation)
        way.require_open(found)
        way.change(found, seen_version, statement=kept)
        record(actor, "consultation.statement", found, moment(at), length=len(kept))


def release_answer(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    invitation: Invitation,
    seen_version: int,
    *,
    function: str,
    no_remarks: bool = False,
    at: datetime | None = None,
) -> None:
    """Release the answer (*Freigabe*): from now on it is final, until the district opens it again.

    ``function`` is who releases, never a person. „Keine Anmerkungen“ is an answer of its own and cannot stand
    beside remarks.
    """
    way.require_own(actor, invitation)
    by = way.require_words(
        function, "Es fehlt, wer freigibt.", "Bitte die Funktion nennen, zum Beispiel: Bürgermeister."
    )
    now = moment(at)
    with transaction.atomic():
        found = way.held(invitation)
        way.require_open(found)
        said = found.remarks.exists()
        if no_remarks and said:
            raise WohnplatzError(
                "„Keine Anmerkungen“ passt nicht: Es sind Anmerkungen geschrieben.",
                todo="Bitte die Anmerkungen löschen oder sie mit freigeben.", code="consultation.no_remarks",
            )  # fmt: skip
        if not (said or found.statement or no_remarks):
            raise WohnplatzError(
                "Die Antwort ist noch leer.",
                todo="Bitte Anmerkungen oder eine Stellungnahme schreiben oder „keine Anmerkungen“ wählen.",
                code="consultation.empty",
            )
        late = timezone.localtime(now).date() > found.due_on
        values = {
            "state": AnswerState.ANSWERED, "answered_at": now, "late": late, "no_remarks": no_remarks,
            "answered_as": f"{organisation(actor)}, {by}"[:300],
        }  # fmt: skip
        way.change(found, seen_version, **values)
        way.tell(actor, found, EventKind.LATE if late else EventKind.ANSWERED, now, function=by)
        record(actor, "consultation.answer", found, now, late=late, no_remarks=no_remarks)


def decide_profile(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    invitation: Invitation,
    *,
    let_go: bool,
    function: str,
    reason: str = "",
    seen_fingerprint: str = "",
    at: datetime | None = None,
) -> ProfileRelease:
    """Let the profile of the own areas go, or refuse to, with the reason.

    ``seen_fingerprint`` is that of what was looked at: Conflict where the profile has changed since. A
    release can be taken back until the report is agreed.
    """
    way.require_own(actor, invitation, in_its_stead=True)
    by = way.require_words(
        function, "Es fehlt, wer entscheidet.", "Bitte die Funktion nennen, zum Beispiel: Bürgermeister."
    )
    if not let_go:
        way.require_words(reason, "Es fehlt die Begründung.", "Bitte sagen, was der Freigabe entgegensteht.")
    if actor.partner_id is None and not reason.strip():
        raise WohnplatzError(
            "Es fehlt, worauf sich die Freigabe in Vertretung stützt.",
            todo="Bitte zum Beispiel Schreiben und Datum nennen.", code="consultation.on_behalf",
        )  # fmt: skip
    now, report = moment(at), invitation.consultation.report
    with transaction.atomic():
        held = way.held_report(invitation.consultation)
        _require_undecided(held.state)
        profile = profile_of(held, invitation.partner)
        if profile is None:
            raise WohnplatzError(
                "Der Bericht zeigt kein Profil Ihrer Gebiete.", code="consultation.no_profile"
            )
        if let_go and seen_fingerprint != profile.fingerprint:
            raise way.Conflict(
                "Das Profil wurde geändert, während Sie es angesehen haben.",
                todo="Bitte sehen Sie es noch einmal an und entscheiden Sie dann.",
                code="consultation.profile_changed",
            )
        state = ProfileState.RELEASED if let_go else ProfileState.REFUSED
        fields = {
            "state": state, "reason": reason.strip(), "decided_at": now,
            "decided_as": f"{organisation(actor)}, {by}"[:300],
            "fingerprint": profile.fingerprint if let_go else "",
        }  # fmt: skip
        made, _ = ProfileRelease.objects.update_or_create(
            report=report, partner=invitation.partner, defaults=fields
        )
        kind = EventKind.PROFILE_RELEASED if let_go else EventKind.PROFILE_REFUSED
        way.tell(actor, invitation, kind, now, reason.strip(), function=by)
        record(actor, f"consultation.{kind.value}", made, now, partner=invitation.partner.code)
    return made


def usual_function(invitation: Invitation) -> str:
    """Who releases for this partner: what was given last, else what all its data agreements name."""
    last = invitation.events.exclude(function="").order_by("-at", "-pk").first()
    if last is not None:
        return str(last.function)
    agreed = DataAgreement.objects.filter(partner_id=invitation.partner_id).exclude(releases_function="")
    known = set(agreed.values_list("releases_function", flat=True))
    return str(known.pop()) if len(known) == 1 else ""


def _require_undecided(state: str) -> None:
    if state in {ReportState.PRESENTED, ReportState.PUBLISHED}:
        raise WohnplatzError(
            f"Der Bericht ist schon {ReportState(state).label}.",
            todo="Bitte wenden Sie sich an die Sozialplanung.", code="consultation.profile_late",
        )  # fmt: skip


def _new(actor: Actor, invitation: Invitation, fields: Mapping[str, Any], now: datetime) -> Remark:
    found = Consultation.objects.filter(pk=invitation.consultation_id)
    found.select_for_update().get()
    same = {name: value for name, value in fields.items() if name != "written_at"}
    before: Remark | None = Remark.objects.filter(invitation=invitation, verdict="", **same).first()
    if before is not None:
        return before  # a form sent twice
    found.update(last_number=F("last_number") + 1)
    number = found.values_list("last_number", flat=True).get()
    made: Remark = Remark.objects.create(invitation=invitation, number=number, **fields)
    Invitation.objects.filter(pk=invitation.pk).update(no_remarks=False)
    record(actor, "consultation.remark", invitation, now, number=number, block=made.block_id)
    return made


def _changed(
    actor: Actor, remark: Remark, fields: Mapping[str, Any], seen: int | None, now: datetime
) -> Remark:
    found = Remark.objects.filter(pk=remark.pk, verdict="")
    if seen is not None:
        found = found.filter(version=seen)
    if not found.update(version=F("version") + 1, **fields):
        raise way.Conflict(
            "Diese Anmerkung wurde inzwischen an anderer Stelle geändert.",
            todo="Bitte den neuen Stand ansehen; Ihr Text steht noch im Formular.",
            code="consultation.conflict",
        )
    record(actor, "consultation.change_remark", remark.invitation, now, number=remark.number)
    kept: Remark = Remark.objects.get(pk=remark.pk)
    return kept


def overdue(invitation: Invitation, today: date) -> bool:
    """Whether the answer is owed and its day is over."""
    return invitation.state in {AnswerState.INVITED, AnswerState.REOPENED} and today > invitation.due_on
