"""Finds what a printed change, or the class of a map, was computed from: by trying it on the printed counts.

Nothing is attacked that could be read in two ways: a column counts as understood where one reading alone
agrees with all that is printed, by no chance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from math import prod

from .description import Column, Kind
from .figures import YEAR, Figure, Place
from .joining import BEFORE
from .pairs import Known, Pair, Samples
from .system import at

CHANGE = re.compile(
    r"veränderung|\bzuwachs|\bzunahme|\babnahme|\bdifferenz|gegenüber|zum vorjahr|"
    r"\bentwicklung (?:seit|zum|gegen|in|19|20)|^(?:\+/[-–]|±|Δ)",
    re.IGNORECASE,
)
"""Headings of changes from one year to another."""
LEAST = 3
"""So many places must agree."""
CHANCE = 0.02
FACTORS = (100, 1000, 1)
MOST_LOOKED_AT = 300


def changes(figures: Sequence[Figure], known: Known, column: Column) -> list[Column]:
    """All ways to read printed changes as ones from year to year that agree with every printed count."""
    figures = list(islice(figures, MOST_LOOKED_AT))
    dated = any(d == YEAR for f in figures for d, _ in f.place)
    years = sorted({c for p in known.measures for d, c in p if d == YEAR and c.isdigit()})
    measures = _measures(figures, known, [] if dated else years, column)
    # A row that has a date is compared with another one; a row without any holds both years.
    spans = [("", y) for y in (BEFORE, *years)] if dated else [(a, b) for a in years for b in years if a > b]
    found: list[Column] = []
    for measure in measures:
        for later, earlier in spans:
            there = {YEAR: later} if later else {}
            for trial in _readings(measure, {**column.at, **there}, {YEAR: earlier}):
                if _agrees(figures, trial, known.values[measure]):
                    found.append(trial)
    relative = [c for c in found if c.per_at == {YEAR: BEFORE}]
    return relative[:1] if relative and len({c.measure for c in found}) == 1 else found


def _measures(figures: Sequence[Figure], known: Known, years: Sequence[str], column: Column) -> list[str]:
    """What is counted where the changes stand."""
    places = [at(f.place, {**column.at, **({YEAR: y} if y else {})}) for f in figures for y in years or [""]]
    return list(dict.fromkeys(m for p in places for m in known.measures.get(p, {})))


def _readings(measure: str, here: dict[str, str], there: dict[str, str]) -> Iterator[Column]:
    """The change as a difference, and in per cent."""
    yield Column(Kind.DIFFERENCE, measure, here, per_at=there)
    yield Column(Kind.RATE, measure, here, measure, there, 100, 100)


def _agrees(figures: Sequence[Figure], trial: Column, values: dict[Place, float]) -> bool:
    """Whether every change whose two counts are printed is the one between them, and enough are."""
    told = set()
    for figure in figures:
        place = at(figure.place, trial.at)
        before = earlier(place, trial)
        new, old = values.get(place), values.get(before) if before else None
        if new is None or old is None or (trial.kind is Kind.RATE and not old) or place == before:
            continue
        change = new - old if trial.kind is Kind.DIFFERENCE else 100 * new / old - 100
        if abs((figure.value or 0.0) - change) > 0.5 * 10.0**-figure.decimals * 1.0001 + 1e-9:
            return False
        told.add((new, old))
    return len(told) >= LEAST and len({new - old for new, old in told}) > 1


def earlier(place: Place, column: Column) -> Place | None:
    """Where the earlier figure of a change stands."""
    year = column.per_at[YEAR]
    here = dict(place).get(YEAR, "")
    if year == BEFORE:
        return at(place, {YEAR: str(int(here) - 1)}) if here.isdigit() else None
    return at(place, {YEAR: year})


def classes(figures: Sequence[Figure], known: Known, column: Column) -> list[Column]:
    """All ways to read classes as ones of a rate or a count that agree with every printed count."""
    samples = Samples(list(islice(figures, MOST_LOOKED_AT)), known)
    often = Counter(f.text for f in samples.figures)
    found = []
    for measure in samples.measures(""):
        values = known.values[measure]
        single = [(f, Fraction(values[f.place])) for f in samples.figures if f.place in values]
        if _fits(single, often, len(samples.figures)):
            found.append(replace(column, measure=measure, per=""))
        for below in (m for m in samples.measures("") if m != measure):
            both = list(samples.of(Pair(measure, below, "")))
            for factor in FACTORS:
                rates = [(f, Fraction(factor * int(a), int(b))) for f, (a, b) in both]
                if _fits(rates, often, len(samples.figures)):
                    found.append(replace(column, measure=measure, per=below, factor=factor))
    return found


def _fits(told: Sequence[tuple[Figure, Fraction]], often: Counter[str], places: int) -> bool:
    """Whether each value lies in its class, and that is no chance: the rarer the classes, the better."""
    if len(told) < LEAST or not all(f.span is not None and f.span.holds(value) for f, value in told):
        return False
    return len({f.text for f, _ in told}) > 1 and prod(often[f.text] / places for f, _ in told) < CHANCE
