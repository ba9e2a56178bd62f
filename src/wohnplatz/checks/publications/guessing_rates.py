"""Finds what a rate was computed from by trying numerators and denominators on the printed numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, prod

from wohnplatz.intake.published import PublishedTable

from .description import Column, Description, Kind, TableDescription
from .figures import YEAR, Figure, Place, aliases, figures_of, folded

FACTORS = (100, 1000, 1, 10_000, 100_000)
MOST_SAMPLES = 300
LEAST_SAMPLES = 3
AGREEING = 0.95
CHANCE = 0.02
"""So rarely do whole numbers fit all rates of a column that have another denominator."""

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


def _last(heading: str) -> str:
    return heading.rsplit(" › ", maxsplit=1)[-1]


def _bare(heading: str) -> str:
    return folded(_last(heading))


def _note(table: TableDescription, heading: str, column: Column | None) -> str:
    if column is None:
        return (
            f"{table.file}: Die Spalte »{heading}« ist keine Anzahl und ließ sich nicht aus Anzahlen "
            "errechnen; sie bleibt außer Acht. Was sie bedeutet, kann eine Beschreibung sagen (--describe)."
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
        return self._only_one(samples, trial)

    def _only_one(self, samples: Sequence[Figure], trial: Column) -> Column | None:
        """In a small table: the one pair of counts that gives its rates, where no other one does."""
        found = []
        for pair in _pairs(self.known, samples, None, least=1):
            both = [(f, b) for f in samples if (b := _both(pair, f, self.known)) is not None]
            fits = [f for f in FACTORS[:2] if both and all(_agrees(s, f, b) for s, b in both)]
            if fits and any(_says_much(s) for s, _ in both):
                whole = {pair.dropped: "insgesamt"} if pair.dropped else {}
                one = replace(
                    trial, measure=pair.numerator, per=pair.denominator, per_at=whole, factor=fits[0]
                )
                found.append(replace(one, part=fits[0] == 100 and _is_part(pair, samples, self.known)))
        return found[0] if len(found) == 1 else self._nameless(samples, trial)

    def _nameless(self, samples: Sequence[Figure], trial: Column) -> Column | None:
        """Rates whose numerators stand nowhere: whole numbers fit one denominator, by no chance."""
        places = {f.place for f in samples}
        found = []
        for measure in dict.fromkeys(m for m, p in self.known if p in places):
            of = [(f, d) for f in samples if (d := self.known.get((measure, f.place)))]
            ends = [_ends(f, d) for f, d in of]
            whole = all(ceil(low - 1e-9) <= floor(high + 1e-9) for low, high in ends)
            if len(of) == len(samples) and whole and prod(min(1.0, h - lo) for lo, h in ends) < CHANCE:
                found.append(measure)
        if len(found) != 1 or any(f.value is None or not 0 <= f.value <= 100 for f in samples):
            return None
        return replace(trial, measure=f"Zähler von »{_last(trial.measure)}«", per=found[0])

    def _samples(self, table: TableDescription, heading: str, trial: Column) -> list[Figure]:
        one = replace(table, columns={heading: trial})
        own = [t for t in self.tables if (t.file, t.sheet) == (table.file, table.sheet)]
        figures = figures_of(own, replace(self.description, tables=(one,)), self.names)
        return [f for f in figures.figures if f.value is not None]


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


def _pairs(
    known: Known, samples: Sequence[Figure], like: Column | None, least: int = LEAST_SAMPLES
) -> Iterator[_Pair]:
    """Counts that stand at the rates' own places, over each other or over their own total."""
    if len(samples) < least:
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
        fits = [_agrees(f, factor, b) for f, b in both]
        if sum(fits) >= AGREEING * len(fits):
            return factor
    return 0


def _is_part(pair: _Pair, samples: Sequence[Figure], known: Known) -> bool:
    both = [_both(pair, f, known) for f in samples]
    return all(n <= d for n, d in (b for b in both if b is not None))
