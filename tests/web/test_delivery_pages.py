"""From the file to the decision, through the pages."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from wohnplatz.workflow.deliveries.actions import release
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.deliveries.states import DeliveryState


def send(client, delivery_round, data: bytes, name: str = "lieferung.csv"):
    url = reverse("round_upload", args=[delivery_round.pk])
    return client.post(url, {"datei": SimpleUploadedFile(name, data)}, follow=True)


@pytest.fixture
def waiting(world, scene, log_in) -> Delivery:
    """A delivery of the Jobcenter that it has released."""
    send(log_in(world.user_jobcenter), world.rounds["jobcenter", 2024], scene.benefits(scene.COUNTS))
    checked = Delivery.objects.get()
    return release(world.user_jobcenter, checked, checked.version)


def test_a_good_file_is_checked_and_waits_for_the_planner(waiting, world, log_in) -> None:
    assert waiting.state == DeliveryState.RELEASED
    start = log_in(world.planner).get("/").content.decode()
    assert reverse("delivery", args=[waiting.pk]) in start


def test_a_faulty_file_shows_place_value_and_advice_and_can_be_fetched_back(world, scene, log_in) -> None:
    data = scene.benefits({**scene.COUNTS, "0599900101": "viele"})
    answer = send(log_in(world.user_jobcenter), world.rounds["jobcenter", 2024], data)
    text = answer.content.decode()
    assert "Diese Datei wurde nicht übernommen" in text
    assert "viele" in text
    assert "Zeile 2" in text
    pk = Delivery.objects.get().pk
    assert log_in(world.user_jobcenter).get(reverse("delivery_original", args=[pk])).content == data


def test_values_of_a_file_are_shown_as_text_and_never_as_markup(world, scene, log_in) -> None:
    data = scene.benefits({**scene.COUNTS, "0599900101": "<script>alert(1)</script>"})
    answer = send(log_in(world.user_jobcenter), world.rounds["jobcenter", 2024], data, "<b>x.csv")
    assert b"<script>alert" not in answer.content
    assert b"<b>x" not in answer.content


def test_upload_without_a_file_says_so_beside_the_field_and_in_the_summary(world, log_in) -> None:
    url = reverse("round_upload", args=[world.rounds["jobcenter", 2024].pk])
    text = log_in(world.user_jobcenter).post(url).content.decode()
    assert text.count("Bitte wählen Sie eine Datei.") == 2
    assert 'aria-invalid="true"' in text


def test_the_same_file_twice_leads_to_the_first_one(waiting, world, scene, log_in) -> None:
    answer = send(log_in(world.user_jobcenter), world.rounds["jobcenter", 2024], scene.benefits(scene.COUNTS))
    assert "liegt für die Lieferrunde bereits vor" in answer.content.decode()
    assert Delivery.objects.count() == 1


def test_the_page_of_acceptance_says_what_will_change_and_changes_nothing_yet(waiting, world, log_in) -> None:
    url = reverse("delivery_decide", args=[waiting.pk, "annehmen"])
    text = log_in(world.planner).get(url).content.decode()
    assert "Was sich ändert" in text
    waiting.refresh_from_db()
    assert waiting.state == DeliveryState.RELEASED


def test_the_planner_accepts(waiting, world, log_in) -> None:
    url = reverse("delivery_decide", args=[waiting.pk, "annehmen"])
    answer = log_in(world.planner).post(url, {"version": waiting.version, "anmerkung": ""}, follow=True)
    assert "Die Lieferung ist angenommen." in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == DeliveryState.ACCEPTED


def test_whoever_decides_second_is_told_what_happened(waiting, world, log_in) -> None:
    client = log_in(world.planner)
    seen = waiting.version
    client.post(reverse("delivery_decide", args=[waiting.pk, "annehmen"]), {"version": seen})
    url = reverse("delivery_decide", args=[waiting.pk, "zurueckgeben"])
    answer = client.post(url, {"version": seen, "grund": "Bitte prüfen."}, follow=True)
    assert "inzwischen" in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == DeliveryState.ACCEPTED


def test_returning_needs_a_reason_and_the_partner_reads_it(waiting, world, log_in) -> None:
    url = reverse("delivery_decide", args=[waiting.pk, "zurueckgeben"])
    client = log_in(world.planner)
    empty = client.post(url, {"version": waiting.version, "grund": " "})
    assert "Bitte begründen Sie die Entscheidung." in empty.content.decode()
    client.post(url, {"version": waiting.version, "grund": "Bruch fehlt."})
    page = log_in(world.user_jobcenter).get(reverse("round", args=[waiting.round_id])).content.decode()
    assert "Bruch fehlt." in page


def test_a_partner_withdraws_its_own_file_and_cannot_accept_it(waiting, world, log_in) -> None:
    client = log_in(world.user_jobcenter)
    accept = reverse("delivery_decide", args=[waiting.pk, "annehmen"])
    assert client.post(accept, {"version": waiting.version}).status_code == 403
    url = reverse("delivery_decide", args=[waiting.pk, "zurueckziehen"])
    client.post(url, {"version": waiting.version, "grund": "Falsche Datei."})
    waiting.refresh_from_db()
    assert waiting.state == DeliveryState.WITHDRAWN


def test_an_unknown_step_is_no_page(waiting, world, log_in) -> None:
    url = reverse("delivery_decide", args=[waiting.pk, "loeschen"])
    assert log_in(world.planner).get(url).status_code == 404


def test_single_values_are_for_the_planner_and_the_partner_itself(waiting, world, log_in) -> None:
    url = reverse("delivery_values", args=[waiting.pk])
    assert "Zeile 2" in log_in(world.planner).get(url).content.decode()
    assert "Zeile 2" in log_in(world.user_jobcenter).get(url).content.decode()
    assert log_in(world.administrator).get(url).status_code == 403
    assert log_in(world.user_ahausen).get(url).status_code == 403
    assert log_in(world.sector).get(url).status_code == 403


def test_the_template_comes_as_a_workbook_with_a_name_without_figures(world, log_in) -> None:
    url = reverse("round_template", args=[world.rounds["jobcenter", 2024].pk])
    answer = log_in(world.user_jobcenter).get(url)
    assert answer.content[:2] == b"PK"
    assert "vorlage-jobcenter-arbeit-2024-12-31.xlsx" in answer.headers["Content-Disposition"]


def test_the_original_is_saved_and_never_shown_by_the_browser(waiting, world, log_in) -> None:
    answer = log_in(world.planner).get(reverse("delivery_original", args=[waiting.pk]))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_list_filters_by_state_partner_and_year(waiting, world, log_in) -> None:
    client = log_in(world.planner)
    found = client.get(reverse("delivery_list"), {"zustand": "released"})
    assert [row.view.round.pk for row in found.context["rows"]] == [waiting.round_id]
    nothing = client.get(reverse("delivery_list"), {"zustand": "released", "jahr": "2023"})
    assert "In dieser Auswahl gibt es keine Lieferrunde" in nothing.content.decode()
    assert client.get(reverse("delivery_list"), {"zustand": "unsinn", "jahr": "x"}).status_code == 200


def test_findings_can_be_filtered_by_severity(world, scene, log_in) -> None:
    data = scene.benefits({**scene.COUNTS, "0599900101": "viele"})
    client = log_in(world.user_jobcenter)
    send(client, world.rounds["jobcenter", 2024], data)
    url = reverse("delivery", args=[Delivery.objects.get().pk])
    shown = client.get(url, {"art": "error"}).context["groups"]
    assert shown
    assert {f.severity for group in shown for f in group.findings} == {"error"}
