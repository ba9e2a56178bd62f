"""A round as grids to fill in: the cells asked for, what stands in them, and the file that comes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wohnplatz.intake import Request, write_csv
from wohnplatz.intake.cells import read_value
from wohnplatz.intake.request import cells_of, dimensions_of, due_date, variables_due
from wohnplatz.model import TOTAL, Catalogue, CellState, Observation, Variable
from wohnplatz.text import day, number, plural

MOST_CELLS = 400
"""Cells up to which a round is offered as a form."""
SIGNS = (
    ("-", "genau null"), (".", "unbekannt oder geheim zu halten"), ("…", "Angabe folgt später (auch ...)"),
    ("/", "nicht sicher genug, um genannt zu werden"), ("x", "eine Zahl wäre nicht sinnvoll"),
    ("*", "durch die statistische Geheimhaltung geschützt"),
    ("(12)", "Zahl in Klammern: eingeschränkt aussagekräftig"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of a grid asks for."""

    variable: Variable
    breakdown: tuple[tuple[str, str], ...]
    """Pairs (dimension, category)."""
    label: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One input."""

    name: str
    """Name of the field: place of column and area, no code of either."""
    text: str
    former: str
    """What was delivered last, as it would be typed; empty where nothing was."""
    problem: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of inputs with its heading."""

    id: str
    label: str
    hint: str
    cells: tuple[tuple[str, Cell], ...]
    """With the id of the column's heading."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of inputs; areas stand in rows unless there are far more columns than areas."""

    id: str
    title: str
    definition: str
    day: str
    corner: str
    heads: tuple[tuple[str, str, str], ...]
    """Id, label and hint of each column."""
    rows: tuple[Row, ...]


def size(request: Request, catalogue: Catalogue) -> int:
    """Number of cells a round asks for."""
    due = variables_due(request, catalogue).values()
    per_area = sum(math.prod(len(catalogue.dimensions[d].categories) for d in v.breakdowns) for v in due)
    return per_area * len(request.areas)


def columns_of(request: Request, catalogue: Catalogue) -> list[Column]:
    """All columns, in the order of the catalogue."""
    found = []
    for variable in variables_due(request, catalogue).values():
        for combination in cells_of(variable, catalogue):
            pairs = tuple(zip(variable.breakdowns, combination, strict=True))
            words = [catalogue.dimensions[d].categories[c] for d, c in pairs]
            found.append(Column(variable, pairs, ", ".join(words) or variable.label))
    return found


def grids(
    request: Request,
    catalogue: Catalogue,
    typed: Mapping[str, str],
    former: Sequence[Observation],
    problems: Mapping[str, str],
) -> list[Grid]:
    """The inputs of a round: variables without breakdown in one grid, each other one in its own."""
    columns = list(enumerate(columns_of(request, catalogue)))
    known = _by_place(former)
    plain = [(n, c) for n, c in columns if not c.breakdown]
    parts: dict[str, list[tuple[int, Column]]] = {}
    for n, column in columns:
        if column.breakdown:
            parts.setdefault(column.variable.code, []).append((n, column))
    maker = _Maker(request, typed, known, problems)
    found = [maker.grid("g0", request.dataset.label, "", plain)] if plain else []
    for place, group in enumerate(parts.values(), start=1):
        variable = group[0][1].variable
        found.append(maker.grid(f"g{place}", variable.label, variable.definition, group))
    return found


@dataclass(frozen=True, slots=True)
class _Maker:
    request: Request
    typed: Mapping[str, str]
    former: Mapping[tuple[str, str, frozenset[tuple[str, str]]], str]
    problems: Mapping[str, str]

    def grid(self, name: str, title: str, definition: str, columns: Sequence[tuple[int, Column]]) -> Grid:
        days = {due_date(c.variable, self.request) for _, c in columns}
        areas = list(enumerate(self.request.areas.items()))
        across = [(f"{name}-s{n}", c.label, _hint(c, self.request, len(days) > 1)) for n, c in columns]
        down = [(f"{name}-z{m}", label, key) for m, (key, label) in areas]
        cells = {(m, n): self._cell(n, c, m, key) for n, c in columns for m, (key, _) in areas}
        if len(columns) > 6 and len(columns) > 2 * len(areas):
            rows = [
                Row(*head, tuple((down[m][0], cells[m, n]) for m, _ in areas))
                for head, (n, _) in zip(across, columns, strict=True)
            ]
            heads, corner = down, "Gliederung" if columns[0][1].breakdown else "Merkmal"
        else:
            rows = [
                Row(*head, tuple((across[i][0], cells[m, n]) for i, (n, _) in enumerate(columns)))
                for head, (m, _) in zip(down, areas, strict=True)
            ]
            heads, corner = across, "Gebiet"
        at = day(days.pop()) if len(days) == 1 else ""
        return Grid(name, title, definition, at, corner, tuple(heads), tuple(rows))

    def _cell(self, n: int, column: Column, m: int, area: str) -> Cell:
        name = f"c{n}-{m}"
        former = self.former.get((column.variable.code, area, frozenset(column.breakdown)), "")
        return Cell(name, self.typed.get(name, ""), former, self.problems.get(name, ""))


def _hint(column: Column, request: Request, days_differ: bool) -> str:
    return f"Stichtag {day(due_date(column.variable, request))}" if days_differ else ""


def _by_place(former: Sequence[Observation]) -> dict[tuple[str, str, frozenset[tuple[str, str]]], str]:
    ordered = sorted(former, key=lambda o: o.reference_date)
    return {(o.variable, o.area, frozenset(_parts(o))): as_typed(o) for o in ordered}


def _parts(o: Observation) -> list[tuple[str, str]]:
    return [(d, c) for d, c in (o.breakdown or {}).items() if c != TOTAL]


def as_typed(o: Observation) -> str:
    """An observation as somebody would type it: a number, or its sign."""
    if o.value is None:
        return o.state.sign
    text = number(o.value, max(0, -int(Decimal(repr(o.value)).normalize().as_tuple().exponent)))
    return f"({text})" if o.state is CellState.LIMITED else text


def from_observations(
    observations: Sequence[Observation], request: Request, catalogue: Catalogue
) -> dict[str, str]:
    """What the fields hold where a delivery is mended in the form."""
    known = _by_place(observations)
    places = [(key, m) for m, key in enumerate(request.areas)]
    return {
        f"c{n}-{m}": text
        for n, c in enumerate(columns_of(request, catalogue))
        for key, m in places
        if (text := known.get((c.variable.code, key, frozenset(c.breakdown)), ""))
    }


def check(
    typed: Mapping[str, str], request: Request, catalogue: Catalogue, *, complete: bool
) -> dict[str, str]:
    """What is wrong with what was typed, by field; empty fields are told of where it should be complete."""
    found = {}
    for n, column in enumerate(columns_of(request, catalogue)):
        for m in range(len(request.areas)):
            name = f"c{n}-{m}"
            problem = _problem(typed.get(name, "").strip(), column.variable, complete)
            if problem:
                found[name] = problem
    return found


def _problem(text: str, variable: Variable, complete: bool) -> str:
    if not text:
        return "noch nicht ausgefüllt" if complete else ""
    reading = read_value(text)
    if reading.problem:
        meant = f" Gemeint ist vermutlich {reading.meant}." if reading.meant else ""
        return f"„{text[:20]}“ ist weder Zahl noch Zeichen.{meant}"
    if reading.value is not None and reading.value < 0 and variable.non_negative:
        return "kann nicht unter null liegen"
    if reading.value is not None and variable.integer and reading.value != int(reading.value):
        return "wird in ganzen Zahlen gezählt"
    return ""


def filled(typed: Mapping[str, str]) -> int:
    """How many fields hold something."""
    return sum(bool(text.strip()) for text in typed.values())


def as_file(typed: Mapping[str, str], request: Request, catalogue: Catalogue) -> bytes:
    """The fields as a file in the form of the template: it goes the way every file goes."""
    dimensions = dimensions_of(request, catalogue)
    labels = [catalogue.dimensions[d].label for d in dimensions]
    rows: list[list[str]] = [["Merkmal", "Gebiet", "Gebietsname", "Stichtag", *labels, "Wert"]]
    for n, column in enumerate(columns_of(request, catalogue)):
        parts = dict(column.breakdown)
        at = _german(due_date(column.variable, request))
        for m, (key, name) in enumerate(request.areas.items()):
            text = typed.get(f"c{n}-{m}", "").strip()
            if text:
                categories = (parts.get(d, TOTAL) for d in dimensions)
                rows.append([column.variable.code, key, name, at, *categories, _written(text)])
    return write_csv(rows)


def _written(text: str) -> str:
    """What was typed, with signs before numbers that no spreadsheet takes for the start of a formula."""
    return text if text == "-" else text.removeprefix("+").replace("-", "\u2212", 1)


def _german(at: date) -> str:
    return f"{at.day:02d}.{at.month:02d}.{at.year}"


def progress(typed: Mapping[str, str], request: Request, catalogue: Catalogue) -> str:
    """``12 von 80 Feldern ausgefüllt``."""
    return f"{filled(typed)} von {plural(size(request, catalogue), 'Feld', 'Feldern')} ausgefüllt"
