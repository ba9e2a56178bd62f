"""One table of a publication with what follows from its cells alone, worked out once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import groupby

from wohnplatz.intake.layout import ColumnHead, Role, StatCell, StatTable
from wohnplatz.intake.published import PublishedTable

from .description import HIDDEN_SIGNS

YEAR_COLUMNS = "Jahresspalten"
"""Heading of columns whose headings are nothing but dates."""
_MARK = re.compile(r"(\d{1,2}\)|[¹²³⁴⁵⁶⁷⁸⁹]\)?|\*+\))\s*\S")
"""``1) with a new quarter``: a line below a table that explains a mark."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_DECIMALS = re.compile(r"[.,](\d+)\s*[%‰]?$")


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """A category without differences of spelling that mean nothing."""
    return " ".join(text.split()).casefold()


def heading_of(head: ColumnHead) -> str:
    """What a description calls a column."""
    if head.role is Role.VALUE:
        return head.heading or YEAR_COLUMNS
    return head.heading or f"Spalte {head.letter}"


def day_of(cell: StatCell) -> str:
    """The year of a cell, or its date where it is another day than the year's last."""
    if cell.day is None:
        return ""
    whole = not cell.precise or (cell.day.month, cell.day.day) == (12, 31)
    return str(cell.day.year) if whole else f"{cell.day:%d.%m.%Y}"


class Source:
    """A table as the attack reads it, several times over: the cells are many and their rows few."""

    def __init__(self, published: PublishedTable) -> None:
        self.file, self.sheet, self.table = published.file, published.sheet, published.table

    @property
    def place(self) -> str:
        """File and sheet in words."""
        return self.file + (f", Blatt »{self.sheet}«" if self.sheet else "")

    def headings(self, *roles: Role) -> tuple[str, ...]:
        """Headings of the columns with one of the roles, from left to right."""
        return tuple(heading for head, heading in self._heads if head.role in roles)

    @cached_property
    def _heads(self) -> tuple[tuple[ColumnHead, str], ...]:
        return tuple((head, heading_of(head)) for head in self.table.layout.columns)

    @cached_property
    def values(self) -> dict[int, str]:
        """Position of each column of values → its heading."""
        return {head.position: heading for head, heading in self._heads if head.role is Role.VALUE}

    @cached_property
    def units(self) -> dict[str, str]:
        """Heading of each column of values → its unit; where it names none, the title's per cent."""
        whole = self.table.layout.unit if self.table.layout.unit in {"%", "‰"} else ""
        return {h: head.unit or whole for head, h in self._heads if head.role is Role.VALUE}

    @cached_property
    def texts(self) -> dict[int, dict[str, str]]:
        """Row → heading of each key, name and label column → what stands there."""
        headings = (*self.headings(Role.KEY), *self.headings(Role.NAME, Role.LABEL))
        found: dict[int, dict[str, str]] = {}
        for cell in self.table.cells:
            if cell.row not in found:
                texts = (self._unmarked(text) for text in (*cell.keys, *cell.labels))
                found[cell.row] = dict(zip(headings, texts, strict=True))
        return found

    def _unmarked(self, text: str) -> str:
        """A name without the marks of footnotes that stand below the table."""
        while mark := next((m for m in self._marks if text.endswith(m)), ""):
            text = text.removesuffix(mark).rstrip(" ,")
        return text

    @cached_property
    def _marks(self) -> frozenset[str]:
        found = (_MARK.match(note) for note in self.table.layout.notes)
        return frozenset(m[1] for m in found if m)

    @cached_property
    def year_in_name(self) -> str:
        """The year in the name of a sheet or file whose cells have no date; empty for none or several."""
        if any(day for days in self.days.values() for day in days):
            return ""
        years = set(_YEAR.findall(self.sheet)) or set(_YEAR.findall(self.file))
        return years.pop() if len(years) == 1 else ""

    def written(self, heading: str) -> frozenset[str]:
        """What stands in a column of words; nothing where it holds a number as well."""
        if heading not in self.units:
            return frozenset(row[heading] for row in self.texts.values() if heading in row)
        at = {position for position, name in self.values.items() if name == heading}
        cells = [c for c in self.table.cells if c.column in at]
        return frozenset() if any(c.value is not None for c in cells) else frozenset(c.text for c in cells)

    def labelled(self, heading: str) -> Iterator[StatCell]:
        """What stands in a column of words, as cells; without a date where a row has several."""
        head = next((h for h, name in self._heads if name == heading and h.role is Role.LABEL), None)
        if head is None:
            return
        for row, cells in groupby(self.table.cells, key=lambda cell: cell.row):
            first, *others = cells
            day = first.day if all(c.day == first.day for c in others) else None
            text = self.texts[row][heading]
            yield first._replace(column=head.position, letter=head.letter, text=text, value=None, day=day)

    @cached_property
    def days(self) -> dict[int, tuple[str, ...]]:
        """Row → the dates of its cells."""
        found: dict[int, dict[str, None]] = {}
        for cell in self.table.cells:
            found.setdefault(cell.row, {})[day_of(cell)] = None
        return {row: tuple(days) for row, days in found.items()}

    @cached_property
    def states(self) -> frozenset[str]:
        """Headings of columns that say in words whether the row's numbers are held back, like »Zustand«."""
        words = {folded(s) for s in HIDDEN_SIGNS if s.isalpha()}
        said = {pair for row in self.texts.values() for pair in row.items()}
        return frozenset(heading for heading, text in said if folded(text) in words)

    @cached_property
    def decimals(self) -> dict[int, int]:
        """Decimals of each column of values: the most that one of its cells shows."""
        result: dict[int, int] = {}
        for cell in self.table.cells:
            if cell.value is not None:
                tail = _DECIMALS.search(cell.text)
                shown = len(tail[1]) if tail and not cell.value.is_integer() else 0
                if tail and cell.value.is_integer() and set(tail[1]) == {"0"}:
                    shown = len(tail[1]) if len(tail[1]) < 3 else 0
                result[cell.column] = max(result.get(cell.column, 0), shown)
        return result

    @cached_property
    def numbered(self) -> frozenset[int]:
        """Rows with at least one number."""
        return frozenset(cell.row for cell in self.table.cells if cell.value is not None)

    @cached_property
    def signs(self) -> frozenset[str]:
        """All that stands in cells without a digit."""
        texts = {c.text for c in self.table.cells}
        return frozenset(t.strip() for t in texts if not any(c.isdigit() for c in t))

    @cached_property
    def again(self) -> dict[int, str]:
        """Row → what tells it from an earlier row of the same names."""
        return _named_again(self.table)


def years_in_names(tables: Sequence[Source]) -> dict[int, str]:
    """Position → year, where tables of the same columns are told apart by the year in their names alone."""
    alike: dict[tuple[str, ...], dict[int, str]] = {}
    for i, table in enumerate(tables):
        if table.year_in_name:
            alike.setdefault(tuple(table.units), {})[i] = table.year_in_name
    return {i: y for years in alike.values() if len(set(years.values())) > 1 for i, y in years.items()}


def _named_again(table: StatTable) -> dict[int, str]:
    """A quarter and a borough may be namesakes: the later row is told by its number."""
    first: dict[tuple[object, ...], tuple[int, list[str]]] = {}
    rows: dict[int, list[StatCell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    again = {}
    for row, cells in rows.items():
        texts = [c.text for c in cells]
        key = (cells[0].keys, cells[0].labels, tuple(c.day for c in cells))
        if first.setdefault(key, (row, texts))[1] != texts:
            again[row] = f" (Zeile {row})"
    return again
