"""What goes wrong with files in real life, done to the tables of the demo on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from .files import Row

VARIABLE, AREA, DAY = 0, 1, 3
"""Columns of the form; the value stands last."""


def swapped_areas(table: list[Row]) -> list[Row]:
    """The figures of two quarters of Auenburg stand under each other's key. No check can see it."""
    other = {"0599900114": "0599900115", "0599900115": "0599900114"}
    values = {_cell(row): row[-1] for row in table}
    result = [list(row) for row in table]
    for row in result[1:]:
        key = str(row[AREA])
        if key in other and row[VARIABLE] != "Fläche":
            row[-1] = values[_cell([*row[:AREA], other[key], *row[AREA + 1 :]])]
    return result


def _cell(row: Row) -> tuple[object, ...]:
    """What a row speaks of, without the name and the value."""
    return (row[VARIABLE], row[AREA], *row[DAY:-1])


def typical_errors(table: list[Row]) -> list[Row]:
    """A file put together by hand: every error of it is one that towns really make."""
    result = [list(row) for row in table]
    result[4][AREA] = str(result[4][AREA]).lstrip("0")
    result[9][-1] = "k. A."
    result[15][-1] = -3
    result[22][AREA] = "05999099"
    result[30][DAY] = "31.02.2018"
    result[41][-1] = "12,5"
    result.insert(50, list(result[49]))
    result[60][VARIABLE] = "Einwohner/-innen gesamt"
    return result


def typing_errors(table: list[Row]) -> list[Row]:
    """A small table typed by hand: a word instead of a number, a sign too many, a key of another town."""
    result = [list(row) for row in table]
    result[1][-1] = "k. A."
    result[2][-1] = -3
    result[3][AREA] = "05999099"
    return result


def own_layout(table: list[Row]) -> list[Row]:
    """The office's own yearly table: names instead of keys, short words of its own, figures side by side."""
    names = list(dict.fromkeys(str(row[AREA + 1]) for row in table[1:]))
    variables = list(dict.fromkeys(str(row[VARIABLE]) for row in table[1:]))
    values = {(row[VARIABLE], row[AREA + 1]): row[-1] for row in table[1:]}
    year = next(row[DAY] for row in table[1:])
    width = len(variables)
    head: list[Row] = [
        [f"Jahresstatistik der Beratungsstellen, Stand {year:%d.%m.%Y}", *[""] * width],
        [""] * (width + 1),
        ["Ort", *(_short(v) for v in variables)],
    ]
    body: list[Row] = [[name, *(values.get((v, name), "") for v in variables)] for name in names]
    return [*head, *body]


def _short(label: str) -> str:
    """A label as people shorten it: the first letters of its longer words."""
    return ".".join(word[:3] for word in label.split() if len(word) > 3) + "."


def last_year(table: list[Row]) -> list[Row]:
    """The file of the year before, sent again: the reference dates give it away."""
    return [table[0], *([_year_before(cell) for cell in row] for row in table[1:])]


def _year_before(cell: str | float | date) -> str | float | date:
    return cell.replace(year=cell.year - 1) if isinstance(cell, date) else cell


def incomplete(table: list[Row]) -> list[Row]:
    """The last area of the table was left out."""
    last = table[-1][AREA]
    return [row for row in table if row[AREA] != last]


def doubled_households(table: list[Row]) -> list[Row]:
    """Housing benefit counted by persons instead of households in one year."""
    return [_inflated(row, "Haushalte mit Wohngeld", 2.3) for row in table]


def raised_evictions(table: list[Row]) -> list[Row]:
    """Evictions announced instead of evictions carried out."""
    return [_inflated(row, "Zwangsräumungen", 1.9) for row in table]


def slipped_line(table: list[Row]) -> list[Row]:
    """An estate's persons in benefit units, too low by a slip of the pen."""
    return [_inflated(row, "Personen in Bedarfsgemeinschaften", 0.7, "0599900204") for row in table]


def _inflated(row: Row, variable: str, factor: float, area: str = "") -> Row:
    value = row[-1]
    if row[VARIABLE] != variable or (area and row[AREA] != area) or not isinstance(value, int | float):
        return row
    return [*row[:-1], round(value * factor)]


FLAWS: Mapping[str, Callable[[list[Row]], list[Row]]] = {
    "swapped_areas": swapped_areas,
    "typical_errors": typical_errors,
    "typing_errors": typing_errors,
    "own_layout": own_layout,
    "last_year": last_year,
    "incomplete": incomplete,
    "doubled_households": doubled_households,
    "raised_evictions": raised_evictions,
    "slipped_line": slipped_line,
}
