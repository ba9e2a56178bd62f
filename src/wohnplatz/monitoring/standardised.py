"""Standardisation: a comparison without the part that age (or another breakdown) explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .intervals import Floats, Numbers, Words, byar, counts, exposures, normal_quantile


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """Standardised figures of n areas with their interval; NaN, with a reason, where there is none."""

    value: Floats
    low: Floats
    high: Floats
    reason: Words


def expected_counts(rates: Numbers, people: Numbers) -> Floats:
    """Cases that areas would have with the ``rates`` (k,) of the district: ``people`` (n, k) → (n,).

    A group with nobody in it adds nothing, even where its rate is unknown (NaN); any other NaN makes the
    sum NaN. Raises ``ValueError`` for shapes that do not fit.
    """
    r, p = np.asarray(rates, dtype=np.float64), np.asarray(people, dtype=np.float64)
    if p.ndim != 2 or r.shape != (p.shape[1],):
        raise ValueError(f"people {p.shape} must have one column for each of the rates {r.shape}")
    result: Floats = np.where(p == 0, 0.0, p * r).sum(axis=1)
    return result


def smr(observed: Numbers, expected: Numbers, level: float = 0.95) -> Standardised:
    """Indirectly standardised ratio ``observed`` / ``expected`` (both (n,)) with Byar's interval.

    1 says: as many as would be expected with the district's rates by age; exact below 10 observed cases.

    Source: N. E. Breslow, N. E. Day, Statistical Methods in Cancer Research II, IARC 1987, p. 65–72.

    >>> ratio = smr([10.0], [8.0])
    >>> [round(float(v[0]), 3) for v in (ratio.value, ratio.low, ratio.high)]
    [1.25, 0.598, 2.299]
    """
    x, e, reason = exposures(observed, expected)
    around = byar(x, level)
    return Standardised(x / e, around.low / e, around.high / e, reason)


def direct(cases: Numbers, people: Numbers, standard: Numbers, level: float = 0.95) -> Standardised:
    r"""Directly standardised rate: ``cases`` and ``people`` (n, k), weights ``standard`` (k,) of the groups.

    .. math:: R = \frac{\sum_j w_j O_j / n_j}{\sum_j w_j},\quad
              V = \frac{\sum_j w_j^2 O_j / n_j^2}{(\sum_j w_j)^2},\quad
              R + \sqrt{V / O}\,(O_{l,u} - O)

    with :math:`O = \sum_j O_j` and Byar's limits :math:`O_l, O_u`. An area with nobody in a group that has
    weight has the reason ``zero_denominator``. Without any case the rate is 0, and its limits are NaN with
    the reason ``no_cases``: which group they would belong to is not known.

    Source: A. J. Dobson, K. Kuulasmaa, E. Eberle, J. Scherer, Statistics in Medicine 10 (1991) 457–462.
    """
    x, n = np.asarray(cases, dtype=np.float64), np.asarray(people, dtype=np.float64)
    w = np.asarray(standard, dtype=np.float64)
    if x.ndim != 2 or x.shape != n.shape or w.shape != (x.shape[1],) or not (w >= 0).all() or not w.any():
        raise ValueError("cases and people must be (n, k), standard (k,) not negative and not all 0")
    use = w > 0
    flat_x, flat_n, flat = exposures(x[:, use].ravel(), n[:, use].ravel())
    shape = x[:, use].shape
    cell_x, cell_n, reasons = flat_x.reshape(shape), flat_n.reshape(shape), flat.reshape(shape)
    reason = reasons[np.arange(len(x)), (reasons != "").argmax(axis=1)]
    weight = w[use] / w[use].sum()
    value: Floats = (weight * cell_x / cell_n).sum(axis=1)
    variance = (weight**2 * cell_x / cell_n**2).sum(axis=1)
    total, _ = counts(cell_x.sum(axis=1))
    around = byar(total, level)
    scale = np.sqrt(variance / np.where(total > 0, total, np.nan))
    reason = np.where((reason == "") & (total == 0), "no_cases", reason)
    return Standardised(
        value, value + scale * (around.low - total), value + scale * (around.high - total), reason
    )


def expected_by_chance(tests: int, level: float = 0.95) -> float:
    """How many of ``tests`` intervals miss the truth by chance alone: 4 of 80 at 95 %."""
    normal_quantile(level)
    return tests * (1 - level)
