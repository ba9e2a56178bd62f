"""The composite index by the method of the Berlin *Monitoring Soziale Stadtentwicklung*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_NEGLIGIBLE = 1e-12
"""Spread, relative to the size of the numbers, below which a column counts as constant: rates that are
equal but for the last bits must not be blown up to z-values of ±1."""


@dataclass(frozen=True, slots=True, eq=False)
class IndexResult:
    """Index of n areas from k indicators; NaN stands for every area that was not used."""

    z: Floats
    """Shape (n, k): standardised indicators."""
    total: Floats
    """Shape (n,): weighted sum of the z-values."""
    index: Floats
    """Shape (n,): the sum, standardised again."""
    used: Bools
    """Shape (n,): which areas went into mean and standard deviation."""
    constant: Bools
    """Shape (k,): indicators with the same value in all used areas; they contribute 0."""


def standardised_sum(
    values: npt.NDArray[np.floating],
    weights: Sequence[float] | npt.NDArray[np.floating] | None = None,
    use: Bools | None = None,
) -> IndexResult:
    r"""Weighted sum of standardised indicators, standardised again.

    .. math:: z_{ij} = \frac{x_{ij} - \bar x_j}{s_j},\quad t_i = \sum_j w_j z_{ij},\quad
              I_i = \frac{t_i - \bar t}{s_t}

    Mean and standard deviation run unweighted over the used areas, with the population form of the standard
    deviation (divisor n); nothing is rounded in between.

    Parameters: ``values`` of shape (n, k), one row an area, one column an indicator; ``weights`` of length k
    (not negative, not all 0), all 1 by default, scale of no importance for the index; ``use`` of length n
    leaves areas out by declaration. An area with a NaN or infinite value in any column is not used.

    An indicator that is the same in all used areas says nothing about their difference: it contributes 0 and
    is named in ``constant``. If no sum differs, every index is 0. With fewer than two usable areas there is
    nothing to compare with: no area is used and every number is NaN.

    Raises ``ValueError`` for wrong shapes or weights.

    Source: Senatsverwaltung für Stadtentwicklung und Wohnen Berlin, Monitoring Soziale Stadtentwicklung,
    tables of z-values and indices. Checked against those of 2013, 2015 and 2017 (``tests/oracle``).

    >>> result = standardised_sum(np.array([[2, 4], [4, 8], [6, 6], [9, np.nan]]))
    >>> result.index.round(4).tolist()
    [-1.4142, 0.7071, 0.7071, nan]
    >>> result.used.tolist()
    [True, True, True, False]
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 2:
        raise ValueError(f"values must have shape (areas, indicators), not {x.shape}")
    n, k = x.shape
    w = _weights(weights, k)
    used: Bools = np.logical_and.reduce(np.isfinite(x), axis=1)
    if use is not None:
        if np.shape(use) != (n,):
            raise ValueError(f"use must have length {n}, not shape {np.shape(use)}")
        used &= np.asarray(use, dtype=np.bool_)
    z, total, index = np.full((n, k), np.nan), np.full(n, np.nan), np.full(n, np.nan)
    if used.sum() < 2:
        return IndexResult(z, total, index, np.zeros(n, dtype=np.bool_), np.zeros(k, dtype=np.bool_))
    z[used], constant = _standardise(x[used], np.abs(x[used]).max(axis=0, initial=0.0))
    total[used] = z[used] @ w
    again, _ = _standardise(total[used, None], w.sum(keepdims=True))
    index[used] = again[:, 0]
    return IndexResult(z, total, index, used, constant)


def index_classes(index: npt.NDArray[np.floating], limits: Sequence[float]) -> npt.NDArray[np.int64]:
    """Class of each area, numbered from 1 (least burden) to ``len(limits) + 1``; 0 where ``index`` is NaN.

    ``index`` of shape (n,) is taken unrounded; ``limits`` ascend. A value equal to a limit belongs to the
    class on the side of 0, the mean: with the limits −1, 1 and 1.5 the classes are x < −1, −1 ≤ x ≤ 1,
    1 < x ≤ 1.5 and x > 1.5, as the Berlin monitoring publishes them.

    Raises ``ValueError`` if the limits do not ascend or are not finite.

    Source: class limits in the published tables of the Monitoring Soziale Stadtentwicklung Berlin 2013–2019.

    >>> index_classes(np.array([-1.01, -1, 0, 1, 1.5, 1.51, np.nan]), (-1, 1, 1.5)).tolist()
    [1, 2, 2, 2, 3, 4, 0]
    """
    x = np.asarray(index, dtype=np.float64)
    if not np.isfinite(limits).all() or any(a >= b for a, b in pairwise(limits)):
        raise ValueError(f"limits must be finite and ascend: {tuple(limits)}")
    result = np.ones(x.shape, dtype=np.int64)
    for limit in limits:
        result += (x >= limit) if limit < 0 else (x > limit)
    result[np.isnan(x)] = 0
    return result


def _weights(weights: Sequence[float] | npt.NDArray[np.floating] | None, k: int) -> Floats:
    if weights is None:
        return np.ones(k)
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != (k,):
        raise ValueError(f"weights must have length {k}, not shape {w.shape}")
    if not np.isfinite(w).all() or (w < 0).any() or not (w > 0).any():
        raise ValueError(f"weights must be finite, not negative and not all 0: {w.tolist()}")
    return w


def _standardise(x: Floats, scale: Floats) -> tuple[Floats, Bools]:
    """z-values by column (population form) and which columns are constant, measured against ``scale``."""
    constant: Bools = np.ptp(x, axis=0) <= _NEGLIGIBLE * scale
    sd = np.where(constant, 1.0, x.std(axis=0))
    return np.where(constant, 0.0, (x - x.mean(axis=0)) / sd), constant
