"""Making releases."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

import wohnplatz
from wohnplatz.areas import save_crosswalk
from wohnplatz.indicators import catalogue_json, compute_release
from wohnplatz.model import WohnplatzError
from wohnplatz.publication.names import LEDGER
from wohnplatz.publication.publishing import publish_release
from wohnplatz.store import DivisionRef, Entry, FormerDivisions, Kind, Manifest
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.deliveries.states import DeliveryState
from wohnplatz.workflow.district import changing
from wohnplatz.workflow.district import queries as district

from . import ledger
from .models import Release

Progress = Callable[[str, int, int], None]
TRIES = 3
"""How often the figures are proven anew when something else came out meanwhile."""


def make_release(
    actor: Actor,
    label: str,
    note: str = "",
    *,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> Release:
    """Freeze everything accepted into a release, compute its figures, prove what of them may be seen.

    Results, proofs and manifest are in the store before the row appears; a crash leaves no release.
    Raises Refused, and WohnplatzError for a label that is taken or when there is nothing to release.
    """
    policies.require_release(actor)
    require_free(label)
    now = moment(at)
    computed = compute_release(memory.store(), plan(label.strip(), now), progress=progress)
    for _ in range(TRIES):
        head = ledger_head()
        manifest = publish_release(
            memory.store(), computed, head, progress=progress, seed=memory.protection_seed()
        )
        try:
            return _kept(actor, manifest, head, note.strip())
        except ledger.Moved:  # what came out meanwhile is not in this proof
            continue
    raise _conflict()


def _kept(actor: Actor, manifest: Manifest, head: str, note: str) -> Release:
    """The row of a release, once the ledger still stands where the proof took it up; else ``Moved``."""
    sha = manifest.save(memory.store())
    try:
        with transaction.atomic():
            ledger.advance(head, manifest.results[LEDGER])
            release = Release.objects.create(
                number=_last() + 1, label=manifest.label, note=note, manifest=sha, made_at=manifest.made_at,
                made_by=organisation(actor),
            )  # fmt: skip
            entries = len(manifest.entries)
            record(actor, "releases.make", release, manifest.made_at, deliveries=entries, manifest=sha)
    except IntegrityError as error:
        raise _conflict() from error
    return release


def _conflict() -> WohnplatzError:
    return WohnplatzError(
        "Zur selben Zeit wurde ein anderer Datenstand gebildet.",
        todo="Bitte die Liste der Datenstände ansehen und, wenn nötig, erneut bilden.",
        code="releases.conflict",
    )


def ledger_head() -> str:
    """Head of the ledger of published facts, empty before the first."""
    return ledger.head()


def _last() -> int:
    return int(Release.objects.aggregate(n=Max("number"))["n"] or 0)


def plan(label: str, made_at: datetime) -> Manifest:
    """The manifest of what is in force now, without results."""
    store = memory.store()
    divisions = district.divisions_in_force()
    entries = tuple(entry_of(d) for d in deliveries_in_force())
    if not entries or not divisions:
        raise WohnplatzError(
            "Es gibt noch nichts, woraus ein Datenstand gebildet werden kann.",
            todo="Gebraucht werden eine Gebietsgliederung und mindestens eine angenommene Lieferung.",
            code="releases.nothing",
        )
    return Manifest(
        label=label,
        made_at=made_at,
        district=district.current().name,
        entries=entries,
        divisions=tuple(DivisionRef(d.code, d.level, d.sha) for d in divisions),
        former=former_divisions({e.reference_date for e in entries}),
        catalogue=store.put(Kind.CATALOGUE, catalogue_json(memory.catalogue_to_release())),
        rules=store.put(Kind.RULES, memory.rules_file().data),
        program=wohnplatz.__version__,
    )


def former_divisions(dates: Collection[date]) -> tuple[FormerDivisions, ...]:
    """The sets of divisions that were in force on any of ``dates`` and are not today, oldest first."""
    today = district.divisions_in_force()[0]
    found = []
    for old in district.former_base_divisions(today):
        assert old.valid_to is not None  # a division without end is in force
        if any(old.valid_from <= day <= old.valid_to for day in dates):
            tied = district.divisions_in_force(old.valid_to)
            refs = tuple(DivisionRef(d.code, d.level, d.sha) for d in tied)
            way = changing.way(old, today)
            sha = save_crosswalk(memory.store(), way) if way is not None else ""
            found.append(FormerDivisions(old.code, old.valid_from, old.valid_to, refs, sha))
    return tuple(sorted(found, key=lambda f: f.valid_from))


def deliveries_in_force() -> list[Delivery]:
    """All accepted deliveries in a fixed order."""
    accepted = Delivery.objects.filter(state=DeliveryState.ACCEPTED)
    return list(accepted.select_related("round__agreement__partner").order_by("round__reference_date", "pk"))


def entry_of(delivery: Delivery) -> Entry:
    """How a manifest lists a delivery; one that is not accepted yet stands there as of its arrival."""
    agreement = delivery.round.agreement
    accepted_at = delivery.accepted_at or delivery.received_at
    return Entry(
        delivery=str(delivery.pk),
        partner=agreement.partner.code,
        partner_label=agreement.partner.name,
        dataset=agreement.dataset,
        reference_date=delivery.round.reference_date,
        observations=delivery.observations,
        original=delivery.original,
        original_name=delivery.name,
        received_at=delivery.received_at,
        accepted_at=accepted_at,
    )


def require_free(label: str) -> None:
    """WohnplatzError for a label that is empty or taken."""
    if not label.strip():
        raise WohnplatzError("Der Datenstand braucht eine Bezeichnung.", code="releases.label")
    if Release.objects.filter(label=label.strip()).exists():
        raise WohnplatzError(
            f"Den Datenstand „{label.strip()}“ gibt es schon.",
            why="Ein Datenstand ist zitierfähig und wird nie verändert.",
            todo="Bitte eine andere Bezeichnung wählen.",
            code="releases.label_taken",
        )
