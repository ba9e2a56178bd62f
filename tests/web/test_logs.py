"""The log of the operation says where, not with what."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings
from django.test import Client
from django.utils.module_loading import import_string

from wohnplatz.web.logs import WithoutValues

SECRET = "7331 geheim"


def broken(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise KeyError(f"Zelle {text}") from error


def test_an_exception_is_written_without_what_it_quotes() -> None:
    record = logging.LogRecord("wohnplatz", logging.ERROR, "x.py", 1, "Lesen abgebrochen", (), None)
    try:
        broken(SECRET)
    except KeyError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    shown = WithoutValues("{message}", style="{").format(record)
    assert "KeyError" in shown
    assert "nach ValueError" in shown
    assert "in broken" in shown
    assert SECRET not in shown


def test_the_settings_write_every_log_that_way() -> None:
    for handler in settings.LOGGING["handlers"].values():
        formatter = settings.LOGGING["formatters"][handler["formatter"]]
        assert import_string(formatter["()"]) is WithoutValues


@pytest.mark.django_db
def test_an_error_page_says_nothing_of_the_error(monkeypatch) -> None:
    from wohnplatz.web import errors

    client = Client(raise_request_exception=False)
    monkeypatch.setattr(errors, "refusal_page", lambda *_args, **_more: broken(SECRET))
    answer = client.get("/gibt-es-nicht/")
    assert answer.status_code == 500
    assert SECRET not in answer.content.decode()
