"""Something back: one page on a partner's own areas, made the moment its file is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wohnplatz import charts, text
from wohnplatz.areas import Shapes
from wohnplatz.model import ClassMethod, FigureMeta, ReleasedFigure, ReleasedTable
from wohnplatz.monitoring import classify

from .blocks import Block, Document, KeyFigure, KeyFigures, Paragraph, Picture, SideBySide, Table

LEADING = 4
COLUMNS = 4
NO_FIGURE = "–"
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
    whole: Place
    parts: tuple[Place, ...]
    district: Place
    shapes: Shapes | None = None
    accepted: bool = False
    box: tuple[float, float, float, float] | None = None
    """Part of the map to show: left, top, width, height."""


def own_areas_profile(own: OwnAreas) -> Document:
    """The page: key figures of the whole, a map, change against last time, the single areas."""
    found = {(f.indicator, f.area, f.year): f for f in own.table if not f.breakdown}
    blocks: list[Block] = [KeyFigures(tuple(_leading(own, found)))]
    changes = _changes(own, found)
    drawn = _map(own, found)
    blocks.append(SideBySide((drawn,), (changes,), share=0.46) if drawn else changes)
    if len(own.parts) > 1:
        blocks.append(_parts(own, found))
    blocks.append(Paragraph(_reading(own, found), quiet=True))
    context = own.table.context
    return Document(
        title=own.whole[1],
        subtitle=f"{own.dataset}, Stichtag {text.day(own.reference_date)}",
        head=(context.district, own.partner, _stand(own), "für die Lieferstelle"),
        blocks=tuple(blocks),
        foot=f"{context.district}, Sozialplanung. {_stand(own)}. {context.policy}.",
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


def _leading(own: OwnAreas, found: Mapping[tuple[str, str, int], ReleasedFigure]) -> list[KeyFigure]:
    items = []
    for code in own.indicators[:LEADING]:
        meta = own.table.meta[code]
        new = found.get((code, own.whole[0], own.year))
        old = found.get((code, own.whole[0], own.previous)) if own.previous else None
        note = f"{own.previous}: {text.figure(old, meta)}" if old else ""
        items.append(KeyFigure(meta.label, text.figure(new, meta) if new else NO_FIGURE, note))
    return items


def _changes(own: OwnAreas, found: Mapping[tuple[str, str, int], ReleasedFigure]) -> Table:
    before = str(own.previous) if own.previous else "zuvor"
    rows = []
    for code in own.indicators:
        meta = own.table.meta[code]
        new = found.get((code, own.whole[0], own.year))
        old = found.get((code, own.whole[0], own.previous)) if own.previous else None
        other = found.get((code, own.district[0], own.year))
        shown = [text.figure(f, meta) if f else NO_FIGURE for f in (new, old)]
        rows.append(
            (meta.label, *shown, change(old, new, meta), text.figure(other, meta) if other else NO_FIGURE)
        )
    header = ("Kennzahl", str(own.year), before, "Veränderung", own.district[1])
    caption = f"{own.whole[1]} im Vergleich"
    return Table(caption, header, tuple(rows), numeric=(1, 2, 3, 4), widths=(2.4, 1.1, 1.1, 1.3, 1.1))


def _parts(own: OwnAreas, found: Mapping[tuple[str, str, int], ReleasedFigure]) -> Table:
    shown = own.indicators[:COLUMNS]
    metas = [own.table.meta[code] for code in shown]
    rows = tuple(
        (
            name,
            *(text.figure(f, m) if (f := found.get((m.code, key, own.year))) else NO_FIGURE for m in metas),
        )
        for key, name in own.parts
    )
    header = ("Gebiet", *(m.label for m in metas))
    return Table(f"Die einzelnen Gebiete {own.year}", header, rows, numeric=tuple(range(1, len(header))))


def _map(own: OwnAreas, found: Mapping[tuple[str, str, int], ReleasedFigure]) -> Picture | None:
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
        classes = None if meta.classes else classify(values, ClassMethod.QUANTILES, min(5, len(set(values))))
        svg = charts.map_svg(
            part, own.shapes, classes, indicator=code, year=own.year,
            names=names, title=meta.label, subtitle=f"{meta.unit}, {own.year}".lstrip(", "),
            viewbox=own.box, standalone=True, prefix="own",
        )  # fmt: skip
        return Picture(svg, _in_words(meta, part, names, own.year), caption=f"Karte: {meta.label}")
    return None


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


def _reading(own: OwnAreas, found: Mapping[tuple[str, str, int], ReleasedFigure]) -> str:
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
    indicators: Sequence[str], table: ReleasedTable, whole: str, year: int, most: int = 12
) -> tuple[str, ...]:
    """Those of ``indicators`` that say something of ``whole`` in ``year``: with a number first, in order."""
    state = {
        f.indicator: f.value is not None
        for f in table
        if f.area == whole and f.year == year and not f.breakdown
    }
    known = [code for code in indicators if code in state]
    return tuple(sorted(known, key=lambda code: not state[code])[:most])
