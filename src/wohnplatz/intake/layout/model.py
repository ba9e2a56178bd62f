"""What a table looks like, and its cells with their headings: the nouns of reading other people's tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from wohnplatz.model import CellState

from .headings import lasting
from .moment import NEVER, Moment


class Role(StrEnum):
    """What a column holds."""

    KEY = "key"
    """Keys of areas, or a part of them."""
    NAME = "name"
    """Names of areas; also key and name in one cell."""
    LABEL = "label"
    """Words that say what the row's values are broken down by, or which variable they are."""
    DATE = "date"
    """A reference date, or a part of it, that holds for the row."""
    VALUE = "value"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """One column: its headings from top to bottom (merged ones repeated), its role, unit and date."""

    position: int
    """0-based."""
    letter: str
    path: tuple[str, ...]
    role: Role
    unit: str = ""
    """As written: ``%``, ``km²``, ``EUR``; ``Anzahl`` for counts; empty where nothing is said."""
    moment: Moment = NEVER
    notes: tuple[str, ...] = ()
    """Footnote marks taken off the headings: ``1)``."""

    @property
    def day(self) -> date | None:
        """The reference date the heading names, None where it names none or only a part of it."""
        return self.moment.date

    @property
    def heading(self) -> str:
        """The headings in one line, without dates: what a guide remembers a column by."""
        return lasting(self.path)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table stands on a sheet and what its columns are. Rows are 1-based, as people see them."""

    sheet: str
    title: tuple[str, ...]
    """Lines of text above the header."""
    header: tuple[int, int]
    """First and last row of the header; (0, 0) where there is none."""
    body: tuple[int, int]
    """First and last row with data."""
    notes: tuple[str, ...]
    """Lines of text below the body."""
    columns: tuple[ColumnHead, ...]
    long: bool
    """Whether one column holds all values and others say what they are."""
    sure: float
    """0 to 1."""
    doubts: tuple[str, ...] = ()
    """German sentences: what was not clear."""
    moment: Moment = NEVER
    """The reference date that stands in the title."""
    unit: str = ""
    """The unit that stands in the title."""
    decimal: str = ","
    """Decimal sign of numbers that stand as text."""

    @property
    def day(self) -> date | None:
        """The reference date of the whole table, None where the title names none."""
        return self.moment.date

    @property
    def label_columns(self) -> tuple[ColumnHead, ...]:
        """The columns whose texts are a cell's ``labels``: names and labels, from left to right."""
        return tuple(c for c in self.columns if c.role in (Role.NAME, Role.LABEL))

    def with_role(self, role: Role) -> tuple[ColumnHead, ...]:
        """The columns of a role, from left to right."""
        return tuple(c for c in self.columns if c.role is role)


class StatCell(NamedTuple):
    """One cell of statistics with all that says what it is."""

    row: int
    """1-based."""
    column: int
    """0-based."""
    keys: tuple[str, ...]
    """Texts of the key columns of the row."""
    labels: tuple[str, ...]
    """Texts of the name and label columns of the row, in the order of ``Layout.label_columns``."""
    path: tuple[str, ...]
    """The headings of the column."""
    unit: str
    day: date | None
    value: float | None
    state: CellState
    text: str
    """The cell as it stands in the file; where it could not be read, ``problem`` says why."""
    problem: str = ""
    """Code of a finding; empty where value and state hold."""
    precise: bool = True
    """Whether ``day`` was named as a date; False where only the year was."""
    letter: str = ""
    """Column as a spreadsheet shows it."""
    ambiguous: bool = False
    """Whether the point of ``1.234`` could be a decimal point as well."""


@dataclass(frozen=True, slots=True)
class StatTable:
    """All cells of a table with their headings."""

    layout: Layout
    cells: Sequence[StatCell]
    row_labels: Sequence[tuple[str, ...]] = ()
    """For each body row with values: its keys, names and labels as they stand."""
