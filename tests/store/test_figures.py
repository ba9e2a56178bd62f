"""Computed figures."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from wohnplatz.model import FigureTable
from wohnplatz.store import ObjectStore, as_figures, query_figures, write_figures


def figures() -> FigureTable:
    """Two indicators, two areas, three years, plus two broken-down rows; one figure has no number."""
    rows = [(i, a, y, "") for i in ("quote", "alo") for a in ("0102", "0101") for y in (2023, 2021, 2022)]
    rows += [("einwohner", "0101", 2023, f"alter={age}") for age in ("3-5", "0-2")]
    indicator, area, year, breakdown = (np.array(column) for column in zip(*rows, strict=True))
    n = len(rows)
    value = np.arange(n, dtype=float)
    value[0] = np.nan
    state = np.where(np.isnan(value), 15, 0).astype(np.uint8)
    none, ones = np.full(n, np.nan), np.ones(n, dtype=np.int32)
    reason = np.where(state == 15, "protected", "")
    level = np.full(n, "wohnplatz")
    return FigureTable(
        indicator, level, area, year.astype(np.int32), breakdown, value, state, none, value, ones, ones, none,
        reason,
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path)


def test_figures_come_back_sorted_with_their_types_and_states(store: ObjectStore) -> None:
    table = query_figures(store, write_figures(store, figures()))
    assert len(table) == 12
    keys = list(zip(table.indicator.tolist(), table.year.tolist(), table.area.tolist(), strict=True))
    assert keys == sorted(keys)
    assert table.year.dtype == np.int32
    assert table.state.dtype == np.uint8
    assert table.area.dtype.kind == "U"
    without = table.where(table.state == 15)
    assert (without.indicator[0], without.area[0], without.year[0]) == ("quote", "0102", 2023)
    assert without.reason.tolist() == ["protected"]
    assert np.isnan(without.denominator[0])


def test_the_name_does_not_depend_on_the_order_of_the_rows(store: ObjectStore) -> None:
    table = figures()
    turned = FigureTable(*(getattr(table, name)[::-1] for name in FigureTable.COLUMNS))
    assert write_figures(store, table) == write_figures(store, turned)


def test_all_filters_hold_together(store: ObjectStore) -> None:
    sha = write_figures(store, figures())
    found = query_figures(
        store, sha, indicators=["quote"], levels={"wohnplatz"}, areas=("0101",), years=[2022, 2023]
    )
    assert found.year.tolist() == [2022, 2023]
    assert set(found.area) == {"0101"}


def test_an_empty_filter_finds_nothing(store: ObjectStore) -> None:
    sha = write_figures(store, figures())
    for name in ("indicators", "levels", "areas", "years"):
        assert len(query_figures(store, sha, **{name: []})) == 0, name


def test_broken_down_rows_come_only_where_they_are_asked_for(store: ObjectStore) -> None:
    sha = write_figures(store, figures())
    assert set(query_figures(store, sha).breakdown) == {""}
    rows = query_figures(store, sha, breakdown=True)
    assert rows.breakdown.tolist() == ["alter=0-2", "alter=3-5"]


def test_an_empty_table_is_a_table(store: ObjectStore) -> None:
    empty = figures().where(np.zeros(14, dtype=bool))
    assert len(query_figures(store, write_figures(store, empty))) == 0


def test_a_filter_value_is_never_read_as_sql(store: ObjectStore) -> None:
    sha = write_figures(store, figures())
    assert len(query_figures(store, sha, areas=["x') OR ('1'='1"])) == 0


def test_an_engine_result_becomes_figures(store: ObjectStore) -> None:
    table = figures()
    columns = {name: getattr(table, name) for name in FigureTable.COLUMNS}
    columns["year"] = columns["year"].astype(np.int64)
    assert as_figures(columns).year.dtype == np.int32


def test_threads_and_forked_processes_read_at_the_same_time(store: ObjectStore) -> None:
    sha = write_figures(store, figures())
    with ThreadPoolExecutor(4) as pool:
        lengths = pool.map(lambda year: len(query_figures(store, sha, years=[year])), [2021, 2022, 2023] * 20)
        assert set(lengths) == {4}
    child = os.fork()
    if child == 0:
        os._exit(0 if len(query_figures(store, sha)) == 12 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
