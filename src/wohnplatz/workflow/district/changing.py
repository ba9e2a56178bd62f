"""Changing areas: a new division takes the place of the old one, and a crosswalk leads from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from wohnplatz.areas import (
    AreaLayer,
    Change,
    Changed,
    Crosswalk,
    CrosswalkResult,
    WeightedPoints,
    address_points,
    change_areas,
    compose,
    crosswalk_of_pairs,
    load_crosswalk,
    load_points,
    load_streets,
    make_crosswalk,
    make_division,
    read_pairs,
    save_crosswalk,
    save_division,
)
from wohnplatz.model import Finding, Severity, WohnplatzError
from wohnplatz.text import day
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record
from wohnplatz.workflow.clock import moment

from . import actions, queries
from .models import CrosswalkRecord, DivisionRecord, PointsRecord

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What the division after the change is called, from when it is valid, and why it was made."""

    code: str
    label: str
    valid_from: date
    reason: str = ""


def weights_for(record: DivisionRecord, choice: str = "") -> WeightedPoints | None:
    """What weighs a split: ``anschriften``, the number of a PointsRecord, or the ground for anything else."""
    if choice == "anschriften":
        found = record.street_lists.first()
        if found is None:
            return None
        origin = f"Anschriften: {found.source or found.division.label}"
        return address_points(load_streets(memory.store(), found.sha), origin=origin)
    row = PointsRecord.objects.filter(pk=int(choice)).first() if choice.isdecimal() else None
    if row is None:
        return None
    return replace(
        load_points(memory.store(), row.sha), origin=f"{row.label} ({row.source or 'ohne Quelle'})"
    )


def preview(
    actor: Actor,
    division: DivisionRecord,
    changes: Sequence[Change],
    new: NewVersion,
    points: WeightedPoints | None = None,
) -> Changed:
    """What the changes would make, without keeping anything.

    WohnplatzError where the day does not fit; FindingsError where the new areas do not pass their check.
    """
    policies.require_set_up(actor)
    _require_changeable(division, new.valid_from)
    layer = queries.division(division.sha)[1]
    changed = change_areas(
        layer, changes, (division.code, new.code), points, _other_keys(division, new.valid_from)
    )
    if changed.layer is None:
        return changed
    checked = _checked(division, changed.layer, new.valid_from)
    made = set(changed.layer.keys) - set(layer.keys)
    told = [f for f in checked if f.area in made and f.severity is not Severity.NOTE]
    return replace(changed, findings=(*changed.findings, *told))


def keep(  # noqa: PLR0913 (what is changed, how, and when)
    actor: Actor,
    division: DivisionRecord,
    changes: Sequence[Change],
    new: NewVersion,
    points: WeightedPoints | None = None,
    *,
    at: datetime | None = None,
) -> DivisionRecord:
    """Make the new division, end the old one the day before, and keep the crosswalk between them.

    Raises FindingsError where a finding forbids the change. ``at`` sets the time, in a demo district only.
    """
    now = moment(at)
    changed = preview(actor, division, changes, new, points)
    if changed.layer is None or changed.crosswalk is None:
        raise actions.FindingsError(
            "Die Gliederung wurde nicht geändert.", changed.findings, "district.change"
        )
    made = make_division(
        changed.layer, code=new.code, level=division.level, label=new.label, valid_from=new.valid_from,
        source=division.source, licence=division.licence,
    )  # fmt: skip
    store = memory.store()
    row = DivisionRecord(
        code=new.code, level=division.level, label=new.label, rank=division.rank, overlay=division.overlay,
        sha=save_division(store, made, changed.layer), area_count=len(changed.layer),
        valid_from=new.valid_from, source=division.source, licence=division.licence, replaces=division,
        reason=new.reason, findings=[f.as_dict() for f in changed.findings], imported_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            _end(division, new.valid_from - ONE_DAY)
            row.save()
            _keep_crosswalk(division, row, changed.crosswalk, changed.findings)
            record(actor, "district.change_division", row, now, code=new.code, replaces=division.code)
    except IntegrityError as error:
        raise WohnplatzError(
            f"Die Gebietsgliederung „{new.code}“ gibt es schon, oder die alte ist schon abgelöst.",
            todo="Bitte eine andere Kennung wählen und die Liste der Gliederungen prüfen.",
            code="district.division_exists",
        ) from error
    return row


def _require_changeable(division: DivisionRecord, valid_from: date) -> None:
    if division.valid_to is not None:
        raise WohnplatzError(
            f"Die Gliederung „{division.label}“ ist zum {day(division.valid_to + ONE_DAY)} abgelöst.",
            why="Eine frühere Fassung wird nicht mehr geändert, damit alte Zahlen gültig bleiben.",
            todo="Bitte die Fassung ändern, die heute gilt.",
            code="district.change_former",
        )
    if valid_from <= division.valid_from:
        raise WohnplatzError(
            f"Die neue Fassung muss nach dem {day(division.valid_from)} beginnen.",
            why="An diesem Tag beginnt die bisherige.",
            todo="Bitte einen späteren Tag angeben.",
            code="district.change_day",
        )
    finer = DivisionRecord.objects.filter(overlay=False, valid_to__isnull=True, rank__lt=division.rank)
    if not division.overlay and finer.exists():
        raise WohnplatzError(
            f"Zu Gebieten der Gliederung „{division.label}“ gehören Gebiete einer feineren Ebene.",
            why="Ihre Zuordnung müsste sich mit ändern.",
            todo="Bitte beide Ebenen als neue Gliederungen einspielen und den Umsteigeschlüssel dazu.",
            code="district.change_coarse",
        )


def _other_keys(division: DivisionRecord, valid_from: date) -> set[str]:
    """Keys of areas of the other levels: keys are unique over all of them."""
    if division.overlay:
        return set()
    others = [r for r in queries.divisions_in_force(valid_from) if r.level != division.level]
    return {a.key for r in others for a in queries.division(r.sha)[0].areas}


def _checked(division: DivisionRecord, layer: AreaLayer, valid_from: date) -> list[Finding]:
    """Warnings of the check of areas; FindingsError where it finds errors the old division had not."""
    try:
        return actions.check(layer, division.rank, valid_from, overlay=division.overlay)
    except actions.FindingsError as error:
        known = {(f["code"], f["area"]) for f in division.findings}
        if all((f.code, f.area) in known for f in error.findings if f.severity is Severity.ERROR):
            return list(error.findings)
        raise


def _end(division: DivisionRecord, last: date) -> None:
    """Only the record ends: the stored division stays what releases name by its content."""
    division.valid_to = last
    division.save(update_fields=["valid_to"])


def _keep_crosswalk(
    source: DivisionRecord, target: DivisionRecord, crosswalk: Crosswalk, findings: Sequence[Finding]
) -> CrosswalkRecord:
    fields = {
        "sha": save_crosswalk(memory.store(), crosswalk), "pair_count": len(crosswalk),
        "split_count": len(crosswalk.split), "origin": crosswalk.origin[:500],
        "findings": [f.as_dict() for f in findings], "made_at": timezone.now(),
    }  # fmt: skip
    row, _ = CrosswalkRecord.objects.update_or_create(source=source, target=target, defaults=fields)
    return row


def _own_crosswalk(
    actor: Actor, source: DivisionRecord, target: DivisionRecord, made: CrosswalkResult, how: str
) -> CrosswalkRecord:
    if made.crosswalk is None:
        what = "Es entstand kein Umsteigeschlüssel."
        raise actions.FindingsError(what, made.findings, "district.crosswalk")
    with transaction.atomic():
        row = _keep_crosswalk(source, target, made.crosswalk, made.findings)
        record(actor, "district.crosswalk", row, source=source.code, target=target.code, how=how)
    return row


def succeed(
    actor: Actor, old: DivisionRecord, new: DivisionRecord, points: WeightedPoints | None = None
) -> CrosswalkRecord:
    """Let a division that was taken over from a file take the place of another: end that, make the way.

    FindingsError where no crosswalk can be made; WohnplatzError where the two do not follow each other.
    """
    policies.require_set_up(actor)
    if old.level != new.level or old.valid_to is not None or new.valid_from <= old.valid_from:
        raise WohnplatzError(
            f"„{new.label}“ kann „{old.label}“ nicht ablösen.",
            why="Beide müssen zur selben Ebene gehören, und die neue muss später beginnen.",
            code="district.succeed",
        )
    with transaction.atomic():
        row = compute_crosswalk(actor, old, new, points)
        _end(old, new.valid_from - ONE_DAY)
        new.replaces = old
        new.save(update_fields=["replaces"])
        record(actor, "district.succeed", new, code=new.code, replaces=old.code)
    return row


def compute_crosswalk(
    actor: Actor, source: DivisionRecord, target: DivisionRecord, points: WeightedPoints | None = None
) -> CrosswalkRecord:
    """Make the crosswalk between two divisions from their polygons, or make it anew with other weights."""
    policies.require_set_up(actor)
    layers = [queries.division(r.sha)[1] for r in (source, target)]
    made = make_crosswalk(layers[0], layers[1], (source.code, target.code), points)
    return _own_crosswalk(actor, source, target, made, "computed")


def import_crosswalk(
    actor: Actor, source: DivisionRecord, target: DivisionRecord, data: bytes, origin: str = ""
) -> CrosswalkRecord:
    """Take over a ready crosswalk (CSV). FindingsError where it does not fit the two divisions."""
    policies.require_set_up(actor)
    keys = [[a.key for a in queries.division(r.sha)[0].areas] for r in (source, target)]
    pairs, findings = read_pairs(data)
    made = CrosswalkResult(None, tuple(findings))
    if not findings:
        made = crosswalk_of_pairs(
            pairs, (source.code, target.code), sources=keys[0], targets=keys[1], origin=origin
        )
    return _own_crosswalk(actor, source, target, made, "imported")


def crosswalk_of_record(row: CrosswalkRecord) -> Crosswalk:
    """The weights of a record."""
    return load_crosswalk(memory.store(), row.sha)


def way(source: DivisionRecord, target: DivisionRecord) -> Crosswalk | None:
    """The crosswalk from a former division to a later one, over the versions between; None without one."""
    direct = CrosswalkRecord.objects.filter(source=source, target=target).first()
    if direct is not None:
        return crosswalk_of_record(direct)
    for row in CrosswalkRecord.objects.filter(source=source, target__valid_from__gt=source.valid_from):
        onward = way(row.target, target)
        if onward is not None:
            return compose(crosswalk_of_record(row), onward)
    return None
