"""Finds what a rate was computed from by trying numerators and denominators on the printed numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wohnplatz.intake.published import PublishedTable

from .description import Column, Description, Kind, TableDescription
from .figures import YEAR, Figure, Place, aliases, figures_of, folded

FACTORS = (100, 1000, 1, 10_000, 100_000)
MOST_SAMPLES = 300
LEAST_SAMPLES = 3
AGREEING = 0.95

Known = Mapping[tuple[str, Place], float]


@dataclass(frozen=True, slots=True)
class _Pair:
    numerator: str
    denominator: str
    dropped: str
    """Dimension over which the denominator is the total; empty for none."""


def with_rates(tables: Sequence[PublishedTable], description: Description, notes: list[str]) -> Description:
    """The description with its rates tied to counts, where one pair of counts explains the printed rates."""
    search = _Search(tables, description)
    described = []
    for table in description.tables:
        columns = dict(table.columns)
        for heading in [h for h, c in columns.items() if c is None]:
            columns[heading] = search.explain(table, heading)
            notes.append(_note(table, heading, columns[heading]))
        described.append(replace(table, columns=columns))
    return replace(description, tables=tuple(described))


def _bare(heading: str) -> str:
    return folded(heading.rsplit(" › ", maxsplit=1)[-1])


def _note(table: TableDescription, heading: str, column: Column | None) -> str:
    if column is None:
        return (
            f"{table.file}: Die Spalte »{heading}« ließ sich keinen Anzahlen zuordnen; sie bleibt außer Acht."
        )
    whole = f" ({', '.join(f'{d} insgesamt' for d in column.per_at)})" if column.per_at else ""
    return f"{table.file}: »{heading}« ist {column.measure} je {column.factor} {column.per}{whole}."


class _Search:
    """Tries pairs of counts for each rate of a publication."""

    def __init__(self, tables: Sequence[PublishedTable], description: Description) -> None:
        self.tables, self.description = tables, description
        self.known = {
            (f.column.measure, f.place): f.value
            for f in figures_of(tables, description).figures
            if f.column.kind is Kind.COUNT and f.value is not None
        }
        self.names = aliases(tables, description)
        columns = [pair for t in description.tables for pair in t.columns.items()]
        self.like = {_bare(name): column for name, column in columns if column is not None}

    def explain(self, table: TableDescription, heading: str) -> Column | None:
        """The column with the pair of counts that gives its printed rates; None where there is none."""
        like = self.like.get(_bare(heading))
        trial = Column(Kind.RATE, heading, at=like.at if like else {}, per="?")
        samples = self._samples(table, heading, trial)
        for pair in _pairs(self.known, samples, like):
            factor = _factor(pair, samples, self.known)
            if factor:
                whole = {pair.dropped: "insgesamt"} if pair.dropped else {}
                part = factor == 100 and _is_part(pair, samples, self.known)
                found = replace(trial, measure=pair.numerator, per=pair.denominator, per_at=whole)
                return replace(found, factor=factor, part=part)
        return None

    def _samples(self, table: TableDescription, heading: str, trial: Column) -> list[Figure]:
        one = replace(table, columns={heading: trial})
        own = [t for t in self.tables if (t.file, t.sheet) == (table.file, table.sheet)]
        figures = figures_of(own, replace(self.description, tables=(one,)), self.names)
        return [f for f in figures.figures if f.value is not None]


def _pairs(known: Known, samples: Sequence[Figure], like: Column | None) -> Iterator[_Pair]:
    """Counts that stand at the rates' own places, over each other or over their own total."""
    if len(samples) < LEAST_SAMPLES:
        return
    places = {f.place for f in samples[:MOST_SAMPLES]}
    dimensions = list(dict.fromkeys(d for p in places for d, _ in p if d != YEAR))
    here = list(dict.fromkeys(m for m, p in known if p in places))
    measures = list(dict.fromkeys(m for m, _ in known))
    tops = [like.measure] if like and like.measure in here else here
    for top in tops:
        for bottom in measures:
            if bottom != top:
                yield _Pair(top, bottom, "")
            for dimension in dimensions:
                yield _Pair(top, bottom, dimension)


def _both(pair: _Pair, figure: Figure, known: Known) -> tuple[float, float] | None:
    below = tuple((d, c) for d, c in figure.place if d != pair.dropped)
    if pair.dropped and below == figure.place:
        return None
    top, bottom = known.get((pair.numerator, figure.place)), known.get((pair.denominator, below))
    return None if top is None or not bottom else (top, bottom)


def _factor(pair: _Pair, samples: Sequence[Figure], known: Known) -> int:
    """The factor with which nearly all samples agree to the printed decimal; 0 for none."""
    tried = [(f, _both(pair, f, known)) for f in samples[: 4 * MOST_SAMPLES]]
    both = [(f, b) for f, b in tried if b is not None][:MOST_SAMPLES]
    # Equal rates at all places say nothing of where they come from.
    if len(both) < LEAST_SAMPLES or len({b for _, b in both}) < LEAST_SAMPLES:
        return 0
    for factor in FACTORS:
        fits = [
            abs((f.value or 0.0) - factor * n / d) <= 0.5 * 10.0**-f.decimals * 1.0001 + 1e-9
            for f, (n, d) in both
        ]
        if sum(fits) >= AGREEING * len(fits):
            return factor
    return 0


def _is_part(pair: _Pair, samples: Sequence[Figure], known: Known) -> bool:
    both = [_both(pair, f, known) for f in samples]
    return all(n <= d for n, d in (b for b in both if b is not None))
