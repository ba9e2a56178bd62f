"""Index measures: status, dynamics and themes of every year from the finished indicators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.model import (
    Catalogue,
    ClassMethod,
    ClassRule,
    IndexDefinition,
    IndexFamily,
    IndexPart,
    Polarity,
)
from wohnplatz.monitoring import classify, index_classes
from wohnplatz.monitoring.families import Scheme, index_values
from wohnplatz.monitoring.quantiles import quantile_classes

from .statements import NO_NUMBER

Floats = npt.NDArray[np.float64]
Whys = npt.NDArray[np.int64]
MIN_POPULATION, EXCLUDED, INCOMPLETE = 1005, 1006, 7
"""``INCOMPLETE`` is added to the state of the worst input: the reason is the same for each of them."""
ALL_CONSTANT, TOO_FEW_AREAS = 1008, 1009
INDEX_REASONS = {
    ALL_CONSTANT: "all_constant",
    TOO_FEW_AREAS: "too_few_areas",
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


def index_year(
    index: IndexDefinition, areas: Sequence[str], year: int, find: Find, catalogue: Catalogue
) -> Mapping[str, Series]:
    """The measures of ``index`` in one year: measure code → series over ``areas``.

    ``find`` gives the series of an indicator in that year; ``catalogue`` says which indicators are good when
    high. Areas that are excluded, too small or without one of the inputs take no part, neither in the means
    nor with a value of their own (in the percentile family those without one input are still ranked by the
    others).
    """
    barred = _barred(index, areas, year, find(index.population))
    scheme = scheme_of(index, catalogue)
    status, themes = _computed(index.status, scheme, barred, find)
    measured = {"status": status, "status_class": _series(classes_of(index, status.value), status.why)}
    both = status.why
    group = measured["status_class"].value
    dynamics_class = np.zeros(len(areas))
    if index.dynamics:
        turned = tuple(_is_good(catalogue, part.indicator) for part in index.dynamics)
        plain = Scheme(IndexFamily.Z_SUM, tuple(part.weight for part in index.dynamics), turned)
        dynamics, _ = _computed(index.dynamics, plain, barred, find)
        classed = index_classes(dynamics.value, index.dynamics_limits).astype(np.float64)
        both, dynamics_class = np.maximum(both, dynamics.why), classed
        group = (group - 1) * len(index.dynamics_classes) + classed
        measured |= {"dynamics": dynamics, "dynamics_class": _series(classed, dynamics.why)}
        measured["group"] = _series(group, both)
    if index.attention:
        marked = np.zeros(len(areas), dtype=np.bool_)
        for s, d in index.attention:
            marked |= (measured["status_class"].value == s) & (dynamics_class == d)
        measured["attention"] = _series(marked.astype(np.float64), both)
    measured |= {f"theme_{t.code}": series for t, series in zip(index.themes, themes, strict=True)}
    return {code: measured[code.partition(":")[2]] for code in index.measures()}


def scheme_of(index: IndexDefinition, catalogue: Catalogue) -> Scheme:
    """How the status of an index is computed."""
    codes = [theme.code for theme in index.themes]
    return Scheme(
        index.family,
        tuple(part.weight for part in index.status),
        tuple(_is_good(catalogue, part.indicator) for part in index.status),
        tuple(tuple(n for n, part in enumerate(index.status) if part.theme == code) for code in codes),
        tuple(theme.weight for theme in index.themes),
        exceedance_sd=index.exceedance_sd,
    )


def classes_of(index: IndexDefinition, score: Floats) -> Floats:
    """Class of each status (n,) by the rule of the index, numbered from 1 (least burden); 0 for none."""
    count = len(index.status_classes)
    if index.class_rule is ClassRule.QUANTILES:
        return quantile_classes(score, count, kind=index.quantile_type).astype(np.float64)
    if index.class_rule is ClassRule.NATURAL:
        found = classify(score, ClassMethod.NATURAL, count)
        known = np.isfinite(score)
        return np.array([found.index(x) + 1.0 if k else 0.0 for x, k in zip(score, known, strict=True)])
    return index_classes(score, index.status_limits).astype(np.float64)


def _is_good(catalogue: Catalogue, indicator: str) -> bool:
    return catalogue.indicators[indicator].polarity is Polarity.GOOD


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


def _computed(
    parts: Sequence[IndexPart], scheme: Scheme, barred: Whys, find: Find
) -> tuple[Series, list[Series]]:
    """The series of an index and of each of its themes."""
    found = [find(part.indicator) for part in parts]
    values = np.column_stack([s.value for s in found])
    whys = np.column_stack([s.why for s in found])
    lacking = np.where(whys >= NO_NUMBER, _incomplete(whys), whys)
    lacking = np.where(barred[:, None] > 0, barred[:, None], lacking)
    whole = lacking.max(axis=1)
    # Ranks are taken over everybody who has the indicator; sums need all of them.
    use = barred == 0 if scheme.family is IndexFamily.PERCENTILE else whole < NO_NUMBER
    result = index_values(values, scheme, use)
    reason = {"all_constant": ALL_CONSTANT, "too_few_areas": TOO_FEW_AREAS}.get(
        result.reason, NO_NUMBER + INCOMPLETE
    )

    def series(value: Floats, why: Whys) -> Series:
        return _series(value, np.where(np.isnan(value) & (why < NO_NUMBER), reason, why))

    themes = [
        series(result.themes[:, t], lacking[:, list(columns)].max(axis=1))
        for t, columns in enumerate(scheme.themes)
    ]
    return series(result.score, whole), themes
