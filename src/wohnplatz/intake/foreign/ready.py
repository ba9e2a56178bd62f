"""What all ready readers share: the protocol, columns of known roles, and areas nobody asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from wohnplatz.text import plural

from ..cells import Cell, Reading, read_value
from ..findings import Findings, Place
from ..layout import NEVER, ColumnHead, Moment, Role, StatCell, StatTable, letter
from ..request import Request
from ..sheets import Table

SURE = 0.5
"""From this sureness on a ready reader is taken."""


class ReadyReader(Protocol):
    """Reads one published form. Readers hold no state."""

    @property
    def code(self) -> str:
        """Name of the form, the kind of a guide: ``genesis``."""

    def recognises(self, table: Table) -> float:
        """How surely the table has this form: 0 not at all, 1 beyond doubt. Looks at the first rows only."""

    def read(self, table: Table, request: Request | None, findings: Findings) -> StatTable:
        """All cells of the table; with a request those of its areas. Only for tables it recognises."""


def best_ready(table: Table, readers: Iterable[ReadyReader]) -> ReadyReader | None:
    """The reader that knows the table's form, None where none does."""
    reader = max(readers, key=lambda candidate: candidate.recognises(table), default=None)
    return reader if reader is not None and reader.recognises(table) >= SURE else None


def column(
    position: int, path: Sequence[str], role: Role, unit: str = "", moment: Moment = NEVER
) -> ColumnHead:
    """A column whose role is known."""
    return ColumnHead(position, letter(position), tuple(path), role, unit, moment)


def cell_at(row: Sequence[Cell], position: int) -> Cell:
    """A cell of a row that may be shorter than the header."""
    return row[position] if 0 <= position < len(row) else None


def read_point(cell: Cell) -> Reading:
    """The value of a cell in a form that never writes thousands signs: a point separates decimals there."""
    if isinstance(cell, str) and cell.count(".") == 1 and "," not in cell and len(cell.strip()) > 1:
        return read_value(cell.strip().replace(".", ","))
    return read_value(cell)


def municipality_key(key: str, request: Request | None) -> str:
    """The municipality key (AGS, 8 digits) of a regional key (ARS, 12 digits); others as they stand.

    A district that keeps its areas by regional key keeps them.
    """
    known = request is not None and (key in request.areas or key in request.coarser_areas)
    return key[:5] + key[9:] if len(key) == 12 and key.isdigit() and not known else key


def of_request(
    cells: Sequence[StatCell], request: Request | None, findings: Findings, table: Table
) -> tuple[StatCell, ...]:
    """The cells of areas that were asked for: published files hold the whole country. The rest is told.

    Where no area of the file was asked for all cells stay: then each is a finding of its own.
    """
    if request is None:
        return tuple(cells)
    known = {*request.areas, *request.coarser_areas}
    known |= {key.lstrip("0") for key in known}
    kept = tuple(cell for cell in cells if cell.keys and cell.keys[0] in known)
    others = {cell.keys for cell in cells} - {cell.keys for cell in kept}
    if not kept or not others:
        return tuple(cells)
    count = plural(len(others), "anderes Gebiet", "andere Gebiete")
    findings.add("intake.other_areas", Place(table.name), words={"count": count})
    return kept


def row_labels(cells: Sequence[StatCell]) -> tuple[tuple[str, ...], ...]:
    """Keys, names and labels of each row that has cells, in order."""
    rows = {cell.row: (*cell.keys, *cell.labels) for cell in cells}
    return tuple(rows.values())
