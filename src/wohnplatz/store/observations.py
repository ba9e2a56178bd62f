"""Observations as Parquet: one column per dimension, one row per cell of the partner's file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import repeat
from pathlib import Path

import numpy as np

from wohnplatz.model import TOTAL, CellState, Observation

from . import duck
from .errors import StoreError
from .objects import Kind, ObjectStore
from .tables import read_table, write_table

_BEFORE = ("variable", "area", "reference_date")
_AFTER = ("value", "state", "sheet", "row", "column")


def write_observations(
    store: ObjectStore, observations: Sequence[Observation], dimensions: Sequence[str]
) -> str:
    """Store observations in their order and return the SHA-256.

    Columns: ``variable``, ``area``, ``reference_date`` (DATE), one text column per code of ``dimensions``
    (``T`` = total), ``value`` (NULL exactly where the state has no number), ``state`` (UTINYINT), and the
    place in the partner's file: ``sheet``, ``row``, ``column``. StoreError where an observation is broken
    down by a dimension that is not named, or a dimension has the name of another column.
    """
    _check_dimensions(observations, dimensions)

    def text(cells: list[str]) -> duck.Array:
        return np.array(cells, dtype=object)

    numbers = [np.nan if o.value is None else o.value for o in observations]
    columns: dict[str, duck.Array] = {
        "variable": text([o.variable for o in observations]),
        "area": text([o.area for o in observations]),
        "reference_date": np.array([o.reference_date for o in observations], dtype="datetime64[D]"),
        **{d: text([o.category(d) for o in observations]) for d in dimensions},
        "value": np.array(numbers, dtype=np.float64),
        "state": np.array([int(o.state) for o in observations], dtype=np.uint8),
        "sheet": text([o.sheet for o in observations]),
        "row": np.array([o.row for o in observations], dtype=np.int32),
        "column": text([o.column for o in observations]),
    }
    return write_table(store, Kind.OBSERVATIONS, columns)


def _check_dimensions(observations: Sequence[Observation], dimensions: Sequence[str]) -> None:
    taken = set(dimensions) & {*_BEFORE, *_AFTER}
    unknown = {name for o in observations for name in (o.breakdown or {})} - set(dimensions)
    if taken or unknown:
        names = ", ".join(sorted(taken or unknown))
        raise StoreError(
            f"Die Gliederungsmerkmale passen nicht zur Ablage: {names}.",
            why="Diese Namen gehören anderen Spalten." if taken else "Der Katalog kennt sie nicht.",
            todo="Bitte den Katalog der Gliederungsmerkmale prüfen.",
            code="store.dimensions",
        )


def read_observations(store: ObjectStore, sha: str) -> list[Observation]:
    """Stored observations in their order; a dimension's total is left out of ``breakdown``."""
    return list(_observations(read_table(store, Kind.OBSERVATIONS, sha)))


def select_observations(
    paths: Sequence[Path],
    *,
    variables: Collection[str],
    areas: Collection[str],
    years: Collection[int],
) -> list[tuple[str, Observation]]:
    """Observations of several files that fit all filters (none empty), each with its file's SHA-256.

    In the order of ``paths``, then of the file. ``years`` are years of the reference date.
    """
    filters: dict[str, Collection[str] | Collection[int]] = {
        "variable": variables,
        "area": areas,
        "year(reference_date)": years,
    }
    conditions = " AND ".join(f"{name} IN ({', '.join('?' * len(v))})" for name, v in filters.items())
    values: list[str | int] = [value for wanted in filters.values() for value in wanted]
    source = duck.parquet(paths, by_name=True, located=True)
    table = duck.query(f"SELECT * FROM {source} WHERE {conditions}", values)  # noqa: S608
    shas = [Path(name).name for name in table.pop("filename").tolist()]
    places = table.pop("file_row_number").tolist()
    rank = {path.name: i for i, path in enumerate(paths)}
    found = list(zip(shas, _observations(table), strict=True))
    order = sorted(range(len(found)), key=lambda i: (rank[shas[i]], places[i]))
    return [found[i] for i in order]


def _observations(table: duck.Columns) -> Iterator[Observation]:
    dimensions = [name for name in table if name not in {*_BEFORE, *_AFTER}]
    rows = zip(*(table[name].tolist() for name in (*_BEFORE, *_AFTER)), strict=True)
    breakdowns = (
        zip(*(table[name].tolist() for name in dimensions), strict=True) if dimensions else repeat(())
    )
    for (variable, area, day, value, code, sheet, row, column), categories in zip(
        rows, breakdowns, strict=False
    ):
        state = CellState(code)
        breakdown = {d: c for d, c in zip(dimensions, categories, strict=True) if c not in (TOTAL, None)}
        number = value if state.has_number else None
        yield Observation(variable, area, day, number, state, breakdown or None, sheet, row, column)
