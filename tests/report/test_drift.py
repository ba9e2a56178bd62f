from types import ModuleType

import pytest

from wohnplatz.model import WohnplatzError
from wohnplatz.report import FigureId, Material, Report, Snapshot, compare, headline, snapshot, trace
from wohnplatz.report.tree import AreaText, AreaTextsBlock, Nodes, ProfilesBlock, TextBlock, TextState

CLAIMS = (
    "Die Quote liegt bei {{ quote | gebiet=a1 }}."
    " Altdorf {{ quote | gebiet=a1 | behauptung=ueber_kreis | text=liegt über dem Kreis }}."
    " In Dorn leben {{ einwohner | gebiet=b1 }} Menschen."
)


def report(*blocks: object) -> Report:
    nodes: Nodes = blocks or (TextBlock("t", CLAIMS),)  # type: ignore[assignment]
    return Report("r", "Bericht", "k", 2025, nodes)


def test_the_same_release_changes_no_sentence(material: Material) -> None:
    assert compare(report(), snapshot(report(), material), material) == ()
    assert headline(()) == "Alle Sätze stimmen weiterhin."


def test_a_new_release_tells_which_sentences_changed_and_which_are_no_longer_true(
    material: Material, made_up: ModuleType
) -> None:
    before = snapshot(report(), material)
    after = made_up.material({**made_up.CASES, "a1": 70})
    first, second = compare(report(), before, after)
    assert (first.then, first.now) == (
        "Die Quote liegt bei 17,539\u00a0%.",
        "Die Quote liegt bei 5,819\u00a0%.",
    )
    assert not first.broken
    assert second.broken
    (figure,) = second.figures
    assert (figure.figure, figure.then, figure.now) == ("quote/a1/2025", "17,539\u00a0%", "5,819\u00a0%")
    assert figure.why == ("Zähler: bisher 211, jetzt 70.",)
    assert (
        headline((first, second)).replace("\u00a0", " ")
        == "1 Satz stimmt nicht mehr und 1 Satz nennt neue Zahlen."
    )


def test_a_figure_that_becomes_protected_leaves_no_number(material: Material, made_up: ModuleType) -> None:
    before = snapshot(report(), material)
    after = made_up.material({**made_up.CASES, "a1": 2})
    first, second = compare(report(), before, after)
    assert first.now == "Die Quote liegt bei geschützt."
    assert second.broken
    assert second.figures[0].now == "geschützt"
    assert second.figures[0].why[0] == "Zustand: bisher „Wert“, jetzt „geschützt“."
    kept = snapshot(report(), after).to_json().decode()
    assert '"numerator":2' not in kept


def test_a_snapshot_comes_back_from_json(material: Material) -> None:
    made = snapshot(report(), material)
    assert Snapshot.from_json(made.to_json()) == made
    assert made.release == "0123456789abcdef"


@pytest.mark.parametrize("data", ["", "{}", "[]", '{"release":"x","made_on":"y","sentences":[{}]}'])
def test_what_is_no_snapshot_is_refused(data: str) -> None:
    with pytest.raises(WohnplatzError):
        Snapshot.from_json(data)


def test_sentences_of_profiles_are_told_by_area(material: Material, made_up: ModuleType) -> None:
    own = AreaTextsBlock("u", (AreaText("b1", "Auch {{ quote }}."),))
    tree = report(ProfilesBlock("p", "wohnplatz", (TextBlock("t", "Hier sind es {{ quote }}."), own)))
    before = snapshot(tree, material)
    assert len(before.sentences) == 7
    changed = compare(tree, before, made_up.material({**made_up.CASES, "b1": 70}))
    assert [(c.block, c.area) for c in changed] == [("t", "b1"), ("u", "b1")]


def test_suggested_sentences_that_nobody_took_over_are_not_told(
    material: Material, made_up: ModuleType
) -> None:
    suggested = AreaTextsBlock("u", (AreaText("b1", "Auch {{ quote }}.", TextState.SUGGESTED),))
    tree = report(
        TextBlock("t", CLAIMS, state=TextState.SUGGESTED), ProfilesBlock("p", "wohnplatz", (suggested,))
    )
    before = snapshot(tree, material)
    assert before.sentences == ()
    assert compare(tree, before, made_up.material({**made_up.CASES, "a1": 70, "b1": 70})) == ()


def test_a_text_altered_since_then_is_left_out(material: Material, made_up: ModuleType) -> None:
    before = snapshot(report(), material)
    now = report(TextBlock("t", "Neu: {{ quote | gebiet=b1 }}."))
    assert compare(now, before, made_up.material({**made_up.CASES, "b1": 70})) == ()


def test_a_figure_that_is_gone_says_so(material: Material, made_up: ModuleType) -> None:
    assert trace(FigureId("quote", "a1", 2031), material, material).why == (
        "Die Angabe steht nicht mehr im Datenstand.",
    )
    found = trace(FigureId("quote", "a1", 2025), material, made_up.material({**made_up.CASES, "a1": 212}))
    assert found.why == ("Zähler: bisher 211, jetzt 212.",)
