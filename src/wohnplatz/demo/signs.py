"""How the demo's partners write a figure: as a number, or as one of the agreed signs."""

from __future__ import annotations

from collections.abc import Mapping

from wohnplatz.model import TOTAL, Variable

_DASH_FOR_ZERO = frozenset({"auenburg", "jobcenter", "gesundheitsamt", "nb-westkreis"})
_WITHOUT_SECONDARY_SCHOOL = ("05999007", "05999008")


def shown(
    partner: str, variable: Variable, area: str, year: int, values: Mapping[tuple[str, ...], float]
) -> dict[tuple[str, ...], str | float | int]:
    """What stands in the cells of one area, by categories."""
    result: dict[tuple[str, ...], str | float | int] = {}
    for categories, value in values.items():
        special = _special(partner, variable.code, area, year, value)
        if special is not None:
            result[categories] = special
        elif partner == "jobcenter" and _protected(values, categories):
            result[categories] = "*"
        elif value == 0 and partner in _DASH_FOR_ZERO:
            result[categories] = "-"
        else:
            result[categories] = int(value) if variable.integer else value
    return result


def _special(partner: str, variable: str, area: str, year: int, value: float) -> str | None:
    """Signs that a certain partner sets for a reason of its own."""
    if variable.startswith("migrationshintergrund") and partner == "eschenlohn" and year <= 2018:
        return "."  # the procedure was introduced there in 2019
    if variable.startswith("schulabgaenge"):
        if area in _WITHOUT_SECONDARY_SCHOOL:
            return "x"
        if variable == "schulabgaenge_ohne_abschluss" and year == 2025 and area == "05999001":
            return "…"  # promised for the end of the year
    if variable == "angebotsmiete" and area == "05999008" and year <= 2022:
        return "/"  # too few offers
    if variable == "tafel_personen" and partner == "bh-suedkreis" and year in {2020, 2021} and value > 0:
        return f"({int(value)})"  # counted at two of three counters only
    return None


def _protected(values: Mapping[tuple[str, ...], float], categories: tuple[str, ...]) -> bool:
    """The supplier protects 1 and 2; of the two sexes both, or the total would give the other away."""
    total = categories == (TOTAL,) * len(categories)
    if total:
        return 0 < values[categories] < 3
    return any(0 < v < 3 for c, v in values.items() if c != (TOTAL,) * len(c))
