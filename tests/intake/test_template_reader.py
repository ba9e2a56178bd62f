"""Rows of the product's own template: what is read, and what is said about what cannot be."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter

from wohnplatz.intake.findings import SHOWN_PER_CODE
from wohnplatz.model import CellState

GOOD = "haushalte;06999001;Altstadt;31.12.2025;;1.234"


def test_a_row_becomes_an_observation_with_its_place(desk):
    result = desk.lines(GOOD)
    assert result.ok
    assert (result.reader, result.sheets, result.cells) == ("vorlage", ("",), 1)
    found = result.observations[0]
    assert (found.variable, found.area, found.value, found.state) == ("haushalte", "06999001", 1234, 0)
    assert found.reference_date == date(2025, 12, 31)
    assert (found.sheet, found.row, found.column, found.breakdown) == ("", 2, "Wert", None)


def test_a_workbook_gives_the_same_as_a_text_file(desk, workbook):
    rows = [
        ["Merkmal", "Gebiet", "Gebietsname", "Stichtag", "Geschlecht", "Wert"],
        ["Einwohnerinnen und Einwohner", "06999001", "Altstadt", date(2025, 12, 31), "weiblich", 12],
        ["Einwohnerinnen und Einwohner", "06999001", "Altstadt", date(2025, 12, 31), "m", "*"],
    ]
    result = desk.read(workbook(rows), "lieferung.XLSX")
    assert result.ok
    assert result.sheets == ("Daten",)
    first, second = result.observations
    assert (first.value, first.breakdown, first.sheet, first.row) == (12, {"geschlecht": "w"}, "Daten", 2)
    assert (second.value, second.state) == (None, CellState.PROTECTED)


@pytest.mark.parametrize("word", ["", "T", "insgesamt", "Gesamt", "alle"])
def test_total_words_mean_the_total(desk, word):
    result = desk.lines(f"einwohner;06999001;;31.12.2025;{word};5")
    assert result.ok
    assert result.observations[0].category("geschlecht") == "T"


@pytest.mark.parametrize("word", ["w", "weiblich", "WEIBLICH", " Frauen ", "2"])
def test_categories_are_known_by_code_label_and_alias(desk, word):
    result = desk.lines(f"einwohner;06999001;;31.12.2025;{word};5")
    assert result.observations[0].breakdown == {"geschlecht": "w"}


def test_lines_above_the_head_and_empty_lines_do_not_disturb(desk):
    head = "Lieferung der Stadt;;;;;\r\n;;;;;\r\nMerkmal;Gebiet;Gebietsname;Stichtag;Geschlecht;Wert"
    result = desk.lines("", GOOD, ";;;;;", head=head)
    assert result.ok
    assert result.observations[0].row == 5


def test_the_order_and_case_of_columns_is_free(desk):
    result = desk.lines("5;31.12.2025;06999001;haushalte", head="WERT;stichtag;Gebiet;Merkmal")
    assert result.ok


@pytest.mark.parametrize(
    ("row", "code", "column", "value"),
    [
        ("haushalt;06999001;;31.12.2025;;5", "unknown_variable", "Merkmal", "haushalt"),
        ("sgb2;06999001;;31.12.2025;;5", "foreign_variable", "Merkmal", "sgb2"),
        ("schule;06999001;;31.12.2025;;5", "variable_not_due", "Merkmal", "schule"),
        ("pflege;06999001;;31.12.2025;;5", "variable_not_due", "Merkmal", "pflege"),
        (";06999001;;31.12.2025;;5", "missing_key", "Merkmal", ""),
        ("haushalte;;;31.12.2025;;5", "missing_key", "Gebiet", ""),
        ("haushalte;06999001;;;;5", "missing_key", "Stichtag", ""),
        ("haushalte;06999011;;31.12.2025;;5", "unknown_area", "Gebiet", "06999011"),
        ("haushalte;06999009;;31.12.2025;;5", "foreign_area", "Gebiet", "06999009"),
        ("haushalte;6999009;;31.12.2025;;5", "foreign_area", "Gebiet", "6999009"),
        ("haushalte;Altstadt;;31.12.2025;;5", "area_name", "Gebiet", "Altstadt"),
        ("haushalte;06999001;;31.02.2025;;5", "invalid_date", "Stichtag", "31.02.2025"),
        ("haushalte;06999001;;31.12.2024;;5", "wrong_date", "Stichtag", "31.12.2024"),
        ("einwohner;06999001;;31.12.2025;divers?;5", "unknown_category", "Geschlecht", "divers?"),
        ("haushalte;06999001;;31.12.2025;w;5", "breakdown_not_agreed", "Geschlecht", "w"),
        ("haushalte;06999001;;31.12.2025;;", "missing_value", "Wert", ""),
        ("haushalte;06999001;;31.12.2025;;?", "unknown_sign", "Wert", "?"),
        ("haushalte;06999001;;31.12.2025;;12 Stück", "text_in_number", "Wert", "12 Stück"),
        ("haushalte;06999001;;31.12.2025;;12.5", "decimal_point", "Wert", "12.5"),
        ("haushalte;06999001;;31.12.2025;;12,5", "fraction", "Wert", "12,5"),
        ("haushalte;06999001;;31.12.2025;;-5", "negative", "Wert", "-5"),
        ("haushalte;06999001;;31.12.2025;;(-5)", "negative", "Wert", "(-5)"),
        ("haushalte;06999001;;31.12.2025;;#REF!", "formula_error", "Wert", "#BEZUG!"),
        ("haushalte;06999001;;31.12.2025;;inf", "not_finite", "Wert", "inf"),
        ("haushalte;06999001;;31.12.2025;;5;Rest", "surplus_cell", "", "Rest"),
    ],
)
def test_a_wrong_row_is_an_error_with_its_place_and_advice(desk, only_error, row, code, column, value):  # noqa: PLR0917
    found = only_error(desk.lines(GOOD.replace("06999001", "06999002"), row))
    assert (found.code, found.row, found.column, found.value) == (f"intake.{code}", 3, column, value)


def test_near_names_are_proposed(desk):
    result = desk.lines("haushalt;06999011;;31.12.2025;weiblch;5")
    by_code = {f.code: f.message for f in result.findings}
    assert "„Haushalte“" in by_code["intake.unknown_variable"]
    assert "„06999001“" in by_code["intake.unknown_area"]
    assert "„weiblich“" in by_code["intake.unknown_category"]


def test_all_faults_of_a_row_are_named_at_once(desk):
    result = desk.lines("haushalt;4711;;31.02.2025;ww;abc")
    codes = {f.code for f in result.findings}
    assert {"intake.unknown_variable", "intake.unknown_area", "intake.invalid_date"} <= codes
    assert "intake.unknown_category" in codes


def test_a_footnote_below_the_table_is_one_finding(desk, only_error):
    assert only_error(desk.lines(GOOD, "Quelle: Einwohnermeldeamt;;;;;")).code == "intake.unknown_variable"


def test_a_key_that_lost_its_zero_is_read_and_the_meant_key_is_named(desk, workbook):
    head = ["Merkmal", "Gebiet", "Stichtag", "Wert"]
    rows = [head, ["haushalte", 6999001, date(2025, 12, 31), 5]]
    for result in (desk.read(workbook(rows), "a.xlsx"), desk.lines("haushalte;6999001;;31.12.2025;;5")):
        assert result.ok
        found = next(f for f in result.findings if f.code == "intake.lost_zero")
        assert (found.value, found.area, found.severity) == ("6999001", "06999001", "warning")
        assert "06999001" in found.message
        assert result.observations[0].area == "06999001"


def test_a_category_that_a_spreadsheet_made_a_date_is_named(desk, workbook):
    rows = [
        ["Merkmal", "Gebiet", "Stichtag", "Geschlecht", "Wert"],
        ["einwohner", "06999001", date(2025, 12, 31), date(2025, 5, 3), 5],
    ]
    result = desk.read(workbook(rows), "a.xlsx")
    assert "intake.category_is_date" in {f.code for f in result.findings}
    assert not result.ok


def test_a_date_in_place_of_a_value_is_named(desk, workbook):
    rows = [
        ["Merkmal", "Gebiet", "Stichtag", "Wert"],
        ["haushalte", "06999001", date(2025, 12, 31), date(2025, 2, 1)],
    ]
    result = desk.read(workbook(rows), "a.xlsx")
    assert "intake.value_is_date" in {f.code for f in result.findings}


def test_the_variables_own_reference_date_counts_as_well(desk, only_error):
    assert desk.lines("kita_u3;06999001;;01.03.2025;;5").ok
    assert desk.lines("geburten;06999001;;2025;;5").ok
    found = only_error(desk.lines("kita_u3;06999001;;01.03.2024;;5"))
    assert "01.03.2025" in found.message


def test_a_variable_may_allow_fractions_and_negative_values(desk):
    assert desk.value("12,75", "flaeche").observations[0].value == 12.75
    assert desk.value("-3", "saldo").observations[0].value == -3


def test_a_point_that_may_be_decimal_is_pointed_out_where_fractions_are_possible(desk):
    result = desk.value("1.234", "flaeche")
    assert result.ok
    assert "intake.ambiguous_point" in {f.code for f in result.findings}
    assert "intake.ambiguous_point" not in {f.code for f in desk.value("1.234").findings}


def test_what_a_formula_left_beside_a_whole_number_is_that_number(desk, workbook):
    rows = [
        ["Merkmal", "Gebiet", "Stichtag", "Wert"],
        ["haushalte", "06999001", date(2025, 12, 31), 11.999999999999998],
    ]
    assert desk.read(workbook(rows), "a.xlsx").observations[0].value == 12


def test_a_failed_formula_is_found_although_the_workbook_reader_hands_over_an_empty_cell(desk, only_error):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Daten")
    sheet.write_row(0, 0, ["Merkmal", "Gebiet", "Stichtag", "Wert"])
    sheet.write_row(1, 0, ["haushalte", "06999001", "31.12.2025"])
    sheet.write_formula(1, 3, "=A1/0", None, "#DIV/0!")
    book.close()
    found = only_error(desk.read(out.getvalue(), "a.xlsx"))
    assert (found.code, found.row, found.value) == ("intake.formula_error", 2, "#DIV/0!")


def test_the_same_cell_twice_names_both_rows(desk, only_error):
    found = only_error(desk.lines(GOOD, "Haushalte;6999001;;2025-12-31;T;7"))
    assert found.code == "intake.duplicate_cell"
    assert "Zeile 2" in found.message
    assert "Zeile 3" in found.message


def test_the_same_cell_in_two_sheets_is_there_twice(desk, only_error):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in ("Nord", "Süd"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["Merkmal", "Gebiet", "Stichtag", "Wert"])
        sheet.write_row(1, 0, ["haushalte", "06999001", "31.12.2025", 5])
    book.close()
    result = desk.read(out.getvalue(), "a.xlsx")
    found = only_error(result)
    assert "Blatt „Nord“, Zeile 2" in found.message
    assert result.sheets == ("Nord", "Süd")


def test_areas_without_a_row_are_a_warning_that_counts_them(desk):
    result = desk.lines(GOOD)
    found = next(f for f in result.findings if f.code == "intake.missing_cells" and f.value == "haushalte")
    assert found.severity == "warning"
    assert "1\u00a0Gebiet" in found.message
    assert "06999002 Am Bach" in found.message
    assert "pflege" not in {f.value for f in result.findings}


def test_a_gap_in_a_breakdown_is_a_warning(desk):
    result = desk.lines("einwohner;06999001;;31.12.2025;w;5")
    found = next(f for f in result.findings if f.code == "intake.incomplete_breakdown")
    assert "1\u00a0Angabe" in found.message


def test_a_total_alone_is_no_gap(desk):
    result = desk.lines("einwohner;06999001;;31.12.2025;;5")
    assert "intake.incomplete_breakdown" not in {f.code for f in result.findings}


def test_many_equal_findings_are_shown_up_to_a_limit_and_then_counted(desk):
    result = desk.lines(*["haushalte;06999001;;31.12.2025;;zwölf"] * 100)
    same = [f for f in result.findings if f.code == "intake.text_in_number"]
    assert len(same) == SHOWN_PER_CODE + 1
    assert "80\u00a0weitere Befunde" in same[-1].message


@pytest.mark.parametrize(
    ("head", "code", "proposed"),
    [
        ("Merkmal;Gebiet;Stichtag;Wrt", "missing_column", "„Wrt“"),
        ("Merkmal;Gebiet;Wert", "missing_column", "„Stichtag“"),
        ("Merkmal;Gebiet;Stichtag;Gechlecht;Wert", "misspelt_column", "„Geschlecht“"),
        ("Merkmal;Gebiet;Stichtag;Wert;Wert", "duplicate_column", "„Wert“"),
    ],
)
def test_a_head_in_doubt_stops_the_reading_and_says_what_is_near(desk, head, code, proposed):
    result = desk.lines(GOOD, head=head)
    assert not result.ok
    assert len(result.observations) == 0
    found = next(f for f in result.findings if f.code == f"intake.{code}")
    assert proposed in found.message
    assert found.row == 1


def test_a_column_for_remarks_is_ignored_with_a_warning(desk):
    result = desk.lines(
        "haushalte;06999001;31.12.2025;5;bitte beachten", head="Merkmal;Gebiet;Stichtag;Wert;Zimmer"
    )
    assert result.ok
    assert [f.value for f in result.findings if f.code == "intake.unknown_column"] == ["Zimmer"]


def test_a_head_without_rows_is_an_error(desk, only_error):
    assert only_error(desk.lines()).code == "intake.no_rows"


def test_a_table_that_is_not_the_template_asks_for_a_guide(desk, only_error):
    result = desk.lines("x;y", head="a;b")
    assert only_error(result).code == "intake.guide_needed"
    assert result.needs_guide


def test_a_sheet_that_is_not_read_is_named(desk, workbook):
    rows = [["Merkmal", "Gebiet", "Stichtag", "Wert"], ["haushalte", "06999001", "31.12.2025", 5]]
    result = desk.read(workbook(rows, other="Nachtrag"), "a.xlsx")
    assert result.ok
    found = next(f for f in result.findings if f.code == "intake.sheet_ignored")
    assert (found.sheet, found.severity) == ("Nachtrag", "note")
    assert "intake.sheet_ignored" not in {f.code for f in desk.read(workbook(rows), "a.xlsx").findings}
