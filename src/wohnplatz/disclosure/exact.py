"""Exact arithmetic on what a solver says in floating point: no claim rests on a rounded number."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import numpy as np

from .moves import Floats, Moves
from .problem import Ints

SMALL_DENOMINATORS = range(1, 61)
LARGEST_DENOMINATOR = 10_000
CLOSE = 1e-7


def rational(numbers: Floats) -> tuple[Ints, int]:
    """Whole numbers p and a denominator q such that ``p / q`` are the simple fractions near ``numbers``."""
    for q in SMALL_DENOMINATORS:
        if np.abs(numbers * q - np.rint(numbers * q)).max(initial=0.0) < CLOSE * q:
            return np.rint(numbers * q).astype(np.int64), q
    parts = [Fraction(float(x)).limit_denominator(LARGEST_DENOMINATOR) for x in numbers]
    q = lcm(*(f.denominator for f in parts))
    scaled = [int(f * q) for f in parts]
    if max(map(abs, scaled), default=0) >= 2**62:
        return np.zeros(len(numbers), dtype=np.int64), 1
    return np.array(scaled, dtype=np.int64), q


def exact_bound(moves: Moves, cost: Ints, weight: Floats) -> float:
    """The lower limit of ``cost @ z`` that ``weight`` (r,) proves; ``-inf`` where it proves none.

    Weak duality: for any weights y, ``cost @ z = y @ (matrix @ z) + (cost - y @ matrix) @ z``, and both
    terms are bounded by the limits of rows and columns. The weights are made fractions first, everything
    after that is exact; a whole number results, rounded up, as ``cost @ z`` is whole.
    """
    y, q = rational(weight)
    if float(np.abs(y) @ abs(moves.matrix).sum(axis=1)) > 2**60:
        return -np.inf
    rest = cost * q - moves.matrix.T @ y
    fixed, left = _least(y, moves.low, moves.high), _least(rest, moves.lower, moves.upper)
    return -np.inf if fixed is None or left is None else float(-(-(fixed + left) // q))


def _least(factor: Ints, low: Floats, high: Floats) -> int | None:
    """The least of ``factor @ x`` for low <= x <= high: an exact whole number, None if endless."""
    used = np.flatnonzero(factor)
    limits = np.where(factor[used] > 0, low[used], high[used])
    if not np.isfinite(limits).all():
        return None
    return sum(int(f) * int(x) for f, x in zip(factor[used], limits, strict=True))
