"""Sample quantiles, ranks and the classes they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Classed = npt.NDArray[np.int64]

TYPES: Mapping[int, str] = MappingProxyType(
    {
        1: "inverted_cdf", 2: "averaged_inverted_cdf", 3: "closest_observation",
        4: "interpolated_inverted_cdf", 5: "hazen", 6: "weibull", 7: "linear", 8: "median_unbiased",
        9: "normal_unbiased",
    }
)  # fmt: skip
"""Types of Hyndman and Fan by their number, under numpy's names."""
LIMITS = ("up", "down", "even")
TIES = ("min", "average", "max", "dense", "ordinal")


def quantile(values: npt.NDArray[np.floating], probabilities: Sequence[float], *, kind: int = 7) -> Floats:
    """Quantiles of ``values`` (n,) at ``probabilities`` (m,), by type ``kind`` of Hyndman and Fan.

    Values that are no finite numbers are left out; without any every quantile is NaN. ``ValueError`` for a
    type other than 1 to 9.

    Source: R. J. Hyndman and Y. Fan, Sample quantiles in statistical packages, The American Statistician 50
    (1996) 361–365. The numbers below are R's ``quantile(c(1, 2, 4, 8, 16), 0.3, type = …)``.

    >>> [round(float(quantile(np.array([1, 2, 4, 8, 16]), [0.3], kind=t)[0]), 4) for t in (1, 4, 6, 7, 8, 9)]
    [2.0, 1.5, 1.8, 2.4, 1.9333, 1.95]
    """
    if kind not in TYPES:
        raise ValueError(f"there is no quantile type {kind}; types are 1 to 9")
    x = np.asarray(values, dtype=np.float64)
    x = x[np.isfinite(x)]
    if not x.size:
        return np.full(len(probabilities), np.nan)
    found: Floats = np.quantile(x, np.asarray(probabilities, dtype=np.float64), method=TYPES[kind])  # type: ignore[call-overload]
    return found


def quantile_classes(values: npt.NDArray[np.floating], count: int, *, kind: int = 7) -> Classed:
    """Class of each value (n,), 1 to ``count``, by its quantiles; 0 where there is no number.

    Classes are left-closed: a value equal to a limit belongs to the class above it, the largest to the last.
    With ``kind`` 9 this is how the German index of deprivation (GISD) makes quintiles and deciles. Where all
    values are equal the classes say nothing: everything is in the last one, as that rule has it.
    """
    x = np.asarray(values, dtype=np.float64)
    limits = quantile(x, [j / count for j in range(1, count)], kind=kind)
    known = np.isfinite(x)
    result: Classed = np.where(known, np.searchsorted(limits, np.where(known, x, 0.0), side="right") + 1, 0)
    return result


def ranks(values: npt.NDArray[np.floating], *, highest_first: bool = True, ties: str = "min") -> Floats:
    """Rank of each value (n,), 1 for the highest; NaN where there is no number.

    ``ties``: what equal values get, one of ``TIES`` (as in ``scipy.stats.rankdata``).
    """
    if ties not in TIES:
        raise ValueError(f"ties must be one of {', '.join(TIES)}, not {ties!r}")
    x = np.asarray(values, dtype=np.float64)
    known = np.isfinite(x)
    result = np.full(x.shape, np.nan)
    result[known] = _ranked(-x[known] if highest_first else x[known], ties)
    return result


def _ranked(x: Floats, ties: str) -> Floats:
    """Rank of each number, 1 for the lowest."""
    if ties == "ordinal":
        order = np.empty(len(x))
        order[np.argsort(x, kind="stable")] = np.arange(1, len(x) + 1)
        return order
    _, place, count = np.unique(x, return_inverse=True, return_counts=True)
    last = np.cumsum(count, dtype=np.float64)
    first = last - count + 1
    if ties == "average":
        first = (first + last) / 2
    ranked: Floats = {"max": last, "dense": np.arange(1.0, len(count) + 1)}.get(ties, first)[place]
    return ranked


def rank_classes(rank: npt.NDArray[np.floating], count: int, *, limit: str = "up") -> Classed:
    """Class 1 to ``count`` of each of N ranks, 0 where there is no rank; rank 1 is in class 1.

    ``limit``: where the limit of a class falls between two ranks, the area on it belongs to the class below
    (``up``, ⌊(rank − 1)·count/N⌋ + 1: Wales, 191 of 1,909 in the first tenth) or above it (``down``,
    ⌈rank·count/N⌉: England 3,284 of 32,844, Scotland 1,395 of 6,976 in the first fifth); ``even`` gives the
    first classes one more each, as R's ``dplyr::ntile``. ``ValueError`` for another word.

    >>> rank_classes(np.arange(1, 8.0), 3).tolist()
    [1, 1, 1, 2, 2, 3, 3]
    >>> rank_classes(np.arange(1, 8.0), 3, limit="down").tolist()
    [1, 1, 2, 2, 3, 3, 3]
    >>> rank_classes(np.arange(1, 9.0), 3, limit="even").tolist()
    [1, 1, 1, 2, 2, 2, 3, 3]
    """
    if limit not in LIMITS:
        raise ValueError(f"limit must be one of {', '.join(LIMITS)}, not {limit!r}")
    r = np.asarray(rank, dtype=np.float64)
    known = np.isfinite(r)
    n = max(int(known.sum()), 1)
    place = np.where(known, r, 1.0)
    if limit == "up":
        found = np.floor((place - 1) * count / n) + 1
    elif limit == "down":
        found = np.ceil(place * count / n)
    else:
        small, more = divmod(n, count)
        long = more * (small + 1)
        beyond = more + 1 + np.floor((place - 1 - long) / max(small, 1))
        found = np.where(place <= long, np.floor((place - 1) / (small + 1)) + 1, beyond)
    result: Classed = np.where(known, found, 0).astype(np.int64)
    return result


def percentile_ranks(values: npt.NDArray[np.floating], *, decimals: int | None = None) -> Floats:
    """Percentile rank (rank − 1)/(N − 1) of each value, by column of ``values`` (n,) or (n, k), lowest 0.

    Equal values take the smallest of their ranks; N counts the numbers of the column, others stay NaN. A
    single number has nothing to be ranked against and gets NaN. ``decimals`` rounds as a publisher did.

    Source: CDC/ATSDR, Social Vulnerability Index, documentation 2018 (rounded to four places).

    >>> percentile_ranks(np.array([3.0, 1, np.nan, 3, 8])).round(4).tolist()
    [0.3333, 0.0, nan, 0.3333, 1.0]
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim == 2:
        return np.column_stack([percentile_ranks(column, decimals=decimals) for column in x.T])
    n = int(np.isfinite(x).sum())
    if n < 2:
        return np.full(x.shape, np.nan)
    p: Floats = (ranks(x, highest_first=False) - 1) / (n - 1)
    return p if decimals is None else np.round(p, decimals)
