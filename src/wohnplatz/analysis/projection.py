"""The population to come, from the age groups that a release shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..model import ReleasedTable
from ..monitoring.ages import OLDEST, single_years
from ..monitoring.projection import Projection, cohort_rates, project

Floats = npt.NDArray[np.float64]

AGE_GROUPS: Mapping[str, tuple[int, int | None]] = {
    "anteil_u3": (0, 2), "anteil_3_6": (3, 5), "anteil_6_10": (6, 9), "anteil_10_18": (10, 17),
    "anteil_18_25": (18, 24), "anteil_25_45": (25, 44), "anteil_45_65": (45, 64), "anteil_65_80": (65, 79),
    "anteil_80": (80, None),
}  # fmt: skip
"""Indicators whose numerators are the inhabitants of an age group: limits of the group, upper None = open."""
BIRTHS, DEATHS = "geburtenziffer", "sterbeziffer"
INDICATORS = (*AGE_GROUPS, BIRTHS, DEATHS)
HORIZON = 10


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """A projection with its areas, what it rests on, and how it would have done before."""

    areas: tuple[str, ...]
    """Areas in the order of the arrays."""
    projection: Projection
    observed_years: tuple[int, ...]
    observed: Floats
    """(t, n) inhabitants as the release shows them; NaN where a group is missing or protected."""
    missing: Mapping[str, str]
    """Area → German half sentence that says why it has no projection."""
    back_test: BackTest | None

    def members(self, areas: Sequence[str]) -> npt.NDArray[np.intp]:
        """Places of ``areas`` that have a projection."""
        place = {key: n for n, key in enumerate(self.areas)}
        return np.array([place[k] for k in areas if k in place and k not in self.missing], dtype=np.intp)

    def interval(self, areas: Sequence[str]) -> Floats:
        """(2, h + 1) limits of 80 % for ``areas`` together, as wide as the back test asks for.

        Widening by the error of the past is split conformal prediction (V. Vovk, A. Gammerman, G. Shafer,
        Algorithmic Learning in a Random World, Springer 2005), with one factor for all areas.
        """
        inside = self.members(areas)
        centre = self.projection.total[:, inside].sum(axis=1)
        factor = self.back_test.factor if self.back_test else 1.0
        result: Floats = np.maximum(centre + factor * (self.projection.interval(inside) - centre), 0.0)
        return result

    def group(self, group: str, areas: Sequence[str]) -> Floats:
        """(h + 1,) persons of an age group (a key of ``AGE_GROUPS``) in ``areas`` together, central path."""
        low, high = AGE_GROUPS[group]
        inside = self.projection.ages[:, self.members(areas), low : (OLDEST if high is None else high) + 1]
        result: Floats = inside.sum(axis=(1, 2))
        return result


@dataclass(frozen=True, slots=True)
class BackTest:
    """What the method would have said some years ago, against what came."""

    known_until: int
    compared_in: int
    areas: int
    error: float
    """Median of the absolute relative error, 0.02 = 2 %."""
    standing_still: float
    """The same for the assumption that nothing changes."""
    inside: float
    """Share of the areas whose later number lay in the interval of 80 % of the model."""
    factor: float
    """By how much that interval had to be wider to hold four areas of five; at least 1."""


def outlook(
    table: ReleasedTable, parents: Mapping[str, str], *, horizon: int = HORIZON, seed: int = 0
) -> Outlook | None:
    """Projection of the areas in ``table`` (one level) from the newest year with all age groups on.

    ``table`` holds the figures of ``INDICATORS``; ``parents`` maps each area to its municipality. None where
    fewer than two years are known. The method is ``monitoring.projection``; the rates come from all years in
    one line without a gap before the newest.
    """
    areas = tuple(dict.fromkeys(f.area for f in table if f.indicator in AGE_GROUPS))
    cells = {(f.indicator, f.area, f.year): f.numerator for f in table}
    years = _years({f.year for f in table if f.indicator in AGE_GROUPS and f.numerator is not None})
    if len(years) < 2 or not areas:
        return None
    groups = np.array([[[_number(cells.get((g, a, y))) for g in AGE_GROUPS] for a in areas] for y in years])
    people = single_years(groups, list(AGE_GROUPS.values()))
    births, deaths = (
        np.array([[_number(cells.get((code, a, y))) for a in areas] for y in years])
        for code in (BIRTHS, DEATHS)
    )
    known = _Known(
        people, years, births, deaths if np.isfinite(deaths[1:]).any() else None, _numbers(areas, parents)
    )
    made = known.ahead(len(years), horizon, seed)
    lost = {a: _why(groups[:, n]) for n, a in enumerate(areas) if np.isnan(made.total[-1, n])}
    return Outlook(areas, made, tuple(years), groups.sum(axis=2), lost, known.back_test(seed))


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """What is known of the past, cut at any year."""

    people: Floats
    years: Sequence[int]
    births: Floats
    deaths: Floats | None
    group: npt.NDArray[np.int64]

    def ahead(self, until: int, horizon: int, seed: int) -> Projection:
        """The projection from the first ``until`` years."""
        born = self.births[:until] if np.isfinite(self.births[1:until]).any() else None
        died = None if self.deaths is None else self.deaths[:until]
        rates = cohort_rates(self.people[:until], self.years[:until], born, died, self.group)
        return project(self.people[until - 1], self.years[until - 1], rates, horizon, seed=seed)

    def back_test(self, seed: int) -> BackTest | None:
        """What the first half of the years says of the newest; None where fewer than three can teach."""
        until = max(3, len(self.years) // 2)
        ahead = len(self.years) - until
        if ahead < 1:
            return None
        made = self.ahead(until, ahead, seed)
        came, before = self.people[-1].sum(axis=1), self.people[until - 1].sum(axis=1)
        compared = np.flatnonzero(np.isfinite(made.total[-1]) & (came > 0))
        if not len(compared):
            return None
        limits = np.array([made.interval([int(n)])[:, -1] for n in compared])
        real, centre = came[compared], made.total[-1, compared]
        half = np.where(real < centre, centre - limits[:, 0], limits[:, 1] - centre)
        needed = np.abs(real - centre) / np.maximum(half, 1.0)
        return BackTest(
            self.years[until - 1], self.years[-1], len(compared),
            float(np.median(np.abs(made.total[-1, compared] / real - 1))),
            float(np.median(np.abs(before[compared] / real - 1))),
            float(np.mean((limits[:, 0] <= real) & (real <= limits[:, 1]))),
            max(1.0, float(np.quantile(needed, 0.8, method="higher"))),
        )  # fmt: skip


def _years(found: set[int]) -> list[int]:
    """The years up to the newest one that follow each other without a gap."""
    newest = max(found, default=0)
    years = [newest]
    while years[0] - 1 in found:
        years.insert(0, years[0] - 1)
    return years if found else []


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _numbers(areas: Sequence[str], parents: Mapping[str, str]) -> npt.NDArray[np.int64]:
    codes = {parent: n for n, parent in enumerate(sorted({parents.get(a, "") for a in areas}))}
    return np.array([codes[parents.get(a, "")] for a in areas], dtype=np.int64)


def _why(groups: Floats) -> str:
    """Why an area has no projection, from its age groups (t, 9)."""
    if np.isnan(groups).all():
        return "weil keine Altersgruppen vorliegen"
    if np.isnan(groups).any():
        return "weil eine Altersgruppe in mindestens einem Jahr fehlt oder geschützt ist"
    return "weil in mindestens einem Jahr niemand dort wohnte"
