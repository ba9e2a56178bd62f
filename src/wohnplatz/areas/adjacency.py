"""Which areas share a border."""

from __future__ import annotations

import shapely

from .layer import AreaLayer, repaired


def neighbours(layer: AreaLayer, *, corners: bool = False) -> dict[str, tuple[str, ...]]:
    """Keys of the areas that share a border of some length with each area, sorted; islands have none.

    Touching in a point is no neighbourhood (*rook* contiguity) unless ``corners`` count
    (*queen*). Slight overlaps of sloppy borders count.
    """
    geometries = repaired(layer.geometries)
    left, right = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    shared = shapely.length(shapely.intersection(geometries[left], geometries[right])) > 0
    shared |= corners
    found: dict[str, set[str]] = {key: set() for key in layer.keys}
    for a, b in zip(left[shared], right[shared], strict=True):
        found[layer.keys[a]].add(layer.keys[b])
        found[layer.keys[b]].add(layer.keys[a])
    return {key: tuple(sorted(others - {key})) for key, others in found.items()}
