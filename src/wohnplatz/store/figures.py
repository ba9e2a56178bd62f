"""Computed figures: written once per release, read in small pieces by pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from wohnplatz.model import FigureTable

from . import duck
from .objects import Kind, ObjectStore
from .tables import write_table

_TYPES = {
    "indicator": "U", "level": "U", "area": "U", "year": "i4", "breakdown": "U", "value": "f8", "state": "u1",
    "numerator": "f8", "denominator": "f8", "covered": "i4", "expected": "i4", "share": "f8", "reason": "U",
    "error": "f8",
}  # fmt: skip
KEYS = ("indicator", "level", "area", "year", "breakdown")
"""What names a row of a figure table."""
_ORDER = "breakdown <> '', indicator, level, year, area, breakdown"
_ROW_GROUP = 16_384  # small groups: a page reads the few that hold its indicator and skips the rest


def write_figures(store: ObjectStore, table: FigureTable) -> str:
    """Store figures and return the SHA-256, which does not depend on the order of the rows."""
    columns = {name: getattr(table, name).astype(kind) for name, kind in _TYPES.items()}
    if not np.isfinite(table.error).any():
        del columns["error"]  # most districts: nothing was converted, and older releases have no such column
    return write_table(store, Kind.RESULT, columns, row_group=_ROW_GROUP, order=_ORDER)


def query_figures(  # noqa: PLR0913 -- one filter per column
    store: ObjectStore,
    sha: str,
    *,
    indicators: Collection[str] | None = None,
    levels: Collection[str] | None = None,
    areas: Collection[str] | None = None,
    years: Collection[int] | None = None,
    breakdown: bool = False,
) -> FigureTable:
    """Figures that fit all filters (None: no filter; empty: nothing fits), in the stored order.

    ``breakdown`` False gives the figures without breakdown, True only the broken-down ones. The order is by
    indicator, level, year, area. StoreError where the table is absent.
    """
    conditions, values = _conditions(indicators, levels, areas, years, breakdown)
    source = duck.parquet([store.path(Kind.RESULT, sha)])
    kept = duck.query(f"SELECT * FROM {source} LIMIT 0")  # noqa: S608
    names = ", ".join(
        name if name in kept else f"cast(NULL AS double) AS {name}" for name in FigureTable.COLUMNS
    )
    found = duck.query(f"SELECT {names} FROM {source} WHERE {conditions}", values)  # noqa: S608
    return as_figures(found)


def _conditions(
    indicators: Collection[str] | None,
    levels: Collection[str] | None,
    areas: Collection[str] | None,
    years: Collection[int] | None,
    breakdown: bool,
) -> tuple[str, list[str | int]]:
    conditions = ["breakdown <> ''" if breakdown else "breakdown = ''"]
    values: list[str | int] = []
    for column, wanted in (("indicator", indicators), ("level", levels), ("area", areas), ("year", years)):
        if wanted is not None:
            conditions.append(f"{column} IN ({', '.join('?' * len(wanted))})" if wanted else "false")
            values.extend(wanted)
    return " AND ".join(conditions), values


def write_beside(store: ObjectStore, table: FigureTable, columns: Mapping[str, duck.Array]) -> str:
    """Store ``columns`` (each of the table's length) for the rows of a figure table, in its stored order."""
    keys = {name: getattr(table, name).astype(_TYPES[name]) for name in KEYS}
    return write_table(store, Kind.RESULT, {**keys, **columns}, row_group=_ROW_GROUP, order=_ORDER)


def query_beside(  # noqa: PLR0913 -- one filter per column
    store: ObjectStore,
    sha: str,
    *,
    indicators: Collection[str] | None = None,
    levels: Collection[str] | None = None,
    areas: Collection[str] | None = None,
    years: Collection[int] | None = None,
    breakdown: bool = False,
) -> dict[str, duck.Array]:
    """What ``write_beside`` stored for the rows that ``query_figures`` gives, in their order."""
    conditions, values = _conditions(indicators, levels, areas, years, breakdown)
    source = duck.parquet([store.path(Kind.RESULT, sha)])
    return duck.query(f"SELECT * FROM {source} WHERE {conditions}", values)  # noqa: S608


def as_figures(columns: duck.Columns) -> FigureTable:
    """Arrays of an engine's result as a table with its types; ``error`` may be absent."""
    return FigureTable(
        **{name: columns[name].astype(kind) for name, kind in _TYPES.items() if name in columns}
    )
