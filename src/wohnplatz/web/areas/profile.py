"""The parts of an area's profile, each from released figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from wohnplatz import charts, text
from wohnplatz.analysis import VERDICTS, sentence
from wohnplatz.indicators import pyramid_words
from wohnplatz.model import FigureMeta, Indicator, ReleasedFigure, Verdict
from wohnplatz.store import Origin
from wohnplatz.web.figures import by_place, released
from wohnplatz.web.geography import neighbours_of
from wohnplatz.web.stand import Stand
from wohnplatz.web.warnings.forms import SPAN
from wohnplatz.web.warnings.reading import warning_of

from .drawing import (
    age_words,
    ages,
    compared_in,
    line_drawing,
    line_words,
    pyramid_drawing,
    strip_drawing,
    strip_title,
)
from .scene import Scene

_SHORT = {
    Verdict.ABOVE: "über dem Kreis",
    Verdict.BELOW: "unter dem Kreis",
    Verdict.SAME: "nicht unterscheidbar",
}


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

    code: str
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
    compared = compared_in(scene, indicator)
    keys = [key for key, _ in compared]
    part = scene.table.where(lambda f: f.indicator == indicator.code and f.area in keys)
    if len({f.year for f in part if f.value is not None and f.area == scene.key}) < 2:
        return None
    meta = scene.stand.meta[indicator.code]
    rows = tuple((y, tuple(scene.found.get((indicator.code, k, y)) for k in keys)) for y in scene.years)
    names = tuple(area.name for _, area in compared)
    title, subtitle = line_words(scene, indicator)
    safe = mark_safe(line_drawing(scene, indicator))  # noqa: S308 (our own, texts escaped there)
    return Line(indicator.code, title, subtitle, safe, meta, names, rows)


@dataclass(frozen=True, slots=True)
class Pyramid:
    """The age pyramid with its table: ages by sex × areas."""

    svg: SafeString
    meta: FigureMeta
    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[ReleasedFigure | None, ...]], ...]
    left_out: bool
    """On this level nothing is published by age and sex."""
    what: str
    by: str
    undivided: str
    """By what nothing is published on any level, in a sentence; empty where it is all there."""


def pyramid(scene: Scene) -> Pyramid | None:
    """The age pyramid against the coarsest area, None where there are no figures by age."""
    table = ages(scene)
    if table is None:
        return None
    shown = [scene.key, *([scene.compared[-1][0]] if len(scene.compared) > 1 else [])]
    names = {key: area.name for key, area in scene.compared}
    found = {(f.breakdown, f.area): f for f in table}
    codes = dict.fromkeys(f.breakdown for f in table)
    rows = tuple((age_words(scene.stand, c), tuple(found.get((c, k)) for k in shown)) for c in codes)
    left_out = {f.reason for f in table if f.area == scene.key} == {"too_detailed"}
    svg = "" if left_out else pyramid_drawing(scene, table)
    meta = scene.stand.meta[scene.stand.catalogue.population]
    return Pyramid(
        mark_safe(svg),  # noqa: S308 (our own)
        meta, tuple(names[k] for k in shown), rows, left_out, *pyramid_words(scene.stand.catalogue),
    )  # fmt: skip


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
    names = ("status", "status_class", "dynamics_class", "attention")
    measures = {name: f"{code}:{name}" for name in names if f"{code}:{name}" in index.measures()}
    years = stand.years(measures["status_class"], index.level)
    year = scene.year if scene.year in years else (years[-1] if years else 0)
    table = released(stand, list(measures.values()), level=index.level, years=[year])
    found = by_place(table)
    own = {name: found.get((m, scene.key, year)) for name, m in measures.items()}
    status = own["status"]
    strip = None
    if drawn and status is not None and status.value is not None:
        strip = mark_safe(strip_drawing(scene, code, year))  # noqa: S308 (our own, texts escaped there)
    metas = {name: stand.meta[m] for name, m in measures.items()}
    attention = own.get("attention")
    return {
        "label": index.label, "url": stand.url("index", code, jahr=year), "year": year, "strip": strip,
        "strip_title": strip_title(scene, year), "code": code,
        "status": own["status_class"], "dynamics": own.get("dynamics_class"),
        "has_dynamics": bool(index.dynamics), "meta": metas,
        "attention": attention is not None and attention.value == 1,
    }  # fmt: skip


def _described(stand: Stand, o: Origin) -> dict[str, object]:
    variable = stand.catalogue.variables.get(o.variable)
    level = stand.hierarchy.level_of(o.area)
    value = "" if o.value is None else text.number(o.value, 0 if o.value == int(o.value) else 2)
    return {
        "partner": o.partner_label, "name": o.original_name, "date": o.reference_date, "delivery": o.delivery,
        "sheet": o.sheet, "row": o.row, "column": o.column,
        "variable": variable.label if variable else o.variable,
        "area": stand.hierarchy.areas(level)[o.area].name if level else o.area,
        "breakdown": age_words(stand, o.breakdown), "value": value,
        "state": text.state_word(o.state) if o.state else "",
    }  # fmt: skip
