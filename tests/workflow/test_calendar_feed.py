"""The calendar of deadlines, and the file of it that programs subscribe to."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import icalendar
import pytest

from wohnplatz.workflow.accounts.actions import deactivate
from wohnplatz.workflow.partners import actions, feeds
from wohnplatz.workflow.partners.deadlines import DeadlineKind, calendar
from wohnplatz.workflow.partners.models import CalendarFeed, DeliveryRound, RoundState

TODAY = date(2025, 2, 1)
YEAR = (date(2024, 12, 1), date(2025, 12, 31))


@pytest.fixture
def town(world, settings):
    """Rounds of 2024 with a lock within the year."""
    settings.WOHNPLATZ_URL = "https://daten.kreis.example/"
    DeliveryRound.objects.filter(reference_date__year=2024).update(lock_on=date(2025, 9, 30))
    return world


def events(user, today=TODAY):
    file = icalendar.Calendar.from_ical(feeds.calendar_file(user, today))
    return {str(e["summary"]): e for e in file.walk("VEVENT")}


def test_a_partner_sees_every_date_of_its_own_rounds_with_their_state(town):
    found = calendar(town.user_ahausen, *YEAR, TODAY)
    assert [(d.day.isoformat(), d.kind.label, d.state) for d in found] == [
        ("2024-12-31", "Stichtag", RoundState.EXPECTED),
        ("2025-03-31", "Frist", RoundState.EXPECTED),
        ("2025-09-30", "Annahmeschluss", RoundState.EXPECTED),
    ]
    assert {d.round.agreement.partner.code for d in found} == {"ahausen"}


def test_the_planner_sees_all_and_an_exception_stands_beside_the_lock(town):
    until = max(date.today(), date(2025, 10, 1)) + timedelta(days=9)
    actions.grant_exception(town.planner, town.rounds["ahausen", 2024], until, "Umzug")
    found = calendar(town.planner, date(2025, 9, 1), until, TODAY)
    kinds = [(d.kind, d.round.agreement.partner.code) for d in found]
    assert kinds[-1] == (DeadlineKind.EXCEPTION, "ahausen")
    assert [k for k, _ in kinds].count(DeadlineKind.LOCK) == 3


def test_sector_planning_sees_dates_but_not_who_has_delivered(town):
    found = calendar(town.sector, *YEAR, TODAY)
    assert {d.state for d in found} == {None}
    assert {d.kind for d in found} == {DeadlineKind.REFERENCE, DeadlineKind.DUE}
    assert len(found) == 6


def test_what_is_settled_has_no_lock_any_more(delivered):
    DeliveryRound.objects.update(lock_on=date(2025, 9, 30))
    found = calendar(delivered.planner, *YEAR, TODAY)
    assert {d.state for d in found if d.round.reference_date.year == 2024} == {RoundState.ACCEPTED}
    assert {d.round.reference_date.year for d in found if d.kind is DeadlineKind.LOCK} == {2023}


def test_the_calendar_asks_the_database_as_often_for_many_rounds_as_for_few(
    town, django_assert_max_num_queries
):
    actions.open_all_rounds(town.planner, date(2035, 1, 1))
    with django_assert_max_num_queries(4):
        calendar(town.planner, date(2024, 1, 1), date(2040, 1, 1), TODAY)


def test_the_file_holds_an_event_for_each_date_of_a_partner(town):
    found = events(town.user_ahausen)
    assert list(found) == [
        "Stichtag: Bevölkerung", "Frist: Bevölkerung zum 31.12.2024",
        "Annahmeschluss: Bevölkerung zum 31.12.2024",
    ]  # fmt: skip
    due = found["Frist: Bevölkerung zum 31.12.2024"]
    number = town.rounds["ahausen", 2024].pk
    assert (due["dtstart"].dt, due["dtend"].dt) == (date(2025, 3, 31), date(2025, 4, 1))
    assert due["dtstart"].params["VALUE"] == "DATE"
    assert str(due["uid"]) == f"round-{number}-due@daten.kreis.example"
    assert str(due["url"]) == f"https://daten.kreis.example/lieferungen/{number}/"
    assert (str(due["status"]), str(due["class"])) == ("CONFIRMED", "PRIVATE")
    assert due["last-modified"].dt.utcoffset() == timedelta(0)


def test_the_same_dates_give_the_same_bytes_in_lines_of_75_octets(town):
    written = feeds.calendar_file(town.planner, TODAY)
    assert written == feeds.calendar_file(town.planner, TODAY)
    assert written.startswith(b"BEGIN:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    for person in ("Planner", "konto-ahausen", "planner"):
        assert person.encode() not in written


def test_the_planner_gets_one_event_for_all_partners_of_a_data_set(town, scene):
    (due,) = [e for s, e in events(town.planner).items() if s.startswith("Frist: Bevölkerung")]
    assert str(due["summary"]).endswith("zum 31.12.2024 (2\u00a0Lieferstellen, 2 offen)")
    assert str(due["url"]) == "https://daten.kreis.example/kalender/?monat=2025-03"
    before = due["last-modified"].dt
    scene.deliver_everything(town)
    (done,) = [e for s, e in events(town.planner).items() if s.startswith("Erledigt: Frist: Bevölkerung")]
    assert str(done["uid"]) == str(due["uid"])
    assert done["last-modified"].dt >= before


def test_dates_of_other_rounds_on_the_same_day_are_events_of_their_own(town):
    DeliveryRound.objects.filter(agreement__dataset="bevoelkerung").update(due_on=date(2025, 3, 31))
    due = [s for s in events(town.planner) if s.startswith("Frist: Bevölkerung")]
    assert due == [
        f"Frist: Bevölkerung zum 31.12.{year} (2\u00a0Lieferstellen, 2 offen)" for year in (2023, 2024)
    ]
    assert "Stichtag: Bevölkerung (2\u00a0Lieferstellen)" in events(town.planner)


def test_a_waived_delivery_is_a_cancelled_event(town):
    actions.waive_round(town.planner, town.rounds["ahausen", 2024], "abgestimmt")
    found = events(town.user_ahausen)
    assert {str(e["status"]) for e in found.values()} == {"CANCELLED"}


def test_an_address_opens_the_calendar_until_it_is_renewed_or_revoked(town):
    first = feeds.make_feed(town.user_ahausen)
    assert len(first) >= 43
    assert feeds.account_of(first) == town.user_ahausen
    assert CalendarFeed.objects.get().token_hash == hashlib.sha256(first.encode()).hexdigest()
    second = feeds.make_feed(town.user_ahausen)
    assert feeds.account_of(first) is None
    assert feeds.account_of(second) == town.user_ahausen
    feeds.revoke_feed(town.user_ahausen)
    assert feeds.account_of(second) is None
    assert feeds.feed_of(town.user_ahausen) is None
    feeds.revoke_feed(town.user_ahausen)


@pytest.mark.parametrize("token", ["", "x", "ä" * 43, "\x00", "a" * 10_000])
def test_nonsense_opens_nothing(town, token):
    feeds.make_feed(town.planner)
    assert feeds.account_of(token) is None


def test_the_calendar_of_a_locked_account_is_closed(town):
    token = feeds.make_feed(town.user_ahausen)
    deactivate(town.administrator, town.user_ahausen)
    assert feeds.account_of(token) is None
