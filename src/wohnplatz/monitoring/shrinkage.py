"""Shrinkage: what small areas show beyond chance. The smoothed value stands beside the raw one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from .intervals import Floats, Numbers, Words, exposures, shares

Groups = npt.NDArray[Any] | list[int] | list[str] | None


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """Raw and smoothed figures of n areas; NaN where an area has none."""

    raw: Floats
    """(n,) count / base."""
    smoothed: Floats
    """(n,) the raw value drawn towards its group."""
    weight: Floats
    """(n,) share of the area's own value, 0 … 1."""
    mean: Floats
    """(n,) what it is drawn towards: the value of its group, a ratio of sums."""
    reason: Words
    """(n,) see ``intervals.Interval``."""


def empirical_bayes(count: Numbers, base: Numbers, groups: Groups = None) -> Shrunk:
    r"""Empirical Bayes rates of ``count`` / ``base`` (both (n,)), towards the rate of all or of the group.

    .. math:: m = \frac{\sum O_i}{\sum P_i},\quad s^2 = \frac{\sum P_i (x_i - m)^2}{\sum P_i},\quad
              a = \max\left(0,\; s^2 - \frac{m}{\bar P}\right),\quad w_i = \frac{a}{a + m/P_i}

    and :math:`w_i x_i + (1 - w_i) m`. ``groups`` (n,) numbers or names the municipalities; each is a group of
    its own. Where the variance between areas is negative by this estimate it is 0: all areas of the group
    then get its rate. A group of one area keeps its value.

    Source: R. J. Marshall, Applied Statistics 40 (1991) 283–294. Checked against published rates of
    sudden infant deaths in North Carolina and against esda, which does not set negative variance to 0.
    """
    x, n, reason = exposures(count, base)
    raw = x / n
    group, size = _numbered(groups, raw)
    mean = _of_groups(group, size, x) / _of_groups(group, size, n)
    centre = mean[group]
    spread = _of_groups(group, size, n * (raw - centre) ** 2) / _of_groups(group, size, n)
    number = _of_groups(group, size, np.where(reason == "", 1.0, np.nan))
    between = np.maximum(0.0, spread - mean * number / _of_groups(group, size, n))[group]
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = np.where(between > 0, between / (between + centre / n), 0.0)
    weight = np.where(reason == "", np.where(number[group] == 1, 1.0, weight), np.nan)
    centre = np.where(reason == "", centre, np.nan)
    return Shrunk(raw, weight * raw + (1 - weight) * centre, weight, centre, reason)


def logit_shrinkage(count: Numbers, total: Numbers, groups: Groups = None) -> Shrunk:
    r"""Shares ``count`` / ``total`` (both (n,)), drawn towards that of their group on the logit scale.

    .. math:: y_i = \ln\frac{x_i + ½}{n_i - x_i + ½},\quad v_i = \frac{1}{x_i + ½} + \frac{1}{n_i - x_i + ½},
              \quad w_i = \frac{\tau^2}{\tau^2 + v_i}

    and the inverse logit of :math:`w_i y_i + (1 - w_i) \mu_g`, with :math:`\mu_g` the empirical logit of the
    group's sums. :math:`\tau^2`, common to all groups, is what areas differ by within them beyond chance
    (``between_variance``). A group of one area keeps its value; results stay inside 0 … 1.

    Source: D. R. Cox, E. J. Snell, Analysis of Binary Data, 2nd ed. 1989 (empirical logit);
    R. DerSimonian, N. Laird, Controlled Clinical Trials 7 (1986) 177–188.
    """
    x, n, reason = shares(count, total)
    group, size = _numbered(groups, x)
    y, v = _logit(x, n)
    sums = _of_groups(group, size, x), _of_groups(group, size, n)
    centre, _ = _logit(*sums)
    tau2 = between_variance(y, v, group)
    alone = _of_groups(group, size, np.where(reason == "", 1.0, np.nan))[group] == 1
    weight = np.where(alone, 1.0, tau2 / (tau2 + v))
    smoothed = special.expit(weight * y + (1 - weight) * centre[group])
    raw = x / n
    mean = np.where(reason == "", (sums[0] / sums[1])[group], np.nan)
    weight = np.where(reason == "", weight, np.nan)
    return Shrunk(raw, np.where(alone & (reason == ""), raw, smoothed), weight, mean, reason)


def between_variance(value: Floats, variance: Floats, groups: Groups = None) -> float:
    r"""Variance of ``value`` (n,) between areas within groups beyond their own ``variance`` (n,), at least 0.

    .. math:: \tau^2 = \max\left(0, \frac{Q - (k - G)}{\sum_g (\sum w - \sum w^2 / \sum w)}\right),\quad
              Q = \sum w_i (y_i - \bar y_g)^2,\quad w_i = 1/v_i

    NaN rows are left out. 0 where no group has two areas.

    Source: R. DerSimonian, N. Laird, Controlled Clinical Trials 7 (1986) 177–188.
    """
    group, size = _numbered(groups, value)
    w = np.where(np.isnan(value) | np.isnan(variance), np.nan, 1 / variance)
    total = _of_groups(group, size, w)
    centre = _of_groups(group, size, w * value) / total
    q = np.nansum(w * (value - centre[group]) ** 2)
    degrees = np.isfinite(w).sum() - np.isfinite(total).sum()
    scale = np.nansum(total - _of_groups(group, size, w * w) / total)
    return max(0.0, float((q - degrees) / scale)) if degrees > 0 else 0.0


def _logit(x: Floats, n: Floats) -> tuple[Floats, Floats]:
    yes, no = x + 0.5, n - x + 0.5
    return np.log(yes / no), 1 / yes + 1 / no


def _numbered(groups: Groups, like: Floats) -> tuple[npt.NDArray[np.intp], int]:
    """Groups as numbers from 0; one group where none are given."""
    if groups is None:
        return np.zeros(len(like), dtype=np.intp), 1
    names, number = np.unique(np.asarray(groups), return_inverse=True)
    if number.shape != like.shape:
        raise ValueError(f"groups must have length {len(like)}, not shape {number.shape}")
    return number, len(names)


def _of_groups(group: npt.NDArray[np.intp], size: int, values: Floats) -> Floats:
    """Sum by group over what is no NaN; NaN for a group without any number."""
    known = ~np.isnan(values)
    sums = np.bincount(group[known], weights=values[known], minlength=size)
    present = np.bincount(group[known], minlength=size) > 0
    return np.where(present, sums, np.nan)
