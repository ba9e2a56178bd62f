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
    line = answer.content.decode().split('href="/gebiete/0599900102/')[-1].split("</tr>")[0]
    cells = line.split('<td class="kern-table__cell kern-table__cell--numeric')[1:]
    assert len(cells) >= 5
    assert all("geschützt" in cell for cell in cells)  # no gap and no dash in any column


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


def test_the_map_leads_to_every_year_with_everything_else_kept(two_years, log_in) -> None:
    page = log_in(two_years.sector).get(
        "/karte/sgb2_quote/?ebene=wohnplatz&klassen=gleich&anzahl=3&werte=geglaettet&auswahl=0599900101"
    )
    years = page.context["years"]
    assert [(year, here) for year, _, here in years["all"]] == [(2023, False), (2024, True)]
    assert years["before"][0] == 2023
    assert years["after"] is None
    for _, url, _ in years["all"]:
        for kept in ("klassen=gleich", "anzahl=3", "werte=geglaettet", "auswahl=0599900101"):
            assert kept in url
    assert 'type="range"' in page.content.decode()


def test_classes_are_the_same_in_every_year_unless_one_year_is_asked_for(two_years, log_in) -> None:
    client = log_in(two_years.sector)
    pages = [client.get(MAP, {"datum": year}) for year in ("2023", "2024")]
    assert pages[0].context["drawing"].classes.limits == pages[1].context["drawing"].classes.limits
    assert "gelten für 2023 bis 2024" in pages[0].content.decode()
    alone = [client.get(MAP, {"datum": year, "gelten": "jahr"}) for year in ("2023", "2024")]
    assert alone[0].context["drawing"].classes.limits != alone[1].context["drawing"].classes.limits
    assert "gelten nur dafür" in alone[0].content.decode()


def test_smoothed_figures_stand_beside_the_counted_ones_and_never_for_a_protected_one(
    two_years, log_in
) -> None:
    answer = log_in(two_years.sector).get(MAP, {"werte": "geglaettet"})
    drawing, rows = answer.context["drawing"], {r["key"]: r for r in answer.context["rows"]}
    assert drawing.smoothed
    assert "Geglättete Werte" in answer.content.decode()
    own, protected = rows["0599900202"], rows["0599900102"]
    assert own["smooth"].value is not None
    assert own["smooth"].numerator is None
    assert f"gezählt {own['figure'].value:.1f}".replace(".", ",") in str(answer.context["svg"])
    assert protected["smooth"].value is None
    assert protected["smooth"].state == protected["figure"].state


def test_counts_cannot_be_smoothed_and_the_map_shows_them_as_counted(two_years, log_in) -> None:
    answer = log_in(two_years.sector).get("/karte/einwohner/", {"werte": "geglaettet"})
    assert answer.status_code == 200
    assert not answer.context["drawing"].smoothed
    assert "Geglättet" not in answer.content.decode()


def test_the_interval_stands_in_picture_table_and_panel(two_years, log_in) -> None:
    client = log_in(two_years.sector)
    answer = client.get(MAP)
    row = next(r for r in answer.context["rows"] if r["key"] == "0599900202")
    assert " bis " in row["interval"]
    html = answer.content.decode()
    assert html.count(row["interval"]) >= 2
    panel = client.get(reverse("map_area", args=["sgb2_quote", "0599900202"])).content.decode()
    assert row["interval"] in panel
    assert "geglättet" in panel
    hidden = client.get(reverse("map_area", args=["sgb2_quote", "0599900102"])).content.decode()
    assert "Unsicherheitsbereich" not in hidden
    # The other area of its municipality is hidden with it: the difference would tell.
    neighbour = client.get(reverse("map_area", args=["sgb2_quote", "0599900101"])).content.decode()
    assert "Unsicherheitsbereich" not in neighbour
