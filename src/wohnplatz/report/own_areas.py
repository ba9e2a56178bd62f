"""Something back: one page on a partner's own areas, made the moment its file is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wohnplatz import charts, text
from wohnplatz.areas import Shapes
from wohnplatz.model import ClassMethod, FigureMeta, ReleasedFigure, ReleasedTable
from wohnplatz.monitoring import legend_classes

from .blocks import Block, Document, KeyFigure, KeyFigures, Paragraph, Picture, SideBySide, Table

LEADING = 4
COLUMNS = 4
NO_FIGURE = "–"
ONE_COLUMN = 10
"""More areas than this stand in two columns."""
Found = Mapping[tuple[str, str, int], ReleasedFigure]
"""Indicator, area, year → figure."""
Place = tuple[str, str]
"""Key and name of an area."""


@dataclass(frozen=True, slots=True)
class OwnAreas:
    """What the page is made of. ``table`` holds ``indicators`` of all places for ``year`` and ``previous``.

    ``whole`` is the area the partner answers for (its municipality or the district), ``parts`` the areas it
    delivers, ``district`` the area to compare with. ``shapes`` are those of ``parts``.
    """

    table: ReleasedTable
    partner: str
    dataset: str
    reference_date: date
    received_on: date
    year: int
    previous: int | None
    indicators: tuple[str, ...]
    labels: Mapping[str, str]
    """Indicator → short name."""
    whole: Place
    parts: tuple[Place, ...]
    district: Place
    shapes: Shapes | None = None
    accepted: bool = False
    box: tuple[float, float, float, float] | None = None
    """Part of the map to show: left, top, width, height."""

    def label(self, code: str) -> str:
        """The short name of an indicator."""
        return self.labels.get(code) or self.table.meta[code].label

    def label_with_unit(self, code: str) -> str:
        """``Arbeitslose, in %``: the short name with what its numbers are."""
        unit = self.table.meta[code].unit
        words = unit if unit.startswith("je ") or not unit else f"in {unit}"
        return ", ".join(part for part in (self.label(code), words) if part)


def own_areas_profile(own: OwnAreas) -> Document:
    """The page: key figures of the whole, a map, change against last time, the single areas."""
    found = {(f.indicator, f.area, f.year): f for f in own.table if not f.breakdown}
    drawn = _map(own)
    blocks: list[Block] = [
        KeyFigures(tuple(_leading(own, found))),
        *([drawn] if drawn else []),
        _changes(own, found),
        *_parts(own, found),
        Paragraph(_reading(own, found), quiet=True),
    ]
    context = own.table.context
    stand = _stand(own)
    return Document(
        title=own.whole[1],
        subtitle=f"{own.dataset}, Stichtag {text.day(own.reference_date)}",
        head=(context.district, own.partner, stand, "für die Lieferstelle"),
        blocks=tuple(blocks),
        foot=f"{context.district}, Sozialplanung. {stand[0].upper()}{stand[1:]}. {context.policy}.",
        made_on=own.received_on,
    )


def change(old: ReleasedFigure | None, new: ReleasedFigure | None, meta: FigureMeta) -> str:
    """The change in words: ``+1,2 Prozentpunkte``, ``−14``; why there is none where there is none."""
    if old is None or new is None:
        return NO_FIGURE
    if old.value is None or new.value is None:
        return text.state_word(max(old.state, new.state))
    if meta.classes:
        return text.figure(new, meta)
    unit = "Prozentpunkte" if meta.unit == "%" else ""
    return text.with_unit(text.number(new.value - old.value, meta.decimals, signed=True), unit)


def _leading(own: OwnAreas, found: Found) -> list[KeyFigure]:
    items = []
    for code in own.indicators[:LEADING]:
        meta = own.table.meta[code]
        new, old = _now_and_before(own, found, code)
        note = f"{own.previous}: {_bare(old, meta)}" if old else ""
        items.append(KeyFigure(own.label_with_unit(code), _bare(new, meta), note))
    return items


def _now_and_before(
    own: OwnAreas, found: Found, code: str
) -> tuple[ReleasedFigure | None, ReleasedFigure | None]:
    before = found.get((code, own.whole[0], own.previous)) if own.previous else None
    return found.get((code, own.whole[0], own.year)), before


def _changes(own: OwnAreas, found: Found) -> Table:
    compared = own.district if own.district != own.whole else None
    rows = []
    for code in own.indicators:
        meta = own.table.meta[code]
        new, old = _now_and_before(own, found, code)
        cells = [_bare(new, meta), _bare(old, meta), change(old, new, meta)]
        if compared:
            cells.append(_bare(found.get((code, compared[0], own.year)), meta))
        rows.append((own.label_with_unit(code), *cells))
    header = ["Kennzahl", str(own.year), str(own.previous) if own.previous else "zuvor", "Veränderung"]
    header += [compared[1]] if compared else []
    width = len(header)
    caption = f"{own.whole[1]} im Vergleich"
    widths = (2.4, 1.0, 1.0, 1.5, *(1.1 for _ in header[4:]))
    return Table(caption, tuple(header), tuple(rows), numeric=tuple(range(1, width)), widths=widths)


def _bare(figure: ReleasedFigure | None, meta: FigureMeta) -> str:
    """The figure without its unit, which stands in the first column."""
    return text.figure(figure, meta, unit=False) if figure else NO_FIGURE


def _parts(own: OwnAreas, found: Found) -> list[Block]:
    """The single areas; in two columns where they are many, so that the page stays one page."""
    if len(own.parts) < 2:
        return []
    caption = f"Die einzelnen Gebiete {own.year}"
    if len(own.parts) <= ONE_COLUMN:
        return [_area_table(own, found, own.parts, COLUMNS, caption)]
    half = (len(own.parts) + 1) // 2
    left = _area_table(own, found, own.parts[:half], 2, caption)
    right = _area_table(own, found, own.parts[half:], 2, f"{caption}, Fortsetzung")
    return [SideBySide((left,), (right,))]


def _area_table(own: OwnAreas, found: Found, places: Sequence[Place], columns: int, caption: str) -> Table:
    codes = own.indicators[:columns]
    rows = tuple(
        (name, *(_bare(found.get((c, key, own.year)), own.table.meta[c]) for c in codes))
        for key, name in places
    )
    header = ("Gebiet", *(own.label_with_unit(c) for c in codes))
    return Table(caption, header, rows, numeric=tuple(range(1, len(header))))


def _map(own: OwnAreas) -> Picture | None:
    """The first indicator that has a number in more than one area."""
    if own.shapes is None:
        return None
    keys = {key for key, _ in own.parts}
    for code in own.indicators:
        part = own.table.where(lambda f, c=code: f.indicator == c and f.year == own.year and f.area in keys)  # type: ignore[misc]
        values = [f.value for f in part if f.value is not None]
        if len(set(values)) < 2:
            continue
        meta = own.table.meta[code]
        names = dict(own.parts)
        count = min(5, len(set(values)))
        classes = legend_classes(values, ClassMethod.QUANTILES, count, decimals=meta.decimals)
        svg = charts.map_svg(
            part, own.shapes, None if meta.classes else classes, indicator=code, year=own.year,
            names=names, title=own.label(code), subtitle=f"{meta.label}, {own.year}",
            viewbox=own.box, standalone=True, prefix="own",
        )  # fmt: skip
        return Picture(svg, _in_words(meta, part, names, own.year), height=_map_height(own))
    return None


def _map_height(own: OwnAreas) -> float:
    """Millimetres left for the map on a page of A4 once the tables have theirs."""
    rows = len(own.indicators) + (
        len(own.parts) if len(own.parts) <= ONE_COLUMN else (len(own.parts) + 1) // 2
    )
    return max(60.0, min(110.0, 150.0 - 5.2 * rows))


def _in_words(meta: FigureMeta, part: ReleasedTable, names: Mapping[str, str], year: int) -> str:
    """What the map shows: the span of the figures, and how many have none."""
    known = sorted((f for f in part if f.value is not None), key=lambda f: f.value or 0.0)
    low, high = known[0], known[-1]
    without = sum(1 for f in part if f.value is None)
    sentence = (
        f"Karte der eigenen Gebiete, {meta.label} {year}: von {text.figure(low, meta)} in {names[low.area]}"
        f" bis {text.figure(high, meta)} in {names[high.area]}."
    )
    return f"{sentence} {text.plural(without, 'Gebiet', 'Gebiete')} ohne Zahl." if without else sentence


def _reading(own: OwnAreas, found: Found) -> str:
    keys = {own.whole[0], own.district[0], *(key for key, _ in own.parts)}
    shown = [f for f in found.values() if f.area in keys and f.year == own.year]
    sentences = ["Kennzahlen sind aus Summen gerechnet, nie aus Durchschnitten von Quoten."]
    hidden = sum(text.state_word(f.state) == "geschützt" for f in shown)
    if hidden:
        sentences.append("Kleine Zahlen sind geschützt, auch wenn die Stelle sie selbst geliefert hat.")
    parts = [text.coverage(f) for f in shown if f.area == own.district[0]]
    incomplete = next((p for p in parts if p), "")
    if incomplete:
        sentences.append(f"Die Kreiswerte sind noch unvollständig ({incomplete}).")
    if not own.accepted:
        sentences.append("Die Lieferung ist noch nicht angenommen; die Zahlen können sich noch ändern.")
    return " ".join(sentences)


def _stand(own: OwnAreas) -> str:
    word = "angenommene" if own.accepted else "noch nicht angenommene"
    return f"{word} Lieferung vom {text.day(own.received_on)}"


def pick(
    indicators: Sequence[str], table: ReleasedTable, whole: str, year: int, most: int = 7
) -> tuple[str, ...]:
    """Those of ``indicators`` that say something of ``whole`` in ``year``: with a number first, in order."""
    state = {
        f.indicator: f.value is not None
        for f in table
        if f.area == whole and f.year == year and not f.breakdown
    }
    known = [code for code in indicators if code in state]
    return tuple(sorted(known, key=lambda code: not state[code])[:most])
