import json

import pytest
import xlsxwriter

from wohnplatz.checks.publications import FILE_NAME, Kind, check_publication
from wohnplatz.model import WohnplatzError

BY_AREA = """Gebiet;Jahr;Personen
Adorf;2024;20
Bheim;2024;*
Cstadt;2024;12
insgesamt;2024;34
"""
DESCRIBED = """
[[tabelle]]
datei = "sgb2.csv"
zeilen = { "Gebiet" = "Gebiet" }
[tabelle.spalten]
"Personen" = { anzahl = "Personen" }
[gliederung.Gebiet]
gesamt = ["insgesamt"]
[gliederung.Jahr]
summierbar = false
"""


@pytest.fixture
def published(tmp_path):
    """Checks a folder with these files (name → text)."""

    def check(files, description="", **options):
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        if description:
            (tmp_path / FILE_NAME).write_text(description, encoding="utf-8")
        return check_publication(tmp_path, **options)

    return check


def told(checked, kind=Kind.EXACT):
    return {f.name: f.value for f in checked.found if f.kind is kind}


@pytest.mark.parametrize("description", ["", DESCRIBED])
def test_one_hidden_count_in_a_sum_is_computed_and_explained(published, description):
    found = published({"sgb2.csv": BY_AREA}, description)
    (leak,) = found.found
    assert (leak.kind, leak.value, leak.hidden) == (Kind.EXACT, "2", True)
    assert leak.steps == ("Denn 34 (insgesamt) − 20 (Adorf) − 12 (Cstadt) = 2",)
    assert "mindestens eine weitere Zahl sperren" in leak.advice
    assert found.revealed == 1


def test_a_column_of_states_says_what_is_held_back_and_areas_are_no_persons(published):
    """As this program writes tables: an empty cell beside »geschützt«, and how many areas went in."""
    table = """Gebiet;Jahr;Wert;Zustand;Gebiete insgesamt
Adorf;2024;20;Wert;1
Bheim;2024;;geschützt;1
Cstadt;2024;12;Wert;1
insgesamt;2024;34;Wert;3
"""
    found = published({"sgb2.csv": table})
    assert found.hidden == 1
    assert [(f.kind, f.value, f.hidden) for f in found.found] == [(Kind.EXACT, "2", True)]


def test_two_hidden_counts_protect_each_other_unless_both_are_one(published):
    safe = published({"sgb2.csv": BY_AREA.replace("4;20", "4;*")}, DESCRIBED)
    assert (safe.revealed, safe.hidden, safe.attacked) == (0, 2, 2)


def test_two_ones_reveal_each_other_where_zeros_are_shown(published):
    ones = BY_AREA.replace("4;20", "4;*").replace(";34", ";14")
    found = published({"sgb2.csv": ones}, DESCRIBED)
    assert set(told(found).values()) == {"1"}
    assert found.revealed == 2
    assert any("jede gesperrte Zahl ist mindestens 1" in s for f in found.found for s in f.steps)
    assert published({"sgb2.csv": ones}, "nullen_sichtbar = false\n" + DESCRIBED).revealed == 0


def test_a_count_that_must_be_small_breaks_only_the_stricter_promise(published):
    text = BY_AREA.replace("4;20", "4;*").replace(";34", ";15")
    found = published({"sgb2.csv": text}, DESCRIBED)
    assert set(told(found, Kind.SMALL).values()) == {"1 bis 2"}
    assert found.revealed == 0
    strict = published({"sgb2.csv": text}, 'stufe = "nicht als klein erkennbar"\n' + DESCRIBED)
    assert strict.revealed == 2


def test_a_small_count_that_simply_stands_there_is_named(published):
    found = published({"sgb2.csv": BY_AREA.replace(";*", ";2")})
    assert told(found, Kind.PRINTED) == {"Personen (sgb2), Bheim, 2024": "2"}
    assert "steht offen da: sgb2.csv, Zeile 3, Spalte C" in found.found[0].steps[0]
    harmless = published(
        {"sgb2.csv": BY_AREA.replace(";*", ";2")}, 'ohne_schutz = ["Personen"]\n' + DESCRIBED
    )
    assert harmless.revealed == 0


def test_a_hidden_count_that_another_file_prints_is_found(published):
    other = "Gebiet;Jahr;Personen\nAdorf;2024;20\nBheim;2024;14\n"
    twice = DESCRIBED + DESCRIBED.split("[gliederung", maxsplit=1)[0].replace("sgb2.csv", "anhang.csv")
    found = published({"sgb2.csv": BY_AREA.replace("34", "46"), "anhang.csv": other}, twice)
    assert told(found, Kind.BOTH) == {"Personen, Bheim, 2024": "14"}
    assert found.found[0].steps == (
        "Offen in anhang.csv, Zeile 3, Spalte C, gesperrt in sgb2.csv, Zeile 3, Spalte C.",
    )


def test_tables_of_two_files_are_subtracted_from_each_other(published):
    fine = (
        "ID;Wohnplatz;Kommune;2023;2024\n01;Adorf;A-Stadt;20;21\n02;Bheim;A-Stadt;*;3\n03;Cdorf;B-Stadt;7;8\n"
    )
    fine += "04;Dheim;B-Stadt;9;9\n"
    coarse = "Kommune;2023;2024\nA-Stadt;22;24\nB-Stadt;16;17\n"
    found = published({"sgb2_wohnplaetze.csv": fine, "sgb2_kommunen.csv": coarse})
    assert told(found) == {"sgb2, Bheim, 2023": "2"}
    assert found.found[0].steps == ("Denn 22 (A-Stadt) − 20 (Adorf) = 2",)
    assert any("nachgerechnet" in line for line in found.assumptions)


RATES = "Wohnplatz;Jahr;Einwohner;Leistungen;Quote in %\n"


def test_a_rate_gives_its_numerator_back(published):
    rows = [
        ("Adorf", 200, 20),
        ("Bheim", 110, 2),
        ("Cstadt", 333, 47),
        ("Dorf", 512, 31),
        ("Ehausen", 95, 12),
    ]
    text = RATES + "".join(
        f"{a};2024;{d};{n if n > 2 else '*'};{100 * n / d:.1f}\n".replace(".", ",") for a, d, n in rows
    )
    found = published({"sgb2.csv": text})
    assert told(found) == {"Leistungen, Bheim, 2024": "2"}
    assert "Quote 1,8 % bei 110 (Einwohner) bedeutet 1,93 bis 2,04, also 2" in found.found[0].steps[0]
    assert found.found[0].advice == "Die Quote dieser Zahl sperren."


def test_a_rate_alone_reveals_counts_that_nobody_printed(published):
    description = DESCRIBED.replace(
        '"Personen" = { anzahl = "Personen" }',
        '"Einwohner" = { anzahl = "Einwohner" }\n'
        '"Quote" = { quote = "Leistungen", je = "Einwohner", stellen = 1 }',
    ).replace("[gliederung.Gebiet]", "[gliederung.Gebiet]\nsummierbar = false")
    text = "Gebiet;Jahr;Einwohner;Quote\nAdorf;2024;40;5,0\nBheim;2024;900;5,0\n"
    found = published({"sgb2.csv": text}, description)
    assert told(found) == {"Leistungen, Adorf, 2024": "2"}
    assert not found.found[0].hidden


def test_the_rest_of_a_share_counts_people_too(published):
    description = DESCRIBED.replace(
        '"Personen" = { anzahl = "Personen" }',
        '"Kinder" = { anzahl = "Kinder" }\n"Quote" = { quote = "Leistungen", je = "Kinder", anteil = true }',
    )
    found = published({"sgb2.csv": "Gebiet;Jahr;Kinder;Quote\nAdorf;2024;41;97,6\n"}, description)
    assert told(found) == {"Kinder ohne Leistungen, Adorf, 2024": "1"}


def test_the_properties_of_a_map_are_read_as_a_table(published):
    features = [
        {"type": "Feature", "geometry": None, "properties": {"Gebiet": a, "Jahr": 2024, "Personen": n}}
        for a, n in (("Adorf", 20), ("Bheim", "*"), ("Cstadt", 12), ("insgesamt", 34))
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    assert set(told(published({"karte.geojson": text})).values()) == {"2"}


def test_headings_over_several_rows_and_two_breakdowns_are_understood(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "arbeitslose.xlsx"))
    sheet = book.add_worksheet("Bestand")
    sheet.write(0, 0, "Arbeitslose, Dezember 2024")
    sheet.merge_range(2, 0, 3, 0, "Region")
    sheet.merge_range(2, 1, 3, 1, "Insgesamt")
    sheet.merge_range(2, 2, 2, 3, "Geschlecht")
    sheet.merge_range(2, 4, 2, 6, "Alter")
    heads = ["Männer", "Frauen", "unter 25 Jahre", "25 bis unter 55 Jahre", "55 Jahre und älter"]
    for column, head in enumerate(heads, 2):
        sheet.write(3, column, head)
    rows = [
        ("Musterkreis", 176, 95, 81, 17, 125, 34),
        ("Adelsfeld", 41, 22, 19, 4, 29, 8),
        ("Brückstadt", 123, 67, 56, 12, 87, 24),
        ("Cronau", 12, 6, 6, "*", 9, "*"),
    ]
    for line, row in enumerate(rows, 4):
        for column, value in enumerate(row):
            sheet.write(line, column, value)
    book.close()
    found = check_publication(tmp_path)
    assert sorted(told(found).values()) == ["1", "2"]
    assert all("Cronau" in name and "Jahre" in name for name in told(found))


def test_overlapping_divisions_reveal_the_pieces_between_them(published):
    description = """
[[tabelle]]
datei = "stadtteile.csv"
zeilen = { "Gebiet" = "Gebiet" }
[tabelle.spalten]
"Personen" = { anzahl = "Personen" }
[[tabelle]]
datei = "schulbezirke.csv"
zeilen = { "Gebiet" = "Gebiet" }
[tabelle.spalten]
"Personen" = { anzahl = "Personen" }
[gliederung.Gebiet]
[gliederung.Gebiet.summen]
"Nord" = ["Block 1", "Block 2"]
"Bezirk I" = ["Block 1", "Block 2", "Block 3"]
"""
    found = published(
        {
            "stadtteile.csv": "Gebiet;Personen\nNord;40\n",
            "schulbezirke.csv": "Gebiet;Personen\nBezirk I;41\n",
        },
        description,
    )
    assert told(found) == {"Personen, Block 3": "1"}


def test_a_printed_change_reveals_the_earlier_count(published):
    description = DESCRIBED.replace(
        '"Personen" = { anzahl = "Personen" }',
        '"Personen" = { anzahl = "Personen" }\n'
        '"Differenz" = { veraenderung = "Personen", je_bei = { Jahr = "2023" } }',
    )
    text = "Gebiet;Jahr;Personen;Differenz\nAdorf;2023;*;\nAdorf;2024;14;12\n"
    assert told(published({"sgb2.csv": text}, description)) == {"Personen, Adorf, 2023": "2"}


def test_cells_that_say_how_small_they_are_are_taken_at_their_word(published):
    rows = "".join(f"Dorf {i};2024;{40 + i}\n" for i in range(20))
    text = BY_AREA.replace("4;20", "4;< 3").replace(";*", ";1 bis 2").replace(";34", ";1006") + rows
    assert set(told(published({"sgb2.csv": text}, DESCRIBED)).values()) == {"2"}


def test_contradictory_totals_are_named_and_not_used(published):
    two = BY_AREA + "Adorf;2023;20\nBheim;2023;9\nCstadt;2023;12\ninsgesamt;2023;50\n"
    three = two + "Adorf;2022;5\nBheim;2022;5\nCstadt;2022;5\ninsgesamt;2022;15\n"
    found = published({"sgb2.csv": three}, DESCRIBED.replace("gesamt = ", "gesamt = "))
    assert any("»insgesamt«" in a and "1 von 2" in a for a in found.assumptions)
    described = DESCRIBED + '[gliederung.Gebiet.summen]\n"insgesamt" = ["Adorf", "Bheim", "Cstadt"]\n'
    described = (
        described.replace("[gliederung.Jahr]\nsummierbar = false\n", "")
        + "[gliederung.Jahr]\nsummierbar = false\n"
    )
    found = published({"sgb2.csv": three}, described)
    (wrong,) = [f for f in found.found if f.kind is Kind.CONTRADICTION]
    assert (wrong.name, wrong.value) == ("Personen, 2023", "50 statt 41")
    assert wrong.steps[0].startswith("20 (Adorf) + 9 (Bheim) + 12 (Cstadt) = 41, nicht 50.")
    assert not found.clean
    assert told(found) == {"Personen, Bheim, 2024": "2"}


def test_tables_that_do_not_add_up_by_design_need_a_tolerance(published):
    noisy = BY_AREA.replace(";34", ";36") + "Adorf;2023;20\nBheim;2023;9\nCstadt;2023;12\ninsgesamt;2023;43\n"
    found = published({"sgb2.csv": noisy}, "toleranz = 3\n" + DESCRIBED)
    assert found.revealed == 0
    assert any("um 3 abweichen" in a for a in found.assumptions)


def test_negative_and_broken_counts_are_told_and_not_attacked(published):
    found = published({"sgb2.csv": BY_AREA.replace("4;20", "4;-20").replace(";12", ";12,5")}, DESCRIBED)
    assert any("negative Anzahl" in n for n in found.notes)
    assert any("keine ganze Zahl" in n for n in found.notes)
    assert found.revealed == 0


ROUNDED = "Gebiet;Jahr;Personen\n" + "".join(f"{a};2024;0\n" for a in "ABCDE") + "insgesamt;2024;10\n"


def test_sums_of_counts_rounded_each_by_itself_give_small_ones_back(published):
    # Five zeros that are 0 to 2 each, and a total of 8 to 12: with any neighbour as rounding nothing follows.
    nearest = published({"sgb2.csv": ROUNDED}, "gerundet_auf = 5\nkaufmaennisch = true\n" + DESCRIBED)
    assert nearest.revealed == 0
    full = ROUNDED.replace("D;2024;0\nE;2024;0\n", "")
    nearest = published({"sgb2.csv": full}, "gerundet_auf = 5\nkaufmaennisch = true\n" + DESCRIBED)
    (wrong,) = nearest.found
    assert (wrong.kind, wrong.name, wrong.value) == (Kind.CONTRADICTION, "Personen, 2024", "unmöglich")
    assert "passt diese Summe nicht" in wrong.steps[0]
    four = ROUNDED.replace("E;2024;0\n", "")
    nearest = published({"sgb2.csv": four}, "gerundet_auf = 5\nkaufmaennisch = true\n" + DESCRIBED)
    assert told(nearest) == {f"Personen, {a}, 2024": "2" for a in "ABCD"}
    assert published({"sgb2.csv": four}, "gerundet_auf = 5\n" + DESCRIBED).revealed == 0


def test_sums_that_miss_a_little_everywhere_are_taken_for_noise(published):
    years = [(20, 9, 12, 43), (31, 14, 10, 53), (11, 28, 19, 60), (17, 6, 22, 44)]
    rows = [f"{a};{2020 + i};{n}\n" for i, y in enumerate(years) for a, n in zip("ABC", y, strict=False)]
    rows += [f"insgesamt;{2020 + i};{y[3]}\n" for i, y in enumerate(years)]
    found = published({"zensus.csv": "Gebiet;Jahr;Personen\n" + "".join(rows)})
    assert any("nur an 0 von 4" in n and "überlagert" in n for n in found.notes)
    assert found.revealed == 0


def test_files_that_are_no_tables_are_named_and_the_others_checked(published, tmp_path):
    (tmp_path / "bericht.pdf").write_bytes(b"%PDF-1.7 ...")
    (tmp_path / "kaputt.geojson").write_text("{", encoding="utf-8")
    (tmp_path / "text.csv").write_text("Nur ein Satz.\n", encoding="utf-8")
    found = published({"sgb2.csv": BY_AREA})
    assert found.revealed == 1
    assert [name for name, _ in found.skipped] == ["bericht.pdf", "kaputt.geojson", "text.csv"]


def test_an_empty_folder_is_a_clear_answer(tmp_path):
    with pytest.raises(WohnplatzError, match="nichts zu prüfen"):
        check_publication(tmp_path)


def test_namesakes_in_one_table_are_two_places(published):
    # A quarter and a borough of the same name, as in Hamburg's tables.
    text = "Gebiet;Jahr;Personen\nAltona;2024;20\nOttensen;2024;30\nAltona;2024;50\n"
    found = published({"sgb2.csv": text})
    assert found.notes == ()
    assert found.revealed == 0


def test_schools_prices_and_balances_are_no_people(published):
    text = "Gebiet;Jahr;Grundschulen;Wanderungssaldo;Kaufpreis in EUR;Personen\n"
    text += "Adorf;2024;1;-2;2;20\nBheim;2024;2;1;1;30\n"
    found = published({"sgb2.csv": text})
    assert found.revealed == 0
    assert any("Keine Personen, also nicht schutzbedürftig: Grundschulen." in a for a in found.assumptions)
    assert [line.split("»")[1].split("«")[0] for line in found.left] == [
        "Wanderungssaldo",
        "Kaufpreis in EUR",
    ]


def test_a_presence_that_should_be_hidden_but_follows_is_named(published):
    strict = 'nullen_sichtbar = false\nstufe = "Anwesenheit verborgen"\n' + DESCRIBED
    text = BY_AREA.replace("4;20", "4;*").replace("Bheim;2024;*", "Bheim;2024;1-2").replace(";34", ";20")
    found = published({"sgb2.csv": text}, strict)
    assert told(found, Kind.PRESENT) == {"Personen, Adorf, 2024": "6 bis 7"}
    assert told(found, Kind.SMALL) == {"Personen, Bheim, 2024": "1 bis 2"}
    assert found.revealed == 2
    hidden = BY_AREA.replace("4;20", "4;*").replace("Bheim;2024;*", "Bheim;2024;*").replace(";34", ";32")
    assert published({"sgb2.csv": hidden}, strict).revealed == 0


def test_what_a_supplier_knows_himself_counts_as_known_and_not_as_published(published):
    two = BY_AREA.replace("4;20", "4;*").replace(";34", ";15")
    safe = published({"sgb2.csv": two}, DESCRIBED)
    assert safe.revealed == 0
    own = (
        DESCRIBED.split("[gliederung", maxsplit=1)[0]
        .replace("sgb2.csv", "eigene.csv")
        .replace("zeilen", "bekannt = true\nzeilen")
    )
    found = published(
        {"sgb2.csv": two, "eigene.csv": "Gebiet;Jahr;Personen\nAdorf;2024;1\nXdorf;2024;2\n"}, DESCRIBED + own
    )
    assert told(found) == {"Personen, Bheim, 2024": "2"}
    assert found.revealed == 1
