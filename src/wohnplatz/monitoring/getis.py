"""Where do high values crowd? Getis and Ord's G of the map, Gi and Gi* of each area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .change import false_discovery
from .space import (
    Autocorrelation,
    Draws,
    LocalMoran,
    Moments,
    conditional_draws,
    cross_products,
    lag_ranks,
    outcome,
    spread,
    two_sided,
    usable,
    without_number,
)
from .weights import Floats, Weights


@dataclass(frozen=True, slots=True, eq=False)
class LocalG:
    """Gi or Gi* of n areas; NaN where ``reason`` says why."""

    statistic: Floats
    """Share of the sum of all values that lies around the area."""
    expected: Floats
    z: Floats
    """Distance from the expectation in standard deviations: above 0 high values crowd, below 0 low ones."""
    p: Floats
    """Two-sided, by conditional permutation."""
    p_adjusted: Floats
    """The same after Benjamini and Hochberg."""
    reason: npt.NDArray[np.str_]
    """``no_value`` ``no_neighbours`` ``too_few`` ``constant`` ``negative``, empty where there is a number."""
    permutations: int


def getis_ord(x: Floats, w: Weights, permutations: int = 999, seed: int = 0) -> Autocorrelation:
    r"""General G of ``x`` (n,), not negative: :math:`G = \sum_{ij} w_{ij} x_i x_j / \sum_{i \ne j} x_i x_j`.

    Weights are binary. Above the expectation high values are neighbours, below it low ones.
    ``variance_normal`` is NaN: the method knows the randomisation only.

    Source: A. Getis, J. K. Ord, The Analysis of Spatial Association by Use of Distance Statistics,
    Geographical Analysis 24 (1992).
    """
    used, weights, reason = usable(x, Weights(w.start, w.neighbour, row_standardised=False))
    if not reason and (x[used] < 0).any():
        reason = "negative"
    if reason:
        return without_number(used, weights, reason)
    values = x[used]
    n = len(values)
    m = Moments.of(weights)
    pairs = float(values.sum() ** 2 - (values**2).sum())
    if pairs <= 0:
        return without_number(used, weights, "constant")
    statistic = float(values @ weights.lag(values)) / pairs
    drawn = cross_products(values, weights, permutations, seed) / pairs
    expected = m.s0 / (n * (n - 1))
    variances = float("nan"), _g_square(values, m) - expected**2
    return outcome(statistic, expected, variances, drawn, weights)


def local_g(  # noqa: PLR0913 (options by name)
    x: Floats, w: Weights, *, star: bool = True, permutations: int = 999, seed: int = 0,
    draws: Draws | None = None,
) -> LocalG:  # fmt: skip
    r"""Gi* (``star``: the area is one of its own neighbours) or Gi of ``x`` (n,).

    .. math:: G_i = \frac{\sum_j w_{ij} x_j}{\sum_j x_j}

    with j over all areas (Gi*) or all but i (Gi). z with the variance for any weights; with binary ones it is
    the one of Ord and Getis, which esda uses for all. The z stands for negative values too; the share does
    not say anything then and is NaN (``statistic``, ``expected``). ``draws`` as in ``local_moran``.

    Source: J. K. Ord, A. Getis, Local Spatial Autocorrelation Statistics, Geographical Analysis 27 (1995).
    """
    used, weights, reason = usable(x, w)
    why = np.where(used, reason, "no_value").astype("<U16")
    empty = np.full(len(used), np.nan)
    if reason:
        return LocalG(empty, empty, empty, empty, empty, why, permutations)
    values = x[used]
    islands = weights.islands
    why[np.flatnonzero(used)[islands]] = "no_neighbours"
    statistic, expected, z = _moments_of_g(values, weights, star)
    if (values < 0).any():
        statistic, expected = np.full_like(z, np.nan), np.full_like(z, np.nan)
    shared = draws if draws is not None and used.all() else conditional_draws(weights, permutations, seed)
    p = two_sided(*lag_ranks(values - values.mean(), weights, shared), shared.permutations)
    adjusted = false_discovery(np.where(islands, np.nan, p))
    numbers = (statistic, expected, z, p, adjusted)
    share, mean, score, chance, fdr = (spread(np.where(islands, np.nan, v), used) for v in numbers)
    return LocalG(share, mean, score, chance, fdr, why, shared.permutations)


BOTH_HIGH, BOTH_LOW, ONE_HIGH, ONE_LOW, OUTLIER_HIGH, OUTLIER_LOW, NOTHING = 1, 2, 3, 4, 5, 6, 7
"""Answers of ``joint``; 0 where neither method has a number."""


def joint(lisa: LocalMoran, g: LocalG, level: float = 0.05) -> npt.NDArray[np.int8]:
    """What both methods say together for n areas, each at the adjusted ``level``.

    1 both see high values crowd, 2 both low ones, 3 and 4 only one of them does, 5 a high value among low
    ones, 6 a low one among high ones (the local Moran alone can see that), 7 nothing to be seen, 0 no number.
    """
    seen = lisa.p_adjusted <= level
    hot, cold = (g.p_adjusted <= level) & (g.z > 0), (g.p_adjusted <= level) & (g.z < 0)
    high, low = seen & (lisa.quadrant == 1), seen & (lisa.quadrant == 3)
    cases = [
        seen & (lisa.quadrant == 4), seen & (lisa.quadrant == 2), high & hot, low & cold, high | hot,
        low | cold, np.isfinite(lisa.p) | np.isfinite(g.p),
    ]  # fmt: skip
    answers = [OUTLIER_HIGH, OUTLIER_LOW, BOTH_HIGH, BOTH_LOW, ONE_HIGH, ONE_LOW, NOTHING]
    return np.select(cases, answers, 0).astype(np.int8)


def _moments_of_g(x: Floats, w: Weights, star: bool) -> tuple[Floats, Floats, Floats]:
    """Statistic, expectation and z of each area."""
    n = len(x) - (not star)
    own = 0.0 if star else 1.0
    k = w.counts + (1 if star else 0)
    weight = np.where(k > 0, 1.0 / np.maximum(k, 1), 0.0) if w.row_standardised else np.ones(len(x))
    around = weight * (w.sums(x) + (x if star else 0.0))
    total = x.sum() - own * x
    mean = total / n
    variance = ((x**2).sum() - own * x**2) / n - mean**2
    sums, squares = weight * k, weight**2 * k
    spread_ = np.sqrt(np.maximum(variance * (n * squares - sums**2) / (n - 1), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(spread_ > 0, (around - sums * mean) / spread_, np.nan)
        statistic = np.where(total > 0, around / total, np.nan)
    return statistic, sums / n, z


def _g_square(x: Floats, m: Moments) -> float:
    """Expectation of G² under randomisation (Getis and Ord 1992, with the moments of the values)."""
    n = len(x)
    m1, m2, m3, m4 = (float((x**power).sum()) for power in (1, 2, 3, 4))
    s0, s1, s2 = m.s0**2, m.s1, m.s2
    b0 = (n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0
    b1 = -((n * n - n) * s1 - 2 * n * s2 + 6 * s0)
    b2 = -(2 * n * s1 - (n + 3) * s2 + 6 * s0)
    b3 = 4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0
    b4 = s1 - s2 + s0
    top = b0 * m2**2 + b1 * m4 + b2 * m1**2 * m2 + b3 * m1 * m3 + b4 * m1**4
    return top / ((m1**2 - m2) ** 2 * n * (n - 1) * (n - 2) * (n - 3))
