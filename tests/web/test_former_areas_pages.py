"""Pages over a change of areas: today's by default, as at the time by one click."""

from __future__ import annotations

from datetime import date

import pytest

from wohnplatz.areas import Merge, NewArea
from wohnplatz.workflow.district import changing
from wohnplatz.workflow.district.models import DivisionRecord
from wohnplatz.workflow.releases.actions import make_release

MERGE = Merge(("0599900101", "0599900102"), NewArea("0599900109", "Altdorf-Bruch"))


@pytest.fixture
def changed(released, steps):
    return steps.take(merge, released)


def merge(released) -> None:
    new = changing.NewVersion("wohnplatz-2025", "Wohnplätze 2025", date(2025, 1, 1), "Zuschnitt")
    changing.keep(released.planner, DivisionRecord.objects.get(code="wohnplatz-2020"), [MERGE], new)
    make_release(released.planner, "nach der Änderung")


def test_the_map_shows_todays_areas_and_leads_to_those_of_then(changed, log_in) -> None:
    client = log_in(changed.sector)
    html = client.get("/karte/sgb2_quote/?ebene=wohnplatz").content.decode()
    assert "Altdorf-Bruch" in html
    assert "gebiete=damals" in html
    then = client.get("/karte/sgb2_quote/?ebene=wohnplatz&gebiete=damals").content.decode()
    assert "Altdorf-Bruch" not in then
    assert 'data-key="0599900101"' in then


def test_links_stay_with_the_areas_of_then(changed, log_in) -> None:
    html = log_in(changed.sector).get("/gebiete/?gebiete=damals").content.decode()
    assert "gebiete=damals" in html
    page = log_in(changed.sector).get("/gebiete/0599900101/?gebiete=damals")
    assert page.status_code == 200


def test_an_area_that_was_not_there_then_leads_back_to_today(changed, log_in) -> None:
    answer = log_in(changed.sector).get("/gebiete/0599900109/?gebiete=damals")
    assert answer.status_code == 302
    assert "damals" not in answer.url
    page = log_in(changed.sector).get("/gebiete/0599900109/").content.decode()
    assert "gebiete=damals" not in page


def test_a_release_without_former_areas_offers_none_and_takes_no_harm(released, log_in) -> None:
    client = log_in(released.sector)
    html = client.get("/karte/sgb2_quote/?gebiete=damals").content.decode()
    assert "damalige" not in html
