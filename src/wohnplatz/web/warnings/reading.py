"""The figures behind the early warning, and the warning itself: worked out once, they never change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

from wohnplatz.analysis import EarlyWarning, early_warning
from wohnplatz.model import ReleasedTable
from wohnplatz.web.figures import released
from wohnplatz.web.stand import Stand
from wohnplatz.workflow.accounts import policies

T = TypeVar("T")

_TABLES: OrderedDict[Hashable, ReleasedTable] = OrderedDict()
_WARNINGS: OrderedDict[Hashable, EarlyWarning] = OrderedDict()
_LOCK = Lock()


def figures_of(stand: Stand) -> ReleasedTable:
    """All indicators of the finest areas and the district over all years, as this person may see them."""

    def read() -> ReleasedTable:
        base, top = stand.hierarchy.base.level, stand.top()
        table = released(stand, list(stand.catalogue.indicators))
        return table.where(lambda f: f.level == base or f.area == top)

    return _once(_TABLES, _key(stand), read, keep=4)


def warning_of(stand: Stand, start: int, end: int) -> EarlyWarning:
    """The early warning of the finest areas from one year to another."""

    def find() -> EarlyWarning:
        level, top = stand.hierarchy.base.level, stand.top()
        return early_warning(figures_of(stand), level=level, start=start, end=end, district=top)

    return _once(_WARNINGS, (*_key(stand), start, end), find, keep=32)


def _key(stand: Stand) -> tuple[str, str]:
    """What the figures depend on: the content of the release and the rules of this person's audience."""
    return stand.release.manifest, policies.require_audience(stand.user, None).value


def _once(memory: OrderedDict[Hashable, T], key: Hashable, make: Callable[[], T], *, keep: int) -> T:
    """The remembered value, or a new one; of the oldest only ``keep`` stay."""
    with _LOCK:
        if key in memory:
            memory.move_to_end(key)
            return memory[key]
    made = make()
    with _LOCK:
        memory[key] = made
        while len(memory) > keep:
            memory.popitem(last=False)
    return made
