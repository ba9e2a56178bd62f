"""The selection of areas in the address."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from wohnplatz.model import Area, Division, Hierarchy
from wohnplatz.web.analyses.selection import LARGEST, read, toggled, write

PLACES = tuple(Area(f"{n:02d}", f"G{n}") for n in range(30))
TREE = Hierarchy((Division("d", "wohnplatz", "D", PLACES, date(2020, 1, 1)),))


def test_known_keys_come_once_in_their_order_and_unknown_ones_are_named() -> None:
    assert read("05,03,xx,05, 07 ,", TREE) == (("05", "03", "07"), ("xx",))
    assert read("", TREE) == ((), ())


def test_more_areas_than_a_chart_can_tell_apart_are_cut() -> None:
    known, unknown = read(",".join(f"{n:02d}" for n in range(30)), TREE)
    assert len(known) == LARGEST
    assert unknown == tuple(f"{n:02d}" for n in range(LARGEST, 30))


def test_an_area_is_added_and_taken_out_again() -> None:
    assert toggled(("05",), "03") == ("05", "03")
    assert toggled(("05", "03"), "05") == ("03",)
    assert read(write(("05", "03")), TREE)[0] == ("05", "03")


def test_the_selection_goes_along_on_every_link_and_nonsense_does_no_harm(released, log_in) -> None:
    client = log_in(released.sector)
    html = client.get("/auswertungen/", {"auswahl": "0599900101,<script>"}).content.decode()
    assert "auswahl=0599900101" in html
    assert "<script>alert" not in html
    assert "%3Cscript" not in html
    page = client.get("/karte/sgb2_quote/", {"auswahl": "0599900101"}).content.decode()
    assert 'name="auswahl" value="0599900101"' in page


@pytest.mark.parametrize(
    "route", ["map_index", "types", "projection", "early_warning", "space_index", "index_list"]
)
def test_the_selection_goes_along_in_the_navigation_and_can_be_changed(released, log_in, route: str) -> None:
    client = log_in(released.sector)
    answer = client.get(reverse(route), {"auswahl": "0599900101", "dazu": "0599900102"}, follow=True)
    html = answer.content.decode()
    assert 'href="/karte/?auswahl=0599900101%2C0599900102"' in html
    assert 'href="/kalender/"' in html
