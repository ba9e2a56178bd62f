"""Taking over street lists and places with inhabitants, and looking up an address."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from wohnplatz.areas import (
    Found,
    StreetRange,
    address_points,
    find_address,
    load_streets,
    read_points,
    read_streets,
    save_points,
    save_streets,
)
from wohnplatz.intake.cells import cell_text
from wohnplatz.intake.findings import UnreadableFileError
from wohnplatz.intake.sheets import is_filled, open_tables
from wohnplatz.model import Finding, Severity, WohnplatzError
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record

from . import queries
from .actions import FindingsError
from .models import DivisionRecord, PointsRecord, StreetListRecord


def import_streets(
    actor: Actor, division: DivisionRecord, filename: str, data: bytes, source: str = ""
) -> StreetListRecord:
    """Take over a street or address list (CSV, XLSX, ODS). FindingsError where a row is wrong.

    Gaps are warnings and are kept with the record: not every number is a house.
    """
    policies.require_set_up(actor)
    ranges, findings = check_streets(division, filename, data)
    if any(f.severity is Severity.ERROR for f in findings) or not ranges:
        raise FindingsError("Das Straßenverzeichnis wurde nicht übernommen.", findings, "district.streets")
    points = address_points(ranges)
    with transaction.atomic():
        row = StreetListRecord.objects.create(
            division=division, sha=save_streets(memory.store(), ranges), row_count=len(ranges),
            placed_count=0 if points is None else len(points.x), source=source,
            findings=[f.as_dict() for f in findings], imported_at=timezone.now(),
        )  # fmt: skip
        record(actor, "district.import_streets", row, division=division.code, rows=len(ranges))
    return row


def check_streets(
    division: DivisionRecord, filename: str, data: bytes
) -> tuple[tuple[StreetRange, ...], tuple[Finding, ...]]:
    """The rows of a list for a division and what is wrong with them; nothing is kept."""
    areas = [a.key for a in queries.division(division.sha)[0].areas]
    ranges, findings = read_streets(_rows(filename, data), areas)
    return tuple(ranges), tuple(findings)


def import_points(actor: Actor, filename: str, data: bytes, label: str, source: str = "") -> PointsRecord:
    """Take over census grid cells or places with inhabitants. FindingsError where they cannot be read."""
    policies.require_set_up(actor)
    points, findings = read_points(_rows(filename, data))
    if points is None:
        raise FindingsError("Die Tabelle wurde nicht übernommen.", findings, "district.points")
    with transaction.atomic():
        row = PointsRecord.objects.create(
            label=label, sha=save_points(memory.store(), points), place_count=len(points.x),
            inhabitants=round(float(points.weight.sum())), source=source,
            findings=[f.as_dict() for f in findings], imported_at=timezone.now(),
        )  # fmt: skip
        record(actor, "district.import_points", row, places=len(points.x))
    return row


def _rows(filename: str, data: bytes) -> list[list[str]]:
    """The first filled table of a file as texts, from its first filled row on."""
    try:
        tables = [t for t in open_tables(data, filename) if not t.is_empty()]
    except UnreadableFileError as error:
        raise WohnplatzError(
            "Die Datei lässt sich nicht öffnen.",
            todo="Bitte sie als CSV (UTF-8) oder Excel-Arbeitsmappe (XLSX) speichern.",
            code="district.streets_file",
        ) from error
    rows = tables[0].rows if tables else []
    return [[cell_text(c) for c in row] for row in rows if is_filled(row)]


def streets_of(division: DivisionRecord) -> tuple[StreetRange, ...]:
    """The newest list of a division, empty where there is none."""
    row = division.street_lists.first()
    return load_streets(memory.store(), row.sha) if row else ()


def look_up(actor: Actor, division: DivisionRecord, address: str) -> tuple[Found, ...]:
    """The areas an address lies in by the newest list; asked addresses are written nowhere."""
    policies.require_set_up(actor)
    return find_address(streets_of(division), address)
