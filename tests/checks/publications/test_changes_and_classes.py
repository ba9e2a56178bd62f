"""Changes from year to year and classes of maps: attacked where they can be read for certain, else named."""

from __future__ import annotations

from fractions import Fraction

import pytest

from wohnplatz.checks.publications import FILE_NAME, Kind, check_publication, read_folder, to_toml
from wohnplatz.checks.publications.spans import Span, span_of

CHANGE = """Wohnplatz;2023;2024;Veränderung
Altstadt;41;44;+3
Bergfeld;30;28;-2
Hof;.;7;{}
Dorn;55;60;+5
Eichenau;28;22;-6
Zusammen;160;161;+1
"""
RELATIVE = """Jahr;Ort;Fälle;Veränderung zum Vorjahr in %
2021;A;40;
2021;B;20;
2021;C;8;
2022;A;50;25,0
2022;B;18;-10,0
2022;C;*;{}
2023;A;46;-8,0
2023;B;27;50,0
2023;C;5;{}
"""
CLASSES = """Gebiet;Einwohner;Empfänger;Anteil (Klasse)
A;25;*;{}
B;130;12;8 bis unter 12 %
C;240;13;5 bis unter 8 %
D;310;40;12 % und mehr
E;90;3;3 bis unter 5 %
F;400;22;5 bis unter 8 %
G;150;13;8 bis unter 12 %
H;210;14;5 bis unter 8 %
"""


@pytest.fixture
def published(tmp_path):
    def check(text, description=""):
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
        if description:
            (tmp_path / FILE_NAME).write_text(description, encoding="utf-8")
        return check_publication(tmp_path)

    return check


def told(found):
    return {f.name: (f.value, f.steps[-1]) for f in found.found if f.kind is Kind.EXACT}


def test_a_change_gives_the_hidden_year_away(published):
    found = told(published(CHANGE.format("+5").replace("160", ".")))
    assert found["t, Hof, 2023"][0] == "2"
    assert found["t, Hof, 2023"][1].startswith(
        "Denn 7 (2024) − 5 (Veränderung: t.csv, Zeile 4, Spalte D) = 2"
    )


def test_a_held_back_change_gives_nothing_away(published):
    found = published(CHANGE.format(".").replace("160;161;+1", ".;161;."))
    assert found.clean
    assert found.complete


def test_a_change_against_the_year_before_in_per_cent_is_understood(published):
    found = published(RELATIVE.format("-75,0", "*"))
    assert any("Veränderung von Fälle (t) gegen Jahr davor in %" in a for a in found.assumptions)
    assert told(found)["Fälle (t), C, 2022"][0] == "2"
    assert "die Veränderung −75,0 % bei 8 (2021)" in told(found)["Fälle (t), C, 2022"][1]
    assert published(RELATIVE.format("*", "*")).clean


def test_a_change_of_unclear_sense_is_named_with_the_line_that_helps(published):
    found = published(CHANGE.format("+5").replace("+3", "+9").replace("-2", "+7"))
    assert not told(found)
    assert not found.complete
    (line,) = found.left
    assert "Spalte »Veränderung«" in line
    assert '"Veränderung" = { veraenderung = "Merkmal", je_bei = { "Jahr" = "Vorjahr" } }' in line


def test_a_column_of_changes_without_signs_is_no_column_of_counts(published):
    found = published("Ort;Fälle;Zunahme\nA;40;2\nB;50;1\nC;60;0\n")
    assert found.revealed == 0
    assert len(found.left) == 1


def test_the_class_of_a_map_encloses_a_hidden_count(published):
    found = published(CLASSES.format("8 bis unter 12 %"))
    assert told(found)["Empfänger, A"][0] == "2"
    assert "die Klasse »8 bis unter 12 %« bei 25 (Einwohner) lässt nur 2 zu" in told(found)["Empfänger, A"][1]
    assert found.found[0].advice == "Die Klasse dieser Zahl sperren."


def test_a_class_that_leaves_room_or_is_held_back_gives_nothing_away(published):
    assert published(CLASSES.format("*")).clean
    wide = published(CLASSES.replace("A;25", "A;900").format("5 bis unter 8 %"))
    assert wide.clean
    assert wide.complete


def test_numbered_classes_are_no_counts_and_their_limits_can_be_described(published):
    numbered = "Gebiet;Einwohner;Klasse\nA;25;2\nB;130;1\nC;240;2\n"
    found = published(numbered)
    assert found.revealed == 0
    assert 'klassen = { "1" = "0 bis unter 5" }' in found.left[0]
    description = """nullen_sichtbar = true
[[tabelle]]
datei = "t.csv"
zeilen = { "Gebiet" = "Gebiet" }
[tabelle.spalten]
"Einwohner" = { anzahl = "Einwohner" }
"Klasse" = { klasse = "Hilfen", je = "Einwohner", klassen = { "1" = "unter 5", "2" = "8 bis unter 12" } }
"""
    described = published(numbered, description)
    assert told(described)["Hilfen, A"][0] == "2"
    assert described.complete


def test_a_rate_held_back_in_words_leaves_the_column_one_of_rates(published):
    found = published(
        "Ort;Einwohner;Hilfen;Quote in %\nA;400;40;10,0\nB;510;50;9,8\nC;95;x;2,1\nD;300;12;4,0\nE;80;x;< 5\n"
    )
    assert told(found)["Hilfen, C"][0] == "2"
    assert found.complete


def test_ages_are_a_breakdown_and_no_class_of_a_map(published):
    rows = ("A;unter 18;12", "A;18 bis unter 65;40", "B;unter 18;9", "B;18 bis unter 65;31")
    found = published("Gebiet;Alter;Personen\n" + "\n".join(rows) + "\n")
    assert not found.left
    assert found.figures == 4


def test_what_nobody_understood_waits_in_the_description_as_a_remark(published, tmp_path):
    published("Ort;Fälle;Index\nA;40;1,7\nB;50;1,2\nC;60;0,9\n")
    _, proposal = read_folder(tmp_path)
    text = to_toml(proposal.description, proposal.assumptions, proposal.left)
    assert '\n# "Index" = { quote = ' in text
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    assert "Sie steht nicht in der Beschreibung." in check_publication(tmp_path).left[0]
    (tmp_path / FILE_NAME).write_text(
        text.replace('\n# "Index"', '\n"Index" = "auslassen"\n#'), encoding="utf-8"
    )
    assert check_publication(tmp_path).complete


def test_a_sheet_of_shares_is_told_by_its_title(tmp_path):
    head = "Gebiet;Insgesamt;Kinder;Alte\n"
    (tmp_path / "a.csv").write_text(
        head + "A;200;50;150\nB;100;x;x\nC;80;20;60\nD;160;16;144\n", encoding="utf-8"
    )
    shares = "Anteile in %\n\n" + head + "A;100;25,0;75,0\nB;100;2,0;x\nC;100;25,0;75,0\nD;100;10,0;90,0\n"
    (tmp_path / "b.csv").write_text(shares, encoding="utf-8")
    found = check_publication(tmp_path)
    assert not found.count(Kind.CONTRADICTION)
    assert [f.value for f in found.found if f.kind is Kind.EXACT] == ["2"]


def test_a_row_that_says_protected_and_leaves_its_number_out_is_attacked(tmp_path):
    rows = ("A;44;Wert", "B;18;Wert", "C;;geschützt", "D;37;Wert", "Insgesamt;101;Wert")
    (tmp_path / "t.csv").write_text("Gebiet;Fälle;Zustand\n" + "\n".join(rows) + "\n", encoding="utf-8")
    found = check_publication(tmp_path)
    assert found.hidden == 1
    assert told(found)["Fälle (t), C"][0] == "2"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("10 bis unter 12", Span(Fraction(10), Fraction(12), below=True)),
        ("von 1.000 bis unter 2.500", Span(Fraction(1000), Fraction(2500), below=True)),
        ("5,0 – 9,9 %", Span(Fraction("4.95"), Fraction("9.95"))),
        ("unter 3", Span(None, Fraction(3), below=True)),
        ("> 12,5 %", Span(Fraction("12.5"), None, above=True)),
        ("20 und mehr", Span(Fraction("19.5"), None)),
        ("12", None),
        ("12 bis 3", None),
        ("hoch", None),
    ],
)
def test_a_class_is_read_with_the_room_its_words_leave(text, span):
    assert span_of(text) == span
