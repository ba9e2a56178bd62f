"""Named SQL steps and the engine that runs them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from wohnplatz.model import CellState, Observation
from wohnplatz.store import DuckDBEngine, Kind, ObjectStore, Step, StepError, write_observations


def test_steps_run_in_order_over_files_and_arrays(tmp_path: Path) -> None:
    store, day = ObjectStore(tmp_path), date(2025, 12, 31)
    shas = [
        write_observations(store, [Observation("einwohner", key, day, value)], [])
        for key, value in (("01", 10.0), ("02", 5.0), ("03", 1.0))
    ]
    shas.append(
        write_observations(store, [Observation("einwohner", "03", day, None, CellState.MISSING)], ["alter"])
    )
    parents = {"area": np.array(["01", "02", "03"]), "parent": np.array(["A", "A", "B"])}
    steps = [
        Step("known", "SELECT area, value, state, alter FROM cells", "alle Zellen", keep=True),
        Step(
            "sums",
            "SELECT p.parent, SUM(k.value) AS total, CAST(MAX(k.state) AS INTEGER) AS state, "
            "COUNT(alter) AS broken FROM known k "
            "JOIN parents p ON p.area = k.area GROUP BY p.parent ORDER BY p.parent",
            "Summe je Kommune",
        ),
    ]
    paths = [store.path(Kind.OBSERVATIONS, sha) for sha in shas]
    result = DuckDBEngine().run({"cells": paths, "parents": parents}, steps, "sums")
    assert result["parent"].tolist() == ["A", "B"]
    assert result["total"].tolist() == [15.0, 1.0]
    assert result["state"].tolist() == [0, 11]
    assert result["broken"].tolist() == [0, 1], "a column that a file lacks is NULL there"


def test_null_becomes_nan_in_numbers_and_none_in_text() -> None:
    steps = [
        Step("r", "SELECT CAST(NULL AS INTEGER) AS i, CAST(NULL AS VARCHAR) AS t, DATE '2025-01-02' AS d", "")
    ]
    result = DuckDBEngine().run({}, steps, "r")
    assert np.isnan(result["i"][0])
    assert result["t"][0] is None
    assert result["d"].tolist() == [date(2025, 1, 2)]


def test_a_source_may_be_the_result() -> None:
    result = DuckDBEngine().run({"t": {"x": np.array([1.5, np.nan])}}, [], "t")
    assert np.array_equal(result["x"], [1.5, np.nan], equal_nan=True)


@pytest.mark.parametrize("keep", [True, False])
def test_a_failing_step_is_named_with_its_sql(keep: bool) -> None:
    steps = [
        Step("good", "SELECT 1 AS x", ""),
        Step("bad", "SELECT unknown_column FROM good", "", keep=keep),
    ]
    with pytest.raises(StepError, match="unknown_column") as caught:
        DuckDBEngine().run({}, steps, "bad")
    assert caught.value.step == "bad"
    assert caught.value.sql == "SELECT unknown_column FROM good"
    assert "nichts gespeichert" in caught.value.why


def test_an_error_while_computing_is_a_step_error_too() -> None:
    steps = [Step("bad", "SELECT CAST(x AS INTEGER) AS n FROM t", "")]
    with pytest.raises(StepError, match="abc"):
        DuckDBEngine().run({"t": {"x": np.array(["abc"])}}, steps, "bad")


def test_a_step_cannot_have_a_name_that_is_sql() -> None:
    with pytest.raises(StepError, match="Name"):
        DuckDBEngine().run({}, [Step('x" AS SELECT 1; --', "SELECT 1", "")], "x")


@pytest.mark.parametrize("threads", [None, 1])
def test_runs_do_not_see_each_other(threads: int | None) -> None:
    engine = DuckDBEngine(threads)
    kept = [Step("only_once", "SELECT x FROM numbers", "", keep=True)]
    for number in (1, 2):
        found = engine.run({"numbers": {"x": np.array([number])}}, kept, "only_once")
        assert found["x"].tolist() == [number]
    for name in ("only_once", "numbers"):
        with pytest.raises(StepError, match="does not exist"):
            engine.run({}, [], name)


def test_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WOHNPLATZ_DUCKDB_THREADS", "1")
    monkeypatch.setenv("WOHNPLATZ_DUCKDB_MEMORY", "300MB")
    sql = "SELECT current_setting('threads') AS threads, current_setting('memory_limit') AS memory"
    result = DuckDBEngine().run({}, [Step("limits", sql, "")], "limits")
    assert result["threads"].tolist() == [1]
    assert result["memory"].tolist() == ["286.1 MiB"]
