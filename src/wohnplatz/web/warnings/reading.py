"""The figures behind the early warning: read once for each release and audience, they never change."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from wohnplatz.model import Audience, ReleasedTable
from wohnplatz.web.figures import released
from wohnplatz.web.stand import Stand
from wohnplatz.workflow.accounts import policies

_KEPT = 4
_TABLES: OrderedDict[tuple[str, Audience], ReleasedTable] = OrderedDict()
_LOCK = Lock()


def figures_of(stand: Stand) -> ReleasedTable:
    """All indicators of the finest areas and the district over all years, as this person may see them."""
    key = (stand.release.manifest, policies.require_audience(stand.user, None))
    with _LOCK:
        if key in _TABLES:
            _TABLES.move_to_end(key)
            return _TABLES[key]
    base, top = stand.hierarchy.base.level, stand.top()
    table = released(stand, list(stand.catalogue.indicators))
    kept = table.where(lambda f: f.level == base or f.area == top)
    with _LOCK:
        _TABLES[key] = kept
        while len(_TABLES) > _KEPT:
            _TABLES.popitem(last=False)
    return kept
