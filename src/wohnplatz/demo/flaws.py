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
    "last_year": last_year,
    "incomplete": incomplete,
    "doubled_households": doubled_households,
    "raised_evictions": raised_evictions,
    "slipped_line": slipped_line,
}
