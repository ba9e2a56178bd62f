"""Changes to partners, agreements and rounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record

from .calendar import parse_reference, reference_dates
from .models import DataAgreement, DeliveryRound, Partner, PartnerKind, Rhythm


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


def conclude_agreement(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    partner: Partner,
    *,
    dataset: str,
    valid_from: date,
    valid_to: date | None = None,
    level: str = "",
    rhythm: str = Rhythm.YEARLY,
    reference: str = "31.12.",
    due_days: int = 90,
    lock_days: int = 365,
    legal_basis: str = "",
    contact_function: str = "",
    releases_function: str = "",
) -> DataAgreement:
    """Conclude a data agreement. Level and legal basis come from the catalogue where they are not given."""
    policies.require_set_up(actor)
    parse_reference(reference)
    agreement = DataAgreement(
        partner=partner, dataset=dataset, level=_level(dataset, level), rhythm=Rhythm(rhythm),
        reference=reference, due_days=due_days, lock_days=lock_days,
        legal_basis=legal_basis or memory.catalogue().datasets[dataset].legal_basis,
        contact_function=contact_function, releases_function=releases_function,
        valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    if lock_days < due_days:
        raise WohnplatzError("Der Annahmeschluss liegt vor der Frist.", code="partners.lock_before_due")
    try:
        with transaction.atomic():
            agreement.save()
            record(actor, "partners.conclude_agreement", agreement, partner=partner.code, dataset=dataset)
    except IntegrityError as error:
        raise WohnplatzError(
            f"Mit {partner.name} gibt es ab diesem Tag schon eine Vereinbarung über „{dataset}“.",
            code="partners.agreement_exists",
        ) from error
    return agreement


def open_rounds(
    actor: Actor, agreement: DataAgreement, until: date, since: date | None = None
) -> list[DeliveryRound]:
    """Open a round for every reference date of the agreement up to ``until``; returns the new ones."""
    policies.require_set_up(actor)
    end = min(until, agreement.valid_to) if agreement.valid_to else until
    start = max(since, agreement.valid_from) if since else agreement.valid_from
    there = set(agreement.rounds.values_list("reference_date", flat=True))
    dates = reference_dates(agreement.reference, Rhythm(agreement.rhythm), start, end)
    with transaction.atomic():
        opened = [
            DeliveryRound.objects.create(
                agreement=agreement,
                reference_date=day,
                due_on=day + timedelta(days=agreement.due_days),
                lock_on=day + timedelta(days=agreement.lock_days),
            )
            for day in dates
            if day not in there
        ]
        if opened:
            record(actor, "partners.open_rounds", agreement, rounds=len(opened), until=until.isoformat())
    return opened


def waive_round(actor: Actor, delivery_round: DeliveryRound, reason: str) -> DeliveryRound:
    """Release a partner from one round; the figures then say “not delivered” for this reason."""
    policies.require_decide(actor)
    if not reason.strip():
        raise WohnplatzError("Bitte begründen, warum die Lieferung erlassen wird.", code="partners.reason")
    with transaction.atomic():
        DeliveryRound.objects.filter(pk=delivery_round.pk).update(waived_reason=reason.strip())
        record(actor, "partners.waive_round", delivery_round)
    delivery_round.waived_reason = reason.strip()
    return delivery_round


def _level(dataset: str, level: str) -> str:
    """The level of the data set's variables; WohnplatzError where data set or level are unknown."""
    catalogue = memory.catalogue()
    if dataset not in catalogue.datasets:
        raise WohnplatzError(
            f"Den Datensatz „{dataset}“ gibt es im Katalog nicht.",
            todo=f"Vorhanden: {', '.join(sorted(catalogue.datasets))}.",
            code="partners.dataset",
        )
    levels = {v.level for v in catalogue.variables.values() if v.dataset == dataset}
    if level and level not in levels:
        raise WohnplatzError(
            f"Der Datensatz „{dataset}“ wird nicht auf der Ebene „{level}“ geliefert.",
            todo=f"Laut Katalog: {', '.join(sorted(levels))}.",
            code="partners.level",
        )
    if not level and len(levels) != 1:
        raise WohnplatzError(f"Für den Datensatz „{dataset}“ bitte die Ebene angeben.", code="partners.level")
    return level or levels.pop()
