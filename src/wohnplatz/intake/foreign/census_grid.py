"""Grid files of the census: cells of 100 m, 1 km or 10 km, added up to areas by their midpoints.

Two forms. 2022: ``GITTER_ID_100m`` (``CRS3035RES100mN2689100E4337000``, the lower left corner), midpoints, a
value or an en dash (nothing there, or secret: the file does not say which), a column of explaining signs with
``KLAMMERN`` for limited reliability. 2011: ``Gitter_ID_1km`` (``1kmN3051E4091``), −1 for uninhabited or
secret, −9 for suppressed. Values were altered on purpose by the offices (cell keys in 2022) and are never
repaired. A cell goes to the area its midpoint lies in; averages and shares cannot be added and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.model import CellState
from wohnplatz.text import number, plural

from ..cells import Cell, cell_text
from ..findings import Findings, Place
from ..layout import ColumnHead, Layout, Moment, Role, StatCell, StatTable, letter
from ..request import Request
from ..sheets import Table
from .ready import cell_at, column, read_point, row_labels

DAY_2011, DAY_2022 = Moment(2011, 5, 9), Moment(2022, 5, 15)
LIMITED = "KLAMMERN"
WITHOUT_NUMBER_2011 = {-1.0, -9.0}
_ID = re.compile(r"(?i)gitter_id_(?:100m|1km|10km)(?:_neu)?")
_CELL = re.compile(r"(CRS3035RES)?(\d+)(k?m)N(\d+)E(\d+)")
_MIDPOINT = re.compile(r"(?i)[xy]_mp_(?:100m|1km|10km)")
_SIGNS = re.compile(r"(?i)(?:(?P<of>.+)_)?werterl(?:ä|ae|\ufffd)uternde_Zeichen")
_NO_SUM = re.compile(
    r"(?i)durchschn|anteil|quote|_a$|_d$|_cat$|hhgroesse|wohnfl|quadratmeter|nettokalt|mittel|median"
)

Floats = npt.NDArray[np.float64]
States = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Form:
    identifier: int
    values: tuple[tuple[int, str], ...]
    """Column and heading of each value."""
    signs: tuple[tuple[int, str], ...]
    """Column of explaining signs and the heading it belongs to, empty for all."""
    moment: Moment


class CensusGrid:
    """Census grid files of 2011 and 2022."""

    code = "zensus_gitter"

    def recognises(self, table: Table) -> float:
        """1 where the first row starts with the identifier of a grid cell."""
        return 1.0 if _form(table) else 0.0

    def read(self, table: Table, request: Request | None, findings: Findings) -> StatTable:
        """Sums over the cells of each area. The row of a sum is that of the area's first grid cell.

        Without a way to locate midpoints nothing can be added: a finding, and no cells.
        """
        form = _form(table)
        if form is None:
            raise ValueError("not a census grid file; ask recognises() first")
        if request is None or request.locate is None:
            findings.add("intake.no_places", Place(table.name))
            return StatTable(_layout(table, form, form.values), ())
        rows, x, y = _midpoints(table, form, findings)
        areas = request.locate(x, y)
        inside = areas != ""
        columns = [_column(table, form, value, rows) for value in form.values]
        summable = [c for c in columns if _is_summable(c)]
        _tell(table, form, [c.heading for c in columns if c not in summable], ~inside, findings)
        cells = _sums(summable, rows[inside], areas[inside], inside, form)
        kept = tuple((c.position, c.heading) for c in summable)
        return StatTable(_layout(table, form, kept), cells, row_labels(cells))


def _form(table: Table) -> _Form | None:
    names = [cell_text(cell).lstrip("\ufeff") for cell in table.rows[0]] if table.rows else []
    identifier = next((n for n, name in enumerate(names) if _ID.fullmatch(name)), -1)
    if identifier < 0:
        return None
    signs = tuple((n, m["of"] or "") for n, name in enumerate(names) if (m := _SIGNS.fullmatch(name)))
    known = {
        identifier,
        *(n for n, _ in signs),
        *(n for n, name in enumerate(names) if _MIDPOINT.fullmatch(name)),
    }
    values = tuple((n, name) for n, name in enumerate(names) if n not in known and name)
    first = cell_text(cell_at(table.rows[1], identifier)) if len(table.rows) > 1 else ""
    year = DAY_2022 if first.startswith("CRS") and names[identifier].startswith("GITTER") else DAY_2011
    return _Form(identifier, values, signs, year) if values else None


def _midpoints(table: Table, form: _Form, findings: Findings) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """Rows (1-based) with a readable identifier, and the midpoints of their cells (EPSG:3035, metres)."""
    rows, x, y = [], [], []
    for position, row in enumerate(table.rows[1:], start=2):
        text = cell_text(cell_at(row, form.identifier))
        match = _CELL.fullmatch(text)
        if match is None:
            if text:
                findings.add("intake.broken_cell_id", Place(table.name, position, "A"), value=text)
            continue
        size = int(match[2]) * (1000 if match[3] == "km" else 1)
        unit = 1 if match[1] else size  # the older form counts cells, the newer one metres
        rows.append(position)
        x.append(int(match[5]) * unit + size / 2)
        y.append(int(match[4]) * unit + size / 2)
    return np.array(rows, dtype=np.int64), np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """Values (n, NaN without a number) and states (n) of a column in the rows that have a place."""

    position: int
    heading: str
    values: Floats
    states: States


def _column(table: Table, form: _Form, value: tuple[int, str], rows: npt.NDArray[np.int64]) -> _Column:
    position, heading = value
    sign = next((n for n, of in form.signs if of in {"", heading}), -1)
    values = np.full(len(rows), np.nan)
    states = np.full(len(rows), int(CellState.UNKNOWN), dtype=np.uint8)
    for n, row_number in enumerate(rows):
        row = table.rows[row_number - 1]
        read = _figure(cell_at(row, position), form)
        if read is not None:
            limited = cell_text(cell_at(row, sign)) == LIMITED
            values[n], states[n] = read, CellState.LIMITED if limited else CellState.VALUE
    return _Column(position, heading, values, states)


def _figure(cell: Cell, form: _Form) -> float | None:
    """The number in a grid cell; None where there is none, whatever stands there instead."""
    if cell_text(cell) in {"–", "-", "—", "\x96", "", "."}:
        return None
    value = read_point(cell).value
    return None if form.moment == DAY_2011 and value in WITHOUT_NUMBER_2011 else value


def _is_summable(found: _Column) -> bool:
    """Whether the sum of the column means anything: counts are whole and are not called a share."""
    present = found.values[~np.isnan(found.values)]
    return not _NO_SUM.search(found.heading) and bool(np.all(present == np.round(present)))


def _sums(
    columns: Sequence[_Column],
    rows: npt.NDArray[np.int64],
    areas: npt.NDArray[np.str_],
    inside: npt.NDArray[np.bool_],
    form: _Form,
) -> tuple[StatCell, ...]:
    cells: list[StatCell] = []
    keys, places = np.unique(areas, return_inverse=True)
    for found in columns:
        values, states = found.values[inside], found.states[inside]
        for n, key in enumerate(keys):
            mine = places == n
            value, state = summed(values[mine], states[mine])
            text = f"Summe aus {plural(int(mine.sum()), 'Gitterzelle', 'Gitterzellen')}"
            cells.append(
                StatCell(
                    int(rows[mine].min()), found.position, (str(key),), (), (found.heading,), "Anzahl",
                    form.moment.date, value, state, text, letter=letter(found.position),
                )
            )  # fmt: skip
    return tuple(cells)


def summed(values: Floats, states: States) -> tuple[float | None, CellState]:
    """Sum and state of the grid cells of one area.

    A cell without a number makes the sum incomplete, not smaller in silence; where none has a number the
    sum is unknown; one of limited reliability makes the sum limited.
    """
    with_number = states < CellState.NOT_APPLICABLE
    if not with_number.any():
        return None, CellState.UNKNOWN
    state = CellState(int(states[with_number].max()))
    if not with_number.all():
        state = max(state, CellState.PARTIAL)
    return float(values[with_number].sum()), state


def _tell(
    table: Table, form: _Form, left_out: Sequence[str], outside: npt.NDArray[np.bool_], findings: Findings
) -> None:
    for heading in left_out:
        findings.add("intake.no_sum", Place(table.name, 1, heading), value=heading)
    if outside.any():
        count = plural(int(outside.sum()), "Gitterzelle liegt", "Gitterzellen liegen")
        findings.add(
            "intake.cells_outside", Place(table.name), words={"count": count, "all": number(len(outside))}
        )
    findings.add("intake.census_altered", Place(table.name), words={"year": str(form.moment.year)})


def _layout(table: Table, form: _Form, values: Sequence[tuple[int, str]]) -> Layout:
    heads: list[ColumnHead] = [column(form.identifier, ("Gitterzelle",), Role.KEY)]
    heads += [column(n, (heading,), Role.VALUE, "Anzahl", form.moment) for n, heading in values]
    return Layout(
        table.name, (f"Zensus {form.moment.year}",), (1, 1), (2, len(table.rows)), (), tuple(heads),
        long=False, sure=1.0, moment=form.moment,
    )  # fmt: skip
