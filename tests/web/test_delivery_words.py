"""A word on findings, the release, the way of a delivery through the pages."""

from __future__ import annotations

import io

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from wohnplatz.workflow.deliveries.models import Delivery, FindingNote
from wohnplatz.workflow.deliveries.states import DeliveryState


@pytest.fixture
def checked(world, scene, log_in) -> Delivery:
    """A file of the Jobcenter without two of its areas: two cells are missing, which is a warning."""
    counts = dict(list(scene.COUNTS.items())[:2])
    url = reverse("round_upload", args=[world.rounds["jobcenter", 2024].pk])
    log_in(world.user_jobcenter).post(url, {"datei": SimpleUploadedFile("l.csv", scene.benefits(counts))})
    return Delivery.objects.get()


def warning_of(delivery: Delivery) -> dict:
    return next(f for f in delivery.findings if f["severity"] == "warning")


def test_warnings_are_to_be_explained_before_the_release_is_offered(checked, world, log_in) -> None:
    client = log_in(world.user_jobcenter)
    page = client.get(reverse("delivery", args=[checked.pk])).content.decode()
    assert "Erklären" in page
    assert "Freigeben …" not in page
    for code in {f["code"] for f in checked.findings if f["severity"] == "warning"}:
        client.post(
            reverse("delivery_say", args=[checked.pk]),
            {"befund": code, "erlaeuterung": "Wird nachgereicht."},
        )
    page = client.get(reverse("delivery", args=[checked.pk])).content.decode()
    assert "Freigeben …" in page
    assert "Wird nachgereicht." in page


def test_a_word_that_is_refused_stays_in_its_field(checked, world, log_in) -> None:
    finding = warning_of(checked)
    answer = log_in(world.user_jobcenter).post(
        reverse("delivery_say", args=[checked.pk]), {"befund": finding["key"], "erlaeuterung": "  "}
    )
    assert "Es fehlt die Begründung." in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not FindingNote.objects.exists()


def test_a_word_is_shown_as_text_and_never_as_markup(checked, world, log_in) -> None:
    finding = warning_of(checked)
    url = reverse("delivery_say", args=[checked.pk])
    data = {"befund": finding["key"], "erlaeuterung": "<script>alert(1)</script>", "anker": '"><b>'}
    answer = log_in(world.user_jobcenter).post(url, data, follow=True)
    assert b"<script>alert" not in answer.content
    assert "&lt;script&gt;alert" in answer.content.decode()


def test_another_partner_may_neither_see_nor_explain_nor_take_away(checked, world, log_in) -> None:
    client = log_in(world.user_ahausen)
    for route in (
        "delivery", "delivery_marked", "delivery_findings", "delivery_assign", "delivery_changes",
        "delivery_progress",
    ):  # fmt: skip
        assert client.get(reverse(route, args=[checked.pk])).status_code == 403, route
    data = {"befund": warning_of(checked)["key"], "erlaeuterung": "Stimmt."}
    assert client.post(reverse("delivery_say", args=[checked.pk]), data).status_code == 403
    assert not FindingNote.objects.exists()


def test_single_values_and_findings_are_not_for_the_administrator(checked, world, log_in) -> None:
    client = log_in(world.administrator)
    for route in ("delivery_marked", "delivery_findings"):
        assert client.get(reverse(route, args=[checked.pk])).status_code == 403, route


def test_the_release_says_first_what_it_does(checked, world, log_in) -> None:
    client = log_in(world.user_jobcenter)
    url = reverse("delivery_decide", args=[checked.pk, "freigeben"])
    page = client.get(url).content.decode()
    assert "gehen an die Sozialplanung" in page
    assert "Noch nicht alle Warnungen sind erläutert" in page
    refused = client.post(url, {"version": checked.version, "anmerkung": ""})
    assert "noch nicht erläutert" in refused.content.decode()
    checked.refresh_from_db()
    assert checked.state == DeliveryState.CHECKED


def test_the_partner_releases_and_the_planner_reads_its_words(checked, world, log_in) -> None:
    client = log_in(world.user_jobcenter)
    for code in {f["code"] for f in checked.findings if f["severity"] == "warning"}:
        client.post(
            reverse("delivery_say", args=[checked.pk]), {"befund": code, "erlaeuterung": "Umzug der Stelle."}
        )
    url = reverse("delivery_decide", args=[checked.pk, "freigeben"])
    checked.refresh_from_db()
    client.post(url, {"version": checked.version, "anmerkung": ""})
    checked.refresh_from_db()
    assert checked.state == DeliveryState.RELEASED
    planner = log_in(world.planner)
    accept = planner.get(reverse("delivery_decide", args=[checked.pk, "annehmen"])).content.decode()
    assert "Umzug der Stelle." in accept
    assert "Annehmen …" in planner.get(reverse("delivery", args=[checked.pk])).content.decode()


def test_findings_and_marked_cells_can_be_taken_along(checked, world, log_in) -> None:
    client = log_in(world.user_jobcenter)
    for route, name in (("delivery_findings", "Prüfbefunde"), ("delivery_marked", "Prüfbefunde")):
        answer = client.get(reverse(route, args=[checked.pk]))
        assert answer.headers["Content-Disposition"].startswith("attachment")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        assert name in book.sheet_names


def test_findings_are_narrowed_by_area_variable_and_whether_they_are_open(world, scene, log_in) -> None:
    data = scene.benefits({**scene.COUNTS, "0599900101": "viele", "0599900201": "-5"})
    client = log_in(world.user_jobcenter)
    url = reverse("round_upload", args=[world.rounds["jobcenter", 2024].pk])
    client.post(url, {"datei": SimpleUploadedFile("l.csv", data)})
    page = reverse("delivery", args=[Delivery.objects.get().pk])
    found = client.get(page, {"gebiet": "0599900201"}).context["groups"]
    assert {f.area for g in found for f in g.findings} == {"0599900201"}
    assert client.get(page, {"gebiet": "unsinn", "art": "x", "merkmal": "y", "offen": "1"}).status_code == 200


def test_a_correction_shows_what_it_changes(delivered, scene, log_in) -> None:
    world = delivered
    client = log_in(world.user_jobcenter)
    url = reverse("round_upload", args=[world.rounds["jobcenter", 2024].pk])
    data = scene.benefits({**scene.COUNTS, "0599900101": "120"})
    client.post(url, {"datei": SimpleUploadedFile("neu.csv", data)})
    newest = Delivery.objects.order_by("-pk")[0]
    assert (
        reverse("delivery_changes", args=[newest.pk])
        in client.get(reverse("delivery", args=[newest.pk])).content.decode()
    )
    page = client.get(reverse("delivery_changes", args=[newest.pk])).content.decode()
    assert "1\xa0Zelle geändert" in page
    assert "<strong>120</strong>" in page


def test_a_large_file_says_how_far_it_is_read_and_then_loads_its_page_anew(checked, world, log_in) -> None:
    Delivery.objects.filter(pk=checked.pk).update(state=DeliveryState.READING, rows_done=250, rows_total=1000)
    client = log_in(world.user_jobcenter)
    assert (
        "250 von 1.000 Zeilen gelesen" in client.get(reverse("delivery", args=[checked.pk])).content.decode()
    )
    url = reverse("delivery_progress", args=[checked.pk])
    assert "HX-Refresh" not in client.get(url).headers
    Delivery.objects.filter(pk=checked.pk).update(state=DeliveryState.CHECKED)
    assert client.get(url).headers["HX-Refresh"] == "true"
