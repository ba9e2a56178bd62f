"""DuckDB in memory: settings, numpy arrays in, numpy arrays out. The only module that knows its types."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from .errors import StoreError

Array = npt.NDArray[Any]
Columns = Mapping[str, Array]

_TYPES = {
    "b": "BOOLEAN", "i1": "TINYINT", "i2": "SMALLINT", "i4": "INTEGER", "i8": "BIGINT",
    "u1": "UTINYINT", "u2": "USMALLINT", "u4": "UINTEGER", "u8": "UBIGINT", "f4": "FLOAT", "f8": "DOUBLE",
}  # fmt: skip
_local = threading.local()
_opening = threading.Lock()
_databases: dict[int, duckdb.DuckDBPyConnection] = {}


def connect(*, threads: int | None = None, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory database that never downloads an extension.

    ``WOHNPLATZ_DUCKDB_MEMORY`` (default ``2GB``) and ``WOHNPLATZ_DUCKDB_THREADS`` (default: all cores) set
    its limits; what does not fit into memory is spilled into the folder for temporary files.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory or os.environ.get("WOHNPLATZ_DUCKDB_MEMORY", "2GB"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": str(Path(tempfile.gettempdir()) / f"wohnplatz-duckdb-{os.getpid()}"),
    }
    count = threads or int(os.environ.get("WOHNPLATZ_DUCKDB_THREADS", "0"))
    if count:
        config["threads"] = count
    connection = duckdb.connect(":memory:", config=config)
    # Object columns are text here, whatever the first rows look like: no guessing of types.
    connection.execute("SET pandas_analyze_sample = 0")
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def reader() -> duckdb.DuckDBPyConnection:
    """This thread's warm connection for small reads.

    All threads of a process share one database, and with it what is known of the files' footers. It works
    with the calling thread alone: a query of some milliseconds gains nothing from more.
    """
    if getattr(_local, "pid", None) != os.getpid():  # a forked process must not use its parent's
        _local.connection, _local.pid = _shared(os.getpid()).cursor(), os.getpid()
    connection: duckdb.DuckDBPyConnection = _local.connection
    return connection


def session() -> duckdb.DuckDBPyConnection:
    """A connection of its own that works with one thread; views and tables made in it end when it is closed.

    It shares the process's database, and with it the limit of memory: starting a database takes longer than
    computing or writing most of what is asked of it.
    """
    return reader().cursor()


def _shared(pid: int) -> duckdb.DuckDBPyConnection:
    with _opening:
        if pid not in _databases:
            database = connect(threads=1)
            # Files never change, so what was read of their footers stays true.
            database.execute("SET parquet_metadata_cache = true")
            _databases[pid] = database
        return _databases[pid]


def quote(name: str) -> str:
    """An identifier in SQL quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(path: Path) -> str:
    """A path as SQL text."""
    return "'" + str(path).replace("'", "''") + "'"


def parquet(paths: Sequence[Path], *, by_name: bool = False, located: bool = False) -> str:
    """SQL table function over Parquet files.

    ``by_name`` unites files with different columns (NULL fills); ``located`` adds the columns ``filename``
    and ``file_row_number``.
    """
    options = ", union_by_name = true" if by_name else ""
    options += ", filename = true, file_row_number = true" if located else ""
    return f"read_parquet([{', '.join(literal(p) for p in paths)}]{options})"


def register(connection: duckdb.DuckDBPyConnection, name: str, columns: Columns) -> None:
    """Make ``columns`` (equal length n, at least one) a view ``name`` with the types of the arrays.

    Text, dates, BLOBs (object arrays of bytes), booleans and numbers are known; NaN and NaT become NULL.
    Raises StoreError for other types, for unequal lengths and for empty text cells (None).
    """
    lengths = {len(a) for a in columns.values()}
    if len(lengths) != 1:
        raise StoreError(
            "Die Spalten einer Tabelle sind verschieden lang oder fehlen ganz.",
            where=name,
            code="store.columns",
        )
    prepared = {column: _prepare(column, np.asarray(a)) for column, a in columns.items()}
    raw = f"{name}__arrays"
    connection.register(raw, {column: array for column, (array, _) in prepared.items()})
    casts = ", ".join(
        f"{sql.format(quote(column))} AS {quote(column)}" for column, (_, sql) in prepared.items()
    )
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {quote(name)} AS SELECT {casts} FROM {quote(raw)}")  # noqa: S608


def unregister(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Forget a registered table, so that its arrays can be freed."""
    connection.execute(f"DROP VIEW IF EXISTS {quote(name)}")
    with suppress(duckdb.Error):
        connection.unregister(f"{name}__arrays")


def _prepare(column: str, array: Array) -> tuple[Array, str]:
    """An array DuckDB can scan and the SQL that gives it its type."""
    if array.dtype.kind in "UO":
        cells = array.astype(object, copy=False)
        kinds = {type(cell) for cell in cells}
        if kinds <= {str, np.str_}:
            return cells, "CAST({0} AS VARCHAR)"
        if kinds == {bytes}:
            return np.array([cell.hex() for cell in cells], dtype=object), "unhex({0})"
    elif array.dtype.kind == "M":
        return array.astype("datetime64[s]"), "CAST({0} AS DATE)"
    else:
        code = "b" if array.dtype.kind == "b" else array.dtype.str[1:]
        if code in _TYPES:
            return np.ascontiguousarray(array), f"CAST({{0}} AS {_TYPES[code]})"
    raise StoreError(
        f"Die Spalte „{column}“ enthält Zellen, die nicht gespeichert werden können ({array.dtype}).",
        why="Text, Zahlen, Tage, Ja/Nein und Binärdaten sind möglich; leere Textzellen sind es nicht.",
        code="store.type",
    )


def query(sql: str, values: Sequence[str | int] = ()) -> dict[str, Array]:
    """Run one reading statement on this thread's connection. StoreError where a file is damaged."""
    connection = reader()
    try:
        connection.execute(sql, values)
        return fetch(connection)
    except duckdb.Error as error:
        raise StoreError(
            "Eine Datei der Ablage ist beschädigt oder hat eine andere Form als erwartet.",
            where=str(error).splitlines()[0],
            why="Die Werte darin lassen sich nicht lesen.",
            todo="Bitte die Ablage aus der Sicherung wiederherstellen.",
            code="store.damaged",
        ) from error


def export(connection: duckdb.DuckDBPyConnection, statement: str, path: Path, row_group: int) -> None:
    """Write the rows of ``statement`` to a Parquet file. OSError where the disk refuses."""
    form = f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {row_group})"
    try:
        connection.execute(f"COPY ({statement}) TO {literal(path)} {form}")
    except duckdb.IOException as error:
        full = "No space left" in str(error)
        raise OSError(errno.ENOSPC if full else errno.EIO, str(error).splitlines()[0]) from error


def fetch(connection: duckdb.DuckDBPyConnection) -> dict[str, Array]:
    """The result of the last statement as arrays.

    Text is ``np.str_`` (object with None where cells are NULL), days ``datetime64[D]``, BLOBs are bytes,
    whole numbers keep their width; numbers with NULL become floats with NaN.
    """
    types = {str(d[0]): str(d[1]) for d in connection.description or ()}
    raw = connection.fetchnumpy()
    return {name: _plain(raw[name], kind) for name, kind in types.items()}


def _plain(column: Any, kind: str) -> Array:
    mask = np.ma.getmaskarray(column)
    data: Array = np.asarray(np.ma.getdata(column))
    empty = bool(mask.any())
    if kind == "BLOB":
        return _objects([None if m else bytes(c) for c, m in zip(data, mask, strict=True)])
    if kind == "DATE":
        days = data.astype("datetime64[D]")
        days[mask] = np.datetime64("NaT")
        return days
    if data.dtype.kind == "O":
        if not empty:
            return data.astype(np.str_)
        return _objects([None if m else str(c) for c, m in zip(data, mask, strict=True)])
    if not empty:
        return data
    numbers = data.astype(np.float64)
    numbers[mask] = np.nan
    return numbers


def _objects(cells: list[Any]) -> Array:
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array
