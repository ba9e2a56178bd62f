"""Reading partners, agreements and rounds."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from wohnplatz.intake import Request
from wohnplatz.model import Hierarchy, WohnplatzError
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.district import queries as district

from .models import DeliveryRound, Partner


def rounds_visible_to(user: Actor) -> QuerySet[DeliveryRound]:
    """The rounds a person may see: a partner its own, planner and administration all."""
    policies.require(user, policies.Right.DELIVERIES)
    rounds = DeliveryRound.objects.select_related("agreement__partner")
    return rounds.filter(agreement__partner_id=user.partner_id) if user.partner_id else rounds


def areas_of(partner: Partner, level: str, day: date) -> dict[str, str]:
    """Key → name of the areas of ``level`` that a partner delivers for, by the divisions valid on ``day``."""
    return _split(partner, level, day)[0]


def request(delivery_round: DeliveryRound) -> Request:
    """What a file for this round may contain: data set, reference date, areas."""
    agreement = delivery_round.agreement
    datasets = memory.catalogue().datasets
    if agreement.dataset not in datasets:
        raise WohnplatzError(
            f"Den Datensatz „{agreement.dataset}“ gibt es im Katalog nicht mehr.", code="partners.dataset"
        )
    own, foreign = _split(agreement.partner, agreement.level, delivery_round.reference_date)
    dataset = datasets[agreement.dataset]
    return Request(
        dataset, delivery_round.reference_date, own, agreement.level, foreign,
        _coarser(agreement.level, delivery_round.reference_date),
    )  # fmt: skip


def _coarser(level: str, day: date) -> dict[str, str]:
    """Areas of coarser levels: a file's rows for them are totals."""
    tree = district.hierarchy(district.divisions_in_force(day) or district.divisions_in_force())
    above = tree.levels[tree.levels.index(level) + 1 :]
    return {key: area.name for at in above for key, area in tree.areas(at).items()}


def _split(partner: Partner, level: str, day: date) -> tuple[dict[str, str], dict[str, str]]:
    """The partner's own areas of a level, and those of others."""
    tree = district.hierarchy(district.divisions_in_force(day) or district.divisions_in_force())
    if level not in tree.levels:
        raise WohnplatzError(
            f"Eine Gliederung der Ebene „{level}“ gibt es zum {day:%d.%m.%Y} nicht.",
            todo="Bitte die Gliederung mit passender Gültigkeit einspielen.",
            code="partners.level",
        )
    own: dict[str, str] = {}
    foreign: dict[str, str] = {}
    for key, area in tree.areas(level).items():
        (own if _delivers_for(partner, tree, key, level) else foreign)[key] = area.name
    return own, foreign


def _delivers_for(partner: Partner, tree: Hierarchy, key: str, level: str) -> bool:
    if not partner.area_keys:
        return True
    above = tree.levels[tree.levels.index(level) :]
    return any(tree.ancestor(key, at) in partner.area_keys for at in above)
