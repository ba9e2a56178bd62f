"""Key figures freed of the age structure, as far as the catalogue says how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wohnplatz import text
from wohnplatz.analysis.standardised import AreaStandardised, age_standardised, standardised_words
from wohnplatz.web.figures import released
from wohnplatz.web.maps.drawing import short_label
from wohnplatz.web.stand import Stand


@dataclass(frozen=True, slots=True)
class AgeRow:
    """One key figure of an area: counted and expected cases, and the ratio in words."""

    label: str
    observed: str
    expected: str
    words: str
    groups: str
    """By which groups of ages it was computed."""


def standardised(stand: Stand, areas: Sequence[str], year: int) -> dict[tuple[str, str], AreaStandardised]:
    """The ratios of all indicators that name their age parts, by indicator and area."""
    top = stand.top()
    wanted = [i for i in stand.catalogue.indicators.values() if i.age_parts]
    if top is None or not wanted:
        return {}
    stand_ins = _stand_ins(stand)
    codes = {c for i in wanted for part in i.age_parts for c in (i.code, part, stand_ins.get(part, part))}
    table = released(stand, codes, areas=[*areas, top], years=[year])
    return {
        (i.code, area): found
        for i in wanted
        for area, found in age_standardised(
            table, indicator=i.code, parts=i.age_parts, stand_ins=stand_ins, year=year, areas=areas,
            district=top,
        ).items()
    }  # fmt: skip


def _stand_ins(stand: Stand) -> dict[str, str]:
    """Part → an indicator whose numerator counts the people of the part's denominator."""
    known = stand.catalogue.indicators
    counted = {i.numerator: i.code for i in known.values() if i.numerator}
    parts = [part for i in known.values() for part in i.age_parts if part in known]
    return {part: counted[known[part].denominator] for part in parts if known[part].denominator in counted}


def age_rows(stand: Stand, key: str, year: int) -> list[AgeRow]:
    """What the profile of an area shows; nothing for the district, which is the measure itself."""
    if key == stand.top():
        return []
    found = standardised(stand, [key], year)
    return [_row(stand, code, s) for (code, _), s in found.items()]


def _row(stand: Stand, code: str, s: AreaStandardised) -> AgeRow:
    parts = [short_label(stand, part) for part in stand.catalogue.indicators[code].age_parts]
    return AgeRow(
        short_label(stand, code),
        "–" if s.observed is None else text.number(s.observed),
        "–" if s.expected is None else text.number(s.expected, 1),
        standardised_words(s), text.enumerate_words([*parts, "übrige Altersgruppen"]),
    )  # fmt: skip
