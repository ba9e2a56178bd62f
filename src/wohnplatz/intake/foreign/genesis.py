"""Flat files (ffcsv) of the GENESIS databases of the statistical offices, in the old form and that of 2025.

One row is one combination of attributes. Old: one column per variable, ``BEV003__Gestorbene__Anzahl``,
quality marks in ``…__q``, dates ``31.12.2023``, a footer behind a line of underscores. New: columns
``value``, ``value_unit``, ``value_variable_label`` and at times ``value_q``, ISO dates, an empty attribute
for the total. Neither writes thousands signs. The attribute that names areas becomes the key, others labels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from wohnplatz.model import CellState
from wohnplatz.text import plural

from ..cells import Cell, Reading, cell_text
from ..findings import Findings, Place
from ..layout import NEVER, Layout, Moment, Role, StatCell, StatTable, letter
from ..layout.dates import moment_in
from ..request import Request
from ..sheets import Table, is_filled
from .ready import cell_at, column, municipality_key, of_request, read_point, row_labels

TOTAL_LABEL = "Insgesamt"
FOOTER = "__________"

_OLD = re.compile(r"(\d+)_(Merkmal|Auspraegung)_(Code|Label)")
_NEW = re.compile(r"(\d+)_(variable|variable_attribute)_(code|label)")
_VALUE_OLD = re.compile(r"(?P<code>[^_]\w*?)__(?P<label>.+?)(?:__(?P<unit>.+))?")
_AREAS = re.compile(r"GEO|DINSG|DG$|DLAND|REGBEZ|KREIS|GEMEIN|VERBAN|STADT|BEZIRK|AMT|NUTS")
_MONTH = re.compile(r"MONAT(\d\d)")
_QUARTER = re.compile(r"QUART\D*(\d)")
_STATES = {"s": CellState.ESTIMATED, "()": CellState.LIMITED, "(": CellState.LIMITED, "u": CellState.LIMITED}
"""Quality marks that change the state: estimated, of limited reliability. ``e`` is final, ``r`` revised."""
PROVISIONAL = "p"


@dataclass(frozen=True, slots=True)
class _Attribute:
    """Columns (0-based, -1 where absent) of an attribute: its own code and label, and those of its values."""

    variable_code: int
    variable_label: int
    code: int
    label: int


@dataclass(frozen=True, slots=True)
class _Form:
    """Where everything stands in a flat file."""

    time: int
    attributes: tuple[_Attribute, ...]
    values: tuple[tuple[int, tuple[str, ...], str, int], ...]
    """Column, headings, unit and column of the quality mark of each value."""
    unit: int = -1
    variable: int = -1
    """New form: the columns that say what ``value`` is."""


class Genesis:
    """Flat files of GENESIS, old and new."""

    code = "genesis"

    def recognises(self, table: Table) -> float:
        """1 where the first row has the columns of a flat file."""
        return 1.0 if table.rows and _form(table.rows[0]) else 0.0

    def read(self, table: Table, request: Request | None, findings: Findings) -> StatTable:
        """All values with the area's key, the labels of the other attributes, and the date of the row."""
        form = _form(table.rows[0]) if table.rows else None
        if form is None:
            raise ValueError("not a flat file of GENESIS; ask recognises() first")
        end = next((n for n, row in enumerate(table.rows) if _is_footer(row)), len(table.rows))
        rows = [(n, row) for n, row in enumerate(table.rows[1:end], start=2) if is_filled(row)]
        areas = _area_attribute(form, [row for _, row in rows])
        cells: list[StatCell] = []
        provisional = 0
        for number, row in rows:
            found, marked = _cells(number, row, form, areas, request)
            cells += found
            provisional += marked
        if provisional:
            words = {"count": plural(provisional, "Wert", "Werte")}
            findings.add("intake.provisional", Place(table.name), words=words)
        kept = of_request(cells, request, findings, table)
        layout = _layout(table, form, areas, (2, end), [row for _, row in rows])
        return StatTable(layout, kept, row_labels(kept))


def _is_footer(row: Sequence[Cell]) -> bool:
    return bool(row) and isinstance(row[0], str) and row[0].startswith(FOOTER)


def _form(header: Sequence[Cell]) -> _Form | None:
    names = [cell_text(cell).lstrip("\ufeff") for cell in header]
    places = {name: position for position, name in enumerate(names)}
    if "Statistik_Code" in places and "Zeit" in places:
        attributes = _attributes(names, _OLD, ("Merkmal", "Auspraegung"), ("Code", "Label"))
        values = _old_values(names)
        return _Form(places["Zeit"], attributes, values) if attributes and values else None
    if "statistics_code" in places and "time" in places and "value" in places:
        attributes = _attributes(names, _NEW, ("variable", "variable_attribute"), ("code", "label"))
        values = ((places["value"], ("Wert",), "", places.get("value_q", -1)),)
        unit, variable = places.get("value_unit", -1), places.get("value_variable_label", -1)
        return _Form(places["time"], attributes, values, unit, variable) if attributes else None
    return None


def _attributes(
    names: Sequence[str], pattern: re.Pattern[str], kinds: tuple[str, str], parts: tuple[str, str]
) -> tuple[_Attribute, ...]:
    places = {m.groups(): n for n, name in enumerate(names) if (m := pattern.fullmatch(name))}
    numbers = sorted({int(number) for number, _, _ in places})
    return tuple(
        _Attribute(*(places.get((str(number), kind, part), -1) for kind in kinds for part in parts))
        for number in numbers
    )


def _old_values(names: Sequence[str]) -> tuple[tuple[int, tuple[str, ...], str, int], ...]:
    quality = {name.removesuffix("__q"): n for n, name in enumerate(names) if name.endswith("__q")}
    values = []
    for position, name in enumerate(names):
        match = _VALUE_OLD.fullmatch(name)
        if match is None or name.endswith("__q") or _OLD.fullmatch(name):
            continue
        mark = quality.get(name, quality.get(name.rpartition("__")[0], -1))
        label = match["label"].replace("_", " ")
        values.append((position, (label,), (match["unit"] or "").replace("_", " "), mark))
    return tuple(values)


def _area_attribute(form: _Form, rows: Sequence[Sequence[Cell]]) -> _Attribute | None:
    """The attribute that names areas, the one with the longest keys where there are several."""
    sample = rows[:200]

    def length(attribute: _Attribute) -> int:
        kinds = {cell_text(cell_at(row, attribute.variable_code)) for row in sample}
        keys = {cell_text(cell_at(row, attribute.code)) for row in sample} - {""}
        if not any(_AREAS.match(kind) for kind in kinds):
            return 0
        return max((len(key) for key in keys), default=0)

    best = max(form.attributes, key=length)
    return best if length(best) else None


def _cells(
    number: int, row: Sequence[Cell], form: _Form, areas: _Attribute | None, request: Request | None
) -> tuple[list[StatCell], int]:
    """The cells of a row, and how many of their values are provisional."""
    key = municipality_key(cell_text(cell_at(row, areas.code)), request) if areas else ""
    moment = _moment(row, form)
    labels = _labels(row, form, areas)
    found: list[StatCell] = []
    provisional = 0
    for position, path, unit, mark in form.values:
        cell = cell_at(row, position)
        reading = read_point(cell)
        quality = cell_text(cell_at(row, mark))
        provisional += quality == PROVISIONAL and reading.value is not None
        said = cell_text(cell_at(row, form.unit)) if form.unit >= 0 else unit
        found.append(
            StatCell(
                number, position, (key,) if key else (), labels, path, said, moment.date,
                reading.value, _state(reading, quality), cell_text(cell), reading.problem,
                precise=bool(moment.month), letter=letter(position),
            )
        )  # fmt: skip
    return found, provisional


def _labels(row: Sequence[Cell], form: _Form, areas: _Attribute | None) -> tuple[str, ...]:
    """The area's name, the other attributes' values and what is counted, in the order of the columns."""
    labels = []
    for attribute in form.attributes:
        text = cell_text(cell_at(row, attribute.label))
        if attribute is not areas:
            labels.append(text or cell_text(cell_at(row, attribute.code)) or TOTAL_LABEL)
        elif attribute.label >= 0:
            labels.append(text)
    if form.variable >= 0:
        labels.append(cell_text(cell_at(row, form.variable)))
    return tuple(labels)


def _state(reading: Reading, quality: str) -> CellState:
    """The state of the value; a quality mark may lower it, never raise it."""
    marked = _STATES.get(quality, CellState.VALUE)
    return max(reading.state, marked) if reading.value is not None else reading.state


@lru_cache(maxsize=4096)
def _named(text: str) -> Moment:
    """The date a text names; a file names few and repeats them in every row."""
    return moment_in(text)


def _moment(row: Sequence[Cell], form: _Form) -> Moment:
    """The date of a row; month or quarter may stand as an attribute beside the year."""
    moment = _named(cell_text(cell_at(row, form.time)))
    if moment.year and not moment.month:
        for attribute in form.attributes:
            code = cell_text(cell_at(row, attribute.code))
            month, quarter = _MONTH.fullmatch(code), _QUARTER.fullmatch(code)
            if month and 1 <= int(month[1]) <= 12:
                return Moment(moment.year, int(month[1]))
            if quarter and 1 <= int(quarter[1]) <= 4:
                return Moment(moment.year, 3 * int(quarter[1]))
    return moment


def _layout(
    table: Table,
    form: _Form,
    areas: _Attribute | None,
    body: tuple[int, int],
    rows: Sequence[Sequence[Cell]],
) -> Layout:
    first = rows[0] if rows else []
    columns = [column(form.time, ("Zeit",), Role.DATE)]
    for attribute in form.attributes:
        heading = cell_text(cell_at(first, attribute.variable_label)) or f"Merkmal {attribute.code + 1}"
        if attribute is areas:
            columns.append(column(attribute.code, (heading,), Role.KEY))
            if attribute.label >= 0:
                columns.append(column(attribute.label, (heading,), Role.NAME))
        else:
            columns.append(column(max(attribute.label, attribute.code), (heading,), Role.LABEL))
    if form.variable >= 0:
        columns.append(column(form.variable, ("Wert",), Role.LABEL))
    columns += [column(position, path, Role.VALUE, unit) for position, path, unit, _ in form.values]
    notes = tuple(cell_text(row[0]) for row in table.rows[body[1] + 1 :] if row and cell_text(row[0]))
    return Layout(
        table.name, _title(table, first), (1, 1), body, notes,
        tuple(sorted(columns, key=lambda c: c.position)),
        long=len(form.values) == 1, sure=1.0, moment=NEVER, decimal=",",
    )  # fmt: skip


def _title(table: Table, first: Sequence[Cell]) -> tuple[str, ...]:
    """The name of the statistic."""
    names: Mapping[str, int] = {cell_text(cell): n for n, cell in enumerate(table.rows[0])}
    position = names.get("Statistik_Label", names.get("statistics_label", -1))
    text = cell_text(cell_at(first, position))
    return (text,) if text else ()
