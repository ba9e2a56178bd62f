"""The early warning as rows of a page and of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from wohnplatz import charts, text
from wohnplatz.analysis import AreaTrend, EarlyWarning, Notice, sentence, trend_sentence, trends
from wohnplatz.analysis.warnings import change_unit, interval_words
from wohnplatz.intake import Sheet
from wohnplatz.intake.tables import Value
from wohnplatz.model import FigureMeta, ReleasedTable
from wohnplatz.web.figures import source_lines
from wohnplatz.web.stand import Stand

from .forms import Filter
from .reading import warning_of


@dataclass(frozen=True, slots=True)
class Row:
    """One entry with everything the page writes."""

    notice: Notice
    meta: FigureMeta
    area: str
    parent: str
    label: str
    difference: str
    interval: str
    unit: str
    sentence: str
    trend: str
    """The direction over all years up to the end, or why there is none."""
    course: SafeString
    url: str
    map_url: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The list as it is asked for, and what it rests on."""

    result: EarlyWarning
    rows: tuple[Row, ...]
    total: int
    """Entries of this direction before municipality and block narrowed them."""
    untested: tuple[tuple[str, int], ...]
    """Reason in words → pairs of area and indicator."""
    by_chance: int
    """Entries of the list „beobachten“ that chance alone would make."""


def listing(stand: Stand, table: ReleasedTable, chosen: Filter) -> Listing:
    """The early warning of a period, narrowed to municipality and block; entries in the order of areas."""
    result = warning_of(stand, chosen.end - chosen.span, chosen.end)
    notices = {"guenstig": result.favourable, "beobachten": result.watch}.get(
        chosen.direction, result.unfavourable
    )
    kept = [n for n in notices if _is_asked_for(stand, n, chosen)]
    order = {key: i for i, key in enumerate(_in_order(stand))}
    codes = {code: i for i, code in enumerate(stand.catalogue.indicators)}
    kept.sort(key=lambda n: (order[n.change.area], codes[n.change.indicator]))
    untested = sorted(((text.reason(code), n) for code, n in result.untested.items()), key=lambda r: -r[1])
    directions = _trends(table, kept, chosen.end)
    rows = tuple(_row(stand, n, table, directions) for n in kept)
    return Listing(result, rows, len(notices), tuple(untested), round(result.tested * 0.025))


def sheet(stand: Stand, table: ReleasedTable, found: Listing) -> Sheet:
    """The list to take away, with its method and source below."""
    header = (
        "Kommune", "Gebietsschlüssel", "Gebiet", "Kennzahl", "Einheit", "Jahr von", "Wert von", "Jahr bis",
        "Wert bis", "Veränderung", "Einheit der Veränderung", "Bereich von", "Bereich bis", "Richtung",
        "anders als im Kreis", "Erläuterung", "Richtung über die Jahre",
    )  # fmt: skip
    codes = {row.meta.code for row in found.rows}
    part = table.where(lambda f: f.indicator in codes)
    method = (
        f"Geprüft wurden {text.number(found.result.tested)} Veränderungen von {found.result.start} bis "
        f"{found.result.end}; erwarteter Anteil von Zufallstreffern höchstens 5 %."
    )
    return Sheet(
        "Frühwarnung", header, [_cells(row) for row in found.rows], foot=[method, *source_lines(part)]
    )


def _cells(row: Row) -> Sequence[Value]:
    c = row.notice.change
    assert c.start is not None
    assert c.end is not None
    direction = "günstig" if row.notice.favourable else "ungünstig"
    return (
        row.parent, c.area, row.area, row.meta.label, row.meta.unit, c.start.year, c.start.value, c.end.year,
        c.end.value, c.difference, row.unit, c.low, c.high, direction,
        "ja" if row.notice.beyond_district else "nein", row.sentence, row.trend,
    )  # fmt: skip


def _trends(table: ReleasedTable, notices: Sequence[Notice], end: int) -> dict[tuple[str, str], AreaTrend]:
    pairs = {(n.change.indicator, n.change.area) for n in notices}
    part = table.where(lambda f: (f.indicator, f.area) in pairs and f.year <= end)
    return {(t.indicator, t.area): t for t in trends(part)}


def _in_order(stand: Stand) -> list[str]:
    """The finest areas by municipality, in the order of the divisions."""
    base = stand.hierarchy.base.areas
    if len(stand.hierarchy.levels) < 2:
        return [a.key for a in base]
    above = {key: i for i, key in enumerate(stand.hierarchy.areas(stand.hierarchy.levels[1]))}
    return [a.key for a in sorted(base, key=lambda a: above.get(a.parent or "", len(above)))]


def _is_asked_for(stand: Stand, notice: Notice, chosen: Filter) -> bool:
    area = stand.hierarchy.areas(stand.hierarchy.base.level)[notice.change.area]
    block = stand.catalogue.indicators[notice.change.indicator].block
    return (not chosen.municipality or area.parent == chosen.municipality) and (
        not chosen.block or block == chosen.block
    )


def _row(
    stand: Stand, notice: Notice, table: ReleasedTable, directions: dict[tuple[str, str], AreaTrend]
) -> Row:
    c = notice.change
    direction = directions.get((c.indicator, c.area))
    meta, indicator = table.meta[c.indicator], stand.catalogue.indicators[c.indicator]
    level, area = stand.area(c.area)
    parent = stand.area(area.parent)[1].name if area.parent else ""
    assert c.start is not None
    assert c.end is not None
    course = charts.course_svg(notice.series, meta, marked=(c.start.year, c.end.year))
    return Row(
        notice=notice, meta=meta, area=area.name, parent=parent, label=indicator.short or indicator.label,
        difference=text.number(c.difference or 0.0, meta.decimals, signed=True),
        interval=interval_words(c, meta), unit=change_unit(meta), sentence=sentence(notice, meta),
        trend=trend_sentence(direction, meta) if direction else "",
        course=mark_safe(course),  # noqa: S308 (our own, texts escaped there)
        url=stand.url("area", c.area, jahr=c.end.year),
        map_url=stand.url("map", c.indicator, datum=c.end.year, ebene=level),
        selected=c.area in stand.selection,
    )  # fmt: skip
