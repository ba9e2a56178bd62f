"""What an intruder faces: counts he does not know, what he is told of their sums, and what must stay open.

*Atoms* are the finest counts behind everything that is shown: intersections of all divisions and breakdowns.
They need not be published themselves. Every published figure is a *fact*: an interval for a weighted sum of
atoms. A *need* is a sum that must stay open between two limits.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

UNBOUNDED = np.iinfo(np.int64).max
"""Upper limit of a fact or an atom that has none."""
Namer = Callable[[int], str]


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """The n counts behind the figures; every field but ``name`` has shape (n,), in persons or cases."""

    values: Ints
    """The true counts, which the intruder does not have."""
    lower: Ints
    """What every intruder knows each atom to be at least: 0, or 1 where zeros are shown and this is none."""
    upper: Ints
    """What every intruder knows each atom to be at most: ``UNBOUNDED``, or 0 where impossible."""
    name: Namer
    """Words for atom i, for explanations."""

    def __len__(self) -> int:
        """Number of atoms."""
        return len(self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """m published statements ``low[i] <= matrix[i] @ atoms <= high[i]``; integers throughout.

    An exact figure has ``low == high``. A rate with printed precision becomes two integer rows. What is
    hidden is no fact, except that it may be known to be at least 1.
    """

    matrix: sp.csr_array
    """Shape (m, n), int64."""
    low: Ints
    high: Ints
    name: Namer
    """Words for fact i: which figure, where it was published."""

    def __len__(self) -> int:
        """Number of facts."""
        return len(self.low)

    def of(self, chosen: Ints) -> Facts:
        """The facts at the given places, in that order."""
        places = chosen.tolist()
        return Facts(
            self.matrix.tocsr()[chosen], self.low[chosen], self.high[chosen], lambda i: self.name(places[i])
        )


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """k sums that must stay open.

    The intruder must find possible a table with ``matrix[i] @ atoms <= low_max[i]`` and one with
    ``>= high_min[i]``; with ``either[i]`` one of the two suffices (two different values).

    ``low_max`` and ``high_min`` must be reachable whatever is hidden (an *unavoidable* bound, such as a sum
    of two counts that are at least 1, is not a demand one can make): ``requirements`` cuts them to that.
    """

    matrix: sp.csr_array
    """Shape (k, n), int64."""
    low_max: Ints
    high_min: Ints
    either: Bools
    name: Namer
    """Words for need i: which cell, by which rule."""

    def __len__(self) -> int:
        """Number of needs."""
        return len(self.low_max)

    def of(self, chosen: Ints) -> Needs:
        """The needs at the given places, in that order."""
        places = chosen.tolist()
        return Needs(
            self.matrix.tocsr()[chosen],
            self.low_max[chosen],
            self.high_min[chosen],
            self.either[chosen],
            lambda i: self.name(places[i]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """c figures that can be published or hidden: what suppression chooses among."""

    matrix: sp.csr_array
    """Shape (c, n), int64: each figure as a sum of atoms."""
    weight: npt.NDArray[np.float64]
    """Cost of hiding each figure, (c,)."""
    hideable: Bools
    """False for zeros that are shown, totals that must be kept, and what was published before."""
    sensitive: Bools
    """Figures that a primary rule hides; they are hidden in every pattern."""
    name: Namer

    def __len__(self) -> int:
        """Number of figures."""
        return int(self.matrix.shape[0])


def names_in_turn(parts: Sequence[Facts | Needs]) -> Namer:
    """The words of several parts together, put only when asked for: of many thousands few ever are."""
    ends = list(accumulate(len(p) for p in parts))

    def name(i: int) -> str:
        part = bisect_right(ends, i)
        return parts[part].name(i - (ends[part - 1] if part else 0))

    return name
