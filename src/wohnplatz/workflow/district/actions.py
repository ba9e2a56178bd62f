"""Setting up the district and taking over divisions of its area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from wohnplatz.areas import AreaLayer, check_layer, make_division, read_layer, save_division
from wohnplatz.model import Finding, Severity, WohnplatzError
from wohnplatz.text import plural
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record

from . import queries
from .models import District, DivisionRecord

RANKS = {"wohnplatz": 0, "kommune": 10, "kreis": 20}
"""Ranks of the shipped levels; a district's own level gets its rank with the import."""


class FindingsError(WohnplatzError):
    """Refused because of findings; they are carried along."""

    def __init__(self, what: str, findings: Sequence[Finding], code: str) -> None:
        self.findings = tuple(findings)
        super().__init__(what, todo="Bitte die Prüfbefunde beheben und erneut einreichen.", code=code)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a file of areas holds what: names of its columns, its layer and its coordinate system."""

    key: str
    name: str | None = None
    parent: str | None = None
    layer: str | None = None
    crs: str | None = None


def set_district(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    *,
    name: str,
    key: str,
    contact: str = "",
    wms_url: str = "",
    wms_layers: str = "",
    wms_attribution: str = "",
    imprint: str = "",
    privacy: str = "",
    enforcement: str = "",
    is_demo: bool = False,
) -> District:
    """Set up the district or change its particulars."""
    policies.require_set_up(actor)
    fields = {
        "name": name, "key": key, "contact": contact, "wms_url": wms_url, "wms_layers": wms_layers,
        "wms_attribution": wms_attribution, "imprint": imprint, "privacy": privacy,
        "enforcement": enforcement, "is_demo": is_demo,
    }  # fmt: skip
    with transaction.atomic():
        district, _ = District.objects.update_or_create(only_one=True, defaults=fields)
        record(actor, "district.set", district, key=key)
    return district


def import_division(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    source: Path | AreaLayer,
    *,
    code: str,
    level: str,
    label: str,
    valid_from: date,
    valid_to: date | None = None,
    columns: Columns | None = None,
    rank: int | None = None,
    origin: str = "",
    licence: str = "",
    overlay: bool = False,
) -> DivisionRecord:
    """Take over a division from a file or a layer. Coarser levels first: parents are looked up in them.

    An ``overlay`` (districts of schools, parishes) lies beside the hierarchy: it has no parents.
    Raises FindingsError where the check finds errors; warnings are kept with the record.
    """
    policies.require_set_up(actor)
    place = RANKS.get(level, 0 if overlay else None) if rank is None else rank
    if place is None:
        raise WohnplatzError(
            f"Für die Ebene „{level}“ ist kein Rang bekannt.",
            todo="Bitte den Rang angeben: 0 ist die feinste Ebene, gröbere haben größere Zahlen.",
            code="district.rank",
        )
    layer = _read(source, columns) if isinstance(source, Path) else source
    findings = check(layer, place, valid_from, overlay=overlay)
    made = make_division(
        layer, code=code, level=level, label=label, valid_from=valid_from, valid_to=valid_to,
        source=origin, licence=licence,
    )  # fmt: skip
    sha = save_division(memory.store(), made, layer)
    row = DivisionRecord(
        code=code, level=level, label=label, rank=place, sha=sha, area_count=len(layer.keys),
        valid_from=valid_from, valid_to=valid_to, source=origin, licence=licence, overlay=overlay,
        findings=[f.as_dict() for f in findings], imported_at=timezone.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
            record(actor, "district.import_division", row, code=code, areas=len(layer.keys))
    except IntegrityError as error:
        raise WohnplatzError(
            f"Die Gebietsgliederung „{code}“ gibt es schon.",
            todo="Eine neue Fassung bekommt eine eigene Kennung, zum Beispiel mit Jahreszahl.",
            code="district.division_exists",
        ) from error
    return row


def check(layer: AreaLayer, rank: int, valid_from: date, *, overlay: bool = False) -> list[Finding]:
    """Findings of a layer against the next coarser division; FindingsError where one of them blocks."""
    coarser = [] if overlay else [r for r in queries.divisions_in_force(valid_from) if r.rank > rank]
    parents = queries.division(coarser[0].sha)[1] if coarser else None
    findings = list(check_layer(layer, parents))
    errors = [f for f in findings if f.severity is Severity.ERROR]
    if errors:
        count = plural(len(errors), "Fehler", "Fehler")
        raise FindingsError(
            f"Die Gebiete wurden nicht übernommen: {count}. Der erste: {errors[0].message}",
            findings,
            "district.findings",
        )
    return findings


def _read(path: Path, columns: Columns | None) -> AreaLayer:
    if columns is None:
        raise WohnplatzError(
            "Es fehlt die Angabe, welche Spalte den Gebietsschlüssel enthält.", code="district.key_column"
        )
    return read_layer(
        path,
        key=columns.key,
        name=columns.name,
        parent=columns.parent,
        layer=columns.layer,
        crs=columns.crs,
    )
