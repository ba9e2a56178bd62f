"""Figures that were carried over to today's areas: arithmetic over those of the former areas.

Weights of a crosswalk are published. Whoever sees the figures of all parts can do the conversion, so the
converted figure is shown exactly where they all are.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from wohnplatz.areas import load_crosswalk
from wohnplatz.indicators.former import FormerTree
from wohnplatz.model import FigureTable, Hierarchy
from wohnplatz.store import FormerDivisions, ObjectStore

Bools = npt.NDArray[np.bool_]
Key = tuple[str, str, int, str]


def open_converted(  # noqa: PLR0913, PLR0917 -- two tables with their areas and the way between them
    now: FigureTable,
    opened: Bools,
    today: Hierarchy,
    then: FigureTable,
    then_open: Bools,
    then_altered: Bools,
    areas: Hierarchy,
    former: FormerDivisions,
    store: ObjectStore,
) -> Bools:
    """``opened`` (n,) with the rows of the former years judged by the former rows they were made of.

    Rows over altered ones (``then_altered``) stay closed: they were computed from the counts as delivered,
    and beside the same counts rounded they would say what was rounded.
    """
    years = tuple(sorted(set(then.year.tolist())))
    rows = np.flatnonzero(np.isin(now.year, years))
    result = opened.copy()
    result[rows] = False
    if not former.crosswalk:
        return result
    way = load_crosswalk(store, former.crosswalk)
    parts: dict[str, list[str]] = {}
    for source, target in zip(way.from_key, way.to_key, strict=True):
        parts.setdefault(target, []).append(source)
    kept = FormerTree(areas, way, years).keeps_parents(today)
    told = then_open & ~then_altered
    seen = {key for key, is_told in zip(_keys(then), told.tolist(), strict=True) if is_told}
    keys = _keys(now)
    for n in rows.tolist():
        code, area, year, breakdown = keys[n]
        sources = parts.get(area, []) if now.level[n] == today.levels[0] else [area] if kept else []
        result[n] = bool(sources) and all((code, s, year, breakdown) in seen for s in sources)
    return result


def _keys(table: FigureTable) -> list[Key]:
    columns = (table.indicator, table.area, table.year, table.breakdown)
    return list(zip(*(column.tolist() for column in columns), strict=True))
