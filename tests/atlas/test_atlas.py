"""The public atlas: whole, linked, the same every time, and nothing in it but what is released."""

from __future__ import annotations

import gzip
import importlib.util
import json
import posixpath
import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote, urlsplit

import pytest

from wohnplatz.atlas import Source, archive, build, require_place, write
from wohnplatz.atlas.building import MARK, SUMS
from wohnplatz.atlas.parts import chart
from wohnplatz.atlas.site import Site
from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.report.outgoing import examine
from wohnplatz.report.printing import Place
from wohnplatz.report.tree import ChartBlock, ChartForm, TextBlock

WIRE = 200_000
"""Bytes that a page with its style and script may have."""


def _page_reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "wohnplatz_atlas_pages", Path(__file__).with_name("pages.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(files: dict[str, bytes]) -> dict[str, object]:
    read = _page_reader().Page
    return {name: read(data.decode()) for name, data in files.items() if name.endswith(".html")}


def test_every_part_is_there(files: dict[str, bytes]) -> None:
    assert {
        "index.html", "karten/index.html", "karten/quote/wohnplatz-2025.html", "gebiete/index.html",
        "gebiete/a1.html", "gebiete/a.html", "gebiete/k.html", "indikatoren/quote.html",
        "methoden/index.html",
        "methoden/glossar.html", "datenstaende/index.html", "daten/index.html", "daten/quote.csv",
        "daten/quote.xlsx", "daten/quote.csv-metadata.json", "daten/alle-zahlen.csv",
        "daten/gebiete-wohnplatz.geojson", "suche/index.html", "suche/verzeichnis.js",
        "barrierefreiheit.html",
        "impressum.html", "datenschutz.html", "berichte/index.html", "berichte/bericht-2025/index.html",
        *(f"berichte/bericht-2025/sozialbericht-2025{e}" for e in (".pdf", ".docx", "-zahlen.csv")),
        "bilder/quote.png", "stil.css", "atlas.js", MARK, SUMS,
    } <= set(files)  # fmt: skip


def test_the_same_source_gives_the_same_bytes(source: Source, files: dict[str, bytes]) -> None:
    again = build(source)
    assert [n for n in files if again[n] != files[n]] == []
    assert archive(again) == archive(files)


def test_every_link_leads_into_the_folder(files: dict[str, bytes], pages) -> None:
    lost = []
    for name, page in pages.items():
        for target in page.links:
            parts = urlsplit(target)
            assert not parts.scheme, (name, target)
            assert not parts.netloc, (name, target)
            assert not target.startswith("/"), (name, target)
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
            path = name if not parts.path else path
            if path not in files or (parts.fragment and parts.fragment not in pages[path].ids):
                lost.append((name, target))
    assert lost == []


def test_pages_are_whole_and_say_what_they_are(pages) -> None:
    titles = {}
    for name, page in pages.items():
        assert page.problems == [], name
        assert page.attributes["html"]["lang"] == "de", name
        assert page.title.strip(), name
        assert page.metas["description"].strip(), name
        assert page.metas["viewport"].startswith("width=device-width"), name
        assert page.headings.count(1) == 1, name
        steps = [b - a for a, b in zip(page.headings, page.headings[1:], strict=False)]
        assert all(step <= 1 for step in steps), (name, page.headings)
        for own in page.inputs:
            assert own.get("id") in page.labelled, name
        if not name.startswith("berichte/bericht"):
            titles.setdefault(page.title, []).append(name)
    assert {t: n for t, n in titles.items() if len(n) > 1} == {}


def test_nothing_moves_when_a_page_is_loaded(pages) -> None:
    for name, page in pages.items():
        for image in page.images:
            assert {"width", "height"} <= set(image), (name, image)


def test_nothing_is_asked_of_anybody_else_and_nothing_is_kept(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        if name.endswith((".html", ".css", ".js")):
            text = data.decode().replace("http://www.w3.org/", "")
            assert not re.search(r"https?://|//cdn|@import|document\.cookie|localStorage|fetch\(", text), name
            assert not re.search(r"<script(?![^>]* src=)|\son\w+=|javascript:", text), name


def test_no_hidden_figure_stands_anywhere(files: dict[str, bytes], made_up: ModuleType) -> None:
    for name, data in files.items():
        texts = [data.decode("utf-8", "ignore")]
        if name.endswith((".xlsx", ".docx")):
            with zipfile.ZipFile(BytesIO(data)) as file:
                texts = [
                    file.read(n).decode("utf-8", "ignore") for n in file.namelist() if n.endswith(".xml")
                ]
        for hidden in made_up.HIDDEN[:3]:
            assert not any(hidden in text for text in texts), (name, hidden)
            assert hidden not in name


def test_what_is_read_back_is_released(source: Source, files: dict[str, bytes]) -> None:
    found = examine(files, [source.material.table])
    assert found.refused == ()
    assert found.figures > 150


def test_a_hidden_figure_on_a_map_or_in_a_table_is_found(source: Source, files: dict[str, bytes]) -> None:
    name = "karten/quote/wohnplatz-2025.html"
    page = files[name].decode()
    on_map = page.replace("Bruch: geschützt", "Bruch: 0,604 % (2 von 331)")
    assert on_map != page
    assert examine({name: on_map.encode()}, [source.material.table]).refused
    in_table = re.sub(r'(data-figure="quote/a2/2025"[^>]*>)<span[^>]*>geschützt', r"\g<1>0,604<span>", page)
    assert in_table != page
    assert examine({name: in_table.encode()}, [source.material.table]).refused


def test_a_chart_of_protected_figures_alone_says_so_in_words(source: Source, made_up: ModuleType) -> None:
    node = ChartBlock("linie", ChartForm.LINE, "quote", areas=("a2",))
    figure = chart(Site(source), node, Place("a2", 2025), 0.5, "bild")
    assert "Hier gibt es nichts zu zeichnen. Alle Zahlen: geschützt." in figure
    assert "<svg" not in figure
    assert not [n for n in made_up.HIDDEN if n in figure]
    assert "<svg" in chart(Site(source), replace(node, areas=("a1",)), Place("a1", 2025), 0.5, "bild")


def test_a_page_is_small(files: dict[str, bytes]) -> None:
    with_it = sum(len(gzip.compress(files[n])) for n in ("stil.css", "atlas.js"))
    for name, data in files.items():
        if name.endswith(".html"):
            assert len(gzip.compress(data)) + with_it < WIRE, name


def test_the_list_of_sums_is_that_of_the_files(files: dict[str, bytes]) -> None:
    import hashlib

    listed = dict(line.split("  ", 1)[::-1] for line in files[SUMS].decode().splitlines())
    assert set(listed) == set(files) - {SUMS}
    assert all(hashlib.sha256(files[name]).hexdigest() == sha for name, sha in listed.items())


def test_what_the_settings_do_not_say_is_said_to_be_missing(files: dict[str, bytes]) -> None:
    assert "sozialplanung@kreis.example" in files["barrierefreiheit.html"].decode()
    for name in ("barrierefreiheit.html", "impressum.html", "datenschutz.html"):
        assert "Noch nicht hinterlegt" in files[name].decode(), name


def test_the_description_fits_its_table(files: dict[str, bytes]) -> None:
    described = json.loads(files["daten/quote.csv-metadata.json"])
    head = files["daten/quote.csv"].decode("utf-8-sig").splitlines()[0].split(";")
    assert described["url"] == "quote.csv"
    assert [c["titles"] for c in described["tableSchema"]["columns"]] == head


def test_areas_are_given_in_degrees_with_words_for_what_is_protected(files: dict[str, bytes]) -> None:
    made = json.loads(files["daten/gebiete-wohnplatz.geojson"])
    assert made["jahre"]["quote"] == 2025
    own = {f["id"]: f["properties"] for f in made["features"]}
    assert (own["a2"]["quote"], own["a2"]["quote__zustand"]) == (None, "geschützt")
    lon, lat = made["features"][0]["geometry"]["coordinates"][0][0][:2]
    assert -180 <= lon <= 180
    assert -90 <= lat <= 90


def test_a_report_that_is_not_final_keeps_the_atlas_back(source: Source) -> None:
    report, material = source.reports[0]
    wrong = replace(report, blocks=(TextBlock("t", "Hier sind es {{ weg }}."),))
    with pytest.raises(WohnplatzError) as caught:
        build(replace(source, reports=((wrong, material),)))
    assert caught.value.code == "atlas.report"


def test_figures_for_others_than_the_public_are_refused(source: Source, made_up: ModuleType) -> None:
    table = made_up.table(made_up.CASES, audience=Audience.PLANNING)
    with pytest.raises(WohnplatzError) as caught:
        build(replace(source, material=replace(source.material, table=table)))
    assert caught.value.code == "atlas.audience"


def test_an_atlas_is_swapped_for_a_new_one_as_a_whole(files: dict[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "atlas"
    write(folder, files)
    (folder / "alt.html").write_text("von gestern")
    write(folder, files)
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} == set(files)
    assert [p.name for p in tmp_path.iterdir()] == ["atlas"]


def test_a_folder_that_is_no_atlas_is_left_alone(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "dokumente").mkdir()
    (tmp_path / "dokumente" / "brief.txt").write_text("wichtig")
    for place in (tmp_path / "dokumente", tmp_path / "dokumente" / "brief.txt"):
        with pytest.raises(WohnplatzError) as caught:
            write(place, files)
        assert caught.value.code == "atlas.folder"
    (tmp_path / "dokumente" / MARK).write_text("{}")
    with pytest.raises(WohnplatzError):
        require_place(tmp_path / "dokumente")
    assert (tmp_path / "dokumente" / "brief.txt").read_text() == "wichtig"
    (tmp_path / "leer").mkdir()
    require_place(tmp_path / "leer")
