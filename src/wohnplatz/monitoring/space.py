"""Is what is alike close together? Moran's I, Geary's C and the local Moran (LISA)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .change import false_discovery
from .weights import Bools, Floats, Places, Weights

LEAST = 4
"""Areas below which no statement about a pattern is tried: the variance under randomisation needs n > 3."""
_CHUNK = 128
_NEGLIGIBLE = 1e-12


@dataclass(frozen=True, slots=True)
class Autocorrelation:
    """One number about the whole map. Every number is NaN where ``reason`` says why."""

    statistic: float
    expected: float
    """What is to be expected without any pattern."""
    variance_normal: float
    """Under the assumption of normally distributed values."""
    variance_random: float
    """Under the assumption that the given values lie on the areas at random."""
    z: float
    """Distance from the expectation in standard deviations (randomisation)."""
    p: float
    """Two-sided, from permutations: 2 (1 + rarer side) / (1 + permutations), at most 1."""
    permutations: int
    used: int
    """Areas with a value."""
    islands: int
    """Of these, areas without a neighbour that has a value."""
    reason: str = ""
    """``too_few`` ``constant`` ``no_neighbours``, empty where the statistic stands."""


@dataclass(frozen=True, slots=True, eq=False)
class LocalMoran:
    """LISA of n areas. Numbers are NaN and the quadrant is 0 where ``reason`` says why."""

    statistic: Floats
    z: Floats
    """Shape (n,): standardised values (divisor n)."""
    lag: Floats
    """Shape (n,): mean (or sum) of the neighbours' z."""
    p: Floats
    """Shape (n,): two-sided, by conditional permutation."""
    p_adjusted: Floats
    """Shape (n,): the same after Benjamini and Hochberg over all areas with a p."""
    quadrant: npt.NDArray[np.int8]
    """1 high among high, 2 low among high, 3 low among low, 4 high among low."""
    reason: npt.NDArray[np.str_]
    """``no_value`` ``no_neighbours`` ``too_few`` ``constant``, empty where there is a number."""
    permutations: int


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Random neighbours, shared by all areas and all indicators of the same areas.

    Row p of ``ids`` (permutations, K + 1) names K + 1 different areas in random order. An area with k
    neighbours takes the first k of them, or, where it is itself among these, the first k + 1 without itself:
    k different other areas, each set equally likely. So the sums of all areas with k neighbours are the same
    numbers but for the few rows in which an area meets itself, and sorting once answers for all of them.
    """

    ids: Places
    row: Places
    """Rows in which an area meets itself among its first k …"""
    area: Places
    """… and which area that is."""
    permutations: int


def moran(x: Floats, w: Weights, permutations: int = 999, seed: int = 0) -> Autocorrelation:
    r"""Moran's I of ``x`` (n,) with weights of n areas.

    .. math:: I = \frac{n}{S_0} \frac{\sum_{ij} w_{ij} z_i z_j}{\sum_i z_i^2},\quad E(I) = -\frac{1}{n-1}

    Areas without a (finite) value are left out, with their part in the weights. Islands count in mean,
    spread and n, as in esda. Above the expectation: alike lies close together; below: like a chessboard.

    Source: P. A. P. Moran 1950; A. D. Cliff, J. K. Ord: Spatial Processes, 1981.
    St. Louis, HR8893: 0.2436558.

    >>> chain = Weights(np.array([0, 1, 3, 5, 6]), np.array([1, 0, 2, 1, 3, 2]), row_standardised=False)
    >>> round(moran(np.array([1.0, 2, 3, 4]), chain).statistic, 4)
    0.3333
    """
    used, weights, reason = usable(x, w)
    if reason:
        return without_number(used, weights, reason)
    z = _centred(x, used)
    n = len(z)
    m = Moments.of(weights)
    factor = n / m.s0 / float(z @ z)
    statistic = factor * float(z @ weights.lag(z))
    drawn = factor * cross_products(z, weights, permutations, seed)
    return outcome(statistic, -1 / (n - 1), _moran_variances(z, m), drawn, weights)


def geary(x: Floats, w: Weights, permutations: int = 999, seed: int = 0) -> Autocorrelation:
    r"""Geary's C of ``x`` (n,): squared differences between neighbours against those of all.

    .. math:: C = \frac{n-1}{2 S_0} \frac{\sum_{ij} w_{ij} (x_i - x_j)^2}{\sum_i z_i^2},\quad E(C) = 1

    Below 1: neighbours are alike. Treats missing values and islands as ``moran`` does.

    Source: R. C. Geary 1954; Cliff and Ord 1981. Columbus (CRIME, rook): 0.5154409 row-standardised.
    """
    used, weights, reason = usable(x, w)
    if reason:
        return without_number(used, weights, reason)
    z = _centred(x, used)
    n = len(z)
    m = Moments.of(weights)
    factor = (n - 1) / (2 * m.s0 * float(z @ z))
    row = np.repeat(np.arange(n), weights.counts)
    pairs = np.repeat(weights.row_weight, weights.counts) * (z[row] - z[weights.neighbour]) ** 2
    drawn = factor * _squared_differences(z, weights, m, permutations, seed)
    return outcome(factor * float(pairs.sum()), 1.0, _geary_variances(z, m), drawn, weights)


def local_moran(
    x: Floats, w: Weights, permutations: int = 999, seed: int = 0, draws: Draws | None = None
) -> LocalMoran:
    r"""Local Moran of ``x`` (n,): :math:`I_i = (n-1)\, z_i \sum_j w_{ij} z_j / \sum_j z_j^2`.

    p by conditional permutation: the area keeps its value, its neighbours are drawn from all others.
    ``draws`` (of ``conditional_draws(w, …)``) shares them over many indicators; it is used where
    no value is missing.

    Source: L. Anselin, Local Indicators of Spatial Association, Geographical Analysis 27 (1995); false
    discovery rate: Y. Benjamini, Y. Hochberg, J. R. Statist. Soc. B 57 (1995).
    """
    used, weights, reason = usable(x, w)
    why = np.where(used, reason, "no_value").astype("<U16")
    empty = np.full(len(used), np.nan)
    if reason:
        return LocalMoran(empty, empty, empty, empty, empty, np.zeros(len(used), np.int8), why, permutations)
    z = _centred(x, used)
    z /= z.std()
    lag, islands = weights.lag(z), weights.islands
    shared = draws if draws is not None and used.all() else conditional_draws(weights, permutations, seed)
    p = two_sided(*lag_ranks(z, weights, shared), shared.permutations)
    numbers = [(len(z) - 1) / len(z) * z * lag, lag, p, false_discovery(np.where(islands, np.nan, p))]
    why[np.flatnonzero(used)[islands]] = "no_neighbours"
    quadrant = np.where(z > 0, np.where(lag > 0, 1, 4), np.where(lag > 0, 2, 3)) * ~islands
    statistic, lags, ps, adjusted = (spread(np.where(islands, np.nan, v), used) for v in numbers)
    quadrants = np.zeros(len(used), np.int8)
    quadrants[used] = quadrant
    return LocalMoran(statistic, spread(z, used), lags, ps, adjusted, quadrants, why, shared.permutations)


def conditional_draws(w: Weights, permutations: int = 999, seed: int = 0) -> Draws:
    """Random neighbours for the areas of ``w``, to be used by ``lag_ranks``; see ``Draws``."""
    counts = w.counts
    most = int(counts.max(initial=0))
    ids = _different(len(w), min(most + 1, len(w)), permutations, np.random.default_rng(seed))
    meets = np.arange(ids.shape[1])[None, :] < counts[ids]
    row, column = np.nonzero(meets)
    return Draws(ids, row, ids[row, column], permutations)


def lag_ranks(z: Floats, w: Weights, draws: Draws) -> tuple[Places, Places]:
    """How many drawn sums of neighbours are at least, and at most, the real one of each area (n,), (n,).

    Sums that differ by rounding only count as equal, so on both sides.
    """
    counts, real = w.counts, w.sums(z)
    sums = np.cumsum(z[draws.ids], axis=1)
    close = 1e-10 * float(np.abs(z).max(initial=0.0)) * max(sums.shape[1], 1)
    low, high = real - close, real + close
    at_least, at_most = (np.zeros(len(z), dtype=np.int64) for _ in range(2))
    for k in np.unique(counts[counts > 0]):
        inside = np.flatnonzero(counts == k)
        ordered = np.sort(sums[:, k - 1])
        at_least[inside] = draws.permutations - np.searchsorted(ordered, low[inside], side="left")
        at_most[inside] = np.searchsorted(ordered, high[inside], side="right")
    area, k = draws.area, counts[draws.area]
    first, without = sums[draws.row, k - 1], sums[draws.row, np.minimum(k, sums.shape[1] - 1)] - z[area]
    at_least += _sum_by(area, (without >= low[area]).astype(int) - (first >= low[area]), len(z))
    at_most += _sum_by(area, (without <= high[area]).astype(int) - (first <= high[area]), len(z))
    return at_least, at_most


def two_sided(at_least: Places, at_most: Places, permutations: int) -> Floats:
    """p of both directions together: twice the rarer one, the observed map counted in, at most 1."""
    rarer = np.minimum(at_least, at_most)
    result: Floats = np.minimum(2.0 * (rarer + 1) / (permutations + 1), 1.0)
    return result


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over the weights that the variances need."""

    s0: float
    s1: float
    s2: float
    both: Floats
    """Shape (n,): row sum plus column sum."""

    @classmethod
    def of(cls, w: Weights) -> Moments:
        """The sums of ``w``."""
        matrix = w.matrix()
        two_way = matrix + matrix.T
        both = np.asarray(matrix.sum(axis=1)).ravel() + np.asarray(matrix.sum(axis=0)).ravel()
        return cls(
            float(w.row_weight @ w.counts), float((two_way.data**2).sum() / 2), float((both**2).sum()), both
        )


def _moran_variances(z: Floats, m: Moments) -> tuple[float, float]:
    n, s0 = len(z), m.s0
    expected = -1 / (n - 1)
    normal = (n * n * m.s1 - n * m.s2 + 3 * s0 * s0) / ((n * n - 1) * s0 * s0) - expected**2
    b2 = float((z**4).mean() / (z**2).mean() ** 2)
    first = n * ((n * n - 3 * n + 3) * m.s1 - n * m.s2 + 3 * s0 * s0)
    second = b2 * ((n * n - n) * m.s1 - 2 * n * m.s2 + 6 * s0 * s0)
    random = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0 * s0) - expected**2
    return normal, random


def _geary_variances(z: Floats, m: Moments) -> tuple[float, float]:
    n, s0 = len(z), m.s0
    normal = ((2 * m.s1 + m.s2) * (n - 1) - 4 * s0 * s0) / (2 * (n + 1) * s0 * s0)
    b2 = float((z**4).mean() / (z**2).mean() ** 2)
    a = (n - 1) * m.s1 * (n * n - 3 * n + 3 - (n - 1) * b2)
    b = (n - 1) * m.s2 * (n * n + 3 * n - 6 - (n * n - n + 2) * b2) / 4
    c = s0 * s0 * (n * n - 3 - (n - 1) ** 2 * b2)
    return normal, (a - b + c) / (n * (n - 2) * (n - 3) * s0 * s0)


def cross_products(z: Floats, w: Weights, permutations: int, seed: int) -> Floats:
    """Sum of w z z over neighbours, for each of ``permutations`` random orders of z."""
    rng, matrix, n = np.random.default_rng(seed), w.matrix(), len(z)
    result = np.empty(permutations)
    for begin in range(0, permutations, _CHUNK):
        size = min(_CHUNK, permutations - begin)
        mixed = np.ascontiguousarray(rng.permuted(np.broadcast_to(z, (size, n)), axis=1).T)
        result[begin : begin + size] = np.einsum("ip,ip->p", mixed, matrix @ mixed)
    return result


def _squared_differences(z: Floats, w: Weights, m: Moments, permutations: int, seed: int) -> Floats:
    """Sum of w (x - y)² over neighbours for random orders: w (x² + y²) less twice the cross product."""
    rng, matrix, n = np.random.default_rng(seed), w.matrix(), len(z)
    result = np.empty(permutations)
    for begin in range(0, permutations, _CHUNK):
        size = min(_CHUNK, permutations - begin)
        mixed = np.ascontiguousarray(rng.permuted(np.broadcast_to(z, (size, n)), axis=1).T)
        cross = np.einsum("ip,ip->p", mixed, matrix @ mixed)
        result[begin : begin + size] = m.both @ mixed**2 - 2 * cross
    return result


def _different(n: int, k: int, rows: int, rng: np.random.Generator) -> Places:
    """``rows`` random ordered choices of ``k`` different numbers below ``n``: (rows, k)."""
    if k > 48:
        parts = [
            np.argsort(rng.random((min(_CHUNK, rows - b), n)), axis=1)[:, :k] for b in range(0, rows, _CHUNK)
        ]
        return np.vstack(parts) if parts else np.empty((0, k), np.int64)
    chosen = np.empty((rows, k), dtype=np.int64)
    for place in range(k):
        # The number of the free place that is taken, counted past those taken before.
        free = rng.integers(0, n - place, rows)
        for taken in np.sort(chosen[:, :place], axis=1).T:
            free += free >= taken
        chosen[:, place] = free
    return chosen


def usable(x: Floats, w: Weights) -> tuple[Bools, Weights, str]:
    """Areas with a value, the weights among them, and why nothing can be said (empty where it can)."""
    if x.shape != (len(w),):
        raise ValueError(f"x must have shape ({len(w)},), not {x.shape}")
    used: Bools = np.isfinite(x)
    weights = w.restricted(used)
    values = x[used]
    if len(values) < LEAST:
        return used, weights, "too_few"
    if np.ptp(values) <= _NEGLIGIBLE * np.abs(values).max():
        return used, weights, "constant"
    return used, weights, "no_neighbours" if weights.islands.all() else ""


def without_number(used: Bools, w: Weights, reason: str) -> Autocorrelation:
    """The answer where nothing can be computed, because of ``reason``."""
    nan = float("nan")
    return Autocorrelation(nan, nan, nan, nan, nan, nan, 0, int(used.sum()), int(w.islands.sum()), reason)


def outcome(
    statistic: float, expected: float, variances: tuple[float, float], drawn: Floats, w: Weights
) -> Autocorrelation:
    """The statistic with its p; ``variances`` under normality and randomisation."""
    normal, random = variances
    close = 1e-12 * max(abs(statistic), 1.0)
    counted = np.array([(drawn >= statistic - close).sum()]), np.array([(drawn <= statistic + close).sum()])
    p = float(two_sided(*counted, len(drawn))[0]) if len(drawn) else float("nan")
    z = (statistic - expected) / random**0.5 if random > 0 else float("nan")
    return Autocorrelation(
        statistic, expected, normal, random, z, p, len(drawn), len(w), int(w.islands.sum())
    )


def _centred(x: Floats, used: Bools) -> Floats:
    values = x[used]
    centred: Floats = values - values.mean()
    return centred


def spread(values: Floats, used: Bools) -> Floats:
    """``values`` of the used areas at their places (n,), NaN elsewhere."""
    result = np.full(len(used), np.nan)
    result[used] = values
    return result


def _sum_by(area: Places, change: npt.NDArray[np.int64], n: int) -> Places:
    return np.rint(np.bincount(area, change, minlength=n)).astype(np.int64)
