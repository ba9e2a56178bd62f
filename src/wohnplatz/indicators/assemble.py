"""From the rows of the engine to the figure table, with the index measures added."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from wohnplatz.model import Catalogue, FigureTable, Hierarchy, IndexDefinition

from .index import INDEX_REASONS, Series, index_year
from .statements import NO_NUMBER, NOT_DELIVERED, REASONS
from .terms import Columns, Figure, Plan

Whys = npt.NDArray[np.int64]
Places = npt.NDArray[np.int64]
Cell = TypeVar("Cell", bound=np.generic)
_TEXT, _YEAR = np.array([], dtype=np.str_), np.array([], dtype=np.int32)
_REAL, _WHOLE = np.array([], dtype=np.float64), np.array([], dtype=np.int64)
_REASONS = REASONS | INDEX_REASONS


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """All years of one figure on one level; every array has shape (years, areas)."""

    code: str
    breakdown: str
    level: int
    value: npt.NDArray[np.float64]
    numerator: npt.NDArray[np.float64]
    denominator: npt.NDArray[np.float64]
    why: Whys
    covered: Whys
    expected: Whys
    share: npt.NDArray[np.float64]


def assemble(
    catalogue: Catalogue, hierarchy: Hierarchy, plan: Plan, years: Sequence[int], rows: Columns
) -> FigureTable:
    """The figure table of ``years`` from ``rows`` (every figure × level × area × year from first to last)."""
    blocks = list(_blocks(hierarchy, plan, years, rows)) if rows else []
    known = {(b.code, b.level): b for b in blocks if not b.breakdown}
    for index in catalogue.indices.values():
        blocks.extend(_index_blocks(index, hierarchy, years, known, catalogue))
    shown = {(f.code, f.breakdown, level) for f in plan.figures for level in f.levels}
    measures = {m for index in catalogue.indices.values() for m in index.measures()}
    kept = [b for b in blocks if b.code in measures or (b.code, b.breakdown, b.level) in shown]
    return _table(kept, hierarchy, years)


def _blocks(hierarchy: Hierarchy, plan: Plan, years: Sequence[int], rows: Columns) -> Iterator[_Block]:
    """Cut the rows into blocks: each figure and level gets a cell for every area in every year."""
    position = {a.key: n for d in hierarchy.divisions for n, a in enumerate(d.areas)}
    sizes = [len(d.areas) for d in hierarchy.divisions]
    place = {year: n for n, year in enumerate(years)}
    listed = np.isin(rows["year"], years)
    order = np.flatnonzero(listed)[np.lexsort((rows["level"][listed], rows["figure"][listed]))]
    columns = {name: column[order] for name, column in rows.items()}
    area = np.fromiter((position[key] for key in columns["area"].tolist()), np.int64, len(order))
    year = np.fromiter((place[y] for y in columns["year"].tolist()), np.int64, len(order))
    key = columns["figure"].astype(np.int64) * len(sizes) + columns["level"]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    for part in np.split(np.arange(len(order)), starts[1:]) if len(order) else ():
        figure, level = plan.figures[int(columns["figure"][part[0]])], int(columns["level"][part[0]])
        yield _block(figure, level, (len(years), sizes[level]), (year[part], area[part]), columns, part)


def _block(  # noqa: PLR0913, PLR0917 -- the parts of a block
    figure: Figure,
    level: int,
    shape: tuple[int, int],
    at: tuple[Places, Places],
    columns: Columns,
    part: Places,
) -> _Block:
    def laid(name: str) -> npt.NDArray[np.float64]:
        cells = np.full(shape, np.nan)
        cells[at] = columns[name][part]
        return cells

    def counted(name: str, otherwise: int) -> Whys:
        cells = np.full(shape, otherwise, dtype=np.int64)
        cells[at] = columns[name][part]
        return cells

    # An area without any area below it has no row: nothing was delivered for it.
    value, why = laid("value"), counted("why", NOT_DELIVERED)
    # A number that left the range of floating point is none.
    why = np.where((why < NO_NUMBER) & ~np.isfinite(value), NO_NUMBER, why)
    number = why < NO_NUMBER
    value, above, below = (
        np.where(number, x, np.nan) for x in (value, laid("numerator"), laid("denominator"))
    )
    return _Block(
        figure.code, figure.breakdown, level, value, above, below, why,
        counted("covered", 0), counted("expected", 0), laid("share"),
    )  # fmt: skip


def _index_blocks(
    index: IndexDefinition,
    hierarchy: Hierarchy,
    years: Sequence[int],
    known: Mapping[tuple[str, int], _Block],
    catalogue: Catalogue,
) -> Iterator[_Block]:
    """The measures of an index; none where the hierarchy lacks its level or one of its indicators."""
    if index.level not in hierarchy.levels:
        return
    level = hierarchy.levels.index(index.level)
    codes = {index.population, *(p.indicator for p in (*index.status, *index.dynamics))}
    found = {code: known.get((code, level)) for code in codes}
    series = {code: block for code, block in found.items() if block is not None}
    if len(series) < len(codes):
        return
    areas = list(hierarchy.areas(index.level))

    def of_year(n: int) -> Callable[[str], Series]:
        return lambda code: Series(series[code].value[n], series[code].why[n])

    by_year = [index_year(index, areas, year, of_year(n), catalogue) for n, year in enumerate(years)]
    people = series[index.population].value
    for measure in index.measures():
        value = np.array([measured[measure].value for measured in by_year])
        why = np.array([measured[measure].why for measured in by_year])
        covered = (why < NO_NUMBER).astype(np.int64)
        expected = (why // 100 != 10).astype(np.int64)
        share = np.where(expected == 1, covered.astype(np.float64), np.nan)
        yield _Block(
            measure, "", level, value, np.full_like(value, np.nan), people, why, covered, expected, share
        )


def _table(blocks: Sequence[_Block], hierarchy: Hierarchy, years: Sequence[int]) -> FigureTable:
    keys = [np.array([a.key for a in d.areas], dtype=np.str_) for d in hierarchy.divisions]
    span = np.array(years, dtype=np.int32)
    sizes = [b.value.size for b in blocks]
    why = _joined([b.why for b in blocks], _WHOLE)

    def named(words: Sequence[str]) -> npt.NDArray[np.str_]:
        return np.repeat(np.array(words, dtype=np.str_), sizes)

    distinct, inverse = np.unique(why, return_inverse=True)
    words = [_REASONS.get(int(w), "") for w in distinct]
    return FigureTable(
        indicator=named([b.code for b in blocks]),
        level=named([hierarchy.levels[b.level] for b in blocks]),
        area=_joined([np.tile(keys[b.level], len(years)) for b in blocks], _TEXT),
        year=_joined([np.repeat(span, len(keys[b.level])) for b in blocks], _YEAR),
        breakdown=named([b.breakdown for b in blocks]),
        value=_joined([b.value for b in blocks], _REAL),
        state=(why // 100).astype(np.uint8),
        numerator=_joined([b.numerator for b in blocks], _REAL),
        denominator=_joined([b.denominator for b in blocks], _REAL),
        covered=_joined([b.covered for b in blocks], _WHOLE).astype(np.int32),
        expected=_joined([b.expected for b in blocks], _WHOLE).astype(np.int32),
        share=_joined([b.share for b in blocks], _REAL),
        reason=np.array(words, dtype=np.str_)[inverse] if words else np.array([], dtype=np.str_),
    )


def _joined(arrays: Sequence[npt.NDArray[Cell]], empty: npt.NDArray[Cell]) -> npt.NDArray[Cell]:
    return np.concatenate([empty, *(a.ravel() for a in arrays)])
