"""Printed rates beside the printed counts they may have been computed from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from .description import Kind
from .figures import Figure, Figures, Place

FIRST_PLACES = 1200
"""Of a column's places so many show what is counted there."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two counts, one over the other."""

    numerator: str
    denominator: str
    dropped: str
    """Dimension over which the denominator is the total; empty for none."""


class Known:
    """The printed counts: what each measure is where."""

    def __init__(self, figures: Figures) -> None:
        self.values: dict[str, dict[Place, float]] = {}
        self.measures: dict[Place, dict[str, None]] = {}
        """Place → the measures printed there, in order."""
        for figure in figures.figures:
            if figure.column.kind is Kind.COUNT and figure.value is not None:
                self.values.setdefault(figure.column.measure, {})[figure.place] = figure.value
                self.measures.setdefault(figure.place, {})[figure.column.measure] = None


class Samples:
    """The printed rates of one column, and what counts stand where they do."""

    def __init__(self, figures: Sequence[Figure], known: Known) -> None:
        self.figures, self.known = list(figures), known
        self._below: dict[str, list[Place | None]] = {"": [f.place for f in self.figures]}
        self._measures: dict[str, list[str]] = {}

    def below(self, dropped: str) -> list[Place | None]:
        """Where the total over a dimension stands for each rate; None for a rate that is no part of it."""
        if dropped not in self._below:
            places = [tuple((d, c) for d, c in f.place if d != dropped) for f in self.figures]
            pairs = zip(places, self.figures, strict=True)
            self._below[dropped] = [None if p == f.place else p for p, f in pairs]
        return self._below[dropped]

    def measures(self, dropped: str) -> list[str]:
        """What is counted at the rates' own places, or at the totals over a dimension."""
        if dropped not in self._measures:
            places = (p for p in islice(self.below(dropped), FIRST_PLACES) if p is not None)
            at = (self.known.measures.get(p, {}) for p in places)
            self._measures[dropped] = list(dict.fromkeys(m for measures in at for m in measures))
        return self._measures[dropped]

    def of(self, pair: Pair, most: int | None = None) -> Iterator[tuple[Figure, tuple[float, float]]]:
        """Each rate (of the first ``most``) beside its counts: both printed, the lower one not 0."""
        tops, bottoms = self.known.values[pair.numerator], self.known.values[pair.denominator]
        for figure, below in islice(zip(self.figures, self.below(pair.dropped), strict=True), most):
            if below is not None:
                top, bottom = tops.get(figure.place), bottoms.get(below)
                if top is not None and bottom:
                    yield figure, (top, bottom)
