"""Years in which areas were others: deliveries on former areas become figures on those of today.

Two tables meet. On *former* areas everything is computed as it was delivered. On today's areas the counts of
the finest level are converted with the crosswalk and computed anew. Where every coarser area kept its parts,
figures of coarser levels are taken from the former table: a cut inside a municipality does not touch its sum.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from wohnplatz.areas import Crosswalk, crosswalk_of
from wohnplatz.areas.conversion import convert, half_width
from wohnplatz.model import (
    FIRST_WITHOUT_NUMBER,
    Catalogue,
    CellState,
    Coded,
    FigureTable,
    Hierarchy,
    ObservationTable,
    VariableKind,
    stacked,
)

from .index_table import joined

Floats = npt.NDArray[np.float64]


def converted(
    observations: ObservationTable, crosswalk: Crosswalk, catalogue: Catalogue, level: str
) -> ObservationTable:
    """The observations on the areas of today: counts of ``level`` converted, everything else as it was.

    A target whose parts were not all delivered has no cell (not delivered). A rate that was delivered as one
    goes over only where an area merely changed its key; elsewhere it is not applicable. The place in the
    partner's file is that of the first part.
    """
    names = np.array(observations.variable.values)
    ours = np.array(
        [n in catalogue.variables and catalogue.variables[n].level == level for n in names.tolist()]
    )
    changed = changed_areas(crosswalk)
    ends = np.array([key in changed for key in observations.area.values])
    if not len(observations) or not ends.any():
        return observations
    mine = ours[observations.variable.codes] & ends[observations.area.codes]
    if not mine.any():
        return observations
    kept, moving = observations.where(~mine), observations.where(mine)
    return stacked([kept, _converted_rows(moving, part_of(crosswalk, changed), catalogue)])


def changed_areas(crosswalk: Crosswalk) -> frozenset[str]:
    """Keys of the former areas that are another area today: another key, other neighbours joined, or cut.

    All others keep their cells as they were delivered.
    """
    leads: dict[str, set[str]] = {}
    comes: dict[str, set[str]] = {}
    for key, to in zip(crosswalk.from_key, crosswalk.to_key, strict=True):
        leads.setdefault(key, set()).add(to)
        comes.setdefault(to, set()).add(key)
    return frozenset(key for key, to in leads.items() if to != {key} or comes[key] != {key})


def part_of(crosswalk: Crosswalk, keys: Collection[str]) -> Crosswalk:
    """The ways from some of its source areas. All sources of a target must be among them or none."""
    rows = [
        row
        for row in zip(crosswalk.from_key, crosswalk.to_key, crosswalk.weight, crosswalk.basis, strict=True)
        if row[0] in keys
    ]
    return crosswalk_of(crosswalk.source, crosswalk.target, rows, crosswalk.origin)


def _converted_rows(table: ObservationTable, crosswalk: Crosswalk, catalogue: Catalogue) -> ObservationTable:
    """Each cell (variable, date, categories) of all its areas together, over the weights."""
    place = {key: n for n, key in enumerate(crosswalk.sources)}
    at = np.array([place.get(key, -1) for key in table.area.values], dtype=np.int64)[table.area.codes]
    categories = [c.codes.astype(np.int64) for c in table.categories.values()]
    columns = [table.variable.codes.astype(np.int64), table.days.astype(np.int64), *categories]
    _, first, cell = np.unique(np.column_stack(columns), axis=0, return_index=True, return_inverse=True)
    cell = cell.ravel()
    values = np.full((len(place), len(first)), np.nan)
    states = np.full((len(place), len(first)), CellState.MISSING, dtype=np.uint8)
    origin = np.full((len(place), len(first)), -1, dtype=np.int64)
    known = at >= 0
    values[at[known], cell[known]] = table.value[known]
    states[at[known], cell[known]] = table.state[known]
    origin[at[known], cell[known]] = np.flatnonzero(known)
    found = convert(crosswalk, values, states)
    state = np.where(
        _rates(table, first, catalogue)[None, :], _rate_states(crosswalk, found.state), found.state
    )
    target, column = np.nonzero(state != CellState.MISSING)
    source = _first_part(crosswalk, found.keys, origin)[target, column]
    return replace(
        table.where(source.astype(np.int32)),
        area=Coded(found.keys, target.astype(np.int32)),
        value=np.where(state < FIRST_WITHOUT_NUMBER, found.value, np.nan)[target, column],
        state=state[target, column].astype(np.uint8),
    )


def _rates(
    table: ObservationTable, first: npt.NDArray[np.int64], catalogue: Catalogue
) -> npt.NDArray[np.bool_]:
    kinds = [catalogue.variables[name].kind is VariableKind.RATE for name in table.variable.values]
    return np.array(kinds, dtype=np.bool_)[table.variable.codes[first]]


def _rate_states(crosswalk: Crosswalk, state: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Rates stay where one area became one; elsewhere no sum gives them back."""
    parts: dict[str, int] = {}
    whole: dict[str, bool] = {}
    for key, weight in zip(crosswalk.to_key, crosswalk.weight, strict=True):
        parts[key] = parts.get(key, 0) + 1
        whole[key] = whole.get(key, True) and weight == 1
    same = np.array([parts[key] == 1 and whole[key] for key in crosswalk.targets], dtype=np.bool_)
    missing = state == CellState.MISSING
    result: npt.NDArray[np.uint8] = np.where(same[:, None] | missing, state, CellState.NOT_APPLICABLE)
    return result


def _first_part(
    crosswalk: Crosswalk, keys: Sequence[str], origin: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Row of the first delivered part of each target and cell."""
    place = {key: n for n, key in enumerate(crosswalk.sources)}
    result = np.full((len(keys), origin.shape[1]), -1, dtype=np.int64)
    target = {key: n for n, key in enumerate(keys)}
    for source, to in zip(crosswalk.from_key, crosswalk.to_key, strict=True):
        row = result[target[to]]
        result[target[to]] = np.where(row >= 0, row, origin[place[source]])
    return result


@dataclass(frozen=True, slots=True)
class FormerTree:
    """A former hierarchy with the way to today's finest areas."""

    hierarchy: Hierarchy
    crosswalk: Crosswalk
    years: tuple[int, ...]

    def keeps_parents(self, today: Hierarchy) -> bool:
        """Whether every area stayed inside its coarser areas, so that their sums are what they were."""
        levels = today.levels[1:]
        if self.hierarchy.levels[1:] != levels:
            return False
        return all(
            self.hierarchy.ancestor(a, level) == today.ancestor(b, level)
            for a, b in zip(self.crosswalk.from_key, self.crosswalk.to_key, strict=True)
            for level in levels
        )


def on_today(
    now: FigureTable, then: FigureTable, tree: FormerTree, today: Hierarchy, catalogue: Catalogue
) -> FigureTable:
    """``now`` (all years, from converted counts) with error bands and, for the former years, exact sums.

    ``then`` holds the figures on the former areas in their years.
    """
    base = today.levels[0]
    former = np.isin(now.year, tree.years)
    parts = [with_error(now.where(former & (now.level == base)), then, tree.crosswalk, catalogue)]
    if tree.keeps_parents(today):
        parts.append(then.where(then.level != base))
    else:
        parts.append(now.where(former & (now.level != base)))
    return joined([now.where(~former), *parts])


def with_error(
    figures: FigureTable, then: FigureTable, crosswalk: Crosswalk, catalogue: Catalogue
) -> FigureTable:
    """Figures of converted areas with the half width of their band; NaN where it is exact or not known.

    ``areas.conversion.half_width`` says how. Figures over other figures have no band of their own.
    """
    spread = [
        (a, b, w * (1 - w))
        for a, b, w in zip(crosswalk.from_key, crosswalk.to_key, crosswalk.weight, strict=True)
        if w < 1
    ]
    by_target: dict[str, list[tuple[str, float]]] = {}
    for source, target, share in spread:
        by_target.setdefault(target, []).append((source, share))
    counts = _counts(then)
    error = np.full(len(figures), np.nan)
    rows = np.flatnonzero((figures.state < FIRST_WITHOUT_NUMBER) & np.isin(figures.area, list(by_target)))
    for n in rows.tolist():
        code, year, breakdown = str(figures.indicator[n]), int(figures.year[n]), str(figures.breakdown[n])
        indicator = catalogue.indicators.get(code)
        if indicator is not None and indicator.formula:
            continue
        parts = [
            (*counts[code, source, year, breakdown], share)
            for source, share in by_target[str(figures.area[n])]
            if (code, source, year, breakdown) in counts
        ]
        factor = indicator.factor if indicator else 1.0
        if parts:
            error[n] = half_width(parts, float(figures.numerator[n]), float(figures.denominator[n]), factor)
    return replace(figures, error=error)


def _counts(then: FigureTable) -> Mapping[tuple[str, str, int, str], tuple[float, float, float]]:
    columns = (
        then.indicator,
        then.area,
        then.year,
        then.breakdown,
        then.value,
        then.numerator,
        then.denominator,
    )
    return {
        (code, area, year, breakdown): (value, above, below)
        for code, area, year, breakdown, value, above, below in zip(
            *(c.tolist() for c in columns), strict=True
        )
    }
