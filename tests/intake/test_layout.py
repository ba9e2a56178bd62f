"""What foreign tables look like: header, body, notes, roles, units, dates, signs."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.intake.layout import Role, detect_layout, detect_layouts, read_table
from wohnplatz.intake.layout.dates import moment_in, without_dates
from wohnplatz.intake.layout.headings import cleaned, folded, unit_in, without_unit
from wohnplatz.intake.layout.numerals import read_number
from wohnplatz.intake.sheets import Table, open_tables
from wohnplatz.model import CellState


def text_table(*lines: str, delimiter: str = ";") -> Table:
    return Table("", [[*line.split(delimiter)] for line in lines], delimiter)


def book(fill: Callable[[xlsxwriter.workbook.Worksheet], None], name: str = "Blatt") -> Table:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd.mm.yyyy"})
    fill(workbook.add_worksheet(name))
    workbook.close()
    return open_tables(out.getvalue(), "a.xlsx")[0]


def roles(table: Table) -> list[str]:
    layout = detect_layout(table)
    assert layout is not None
    return [column.role.value for column in layout.columns]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Bevölkerung am 31.12.2013", date(2013, 12, 31)),
        ("31.12.2022 (Jahr)", date(2022, 12, 31)),
        ("Stichtag: 1. März 2024", date(2024, 3, 1)),
        ("Arbeitslose (Dez 2013)", date(2013, 12, 31)),
        ("Februar 2024", date(2024, 2, 29)),
        ("3. Quartal 2024", date(2024, 9, 30)),
        ("Q4/2023", date(2023, 12, 31)),
        ("2024-06-30", date(2024, 6, 30)),
        ("Haushalte 2025", date(2025, 12, 31)),
    ],
)
def test_a_heading_names_its_date(text, day):
    assert moment_in(text).date == day


@pytest.mark.parametrize(
    "text",
    [
        "Gebietsstand am 30.06.2024", "Datenstand: Februar 2022", "Stand: 21.07.2014 / 20:19:53",
        "2002 bis 2021", "2000 bis unter 3000 EUR", "ab 2011", "(2013/2014)", "65-Jährige und Ältere",
        "31.12.2023 und 31.12.2024", "Januar (31.)",
    ],
)  # fmt: skip
def test_what_is_no_single_reference_date_is_taken_for_none(text):
    assert moment_in(text).date is None


def test_what_lasts_of_a_heading_is_the_same_in_every_year():
    assert without_dates("Bevölkerung und Haushalte 31.12.2013") == "Bevölkerung und Haushalte"
    assert without_dates("Arbeitslose (Dez 2013)") == without_dates("Arbeitslose (Dez 2014)") == "Arbeitslose"


def test_footnote_marks_come_off_headings_and_nothing_else_does():
    assert cleaned("Bevölkerung2)") == ("Bevölkerung", ("2)",))
    assert cleaned("Fläche km2 1)") == ("Fläche km2", ("1)",))
    assert cleaned("Fläche in km²") == ("Fläche in km²", ())
    assert cleaned("Quote (Jan 14)") == ("Quote (Jan 14)", ())
    assert folded("Sozial-versicherungs-pflichtig") == folded("Sozialversicherungspflichtig")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Anteil in %", "%"), ("Arbeitslose in % der 15- bis unter 65-Jährigen", "%"), ("(in Prozent)", "%"),
        ("Personen je Haushalt", "Anteil"), ("Einwohner je km²", "Anteil"), ("Fläche km2", "km²"),
        ("Betrag in 1.000 EUR", "1000 EUR"), ("Arbeitslose (Anzahl)", "Anzahl"), ("Frauen", ""),
        ("Arbeitslosenquote", "Anteil"),
    ],
)  # fmt: skip
def test_a_heading_names_its_unit(text, unit):
    assert unit_in(text) == unit


def test_a_unit_comes_off_a_heading():
    assert (
        without_unit("Fläche in km²") == without_unit("Fläche (ha)") == without_unit("Fläche km2") == "Fläche"
    )


def test_merged_headings_of_three_rows_give_each_column_its_path():
    def fill(sheet):
        sheet.merge_range("A1:F1", "Einwohnerinnen und Einwohner am 31.12.2025")
        sheet.merge_range("A3:A5", "Gebiet")
        sheet.merge_range("B3:B4", "insgesamt")
        sheet.merge_range("C3:F3", "davon")
        sheet.merge_range("C4:D4", "männlich 1)")
        sheet.merge_range("E4:F4", "weiblich")
        sheet.write_row("B5", ["Anzahl", "Anzahl", "%", "Anzahl", "%"])
        sheet.write_row("A6", [1, 2, 3, 4, 5, 6])
        sheet.write_row("A7", ["Altstadt", 10, 4, 40.0, 6, 60.0])
        sheet.write_row("A8", ["Am Bach", 20, 8, 40.0, 12, "."])
        sheet.write("A10", "1) einschließlich divers")

    layout = detect_layout(book(fill))
    assert layout is not None
    assert (layout.header, layout.body) == ((3, 6), (7, 8))
    assert [c.path for c in layout.columns[1:4]] == [
        ("insgesamt", "Anzahl"), ("davon", "männlich", "Anzahl"), ("davon", "männlich", "%"),
    ]  # fmt: skip
    assert [c.unit for c in layout.columns[1:4]] == ["Anzahl", "Anzahl", "%"]
    assert layout.columns[2].notes == ("1)",)
    assert layout.day == date(2025, 12, 31)
    assert layout.notes == ("1) einschließlich divers",)


def test_headings_left_empty_to_the_right_are_meant_to_go_on():
    table = text_table(
        "Gebiet;2024;;2025;", ";männlich;weiblich;männlich;weiblich", "Altstadt;1;2;3;4", "Am Bach;5;6;7;8"
    )
    layout = detect_layout(table)
    assert layout is not None
    assert layout.columns[2].path == ("2024", "weiblich")
    assert [c.day for c in layout.columns[1:]] == [date(2024, 12, 31)] * 2 + [date(2025, 12, 31)] * 2
    assert layout.columns[1].heading == layout.columns[3].heading == "männlich"


def test_months_in_headings_and_years_in_rows_make_dates():
    table = text_table(
        "Jahr;Januar (31.);Februar (28. bzw. 29.)", "2023;1.001;1.002", "2024;1.003;...", "____", "Quelle: BA"
    )
    layout = detect_layout(table)
    assert layout is not None
    cells = read_table(table, layout).cells
    assert [(c.day, c.value) for c in cells] == [
        (date(2023, 1, 31), 1001), (date(2023, 2, 28), 1002),
        (date(2024, 1, 31), 1003), (date(2024, 2, 29), None),
    ]  # fmt: skip
    assert cells[-1].state is CellState.LATER
    assert layout.notes == ("____", "Quelle: BA")


def test_two_tables_on_a_sheet_are_two_with_their_own_titles():
    table = text_table(
        "Tabelle 1: Haushalte;", "Gebiet;Anzahl", "Altstadt;1", "Am Bach;2", "Quelle: Amt;", ";",
        "Tabelle 2: Geburten;", "Gebiet;Anzahl", "Altstadt;3", "Am Bach;4",
    )  # fmt: skip
    first, second = detect_layouts(table)
    assert (first.title, first.body, first.notes) == (("Tabelle 1: Haushalte",), (3, 4), ("Quelle: Amt",))
    assert (second.title, second.body) == (("Tabelle 2: Geburten",), (9, 10))


def test_sections_blank_rows_and_footers_do_not_break_a_table():
    table = text_table(
        "Gebiet;Haushalte", "Kernstadt;", "Altstadt;12", ";", "Außenorte;", "Neustadt;5", ";", "insgesamt;17",
        "* ohne Nebenwohnsitz;",
    )  # fmt: skip
    layout = detect_layout(table)
    assert layout is not None
    assert (layout.header, layout.body) == ((1, 1), (3, 8))
    assert [(c.labels, c.value) for c in read_table(table, layout).cells] == [
        (("Altstadt",), 12), (("Neustadt",), 5), (("insgesamt",), 17),
    ]  # fmt: skip


def test_cover_and_notes_hold_no_table():
    def fill(sheet):
        sheet.write("A1", "Impressum")
        sheet.write("A3", "Auftragsnummer:")
        sheet.write("C3", 326108)
        sheet.write("A5", "Hinweise:")
        sheet.write("C5", "Weitere Verwendung nur mit Quellenangabe.")

    assert detect_layout(book(fill)) is None
    assert detect_layout(Table("", [])) is None


def test_roles_of_columns_come_from_headings_and_contents():
    assert roles(text_table("RAUMID;NAME;EW", "01011101;Stülerstraße;31", "01011102;Tiergarten;194")) == [
        "key", "name", "value",
    ]  # fmt: skip
    assert roles(text_table("Land;RB;Kreis;Gem;Fläche", "05;3;82;004;1,5", "05;3;82;008;2,5")) == [
        "key", "key", "key", "key", "value",
    ]  # fmt: skip
    assert roles(text_table("lfd. Nr.;Stadtteil;Geschlecht;Jahr;Anzahl", "1;A;m;2025;4", "2;A;w;2025;5")) == [
        "label", "name", "label", "date", "value",
    ]  # fmt: skip
    assert roles(text_table("Gebiet;PLZ;Haushalte", "Altstadt;04626;8", "Am Bach;04639;9")) == [
        "name", "label", "value",
    ]  # fmt: skip


def test_keys_as_numbers_and_a_sum_among_them_are_keys_still():
    table = text_table("Gebiet;Haushalte", "5378004;12", "5378008;13", "Summe;25")
    assert roles(table) == ["key", "value"]


def test_an_area_merged_over_several_rows_holds_for_all_of_them():
    def fill(sheet):
        sheet.write_row("A1", ["Gebiet", "Geschlecht", "Anzahl"])
        for start, name in ((1, "Altstadt"), (3, "Am Bach")):
            sheet.merge_range(start, 0, start + 1, 0, name)
            sheet.write_row(start, 1, ["männlich", start])
            sheet.write_row(start + 1, 1, ["weiblich", start + 10])

    table = book(fill)
    layout = detect_layout(table)
    assert layout is not None
    assert layout.long
    assert [c.labels for c in read_table(table, layout).cells] == [
        ("Altstadt", "männlich"), ("Altstadt", "weiblich"), ("Am Bach", "männlich"), ("Am Bach", "weiblich"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "decimal", "values"),
    [
        (("1234.5", "12"), ".", [1234.5, 12]),
        (("1.234,5", "12"), ",", [1234.5, 12]),
        (("1,234.5", "1,234"), ".", [1234.5, 1234]),
        (("1.234", "12"), ",", [1234, 12]),
        (("1 234", "12,5 %"), ",", [1234, 12.5]),
        (("(7)", "-"), ",", [7, 0]),
    ],
)
def test_the_decimal_sign_is_found_out_for_each_table(numbers, decimal, values):
    table = text_table("Gebiet;Wert", *(f"Ort {n};{text}" for n, text in enumerate(numbers)))
    layout = detect_layout(table)
    assert layout is not None
    assert layout.decimal == decimal
    assert [c.value for c in read_table(table, layout).cells] == values


def test_points_and_commas_that_contradict_each_other_are_a_doubt():
    layout = detect_layout(text_table("Gebiet;Wert", "A;1234.5", "B;12,5"))
    assert layout is not None
    assert layout.doubts


def test_signs_keep_their_states_and_empty_cells_are_no_zero():
    table = text_table("Gebiet;a;b;c;d;e;f;g", "A;.;…;/;x;*;(5);", "B;1;1;1;1;1;1;1")
    layout = detect_layout(table)
    assert layout is not None
    cells = read_table(table, layout).cells[:7]
    assert [c.state.name for c in cells[:6]] == [
        "UNKNOWN", "LATER", "UNRELIABLE", "NOT_APPLICABLE", "PROTECTED", "LIMITED",
    ]  # fmt: skip
    assert (cells[6].value, cells[6].problem) == (None, "intake.missing_value")


def test_year_columns_stay_headings_though_they_are_numbers():
    def fill(sheet):
        sheet.write_row("A1", ["Gebiet", 2023, 2024])
        sheet.write_row("A2", ["Altstadt", 5, 6])

    layout = detect_layout(book(fill))
    assert layout is not None
    assert [c.day for c in layout.columns] == [None, date(2023, 12, 31), date(2024, 12, 31)]
    assert [c.role for c in layout.columns] == [Role.NAME, Role.VALUE, Role.VALUE]


_cells = st.one_of(
    st.none(), st.text(max_size=8), st.floats(), st.integers(-3, 2100), st.booleans(), st.dates(),
    st.sampled_from(["-", ".", "x", "Summe", "2024", "1.234,5", "Gebiet", "31.12.2025", "1)", "%"]),
)  # fmt: skip


@given(st.lists(st.lists(_cells, max_size=6), max_size=12))
def test_no_table_whatsoever_makes_the_detection_fail(rows):
    table = Table("t", rows)
    for layout in detect_layouts(table):
        for cell in read_table(table, layout).cells:
            assert (cell.value is not None) == (not cell.problem and cell.state.has_number)


@given(st.floats(0, 1e9).map(lambda value: round(value, 2)))
def test_a_number_with_a_decimal_point_is_read_back(value):
    assert read_number(f"{value:,.2f}", ".").value == pytest.approx(value)
