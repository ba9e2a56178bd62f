"""What every answer carries: headers, head of figures, error pages."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from wohnplatz.web.middleware import origin
from wohnplatz.workflow.district.actions import set_district


def policy(answer) -> dict[str, list[str]]:
    parts = (p.split() for p in answer.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


@pytest.mark.django_db
def test_no_inline_script_or_style_is_allowed_anywhere() -> None:
    rules = policy(Client().get("/anmelden/"))
    assert rules["default-src"] == rules["script-src"] == rules["style-src"] == ["'self'"]
    assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == ["'none'"]


def test_only_the_host_of_the_background_map_joins_the_policy(world, log_in) -> None:
    set_district(
        world.operator, name="Musterkreis", key="05999", is_demo=True,
        wms_url="https://karten.example.org/wms?map=1", wms_layers="grau",
    )  # fmt: skip
    rules = policy(log_in(world.planner).get("/"))
    assert rules["img-src"] == ["'self'", "data:", "https://karten.example.org"]
    assert rules["connect-src"] == ["'self'"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.example/wms", "https://a.example"),
        ("https://a.example:8443/wms", "https://a.example:8443"),
        ("javascript:alert(1)", ""),
        ("https:///x", ""),
        ("https://a.example; script-src *", ""),
    ],
)
def test_an_address_gives_the_policy_a_plain_host_or_nothing(url, host) -> None:
    assert origin(url) == host


def test_no_page_carries_inline_script_style_or_handlers(released, log_in) -> None:
    client = log_in(released.planner)
    for path in ("/", "/karte/sgb2_quote/", "/gebiete/0599900101/", "/methoden/", "/verwaltung/"):
        html = client.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", html), path
        assert "<style" not in html, path
        assert not re.search(r'<[^>]+\s(style|on[a-z]+)="', html), path


def test_pages_of_figures_name_district_release_date_and_audience(released, log_in) -> None:
    client = log_in(released.sector)
    for path in ("/karte/sgb2_quote/", "/gebiete/0599900101/", "/gebiete/0599900101/herkunft/sgb2_quote/"):
        html = client.get(path).content.decode()
        head = html[html.index('class="wp-head"') :][:1500]
        assert "Musterkreis" in head, path
        assert "2024-1" in head, path
        assert "2024" in head, path
        assert "Planung im Kreis (intern)" in head, path


@pytest.mark.parametrize(
    "path",
    [
        "/unsinn/",
        "/karte/nichts/",
        "/gebiete/000/",
        "/sozialindex/nichts/",
        "/methoden/nichts/",
        "/datenstaende/99/",
    ],
)
def test_an_unknown_address_is_answered_in_words(released, log_in, path) -> None:
    answer = log_in(released.sector).get(path)
    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht" in answer.content.decode()


@pytest.mark.parametrize("path", ["/karte/", "/gebiete/", "/sozialindex/", "/methoden/"])
def test_without_a_release_pages_say_what_comes_next(world, log_in, path) -> None:
    answer = log_in(world.sector).get(path, follow=True)
    assert answer.status_code == 200
    assert "Es gibt noch keinen Datenstand" in answer.content.decode()


def test_a_form_without_token_is_refused_in_words(world) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.planner)
    answer = client.post("/datenstaende/bilden/", {"bezeichnung": "x"})
    assert answer.status_code == 403
    assert "Das Formular ist abgelaufen" in answer.content.decode()


def test_a_fault_in_the_program_shows_a_page_and_no_details(world, log_in, monkeypatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("geheim")

    monkeypatch.setattr("wohnplatz.web.start.views.releases.current", broken)
    client = log_in(world.planner)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Fehler im Programm" in answer.content.decode()
    assert "geheim" not in answer.content.decode()


def test_figures_never_rest_in_a_shared_cache(released, log_in) -> None:
    answer = log_in(released.planner).get("/karte/sgb2_quote/")
    assert "private" in answer.headers["Cache-Control"]
    assert "Cookie" in answer.headers["Vary"]
