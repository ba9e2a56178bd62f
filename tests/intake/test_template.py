"""The template: what goes out comes back as it was filled in."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from wohnplatz.intake import Request, read_delivery, write_csv, write_template, write_xlsx
from wohnplatz.intake.tables import Sheet
from wohnplatz.model import CellState, Observation

DAY = date(2025, 12, 31)
CELLS = ["12", 7, 1234.0, "-", ".", "…", "...", "/", "x", "*", "(12)"]


def rows_of(data: bytes, sheet: str = "Daten"):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python()


def filled(template: bytes, values) -> list[list[object]]:
    header, *rows = rows_of(template)
    column = header.index("Wert")
    for row, value in zip(rows, values, strict=False):
        row[column] = value
    return [header, *rows]


def test_it_has_a_row_for_each_cell_that_is_asked_for(request_, catalogue):
    header, *rows = rows_of(write_template(request_, catalogue))
    assert header == ["Merkmal", "Gebiet", "Gebietsname", "Stichtag", "Geschlecht", "Wert", "Bemerkung"]
    assert rows[0][:6] == ["Einwohnerinnen und Einwohner", "06999001", "Altstadt", DAY, "männlich", ""]
    assert len(rows) == 2 * (2 + 6)
    days = {row[0]: row[3] for row in rows}
    assert days["Betreute Kinder unter 3"] == date(2025, 3, 1)
    assert "Pflegebedürftige" not in days
    assert "Personen im SGB II" not in days


def test_even_years_ask_for_what_is_collected_in_even_years(request_, catalogue):
    even = Request(request_.dataset, date(2024, 12, 31), request_.areas, request_.level)
    assert ["Pflegebedürftige", date(2024, 12, 15)] in [
        [row[0], row[3]] for row in rows_of(write_template(even, catalogue))
    ]


def test_the_other_sheets_explain_signs_areas_and_variables(request_, catalogue):
    data = write_template(request_, catalogue)
    notes = " ".join(str(cell) for row in rows_of(data, "Hinweise") for cell in row)
    assert "Datenlieferung: Bevölkerung" in notes
    assert "31.12.2025" in notes
    assert "genau null" in notes
    assert rows_of(data, "Gebiete")[1:] == [["06999001", "Altstadt"], ["06999002", "Am Bach"]]
    assert "Haushalte" in [row[0] for row in rows_of(data, "Merkmale")]


def test_headings_stay_in_sight_and_choices_are_offered(request_, catalogue):
    with zipfile.ZipFile(io.BytesIO(write_template(request_, catalogue))) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    assert sheet.count("<dataValidation ") == 4


def test_an_unfilled_template_says_that_the_values_are_missing_and_nothing_else(request_, catalogue):
    result = read_delivery(write_template(request_, catalogue), "vorlage.xlsx", request_, catalogue)
    assert {f.code for f in result.findings} == {"intake.missing_value"}
    assert (result.sheets, result.cells) == (("Daten",), 16)


@given(values=st.lists(st.sampled_from(CELLS), min_size=16, max_size=16))
@settings(deadline=None, max_examples=40)
def test_what_is_filled_in_comes_back_from_a_workbook_and_from_a_text_file(values, request_, catalogue):
    header, *rows = filled(write_template(request_, catalogue), values)
    book = write_xlsx([Sheet("Daten", header, rows)])
    text = write_csv([header, *rows])
    one = read_delivery(book, "a.xlsx", request_, catalogue)
    two = read_delivery(text, "a.csv", request_, catalogue)
    assert one.ok, [f.message for f in one.findings]
    assert two.ok, [f.message for f in two.findings]
    assert one.findings == two.findings == ()
    assert [strip(o) for o in one.observations] == [strip(o) for o in two.observations]
    expected = [EXPECTED.get(v, (None if isinstance(v, str) and v != "12" else float(v), 0)) for v in values]
    assert [(o.value, o.state) for o in one.observations] == expected


EXPECTED = {
    "-": (0, CellState.VALUE),
    ".": (None, CellState.UNKNOWN),
    "…": (None, CellState.LATER),
    "...": (None, CellState.LATER),
    "/": (None, CellState.UNRELIABLE),
    "x": (None, CellState.NOT_APPLICABLE),
    "*": (None, CellState.PROTECTED),
    "(12)": (12, CellState.LIMITED),
}


def strip(o: Observation):
    return o.variable, o.area, o.reference_date, o.value, o.state, o.breakdown, o.row


def test_former_values_stand_beside_and_are_not_read(request_, catalogue):
    def former(year: int, value: float | None, state=CellState.VALUE, variable="haushalte", breakdown=None):
        return Observation(variable, "06999001", date(year, 12, 31), value, state, breakdown)

    previous = [
        former(2023, 90), former(2024, 100), former(2022, 80),
        former(2024, None, CellState.PROTECTED, "saldo"),
        former(2024, 12, CellState.LIMITED, "einwohner", {"geschlecht": "w"}),
    ]  # fmt: skip
    data = write_template(request_, catalogue, previous)
    header, *rows = rows_of(data)
    column = header.index("Zuletzt geliefert")
    shown = {(row[0], row[1], row[4]): row[column] for row in rows}
    assert shown["Haushalte", "06999001", "insgesamt"] == 100
    assert shown["Wanderungssaldo", "06999001", "insgesamt"] == "*"
    assert shown["Einwohnerinnen und Einwohner", "06999001", "weiblich"] == "(12)"
    assert shown["Haushalte", "06999002", "insgesamt"] == ""
    result = read_delivery(data, "vorlage.xlsx", request_, catalogue)
    assert {f.code for f in result.findings} == {"intake.missing_value"}


def test_equal_requests_give_equal_files(request_, catalogue):
    assert write_template(request_, catalogue) == write_template(request_, catalogue)


@pytest.mark.parametrize("name", ["=SUMME(A1)", "+Plus", "@Ort"])
def test_a_name_that_looks_like_a_formula_is_text(request_, catalogue, name):
    request = Request(request_.dataset, DAY, {"01": name}, request_.level)
    data = write_template(request, catalogue)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet2.xml")
        assert b"<f>" not in archive.read("xl/worksheets/sheet3.xml")
    assert rows_of(data)[1][2] == name
