"""Measures of an index from a table of finished figures: for trials of what is not in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from wohnplatz.model import Catalogue, FigureTable, IndexDefinition

from .index import INDEX_REASONS, Series, index_year
from .statements import NO_NUMBER, NOT_DELIVERED


def index_figures(
    index: IndexDefinition,
    catalogue: Catalogue,
    figures: FigureTable,
    areas: Sequence[str],
    years: Sequence[int],
) -> FigureTable:
    """The measures of ``index`` over ``areas`` (all of its level) in ``years``, from the rows of its inputs.

    The same rules as in a release: an input that has no row counts as not delivered. **Internal**.
    """
    place = {key: n for n, key in enumerate(areas)}
    series = _series(index, figures, place, years)
    parts = []
    for year in years:

        def find(code: str, year: int = year) -> Series:
            return series[code, year]

        measured = index_year(index, areas, year, find, catalogue)
        people = series[index.population, year].value
        parts += [_rows(code, index.level, areas, year, found, people) for code, found in measured.items()]
    return joined(parts)


def joined(tables: Sequence[FigureTable]) -> FigureTable:
    """Several figure tables as one."""
    return FigureTable(*(np.concatenate([getattr(t, name) for t in tables]) for name in FigureTable.COLUMNS))


def _series(
    index: IndexDefinition, figures: FigureTable, place: Mapping[str, int], years: Sequence[int]
) -> dict[tuple[str, int], Series]:
    codes = {index.population, *(part.indicator for part in (*index.status, *index.dynamics))}
    found = {
        (code, year): Series(np.full(len(place), np.nan), np.full(len(place), NOT_DELIVERED, dtype=np.int64))
        for code in codes
        for year in years
    }
    kept = (
        (figures.level == index.level) & (figures.breakdown == "") & np.isin(figures.indicator, list(codes))
    )
    rows = np.flatnonzero(kept)
    columns = (figures.indicator, figures.year, figures.area, figures.value, figures.state)
    for code, year, area, value, state in zip(*(column[rows].tolist() for column in columns), strict=True):
        if (code, year) in found and area in place:
            series, at = found[code, year], place[area]
            series.value[at], series.why[at] = value, state * 100
    return found


def _rows(  # noqa: PLR0913, PLR0917 -- everything a row needs
    code: str, level: str, areas: Sequence[str], year: int, found: Series, people: npt.NDArray[np.float64]
) -> FigureTable:
    n = len(areas)
    number = found.why < NO_NUMBER
    return FigureTable(
        indicator=np.full(n, code), level=np.full(n, level), area=np.array(areas, dtype=np.str_),
        year=np.full(n, year, dtype=np.int32), breakdown=np.full(n, ""), value=found.value,
        state=(found.why // 100).astype(np.uint8), numerator=np.full(n, np.nan), denominator=people,
        covered=number.astype(np.int32), expected=(found.why // 100 != 10).astype(np.int32),
        share=np.where(number, 1.0, np.nan),
        reason=np.array([INDEX_REASONS.get(int(w), "") for w in found.why], dtype=np.str_),
    )  # fmt: skip
