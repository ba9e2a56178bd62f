"""Finds what a rate was computed from by trying numerators and denominators on the printed numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from math import ceil, floor, prod

from .description import Column, Description, Kind, Left, TableDescription, text_of
from .figures import YEAR, Figure, Figures, aliases, figures_of
from .guessing_changes import CHANGE, changes, classes
from .joining import BEFORE
from .pairs import FIRST_PLACES, Known, Pair, Samples
from .source import Source, folded
from .spans import span_of

FACTORS = (100, 1000, 1, 10_000, 100_000)
MOST_SAMPLES = 300
FIRST_LOOK = 20
"""Places after which a factor is given up with which hardly any agree."""
LEAST_SAMPLES = 3
AGREEING = 0.95
_RATE_LINE = '{ quote = "Zähler", je = "Nenner", faktor = 100 } oder "auslassen"'
_CHANGE_LINE = '{ veraenderung = "Merkmal", je_bei = { "Jahr" = "Vorjahr" } } oder "auslassen"'
_CLASS_LINE = '{ klasse = "Zähler", je = "Nenner", faktor = 100 } oder "auslassen"'
_CLASS_OR_RATE = '{ klasse = "Zähler", je = "Nenner", klassen = { "1" = "0 bis unter 5" } } oder "auslassen"'
CLASSED = re.compile(r"klasse\b|quintil|quartil|\brang\b|statusgruppe|\bkategorie\b", re.IGNORECASE)
"""Headings of numbers that stand for classes."""
CHANCE = 0.02
"""So rarely do whole numbers fit all rates of a column that have another denominator."""


def with_rates(
    tables: Sequence[Source],
    description: Description,
    figures: Figures,
    move: Callable[[str, int, int], None] = lambda *_: None,
) -> tuple[Description, list[str], list[Left]]:
    """The description with rates, changes and classes tied to counts, where one reading explains the figures.

    ``figures`` are those of the columns understood so far.
    Beside it what they mean, in words, and what nothing or more than one thing explains.
    """
    search = _Search(tables, description, figures)
    notes: list[str] = []
    left: list[Left] = []
    described = []
    for i, table in enumerate(description.tables):
        move("Quoten erproben", i, len(tables))
        columns = dict(table.columns)
        for heading in [h for h, c in columns.items() if c is None]:
            found = search.read(table, heading)
            columns[heading] = found if isinstance(found, Column) else None
            if isinstance(found, Column):
                notes.append(_note(table, heading, found))
            elif found is not None:
                left.append(found)
        described.append(replace(table, columns=columns))
    return replace(description, tables=tuple(described)), notes, left


def only_new(before: Description, after: Description) -> Description:
    """The second description with only those columns that the first one leaves out."""
    tables = zip(before.tables, after.tables, strict=True)
    new = [
        replace(b, columns={h: c for h, c in b.columns.items() if c and a.columns[h] is None})
        for a, b in tables
    ]
    return replace(after, tables=tuple(t for t in new if t.columns))


def _last(heading: str) -> str:
    return heading.rsplit(" › ", maxsplit=1)[-1]


def _bare(heading: str) -> str:
    return folded(_last(heading))


def _note(table: TableDescription, heading: str, column: Column) -> str:
    there = ", ".join(
        f"{d} insgesamt" if c == "insgesamt" else f"{d} {'davor' if c == BEFORE else c}"
        for d, c in column.per_at.items()
    )
    if column.kind is Kind.DIFFERENCE or column.minus:
        unit = " in %" if column.minus else ""
        return f"{table.file}: »{heading}« ist die Veränderung von {column.measure} gegen {there}{unit}."
    kind = "die Klasse von " if column.kind is Kind.CLASS else ""
    per = f" je {column.factor} {column.per}" if column.per else ""
    return f"{table.file}: »{heading}« ist {kind}{column.measure}{per}{f' ({there})' if there else ''}."


class _Search:
    """Tries pairs of counts for each rate of a publication."""

    def __init__(self, tables: Sequence[Source], description: Description, figures: Figures) -> None:
        self.tables, self.known = tables, Known(figures)
        self.names = aliases(tables, description)
        columns = [pair for t in description.tables for pair in t.columns.items()]
        # What adds up to what says nothing of a single figure.
        unsummed = {n: replace(d, sums={}) for n, d in description.dimensions.items()}
        self.description = replace(description, dimensions=unsummed)
        self.like = {_bare(name): column for name, column in columns if column is not None}

    def read(self, table: TableDescription, heading: str) -> Column | Left | None:
        """What a column holds, or that it is left; None where its figures say nothing."""
        if any(span_of(t) for own in self._tables(table) for t in own.written(heading)):
            trial = Column(Kind.CLASS, heading)
            figures = [f for f in self._printed(table, trial) if f.span is not None]
            return _one_of(table, heading, classes(figures, self.known, trial), _CLASS_LINE)
        like = self.like.get(_bare(heading))
        trial = Column(Kind.RATE, heading, at=like.at if like else {}, per="?")
        figures = [f for f in self._printed(table, trial) if f.value is not None]
        if not figures or {f.value for f in figures} == {100.0}:
            return None
        if CHANGE.search(heading) or any((f.value or 0) < 0 for f in figures):
            return _one_of(table, heading, changes(figures, self.known, trial), _CHANGE_LINE)
        found = self._explained(trial, Samples(figures, self.known), like)
        return found or _one_of(table, heading, [], _CLASS_OR_RATE if CLASSED.search(heading) else _RATE_LINE)

    def _explained(self, trial: Column, samples: Samples, like: Column | None) -> Column | None:
        """The column with the pair of counts that gives its printed rates; None where there is none."""
        for pair in _pairs(samples, like):
            factor = _factor(pair, samples)
            if factor:
                return _tied(trial, pair, factor, samples)
        return self._only_one(samples, trial)

    def _only_one(self, samples: Samples, trial: Column) -> Column | None:
        """In a small table: the one pair of counts that gives its rates, where no other one does."""
        found = []
        for pair in _pairs(samples, None, least=1):
            left, much = list(FACTORS[:2]), False
            for figure, both in samples.of(pair):
                left = [f for f in left if _agrees(figure, f, both)]
                much = much or _says_much(figure)
                if not left:
                    break
            if left and much:
                found.append(_tied(trial, pair, left[0], samples))
        return found[0] if len(found) == 1 else _nameless(samples, trial)

    def _tables(self, table: TableDescription) -> list[Source]:
        return [t for t in self.tables if (t.file, t.sheet) == (table.file, table.sheet)]

    def _printed(self, table: TableDescription, trial: Column) -> list[Figure]:
        """The figures of one column, read as ``trial`` says; its measure is its heading."""
        one = replace(table, columns={trial.measure: trial})
        description = replace(self.description, tables=(one,))
        return figures_of(self._tables(table), description, self.names).figures


def _one_of(table: TableDescription, heading: str, found: Sequence[Column], line: str) -> Column | Left:
    """The one reading there is; otherwise the column is left, with the line that would say what it means."""
    if len(found) == 1:
        return found[0]
    ways = " und ".join(dict.fromkeys(f"{c.measure}{f' je {c.per}' if c.per else ''}" for c in found[:3]))
    why = (
        f"Sie lässt sich auf {len(found)} Arten lesen ({ways})."
        if found
        else "Woraus sie errechnet ist, geht aus den Zahlen nicht sicher hervor."
    )
    return Left(table.file, table.sheet, heading, why, f"{text_of(heading)} = {line}")


def _tied(trial: Column, pair: Pair, factor: int, samples: Samples) -> Column:
    """The column as a rate of two counts."""
    whole = {pair.dropped: "insgesamt"} if pair.dropped else {}
    part = factor == 100 and all(top <= bottom for _, (top, bottom) in samples.of(pair))
    return replace(
        trial, measure=pair.numerator, per=pair.denominator, per_at=whole, factor=factor, part=part
    )


def _nameless(samples: Samples, trial: Column) -> Column | None:
    """Rates whose numerators stand nowhere: whole numbers fit one denominator, by no chance."""
    figures, found = samples.figures, []
    for measure in samples.measures(""):
        of = [(f, d) for f in figures if (d := samples.known.values[measure].get(f.place))]
        ends = [_ends(f, d) for f, d in of]
        whole = all(ceil(low - 1e-9) <= floor(high + 1e-9) for low, high in ends)
        if len(of) == len(figures) and whole and prod(min(1.0, h - lo) for lo, h in ends) < CHANCE:
            found.append(measure)
    if len(found) != 1 or any(f.value is None or not 0 <= f.value <= 100 for f in figures):
        return None
    return replace(trial, measure=f"Zähler von »{_last(trial.measure)}«", per=found[0])


def _ends(figure: Figure, denominator: float) -> tuple[float, float]:
    """Between which numbers the numerator of a printed per cent lies."""
    half = 0.5 * 10.0**-figure.decimals
    low, high = ((figure.value or 0.0) + side * half for side in (-1, 1))
    return max(low, 0.0) * denominator / 100, high * denominator / 100


def _agrees(figure: Figure, factor: int, both: tuple[float, float]) -> bool:
    """Whether a numerator over a denominator gives the rate to its last printed decimal."""
    off = abs((figure.value or 0.0) - factor * both[0] / both[1])
    return bool(off <= 0.5 * 10.0**-figure.decimals * 1.0001 + 1e-9)


def _says_much(figure: Figure) -> bool:
    """Whether a rate has two digits at least: fewer agree by chance."""
    return bool(abs(figure.value or 0.0) * 10.0**figure.decimals >= 10)


def _pairs(samples: Samples, like: Column | None, least: int = LEAST_SAMPLES) -> Iterator[Pair]:
    """Counts that stand at the rates' own places, over each other or over their own total."""
    if len(samples.figures) < least:
        return
    dimensions = [d for d in dict.fromkeys(d for f in samples.figures for d, _ in f.place) if d != YEAR]
    here = samples.measures("")
    for top in [like.measure] if like and like.measure in here else here:
        for dropped in ("", *dimensions):
            yield from (Pair(top, m, dropped) for m in samples.measures(dropped) if dropped or m != top)


def _factor(pair: Pair, samples: Samples) -> int:
    """The factor with which nearly all samples agree to the printed decimal; 0 for none."""
    every = islice(samples.of(pair, FIRST_PLACES), MOST_SAMPLES)
    both = list(islice(every, FIRST_LOOK))
    factors = [f for f in FACTORS if sum(_agrees(s, f, b) for s, b in both) >= 0.5 * len(both)]
    both += every if factors else []
    # Equal rates at all places say nothing of where they come from.
    if len(both) < LEAST_SAMPLES or len({b for _, b in both}) < LEAST_SAMPLES:
        return 0
    for factor in factors:
        if sum(_agrees(s, factor, b) for s, b in both) >= AGREEING * len(both):
            return factor
    return 0
