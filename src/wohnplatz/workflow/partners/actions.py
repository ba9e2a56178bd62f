"""Changes to partners and agreements; those to rounds stand in ``rounds`` and are named here as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.text import enumerate_words
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.district.models import DivisionRecord

from . import outlook
from .models import DataAgreement, DeliveryRound, Partner, PartnerKind, Rhythm
from .opening import new_round
from .rounds import grant_exception, locked, open_all_rounds, open_rounds, restore_round, waive_round
from .terms import agreed, require_no_overlap

__all__ = [
    "change_partner", "conclude_agreement", "create_partner", "deactivate_partner", "end_agreement",
    "grant_exception", "open_all_rounds", "open_rounds", "reactivate_partner", "renew_agreement",
    "restore_round", "waive_round",
]  # fmt: skip


def create_partner(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    *,
    code: str,
    name: str,
    kind: str,
    area_keys: Sequence[str] = (),
    contact_function: str = "",
    contact_email: str = "",
) -> Partner:
    """Take in a partner. ``area_keys``: the areas it delivers for; empty means the whole district."""
    policies.require_set_up(actor)
    partner = Partner(
        code=code, name=name, kind=PartnerKind(kind), area_keys=list(area_keys),
        contact_function=contact_function, contact_email=contact_email,
    )  # fmt: skip
    try:
        with transaction.atomic():
            partner.save()
            record(actor, "partners.create", partner, code=code)
    except IntegrityError as error:
        raise WohnplatzError(f"Die Lieferstelle „{code}“ gibt es schon.", code="partners.exists") from error
    return partner


_CHANGEABLE: dict[str, Callable[[Any], Any]] = {
    "name": str.strip, "kind": PartnerKind, "area_keys": list, "contact_function": str.strip,
    "contact_email": str.strip,
}  # fmt: skip


def change_partner(actor: Actor, partner: Partner, **fields: Any) -> Partner:
    """Change name, kind, area_keys, contact_function or contact_email; what is not named stays.

    New areas also hold for rounds that are open now: what was delivered before stays as it was delivered.
    """
    policies.require_set_up(actor)
    unknown = sorted(set(fields) - set(_CHANGEABLE))
    if unknown:
        raise TypeError(f"unknown fields of a partner: {', '.join(unknown)}")
    plain = {name: _CHANGEABLE[name](value) for name, value in fields.items()}
    if not plain.get("name", partner.name):
        raise WohnplatzError("Die Lieferstelle braucht einen Namen.", code="partners.name")
    _require_areas(set(plain.get("area_keys", ())) - set(partner.area_keys))
    with transaction.atomic():
        found = locked(partner.pk)
        changed = sorted(name for name, value in plain.items() if getattr(found, name) != value)
        for name in changed:
            setattr(found, name, plain[name])
        if changed:
            found.save(update_fields=changed)
            record(actor, "partners.change", found, fields=changed)
    return found


def deactivate_partner(actor: Actor, partner: Partner) -> Partner:
    """Take a partner out of use; its deliveries and accounts stay. Its agreements must have ended."""
    policies.require_set_up(actor)
    with transaction.atomic():
        found = locked(partner.pk)
        open_ended = Q(valid_to=None) | Q(valid_to__gte=timezone.localdate())
        running = [a.dataset for a in found.agreements.filter(open_ended)]
        if running:
            raise WohnplatzError(
                f"Mit {found.name} gilt noch eine Vereinbarung.",
                where=f"Datensatz {enumerate_words([f'„{code}“' for code in running])}",
                why="Sonst stünden Lieferungen aus, die niemand mehr schuldet.",
                todo="Bitte zuerst die Vereinbarungen beenden.",
                code="partners.agreements_in_force",
            )
        return _set_active(actor, found, active=False)


def reactivate_partner(actor: Actor, partner: Partner) -> Partner:
    """Take a partner into use again."""
    policies.require_set_up(actor)
    with transaction.atomic():
        return _set_active(actor, locked(partner.pk), active=True)


def conclude_agreement(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    partner: Partner,
    *,
    dataset: str,
    valid_from: date,
    valid_to: date | None = None,
    variables: Sequence[str] = (),
    without_breakdowns: Sequence[str] = (),
    level: str = "",
    division: str = "",
    rhythm: str = Rhythm.YEARLY,
    reference: str = "31.12.",
    due_days: int = 90,
    lock_days: int = 365,
    legal_basis: str = "",
    contact_function: str = "",
    releases_function: str = "",
    file_number: str = "",
    note: str = "",
) -> DataAgreement:
    """Conclude a data agreement. Level and legal basis come from the catalogue where they are not given.

    No ``variables`` are all of the data set; no ``division`` is the one valid on each reference date. Rounds
    are opened by ``open_rounds`` or, up to a year ahead, by the daily ``open_all_rounds``.
    """
    policies.require_set_up(actor)
    terms = {
        "variables": variables, "without_breakdowns": without_breakdowns, "level": level,
        "division": division, "rhythm": rhythm, "reference": reference, "due_days": due_days,
        "lock_days": lock_days, "legal_basis": legal_basis, "contact_function": contact_function,
        "releases_function": releases_function, "file_number": file_number, "note": note,
    }  # fmt: skip
    with transaction.atomic():
        made = agreed(locked(partner.pk), dataset, valid_from, valid_to, terms)
        require_no_overlap(made)
        if not made.partner.is_active:
            raise WohnplatzError(
                f"{made.partner.name} ist außer Betrieb.",
                todo="Bitte die Lieferstelle zuerst wieder in Betrieb nehmen.",
                code="partners.inactive",
            )
        made.save()
        record(actor, "partners.conclude_agreement", made, partner=partner.code, dataset=dataset)
    return made


def renew_agreement(
    actor: Actor, agreement: DataAgreement, valid_from: date, **changes: Any
) -> DataAgreement:
    """Make a new version from ``valid_from`` on; the old one ends the day before.

    ``changes`` are terms (``terms.TERMS``) and ``valid_to``; the others stay. Rounds from that day on which
    nothing came for go over to the new version with its dates, or go where it no longer asks for them; rounds
    up to one year ahead are opened. ``outlook.if_renewed`` tells all this beforehand.
    """
    policies.require_set_up(actor)
    today = timezone.localdate()
    with transaction.atomic():
        locked(agreement.partner_id)
        old = DataAgreement.objects.select_related("partner").get(pk=agreement.pk)
        new = outlook.renewed(old, valid_from, changes)
        outcome = outlook.of_renewal(old, new, today)
        day_before = valid_from - outlook.ONE_DAY
        old.valid_to = min(old.valid_to, day_before) if old.valid_to else day_before
        old.save(update_fields=["valid_to"])
        new.save()
        for move in outcome.moves:
            DeliveryRound.objects.filter(pk=move.round.pk).update(
                agreement=new, due_on=move.due_on, lock_on=move.lock_on, changed_at=timezone.now()
            )
        _drop(outcome.drops)
        DeliveryRound.objects.bulk_create([new_round(new, day) for day in outcome.opens])
        record(
            actor, "partners.renew_agreement", new, replaces=old.pk, version=new.version,
            opened=len(outcome.opens), moved=len(outcome.moves), dropped=len(outcome.drops),
        )  # fmt: skip
    return new


def end_agreement(actor: Actor, agreement: DataAgreement, valid_to: date) -> DataAgreement:
    """Let an agreement end on ``valid_to``, its last day. Later rounds that nothing came for go."""
    policies.require_set_up(actor)
    with transaction.atomic():
        locked(agreement.partner_id)
        found = DataAgreement.objects.select_related("partner").get(pk=agreement.pk)
        outlook.require_can_end(found, valid_to)
        outcome = outlook.of_end(found, valid_to)
        found.valid_to = valid_to
        found.save(update_fields=["valid_to"])
        _drop(outcome.drops)
        record(
            actor, "partners.end_agreement", found, valid_to=valid_to.isoformat(), dropped=len(outcome.drops)
        )
    return found


def _drop(rounds: Sequence[DeliveryRound]) -> None:
    DeliveryRound.objects.filter(pk__in=[r.pk for r in rounds]).delete()


def _set_active(actor: Actor, partner: Partner, *, active: bool) -> Partner:
    if partner.is_active != active:
        partner.is_active = active
        partner.save(update_fields=["is_active"])
        record(actor, "partners.reactivate" if active else "partners.deactivate", partner)
    return partner


def _require_areas(keys: set[str]) -> None:
    """WohnplatzError for a key that no division has ever had."""
    shas = DivisionRecord.objects.values_list("sha", flat=True).distinct() if keys else ()
    known = {area.key for sha in shas for area in district.division(sha)[0].areas}
    unknown = sorted(keys - known)
    if unknown:
        raise WohnplatzError(
            f"Ein Gebiet mit dem Schlüssel „{unknown[0]}“ gibt es nicht.", code="partners.area"
        )
