"""Intervals of shares, rates and counts.

Registers are full counts: no sample was drawn. The intervals describe the variation of the process behind the
counts, that is how different the figure could have come out under the same circumstances.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.str_]
Numbers = npt.NDArray[Any] | float | list[float] | tuple[float, ...]

SMALL_COUNT = 10
"""Below this count the exact interval takes the place of Byar's approximation."""


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """Lower and upper limits of n figures; NaN, with a reason, where none can be computed."""

    low: Floats
    """Shape (n,)."""
    high: Floats
    """Shape (n,)."""
    reason: Words
    """Shape (n,): ``missing`` (NaN), ``not_finite``, ``negative``, ``zero_denominator``, ``more_than_all``;
    empty where there is an interval."""


def normal_quantile(level: float) -> float:
    """Two-sided quantile of the standard normal distribution: 1.96 for ``level`` 0.95.

    Raises ``ValueError`` for a level that is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    return float(special.ndtri((1 + level) / 2))


def wilson(count: Numbers, total: Numbers, level: float = 0.95) -> Interval:
    r"""Wilson's score interval of the share ``count`` / ``total``, both of shape (n,); limits in 0 … 1.

    .. math:: \frac{2x + z^2 \mp z \sqrt{z^2 + 4x(1 - x/n)}}{2(n + z^2)}

    Counts need not be whole: those of converted areas are not.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927) 209–212; recommended by
    R. G. Newcombe, Statistics in Medicine 17 (1998) 857–872.

    >>> shown = wilson([3.0], [40.0])
    >>> round(float(shown.low[0]), 5), round(float(shown.high[0]), 5)
    (0.02584, 0.19864)
    """
    z = normal_quantile(level)
    x, n, reason = shares(count, total)
    with np.errstate(invalid="ignore"):
        middle = 2 * x + z * z
        reach = z * np.sqrt(z * z + 4 * x * (1 - x / n))
        low, high = (middle - reach) / (2 * (n + z * z)), (middle + reach) / (2 * (n + z * z))
    # At the ends the formula gives exactly 0 and 1; rounding must not push a limit outside.
    return Interval(np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high), reason)


def clopper_pearson(count: Numbers, total: Numbers, level: float = 0.95) -> Interval:
    r"""Exact interval of the share ``count`` / ``total``, both of shape (n,); limits in 0 … 1.

    Quantiles of the beta distribution, :math:`B(\alpha/2;\, x,\, n - x + 1)` and
    :math:`B(1 - \alpha/2;\, x + 1,\, n - x)`. Never too narrow, mostly too wide.

    Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404–413.

    >>> shown = clopper_pearson([3.0], [40.0])
    >>> round(float(shown.low[0]), 4), round(float(shown.high[0]), 4)
    (0.0157, 0.2039)
    """
    normal_quantile(level)
    x, n, reason = shares(count, total)
    tail = (1 - level) / 2
    low = np.where(x > 0, special.betaincinv(np.where(x > 0, x, 1), n - x + 1, tail), 0 * n)
    short = x < n
    high = np.where(short, special.betaincinv(x + 1, np.where(short, n - x, 1), 1 - tail), 1 + 0 * n)
    return Interval(low, high, reason)


def exact_poisson(count: Numbers, level: float = 0.95) -> Interval:
    r"""Exact interval of the number of events behind ``count`` of shape (n,).

    .. math:: \tfrac12 \chi^2_{\alpha/2;\, 2x} \;\ldots\; \tfrac12 \chi^2_{1-\alpha/2;\, 2x+2}

    Source: F. Garwood, Biometrika 28 (1936) 437–442; K. Ulm, American Journal of Epidemiology 131 (1990).

    >>> shown = exact_poisson([5.0])
    >>> round(float(shown.low[0]), 3), round(float(shown.high[0]), 3)
    (1.623, 11.668)
    """
    normal_quantile(level)
    x, reason = counts(count)
    tail = (1 - level) / 2
    low = np.where(x > 0, special.gammaincinv(np.where(x > 0, x, 1), tail), 0 * x)
    return Interval(low, special.gammaincinv(x + 1, 1 - tail), reason)


def byar(count: Numbers, level: float = 0.95) -> Interval:
    r"""Byar's approximation of the exact interval of ``count`` (n,); the exact one below 10.

    .. math:: x\left(1 - \frac{1}{9x} - \frac{z}{3\sqrt x}\right)^3 \;\ldots\;
              (x+1)\left(1 - \frac{1}{9(x+1)} + \frac{z}{3\sqrt{x+1}}\right)^3

    Source: N. E. Breslow, N. E. Day, Statistical Methods in Cancer Research II, IARC 1987, p. 69; the change
    to the exact interval below 10 is that of the public health observatories of England.

    >>> shown = byar([10.0])
    >>> round(float(shown.low[0]), 3), round(float(shown.high[0]), 3)
    (4.787, 18.391)
    """
    z = normal_quantile(level)
    x, reason = counts(count)
    few = ~(x >= SMALL_COUNT)
    large, more = np.where(few, 1.0, x), np.where(few, 1.0, x + 1)
    low = large * (1 - 1 / (9 * large) - z / (3 * np.sqrt(large))) ** 3
    high = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    exact = exact_poisson(x[few], level)
    low[few], high[few] = exact.low, exact.high
    return Interval(low, high, reason)


def odds(one: Numbers, other: Numbers, level: float = 0.95) -> Interval:
    r"""Interval of the ratio of two counts of different persons, both of shape (n,).

    Given their sum, the first is a share of it: with Wilson's limits l, u of
    ``one`` / (``one`` + ``other``) the ratio lies between :math:`l/(1-l)` and :math:`u/(1-u)`.

    Source: R. M. Price, D. G. Bonett, Computational Statistics and Data Analysis 34 (2000) 345–356 (the
    transformation).

    >>> shown = odds([3.0], [37.0])
    >>> round(float(shown.low[0]), 5), round(float(shown.high[0]), 5)
    (0.02652, 0.24788)
    """
    x, reason_one = counts(one)
    y, reason_other = counts(other)
    reason = np.where(reason_one == "", reason_other, reason_one)
    reason = np.where((reason == "") & (y == 0), "zero_denominator", reason)
    usable = reason == ""
    share = wilson(np.where(usable, x, np.nan), np.where(usable, x + y, np.nan), level)
    return Interval(share.low / (1 - share.low), share.high / (1 - share.high), reason)


def widened(value: Numbers, low: Numbers, high: Numbers, error: Numbers) -> tuple[Floats, Floats]:
    r"""Limits (n,) around ``value`` after a second, independent uncertainty of half width ``error``.

    .. math:: v - \sqrt{(v - l)^2 + e^2} \;\ldots\; v + \sqrt{(u - v)^2 + e^2}

    A NaN error is none: the figure is exact in that respect. Used for figures that were converted to other
    areas. Source: G. Y. Zou, A. Donner, Statistics in Medicine 27 (2008) 1693–1702 (square-and-add).
    """
    v, lower, upper, e = np.broadcast_arrays(
        *(np.asarray(a, dtype=np.float64) for a in (value, low, high, error))
    )
    extra = np.where(np.isnan(e), 0.0, e) ** 2
    return v - np.sqrt((v - lower) ** 2 + extra), v + np.sqrt((upper - v) ** 2 + extra)


def counts(count: Numbers) -> tuple[Floats, Words]:
    """``count`` as an array of shape (n,), NaN where it is none, and the reasons."""
    x = np.atleast_1d(np.asarray(count, dtype=np.float64))
    cases = [np.isnan(x), np.isinf(x), x < 0]
    reason = np.select(cases, ["missing", "not_finite", "negative"], "")
    return np.where(reason == "", x, np.nan), reason


def exposures(count: Numbers, base: Numbers) -> tuple[Floats, Floats, Words]:
    """Events and what they are related to, both (n,), NaN where they say nothing, and the reasons.

    Raises ``ValueError`` for different lengths.
    """
    x, of_count = counts(count)
    n, of_base = counts(base)
    if x.shape != n.shape:
        raise ValueError(f"numerators {x.shape} and denominators {n.shape} differ in shape")
    reason = np.where(of_count == "", of_base, of_count)
    reason = np.where((reason == "") & (n == 0), "zero_denominator", reason)
    return np.where(reason == "", x, np.nan), np.where(reason == "", n, np.nan), reason


def shares(count: Numbers, total: Numbers) -> tuple[Floats, Floats, Words]:
    """The same for a share: a part that is larger than the whole has the reason ``more_than_all``."""
    x, n, reason = exposures(count, total)
    reason = np.where(x > n, "more_than_all", reason)
    return np.where(reason == "", x, np.nan), np.where(reason == "", n, np.nan), reason
