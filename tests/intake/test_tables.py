"""Tables to take away: safe against formulas, with German numbers and words for states."""

from __future__ import annotations

import csv
import io
import math
import zipfile
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from wohnplatz.intake import Sheet, write_csv, write_xlsx
from wohnplatz.intake.tables import csv_file, csv_lines, sheet_name
from wohnplatz.model import CellState, WohnplatzError

ATTACKS = [
    "=1+1",
    "+49 2202",
    "-5+cmd",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    '=HYPERLINK("http://x")',
]


def back(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def cells(data: bytes, sheet: int = 0):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


def test_text_tables_hold_german_numbers_dates_and_words_for_states():
    row = ["Köln", 1234.5, -3, 12.0, 1e-7, None, True, date(2025, 3, 1), CellState.PROTECTED, "-", "(12)"]
    data = write_csv([row])
    assert data.startswith(b"\xef\xbb\xbf")
    assert back(data) == [
        ["Köln", "1234,5", "-3", "12", "0,0000001", "", "ja", "01.03.2025", "geschützt", "-", "(12)"]
    ]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_text_that_would_run_as_a_formula_is_text_in_a_text_table(attack):
    assert back(write_csv([[attack, -5.5, "-"]])) == [["'" + attack, "-5,5", "-"]]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_text_that_would_run_as_a_formula_is_marked_as_text_in_a_workbook(attack):
    data = write_xlsx([Sheet("T", [attack], [[attack], [-5.5]])])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b't="str"' not in sheet
        assert archive.read("xl/styles.xml").count(b'quotePrefix="1"') == 2
    assert cells(data)[2][0] == -5.5


@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=4), max_size=6))
def test_no_text_can_leave_its_cell_or_start_a_formula(rows):
    data = write_csv(rows)
    for row, written in zip(rows, back(data), strict=True):
        assert len(row) == len(written)
        for cell in written:
            assert not cell.startswith(("=", "+", "@", "\t", "\r")), cell


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_refused_because_it_must_have_a_state(value):
    with pytest.raises(ValueError, match="CellState"):
        write_csv([[value]])
    with pytest.raises(ValueError, match="CellState"):
        write_xlsx([Sheet("T", ["a"], [[value]])])


def test_numbers_of_arrays_are_numbers():
    row = [np.float64(1.5), np.int32(7)]
    assert back(write_csv([row])) == [["1,5", "7"]]
    assert cells(write_xlsx([Sheet("T", ["a", "b"], [row])]))[1] == [1.5, 7.0]


def test_a_workbook_holds_head_table_and_foot():
    sheet = Sheet(
        "Werte",
        ["Gebiet", "Quote"],
        [["06999001", 12.34], ["06999002", CellState.MISSING], ["06999003", date(2025, 3, 1)]],
        head=["Quote", "Datenstand 2025"],
        foot=["Quelle: Jobcenter"],
        decimals=[None, 1],
    )
    rows = cells(write_xlsx([sheet]))
    assert [row[0] for row in rows[:2]] == ["Quote", "Datenstand 2025"]
    assert rows[3] == ["Gebiet", "Quote"]
    assert rows[4] == ["06999001", 12.34]
    assert rows[5] == ["06999002", "nicht geliefert"]
    assert rows[6][1] == date(2025, 3, 1)
    assert rows[-1][0] == "Quelle: Jobcenter"


def test_equal_tables_are_equal_files():
    sheets = [Sheet("A", ["a"], [[1], ["x"]]), Sheet("B", ["b"], [])]
    assert write_xlsx(sheets) == write_xlsx(sheets)


def test_names_of_sheets_are_made_acceptable_and_unique():
    assert (
        sheet_name("Ein/Aus [neu]: was ist das? Und was kommt danach", ())
        == "Ein Aus  neu   was ist das  Und"
    )
    assert sheet_name("werte", ["Werte"]) == "werte 2"
    assert sheet_name("'", ()) == "Tabelle"
    names = [Sheet("Sehr langer Name eines Blattes, der nicht passt", ["a"], [])] * 3
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(write_xlsx(names)))
    assert len(set(workbook.sheet_names)) == 3


def test_more_rows_than_a_spreadsheet_shows_are_refused_with_advice():
    with pytest.raises(WohnplatzError, match="CSV"):
        write_xlsx([Sheet("T", ["a"], [[1]] * 1_048_576)])


def test_a_very_long_text_is_cut_and_not_lost():
    assert len(cells(write_xlsx([Sheet("T", ["a"], [["x" * 40_000]])]))[1][0]) == 32_767


def test_rows_that_files_have_in_common_are_written_once():
    last = ("b", 10**17 + 1, 1e-7, True)
    rows = [("a", 1, 2.5, None), ('mit "Zeichen"', "zwei\r\nZeilen", "=1", -0.25), last]
    lines = csv_lines(rows)
    assert len(lines) == len(rows)
    assert csv_file(lines) == write_csv(rows)
    assert csv_file(lines[:1] + lines[2:]) == write_csv([rows[0], rows[2]])
