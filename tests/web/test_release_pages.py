"""Releases: list, make, compare; the administration; the start page of each role."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.district.models import District, DivisionRecord
from wohnplatz.workflow.releases import running
from wohnplatz.workflow.releases.actions import make_release
from wohnplatz.workflow.releases.models import Release, ReleaseRun


def test_making_a_release_says_first_what_goes_in_and_what_is_missing(delivered, log_in) -> None:
    answer = log_in(delivered.planner).get(reverse("release_make"))
    assert len(answer.context["manifest"].entries) == 3
    assert {row.view.round.reference_date.year for row in answer.context["open_rows"]} == {2023}


def test_with_nothing_accepted_the_page_says_what_is_needed(world, log_in) -> None:
    text = log_in(world.planner).get(reverse("release_make")).content.decode()
    assert "mindestens eine angenommene Lieferung" in text


def test_a_release_is_made_once_under_its_name(delivered, log_in) -> None:
    client = log_in(delivered.planner)
    asked = client.post(
        reverse("release_make"), {"bezeichnung": "2024-1", "anmerkung": "Erster Stand"}, follow=True
    )
    assert "Wartet auf die Berechnung" in asked.content.decode()
    run = running.current()
    meanwhile = client.post(reverse("release_make"), {"bezeichnung": "2024-2"})
    assert "Es wird gerade ein Datenstand gebildet" in meanwhile.content.decode()
    assert running.make(run.pk) == "done"
    made = client.get(reverse("release_run", args=[run.pk]), follow=True)
    assert "ist gebildet und gilt ab jetzt" in made.content.decode()
    again = client.post(reverse("release_make"), {"bezeichnung": "2024-1"})
    assert "gibt es schon" in again.content.decode()
    assert Release.objects.count() == 1


def test_a_release_that_cannot_be_made_says_why(delivered, log_in, monkeypatch) -> None:
    from wohnplatz.model import WohnplatzError
    from wohnplatz.workflow.releases import actions

    client = log_in(delivered.planner)
    client.post(reverse("release_make"), {"bezeichnung": "2024-1"})

    def refused(*args: object, **more: object) -> None:
        raise WohnplatzError("Eine Zelle ist doppelt.", todo="Bitte zurückgeben.", code="x")

    monkeypatch.setattr(actions, "make_release", refused)
    run = running.current()
    assert running.make(run.pk) == "failed"
    page = client.get(reverse("release_run", args=[run.pk])).content.decode()
    assert "Eine Zelle ist doppelt." in page
    assert "Noch einmal versuchen" in page
    assert Release.objects.count() == 0
    assert running.current() is None


def test_a_release_whose_worker_died_is_taken_up_again_three_times(delivered) -> None:
    from datetime import timedelta

    run = running.begin(delivered.planner, "2024-1")
    for tries, left in ((1, 1), (2, 1), (3, 0)):
        ReleaseRun.objects.filter(pk=run.pk).update(
            state="computing", tries=tries, progress_at=timezone.now() - timedelta(hours=1)
        )
        assert running.resume(timezone.now()) == left
    run.refresh_from_db()
    assert run.state == "failed"
    assert running.make(run.pk) == "failed", "a run that is over is left alone"


def test_only_who_may_release_sees_how_far_it_is(delivered, log_in) -> None:
    run = running.begin(delivered.planner, "2024-1")
    for person, status in (("planner", 200), ("sector", 403), ("user_ahausen", 403), ("administrator", 403)):
        answer = log_in(getattr(delivered, person)).get(reverse("release_run", args=[run.pk]))
        assert answer.status_code == status, person


def test_a_release_page_tells_how_to_cite_it(released, log_in) -> None:
    html = log_in(released.sector).get(reverse("release", args=[1])).content.decode()
    assert "So zitieren" in html
    assert released.release.manifest[:16] in html


def test_two_releases_are_compared_in_counts_and_figures(released, scene, log_in) -> None:
    from wohnplatz.workflow.deliveries.actions import receive

    data = scene.benefits({**scene.COUNTS, "0599900202": "60"})
    corrected = receive(released.operator, released.rounds["jobcenter", 2024], "neu.csv", data)
    scene.released_and_accepted(released.planner, corrected)
    make_release(released.planner, "2024-2")
    answer = log_in(released.sector).get(reverse("release_compare"), {"ebene": "wohnplatz"})
    assert len(answer.context["found"].added) == 1
    changed = {(c["name"], c["meta"].code) for c in answer.context["changes"]}
    assert ("Deich", "sgb2_quote") in changed
    assert ("Casel", "sgb2_quote") not in changed


def test_a_comparison_shows_what_changed_in_the_rules_to_who_may_see_them(released, log_in) -> None:
    from wohnplatz.disclosure import STANDARD_RULES
    from wohnplatz.workflow.protection.actions import put_in_force
    from wohnplatz.workflow.releases.actions import make_release

    text = STANDARD_RULES.read_text(encoding="utf-8").replace("version = 3", "version = 4", 1)
    put_in_force(
        released.administrator, text.replace("denominator = 30", "denominator = 50").encode(), "Grund"
    )
    make_release(released.planner, "Datenstand 2024-2")
    page = log_in(released.planner).get("/datenstaende/vergleich/").content.decode()
    assert "Was sich an den Schutzregeln geändert hat" in page
    assert "strenger" in page
    hidden = log_in(released.sector).get("/datenstaende/vergleich/").content.decode()
    assert "Was sich an den Schutzregeln geändert hat" not in hidden


def test_comparing_needs_two_releases_and_says_so(released, log_in) -> None:
    text = log_in(released.sector).get(reverse("release_compare")).content.decode()
    assert "braucht es zwei Datenstände" in text


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("planner", ["Was müssen Sie entscheiden", "Was ist überfällig", "Was hat sich geändert"]),
        ("user_ahausen", ["Was Sie liefern, bis wann", "Was aus Ihren Daten wurde", "ahausen-2024.csv"]),
        ("sector", ["Gültiger Datenstand", "2024-1"]),
        ("administrator", ["Gebietsgliederungen", "Konten"]),
    ],
)
def test_the_start_page_answers_the_first_question_of_each_role(released, log_in, person, words) -> None:
    html = log_in(getattr(released, person)).get("/").content.decode()
    for word in words:
        assert word in html


def test_the_district_is_changed_and_stays_a_demo(world, log_in) -> None:
    data = {"name": "Kreis Neu", "key": "05999", "contact": "Sozialplanung, Zimmer 3"}
    log_in(world.planner).post(reverse("district_settings"), data)
    district = District.objects.get()
    assert (district.name, district.is_demo) == ("Kreis Neu", True)


def test_an_account_is_made_and_locked_by_the_administration(world, log_in) -> None:
    client = log_in(world.administrator)
    data = {"username": "Neu", "name": "Neu", "role": "sector", "password": "korrekt-pferd-batterie"}
    client.post(reverse("account_new"), data)
    made = User.objects.get(username="neu")
    client.post(reverse("account_lock", args=[made.pk]))
    made.refresh_from_db()
    assert not made.is_active


def test_a_weak_password_is_refused_beside_what_was_typed(world, log_in) -> None:
    data = {"username": "neu", "name": "Frau Neu", "role": "sector", "password": "kurz"}
    html = log_in(world.administrator).post(reverse("account_new"), data).content.decode()
    assert "Das Kennwort ist nicht geeignet" in html
    assert 'value="Frau Neu"' in html
    assert "kurz" not in html.replace("zu kurz", "")


def square(name: str, x: int, parent: str | None = "05999") -> dict[str, object]:
    ring = [[x, 0], [x + 1000, 0], [x + 1000, 1000], [x, 1000], [x, 0]]
    ring = [[350000 + a, 5650000 + b] for a, b in ring]
    properties = {"schluessel": name, "name": f"Ort {name}", "kreis": parent}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def geojson(*features: dict[str, object]) -> SimpleUploadedFile:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    data = {"type": "FeatureCollection", "crs": crs, "features": list(features)}
    return SimpleUploadedFile("orte.geojson", json.dumps(data).encode())


CHOSEN = {
    "layer": "orte", "key": "schluessel", "name_column": "name", "parent": "kreis", "level": "kommune",
    "code": "kommunen-2026", "label": "Kommunen 2026", "valid_from": "01.01.2026",
}  # fmt: skip


def columns_page(client, file: SimpleUploadedFile):
    answer = client.post(reverse("division_import"), {"datei": file})
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(answer.headers["Location"])
    layer = page.context["form"].fields["layer"].choices[0][0]
    return answer.headers["Location"], {**CHOSEN, "layer": layer}


def test_a_division_is_taken_over_after_its_columns_are_chosen(world, log_in) -> None:
    client = log_in(world.planner)
    keys = ["05999001", "05999002", "05999003", "05999004"]
    url, data = columns_page(client, geojson(*(square(k, n * 1000) for n, k in enumerate(keys))))
    answer = client.post(url, data, follow=True)
    assert "ist übernommen" in answer.content.decode()
    assert DivisionRecord.objects.get(code="kommunen-2026").area_count == 4


def test_a_faulty_division_shows_findings_that_name_the_area_and_takes_nothing(world, log_in) -> None:
    client = log_in(world.planner)
    twice = geojson(square("05999001", 0), square("05999001", 1000))
    url, data = columns_page(client, twice)
    answer = client.post(url, data)
    assert "05999001" in {f["finding"].area for f in answer.context["findings"]}
    assert not DivisionRecord.objects.filter(code="kommunen-2026").exists()


def test_a_file_that_is_no_geodata_is_refused_beside_the_field(world, log_in) -> None:
    client = log_in(world.planner)
    for file in (SimpleUploadedFile("bild.png", b"x"), SimpleUploadedFile("leer.geojson", b"{}")):
        answer = client.post(reverse("division_import"), {"datei": file})
        assert answer.context["form"].errors["datei"]


def test_a_kept_file_belongs_to_the_person_who_sent_it(world, log_in) -> None:
    url, _ = columns_page(log_in(world.planner), geojson(square("05999001", 0)))
    assert log_in(world.administrator).get(url).status_code == 404
    assert log_in(world.planner).get("/verwaltung/gebiete/..%2F..%2Fsecret-key/").status_code == 404
