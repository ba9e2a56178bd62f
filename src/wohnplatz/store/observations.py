"""Observations as Parquet: one column per dimension, one row per cell of the partner's file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import repeat
from pathlib import Path

import numpy as np

from wohnplatz.model import TOTAL, CellState, Coded, Observation, ObservationTable, stacked

from . import duck
from .errors import StoreError
from .objects import Kind, ObjectStore
from .tables import ROW_GROUP, write_table

_BEFORE = ("variable", "area", "reference_date")
_PIECE = 491_520
"""Rows read at once: text takes much room until it is encoded."""
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
    table = observations if isinstance(observations, ObservationTable) else ObservationTable.of(observations)
    _check_dimensions(table, dimensions)
    columns: dict[str, duck.Array] = {
        "variable": table.variable.array(),
        "area": table.area.array(),
        "reference_date": table.days,
        **{d: table.category(d).array() for d in dimensions},
        "value": table.value,
        "state": table.state,
        "sheet": table.sheet.array(),
        "row": table.row,
        "column": table.column.array(),
    }
    return write_table(store, Kind.OBSERVATIONS, columns)


def _check_dimensions(table: ObservationTable, dimensions: Sequence[str]) -> None:
    taken = set(dimensions) & {*_BEFORE, *_AFTER}
    unknown = {name for name, column in table.categories.items() if _is_used(column)} - set(dimensions)
    if taken or unknown:
        names = ", ".join(sorted(taken or unknown))
        raise StoreError(
            f"Die Gliederungsmerkmale passen nicht zur Ablage: {names}.",
            why="Diese Namen gehören anderen Spalten." if taken else "Der Katalog kennt sie nicht.",
            todo="Bitte den Katalog der Gliederungsmerkmale prüfen.",
            code="store.dimensions",
        )


def _is_used(column: Coded) -> bool:
    """Whether any row is broken down by the column's dimension."""
    parts = [n for n, value in enumerate(column.values) if value != TOTAL]
    return bool(np.isin(column.codes, parts).any())


def read_observations(store: ObjectStore, sha: str) -> ObservationTable:
    """Stored observations in their order; a dimension's total is left out of ``breakdown``."""
    source = duck.parquet([store.path(Kind.OBSERVATIONS, sha)], located=True)
    rows = int(duck.query(f"SELECT count(*) AS n FROM {source}")["n"][0])  # noqa: S608
    pieces = []
    for first in range(0, max(rows, 1), _PIECE):
        last = first + _PIECE
        statement = f"SELECT * FROM {source} WHERE file_row_number >= {first} AND file_row_number < {last}"  # noqa: S608
        piece = duck.query(statement)
        order = np.argsort(piece.pop("file_row_number"), kind="stable")
        piece.pop("filename")
        pieces.append(_in_columns({name: column[order] for name, column in piece.items()}))
    return stacked(pieces)


def observations_in(paths: Sequence[Path], areas: Collection[str]) -> ObservationTable:
    """The rows of some areas from several files, in the order of ``paths``, then of the file."""
    source = duck.parquet(paths, by_name=True, located=True)
    table = duck.query(f"SELECT * FROM {source} WHERE {_among(areas)}", sorted(areas))  # noqa: S608
    rank = {str(path): n for n, path in enumerate(paths)}
    files = np.array([rank[name] for name in table.pop("filename").tolist()], dtype=np.int64)
    order = np.lexsort((table.pop("file_row_number"), files))
    columns = {name: column[order] for name, column in table.items()}
    for name in set(columns) - {*_BEFORE, *_AFTER}:  # a dimension that a file lacks
        columns[name] = np.array([TOTAL if c is None else c for c in columns[name].tolist()], dtype=np.str_)
    return _in_columns(columns)


def write_without(store: ObjectStore, paths: Sequence[Path], areas: Collection[str]) -> str:
    """Store the rows of several files without those of some areas as one file; its SHA-256.

    A dimension that a file lacks is NULL there, as where files are united by name.
    """
    source = duck.parquet(paths, by_name=True)
    names = ", ".join("'" + key.replace("'", "''") + "'" for key in sorted(areas))
    connection = duck.session()
    try:
        statement = f"SELECT * FROM {source} WHERE area NOT IN ({names or 'NULL'})"  # noqa: S608
        return store.build(
            Kind.OBSERVATIONS, lambda path: duck.export(connection, statement, path, ROW_GROUP)
        )
    finally:
        connection.close()


def _among(areas: Collection[str]) -> str:
    return f"area IN ({', '.join('?' * len(areas))})" if areas else "FALSE"


def _in_columns(table: duck.Columns) -> ObservationTable:
    dimensions = [name for name in table if name not in {*_BEFORE, *_AFTER}]
    return ObservationTable(
        variable=_coded(table["variable"]),
        area=_coded(table["area"]),
        days=table["reference_date"].astype("datetime64[D]"),
        categories={name: _coded(table[name]) for name in dimensions},
        value=table["value"].astype(np.float64),
        state=table["state"].astype(np.uint8),
        sheet=_coded(table["sheet"]),
        row=table["row"].astype(np.int32),
        column=_coded(table["column"]),
    )


def _coded(cells: duck.Array) -> Coded:
    values, codes = np.unique(cells, return_inverse=True)
    return Coded(tuple(str(value) for value in values.tolist()), codes.astype(np.int32))


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
