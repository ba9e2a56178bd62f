"""Published sheets of Berlin: population register by area, and the Monitoring Soziale Stadtentwicklung.

Both keep the eight digits of an area's key as text; texts write decimal points, the register of 2012 commas.
In the monitoring's sheets areas that were left out of the index (few inhabitants, outliers) carry 0.00 in
every figure but the inhabitants: that is no figure, and it is never read as one. Nor is their dash: a share
of nothing is written 0 there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wohnplatz.model import CellState
from wohnplatz.text import plural

from ..cells import Cell, Reading, cell_text
from ..findings import Findings, Place
from ..layout import NEVER, ColumnHead, Layout, Moment, Role, StatCell, StatTable, letter
from ..layout.dates import moment_in
from ..request import Request
from ..sheets import Table, is_filled
from .ready import cell_at, column, of_request, read_point, row_labels

INHABITANTS = "Einwohnerinnen und Einwohner"
_SEXES = {"E_E": "insgesamt", "E_EM": "männlich", "E_EW": "weiblich"}
_AGES = re.compile(r"E_E(\d{2})_(\d{2,3})")
_GROUPS = re.compile(r"E_E(\d{0,2})U(\d{1,3})")
_OLDEST = 110
_PERIOD = re.compile(r"((?:19|20)\d\d)(\d\d)")
_INDICATOR = re.compile(r"[SD]\d|K ?\d\d")


@dataclass(frozen=True, slots=True)
class _Plan:
    """Columns of a sheet with one header row: key, name (-1 where absent) and values."""

    key: int
    name: int
    columns: tuple[ColumnHead, ...]


class BerlinRegister:
    """``EWR…_Matrix.csv``: inhabitants of each planning area by sex and by age."""

    code = "berlin_ewr"

    def recognises(self, table: Table) -> float:
        """1 where the first row names ZEIT, RAUMID and E_E."""
        names = _names(table)
        return 1.0 if {"ZEIT", "RAUMID", "E_E"} <= set(names) else 0.0

    def read(self, table: Table, request: Request | None, findings: Findings) -> StatTable:
        """All columns ``E_E…`` by the key RAUMID, at the last day of the month in ZEIT."""
        names = _names(table)
        time, key = names.index("ZEIT"), names.index("RAUMID")
        heads = [column(time, ("Zeit",), Role.DATE), column(key, ("RAUMID",), Role.KEY)]
        heads += [
            column(n, register_heading(name), Role.VALUE, "Personen")
            for n, name in enumerate(names)
            if register_heading(name)
        ]
        plan = _Plan(key, -1, tuple(heads))
        cells = [
            cell
            for number, row in enumerate(table.rows[1:], start=2)
            if is_filled(row)
            for cell in _cells(number, row, plan, _period(cell_text(cell_at(row, time))))
        ]
        return _table(table, plan, cells, request, findings)


def register_heading(name: str) -> tuple[str, ...]:
    """Headings in words of a column of the register, empty where it is none of the figures.

    >>> register_heading("E_EW")[1], register_heading("E_E03_05")[1], register_heading("E_EU1")[1:]
    ('weiblich', '3 bis unter 5 Jahre', ('Altersgruppen', 'unter 1 Jahr'))
    """
    if name in _SEXES:
        return (INHABITANTS, _SEXES[name])
    single, group = _AGES.fullmatch(name), _GROUPS.fullmatch(name)
    if single:
        return (INHABITANTS, _age(int(single[1]), int(single[2])))
    # The groups repeat what the single ages hold: one name for both would count people twice.
    return (INHABITANTS, "Altersgruppen", _age(int(group[1] or 0), int(group[2]))) if group else ()


def _age(low: int, high: int) -> str:
    if high >= _OLDEST:
        return f"{low} Jahre und älter"
    word = "Jahr" if high == 1 else "Jahre"
    return f"{low} bis unter {high} {word}" if low else f"unter {high} {word}"


def _period(text: str) -> Moment:
    match = _PERIOD.fullmatch(text)
    return Moment(int(match[1]), int(match[2])) if match and 1 <= int(match[2]) <= 12 else moment_in(text)


class BerlinMonitoring:
    """Sheets of the Monitoring Soziale Stadtentwicklung: one row per planning area, indicators S, D and K."""

    code = "berlin_mss"

    def recognises(self, table: Table) -> float:
        """1 where the first row names Nummer, Name, the inhabitants and S1 to S4."""
        names = _names(table)
        known = {"Nummer", "Name", "S1", "S3", "S4"} <= set(names)
        return 1.0 if known and any(name.startswith("EW ") for name in names) else 0.0

    def read(self, table: Table, request: Request | None, findings: Findings) -> StatTable:
        """Inhabitants and indicators by area; those of areas left out of the index are unknown, not zero."""
        names = _names(table)
        population = next(n for n, name in enumerate(names) if name.startswith("EW "))
        moment = moment_in(names[population])
        plan = _Plan(
            names.index("Nummer"), names.index("Name"), _monitoring_columns(names, population, moment)
        )
        cells: list[StatCell] = []
        excluded = 0
        for number, row in enumerate(table.rows[1:], start=2):
            if not is_filled(row):
                continue
            found = [_unknown(c) if c.text == "-" else c for c in _cells(number, row, plan, moment)]
            if _is_left_out(found, population):
                excluded += 1
                found = [_unknown(cell) if cell.column != population else cell for cell in found]
            cells += found
        if excluded:
            words = {"count": plural(excluded, "Gebiet", "Gebieten")}
            findings.add("intake.left_out_of_index", Place(table.name), words=words)
        return _table(table, plan, cells, request, findings)


def _monitoring_columns(names: Sequence[str], population: int, moment: Moment) -> tuple[ColumnHead, ...]:
    heads = [
        column(names.index("Nummer"), ("Nummer",), Role.KEY),
        column(names.index("Name"), ("Name",), Role.NAME),
        column(population, (INHABITANTS,), Role.VALUE, "Personen", moment),
    ]  # fmt: skip
    heads += [
        column(n, (name,), Role.VALUE, "%", moment)
        for n, name in enumerate(names)
        if _INDICATOR.fullmatch(name)
    ]
    return tuple(sorted(heads, key=lambda head: head.position))


def _is_left_out(cells: Sequence[StatCell], population: int) -> bool:
    """Whether every status and change of a row is 0: no inhabited area has none of anything."""
    figures = [cell.value for cell in cells if cell.column != population and cell.path[0][0] in "SD"]
    return bool(figures) and all(value == 0 for value in figures)


def _unknown(cell: StatCell) -> StatCell:
    return cell._replace(value=None, state=CellState.UNKNOWN, problem="")


def _names(table: Table) -> list[str]:
    return [" ".join(cell_text(cell).split()) for cell in table.rows[0]] if table.rows else []


def _cells(number: int, row: Sequence[Cell], plan: _Plan, moment: Moment) -> list[StatCell]:
    key = cell_text(cell_at(row, plan.key))
    labels = (cell_text(cell_at(row, plan.name)),) if plan.name >= 0 else ()
    found = []
    for head in plan.columns:
        if head.role is not Role.VALUE:
            continue
        cell = cell_at(row, head.position)
        reading: Reading = read_point(cell)
        found.append(
            StatCell(
                number, head.position, (key,), labels, head.path, head.unit, moment.date, reading.value,
                reading.state, cell_text(cell), reading.problem, precise=bool(moment.month),
                letter=letter(head.position),
            )
        )  # fmt: skip
    return found


def _table(
    table: Table, plan: _Plan, cells: Sequence[StatCell], request: Request | None, findings: Findings
) -> StatTable:
    kept = of_request(cells, request, findings, table)
    layout = Layout(
        table.name, (), (1, 1), (2, len(table.rows)), (), plan.columns, long=False, sure=1.0, moment=NEVER,
    )  # fmt: skip
    return StatTable(layout, kept, row_labels(kept))
