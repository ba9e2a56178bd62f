"""Where the ledger of published facts stands, and moving it forward: safe when several do it at once."""

from __future__ import annotations

from wohnplatz.publication.names import LEDGER

from . import content
from .models import LedgerHead, Release


class Moved(Exception):  # noqa: N818 (it is no error: what was proven must be proven again)
    """Something else came out meanwhile."""


def head() -> str:
    """Head of the ledger: SHA-256 of its newest entry, empty before the first."""
    row = LedgerHead.objects.filter(pk=1).first()
    return row.sha if row else _of_releases()


def advance(old: str, new: str) -> None:
    """Move the head from ``old`` to ``new``, within a transaction. ``Moved`` where it is not at ``old``.

    One statement compares and sets, so of two at once only one succeeds, whatever the database.
    """
    LedgerHead.objects.get_or_create(pk=1, defaults={"sha": _of_releases()})
    if not LedgerHead.objects.filter(pk=1, sha=old).update(sha=new):
        raise Moved


def _of_releases() -> str:
    """That of the newest protected release: the head of an installation that had no row for it yet."""
    for release in Release.objects.all():
        found = content.manifest(release.manifest).results.get(LEDGER)
        if found:
            return found
    return ""
