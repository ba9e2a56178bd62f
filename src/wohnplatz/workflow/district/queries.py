"""Reading the district and its divisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.db.models import Q
from django.utils import timezone

from wohnplatz.areas import AreaLayer, load_division
from wohnplatz.model import Division, Hierarchy, WohnplatzError
from wohnplatz.store import ObjectStore
from wohnplatz.workflow import memory

from .models import District, DivisionRecord


def current() -> District:
    """The district of this installation. WohnplatzError where none has been set up."""
    district = District.objects.first()
    if district is None:
        raise WohnplatzError(
            "Es ist noch kein Kreis eingerichtet.",
            todo="Bitte zuerst Name und Schlüssel des Kreises angeben: wohnplatz setup apply DATEI.",
            code="district.none",
        )
    return district


def divisions_in_force(day: date | None = None) -> list[DivisionRecord]:
    """The newest division of each level that is valid on ``day``.

    Without a day it is today, so that a version that was prepared for next year does not count yet; a level
    that has none today is represented by the newest without end. Divisions beside the hierarchy (overlays)
    are not among them.
    """
    known = DivisionRecord.objects.filter(overlay=False)
    asked = timezone.localdate() if day is None else day
    valid = list(known.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=asked), valid_from__lte=asked))
    if day is None:
        valid += known.filter(valid_to__isnull=True)
    newest: dict[str, DivisionRecord] = {}
    for record in valid:
        newest.setdefault(record.level, record)
    return sorted(newest.values(), key=lambda r: r.rank)


def divisions_at(day: date) -> list[DivisionRecord]:
    """The divisions of a day in the past, or today's where none was in force then."""
    return divisions_in_force(day) or divisions_in_force()


def former_base_divisions(today: DivisionRecord) -> list[DivisionRecord]:
    """Earlier divisions of the level of ``today`` that ended before it began, newest first."""
    known = DivisionRecord.objects.filter(overlay=False, level=today.level, valid_to__lt=today.valid_from)
    return list(known.exclude(pk=today.pk).order_by("-valid_from", "-pk"))


def hierarchy(records: Sequence[DivisionRecord] | None = None) -> Hierarchy:
    """The divisions in force, tied by their parents. WohnplatzError where there are none."""
    found = divisions_in_force() if records is None else records
    if not found:
        raise WohnplatzError(
            "Es ist noch keine Gebietsgliederung eingespielt.",
            todo="Bitte zuerst die Gebiete einspielen: wohnplatz areas import DATEI.",
            code="district.no_division",
        )
    return hierarchy_of(tuple(r.sha for r in found))


def overlays() -> list[DivisionRecord]:
    """Divisions beside the hierarchy, by level."""
    return list(DivisionRecord.objects.filter(overlay=True).order_by("level", "-valid_from"))


def hierarchy_of(shas: tuple[str, ...]) -> Hierarchy:
    """The hierarchy of stored divisions, finest first. Cached: what is named by its content never changes."""
    return _hierarchy(memory.store().root, shas)


def division(sha: str) -> tuple[Division, AreaLayer]:
    """A stored division and its layer, cached."""
    return _division(memory.store().root, sha)


@lru_cache(maxsize=16)
def _hierarchy(root: Path, shas: tuple[str, ...]) -> Hierarchy:
    return Hierarchy(tuple(_division(root, sha)[0] for sha in shas))


@lru_cache(maxsize=32)
def _division(root: Path, sha: str) -> tuple[Division, AreaLayer]:
    return load_division(ObjectStore(root), sha)
