"""Error bands of figures over other figures: changes, quotients and indices of converted areas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from wohnplatz.model import FIRST_WITHOUT_NUMBER, Catalogue, FigureTable, Hierarchy, IndexDefinition

from .checks import in_order
from .expression import Change, Expression, IndicatorRef, Lag, Negative, Number, Operation
from .index import Series, index_year
from .linear import lagged_references
from .parser import parse
from .statements import NO_NUMBER, NOT_DELIVERED

Floats = npt.NDArray[np.float64]
Key = tuple[str, str, str, int]
"""Indicator, level, area, year."""
Known = Mapping[Key, tuple[float, float]]
"""Value and half width of the band (NaN where exact)."""
DRAWS = 200
_TWO_SIDED_95 = 1.959963984540054
MEASURES = ("status", "dynamics", "theme_")
"""Measures of an index that are numbers; classes and groups have no band."""


def with_following(figures: FigureTable, catalogue: Catalogue, hierarchy: Hierarchy) -> FigureTable:
    """The table with the bands that follow from those of the inputs; nothing else is altered.

    A formula over indicators takes, for each input with a band e, half of the difference that e makes to both
    sides, and adds them in squares (first order, exact for sums and changes). An index is computed ``DRAWS``
    times with inputs drawn from their bands (normal, fixed seed): its band is 1.96 standard deviations, for
    the areas whose own inputs have one. Errors are taken as independent. Two years that were cut by the same
    border err the same way, so that a change between them has a band that is too wide rather than too narrow.
    """
    if not np.isfinite(figures.error).any():
        return figures
    error = figures.error.copy()
    places = {key: n for n, key in enumerate(_keys(figures))}
    for code in in_order(catalogue):
        _formula(code, parse(catalogue.indicators[code].formula), figures, error, places)
    for index in catalogue.indices.values():
        if index.level in hierarchy.levels:
            _index(index, list(hierarchy.areas(index.level)), figures, error, places, catalogue)
    return replace(figures, error=error)


def _keys(figures: FigureTable) -> Iterator[Key | None]:
    """Key of each row, None for a broken-down one."""
    columns = (figures.indicator, figures.level, figures.area, figures.year, figures.breakdown)
    for code, level, area, year, breakdown in zip(*(c.tolist() for c in columns), strict=True):
        yield None if breakdown else (code, level, area, year)


def _formula(
    code: str, tree: Expression, figures: FigureTable, error: Floats, places: Mapping[Key | None, int]
) -> None:
    """Write the bands of one indicator with a formula."""
    inputs = lagged_references(tree)
    rows = np.flatnonzero((figures.indicator == code) & (figures.state < FIRST_WITHOUT_NUMBER))
    for n in rows.tolist():
        level, area, year = str(figures.level[n]), str(figures.area[n]), int(figures.year[n])
        at = [places.get((name, level, area, year - back)) for name, back in inputs]
        found = [i for i in at if i is not None]
        if len(found) < len(at) or not np.isfinite(error[found]).any():
            continue
        values = dict(zip(inputs, figures.value[found].tolist(), strict=True))
        squares = 0.0
        for name, half in zip(inputs, error[found].tolist(), strict=True):
            if np.isfinite(half):
                up = _value(tree, values | {name: values[name] + half}, 0)
                down = _value(tree, values | {name: values[name] - half}, 0)
                squares += ((up - down) / 2) ** 2
        error[n] = np.sqrt(squares) if np.isfinite(squares) else np.nan


def _value(  # noqa: PLR0911 (one for each kind of node)
    node: Expression, values: Mapping[tuple[str, int], float], back: int
) -> float:
    """The formula for given inputs; NaN where it has no value."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, IndicatorRef):
        return values[node.code, back]
    if isinstance(node, Negative):
        return -_value(node.operand, values, back)
    if isinstance(node, Lag):
        return _value(node.operand, values, back + node.years)
    if isinstance(node, Change):
        return _value(node.operand, values, back) - _value(node.operand, values, back + node.years)
    if isinstance(node, Operation):
        return _operate(node, _value(node.left, values, back), _value(node.right, values, back))
    return float("nan")


def _operate(node: Operation, left: float, right: float) -> float:
    if node.sign == "/":
        return left / right if right else float("nan")
    return {"+": left + right, "-": left - right, "*": left * right}[node.sign]


def _index(  # noqa: PLR0913, PLR0917 -- what an index rests on, and where the bands go
    index: IndexDefinition,
    areas: Sequence[str],
    figures: FigureTable,
    error: Floats,
    places: Mapping[Key | None, int],
    catalogue: Catalogue,
) -> None:
    """Write the bands of one index."""
    codes = list(dict.fromkeys(part.indicator for part in (*index.status, *index.dynamics)))
    measures = [m for m in index.measures() if m.partition(":")[2].startswith(MEASURES)]
    measures = [m for m in measures if not m.endswith("_class")]
    years = sorted({key[3] for key in places if key is not None and key[0] == f"{index.code}:status"})
    for year in years:
        rows = {c: np.array([places.get((c, index.level, a, year), -1) for a in areas]) for c in codes}
        half = {c: np.where(at >= 0, error[at], np.nan) for c, at in rows.items()}
        unsure = np.any([np.isfinite(h) for h in half.values()], axis=0)
        if not unsure.any():
            continue
        spread = _spread(index, areas, year, _source(index, areas, year, figures, places), half, catalogue)
        for measure in measures:
            for n in np.flatnonzero(unsure & np.isfinite(spread[measure])).tolist():
                at = places.get((measure, index.level, areas[n], year))
                if at is not None and figures.state[at] < FIRST_WITHOUT_NUMBER:
                    error[at] = _TWO_SIDED_95 * spread[measure][n]


Find = Callable[[str], Series]


def _source(
    index: IndexDefinition, areas: Sequence[str], year: int, figures: FigureTable,
    places: Mapping[Key | None, int],
) -> Find:  # fmt: skip
    """The series of an indicator as they stand in the table."""

    def find(code: str) -> Series:
        at = np.array([places.get((code, index.level, area, year), -1) for area in areas])
        value = np.where(at >= 0, figures.value[at], np.nan)
        why = np.where(at >= 0, figures.state[at].astype(np.int64) * 100, NOT_DELIVERED)
        return Series(np.where(why < NO_NUMBER, value, np.nan), why)

    return find


def _spread(  # noqa: PLR0913, PLR0917 -- the parts of a simulation
    index: IndexDefinition,
    areas: Sequence[str],
    year: int,
    find: Find,
    half: Mapping[str, Floats],
    catalogue: Catalogue,
) -> dict[str, Floats]:
    """Standard deviation of each measure over the draws, (n,) by measure."""
    chance = np.random.default_rng(0)
    exact = {code: find(code) for code in {index.population, *half}}
    drawn: dict[str, list[Floats]] = {}
    for _ in range(DRAWS):
        moved = dict(exact)
        for code, width in half.items():
            noise = chance.standard_normal(len(areas)) * np.nan_to_num(width) / _TWO_SIDED_95
            moved[code] = Series(exact[code].value + noise, exact[code].why)
        for measure, series in index_year(index, areas, year, moved.__getitem__, catalogue).items():
            drawn.setdefault(measure, []).append(series.value)
    return {measure: np.std(np.array(values), axis=0) for measure, values in drawn.items()}
