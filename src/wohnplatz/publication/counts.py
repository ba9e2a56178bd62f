"""The counts behind a release: the finest numbers that were delivered, or follow from what was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wohnplatz.indicators.linear import Term
from wohnplatz.indicators.statements import cells_step
from wohnplatz.model import (
    FIRST_WITHOUT_NUMBER,
    TOTAL,
    Catalogue,
    CellState,
    Hierarchy,
    Variable,
    VariableKind,
)
from wohnplatz.store import DuckDBEngine

from .settling import Cell, Settled, settle

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CountLink:
    """Two sums of counts (their positions) that count the same persons, and by how much they differ."""

    one: tuple[int, ...]
    other: tuple[int, ...]
    difference: int


@dataclass(frozen=True, slots=True, eq=False)
class VariableCounts:
    """The n counts of one variable; arrays of shape (n,).

    ``pool`` tells breakdowns apart that were delivered side by side and not crossed: each pool alone adds up
    to the whole, and the counts of different pools are never added.
    """

    variable: str
    dimensions: tuple[str, ...]
    cells: tuple[Cell, ...]
    area: Ints
    """Position among the areas of the variable's level."""
    year: Ints
    cell: Ints
    """Position in ``cells``."""
    value: Ints
    pool: Ints
    held: npt.NDArray[np.bool_]
    """Counts that the supplier protected; their number follows from a delivered total."""
    links: tuple[CountLink, ...] = ()
    """What ties pools together."""
    contradictions: tuple[tuple[int, int, Cell], ...] = ()
    """Area, year and cell of totals that contradict their parts."""

    def __len__(self) -> int:
        """Number of counts."""
        return len(self.value)


def read_counts(
    files: Sequence[Path], catalogue: Catalogue, hierarchy: Hierarchy
) -> dict[str, VariableCounts]:
    """The counts of all integer variables of the catalogue in observation files, by variable.

    A cell that was not delivered, or is protected by its supplier, is worked out from a delivered total: an
    intruder can do the same. Rates, areas and amounts are no counts.
    """
    if not files:
        return {}
    dimensions = list(catalogue.dimensions)
    rows = DuckDBEngine(threads=1).run({"observations": list(files)}, [cells_step(dimensions)], "cells")
    order = np.argsort(rows["variable"], kind="stable")
    names, first = np.unique(rows["variable"][order], return_index=True)
    found = {}
    for name, part in zip(names.tolist(), np.split(order, first[1:]), strict=True):
        variable = catalogue.variables.get(name)
        if variable is None or not is_count(variable) or variable.level not in hierarchy.levels:
            continue
        place = {key: n for n, key in enumerate(hierarchy.areas(variable.level))}
        columns = {
            "area": np.array([place.get(key, -1) for key in rows["area"][part].tolist()], dtype=np.int64),
            "year": rows["year"][part].astype(np.int64),
            "value": rows["value"][part].astype(np.float64),
            "state": rows["state"][part].astype(np.int64),
        }
        categories = [rows[f"d{dimensions.index(d)}"][part] for d in variable.breakdowns]
        found[name] = _counts(variable, catalogue, columns, categories)
    return found


def is_count(variable: Variable) -> bool:
    """Whether a variable counts persons, cases or places."""
    return variable.integer and variable.kind is VariableKind.COUNT


def _counts(
    variable: Variable,
    catalogue: Catalogue,
    columns: Mapping[str, npt.NDArray[Any]],
    categories: Sequence[npt.NDArray[Any]],
) -> VariableCounts:
    ways = [(TOTAL, *catalogue.dimensions[d].categories) for d in variable.breakdowns]
    cells = tuple(product(*ways))
    code = np.zeros(len(columns["area"]), dtype=np.int64)
    for way, column in zip(ways, categories, strict=True):
        known = {category: n for n, category in enumerate(way)}
        codes = np.array([known.get(c, -len(cells)) for c in column.tolist()], dtype=np.int64)
        code = code * len(way) + codes
    ours = (columns["area"] >= 0) & (code >= 0)
    area, year, value, state = (columns[n][ours] for n in ("area", "year", "value", "state"))
    code = code[ours]
    number = (state < FIRST_WITHOUT_NUMBER) & (value == np.round(value))
    shape = np.array([sum(1 << n for n, c in enumerate(cell) if c != TOTAL) for cell in cells])[code]
    simple = _is_simple(area, year, shape, number, ways)
    whole = np.flatnonzero(simple & number)
    never = np.zeros(len(whole), dtype=np.int64)
    parts: list[tuple[Ints, ...]] = [
        (area[whole], year[whole], code[whole], value[whole].astype(np.int64), never, never)
    ]
    uneven: list[tuple[int, int, Settled]] = []
    rest = np.flatnonzero(~simple)
    for group in _groups(area[rest], year[rest]):
        at = rest[group]
        columns_of = zip(code[at].tolist(), value[at].tolist(), number[at].tolist(), strict=True)
        given = {cells[c]: (int(v) if n else None) for c, v, n in columns_of}
        protected = {cells[c] for c in code[at][state[at] == CellState.PROTECTED].tolist()}
        settled = settle(given, ways)
        here, then = int(area[at[0]]), int(year[at[0]])
        parts += _columns(settled.pools, protected, cells, here, then)
        if settled.links or settled.contradictions:
            uneven.append((here, then, settled))
    joined = [np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)]
    order = np.lexsort((joined[2], joined[4], joined[0], joined[1]))
    a, y, c, v, p, held = (column[order] for column in joined)
    return VariableCounts(
        variable.code, tuple(variable.breakdowns), cells, a, y, c, v, p, held == 1,
        tuple(_links(uneven, cells, (a, y, p, c))),
        tuple((here, then, cell) for here, then, settled in uneven for cell in settled.contradictions),
    )  # fmt: skip


def _links(
    uneven: Sequence[tuple[int, int, Settled]], cells: Sequence[Cell], columns: tuple[Ints, Ints, Ints, Ints]
) -> Iterator[CountLink]:
    """The links of all areas and years, with the positions of their counts (area, year, pool, cell)."""
    if not uneven:
        return
    code = {cell: n for n, cell in enumerate(cells)}
    place = {key: n for n, key in enumerate(zip(*(column.tolist() for column in columns), strict=True))}
    for area, year, settled in uneven:
        for link in settled.links:
            one, other = (
                tuple(place[area, year, pool, code[cell]] for cell in side)
                for pool, side in zip(link.pools, link.cells, strict=True)
            )
            yield CountLink(one, other, link.difference)


def _columns(
    pools: Sequence[Mapping[Cell, int]], protected: set[Cell], cells: Sequence[Cell], area: int, year: int
) -> list[tuple[Ints, ...]]:
    """The settled counts of one area and year: area, year, cell, value, pool, held."""
    place = {cell: n for n, cell in enumerate(cells)}
    found = []
    for pool, counts in enumerate(pools):
        columns = (
            [area] * len(counts), [year] * len(counts), [place[c] for c in counts], list(counts.values()),
            [pool] * len(counts), [c in protected for c in counts],
        )  # fmt: skip
        found.append(tuple(np.array(column, dtype=np.int64) for column in columns))
    return found


def _groups(area: Ints, year: Ints) -> list[Ints]:
    if not len(area):
        return []
    key = area * 10_000 + year
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order]))
    return list(np.split(order, starts + 1))


def _is_simple(
    area: Ints, year: Ints, shape: Ints, number: npt.NDArray[np.bool_], ways: Sequence[Sequence[str]]
) -> npt.NDArray[np.bool_]:
    """Cells of groups that hold one whole breakdown and nothing else, all of it numbers: the usual case."""
    key = area * 10_000 + year
    groups, at = np.unique(key, return_inverse=True)
    full = np.array(
        [
            np.prod([len(w) - 1 for n, w in enumerate(ways) if s >> n & 1], dtype=np.int64)
            for s in range(1 << len(ways))
        ]
    )
    low, high = np.full(len(groups), 1 << 30), np.full(len(groups), -1)
    np.minimum.at(low, at, shape)
    np.maximum.at(high, at, shape)
    count = np.bincount(at, minlength=len(groups))
    numbers = np.bincount(at, weights=number, minlength=len(groups))
    fine = (low == high) & (count == full[np.clip(low, 0, len(full) - 1)]) & (numbers == count)
    result: npt.NDArray[np.bool_] = fine[at]
    return result


def chosen_counts(counts: VariableCounts, term: Term) -> Ints:
    """Positions of the counts that make up a term, of one pool in each area and year: the first that has all

    of it, as the figures are computed; where none has, the first that has any.
    """
    chosen = dict(term.where)
    fits = np.array(
        [
            all(cell[counts.dimensions.index(d)] in categories for d, categories in chosen.items())
            for cell in counts.cells
        ],
        dtype=np.bool_,
    )
    at = np.flatnonzero(fits[counts.cell])
    if not len(at) or not counts.pool.any():
        return at
    pool, pools = counts.pool[at], int(counts.pool.max()) + 1
    _, group = np.unique(counts.area[at] * 10_000 + counts.year[at], return_inverse=True)
    whole = (
        np.bincount(group * pools + pool)[group * pools + pool] == _expected(counts, chosen)[counts.cell[at]]
    )
    rank = np.where(whole, pool, pool + pools)
    first = np.full(int(group.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, group, rank)
    kept: Ints = at[rank == first[group]]
    return kept


def _expected(counts: VariableCounts, chosen: Mapping[str, Sequence[str]]) -> Ints:
    """For each cell how many of its shape make a term whole."""
    ways = [len({cell[n] for cell in counts.cells} - {TOTAL}) for n in range(len(counts.dimensions))]
    sizes = [len(chosen[d]) if d in chosen else way for d, way in zip(counts.dimensions, ways, strict=True)]
    return np.array(
        [
            np.prod([size for size, c in zip(sizes, cell, strict=True) if c != TOTAL], dtype=np.int64)
            for cell in counts.cells
        ],
        dtype=np.int64,
    )
