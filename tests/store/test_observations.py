"""Observations as Parquet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.model import CellState, Observation, ObservationTable
from wohnplatz.store import Kind, ObjectStore, StoreError, read_observations, read_table, write_observations
from wohnplatz.store import observations as stored

DIMENSIONS = ("geschlecht", "alter")
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def observations() -> st.SearchStrategy[Observation]:
    text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
    breakdown = st.dictionaries(st.sampled_from(DIMENSIONS), st.sampled_from(["m", "w", "0-2"]), min_size=1)

    def build(state: CellState) -> st.SearchStrategy[Observation]:
        value = NUMBERS if state.has_number else st.none()
        days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
        return st.builds(
            Observation, text, text, days, value, st.just(state), st.none() | breakdown, text,
            st.integers(0, 2**20), text,
        )  # fmt: skip

    return st.sampled_from(CellState).flatmap(build)


@settings(max_examples=25, deadline=None)
@given(st.lists(observations(), max_size=5))
def test_observations_come_back_unchanged_whatever_their_state(
    tmp_path_factory: pytest.TempPathFactory, given: list[Observation]
) -> None:
    store = ObjectStore(tmp_path_factory.mktemp("store"))
    assert list(read_observations(store, write_observations(store, given, DIMENSIONS))) == given


@settings(max_examples=25, deadline=None)
@given(st.lists(observations(), max_size=5))
def test_columns_and_single_observations_are_stored_as_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, given: list[Observation]
) -> None:
    store, table = ObjectStore(tmp_path_factory.mktemp("store")), ObservationTable.of(given)
    assert write_observations(store, table, DIMENSIONS) == write_observations(store, given, DIMENSIONS)


@settings(max_examples=25, deadline=None)
@given(st.lists(observations(), max_size=9), st.integers(1, 4))
def test_what_was_stored_is_read_in_columns_and_stored_again_as_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, given: list[Observation], piece: int
) -> None:
    store = ObjectStore(tmp_path_factory.mktemp("store"))
    sha = write_observations(store, given, DIMENSIONS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored, "_PIECE", piece)
        table = read_observations(store, sha)
    assert isinstance(table, ObservationTable)
    assert list(table) == given
    assert write_observations(store, table, DIMENSIONS) == sha


def test_a_dimension_that_no_row_uses_need_not_be_known(tmp_path: Path) -> None:
    day = date(2025, 12, 31)
    broken = Observation("einwohner", "0101", day, 1.0, breakdown={"farbe": "rot"})
    table = ObservationTable.of([Observation("einwohner", "0101", day, 1.0), broken])
    whole = table.where(np.array([True, False]))
    assert (
        len(read_observations(ObjectStore(tmp_path), write_observations(ObjectStore(tmp_path), whole, ())))
        == 1
    )


def test_a_true_zero_and_a_state_without_number_stay_apart_in_the_file(tmp_path: Path) -> None:
    store, day = ObjectStore(tmp_path), date(2025, 12, 31)
    given = [
        Observation("einwohner", "0101", day, 0.0),
        Observation("einwohner", "0102", day, None, CellState.PROTECTED, {"alter": "0-2"}),
    ]
    table = read_table(store, Kind.OBSERVATIONS, write_observations(store, given, DIMENSIONS))
    assert table["value"][0] == 0
    assert table["value"][1] != table["value"][1]
    assert table["state"].tolist() == [0, 15]
    assert table["alter"].tolist() == ["T", "0-2"]
    assert table["area"].tolist() == ["0101", "0102"]


def test_no_observation_at_all_can_be_stored(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path)
    assert list(read_observations(store, write_observations(store, [], DIMENSIONS))) == []


def test_a_breakdown_the_catalogue_does_not_know_is_refused(tmp_path: Path) -> None:
    wrong = Observation("einwohner", "0101", date(2025, 12, 31), 1.0, breakdown={"farbe": "rot"})
    with pytest.raises(StoreError, match="farbe"):
        write_observations(ObjectStore(tmp_path), [wrong], DIMENSIONS)


def test_a_dimension_must_not_take_the_name_of_another_column(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="value"):
        write_observations(ObjectStore(tmp_path), [], ("value",))
