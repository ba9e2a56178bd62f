"""The request to a map service for the picture behind a map."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from wohnplatz.areas import Shapes
from wohnplatz.web.maps.background import get_map
from wohnplatz.workflow.district.actions import set_district


def frame(crs: str = "EPSG:25832", width: float = 1000, height: float = 500) -> Shapes:
    return Shapes(width, height, {}, {}, {}, 10.0, (350_000.0, 5_650_000.0, 360_000.0, 5_655_000.0), crs)


def test_the_picture_covers_exactly_the_frame_of_the_map() -> None:
    asked = parse_qs(urlsplit(get_map("https://karten.example/wms", "grau", frame())).query)
    assert asked["BBOX"] == ["350000.00,5650000.00,360000.00,5655000.00"]
    assert (asked["WIDTH"], asked["HEIGHT"]) == (["1000"], ["500"])
    assert asked["CRS"] == ["EPSG:25832"]
    assert asked["VERSION"] == ["1.3.0"]


def test_systems_with_north_first_get_their_box_that_way() -> None:
    asked = parse_qs(urlsplit(get_map("https://karten.example/wms", "grau", frame("EPSG:4326"))).query)
    assert asked["BBOX"] == ["5650000.00,350000.00,5655000.00,360000.00"]


def test_a_large_frame_asks_for_a_picture_services_still_give() -> None:
    asked = parse_qs(urlsplit(get_map("https://k.example/wms", "grau", frame(width=8000, height=4000))).query)
    assert (asked["WIDTH"], asked["HEIGHT"]) == (["2000"], ["1000"])


@pytest.mark.parametrize("service", ["https://k.example/wms", "https://k.example/wms?map=kreis"])
def test_parameters_of_the_services_own_address_stay(service) -> None:
    url = get_map(service, "grau", frame())
    assert url.startswith(service)
    assert url.count("?") == 1


def test_the_page_shows_the_picture_and_its_source_and_the_download_does_not(released, log_in) -> None:
    set_district(
        released.operator,
        name="Musterkreis",
        key="05999",
        is_demo=True,
        wms_url="https://karten.example/wms",
        wms_layers="grau",
        wms_attribution="Land Musterland",
    )
    client = log_in(released.sector)
    page = client.get("/karte/sgb2_quote/").content.decode()
    assert "https://karten.example/wms?SERVICE=WMS" in page
    assert "Hintergrund: Land Musterland" in page
    assert b"karten.example" not in client.get("/karte/sgb2_quote/karte.svg").content


def test_without_a_service_no_foreign_host_is_asked(released, log_in) -> None:
    page = log_in(released.sector).get("/karte/sgb2_quote/").content.decode()
    assert "SERVICE=WMS" not in page
