"""The internal review: colleagues remark on blocks, each remark is decided, nothing of it goes out."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.consultation import deciding, opening, printing, reviewing
from wohnplatz.workflow.consultation.states import Verdict
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports.actions import advance
from wohnplatz.workflow.reports.models import ReportBlock
from wohnplatz.workflow.reports.states import ReportState

TEXT = "Im Kreis ist die Lage stabil."
BETTER = "Im Kreis ist die Lage stabil, mit großen Unterschieden."


@pytest.fixture
def case(db, settings, in_consultation, scene, begun) -> SimpleNamespace:
    """A second report of the same district, in its internal review."""
    settings.WOHNPLATZ_HOME = in_consultation.home
    settings.WOHNPLATZ_CATALOGUE = str(scene.CATALOGUE)
    made = scene.afresh(in_consultation)
    made.report = advance(made.planner, begun(made), ReportState.REVIEW)
    return made


def code_of(act) -> str:
    with pytest.raises(WohnplatzError) as told:
        act()
    return told.value.code


def text_of(case) -> str:
    return str(ReportBlock.objects.get(report=case.report, block_id="lage-text").content["markdown"])


def test_a_colleague_proposes_and_the_planner_takes_it_over(case) -> None:
    made = reviewing.say(case.sector, case.report, block_id="lage-text", proposal=BETTER)
    assert (made.number, made.basis, made.said_by) == (1, TEXT, case.sector.name)
    done = deciding.take_over(case.planner, made, "Das stimmt.", made.version)
    assert (done.verdict, text_of(case)) == (Verdict.ACCEPTED, BETTER)
    assert list(reviewing.remarks(case.planner, case.report)) == [made]
    other = reviewing.say(case.planner, case.report, block_id="ahausen", words="Wo bleibt die Karte?")
    assert (other.number, other.place) == (2, "Ahausen, das Kapitel im Ganzen")


def test_a_text_changed_since_is_a_conflict(case) -> None:
    first = reviewing.say(case.sector, case.report, block_id="lage-text", proposal=BETTER)
    second = reviewing.say(case.sector, case.report, block_id="lage-text", proposal=f"{TEXT} Noch.")
    deciding.take_over(case.planner, first, "Ja.", first.version)
    code = code_of(lambda: deciding.take_over(case.planner, second, "Ja.", second.version))
    assert (code, text_of(case)) == ("consultation.text_changed", BETTER)
    assert code_of(lambda: deciding.decide(case.planner, first, Verdict.DECLINED, "Doch nicht.", 1)) == (
        "consultation.conflict"
    )


def test_the_text_of_one_area_is_meant_where_there_is_one_for_each(case) -> None:
    made = reviewing.say(
        case.sector, case.report, block_id="p-texte", area="0599900101", proposal="In Altdorf wird gebaut."
    )
    assert made.basis == "In Altdorf wohnen viele Familien."
    deciding.take_over(case.planner, made, "Neuer Stand.", made.version)
    texts = {t["area"]: t["markdown"] for t in case.report.blocks.get(block_id="p-texte").content["texts"]}
    assert texts == {"0599900101": "In Altdorf wird gebaut.", "0599900201": "In Casel wird gebaut."}


def test_what_is_not_decided_keeps_the_consultation_from_opening(case) -> None:
    made = reviewing.say(case.sector, case.report, block_id="lage-text", words="Bitte genauer.")
    asked = opening.prepare(case.planner, case.report, letter="", due_on=timezone.localdate())
    opening.invite(case.planner, asked, case.ahausen)
    assert code_of(lambda: opening.open_consultation(case.planner, asked)) == "consultation.review_undecided"
    assert code_of(lambda: deciding.decide(case.planner, made, Verdict.DECLINED, " ", 1)) == (
        "consultation.words"
    )
    deciding.decide(case.planner, made, Verdict.DECLINED, "Genauer geht es nicht.", made.version)
    opening.open_consultation(case.planner, asked)
    assert "Bitte genauer." not in str(printing.printed(case.report))
    assert code_of(
        lambda: reviewing.say(case.planner, case.report, block_id="lage-text", words="Zu spät")
    ) == ("consultation.not_in_review")
    assert code_of(lambda: deciding.revoke(case.planner, made, 2)) == "consultation.decisions_over"


def test_nothing_empty_nothing_gone_nothing_by_others(case) -> None:
    say = reviewing.say
    same = {"block_id": "lage-text", "proposal": TEXT}
    assert code_of(lambda: say(case.sector, case.report, **same)) == "consultation.words"
    assert (
        code_of(lambda: say(case.sector, case.report, block_id="weg", words="x")) == "consultation.no_block"
    )
    long = {"block_id": "lage-text", "words": "x" * 20_001}
    assert code_of(lambda: say(case.sector, case.report, **long)) == "consultation.too_long"
    made = say(case.sector, case.report, block_id="lage-text", words="Bitte genauer.")
    for who in (case.user_ahausen, case.administrator):
        with pytest.raises(Refused):
            say(who, case.report, block_id="lage-text", words="x")
        with pytest.raises(Refused):
            reviewing.remarks(who, case.report)
    with pytest.raises(Refused):
        deciding.decide(case.sector, made, Verdict.ACCEPTED, "Ich selbst.", made.version)
    with pytest.raises(Refused):
        reviewing.take_back(case.planner, made)
    reviewing.take_back(case.sector, made)
    assert not case.report.review_remarks.exists()
    assert reports.tree(case.report).title == "Sozialbericht 2024"
