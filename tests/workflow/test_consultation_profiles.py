"""Profiles that their municipality lets go: withheld from whom, until when, and in what goes out."""

from __future__ import annotations

import pytest
from talk import (
    code_of,
    finish_answers,
    release_profile,
    remark_of,
    texts_of,
    write,
)

from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.consultation import (
    answering,
    printing,
    profiles,
    way,
)
from wohnplatz.workflow.consultation.states import ProfileState


def test_a_profile_is_withheld_from_all_but_its_own_and_the_planning(case) -> None:
    ahausen, behausen = {"05999001", "0599900101", "0599900102"}, {"05999002", "0599900201", "0599900202"}
    assert profiles.withheld(case.report) == ahausen | behausen
    assert profiles.withheld(case.report, case.user_ahausen) == behausen
    assert profiles.withheld(case.report, case.user_jobcenter) == ahausen | behausen
    assert profiles.withheld(case.report, case.planner) == frozenset()
    release_profile(case, "ahausen")
    assert profiles.withheld(case.report) == behausen
    assert profiles.withheld(case.report, case.user_jobcenter) == behausen


def test_a_refusal_needs_a_reason_and_withholds(case) -> None:
    assert code_of(lambda: release_profile(case, "ahausen", False)) == "consultation.words"
    release_profile(case, "ahausen")
    release_profile(case, "ahausen", False, reason="Die Zahlen sind veraltet.")
    kept = profiles.profile_of(case.report, case.ahausen)
    assert (kept.state, kept.release.reason) == (ProfileState.REFUSED, "Die Zahlen sind veraltet.")
    assert "05999001" in profiles.withheld(case.report)


def test_a_profile_that_changed_waits_for_its_release_again(case) -> None:
    release_profile(case, "ahausen")
    release_profile(case, "behausen")
    texts = [
        {"area": "0599900101", "markdown": "Ganz anders.", "state": "written"},
        {"area": "0599900201", "markdown": "In Casel wird gebaut.", "state": "written"},
    ]
    write(case, "p-texte", texts=texts)
    found = {p.partner.code: p for p in profiles.profiles(case.report)}
    assert (found["ahausen"].let_go, found["ahausen"].changed) == (False, True)
    assert found["behausen"].let_go
    with pytest.raises(way.Conflict):
        release_profile(case, "ahausen", seen_fingerprint="0" * 64)


def test_the_planner_may_note_a_release_on_paper_but_says_which(case) -> None:
    place = case.invitations["ahausen"]
    seen = profiles.profile_of(case.report, case.ahausen).fingerprint
    fields = {"let_go": True, "function": "Bürgermeister", "seen_fingerprint": seen}
    refused = code_of(lambda: answering.decide_profile(case.planner, place, **fields))
    assert refused == "consultation.on_behalf"
    answering.decide_profile(case.planner, place, **fields, reason="Schreiben vom 3.11.")
    for who in (case.user_behausen, case.user_jobcenter, case.sector):
        with pytest.raises(Refused):
            answering.decide_profile(who, place, **fields)
    assert code_of(
        lambda: answering.decide_profile(case.user_jobcenter, case.invitations["jobcenter"], **fields)
    ) in {"consultation.no_profile", "consultation.profile_changed"}


SECRET = "Nur Ahausen weiß das."


def test_nothing_of_a_profile_not_let_go_leaks_in_what_goes_out(case) -> None:
    write(case, "p-texte", texts=[{"area": "0599900101", "markdown": SECRET, "state": "written"}])
    write(case, "ahausen-text", markdown="Allgemeines zu Ahausen.")
    remark_of(case, "ahausen", words="Geheime Anmerkung", block_id="p-texte", area="0599900101")
    finish_answers(case)
    marks = (SECRET.encode(), b"Geheime Anmerkung", b"sgb2_quote/0599900101/", b"sgb2_quote/05999001/")
    made = texts_of(printing.files(case.planner, case.report))
    assert not [m for m in marks if m in made]
    assert b"noch nicht freigegeben" in made
    release_profile(case, "ahausen")
    made = texts_of(printing.files(case.planner, case.report))
    assert [m for m in marks if m not in made] == []
