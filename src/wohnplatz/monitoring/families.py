"""Families of composite indices: how single indicators become one number.

Every family turns the indicators of an area into *contributions* that may be weighted and added, and then
finishes the sum. High is burden everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from ..model import IndexFamily
from .index import _NEGLIGIBLE, standardised_sum
from .quantiles import percentile_ranks, ranks

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TOTALS = ("", "standardised", "sum", "mean")
DECAY = 23.0
"""Constant of the exponential transform: the most deprived tenth of the areas holds half of the range."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """How k indicators (columns) are made one index."""

    family: IndexFamily
    weights: tuple[float, ...]
    """(k,) not negative, not all 0."""
    turned: tuple[bool, ...] = ()
    """(k,) columns in which high is good; empty for none."""
    themes: tuple[tuple[int, ...], ...] = ()
    """Columns of each theme; empty: one theme of all. Every column belongs to one theme."""
    theme_weights: tuple[float, ...] = ()
    """One for each theme; empty: all 1."""
    exceedance_sd: float = 0.0
    """An indicator counts as exceeded above its mean plus this many standard deviations."""
    exceedance_rank: float | None = None
    """Instead: from this percentile rank on (0 to 1), as the flags of the CDC SVI from 0.9."""
    exceedance_limits: tuple[float, ...] = ()
    """Instead: above a limit of its own, (k,); NaN for an indicator that has none."""
    decimals: int | None = None
    """Places that percentile ranks are rounded to; None for none."""
    ties: str = "min"
    """What equal values of the exponential family get."""
    total: str = ""
    """How the weighted contributions of z-sum and exponential family become the index: ``standardised``,
    ``sum`` (weights as they are given) or ``mean``; empty for what is usual in the family."""
    pooled: bool = False
    """With several groups (years): components from all of them together, not from each by itself."""
    common_range: bool = False
    """With several groups: themes brought to 0…1 over all of them together."""

    def __post_init__(self) -> None:
        """Hold shapes and weights."""
        k, w = len(self.weights), np.asarray(self.weights)
        if not k or not np.isfinite(w).all() or (w < 0).any() or not (w > 0).any():
            raise ValueError(f"weights must be finite, not negative and not all 0: {self.weights}")
        if self.turned and len(self.turned) != k:
            raise ValueError(f"{len(self.turned)} polarities for {k} indicators")
        if self.themes and sorted(c for t in self.themes for c in t) != list(range(k)):
            raise ValueError(f"each of the {k} indicators must belong to one theme: {self.themes}")
        if self.theme_weights and len(self.theme_weights) != len(self.themes):
            raise ValueError(f"{len(self.theme_weights)} weights for {len(self.themes)} themes")
        if self.exceedance_limits and len(self.exceedance_limits) != k:
            raise ValueError(f"{len(self.exceedance_limits)} limits for {k} indicators")
        if self.total not in TOTALS:
            raise ValueError(f"total must be one of {', '.join(TOTALS[1:])}, not {self.total!r}")

    @property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """The themes, or one of all columns."""
        return self.themes or (tuple(range(len(self.weights))),)

    @property
    def group_weights(self) -> Floats:
        """(t,) weight of each theme."""
        return np.asarray(self.theme_weights or (1.0,) * len(self.groups))


@dataclass(frozen=True, slots=True, eq=False)
class FamilyResult:
    """An index of n areas; NaN for every area that was not used."""

    score: Floats
    """(n,) the index; high = burden."""
    themes: Floats
    """(n, t) the same for each theme."""
    contributions: Floats
    """(n, k) what each indicator brings in before it is weighted."""
    used: Bools
    """(n,)"""
    constant: Bools
    """(k,) indicators that are the same everywhere: they tell no area from another."""
    reason: str
    """Why nothing is computed (``too_few_areas``, ``all_constant``), empty otherwise."""


def index_values(values: npt.NDArray[np.floating], scheme: Scheme, use: Bools | None = None) -> FamilyResult:
    r"""The index of n areas from k indicators, ``values`` (n, k), by the family of ``scheme``.

    An area with a value that is no finite number is not used, neither for itself nor for the means of
    others; in the percentile family it lacks only that indicator, its theme and the whole, as its publisher
    has it. ``use`` (n,) leaves more out. With fewer than two areas nothing is computed. An indicator that
    is the same in all areas contributes 0; if that is true of all, the reason says so and there is no index,
    for 0 would look like an average.

    - ``Z_SUM``: :math:`\sum w_j z_j`, standardised again (Berlin, Hamburg); see ``index.standardised_sum``.
    - ``PERCENTILE``: percentile ranks, weighted, added by theme and over the themes, ranked again (CDC SVI).
    - ``EXPONENTIAL``: :math:`X = -23 \ln(1 - R(1 - e^{-100/23}))` of the scaled rank
      :math:`R = (N - \text{rank} + 1)/N` with rank 1 for the most burdened; weighted mean (IMD).
    - ``PCA``: first component of the correlation matrix of each theme, signed so that it rises with the sum
      of its indicators, min–max; weighted sum of the themes, min–max again (GISD).
    - ``EXCEEDANCE``: weighted number of indicators above mean + k·sd (population form), from a percentile
      rank on, or above limits of their own.

    Sources: docs/methoden/sozialindex.md names one for each family.
    """
    x = np.array(values, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] != len(scheme.weights):
        raise ValueError(f"values must have shape (areas, {len(scheme.weights)}), not {x.shape}")
    known = np.isfinite(x)
    x[~known] = np.nan
    ranked = scheme.family is IndexFamily.PERCENTILE or scheme.exceedance_rank is not None
    used = known.any(axis=1) if ranked else known.all(axis=1)
    if use is not None:
        used = used & np.asarray(use, dtype=np.bool_)
    n, t = len(x), len(scheme.groups)
    empty = np.full(n, np.nan), np.full((n, t), np.nan), np.full(x.shape, np.nan)
    if used.sum() < 2:
        return FamilyResult(*empty, np.zeros(n, np.bool_), np.zeros(x.shape[1], np.bool_), "too_few_areas")
    seen = x[used]
    constant = _constant(seen)
    if constant.all():
        return FamilyResult(*empty, np.zeros(n, np.bool_), constant, "all_constant")
    given = contributions(seen, scheme)
    theme = np.column_stack([finish(given, scheme, [g]) for g in range(t)])
    score = finish(given, scheme, range(t))
    for result, part in zip(empty, (score, theme, given), strict=True):
        result[used] = part
    return FamilyResult(*empty, np.isfinite(empty[0]), constant, "")


def pooled_values(
    values: npt.NDArray[np.floating],
    scheme: Scheme,
    groups: Sequence[npt.NDArray[np.int64]],
    use: Bools | None = None,
) -> FamilyResult:
    """An index by components that are found over several groups (years) of rows together.

    ``groups`` holds the rows of each. Components and standardisation run over all of them; themes are
    brought to 0…1 over all (``scheme.common_range``) or in each group, the index in each group by itself:
    so the German index of deprivation has it since 2022 (over all) and 2024 (in each). Otherwise as
    ``index_values``; a group of which all parts are equal gets 0, for it is compared with others.
    """
    whole = index_values(values, scheme, use)
    if whole.reason:
        return whole
    used = whole.used
    raw = np.full(whole.themes.shape, np.nan)
    for t, columns in enumerate(scheme.groups):
        raw[used, t] = _component(whole.contributions[used][:, columns], scheme, t)
    themes, score = np.full_like(raw, np.nan), np.full(len(raw), np.nan)
    ranges = [np.arange(len(raw))] if scheme.common_range else groups
    for rows in ranges:
        seen = rows[used[rows]]
        themes[seen] = np.column_stack([_unit(column) for column in raw[seen].T])
    for rows in groups:
        seen = rows[used[rows]]
        score[seen] = _unit(themes[seen] @ scheme.group_weights)
    return replace(whole, score=score, themes=themes)


def _constant(seen: Floats) -> Bools:
    """(k,) columns that are the same everywhere, or have no number at all."""
    filled = np.where(np.isfinite(seen), seen, np.nan)
    known = np.isfinite(filled).any(axis=0)
    low, high = np.full(seen.shape[1], 0.0), np.full(seen.shape[1], 0.0)
    low[known], high[known] = np.nanmin(filled[:, known], axis=0), np.nanmax(filled[:, known], axis=0)
    result: Bools = high - low <= _NEGLIGIBLE * np.maximum(np.abs(low), np.abs(high))
    return result


def contributions(seen: Floats, scheme: Scheme) -> Floats:
    """What each indicator brings in, (n, k), from complete rows ``seen`` (n, k)."""
    turned = np.asarray(scheme.turned or (False,) * seen.shape[1])
    return _CONTRIBUTIONS[scheme.family](seen, turned, scheme)


def finish(given: Floats, scheme: Scheme, themes: Sequence[int] | range) -> Floats:
    """The index (n,) of some themes from contributions (n, k)."""
    if scheme.family is IndexFamily.PCA:
        parts = np.column_stack([_unit(_component(given[:, scheme.groups[t]], scheme, t)) for t in themes])
        return _unit(parts @ scheme.group_weights[list(themes)])
    weight = combined_weights(scheme, themes)
    counted = weight > 0  # a missing indicator that does not count must not spoil the sum
    return _FINISH[scheme.family](given[:, counted] @ weight[counted], weight, scheme)


def combined_weights(scheme: Scheme, themes: Sequence[int] | range) -> Floats:
    """(k,) weight of each indicator times that of its theme; 0 outside ``themes``."""
    weight = np.zeros(len(scheme.weights))
    for t in themes:
        columns = list(scheme.groups[t])
        weight[columns] = np.asarray(scheme.weights)[columns] * scheme.group_weights[t]
    return weight


def exponential_transform(scaled_rank: npt.NDArray[np.floating]) -> Floats:
    """X = −23·ln(1 − R·(1 − e^(−100/23))) of scaled ranks R in (0, 1]; 100 for the most burdened area.

    Source: Noble et al., Measuring multiple deprivation at the small-area level (2006); Welsh Government,
    WIMD 2019 technical report.

    >>> exponential_transform(np.array([0.1, 0.5, 0.9, 1.0])).round(4).tolist()
    [2.3903, 15.6468, 50.4267, 100.0]
    """
    r = np.asarray(scaled_rank, dtype=np.float64)
    result: Floats = -DECAY * np.log(1 - r * (1 - np.exp(-100 / DECAY)))
    return result


def _z(seen: Floats, turned: Bools, scheme: Scheme) -> Floats:
    return standardised_sum(np.where(turned, -seen, seen)).z


def _percentile(seen: Floats, turned: Bools, scheme: Scheme) -> Floats:
    p = percentile_ranks(seen, decimals=scheme.decimals)
    p = np.where(turned, 1 - p, p)
    result: Floats = p if scheme.decimals is None else np.round(p, scheme.decimals)
    return result


def _exponential(seen: Floats, turned: Bools, scheme: Scheme) -> Floats:
    signed = np.where(turned, -seen, seen)
    rank = np.column_stack([ranks(column, ties=scheme.ties) for column in signed.T])
    given = exponential_transform((len(seen) - rank + 1) / len(seen))
    return np.where(_constant(seen), 0.0, given)


def _exceeded(seen: Floats, turned: Bools, scheme: Scheme) -> Floats:
    signed = np.where(turned, -seen, seen)
    if scheme.exceedance_rank is not None:
        rank = percentile_ranks(signed, decimals=scheme.decimals)
        above = (rank >= scheme.exceedance_rank - _NEGLIGIBLE) & ~_constant(seen)
        return np.where(np.isfinite(rank), above, np.nan)
    if scheme.exceedance_limits:
        own = np.where(turned, -1.0, 1.0) * np.asarray(scheme.exceedance_limits)
        return np.asarray(signed > own, dtype=np.float64)
    sd = signed.std(axis=0)
    limit = signed.mean(axis=0) + scheme.exceedance_sd * sd
    # What equals the limit, or a constant column, exceeds nothing, whatever the last bits say.
    near = _NEGLIGIBLE * np.abs(signed).max(axis=0)
    above = (signed - limit > near) & ~_constant(seen)
    result: Floats = above.astype(np.float64)
    return result


_CONTRIBUTIONS: Mapping[IndexFamily, Callable[[Floats, Bools, Scheme], Floats]] = MappingProxyType(
    {
        IndexFamily.Z_SUM: _z,
        IndexFamily.PERCENTILE: _percentile,
        IndexFamily.EXPONENTIAL: _exponential,
        IndexFamily.PCA: _z,
        IndexFamily.EXCEEDANCE: _exceeded,
    }
)


def _added(total: Floats, weight: Floats, scheme: Scheme) -> Floats:
    """Weighted sums as the scheme finishes them."""
    usual = "standardised" if scheme.family is IndexFamily.Z_SUM else "mean"
    return _TOTALS[scheme.total or usual](total, weight, scheme)


def _again(total: Floats, weight: Floats, scheme: Scheme) -> Floats:
    return standardised_sum(total[:, None]).z[:, 0]


def _ranked_again(total: Floats, weight: Floats, scheme: Scheme) -> Floats:
    # Sums of rounded ranks are equal where they print equal: without this, last bits would break ties.
    return percentile_ranks(np.round(total, 9), decimals=scheme.decimals)


def _mean(total: Floats, weight: Floats, scheme: Scheme) -> Floats:
    return total / weight.sum() if weight.sum() > 0 else np.full_like(total, np.nan)


def _sum(total: Floats, weight: Floats, scheme: Scheme) -> Floats:
    return total


_TOTALS: Mapping[str, Callable[[Floats, Floats, Scheme], Floats]] = MappingProxyType(
    {"standardised": _again, "sum": _sum, "mean": _mean}
)
_FINISH: Mapping[IndexFamily, Callable[[Floats, Floats, Scheme], Floats]] = MappingProxyType(
    {
        IndexFamily.Z_SUM: _added,
        IndexFamily.PERCENTILE: _ranked_again,
        IndexFamily.EXPONENTIAL: _added,
        IndexFamily.EXCEEDANCE: _sum,
    }
)


def _component(z: Floats, scheme: Scheme, theme: int) -> Floats:
    """First principal component (n,) of standardised indicators (n, m); constant columns are zeros."""
    weighted = z * np.sqrt(np.asarray(scheme.weights)[list(scheme.groups[theme])])
    _, _, axes = np.linalg.svd(weighted, full_matrices=False)
    score: Floats = weighted @ axes[0]
    return score if score @ weighted.sum(axis=1) >= 0 else -score


def _unit(x: Floats) -> Floats:
    """Min–max to 0…1; 0 where all values are equal, nothing of nothing."""
    if not x.size:
        return x
    span = np.ptp(x)
    return (x - x.min()) / span if span > _NEGLIGIBLE * max(np.abs(x).max(), 1.0) else np.zeros_like(x)
