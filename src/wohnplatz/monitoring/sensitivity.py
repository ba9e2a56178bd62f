"""How much an index depends on its making: weights, single indicators, the family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .families import FamilyResult, Scheme, finish, index_values
from .quantiles import ranks

Floats = npt.NDArray[np.float64]
Classify = Callable[[Floats], npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """For n areas; NaN (ranks) or 0 (classes) for those without index."""

    rank: Floats
    """(n,) rank of the index as it is, 1 = most burden."""
    low: Floats
    """(n,) 5th percentile of the ranks over the draws."""
    high: Floats
    """(n,) 95th percentile."""
    same_class: Floats
    """(n,) share of the draws that leave the class as it is."""
    without: Floats
    """(k, n) change of rank when one indicator is left out; positive: towards less burden."""
    most_influential: npt.NDArray[np.int64]
    """(n,) the indicator without which the area moves most, −1 where none moves it."""


def sensitivity(  # noqa: PLR0913 -- data, scheme, classes and how to draw
    values: npt.NDArray[np.floating],
    scheme: Scheme,
    classify: Classify,
    *,
    use: npt.NDArray[np.bool_] | None = None,
    draws: int = 500,
    spread: float = 0.5,
    seed: int = 0,
) -> Sensitivity:
    """How rank and class of each area move when the weights vary, and when one indicator is left out.

    Each draw multiplies every weight by a factor between 1 − ``spread`` and 1 + ``spread`` (uniform, seeded);
    themes keep their own weights. ``classify`` makes classes (n,) from a score (n,), 0 for none.

    Source: M. Saisana, A. Saltelli, S. Tarantola, Uncertainty and sensitivity analysis techniques as tools
    for the quality assessment of composite indicators, JRSS A 168 (2005) 307–323.
    """
    x = np.asarray(values, dtype=np.float64)
    base = index_values(x, scheme, use)
    rank, own = ranks(base.score), classify(base.score)
    chance = np.random.default_rng(seed)
    drawn, kept = np.full((draws, len(x)), np.nan), np.zeros((draws, len(x)))
    for d in range(draws):
        factor = chance.uniform(1 - spread, 1 + spread, len(scheme.weights))
        varied = replace(scheme, weights=tuple(np.asarray(scheme.weights) * factor))
        score = _again(base, varied)
        drawn[d], kept[d] = ranks(score), classify(score) == own
    known = np.isfinite(rank)
    low, high = np.full(len(x), np.nan), np.full(len(x), np.nan)
    if known.any():
        low[known], high[known] = np.quantile(drawn[:, known], [0.05, 0.95], axis=0)
    same = np.where(known, kept.mean(axis=0), np.nan)
    without = np.array([_left_out(base, scheme, j, rank) for j in range(x.shape[1])])
    moved = np.nan_to_num(np.abs(without))
    most = np.where(moved.max(axis=0) > 0, moved.argmax(axis=0), -1)
    return Sensitivity(rank, low, high, same, without, most)


def _again(base: FamilyResult, scheme: Scheme) -> Floats:
    """The index (n,) with other weights: what the indicators bring in does not depend on them."""
    score = np.full(len(base.score), np.nan)
    rows = np.isfinite(base.contributions).any(axis=1)
    if rows.any():
        score[rows] = finish(base.contributions[rows], scheme, range(len(scheme.groups)))
    return score


def _left_out(base: FamilyResult, scheme: Scheme, j: int, rank: Floats) -> Floats:
    """Change of rank without indicator ``j``; NaN where nothing is left of the index."""
    weights = tuple(0.0 if i == j else w for i, w in enumerate(scheme.weights))
    if not any(weights):
        return np.full(len(rank), np.nan)
    return ranks(_again(base, replace(scheme, weights=weights))) - rank
