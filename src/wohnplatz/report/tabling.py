"""Key figures and tables from released figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .. import text
from ..model import FigureMeta, ReleasedFigure, Verdict
from .blocks import Block, KeyFigure, KeyFigures, Paragraph, Table
from .material import FigureId, Material
from .printing import NOTHING, Place, Trouble, area_of, change_of, change_words, trouble_with
from .tree import FiguresBlock, Rows, TableBlock

Made = tuple[Block, ...] | Trouble
MOST_SOURCES = 2
SPAN = 5
"""Years that a change in a table looks back, where the series has them and does not break."""
_CHANGE, _BESIDE = "Veränderung seit", "zum Kreis"
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


def _shown(figure: ReleasedFigure | None, meta: FigureMeta, *, mark: bool = True) -> str:
    return text.figure(figure, meta, unit=False, mark=mark) if figure is not None else NOTHING


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
    shown = (*keys, *(key for key in (area, *material.above(area)) if key not in keys))
    years = {code: material.newest(code, area, year) for code in node.indicators}
    places = [[FigureId(code, key, years[code]) for code in node.indicators] for key in shown]
    marks = [_shared(column, material) for column in zip(*places, strict=True)]
    header = (
        material.level_word(level),
        *(_headed(f"{label_with_unit(material, code)}{_other(years[code], year)}", mark)
          for code, mark in zip(node.indicators, marks, strict=True)),
    )  # fmt: skip
    rows = tuple(
        (material.name(key), *(_cell(at, material, mark) for at, mark in zip(row, marks, strict=True)))
        for key, row in zip(shown, places, strict=True)
    )
    title = node.title or f"{material.level_word(level, many=True)} {year}"
    made = Table(title, header, rows, tuple(range(1, len(header))), figures=_ids(places, len(header)))
    return _with_note(made, material, node)


def _other(year: int, wanted: int) -> str:
    return f" ({year})" if year != wanted else ""


def _shared(places: Iterable[FigureId], material: Material) -> str:
    """What was done to the numbers at all of these places alike; it stands at the head of them, once."""
    numbers = [f for at in places if (f := material.figure(at)) is not None and f.value is not None]
    marks = {text.figure_mark(f) for f in numbers}
    return marks.pop() if len(marks) == 1 else ""


def _headed(words: str, mark: str) -> str:
    return f"{words} ({mark})" if mark else words


def _cell(at: FigureId, material: Material, shared: str) -> str:
    """The figure at a place; without its mark where the head says it."""
    meta = material.meta(at.indicator)
    assert meta is not None
    return _shown(material.figure(at), meta, mark=not shared)


def _ids(places: Sequence[Sequence[FigureId]], width: int) -> tuple[tuple[str, ...], ...]:
    """Ids of the figures that stand behind the heads of the rows."""
    return tuple(("", *map(str, row), *([""] * (width - 1 - len(row)))) for row in places)


def _by_year(node: TableBlock, area: str, year: int, material: Material) -> Made:
    code = node.indicators[0]
    keys = (area, *material.above(area))
    years = [y for y in material.years(code, area) if y <= year]
    if not years:
        return Trouble(
            "no_figure", f"Zu „{material.short(code)}“ gibt es hier keine Angaben.",
            "Bitte Gebiet oder Indikator ändern.", blocks=True,
        )  # fmt: skip
    places = [[FigureId(code, key, y) for key in keys] for y in years]
    mark = _shared((at for row in places for at in row), material)
    rows = tuple(
        (str(y), *(_cell(at, material, mark) for at in row)) for y, row in zip(years, places, strict=True)
    )
    header = ("Jahr", *(material.name(key) for key in keys))
    title = node.title or f"{label_with_unit(material, code)}, {years[0]} bis {years[-1]}"
    title = ", ".join(filter(None, (title, mark)))
    made = Table(title, header, rows, tuple(range(1, len(header))), figures=_ids(places, len(header)))
    return _with_note(made, material, node)


def _by_indicator(node: TableBlock, area: str, year: int, material: Material) -> Made:
    keys = (area, *material.above(area))
    header = ["Kennzahl", *(material.name(key) for key in keys), _CHANGE]
    if len(keys) > 1:
        header.append(_BESIDE)
    years = [material.newest(code, area, year) for code in node.indicators]
    places = [[FigureId(c, key, y) for key in keys] for c, y in zip(node.indicators, years, strict=True)]
    rows = tuple(_indicator_row(row, year, material) for row in places)
    widths = (2.35, *(1.15 for _ in keys), 1.2, 1.65)[: len(header)]
    title = node.title or f"{material.name(area)} im Vergleich, {year}"
    # The change behind the areas is one of the first area's figure.
    ids = _ids([[*row, row[0]] for row in places], len(header))
    made = Table(title, tuple(header), rows, tuple(range(1, len(keys) + 2)), widths, ids)
    return _with_note(made, material, node)


def _indicator_row(places: Sequence[FigureId], wanted: int, material: Material) -> tuple[str, ...]:
    first, mark = places[0], _shared(places, material)
    meta, figure = material.meta(first.indicator), material.figure(first)
    assert meta is not None
    head = f"{label_with_unit(material, first.indicator)}{_other(first.year, wanted)}"
    cells = [_headed(head, mark), *(_cell(at, material, mark) for at in places)]
    cells.append(_change(figure, meta, material))
    if len(places) > 1:
        sure = figure.reliability if figure is not None else None
        cells.append(_SHORT[sure.verdict] if sure is not None and sure.verdict is not None else "–")
    return tuple(cells)


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


def _with_note(made: Table, material: Material, node: TableBlock) -> tuple[Block, ...]:
    """The table and, below it, what the words in it mean and where the figures come from."""
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
