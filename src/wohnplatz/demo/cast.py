"""Partners, accounts and agreements of the made-up district. All organisations are invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from wohnplatz.model import Catalogue

from .places import DemoDistrict
from .scenario import PLANNER, DemoAccount, DemoAgreement, DemoPartner

JOBCENTER = "jobcenter"
HEALTH, SCHOOLS, SOCIAL = "gesundheitsamt", "schulamt", "sozialamt"

_WELFARE = (
    ("wv-auenburg", "Wohlfahrtsverband Auenburg e. V.", (0,)),
    ("sd-hammerfurt", "Soziale Dienste Hammerfurt gGmbH", (1,)),
    ("nb-westkreis", "Nachbarschaft und Beratung Westkreis e. V.", (2, 3)),
    ("sw-nordkreis", "Sozialwerk Nordkreis e. V.", (4, 7)),
    ("bh-suedkreis", "Bürgerhilfe Südkreis e. V.", (5, 6)),
)
"""Code, name and the municipalities (by position) whose advice centres it runs."""

_LAST_ROUND = date(2026, 12, 31)


def town_code(name: str) -> str:
    """Code of a municipality's partner and account: ``auenburg``."""
    return name.lower()


def partners(district: DemoDistrict) -> tuple[DemoPartner, ...]:
    """Eight municipalities, a Jobcenter, five welfare associations and three offices of the Kreis."""
    towns = district.municipalities
    return (
        *(
            _partner(town_code(t.short), t.name, "municipality", (t.key,), "Statistik und Soziales")
            for t in towns
        ),
        _partner(JOBCENTER, "Jobcenter Auental", "jobcenter", (), "Controlling"),
        *(
            _partner(code, name, "welfare", tuple(towns[i].key for i in own), "Geschäftsstelle")
            for code, name, own in _WELFARE
        ),
        _partner(
            HEALTH, "Kreis Auental, Gesundheitsamt", "district_office", (), "Kinder- und Jugendgesundheit"
        ),
        _partner(SCHOOLS, "Kreis Auental, Schulamt", "district_office", (), "Bildungsbüro"),
        _partner(SOCIAL, "Kreis Auental, Sozialamt", "district_office", (), "Pflege- und Teilhabeplanung"),
    )


def _partner(code: str, name: str, kind: str, areas: tuple[str, ...], function: str) -> DemoPartner:
    return DemoPartner(code, name, kind, areas, function, f"daten@{code}.example")


def accounts(district: DemoDistrict) -> tuple[DemoAccount, ...]:
    """One administrator, one planner, two readers, one account for each partner."""
    return (
        DemoAccount("verwaltung", "IT-Betreuung Kreis Auental", "administrator"),
        DemoAccount(PLANNER, "Sozialplanung Kreis Auental", "planner"),
        DemoAccount("jugendhilfe", "Jugendhilfeplanung Kreis Auental", "sector"),
        DemoAccount("ausschuss", "Geschäftsstelle Sozialausschuss", "sector"),
        *(
            DemoAccount(p.code, f"{p.contact_function}, {p.name}", "partner", p.code)
            for p in partners(district)
        ),
    )


def agreements(district: DemoDistrict, catalogue: Catalogue) -> tuple[DemoAgreement, ...]:
    """Which partner owes which data set from which year on."""
    return tuple(
        DemoAgreement(
            partner=partner, dataset=dataset,
            valid_from=date(first, 1, 1), rounds_until=_LAST_ROUND,
            rhythm="even_years" if dataset == "pflege" else "yearly",
            reference="15.12." if dataset == "pflege" else "31.12.",
            due_days=_DUE_DAYS.get(dataset, 90), lock_days=365,
            legal_basis=catalogue.datasets[dataset].legal_basis,
            contact_function=contact, releases_function=releases,
        )
        for partner, dataset, first, contact, releases in _terms(district)
    )  # fmt: skip


_DUE_DAYS = {
    "arbeit_grundsicherung": 105,
    "schule": 150,
    "pflege": 180,
    "beratung_angebote": 120,
    "wohnen": 120,
}


def _terms(district: DemoDistrict) -> Iterator[tuple[str, str, int, str, str]]:
    """Partner, data set, first year, contact and releasing function."""
    for town in district.municipalities:
        code = town_code(town.short)
        yield code, "bevoelkerung", 2016, "Einwohnermeldeamt", "Leitung Bürgerdienste"
        yield code, "soziale_leistungen", 2016, "Sozial- und Jugendamt", "Leitung Soziales und Jugend"
        yield code, "wohnen", 2021, "Bauamt", "Leitung Bauen und Wohnen"
    yield JOBCENTER, "arbeit_grundsicherung", 2016, "Controlling", "Geschäftsführung"
    for code, _, _ in _WELFARE:
        yield code, "beratung_angebote", 2019, "Fachbereich Beratung", "Geschäftsführung"
    yield HEALTH, "gesundheit_schule", 2016, "Kinder- und Jugendgesundheitsdienst", "Amtsleitung"
    yield SCHOOLS, "schule", 2016, "Bildungsbüro", "Amtsleitung"
    yield SOCIAL, "pflege", 2016, "Pflegeplanung", "Amtsleitung"
    yield SOCIAL, "teilhabe", 2016, "Teilhabeplanung", "Amtsleitung"
