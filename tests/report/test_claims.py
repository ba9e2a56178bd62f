from types import ModuleType

import pytest

from wohnplatz.report import Material, Truth, judge
from wohnplatz.report.printing import Place, printed
from wohnplatz.report.references import Reference, read


def reference(source: str) -> Reference:
    found = read("{{ " + source + " }}")
    assert isinstance(found, Reference), found
    return found


@pytest.mark.parametrize(
    ("area", "source", "truth"),
    [
        # 211 of 1203 in Altdorf, 90 of 1107 in Casel, 58 to 61 of about 900 elsewhere, protected in Bruch
        ("a1", "quote | behauptung=hoechster", Truth.UNSURE),
        ("b1", "quote | behauptung=hoechster", Truth.WRONG),
        ("b1", "quote | behauptung=hoechster | als=kommune", Truth.UNSURE),
        ("a1", "quote | behauptung=niedrigster", Truth.WRONG),
        ("a1", "quote | behauptung=ueber_kreis", Truth.HOLDS),
        ("b2", "quote | behauptung=unter_kreis", Truth.HOLDS),
        ("b2", "quote | behauptung=ueber_kreis", Truth.WRONG),
        ("a3", "quote | behauptung=wie_kreis", Truth.HOLDS),
        ("a3", "quote | behauptung=unter_kreis", Truth.UNSURE),
        ("a1", "quote | behauptung=wie_kreis", Truth.WRONG),
        ("a1", "quote | behauptung=ueber | grenze=10", Truth.HOLDS),
        ("a1", "quote | behauptung=ueber | grenze=17", Truth.UNSURE),
        ("a1", "quote | behauptung=ueber | grenze=20", Truth.WRONG),
        ("a1", "quote | behauptung=unter | grenze=50", Truth.HOLDS),
        ("a1", "quote | behauptung=ueber", Truth.OPEN),
        ("a1", "quote | behauptung=hoeher_als | als=a3", Truth.HOLDS),
        ("b1", "quote | behauptung=hoeher_als | als=b2", Truth.UNSURE),
        ("a3", "quote | behauptung=niedriger_als | als=b1", Truth.WRONG),
        ("a1", "quote | behauptung=hoeher_als | als=a2", Truth.OPEN),
        ("a1", "quote | behauptung=hoeher_als", Truth.OPEN),
        ("a1", "quote | behauptung=gestiegen | seit=2020", Truth.HOLDS),
        ("a1", "quote | behauptung=gestiegen | seit=2024", Truth.UNSURE),
        ("a1", "quote | behauptung=gefallen | seit=2020", Truth.WRONG),
        ("a1", "quote | behauptung=unveraendert | seit=2020", Truth.WRONG),
        ("b1", "quote | behauptung=unveraendert | seit=2020", Truth.HOLDS),
        ("a1", "quote | behauptung=gestiegen | seit=2025", Truth.OPEN),
        ("a1", "bruch | behauptung=unveraendert | seit=2020", Truth.OPEN),
        ("a2", "quote | behauptung=unter_kreis", Truth.OPEN),
        ("a1", "fehlt | behauptung=hoechster", Truth.OPEN),
        ("a1", "quote | gebiet=weg | behauptung=hoechster", Truth.OPEN),
        ("a1", "quote | jahr=1999 | behauptung=hoechster", Truth.OPEN),
        ("b1", "miete | behauptung=gestiegen | seit=2020", Truth.HOLDS),
    ],
)
def test_a_claim_is_held_against_figures_and_their_intervals(
    area: str, source: str, truth: Truth, material: Material
) -> None:
    found = judge(reference(source), Place(area, 2025), material)
    assert (found.truth, bool(found.words)) == (truth, truth is not Truth.HOLDS)


@pytest.mark.parametrize("source", ["quote | behauptung=unter_kreis", "quote | behauptung=unter | grenze=50"])
def test_no_claim_tells_anything_of_a_protected_figure(
    source: str, material: Material, made_up: ModuleType
) -> None:
    words = judge(reference(source), Place("a2", 2025), material).words
    assert "geschützt" in words
    assert not any(number in words for number in made_up.HIDDEN)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("quote", "17,539\u00a0%"),
        ("quote | form=zahl", "17,539"),
        ("quote | form=anzahl", "211"),
        ("quote | form=basis", "1.203"),
        ("quote | form=spanne", "15,495 bis 19,791\u00a0%"),
        ("quote | form=veraenderung | seit=2020", "+6,234\u00a0Prozentpunkte"),
        ("quote | form=stand", "2025"),
        ("quote | jahr=2024", "16,293\u00a0%"),
        ("quote | gebiet=kreis", "8,872\u00a0%"),
        ("quote | gebiet=kommune | form=zahl", "11,473"),
        ("gebiet", "Altdorf"),
        ("gebiet | gebiet=kommune", "Stadt Auen"),
        (
            "miete | form=spanne",
            "ohne Unsicherheitsbereich (für diese Art von Zahl gibt es keinen Unsicherheitsbereich)",
        ),
        ("bruch | form=veraenderung | seit=2020", "ohne Vergleich (die Zeitreihe ist unterbrochen)"),
        ("quote | gebiet=a2", "geschützt"),
        ("quote | gebiet=a2 | form=anzahl", "geschützt"),
        ("quote | gebiet=a2 | form=spanne", "geschützt"),
        ("quote | gebiet=a2 | form=veraenderung | seit=2020", "geschützt"),
        ("quote | gebiet=weg", "keine Angabe"),
        ("quote | jahr=1999", "keine Angabe"),
        ("fehlt", "keine Angabe"),
    ],
)
def test_a_reference_is_printed_in_german_form(source: str, words: str, material: Material) -> None:
    shown = printed(reference(source), Place("a1", 2025), material)
    assert shown.words == words
    assert (shown.trouble is not None) == (words in {"geschützt", "keine Angabe"})
