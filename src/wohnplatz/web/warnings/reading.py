"""The figures behind the early warning, and the warning itself: worked out once, they never change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from wohnplatz.analysis import EarlyWarning, early_warning
from wohnplatz.model import ReleasedTable
from wohnplatz.web.figures import released
from wohnplatz.web.remembered import key_of, once
from wohnplatz.web.stand import Stand

_TABLES: OrderedDict[Hashable, ReleasedTable] = OrderedDict()
_WARNINGS: OrderedDict[Hashable, EarlyWarning] = OrderedDict()


def figures_of(stand: Stand) -> ReleasedTable:
    """All indicators of the finest areas and the district over all years, as this person may see them."""

    def read() -> ReleasedTable:
        base, top = stand.hierarchy.base.level, stand.top()
        table = released(stand, list(stand.catalogue.indicators))
        return table.where(lambda f: f.level == base or f.area == top)

    return once(_TABLES, key_of(stand), read, keep=4)


def warning_of(stand: Stand, start: int, end: int) -> EarlyWarning:
    """The early warning of the finest areas from one year to another."""

    def find() -> EarlyWarning:
        level, top = stand.hierarchy.base.level, stand.top()
        return early_warning(figures_of(stand), level=level, start=start, end=end, district=top)

    return once(_WARNINGS, (*key_of(stand), start, end), find, keep=32)
