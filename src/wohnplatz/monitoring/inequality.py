"""How unequal a quantity is between areas: Gini and Theil, the latter within and between municipalities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .weights import Bools, Floats


@dataclass(frozen=True, slots=True)
class Inequality:
    """One number of inequality, NaN where ``reason`` says why."""

    statistic: float
    used: int
    reason: str = ""
    """``too_few`` ``negative`` ``all_zero``; empty where the number stands."""


@dataclass(frozen=True, slots=True)
class Theil:
    """Theil's T and its two parts, which add up to it. NaN where ``reason`` says why."""

    total: float
    between: float
    """What would remain if all areas of a group had the value of their group."""
    within: float
    """What is there inside the groups."""
    used: int
    reason: str = ""

    @property
    def share_within(self) -> float:
        """Part of the inequality that lies inside the groups, NaN where there is none."""
        return self.within / self.total if self.total > 0 else float("nan")


def gini(x: Floats, weights: Floats | None = None) -> Inequality:
    r"""Gini coefficient of ``x`` (n,), weighted with ``weights`` (n,), say inhabitants.

    .. math:: G = \frac{\sum_{ij} w_i w_j |x_i - x_j|}{2 \bar x\, (\sum_i w_i)^2}

    0: all alike. Areas without value or weight are left out. Scale of ``x`` and ``weights`` does not matter.

    Source: C. Gini 1912; F. A. Cowell, Measuring Inequality, 2011.

    >>> round(gini(np.array([1.0, 2, 3, 4])).statistic, 4)
    0.25
    """
    used, x, w = _cleaned(x, weights)
    reason = _why(x, w)
    if reason:
        return Inequality(float("nan"), int(used.sum()), reason)
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order]
    share = w / w.sum()
    middle = np.cumsum(share) - share / 2
    mean = float(share @ x)
    # The covariance form: twice the weighted covariance of value and mid-rank over the mean.
    return Inequality(2 * float((share * (x - mean)) @ (middle - 0.5)) / mean, int(used.sum()))


def theil(x: Floats, groups: npt.NDArray[np.str_] | None = None, weights: Floats | None = None) -> Theil:
    r"""Theil's T of ``x`` (n,) with its parts between and within ``groups`` (n,), weighted with ``weights``.

    .. math:: T = \sum_i s_i \frac{x_i}{\mu} \ln \frac{x_i}{\mu},\qquad s_i = w_i / \sum_j w_j

    with 0 ln 0 = 0. Without groups all is within. Areas without value or weight are left out.

    Source: H. Theil, Economics and Information Theory, 1967; A. F. Shorrocks, Econometrica 48 (1980).

    >>> round(theil(np.array([1.0, 1, 1, 5])).total, 4)
    0.3128
    """
    used, x, w = _cleaned(x, weights)
    reason = _why(x, w)
    nan = float("nan")
    if reason:
        return Theil(nan, nan, nan, int(used.sum()), reason)
    share = w / w.sum()
    total = _theil(x, share)
    if groups is None:
        return Theil(total, 0.0, total, int(used.sum()))
    names, place = np.unique(np.asarray(groups)[used], return_inverse=True)
    size: Floats = np.bincount(place, share, minlength=len(names)).astype(np.float64)
    means = np.bincount(place, share * x, minlength=len(names)) / size
    between = _theil(means, size)
    return Theil(total, between, max(total - between, 0.0), int(used.sum()))


def _theil(x: Floats, share: Floats) -> float:
    relative = x / float(share @ x)
    positive = relative > 0
    return max(float((share[positive] * relative[positive]) @ np.log(relative[positive])), 0.0)


def _cleaned(x: Floats, weights: Floats | None) -> tuple[Bools, Floats, Floats]:
    w = np.ones(len(x)) if weights is None else weights
    if w.shape != x.shape:
        raise ValueError(f"weights must have shape {x.shape}, not {w.shape}")
    used: Bools = np.isfinite(x) & np.isfinite(w) & (w != 0)
    return used, x[used], w[used]


def _why(x: Floats, w: Floats) -> str:
    if len(x) < 2:
        return "too_few"
    if (x < 0).any() or (w < 0).any():
        return "negative"
    return "" if x.max() > 0 else "all_zero"
