"""An agreed design becomes the division of the Wohnplätze, with a crosswalk from the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from django.db import transaction

from wohnplatz.areas import AreaLayer, Basis, Changed, Redraw, WeightedPoints
from wohnplatz.areas.design import area_layer
from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record
from wohnplatz.workflow.district import actions as district_actions
from wohnplatz.workflow.district import changing
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.district.changing import NewVersion
from wohnplatz.workflow.district.models import DivisionRecord

from . import actions, queries
from .models import DesignVersion

LEVEL = "wohnplatz"


def former() -> DivisionRecord | None:
    """The division in force whose areas a design replaces."""
    return next((r for r in district.divisions_in_force() if r.level == LEVEL), None)


def foresee(
    actor: Actor, version: DesignVersion, new: NewVersion, names: Mapping[int, str] | None = None
) -> Changed | None:
    """What taking over would do to the division in force; None where the municipality has no areas yet.

    The crosswalk is weighed with the inhabitants of the design's own blocks. WohnplatzError where the version
    is not agreed on or breaks its wishes, or the day does not fit.
    """
    _require_ready(actor, version)
    old = former()
    change = _redraw(version, old, names or {})
    if old is None or change is None:
        return None
    return changing.preview(actor, old, [change], new, weights(version))


def take_over(
    actor: Actor, version: DesignVersion, new: NewVersion, names: Mapping[int, str] | None = None
) -> DivisionRecord:
    """Make the agreed version the division of the level: the other municipalities keep their areas.

    The division in force ends the day before, and a crosswalk leads from it. ``names``: number of an area →
    its name. Raises like ``foresee``; FindingsError where the new areas do not pass their check.
    """
    _require_ready(actor, version)
    reason = new.reason or f"Entwurf „{version.design.title}“, Fassung {version.number}"
    stated = replace(new, reason=reason[:500])
    old = former()
    change = _redraw(version, old, names or {})
    with transaction.atomic():
        if old is not None and change is not None:
            made = changing.keep(actor, old, [change], stated, weights(version))
        else:
            made = _beside(actor, version, old, stated, names or {})
        version.taken_over = made.code
        version.save(update_fields=["taken_over"])
        record(actor, "design.take_over", version, code=made.code)
    return made


def weights(version: DesignVersion) -> WeightedPoints:
    """The inhabitants of the design's blocks: what its areas were cut from weighs the crosswalk too."""
    blocks, _ = queries.blocks_of(version.design)
    places = blocks.places
    origin = version.design.origin or f"Zensusgitter des Entwurfs „{version.design.title}“"
    return WeightedPoints(places[:, 0], places[:, 1], blocks.inhabitants, blocks.crs, Basis.GRID, origin)


def _require_ready(actor: Actor, version: DesignVersion) -> None:
    policies.require_set_up(actor)
    if version.agreed_on is None:
        raise WohnplatzError(
            "Diese Fassung ist noch nicht abgestimmt.",
            todo="Bitte zuerst eintragen, wann und mit wem sie abgestimmt wurde.",
            code="design.not_agreed",
        )
    if version.taken_over:
        raise WohnplatzError("Der Entwurf ist schon als Gliederung übernommen.", code="design.taken")
    actions.require_sound(version)


def _redraw(version: DesignVersion, old: DivisionRecord | None, names: Mapping[int, str]) -> Redraw | None:
    """The change of the municipality's areas; None where it has none yet."""
    layer = district.division(old.sha)[1] if old is not None else None
    if layer is None:
        return None
    mine = [k for k, p in zip(layer.keys, layer.parents, strict=True) if p == version.design.municipality]
    return Redraw(tuple(mine), own_areas(version, set(layer.keys), names)) if mine else None


def own_areas(version: DesignVersion, used: set[str], names: Mapping[int, str]) -> AreaLayer:
    """The areas of the design with keys that no area has had, and the names that were agreed on."""
    design = version.design
    blocks, _ = queries.blocks_of(design)
    areas = queries.labels(version)
    numbers = np.unique(areas).tolist()
    start = 0
    while any(f"{design.municipality}{start + n:02d}" in used for n in numbers):
        start += 10
    keys = {n: f"{design.municipality}{start + n:02d}" for n in numbers}
    given = {n: (names.get(n) or "").strip() or f"{design.municipality_name} {n}" for n in numbers}
    return area_layer(blocks, areas, parent=design.municipality, names=given, keys=keys)


def _beside(
    actor: Actor,
    version: DesignVersion,
    old: DivisionRecord | None,
    new: NewVersion,
    names: Mapping[int, str],
) -> DivisionRecord:
    """Areas of a municipality that had none: nothing of the series is touched."""
    kept = district.division(old.sha)[1] if old is not None else None
    own = own_areas(version, set(kept.keys) if kept is not None else set(), names)
    layer = own if kept is None else _together(kept, own)
    made = district_actions.import_division(
        actor, layer, code=new.code, level=LEVEL, label=new.label, valid_from=new.valid_from,
        origin=new.reason[:300],
    )  # fmt: skip
    if old is not None:
        changing.succeed(actor, old, made)
    return made


def _together(a: AreaLayer, b: AreaLayer) -> AreaLayer:
    return AreaLayer(
        (*a.keys, *b.keys), (*a.names, *b.names), (*a.parents, *b.parents),
        np.concatenate([a.geometries, b.geometries]), a.crs,
    )  # fmt: skip
