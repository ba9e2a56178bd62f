"""Early warning and funnel: what stands there, what is said where nothing can be said, what goes along."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace

import pytest

AREA = "0599900102"


@pytest.fixture
def two_years(world, scene, steps) -> SimpleNamespace:
    """Two years; in Bruch the persons in SGB II rise from 10 to 200 of about 1,000."""
    return steps.take(rising, world, scene)


def rising(world, scene) -> None:
    from wohnplatz.workflow.deliveries.actions import note, receive
    from wohnplatz.workflow.releases.actions import make_release

    for year, count in ((2023, "10"), (2024, "200")):
        files = {
            "ahausen": scene.population(scene.AHAUSEN, year),
            "behausen": scene.population(scene.BEHAUSEN, year),
            "jobcenter": scene.benefits(scene.COUNTS | {AREA: count}, year),
        }
        for code, data in files.items():
            delivery = receive(world.operator, world.rounds[code, year], f"{code}-{year}.csv", data)
            for finding in delivery.findings:
                note(world.planner, delivery, finding["key"], "Stimmt so.", acknowledged=True)
            delivery.refresh_from_db()
            scene.released_and_accepted(world.planner, delivery)
    world.release = make_release(world.planner, "2024-1")


def test_an_area_that_rose_stands_on_the_list_with_its_sentence(two_years, log_in) -> None:
    answer = log_in(two_years.sector).get("/fruehwarnung/", {"bis": "2024", "spanne": "1"})
    rows = answer.context["found"].rows
    assert [(r.area, r.parent) for r in rows] == [("Bruch", "Ahausen")]
    html = answer.content.decode().replace("\u00a0", " ")
    assert "Zunahme um" in html
    assert "Unsicherheitsbereich" in html
    assert 'role="columnheader"' in html
    assert "Rang" not in html


def test_the_list_can_be_narrowed_and_says_where_the_rest_is(two_years, log_in) -> None:
    client, at = log_in(two_years.sector), {"bis": "2024", "spanne": "1"}
    assert len(client.get("/fruehwarnung/", at | {"kommune": "05999001"}).context["found"].rows) == 1
    elsewhere = client.get("/fruehwarnung/", at | {"kommune": "05999002"})
    assert elsewhere.context["found"].rows == ()
    assert "In dieser Auswahl ist kein Eintrag" in elsewhere.content.decode()
    other = client.get("/fruehwarnung/", at | {"richtung": "guenstig"})
    assert "Keine Veränderung ist größer" in other.content.decode()


def test_the_selection_marks_its_areas(two_years, log_in) -> None:
    client, at = log_in(two_years.sector), {"bis": "2024", "spanne": "1"}
    assert not client.get("/fruehwarnung/", at).context["found"].rows[0].selected
    assert client.get("/fruehwarnung/", at | {"auswahl": AREA}).context["found"].rows[0].selected


def test_a_single_year_cannot_be_compared_and_the_page_says_so(released, log_in) -> None:
    html = log_in(released.sector).get("/fruehwarnung/").content.decode()
    assert "Für diesen Zeitraum lässt sich nichts prüfen" in html


@pytest.mark.parametrize(
    "address", ["?bis=abc&spanne=-3", "?kommune='--&block=x&richtung=y", "?bis=99999999999"]
)
def test_nonsense_is_as_if_nothing_had_been_chosen(released, log_in, address) -> None:
    assert log_in(released.sector).get(f"/fruehwarnung/{address}").status_code == 200


def test_the_list_goes_along_with_its_source(two_years, log_in) -> None:
    client = log_in(two_years.sector)
    data = client.get("/fruehwarnung/tabelle.csv", {"bis": "2024", "spanne": "1"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data), delimiter=";"))
    assert rows[0][:4] == ["Kommune", "Gebietsschlüssel", "Gebiet", "Kennzahl"]
    assert rows[1][:3] == ["Ahausen", AREA, "Bruch"]
    assert "Datenstand 2024-1" in data
    assert client.get("/fruehwarnung/tabelle.xlsx", {"bis": "2024", "spanne": "1"}).content[:2] == b"PK"


def test_the_funnel_names_areas_outside_and_rings_the_selection(two_years, log_in) -> None:
    client = log_in(two_years.sector)
    answer = client.get("/auswertungen/trichter/sgb2_quote/", {"jahr": "2024", "auswahl": AREA})
    assert "Bruch" in [r["name"] for _, members in answer.context["groups"] for r in members]
    html = answer.content.decode()
    assert f'data-key="{AREA}"' in html
    assert "über der 99,8-%-Grenze" in html


def test_the_funnel_goes_along_as_picture_and_table(two_years, log_in) -> None:
    client = log_in(two_years.sector)
    for name, begin in (("bild.svg", b"<svg"), ("bild.png", b"\x89PNG"), ("tabelle.xlsx", b"PK"),
                        ("tabelle.csv", b"\xef\xbb\xbf")):  # fmt: skip
        assert client.get(f"/auswertungen/trichter/sgb2_quote/{name}").content.startswith(begin)


def test_only_figures_made_of_cases_have_a_funnel(two_years, log_in) -> None:
    client = log_in(two_years.sector)
    assert client.get("/auswertungen/trichter/einwohner/").status_code == 404
    assert client.get("/auswertungen/trichter/unsinn/").status_code == 404
    led = client.get("/auswertungen/trichter/", {"indikator": "unsinn"})
    assert led.headers["Location"].startswith("/auswertungen/trichter/sgb2_quote/")


def test_a_partner_sees_the_list_under_its_own_rules(two_years, log_in) -> None:
    assert log_in(two_years.user_behausen).get("/fruehwarnung/").status_code == 200


def test_a_stranger_is_led_to_the_login(two_years, client) -> None:
    for address in ("/fruehwarnung/", "/auswertungen/trichter/", "/auswertungen/trichter/sgb2_quote/"):
        assert client.get(address).headers["Location"].startswith("/anmelden/")


def test_the_profile_says_how_sure_a_figure_is_and_what_it_says_beside_the_district(
    two_years, log_in
) -> None:
    answer = log_in(two_years.sector).get(f"/gebiete/{AREA}/", {"jahr": "2024"})
    positions = {r.indicator.code: r.position for _, rows in answer.context["blocks"] for r in rows}
    assert positions["sgb2_quote"].verdict == "liegt über dem Kreiswert"
    assert positions["einwohner"] is None
    html = answer.content.decode()
    assert "Unsicherheitsbereich" in html
    assert 'class="wp-spark"' in html


def test_the_profile_repeats_what_the_early_warning_says_of_the_area(two_years, log_in, monkeypatch) -> None:
    monkeypatch.setattr("wohnplatz.web.areas.profile.SPAN", 1)
    client = log_in(two_years.sector)
    (notice,) = client.get(f"/gebiete/{AREA}/", {"jahr": "2024"}).context["notices"]
    assert "Zunahme um" in notice[1]
    assert not notice[2]
    assert client.get("/gebiete/0599900101/", {"jahr": "2024"}).context["notices"] == []
    assert client.get("/gebiete/05999/", {"jahr": "2024"}).context["notices"] == []


def test_the_districts_own_profile_is_held_against_nothing(two_years, log_in) -> None:
    answer = log_in(two_years.sector).get("/gebiete/05999/", {"jahr": "2024"})
    assert not answer.context["sure"]
    assert "Im Vergleich zum Kreis" not in answer.content.decode()
