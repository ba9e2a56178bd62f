"""Small-area population projection: cohorts grow older, children are born, people die and move.

Rates of small areas are noise for the most part. They are shrunk towards the rate of their group (the
municipality), and what remains uncertain is carried into the interval of the projection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .ages import OLDEST

Floats = npt.NDArray[np.float64]

BANDS = (0, 6, 18, 25, 35, 50, 65, 80)
"""First age of each band that shares one rate of moving."""
PARENTS = slice(15, 50)
"""Ages whose number births are related to."""
GOMPERTZ = 0.1
"""Growth of mortality per year of age: it doubles in about seven years (B. Gompertz 1825; J. W. Vaupel,
Nature 464 (2010) 536–542). Only the shape is taken from there, the level is fitted to the deaths given."""
TURNOVER = 2.0
"""Variance of a yearly net rate times exposure where one step alone is known. Households move as a whole and
houses fill at once, so it is far above that of single moves; the size is that of Berlin's 447 areas."""
PERSISTENCE = 0.5
"""Share of an area's net moving that goes on: what it won or lost lately is no law for its future. Who comes
and who goes at which age is one much more: that pattern stays."""
OLD = BANDS.index(65)
"""From this band on net change is mostly death where no deaths are given; it goes on in full."""

_BAND = np.searchsorted(np.array(BANDS), np.arange(OLDEST + 1), side="right") - 1
_MEMBER = (_BAND[:, None] == np.arange(len(BANDS))).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class CohortRates:
    """Yearly rates of n areas, shrunk, with what is not known of them. Areas without data are NaN."""

    births: Floats
    """(n,) births per person aged 15 to 49."""
    births_sd: Floats
    """(n,) standard deviation of that rate."""
    hazard: Floats
    """(n, 101) mortality; 0 where no deaths were given: moving then stands for both."""
    moving: Floats
    """(n, 8) net moves per person by age band."""
    moving_sd: Floats
    """(n, 8) standard deviation of that rate."""
    yearly: Floats
    """(8,) variance of a single year's rate of an area times its exposure."""
    common: Floats
    """(8,) standard deviation of what happens to all areas in the same year."""
    weight: Floats
    """(n,) how much of the area's own experience went in, 0 to 1, mean over the bands."""


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Inhabitants of n areas over h + 1 years, the first one observed."""

    years: tuple[int, ...]
    ages: Floats
    """(h + 1, n, 101) the central projection; NaN for areas that cannot be projected."""
    births: Floats
    """(h, n) of the central projection."""
    deaths: Floats
    """(h, n); 0 where moving stands for both."""
    moves: Floats
    """(h, n) net moves."""
    draws: Floats
    """(d, h + 1, n) simulated totals: sum over areas first, then take quantiles."""

    @property
    def total(self) -> Floats:
        """(h + 1, n) inhabitants of the central projection."""
        return np.asarray(self.ages.sum(axis=2))

    def interval(self, members: npt.NDArray[np.intp] | Sequence[int], level: float = 0.8) -> Floats:
        """(2, h + 1) lower and upper limit of the sum over ``members``; NaN where one cannot be projected."""
        sums = self.draws[:, :, np.asarray(members, dtype=np.intp)].sum(axis=2)
        tail = (1 - level) / 2
        limits: Floats = np.quantile(sums, [tail, 1 - tail], axis=0)
        return limits


def cohort_rates(  # noqa: PLR0913 (what is known of the past, and one setting)
    population: npt.NDArray[np.floating],
    years: Sequence[int],
    births: npt.NDArray[np.floating] | None = None,
    deaths: npt.NDArray[np.floating] | None = None,
    groups: npt.NDArray[np.integer] | None = None,
    *,
    turnover: float = TURNOVER,
) -> CohortRates:
    r"""Rates of cohort change from ``population`` (t, n, 101) at the end of the t ``years`` (ascending).

    ``births`` and ``deaths`` (t, n) are counts of the calendar years (those of the first are not used); years
    between two observed ones count as like the later one. Without births the children under h years that are
    found after h years stand for them, without deaths moving stands for both. ``groups`` (n,) numbers the
    municipalities the rates are shrunk towards; by default all areas are one group. ``turnover``: see
    ``TURNOVER``.

    Net moves of a band are what the cohorts' survivors do not explain, related to the persons at the start.
    A rate m with exposure E is shrunk to :math:`w m + (1 - w) m_g`, :math:`w = \tau^2/(\tau^2 + v/E)`; v is
    the variance of single years around their mean, :math:`\tau^2` what the areas of a group differ by beyond
    it (moments, not below 0). Births and deaths are shrunk alike, with Poisson variance.

    An area with NaN, infinite or negative inhabitants in any year, or without any, gets NaN everywhere and
    does not speak for others. One whose births or deaths are not known for every year takes those rates of
    its group: leaving out the years with few would make them too high.

    Raises ``ValueError`` for fewer than two years or wrong shapes.

    Source: R. J. Marshall, Applied Statistics 40 (1991) 283–294 (shrinkage); S. K. Smith, J. Tayman,
    D. A. Swanson, A Practitioner's Guide to State and Local Population Projections, Springer 2013 (cohorts).
    """
    people = np.asarray(population, dtype=np.float64)
    if people.ndim != 3 or people.shape[2] != OLDEST + 1 or len(years) != len(people) or len(people) < 2:
        raise ValueError(f"population must have shape (at least 2 years, areas, {OLDEST + 1})")
    if any(b <= a for a, b in pairwise(years)):
        raise ValueError(f"years must ascend: {list(years)}")
    n = people.shape[1]
    group = np.zeros(n, dtype=np.int64) if groups is None else np.asarray(groups, dtype=np.int64)
    usable = _usable(people)
    steps = np.diff(np.asarray(years))
    clean = np.where(usable[None, :, None], people, 0.0)
    hazard = _hazard(clean, steps, deaths, group, usable)
    rates, exposure = _moving(clean, steps, hazard)
    yearly = _yearly_variance(rates, exposure, turnover)
    moving, moving_sd, weight = _shrunk(rates, exposure, yearly, group)
    child, child_sd = _fertility(clean, steps, births, group, usable)
    out = ~usable
    for result in (child, child_sd, hazard, moving, moving_sd, weight):
        result[out] = np.nan
    return CohortRates(
        child, child_sd, hazard, moving, moving_sd, yearly, _common(rates, exposure), weight.mean(axis=1)
    )


def project(  # noqa: PLR0913 -- start, rates and how to look ahead
    start: npt.NDArray[np.floating],
    year: int,
    rates: CohortRates,
    horizon: int,
    *,
    persistence: float = PERSISTENCE,
    draws: int = 400,
    seed: int = 0,
) -> Projection:
    """``horizon`` years from ``start`` (n, 101) at the end of ``year``; fertility and mortality stay.

    Of an area's net moving the share ``persistence`` goes on: all ages are shifted by the same rate, so that
    the pattern over the ages stays. Each of the ``draws`` takes the rates once from what is not known of
    them, adds to every area and year the variation of single years, to all areas of a year the common one,
    and lets births vary as counts do. The same seed gives the same numbers. An area without rates stays NaN.
    """
    begin = np.asarray(start, dtype=np.float64)
    begin = np.where(np.isfinite(begin), begin, np.nan)
    n = len(begin)
    chance = np.random.default_rng(seed)
    centre = _Path.of(begin[None], horizon)
    lasting = _lasting(begin, rates, persistence)
    cloud = begin[None] * np.ones((draws, 1, 1))
    totals = np.empty((draws, horizon + 1, n))
    totals[:, 0] = cloud.sum(axis=2)
    fixed = lasting + rates.moving_sd * chance.standard_normal((draws, *rates.moving.shape))
    child = np.maximum(rates.births + rates.births_sd * chance.standard_normal((draws, n)), 0.0)
    for step in range(horizon):
        centre.take(step, rates, lasting)
        exposure = np.maximum(cloud @ _MEMBER, 1.0)
        moving = (
            fixed
            + np.sqrt(rates.yearly / exposure) * chance.standard_normal(exposure.shape)
            + rates.common * chance.standard_normal((draws, 1, len(BANDS)))
        )
        mean = child * cloud[:, :, PARENTS].sum(axis=2)
        born = np.maximum(mean + np.sqrt(mean) * chance.standard_normal(mean.shape), 0.0)
        cloud = _older(cloud, rates.hazard, moving, born)
        totals[:, step + 1] = cloud.sum(axis=2)
    return Projection(
        tuple(range(year, year + horizon + 1)),
        centre.ages,
        centre.births,
        centre.deaths,
        centre.moves,
        totals,
    )


def _lasting(begin: Floats, rates: CohortRates, persistence: float) -> Floats:
    """Rates of moving (n, 8) that keep their pattern over the ages and ``persistence`` of their sum."""
    persons = begin @ _MEMBER
    if not np.nansum(rates.hazard):
        persons[:, OLD:] = 0.0
    total = persons.sum(axis=1, keepdims=True)
    level = np.divide(
        (persons * rates.moving).sum(axis=1, keepdims=True), total, out=np.zeros_like(total), where=total > 0
    )
    lasting: Floats = np.where(persons > 0, rates.moving - (1 - persistence) * level, rates.moving)
    return lasting


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """The central path, filled year by year."""

    ages: Floats
    births: Floats
    deaths: Floats
    moves: Floats

    @classmethod
    def of(cls, begin: Floats, horizon: int) -> _Path:
        ages = np.full((horizon + 1, *begin.shape[1:]), np.nan)
        ages[0] = begin[0]
        empty = np.full((3, horizon, begin.shape[1]), np.nan)
        return cls(ages, *empty)

    def take(self, step: int, rates: CohortRates, moving: Floats) -> None:
        now = self.ages[step]
        born = rates.births * now[:, PARENTS].sum(axis=1)
        then = _older(now[None], rates.hazard, moving[None], born[None])[0]
        self.ages[step + 1], self.births[step] = then, born
        self.deaths[step] = (now * -np.expm1(-rates.hazard)).sum(axis=1)
        self.moves[step] = then.sum(axis=1) - now.sum(axis=1) - born + self.deaths[step]


def _older(cloud: Floats, hazard: Floats, moving: Floats, born: Floats) -> Floats:
    """One year later: (d, n, 101) from (d, n, 101), with moving (d, n, 8) and births (d, n)."""
    kept = np.maximum(np.exp(-hazard) + moving[..., _BAND], 0.0) * cloud
    then = np.empty_like(cloud)
    then[..., 1:] = kept[..., :-1]
    then[..., -1] += kept[..., -1]
    then[..., 0] = born
    return then


def _usable(people: Floats) -> npt.NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        good = np.isfinite(people).all(axis=(0, 2)) & (people >= 0).all(axis=(0, 2))
        result: npt.NDArray[np.bool_] = good & (people.sum(axis=2).min(axis=0) > 0)
    return result


def _events(
    counts: npt.NDArray[np.floating], steps: npt.NDArray[np.integer], usable: npt.NDArray[np.bool_]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Births or deaths over all steps (n,), and which areas know them for every year."""
    later = np.asarray(counts, dtype=np.float64)[1:]
    with np.errstate(invalid="ignore"):
        known = usable & np.isfinite(later).all(axis=0) & (later >= 0).all(axis=0)
    return (np.where(known, later, 0.0) * steps[:, None]).sum(axis=0), known


def _hazard(
    people: Floats,
    steps: npt.NDArray[np.integer],
    deaths: npt.NDArray[np.floating] | None,
    group: npt.NDArray[np.int64],
    usable: npt.NDArray[np.bool_],
) -> Floats:
    """Mortality (n, 101): Gompertz' shape at the level of all deaths, times the area's shrunk ratio."""
    n = people.shape[1]
    if deaths is None:
        return np.zeros((n, OLDEST + 1))
    shape = np.exp(GOMPERTZ * (np.arange(OLDEST + 1) + 0.5))
    middle = (people[:-1] + people[1:]) / 2
    weighed = (middle * shape * steps[:, None, None]).sum(axis=(0, 2))
    died, known = _events(deaths, steps, usable)
    ratio, _ = _shrunk_counts(died, np.where(known, weighed, 0.0), group)
    result: Floats = np.minimum(ratio[:, None] * shape, 1.0)
    return result


def _moving(people: Floats, steps: npt.NDArray[np.integer], hazard: Floats) -> tuple[Floats, Floats]:
    """Yearly net rates and exposure, each (t − 1, n, 8)."""
    rates, exposures = [], []
    for before, after, years in zip(people[:-1], people[1:], steps.tolist(), strict=True):
        reached = np.zeros_like(before)
        reached[:, : OLDEST + 1 - years] = after[:, years:]
        tail = slice(OLDEST - years, OLDEST + 1)
        # Those who end in the open age are counted together and shared out by who began.
        ends = before[:, tail].sum(axis=1, keepdims=True)
        share = np.divide(before[:, tail], ends, out=np.zeros_like(before[:, tail]), where=ends > 0)
        reached[:, tail] = after[:, -1:] * share
        survived = before * np.exp(-_summed_hazard(hazard, years))
        exposure = (before @ _MEMBER) * years
        net = (reached - survived) @ _MEMBER
        rates.append(np.divide(net, exposure, out=np.zeros_like(net), where=exposure > 0))
        exposures.append(exposure)
    return np.array(rates), np.array(exposures)


def _summed_hazard(hazard: Floats, years: int) -> Floats:
    ages = np.minimum(np.arange(OLDEST + 1)[:, None] + np.arange(years), OLDEST)
    result: Floats = hazard[:, ages].sum(axis=2)
    return result


def _yearly_variance(rates: Floats, exposure: Floats, turnover: float) -> Floats:
    """(8,) variance of an area's rate around its own mean, times exposure; ``turnover`` of one step."""
    steps = len(rates)
    if steps < 2:
        return np.full(len(BANDS), turnover)
    around = (exposure * (rates - _weighted(rates, exposure)) ** 2).sum(axis=(0, 1))
    areas = (exposure.min(axis=0) > 0).sum(axis=0)
    result: Floats = np.divide(
        around, (steps - 1) * areas, out=np.full(len(BANDS), turnover), where=areas > 0
    )
    return result


def _common(rates: Floats, exposure: Floats) -> Floats:
    """(8,) standard deviation over the years of the rate of all areas together."""
    if len(rates) < 3:
        return np.zeros(len(BANDS))
    weight = exposure.sum(axis=1)
    whole = np.divide((rates * exposure).sum(axis=1), weight, out=np.zeros_like(weight), where=weight > 0)
    spread: Floats = whole.std(axis=0, ddof=1)
    return spread


def _weighted(rates: Floats, exposure: Floats) -> Floats:
    total: Floats = exposure.sum(axis=0)
    mean: Floats = np.divide((rates * exposure).sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
    return mean


def _shrunk(
    rates: Floats, exposure: Floats, yearly: Floats, group: npt.NDArray[np.int64]
) -> tuple[Floats, Floats, Floats]:
    """Rates, their standard deviation and the weight of the own rate, each (n, 8)."""
    own, total = _weighted(rates, exposure), exposure.sum(axis=0)
    noise = np.divide(yearly, total, out=np.full_like(total, np.inf), where=total > 0)
    mean, spread, mean_variance = _prior(own, total, yearly, group)
    both = spread + noise
    weight = np.divide(spread, both, out=np.zeros_like(both), where=(spread > 0) & np.isfinite(both))
    variance = weight * np.where(np.isfinite(noise), noise, 0.0) + (1 - weight) ** 2 * mean_variance
    # Without spread the area is its group's; what its own data leave open is no more than that mean's error.
    return weight * own + (1 - weight) * mean, np.sqrt(variance), weight


def _prior(
    own: Floats, total: Floats, yearly: Floats, group: npt.NDArray[np.int64]
) -> tuple[Floats, Floats, Floats]:
    """Mean of the group, spread inside the groups and variance of that mean, each (n, 8)."""
    member = (group[:, None] == np.unique(group)).astype(np.float64)
    base = member.T @ total
    centre = np.divide(member.T @ (own * total), base, out=np.zeros_like(base), where=base > 0)
    mean = member @ centre
    areas = (total > 0).sum(axis=0)
    free = np.maximum(areas - (base > 0).sum(axis=0), 1)
    around = (total * (own - mean) ** 2).sum(axis=0)
    squares = np.divide(member.T @ total**2, base, out=np.zeros_like(base), where=base > 0).sum(axis=0)
    weight = total.sum(axis=0) - squares
    spread = np.divide(around - free * yearly, weight, out=np.zeros(len(yearly)), where=weight > 0)
    error = np.divide(yearly, base, out=np.zeros_like(base), where=base > 0)
    return mean, np.broadcast_to(np.maximum(spread, 0.0), own.shape).copy(), member @ error


def _shrunk_counts(count: Floats, base: Floats, group: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Rates count/base (n,) shrunk towards the group with Poisson variance, and their standard deviation."""
    whole = count.sum() / base.sum() if base.sum() > 0 else 0.0
    own = np.divide(count, base, out=np.full_like(base, whole), where=base > 0)
    rate, sd, _ = _shrunk(own[None, :, None], base[None, :, None], np.array([whole]), group)
    return rate[:, 0], sd[:, 0]


def _fertility(
    people: Floats,
    steps: npt.NDArray[np.integer],
    births: npt.NDArray[np.floating] | None,
    group: npt.NDArray[np.int64],
    usable: npt.NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    middle = (people[:-1, :, PARENTS].sum(axis=2) + people[1:, :, PARENTS].sum(axis=2)) / 2
    exposed = (middle * steps[:, None]).sum(axis=0)
    if births is None:
        found = np.array(
            [after[:, :h].sum(axis=1) for after, h in zip(people[1:], steps.tolist(), strict=True)]
        )
        born = found.sum(axis=0)
    else:
        born, known = _events(births, steps, usable)
        exposed = np.where(known, exposed, 0.0)
    return _shrunk_counts(born, exposed, group)
