"""Own areas and divisions beside the hierarchy: rights, memory, the ledger, and several at once."""

from __future__ import annotations

import pytest

from wohnplatz.model import Audience, CellState, WohnplatzError
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.audit.models import LogEntry
from wohnplatz.workflow.releases import inquiries, ledger, queries
from wohnplatz.workflow.releases.actions import make_release
from wohnplatz.workflow.releases.models import Inquiry, LedgerHead

ALTDORF, BRUCH, CASEL, DEICH = "0599900101", "0599900102", "0599900201", "0599900202"


@pytest.fixture
def released(delivered, scene, steps):
    """The district with a release."""
    return steps.take(scene.release, delivered)


def ask(person, *areas, indicator="sgb2_quote", **more):
    release = queries.current()
    return inquiries.ask(person, release, indicator=indicator, year=2024, areas=areas, **more)


def test_an_answer_is_a_sum_with_coverage_and_enters_the_ledger_of_its_audience(released) -> None:
    before = ledger.head()
    asked = ask(released.sector, "05999001")
    assert asked.answered
    assert asked.keys == (ALTDORF, BRUCH)
    (figure,) = inquiries.figure(released.sector, asked)
    assert (figure.numerator, figure.denominator) == (102, 2022)
    assert (figure.covered, figure.expected) == (2, 2)
    assert figure.value == pytest.approx(100 * 102 / 2022)
    assert ledger.head() != before
    assert LogEntry.objects.filter(action="releases.ask").count() == 1


def test_the_same_question_has_the_same_answer_and_is_entered_once(released) -> None:
    first = ask(released.planner, ALTDORF, BRUCH)
    head = ledger.head()
    assert ask(released.sector, BRUCH, ALTDORF, ALTDORF) == first
    assert ledger.head() == head
    assert Inquiry.objects.count() == 1


def test_a_refusal_is_remembered_and_says_nothing_of_numbers(released) -> None:
    asked = ask(released.sector, BRUCH, DEICH)
    again = ask(released.sector, DEICH, BRUCH)
    assert again == asked
    if not asked.answered:
        words, internal = inquiries.words(released.sector, asked)
        assert not any(c.isdigit() for c in words)
        assert not internal
        (figure,) = inquiries.figure(released.sector, asked)
        assert figure.state is CellState.PROTECTED
        assert figure.value is None


def test_a_single_protected_area_is_refused_for_everybody_and_explained_to_the_planner(released) -> None:
    hidden = ask(released.planner, BRUCH)
    assert not hidden.answered
    everything_but = ask(released.planner, ALTDORF, CASEL, DEICH)
    assert not everything_but.answered
    words, internal = inquiries.words(released.planner, everything_but)
    assert "nachgewiesen" in words
    assert "Fallzahl" in internal
    assert inquiries.words(released.sector, everything_but)[1] == ""


def test_audiences_are_kept_apart_and_nobody_asks_for_a_less_protected_one(released) -> None:
    ask(released.user_ahausen, ALTDORF, BRUCH)
    assert Inquiry.objects.get().audience == "partner"
    with pytest.raises(Refused):
        ask(released.user_ahausen, ALTDORF, BRUCH, audience=Audience.PLANNING)
    with pytest.raises(WohnplatzError, match="Arbeitsansicht"):
        ask(released.planner, ALTDORF, audience=Audience.WORKING)


@pytest.mark.parametrize(
    ("areas", "indicator", "code"),
    [
        ([], "sgb2_quote", "releases.inquiry_areas"),
        (["gibt-es-nicht"], "sgb2_quote", "releases.inquiry_area"),
        ([ALTDORF], "unsinn", "releases.inquiry_indicator"),
        ([ALTDORF], "sgb2_veraenderung_1", "releases.inquiry_indicator"),
    ],
)
def test_what_cannot_be_asked_gets_a_clear_answer(released, areas, indicator, code) -> None:
    with pytest.raises(WohnplatzError) as found:
        ask(released.planner, *areas, indicator=indicator)
    assert found.value.code == code
    assert not Inquiry.objects.exists()


def test_a_year_without_figures_tells_nothing_and_enters_nothing(released) -> None:
    before = ledger.head()
    asked = inquiries.ask(
        released.planner, queries.current(), indicator="sgb2_quote", year=1999, areas=[ALTDORF]
    )
    assert not asked.answered
    assert ledger.head() == before


def test_an_older_release_is_not_asked_any_more_but_keeps_its_answers(released) -> None:
    asked = ask(released.planner, ALTDORF, BRUCH)
    old = queries.current()
    make_release(released.planner, "2024-2")
    assert (
        inquiries.ask(released.planner, old, indicator="sgb2_quote", year=2024, areas=[ALTDORF, BRUCH])
        == asked
    )
    with pytest.raises(WohnplatzError, match="neuesten"):
        inquiries.ask(released.planner, old, indicator="einwohner", year=2024, areas=[ALTDORF, BRUCH])
    assert len(inquiries.figure(released.planner, asked)) == 1


def test_the_ledger_moves_only_from_where_it_was_seen(released) -> None:
    head = ledger.head()
    ledger.advance(head, "a" * 64)
    with pytest.raises(ledger.Moved):
        ledger.advance(head, "b" * 64)
    assert LedgerHead.objects.get().sha == "a" * 64


def test_an_answer_given_meanwhile_is_taken_into_account(released, monkeypatch) -> None:
    """Another answer comes out between the proof and the entry: the proof is made anew."""
    real, calls = ledger.head, []

    def head():
        calls.append(1)
        seen = real()
        if len(calls) == 1:
            monkeypatch.setattr(ledger, "head", real)
            ask(released.sector, CASEL, DEICH, indicator="einwohner")
        return seen

    monkeypatch.setattr(ledger, "head", head)
    asked = ask(released.planner, ALTDORF, BRUCH)
    assert asked.answered
    assert Inquiry.objects.count() == 2
    from wohnplatz.publication.ledger import entries

    assert len(entries(memory.store(), ledger.head())) == 3
