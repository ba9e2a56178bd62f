"""Which effects of a correction a partner may see: those it could work out itself.

The partner knows its own cells. A figure of other suppliers' cells beside them tells something new, unless
all of it is out already: then the figure as it was stands in the newest release.
"""

from __future__ import annotations

from dataclasses import replace

from wohnplatz.indicators import variables_of
from wohnplatz.model import Audience
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.releases import queries as releases

from .changes import Changes, Effect
from .models import Delivery


def as_seen_by_partner(user: Actor, delivery: Delivery, found: Changes) -> Changes:
    """``found`` with the effects the partner may see."""
    catalogue, dataset = memory.catalogue(), delivery.round.agreement.dataset
    own = {v.code for v in catalogue.variables.values() if v.dataset == dataset}
    others = [e for e in found.effects if not _rests_on(e, own)]
    out = _released(user, others)
    kept = tuple(e for e in found.effects if _rests_on(e, own) or _same(out.get(_place(e)), e.old))
    return replace(found, effects=kept, effects_total=len(kept))


def _rests_on(effect: Effect, own: set[str]) -> bool:
    """Whether nothing but the data set itself is behind a figure."""
    catalogue = memory.catalogue()
    known = effect.indicator in catalogue.indicators
    return known and set(variables_of(catalogue, effect.indicator)) <= own


def _place(effect: Effect) -> tuple[str, str, int]:
    return effect.indicator, effect.area, effect.year


def _same(released: float | None, value: float | None) -> bool:
    return released is not None and value is not None and abs(released - value) < 1e-9


def _released(user: Actor, effects: list[Effect]) -> dict[tuple[str, str, int], float | None]:
    """The figures as they stand in the newest release, as this partner sees them."""
    release = releases.current()
    if release is None or not effects:
        return {}
    codes = {e.indicator for e in effects} & set(releases.catalogue(release).indicators)
    found = releases.figures(
        user, release, indicators=codes, areas={e.area for e in effects}, years={e.year for e in effects},
        audience=Audience.PARTNER,
    )  # fmt: skip
    return {(f.indicator, f.area, f.year): f.value for f in found}
