"""Maps: what an address asks for is what is shown."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

MAP = "/karte/sgb2_quote/"


def test_the_map_links_every_area_to_its_profile(released, log_in, scene) -> None:
    html = log_in(released.sector).get(MAP).content.decode()
    for key in scene.AREAS:
        assert f'data-key="{key}"' in html
        assert f'href="/gebiete/{key}/?jahr=2024"' in html


def test_a_protected_figure_shows_its_word_and_no_number_anywhere(released, log_in) -> None:
    answer = log_in(released.sector).get(MAP)
    row = next(r for r in answer.context["rows"] if r["key"] == "0599900102")
    assert row["figure"].value is None
    assert row["figure"].numerator is None
    assert "geschützt" in answer.content.decode()


def test_a_true_zero_is_shown_as_zero(released, log_in) -> None:
    answer = log_in(released.sector).get(MAP)
    row = next(r for r in answer.context["rows"] if r["key"] == "0599900201")
    assert row["figure"].is_true_zero


@pytest.mark.parametrize("method", ["quantile", "gleich", "natuerlich", "abweichung"])
def test_every_classification_draws_a_map(released, log_in, method) -> None:
    answer = log_in(released.sector).get(MAP, {"klassen": method, "anzahl": "3"})
    assert answer.status_code == 200
    assert answer.context["chosen"].method_code == method


def test_own_limits_are_read_the_german_way(released, log_in) -> None:
    answer = log_in(released.sector).get(MAP, {"klassen": "eigene", "grenzen": "2,5; 7"})
    assert answer.context["chosen"].limits == (2.5, 7.0)
    assert set(answer.context["drawing"].classes.limits) >= {2.5, 7.0}


def test_own_limits_begin_with_a_suggestion(released, log_in) -> None:
    answer = log_in(released.sector).get(MAP, {"klassen": "eigene", "anzahl": "2"})
    assert answer.context["chosen"].method_code == "eigene"
    assert answer.context["chosen"].limits
    assert not answer.context["form"].errors


@pytest.mark.parametrize("limits", ["abc", "", "7; 2", "5; 5", "1e999", "nan; 1"])
def test_unusable_limits_are_named_and_the_map_still_stands(released, log_in, limits) -> None:
    answer = log_in(released.sector).get(MAP, {"klassen": "eigene", "grenzen": limits})
    assert answer.status_code == 200
    assert answer.context["form"].errors["grenzen"]
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "datum=abc&anzahl=-3&ebene=mond",
        "datum=1900",
        "klassen=gibtsnicht",
        "gebiet=%27%3Cscript%3E",
        "anzahl=99999",
    ],
)
def test_nonsense_in_the_address_falls_back_to_what_there_is(released, log_in, query) -> None:
    answer = log_in(released.sector).get(f"{MAP}?{query}")
    assert answer.status_code == 200
    assert answer.context["chosen"].year == 2024
    assert answer.context["chosen"].level == "wohnplatz"
    assert b"<script>" not in answer.content


def test_another_level_shows_its_own_areas(released, log_in) -> None:
    answer = log_in(released.sector).get(MAP, {"ebene": "kommune"})
    assert [r["name"] for r in answer.context["rows"]] == ["Ahausen", "Behausen"]


def test_zooming_to_a_municipality_narrows_the_picture(released, log_in) -> None:
    client = log_in(released.sector)
    whole = re.search(r'viewBox="([^"]+)"', str(client.get(MAP).context["svg"])).group(1)
    part = re.search(r'viewBox="([^"]+)"', str(client.get(MAP, {"gebiet": "05999001"}).context["svg"])).group(
        1
    )
    assert float(part.split()[2]) < float(whole.split()[2])


def test_the_form_leads_to_the_map_of_the_chosen_indicator(released, log_in) -> None:
    answer = log_in(released.sector).get("/karte/", {"indikator": "einwohner", "ebene": "kommune"})
    assert answer.headers["Location"] == "/karte/einwohner/?ebene=kommune"


def test_the_panel_of_an_area_is_a_fragment_with_the_areas_above(released, log_in) -> None:
    url = reverse("map_area", args=["sgb2_quote", "0599900101"])
    html = log_in(released.sector).get(url, {"datum": "2024"}).content.decode()
    assert "<html" not in html
    assert "Altdorf" in html
    assert "Ahausen" in html
    assert "Musterkreis" in html


@pytest.mark.parametrize(
    ("route", "kind", "start"),
    [("map_svg", "svg", b"<"), ("map_csv", "csv", b"\xef\xbb\xbf"), ("map_xlsx", "xlsx", b"PK")],
)
def test_picture_and_table_can_be_taken_away_under_a_name_without_figures(
    released, log_in, route, kind, start
) -> None:
    answer = log_in(released.sector).get(reverse(route, args=["sgb2_quote"]))
    assert answer.content.startswith(start)
    assert f"sgb2_quote-wohnplatz-2024.{kind}" in answer.headers["Content-Disposition"]


def test_the_table_to_take_away_names_release_source_and_states(released, log_in) -> None:
    text = log_in(released.sector).get(reverse("map_csv", args=["sgb2_quote"])).content.decode("utf-8-sig")
    lines = text.splitlines()
    protected = next(line for line in lines if line.startswith("0599900102"))
    assert ";*;geschützt;" in protected
    assert "2024-1" in text
    assert released.release.manifest in text


def test_an_older_release_stays_open_under_its_number(released, log_in) -> None:
    from wohnplatz.workflow.releases.actions import make_release

    make_release(released.planner, "2024-2")
    client = log_in(released.sector)
    assert client.get(MAP).context["context"].release == "2024-2"
    older = client.get(MAP, {"datenstand": "1"})
    assert older.context["context"].release == "2024-1"
    assert "datenstand=1" in older.context["rows"][0]["url"]
    assert client.get(MAP, {"datenstand": "99"}).status_code == 404


def test_the_map_leads_to_the_year_before_and_after_with_everything_else_kept(released, log_in) -> None:
    page = log_in(released.sector).get("/karte/sgb2_quote/?ebene=wohnplatz&klassen=gleich&anzahl=3")
    years = sorted(year for year, _ in page.context["form"].fields["datum"].choices)
    assert len(page.context["steps"]) == min(len(years) - 1, 1)
    for _, url in page.context["steps"]:
        assert "klassen=gleich" in url
        assert "anzahl=3" in url
