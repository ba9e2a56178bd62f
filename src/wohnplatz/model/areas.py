"""Areas and their divisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Area:
    """One area (*Gebiet*) of a division. Keys are text: leading zeros are part of them."""

    key: str
    name: str
    parent: str | None = None
    """Key of the area of the next coarser division that this area belongs to."""


@dataclass(frozen=True, slots=True)
class Division:
    """A division (*Gebietsgliederung*): all areas of one level in one version with its validity."""

    code: str
    """Unique, with version: ``wohnplaetze-2016``."""
    level: str
    """The level's code: ``wohnplatz``, ``kommune``, ``kreis`` or another district's own."""
    label: str
    areas: tuple[Area, ...]
    valid_from: date
    valid_to: date | None = None
    source: str = ""
    licence: str = ""

    def valid_on(self, day: date) -> bool:
        """Whether the division is in force on ``day`` (both ends included)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Divisions from the finest to the coarsest, tied by the parents of their areas."""

    divisions: tuple[Division, ...]
    _by_level: Mapping[str, Mapping[str, Area]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the areas of each level by key."""
        index = {d.level: {a.key: a for a in d.areas} for d in self.divisions}
        object.__setattr__(self, "_by_level", index)

    @property
    def levels(self) -> tuple[str, ...]:
        """Level codes, finest first."""
        return tuple(d.level for d in self.divisions)

    @property
    def base(self) -> Division:
        """The finest division."""
        return self.divisions[0]

    def areas(self, level: str) -> Mapping[str, Area]:
        """Areas of a level by key, in the division's order. ``KeyError`` if there is no such level."""
        return self._by_level[level]

    def level_of(self, key: str) -> str | None:
        """The level that has an area with this key, or None. Keys are unique over all levels."""
        return next((level for level, areas in self._by_level.items() if key in areas), None)

    def ancestor(self, key: str, level: str) -> str | None:
        """Key of the area of ``level`` that ``key`` lies in (itself at its own level), or None."""
        at = self.level_of(key)
        if at is None:
            return None
        levels = self.levels
        current: str | None = key
        for step in levels[levels.index(at) : levels.index(level)]:
            if current is None or current not in self._by_level[step]:
                return None
            current = self._by_level[step][current].parent
        return current if current in self._by_level[level] else None

    def children(self, key: str) -> tuple[str, ...]:
        """Keys of the areas of the next finer level inside ``key``."""
        at = self.level_of(key)
        if at is None or at == self.levels[0]:
            return ()
        finer = self.levels[self.levels.index(at) - 1]
        return tuple(a.key for a in self._by_level[finer].values() if a.parent == key)
