"""What is done with deliveries. One mutation, one action; files are written before rows name them."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from wohnplatz.intake import Guide
from wohnplatz.model import Severity, WohnplatzError
from wohnplatz.store import Kind, StoreError, write_observations
from wohnplatz.text import enumerate_words, number, plural
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.district.actions import FindingsError
from wohnplatz.workflow.jobs.tasks import make_profile
from wohnplatz.workflow.partners.models import DeliveryRound

from . import changes, drafts, large, taking, uploads, way
from .filenames import safe_name
from .models import Delivery, EventKind, FindingNote, Upload
from .own_rules import add_rule, change_rule, retire_rule
from .pruning import prune
from .reading import current_basis, examine
from .scan import require_clean
from .states import IN_WORK, DeliveryState, Step
from .uploads import append_chunk, begin_upload
from .way import Conflict, Duplicate

__all__ = [
    "Conflict", "Duplicate", "accept", "add_rule", "append_chunk", "assign", "begin_upload", "change_rule",
    "finish_upload", "note", "prune", "receive", "receive_file", "release", "retire_rule",
    "return_to_partner", "withdraw",
]  # fmt: skip


def receive(  # noqa: PLR0913 (the parts of one file)
    actor: Actor,
    delivery_round: DeliveryRound,
    filename: str,
    data: bytes,
    *,
    guide: Guide | None = None,
    at: datetime | None = None,
) -> Delivery:
    """Take in, read and check a file.

    The delivery is then *checked*, *faulty*, *unassigned* (the file is kept as a draft) or *unreadable*
    (nothing of it is kept). Older files of the round that were not released yet are superseded. Raises
    Refused (not the actor's round), Duplicate, and WohnplatzError for a closed round or a file too large.
    """
    policies.require_deliver(actor, delivery_round)
    now = moment(at)
    way.require_open(actor, delivery_round, now)
    taking.require_size(len(data))
    sha = hashlib.sha256(data).hexdigest()
    taking.require_new(delivery_round, sha)
    require_clean(data)
    name = safe_name(filename)
    examined = examine(delivery_round, name, data, guide=guide)
    if examined.opened:
        drafts.keep(data)
    fields = taking.read_fields(examined)
    with transaction.atomic():
        return taking.take_in(actor, delivery_round, name, fields, original=sha, size=len(data), now=now)


def receive_file(
    actor: Actor, delivery_round: DeliveryRound, filename: str, path: Path, *, at: datetime | None = None
) -> Delivery:
    """Take in a file from the disk, which is moved away; a large one is *reading* until a job read it."""
    policies.require_deliver(actor, delivery_round)
    now, size = moment(at), path.stat().st_size
    if not large.is_large(size):
        made = receive(actor, delivery_round, filename, path.read_bytes(), at=at)
        path.unlink(missing_ok=True)
        return made
    way.require_open(actor, delivery_round, now)
    taking.require_size(size, settings.WOHNPLATZ_LARGE_LIMIT)
    require_clean(path)
    sha = drafts.adopt(path)
    fields = {"state": DeliveryState.READING, "kept": Kind.DRAFT.value}
    with transaction.atomic():
        made = taking.take_in(
            actor, delivery_round, safe_name(filename), fields, original=sha, size=size, now=now
        )
        large.enqueue(made)
    return made


def finish_upload(actor: Actor, upload: Upload, *, at: datetime | None = None) -> Delivery:
    """Take in a file whose parts have all arrived."""
    path = uploads.finished_file(actor, upload)
    made = receive_file(actor, upload.round, upload.name, path, at=at)
    uploads.discard(upload)
    return made


def assign(
    actor: Actor, delivery: Delivery, guide: Guide, seen_version: int, *, at: datetime | None = None
) -> Delivery:
    """Read a draft again by a guide made by hand; it is remembered for partner and data set if it fits.

    Raises Conflict where the delivery changed since ``seen_version``.
    """
    policies.require_deliver(actor, delivery.round)
    now = moment(at)
    way.require_open(actor, delivery.round, now)
    way.require_unchanged(delivery, Step.ASSIGN, seen_version)
    if large.is_large(delivery.size):
        fields: dict[str, Any] = {"state": DeliveryState.READING, "guide": guide.to_dict(), "rows_done": 0}
    else:
        data = memory.store().read(Kind.DRAFT, delivery.original)
        examined = examine(delivery.round, delivery.name, data, guide=guide)
        fields = taking.read_fields(examined) | {"kept": Kind.DRAFT.value}
    if fields["state"] is DeliveryState.UNREADABLE:  # it has been opened before: the guide leaves nothing
        fields["state"] = DeliveryState.UNASSIGNED
    with transaction.atomic():
        way.lock(delivery.round_id)
        way.update(actor, delivery, Step.ASSIGN, seen_version, fields)
        if fields["state"] is DeliveryState.READING:
            large.enqueue(delivery)
        else:
            taking.settled(actor, delivery, fields["state"], guide, now)
        way.tell(actor, delivery, EventKind.ASSIGNED, now)
        record(actor, "deliveries.assign", delivery, now, number=delivery.number, state=fields["state"])
    return way.fresh(delivery)


def note(  # noqa: PLR0913 (the parts of one note)
    actor: Actor,
    delivery: Delivery,
    finding_key: str,
    text: str,
    acknowledged: bool = True,
    *,
    at: datetime | None = None,
) -> list[FindingNote]:
    """Say a word about a finding, by its key, or about all findings of one code.

    The word stays with the round: it is there again when the next file has the same finding. A warning that
    is acknowledged needs a text.
    """
    policies.require_deliver(actor, delivery.round)
    way.require_state(delivery, IN_WORK)
    found = [f for f in delivery.findings if finding_key in {f["key"], f["code"]}]
    if not found:
        raise WohnplatzError(
            "Diesen Prüfbefund gibt es in der Lieferung nicht.",
            todo="Bitte die Seite neu laden.",
            code="deliveries.no_finding",
        )
    if acknowledged and any(f["severity"] == Severity.WARNING for f in found):
        way.require_reason(text, "Bitte kurz sagen, warum der Wert stimmt.")
    now = moment(at)
    notes = [
        FindingNote(
            round_id=delivery.round_id, key=key, text=text.strip(), acknowledged=acknowledged, at=now,
            organisation=organisation(actor), role=actor.role,
        )
        for key in dict.fromkeys(f["key"] for f in found)
    ]  # fmt: skip
    with transaction.atomic():
        FindingNote.objects.bulk_create(
            notes, update_conflicts=True, unique_fields=["round", "key"],
            update_fields=["text", "acknowledged", "at", "organisation", "role"],
        )  # fmt: skip
        way.tell(actor, delivery, EventKind.NOTED, now, text.strip())
        record(actor, "deliveries.note", delivery, now, findings=len(notes), code=found[0]["code"])
    return notes


def release(
    actor: Actor, delivery: Delivery, seen_version: int, remark: str = "", *, at: datetime | None = None
) -> Delivery:
    """The partner's release (*Freigabe*); the planner may hand it over in the partner's stead.

    Every warning needs a word before. The file becomes an original; an earlier released one of the round that
    still waits is superseded. Raises Conflict where the delivery changed since ``seen_version``.
    """
    policies.require_deliver(actor, delivery.round)
    now = moment(at)
    way.require_open(actor, delivery.round, now)
    way.require_unchanged(delivery, Step.RELEASE, seen_version)
    _require_explained(delivery)
    _keep_original(delivery)
    function = delivery.round.agreement.releases_function if actor.partner_id else ""
    by = organisation(actor)
    values = {
        "kept": Kind.ORIGINAL.value, "released_at": now, "reason": remark.strip(),
        "released_as": f"{by}, {function}" if function else by,
    }  # fmt: skip
    with transaction.atomic():
        way.lock(delivery.round_id)
        way.supersede(actor, delivery, {DeliveryState.RELEASED}, now)
        way.change(actor, delivery, Step.RELEASE, seen_version, now, values, function=function)
        if at is None:  # what is told of the past asks for no page
            transaction.on_commit(partial(make_profile.enqueue, delivery.pk))
    return way.fresh(delivery)


def accept(
    actor: Actor, delivery: Delivery, seen_version: int, *, remark: str = "", at: datetime | None = None
) -> Delivery:
    """Accept a released delivery; an accepted one of the same round is superseded.

    The observations are in the store before the row changes; what differs from those accepted before is kept
    with the delivery. Raises Conflict where the delivery changed since ``seen_version``.
    """
    policies.require_decide(actor)
    way.require_unchanged(delivery, Step.ACCEPT, seen_version)
    sha = _store_observations(delivery)
    found = changes.against_accepted(delivery, sha)
    now = moment(at)
    values = {
        "observations": sha, "accepted_at": now, "reason": remark.strip(), "reading": "",
        "changes": found.to_dict() if found else None,
    }  # fmt: skip
    with transaction.atomic():
        way.lock(delivery.round_id)
        way.supersede(actor, delivery, {DeliveryState.ACCEPTED}, now)
        way.change(actor, delivery, Step.ACCEPT, seen_version, now, values)
        if at is None:
            transaction.on_commit(partial(make_profile.enqueue, delivery.pk))
    return way.fresh(delivery)


def return_to_partner(
    actor: Actor,
    delivery: Delivery,
    reason: str,
    seen_version: int | None = None,
    *,
    at: datetime | None = None,
) -> Delivery:
    """Return a checked, released or accepted delivery with a reason; the partner answers with a new file."""
    policies.require_decide(actor)
    way.require_reason(reason, "Bitte der Lieferstelle sagen, was zu ändern ist.")
    return _end(actor, delivery, Step.RETURN, reason, seen_version, at)


def withdraw(
    actor: Actor,
    delivery: Delivery,
    reason: str,
    seen_version: int | None = None,
    *,
    at: datetime | None = None,
) -> Delivery:
    """Withdraw one's own delivery as long as nobody has decided."""
    policies.require_deliver(actor, delivery.round)
    way.require_reason(reason, "Bitte den Grund angeben.")
    return _end(actor, delivery, Step.WITHDRAW, reason, seen_version, at)


def _end(  # noqa: PLR0913, PLR0917 (the parts of one decision)
    actor: Actor, delivery: Delivery, step: Step, reason: str, seen: int | None, at: datetime | None
) -> Delivery:
    now = moment(at)
    with transaction.atomic():
        way.lock(delivery.round_id)
        version = delivery.version if seen is None else seen
        way.change(actor, delivery, step, version, now, {"reason": reason.strip()})
    return way.fresh(delivery)


def _require_explained(delivery: Delivery) -> None:
    """WohnplatzError that names the warnings nobody has said a word about."""
    said = set(delivery.round.notes.filter(acknowledged=True).values_list("key", flat=True))
    open_ones = [f for f in delivery.findings if f["severity"] == Severity.WARNING and f["key"] not in said]
    if not open_ones:
        return
    places = [f["message"].rstrip(".") for f in open_ones[:3]]
    more = f" und {number(len(open_ones) - 3)} weitere" if len(open_ones) > 3 else ""
    raise WohnplatzError(
        f"{plural(len(open_ones), 'Warnung ist', 'Warnungen sind')} noch nicht erläutert.",
        where=(enumerate_words(places, "und") if not more else "; ".join(places)) + more + ".",
        why="Wer die Zahlen später liest, fragt nach denselben Stellen.",
        todo="Bitte zu jeder Warnung ein Wort sagen (oder eines zu allen gleicher Art) und dann freigeben.",
        code="deliveries.not_explained",
    )


def _keep_original(delivery: Delivery) -> None:
    """The draft becomes an original: the file first, the row afterwards."""
    store = memory.store()
    if delivery.kept == Kind.DRAFT:
        store.put(Kind.ORIGINAL, store.read(Kind.DRAFT, delivery.original))


def _store_observations(delivery: Delivery) -> str:
    """What was read becomes base data; it is read anew where anything it rested on has changed.

    FindingsError where the file no longer passes.
    """
    if delivery.reading and delivery.basis == current_basis(delivery):
        with suppress(StoreError):
            return drafts.as_base_data(delivery)
    store = memory.store()
    guide = Guide.from_dict(delivery.guide) if delivery.guide else None
    examined = examine(
        delivery.round, delivery.name, store.path(Kind.ORIGINAL, delivery.original), guide=guide
    )
    if examined.state is not DeliveryState.CHECKED:
        raise FindingsError(
            "Die Datei besteht die Prüfung nicht mehr:"
            " Katalog oder Gebiete haben sich seit dem Eingang geändert.",
            examined.findings,
            "deliveries.no_longer_ok",
        )
    return write_observations(store, examined.observations, list(memory.catalogue().dimensions))
