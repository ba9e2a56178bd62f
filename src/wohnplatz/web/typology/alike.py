"""“Areas like this one”: a section for the profile of an area (template ``typology/alike.html``)."""

from __future__ import annotations

from dataclasses import dataclass

from wohnplatz import text
from wohnplatz.analysis.typology import Alike, similar
from wohnplatz.web.figures import released
from wohnplatz.web.maps.drawing import short_label
from wohnplatz.web.stand import Stand

from .scene import common_years, usual_indicators


@dataclass(frozen=True, slots=True)
class AlikeRow:
    """One area that is like the one of the page."""

    name: str
    parent: str
    url: str
    shares: str
    differs: str


@dataclass(frozen=True, slots=True)
class AlikeSection:
    """What the section shows; without rows it says why."""

    rows: tuple[AlikeRow, ...]
    year: int
    labels: str
    reason: str
    types_url: str


def alike(stand: Stand, key: str, year: int) -> AlikeSection | None:
    """The section for an area of the finest level; None for coarser areas, which are too few to compare.

    The year falls back to the newest one in which all indicators have figures.
    """
    level, _ = stand.area(key)
    if level != stand.hierarchy.base.level:
        return None
    indicators = usual_indicators(stand)
    years = common_years(stand, indicators, level)
    if not years:
        return None
    at = year if year in years else years[-1]
    table = released(stand, indicators, level=level, years=[at])
    found = similar(table, key, indicators, year=at)
    labels = {c: short_label(stand, c) for c in indicators}
    return AlikeSection(
        tuple(_row(stand, a, labels, at) for a in found.areas), at,
        text.enumerate_words([labels[c] for c in found.indicators]) if found.indicators else "",
        text.reason(found.reason) if found.reason else "", stand.url("types", jahr=at),
    )  # fmt: skip


def _row(stand: Stand, a: Alike, labels: dict[str, str], year: int) -> AlikeRow:
    _, area = stand.area(a.area)
    above = stand.ancestors(a.area)
    parts = [
        f"{text.enumerate_words([labels[c] for c in codes])} {word}"
        for codes, word in ((a.higher, "höher"), (a.lower, "niedriger"))
        if codes
    ]
    return AlikeRow(
        area.name, above[0][1].name if above else "", stand.url("area", a.area, jahr=year),
        text.enumerate_words([labels[c] for c in a.shares]) if a.shares else "–",
        "; ".join(parts) or "in nichts wesentlich",
    )  # fmt: skip
