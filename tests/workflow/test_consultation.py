"""The consultation of a report until the answers: who may do what, what is final, who reads what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from talk import (
    PROPOSAL,
    TEXT,
    answer,
    code_of,
    fresh,
    remark_of,
    soon,
    today,
)

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.consultation import (
    answering,
    finishing,
    opening,
    queries,
    way,
)
from wohnplatz.workflow.consultation.states import Circle, Standing
from wohnplatz.workflow.reports.states import ReportState

# opening


def test_the_usual_chapters_are_the_common_ones_and_those_about_the_own_areas(case) -> None:
    chapters = {who: place.chapters for who, place in case.invitations.items()}
    assert chapters == {
        "ahausen": ["lage", "ahausen", "profile"],
        "behausen": ["lage", "behausen", "profile"],
        "jobcenter": ["lage", "ahausen", "behausen", "profile"],
    }


def test_opening_needs_somebody_to_ask_and_its_own_page(case, begun) -> None:
    from wohnplatz.workflow.reports.actions import advance

    report = begun(case)
    advance(case.planner, report, ReportState.REVIEW)
    assert code_of(lambda: advance(case.planner, report, ReportState.CONSULTATION)) == "consultation.none"
    consultation = opening.prepare(case.planner, report, letter="", due_on=soon())
    assert code_of(lambda: opening.open_consultation(case.planner, consultation)) == "consultation.nobody"
    opening.invite(case.planner, consultation, case.ahausen)
    assert (
        code_of(lambda: advance(case.planner, report, ReportState.CONSULTATION)) == "consultation.not_opened"
    )
    assert not queries.invitations(case.user_ahausen).filter(consultation=consultation).exists()
    opening.open_consultation(case.planner, consultation)
    assert queries.invitations(case.user_ahausen).filter(consultation=consultation).exists()


def test_a_deadline_that_is_over_is_refused(case, begun) -> None:
    from wohnplatz.workflow.reports.actions import advance

    report = begun(case)
    advance(case.planner, report, ReportState.REVIEW)
    made = opening.prepare(case.planner, report, letter="", due_on=today() - timedelta(days=1))
    opening.invite(case.planner, made, case.ahausen)
    assert code_of(lambda: opening.open_consultation(case.planner, made)) == "consultation.due"


def test_nobody_but_the_planner_leads(case) -> None:
    for who in (case.sector, case.administrator, case.user_ahausen):
        for act in (
            lambda who=who: opening.prepare(who, case.report, letter="", due_on=soon()),
            lambda who=who: opening.close(who, case.consultation),
            lambda who=who: opening.ask(who, case.invitations["ahausen"], today()),
            lambda who=who: finishing.conclude(who, case.consultation),
            lambda who=who: queries.consultations(who),
        ):
            with pytest.raises(Refused):
                act()


def test_who_is_not_told_yet_can_be_dropped_and_who_is_invited_cannot(case) -> None:
    assert code_of(lambda: opening.drop(case.planner, case.invitations["ahausen"])) == "consultation.invited"


# answering


def test_a_remark_holds_on_to_block_version_and_text(case) -> None:
    made = remark_of(case, "ahausen", proposal=PROPOSAL)
    assert (made.kind, made.basis, made.block_version) == ("proposal", TEXT, 1)
    assert made.place == "Die Lage im Kreis, Text"
    same = remark_of(case, "ahausen", proposal=TEXT)
    assert (same.kind, same.proposal, same.number) == ("comment", "", made.number + 1)


def test_an_empty_remark_and_one_of_others_chapters_are_refused(case) -> None:
    assert code_of(lambda: remark_of(case, "ahausen", words=" ")) == "consultation.words"
    for block, area in (
        ("behausen-text", ""), ("nirgends", ""), ("lage-text", "05999001"), ("p-zahlen", ""),
        ("p-zahlen", "0599900201"), ("p-texte", "05999002"),
    ):  # fmt: skip
        refused = code_of(lambda b=block, a=area: remark_of(case, "ahausen", block_id=b, area=a))
        assert refused == "consultation.no_block", (block, area)
    assert remark_of(case, "ahausen", block_id="p-zahlen", area="0599900101").circle == Circle.DISTRICT


def test_nobody_writes_for_another_partner(case) -> None:
    place = case.invitations["ahausen"]
    for who in (case.user_behausen, case.planner, case.sector, case.administrator):
        with pytest.raises(Refused):
            answering.save_remark(who, place, block_id="lage-text", words="x")
        with pytest.raises(Refused):
            answering.release_answer(who, place, place.version, function="x", no_remarks=True)
        with pytest.raises(Refused):
            answering.save_statement(who, place, "x", place.version)


def test_an_answer_is_final_until_it_is_opened_again_with_a_reason(case) -> None:
    first = remark_of(case, "ahausen")
    answer(case, "ahausen")
    assert code_of(lambda: remark_of(case, "ahausen")) == "consultation.answered"
    assert code_of(lambda: answering.remove_remark(case.user_ahausen, first)) == "consultation.answered"
    place = fresh(case.invitations["ahausen"])
    assert place.answered_as == "Stadt Ahausen, Leitung"
    assert (
        code_of(lambda: opening.reopen(case.planner, place, " ", soon(), today=today()))
        == "consultation.words"
    )
    opening.reopen(case.planner, place, "Es fehlt ein Kapitel.", soon(), today=today())
    again = fresh(place)
    assert (again.state, again.answered_as) == ("reopened", "")
    assert again.reopened_reason == "Es fehlt ein Kapitel."
    remark_of(case, "ahausen")
    answer(case, "ahausen")
    kinds = list(again.events.values_list("kind", flat=True))
    assert kinds == ["invited", "answered", "reopened", "answered"]


def test_no_remarks_is_an_answer_of_its_own(case) -> None:
    assert code_of(lambda: answer(case, "jobcenter")) == "consultation.empty"
    assert code_of(lambda: answer(case, "jobcenter", function=" ")) == "consultation.words"
    answer(case, "jobcenter", no_remarks=True)
    remark_of(case, "ahausen")
    assert code_of(lambda: answer(case, "ahausen", no_remarks=True)) == "consultation.no_remarks"


def test_a_late_answer_is_taken_and_marked_until_the_consultation_is_closed(case) -> None:
    later = timezone.now() + timedelta(days=25)
    place = case.invitations["ahausen"]
    assert queries.standing(place, later.date(), written=False) is Standing.OVERDUE
    answer(case, "ahausen", no_remarks=True, at=later)
    assert fresh(place).late
    remark_of(case, "behausen")
    opening.close(case.planner, case.consultation)
    told = pytest.raises(WohnplatzError)
    with told as error:
        answer(case, "behausen")
    assert error.value.code == "consultation.closed"
    assert "gesichert" in error.value.text()
    behausen = fresh(case.invitations["behausen"])
    assert queries.standing(behausen, today(), written=True) is Standing.NOTHING
    opening.reopen(case.planner, behausen, "Nachfrist", soon(), today=today())
    answer(case, "behausen")


def test_two_who_work_at_one_answer_are_told(case) -> None:
    place = fresh(case.invitations["ahausen"])
    answering.save_statement(case.user_ahausen, place, "Wir stimmen zu.", place.version)
    with pytest.raises(way.Conflict):
        answering.save_statement(case.user_ahausen, place, "Wir nicht.", place.version)
    assert fresh(place).statement == "Wir stimmen zu."
    made = remark_of(case, "ahausen")
    remark_of(case, "ahausen", words="Neu", remark=made, seen_version=made.version)
    with pytest.raises(way.Conflict):
        remark_of(case, "ahausen", words="Alt", remark=made, seen_version=made.version)


# who reads what


def test_a_partner_reads_its_own_and_what_released_answers_share(case) -> None:
    remark_of(case, "ahausen", words="für alle")
    remark_of(case, "ahausen", words="nur Kreis", circle=Circle.DISTRICT)
    remark_of(case, "ahausen", words="eigenes Kapitel", block_id="ahausen-text")
    remark_of(case, "ahausen", words="Profil", block_id="p-zahlen", area="0599900101")

    def read(who: str) -> list[str]:
        user, place = getattr(case, f"user_{who}"), case.invitations[who]
        return [r.words for r in queries.remarks_on(user, place)]

    def planner_reads() -> list[str]:
        return [r.words for r in queries.released_remarks(case.planner, case.consultation)]

    assert read("ahausen") == ["für alle", "nur Kreis", "eigenes Kapitel", "Profil"]
    assert read("behausen") == read("jobcenter") == planner_reads() == []
    answer(case, "ahausen")
    assert read("behausen") == ["für alle"]
    assert read("jobcenter") == ["für alle", "eigenes Kapitel"]
    assert len(planner_reads()) == 4
    for who in (case.sector, case.administrator):
        with pytest.raises(Refused):
            queries.invitations(who)


def test_the_overview_counts_and_does_not_show_what_is_not_released(case) -> None:
    remark_of(case, "ahausen")
    answering.open_page(case.user_behausen, case.invitations["behausen"])
    answer(case, "jobcenter", no_remarks=True)
    rows = {r.invitation.partner.code: r for r in queries.overview(case.consultation, today())}
    assert {code: r.standing for code, r in rows.items()} == {
        "ahausen": Standing.WORKING, "behausen": Standing.OPENED, "jobcenter": Standing.ANSWERED,
    }  # fmt: skip
    assert (rows["ahausen"].remarks, rows["ahausen"].undecided) == (1, 0)


def test_a_remark_sent_twice_is_there_once(case) -> None:
    first, again = (remark_of(case, "ahausen", words="Bitte kürzer.") for _ in range(2))
    assert (first.pk, first.number) == (again.pk, again.number)
    assert remark_of(case, "ahausen", words="Bitte genauer.").number == first.number + 1
