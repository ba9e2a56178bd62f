"""Everything that went out, read as a visitor reads it, tells nothing that must stay open."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

sys.path.insert(0, str(Path(__file__).parent))
from named import Listener
from opened import in_csv, number, opened_downloads, opened_papers
from pieces import Line, pieces
from visitor import Visit

from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.publication import clearing
from wohnplatz.publication.attack import Attack
from wohnplatz.publication.sightings import Seen
from wohnplatz.report import annex, docx, html, html_folder, pdf, resolve
from wohnplatz.report.blocks import Paragraph, Picture
from wohnplatz.report.reading_back import read_back
from wohnplatz.report.tree import ChartBlock, ChartForm, MapBlock, Report, Rows, TableBlock
from wohnplatz.workflow import memory
from wohnplatz.workflow.releases import outputs, queries
from wohnplatz.workflow.releases.atlas import publish
from wohnplatz.workflow.releases.report_material import material

HIDDEN = "sgb2_quote", "0599900102", 2024, ""
"""In Bruch 2 persons of 1.012: protected for everybody."""
ROLES = {"sector": Audience.PLANNING, "user_ahausen": Audience.PARTNER}
REFUSING = (
    "/karte/gibt-es-nicht/", "/gebiete/0599900102/?jahr=x", "/datenstaende/1/nachweis/",
    "/lieferungen/datei/3/werte/", "/lieferungen/datei/3/rueckmeldung/", "/berichte/999/",
)  # fmt: skip
TREE = Report(
    "probe", "Probe", "05999", 2024,
    (
        TableBlock("alle", "Nach Wohnplätzen", ("sgb2_quote",), Rows.AREAS, area="05999", level="wohnplatz"),
        MapBlock("karte", "sgb2_quote", level="wohnplatz"),
        ChartBlock("linie", ChartForm.LINE, "sgb2_quote", area="0599900102"),
    ),
)  # fmt: skip


def visit(world: SimpleNamespace, user: object) -> Visit:
    """All pages by their links, and each indicator's table on every level in every year."""
    client = Client()
    client.force_login(user)
    found = Visit(client, keep=True)
    found.walk("/", at_most=100)
    release = world.report.release
    for code in queries.catalogue(release).indicators:
        for level in queries.hierarchy(release).levels:
            for route in ("map_csv", "map", "map_xlsx", "map_svg"):
                found.take(f"{reverse(route, args=[code])}?ebene={level}&datum=2024")
    for level in queries.hierarchy(release).levels:
        for area in queries.hierarchy(release).areas(level):
            found.take(reverse("area", args=[area]))
            found.take(reverse("area_xlsx", args=[area]))
    for address in (f"{reverse('map_png', args=['sgb2_quote'])}?ebene=wohnplatz&datum=2024", *REFUSING):
        found.take(address)
    return found


@pytest.fixture(scope="module")
def read(in_consultation) -> Iterator[SimpleNamespace]:
    """What each reader found, and the release as an attacker finds it; made once for all tests."""
    world = in_consultation
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(WOHNPLATZ_HOME=world.home, STORAGES={**settings.STORAGES, "staticfiles": plain}):
        release = world.report.release
        store, manifest = memory.store(), queries.manifest(release)
        made = {a: Attack.on(store, manifest, a) for a in (Audience.PUBLIC, *ROLES.values())}
        visits = {role: visit(world, getattr(world, role)) for role in ROLES}
        files = publish(world.planner, release)
        planner = Client()
        planner.force_login(world.planner)
        proof = [
            planner.get(reverse(n, args=[release.number])) for n in ("release_proof", "release_proof_pdf")
        ]
        told = material(world.planner, release, TREE, audience=Audience.PUBLIC)
        yield SimpleNamespace(
            tree=queries.hierarchy(release), catalogue=queries.catalogue(release),
            made=made, visits=visits, files=files, atlas=read_back(files).seen, release=release,
            partner=Attack.on(store, manifest, Audience.PARTNER, "ahausen"), material=told,
            document=resolve(TREE, told).document,
            proof={"nachweis.html": proof[0].content, "nachweis.pdf": proof[1].content},
        )  # fmt: skip


def listener(read: SimpleNamespace, made: Attack, seen: list[Seen]) -> Listener:
    """One who knows what was read, and listens for everything else."""
    return Listener.to(made, seen, read.tree, read.catalogue)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_asked_for_can_be_worked_out_from_all_pages_and_files(read, role) -> None:
    found = read.visits[role]
    assert not found.failed
    assert not found.odd
    assert found.pages > 40
    assert found.files > 20
    result = read.made[ROLES[role]].by(found.seen)
    assert result.needs > 0
    assert result.facts > 10
    assert (result.broken, result.wrong, result.unknown) == ((), (), ())
    assert result.ok


@pytest.mark.parametrize("role", ROLES)
def test_no_page_file_address_or_refusal_puts_a_hidden_figure_into_words(read, role) -> None:
    found = read.visits[role]
    made = read.partner if role == "user_ahausen" else read.made[ROLES[role]]
    ear = listener(read, made, found.seen)
    assert HIDDEN in ear.hidden
    assert found.refused > 3
    for address, (name, data) in found.answers.items():
        assert not list(ear.hear(name, data, address)), ear.heard
        assert not list(ear.follow(address)), ear.heard


def test_a_partner_with_all_it_delivered_learns_nothing_of_others(read) -> None:
    """Nothing is asked of what it delivered itself, and its own counts are no news to it."""
    seen = read.visits["user_ahausen"].seen
    result = read.partner.by(seen)
    assert 0 < result.needs <= read.made[Audience.PARTNER].by(seen).needs
    assert result.ok, (result.broken, result.wrong, result.unknown)


def test_nothing_asked_for_can_be_worked_out_from_the_public_atlas(read) -> None:
    result = read.made[Audience.PUBLIC].by(read.atlas)
    assert result.figures > 10
    assert result.ok, (result.broken, result.wrong, result.unknown)


def test_reports_atlas_and_proof_put_no_hidden_figure_into_words(read) -> None:
    made = annex(TREE, read.material)
    files = {
        **read.files, **read.proof, "probe.pdf": pdf(read.document), "probe.docx": docx(read.document),
        "probe.html": html(read.document).encode(), "zahlen.csv": made.csv, "zahlen.xlsx": made.xlsx,
        "zahlen.json": made.metadata, **html_folder(read.document),
    }  # fmt: skip
    for audience, attack in read.made.items():
        ear = listener(read, attack, read.atlas)
        assert HIDDEN in ear.hidden
        for name, data in files.items():
            assert not list(ear.hear(name, data, name)), (audience, ear.heard)


def test_pages_maps_and_files_are_all_read(read) -> None:
    """A reader that overlooks a kind of output would find nothing wrong with it."""
    seen = [s for s in read.visits["sector"].seen if s.value is not None]
    kinds = {("karte", s.numerator is not None) for s in seen if s.where.startswith("/karte/")}
    assert kinds == {("karte", True), ("karte", False)}
    assert any(s.where.startswith("/gebiete/") and "xlsx" not in s.where for s in seen)
    assert any("kennzahlen.xlsx" in s.where for s in seen)
    assert any("karte.svg" in s.where for s in seen)
    assert {s.where.rpartition(".")[2] for s in read.atlas} >= {"html", "csv", "xlsx", "geojson"}


def test_one_hidden_figure_opened_in_any_kind_of_file_is_heard_and_breaks_a_need(read) -> None:
    made, seen = read.made[Audience.PLANNING], read.visits["sector"].seen
    ear = listener(read, made, seen)
    hidden = {p: f for p, f in ear.hidden.items() if p[0] == "sgb2_quote" and p[1] == "0599900102"}
    names = {key: area.name for level in read.tree.levels for key, area in read.tree.areas(level).items()}
    answers = ((a, name, data) for a, (name, data) in read.visits["sector"].answers.items())
    done = set()
    for kind, name, data, figure in (
        *opened_downloads(answers, hidden, names), *opened_papers(read.document, hidden)
    ):  # fmt: skip
        told = list(ear.hear(name, data, kind))
        assert [s.place for s in told] == [figure.place], kind
        assert made.by([*seen, *told]).broken, kind
        done.add(kind)
    assert done == {"html", "csv", "xlsx", "svg", "pdf", "docx", "page of a report"}


@pytest.mark.parametrize("write", [pdf, docx, lambda d: html(d).encode()], ids=["pdf", "docx", "html"])
def test_an_alternative_text_a_sentence_and_a_name_tell_it_too(read, write) -> None:
    ear = listener(read, read.made[Audience.PUBLIC], read.atlas)
    figure = next(f for p, f in ear.hidden.items() if p[:2] == ("sgb2_quote", "0599900102"))
    said = f"SGB-II-Quote: Bruch {number(figure)} %"
    picture = next(b for b in read.document.blocks if isinstance(b, Picture))
    for changed in (
        replace(read.document, blocks=(replace(picture, alternative=said),)),
        replace(
            read.document, blocks=(Paragraph(f"In Bruch liegt die SGB-II-Quote bei {number(figure)} %."),)
        ),
        replace(read.document, title=said),
    ):
        ear.heard.clear()
        data = write(changed)
        name = {b"%PD": "x.pdf", b"PK\x03": "x.docx"}.get(data[:3], "x.html")
        assert [s.place for s in ear.hear(name, data, name)] == [figure.place]


def test_a_picture_of_dots_carries_no_text_and_one_that_did_would_be_heard(read) -> None:
    """What the dots show is not read: the picture is drawn from the SVG, which is."""
    name, data = next(a for a in read.visits["sector"].answers.values() if a[1].startswith(b"\x89PNG"))
    assert list(pieces(name, data)) == [Line(name)]
    ear = listener(read, read.made[Audience.PUBLIC], read.atlas)
    figure = next(f for p, f in ear.hidden.items() if p[:2] == ("sgb2_quote", "0599900102"))
    body = f"Comment\0SGB-II-Quote Bruch {number(figure)} %".encode()
    chunk = struct.pack(">I", len(body)) + b"tEXt" + body + struct.pack(">I", zlib.crc32(b"tEXt" + body))
    assert [s.place for s in ear.hear(name, data[:33] + chunk + data[33:], name)] == [figure.place]


def test_one_hidden_count_on_one_page_too_many_is_found(read) -> None:
    seen, made = read.visits["sector"].seen, read.made[Audience.PLANNING]
    shown, areas = {s.place for s in seen if s.tells}, made.areas[0]
    table, cells = areas.system.table, areas.system.universe.numerator
    hidden = [
        Seen(*place[:3], "Prüfung", numerator=float(table.numerator[row]))
        for place, row in areas.row.items()
        if place not in shown and not place[3] and int(cells[row]) in areas.sensitive
    ]
    assert hidden, "the district must hide something"
    for one in hidden[:5]:
        assert not made.by([*seen, one]).ok
        assert not made.by([*read.atlas, one]).ok


def test_a_changed_number_and_a_rate_too_many_are_found(read) -> None:
    seen, made = read.visits["sector"].seen, read.made[Audience.PLANNING]
    counted = next(s for s in seen if s.numerator)
    assert made.by([counted._replace(numerator=counted.numerator + 1)]).wrong
    rate = next(s for s in seen if s.value is not None and s.value % 1 and s.where.startswith("/karte/"))
    last = Decimal(1).scaleb(rate.value.as_tuple().exponent)
    assert not made.by([rate]).wrong
    assert made.by([rate._replace(value=rate.value + last)]).wrong
    hidden = next(s for s in seen if s.indicator == "sgb2_quote" and s.value is None and s.area != "05999")
    row = made.areas[0].row[hidden.place]
    told = round(Decimal(float(made.areas[0].system.table.value[row])), 1)
    assert made.by([*seen, hidden._replace(value=told, numerator=None)]).broken


def opened_pattern(monkeypatch: pytest.MonkeyPatch, place: tuple[str, str, int]) -> None:
    """As if the pattern of the release had left this figure open: nothing else of the way out is changed."""
    real = clearing.query_beside

    def query(*args: object, **filters: object) -> dict[str, np.ndarray]:
        beside = dict(real(*args, **filters))
        row = (beside["indicator"] == place[0]) & (beside["area"] == place[1]) & (beside["year"] == place[2])
        return beside | {"open": beside["open"] | row}

    monkeypatch.setattr(clearing, "query_beside", query)


def test_a_pattern_that_leaves_one_cell_too_many_open_is_found_in_what_is_published(
    read, in_consultation, monkeypatch
) -> None:
    """In Altdorf 100 persons protect the 2 in Bruch: with the sum of both, one tells the other."""
    partner = "sgb2_quote", "0599900101", 2024
    assert partner not in {s.place[:3] for s in read.atlas if s.tells}
    opened_pattern(monkeypatch, partner)
    with override_settings(WOHNPLATZ_HOME=in_consultation.home):
        files = publish(in_consultation.planner, read.release)
    seen = read_back(files).seen
    assert partner in {s.place[:3] for s in seen if s.tells}
    result = read.made[Audience.PUBLIC].by(seen)
    assert result.broken
    assert not result.wrong


def refused(read: SimpleNamespace, world: SimpleNamespace, files: dict[str, bytes]) -> bool:
    """Whether the way out itself refuses these files."""
    try:
        outputs.examined(world.planner, read.release, Audience.PUBLIC, files)
    except WohnplatzError as error:
        return error.code == "report.not_released"
    return False


@pytest.mark.parametrize("ending", ["html", "csv", "geojson"])
def test_one_decimal_altered_in_a_published_file_is_found(read, in_consultation, ending) -> None:
    """The last one that is printed; where a file has all digits of the computer, the second."""
    rates = (s for s in read.atlas if s.where.endswith(ending) and s.value is not None and s.value % 1)
    one = next(s for s in rates if len(str(s.value % 1)) > 2)
    step = max(Decimal(1).scaleb(one.value.as_tuple().exponent), Decimal("0.01"))
    old, new = (
        str(v).replace(".", "." if ending == "geojson" else ",") for v in (one.value, one.value - step)
    )
    page = read.files[one.where].decode()
    assert old in page
    files = {one.where: page.replace(old, new).encode()}
    with override_settings(WOHNPLATZ_HOME=in_consultation.home):
        assert not refused(read, in_consultation, {one.where: read.files[one.where]})
        assert refused(read, in_consultation, files)
    assert read.made[Audience.PUBLIC].by(read_back(files).seen).wrong


def test_one_rate_too_many_in_a_published_table_is_found(read, in_consultation) -> None:
    """The count stays hidden: the rate and the inhabitants tell it."""
    ear = listener(read, read.made[Audience.PUBLIC], read.atlas)
    for key, name in (("0599900101", "Altdorf"), ("0599900102", "Bruch")):
        figure = ear.hidden["sgb2_quote", key, 2024, ""]
        tables = ((n, in_csv(d, figure, name)) for n, d in read.files.items() if n.endswith(".csv"))
        where, data = next((n, d) for n, d in tables if d is not None)
        seen = read_back({where: data}).seen
        assert not any(s.numerator for s in seen if s.place == figure.place)
        assert read.made[Audience.PUBLIC].by([*read.atlas, *seen]).broken
        with override_settings(WOHNPLATZ_HOME=in_consultation.home):
            assert refused(read, in_consultation, {where: data})
