"""Rows of some areas out of several files, and the rest as one file."""

from __future__ import annotations

from datetime import date

import pytest

from wohnplatz.model import CellState, Observation
from wohnplatz.store import (
    BesideStore,
    Kind,
    ObjectStore,
    StoreError,
    observations_in,
    read_observations,
    write_observations,
    write_without,
)

DAY = date(2020, 12, 31)


def cell(area: str, value: float, **breakdown: str) -> Observation:
    return Observation("einwohner", area, DAY, value, CellState.VALUE, breakdown or None)


@pytest.fixture
def files(tmp_path):
    store = ObjectStore(tmp_path / "store")
    one = write_observations(store, [cell("01", 1), cell("02", 2)], [])
    two = write_observations(store, [cell("03", 3, geschlecht="w"), cell("01", 4)], ["geschlecht"])
    return store, [store.path(Kind.OBSERVATIONS, sha) for sha in (one, two)]


def test_rows_of_some_areas_come_in_the_order_of_files_and_rows(files):
    _, paths = files
    found = list(observations_in(paths, {"01", "03"}))
    assert [(o.area, o.value) for o in found] == [("01", 1.0), ("03", 3.0), ("01", 4.0)]
    assert [dict(o.breakdown or {}) for o in found] == [{}, {"geschlecht": "w"}, {}]
    assert len(observations_in(paths, {"99"})) == 0
    assert len(observations_in(paths, set())) == 0


def test_the_rest_is_one_file_and_two_writings_are_the_same(files, tmp_path):
    _, paths = files
    other = ObjectStore(tmp_path / "other")
    sha = write_without(other, paths, {"01"})
    assert sha == write_without(ObjectStore(tmp_path / "third"), paths, {"01"})
    rest = observations_in([other.path(Kind.OBSERVATIONS, sha)], {"01", "02", "03"})
    assert [(o.area, o.value) for o in rest] == [("02", 2.0), ("03", 3.0)]


def test_a_store_beside_reads_both_and_writes_only_its_own(files, tmp_path):
    store, paths = files
    beside = BesideStore(tmp_path / "beside", store)
    assert len(read_observations(beside, paths[0].name)) == 2
    own = write_observations(beside, [cell("09", 9)], [])
    assert beside.path(Kind.OBSERVATIONS, own).is_file()
    with pytest.raises(StoreError):
        store.path(Kind.OBSERVATIONS, own)
    with pytest.raises(StoreError):
        beside.path(Kind.OBSERVATIONS, "0" * 64)
