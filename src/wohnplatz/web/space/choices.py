"""Indicator and year of a page, read from its address; nonsense falls back to what there is."""

from __future__ import annotations

from dataclasses import dataclass

from wohnplatz.web.maps.drawing import reference_of, short_label
from wohnplatz.web.maps.views import first_indicator
from wohnplatz.web.parameters import whole
from wohnplatz.web.stand import Stand

Groups = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Choice:
    """An indicator in a year at its finest level."""

    indicator: str
    label: str
    level: str
    year: int
    years: tuple[int, ...]
    reference: str


def choice_of(stand: Stand, indicator: str, wanted: str) -> Choice | None:
    """The choice; None for an indicator that there is not, or that has no figures of any year."""
    level = level_of(stand, indicator)
    years = stand.years(indicator, level) if level else ()
    if not years:
        return None
    year = asked if (asked := whole(wanted)) in years else years[-1]
    reference = reference_of(stand, indicator, year)
    return Choice(indicator, short_label(stand, indicator), level, year, years, reference)


def level_of(stand: Stand, indicator: str) -> str:
    """The finest level that has figures of an indicator or an index status; empty for anything else."""
    known = stand.catalogue.indicators.get(indicator)
    index = stand.catalogue.indices.get(indicator.removesuffix(":status"))
    wanted = known.levels if known else (index.level,) if index and indicator.endswith(":status") else ()
    return next((x for x in stand.hierarchy.levels[:-1] if x in wanted), "")


def usual_indicator(stand: Stand) -> str:
    """The one a page opens with: a part of the first index, else the first core indicator."""
    for index in stand.catalogue.indices.values():
        for part in index.status[1:2] or index.status:
            return part.indicator
    return first_indicator(stand)


def indicator_groups(stand: Stand, *, indices: bool = True) -> Groups:
    """Indicators by block, each with its short name; then the status of the indices."""
    catalogue = stand.catalogue
    groups: Groups = [
        (label, [(i.code, i.short or i.label) for i in catalogue.indicators.values() if i.block == code])
        for code, label in catalogue.blocks.items()
    ]
    if indices:
        groups.append(
            ("Indizes", [(f"{i.code}:status", f"{i.label}: Status") for i in catalogue.indices.values()])
        )
    found = [(label, [(c, n) for c, n in inside if level_of(stand, c)]) for label, inside in groups]
    return [(label, inside) for label, inside in found if inside]


def share_groups(stand: Stand) -> Groups:
    """Indicators whose numerator is a part of the denominator, as far as the catalogue says so."""
    known = stand.catalogue.indicators

    def is_share(code: str) -> bool:
        i = known[code]
        return i.unit == "%" and i.protection not in {"population_ratio", "balance", "none"}

    groups = [
        (g, [(c, n) for c, n in inside if is_share(c)])
        for g, inside in indicator_groups(stand, indices=False)
    ]
    return [(label, inside) for label, inside in groups if inside]
