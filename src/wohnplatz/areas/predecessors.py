"""Predecessors and successors of areas, read off the crosswalk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .crosswalk import Crosswalk


class ChangeKind(StrEnum):
    """What became of areas that hang together through common ground."""

    SAME = "same"
    RENAMED = "renamed"
    """One area with another key."""
    MERGED = "merged"
    SPLIT = "split"
    RECUT = "recut"
    """Several areas became several others: a border was shifted, or all was drawn anew."""


@dataclass(frozen=True, slots=True)
class Predecessor:
    """``old`` is a predecessor of ``new``, ``new`` a successor of ``old``."""

    old: str
    new: str
    kind: ChangeKind
    weight: float
    """Share of the inhabitants of ``old`` that went to ``new``."""


def predecessors(crosswalk: Crosswalk) -> tuple[Predecessor, ...]:
    """All pairs with their kind, in the rows' order.

    The kind belongs to all areas that hang together: two areas of which one gave a piece to the other were
    recut, both of them.
    """
    if not len(crosswalk):
        return ()
    old = {key: i for i, key in enumerate(crosswalk.sources)}
    new = {key: i + len(old) for i, key in enumerate(crosswalk.targets)}
    rows = np.array([old[k] for k in crosswalk.from_key])
    columns = np.array([new[k] for k in crosswalk.to_key])
    size = len(old) + len(new)
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    count, group = connected_components(graph, directed=False)
    olds = np.bincount(group[: len(old)], minlength=count)
    news = np.bincount(group[len(old) :], minlength=count)
    pairs = zip(crosswalk.from_key, crosswalk.to_key, group[rows].tolist(), crosswalk.weight, strict=True)
    return tuple(Predecessor(f, t, _kind(int(olds[g]), int(news[g]), same=f == t), w) for f, t, g, w in pairs)


def _kind(olds: int, news: int, *, same: bool) -> ChangeKind:
    if olds == 1 and news == 1:
        return ChangeKind.SAME if same else ChangeKind.RENAMED
    if news == 1:
        return ChangeKind.MERGED
    return ChangeKind.SPLIT if olds == 1 else ChangeKind.RECUT
