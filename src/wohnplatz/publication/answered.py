"""Answers with chance deviations that are out: what they tell together beyond each one's interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure.averaging import variances
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Facts, Needs

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LEAST = 1.0
"""Variance, in that of one answer, that an average over all answers must keep."""
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Overlay:
    """How the intervals of a record came about: sums answered with a chance deviation."""

    largest: int
    """No answer deviates further; the answer itself lies this far below the interval's upper end."""
    roles: tuple[str, ...]
    """What each sum is of the figure asked for: ``numerator``, ``denominator`` or both, with a space."""


@dataclass(frozen=True, slots=True, eq=False)
class Out:
    """q answers over n counts."""

    matrix: sp.csr_array
    figures: Ints

    def __len__(self) -> int:
        """Number of answers."""
        return len(self.figures)

    def and_also(self, other: Out) -> Out:
        """These and others."""
        return Out(
            sp.csr_array(sp.vstack([self.matrix, other.matrix], format="csr")),
            np.concatenate([self.figures, other.figures]),
        )

    def given_to(self, sums: sp.csr_array, atoms: Atoms) -> Ints:
        """The answer that the very people of each of the ``sums`` (p, n) had before, (p,); -1 where none.

        Empty places do not count: the same people are the same, on whatever way they are asked for.
        """
        known = dict(zip(people(self.matrix, atoms), self.figures.tolist(), strict=True))
        return np.array([known.get(who, -1) for who in people(sums, atoms)], dtype=np.int64)

    def once(self) -> Out:
        """Every sum once: asked for again it has the same answer, which is no second look at it.

        Sums that differ by empty places alone count as two, although they have the same noise: whether a
        place is empty must not decide what is answered.
        """
        first: dict[frozenset[int], int] = {}
        for n, who in enumerate(supports(self.matrix)):
            first.setdefault(who, n)
        kept = np.array(sorted(first.values()), dtype=np.int64)
        return Out(sp.csr_array(self.matrix[kept]), self.figures[kept])


def people(sums: sp.csr_array, atoms: Atoms) -> list[frozenset[int]]:
    """The counts that are not empty in each sum."""
    held = frozenset(np.flatnonzero(atoms.values).tolist())
    return [who & held for who in supports(sums)]


def supports(sums: sp.csr_array) -> list[frozenset[int]]:
    """The counts in each sum, empty ones among them."""
    rows = sp.csr_array(sums)
    return [frozenset(rows.indices[a:b].tolist()) for a, b in pairwise(rows.indptr.tolist())]


def differing(out: Out) -> Facts:
    """The same people always get the same answer: two that differ tell that the sums differ by somebody."""
    crossed = (out.matrix @ out.matrix.T).tocoo()
    pairs = [
        (i, j)
        for i, j in zip(crossed.row.tolist(), crossed.col.tolist(), strict=True)
        if i < j and out.figures[i] != out.figures[j]
    ]
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    apart = sp.csr_array(abs(out.matrix[left] - out.matrix[right]))
    apart.eliminate_zeros()
    count = len(pairs)
    return Facts(
        apart, np.ones(count, dtype=np.int64), np.full(count, UNBOUNDED), lambda _: "verschiedene Antworten"
    )


def averaged(out: Out, areas: Sequence[str], needs: Needs, exact: sp.csr_array, own: Ints) -> Bools:
    """Whether all answers together tell something more sharply than one answer to it does.

    Looked at is what any answer counts in one single area, whatever its number, and everything that must stay
    open. ``areas`` (n,) names each count's area, ``exact`` (e, n) are sums that everybody knows, ``own`` are
    counts that whoever averages knows himself.
    """
    foreign = np.setdiff1d(np.arange(out.matrix.shape[1]), own)
    targets = sp.csr_array(sp.vstack([_in_single_areas(out.matrix, areas), needs.matrix], format="csr"))
    targets = sp.csr_array(targets[:, foreign])
    targets = sp.csr_array(targets[np.flatnonzero(np.diff(targets.indptr) > 0)])
    left = variances(sp.csr_array(out.matrix[:, foreign]), targets, sp.csr_array(exact[:, foreign]))
    result: Bools = left < LEAST - ROUNDING
    return result


def _in_single_areas(matrix: sp.csr_array, areas: Sequence[str]) -> sp.csr_array:
    """What each sum counts in each single area, every part once."""
    rows = sp.csr_array(matrix)
    found: set[tuple[int, ...]] = set()
    for a, b in pairwise(rows.indptr.tolist()):
        inside: dict[str, list[int]] = {}
        for i in sorted(rows.indices[a:b].tolist()):
            inside.setdefault(areas[i], []).append(i)
        found |= {tuple(part) for part in inside.values()}
    parts = sorted(found)
    at = [n for n, part in enumerate(parts) for _ in part]
    columns = [i for part in parts for i in part]
    return sp.csr_array((np.ones(len(at), dtype=np.int64), (at, columns)), shape=(len(parts), rows.shape[1]))
