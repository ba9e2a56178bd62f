"""Files in parts, several files at once, a table that must be assigned by hand."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from wohnplatz.workflow.deliveries.models import Delivery, ReadingGuide, Upload
from wohnplatz.workflow.deliveries.states import DeliveryState


def begin(client, delivery_round, data: bytes):
    sha = hashlib.sha256(data).hexdigest()
    url = reverse("transfer_begin", args=[delivery_round.pk])
    return client.post(url, {"name": "teile.csv", "groesse": len(data), "sha": sha})


def test_a_file_in_parts_goes_on_where_it_stopped(world, scene, log_in) -> None:
    client, data = log_in(world.user_jobcenter), scene.benefits(scene.COUNTS)
    first = begin(client, world.rounds["jobcenter", 2024], data).json()
    half = len(data) // 2
    kind = "application/octet-stream"
    client.post(f"{first['append']}?ab=0", data[:half], content_type=kind)
    assert client.get(first["append"]).json() == {"received": half}
    again = begin(client, world.rounds["jobcenter", 2024], data).json()
    assert again["received"] == half
    wrong = client.post(f"{again['append']}?ab=3", data[3:], content_type=kind)
    assert wrong.status_code == 400
    assert "erwartet ab Byte" in wrong.json()["error"]
    client.post(f"{again['append']}?ab={half}", data[half:], content_type=kind)
    done = client.post(again["finish"]).json()
    assert done["url"] == reverse("delivery", args=[Delivery.objects.get().pk])
    twice = begin(client, world.rounds["jobcenter", 2024], data)
    assert twice.status_code == 409
    assert twice.json()["url"] == done["url"]


def test_parts_of_a_foreign_upload_are_refused(world, scene, log_in) -> None:
    started = begin(log_in(world.user_jobcenter), world.rounds["jobcenter", 2024], b"abc").json()
    other = log_in(world.user_ahausen)
    assert other.post(f"{started['append']}?ab=0", b"abc", content_type="text/plain").status_code == 403
    assert other.post(started["finish"]).status_code == 403
    assert begin(other, world.rounds["jobcenter", 2024], b"abc").status_code == 403
    assert Upload.objects.get().received == 0


def test_several_files_wait_until_the_partner_says_where_they_belong(world, scene, log_in) -> None:
    client = log_in(world.user_jobcenter)
    url = reverse("deliver_several")
    files = [
        SimpleUploadedFile("eins.csv", scene.benefits(scene.COUNTS, 2023)),
        SimpleUploadedFile("zwei.csv", scene.benefits(scene.COUNTS, 2024)),
    ]
    page = client.post(url, {"dateien": files, "schritt": "waehlen"}, follow=True)
    assert not Delivery.objects.exists()
    waiting = {w.upload.name: w.upload for w in page.context["waiting"]}
    assert waiting["eins.csv"].round == world.rounds["jobcenter", 2023]
    assert waiting["zwei.csv"].round == world.rounds["jobcenter", 2024]
    answers = {
        f"d{waiting['eins.csv'].pk}": "weg",
        f"d{waiting['zwei.csv'].pk}": waiting["zwei.csv"].round_id,
    }
    client.post(url, {**answers, "schritt": "einreichen"})
    made = Delivery.objects.get()
    assert (made.name, made.round) == ("zwei.csv", world.rounds["jobcenter", 2024])
    assert not Upload.objects.exists()


def test_a_file_may_be_handed_in_for_another_round_than_proposed(world, scene, log_in) -> None:
    client = log_in(world.user_jobcenter)
    url = reverse("deliver_several")
    client.post(url, {"dateien": [SimpleUploadedFile("x.csv", scene.benefits(scene.COUNTS, 2024))]})
    upload, other = Upload.objects.get(), world.rounds["jobcenter", 2023]
    client.post(url, {f"d{upload.pk}": other.pk, "schritt": "einreichen"})
    assert Delivery.objects.get().round == other
    foreign = world.rounds["ahausen", 2024]
    client.post(url, {"dateien": [SimpleUploadedFile("y.csv", scene.benefits(scene.COUNTS, 2024))]})
    client.post(url, {f"d{Upload.objects.get().pk}": foreign.pk, "schritt": "einreichen"})
    assert Delivery.objects.count() == 1


@pytest.fixture
def unassigned(world, log_in) -> Delivery:
    """A table of the Jobcenter's own, whose heading nobody knows yet."""
    lines = [
        "Auswertung der Statistikstelle zum 31.12.2024", "", "Nr.;Quartier;Leistungsberechtigte im Bezug",
        "0599900101;Altdorf;100", "0599900102;Bruch;12", "0599900201;Casel;7", "0599900202;Deich;50",
    ]  # fmt: skip
    url = reverse("round_upload", args=[world.rounds["jobcenter", 2024].pk])
    data = "\r\n".join(lines).encode()
    log_in(world.user_jobcenter).post(url, {"datei": SimpleUploadedFile("eigene.csv", data)})
    return Delivery.objects.get()


def test_an_unknown_heading_is_assigned_once_and_remembered(unassigned, world, log_in) -> None:
    assert unassigned.state == DeliveryState.UNASSIGNED
    client = log_in(world.user_jobcenter)
    assert "Zuordnung prüfen" in client.get(reverse("delivery", args=[unassigned.pk])).content.decode()
    url = reverse("delivery_assign", args=[unassigned.pk])
    page = client.get(url, {"alle": "1"})
    assert "Leistungsberechtigte im Bezug" in page.content.decode()
    table = page.context["tables"][0]
    select = next(
        q.selects[0]
        for q in (*table.unsure, *table.left, *table.sure)
        if q.heading == "Leistungsberechtigte im Bezug"
    )
    answers = {
        f"t{table.place}-da": "1", f"t{table.place}-nutzen": "1", select.name: "sgb2_personen",
        "version": unassigned.version, "schritt": "lesen",
    }  # fmt: skip
    answer = client.post(url, answers, follow=True)
    unassigned.refresh_from_db()
    assert unassigned.state == DeliveryState.CHECKED, answer.content.decode()[-3000:]
    assert unassigned.cells >= 4
    assert ReadingGuide.objects.count() == 1


def test_the_page_of_assignment_survives_nonsense(unassigned, world, log_in) -> None:
    url = reverse("delivery_assign", args=[unassigned.pk])
    nonsense = {
        "t0-da": "1", "t0-kopf-von": "9", "t0-kopf-bis": "2", "t0-werte-von": "x", "t0-stichtag": "morgen",
        "t0-art": "mond", "t0-komma": ";", "t9-da": "1", "version": "abc", "schritt": "vorschau",
    }  # fmt: skip
    assert log_in(world.user_jobcenter).post(url, nonsense).status_code == 200


def test_a_table_of_hundreds_of_columns_stays_a_form_that_can_be_sent(world, log_in) -> None:
    heads = ";".join(f"Spalte {n} eigener Art" for n in range(600))
    rows = [
        f"{key};{';'.join('5' for _ in range(600))}" for key in ("0599900101", "0599900102", "0599900201")
    ]
    data = "\r\n".join([f"Gebiet;{heads}", *rows]).encode()
    client = log_in(world.user_jobcenter)
    url = reverse("round_upload", args=[world.rounds["jobcenter", 2024].pk])
    client.post(url, {"datei": SimpleUploadedFile("breit.csv", data)})
    page = client.get(reverse("delivery_assign", args=[Delivery.objects.get().pk]), {"alle": "1"})
    assert 0 < page.content.decode().count(' name="t0-') <= 480
