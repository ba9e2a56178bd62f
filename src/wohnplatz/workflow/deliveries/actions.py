"""What is done with deliveries. One mutation, one action; files are written before rows name them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from wohnplatz.model import Severity, WohnplatzError
from wohnplatz.store import Kind, write_observations
from wohnplatz.text import enumerate_words, number, plural
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.district.actions import FindingsError
from wohnplatz.workflow.partners.models import DeliveryRound

from . import way
from .filenames import safe_name
from .models import Delivery, EventKind, FindingNote
from .reading import Examined, examine
from .states import IN_WORK, LIVE, DeliveryState, Step
from .way import Conflict, Duplicate

__all__ = [
    "Conflict", "Duplicate", "accept", "note", "receive", "receive_file", "release", "return_to_partner",
    "withdraw",
]  # fmt: skip

KNOWN_AS = LIVE | {DeliveryState.RETURNED}
"""States in which the same file once more is told instead of taken again."""

_EVENTS = {
    DeliveryState.UNREADABLE: EventKind.UNREADABLE,
    DeliveryState.UNASSIGNED: EventKind.UNASSIGNED,
    DeliveryState.FAULTY: EventKind.FAULTY,
    DeliveryState.CHECKED: EventKind.RECEIVED,
}
"""How the history tells of a new file."""


def receive(
    actor: Actor, delivery_round: DeliveryRound, filename: str, data: bytes, *, at: datetime | None = None
) -> Delivery:
    """Take in, read and check a file.

    The delivery is then *checked*, *faulty*, *unassigned* (the file is kept as a draft) or *unreadable*
    (nothing of it is kept). Older files of the round that were not released yet are superseded. Raises
    Refused (not the actor's round), Duplicate, and WohnplatzError for a closed round or a file too large.
    """
    policies.require_deliver(actor, delivery_round)
    now = moment(at)
    way.require_open(actor, delivery_round, now)
    _require_size(len(data))
    sha = hashlib.sha256(data).hexdigest()
    _require_new(delivery_round, sha)
    name = safe_name(filename)
    examined = examine(delivery_round, name, data)
    if examined.state is not DeliveryState.UNREADABLE:
        memory.store().put(Kind.DRAFT, data)
    with transaction.atomic():
        return _take_in(actor, delivery_round, name, examined, original=sha, size=len(data), now=now)


def receive_file(
    actor: Actor, delivery_round: DeliveryRound, filename: str, path: Path, *, at: datetime | None = None
) -> Delivery:
    """Take in a file that lies on the disk."""
    return receive(actor, delivery_round, filename, path.read_bytes(), at=at)


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
    return way.fresh(delivery)


def accept(
    actor: Actor, delivery: Delivery, seen_version: int, *, remark: str = "", at: datetime | None = None
) -> Delivery:
    """Accept a released delivery; an accepted one of the same round is superseded.

    The observations are read once more from the stored original and written to the store before the row
    changes. Raises Conflict where the delivery changed since ``seen_version``.
    """
    policies.require_decide(actor)
    way.require_unchanged(delivery, Step.ACCEPT, seen_version)
    sha = _store_observations(delivery)
    now = moment(at)
    with transaction.atomic():
        way.lock(delivery.round_id)
        way.supersede(actor, delivery, {DeliveryState.ACCEPTED}, now)
        values = {"observations": sha, "accepted_at": now, "reason": remark.strip()}
        way.change(actor, delivery, Step.ACCEPT, seen_version, now, values)
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


def _take_in(  # noqa: PLR0913 (the parts of one file)
    actor: Actor,
    delivery_round: DeliveryRound,
    name: str,
    examined: Examined,
    *,
    original: str,
    size: int,
    now: datetime,
) -> Delivery:
    way.lock(delivery_round.pk)
    _require_new(delivery_round, original)
    last = delivery_round.deliveries.aggregate(n=Max("number"))["n"] or 0
    opened = examined.state is not DeliveryState.UNREADABLE
    delivery = Delivery(
        round=delivery_round, number=last + 1, name=name, size=size, original=original,
        kept=Kind.DRAFT.value if opened else "", received_at=now, **examined.fields(),
    )  # fmt: skip
    way.supersede(actor, delivery, _gives_way(examined.state), now)
    delivery.save()
    way.tell(actor, delivery, _EVENTS[examined.state], now)
    record(
        actor, "deliveries.receive", delivery, now,
        number=delivery.number, state=delivery.state, findings=len(examined.findings),
    )  # fmt: skip
    return delivery


def _gives_way(state: DeliveryState) -> frozenset[DeliveryState]:
    """Which older files a new one takes the place of: one that passed stays beside one that did not."""
    if state is DeliveryState.CHECKED:
        return IN_WORK
    return frozenset() if state is DeliveryState.UNREADABLE else IN_WORK - {DeliveryState.CHECKED}


def _require_new(delivery_round: DeliveryRound, sha: str) -> None:
    known = delivery_round.deliveries.filter(original=sha, state__in=KNOWN_AS).first()
    if known:
        raise Duplicate(known)


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
    """Read the stored original again and write what it says; FindingsError where it no longer passes."""
    data = memory.store().read(Kind.ORIGINAL, delivery.original)
    examined = examine(delivery.round, delivery.name, data)
    if examined.state is not DeliveryState.CHECKED:
        raise FindingsError(
            "Die Datei besteht die Prüfung nicht mehr:"
            " Katalog oder Gebiete haben sich seit dem Eingang geändert.",
            examined.findings,
            "deliveries.no_longer_ok",
        )
    return write_observations(memory.store(), examined.observations, list(memory.catalogue().dimensions))


def _require_size(size: int) -> None:
    limit = settings.WOHNPLATZ_UPLOAD_LIMIT
    if size > limit:
        raise WohnplatzError(
            f"Die Datei ist mit {number(size / 2**20, 1)} MB zu groß.",
            todo=f"Erlaubt sind {number(limit / 2**20)} MB. Bitte die Lieferung aufteilen.",
            code="deliveries.too_large",
        )
