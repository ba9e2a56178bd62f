"""A sheet with the kinds of its cells, and what can be said of a row by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..cells import Cell, cell_text
from ..sheets import Table
from .dates import moment_in
from .kinds import RULE, Kind, is_value, kind_of, year_of
from .moment import NEVER


@dataclass(frozen=True)
class Grid:
    """The rows of a sheet; positions are 0-based."""

    table: Table

    @cached_property
    def rows(self) -> list[list[Cell]]:
        """All rows."""
        return self.table.rows

    @cached_property
    def kinds(self) -> list[list[Kind]]:
        """Kinds of all cells, as ``rows``."""
        return [[kind_of(cell) for cell in row] for row in self.rows]

    @cached_property
    def width(self) -> int:
        """Number of columns up to the last one that holds anything."""
        return max(map(_last, self.kinds), default=0)

    @cached_property
    def value_columns(self) -> frozenset[int]:
        """Columns with so many numbers or signs that they are values (or keys) of a table."""
        counts: Counter[int] = Counter()
        for row, kinds in zip(self.rows, self.kinds, strict=True):
            counts.update(c for c, k in enumerate(kinds) if is_value(k) and not year_of(row[c]))
        most = max(counts.values(), default=0)
        return frozenset(c for c, n in counts.items() if n >= 0.2 * most)

    @cached_property
    def merged(self) -> Mapping[tuple[int, int], tuple[int, int]]:
        """Cell inside a merged range → the range's first cell, which holds its text."""
        found: dict[tuple[int, int], tuple[int, int]] = {}
        for (top, left), (bottom, right) in self.table.merged:
            if (bottom - top + 1) * (right - left + 1) > 100_000:
                continue
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    found[row, column] = (top, left)
        return found

    def cell(self, row: int, column: int) -> Cell:
        """A cell, None beyond the end of the row."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    def text(self, row: int, column: int) -> str:
        """A cell's text; of a merged cell the text of the whole."""
        top, left = self.merged.get((row, column), (row, column))
        return cell_text(self.cell(top, left)) if top < len(self.rows) else ""

    def filled(self, row: int) -> list[int]:
        """Columns of a row that hold anything."""
        return [c for c, kind in enumerate(self.kinds[row]) if kind]

    @cached_property
    def data(self) -> list[bool]:
        """For each row whether a value stands where values stand, and it is no part of a header."""
        return [self._is_data(row) for row in range(len(self.rows))]

    def is_data(self, row: int) -> bool:
        """Whether a value stands where values stand, and the row is not a part of the header."""
        return self.data[row]

    def _is_data(self, row: int) -> bool:
        kinds = self.kinds[row]
        here = [c for c, k in enumerate(kinds) if is_value(k) and c in self.value_columns]
        if not here or self.is_rule(row):
            return False
        return not (self.is_numbering(row) or self._is_years(row, here))

    def _is_years(self, row: int, values: list[int]) -> bool:
        """Whether all values are years, and what stands below them is none: a header."""
        if not all(year_of(self.cell(row, c)) for c in values):
            return False
        for below in range(row + 1, min(row + 12, len(self.rows))):
            kinds = self.kinds[below]
            found = [c for c in values if c < len(kinds) and is_value(kinds[c])]
            if found:
                return any(not year_of(self.cell(below, c)) for c in found)
        return False

    def is_numbering(self, row: int) -> bool:
        """Whether the row numbers the columns: 1 2 3 …"""
        filled = self.filled(row)
        if len(filled) < 3 or not _small(self.cell(row, filled[0])):
            return False
        texts = [_small(self.cell(row, c)) for c in filled]
        if not all(texts):
            return False
        numbers = [int(text) for text in texts]
        return numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    def is_rule(self, row: int) -> bool:
        """Whether the row is a line drawn with characters."""
        filled = self.filled(row)
        return bool(filled) and all(RULE.fullmatch(cell_text(self.cell(row, c))) for c in filled)

    def is_line(self, row: int) -> bool:
        """Whether the row is one text: a title, a note, a heading of a section."""
        filled = self.filled(row)
        if len(filled) == 1:
            return self.kinds[row][filled[0]] in (Kind.TEXT, Kind.DATE, Kind.SIGN)
        origins = {self.merged.get((row, c), (row, c)) for c in filled}
        return len(origins) == 1

    def names_values(self, row: int) -> bool:
        """Whether text or dates stand where values stand, as in a header."""
        kinds = self.kinds[row]
        here = [c for c in self.value_columns if c < len(kinds) and kinds[c]]
        heads = [c for c in here if kinds[c] in (Kind.TEXT, Kind.DATE) or year_of(self.cell(row, c))]
        return bool(heads) and len(heads) >= 0.6 * len(here)

    def line(self, row: int) -> str:
        """The texts of a row in one line."""
        return " ".join(cell_text(self.cell(row, c)) for c in self.filled(row))

    def has_moment(self, row: int) -> bool:
        """Whether a row names a reference date."""
        return moment_in(self.line(row)) != NEVER


def _small(cell: Cell) -> str:
    """The digits of a number below 1,000, in brackets or not; empty for anything else."""
    text = cell_text(cell).strip("()")
    return text if text.isdigit() and len(text) < 4 else ""


def _last(kinds: list[Kind]) -> int:
    return next((c + 1 for c in range(len(kinds) - 1, -1, -1) if kinds[c]), 0)
