"""How a sum follows from published facts: few of them, multiplied and added, verified exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from .exact import rational
from .moves import Floats
from .problem import UNBOUNDED, Atoms, Bools, Facts, Ints
from .reduction import propagate

LENGTHS = (16, 256, np.inf)
"""Longest facts used, one try after the other: what follows from few small sums is best told by them."""

KNOWN = 0.01
"""What an atom's own limit costs in a derivation, where a fact costs 1: everybody knows those limits."""

LACKING = 1e4
"""What each unit costs by which a derivation stays below the limit before it is rounded up."""


@dataclass(frozen=True, slots=True)
class Term:
    """A fact, or an atom's own limit, ``factor`` times; one of ``fact`` and ``atom`` is None."""

    factor: Fraction
    limit: int
    """The number that counts: its least where the factor is positive, its largest where it is negative."""
    fact: int | None
    atom: int | None


@dataclass(frozen=True, slots=True)
class Derivation:
    """That a sum is at least ``value``: ``sum(t.factor * t.limit for t in terms)``."""

    terms: tuple[Term, ...]
    value: Fraction
    equal: bool
    """The sum is exactly that: the terms are published counts alone."""


def derive(row: Ints, limit: int, atoms: Atoms, facts: Facts, *, equal: bool = False) -> Derivation | None:
    """Few facts from which ``row @ x >= limit`` follows for whole numbers; None where none are found.

    With ``equal`` from exactly published counts alone, which then give the sum itself. Verified exactly: the
    terms' facts, multiplied and added, are the sum, and their limits add up to more than ``limit - 1``.
    """
    for chosen in _ever_more(atoms, facts, equal=equal):
        made = _Made.of(atoms, facts, chosen, equal=equal)
        weights = made.weights(row, limit)
        found = None if weights is None else made.verified(row, weights)
        if found is not None and found.value > limit - 1:
            return found
    return None


def _ever_more(atoms: Atoms, facts: Facts, *, equal: bool) -> Iterator[Ints]:
    """Places of facts: the short ones with an open atom and the single atoms, longer ones, then all."""
    length = np.diff(facts.matrix.tocsr().indptr)
    is_open = abs(facts.matrix) @ (~propagate(atoms, facts).fixed).astype(np.int64) > 0
    told = (facts.low == facts.high) | (not equal)
    useful, before = told & (is_open | (length == 1)), 0
    for part in (
        *(np.flatnonzero(useful & (length <= longest)) for longest in LENGTHS),
        np.flatnonzero(told),
    ):
        if len(part) > before:
            before = len(part)
            yield part


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """What a derivation can be made of: s statements ``rows @ x >= limit``."""

    rows: sp.csr_array
    """(s, n)."""
    limit: Ints
    """(s,)."""
    cost: Floats
    source: tuple[tuple[int | None, int | None, int], ...]
    """For each statement its fact or its atom, and 1 for a lower limit, -1 for an upper one."""
    equal: bool

    @classmethod
    def of(cls, atoms: Atoms, facts: Facts, chosen: Ints, *, equal: bool) -> _Made:
        """Both sides of the chosen facts, and of the atoms' limits unless ``equal``."""
        rows = facts.matrix.tocsr()[chosen]
        sides = [(rows, facts.low[chosen], 1, chosen, True), (-rows, -facts.high[chosen], -1, chosen, True)]
        if not equal:
            own, places = sp.eye_array(len(atoms), dtype=np.int64, format="csr"), np.arange(len(atoms))
            sides += [(own, atoms.lower, 1, places, False), (-own, -atoms.upper, -1, places, False)]
        parts, limits, cost, source = [], [], [], []
        for matrix, limit, sign, places, is_fact in sides:
            told = np.flatnonzero(limit != -UNBOUNDED)
            parts.append(matrix[told])
            limits.append(limit[told])
            cost.append(np.full(len(told), 1.0 if is_fact else KNOWN))
            numbers = places[told].tolist()
            source += [(i, None, sign) if is_fact else (None, i, sign) for i in numbers]
        stacked = sp.csr_array(sp.vstack(parts, format="csr"))
        return cls(stacked, np.concatenate(limits), np.concatenate(cost), tuple(source), equal)

    def weights(self, row: Ints, limit: int) -> Floats | None:
        """The cheapest weights (s,), none negative, that give ``row @ x`` the most up to ``limit``."""
        touched: Bools = (abs(self.rows).sum(axis=0) > 0) | (row != 0)
        made = self.rows[:, np.flatnonzero(touched)].T
        lack = sp.csr_array((made.shape[0], 1))
        result = linprog(
            np.append(self.cost, LACKING),
            A_eq=sp.hstack([made, lack], format="csr"),
            b_eq=row[touched],
            A_ub=-np.append(self.limit, 1)[None, :],
            b_ub=[-limit],
            bounds=[*[(0, None)] * len(self.limit), (0, 1)],
            method="highs",
        )
        return np.asarray(result.x)[:-1] if result.status == 0 else None

    def verified(self, row: Ints, weights: Floats) -> Derivation | None:
        """The derivation with fractions for weights; None where these do not give the sum exactly."""
        p, q = rational(weights)
        if not np.array_equal(self.rows.T @ p, q * row):
            return None
        terms = []
        for i in np.flatnonzero(p).tolist():
            fact, atom, sign = self.source[i]
            terms.append(Term(Fraction(sign * int(p[i]), q), sign * int(self.limit[i]), fact, atom))
        value = sum((t.factor * t.limit for t in terms), Fraction(0))
        return Derivation(tuple(terms), value, self.equal)
