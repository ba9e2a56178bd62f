"""Who gets to see which page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from wohnplatz.web.urls import urlpatterns

OPEN = {"login", "logout", "glossary", "accessibility", "imprint", "calendar_file"}
"""The calendar file opens to its secret address, see ``test_delivery_access``."""
VALUES = {"int": 1, "str": "x", "slug": "x"}


def address(pattern: URLPattern) -> str:
    kwargs = {
        name: next((v for kind, v in VALUES.items() if kind in type(c).__name__.lower()), "x")
        for name, c in pattern.pattern.converters.items()
    }
    return reverse(pattern.name, kwargs=kwargs)


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", [p for p in urlpatterns if p.name not in OPEN], ids=lambda p: p.name)
def test_every_page_asks_a_stranger_to_log_in_first(pattern) -> None:
    answer = Client().get(address(pattern))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/anmelden/?next=")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["glossary", "accessibility", "imprint", "login"])
def test_pages_without_figures_are_open_to_everybody(name) -> None:
    assert Client().get(reverse(name)).status_code == 200


def test_a_partner_is_told_why_a_foreign_round_is_closed(world, log_in) -> None:
    answer = log_in(world.user_ahausen).get(reverse("round", args=[world.rounds["jobcenter", 2024].pk]))
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "gehört zu einer anderen Stelle" in text
    assert "Was Sie tun können" in text


def test_a_partner_sees_its_own_rounds_only(world, log_in) -> None:
    text = log_in(world.user_ahausen).get(reverse("delivery_list")).content.decode()
    assert "Stadt Ahausen" in text
    assert "Jobcenter" not in text


@pytest.mark.parametrize(
    ("person", "route", "status"),
    [
        ("sector", "delivery_list", 403),
        ("sector", "release_make", 403),
        ("user_ahausen", "release_make", 403),
        ("user_ahausen", "administration", 403),
        ("planner", "account_new", 403),
        ("planner", "release_make", 200),
        ("planner", "release_preview", 200),
        ("administrator", "release_preview", 403),
        ("sector", "release_preview", 403),
        ("user_ahausen", "release_preview", 403),
        ("administrator", "account_new", 200),
        ("administrator", "release_make", 403),
    ],
)
def test_roles_open_the_pages_they_have_a_right_to(world, log_in, person, route, status) -> None:
    assert log_in(getattr(world, person)).get(reverse(route)).status_code == status


@pytest.mark.parametrize("person", ["planner", "sector", "administrator", "user_ahausen"])
def test_navigation_leads_only_where_the_role_may_go(released, log_in, person) -> None:
    client = log_in(getattr(released, person))
    for entry in client.get("/").context["navigation"]:
        assert client.get(entry["url"], follow=True).status_code == 200, entry


def test_a_locked_account_is_sent_to_the_login(world, log_in) -> None:
    client = log_in(world.sector)
    from wohnplatz.workflow.accounts.actions import deactivate

    deactivate(world.administrator, world.sector)
    assert client.get("/").status_code == 302


def test_login_refuses_a_wrong_password_without_saying_which_part_was_wrong(world) -> None:
    answer = Client().post("/anmelden/", {"username": "planner", "password": "falsch"})
    assert answer.status_code == 200
    assert "Benutzername oder Kennwort stimmen nicht" in answer.content.decode()


def test_login_leads_to_the_page_that_was_asked_for(world, scene) -> None:
    data = {"username": "planner", "password": scene.PASSWORD, "next": "/lieferungen/"}
    assert Client().post("/anmelden/", data).headers["Location"] == "/lieferungen/"


def test_logout_needs_a_post(world, log_in) -> None:
    client = log_in(world.planner)
    assert client.get("/abmelden/").status_code == 405
    assert client.post("/abmelden/").headers["Location"] == "/anmelden/"
    assert client.get("/").status_code == 302
