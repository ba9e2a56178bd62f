"""The band in which a value is expected after its own earlier values (docs/methoden/pruefungen.md)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

USED_YEARS = 5
"""The newest earlier values that the expected value is taken from."""
ENOUGH = 3
"""Fewer earlier values than this say nothing about the spread."""
MAD_TO_SD = 1.4826
"""Median absolute deviation → standard deviation of a normal distribution (Rousseeuw & Croux 1993)."""
DISPERSION = 1.5
"""Counts of persons vary more than Poisson's law says, because persons come in households."""
STEEPEST = 0.15
"""Largest yearly change (log) that is carried on as a trend."""


@dataclass(frozen=True, slots=True)
class Width:
    """How wide a band is: ``deviations`` standard deviations, but never less than ``relative``.

    ``few`` is the ratio that is still expected where there are fewer than ``ENOUGH`` earlier values.
    """

    deviations: float
    relative: float = 0.25
    few: float = 2.5


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Two expected values and the half width around them on the log scale (n each); NaN where unknown.

    ``centre`` follows the trend, ``last`` is the newest earlier value: after a turn of the trend a value
    near the last one is no jump, and after a single false value one near the others is none.
    """

    centre: Floats
    last: Floats
    half: Floats
    counted: bool

    def distance(self, value: Floats, shift: float = 0.0) -> Floats:
        """By how much (log, signed, n) a value lies beyond the nearer of both; 0 between them."""
        y = logs(value, self.counted) - shift
        low, high = np.minimum(self.centre, self.last), np.maximum(self.centre, self.last)
        return np.where(y > high, y - high, np.where(y < low, y - low, y - y))

    def limits(self, shift: float = 0.0) -> tuple[Floats, Floats]:
        """Lower and upper end (n each) as values; ``shift`` is a change (log) that is common to all."""
        offset = 0.5 if self.counted else 0.0
        low = np.exp(np.minimum(self.centre, self.last) + shift - self.half) - offset
        return np.maximum(low, 0.0), np.exp(np.maximum(self.centre, self.last) + shift + self.half) - offset


def deviations(tests: int, false_alarms: float) -> float:
    """How many standard deviations a band needs so that ``tests`` values give ``false_alarms`` in the mean.

    >>> round(deviations(100, 0.1), 2)
    3.29
    """
    return NormalDist().inv_cdf(1 - min(false_alarms / (2 * max(tests, 1)), 0.25))


def logs(values: Floats, counted: bool) -> Floats:
    """Logarithms; half a case is added to counts, so that zero has one. NaN for what has none."""
    shifted = values + 0.5 if counted else values
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(shifted > 0, np.log(shifted), np.nan)
    return found


def expected(earlier: Floats, ages: Floats, *, counted: bool, width: Width) -> Band:
    """The band for n series from ``earlier`` (k, n) values, which lie ``ages`` (k) years back, newest first.

    On the log scale: the trend is the median of the yearly changes; every one of the ``USED_YEARS`` newest
    values is carried on by it to this year; their median is expected, their MAD is the spread, averaged with
    that of all n series. For counts the spread of a Poisson count (times ``DISPERSION``) comes on top.
    """
    y = logs(earlier, counted)
    used, back = y[:USED_YEARS], ages[:USED_YEARS, None]
    number = (~np.isnan(y)).sum(axis=0)
    trend = np.where(number >= ENOUGH, np.clip(np.nan_to_num(_slopes(y, ages)), -STEEPEST, STEEPEST), 0.0)
    carried = used + trend * back
    centre = median(carried)
    spread = MAD_TO_SD * median(np.abs(carried - centre))
    known = (number >= ENOUGH) & ~np.isnan(spread)
    pooled = float(np.median(spread[known])) if known.any() else 0.0
    chance = DISPERSION / np.maximum(np.exp(centre), 0.5) if counted else np.zeros_like(centre)
    half = width.deviations * np.sqrt((spread**2 + pooled**2) / 2 + chance * (1 + 1 / np.maximum(number, 1)))
    few = np.maximum(width.deviations * np.sqrt(2 * chance), np.log(width.few))
    half = np.maximum(np.where(known, half, few), np.log1p(width.relative))
    return Band(centre, _newest(y), np.where(number > 0, half, np.nan), counted)


def _newest(y: Floats) -> Floats:
    """The first known value of each column (n); NaN where there is none."""
    first = np.argmax(~np.isnan(y), axis=0)
    found: Floats = y[first, np.arange(y.shape[1])]
    return found


def _slopes(y: Floats, ages: Floats) -> Floats:
    """Median yearly change of each series (n), from neighbouring known values; NaN where there is none."""
    if len(y) < 2:
        return np.full(y.shape[1], np.nan)
    steps = (y[:-1] - y[1:]) / (ages[1:] - ages[:-1])[:, None]
    return median(steps)


def median(values: Floats) -> Floats:
    """Median along the first axis without NaN; NaN where there is nothing else."""
    with warnings.catch_warnings():
        # An empty column is an answer here, not a mistake.
        warnings.simplefilter("ignore", RuntimeWarning)
        found: Floats = np.nanmedian(values, axis=0)
    return found
