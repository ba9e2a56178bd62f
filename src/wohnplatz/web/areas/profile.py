"""The parts of an area's profile, each from released figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from wohnplatz import charts, text
from wohnplatz.analysis import VERDICTS, sentence, with_reliability
from wohnplatz.model import Area, FigureMeta, Indicator, ReleasedFigure, ReleasedTable, Verdict
from wohnplatz.store import Origin
from wohnplatz.web.figures import by_place, released, unit_words
from wohnplatz.web.geography import neighbours_of
from wohnplatz.web.parameters import whole
from wohnplatz.web.stand import Stand, level_name
from wohnplatz.web.warnings.forms import SPAN
from wohnplatz.web.warnings.reading import warning_of

CHART_WIDTH = 460
"""Narrow enough that the words of a chart can be read on a phone."""


_SHORT = {
    Verdict.ABOVE: "über dem Kreis",
    Verdict.BELOW: "unter dem Kreis",
    Verdict.SAME: "nicht unterscheidbar",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """An area, a year, and the figures of the area and of everything it lies in."""

    stand: Stand
    key: str
    year: int
    years: tuple[int, ...]
    level: str
    compared: tuple[tuple[str, Area], ...]
    """Key and area: the area itself, then its ancestors."""
    indicators: tuple[Indicator, ...]
    table: ReleasedTable
    found: Mapping[tuple[str, str, int], ReleasedFigure]

    def figure(self, indicator: str, key: str) -> ReleasedFigure | None:
        """The figure of the year."""
        return self.found.get((indicator, key, self.year))


@dataclass(frozen=True, slots=True)
class Position:
    """How sure the area's figure is and what that says beside the district; ``svg`` shows both."""

    interval: str
    verdict: str
    short: str
    """The same in two words, for a phone."""
    differs: bool
    svg: SafeString


@dataclass(frozen=True, slots=True)
class Row:
    """One key figure against the areas above."""

    indicator: Indicator
    meta: FigureMeta
    figures: tuple[ReleasedFigure | None, ...]
    position: Position | None
    origin: str
    map: str
    method: str


def scene_of(stand: Stand, key: str, wanted: str) -> Scene:
    """Read the core figures of an area; ``wanted`` is a year, the newest one where it is none."""
    level, area = stand.area(key)
    core = tuple(i for i in stand.catalogue.indicators.values() if i.core)
    chosen = core or tuple(stand.catalogue.indicators.values())
    compared = ((key, area), *((a.key, a) for _, a in stand.ancestors(key)))
    found = released(stand, [i.code for i in chosen], areas=[k for k, _ in compared])
    table = with_reliability(found, district=stand.top())
    years = tuple(sorted({f.year for f in table if f.area == key}))
    year = asked if (asked := whole(wanted)) in years else (years[-1] if years else 0)
    return Scene(stand, key, year, years, level, compared, chosen, table, by_place(table))


def blocks(scene: Scene) -> list[tuple[str, list[Row]]]:
    """Key figures by block, in the catalogue's order."""
    labels = scene.stand.catalogue.blocks
    grouped = [
        (label, [_row(scene, i) for i in scene.indicators if i.block == code])
        for code, label in labels.items()
    ]
    return [(label, rows) for label, rows in grouped if rows]


def notices(scene: Scene) -> list[tuple[str, str, bool]]:
    """What the early warning says of the area: name of the figure, sentence, whether it is favourable."""
    stand = scene.stand
    if scene.level != stand.hierarchy.base.level or not scene.year:
        return []
    found = warning_of(stand, scene.year - SPAN, scene.year)
    known = stand.catalogue.indicators
    return [
        (known[n.change.indicator].short or known[n.change.indicator].label,
         sentence(n, stand.meta[n.change.indicator]), n.favourable)
        for n in (*found.unfavourable, *found.favourable)
        if n.change.area == scene.key
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A time line with its words and its table: years × areas."""

    title: str
    subtitle: str
    svg: SafeString
    meta: FigureMeta
    names: tuple[str, ...]
    rows: tuple[tuple[int, tuple[ReleasedFigure | None, ...]], ...]


def lines(scene: Scene) -> list[Line]:
    """A time line for each core figure; those without one in this area are left out."""
    drawn = (_line(scene, indicator) for indicator in scene.indicators)
    return [line for line in drawn if line is not None]


def _line(scene: Scene, indicator: Indicator) -> Line | None:
    # A count of the district would press the line of a small area flat.
    compared = scene.compared if indicator.denominator or indicator.formula else scene.compared[:1]
    keys = [key for key, _ in compared]
    part = scene.table.where(lambda f: f.indicator == indicator.code and f.area in keys)
    if len({f.year for f in part if f.value is not None and f.area == scene.key}) < 2:
        return None
    meta = scene.stand.meta[indicator.code]
    title, years = indicator.short or indicator.label, f"{scene.years[0]} bis {scene.years[-1]}"
    subtitle = ", ".join(filter(None, (unit_words(meta.unit), years)))
    svg = charts.line_svg(
        part,
        indicator=indicator.code,
        areas=[(key, area.name) for key, area in compared],
        title=title,
        subtitle=subtitle,
        breaks=indicator.breaks,
        width=CHART_WIDTH,
        prefix=indicator.code,
    )
    rows = tuple((y, tuple(scene.found.get((indicator.code, k, y)) for k in keys)) for y in scene.years)
    names = tuple(area.name for _, area in compared)
    return Line(title, subtitle, mark_safe(svg), meta, names, rows)  # noqa: S308 (our own, texts escaped)


@dataclass(frozen=True, slots=True)
class Pyramid:
    """The age pyramid with its table: ages by sex × areas."""

    svg: SafeString
    meta: FigureMeta
    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[ReleasedFigure | None, ...]], ...]


def pyramid(scene: Scene) -> Pyramid | None:
    """The age pyramid against the coarsest area, None where there are no figures by age."""
    population = scene.stand.catalogue.population
    keys = [scene.key, scene.compared[-1][0]]
    years = scene.stand.years(population, scene.level)
    if not years:
        return None
    table = released(scene.stand, [population], areas=keys, years=[scene.year], breakdown=True)
    if not any(f.value is not None for f in table):
        return None
    compare = keys[1] if keys[1] != keys[0] else None
    names = {key: area.name for key, area in scene.compared}
    svg = charts.pyramid_svg(
        table,
        area=scene.key,
        year=scene.year,
        names=names,
        compare=compare,
        title="Altersaufbau",
        subtitle=f"Bevölkerung nach Alter und Geschlecht, {scene.year}",
        width=CHART_WIDTH,
        prefix="pyramid",
    )
    shown = [scene.key] + ([compare] if compare else [])
    found = {(f.breakdown, f.area): f for f in table}
    codes = dict.fromkeys(f.breakdown for f in table)
    rows = tuple((_breakdown(scene.stand, c), tuple(found.get((c, k)) for k in shown)) for c in codes)
    meta = scene.stand.meta[population]
    return Pyramid(mark_safe(svg), meta, tuple(names[k] for k in shown), rows)  # noqa: S308 (our own)


def index_positions(scene: Scene) -> list[dict[str, object]]:
    """Where the area stands in each index of its level, in the newest year that has one.

    Indices with dynamics come first; the first one of all is shown among the other areas.
    """
    indices = [i for i in scene.stand.catalogue.indices.values() if i.level == scene.level]
    ordered = sorted(indices, key=lambda i: not i.dynamics)
    return [_position(scene, index.code, drawn=n == 0) for n, index in enumerate(ordered)]


def neighbour_links(scene: Scene) -> list[tuple[str, str]]:
    """Name and address of the neighbours' profiles."""
    names = scene.stand.names(scene.level)
    keys = neighbours_of(scene.stand, scene.level, scene.key)
    found = [(names[k], scene.stand.url("area", k, jahr=scene.year)) for k in keys if k in names]
    return sorted(found)


def described_origins(stand: Stand, found: Sequence[Origin]) -> list[dict[str, object]]:
    """Cells of deliveries with the words for them."""
    return [_described(stand, o) for o in found]


def deliveries_of(found: Sequence[Origin]) -> list[dict[str, object]]:
    """The deliveries behind the cells, each once."""
    seen: dict[str, dict[str, object]] = {}
    for o in found:
        entry = seen.setdefault(
            o.delivery,
            {
                "pk": int(o.delivery) if o.delivery.isdecimal() else None,
                "partner": o.partner_label,
                "name": o.original_name,
                "date": o.reference_date,
                "cells": 0,
            },
        )
        entry["cells"] = int(str(entry["cells"])) + 1
    return sorted(seen.values(), key=lambda e: (str(e["date"]), str(e["partner"])))


def _row(scene: Scene, indicator: Indicator) -> Row:
    code, stand = indicator.code, scene.stand
    levels = [x for x in stand.hierarchy.levels if x in indicator.levels]
    level = scene.level if scene.level in levels else (levels[0] if levels else scene.level)
    return Row(
        indicator=indicator, meta=stand.meta[code],
        figures=tuple(scene.figure(code, key) for key, _ in scene.compared),
        position=_position_of(scene, code),
        origin=stand.url("origin", scene.key, code, jahr=scene.year),
        map=stand.url("map", code, datum=scene.year, ebene=level), method=stand.url("method", code),
    )  # fmt: skip


def _position_of(scene: Scene, code: str) -> Position | None:
    """The interval of the area's figure; None where it has none, or where it is the district itself."""
    own, top = scene.figure(code, scene.key), scene.stand.top()
    whole = scene.figure(code, top) if top else None
    if own is None or own.reliability is None or own.reliability.verdict is None:
        return None
    if whole is None or whole.value is None:
        return None
    sure, meta = own.reliability, scene.stand.meta[code]
    interval = " bis ".join(text.number(x, meta.decimals) for x in (sure.low, sure.high))
    verdict = own.reliability.verdict
    svg = charts.interval_svg(own, meta, whole.value)
    return Position(
        interval, VERDICTS[verdict], _SHORT[verdict], verdict is not Verdict.SAME,
        mark_safe(svg),  # noqa: S308 (our own, texts escaped there)
    )  # fmt: skip


def _position(scene: Scene, code: str, *, drawn: bool) -> dict[str, object]:
    stand, index = scene.stand, scene.stand.catalogue.indices[code]
    names = ("status", "status_class", *(("dynamics_class",) if index.dynamics else ()), "attention")
    measures = {name: f"{code}:{name}" for name in names}
    years = stand.years(measures["status_class"], index.level)
    year = scene.year if scene.year in years else (years[-1] if years else 0)
    table = released(stand, list(measures.values()), level=index.level, years=[year])
    found = by_place(table)
    own = {name: found.get((m, scene.key, year)) for name, m in measures.items()}
    status = own["status"]
    strip, title = None, f"Statusindex {year}: Lage unter allen {_dative(index.level)}"
    if drawn and status is not None and status.value is not None:
        part = table.where(lambda f: f.indicator == measures["status"])
        strip = mark_safe(  # noqa: S308 (our own, texts escaped there)
            charts.strip_svg(
                part,
                indicator=measures["status"],
                year=year,
                area=scene.key,
                names=stand.names(index.level),
                title=title,
                width=CHART_WIDTH,
            )
        )
    metas = {name: stand.meta[m] for name, m in measures.items()}
    attention = own["attention"]
    return {
        "label": index.label, "url": stand.url("index", code, jahr=year), "year": year, "strip": strip,
        "strip_title": title,
        "status": own["status_class"], "dynamics": own.get("dynamics_class"),
        "has_dynamics": bool(index.dynamics), "meta": metas,
        "attention": attention is not None and attention.value == 1,
    }  # fmt: skip


def _dative(level: str) -> str:
    word = level_name(level)
    return word if word.endswith("n") else f"{word}n"


def _described(stand: Stand, o: Origin) -> dict[str, object]:
    variable = stand.catalogue.variables.get(o.variable)
    level = stand.hierarchy.level_of(o.area)
    value = "" if o.value is None else text.number(o.value, 0 if o.value == int(o.value) else 2)
    return {
        "partner": o.partner_label, "name": o.original_name, "date": o.reference_date, "delivery": o.delivery,
        "sheet": o.sheet, "row": o.row, "column": o.column,
        "variable": variable.label if variable else o.variable,
        "area": stand.hierarchy.areas(level)[o.area].name if level else o.area,
        "breakdown": _breakdown(stand, o.breakdown), "value": value,
        "state": text.state_word(o.state) if o.state else "",
    }  # fmt: skip


def _breakdown(stand: Stand, breakdown: str) -> str:
    parts = [p.partition("=") for p in breakdown.split(";") if p]
    dimensions = stand.catalogue.dimensions
    words = [dimensions[d].categories.get(c, c) if d in dimensions else c for d, _, c in parts]
    return ", ".join(words) or "insgesamt"
