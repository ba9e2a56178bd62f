"""The Gemeindeverzeichnis (GV-ISys) of the statistical offices: every municipality with area and population.

Several header rows; the key is split over columns (Land, Regierungsbezirk, Kreis, Verband, Gemeinde); rows of
all levels stand one below the other, told apart by their *Satzart*: 10 Land, 20 Regierungsbezirk, 30 Region,
40 Kreis, 50 Gemeindeverband, 60 Gemeinde. Only municipalities carry figures. The file writes 0 for unknown
too: the edition of June 2024 gives Fehrbellin no inhabitants, where 9,094 live.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..cells import Cell, cell_text, read_value
from ..findings import Findings, Place
from ..layout import NEVER, ColumnHead, Layout, Moment, Role, StatCell, StatTable, letter
from ..layout.dates import moment_in
from ..layout.headings import cleaned, unit_in, without_unit
from ..request import Request
from ..sheets import Table
from .ready import cell_at, column, of_request, row_labels

SEARCHED_ROWS = 15
KEY_PARTS = ("Land", "RB", "Kreis", "VB", "Gem")
LEVELS = {"10": 1, "20": 2, "30": 2, "40": 3, "50": 4, "60": 5}
"""Satzart → number of parts that make its key. A municipality's key (AGS) leaves out the fourth."""
LENGTHS = (2, 1, 2, 4, 3)
MUNICIPALITIES = frozenset({"60", "61", "62", "63", "64", "65"})
"""Textkennzeichen of municipalities; 66 and 67 are areas outside of them."""
END_OF_FIGURES = "Postleit"


@dataclass(frozen=True, slots=True)
class _Form:
    header: int
    """0-based row in which ``Satzart`` stands."""
    kind: int
    parts: tuple[int, ...]
    name: int
    columns: tuple[ColumnHead, ...]


class MunicipalityRegister:
    """The Gemeindeverzeichnis as a workbook."""

    code = "gemeindeverzeichnis"

    def recognises(self, table: Table) -> float:
        """1 where Satzart and the parts of the key stand in the head."""
        return 1.0 if _form(table) else 0.0

    def read(self, table: Table, request: Request | None, findings: Findings) -> StatTable:
        """Area and population of each municipality by its key of eight digits."""
        form = _form(table)
        if form is None:
            raise ValueError("not a Gemeindeverzeichnis; ask recognises() first")
        body = [(n, row) for n, row in enumerate(table.rows, start=1) if _level(row, form)]
        cells = [cell for number, row in body for cell in _cells(number, row, form)]
        kept = of_request(cells, request, findings, table)
        _tell_uninhabited(table, form, kept, findings)
        first, last = (body[0][0], body[-1][0]) if body else (0, 0)
        layout = Layout(
            table.name, _texts(table.rows[: form.header]), (form.header + 1, max(first - 1, 1)),
            (first, last), _texts(table.rows[last:]), form.columns, long=False, sure=1.0,
        )  # fmt: skip
        return StatTable(layout, kept, row_labels(kept))


def _form(table: Table) -> _Form | None:
    for number, row in enumerate(table.rows[:SEARCHED_ROWS]):
        texts = [_joined(cell) for cell in row]
        if "satzart" not in texts or number + 2 >= len(table.rows):
            continue
        below = [cell_text(cell) for cell in table.rows[number + 1]]
        name = next((n for n, text in enumerate(texts) if text.startswith("gemeindename")), -1)
        if name >= 0 and all(part in below for part in KEY_PARTS):
            parts = tuple(below.index(part) for part in KEY_PARTS)
            return _Form(number, texts.index("satzart"), parts, name, _columns(table, number, parts, name))
    return None


def _joined(cell: Cell) -> str:
    """A heading without hyphens and spaces: ``Satz-art`` and ``Satzart`` are one."""
    return cell_text(cell).replace("-", "").replace(" ", "").replace("\n", "").casefold()


def _columns(table: Table, header: int, parts: Sequence[int], name: int) -> tuple[ColumnHead, ...]:
    # The parts are joined here: one column stands for the key, the others are not to be read again.
    heads = [column(parts[0], ("Gemeindeschlüssel",), Role.KEY)]
    heads += [column(part, (KEY_PARTS[n],), Role.EMPTY) for n, part in enumerate(parts) if n]
    heads.append(column(name, ("Gemeindename",), Role.NAME))
    top, below, dates = (table.rows[header + offset] for offset in range(3))
    group, moment = "", NEVER
    for position in range(name + 1, max(map(len, (top, below)))):
        own = cell_text(cell_at(top, position))
        if own.startswith(END_OF_FIGURES):
            break
        group = own or group
        moment = moment_in(cell_text(cell_at(dates, position))) if cell_at(dates, position) else moment
        heads.append(_value_column(position, (group, cell_text(cell_at(below, position))), moment))
    return tuple(sorted(heads, key=lambda head: head.position))


def _value_column(position: int, headings: Sequence[str], moment: Moment) -> ColumnHead:
    texts = [cleaned(text)[0] for text in headings if text]
    unit = next((found for text in texts if (found := unit_in(text))), "")
    unit = "" if texts[-1].startswith("je ") else unit  # a density, not an area
    return column(position, tuple(without_unit(text) or text for text in texts), Role.VALUE, unit, moment)


def _level(row: Sequence[Cell], form: _Form) -> int:
    """Number of key parts of a row; 0 for a row that is no area."""
    return LEVELS.get(cell_text(cell_at(row, form.kind)), 0)


def _key(row: Sequence[Cell], form: _Form) -> str:
    level = _level(row, form)
    texts = [cell_text(cell_at(row, part)) for part in form.parts]
    # A workbook that was saved once more may hold the parts as numbers: their length is known.
    padded = [
        text.zfill(length) if text.isdigit() else text for text, length in zip(texts, LENGTHS, strict=True)
    ]
    return "".join(padded[:3] + padded[4:]) if level == len(LENGTHS) else "".join(padded[:level])


def _cells(number: int, row: Sequence[Cell], form: _Form) -> list[StatCell]:
    key, name = _key(row, form), cell_text(cell_at(row, form.name))
    found = []
    for head in form.columns:
        cell = cell_at(row, head.position)
        if head.role is not Role.VALUE or not cell_text(cell):
            continue
        reading = read_value(cell)
        found.append(
            StatCell(
                number, head.position, (key,), (name,), head.path, head.unit, head.day, reading.value,
                reading.state, cell_text(cell), reading.problem, precise=bool(head.moment.day),
                letter=letter(head.position),
            )
        )  # fmt: skip
    return found


def _tell_uninhabited(table: Table, form: _Form, cells: Sequence[StatCell], findings: Findings) -> None:
    """Warn of municipalities without anybody; only areas outside every municipality have none."""
    for cell in cells:
        kind = cell_text(cell_at(table.rows[cell.row - 1], form.kind + 1))
        if cell.value == 0 and kind in MUNICIPALITIES and cell.path[-1] == "insgesamt":
            place = Place(table.name, cell.row, cell.letter)
            findings.add("intake.uninhabited", place, value=cell.labels[0], area=cell.keys[0])


def _texts(rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    texts = (cell_text(cell) for row in rows for cell in row)
    return tuple(text for text in texts if text)
