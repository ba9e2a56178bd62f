"""The page of the population to come, on a small released district."""

from __future__ import annotations

from django.urls import reverse


def test_a_district_without_age_groups_gets_a_clear_answer_and_no_number(released, log_in) -> None:
    client = log_in(released.sector)
    answer = client.get(reverse("projection"))
    assert answer.status_code == 200
    assert "keine Vorausschätzung möglich" in answer.content.decode()
    for route in ("projection_svg", "projection_png", "projection_xlsx"):
        assert client.get(reverse(route)).status_code == 404


def test_an_unknown_part_falls_back_to_the_district(released, log_in) -> None:
    answer = log_in(released.sector).get(reverse("projection"), {"ausschnitt": "'; drop table"})
    assert answer.context["scene"].part == answer.context["stand"].top()


def test_nobody_sees_it_without_an_account(db, client) -> None:
    assert client.get(reverse("projection")).status_code == 302
