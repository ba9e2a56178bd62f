"""Tables as Parquet: the same columns give the same bytes, and so the same name."""

from __future__ import annotations

from collections.abc import Sequence

from . import duck
from .objects import Kind, ObjectStore

ROW_GROUP = 122_880
"""Rows per row group of a Parquet file."""


def write_table(
    store: ObjectStore, kind: Kind, columns: duck.Columns, *, row_group: int = ROW_GROUP, order: str = ""
) -> str:
    """Store ``columns`` (name → array of length n) as Parquet and return the SHA-256.

    One thread and a fixed row group make the bytes a function of the columns (and of the DuckDB release).
    ``order`` is an SQL order; without it the rows keep theirs. StoreError for types Parquet cannot hold.
    """
    connection = duck.session()
    try:
        duck.register(connection, "source", columns)
        statement = "SELECT * FROM source" + (f" ORDER BY {order}" if order else "")  # noqa: S608
        return store.build(kind, lambda path: duck.export(connection, statement, path, row_group))
    finally:
        connection.close()


def read_table(
    store: ObjectStore, kind: Kind, sha: str, columns: Sequence[str] | None = None
) -> dict[str, duck.Array]:
    """Columns of a stored table as arrays of length n, in the order they were written.

    Text is ``np.str_``, days are ``datetime64[D]``, BLOBs object arrays of bytes, missing numbers NaN.
    StoreError where the table is absent or damaged.
    """
    names = "*" if columns is None else ", ".join(duck.quote(c) for c in columns)
    source = duck.parquet([store.path(kind, sha)])
    return duck.query(f"SELECT {names} FROM {source}")  # noqa: S608
