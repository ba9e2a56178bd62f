from types import ModuleType

import pytest

from wohnplatz.report import Material, suggest
from wohnplatz.report.claims import Truth
from wohnplatz.report.grammar import where
from wohnplatz.report.printing import Place
from wohnplatz.report.suggesting import About
from wohnplatz.report.texts import write_text


def said(area: str, indicator: str, material: Material) -> list[str]:
    found = []
    for suggestion in suggest(material, area, indicator, 2025):
        written = write_text(suggestion.markdown, Place(area, 2025), material)
        assert all(u.truth in {None, Truth.HOLDS} and u.trouble is None for u in written.uses)
        found.append("".join(s.text for s in written.blocks[0].spans).replace("\u00a0", " "))  # type: ignore[union-attr]
    return found


def test_sentences_say_value_place_beside_the_district_and_change(material: Material) -> None:
    assert said("a1", "quote", material) == [
        "Der Anteil der Leistungsberechtigten an den Personen unter 65 Jahren liegt 2025 im Wohnplatz Altdorf"
        " bei 17,539 % (Unsicherheitsbereich 15,495 bis 19,791 %).",
        "Der Wert liegt über dem Kreiswert von 8,872 %.",
        "Seit 2020 ist der Wert gestiegen (+6,234 Prozentpunkte).",
    ]


def test_what_may_be_chance_is_not_told_as_a_difference(material: Material) -> None:
    assert said("a3", "quote", material)[1:] == [
        "Der Wert unterscheidet sich nicht erkennbar vom Kreiswert von 8,872 %.",
        "Seit 2020 hat sich der Wert nicht erkennbar verändert.",
    ]


def test_a_break_in_the_series_is_not_crossed(material: Material) -> None:
    assert "Seit 2024" in said("a1", "bruch", material)[-1]


def test_a_protected_figure_is_named_as_such_and_nothing_more(
    material: Material, made_up: ModuleType
) -> None:
    (only,) = suggest(material, "a2", "quote", 2025)
    assert only.about is About.NONE
    assert only.markdown == (
        "Der Wert „Musterquote“ wird im Wohnplatz Bruch für 2025 nicht genannt, weil die Zahl geschützt ist."
    )
    assert not any(number in only.markdown for number in made_up.HIDDEN)


def test_other_kinds_of_figures_have_sentences_of_their_own(material: Material) -> None:
    assert said("a1", "einwohner", material)[0] == "Im Wohnplatz Altdorf leben 2025 1.804 Menschen."
    assert said("a", "miete", material) == [
        "Die mittlere Angebotsmiete je Quadratmeter liegt 2025 in der Stadt Auen bei 10,03 €/m²."
    ]
    assert said("a3", "miete", material) == [
        "Zum Wert „Angebotsmiete“ liegt im Wohnplatz Casel für 2025 keine Angabe vor."
    ]
    assert suggest(material, "weg", "quote", 2025) == suggest(material, "a1", "weg", 2025) == ()


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ("a", "in der Stadt Auen"),
        ("b", "in der Gemeinde Buchen"),
        ("k", "im Kreis Muster"),
        ("a1", "im Wohnplatz Altdorf"),
    ],
)
def test_places_stand_in_the_right_case(area: str, words: str, material: Material) -> None:
    assert where(area, material.hierarchy) == words
