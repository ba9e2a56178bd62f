"""The pages of the consultation: who sees what, that links reveal nothing, and the way without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wohnplatz.web.urls import urlpatterns
from wohnplatz.workflow.consultation import answering, deciding, finishing, opening, profiles, queries
from wohnplatz.workflow.consultation.models import Consultation, Event, Invitation, ProfileRelease, Remark
from wohnplatz.workflow.consultation.states import Verdict
from wohnplatz.workflow.reports.models import BlockVersion, SocialReport

SECRET, OWN_SECRET = "Das sagt nur Ahausen.", "Vertraulich aus Altdorf."
PLACE = {"consultation_seat", "consultation_chapter", "consultation_remark", "consultation_statement",
         "consultation_answer", "consultation_profile"}  # fmt: skip
"""Pages of one partner's place."""
LEAD = {
    "consultation", "consultation_prepare", "consultation_add", "consultation_place", "consultation_ask",
    "consultation_reopen", "consultation_step", "consultation_remarks", "consultation_table",
    "consultation_decide",
}  # fmt: skip
OTHERS = {"consultation_list", "consultation_file"}
PDF = "sozialbericht-2024.pdf"


@pytest.fixture
def case(db, settings, in_consultation, scene) -> SimpleNamespace:
    """A report in consultation; Ahausen has written, and released nothing."""
    settings.WOHNPLATZ_HOME = in_consultation.home
    found = scene.afresh(in_consultation)
    place = found.invitations["ahausen"]
    for fields in (
        {"block_id": "lage-text", "words": SECRET},
        {"block_id": "p-texte", "area": "0599900101", "words": OWN_SECRET},
    ):
        answering.save_remark(found.user_ahausen, place, **fields)
    return found


def address(case, name: str, who: str = "ahausen", **more: object) -> str:
    place = case.invitations[who]
    kwargs: dict[str, object] = {
        "token": place.token, "pk": case.report.pk, "code": who, "number": 1, "block": "lage",
        "step": "schliessen", "name": PDF,
    } | more  # fmt: skip
    pattern = next(p for p in urlpatterns if p.name == name).pattern
    return reverse(name, kwargs={k: kwargs[k] for k in pattern.converters})


def release(case, who: str, **fields) -> None:
    place = Invitation.objects.select_related("partner", "consultation__report__release").get(
        pk=case.invitations[who].pk
    )
    user = getattr(case, f"user_{who}")
    answering.release_answer(user, place, place.version, function="Leitung", **fields)


def without_tokens(answer) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def snapshot() -> list[object]:
    models = (Consultation, Invitation, Remark, ProfileRelease, Event, SocialReport, BlockVersion)
    return [list(m.objects.order_by("pk").values()) for m in models]


def test_every_address_of_the_consultation_is_looked_at() -> None:
    names = {p.name for p in urlpatterns if p.name.startswith("consultation")}
    assert names == PLACE | LEAD | OTHERS


@pytest.mark.parametrize("name", sorted(PLACE))
def test_a_strangers_link_leads_nowhere_and_tells_nothing(case, log_in, name) -> None:
    before = snapshot()
    url, guess = address(case, name), address(case, name, token="x" * 24)
    for who in (case.user_behausen, case.user_jobcenter):
        for method in ("get", "post"):
            own, guessed = (getattr(log_in(who), method)(u) for u in (url, guess))
            assert (own.status_code, guessed.status_code) == (404, 404)
            assert without_tokens(own) == without_tokens(guessed)
            assert SECRET not in own.content.decode()
            assert "Ahausen" not in own.content.decode()
    for who in (case.sector, case.administrator):
        answer = log_in(who).get(url)
        assert answer.status_code == 403
        assert "Sozialbericht 2024" not in answer.content.decode()
    answer = Client().get(url)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/anmelden/")
    assert snapshot() == before


@pytest.mark.parametrize("name", sorted(LEAD))
def test_the_planners_pages_are_the_planners_alone(case, log_in, name) -> None:
    release(case, "ahausen")
    before = snapshot()
    url = address(case, name)
    for who in (case.user_ahausen, case.sector, case.administrator):
        for method in ("get", "post"):
            answer = getattr(log_in(who), method)(url, {"version": 1, "schritt": "declined", "grund": "x"})
            assert answer.status_code == 403, (name, method)
            assert SECRET not in answer.content.decode()
    assert Client().get(url).status_code == 302
    assert snapshot() == before
    assert log_in(case.planner).get(url).status_code in {200, 302}


def test_every_page_opens_for_those_it_is_for(case, log_in) -> None:
    for name in sorted(PLACE):
        assert log_in(case.user_ahausen).get(address(case, name)).status_code == 200, name
    for block, area in (("profile", ""), ("profile", "?gebiet=05999001"), ("profile", "?gebiet=0599900101")):
        url = address(case, "consultation_chapter", block=block) + area
        assert log_in(case.user_ahausen).get(url).status_code == 200
    for block, area in (("behausen", ""), ("weg", ""), ("profile", "?gebiet=0599900201")):
        url = address(case, "consultation_chapter", block=block) + area
        assert log_in(case.user_ahausen).get(url).status_code == 404


def test_what_is_not_released_is_seen_by_its_own_partner_alone(case, log_in) -> None:
    def shown(user, who: str, block: str = "lage", area: str = "") -> str:
        url = address(case, "consultation_chapter", who, block=block) + (f"?gebiet={area}" if area else "")
        return log_in(user).get(url).content.decode()

    assert SECRET in shown(case.user_ahausen, "ahausen")
    assert OWN_SECRET in shown(case.user_ahausen, "ahausen", "profile", "0599900101")
    for user, who in ((case.user_behausen, "behausen"), (case.user_jobcenter, "jobcenter"),
                      (case.planner, "ahausen")):  # fmt: skip
        assert SECRET not in shown(user, who)
    listed = log_in(case.planner).get(address(case, "consultation_remarks")).content.decode()
    assert SECRET not in listed
    release(case, "ahausen")
    for user, who in ((case.user_behausen, "behausen"), (case.user_jobcenter, "jobcenter"),
                      (case.planner, "ahausen")):  # fmt: skip
        assert SECRET in shown(user, who)
    assert OWN_SECRET not in shown(case.user_jobcenter, "jobcenter", "profile", "0599900101")
    assert OWN_SECRET in log_in(case.planner).get(address(case, "consultation_remarks")).content.decode()


def test_a_profile_not_let_go_is_not_on_the_pages_of_others(case, log_in) -> None:
    def shown(user, who: str) -> str:
        url = address(case, "consultation_chapter", who, block="profile") + "?gebiet=0599900101"
        return log_in(user).get(url).content.decode()

    text = "In Altdorf wohnen viele Familien."
    assert text in shown(case.user_ahausen, "ahausen")
    others = shown(case.user_jobcenter, "jobcenter")
    assert text not in others
    assert "noch nicht freigegeben" in others
    assert "Anmerken" not in others.partition("wp-consulted")[2]
    preview = log_in(case.planner).get(
        address(case, "consultation_chapter", "jobcenter", block="profile") + "?gebiet=0599900101"
    )
    assert text not in preview.content.decode(), "the planner looks through the partner's eyes"
    fingerprint = profiles.profile_of(case.report, case.ahausen).fingerprint
    answer = log_in(case.user_ahausen).post(
        address(case, "consultation_profile"),
        {"schritt": "freigeben", "funktion": "Bürgermeister", "abdruck": fingerprint, "grund": ""},
    )
    assert answer.status_code == 302
    assert text in shown(case.user_jobcenter, "jobcenter")


def test_a_partner_writes_answers_and_is_told_without_javascript(case, log_in) -> None:
    client = log_in(case.user_behausen)
    seat = address(case, "consultation_seat", "behausen")
    assert "Bitte lesen Sie den Entwurf." in client.get(seat).content.decode()
    assert Invitation.objects.get(pk=case.invitations["behausen"].pk).opened_at is not None
    chapter = address(case, "consultation_chapter", "behausen")
    empty = client.post(chapter, {"block": "lage-text", "anmerkung": "", "vorschlag": ""})
    assert "Es steht noch nichts da." in empty.content.decode()
    new = "Im Kreis ist die Lage gut."
    sent = client.post(
        chapter, {"block": "lage-text", "anmerkung": "So:", "vorschlag": new, "sichtbar": "all"}
    )
    assert sent.status_code == 302
    assert sent.headers["Location"].endswith("#b-lage-text")
    page = client.get(chapter).content.decode()
    assert "<del>stabil</del><ins>gut</ins>" in page
    number = Remark.objects.get(words="So:").number
    own = address(case, "consultation_remark", "behausen", number=number)
    remark = Remark.objects.get(number=number)
    again = {
        "block": "x",
        "version": remark.version,
        "anmerkung": "Doch so:",
        "vorschlag": new,
        "sichtbar": "all",
    }
    assert client.post(own, again).status_code == 302
    stale = client.post(own, {**again, "anmerkung": "Zu spät"})
    assert "inzwischen an anderer Stelle geändert" in stale.content.decode()
    assert "Zu spät" in stale.content.decode(), "what was typed stays"
    version = Invitation.objects.get(pk=case.invitations["behausen"].pk).version
    words = {"stellungnahme": "Wir begrüßen den Bericht.", "version": version}
    assert client.post(address(case, "consultation_statement", "behausen"), words).status_code == 302
    version = Invitation.objects.get(pk=case.invitations["behausen"].pk).version
    done = client.post(
        address(case, "consultation_answer", "behausen"), {"funktion": "Bürgermeister", "version": version}
    )
    assert done.status_code == 302
    shown = client.get(seat).content.decode()
    assert "Ihre Antwort ist freigegeben" in shown
    assert "Stadt Behausen, Bürgermeister" in shown
    assert client.get(address(case, "consultation_statement", "behausen")).status_code == 400


def test_a_remark_on_a_part_that_went_meanwhile_keeps_what_was_typed(case, log_in) -> None:
    url = address(case, "consultation_chapter")
    sent = log_in(case.user_ahausen).post(url, {"block": "behausen-text", "anmerkung": "Fremdes Kapitel"})
    assert sent.status_code == 200
    assert "Diesen Teil gibt es in Ihren Kapiteln nicht mehr." in sent.content.decode()
    assert not Remark.objects.filter(words="Fremdes Kapitel").exists()


def test_late_and_closed_get_a_clear_word(case, log_in) -> None:
    Invitation.objects.filter(pk=case.invitations["ahausen"].pk).update(
        due_on=timezone.localdate() - timedelta(days=1)
    )
    client, seat = log_in(case.user_ahausen), address(case, "consultation_seat")
    assert "wird als verspätet vermerkt" in client.get(seat).content.decode().replace("sie ", "")
    opening.close(case.planner, case.consultation)
    shown = client.get(seat).content.decode()
    assert "Die Abstimmung ist geschlossen" in shown
    assert "gesichert, geht aber nicht in die Entscheidungen ein" in shown
    refused = client.get(address(case, "consultation_answer"))
    assert refused.status_code == 400
    assert "wieder öffnen" in refused.content.decode()


def test_the_planner_decides_and_of_two_one_is_told(case, log_in) -> None:
    answering.save_remark(
        case.user_ahausen, case.invitations["ahausen"], block_id="lage-text", proposal="Im Kreis ist es gut."
    )
    release(case, "ahausen")
    client, remarks = log_in(case.planner), address(case, "consultation_remarks")
    page = client.get(remarks).content.decode()
    assert SECRET in page
    assert "Text übernehmen" in page
    number = Remark.objects.get(kind="proposal").number
    url = address(case, "consultation_decide", number=number)
    once = client.post(url, {"schritt": "sofort", "version": 1})
    assert once.headers["Location"] == remarks
    twice = client.post(url, {"schritt": "sofort", "version": 1}, follow=True).content.decode()
    assert "inzwischen von Musterkreis entschieden" in twice
    one = address(case, "consultation_decide", number=1)
    missing = client.post(one, {"schritt": "declined", "version": 1, "grund": ""}).content.decode()
    assert "Bitte füllen Sie dieses Feld aus." in missing
    assert client.post(one, {"schritt": "declined", "version": 1, "grund": "Es bleibt."}).status_code == 302
    seat = log_in(case.user_ahausen).get(address(case, "consultation_chapter")).content.decode()
    assert "Es bleibt." in seat
    assert client.get(address(case, "consultation_table")).status_code == 200


def test_a_text_changed_since_is_shown_and_merged_by_hand(case, log_in) -> None:
    from wohnplatz.workflow.reports import storing
    from wohnplatz.workflow.reports.models import Act

    answering.save_remark(
        case.user_ahausen, case.invitations["ahausen"], block_id="lage-text", proposal="Im Kreis ist es gut."
    )
    release(case, "ahausen")
    row = case.report.blocks.get(block_id="lage-text")
    storing.add_version(case.planner, row, {**row.content, "markdown": "Neu."}, Act.EDITED)
    number = Remark.objects.get(kind="proposal").number
    url, client = address(case, "consultation_decide", number=number), log_in(case.planner)
    page = client.get(url).content.decode()
    assert "Der Text wurde inzwischen geändert" in page
    assert "Annehmen und Text übernehmen" not in page
    sent = {"schritt": "uebernehmen", "version": 1, "grund": "Ja."}
    assert "ältere Fassung" in client.post(url, sent).content.decode()
    merged = {
        "schritt": "zusammenfuehren",
        "version": 1,
        "grund": "Zusammen.",
        "gesehen": "Neu.",
        "text": "Neu, gut.",
    }
    assert client.post(url, merged).status_code == 302
    assert deciding.current_text(Remark.objects.get(number=number)) == "Neu, gut."


def test_the_planners_way_from_open_to_published(case, log_in) -> None:
    client = log_in(case.planner)
    for who in ("ahausen", "behausen", "jobcenter"):
        release(case, who, no_remarks=who != "ahausen")

    def go(step: str, **data: object) -> str:
        url = address(case, "consultation_step", step=step)
        assert client.get(url).status_code == 200
        return client.post(url, data, follow=True).content.decode()

    assert "noch offen" in go("entschieden")
    go("schliessen")
    assert "noch nicht entschieden" in go("entschieden")
    for remark in queries.released_remarks(case.planner, case.consultation):
        deciding.decide(case.planner, remark, Verdict.ACCEPTED, "Gut.", remark.version)
    assert "Alle Anmerkungen sind entschieden." in go("entschieden")
    assert "Bitte Gremium oder Funktion nennen." in go("abgestimmt", durch="")
    assert "Steuerungsgruppe" in go("abgestimmt", durch="Steuerungsgruppe")
    assert "Einen Schritt zurückgehen" in client.get(address(case, "consultation")).content.decode()
    sent = {"gremium": "Sozialausschuss", "sitzung": "2026-12-03", "vorlage": "61/2026"}
    assert "Vorlage 61/2026" in go("vorgelegt", **sent)
    assert "Veröffentlichte Dateien" in go("veroeffentlichen")
    assert "nicht möglich" in client.get(address(case, "consultation_step", step="zurueck")).content.decode()
    for who in (case.planner, case.user_ahausen, case.user_jobcenter):
        answer = log_in(who).get(address(case, "consultation_file"))
        assert answer.content.startswith(b"%PDF")
    seat = log_in(case.user_ahausen).get(address(case, "consultation_seat", who="ahausen")).content.decode()
    for untrue in ("wieder öffnen", "können Sie etwas anmerken", "Stellungnahme abgeben", "zurücknehmen"):
        assert untrue not in seat
    colleague = log_in(case.sector)
    went_out = finishing.published_file(Consultation.objects.get(), PDF)
    taken = colleague.get(f"/berichte/{case.report.pk}/bericht.pdf")
    assert taken.content == went_out, "what was published, as it went out"
    assert "neueren Datenstand" not in colleague.get(f"/berichte/{case.report.pk}/").content.decode()
    strange = address(case, "consultation_file").replace(PDF, "x.pdf")
    assert log_in(case.user_ahausen).get(strange).status_code == 404


def test_preparing_inviting_and_reminding(case, log_in, begun) -> None:
    from wohnplatz.workflow.reports.actions import advance
    from wohnplatz.workflow.reports.states import ReportState

    client, report = log_in(case.planner), begun(case)
    url = reverse("consultation_prepare", args=[report.pk])
    due = timezone.localdate() + timedelta(days=10)
    sent = {"frist": due.isoformat(), "anschreiben": "Bitte lesen.", "stellen": ["ahausen", "behausen"]}
    assert client.post(url, sent).status_code == 302
    assert client.post(url, {**sent, "stellen": ["ahausen"]}).status_code == 302
    place = reverse("consultation_place", args=[report.pk, "jobcenter"])
    assert client.post(place, {"frist": due.isoformat()}).status_code == 200, "no chapter chosen"
    assert client.post(place, {"frist": due.isoformat(), "kapitel": ["lage"]}).status_code == 302
    made = Consultation.objects.get(report=report)
    assert {i.partner.code: len(i.chapters) for i in made.invitations.all()} == {"ahausen": 3, "jobcenter": 1}
    token = made.invitations.get(partner=case.ahausen).token
    assert log_in(case.user_ahausen).get(reverse("consultation_seat", args=[token])).status_code == 404
    advance(case.planner, report, ReportState.REVIEW)
    assert client.post(reverse("consultation_step", args=[report.pk, "eroeffnen"])).status_code == 302
    assert log_in(case.user_ahausen).get(reverse("consultation_seat", args=[token])).status_code == 200
    ask = reverse("consultation_ask", args=[report.pk, "ahausen"])
    assert "nächsten Sammelnachricht" in client.post(ask, follow=True).content.decode()
    assert "schon vorgemerkt" in client.post(ask, follow=True).content.decode()
    assert client.get(reverse("consultation_list")).status_code == 200


def test_calendar_feed_and_start_page_name_the_deadline_to_those_concerned(case, log_in) -> None:
    from wohnplatz.workflow.partners import feeds

    due = case.invitations["ahausen"].due_on
    month = reverse("calendar") + f"?monat={due:%Y-%m}"
    shown = log_in(case.user_ahausen).get(month).content.decode()
    assert address(case, "consultation_seat") in shown
    assert case.invitations["behausen"].token not in shown
    assert "3 von 3" in log_in(case.planner).get(month).content.decode()
    assert "Sozialbericht 2024" not in log_in(case.sector).get(month).content.decode()
    file = feeds.calendar_file(case.user_ahausen, timezone.localdate()).decode().replace("\r\n ", "")
    assert "Frist: Abstimmung „Sozialbericht 2024“" in file
    assert case.invitations["ahausen"].token in file
    release(case, "ahausen")
    again = feeds.calendar_file(case.user_ahausen, timezone.localdate()).decode().replace("\r\n ", "")
    assert "Erledigt: Frist: Abstimmung" in again
    assert (
        address(case, "consultation_seat", "behausen") in log_in(case.user_behausen).get("/").content.decode()
    )
    assert "1 von 3 haben geantwortet" in log_in(case.planner).get("/").content.decode()


def test_final_files_of_the_report_hold_the_answers_and_no_profile_not_let_go(case, log_in) -> None:
    from wohnplatz.workflow.consultation import finishing

    for who in ("ahausen", "behausen", "jobcenter"):
        release(case, who, no_remarks=who != "ahausen")
    opening.close(case.planner, case.consultation)
    for remark in queries.released_remarks(case.planner, case.consultation):
        deciding.decide(case.planner, remark, Verdict.DECLINED, "Es bleibt.", remark.version)
    finishing.conclude(case.planner, case.consultation)
    finishing.agree(case.planner, case.consultation, "Steuerungsgruppe")
    client = log_in(case.planner)
    page = client.get(reverse("report_file", args=[case.report.pk, "html"])).content.decode()
    assert SECRET in page
    assert "In Altdorf wohnen viele Familien." not in page
    assert "noch nicht freigegeben" in page
    assert OWN_SECRET not in page
    preview = client.get(reverse("report_preview", args=[case.report.pk])).content.decode()
    assert "In Altdorf wohnen viele Familien." not in preview
