"""What a rule file changes against another one: said, and which way; and every mistake in one go."""

from __future__ import annotations

import pytest

from wohnplatz.disclosure import STANDARD_RULES, compare, read_rules, weaker
from wohnplatz.disclosure.rule_words import demanded

TEXT = STANDARD_RULES.read_text(encoding="utf-8")
SOCIAL = 'schutzbedürftigen Merkmalen"\nminimum_count = '
WHOLE, COUNT = "ganze Gruppe geschützt", "Mindestfallzahl"


def rules(text):
    found, problems = read_rules(text.encode(), "kreis.toml")
    assert problems == ()
    return found


def changed(old, new, more=""):
    """What becomes different when ``old`` is replaced in the packaged file, and ``more`` put behind it."""
    assert old in TEXT
    return compare(rules(TEXT), rules(TEXT.replace(old, new, 1) + more))


@pytest.mark.parametrize(
    ("old", "new", "more", "what", "words", "effect"),
    [
        (SOCIAL + "3", SOCIAL + "5", "", COUNT, ("3", "5"), "strenger"),
        (SOCIAL + "3", SOCIAL + "2", "", COUNT, ("3", "2"), "schwächer"),
        ("whole_group = true", "whole_group = false", "", WHOLE, ("ja", "nein"), "schwächer"),
        ("minimum_population = 300", "", "", "Mindesteinwohnerzahl", ("300", "–"), "schwächer"),
        ("whole_group = true", 'whole_group = true\nlevel = "not_small"', "", "Schutzstufe",
         ("nicht errechenbar", "nicht als klein erkennbar"), "strenger"),
        ("whole_group = true", "whole_group = true\ndominance_count = 1\ndominance_share = 85", "",
         "Dominanz: höchstens dieser Anteil in %", ("–", "85"), "strenger"),
        ("insiders = true", "insiders = false", "", "Lieferstellen kennen ihre eigenen Zahlen",
         ("ja", "nein"), "schwächer"),
        ("total = 8 ", "total = 4.5 ", "", "was eher sichtbar bleibt",
         ("Summen 8, neuestes Jahr 2, Index 4", "Summen 4,5, neuestes Jahr 2, Index 4"), "anders"),
        ("version = 3", "version = 4", '\n[datasets.sgb2]\nmode = "rounding"\nsince = 2025\n',
         "Art des Schutzes", ("Sperrung", "Rundung auf 5 ab 2025"), "anders"),
        ("version = 3", "version = 4", '\n[datasets.zensus]\nmode = "source"\n', "Art des Schutzes",
         ("Sperrung", "Überlagerung an der Quelle"), "schwächer"),
        ("version = 3", "version = 4", '\n[datasets.a]\nwithout_breakdowns_on = ["wohnplatz"]\n',
         "Ebenen ohne Zahlen nach Alter und Geschlecht", ("–", "wohnplatz"), "strenger"),
        ("version = 3", "version = 4", '\n[datasets.a]\nwithout_breakdowns_by = ["geschlecht"]\n',
         "nicht veröffentlichte Gliederungen", ("–", "geschlecht"), "strenger"),
        ("insiders = true", 'insiders = true\ncoalitions = [["b", "a"]]', "",
         "Lieferstellen gemeinsam: »a« und »b«", ("nein", "ja"), "strenger"),
        ("version = 3", "version = 4", "\n[datasets.a]\nages_from = [18, 65]\n", "Altersgruppen",
         ("wie geliefert", "unter 18 Jahre, 18 bis unter 65 Jahre und 65 Jahre und älter"), "strenger"),
    ],
)  # fmt: skip
def test_a_change_is_told_with_both_values_and_its_direction(  # noqa: PLR0917 (a table)
    old, new, more, what, words, effect
):
    (change,) = [c for c in changed(old, new, more) if c.what == what]
    assert ((change.old, change.new), change.effect.value) == (words, effect)


def test_what_holds_for_all_audiences_is_told_once_and_a_single_one_is_named():
    (change,) = changed("whole_group = true", "whole_group = false")
    assert "alle Empfängerkreise" in change.where
    (change,) = changed(
        "version = 3", "version = 4", "\n[audiences.public.classes.services]\nminimum_count = 10\n"
    )
    assert "(Öffentlichkeit)" in change.where


def test_a_demand_that_is_gone_or_holds_for_fewer_protects_less():
    demand = '\n[suppliers.jobcenter]\nlabel = "ab 10"\nminimum_count = 10\n'
    with_it, without = rules(TEXT + demand), rules(TEXT)
    narrow = rules(TEXT + demand + 'audiences = ["public"]\n')
    assert weaker(compare(without, with_it)) == ()
    assert [c.where for c in weaker(compare(with_it, without))] == ["Lieferstelle »jobcenter«"]
    assert len(weaker(compare(with_it, narrow))) == 3
    assert demanded(with_it.suppliers["jobcenter"]) == [
        "Fallzahlen von 1 bis 9 sind geschützt; eine Null bleibt sichtbar."
    ]


def test_the_same_rules_differ_in_nothing_whatever_the_remarks():
    assert compare(rules(TEXT), rules("# Kreis Auental\n" + TEXT)) == ()


def test_every_faulty_section_is_named_with_its_line_in_one_go():
    text = (
        TEXT.replace("minimum_population = 300", "minimum_populaton = 300")
        .replace("whole_group = true", 'whole_group = "ja"')
        .replace("insiders = true", "insider = true")
    )
    found, problems = read_rules(text.encode(), "kreis.toml")
    lines = text.splitlines()
    assert found is None
    assert len(problems) == 3
    for problem, key in zip(problems, ("whole_group", "minimum_populaton", "insider"), strict=True):
        number = int(problem.where.split("Zeile ")[1].split(",")[0])
        assert lines[number - 1].startswith(key)
    assert "Gemeint ist vielleicht »minimum_population«" in problems[1].why


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a = 1\nb = 1,5\n", 2, "Dort steht »b = 1,5«."),
        ("a = 1\n[x]\n[x]\n", 3, "doppelt"),
        ("a = 1\nName Wert\n", 2, "Name = Wert"),
    ],
)
def test_what_is_no_toml_is_said_in_german_with_its_line(text, line, said):
    _, (problem,) = read_rules(text.encode(), "kreis.toml")
    assert f"Zeile {line}" in problem.where
    assert said in problem.why


def test_a_file_in_another_encoding_is_refused():
    _, (problem,) = read_rules(TEXT.encode("cp1252", errors="replace"), "kreis.toml")
    assert "UTF-8" in problem.why
