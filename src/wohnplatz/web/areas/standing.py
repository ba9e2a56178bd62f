"""Where an area stands beyond one figure: places among all areas, direction, years together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from wohnplatz import charts
from wohnplatz.analysis import (
    AreaPooled,
    AreaPosition,
    AreaTrend,
    places,
    pooled,
    pooled_words,
    positions,
    span_words,
    trend_sentence,
    trend_short,
    trends,
)
from wohnplatz.intake import Sheet
from wohnplatz.model import FigureMeta, ReleasedFigure
from wohnplatz.web.figures import released, source_lines
from wohnplatz.web.maps.drawing import short_label
from wohnplatz.web.remembered import key_of, once
from wohnplatz.web.stand import Stand

from .scene import Scene

Positions = Mapping[str, Mapping[str, AreaPosition]]
_POSITIONS: OrderedDict[Hashable, Positions] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Standing:
    """One key figure of the area: the year, the years together, the direction, the range of places."""

    label: str
    meta: FigureMeta
    figure: ReleasedFigure | None
    pooled: str
    """Years together with interval; empty where this kind of figure cannot be pooled."""
    has_pooled: bool
    """Whether that is a number and not the reason why there is none."""
    trend: str
    short: str
    places: str
    svg: SafeString


def positions_of(stand: Stand, level: str, year: int) -> Positions:
    """The places of all areas of a level in all core figures of a year; they never change."""

    def find() -> Positions:
        codes = [i.code for i in stand.key_indicators]
        table = released(stand, codes, level=level, years=[year])
        return {code: positions(table, indicator=code, level=level, year=year) for code in codes}

    return once(_POSITIONS, (*key_of(stand), level, year), find, keep=8)


def standings(scene: Scene) -> list[Standing]:
    """A row for each key figure of the profile that has a trend, years together or places to show."""
    own = scene.table.where(lambda f: f.area == scene.key)
    together = pooled(own, year=scene.year, areas=[scene.key])
    directions = {t.indicator: t for t in trends(own.where(lambda f: f.year <= scene.year))}
    ranked = positions_of(scene.stand, scene.level, scene.year) if scene.key != scene.stand.top() else {}
    rows = [
        _row(
            scene, i.code, together.get((i.code, scene.key)), directions.get(i.code),
            ranked.get(i.code, {}).get(scene.key),
        )
        for i in scene.indicators
    ]  # fmt: skip
    return [row for row in rows if row.has_pooled or row.short or row.places]


def years_together(scene: Scene) -> str:
    """``2023 bis 2025``: the years that are pooled."""
    return span_words(tuple(range(scene.year - 2, scene.year + 1)))


def standing_sheet(scene: Scene) -> Sheet:
    """The same as a sheet to take away."""
    header = ("Kennzahl", "Einheit", str(scene.year), f"{years_together(scene)} zusammen", "Richtung", "Lage")
    body = [
        (s.label, s.meta.unit, s.figure.value if s.figure else None, s.pooled, s.trend, s.places)
        for s in standings(scene)
    ]
    foot = ["Plätze vom niedrigsten Wert an, mit 95 % Sicherheit.", *source_lines(scene.table)]
    return Sheet("Lage und Richtung", header, body, head=[scene.compared[0][1].name], foot=foot)


def _row(
    scene: Scene, code: str, together: AreaPooled | None, direction: AreaTrend | None, at: AreaPosition | None
) -> Standing:
    meta = scene.stand.meta[code]
    svg = ""
    if at is not None and at.best is not None and at.worst is not None:
        svg = charts.places_svg(at.best, at.worst, at.of)
    return Standing(
        short_label(scene.stand, code), meta, scene.figure(code, scene.key),
        pooled_words(together, meta) if together else "", bool(together and together.value is not None),
        trend_sentence(direction, meta) if direction else "", trend_short(direction),
        places(at) if at else "",
        mark_safe(svg),  # noqa: S308 (our own)
    )  # fmt: skip
