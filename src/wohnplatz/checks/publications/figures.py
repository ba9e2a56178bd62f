"""The figures of a publication: what each counts, where it belongs, and what stands there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from wohnplatz.disclosure.problem import UNBOUNDED
from wohnplatz.intake.layout import Role, StatCell

from .description import Column, Description, Kind, TableDescription
from .source import Source, day_of, folded
from .spans import Span, span_of

YEAR = "Jahr"
AREA = "Gebiet"
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
    span: Span | None = None
    """Of a class: between which numbers its rate or count lies."""
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

    def read(self, tables: Sequence[Source], description: Description, names: Aliases) -> None:
        """Add what the described columns of the tables hold."""
        for described in description.tables:
            matching = [t for t in tables if (t.file, t.sheet) == (described.file, described.sheet)]
            if not matching:
                place = f", Blatt »{described.sheet}«" if described.sheet else ""
                self.notes.append(f"Beschrieben, aber nicht vorhanden: {described.file}{place}.")
            for table in matching:
                _Reader(table, described, description, names, self).read()

    def name(self, measure: str, place: Place) -> str:
        """Words for a figure: ``Personen, Adorf, weiblich, 2023``."""
        ordered = sorted(place, key=lambda item: (item[0] != AREA, item[0] == YEAR))
        parts = [self.words.get(item, item[1]) for item in ordered]
        return ", ".join([measure, *parts]) if parts else f"{measure}, insgesamt"


def figures_of(tables: Sequence[Source], description: Description, names: Aliases | None = None) -> Figures:
    """All figures of the tables as the description reads them; ``names`` as ``aliases`` gives them."""
    result = Figures()
    for dimension, of in description.dimensions.items():
        for name in (*of.sums, *(part for parts in of.sums.values() for part in parts)):
            result.words.setdefault((dimension, folded(name)), name)
    result.read(tables, description, aliases(tables, description) if names is None else names)
    return result


def aliases(tables: Sequence[Source], description: Description) -> Aliases:
    """(dimension, key) → name, where some table has both: so that keys and names meet across files."""
    found: dict[tuple[str, str], set[str]] = {}
    for described in description.tables:
        for table in (t for t in tables if (t.file, t.sheet) == (described.file, described.sheet)):
            for heading, dimension, name in _keys_with_names(table, described):
                said = {(row[heading], row.get(name, "")) for row in table.texts.values()}
                named = {pair for pair in said if all(pair)}
                # Keys that each have many names beside them are those of larger areas.
                if len(named) < 2 * len({text for text, _ in named}):
                    for text, word in named:
                        found.setdefault((dimension, folded(text)), set()).add(word)
    single = {key: next(iter(names)) for key, names in found.items() if len(names) == 1}
    often = Counter((dimension, folded(name)) for (dimension, _), name in single.items())
    return {
        (dimension, key): name if often[dimension, folded(name)] == 1 else f"{name} ({key})"
        for (dimension, key), name in single.items()
    }


def _keys_with_names(table: Source, described: TableDescription) -> Iterator[tuple[str, str, str]]:
    """Heading of each key column, its dimension, and the heading of the name beside it."""
    keys = table.headings(Role.KEY)
    for heading in keys:
        dimension = described.rows.get(heading, "")
        names = [h for h, d in described.rows.items() if d == dimension and h not in keys]
        if dimension and names:
            yield heading, dimension, names[0]


class _Reader:
    """Reads one table."""

    def __init__(
        self,
        source: Source,
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
        self.keys = frozenset(source.headings(Role.KEY))
        # A key says more than a name; of several names the first one that stands there holds.
        self.headings = sorted(described.rows, key=lambda h: h not in self.keys)
        self.states = source.states - set(described.rows)
        self.categories: dict[tuple[str, str], str] = {}
        self.row: tuple[int, date | None, bool] = (-1, None, False)
        self.found: dict[str, str] = {}
        self.places: dict[int, Place] = {}

    def read(self) -> None:
        self._name_absent()
        places: dict[str, set[Place]] = {}
        problems: Counter[str] = Counter()
        for cell, column in self._cells():
            place = self._place(cell, column)
            figure = self._figure(cell, column, place)
            if isinstance(figure, str):
                problems.update([figure] if figure else [])
                continue
            self.result.figures.append(figure)
            if column.kind is Kind.COUNT:
                places.setdefault(column.measure, set()).add(place)
        for measure, there in places.items():
            often = Counter(chain.from_iterable(there))
            for dimension in sorted({d for d, _ in often}):
                categories = frozenset(c for d, c in often if d == dimension)
                systems = self.result.systems.setdefault((measure, dimension), {})
                whole = sum(n for (d, _), n in often.items() if d == dimension) < len(there)
                systems[categories] = systems.get(categories, False) or whole
        for problem, times in problems.items():
            self.result.notes.append(f"{self.source.place}: {times} x {problem}")

    def _name_absent(self) -> None:
        """A heading in the description that no column has is a slip of the pen, and must not pass unsaid."""
        heads = set(self.source.headings(*Role))
        for name in (*self.described.rows, *self.described.columns):
            if name not in heads:
                there = ", ".join(f"»{h}«" for h in sorted(heads))
                self.result.notes.append(
                    f"{self.source.place}: Eine Spalte »{name}« gibt es nicht. Es gibt {there}."
                )

    def _cells(self) -> Iterator[tuple[StatCell, Column]]:
        columns = {position: self.described.columns.get(h) for position, h in self.source.values.items()}
        for cell in self.source.table.cells:
            column = columns[cell.column]
            if column is not None:
                yield cell, column
        for heading, column in self.described.columns.items():
            if column is not None and column.kind is Kind.CLASS:
                yield from ((cell, column) for cell in self.source.labelled(heading))

    def _place(self, cell: StatCell, column: Column) -> Place:
        """Where a cell belongs; a row's cells of one date and one kind of column share it."""
        row = (cell.row, cell.day, cell.precise)
        if self.row != row:
            self.row, self.found, self.places = row, self._found(cell.row, day_of(cell)), {}
        at = cell.column if column.at else -1
        if at not in self.places:
            self.places[at] = self._folded({**self.found, **column.at})
        return self.places[at]

    def _found(self, row: int, day: str) -> dict[str, str]:
        """What table, row and date say of where a cell belongs."""
        found: dict[str, str] = dict(self.described.fixed)
        if day:
            found.setdefault(YEAR, day)
        texts = self.source.texts[row]
        for heading in self.headings:
            dimension, text = self.described.rows[heading], texts.get(heading, "")
            if text and not found.get(dimension):
                text += self.source.again.get(row, "")
                alias = self.aliases.get((dimension, folded(text)), text)
                found[dimension] = alias if heading in self.keys else text
        return found

    def _state(self, cell: StatCell) -> str:
        """What a column of states says of an empty cell's row."""
        texts = self.source.texts[cell.row]
        return next((texts[s] for s in self.states if folded(texts[s]) in self.signs), "")

    def _folded(self, found: Mapping[str, str]) -> Place:
        place = []
        for dimension, text in sorted(found.items()):
            category = self.categories.get((dimension, text))
            if category is None:
                category = self.categories[dimension, text] = self._category(dimension, text)
            if category:
                place.append((dimension, category))
        return tuple(place)

    def _category(self, dimension: str, text: str) -> str:
        """The folded category, empty for the total; its words are kept."""
        category = folded(text)
        if category in self.totals.get(dimension, {""}):
            category = ""
        if text.strip():
            self.result.words.setdefault((dimension, category), " ".join(text.split()))
        return category

    def _figure(self, cell: StatCell, column: Column, place: Place) -> Figure | str:
        """The figure; a German remark where there is none, empty where nothing was published."""
        where = f"{self.source.place}, Zeile {cell.row}, Spalte {cell.letter}"
        if column.kind is Kind.CLASS:
            return self._class(cell, column, place, where)
        return self._number(cell, column, place, where)

    def _number(self, cell: StatCell, column: Column, place: Place, where: str) -> Figure | str:
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
        decimals = (
            column.decimals if column.decimals is not None else self.source.decimals.get(cell.column, 0)
        )
        return Figure(column, place, cell.value, cell.text, where, None, decimals, self.described.own)

    def _class(self, cell: StatCell, column: Column, place: Place, where: str) -> Figure | str:
        """A class with its limits; a sign or nothing says nothing."""
        text = cell.text.strip()
        span = span_of(column.classes.get(text, text))
        if span is None:
            nothing = not text or folded(text) in self.signs
            return "" if nothing else f"unbekannte Klasse »{text}« (nicht angegriffen)"
        return Figure(column, place, None, text, where, own=self.described.own, span=span)

    def _without_number(self, cell: StatCell, column: Column, place: Place, where: str) -> Figure | str:
        """A count that is not printed is one all the same, and may follow from what stands around it.

        Not so in a row without any number, which is a heading of its own.
        """
        sign = folded(cell.text)
        is_sign = len(sign) <= _LONGEST_SIGN and not any(c.isdigit() for c in sign)
        if column.kind is Kind.COUNT and is_sign and (sign or cell.row in self.source.numbered):
            meant = sign not in _NOT_THERE
            return Figure(column, place, None, cell.text, where, ANYTHING, 0, self.described.own, None, meant)
        nothing = cell.problem in {"", "intake.missing_value"}
        return "" if nothing else "weder Zahl noch bekanntes Zeichen"


def _limits(text: str) -> tuple[int, int] | None:
    """Between which numbers a cell says its count lies: ``< 3`` or ``1 bis 2``.

    Nothing is said of the lower end of ``< 3``: it may be 0.
    """
    below, between = _BELOW.fullmatch(text.strip()), _BETWEEN.fullmatch(text.strip())
    if below:
        return 0, int(below[1]) - 1
    return (int(between[1]), int(between[2])) if between else None
