"""Flat files of the statistical offices' databases, old and new: keys, labels, dates, signs, marks."""

from __future__ import annotations

from datetime import date

import pytest

from wohnplatz.intake.findings import Findings
from wohnplatz.intake.foreign import READY, Genesis, best_ready
from wohnplatz.intake.layout import Role
from wohnplatz.intake.sheets import open_tables
from wohnplatz.model import CellState

OLD_HEAD = (
    "Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;"
    "1_Merkmal_Code;1_Merkmal_Label;1_Auspraegung_Code;1_Auspraegung_Label;"
    "2_Merkmal_Code;2_Merkmal_Label;2_Auspraegung_Code;2_Auspraegung_Label;"
    "BEV003__Gestorbene__Anzahl;BEV003__Gestorbene__q;BEV004__Ueberschuss_der_Geborenen__Anzahl"
)
OLD = [
    OLD_HEAD,
    "12613;Sterbefälle;JAHR;Jahr;2023;GEMEIN;Gemeinden;05382004;Alfter;GES;Geschlecht;GESM;männlich;101;e;-12",
    "12613;Sterbefälle;JAHR;Jahr;2023;GEMEIN;Gemeinden;05382004;Alfter;GES;Geschlecht;GESW;weiblich;-;;.",
    "12613;Sterbefälle;JAHR;Jahr;2023;GEMEIN;Gemeinden;05382004;Alfter;GES;Geschlecht;;Insgesamt;101;s;/",
    "12613;Sterbefälle;JAHR;Jahr;2023;GEMEIN;Gemeinden;05382008;Honnef;GES;Geschlecht;GESM;männlich;x;;...",
    "__________",
    "Allgemeine Informationen:;",
    "© Statistisches Bundesamt, 2025;",
]
NEW_HEAD = (
    "statistics_code;statistics_label;time_code;time_label;time;"
    "1_variable_code;1_variable_label;1_variable_attribute_code;1_variable_attribute_label;"
    "2_variable_code;2_variable_label;2_variable_attribute_code;2_variable_attribute_label;"
    "value;value_unit;value_variable_code;value_variable_label;value_q"
)
NEW = [
    NEW_HEAD,
    "12411;Fortschreibung;STAG;Stichtag;2023-12-31;GES;Geschlecht;GESM;männlich;"
    "GEOGM1;Gemeinden;053820004004;Alfter;11696;Anzahl;BEVSTD;Bevölkerungsstand;e",
    "12411;Fortschreibung;STAG;Stichtag;2023-12-31;GES;Geschlecht;;;"
    "GEOGM1;Gemeinden;053820004004;Alfter;1234.5;Anzahl;BEVSTD;Bevölkerungsstand;p",
    "12411;Fortschreibung;STAG;Stichtag;2023-12-31;GES;Geschlecht;GESW;weiblich;"
    "GEOGM1;Gemeinden;053820008008;Bad Honnef;.;Anzahl;BEVSTD;Bevölkerungsstand;",
]


def read(lines, request=None, encoding="utf-8"):
    table = open_tables("\r\n".join(lines).encode(encoding), "a.csv")[0]
    assert best_ready(table, READY).code == "genesis"
    findings = Findings()
    return Genesis().read(table, request, findings), findings


def test_the_old_form_gives_keys_labels_and_every_variable():
    table, _ = read(OLD, encoding="cp1252")
    first, second = table.cells[:2]
    assert (first.keys, first.labels, first.path) == (("05382004",), ("Alfter", "männlich"), ("Gestorbene",))
    assert (first.value, first.unit, first.row, first.letter) == (101, "Anzahl", 2, "N")
    assert (second.path, second.value) == (("Ueberschuss der Geborenen",), -12)
    assert len(table.cells) == 8


def test_the_old_forms_footer_is_no_data():
    table, _ = read(OLD)
    assert table.layout.body == (2, 5)
    assert table.layout.notes == ("Allgemeine Informationen:", "© Statistisches Bundesamt, 2025")
    assert table.layout.title == ("Sterbefälle",)


def test_signs_and_quality_marks_are_states():
    table, _ = read(OLD)
    states = [(c.value, c.state) for c in table.cells[2:]]
    assert states == [
        (0, CellState.VALUE), (None, CellState.UNKNOWN), (101, CellState.ESTIMATED),
        (None, CellState.UNRELIABLE), (None, CellState.NOT_APPLICABLE), (None, CellState.LATER),
    ]  # fmt: skip
    assert not any(c.problem for c in table.cells)


def test_an_attribute_without_a_value_is_the_total():
    assert read(OLD)[0].cells[4].labels == ("Alfter", "Insgesamt")
    assert read(NEW)[0].cells[1].labels == ("Insgesamt", "Alfter", "Bevölkerungsstand")


def test_the_new_form_gives_municipality_keys_and_what_is_counted():
    table, _ = read(NEW)
    first = table.cells[0]
    assert first.keys == ("05382004",)
    assert first.labels == ("männlich", "Alfter", "Bevölkerungsstand")
    assert (first.value, first.unit, first.day, first.precise) == (11696, "Anzahl", date(2023, 12, 31), True)
    assert [c.role for c in table.layout.columns] == [
        Role.DATE, Role.LABEL, Role.KEY, Role.NAME, Role.VALUE, Role.LABEL,
    ]  # fmt: skip


def test_a_decimal_point_of_an_english_file_is_no_thousands_sign():
    table, findings = read(NEW)
    assert table.cells[1].value == 1234.5
    assert "vorläufig" in findings.all()[0].message
    assert table.cells[2].state is CellState.UNKNOWN


@pytest.mark.parametrize(
    ("time", "attribute", "day", "precise"),
    [
        ("31.12.2022", "GESM", date(2022, 12, 31), True),
        ("2022", "GESM", date(2022, 12, 31), False),
        ("2022", "MONAT03", date(2022, 3, 31), True),
        ("2022", "QUARTG2", date(2022, 6, 30), True),
        ("2022-06-30", "GESM", date(2022, 6, 30), True),
        ("unbekannt", "GESM", None, False),
    ],
)
def test_dates_come_in_every_form_the_databases_write(time, attribute, day, precise):
    row = f"1;S;Z;Z;{time};GEMEIN;Gemeinden;05382004;Alfter;A;B;{attribute};x;5;;6"
    cell = read([OLD_HEAD, row])[0].cells[0]
    assert (cell.day, cell.precise) == (day, precise)


def test_keys_are_text_and_a_district_keeps_its_regional_keys(request_):
    from dataclasses import replace

    own = replace(request_, areas={"053820004004": "Alfter"})
    table, findings = read(NEW, own)
    assert {c.keys for c in table.cells} == {("053820004004",)}
    assert any(f.code == "intake.other_areas" for f in findings.all())


def test_of_a_file_of_the_whole_country_only_the_areas_asked_for_are_read(request_):
    from dataclasses import replace

    own = replace(request_, areas={"05382008": "Bad Honnef"})
    table, findings = read(OLD, own)
    assert {c.keys[0] for c in table.cells} == {"05382008"}
    assert findings.all()[0].message.startswith("Die Datei enthält auch 1\xa0anderes Gebiet")


def test_where_no_area_was_asked_for_all_stay_so_that_each_is_named(request_):
    assert len(read(OLD, request_)[0].cells) == 8


def test_a_row_that_is_too_short_or_holds_text_has_a_problem_and_no_number():
    table, _ = read([OLD_HEAD, "1;S;Z;Z;2022;GEMEIN;G;05382004;Alfter;A;B;C;x;viele", OLD[1]])
    assert [c.problem for c in table.cells[:2]] == ["intake.text_in_number", "intake.missing_value"]
    assert all(c.value is None for c in table.cells[:2])


def test_other_tables_are_not_taken_for_flat_files():
    for text in ("a;b\n1;2", "Statistik_Code;Zeit\n1;2", "statistics_code;time;value\n1;2;3"):
        assert best_ready(open_tables(text.encode(), "a.csv")[0], READY) is None
