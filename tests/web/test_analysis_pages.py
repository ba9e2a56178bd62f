"""Comparison, two maps, series and scatter on a small released district."""

from __future__ import annotations

import pytest
from django.urls import reverse

ALTDORF, BRUCH = "0599900101", "0599900102"
PAGES = ["comparison", "two_maps", "series", "scatter", "distribution"]
FILES = [
    "comparison_xlsx",
    "series_svg",
    "series_png",
    "series_xlsx",
    "scatter_svg",
    "scatter_png",
    "scatter_xlsx",
    "distribution_svg",
    "distribution_png",
    "distribution_xlsx",
]


@pytest.mark.parametrize("route", PAGES)
def test_every_page_marks_the_selection_and_keeps_it(released, log_in, route: str) -> None:
    html = log_in(released.sector).get(reverse(route), {"auswahl": f"{ALTDORF},{BRUCH}"}).content.decode()
    assert "Altdorf" in html
    assert f"auswahl={ALTDORF}%2C{BRUCH}" in html
    assert "Datenstand" in html


@pytest.mark.parametrize("route", PAGES)
def test_an_area_is_added_by_a_form_and_an_unknown_one_is_named(released, log_in, route: str) -> None:
    client = log_in(released.sector)
    page = client.get(reverse(route), {"auswahl": ALTDORF, "dazu": BRUCH})
    assert page.context["stand"].selection == (ALTDORF, BRUCH)
    assert "Nicht gezeigt" in client.get(reverse(route), {"auswahl": "unbekannt"}).content.decode()


@pytest.mark.parametrize("route", [*PAGES, *FILES])
@pytest.mark.parametrize(
    "query",
    [{}, {"x": "<b>", "y": "-1", "jahr": "٣", "indikator": "zzz"}, {"jahr-links": "1e9", "links": "x:y"}],
)
def test_nonsense_in_the_address_falls_back(released, log_in, route: str, query: dict[str, str]) -> None:
    answer = log_in(released.sector).get(reverse(route), query)
    assert answer.status_code == 200
    assert answer.content


@pytest.mark.parametrize("route", [*PAGES, *FILES])
def test_nobody_sees_them_without_an_account(db, client, route: str) -> None:
    assert client.get(reverse(route)).status_code == 302


def test_a_comparison_without_areas_says_what_to_do(released, log_in) -> None:
    assert "Wählen Sie Gebiete" in log_in(released.sector).get(reverse("comparison")).content.decode()


def test_the_same_indicator_in_two_years_has_one_set_of_classes(released, log_in) -> None:
    client = log_in(released.sector)
    page = client.get(reverse("two_maps"), {"links": "sgb2_quote", "rechts": "sgb2_quote"})
    labels = [
        [entry.label for entry in side.drawing.legend if entry.count is not None]
        for side in page.context["sides"]
    ]
    assert page.context["same"]
    assert labels[0][0] == labels[1][0]


def test_counted_and_smoothed_figures_stand_side_by_side_with_the_same_classes(two_years, log_in) -> None:
    query = {
        "links": "sgb2_quote",
        "rechts": "sgb2_quote",
        "jahr-links": "2024",
        "werte-rechts": "geglaettet",
    }
    answer = log_in(two_years.sector).get(reverse("two_maps"), query)
    left, right = answer.context["sides"]
    assert (left.drawing.smoothed, right.drawing.smoothed) == (False, True)
    assert left.drawing.classes == right.drawing.classes
    html = answer.content.decode()
    assert "werte=geglaettet" in html
    assert "Geglättet, in %" in html


def test_too_few_areas_give_no_correlation_but_a_reason(released, log_in) -> None:
    html = log_in(released.sector).get(reverse("scatter")).content.decode()
    assert "nicht berechenbar, weil" in html
