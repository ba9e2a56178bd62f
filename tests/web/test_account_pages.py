"""One's own password, and guessing made slow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wohnplatz.workflow.accounts import attempts
from wohnplatz.workflow.accounts.models import FailedLogin

OLD, NEW = "Herbstlaub-im-Wind-7", "Wintersonne-am-See-8"


@pytest.fixture
def person(released):
    released.sector.set_password(OLD)
    released.sector.save()
    return released.sector


def log_in_with(username: str, password: str):
    return Client().post(reverse("login"), {"username": username, "password": password})


def test_a_password_is_changed_and_other_sessions_end(person, log_in) -> None:
    here, elsewhere = log_in(person), log_in(person)
    answer = here.post(reverse("password"), {"old": OLD, "new": NEW, "again": NEW}, follow=True)
    assert "Ihr Kennwort ist geändert" in answer.content.decode()
    assert here.get(reverse("map_index")).status_code in {200, 302}
    assert elsewhere.get(reverse("password")).status_code == 302
    assert log_in_with(person.username, OLD).status_code == 200
    assert log_in_with(person.username, NEW).status_code == 302


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"old": "falsch", "new": NEW, "again": NEW}, "Das bisherige Kennwort stimmt nicht"),
        ({"old": OLD, "new": NEW, "again": OLD}, "Die beiden neuen Kennwörter sind verschieden"),
        ({"old": OLD, "new": "kurz", "again": "kurz"}, "zu kurz"),
        ({}, "Bitte geben Sie ein neues Kennwort ein"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(person, log_in, sent, words) -> None:
    answer = log_in(person).post(reverse("password"), sent)
    assert words in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password(OLD)


def test_after_ten_failures_even_the_right_password_has_to_wait(person) -> None:
    for _ in range(attempts.ALLOWED):
        assert "stimmen nicht" in log_in_with(person.username.upper(), "falsch").content.decode()
    answer = log_in_with(person.username, OLD)
    assert "Bitte warten Sie eine Viertelstunde" in answer.content.decode()
    FailedLogin.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert log_in_with(person.username, OLD).status_code == 302


def test_a_success_forgets_the_failures_and_others_are_not_touched(person, released) -> None:
    for _ in range(attempts.ALLOWED - 1):
        log_in_with(person.username, "falsch")
    assert not attempts.must_wait(released.planner.username)
    assert log_in_with(person.username, OLD).status_code == 302
    assert FailedLogin.objects.count() == 0


def test_an_unknown_name_waits_just_the_same_so_that_nobody_learns_which_exist(db) -> None:
    for _ in range(attempts.ALLOWED):
        log_in_with("niemand", "falsch")
    assert "Bitte warten" in log_in_with("niemand", "falsch").content.decode()


def test_guessing_the_old_password_of_an_open_session_is_slow_too(person, log_in) -> None:
    client = log_in(person)
    for _ in range(attempts.ALLOWED):
        client.post(reverse("password"), {"old": "falsch", "new": NEW, "again": NEW})
    answer = client.post(reverse("password"), {"old": OLD, "new": NEW, "again": NEW})
    assert "Bitte warten" in answer.content.decode()
