"""Ranks with their range: how little the place of a small area in a list is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from .intervals import Floats, Numbers, Words, exposures, normal_quantile, shares


@dataclass(frozen=True, slots=True, eq=False)
class RankRanges:
    """Ranks of n areas, 1 = lowest value; NaN, with a reason, for areas without a number."""

    rank: Floats
    """(n,) place of the value; equal values share the middle of their places."""
    best: Floats
    """(n,) lowest place that is compatible with the figures."""
    worst: Floats
    """(n,) highest such place."""
    reason: Words


def rank_ranges(value: Numbers, low: Numbers, high: Numbers) -> RankRanges:
    """Ranks of ``value`` (n,) and the range that the intervals ``low`` … ``high`` (n,) leave them.

    The lowest possible place of an area is 1 + the number of areas whose whole interval lies below its own,
    the highest one n − the number of areas whose whole interval lies above. If the intervals hold jointly
    with a certain probability, so do all ranges.

    Source: M. Klein, T. Wright, J. Wieczorek, Journal of the Royal Statistical Society A 183 (2020) 589–606.

    >>> ranges = rank_ranges([1.0, 2.0, 5.0], [0.5, 1.0, 4.0], [1.5, 3.0, 6.0])
    >>> list(zip(ranges.best.tolist(), ranges.worst.tolist()))
    [(1.0, 2.0), (1.0, 2.0), (3.0, 3.0)]
    """
    v = np.atleast_1d(np.asarray(value, dtype=np.float64))
    lower, upper = (np.atleast_1d(np.asarray(a, dtype=np.float64)) for a in (low, high))
    if not v.shape == lower.shape == upper.shape:
        raise ValueError(f"values {v.shape} and limits {lower.shape}, {upper.shape} differ in shape")
    known = np.isfinite(v) & np.isfinite(lower) & np.isfinite(upper)
    reason = np.where(known, "", np.where(np.isfinite(v), "no_interval", "missing"))
    lowers, uppers = np.sort(lower[known]), np.sort(upper[known])
    best = 1.0 + np.searchsorted(uppers, lower, side="left").astype(np.float64)
    worst = np.searchsorted(lowers, upper, side="right").astype(np.float64)
    blank = np.where(known, 0.0, np.nan)
    return RankRanges(_middle_ranks(v, known), best + blank, worst + blank, reason)


def simulated_ranks(  # noqa: PLR0913 (the settings of a simulation, by name)
    count: Numbers,
    base: Numbers,
    *,
    binomial: bool = True,
    error: Numbers | None = None,
    draws: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> RankRanges:
    """Ranks of ``count`` / ``base`` (both (n,)) and their range by simulation with a fixed seed.

    In each of ``draws`` rounds every area gets a value that its figures allow (Jeffreys' posterior: beta
    distribution of a share, gamma distribution of a rate), and all are ranked; the range holds the middle
    ``level`` of the places. Narrower than ``rank_ranges``, because it holds for each area by itself.
    ``error`` (n,) is the half width of a 95 % band of converted areas, as a fraction; NaN where exact.

    Source: H. Goldstein, D. J. Spiegelhalter, Journal of the Royal Statistical Society A 159 (1996) 385–443.
    """
    x, n, reason = shares(count, base) if binomial else exposures(count, base)
    known = reason == ""
    rank = _middle_ranks(x / n, known)
    best, worst = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    if known.any():
        chance = np.random.default_rng(seed)
        shape = (draws, int(known.sum()))
        yes, whole = x[known], n[known]
        drawn = (
            chance.beta(yes + 0.5, whole - yes + 0.5, shape)
            if binomial
            else chance.gamma(yes + 0.5, 1.0, shape) / whole
        )
        if error is not None:
            half = np.nan_to_num(np.atleast_1d(np.asarray(error, dtype=np.float64))[known])
            drawn = drawn + chance.standard_normal(shape) * half / normal_quantile(0.95)
        places = drawn.argsort(axis=1).argsort(axis=1) + 1
        tail = (1 - level) / 2
        best[known] = np.quantile(places, tail, axis=0, method="inverted_cdf")
        worst[known] = np.quantile(places, 1 - tail, axis=0, method="inverted_cdf")
    return RankRanges(rank, best, worst, reason)


def _middle_ranks(v: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    values = np.sort(v[known])
    first, last = np.searchsorted(values, v, side="left"), np.searchsorted(values, v, side="right")
    return np.where(known, (first + 1 + last) / 2, np.nan)


def rank_correlation(x: Floats, y: Floats) -> tuple[float, float]:
    """Spearman's rank correlation of ``x`` and ``y`` (both (n,), finite, n > 2), and its two-sided p-value.

    Equal values share the middle of their places; p by Student's t with n − 2 degrees of freedom. NaN where
    all values of one side are equal.

    Source: C. Spearman, The American Journal of Psychology 15 (1904) 72–101.

    >>> [round(n, 4) for n in rank_correlation(np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 1, 4, 3, 5]))]
    [0.8, 0.1041]
    """
    every = np.ones(len(x), dtype=np.bool_)
    a, b = (_middle_ranks(v, every) - (len(x) + 1) / 2 for v in (x, y))
    spread = float(np.sqrt((a @ a) * (b @ b)))
    if spread == 0:
        return np.nan, np.nan
    r = float(np.clip((a @ b) / spread, -1, 1))
    if abs(r) == 1:
        return r, 0.0
    free = len(x) - 2
    return r, float(2 * special.stdtr(free, -abs(r) * np.sqrt(free / (1 - r * r))))
