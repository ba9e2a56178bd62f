"""Real processes: killed at any moment, and two that decide at once. Runs on the database of the test run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

DRIVER = Path(__file__).with_name("processes.py")


@contextmanager
def database(template: str = "") -> Iterator[str]:
    """A database of this test run's server, copied from another one if told; empty for SQLite.

    There it is a file in the data folder.
    """
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield ""
        return
    import psycopg

    name = f"wohnplatz_{uuid.uuid4().hex[:12]}"
    copied = f" TEMPLATE {template.rpartition('/')[2]}" if template else ""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}{copied}")
        yield url.rpartition("/")[0] + f"/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def drive_in(home: Path, database_url: str, *arguments: object) -> dict:
    """Run the driver with a data folder and a database of its own; what it printed."""
    environment = {
        **os.environ, "WOHNPLATZ_HOME": str(home), "DATABASE_URL": database_url,
        "WOHNPLATZ_MODE": "demo", "WOHNPLATZ_CATALOGUE": str(DRIVER.parent / "catalogue"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(DRIVER), *map(str, arguments)],
        env=environment, capture_output=True, text=True, check=False, timeout=1200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def beginning(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """Data folder and database of the tiny district, to be copied."""
    home = tmp_path_factory.mktemp("anfang")
    with database() as url:
        drive_in(home, url, "begin")
        yield home, url


@pytest.fixture
def drive(beginning, tmp_path):
    """``drive(kind, trials)``: what the driver printed, on its own copy of the tiny district."""
    home, url = beginning
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    with database(url) as own:
        yield partial(drive_in, tmp_path, own)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_process_killed_while_accepting_or_releasing_leaves_all_or_nothing(drive, seed):
    result = drive("crash", 20, seed)
    assert result["broken"] == []
    assert result["seen"]["nothing"] >= 1, "killed at once, nothing is done"
    assert result["seen"]["released"] >= 1, "left alone, all is done"


def test_of_two_processes_that_decide_at_once_one_wins_and_the_other_is_told(drive):
    result = drive("race", 12)
    assert result["outcomes"] == [[0, 10]] * 12
    assert result["broken"] == []


def test_of_two_processes_that_keep_a_formula_at_once_one_wins_and_a_third_sees_each_version(drive):
    trials = 6
    result = drive("formulas", trials)
    assert result["outcomes"] == [[0, 10]] * trials
    assert [s.partition(":")[0] for s in result["seen"]] == [str(n) for n in range(1, trials + 2)]
    assert {s.split(":")[1].split()[0] for s in result["seen"][1:]} == {str(n) for n in range(trials)}
    assert result["broken"] == []


def test_own_areas_asked_for_at_once_are_entered_one_after_the_other_and_once(drive):
    result = drive("questions", 2)
    assert result["codes"] == [[0, 0, 0, 0]] * 2
    assert result["asked"] == 6, "the same question is kept once"
    assert result["entries"] == result["answered"]
    assert result["told"] >= result["answered"] > 0
    assert result["broken"] == []


@pytest.mark.parametrize("keyed", [0, 1], ids=["as counted", "by cell key"])
def test_of_two_questions_asked_at_once_of_which_one_may_be_answered_one_is(drive, keyed):
    result = drive("contest", keyed)
    assert result["codes"] == [[0] * 4] * 3
    assert [sorted(pair) for pair in result["answered"]] == [[False, True]] * 3
    assert result["entries"] == result["told"] == 3 + keyed
    if not keyed:  # what one view was told is known to whoever hears the other
        assert len({tuple(pair) for pair in result["answered"]}) == 1


def test_of_three_processes_that_write_one_text_at_once_one_wins_and_no_block_is_lost(drive):
    trials = 6
    result = drive("writers", trials)
    assert result["outcomes"] == [[[0, 10, 10], [0, 0, 0]]] * trials
    assert [t.partition(" ")[0] for t in result["texts"]] == ["", *map(str, range(trials))]
    assert result["places"] == list(range(1 + 3 * trials))


def test_twenty_partners_hand_in_at_once_while_a_planner_accepts_and_nothing_is_lost(drive):
    result = drive("crowd", 20)
    assert result["codes"] == [0] * 21
    assert result["states"] == ["accepted"] * 20
    assert result["broken"] == []


def test_a_worker_reads_a_large_file_and_ends_with_the_process_that_started_it(drive):
    result = drive("job", 1)
    assert (result["before"], result["after"]) == ("reading", "checked")
    assert result["outlived"] is False
    assert result["broken"] == []


def test_processes_that_open_rounds_at_once_open_each_round_once_also_while_an_agreement_is_renewed(drive):
    years = 5
    result = drive("opening", years)
    assert result["codes"] == [0] * 4 * years
    owed = [tuple(row) for row in result["owed"]]
    assert sorted(set(owed)) == owed
    for of in (("ahausen", "bevoelkerung"), ("behausen", "bevoelkerung"), ("jobcenter", "arbeit")):
        assert {(*of, year) for year in range(2023, 2026 + years)} <= set(owed)
