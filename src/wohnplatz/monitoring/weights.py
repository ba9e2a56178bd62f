"""Who counts as a neighbour: contiguity, the nearest k, all within a distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Spatial weights of n areas: which others count as neighbours, all of an area alike.

    The neighbours of area i are ``neighbour[start[i]:start[i + 1]]`` (compressed rows). Their weight is 1
    (binary) or 1 / number of neighbours (``row_standardised``). An island has none: its row is empty.
    """

    start: Places
    """Shape (n + 1,)."""
    neighbour: Places
    """Shape (pairs,): places of the neighbours, row after row, ascending."""
    row_standardised: bool = True

    def __len__(self) -> int:
        """Number of areas."""
        return len(self.start) - 1

    @property
    def counts(self) -> Places:
        """Shape (n,): neighbours of each area."""
        return np.diff(self.start)

    @property
    def islands(self) -> Bools:
        """Shape (n,): areas without a neighbour."""
        found: Bools = self.counts == 0
        return found

    @property
    def row_weight(self) -> Floats:
        """Shape (n,): the weight of one neighbour; 0 for islands."""
        if not self.row_standardised:
            return np.where(self.islands, 0.0, 1.0)
        return np.where(self.islands, 0.0, 1.0 / np.maximum(self.counts, 1))

    def matrix(self) -> Any:
        """The weights as a sparse matrix (n, n) of scipy."""
        from scipy.sparse import csr_matrix

        values = np.repeat(self.row_weight, self.counts)
        return csr_matrix((values, self.neighbour, self.start), shape=(len(self), len(self)))

    def sums(self, x: Floats) -> Floats:
        """Sum of ``x`` (n,) over the neighbours of each area, unweighted; 0 for islands."""
        running = np.bincount(
            np.repeat(np.arange(len(self)), self.counts), x[self.neighbour], minlength=len(self)
        )
        return running.astype(np.float64)

    def lag(self, x: Floats) -> Floats:
        """Weighted sum of ``x`` (n,) over the neighbours: their mean where rows are standardised."""
        return self.sums(x) * self.row_weight

    def restricted(self, keep: Bools) -> Weights:
        """The weights of the kept areas among themselves; who loses all neighbours becomes an island."""
        if keep.all():
            return self
        row = np.repeat(np.arange(len(self)), self.counts)
        both = keep[row] & keep[self.neighbour]
        place = np.cumsum(keep) - 1
        return _compressed(
            place[row[both]], place[self.neighbour[both]], int(keep.sum()), self.row_standardised
        )


def weights_of(
    neighbours: Mapping[str, Sequence[str]], order: Sequence[str], *, row_standardised: bool = True
) -> Weights:
    """Weights from a mapping of area key → keys of its neighbours, for the areas in ``order``.

    Neighbours outside ``order`` and an area as its own neighbour do not count. An area that the mapping does
    not name is an island. ``ValueError`` where ``order`` names an area twice.

    >>> w = weights_of({"a": ["b"], "b": ["a", "c"], "c": ["b"]}, ["a", "b", "c", "insel"])
    >>> w.counts.tolist(), w.islands.tolist()
    ([1, 2, 1, 0], [False, False, False, True])
    """
    place = {key: i for i, key in enumerate(order)}
    if len(place) != len(order):
        raise ValueError("order names an area twice")
    pairs = [
        (i, place[other])
        for key, i in place.items()
        for other in set(neighbours.get(key, ()))
        if other in place and other != key
    ]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return _compressed(found[:, 0], found[:, 1], len(place), row_standardised)


def nearest(points: Floats, k: int, *, row_standardised: bool = True) -> Weights:
    """The ``k`` nearest others of each of n points (n, 2), metres; fewer where there are fewer.

    Every point has neighbours, but b may be one of a's without a being one of b's. ``ValueError`` for k < 1
    or points that are not finite.
    """
    from scipy.spatial import KDTree

    n = _checked(points)
    if k < 1:
        raise ValueError("k must be at least 1")
    k = min(k, n - 1)
    if k < 1:
        return _compressed(np.empty(0, np.int64), np.empty(0, np.int64), n, row_standardised)
    _, found = KDTree(points).query(points, k=k + 1)
    own = np.arange(n)[:, None]
    # Of points in the same place the tree may return k + 1 others and leave the point itself out.
    others = np.argsort(found == own, axis=1, kind="stable")[:, :k]
    chosen = np.take_along_axis(found, others, axis=1)
    return _compressed(np.repeat(np.arange(n), k), chosen.ravel(), n, row_standardised)


def distance_band(points: Floats, radius: float, *, row_standardised: bool = True) -> Weights:
    """All others within ``radius`` (metres, included) of each of n points (n, 2); islands have none."""
    from scipy.spatial import KDTree

    n = _checked(points)
    pairs = (
        KDTree(points).query_pairs(radius, output_type="ndarray").astype(np.int64) if n else np.empty((0, 2))
    )
    both = np.vstack([pairs, pairs[:, ::-1]]).astype(np.int64)
    return _compressed(both[:, 0], both[:, 1], n, row_standardised)


def _checked(points: Floats) -> int:
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise ValueError(f"points must be finite and of shape (n, 2), not {points.shape}")
    return len(points)


def _compressed(row: Places, column: Places, n: int, row_standardised: bool) -> Weights:
    order = np.lexsort((column, row))
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n))]).astype(np.int64)
    return Weights(start, column[order].astype(np.int64), row_standardised)
