"""The calendar and the feed of it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from wohnplatz.web.calendar.months import first_of, last_of, span


def text_of(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_months_are_counted_over_the_turn_of_the_year():
    assert first_of(2026, 13) == date(2027, 1, 1)
    assert first_of(2026, 0) == date(2025, 12, 1)
    assert last_of(date(2024, 2, 1)) == date(2024, 2, 29)
    assert span(date(2026, 12, 1)) == (date(2026, 11, 30), date(2027, 1, 3))


def test_equal_deadlines_of_several_partners_stand_together(world, log_in):
    page = text_of(log_in(world.planner).get("/kalender/?monat=2025-03"))
    assert "März 2025" in page
    assert "31.03.2025" in page
    assert page.count("2\u00a0Lieferstellen") >= 2
    assert f"/lieferungen/{world.rounds['jobcenter', 2024].pk}/" in page


def test_the_state_stands_as_a_word_at_every_deadline(delivered, log_in):
    page = text_of(log_in(delivered.planner).get("/kalender/?monat=2025-03"))
    assert "2\u00a0angenommen" in page
    assert re.search(r"kern-badge--success.{0,200}angenommen", page, re.DOTALL)


def test_a_partner_sees_its_own_deadlines_only(world, log_in):
    page = text_of(log_in(world.user_ahausen).get("/kalender/?monat=2025-03"))
    assert f"/lieferungen/{world.rounds['ahausen', 2024].pk}/" in page
    assert "Behausen" not in page
    assert "Jobcenter" not in page


def test_sector_planning_sees_dates_but_no_states(delivered, log_in):
    page = text_of(log_in(delivered.sector).get("/kalender/?ansicht=liste&monat=2024-06"))
    assert "31.03.2025" in page
    assert "angenommen" not in page
    assert "/lieferungen/" not in page


def test_the_list_shows_twelve_months_and_leads_on(world, log_in):
    page = text_of(log_in(world.planner).get("/kalender/?ansicht=liste&monat=2024-04"))
    assert "April 2024 bis März 2025" in page
    assert "31.12.2024" in page
    assert "monat=2025-04" in page
    assert "<table" not in page


@pytest.mark.parametrize(
    "query", ["monat=2025-13", "monat=x", "monat=9999-01", "ansicht=wirr&stelle=niemand"]
)
def test_nonsense_in_the_address_is_as_if_nothing_had_been_chosen(world, log_in, query):
    assert log_in(world.planner).get(f"/kalender/?{query}").status_code == 200


def test_the_calendar_can_be_narrowed_to_a_partner_or_a_data_set(world, log_in):
    client = log_in(world.planner)
    page = text_of(client.get("/kalender/?monat=2025-03&stelle=jobcenter"))
    assert f"/lieferungen/{world.rounds['jobcenter', 2024].pk}/" in page
    assert f"/lieferungen/{world.rounds['ahausen', 2024].pk}/" not in page
    page = text_of(client.get("/kalender/?monat=2025-03&datensatz=bevoelkerung"))
    assert f"/lieferungen/{world.rounds['jobcenter', 2024].pk}/" not in page


def test_a_month_without_deadlines_says_where_there_are_some(world, log_in):
    page = text_of(log_in(world.planner).get("/kalender/?monat=2035-05"))
    assert "In dieser Zeit steht kein Termin" in page


def address_of(page: str) -> str:
    found = re.search(r"http://testserver(/kalender/[\w-]+\.ics)", page)
    assert found is not None
    return found.group(1)


def test_the_feed_is_shown_once_renewed_and_revoked(world, log_in, client):
    person = log_in(world.user_ahausen)
    assert "noch keine Adresse" in text_of(person.get("/kalender/abo/"))
    first = address_of(text_of(person.post("/kalender/abo/", {"schritt": "neu"})))
    assert ".ics" not in text_of(person.get("/kalender/abo/"))
    answer = client.get(first)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.content.startswith(b"BEGIN:VCALENDAR")
    second = address_of(text_of(person.post("/kalender/abo/", {"schritt": "neu"})))
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert person.post("/kalender/abo/", {"schritt": "beenden"}).status_code == 302
    assert client.get(second).status_code == 404


def test_an_unknown_address_is_not_found(world, client):
    assert client.get("/kalender/geraten.ics").status_code == 404


def test_the_feed_of_a_locked_account_is_closed(world, log_in, client):
    from wohnplatz.workflow.accounts.actions import deactivate

    address = address_of(text_of(log_in(world.user_ahausen).post("/kalender/abo/", {"schritt": "neu"})))
    deactivate(world.administrator, world.user_ahausen)
    assert client.get(address).status_code == 404


def test_the_calendar_asks_for_a_login(world, client):
    assert client.get("/kalender/").status_code == 302
    assert client.get("/kalender/abo/").status_code == 302
