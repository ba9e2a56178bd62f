"""Profiles, origin of figures, methods, index."""

from __future__ import annotations

import shutil

import pytest
from django.urls import reverse


def test_the_list_shows_areas_under_their_municipality_and_finds_by_name_and_key(released, log_in) -> None:
    client = log_in(released.sector)
    groups = client.get("/gebiete/").context["groups"]
    assert [(parent.name, len(areas)) for parent, areas in groups] == [("Ahausen", 2), ("Behausen", 2)]
    assert client.get("/gebiete/", {"suche": "CASEL"}).context["count"] == 1
    assert client.get("/gebiete/", {"suche": "05999001"}).context["count"] == 2
    assert "Kein Gebiet dieses Namens" in client.get("/gebiete/", {"suche": "zzz"}).content.decode()


def test_a_profile_sets_an_area_against_municipality_and_district(released, log_in) -> None:
    answer = log_in(released.sector).get("/gebiete/0599900101/")
    assert [a.name for _, a in answer.context["scene"].compared] == ["Altdorf", "Ahausen", "Musterkreis"]
    assert "Bruch" in [name for name, _ in answer.context["neighbours"]]


def test_every_key_figure_is_one_click_from_its_origin(released, log_in) -> None:
    client = log_in(released.planner)
    for _, rows in client.get("/gebiete/0599900101/").context["blocks"]:
        for row in rows:
            assert client.get(row.origin).status_code == 200
            assert client.get(row.method).status_code == 200


def test_the_origin_names_delivery_file_and_row_and_the_value_for_the_planner(released, log_in) -> None:
    html = log_in(released.planner).get("/gebiete/0599900101/herkunft/sgb2_quote/").content.decode()
    assert "Jobcenter Musterkreis" in html
    assert "jobcenter-2024.csv" in html
    assert "Zeile 2" in html
    assert "ungeschützte Einzelwerte" in html


def test_the_origin_gives_others_the_place_and_no_value(released, log_in) -> None:
    for person in (released.sector, released.user_behausen, released.administrator):
        answer = log_in(person).get("/gebiete/0599900102/herkunft/sgb2_quote/")
        assert {o["value"] for o in answer.context["origins"]} == {""}
        assert "jobcenter-2024.csv" in answer.content.decode()


def test_the_profile_can_be_taken_away_as_a_workbook(released, log_in) -> None:
    answer = log_in(released.sector).get(reverse("area_xlsx", args=["0599900101"]))
    assert answer.content[:2] == b"PK"


def test_a_method_page_shows_formula_source_and_protection(released, log_in) -> None:
    html = log_in(released.sector).get("/methoden/sgb2_quote/").content.decode()
    assert "sgb2_personen" in html
    assert "Fallzahlen von 1 bis 2 sind geschützt" in html
    assert "Rechtsgrundlage" in html


def test_methods_are_found_by_words_anywhere_in_their_text(released, log_in) -> None:
    client = log_in(released.sector)
    assert client.get("/methoden/", {"suche": "sgb2"}).context["count"] >= 1
    assert client.get("/methoden/", {"suche": "gibtesnicht"}).context["count"] == 0


def test_an_index_page_without_an_index_in_the_catalogue_says_so(released, log_in) -> None:
    assert "gibt es keinen Index" in log_in(released.sector).get("/sozialindex/").content.decode()


@pytest.mark.parametrize("name", ["sgb2_quote", "einwohner"])
@pytest.mark.parametrize(("form", "start"), [("svg", b"<"), ("png", b"\x89PNG"), ("xlsx", b"PK")])
def test_every_picture_of_a_profile_can_be_taken_away(two_years, log_in, name, form, start) -> None:
    client = log_in(two_years.sector)
    page = client.get("/gebiete/0599900202/").content.decode()
    url = reverse("area_picture", args=["0599900202", name, form])
    assert url in page
    answer = client.get(url)
    assert answer.content.startswith(start)
    assert f"gebiet-0599900202-{name}-2024.{form}" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["gibt-es-nicht", "altersaufbau", "..", "sgb2_personen"])
def test_a_picture_that_there_is_not_is_a_page_that_there_is_not(released, log_in, name) -> None:
    answer = log_in(released.sector).get(reverse("area_picture", args=["0599900101", name, "svg"]))
    assert answer.status_code == 404
    wrong = reverse("area_picture", args=["0599900101", "sgb2_quote", "exe"])
    assert log_in(released.sector).get(wrong).status_code == 404


def test_a_picture_to_take_away_names_no_protected_number(two_years, log_in) -> None:
    url = reverse("area_picture", args=["0599900102", "sgb2_quote", "svg"])
    svg = log_in(two_years.sector).get(url).content.decode()
    assert "geschützt" in svg
    assert "0,2" not in svg


@pytest.fixture
def by_groups(settings, tmp_path, scene) -> None:
    """A catalogue in which half of the cases stand beside the men: a group as ages are one."""
    folder = tmp_path / "catalogue"
    shutil.copytree(scene.CATALOGUE, folder)
    whole = (folder / "indicators" / "sgb2_quote.toml").read_text()
    part = whole.replace('"sgb2_quote"', '"sgb2_teil"').replace('"sgb2_personen"', '"0.5 * sgb2_personen"')
    part = part.replace('"einwohner"', '"einwohner[geschlecht=m]"').replace('"SGB-II-Quote"', '"Teil"')
    (folder / "indicators" / "sgb2_teil.toml").write_text(part)
    named = whole.replace("factor = 100", 'age_parts = ["sgb2_teil"]\nfactor = 100')
    (folder / "indicators" / "sgb2_quote.toml").write_text(named)
    settings.WOHNPLATZ_CATALOGUE = str(folder)


def test_cases_stand_beside_those_that_the_groups_of_an_area_let_expect(by_groups, request, log_in) -> None:
    world = request.getfixturevalue("two_years")
    client = log_in(world.sector)
    found = {
        key: client.get(f"/gebiete/{key}/").context["by_age"] for key in ("0599900202", "0599900102", "05999")
    }
    own = found["0599900202"][0]
    # 152 of 4,042 in the district, 1,012 inhabitants here; Byar for 50 cases: 37.1 to 65.9.
    assert (own.observed, own.expected) == ("50", "38,0")
    assert own.words.startswith("1,31 (0,98 bis 1,73): so viel")
    assert own.groups == "Teil und übrige Altersgruppen"
    hidden = found["0599900102"][0]
    assert (hidden.observed, hidden.expected) == ("–", "–")
    assert "geschützt" in hidden.words
    assert found["05999"] == []
    page = client.get(reverse("comparison"), {"auswahl": "0599900202,0599900102"}).content.decode()
    assert "Verhältnis zum Altersaufbau" in page
    assert own.words.partition(":")[0] in page


def test_an_indicator_that_names_no_groups_has_no_such_section(two_years, log_in) -> None:
    html = log_in(two_years.sector).get("/gebiete/0599900101/").content.decode()
    assert "Ohne den Einfluss des Alters" not in html


def test_the_sheet_of_ages_says_in_words_what_the_rules_leave_out() -> None:
    from wohnplatz.model import CellState, ReleasedFigure
    from wohnplatz.web.areas.pictures import _sign

    numbers = {"value": None, "numerator": None, "denominator": None, "covered": 0, "expected": 1}
    place = {"indicator": "einwohner", "level": "wohnplatz", "area": "a", "year": 2024, "share": None}
    empty = ReleasedFigure(
        **place, **numbers, state=CellState.NOT_APPLICABLE, breakdown="alter=0-17", reason="too_detailed"
    )
    assert _sign(empty) == "nicht veröffentlicht (zu kleinteilig)"
    protected = ReleasedFigure(
        **place, **numbers, state=CellState.PROTECTED, breakdown="alter=0-17", reason="protected"
    )
    assert _sign(protected) == CellState.PROTECTED.sign
