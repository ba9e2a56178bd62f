"""Reading designs: planner and administration all, a partner those of its own municipality."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.db.models import QuerySet
from scipy.optimize import linear_sum_assignment

from wohnplatz.areas import AreaLayer
from wohnplatz.areas.design import Blocks, DesignFigures, describe, load_blocks
from wohnplatz.areas.design.moving import Labels, problems_of
from wohnplatz.store import ObjectStore
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.partners.models import Partner

from .models import Design, DesignVersion

MUNICIPALITY = "kommune"


def visible_to(actor: Actor) -> QuerySet[Design]:
    """The designs an actor may see. Refused for those who take no part in the talk."""
    if actor.partner_id:
        policies.require(actor, Right.DELIVER)
        return Design.objects.filter(municipality__in=_own(actor))
    policies.require_set_up(actor)
    return Design.objects.all()


def require_see(actor: Actor, design: Design) -> None:
    """Refused unless the actor may read and comment on this design."""
    if not actor.partner_id:
        policies.require_set_up(actor)
    elif design.municipality not in _own(actor):
        raise Refused(
            "Dieser Entwurf betrifft eine andere Kommune.",
            why="Eine Kommune sieht die Entwürfe für ihr eigenes Gebiet.",
            todo="Bitte wenden Sie sich an die Sozialplanung, falls Ihr Konto falsch zugeordnet ist.",
            code="accounts.refused.other_design",
        )


def _own(actor: Actor) -> list[str]:
    keys = Partner.objects.values_list("area_keys", flat=True).get(pk=actor.partner_id)
    return list(keys)


def municipalities() -> AreaLayer | None:
    """The municipalities in force, None where there is no such division."""
    found = next((r for r in district.divisions_in_force() if r.level == MUNICIPALITY), None)
    return district.division(found.sha)[1] if found else None


def blocks_of(design: Design) -> tuple[Blocks, Any]:
    """The design's blocks and the pairs parted by fixed borders, cached: the content never changes."""
    return _blocks(memory.store().root, design.blocks)


@lru_cache(maxsize=8)
def _blocks(root: Path, sha: str) -> tuple[Blocks, Any]:
    return load_blocks(ObjectStore(root), sha)


def labels(version: DesignVersion) -> Labels:
    """Area number of each block (n,)."""
    return np.array(version.areas, dtype=np.int64)


def figures(version: DesignVersion) -> DesignFigures:
    """The version in figures."""
    return describe(blocks_of(version.design)[0], labels(version))


@dataclass(frozen=True, slots=True)
class Listed:
    """Blocks that a page offers for a move."""

    positions: tuple[int, ...]
    bordering: bool
    """Only those along the borders of one area, because there are too many of all."""
    total: int
    """Blocks of which these are chosen."""


def movable(version: DesignVersion, area: int, most: int) -> Listed:
    """All blocks in the order of their areas; where there are many, those at the borders of ``area``."""
    blocks, _ = blocks_of(version.design)
    areas = labels(version)
    if len(blocks) <= most:
        order = sorted(range(len(blocks)), key=lambda n: (int(areas[n]), blocks.keys[n]))
        return Listed(tuple(order), False, len(blocks))
    a, b = blocks.pairs[:, 0], blocks.pairs[:, 1]
    apart = (areas[a] != areas[b]) & ((areas[a] == area) | (areas[b] == area))
    found = np.unique(np.concatenate([a[apart], b[apart]])).tolist()
    found.sort(key=lambda n: (areas[n] != area, int(areas[n]), blocks.keys[n]))
    return Listed(tuple(found[:most]), True, len(found))


@dataclass(frozen=True, slots=True)
class Difference:
    """How two versions of a design differ, whatever numbers their areas have."""

    blocks: int
    """Blocks that lie with another area."""
    inhabitants: float
    share: float
    """Part of all inhabitants."""


def difference(left: DesignVersion, right: DesignVersion) -> Difference:
    """What lies elsewhere; areas are matched so that as many inhabitants as possible stay (Kuhn 1955)."""
    blocks, _ = blocks_of(left.design)
    a, b = (np.unique(labels(v), return_inverse=True)[1] for v in (left, right))
    common = np.zeros((int(a.max()) + 1, int(b.max()) + 1))
    np.add.at(common, (a, b), blocks.inhabitants + 1e-9)
    rows, columns = linear_sum_assignment(common, maximize=True)
    partner = np.full(int(a.max()) + 1, -1)
    partner[rows] = columns
    other = partner[a] != b
    people, total = float(blocks.inhabitants[other].sum()), float(blocks.inhabitants.sum())
    return Difference(int(other.sum()), people, people / total if total else 0.0)


def problems(version: DesignVersion) -> tuple[str, ...]:
    """What stands against the version by the design's own wishes."""
    blocks, severed = blocks_of(version.design)
    return problems_of(blocks, labels(version), float(version.design.wishes["minimum"]), severed)
