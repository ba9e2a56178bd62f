"""Tables as strangers make them: odd signs, wrong totals, rates without counts. A brute-force attacker shares
no code with the audit: it fills every cell that is not printed in every way that agrees with the totals.
"""

from __future__ import annotations

import itertools
import random

import pytest

from wohnplatz.checks.publications import Kind

ONE = "Stadtteil;Empfänger\nNord;12\nSüd;{}\nOst;20\nWest;31\nInsgesamt;65\n"


def told(found, kind=Kind.EXACT):
    return {f.name: f.value for f in found.found if f.kind is kind}


@pytest.mark.parametrize(
    "sign",
    [".", "x", "X", "*", "**", "/", "-", "–", "…", "...", "geheim", "(x)", "n. a.", "k. A.", "<3", "1 bis 2"],
)  # fmt: skip
def test_whatever_sign_stands_for_a_number_the_rest_of_the_total_gives_it_away(published, sign):
    found = published(t=ONE.format(sign))
    assert told(found) == {"Empfänger, Süd": "2"}
    assert "65 (Insgesamt) − 12 (Nord) − 20 (Ost) − 31 (West) = 2" in found.found[0].steps[0]


def test_a_dash_that_adds_up_as_nothing_is_nothing(published):
    found = published(t="Stadtteil;2022;2023\nNord;-;4\nSüd;5;6\nOst;7;-\nInsgesamt;12;10\n")
    assert found.clean
    assert found.hidden == 0


def test_a_row_without_any_number_is_a_heading_and_no_hidden_part(published):
    found = published(t="Gebiet;Männer;Frauen\nStadt;;\nNord;12;13\nSüd;x;4\nInsgesamt;14;17\n")
    assert list(told(found).values()) == ["2"]


def brute_force(rows, columns, shown):
    """Cells of a table with margins that have one value in all tables that agree with what is shown."""
    inner = list(itertools.product(range(rows), range(columns)))
    most = max(v for v in shown.values())
    free = [c for c in inner if c not in shown]
    fits = []
    for values in itertools.product(range(most + 1), repeat=len(free)):
        table = {c: shown[c] for c in inner if c in shown} | dict(zip(free, values, strict=True))
        sums = {(rows, j): sum(table[i, j] for i in range(rows)) for j in range(columns)}
        sums |= {(i, columns): sum(table[i, j] for j in range(columns)) for i in range(rows)}
        if all(shown.get(c, v) == v for c, v in sums.items()):
            fits.append(table)
    assert fits
    return {c: fits[0][c] for c in free if len({t[c] for t in fits}) == 1}


@pytest.mark.parametrize("seed", range(12))
def test_exactly_what_enumeration_finds_is_found(published, seed):
    luck = random.Random(seed)
    rows, columns, signs = 3, 2, ["x", "/", ".", "…", ""]
    table = {(i, j): luck.choice([1, 2, 4, 6, 9, 11]) for i in range(rows) for j in range(columns)}
    sums = {(i, columns): table[i, 0] + table[i, 1] for i in range(rows)}
    sums |= {(rows, j): sum(table[i, j] for i in range(rows)) for j in range(columns)}
    sums[rows, columns] = sum(table.values())
    hidden = set(luck.sample(sorted(table), luck.choice([1, 2, 3])))
    shown = {c: v for c, v in (table | sums).items() if c not in hidden}
    lines = ["Gebiet;männlich;weiblich;Insgesamt"]
    for i, name in enumerate(["Nord", "Ost", "West", "Insgesamt"]):
        cells = [str(shown[i, j]) if (i, j) in shown else luck.choice(signs) for j in range(columns + 1)]
        lines.append(";".join([name, *cells]))
    found = published(t="\n".join(lines) + "\n")
    known = brute_force(rows, columns, shown)
    words = [("Nord", "Ost", "West"), ("männlich", "weiblich")]
    small = {f"t, {words[0][i]}, {words[1][j]}": str(v) for (i, j), v in known.items() if 0 < v < 3}
    assert told(found) == small
    assert not found.count(Kind.CONTRADICTION)


def test_a_wrong_total_is_a_finding_of_its_own_and_hides_nothing(published):
    text = "Gebiet;Männer;Frauen;Insgesamt\nA;10;12;22\nB;20;.;22\nC;15;14;30\nKreis;45;28;73\n"
    found = published(t=text)
    assert told(found) == {"t, B, Frauen": "2"}
    assert told(found, Kind.CONTRADICTION) == {"t, C": "30 statt 29"}
    (wrong,) = [f for f in found.found if f.kind is Kind.CONTRADICTION]
    assert "14 (Frauen) + 15 (Männer) = 29, nicht 30" in wrong.steps[0]


def test_only_a_wrong_total_is_not_clean_and_a_selection_of_parts_is_no_mistake(published):
    found = published(t="Gebiet;Fälle\nA-Stadt;10\nB-Stadt;20\nC-Stadt;15\nInsgesamt;50\n")
    assert found.revealed == 0
    assert told(found, Kind.CONTRADICTION) == {"Fälle (t), insgesamt": "50 statt 45"}
    assert not found.clean
    found = published(t="Gebiet;Fälle\nA-Stadt;10\nB-Stadt;20\nC-Stadt;15\nInsgesamt;450\n")
    assert found.clean
    assert any("Keine Summe" in note for note in found.notes)


def test_one_printed_rate_ties_a_small_table_where_no_other_pair_gives_it(published):
    found = published(t="Gebiet;Einwohner;Empfänger;Quote in %\nAltdorf;40;x;5\nBergheim;310;33;11\n")
    assert told(found) == {"Empfänger, Altdorf": "2"}
    either = "Gebiet;Einwohner;Personen;Empfänger;Quote in %\nAltdorf;40;41;x;5\nBergheim;310;311;33;11\n"
    assert told(published(t=either)) == {}


def rates(base):
    """Twelve areas with a rate of one decimal on ``base`` of their inhabitants; who has 2 cases."""
    luck, lines, small = random.Random(4), ["Gebiet;Einwohner;Quote in %"], set()
    for n in range(12):
        people = luck.randint(30, 400)
        cases = 2 if n in {3, 8} else luck.randint(3, 2 + people // 8)
        lines.append(f"G{n};{people};{100 * cases / base(people):.1f}".replace(".", ","))
        small |= {f"G{n}"} if cases == 2 else set()
    return "\n".join(lines) + "\n", small


def test_a_map_of_rates_gives_small_numerators_away_that_stand_nowhere(published):
    text, small = rates(lambda people: people)
    assert {name.split(", ")[1] for name in told(published(t=text))} == small


def test_rates_on_another_denominator_raise_no_alarm(published):
    text, _ = rates(lambda people: people * 61 // 100)
    assert told(published(t=text)) == {}


def test_sums_met_by_chance_in_a_long_table_are_not_believed(published):
    luck = random.Random(1)
    lines = ["Block;Männer;Frauen;Insgesamt"]
    for n in range(600):
        men, women = luck.randint(3, 40), luck.randint(3, 40)
        lines.append(f"Block {n:03d};{men};{women};{men + women}")
    found = published(t="\n".join(lines) + "\n")
    assert found.clean
    assert [a for a in found.assumptions if "ist die Summe von" in a and "Frauen, Männer" not in a] == []


def test_small_areas_beside_their_towns_are_one_tree(published):
    lines = ["Gemeinde;Block;Fälle"] + [f"G{n // 5};Block {n};{4 + n}" for n in range(20)]
    found = published(
        t="\n".join(lines).replace(";7\n", ";x\n") + "\n", gemeinden="Gebiet;Fälle\nG0;30\nG1;55\n"
    )
    assert "Gebiet: »G0« ist die Summe von" in " ".join(found.assumptions)


def test_classes_of_a_map_are_no_areas(published):
    found = published(
        t="Stadtteil;Einwohner;Klasse\nNord;120;10 bis unter 12\nSüd;35;5 bis 6\nOst;30;10 bis unter 12\n"
    )
    assert not any("10 bis unter 12" in a for a in found.assumptions)


def test_a_sign_that_stands_where_small_counts_are_missing_is_never_a_zero(published):
    """With zeros printed and 1 and 2 nowhere, x is at least 1: 2 = x + x is then 1 and 1."""
    text = "Gebiet;männlich;weiblich;Insgesamt\nA;x;x;x\nB;0;7;7\nC;9;4;13\nInsgesamt;10;12;22\n"
    found = published(t=text)
    assert told(found) == {"t, A, männlich": "1", "t, A, weiblich": "1", "t, A": "2"}
    assert any("»x« gilt als gesperrt" in a for a in found.assumptions)
    columns = "Gebiet;männlich;weiblich;Insgesamt\nA;x;x;2\nB;0;7;7\nC;x;4;13\nInsgesamt;10;12;22\n"
    assert not any(
        "gilt als gesperrt" in a for a in published(t=columns).assumptions
    )  # a small count is printed


def test_files_of_several_years_with_the_year_in_their_names_alone_are_told_apart(published):
    found = published(
        hilfen_2022="Gebiet;Fälle\nA;41\nB;30\nC;*\nInsgesamt;73\n",
        hilfen_2023="Gebiet;Fälle\nA;44\nB;28\nC;6\nInsgesamt;78\n",
    )
    assert not found.count(Kind.CONTRADICTION)
    assert told(found) == {"Fälle (hilfen), C, 2022": "2"}
    assert "hilfen_2022.csv: Das Jahr 2022 steht nur im Namen und gilt für alle Zahlen." in found.assumptions


def test_a_single_file_with_a_year_in_its_name_meets_one_without(published):
    found = published(
        einwohner="Ort;Einwohner\nA;400\nB;510\nC;95\nD;300\n",
        quoten_2024="Ort;Quote in %;Hilfen\nA;10,0;40\nB;9,8;50\nC;2,1;x\nD;4,0;12\n",
    )
    assert told(found) == {"Hilfen, C": "2"}


def test_the_mark_of_a_footnote_is_no_part_of_a_name(published):
    found = published(
        a="Ort;Einwohner\nA;400\nB;510\nC 1);95\nD;300\n1) mit Neubau\n",
        b="Ort;Quote in %;Hilfen\nA;10,0;40\nB;9,8;50\nC;2,1;x\nD;4,0;12\n",
    )
    assert told(found) == {"Hilfen, C": "2"}
