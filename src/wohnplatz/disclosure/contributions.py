"""Sums of few contributors: amounts in which one or two parties can be recognised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .rules import Rule

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """What stands behind n sums of amounts, in the unit of the amounts."""

    total: Floats
    """The sums, shape (n,)."""
    count: Floats
    """How many contribute, shape (n,)."""
    largest: Floats
    """The m largest single amounts in falling order, shape (n, m); NaN where not known."""


def sensitive_sums(sums: Contributions, rule: Rule) -> Bools:
    """Sums that tell too much of a contributor, shape (n,). What cannot be checked is sensitive.

    *Frequency*: 0 < count < ``minimum_contributors``. *Dominance (n, k)*: the n largest together hold more
    than k per cent of the sum. *p per cent*: the sum without the two largest is less than p per cent of the
    largest, so that the second largest contributor learns the largest one to within p per cent.

    Source: Hundepool et al. (2012), Statistical Disclosure Control, section 4.2.
    """
    result: Bools = np.zeros(len(sums.total), dtype=np.bool_)
    some = ~(sums.count == 0)
    if rule.minimum_contributors:
        result |= some & ~(sums.count >= rule.minimum_contributors)
    if rule.dominance_share:
        first = _largest(sums, int(rule.dominance_count)).sum(axis=1)
        result |= some & ~(first <= rule.dominance_share / 100 * sums.total)
    if rule.p_percent:
        pair = _largest(sums, 2)
        rest = sums.total - pair.sum(axis=1)
        result |= some & ~(rest >= rule.p_percent / 100 * pair[:, 0])
    return result


def _largest(sums: Contributions, n: int) -> Floats:
    """The n largest amounts, shape (n of sums, n); with fewer contributors the missing ones are 0."""
    have = sums.largest.shape[1]
    result = np.full((len(sums.total), n), np.nan)
    result[:, : min(n, have)] = sums.largest[:, :n]
    beyond = np.arange(n) >= sums.count[:, None]
    result[beyond & np.isnan(result)] = 0.0
    return result
