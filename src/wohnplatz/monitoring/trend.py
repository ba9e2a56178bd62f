"""Trend over years: a line through the figures of each area, and a robust one beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from .intervals import Floats, Numbers, Words, normal_quantile

LEAST_YEARS = 4
"""A line through fewer figures says nothing of a direction."""


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """Yearly change of n areas; NaN, with a reason, where there are too few years."""

    slope: Floats
    """(n,) change per year, in the figures' unit."""
    low: Floats
    high: Floats
    p: Floats
    """(n,) two-sided p-value of no direction."""
    years: npt.NDArray[np.int64]
    """(n,) number of years with a figure."""
    reason: Words
    """``too_few_years``, empty where there is a trend."""


def weighted_trend(
    values: Numbers, years: list[int] | tuple[int, ...], variances: Numbers | None = None, level: float = 0.95
) -> Trend:
    r"""Weighted least squares through ``values`` (n, t) of the ascending ``years`` (t,).

    .. math:: b = \frac{\sum w (t - \bar t)(x - \bar x)}{\sum w (t - \bar t)^2},\quad
              s_b^2 = \frac{\hat\varphi}{\sum w (t - \bar t)^2},\quad
              \hat\varphi = \frac{\sum w\, r^2}{k - 2}

    With ``variances`` (n, t) the weights are 1/variance and :math:`\hat\varphi` is at least 1: the interval
    is never narrower than chance alone makes it. Without them all years weigh alike. Limits and p-value by
    Student's t with k − 2 degrees of freedom. NaN and infinite values are left out; areas with fewer than
    four years have no trend.

    Source: N. R. Draper, H. Smith, Applied Regression Analysis, 3rd ed. 1998, ch. 9.
    """
    normal_quantile(level)
    x, t = _checked(values, years)
    v = (
        np.ones(x.shape)
        if variances is None
        else np.broadcast_to(np.asarray(variances, dtype=float), x.shape)
    )
    known = np.isfinite(x) & np.isfinite(v) & (v > 0)
    w = np.where(known, 1 / np.where(known, v, 1.0), 0.0)
    k = known.sum(axis=1)
    enough = k >= LEAST_YEARS
    total = np.where(enough, w.sum(axis=1), np.nan)
    filled = np.where(known, x, 0.0)
    centred = t - ((w * t).sum(axis=1) / total)[:, None]
    spread = (w * centred**2).sum(axis=1)
    slope: Floats = (w * centred * filled).sum(axis=1) / spread
    rest = filled - ((w * filled).sum(axis=1) / total)[:, None] - slope[:, None] * centred
    freedom = np.where(enough, k - 2, 1)
    scale = (w * rest**2).sum(axis=1) / freedom
    if variances is not None:
        scale = np.maximum(scale, 1.0)
    error = np.sqrt(scale / spread)
    reach = special.stdtrit(freedom, (1 + level) / 2) * error
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.where(slope == 0, 0.0, np.abs(slope) / error)
    p = 2 * special.stdtr(freedom, -size) + np.where(enough, 0.0, np.nan)
    return Trend(slope, slope - reach, slope + reach, p, k, np.where(enough, "", "too_few_years"))


def theil_sen(values: Numbers, years: list[int] | tuple[int, ...], level: float = 0.95) -> Trend:
    r"""Median of the slopes between all pairs of years, with the test of Mann and Kendall.

    One odd year moves it little. ``values`` (n, t), ``years`` (t,) ascending. With S = rising pairs less
    falling pairs and :math:`V = (k(k-1)(2k+5) - \sum_u u(u-1)(2u+5)) / 18` (u: sizes of ties), the limits
    are the slopes at the ranks :math:`(N \mp z\sqrt V)/2` of N pairs, and p belongs to
    :math:`(|S| - 1)/\sqrt V`.

    Source: P. K. Sen, Journal of the American Statistical Association 63 (1968) 1379–1389; M. G. Kendall,
    Rank Correlation Methods, 4th ed. 1975.
    """
    z = normal_quantile(level)
    x, t = _checked(values, years)
    x = np.where(np.isfinite(x), x, np.nan)
    k = np.isfinite(x).sum(axis=1)
    enough = k >= LEAST_YEARS
    first, second = np.triu_indices(len(t), 1)
    slopes = np.sort((x[:, second] - x[:, first]) / (t[second] - t[first]), axis=1)  # NaN last
    pairs = np.isfinite(slopes).sum(axis=1)
    s = np.nansum(np.sign(slopes), axis=1)
    variance = np.maximum(k * (k - 1) * (2 * k + 5) - _ties(x), 0) / 18
    reach = z * np.sqrt(variance)
    low = _ranked(slopes, np.rint((pairs - reach) / 2) - 1, enough)
    high = _ranked(slopes, np.rint((pairs + reach) / 2), enough)
    middle = (_ranked(slopes, (pairs - 1) // 2, enough) + _ranked(slopes, pairs // 2, enough)) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.where(np.abs(s) <= 1, 0.0, (np.abs(s) - 1) / np.sqrt(variance))
    p = 2 * special.ndtr(-size) + np.where(enough, 0.0, np.nan)
    return Trend(middle, low, high, p, k, np.where(enough, "", "too_few_years"))


def kendall(values: Numbers, years: list[int] | tuple[int, ...]) -> Floats:
    """Kendall's tau-b (n,) of ``values`` (n, t) with the years: −1 always falling … 1 always rising.

    NaN for fewer than four years and for constant values.

    Source: M. G. Kendall, Biometrika 33 (1945) 239–251.
    """
    x, t = _checked(values, years)
    x = np.where(np.isfinite(x), x, np.nan)
    first, second = np.triu_indices(len(t), 1)
    signs = np.sign(x[:, second] - x[:, first])
    pairs, untied = np.isfinite(signs).sum(axis=1), np.nansum(np.abs(signs), axis=1)
    usable = (np.isfinite(x).sum(axis=1) >= LEAST_YEARS) & (untied > 0)
    result: Floats = np.nansum(signs, axis=1) / np.sqrt(np.where(usable, pairs * untied, np.nan))
    return result


def _checked(values: Numbers, years: list[int] | tuple[int, ...]) -> tuple[Floats, Floats]:
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] != len(years) or any(b <= a for a, b in pairwise(years)):
        raise ValueError(
            f"values {x.shape} must have one column for each of the ascending years {list(years)}"
        )
    return x, np.asarray(years, dtype=np.float64)


def _ties(x: Floats) -> Floats:
    """Sum of u(u − 1)(2u + 5) over the ties of each row: each member of a tie of u adds (u − 1)(2u + 5)."""
    same = (x[:, :, None] == x[:, None, :]).sum(axis=2)
    result: Floats = np.where(same > 0, (same - 1) * (2 * same + 5), 0).sum(axis=1).astype(np.float64)
    return result


def _ranked(slopes: Floats, place: npt.NDArray[Any], usable: npt.NDArray[np.bool_]) -> Floats:
    """The slope at a 0-based place of each row, the outermost one where there is no such place."""
    last = np.isfinite(slopes).sum(axis=1) - 1
    at = np.clip(place, 0, np.maximum(last, 0)).astype(np.intp)
    if not slopes.shape[1]:
        return np.full(len(slopes), np.nan)
    return np.where(usable, slopes[np.arange(len(slopes)), at], np.nan)
