"""The figures of a publication: what each counts, where it belongs, and what stands there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from wohnplatz.disclosure.problem import UNBOUNDED
from wohnplatz.intake.layout import ColumnHead, Role, StatCell, StatTable
from wohnplatz.intake.published import PublishedTable

from .description import HIDDEN_SIGNS, Column, Description, Kind, TableDescription

YEAR = "Jahr"
AREA = "Gebiet"
YEAR_COLUMNS = "Jahresspalten"
"""Heading of columns whose headings are nothing but dates."""
FINEST_DECIMALS = 4
LARGEST = 10**9
"""No figure of people is larger; beyond it whole numbers would run over."""

Place = tuple[tuple[str, str], ...]
"""Dimension and category (folded), in order of the dimensions; what is missing is the total."""

Aliases = Mapping[tuple[str, str], str]
"""Dimension and folded key → the name it goes by."""

ANYTHING = (0, UNBOUNDED)
"""What is known of a count whose cell has no number: it may be none, too."""
_NOT_THERE = {"", "…", "...", "/"}
"""Signs that hold nothing back: empty, to come, not reliable enough."""
_LONGEST_SIGN = 8
_BELOW = re.compile(r"(?:<|unter|weniger als)\s*(\d+)", re.IGNORECASE)
_BETWEEN = re.compile(r"(\d+)\s*(?:-|–|bis)\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure, or the sign that it is held back."""

    column: Column
    place: Place
    value: float | None
    """None: hidden."""
    text: str
    where: str
    """File, row and column."""
    limits: tuple[int, int] | None = None
    """Of a hidden count whose cell says itself between which numbers it lies."""
    decimals: int = 0
    own: bool = False
    """Not published, but known to the intruder."""
    meant: bool = True
    """Somebody held it back. False where a cell is empty or says that nothing is there yet."""

    @property
    def hidden(self) -> bool:
        """Whether the figure is held back."""
        return self.value is None


@dataclass(slots=True)
class Figures:
    """All figures of a publication."""

    figures: list[Figure] = field(default_factory=list)
    words: dict[tuple[str, str], str] = field(default_factory=dict)
    """Dimension and folded category → the category as it is written."""
    notes: list[str] = field(default_factory=list)
    systems: dict[tuple[str, str], dict[frozenset[str], bool]] = field(default_factory=dict)
    """(measure, dimension) → the sets of categories that stand together in one table, and whether their
    total stands there, too."""

    def name(self, measure: str, place: Place) -> str:
        """Words for a figure: ``Personen, Adorf, weiblich, 2023``."""
        ordered = sorted(place, key=lambda item: (item[0] != AREA, item[0] == YEAR))
        parts = [self.words.get(item, item[1]) for item in ordered]
        return ", ".join([measure, *parts]) if parts else f"{measure}, insgesamt"


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """A category without differences of spelling that mean nothing."""
    return " ".join(text.split()).casefold()


def heading_of(head: ColumnHead) -> str:
    """What a description calls a column."""
    if head.role is Role.VALUE:
        return head.heading or YEAR_COLUMNS
    return head.heading or f"Spalte {head.letter}"


def row_texts(table: StatTable, cell: StatCell) -> dict[str, str]:
    """Heading of each key, name and label column → what stands there in the cell's row."""
    heads = [*table.layout.with_role(Role.KEY), *table.layout.label_columns]
    return {heading_of(h): t for h, t in zip(heads, (*cell.keys, *cell.labels), strict=True)}


def first_cells(table: StatTable) -> list[StatCell]:
    """One cell of each row."""
    found: dict[int, StatCell] = {}
    for cell in table.cells:
        found.setdefault(cell.row, cell)
    return list(found.values())


def state_columns(table: StatTable) -> frozenset[str]:
    """Headings of columns that say in words whether the row's numbers are held back, like »Zustand«."""
    words = {folded(s) for s in HIDDEN_SIGNS if s.isalpha()}
    texts = (row_texts(table, cell) for cell in first_cells(table))
    return frozenset(heading for row in texts for heading, said in row.items() if folded(said) in words)


def day_of(cell: StatCell) -> str:
    """The year of a cell, or its date where it is another day than the year's last."""
    if cell.day is None:
        return ""
    whole = not cell.precise or (cell.day.month, cell.day.day) == (12, 31)
    return str(cell.day.year) if whole else f"{cell.day:%d.%m.%Y}"


def figures_of(
    tables: Sequence[PublishedTable], description: Description, names: Aliases | None = None
) -> Figures:
    """All figures of the tables as the description reads them; ``names`` as ``aliases`` gives them."""
    result = Figures()
    named = aliases(tables, description) if names is None else names
    for dimension, of in description.dimensions.items():
        for name in (*of.sums, *(part for parts in of.sums.values() for part in parts)):
            result.words.setdefault((dimension, folded(name)), name)
    for described in description.tables:
        matching = [t for t in tables if (t.file, t.sheet) == (described.file, described.sheet)]
        if not matching:
            place = f", Blatt »{described.sheet}«" if described.sheet else ""
            result.notes.append(f"Beschrieben, aber nicht vorhanden: {described.file}{place}.")
        for table in matching:
            _Reader(table, described, description, named, result).read()
    return result


def aliases(tables: Sequence[PublishedTable], description: Description) -> Aliases:
    """(dimension, key) → name, where some table has both: so that keys and names meet across files."""
    found: dict[tuple[str, str], set[str]] = {}
    for described in description.tables:
        for table in (t for t in tables if (t.file, t.sheet) == (described.file, described.sheet)):
            heads = table.table.layout.with_role(Role.KEY)
            keys = {heading_of(h): described.rows.get(heading_of(h), "") for h in heads}
            for cell in first_cells(table.table) if heads else ():
                texts = row_texts(table.table, cell)
                for heading, dimension in keys.items():
                    names = [h for h, d in described.rows.items() if d == dimension and h not in keys]
                    if dimension and names and texts[heading] and texts.get(names[0]):
                        found.setdefault((dimension, folded(texts[heading])), set()).add(texts[names[0]])
    single = {key: next(iter(names)) for key, names in found.items() if len(names) == 1}
    often = Counter((dimension, folded(name)) for (dimension, _), name in single.items())
    return {
        (dimension, key): name if often[dimension, folded(name)] == 1 else f"{name} ({key})"
        for (dimension, key), name in single.items()
    }


class _Reader:
    """Reads one table."""

    def __init__(
        self,
        source: PublishedTable,
        described: TableDescription,
        description: Description,
        names: Aliases,
        result: Figures,
    ) -> None:
        self.source, self.described, self.description = source, described, description
        self.aliases, self.result = names, result
        self.signs = {folded(s) for s in description.hidden}
        self.totals = {
            name: {folded(t) for t in d.totals} | {""} for name, d in description.dimensions.items()
        }
        self.keys = {heading_of(h) for h in source.table.layout.with_role(Role.KEY)}
        self.columns = {h.position: heading_of(h) for h in source.table.layout.with_role(Role.VALUE)}
        self.decimals = self._decimals()
        self.row: tuple[int, dict[str, str]] = (-1, {})
        self.again = _named_again(source.table)
        self.numbered = {cell.row for cell in source.table.cells if cell.value is not None}
        self.states = state_columns(source.table) - set(described.rows)

    def read(self) -> None:
        self._name_absent()
        seen: dict[tuple[str, str], set[str]] = {}
        places: dict[str, set[frozenset[str]]] = {}
        problems: Counter[str] = Counter()
        for cell, column in self._cells():
            place = self._place(cell, column)
            figure = self._figure(cell, column, place)
            if isinstance(figure, str):
                problems.update([figure] if figure else [])
                continue
            self.result.figures.append(figure)
            if column.kind is Kind.COUNT:
                places.setdefault(column.measure, set()).add(frozenset(d for d, _ in place))
                for dimension, category in place:
                    seen.setdefault((column.measure, dimension), set()).add(category)
        for (measure, dimension), categories in seen.items():
            systems = self.result.systems.setdefault((measure, dimension), {})
            whole = any(dimension not in place for place in places[measure])
            systems[frozenset(categories)] = systems.get(frozenset(categories), False) or whole
        for problem, times in problems.items():
            self.result.notes.append(f"{self._file()}: {times} x {problem}")

    def _name_absent(self) -> None:
        """A heading in the description that no column has is a slip of the pen, and must not pass unsaid."""
        layout = self.source.table.layout
        heads = {heading_of(h) for h in layout.columns}
        for name in (*self.described.rows, *self.described.columns):
            if name not in heads:
                there = ", ".join(f"»{h}«" for h in sorted(heads))
                self.result.notes.append(
                    f"{self._file()}: Eine Spalte »{name}« gibt es nicht. Es gibt {there}."
                )

    def _cells(self) -> Iterator[tuple[StatCell, Column]]:
        for cell in self.source.table.cells:
            column = self.described.columns.get(self.columns[cell.column])
            if column is not None:
                yield cell, column

    def _file(self) -> str:
        return self.source.file + (f", Blatt »{self.source.sheet}«" if self.source.sheet else "")

    def _decimals(self) -> dict[int, int]:
        """Decimals of each column of values: the most that one of its cells shows."""
        result: dict[int, int] = {}
        for cell in self.source.table.cells:
            if cell.value is not None:
                tail = re.search(r"[.,](\d+)\s*[%‰]?$", cell.text)
                shown = len(tail[1]) if tail and not cell.value.is_integer() else 0
                if tail and cell.value.is_integer() and set(tail[1]) == {"0"}:
                    shown = len(tail[1]) if len(tail[1]) < 3 else 0
                result[cell.column] = max(result.get(cell.column, 0), shown)
        return result

    def _place(self, cell: StatCell, column: Column) -> Place:
        found: dict[str, str] = dict(self.described.fixed)
        day = day_of(cell)
        if day:
            found.setdefault(YEAR, day)
        texts = self._texts(cell)
        # A key says more than a name; of several names the first one that stands there holds.
        for heading in sorted(self.described.rows, key=lambda h: h not in self.keys):
            dimension, text = self.described.rows[heading], texts.get(heading, "")
            if text and not found.get(dimension):
                text += self.again.get(cell.row, "")
                alias = self.aliases.get((dimension, folded(text)), text)
                found[dimension] = alias if heading in self.keys else text
        found |= column.at
        return self._folded(found)

    def _texts(self, cell: StatCell) -> dict[str, str]:
        if self.row[0] != cell.row:
            self.row = (cell.row, row_texts(self.source.table, cell))
        return self.row[1]

    def _state(self, cell: StatCell) -> str:
        """What a column of states says of an empty cell's row."""
        texts = self._texts(cell)
        return next((texts[s] for s in self.states if folded(texts[s]) in self.signs), "")

    def _folded(self, found: Mapping[str, str]) -> Place:
        place = []
        for dimension, text in sorted(found.items()):
            category = folded(text)
            if category not in self.totals.get(dimension, {""}):
                place.append((dimension, category))
            else:
                category = ""
            if text.strip():
                self.result.words.setdefault((dimension, category), " ".join(text.split()))
        return tuple(place)

    def _figure(self, cell: StatCell, column: Column, place: Place) -> Figure | str:
        """The figure; a German remark where there is none, empty where nothing was published."""
        where = f"{self._file()}, Zeile {cell.row}, Spalte {cell.letter}"
        limits = _limits(cell.text) if cell.value is None else None
        if limits or folded(cell.text or self._state(cell)) in self.signs:
            if cell.value is not None:  # a dash that is no zero here: it may be one all the same
                limits = ANYTHING
            return Figure(column, place, None, cell.text, where, limits, 0, self.described.own)
        if cell.value is None:
            return self._without_number(cell, column, place, where)
        if abs(cell.value) > LARGEST:
            return "größer als jede Anzahl von Personen (nicht angegriffen)"
        if column.kind is Kind.COUNT and cell.value < 0:
            return "negative Anzahl (nicht angegriffen; eine Anzahl kann nicht negativ sein)"
        if column.kind is Kind.COUNT and not cell.value.is_integer():
            return "keine ganze Zahl, wo Anzahlen stehen (nicht angegriffen)"
        decimals = column.decimals if column.decimals is not None else self.decimals.get(cell.column, 0)
        return Figure(column, place, cell.value, cell.text, where, None, decimals, self.described.own)

    def _without_number(self, cell: StatCell, column: Column, place: Place, where: str) -> Figure | str:
        """A count that is not printed is one all the same, and may follow from what stands around it.

        Not so in a row without any number, which is a heading of its own.
        """
        sign = folded(cell.text)
        is_sign = len(sign) <= _LONGEST_SIGN and not any(c.isdigit() for c in sign)
        if column.kind is Kind.COUNT and is_sign and (sign or cell.row in self.numbered):
            meant = sign not in _NOT_THERE
            return Figure(column, place, None, cell.text, where, ANYTHING, 0, self.described.own, meant)
        nothing = cell.problem in {"", "intake.missing_value"}
        return "" if nothing else "weder Zahl noch bekanntes Zeichen"


def _named_again(table: StatTable) -> dict[int, str]:
    """Row → what tells it from an earlier row of the same names: a quarter and a borough may be namesakes."""
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


def _limits(text: str) -> tuple[int, int] | None:
    """Between which numbers a cell says its count lies: ``< 3`` or ``1 bis 2``.

    Nothing is said of the lower end of ``< 3``: it may be 0.
    """
    below, between = _BELOW.fullmatch(text.strip()), _BETWEEN.fullmatch(text.strip())
    if below:
        return 0, int(below[1]) - 1
    return (int(between[1]), int(between[2])) if between else None
