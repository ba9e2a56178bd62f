"""The consultation of a report: who may do what, what is final, what is withheld, who wins."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.consultation import (
    answering,
    deciding,
    finishing,
    issuing,
    opening,
    printing,
    profiles,
    queries,
    way,
)
from wohnplatz.workflow.consultation.models import Invitation, ProfileRelease, Remark
from wohnplatz.workflow.consultation.states import Circle, ProfileState, Standing, Verdict
from wohnplatz.workflow.releases import atlas
from wohnplatz.workflow.releases.actions import make_release
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports.states import ReportState

TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=20)
TEXT = "Im Kreis ist die Lage stabil."
OWN = "In Altdorf wohnen viele Familien."
PROPOSAL = "Im Kreis ist die Lage stabil, mit großen Unterschieden."


@pytest.fixture
def case(db, settings, in_consultation, scene) -> SimpleNamespace:
    """A report in consultation with two municipalities and the Jobcenter."""
    settings.WOHNPLATZ_HOME = in_consultation.home
    settings.WOHNPLATZ_CATALOGUE = str(scene.CATALOGUE)
    return scene.afresh(in_consultation)


def remark_of(case, who: str, **fields) -> Remark:
    user, place = getattr(case, f"user_{who}"), case.invitations[who]
    fields = {"block_id": "lage-text", "words": "Bitte genauer.", **fields}
    return answering.save_remark(user, place, **fields)


def answer(case, who: str, **fields) -> None:
    place = fresh(case.invitations[who])
    answering.release_answer(
        getattr(case, f"user_{who}"), place, place.version, **{"function": "Leitung", **fields}
    )


def fresh(place: Invitation) -> Invitation:
    return Invitation.objects.select_related("partner", "consultation__report__release").get(pk=place.pk)


def code_of(act) -> str:
    with pytest.raises(WohnplatzError) as told:
        act()
    return told.value.code


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
    consultation = opening.prepare(case.planner, report, letter="", due_on=SOON)
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
    made = opening.prepare(case.planner, report, letter="", due_on=TODAY - timedelta(days=1))
    opening.invite(case.planner, made, case.ahausen)
    assert code_of(lambda: opening.open_consultation(case.planner, made)) == "consultation.due"


def test_nobody_but_the_planner_leads(case) -> None:
    for who in (case.sector, case.administrator, case.user_ahausen):
        for act in (
            lambda who=who: opening.prepare(who, case.report, letter="", due_on=SOON),
            lambda who=who: opening.close(who, case.consultation),
            lambda who=who: opening.ask(who, case.invitations["ahausen"], TODAY),
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
        code_of(lambda: opening.reopen(case.planner, place, " ", SOON, today=TODAY)) == "consultation.words"
    )
    opening.reopen(case.planner, place, "Es fehlt ein Kapitel.", SOON, today=TODAY)
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
    assert queries.standing(behausen, TODAY, written=True) is Standing.NOTHING
    opening.reopen(case.planner, behausen, "Nachfrist", SOON, today=TODAY)
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
    rows = {r.invitation.partner.code: r for r in queries.overview(case.consultation, TODAY)}
    assert {code: r.standing for code, r in rows.items()} == {
        "ahausen": Standing.WORKING, "behausen": Standing.OPENED, "jobcenter": Standing.ANSWERED,
    }  # fmt: skip
    assert (rows["ahausen"].remarks, rows["ahausen"].undecided) == (1, 0)


# profiles


def test_a_profile_is_withheld_from_all_but_its_own_and_the_planning(case) -> None:
    ahausen, behausen = {"05999001", "0599900101", "0599900102"}, {"05999002", "0599900201", "0599900202"}
    assert profiles.withheld(case.report) == ahausen | behausen
    assert profiles.withheld(case.report, case.user_ahausen) == behausen
    assert profiles.withheld(case.report, case.user_jobcenter) == ahausen | behausen
    assert profiles.withheld(case.report, case.planner) == frozenset()
    release_profile(case, "ahausen")
    assert profiles.withheld(case.report) == behausen
    assert profiles.withheld(case.report, case.user_jobcenter) == behausen


def release_profile(case, who: str, let_go: bool = True, **fields) -> ProfileRelease:
    place = case.invitations[who]
    seen = profiles.profile_of(case.report, place.partner).fingerprint
    return answering.decide_profile(
        getattr(case, f"user_{who}"), place, let_go=let_go,
        **{"function": "Bürgermeister", "seen_fingerprint": seen, **fields},
    )  # fmt: skip


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


def write(case, block_id: str, **content) -> None:
    from wohnplatz.workflow.reports import storing
    from wohnplatz.workflow.reports.models import Act

    row = case.report.blocks.get(block_id=block_id)
    storing.add_version(case.planner, row, {**row.content, **content}, Act.EDITED)


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


def texts_of(files: dict[str, bytes]) -> bytes:
    """All files in one, the zipped ones unpacked."""
    import io
    import zipfile

    parts = []
    for name, data in files.items():
        if name.endswith((".docx", ".xlsx")):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                parts += [packed.read(n) for n in packed.namelist()]
        elif not name.endswith(".pdf"):
            parts.append(data)
    return b"\n".join(parts)


# deciding


def finish_answers(case, *but: str) -> None:
    """Everybody answers, the consultation is closed and every remark declined."""
    for who in ("ahausen", "behausen", "jobcenter"):
        if who not in but:
            answer(case, who, no_remarks=not case.invitations[who].remarks.exists())
    opening.close(case.planner, case.consultation)
    for remark in queries.released_remarks(case.planner, case.consultation).filter(verdict=""):
        deciding.decide(case.planner, remark, Verdict.DECLINED, "Es bleibt dabei.", remark.version)
    finishing.conclude(case.planner, case.consultation)
    case.report.refresh_from_db()


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
    opening.reopen(case.planner, case.invitations["behausen"], "Nachfrist", SOON, today=TODAY)
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
    assert names[:3] == ["bericht.pdf", "bericht.docx", "bericht.html"]
    case.report.refresh_from_db()
    case.consultation.report.refresh_from_db()
    kept = finishing.published_file(case.consultation, "bericht.pdf")
    assert kept == printing.files(case.planner, case.report)["bericht.pdf"], "same release, same bytes"
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
    for ending, name in ((".pdf", "bericht.pdf"), (".docx", "bericht.docx"), ("/zahlen.csv", "zahlen.csv")):
        assert files[out + ending] == finishing.published_file(case.consultation, name)
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
    for name in ("bericht.docx", "bericht.html", "zahlen.xlsx"):
        made = texts_of({name: files[name]}).decode()
        assert "Bitte die Kinderarmut nennen." in made, name
        assert "Es bleibt dabei." in made, name
        assert "Vertraulich gesagt" not in made, name
    page = files["bericht.html"].decode()
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
