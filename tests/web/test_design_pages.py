"""Pages of the design of areas: the whole talk, and who is let in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from wohnplatz.workflow.design import computing, queries
from wohnplatz.workflow.design.models import Design

BASE = "/verwaltung/gebietszuschnitt/"


def grid() -> bytes:
    """A made-up census grid of 250 m over the tiny district's first municipality."""
    from pyproj import Transformer

    towns = queries.municipalities()
    move = Transformer.from_crs(towns.crs, "EPSG:3035", always_xy=True)
    west, south, east, north = (v / 250 for v in move.transform_bounds(*towns.geometries[0].bounds))
    rows = ["GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner"]
    for x in range(int(west) - 1, int(east) + 2):
        for y in range(int(south) - 1, int(north) + 2):
            rows.append(f"CRS3035RES250mN{y * 250}E{x * 250};0;0;{20 + (7 * x + 13 * y) % 30}")
    return "\n".join(rows).encode()


@pytest.fixture
def design(world, log_in):
    words = {
        "bezeichnung": "Erster Entwurf", "kommune": "05999001", "ziel": "300", "minimum": "100",
        "anzahl": "3", "sekunden": "120", "datei": SimpleUploadedFile("gitter.csv", grid()),
    }  # fmt: skip
    answer = log_in(world.planner).post(f"{BASE}neu/", words)
    assert answer.status_code == 302
    return Design.objects.get()


def test_a_design_goes_all_the_way_from_the_upload_to_the_division(world, log_in, design) -> None:
    client = log_in(world.planner)
    waiting = client.get(f"{BASE}{design.pk}/").content.decode()
    assert "0 von 3 Vorschlägen fertig" in waiting
    computing.compute(design.pk)
    shown = client.get(f"{BASE}{design.pk}/").content.decode()
    assert "Fassung 1: Kurze Wege" in shown
    assert "bewiesen bestmöglich" in shown or "über dem Bestmöglichen" in shown
    page = f"{BASE}{design.pk}/1/"
    blocks, _ = queries.blocks_of(design)
    version = design.versions.first()
    mine = [k for k, a in zip(blocks.keys, version.areas, strict=True) if a == 1]
    tried = client.post(page, {"schritt": "probe", "block": mine[1:], "gebiet": "2"}).content.decode()
    assert "weniger als die Mindestzahl" in tried
    moved = client.post(page, {"schritt": "verschieben", "block": mine[:1], "gebiet": "2"})
    assert moved.headers["Location"] == f"{BASE}{design.pk}/3/"
    assert "Das geht so nicht" in client.post(page, {"schritt": "verschieben"}).content.decode()
    client.post(page, {"schritt": "abstimmen", "am": "01.02.2025", "mit": "Stadt Ahausen, Sozialamt"})
    assert "Abgestimmt" in client.get(page).content.decode()
    side = client.get(f"{BASE}{design.pk}/vergleich/?links=1&rechts=3").content.decode()
    assert "Anders zugeordnet: 1\xa0Block mit" in side
    assert side.count("<svg") >= 2
    form = {"code": "neu", "label": "Neu", "gueltig_ab": "01.01.2026", "name_1": "Nordfeld"}
    seen = client.post(page, {**form, "schritt": "folgen"}).content.decode()
    assert "Vorgänger und Nachfolger" in seen
    assert "Nordfeld" in seen
    assert "Stadt Ahausen" in seen  # its agreements name other areas from then on
    assert client.post(page, {**form, "schritt": "uebernehmen"}).status_code == 302
    assert "Übernommen als Gliederung" in client.get(page).content.decode()


def test_the_own_municipality_reads_and_comments_and_nobody_else(world, log_in, design) -> None:
    computing.compute(design.pk)
    page = f"{BASE}{design.pk}/1/"
    own = log_in(world.user_ahausen)
    assert own.post(page, {"schritt": "anmerken", "text": "Der Bach trennt <b>."}).status_code == 302
    shown = own.get(page).content.decode()
    assert "Der Bach trennt &lt;b&gt;." in shown
    assert "von Hand verschieben" not in shown
    for step in ("verschieben", "probe"):
        assert own.post(page, {"schritt": step, "block": "x", "gebiet": "1"}).status_code == 403
    assert own.post(page, {"schritt": "abstimmen", "am": "01.02.2025", "mit": "x"}).status_code == 403
    assert own.get(f"{BASE}neu/").status_code == 403
    for person in (world.user_behausen, world.user_jobcenter, world.sector):
        for url in (page, f"{BASE}{design.pk}/", f"{BASE}{design.pk}/vergleich/"):
            assert log_in(person).get(url).status_code == 403
    assert log_in(world.sector).get(BASE).status_code == 403
    assert "Erster Entwurf" not in log_in(world.user_behausen).get(BASE).content.decode()
    assert own.get(f"{BASE}{design.pk}/vergleich/").status_code == 200
    for form, begin in (("svg", b"<svg"), ("png", b"\x89PNG"), ("xlsx", b"PK")):
        file = f"{page}datei.{form}"
        assert f'href="{file}"' in shown
        assert own.get(file).content.startswith(begin)
        assert log_in(world.user_behausen).get(file).status_code == 403
        assert Client().get(file).status_code == 302
    picture = own.get(f"{page}datei.svg").content.decode()
    assert "Entwurf, nicht abgestimmt" in picture
    assert own.get(f"{page}datei.exe").status_code == 404
    assert own.post(f"{BASE}{design.pk}/").status_code == 403
    for url in (BASE, f"{BASE}neu/", f"{BASE}{design.pk}/", f"{BASE}{design.pk}/vergleich/", page):
        assert Client().get(url).status_code == 302


def test_a_computing_without_a_sign_of_life_offers_to_go_on(world, log_in, design) -> None:
    Design.objects.filter(pk=design.pk).update(
        state="computing", done=1, progress_at=timezone.now() - timedelta(hours=1)
    )
    client, page = log_in(world.planner), f"{BASE}{design.pk}/"
    assert "Die Berechnung wurde abgebrochen" in client.get(page).content.decode()
    assert client.post(page).status_code == 302
    assert "Die Berechnung wurde abgebrochen" not in client.get(page).content.decode()
    assert Design.objects.get().run == 1


def test_a_wrong_file_and_a_wrong_number_are_answered_with_words(world, log_in) -> None:
    client = log_in(world.planner)
    words = {"bezeichnung": "X", "kommune": "05999001", "ziel": "300", "minimum": "1", "sekunden": "120"}
    bad = client.post(f"{BASE}neu/", {**words, "datei": SimpleUploadedFile("x.csv", b"a;b\n1;2")})
    assert "kein Zensusgitter" in bad.content.decode()
    points = b'{"type":"Point","coordinates":[7,51]}'
    for name, content, words_of in (
        ("bach.geojson", points, "keine Linien"), ("bach.exe", b"MZ", "keine Geodatei"),
    ):  # fmt: skip
        files = {"datei": SimpleUploadedFile("g.csv", grid()), "linien": SimpleUploadedFile(name, content)}
        assert words_of in client.post(f"{BASE}neu/", {**words, **files}).content.decode()
    for url in (f"{BASE}0/", f"{BASE}{10**30}/", f"{BASE}1/1/"):
        assert client.get(url).status_code == 404
    assert "Noch gibt es keinen Entwurf" in client.get(BASE).content.decode()
