"""Everything that went out, read as a visitor reads it, tells nothing that must stay open."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

sys.path.insert(0, str(Path(__file__).parent))
from visitor import Visit

from wohnplatz.model import Audience
from wohnplatz.publication.attack import Attack, Seen
from wohnplatz.report.reading_back import read_back
from wohnplatz.workflow import memory
from wohnplatz.workflow.releases import queries
from wohnplatz.workflow.releases.atlas import publish

ROLES = {"sector": Audience.PLANNING, "user_ahausen": Audience.PARTNER}


def visit(world: SimpleNamespace, user: object) -> Visit:
    """All pages by their links, and each indicator's table on every level in every year."""
    client = Client()
    client.force_login(user)
    found = Visit(client)
    found.walk("/", at_most=100)
    release = world.report.release
    for code in queries.catalogue(release).indicators:
        for level in queries.hierarchy(release).levels:
            for route in ("map_csv", "map"):
                found.take(f"{reverse(route, args=[code])}?ebene={level}&datum=2024")
    for level in queries.hierarchy(release).levels:
        for area in queries.hierarchy(release).areas(level):
            found.take(reverse("area", args=[area]))
            found.take(reverse("area_xlsx", args=[area]))
    return found


@pytest.fixture(scope="module")
def read(in_consultation) -> Iterator[SimpleNamespace]:
    """What each reader found, and the release as an attacker finds it; made once for all tests."""
    world = in_consultation
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(WOHNPLATZ_HOME=world.home, STORAGES={**settings.STORAGES, "staticfiles": plain}):
        release = world.report.release
        made = {
            a: Attack.on(memory.store(), queries.manifest(release), a)
            for a in (Audience.PUBLIC, *ROLES.values())
        }
        visits = {role: visit(world, getattr(world, role)) for role in ROLES}
        files = publish(world.planner, release)
        yield SimpleNamespace(made=made, visits=visits, atlas=read_back(files).seen, release=release)


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


def test_nothing_asked_for_can_be_worked_out_from_the_public_atlas(read) -> None:
    result = read.made[Audience.PUBLIC].by(read.atlas)
    assert result.figures > 10
    assert result.ok, (result.broken, result.wrong, result.unknown)


def test_pages_maps_and_files_are_all_read(read) -> None:
    """A reader that overlooks a kind of output would find nothing wrong with it."""
    seen = [s for s in read.visits["sector"].seen if s.value is not None]
    kinds = {("karte", s.numerator is not None) for s in seen if s.where.startswith("/karte/")}
    assert kinds == {("karte", True), ("karte", False)}
    assert any(s.where.startswith("/gebiete/") and "xlsx" not in s.where for s in seen)
    assert any("kennzahlen.xlsx" in s.where for s in seen)
    assert any("karte.svg" in s.where for s in seen)
    assert {s.where.rpartition(".")[2] for s in read.atlas} >= {"html", "csv", "xlsx", "geojson"}


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
