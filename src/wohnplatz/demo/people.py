"""The inhabitants of the made-up district by age, sex and nationality, with households, births and moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .chance import Floats, Ints, apportion, drift, part_of, stream
from .places import DemoDistrict
from .situation import YEARS

AGE_BOUNDS = (0, 3, 6, 10, 15, 18, 20, 21, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85)
"""Lower limits of the catalogue's age groups; the last one is open."""
TOTAL_2025 = 283_000

_AGES = np.arange(101)
# Inhabitants of single years of age in Germany around 2020, in millions, rounded: the bulge of the 1960s,
# the small cohorts of the war's end and of the 1970s.
_PYRAMID_2020 = np.interp(
    _AGES,
    [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 73, 75, 80, 85, 90, 95, 100],
    [0.77, 0.79, 0.75, 0.74, 0.80, 0.90, 1.10, 1.06, 1.02, 0.95, 1.18, 1.38, 1.22, 1.02, 0.88, 0.66, 0.70,
     0.80, 0.46, 0.22, 0.06, 0.01],
)  # fmt: skip
_SURVIVAL = np.interp(
    _AGES,
    [0, 40, 60, 70, 75, 80, 85, 90, 95, 100],
    [1.0, 0.98, 0.91, 0.81, 0.72, 0.58, 0.40, 0.21, 0.07, 0.012],
)
_GROWTH = {
    "core": 0.004, "quarter": 0.003, "works": 0.000, "estate": -0.001, "middle": -0.001, "newbuild": 0.014,
    "suburb": 0.001, "village": -0.001, "hamlet": -0.005, "park": 0.0,
}  # fmt: skip
_HOUSEHOLD_SIZE = {
    "core": 1.70, "quarter": 1.78, "works": 1.98, "estate": 2.12, "middle": 2.02, "newbuild": 2.45,
    "suburb": 2.25, "village": 2.28, "hamlet": 2.22, "park": 1.8,
}  # fmt: skip
_TURNOVER = {"core": 0.15, "quarter": 0.14, "works": 0.115, "estate": 0.12, "newbuild": 0.08, "park": 0.25}


@dataclass(frozen=True, slots=True)
class People:
    """Counts in shape (years, places); ``cells`` in (years, places, 21 ages, 2 sexes, 2 nationalities).

    Sexes: male, female. Nationalities: German, other.
    """

    cells: Ints
    counts: dict[str, Ints]

    def ages(self, low: int, below: int | None = None) -> Ints:
        """Inhabitants of the age groups from ``low`` to under ``below`` (both limits of groups)."""
        last = len(AGE_BOUNDS) if below is None else AGE_BOUNDS.index(below)
        return np.asarray(self.cells[:, :, AGE_BOUNDS.index(low) : last].sum(axis=(2, 3, 4)))

    @property
    def total(self) -> Ints:
        """All inhabitants."""
        return np.asarray(self.cells.sum(axis=(2, 3, 4)))


def _bell(centre: float, width: float) -> Floats:
    bell: Floats = np.exp(-np.square((_AGES - centre) / width))
    return bell


def _taste(kind: str, year: int) -> Floats:
    """How much likelier each age is in a quarter of this kind than in the country, shape (101,)."""
    aging = year - 2012
    factors: dict[str, Floats] = {
        "core": 1 + 0.8 * _bell(26, 8) - 0.35 * _bell(9, 9) + 0.25 * _bell(84, 8),
        "quarter": 1 + 0.55 * _bell(29, 9) - 0.15 * _bell(12, 7) - 0.2 * _bell(72, 10),
        "works": 1 + 0.2 * _bell(28, 9) + 0.15 * _bell(7, 7),
        "estate": 1 + 0.4 * _bell(7, 8) + 0.15 * _bell(31, 9) + 0.1 * _bell(78, 8),
        "middle": 1 + 0.25 * _bell(76, 10) - 0.1 * _bell(25, 7),
        "newbuild": 1
        + 0.9 * _bell(36 + 0.7 * aging, 8)
        + 1.2 * _bell(4 + 0.7 * aging, 6)
        - 0.5 * _bell(75, 16),
        "suburb": 1 + 0.3 * _bell(56, 10) + 0.25 * _bell(76, 8) - 0.35 * _bell(26, 8) + 0.1 * _bell(12, 6),
        "village": 1 + 0.25 * _bell(56, 10) - 0.2 * _bell(26, 7),
        "hamlet": 1 + 0.3 * _bell(62, 12) - 0.35 * _bell(25, 8) - 0.1 * _bell(5, 6),
        "park": 1 + 0.6 * _bell(35, 12) - 0.6 * _bell(8, 8),
    }
    return np.maximum(factors[kind], 0.1)


def _age_weights(district: DemoDistrict) -> Floats:
    """Share of each year of age, shape (years, places, 101): cohorts grow older, each place has its own."""
    cohort = _PYRAMID_2020 / _SURVIVAL
    births = np.arange(min(YEARS) - 100, max(YEARS) + 1)
    bumps = stream("cohorts").standard_normal((len(district.places), len(births)))
    kernel = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / np.sqrt(19)
    bumps = np.array([np.convolve(row, kernel, mode="same") for row in bumps])
    weights = np.empty((len(YEARS), len(district.places), len(_AGES)))
    for t, year in enumerate(YEARS):
        national = np.interp(_AGES - (year - 2020), _AGES, cohort) * _SURVIVAL
        for i, place in enumerate(district.places):
            own = 1 + 0.09 * bumps[i, year - _AGES - births[0]]
            weights[t, i] = national * _taste(place.kind, year) * np.maximum(own, 0.5)
    return weights


def _totals(district: DemoDistrict, refuge: Floats) -> Ints:
    """Inhabitants of each place and year, scaled to ``TOTAL_2025`` at the end."""
    start = np.array([p.inhabitants for p in district.places], dtype=float)
    growth = np.array([_GROWTH[p.kind] for p in district.places])
    named = {p.name: i for i, p in enumerate(district.places)}
    growth[named["Alter Hafen"]] += 0.02
    growth[named["Auwiesen"]] += 0.004
    time = np.array(YEARS)[:, None] - 2020
    walk = np.cumsum(drift("totals", (len(YEARS), len(start)), 0.5), axis=0) * 0.004
    size = start * np.exp(growth * time + walk - walk[YEARS.index(2020)]) * (1 + 0.6 * refuge)
    whole: Ints = np.rint(size * TOTAL_2025 / size[-1].sum()).astype(np.int64)
    return whole


def foreign_share(burden: Floats, refuge: Floats) -> Floats:
    """Part of the inhabitants without German nationality, shape (years, places)."""
    time = (np.array(YEARS) - 2020)[:, None]
    # Who moved in stays when a quarter rises or falls: the long-run burden counts more than the year's.
    lasting = 0.75 * burden[: YEARS.index(2019)].mean(axis=0) + 0.25 * burden
    share: Floats = np.clip(0.092 * np.exp(0.55 * lasting + 0.022 * time), 0.015, 0.5) + 0.8 * refuge
    return share


def inhabitants(district: DemoDistrict, burden: Floats, refuge: Floats) -> Ints:
    """Inhabitants in cells, shape (years, places, 21, 2, 2); every figure a whole number."""
    by_age = _age_weights(district)
    foreign_taste = 0.25 + 1.35 * _bell(32, 17) + 0.75 * _bell(4, 9)
    taste = by_age * foreign_taste
    share = foreign_share(burden, refuge)
    scale = share / (taste.sum(axis=2) / by_age.sum(axis=2))
    foreign = np.minimum(by_age * foreign_taste * scale[:, :, None], 0.85 * by_age)
    male = np.interp(_AGES, [0, 50, 65, 75, 85, 95, 100], [0.514, 0.505, 0.487, 0.46, 0.39, 0.27, 0.2])
    male_foreign = np.minimum(male + 0.03, 0.54)
    groups = np.searchsorted(AGE_BOUNDS, _AGES, side="right") - 1
    cells = np.zeros((*by_age.shape[:2], len(AGE_BOUNDS), 2, 2))
    for nationality, (weight, men) in enumerate((((by_age - foreign), male), (foreign, male_foreign))):
        for sex, part in enumerate((men, 1 - men)):
            for group in range(len(AGE_BOUNDS)):
                ages = groups == group
                cells[:, :, group, sex, nationality] = (weight[:, :, ages] * part[ages]).sum(axis=2)
    flat = cells.reshape(*cells.shape[:2], -1)
    whole: Ints = apportion(flat, _totals(district, refuge)).reshape(cells.shape)
    return whole


def people(district: DemoDistrict, burden: Floats, refuge: Floats) -> People:
    """Everything a register office counts."""
    result = People(inhabitants(district, burden, refuge), {})
    counts = result.counts
    _moves(district, result)
    _origin(result, burden)
    _households(district, result, burden)
    long = np.array([0.68 - 1.6 * (_TURNOVER.get(p.kind, 0.07) - 0.07) for p in district.places])
    young = np.array([0.13 * (p.kind == "newbuild") for p in district.places])
    counts["wohndauer_5"] = part_of("wohndauer_5", result.total, (long - young)[None, :] + 0 * burden)
    return result


def _moves(district: DemoDistrict, result: People) -> None:
    """Births, deaths and moves that explain the change of every place exactly."""
    counts = result.counts
    women = result.cells[:, :, 7:12, 1].sum(axis=(2, 3))
    fertility = np.interp(YEARS, [2015, 2021, 2025], [0.067, 0.071, 0.059])[:, None]
    counts["geburten"] = part_of("geburten", women, fertility + 0 * women)
    old = result.cells[:, :, 16:].sum(axis=(3, 4)) @ np.array([0.014, 0.021, 0.033, 0.056, 0.145])
    middle = 0.0028 * result.ages(40, 65)
    counts["sterbefaelle"] = part_of("sterbefaelle", result.total, (old + middle) / result.total)
    turnover = np.array([_TURNOVER.get(p.kind, 0.07) for p in district.places])[None, :]
    year = np.where(np.isin(YEARS, (2015, 2022)), 1.12, np.where(np.isin(YEARS, (2020,)), 0.9, 1.0))[:, None]
    through = part_of("zuege", result.total, turnover * year)
    change = np.diff(result.total, axis=0, prepend=result.total[:1])
    net = change - counts["geburten"] + counts["sterbefaelle"]
    counts["zuzuege"] = through + np.maximum(net, 0)
    counts["fortzuege"] = through + np.maximum(-net, 0)


def _origin(result: People, burden: Floats) -> None:
    """Persons with migration background: all foreigners and a part of the Germans."""
    foreign = result.cells[..., 1].sum(axis=(2, 3))
    german = result.cells[..., 0].sum(axis=(2, 3))
    foreign_minors = result.cells[:, :, :5, :, 1].sum(axis=(2, 3))
    german_minors = result.cells[:, :, :5, :, 0].sum(axis=(2, 3))
    time = 0.003 * (np.array(YEARS) - 2020)[:, None]
    minors = part_of("mh_minors", german_minors, np.clip(0.29 + 0.115 * burden + 2 * time, 0.06, 0.8))
    adults = part_of("mh_adults", german - german_minors, np.clip(0.125 + 0.055 * burden + time, 0.03, 0.5))
    result.counts["migrationshintergrund_u18"] = foreign_minors + minors
    result.counts["migrationshintergrund"] = foreign + minors + adults


def _households(district: DemoDistrict, result: People, burden: Floats) -> None:
    """Households and those of single persons and of families, parts within wholes."""
    counts, total, minors = result.counts, result.total, result.ages(0, 18)
    size = np.array([_HOUSEHOLD_SIZE[p.kind] for p in district.places])[None, :]
    size = size - 0.004 * (np.array(YEARS) - 2020)[:, None]
    households = part_of("haushalte", total, 1 / size, scatter=0.3)
    families = np.minimum(np.rint(minors / (1.6 + 0.04 * burden)).astype(np.int64), households)
    alone = part_of("alone", households - families, np.clip(1.31 - 0.31 * size, 0.4, 0.9))
    counts["haushalte"], counts["haushalte_mit_kindern"], counts["haushalte_eine_person"] = (
        households,
        families,
        alone,
    )
    lone = np.clip(0.175 + 0.042 * burden, 0.06, 0.45)
    counts["haushalte_alleinerziehend"] = part_of("alleinerziehend", families, lone)
    many = np.clip(0.115 + 0.03 * burden, 0.03, 0.4)
    counts["haushalte_drei_kinder"] = part_of("drei_kinder", families, many)
