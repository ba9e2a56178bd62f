"""A data set in the mode of cell keys, from the rules to the page, the file and the command line."""

from __future__ import annotations

import json
import logging

import pytest
from django.urls import reverse

from wohnplatz.cli.main import main
from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.model import Altered, Audience, CellState
from wohnplatz.publication.ledger import entries
from wohnplatz.workflow import memory
from wohnplatz.workflow.audit.models import LogEntry
from wohnplatz.workflow.releases import inquiries, ledger, proofs, queries
from wohnplatz.workflow.releases.actions import make_release

ALTDORF, BRUCH, CASEL, DEICH = "0599900101", "0599900102", "0599900201", "0599900202"
MARK = "mit Zufallsüberlagerung"
SECRET = "ein Geheimnis nur für diese Probe, lang genug"


def page(*areas):
    return f"/auswertungen/eigenes-gebiet/?indikator=sgb2_quote&jahr=2024&auswahl={','.join(areas)}"


@pytest.fixture
def keyed(delivered, settings, tmp_path):
    """The district with a release in which the benefits answer single questions only."""
    rules = tmp_path / "regeln.toml"
    rules.write_bytes(STANDARD_RULES.read_bytes() + b'\n[datasets.arbeit]\nmode = "cell_key"\n')
    settings.WOHNPLATZ_RULES, settings.WOHNPLATZ_CELL_KEY = str(rules), SECRET
    delivered.release = make_release(delivered.planner, "2024-1")
    return delivered


def text(response) -> str:
    return response.content.decode()


def ask(person, *areas, **more):
    return inquiries.ask(person, queries.current(), indicator="sgb2_quote", year=2024, areas=areas, **more)


def number(person, asked):
    (figure,) = inquiries.figure(person, asked)
    return figure


def test_no_table_shows_it_and_a_question_is_answered_with_its_deviation(keyed, log_in) -> None:
    client = log_in(keyed.sector)
    shown = queries.figures(keyed.sector, keyed.release, indicators=["sgb2_quote"], years=[2024])
    assert {f.state for f in shown} == {CellState.PROTECTED}
    before = text(client.get(page(BRUCH)))
    assert "in keiner Tabelle" in before
    assert MARK not in before
    assert "<title>Eigenes Gebiet – Musterkreis</title>" in before
    answer = text(client.post(page(BRUCH), follow=True))
    assert MARK in answer
    assert "(±\N{NO-BREAK SPACE}5)" in answer
    assert "gehen nicht auf" in answer
    figure = number(keyed.sector, inquiries.Inquiry.objects.get())
    assert figure.altered is Altered.OVERLAID
    assert figure.numerator in {0, 3, 4, 5, 6, 7}
    assert figure.denominator == 1012
    assert figure.value == pytest.approx(100 * figure.numerator / 1012)
    assert figure.error == pytest.approx(100 * 5 / 1012)
    file = text(client.get(f"{reverse('own_area_csv')}?{page(BRUCH).partition('?')[2]}"))
    assert "aus Zahlen mit Zufallsüberlagerung" in file
    assert "höchstens 0,5\N{NO-BREAK SPACE}Prozentpunkte" in file
    assert MARK in text(client.get(page(BRUCH))), "remembered"
    assert inquiries.Inquiry.objects.count() == 1


def test_the_ledger_says_that_it_is_overlaid_and_the_proof_holds(keyed) -> None:
    asked = ask(keyed.planner, ALTDORF, BRUCH)
    newest = entries(memory.store(), ledger.head())[-1]
    assert "Zufallsüberlagerung (höchstens 5 daneben, geht nicht auf)" in newest.release
    assert {line.record for line in newest.lines[Audience.PLANNING]} == set(asked.records)
    done = proofs.check_again(keyed.planner, keyed.release)
    assert done.ok
    assert any(
        "mit Zufallsüberlagerung beantwortet" in m for m in proofs.sheet(keyed.planner, keyed.release).modes
    )


def test_who_asks_and_when_and_under_which_secret_makes_no_difference(keyed, settings) -> None:
    first = number(keyed.planner, ask(keyed.planner, ALTDORF, BRUCH)).numerator
    assert number(keyed.user_ahausen, ask(keyed.user_ahausen, "05999001")).numerator == first
    make_release(keyed.planner, "2024-2")
    settings.WOHNPLATZ_CELL_KEY = "ein anderes Geheimnis, weil das erste verloren ist"
    assert number(keyed.planner, ask(keyed.planner, BRUCH, ALTDORF)).numerator == first
    empty = ask(keyed.planner, ALTDORF, BRUCH, CASEL)
    assert number(keyed.planner, empty).numerator == first, "in Casel there is nobody"


def test_averaging_is_refused_with_its_reason(keyed) -> None:
    for areas in ((ALTDORF,), (DEICH,), (ALTDORF, DEICH)):
        asked = ask(keyed.planner, *areas)
        if not asked.answered:
            break
    assert asked.why == "averaged"
    words, internal = inquiries.words(keyed.planner, asked)
    assert "herausmitteln" in words
    assert not internal
    assert number(keyed.planner, asked).value is None
    partner = ask(keyed.user_ahausen, ALTDORF, DEICH)
    assert partner.why == "averaged", "what others were told counts, too"


def test_a_partner_does_not_ask_for_the_view_of_the_planning(keyed) -> None:
    with pytest.raises(inquiries.policies.Refused):
        ask(keyed.user_ahausen, ALTDORF, audience=Audience.PLANNING)


def test_the_secret_stands_nowhere(keyed, caplog, tmp_path) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(keyed.planner, ALTDORF, BRUCH)
    kept = [p for p in tmp_path.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]
    assert not kept
    assert SECRET not in caplog.text
    assert not any(SECRET in str(e.__dict__) for e in LogEntry.objects.all())
    assert SECRET not in repr(memory.noise())


def test_a_short_secret_answers_nothing(keyed, settings) -> None:
    settings.WOHNPLATZ_CELL_KEY = "kurz"
    with pytest.raises(inquiries.WohnplatzError) as found:
        ask(keyed.planner, ALTDORF)
    assert found.value.code == "disclosure.cell_key_secret"
    assert not inquiries.Inquiry.objects.exists()


def test_the_command_line_tells_the_same(keyed, capsys) -> None:
    question = ["ask", "sgb2_quote", "--year", "2024", "--areas", ALTDORF, BRUCH, "--audience", "planning"]
    assert main([*question, "--as", "planner", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["additive"] is False
    assert data["altered"] == "overlaid"
    assert data["deviation_of"] == {"numerator": 5}
    assert data["deviation"] == pytest.approx(100 * 5 / 2022)
    assert abs(data["numerator"] - 102) <= 5
    assert main([*question, "--as", "planner"]) == 0
    said = capsys.readouterr().out
    assert MARK in said
    assert "höchstens 0,3 Prozentpunkte neben dem genauen Wert" in said
