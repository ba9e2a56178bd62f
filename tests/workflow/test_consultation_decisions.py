"""Decisions on remarks, and the way from them to the published report."""

from __future__ import annotations

from datetime import date

import pytest
from talk import (
    OWN,
    PROPOSAL,
    TEXT,
    answer,
    code_of,
    finish_answers,
    fresh,
    release_profile,
    remark_of,
    soon,
    texts_of,
    today,
    write,
)

from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.consultation import (
    answering,
    deciding,
    finishing,
    issuing,
    opening,
    printing,
    profiles,
    way,
)
from wohnplatz.workflow.consultation.models import Remark
from wohnplatz.workflow.consultation.states import Circle, Verdict
from wohnplatz.workflow.releases import atlas
from wohnplatz.workflow.releases.actions import make_release
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports.states import ReportState

STEM = "sozialbericht-2024"


def test_every_decision_has_a_reason(case) -> None:
    remark = remark_of(case, "ahausen")
    early = code_of(lambda: deciding.decide(case.planner, remark, Verdict.DECLINED, "Nein.", 1))
    assert early == "consultation.not_answered"
    answer(case, "ahausen")
    for words in ("", "  "):
        refused = code_of(lambda w=words: deciding.decide(case.planner, remark, Verdict.DECLINED, w, 1))
        assert refused == "consultation.words"
    made = deciding.decide(case.planner, remark, Verdict.PARTLY, "Zur Hälfte.", 1)
    assert (made.verdict, made.reason) == ("partly", "Zur Hälfte.")
    with pytest.raises(Refused):
        deciding.decide(case.user_ahausen, made, Verdict.ACCEPTED, "Doch.", made.version)


def test_of_two_who_decide_at_once_one_wins_and_one_is_told(case) -> None:
    remark = remark_of(case, "ahausen")
    answer(case, "ahausen")
    deciding.decide(case.planner, remark, Verdict.ACCEPTED, "Ja.", remark.version)
    with pytest.raises(way.Conflict, match="inzwischen von Musterkreis entschieden: angenommen"):
        deciding.decide(case.planner, remark, Verdict.DECLINED, "Nein.", remark.version)
    assert Remark.objects.get(pk=remark.pk).reason == "Ja."


def test_a_proposal_is_taken_over_as_a_new_version_of_its_block(case) -> None:
    remark = remark_of(case, "ahausen", proposal=PROPOSAL)
    answer(case, "ahausen")
    made = deciding.take_over(case.planner, remark, "Das ist besser.", remark.version)
    row = case.report.blocks.get(block_id="lage-text")
    assert (row.version, row.content["markdown"]) == (2, PROPOSAL)
    assert (made.verdict, made.taken_over) == ("accepted", 2)
    assert row.versions.get(number=2).act == "adopted"


def test_a_text_changed_since_is_a_conflict_and_nothing_is_lost(case) -> None:
    remark = remark_of(case, "ahausen", proposal=PROPOSAL)
    answer(case, "ahausen")
    write(case, "lage-text", markdown="Neu geschrieben.")
    assert deciding.has_changed(remark)
    with pytest.raises(way.Conflict, match="ältere Fassung"):
        deciding.take_over(case.planner, remark, "Gut.", remark.version)
    assert not Remark.objects.get(pk=remark.pk).verdict
    assert case.report.blocks.get(block_id="lage-text").version == 2
    merged = "Neu geschrieben, mit großen Unterschieden."
    made = deciding.take_over(
        case.planner, remark, "Zusammengeführt.", remark.version, words=merged,
        seen_text="Neu geschrieben.", verdict=Verdict.PARTLY,
    )  # fmt: skip
    assert made.taken_over == 3
    assert deciding.current_text(made) == merged


def test_who_takes_over_and_is_slower_changes_no_text(case) -> None:
    remark = remark_of(case, "ahausen", proposal=PROPOSAL)
    answer(case, "ahausen")
    deciding.decide(case.planner, remark, Verdict.DECLINED, "Nein.", remark.version)
    with pytest.raises(way.Conflict):
        deciding.take_over(case.planner, remark, "Ja.", remark.version)
    assert case.report.blocks.get(block_id="lage-text").version == 1


def test_the_text_of_one_area_is_taken_over_without_touching_the_others(case) -> None:
    release_profile(case, "ahausen")
    release_profile(case, "behausen")
    own = "In Altdorf wohnen viele junge Familien."
    remark = remark_of(case, "ahausen", block_id="p-texte", area="0599900101", proposal=own)
    answer(case, "ahausen")
    deciding.take_over(case.planner, remark, "Gern.", remark.version)
    node = reports.node(case.report.blocks.get(block_id="p-texte").content)
    assert {t.area: t.markdown for t in node.texts} == {
        "0599900101": own, "0599900201": "In Casel wird gebaut.",
    }  # fmt: skip
    found = {p.partner.code: p.let_go for p in profiles.profiles(case.report)}
    assert found == {"ahausen": True, "behausen": True}, "own words need no second release"


def test_a_decision_can_be_taken_back_until_all_are_concluded(case) -> None:
    remark = remark_of(case, "ahausen")
    answer(case, "ahausen")
    made = deciding.decide(case.planner, remark, Verdict.DECLINED, "Nein.", remark.version)
    made = deciding.revoke(case.planner, made, made.version)
    assert (made.verdict, made.decided_at) == ("", None)
    finish_answers(case, "ahausen")
    made.refresh_from_db()
    assert code_of(lambda: deciding.revoke(case.planner, made, made.version)) == "consultation.decisions_over"


# from the decisions to the published report


def test_decided_only_when_every_remark_is(case) -> None:
    remark = remark_of(case, "ahausen")
    answer(case, "ahausen")
    assert code_of(lambda: finishing.conclude(case.planner, case.consultation)) == "consultation.still_open"
    opening.close(case.planner, case.consultation)
    assert code_of(lambda: finishing.conclude(case.planner, case.consultation)) == "consultation.undecided"
    deciding.decide(case.planner, remark, Verdict.ACCEPTED, "Ja.", remark.version)
    opening.reopen(case.planner, case.invitations["behausen"], "Nachfrist", soon(), today=today())
    assert code_of(lambda: finishing.conclude(case.planner, case.consultation)) == "consultation.reopened"
    answer(case, "behausen", no_remarks=True)
    assert finishing.conclude(case.planner, case.consultation).state == ReportState.DECIDED


def test_the_whole_way_with_who_when_and_where(case) -> None:
    remark_of(case, "ahausen", words="Bitte die Kinderarmut nennen.")
    statement = "Wir stimmen zu.\n\nDie Zahl {{ sgb2_quote }} prüfen wir."
    place = fresh(case.invitations["ahausen"])
    answering.save_statement(case.user_ahausen, place, statement, place.version)
    finish_answers(case)
    assert code_of(lambda: finishing.agree(case.planner, case.consultation, "")) == "consultation.words"
    finishing.agree(case.planner, case.consultation, "Steuerungsgruppe Sozialplanung")
    early = code_of(lambda: finishing.publish(case.planner, case.consultation))
    assert (early, case.report.release.outputs.count()) == ("consultation.not_presented", 0)
    fields = {"body": "Sozialausschuss", "meeting_on": date(2026, 12, 3), "paper": "61/2026"}
    finishing.present(case.planner, case.consultation, **fields)
    report = finishing.publish(case.planner, case.consultation)
    assert report.state == ReportState.PUBLISHED
    case.consultation.refresh_from_db()
    assert case.consultation.agreed_by == "Steuerungsgruppe Sozialplanung"
    assert (case.consultation.paper, case.consultation.published_release) == ("61/2026", case.report.release)
    names = [o["name"] for o in case.consultation.outputs]
    assert names[:3] == [f"{STEM}.{kind}" for kind in ("pdf", "docx", "html")]
    case.report.refresh_from_db()
    case.consultation.report.refresh_from_db()
    kept = finishing.published_file(case.consultation, f"{STEM}.pdf")
    assert kept == printing.files(case.planner, case.report)[f"{STEM}.pdf"], "same release, same bytes"
    assert finishing.published_file(case.consultation, "../secret-key") is None
    assert {o.kind for o in case.report.release.outputs.all()} == {"pdf", "docx", "html", "annex"}


def test_a_published_report_comes_into_every_atlas_as_it_went_out(case, monkeypatch) -> None:
    finish_answers(case)
    assert not any(name.startswith("berichte/") for name in atlas.publish(case.planner, case.report.release))
    finishing.agree(case.planner, case.consultation, "Steuerungsgruppe")
    fields = {"body": "Sozialausschuss", "meeting_on": date(2026, 12, 3), "paper": "61/2026"}
    finishing.present(case.planner, case.consultation, **fields)
    finishing.publish(case.planner, case.consultation)
    later = make_release(case.planner, "Ein späterer Datenstand")
    files = atlas.publish(case.planner, later)
    case.consultation = fresh(case.invitations["ahausen"]).consultation
    out = f"berichte/bericht-{case.report.pk}"
    for name in (f"{STEM}.pdf", f"{STEM}.docx", f"{STEM}-zahlen.csv"):
        assert files[f"{out}/{name}"] == finishing.published_file(case.consultation, name)
    pages = b"".join(d for n, d in files.items() if n.startswith(f"{out}/") and n.endswith(".html"))
    assert TEXT.encode() in pages
    assert OWN.encode() not in pages, "nobody has let the profile go"
    assert any(o.kind == "atlas" for o in later.outputs.all())
    monkeypatch.setattr(issuing, "published_file", lambda *_: None)
    assert code_of(lambda: atlas.publish(case.planner, later)) == "consultation.file_lost"


def test_each_step_goes_back_with_what_it_said(case) -> None:
    finish_answers(case)
    finishing.agree(case.planner, case.consultation, "Steuerungsgruppe")
    case.consultation.report.refresh_from_db()
    finishing.go_back(case.planner, case.consultation)
    case.consultation.refresh_from_db()
    assert (case.consultation.agreed_by, case.consultation.agreed_at) == ("", None)


def test_statements_and_decisions_are_printed_in_every_output(case) -> None:
    words = "Wir lehnen {{ sgb2_quote }} nicht ab."
    place = fresh(case.invitations["jobcenter"])
    answering.save_statement(case.user_jobcenter, place, words, place.version)
    remark_of(case, "ahausen", words="Bitte die Kinderarmut nennen.")
    remark_of(case, "ahausen", words="Vertraulich gesagt", circle=Circle.DISTRICT)
    before = texts_of(printing.files(case.planner, case.report))
    assert b"Kinderarmut nennen" not in before, "nothing of it while it is being answered"
    finish_answers(case)
    files = printing.files(case.planner, case.report)
    for name in (f"{STEM}.docx", f"{STEM}.html", f"{STEM}-zahlen.xlsx"):
        made = texts_of({name: files[name]}).decode()
        assert "Bitte die Kinderarmut nennen." in made, name
        assert "Es bleibt dabei." in made, name
        assert "Vertraulich gesagt" not in made, name
    page = files[f"{STEM}.html"].decode()
    assert "Stellungnahme: Jobcenter Musterkreis" in page
    assert "{{ sgb2_quote }}" in page.replace("\u00ad", ""), "as it came, and no figure in its place"
    assert "Ohne Anmerkungen: Jobcenter Musterkreis, Stadt Behausen." in page


def test_numbers_of_remarks_are_given_once(case) -> None:
    first = remark_of(case, "ahausen")
    answering.remove_remark(case.user_ahausen, first)
    assert remark_of(case, "ahausen").number == first.number + 1


def test_a_text_can_be_proposed_where_there_is_none_and_a_suggestion_is_none(case) -> None:
    write(case, "lage-text", markdown="Vom Programm vorgeschlagen.", state="suggested")
    assert answering.target(case.user_ahausen, case.invitations["ahausen"], "lage-text").text == ""
    remark = remark_of(case, "ahausen", block_id="p-texte", area="0599900102", words="", proposal="In Bruch.")
    assert (remark.kind, remark.basis) == ("proposal", "")
    answer(case, "ahausen")
    deciding.take_over(case.planner, remark, "Gern.", remark.version)
    assert deciding.current_text(remark) == "In Bruch."
    assert deciding.current_text(Remark(invitation=remark.invitation, block_id="lage-text")) == ""
