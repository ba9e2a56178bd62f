"""Work, minimum security, youth help, health, schools, care and housing in the made-up district.

Every series is a part of a population, with a chance that follows the burden of the place and the events of
the year; parts never exceed their wholes.
"""

from __future__ import annotations

import numpy as np

from .chance import Floats, Ints, drift, logistic, part_of, stream
from .people import People
from .places import DemoDistrict
from .situation import YEARS

_WORK_YEAR = np.interp(YEARS, [2015, 2019, 2020, 2021, 2022, 2025], [0.12, -0.08, 0.08, 0.02, -0.06, 0.02])[
    :, None
]
"""How the labour market moves the odds of minimum security."""


def work(people: People, burden: Floats, refuge: Floats) -> dict[str, Ints]:
    """Data of the Jobcenter; ``arbeitslose`` and ``svb_wohnort`` also as ``…:m`` and ``…:w``."""
    odds = -2.62 + 0.70 * burden + _WORK_YEAR
    rate = logistic(odds) + 0.4 * refuge
    adults = part_of("sgb2_adults", people.ages(18, 65), 0.88 * rate, 0.5)
    older = part_of("sgb2_15_17", people.ages(15, 18), np.minimum(1.45 * rate, 0.7))
    young = part_of("sgb2_u15", people.ages(0, 15), np.minimum(1.62 * rate, 0.78))
    lone = people.counts["haushalte_alleinerziehend"]
    families = part_of("sgb2_lone", lone, np.minimum(3.1 * rate + 0.06, 0.85))
    out = {
        "sgb2_nef_u15": young,
        "sgb2_u18": young + older,
        "sgb2_personen": young + older + adults,
        "sgb2_bg_alleinerziehend": np.minimum(families, young + older),
    }
    insured = part_of("sgb3", people.ages(15, 65) - adults, 0.019 + 0.003 * burden + 0.03 * _WORK_YEAR, 0.5)
    minimum = part_of("unemployed_sgb2", adults, 0.42 + 0.25 * _WORK_YEAR + 0 * burden, 0.5)
    total = insured + minimum
    out["arbeitslose"] = total
    out["arbeitslose_u25"] = part_of("unemployed_young", total, 0.092 + 0.008 * burden)
    out["arbeitslose_langzeit"] = part_of(
        "unemployed_long", total, 0.34 + 0.05 * burden + 0.3 * _WORK_YEAR, 0.5
    )
    out["arbeitslose:w"] = part_of("unemployed_women", total, 0.455 - 0.01 * burden)
    out["arbeitslose:m"] = total - out["arbeitslose:w"]
    out.update(_employed(people, burden, total))
    return out


def _employed(people: People, burden: Floats, unemployed: Ints) -> dict[str, Ints]:
    """Employees subject to social insurance, 15 to under 65, by sex."""
    growth = np.interp(YEARS, [2015, 2019, 2020, 2025], [-0.03, 0.012, 0.008, 0.025])[:, None]
    rate = 0.625 - 0.035 * burden + growth
    by_sex = people.cells[:, :, 4:16].sum(axis=(2, 4))
    out: dict[str, Ints] = {}
    for sex, (letter, more) in enumerate((("m", 0.03), ("w", -0.035))):
        without_work = unemployed - unemployed // 2
        able = np.maximum(by_sex[:, :, sex] - without_work, 0)
        out[f"svb_wohnort:{letter}"] = part_of(f"svb_{letter}", able, rate + more, 0.4)
    out["svb_wohnort"] = out["svb_wohnort:m"] + out["svb_wohnort:w"]
    return out


def benefits(people: People, burden: Floats, refuge: Floats) -> dict[str, Ints]:
    """Data of the municipal social and youth offices."""
    years = np.array(YEARS)[:, None]
    age = people.ages
    plus = np.where(years >= 2023, 1.85, np.where(years >= 2020, 1.1, 1.0))
    asylum = np.interp(
        YEARS, [2015, 2016, 2018, 2021, 2022, 2023, 2025], [1.5, 1.3, 0.7, 0.42, 0.6, 0.75, 0.6]
    )
    open_to = refuge[-1] / refuge[-1].mean()
    places = np.interp(YEARS, [2015, 2019, 2025], [0.24, 0.31, 0.36])[:, None]
    kita = np.interp(YEARS, [2015, 2019, 2022, 2025], [0.945, 0.93, 0.915, 0.92])[:, None]
    return {
        "grundsicherung_alter": part_of(
            "gsa", age(65), (0.028 + 0.0011 * (years - 2016)) * np.exp(0.55 * burden)
        ),
        "grundsicherung_erwerbsminderung": part_of("gse", age(18, 65), 0.0088 * np.exp(0.42 * burden)),
        "wohngeld_haushalte": part_of(
            "wohngeld", people.counts["haushalte"], 0.0135 * plus * np.exp(0.35 * burden)
        ),
        "asylblg_personen": part_of("asylblg", people.total, 0.0095 * asylum[:, None] * open_to, 1.2),
        "hilfen_erziehung": part_of(
            "hze", age(0, 21), (0.030 + 0.0008 * (years - 2016)) * np.exp(0.42 * burden)
        ),
        "inobhutnahmen": part_of("inobhut", age(0, 18), 0.0052 * np.exp(0.5 * burden)),
        "kita_u3": part_of("kita_u3", age(0, 3), places - 0.045 * burden),
        "kita_3_6": part_of("kita_3_6", age(3, 6), kita - 0.022 * burden),
    }


def health(people: People, burden: Floats) -> dict[str, Ints]:
    """The school entry examination; in 2020 and 2021 many children were not examined."""
    cohort = people.ages(3, 6) // 3
    seen = np.interp(YEARS, [2015, 2019, 2020, 2021, 2022, 2025], [0.98, 0.97, 0.55, 0.68, 0.94, 0.97])[
        :, None
    ]
    examined = part_of("seu", cohort, seen + 0 * burden, 0.4)
    time = (np.array(YEARS) - 2016)[:, None]
    after = np.where(np.array(YEARS) >= 2021, 0.035, 0.0)[:, None]
    return {
        "seu_untersuchte": examined,
        "seu_sprache": part_of("seu_sprache", examined, 0.215 + 0.068 * burden + after),
        "seu_motorik": part_of("seu_motorik", examined, 0.135 + 0.028 * burden + after),
        "seu_uebergewicht": part_of("seu_uebergewicht", examined, 0.102 + 0.022 * burden + 0.6 * after),
        "seu_vorsorge_vollstaendig": part_of("seu_vorsorge", examined, 0.83 - 0.055 * burden + 0.004 * time),
    }


def advice(district: DemoDistrict, people: People, burden: Floats) -> dict[str, Ints]:
    """Data of the welfare associations: cases by residence, places by the facility's address."""
    years = np.array(YEARS)[:, None]
    foreign = np.asarray(people.cells[..., 1].sum(axis=(2, 3)))
    crisis = np.where(years >= 2022, 1.45, 1.0)
    weight = {"core": 2.2, "quarter": 1.6, "estate": 1.8, "works": 1.2, "middle": 0.7}
    stands = np.array([weight.get(p.kind, 0.25) for p in district.places])
    stands = stands * stream("facilities").gamma(0.9, 1.1, len(district.places))
    places = np.rint(stands * 26)[None, :] * (1 + 0.015 * (years - 2018))
    places = np.rint(np.where(places < 8, 0, places)).astype(np.int64)
    return {
        "schuldnerberatung": part_of("schuldner", people.ages(18), 0.0068 * np.exp(0.5 * burden)),
        "migrationsberatung": part_of(
            "migration", foreign, 0.052 * np.where(years >= 2022, 1.3, 1.0) + 0 * burden
        ),
        "suchtberatung": part_of("sucht", people.ages(15), 0.0042 * np.exp(0.28 * burden)),
        "tafel_personen": part_of("tafel", people.total, 0.008 * crisis * np.exp(0.6 * burden)),
        "angebote_plaetze": places,
        "angebote_warteliste": part_of("warteliste", places, 0.13 + 0.02 * crisis + 0 * burden, 1.0),
    }


def disability(people: People, burden: Floats) -> dict[str, Ints]:
    """Persons with a severe disability."""
    expected = 0.03 * people.ages(0, 65) + 0.255 * people.ages(65)
    return {"schwerbehinderte": part_of("sb", people.total, expected / people.total * np.exp(0.06 * burden))}


def _by_town(district: DemoDistrict, values: Ints) -> Ints:
    """Sums over the places of each municipality, shape (years, municipalities)."""
    town = np.array([p.municipality for p in district.places])
    return np.stack([values[:, town == k].sum(axis=1) for k in range(len(district.municipalities))], axis=1)


def schools(district: DemoDistrict, people: People, burden: Floats) -> dict[str, Ints]:
    """School figures by municipality of the school. The two smallest towns have no secondary school."""
    pupils = _by_town(district, people.ages(6, 10)) // 4
    youth = _by_town(district, people.ages(15, 18)) // 3
    town = _by_town(district, np.rint(100 * burden * people.total).astype(np.int64)) / 100
    mean = town / _by_town(district, people.total)
    centre = np.array([1.35, 1.1, 1.05, 0.95, 1.0, 0.55, 0.0, 0.0])[None, :]
    leavers = np.rint(youth * centre).astype(np.int64)
    moves = part_of("uebergaenge", pupils, 0.97 + 0 * mean, 0.4)
    return {
        "uebergaenge": moves,
        "uebergaenge_gymnasium": part_of("gymnasium", moves, 0.425 - 0.13 * mean, 0.5),
        "schulabgaenge": leavers,
        "schulabgaenge_ohne_abschluss": part_of("ohne", leavers, 0.062 + 0.028 * mean),
    }


def care(district: DemoDistrict, people: People) -> dict[str, Ints]:
    """Persons in need of care by municipality."""
    years = np.array(YEARS)[:, None]
    more = np.interp(YEARS, [2015, 2017, 2025], [0.78, 0.9, 1.22])[:, None]
    old = part_of("care80", _by_town(district, people.ages(80)), 0.36 * more + 0 * years, 0.5)
    rest = part_of("care", _by_town(district, people.ages(0, 80)), 0.0165 * more + 0 * years, 0.5)
    return {"pflegebeduerftige": old + rest, "pflegebeduerftige_80": old}


def housing(district: DemoDistrict, people: People, refuge: Floats) -> dict[str, Floats]:
    """Housing by municipality; living space in m², rents in €/m² with two decimals."""
    households = _by_town(district, people.counts["haushalte"])
    town_refuge = _by_town(district, np.rint(people.total * refuge * 100).astype(np.int64)) / 100
    total = _by_town(district, people.total)
    size = np.array([84.0, 79.5, 97.0, 101.5, 92.0, 104.0, 103.0, 106.5])
    rent = np.array([8.1, 6.9, 9.4, 9.6, 7.2, 7.9, 7.0, 6.6])
    years = np.array(YEARS)[:, None]
    dwellings = np.rint(households * np.interp(YEARS, [2015, 2025], [1.034, 1.026])[:, None])
    level = np.interp(YEARS, [2015, 2020, 2025], [0.86, 1.0, 1.24])[:, None]
    noise = drift("rent", (len(YEARS), len(rent)))
    homeless = part_of("homeless", total, 0.0011 + 0.11 * town_refuge / total + 0 * years)
    return {
        "wohnungen": dwellings,
        "wohnflaeche": np.rint(dwellings * (size + 0.12 * (years - 2016))),
        "angebotsmiete": np.round(rent * level + 0.1 * noise, 2),
        "raeumungen": part_of("evictions", households, 0.0011 * np.exp(0.02 * (years - 2020)) + 0 * total),
        "wohnungslose": homeless,
    }
