from datetime import date

import numpy as np
import pytest

from wohnplatz.model import CellState, Coded, Observation, ObservationTable, stacked

DAY = date(2025, 12, 31)
SEVERAL = [
    Observation(
        "einwohner", "01", DAY, 12.0, breakdown={"geschlecht": "m"}, sheet="Daten", row=2, column="Wert"
    ),
    Observation("einwohner", "02", DAY, None, CellState.PROTECTED, {"geschlecht": "w"}, "Daten", 3, "Wert"),
    Observation("haushalte", "01", date(2024, 3, 1), 0.0, row=4),
]


def test_a_table_yields_the_observations_it_was_made_of() -> None:
    table = ObservationTable.of(SEVERAL)
    assert list(table) == SEVERAL
    assert table[1] == SEVERAL[1]
    assert table[-1] == SEVERAL[-1]
    assert table[1:] == SEVERAL[1:]


def test_a_position_outside_is_refused() -> None:
    with pytest.raises(IndexError):
        ObservationTable.of(SEVERAL)[3]


def test_rows_are_chosen_by_mask_and_by_position() -> None:
    table = ObservationTable.of(SEVERAL)
    assert list(table.where(np.array([True, False, True]))) == [SEVERAL[0], SEVERAL[2]]
    assert list(table.where(np.array([2, 0], dtype=np.int32))) == [SEVERAL[2], SEVERAL[0]]


def test_tables_are_stacked_and_a_missing_dimension_is_the_total() -> None:
    whole = stacked([ObservationTable.of(SEVERAL[2:]), ObservationTable.of(SEVERAL[:2])])
    assert list(whole) == [SEVERAL[2], *SEVERAL[:2]]
    assert whole.category("alter").values == ("T",)


def test_nothing_is_a_table_too() -> None:
    assert list(stacked([])) == []


def test_a_number_that_contradicts_its_state_is_refused() -> None:
    table = ObservationTable.of(SEVERAL)
    with pytest.raises(ValueError, match="state"):
        ObservationTable(
            table.variable, table.area, table.days, {}, table.value, np.zeros(3, np.uint8),
            table.sheet, table.row, table.column,
        )  # fmt: skip


def test_a_coded_column_gives_back_its_texts() -> None:
    assert list(Coded.of(["a", "b", "a"]).array()) == ["a", "b", "a"]
