"""Change between two years: difference, interval, and how many differences chance alone explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from .intervals import Floats, Interval, Numbers, Words, byar, exposures, normal_quantile, shares, wilson


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Differences of n areas, second minus first, with interval and p-value; NaN where there is none."""

    difference: Floats
    low: Floats
    high: Floats
    p: Floats
    """(n,) two-sided p-value of no change."""
    variance: Floats
    """(n,) of the difference if nothing had changed: what the p-value rests on."""
    reason: Words


def newcombe(
    count_1: Numbers, total_1: Numbers, count_2: Numbers, total_2: Numbers, level: float = 0.95
) -> Change:
    r"""Change of a share from ``count_1`` / ``total_1`` to ``count_2`` / ``total_2`` (all (n,)).

    With Wilson's limits :math:`l_i, u_i` of each share the difference d lies between

    .. math:: d - \sqrt{(p_2 - l_2)^2 + (u_1 - p_1)^2} \;\ldots\; d + \sqrt{(u_2 - p_2)^2 + (p_1 - l_1)^2}

    The p-value is that of the score test with pooled share, times (N − 1)/N for small numbers. Two years are
    taken as independent; where mostly the same persons are counted, interval and test are too cautious.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10; I. Campbell, Statistics in
    Medicine 26 (2007) 3661–3675 (N − 1).

    >>> change = newcombe([48.0], [80.0], [56.0], [70.0])
    >>> [round(float(v[0]), 4) for v in (change.difference, change.low, change.high)]
    [0.2, 0.0524, 0.3339]
    """
    x, n, before = shares(count_1, total_1)
    y, m, after = shares(count_2, total_2)
    _same(x, y)
    pooled = (x + y) / (n + m)
    variance = pooled * (1 - pooled) * (1 / n + 1 / m) * (n + m) / (n + m - 1)
    reason = np.where(before == "", after, before)
    return _mover((x / n, wilson(x, n, level)), (y / m, wilson(y, m, level)), variance, reason)


def rate_change(
    count_1: Numbers, base_1: Numbers, count_2: Numbers, base_2: Numbers, level: float = 0.95
) -> Change:
    r"""Change of a rate of events from ``count_1`` / ``base_1`` to ``count_2`` / ``base_2`` (all (n,)).

    Byar's limits (exact below 10) of each rate, joined as in ``newcombe``; the p-value is that of the score
    test with pooled rate, :math:`d / \sqrt{r (1/b_1 + 1/b_2)}`. Counts without a base have base 1.

    Source: G. Y. Zou, A. Donner, Statistics in Medicine 27 (2008) 1693–1702 (square-and-add);
    P. K. Sahai, A. Khurshid, Statistics in Epidemiology, CRC Press 1996 (test).
    """
    x, n, before = exposures(count_1, base_1)
    y, m, after = exposures(count_2, base_2)
    _same(x, y)
    one, two = byar(x, level), byar(y, level)
    first = Interval(one.low / n, one.high / n, one.reason)
    second = Interval(two.low / m, two.high / m, two.reason)
    variance = (x + y) / (n + m) * (1 / n + 1 / m)
    return _mover((x / n, first), (y / m, second), variance, np.where(before == "", after, before))


def with_error(change: Change, error_1: Numbers, error_2: Numbers) -> Change:
    """The change after the error bands of converted areas: half widths (n,) of 95 %, NaN where exact.

    Both are added in squares to the interval, and as variances (half width / 1.96)² to the test.
    """
    band = _known(error_1) ** 2 + _known(error_2) ** 2
    d = change.difference
    low, high = d - np.sqrt((d - change.low) ** 2 + band), d + np.sqrt((change.high - d) ** 2 + band)
    variance = change.variance + band / normal_quantile(0.95) ** 2
    return Change(d, low, high, p_value(d, variance), variance, change.reason)


def p_value(difference: Floats, variance: Floats) -> Floats:
    """Two-sided normal p-value; 1 where nothing differs and nothing varies, NaN where one is not known."""
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(difference == 0, 0.0, np.abs(difference) / np.sqrt(variance))
    blank = np.where(np.isnan(difference) | np.isnan(variance), np.nan, 0.0)
    result: Floats = 2 * special.ndtr(-z) + blank
    return result


def false_discovery(p: Numbers) -> Floats:
    r"""Adjusted p-values (n,) that hold the share of false alarms among all alarms (FDR).

    .. math:: \tilde p_{(i)} = \min_{j \ge i} \min\left(1, \frac{m}{j} p_{(j)}\right)

    NaN are no tests and stay NaN.

    Source: Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289–300.

    >>> false_discovery([0.01, 0.04, 0.03, float("nan")]).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    values = np.atleast_1d(np.asarray(p, dtype=np.float64))
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    m = len(order)
    raised = values[order] * m / np.arange(1, m + 1)
    result = np.full(values.shape, np.nan)
    result[order] = np.minimum(1.0, np.minimum.accumulate(raised[::-1])[::-1])
    return result


def _mover(
    first: tuple[Floats, Interval], second: tuple[Floats, Interval], variance: Floats, reason: Words
) -> Change:
    (p, one), (q, two) = first, second
    d = q - p
    low = d - np.sqrt((q - two.low) ** 2 + (one.high - p) ** 2)
    high = d + np.sqrt((two.high - q) ** 2 + (p - one.low) ** 2)
    return Change(d, low, high, p_value(d, variance), variance, reason)


def _same(x: Floats, y: Floats) -> None:
    if x.shape != y.shape:
        raise ValueError(f"the two years differ in shape: {x.shape} and {y.shape}")


def _known(error: Numbers) -> Floats:
    e = np.atleast_1d(np.asarray(error, dtype=np.float64))
    return np.where(np.isnan(e), 0.0, e)
