"""Which figures are sensitive: each seen for itself, then those that are computed from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..model import FIRST_WITHOUT_NUMBER, FigureTable
from .rules import Rule

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Inputs = Mapping[str, Sequence[tuple[str, int]]]


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """The rules spread over the n figures of a table; every field has shape (n,), 0 checks nothing."""

    count: Floats
    denominator: Floats
    population: Floats
    complement: Bools
    whole_group: Bools
    contributors: Bools
    """The rule asks for contributors, whom a table of figures does not name: such figures are protected."""
    derived: Bools
    """Figures over other figures: they have no case number of their own, their inputs answer for them."""


def limits(
    figures: FigureTable, rules: Mapping[str, Rule], inputs: Inputs, minimum_denominator: Mapping[str, float]
) -> Limits:
    """The limits for each figure; ``rules`` has one rule for each indicator of the table."""
    names, code = np.unique(figures.indicator, return_inverse=True)
    indicators = [str(name) for name in names]
    chosen = [rules[name] for name in indicators]
    thin = [
        minimum_denominator.get(n, r.minimum_denominator) for n, r in zip(indicators, chosen, strict=True)
    ]
    return Limits(
        np.array([r.minimum_count for r in chosen], dtype=np.float64)[code],
        np.array(thin, dtype=np.float64)[code],
        np.array([r.minimum_population for r in chosen], dtype=np.float64)[code],
        np.array([r.complement for r in chosen], dtype=np.bool_)[code],
        np.array([r.whole_group for r in chosen], dtype=np.bool_)[code],
        np.array([r.needs_contributors for r in chosen], dtype=np.bool_)[code],
        np.array([n in inputs for n in indicators], dtype=np.bool_)[code],
    )


def primary(figures: FigureTable, limit: Limits, altered: Bools | None = None) -> Bools:
    """Figures that a primary rule protects, shape (n,). What cannot be checked is protected.

    ``altered`` (n,) are rows whose numbers are told rounded: a small one says nothing there of how many there
    are, and what keeps the true one open is proven.
    """
    numerator, denominator = figures.numerator, figures.denominator
    bare = np.isnan(numerator) & np.isnan(denominator)
    own = np.where(limit.derived, 0.0, figures.value)
    count = np.where(bare, own, numerator)
    unknown = ~np.isfinite(count) & (figures.state < FIRST_WITHOUT_NUMBER)
    with np.errstate(invalid="ignore"):
        rest = denominator - numerator
    plain = True if altered is None else ~altered
    small = (limit.count > 0) & (unknown | ((count != 0) & (np.abs(count) < limit.count)))
    small_rest = limit.complement & (rest > 0) & (rest < limit.count)
    everybody = limit.whole_group & (rest == 0) & (denominator > 0)
    thin = (limit.denominator > 0) & (denominator < limit.denominator)
    few_people = (limit.population > 0) & ~(denominator >= limit.population)
    unchecked = np.isinf(denominator) | (limit.contributors & (figures.value != 0))
    counted = (small | small_rest | everybody) & (plain | unknown)
    result: Bools = counted | thin | few_people | unchecked
    return result


def follow(figures: FigureTable, sensitive: Bools, inputs: Inputs) -> Bools:
    """``sensitive`` (shape (n,)) carried on to the figures computed from others, at any depth.

    A figure stays open only where each of its inputs has a row of the same level, area and breakdown, the
    stated years back, and none of those rows is sensitive.
    """
    rows = {str(n): np.flatnonzero(figures.indicator == n) for n in np.unique(figures.indicator)}
    links = [(name, source, back) for name in rows for source, back in inputs.get(name, ())]
    keys = _places(figures, max((back for _, _, back in links), default=0))
    result, before = sensitive.copy(), -1
    while before != (before := int(result.sum())):
        for name, source, back in links:
            at = rows.get(source, np.empty(0, dtype=np.intp))
            open_keys = np.setdiff1d(keys[at][~result[at]], keys[at][result[at]])
            result[rows[name]] |= ~np.isin(keys[rows[name]] - back, open_keys)
    return result


def _places(figures: FigureTable, furthest: int) -> npt.NDArray[np.int64]:
    """One number for each (level, area, breakdown, year): a year earlier is one less, never another place."""
    place = np.zeros(len(figures), dtype=np.int64)
    if not len(figures):
        return place
    for column in (figures.level, figures.area, figures.breakdown):
        names, code = np.unique(column, return_inverse=True)
        place = place * len(names) + code
    year = figures.year.astype(np.int64) - int(figures.year.min()) + furthest
    result: npt.NDArray[np.int64] = place * (int(year.max()) + 1) + year
    return result
