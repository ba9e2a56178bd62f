"""What published facts leave open: bounds drawn tight, known atoms removed, independent parts told apart.

Everything here is integer arithmetic and loses no table of whole numbers: a table agrees with the facts
exactly when its free part agrees with the reduced rows and bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from .problem import UNBOUNDED, Atoms, Bools, Facts, Ints

ROUNDS = 60
"""Bounds converge slowly where rows with large coefficients meet; what is left then is the solver's."""

PAIRS = 50_000_000
"""Most pairs of rows among which sums are looked for; beyond it the solver has to do with more rows."""


AT_ONCE = 1_000_000
"""Pairs that are looked at together."""


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """What each atom can be by interval arithmetic alone; both fields of shape (n,)."""

    lower: Ints
    upper: Ints

    @property
    def empty(self) -> bool:
        """Whether no table at all agrees with the facts."""
        return bool((self.lower > self.upper).any())

    @property
    def fixed(self) -> Bools:
        """Atoms that are known."""
        result: Bools = self.lower == self.upper
        return result


@dataclass(frozen=True, slots=True, eq=False)
class Open:
    """The part of the problem that is not settled, f free atoms and r rows, sorted by component.

    Components share no row: any table of one goes with any table of another.
    """

    columns: Ints
    """The free atoms, (f,)."""
    matrix: sp.csr_array
    """(r, f), int64."""
    low: Ints
    high: Ints
    lower: Ints
    upper: Ints
    column_ends: Ints
    """(components + 1,): component c has the free atoms from ``column_ends[c]`` up to the next end."""
    row_ends: Ints

    @property
    def components(self) -> int:
        """Number of independent parts."""
        return len(self.column_ends) - 1


def propagate(atoms: Atoms, facts: Facts) -> Bounds:
    """The atoms' bounds, drawn tight by every fact in turn until nothing moves.

    A fact ``low <= a @ x <= high`` leaves each atom what the others' extremes do not use up. This finds
    published leaves, zeros below a zero, and what a chain of single subtractions gives.
    """
    lower, upper = atoms.lower.copy(), atoms.upper.copy()
    rows, size = facts.matrix.tocsr(), abs(facts.matrix.tocsr())
    told = np.arange(len(facts))
    for _ in range(ROUNDS):
        before = lower.copy(), upper.copy()
        _tighten(rows[told], facts.low[told], facts.high[told], lower, upper)
        moved = (before[0] != lower) | (before[1] != upper)
        if not moved.any() or (lower > upper).any():
            break
        # Only facts with an atom that has just moved can say more than before.
        told = np.flatnonzero(size @ moved.astype(np.int64))
    return Bounds(lower, upper)


def _tighten(rows: sp.csr_array, low: Ints, high: Ints, lower: Ints, upper: Ints) -> None:
    """One pass over all facts at once; changes ``lower`` and ``upper``."""
    row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    column, a = rows.indices, rows.data
    most_or_least = _finite(upper)[column] * a, lower[column] * a
    endless = upper[column] == UNBOUNDED
    least = np.where(a > 0, most_or_least[1], most_or_least[0])
    most = np.where(a > 0, most_or_least[0], most_or_least[1])
    least_rest, least_known = _rest(rows, least, endless & (a < 0), row)
    most_rest, most_known = _rest(rows, most, endless & (a > 0), row)
    at_most, at_least = (high[row] != UNBOUNDED) & least_known, (low[row] != -UNBOUNDED) & most_known
    # a > 0: x <= spare / a and x >= missing / a; a < 0: the two change places.
    spare, missing, size = _finite(high)[row] - least_rest, _finite(low)[row] - most_rest, np.abs(a)
    up = np.where(a > 0, spare // size, -missing // size)
    down = np.where(a > 0, -(-missing // size), -(spare // size))
    may_up, may_down = np.where(a > 0, at_most, at_least), np.where(a > 0, at_least, at_most)
    may_up &= up < upper[column]
    may_down &= down > lower[column]
    np.minimum.at(upper, column[may_up], up[may_up])
    np.maximum.at(lower, column[may_down], down[may_down])


def _finite(limits: Ints) -> Ints:
    """Limits fit for sums: the endless ones are counted apart."""
    return np.where(np.abs(limits) == UNBOUNDED, 0, limits)


def _rest(rows: sp.csr_array, part: Ints, endless: Bools, row: Ints) -> tuple[Ints, Bools]:
    """For each entry the sum of the row's other parts, and whether that sum is finite."""
    ones = np.ones(rows.shape[1], dtype=np.int64)
    total = sp.csr_array((part, rows.indices, rows.indptr), shape=rows.shape) @ ones
    infinite = sp.csr_array((endless.astype(np.int64), rows.indices, rows.indptr), shape=rows.shape) @ ones
    return total[row] - part, infinite[row] - endless == 0


def reduce(atoms: Atoms, facts: Facts, bounds: Bounds) -> Open:
    """Rows over the free atoms that say more than the bounds do, each once; components found.

    ``bounds`` must not be empty.
    """
    known = np.where(bounds.fixed, bounds.lower, 0)
    rest = facts.matrix @ known
    free = np.flatnonzero(~bounds.fixed)
    matrix = facts.matrix.tocsr()[:, free]
    low = np.where(facts.low == -UNBOUNDED, -UNBOUNDED, facts.low - rest)
    high = np.where(facts.high == UNBOUNDED, UNBOUNDED, facts.high - rest)
    lower, upper = bounds.lower[free], bounds.upper[free]
    binding = _binding(matrix, low, high, lower, upper)
    matrix, low, high = _distinct(matrix[binding], low[binding], high[binding])
    news = np.flatnonzero(~_told_already(matrix, low, high))
    matrix, low, high = matrix[news], low[news], high[news]
    ends = np.zeros(1, dtype=np.int64)
    return _by_component(Open(free, matrix, low, high, lower, upper, ends, ends))


def _binding(matrix: sp.csr_array, low: Ints, high: Ints, lower: Ints, upper: Ints) -> Ints:
    """Rows that some values within the bounds would violate."""
    positive, negative = matrix.maximum(0), matrix.minimum(0)
    endless = (upper == UNBOUNDED).astype(np.int64)
    least = positive @ lower + negative @ _finite(upper)
    most = positive @ _finite(upper) + negative @ lower
    above = ((positive @ endless > 0) | (most > high)) & (high != UNBOUNDED)
    below = ((negative @ endless < 0) | (least < low)) & (low != -UNBOUNDED)
    result: Ints = np.flatnonzero(above | below)
    return result


def _distinct(matrix: sp.csr_array, low: Ints, high: Ints) -> tuple[sp.csr_array, Ints, Ints]:
    """Equal rows made one, with the narrower of their limits."""
    # Random weights tell rows apart; those they do not are compared entry by entry.
    weight = np.random.default_rng(0).integers(-(2**62), 2**62, matrix.shape[1])
    _, first, same = np.unique(matrix @ weight, return_index=True, return_inverse=True)
    differing = abs(matrix - matrix[first[same]]).sum(axis=1) != 0
    place = np.where(differing, np.arange(len(low)), first[same])
    low, high = low.copy(), high.copy()
    np.maximum.at(low, place, low.copy())
    np.minimum.at(high, place, high.copy())
    kept = np.unique(place)
    return matrix[kept], low[kept], high[kept]


def _told_already(matrix: sp.csr_array, low: Ints, high: Ints) -> Bools:
    """Exact rows that are the sum of two shorter exact ones, as men and women make all: nothing new.

    Candidates are found by random weights and verified entry by entry. As both parts are shorter, what the
    dropped rows said always follows from rows that stay.
    """
    length, told = np.diff(matrix.indptr), low == high
    first = matrix.indices[matrix.indptr[:-1]]
    if np.bincount(matrix.indices, minlength=matrix.shape[1])[first].sum() > PAIRS:
        return np.zeros(len(low), dtype=np.bool_)
    weight = np.random.default_rng(1).integers(-(2**62), 2**62, matrix.shape[1])
    key = matrix @ weight
    order = np.argsort(key)
    ordered = key[order]
    # One part holds the row's first atom: try all rows that do, and look for the other part by its key.
    rows_with, result = sp.csc_array(matrix), np.zeros(len(key), dtype=np.bool_)
    for some in _portions(np.diff(rows_with.indptr)[first]):
        beside = sp.csc_array(rows_with[:, first[some]])
        whole = np.repeat(some, np.diff(beside.indptr))
        part = beside.indices
        rest = order[np.minimum(np.searchsorted(ordered, key[whole] - key[part]), len(key) - 1)]
        fits = (key[rest] == key[whole] - key[part]) & told[whole] & told[part] & told[rest]
        fits &= (length[part] < length[whole]) & (length[rest] < length[whole])
        whole, part, rest = whole[fits], part[fits], rest[fits]
        same = abs(matrix[whole] - matrix[part] - matrix[rest]).sum(axis=1) == 0
        result[whole[same]] = True
    return result


def _portions(pairs: Ints) -> Iterator[Ints]:
    """Places one after the other, so many at a time that their pairs fit into little memory."""
    portion = np.cumsum(pairs) // AT_ONCE
    yield from np.split(np.arange(len(pairs)), np.flatnonzero(np.diff(portion)) + 1)


def _by_component(mixed: Open) -> Open:
    """The same with rows and columns sorted so that each component is one span."""
    rows, columns = mixed.matrix.shape
    below = sp.csr_array((columns, rows), dtype=np.int64)
    links = sp.block_array([[None, mixed.matrix], [below, None]])
    count, label = connected_components(links, directed=False)
    row_order = np.argsort(label[:rows], kind="stable")
    column_order = np.argsort(label[rows:], kind="stable")
    return Open(
        mixed.columns[column_order],
        mixed.matrix[row_order][:, column_order],
        mixed.low[row_order],
        mixed.high[row_order],
        mixed.lower[column_order],
        mixed.upper[column_order],
        np.concatenate([[0], np.cumsum(np.bincount(label[rows:], minlength=count))]),
        np.concatenate([[0], np.cumsum(np.bincount(label[:rows], minlength=count))]),
    )
