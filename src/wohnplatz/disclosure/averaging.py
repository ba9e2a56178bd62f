"""How sharply answers with chance deviations can be averaged: the best an intruder can do with all of them.

Each answer carries its own noise of the same variance. Whoever adds and subtracts answers estimates any sum
that they span; the fewer of the deviations are left in it, the nearer he comes to the truth.

Source: Asghar and Kaafar (2020), Averaging attacks on bounded noise-based disclosure control algorithms.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Floats = npt.NDArray[np.float64]

SURE = 1000.0
"""What is known without noise counts as this many times as sure as an answer."""
TINY = 1e-6


def variances(answers: sp.csr_array, asked: sp.csr_array, known: sp.csr_array | None = None) -> Floats:
    """Variance of the best unbiased linear estimate of each of the sums ``asked`` (k, n), shape (k,).

    ``answers`` (q, n) are the sums that were answered, ``known`` (e, n) sums that everybody knows exactly.
    In units of the variance of one answer; infinite where the answers do not span the sum. The estimate is
    that of least squares: of all weights that reproduce the sum those with the smallest sum of squares.
    """
    parts = [answers] if known is None or not known.shape[0] else [answers, known * SURE]
    rows = sp.csr_array(sp.vstack(parts, format="csr")).astype(np.float64)
    used = np.unique(rows.indices)
    outside = np.asarray(abs(asked) @ ~np.isin(np.arange(asked.shape[1]), used)) > 0
    result = np.full(asked.shape[0], np.inf)
    inside = np.flatnonzero(~outside)
    if not len(inside) or not len(used):
        return result
    columns, targets = rows[:, used].toarray().T, asked[inside][:, used].toarray().T.astype(np.float64)
    weights = np.linalg.lstsq(columns, targets, rcond=None)[0]
    spanned = np.abs(columns @ weights - targets).max(axis=0) < TINY
    result[inside[spanned]] = (weights[:, spanned] ** 2).sum(axis=0)
    return result
