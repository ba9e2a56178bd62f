"""Key figures and tables from released figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .. import text
from ..model import Altered, FigureMeta, ReleasedFigure, Verdict
from .blocks import Block, KeyFigure, KeyFigures, Paragraph, Table
from .material import FigureId, Material
from .printing import NOTHING, Place, Trouble, area_of, change_of, change_words, trouble_with
from .tree import FiguresBlock, Rows, TableBlock

Made = tuple[Block, ...] | Trouble
MOST_SOURCES = 2
SPAN = 5
"""Years that a change in a table looks back, where the series has them and does not break."""
_CHANGE, _BESIDE = "Veränderung seit", "zum Kreis"
_MARKS = tuple(
    words for mark in Altered if (word := text.altered_word(mark)) for words in (f"aus Zahlen {word}", word)
)
"""What may have been done to figures, the longer words first."""
_SHORT = {Verdict.ABOVE: "darüber", Verdict.BELOW: "darunter", Verdict.SAME: "nicht unterscheidbar"}


def unit_words(unit: str) -> str:
    """``in %``, ``je 1.000``: the unit behind a name; empty where there is none."""
    return unit if unit.startswith("je ") or not unit else f"in {unit}"


def label_with_unit(material: Material, indicator: str) -> str:
    """``SGB-II-Quote, in %``: the short name with what its numbers are."""
    meta = material.meta(indicator)
    words = unit_words(meta.unit) if meta and not meta.classes else ""
    return ", ".join(part for part in (material.short(indicator), words) if part)


def key_figures(node: FiguresBlock, place: Place, material: Material) -> Made:
    """Up to four figures in a row, each with the area above and the year before."""
    area = area_of(node.area, place, material)
    for indicator in node.indicators:
        trouble = trouble_with(indicator, area or node.area or place.area, material)
        if trouble is not None:
            return trouble
    if area is None or not node.indicators:
        return Trouble("empty", "Es ist kein Indikator gewählt.", "Bitte einen wählen.", blocks=True)
    items = [_key_figure(code, area, node.year or place.year, material) for code in node.indicators]
    return tuple(KeyFigures(tuple(items[n : n + 4])) for n in range(0, len(items), 4))


def _key_figure(indicator: str, area: str, wanted: int, material: Material) -> KeyFigure:
    year = material.newest(indicator, area, wanted)
    meta = material.meta(indicator)
    assert meta is not None
    figure = material.figure(FigureId(indicator, area, year))
    notes = []
    district = material.district
    if area != district and not _counts(meta):
        whole = material.figure(FigureId(indicator, district, year))
        notes.append(f"Kreis: {_large(whole, meta)}")
    before = material.figure(FigureId(indicator, area, year - 1))
    if before is not None:
        notes.append(f"{year - 1}: {_large(before, meta)}")
    if figure is not None and figure.value is not None and (figure.state or figure.altered):
        notes.insert(0, text.figure_status(figure))
    unit = "" if meta.unit in {"%", "Personen"} else unit_words(meta.unit)
    label = ", ".join(filter(None, (material.short(indicator), unit, str(year) if year != wanted else "")))
    return KeyFigure(label, _large(figure, meta), "\n".join(notes), str(FigureId(indicator, area, year)))


def _large(figure: ReleasedFigure | None, meta: FigureMeta) -> str:
    """The number alone, with its sign of per cent; state and other units stand beside it."""
    if figure is None or figure.value is None or meta.classes:
        return _shown(figure, meta)
    bare = text.number(figure.value, 0 if figure.is_true_zero else meta.decimals)
    return text.with_unit(bare, "%") if meta.unit == "%" else bare


def _counts(meta: FigureMeta) -> bool:
    """Whether the figures are numbers of persons or things, which say nothing beside the district's."""
    return meta.kind.value == "count" or not (meta.unit or meta.classes)


def _shown(figure: ReleasedFigure | None, meta: FigureMeta, *, unit: bool = False) -> str:
    return text.figure(figure, meta, unit=unit) if figure is not None else NOTHING


def table(node: TableBlock, place: Place, material: Material) -> Made:
    """The table with what its signs say below it."""
    area = area_of(node.area, place, material)
    for indicator in node.indicators:
        trouble = trouble_with(indicator, area or node.area or place.area, material)
        if trouble is not None:
            return trouble
    if area is None or not node.indicators:
        return Trouble("empty", "Es ist kein Indikator gewählt.", "Bitte einen wählen.", blocks=True)
    makers = {Rows.AREAS: _by_area, Rows.YEARS: _by_year, Rows.INDICATORS: _by_indicator}
    return makers[node.rows](node, area, node.year or place.year, material)


def _by_area(node: TableBlock, area: str, year: int, material: Material) -> Made:
    level = node.level or material.hierarchy.base.level
    keys = material.below(area, level)
    if not keys:
        return Trouble(
            "no_areas", f"In {material.name(area)} gibt es keine Gebiete dieser Ebene.",
            "Bitte eine andere Ebene wählen.", blocks=True,
        )  # fmt: skip
    whole = [key for key in (area, *material.above(area)) if key not in keys]
    years = {code: material.newest(code, area, year) for code in node.indicators}
    rows = tuple(
        (material.name(key), *(_cell(code, key, years[code], material) for code in node.indicators))
        for key in (*keys, *whole)
    )
    header = (
        material.level_word(level),
        *(f"{label_with_unit(material, c)}{_other(years[c], year)}" for c in node.indicators),
    )
    title = node.title or f"{material.level_word(level, many=True)} {year}"
    ids = tuple(
        ("", *(str(FigureId(code, key, years[code])) for code in node.indicators)) for key in (*keys, *whole)
    )
    made = Table(title, header, rows, numeric=tuple(range(1, len(header))), figures=ids)
    return _with_note(made, material, node)


def _other(year: int, wanted: int) -> str:
    return f" ({year})" if year != wanted else ""


def _cell(indicator: str, area: str, year: int, material: Material) -> str:
    meta = material.meta(indicator)
    assert meta is not None
    return _shown(material.figure(FigureId(indicator, area, year)), meta)


def _by_year(node: TableBlock, area: str, year: int, material: Material) -> Made:
    code = node.indicators[0]
    keys = (area, *material.above(area))
    years = [y for y in material.years(code, area) if y <= year]
    if not years:
        return Trouble(
            "no_figure", f"Zu „{material.short(code)}“ gibt es hier keine Angaben.",
            "Bitte Gebiet oder Indikator ändern.", blocks=True,
        )  # fmt: skip
    rows = tuple((str(y), *(_cell(code, key, y, material) for key in keys)) for y in years)
    header = ("Jahr", *(material.name(key) for key in keys))
    title = node.title or f"{label_with_unit(material, code)}, {years[0]} bis {years[-1]}"
    ids = tuple(("", *(str(FigureId(code, key, y)) for key in keys)) for y in years)
    made = Table(title, header, rows, numeric=tuple(range(1, len(header))), figures=ids)
    return _with_note(made, material, node)


def _by_indicator(node: TableBlock, area: str, year: int, material: Material) -> Made:
    keys = (area, *material.above(area))
    rows = [_indicator_row(code, keys, year, material) for code in node.indicators]
    header = ["Kennzahl", *(material.name(key) for key in keys), _CHANGE]
    if len(keys) > 1:
        header.append(_BESIDE)
    widths = (2.35, *(1.15 for _ in keys), 1.2, 1.65)[: len(header)]
    title = node.title or f"{material.name(area)} im Vergleich, {year}"
    ids = tuple(_indicator_ids(code, keys, year, len(header), material) for code in node.indicators)
    made = Table(title, tuple(header), tuple(rows), tuple(range(1, len(keys) + 2)), widths, ids)
    return _with_note(made, material, node)


def _indicator_row(code: str, keys: Sequence[str], wanted: int, material: Material) -> tuple[str, ...]:
    year = material.newest(code, keys[0], wanted)
    meta = material.meta(code)
    assert meta is not None
    figure = material.figure(FigureId(code, keys[0], year))
    cells = [f"{label_with_unit(material, code)}{_other(year, wanted)}"]
    cells += [_cell(code, key, year, material) for key in keys]
    cells.append(_change(figure, meta, material))
    if len(keys) > 1:
        sure = figure.reliability if figure is not None else None
        cells.append(_SHORT[sure.verdict] if sure is not None and sure.verdict is not None else "–")
    return tuple(cells)


def _indicator_ids(
    code: str, keys: Sequence[str], wanted: int, width: int, material: Material
) -> tuple[str, ...]:
    """Ids of a row of indicators; the change behind the areas is one of the first area's figure."""
    year = material.newest(code, keys[0], wanted)
    places = [str(FigureId(code, key, year)) for key in (*keys, keys[0])]
    return ("", *places, *([""] * (width - 1 - len(places))))


def _change(figure: ReleasedFigure | None, meta: FigureMeta, material: Material) -> str:
    """``+1,2 (2020)`` in the unit of the row; from the earliest year of the span that can be compared."""
    if figure is None or figure.value is None or meta.classes:
        return "–"
    first = max(figure.year - SPAN, *(b.year for b in meta.breaks if b.year <= figure.year), 0)
    known = material.years(figure.indicator, figure.area)
    start = next((y for y in known if first <= y < figure.year), None)
    change = change_of(figure, start, material) if start is not None else None
    if start is None or change is None:
        return "–"
    if change.difference is None:
        return change_words(change, meta)
    return f"{text.number(change.difference, meta.decimals, signed=True)} ({start})"


def _lifted(made: Table, rows: Rows, count: int) -> Table:
    """What was done to figures stands at the head of a row or column whose numbers all carry it.

    ``count`` columns behind the first hold figures.
    """
    columns = range(1, count + 1)
    every = [(r, c) for r in range(len(made.rows)) for c in columns]
    if rows is Rows.YEARS and (mark := _common(made, every)):
        return replace(_bare(made, every, mark), caption=f"{made.caption}, {mark}")
    if rows is Rows.AREAS:
        for c in columns:
            places = [(r, c) for r in range(len(made.rows))]
            if mark := _common(made, places):
                head = tuple(f"{h} ({mark})" if n == c else h for n, h in enumerate(made.header))
                made = replace(_bare(made, places, mark), header=head)
        return made
    for r in range(len(made.rows)):
        places = [(r, c) for c in columns]
        if mark := _common(made, places):
            made = _bare(made, places, mark)
            named = (f"{made.rows[r][0]} ({mark})", *made.rows[r][1:])
            made = replace(made, rows=(*made.rows[:r], named, *made.rows[r + 1 :]))
    return made


def _common(made: Table, places: Sequence[tuple[int, int]]) -> str:
    """The mark that all numbers at these places carry; empty where one has none or another."""
    cells = [made.rows[r][c] for r, c in places]
    numbers = [cell for cell in cells if any(sign.isdigit() for sign in cell)]
    return next((m for m in _MARKS if numbers and all(m in cell for cell in numbers)), "")


def _bare(made: Table, places: Sequence[tuple[int, int]], mark: str) -> Table:
    """The table without a mark at these places."""
    rows = [list(row) for row in made.rows]
    for r, c in places:
        rows[r][c] = rows[r][c].replace(f" ({mark})", "").replace(f", {mark}", "")
    return replace(made, rows=tuple(map(tuple, rows)))


def _with_note(made: Table, material: Material, node: TableBlock) -> tuple[Block, ...]:
    """The table and, below it, what the words in it mean and where the figures come from."""
    others = 1 + sum(head in {_CHANGE, _BESIDE} for head in made.header)
    made = _lifted(made, node.rows, len(made.header) - others)
    cells = {cell for row in made.rows for cell in row}
    notes = []
    if "geschützt" in cells:
        notes.append("Geschützt: kleine Zahlen nennt der Bericht nicht.")
    if node.rows is Rows.INDICATORS:
        notes.append("Veränderung: in der Einheit der Zeile, bei Anteilen in Prozentpunkten.")
    if "nicht unterscheidbar" in cells:
        notes.append("„Nicht unterscheidbar“: der Unterschied zum Kreis kann Zufall sein.")
    sources = {m.source: None for c in node.indicators if (m := material.meta(c)) and m.source}
    if len(sources) <= MOST_SOURCES:
        notes.append(f"Quelle: {'; '.join(sources)}." if sources else "")
    else:
        notes.append("Quellen: siehe Methoden.")
    notes = [n for n in notes if n]
    return (made, Paragraph(" ".join(notes), quiet=True)) if notes else (made,)
