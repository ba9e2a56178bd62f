"""Neighbours and outlines of a release's areas, worked out once for each stored division."""

from __future__ import annotations

from functools import lru_cache

from wohnplatz.areas import Shapes, neighbours, shapes
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.releases import queries

from .stand import Stand


def neighbours_of(stand: Stand, level: str, key: str) -> tuple[str, ...]:
    """Keys of the areas that share a border with ``key``."""
    return _neighbours(_sha(stand, level)).get(key, ())


def neighbour_map(stand: Stand, level: str) -> dict[str, tuple[str, ...]]:
    """Each area of a level with the keys of the areas that share a border with it."""
    return _neighbours(_sha(stand, level))


def outlines(stand: Stand, level: str) -> Shapes | None:
    """The coarser areas over those of ``level``, on exactly their borders; None at the coarsest level."""
    if level == stand.hierarchy.levels[-1]:
        return None
    return _outlines(_sha(stand, level))


def _sha(stand: Stand, level: str) -> str:
    return next(d.sha for d in queries.division_refs(stand.release, stand.division) if d.level == level)


@lru_cache(maxsize=32)
def _neighbours(sha: str) -> dict[str, tuple[str, ...]]:
    return neighbours(district.division(sha)[1])


@lru_cache(maxsize=32)
def _outlines(sha: str) -> Shapes | None:
    division, layer = district.division(sha)
    groups = {area.key: area.parent for area in division.areas if area.parent is not None}
    return shapes(layer, groups=groups) if len(groups) == len(division.areas) else None
