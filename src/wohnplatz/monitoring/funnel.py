"""Funnel limits: how far areas of a size may lie from the common value by chance alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from .intervals import Floats, Numbers, Words, counts, normal_quantile

LEVELS = (0.95, 0.998)
"""The two usual funnels: 1 of 20 and 1 of 500 areas lie outside by chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Funnel limits for n sizes; NaN, with a reason, where there are none."""

    low: Floats
    high: Floats
    reason: Words


def funnel_limits(base: Numbers, mean: float, level: float = 0.95, *, binomial: bool = True) -> Limits:
    r"""Limits around the common value ``mean`` for areas with denominators ``base`` (n,).

    Exact quantiles of the binomial distribution (share, ``mean`` in 0 … 1) or the Poisson distribution
    (events per base), interpolated between the two neighbouring counts:

    .. math:: \frac{r - \alpha}{n},\quad \alpha = \frac{P(R \le r) - p}{P(R \le r) - P(R \le r - 1)}

    with r the smallest count for which :math:`P(R \le r) \ge p`. A ``mean`` that is not finite, negative or
    (share) above 1 gives no limits.

    Source: D. J. Spiegelhalter, Statistics in Medicine 24 (2005) 1185–1202, appendix A.1.
    """
    normal_quantile(level)
    n, reason = counts(base)
    reason = np.where((reason == "") & (n == 0), "zero_denominator", reason)
    if not np.isfinite(mean) or mean < 0 or (binomial and mean > 1):
        reason = np.where(reason == "", "no_common_value", reason)
    size = np.where(reason == "", n, np.nan)
    tail = (1 - level) / 2
    low, high = (_quantile(size, mean, p, binomial) / size for p in (tail, 1 - tail))
    return Limits(np.maximum(low, 0.0), np.minimum(high, 1.0) if binomial else high, reason)


def position(value: Numbers, base: Numbers, mean: float, *, binomial: bool = True) -> npt.NDArray[np.int64]:
    """Where each value (n,) lies: 0 inside the 95 % funnel, ±1 outside of it, ±2 outside of 99.8 %.

    0, too, where there is no number or no limit: what is not known does not stand out.
    """
    v = np.atleast_1d(np.asarray(value, dtype=np.float64))
    place = np.zeros(v.shape, dtype=np.int64)
    for level in LEVELS:
        limits = funnel_limits(base, mean, level, binomial=binomial)
        place += (v > limits.high).astype(np.int64) - (v < limits.low).astype(np.int64)
    return place


def _quantile(n: Floats, mean: float, p: float, binomial: bool) -> Floats:
    """Interpolated quantile of the count, NaN where ``n`` is."""
    if not np.isfinite(n).any():
        return n
    if mean == 0 or (binomial and mean == 1):
        return n * mean
    whole = np.rint(np.where(np.isnan(n), 1.0, n)) if binomial else np.where(np.isnan(n), 1.0, n)
    whole = np.maximum(whole, 1.0) if binomial else whole
    r = _smallest(whole, mean, p, binomial)
    at, before = _cdf(r, whole, mean, binomial), _cdf(r - 1, whole, mean, binomial)
    result: Floats = np.where(np.isnan(n), np.nan, r - (at - p) / (at - before))
    return result


def _smallest(n: Floats, mean: float, p: float, binomial: bool) -> Floats:
    """The smallest count whose distribution function reaches ``p``, by bisection over all areas at once."""
    below = np.full(n.shape, -1.0)
    reach = n * mean + 12 * np.sqrt(n * mean) + 40
    above = np.ceil(np.minimum(reach, n)) if binomial else np.ceil(reach)
    while np.any(above - below > 1):
        middle = np.floor((above + below) / 2)
        enough = _cdf(middle, n, mean, binomial) >= p
        above, below = np.where(enough, middle, above), np.where(enough, below, middle)
    result: Floats = above
    return result


def _cdf(r: Floats, n: Floats, mean: float, binomial: bool) -> Floats:
    """P(R ≤ r), 0 below 0."""
    known = np.maximum(r, 0.0)
    inside = special.bdtr(known, n.astype(np.int64), mean) if binomial else special.pdtr(known, n * mean)
    result: Floats = np.where(r < 0, 0.0, inside)
    return result
