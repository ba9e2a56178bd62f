"""Uploads in parts: a large file may be broken off and go on where it stopped."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.partners.models import DeliveryRound

from . import taking, way
from .filenames import safe_name
from .models import Upload

MOST_AT_ONCE = 5
"""Unfinished uploads of a round."""

STALE_AFTER = timedelta(days=2)


def begin_upload(  # noqa: PLR0913 (the parts of an announcement)
    actor: Actor,
    delivery_round: DeliveryRound,
    filename: str,
    size: int,
    sha: str = "",
    *,
    at: datetime | None = None,
) -> Upload:
    """Announce a file of ``size`` bytes. The same file announced again goes on where it stopped.

    ``sha`` is the SHA-256 of the whole, checked at the end; may be empty. Raises Refused, and WohnplatzError
    for a closed round, a file too large or empty, and too many unfinished uploads.
    """
    policies.require_deliver(actor, delivery_round)
    now = moment(at)
    way.require_open(actor, delivery_round, now)
    taking.require_size(size, settings.WOHNPLATZ_LARGE_LIMIT)
    name, by = safe_name(filename), organisation(actor)
    if size <= 0:
        raise WohnplatzError("Die Datei ist leer.", code="deliveries.empty")
    if sha:
        taking.require_new(delivery_round, sha)
    with transaction.atomic():
        way.lock(delivery_round.pk)
        own = delivery_round.uploads.filter(organisation=by)
        known = own.filter(name=name, size=size, sha=sha).first() if sha else None
        if known:
            return known
        if own.count() >= MOST_AT_ONCE:
            raise WohnplatzError(
                "Für diese Lieferrunde sind schon mehrere Übertragungen angefangen.",
                todo="Bitte eine davon beenden. Unterbrochene werden nach zwei Tagen gelöscht.",
                code="deliveries.uploads",
            )
        return Upload.objects.create(
            token=secrets.token_urlsafe(32), round=delivery_round, organisation=by, name=name, size=size,
            sha=sha, created_at=now, touched_at=now,
        )  # fmt: skip


def append_chunk(
    actor: Actor, upload: Upload, offset: int, data: bytes, *, at: datetime | None = None
) -> Upload:
    """Add the bytes from ``offset`` on. Raises WohnplatzError that says where to go on where it does not fit.

    Bytes are on the disk before the row counts them; what a crash wrote beyond is written again.
    """
    require_own(actor, upload)
    with transaction.atomic():
        current = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if current is None or offset != current.received or offset + len(data) > current.size:
            raise WohnplatzError(
                "Die Übertragung passt nicht zum bisher Empfangenen.",
                where=f"erwartet ab Byte {current.received if current else 0}",
                todo="Bitte dort weitermachen; es geht nichts verloren.",
                code="deliveries.upload_offset",
            )
        _write(path_of(current), offset, data)
        current.received = offset + len(data)
        current.touched_at = moment(at)
        current.save(update_fields=["received", "touched_at"])
    return current


def finished_file(actor: Actor, upload: Upload) -> Path:
    """The whole file, checked. WohnplatzError where bytes are missing or the checksum differs."""
    require_own(actor, upload)
    path = path_of(upload)
    if upload.received != upload.size or not path.is_file() or path.stat().st_size < upload.size:
        raise WohnplatzError(
            "Die Datei ist noch nicht vollständig übertragen.",
            todo="Bitte die Übertragung fortsetzen.",
            code="deliveries.upload_incomplete",
        )
    os.truncate(path, upload.size)
    if upload.sha and _sha(path) != upload.sha:
        discard(upload)
        raise WohnplatzError(
            "Die Datei ist nicht so angekommen, wie sie abgeschickt wurde.",
            todo="Bitte noch einmal hochladen.",
            code="deliveries.upload_damaged",
        )
    return path


def discard(upload: Upload) -> None:
    """Forget an upload and its bytes; the row goes first."""
    Upload.objects.filter(pk=upload.pk).delete()
    path_of(upload).unlink(missing_ok=True)


def prune(actor: Actor, now: datetime) -> int:
    """Forget uploads nobody went on with, and bytes no upload names; how many uploads."""
    stale = list(Upload.objects.filter(touched_at__lt=now - STALE_AFTER))
    for upload in stale:
        record(actor, "deliveries.upload_expired", upload, now, size=upload.size)
        discard(upload)
    named = set(Upload.objects.values_list("token", flat=True))
    for path in folder().iterdir() if folder().is_dir() else ():
        if (
            path.is_file()
            and path.name not in named
            and path.stat().st_mtime < (now - STALE_AFTER).timestamp()
        ):
            path.unlink(missing_ok=True)
    return len(stale)


def folder() -> Path:
    """Where unfinished uploads lie: in the data folder, never under the web root."""
    return Path(settings.WOHNPLATZ_HOME) / "uploads"


def path_of(upload: Upload) -> Path:
    """The upload's bytes. The token is our own; the partner's file name is never part of a path."""
    return folder() / upload.token


def waiting(actor: Actor, rounds: Collection[int]) -> list[Upload]:
    """The actor's organisation's uploads for some rounds that are complete and not handed in."""
    own = Upload.objects.filter(round__in=rounds, organisation=organisation(actor), received=F("size"))
    return list(own.select_related("round__agreement__partner"))


def drop(actor: Actor, upload: Upload) -> None:
    """Forget an upload of the actor's organisation."""
    require_own(actor, upload)
    discard(upload)


def require_own(actor: Actor, upload: Upload) -> None:
    """Refused unless the actor may deliver for the round and its organisation began the upload."""
    policies.require_deliver(actor, upload.round)
    if upload.organisation != organisation(actor):
        raise policies.Refused(
            "Diese Übertragung hat eine andere Stelle begonnen.",
            why="Eine Datei gehört der Stelle, die sie sendet, bis sie eingereicht ist.",
            todo="Bitte die Datei selbst hochladen.",
            code="deliveries.foreign_upload",
        )


def _write(path: Path, offset: int, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        file.seek(offset)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sha(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
