"""How the social situation of the made-up district lies in space and moves in time."""

from __future__ import annotations

import numpy as np

from .chance import Floats, drift, stream
from .places import DemoDistrict

YEARS = tuple(range(2015, 2026))
"""Model years. 2015 is the year before the first delivery: changes need it."""

_BURDEN = {
    "core": 0.45,
    "quarter": 0.65,
    "works": 0.95,
    "estate": 1.75,
    "middle": 0.0,
    "newbuild": -0.75,
    "suburb": -0.95,
    "village": -0.6,
    "hamlet": -0.3,
    "park": 0.2,
}
_NEIGHBOURHOOD_KM = 2.2
_CEILING = 2.2
"""Highest burden a place can come near to."""


def _ramp(first: int, last: int) -> Floats:
    """0 until ``first``, 1 from ``last``, straight between; one number a model year."""
    return np.clip((np.array(YEARS) - first) / (last - first), 0.0, 1.0)


def _events() -> dict[str, Floats]:
    """What happened in single places, in standard deviations of the burden."""
    closure = _ramp(2019, 2021) - 0.4 * _ramp(2022, 2026)
    return {
        # The weaving mill of Ahlscheid closed in 2020; its town recovers slowly.
        "Tuchmacherviertel": 1.25 * closure,
        "Ahlscheid-Mitte": 0.75 * closure,
        "Oberstadt": 0.5 * closure,
        "Köhlerhütte": 0.45 * closure,
        # Redevelopment: houses renewed from 2018, a quarter's centre opened in 2020.
        "Auwiesen": -1.2 * _ramp(2018, 2025),
        # Harbour warehouses became flats.
        "Alter Hafen": -1.5 * _ramp(2017, 2024),
        "Bahnhofsviertel": -0.4 * _ramp(2019, 2025),
        # Large estates which few leave and many come to.
        "Neue Heide": 0.22 * _ramp(2017, 2025),
        "Am Kirschberg": 0.3 * _ramp(2020, 2025),
        "Hüttenviertel": 0.35 * _ramp(2021, 2025),
        "Birkenweg": 0.4 * _ramp(2019, 2024),
        "Steinkamp": 0.45 * _ramp(2020, 2025),
        "Heidkamp": 0.35 * _ramp(2021, 2025),
    }


def burden(district: DemoDistrict) -> Floats:
    """Social burden of each place in each model year, shape (years, places); mean 0, sd 1 in 2020.

    Kind of quarter and standing of the town, drawn towards the neighbours, a slow drift of neighbourhoods and
    the events above.
    """
    places = district.places
    rng = stream("burden")
    level = np.array([_BURDEN[p.kind] + district.municipalities[p.municipality].standing for p in places])
    level += 0.28 * rng.standard_normal(len(places))
    site = np.array([(p.x, p.y) for p in places])
    distance = np.hypot(*(site[:, None, :] - site[None, :, :]).transpose(2, 0, 1))
    near = np.exp(-np.square(distance / _NEIGHBOURHOOD_KM))
    level = 0.62 * level + 0.38 * (near @ level) / near.sum(axis=1)
    slope = (near @ rng.standard_normal(len(places))) / np.sqrt(np.square(near).sum(axis=1))
    time = (np.array(YEARS) - 2020) / 10
    field = level[None, :] + 0.3 * time[:, None] * slope[None, :]
    for name, change in _events().items():
        field[:, next(i for i, p in enumerate(places) if p.name == name)] += change
    walk = drift("burden", field.shape, 0.85) @ (near / np.sqrt(np.square(near).sum(axis=0)))
    field += 0.11 * (walk - walk[YEARS.index(2020)])
    at_2020 = field[YEARS.index(2020)]
    field = (field - at_2020.mean()) / at_2020.std()
    # Need has a ceiling: the most burdened places do not run away from all others.
    result: Floats = np.where(field > 0, _CEILING * np.tanh(field / _CEILING), 1.25 * field)
    return result


def refuge(district: DemoDistrict) -> Floats:
    """Part of the inhabitants who came as refugees of 2022 and stayed, shape (years, places)."""
    places = district.places
    openness = {"estate": 1.7, "works": 1.3, "quarter": 1.3, "core": 1.3, "hamlet": 1.2, "park": 3.0}
    base = np.array([openness.get(p.kind, 0.7) for p in places]) * stream("refuge").uniform(
        0.5, 1.5, len(places)
    )
    course = {2022: 0.0135, 2023: 0.0145, 2024: 0.0148, 2025: 0.0145}
    return np.array([course.get(year, 0.0) for year in YEARS])[:, None] * base[None, :]
