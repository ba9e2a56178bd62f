"""Tables as Parquet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from wohnplatz.store import Kind, ObjectStore, StoreError, read_table, write_table

COLUMNS = {
    "key": np.array(["05378004", "0010", ""]),
    "label": np.array(["Bergisch Gladbach", "Mitte’s „Süd“; NULL", "Ö"], dtype=object),
    "day": np.array(["2016-12-31", "1899-01-01", "NaT"], dtype="datetime64[D]"),
    "value": np.array([0.1, np.nan, -0.0]),
    "state": np.array([0, 15, 255], dtype=np.uint8),
    "year": np.array([2016, -5, 9999], dtype=np.int32),
    "flag": np.array([True, False, True]),
    "shape": np.array([b"\x00'\xff", b"", b"abc"], dtype=object),
}


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path)


def test_columns_come_back_as_they_were_with_their_types(store: ObjectStore) -> None:
    sha = write_table(store, Kind.RESULT, COLUMNS)
    table = read_table(store, Kind.RESULT, sha)
    assert list(table) == list(COLUMNS)
    for name, column in COLUMNS.items():
        assert np.array_equal(table[name], column, equal_nan=column.dtype.kind in "fM"), name
    assert {n: table[n].dtype.kind for n in table} == dict(zip(COLUMNS, "UUMfuibO", strict=True))
    assert table["key"][0] == "05378004"


def test_only_the_columns_asked_for_are_read(store: ObjectStore) -> None:
    sha = write_table(store, Kind.RESULT, COLUMNS)
    assert list(read_table(store, Kind.RESULT, sha, ["year", "key"])) == ["year", "key"]


def test_the_same_columns_give_the_same_name_in_another_process(store: ObjectStore, tmp_path: Path) -> None:
    script = (
        "import sys, numpy as np; from pathlib import Path; from wohnplatz.store import *\n"
        "n = 300_000; i = np.arange(n)\n"
        "columns = {'area': np.array([f'{k % 97:08d}' for k in i]), 'value': np.sqrt(i), 'row': i}\n"
        "print(write_table(ObjectStore(Path(sys.argv[1])), Kind.RESULT, columns))\n"
    )
    names = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "WOHNPLATZ_DUCKDB_THREADS": seed}
        command = [sys.executable, "-c", script, str(tmp_path / seed)]
        names.add(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    assert len(names) == 1


def test_a_table_without_rows_keeps_its_columns(store: ObjectStore) -> None:
    empty = {"key": np.array([], dtype=str), "value": np.array([], dtype=float)}
    table = read_table(store, Kind.RESULT, write_table(store, Kind.RESULT, empty))
    assert {n: (len(a), a.dtype.kind) for n, a in table.items()} == {"key": (0, "U"), "value": (0, "f")}


def test_a_file_that_is_no_table_is_told_and_the_next_read_works(store: ObjectStore) -> None:
    damaged, sound = store.put(Kind.RESULT, b"not Parquet"), write_table(store, Kind.RESULT, COLUMNS)
    with pytest.raises(StoreError, match="beschädigt"):
        read_table(store, Kind.RESULT, damaged)
    with pytest.raises(StoreError, match="beschädigt"):
        read_table(store, Kind.RESULT, sound, ["unknown"])
    assert len(read_table(store, Kind.RESULT, sound)["key"]) == 3


def test_a_disk_that_refuses_is_told_and_leaves_nothing(store: ObjectStore) -> None:
    script = (
        "import resource, signal, sys, numpy as np; from pathlib import Path; from wohnplatz.store import *\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "store = ObjectStore(Path(sys.argv[1]))\n"
        "try:\n"
        "    write_table(store, Kind.RESULT, {'x': np.random.default_rng(1).random(100_000)})\n"
        "except StoreError as error:\n"
        "    print(error.code, len(store.orphans()), len(list(store.hashes(Kind.RESULT))))\n"
    )
    command = [sys.executable, "-c", script, str(store.root)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert told.split() == ["store.write", "0", "0"]


@pytest.mark.parametrize(
    "columns",
    [
        {"key": np.array(["a", None], dtype=object)},
        {"key": np.array(["a", 1], dtype=object)},
        {"key": np.array(["a", b"b"], dtype=object)},
        {"key": np.array([1j])},
        {"a": np.array([1]), "b": np.array([1, 2])},
        {},
    ],
    ids=["empty cell", "number in text", "bytes in text", "complex", "lengths", "no columns"],
)
def test_what_does_not_fit_into_a_table_is_refused(
    store: ObjectStore, columns: dict[str, np.ndarray]
) -> None:
    with pytest.raises(StoreError):
        write_table(store, Kind.RESULT, columns)
    assert list(store.hashes(Kind.RESULT)) == []
