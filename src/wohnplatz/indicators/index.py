"""Index measures: status and dynamics of every year from the finished indicators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.model import IndexDefinition, IndexPart
from wohnplatz.monitoring import index_classes, standardised_sum

from .statements import NO_NUMBER

Floats = npt.NDArray[np.float64]
Whys = npt.NDArray[np.int64]
MIN_POPULATION, EXCLUDED, INCOMPLETE = 1005, 1006, 7
"""``INCOMPLETE`` is added to the state of the worst input: the reason is the same for each of them."""
INDEX_REASONS = {
    MIN_POPULATION: "min_population",
    EXCLUDED: "excluded",
    **{state * 100 + INCOMPLETE: "incomplete" for state in range(10, 16)},
}


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Values and states of one code for all areas of a level in one year, both of shape (n,)."""

    value: Floats
    why: Whys


Find = Callable[[str], Series]


def index_year(index: IndexDefinition, areas: Sequence[str], year: int, find: Find) -> Mapping[str, Series]:
    """The measures of ``index`` in one year: measure code → series over ``areas``.

    ``find`` gives the series of an indicator in that year. Areas that are excluded, too small or without
    one of the inputs take no part, neither in the means nor with a value of their own.
    """
    barred = _barred(index, areas, year, find(index.population))
    status = _standardised(index.status, barred, find)
    dynamics = _standardised(index.dynamics, barred, find)
    status_class = _classed(status, index.status_limits)
    dynamics_class = _classed(dynamics, index.dynamics_limits)
    both = np.maximum(status.why, dynamics.why)
    group = (status_class.value - 1) * len(index.dynamics_classes) + dynamics_class.value
    marked = np.zeros(len(areas), dtype=np.bool_)
    for s, d in index.attention:
        marked |= (status_class.value == s) & (dynamics_class.value == d)
    series = (
        status, status_class, dynamics, dynamics_class,
        _series(group, both), _series(marked.astype(np.float64), both),
    )  # fmt: skip
    return dict(zip(index.measures(), series, strict=True))


def _series(value: Floats, why: Whys) -> Series:
    return Series(np.where(why < NO_NUMBER, value, np.nan), why)


def _barred(index: IndexDefinition, areas: Sequence[str], year: int, population: Series) -> Whys:
    """Why an area takes no part whatever its indicators say; 0 where nothing speaks against it."""
    why = np.where(population.why >= NO_NUMBER, _incomplete(population.why), 0)
    with np.errstate(invalid="ignore"):
        why = np.where(population.value < index.minimum_population, MIN_POPULATION, why)
    out = {e.area for e in index.exclusions if not e.years or year in e.years}
    return np.where(np.isin(np.asarray(areas, dtype=object), list(out)), EXCLUDED, why)


def _incomplete(why: Whys) -> Whys:
    return why // 100 * 100 + INCOMPLETE


def _standardised(parts: Sequence[IndexPart], barred: Whys, find: Find) -> Series:
    if not parts:
        why = np.where(barred > 0, barred, NO_NUMBER + INCOMPLETE)
        return Series(np.full(len(barred), np.nan), why)
    found = [find(part.indicator) for part in parts]
    worst = np.max([s.why for s in found], axis=0)
    why = np.where(worst >= NO_NUMBER, _incomplete(worst), worst)
    why = np.where(barred > 0, barred, why)
    values = np.column_stack([s.value for s in found])
    result = standardised_sum(values, [part.weight for part in parts], why < NO_NUMBER)
    # With fewer than two areas there is nothing to compare with.
    why = np.where(np.isnan(result.index) & (why < NO_NUMBER), NO_NUMBER + INCOMPLETE, why)
    return _series(result.index, why)


def _classed(series: Series, limits: Sequence[float]) -> Series:
    return _series(index_classes(series.value, limits).astype(np.float64), series.why)
