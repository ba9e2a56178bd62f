"""The page on a partner's own areas: a job makes it, whoever comes reads it.

Proving that nothing protected can be computed from it beside all that is out takes seconds.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

import wohnplatz
from wohnplatz.indicators import catalogue_json
from wohnplatz.model import WohnplatzError
from wohnplatz.report import Document, document_from_json, document_json
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import OPERATOR, Actor
from wohnplatz.workflow.jobs.tasks import make_profile
from wohnplatz.workflow.releases import outlook

from . import feedback
from .models import Delivery, KeptProfile, ProfileState

log = logging.getLogger(__name__)
AGAIN_AFTER = timedelta(minutes=10)
"""A page that did not come in this time is asked for again: its worker may have died."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The page as it stands; without a document there is nothing to show, or not yet."""

    state: ProfileState
    document: Document | None = None


def profile(user: Actor, delivery: Delivery) -> Profile:
    """The page that is kept; where there is none of what is in force now, it is asked for.

    Raises Refused for whom the contents are closed to.
    """
    policies.require_see_contents(user, delivery.round)
    digest = _digest(delivery)
    kept = KeptProfile.objects.filter(delivery=delivery, digest=digest).first()
    now = timezone.now()
    if kept is None or (kept.state != ProfileState.READY and kept.asked_at < now - AGAIN_AFTER):
        _ask(delivery, digest, now)
        return Profile(ProfileState.WAITING)
    if kept.state != ProfileState.READY:
        return Profile(ProfileState(kept.state))
    return Profile(ProfileState.READY, document_from_json(kept.document) if kept.document else None)


def make(pk: int) -> str:
    """Make the page of a delivery, if it is not there already; its state afterwards."""
    delivery = Delivery.objects.select_related("round__agreement__partner").get(pk=pk)
    if not feedback.has_feedback(delivery):
        return ""
    digest = _digest(delivery)
    if KeptProfile.objects.filter(delivery=delivery, digest=digest, state=ProfileState.READY).exists():
        return ProfileState.READY.value
    try:
        made = feedback.profile(OPERATOR, delivery)
    except WohnplatzError:
        log.exception("Profil zu Lieferung %s: nicht berechenbar", pk)
        _keep(delivery, digest, ProfileState.FAILED)
        return ProfileState.FAILED.value
    _keep(delivery, digest, ProfileState.READY, document_json(made) if made is not None else "")
    return ProfileState.READY.value


def _ask(delivery: Delivery, digest: str, now: datetime) -> None:
    with transaction.atomic():
        KeptProfile.objects.update_or_create(
            delivery=delivery,
            defaults={"digest": digest, "state": ProfileState.WAITING, "document": "", "asked_at": now},
        )
        transaction.on_commit(partial(make_profile.enqueue, delivery.pk))


def _keep(delivery: Delivery, digest: str, state: ProfileState, document: str = "") -> None:
    KeptProfile.objects.update_or_create(
        delivery=delivery,
        defaults={"digest": digest, "state": state, "document": document, "asked_at": timezone.now()},
    )


def _digest(delivery: Delivery) -> str:
    """Name of everything the page is made of."""
    made_of = [
        wohnplatz.__version__, delivery.pk, delivery.original, delivery.state,
        delivery.received_at.isoformat(), list(outlook.resting_on()),
        hashlib.sha256(catalogue_json(memory.catalogue())).hexdigest(),
        memory.rules_file().sha,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(made_of, ensure_ascii=False).encode()).hexdigest()
