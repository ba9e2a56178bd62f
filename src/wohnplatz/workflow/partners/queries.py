"""Reading partners, agreements and rounds."""

from __future__ import annotations

from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from wohnplatz.areas import locate
from wohnplatz.intake import Request
from wohnplatz.model import Hierarchy, WohnplatzError
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.district.models import DivisionRecord

from .models import DataAgreement, DeliveryRound, Partner


def rounds_visible_to(user: Actor) -> QuerySet[DeliveryRound]:
    """The rounds a person may see: a partner its own, planner and administration all."""
    policies.require(user, policies.Right.DELIVERIES)
    rounds = DeliveryRound.objects.select_related("agreement__partner").prefetch_related("exceptions")
    return rounds.filter(agreement__partner_id=user.partner_id) if user.partner_id else rounds


def agreements(user: Actor) -> QuerySet[DataAgreement]:
    """The agreements a person may see, in all versions: a partner its own, everybody else all."""
    policies.require(user, policies.Right.AGREEMENTS)
    found = DataAgreement.objects.select_related("partner")
    return found.filter(partner_id=user.partner_id) if user.partner_id else found


def areas_of(partner: Partner, level: str, day: date, division: str = "") -> dict[str, str]:
    """Key → name of the areas of ``level`` that a partner delivers for, by the divisions valid on ``day``.

    ``division``: the code of one that was agreed on for the level instead.
    """
    return _split(partner, _tree(level, day, division), level)[0]


def request(delivery_round: DeliveryRound) -> Request:
    """What a file for this round may contain: data set, reference date, areas, variables."""
    agreement = delivery_round.agreement
    datasets = memory.shipped().datasets
    if agreement.dataset not in datasets:
        raise WohnplatzError(
            f"Den Datensatz „{agreement.dataset}“ gibt es im Katalog nicht mehr.", code="partners.dataset"
        )
    day, level = delivery_round.reference_date, agreement.level
    tree = _tree(level, day, agreement.division)
    own, foreign = _split(agreement.partner, tree, level)
    return Request(
        datasets[agreement.dataset], day, own, level, foreign, _coarser(tree, level),
        partial(_located, _records(level, day, agreement.division)[level].sha),
        tuple(agreement.variables), tuple(agreement.without_breakdowns),
    )  # fmt: skip


def _located(sha: str, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.object_]:
    """Area keys of places; the polygons are loaded when they are needed first."""
    return locate(district.division(sha)[1], x, y)


def _records(level: str, day: date, division: str) -> dict[str, DivisionRecord]:
    """Level → division in force on a day (else today's), finest first; the one agreed on in its place."""
    in_force = district.divisions_at(day)
    records = {r.level: r for r in in_force}
    if division:
        records[level] = DivisionRecord.objects.get(code=division, level=level)
    return dict(sorted(records.items(), key=lambda pair: pair[1].rank))


def _tree(level: str, day: date, division: str = "") -> Hierarchy:
    tree = district.hierarchy(list(_records(level, day, division).values()))
    if level not in tree.levels:
        raise WohnplatzError(
            f"Eine Gliederung der Ebene „{level}“ gibt es zum {day:%d.%m.%Y} nicht.",
            todo="Bitte die Gliederung mit passender Gültigkeit einspielen.",
            code="partners.level",
        )
    return tree


def _coarser(tree: Hierarchy, level: str) -> dict[str, str]:
    """Areas of coarser levels: a file's rows for them are totals."""
    above = tree.levels[tree.levels.index(level) + 1 :]
    return {key: area.name for at in above for key, area in tree.areas(at).items()}


def _split(partner: Partner, tree: Hierarchy, level: str) -> tuple[dict[str, str], dict[str, str]]:
    """The partner's own areas of a level, and those of others."""
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
