"""Parts and wholes within one file: categories against their total, areas against theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.intake import ALL_AREAS, NOT_ALLOCATED
from wohnplatz.model import Finding, Observation, VariableKind

from .case import Case
from .cubes import Cells, Cube, by_year
from .findings import Hits, shown
from .intervals import Floats, Interval
from .rules import Rule

Bools = npt.NDArray[np.bool_]


def parts_hits(case: Case, rule: Rule) -> Iterator[Hits]:
    """Categories of a breakdown against the total where both are delivered.

    Where a category has no number, only what the known ones say already counts: they are too much.
    """
    for variable in case.own.variables:
        cube = case.own.cube(variable.code)
        for axis in range(1, 1 + len(variable.breakdowns)) if cube else ():
            yield _parts_of(case, rule, cube, axis)  # type: ignore[arg-type]


def _parts_of(case: Case, rule: Rule, cube: Cube, axis: int) -> Hits:
    total = _total(axis, cube.rows.ndim)
    rows = cube.rows[total]
    whole = cube.numbers(rows)
    if np.isnan(whole).all():
        return Hits(np.empty(0), _nothing)
    bounds = cell_bounds(cube)
    parts = _without_total(axis, cube.rows.ndim)
    low, high = bounds.low[parts].sum(axis=axis), bounds.high[parts].sum(axis=axis)
    broken, strength = _beyond(rule, whole, low, high)
    places = np.argwhere(broken)
    dimension = case.catalogue.dimensions[cube.variable.breakdowns[axis - 1]]

    def describe(hit: int) -> Finding:
        at = tuple(int(p) for p in places[hit])
        position = list(at[1:])
        position.insert(axis - 1, 0)
        return case.finding(
            rule, case.at(int(rows[at])), area=case.keys[at[0]], where=case.area_words(case.keys[at[0]]),
            variable=cube.variable.label, group=case.group_words(cube.variable, position),
            value=shown(float(whole[at])), dimension=dimension.label, sum=_range(Interval(low, high), at),
        )  # fmt: skip

    return Hits(strength[broken], describe)


def _nothing(hit: int) -> Finding:
    raise IndexError(hit)


def _beyond(rule: Rule, whole: Floats, low: Floats, high: Floats) -> tuple[Bools, Floats]:
    """Where a sum between ``low`` and ``high`` cannot be ``whole``, and by what share of it."""
    with np.errstate(invalid="ignore"):
        excess = np.maximum(low - whole, whole - high)
        allowed = rule.absolute + (rule.relative + 1e-9) * np.abs(whole) + 1e-9
        broken = ~np.isnan(whole) & (excess > allowed)
    return broken, np.where(broken, excess, 0.0) / np.maximum(np.abs(np.nan_to_num(whole)), 1.0)


def _range(value: Interval, at: tuple[int, ...]) -> str:
    low, high = float(value.low[at]), float(value.high[at])
    return shown(low) if low == high else f"mindestens {shown(low)}"


def _without_total(axis: int, dimensions: int) -> tuple[slice, ...]:
    found = [slice(None)] * dimensions
    found[axis] = slice(1, None)
    return tuple(found)


def cell_bounds(cube: Cube) -> Interval:
    """What is known of each cell, in the shape of the cube; nothing is derived from other cells."""
    value = cube.values()
    known = ~np.isnan(value)
    low = np.where(known, value, 0.0 if cube.variable.non_negative else -np.inf)
    return Interval(low, np.where(known, value, np.inf))


def completed(cube: Cube) -> Interval:
    """The same, with totals that were not delivered taken from the sum of their categories."""
    bounds = cell_bounds(cube)
    low, high = bounds.low.copy(), bounds.high.copy()
    for axis in range(1, low.ndim):
        parts, whole = _without_total(axis, low.ndim), _total(axis, low.ndim)
        given = low[whole] == high[whole]
        low[whole] = np.where(given, low[whole], np.maximum(low[whole], low[parts].sum(axis=axis)))
        high[whole] = np.where(given, high[whole], np.minimum(high[whole], high[parts].sum(axis=axis)))
    return Interval(low, high)


def _total(axis: int, dimensions: int) -> tuple[slice | int, ...]:
    found: list[slice | int] = [slice(None)] * dimensions
    found[axis] = 0
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class TotalLine:
    """One variable and one coarser area of the file: its total, its areas and what belongs to none.

    ``whole`` and ``outside`` have the shape of the categories; ``outside`` is None where the file has no row
    of it. ``inside`` are places of the areas on the axis of the case; ``complete`` says that there is no
    further area which the delivery does not hold.
    """

    cube: Cube
    key: str
    whole: Floats
    rows: npt.NDArray[np.int32]
    totals: Cube
    inside: npt.NDArray[np.int64]
    complete: bool
    outside: Interval | None


def total_lines(case: Case) -> Iterator[TotalLine]:
    """All totals of the file that its areas can be summed to. Rates are not summed."""
    table = by_year(case.background.totals).get(case.year)
    if table is None:
        return
    keys = [k for k in table.area.values if k != NOT_ALLOCATED]
    axis = {key: n for n, key in enumerate([*keys, NOT_ALLOCATED])}
    totals = Cells(table, axis, case.catalogue)
    for variable in totals.variables:
        own, whole = case.own.cube(variable.code), totals.cube(variable.code)
        if own is None or whole is None or variable.kind is VariableKind.RATE:
            continue
        outside = cell_bounds(whole)
        delivered = (whole.rows[-1] >= 0).any()
        # With totals of several areas nobody knows to which of them the rest belongs.
        least = outside.low[-1] if len(keys) == 1 else np.zeros_like(outside.low[-1])
        rest = Interval(least, outside.high[-1]) if delivered else None
        for place, key in enumerate(keys):
            inside, complete = _areas_in(case, key)
            if len(inside) and (whole.rows[place] >= 0).any():
                yield TotalLine(
                    own, key, whole.values()[place], whole.rows[place], whole, inside, complete, rest
                )


def _areas_in(case: Case, key: str) -> tuple[npt.NDArray[np.int64], bool]:
    request = case.background.request
    if key == ALL_AREAS:
        return np.arange(len(case.keys)), True
    parents = case.background.parents
    of_level = dict.fromkeys([*request.areas, *request.foreign_areas])
    inside = [a for a in of_level if key in parents.get(a, ())]
    places = [case.areas[a] for a in inside if a in case.areas]
    return np.array(places, dtype=np.int64), len(places) == len(inside)


def exceeded_hits(case: Case, rule: Rule) -> Iterator[Hits]:
    """Areas that are together more than their total."""
    return _line_hits(case, rule, above=True)


def rest_hits(case: Case, rule: Rule) -> Iterator[Hits]:
    """A total above all its areas and what is said to belong to none: right or not, it needs a word."""
    return _line_hits(case, rule, above=False)


def _line_hits(case: Case, rule: Rule, *, above: bool) -> Iterator[Hits]:
    for line in total_lines(case):
        bounds = completed(line.cube)
        low, high = bounds.low[line.inside].sum(axis=0), bounds.high[line.inside].sum(axis=0)
        if not line.complete:
            high = np.full_like(high, np.inf)
        if line.outside is not None:
            low, high = low + line.outside.low, high + line.outside.high
        if above:
            broken, strength = _beyond(rule, line.whole, low, np.full_like(low, np.inf))
        else:
            broken, strength = _beyond(rule, line.whole, np.full_like(high, -np.inf), high)
        yield _line_found(case, rule, line, Interval(low, high), (broken, strength))


def _line_found(
    case: Case, rule: Rule, line: TotalLine, total: Interval, found: tuple[Bools, Floats]
) -> Hits:
    broken, strength = found
    places = np.argwhere(np.atleast_1d(broken)) if broken.ndim else np.zeros((int(broken), 0), dtype=int)

    def describe(hit: int) -> Finding:
        at = tuple(int(p) for p in places[hit])
        whole = float(line.whole[at])
        return case.finding(
            rule, _observation(line.totals, int(line.rows[at])), area=line.key,
            where=_total_words(case, line.key), variable=line.cube.variable.label,
            group=case.group_words(line.cube.variable, at), value=shown(whole), sum=_range(total, at),
            rest=_above(whole, float(total.high[at])),
        )  # fmt: skip

    return Hits(np.atleast_1d(strength)[np.atleast_1d(broken)], describe)


def _observation(cube: Cube, row: int) -> Observation:
    return cube.table[row]


def _above(whole: float, high: float) -> str:
    return shown(whole - high) if np.isfinite(high) else ""


def _total_words(case: Case, key: str) -> str:
    return "alle Gebiete" if key == ALL_AREAS else case.area_words(key)
