"""What differs between two catalogues, and what depends on an item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wohnplatz.model import Catalogue, IndexDefinition, Indicator

from .items import INDICATORS, INDICES, Item
from .linear import references
from .wording import in_words

_OTHERS = {"dimensions": "Gliederung", "datasets": "Datensatz", "variables": "Merkmal"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs, in words; empty where there is nothing in one of the two."""

    key: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Dependant:
    """An indicator or index that is computed with another item."""

    group: str
    code: str
    label: str
    via: str
    """Code of the item it names itself: the changed one, or another dependant."""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that differs between two catalogues; version 0 and no fields where it is in one only."""

    group: str
    code: str
    label: str
    old_version: int
    new_version: int
    fields: tuple[FieldChange, ...] = ()
    dependants: tuple[Dependant, ...] = ()
    """What is computed with it, in the newer catalogue (in the older one for an item that left)."""

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        if not self.old_version:
            return "added"
        return "changed" if self.new_version else "removed"


def differences(old: Catalogue, new: Catalogue) -> tuple[ItemChange, ...]:
    """Indicators and indices that were added, changed or removed, in the order of the newer catalogue."""
    found = []
    for group in (INDICATORS, INDICES):
        before, after = getattr(old, group), getattr(new, group)
        for code in [*after, *(c for c in before if c not in after)]:
            was, now = before.get(code), after.get(code)
            if was != now:
                found.append(_change(group, was, now, new if now is not None else old))
    return tuple(found)


def other_differences(old: Catalogue, new: Catalogue) -> tuple[str, ...]:
    """Variables, data sets and breakdowns that differ, each in words: ``Merkmal einwohner``."""
    found = []
    for group, word in _OTHERS.items():
        before, after = getattr(old, group), getattr(new, group)
        codes = [c for c in {**before, **after} if before.get(c) != after.get(c)]
        found += [f"{word} {code}" for code in codes]
    if old.pyramid_ages != new.pyramid_ages:
        found.append("Altersgruppen des Altersaufbaus")
    if old.pyramid_without != new.pyramid_without:
        found.append("Gliederung des Altersaufbaus")
    return tuple(found)


def item_differences(old: Item | None, new: Item | None) -> tuple[FieldChange, ...]:
    """The fields in which two versions of an item differ."""
    before = in_words(old) if old is not None else {}
    after = in_words(new) if new is not None else {}
    found = []
    for key in {**after, **before}:
        was, now = before.get(key, ("", "")), after.get(key, ("", ""))
        if was[1] != now[1]:
            found.append(FieldChange(key, now[0] or was[0], was[1], now[1]))
    return tuple(found)


def dependants(catalogue: Catalogue, code: str) -> tuple[Dependant, ...]:
    """Everything that is computed with the indicator ``code``, nearest first, indicators before indices."""
    users = _users(catalogue)
    found: dict[tuple[str, str], Dependant] = {}
    queue = [code]
    while queue:
        named = queue.pop(0)
        for item in users.get(named, ()):
            group = INDICATORS if isinstance(item, Indicator) else INDICES
            if (group, item.code) not in found and item.code != code:
                found[group, item.code] = Dependant(group, item.code, item.label, named)
                if group == INDICATORS:
                    queue.append(item.code)
    return tuple(sorted(found.values(), key=lambda d: d.group == INDICES))


def parts_of(item: Item) -> tuple[str, ...]:
    """Codes of the indicators that an item names itself, each once."""
    if isinstance(item, Indicator):
        return tuple(dict.fromkeys(r.code for r in references(item.formula))) if item.formula else ()
    named = (*(p.indicator for p in (*item.status, *item.dynamics)), item.population)
    return tuple(dict.fromkeys(named))


def _users(catalogue: Catalogue) -> Mapping[str, list[Any]]:
    users: dict[str, list[Indicator | IndexDefinition]] = {}
    items: Iterable[Item] = (*catalogue.indicators.values(), *catalogue.indices.values())
    for item in items:
        for named in parts_of(item):
            users.setdefault(named, []).append(item)
    return users


def _change(group: str, was: Any, now: Any, where: Catalogue) -> ItemChange:
    item = now if now is not None else was
    both = was is not None and now is not None
    return ItemChange(
        group, item.code, item.label, was.version if was is not None else 0,
        now.version if now is not None else 0, item_differences(was, now) if both else (),
        dependants(where, item.code) if group == INDICATORS else (),
    )  # fmt: skip
