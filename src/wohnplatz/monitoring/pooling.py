"""Several years as one: sums of counts over sums of bases, never a mean of rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .intervals import Floats, Numbers, Words, exposures


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Counts and bases of n areas over several years; NaN, with a reason, where a year is missing."""

    count: Floats
    base: Floats
    """(n,) person-years where the base is persons."""
    reason: Words


def pooled_years(count: Numbers, base: Numbers) -> Pooled:
    """Sums over the years: ``count`` and ``base`` (n, t) → (n,).

    An area needs every year: a sum over other years than its neighbours' would compare unlike things. The
    sums can go into every function that takes counts and bases; their interval is narrower than that of one
    year, at the price of speaking of the middle of the years. Where the same persons are counted in several
    years, their cases are no new ones and the interval is too narrow: pool events, not stocks.

    Raises ``ValueError`` for wrong shapes.
    """
    x, n = np.asarray(count, dtype=np.float64), np.asarray(base, dtype=np.float64)
    if x.ndim != 2 or x.shape != n.shape or not x.shape[1]:
        raise ValueError(f"counts {x.shape} and bases {n.shape} must be areas × years")
    flat_x, flat_n, flat = exposures(x.ravel(), n.ravel())
    reasons = flat.reshape(x.shape)
    reason = reasons[np.arange(len(x)), (reasons != "").argmax(axis=1)]
    return Pooled(flat_x.reshape(x.shape).sum(axis=1), flat_n.reshape(x.shape).sum(axis=1), reason)
