"""Totals that stand in another file than their parts: used where printed numbers prove them, else named."""

from wohnplatz.checks.publications import FILE_NAME, Kind, check_publication, read_folder, to_toml

PARTS = """Stadtteil;Jahr;Leistungen
Nord;2023;{}
Süd;2023;31
West;2023;{}
Nord;2024;40
Süd;2024;{}
West;2024;9
"""
TOWN = "Gemeinde;Jahr;Leistungen\nMusterstadt;2023;{}\nMusterstadt;2024;84\n"


def exact(found):
    return {f.name: f.value for f in found.found if f.kind is Kind.EXACT}


def test_a_total_of_another_name_is_used_where_two_years_prove_it(published):
    rows = "Nord;2022;17\nSüd;2022;12\nWest;2022;8\nNord;2021;21\nSüd;2021;13\nWest;2021;5\n"
    parts = PARTS.format(12, "*", 35) + rows
    town = TOWN.format(45) + "Musterstadt;2022;37\nMusterstadt;2021;39\n"
    found = published(stadtteile=parts, stadt=town)
    assert exact(found) == {"Leistungen, West, 2023": "2"}
    assert found.left == ()
    assert any("»Musterstadt« ist die Summe von Nord, Süd, West (an 3 von 3" in a for a in found.assumptions)


def test_a_total_that_nothing_proves_is_named_with_the_line_that_would_say_it(published, tmp_path):
    parts = PARTS.format("*", 12, "*")
    found = published(stadtteile=parts, stadt=TOWN.format(45))
    assert found.revealed == 0
    (left,) = found.left
    assert left.startswith("»Musterstadt« (stadt.csv, Zeile 2, Spalte C) könnte die Summe von Nord")
    line = '[gliederung."Gebiet".summen] "Musterstadt" = ["Nord", "Süd", "West"]'
    assert line in left
    assert not found.complete
    text = to_toml(read_folder(tmp_path)[1].description)
    assert '[gliederung."Gebiet"]' in text
    section = '[gliederung."Gebiet"]\n'
    # The section of sums belongs right below its dimension.
    head, tail = text.split(section)
    sums = '[gliederung."Gebiet".summen]\n"Musterstadt" = ["Nord", "Süd", "West"]\n'
    described = head + section + sums + tail
    (tmp_path / FILE_NAME).write_text(described, encoding="utf-8")
    again = check_publication(tmp_path)
    assert exact(again) == {"Leistungen, Nord, 2023": "2"}
    assert again.left == ()


def test_a_total_is_used_where_each_time_only_as_much_remains_as_may_be_held_back(published):
    parts = "Stadtteil;2022;2023;2024\nNord;310;*;286\nSüd;*;402;377\nWest;155;149;*\n"
    found = published(sgb2_stadtteile=parts, sgb2_stadt="Gemeinde;2022;2023;2024\nMusterstadt;466;553;664\n")
    assert sorted(exact(found).values()) == ["1", "1", "2"]
    assert any("so wenig übrig, wie gesperrt ist" in a for a in found.assumptions)
    assert found.left == ()


def test_a_total_that_does_not_fit_is_not_named(published):
    parts = PARTS.format("*", 12, "*")
    town = TOWN.format(30)
    assert published(stadtteile=parts, stadt=town).left == ()


def test_a_total_without_any_area_is_named_as_well(published):
    parts = PARTS.format("*", 12, "*")
    found = published(stadtteile=parts, gesamt="Jahr;Leistungen\n2023;45\n2024;84\n")
    (left,) = found.left
    assert (
        '[gliederung."Gebiet"] gesamt = ["insgesamt"] und [gliederung."Gebiet".summen] "insgesamt" =' in left
    )


def test_a_file_named_after_nurseries_holds_persons_all_the_same(published):
    """Only a heading says that things are counted, and nobody holds back the number of things."""
    table = "Stadtteil;Insgesamt;Mädchen;Jungen\nNord;31;14;17\nSüd;22;10;12\nWest;11;x;9\nStadt;64;26;38\n"
    assert set(exact(published(kita_und_jugend=table)).values()) == {"2"}
    held = table.replace("Insgesamt", "Kita-Plätze").replace("11;x", "11;x")
    assert published(kita_und_jugend=held).hidden


def test_the_number_of_a_row_and_the_level_of_an_area_are_no_areas(published):
    """As this program writes its downloads: a key of its own for each row, and »Ebene« beside the area."""
    areas = [
        ("0599901", "Adorf", "Ort", 20),
        ("0599902", "Bheim", "Ort", ""),
        ("0599903", "Cdorf", "Ort", 12),
    ]
    areas.append(("05999", "Kreis Muster", "Kreis", 34))
    rows = "".join(
        f"sgb2/{k}/2024;{k};{n};{e};2024;sgb2;{v};{'Wert' if v else 'geschützt'}\n" for k, n, e, v in areas
    )
    found = published(sgb2="Kennung;Gebietsschlüssel;Gebiet;Ebene;Jahr;Indikator;Zähler;Zustand\n" + rows)
    (leak,) = found.found
    assert (leak.kind, leak.value) == (Kind.EXACT, "2")
    assert leak.steps == ("Denn 34 (Kreis Muster) − 20 (Adorf) − 12 (Cdorf) = 2",)
