"""The demo goes through the front door."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from django.db import connection, transaction
from django.test import override_settings

from wohnplatz.demo import load as loading
from wohnplatz.demo import published_words
from wohnplatz.demo.places import demo_district
from wohnplatz.demo.recut import JOINED, JOINED_INTO, PARTED, PARTED_INTO
from wohnplatz.model import Audience, CellState, WohnplatzError
from wohnplatz.workflow.accounts.actors import OPERATOR
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.consultation import finishing
from wohnplatz.workflow.consultation.models import Consultation
from wohnplatz.workflow.consultation.profiles import withheld
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.district.actions import set_district
from wohnplatz.workflow.district.models import CrosswalkRecord, District, DivisionRecord
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Output, Release
from wohnplatz.workflow.reports.models import BlockVersion

FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Interrupted(Exception):  # noqa: N818 (what a killed process is to the transaction)
    pass


@pytest.fixture(scope="module")
def loaded(demo: Path, tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[None]:
    """The whole demo copied into the test database, taken back at the end of the module."""
    home = shutil.copytree(demo, tmp_path_factory.mktemp("demo") / "home")
    own = override_settings(WOHNPLATZ_HOME=home, WOHNPLATZ_MODE="demo", PASSWORD_HASHERS=FAST)
    with own, django_db_blocker.unblock(), transaction.atomic():
        copy_rows(home / "wohnplatz.sqlite3")
        yield
        transaction.set_rollback(True)


def copy_rows(path: Path) -> None:
    """All rows of a database in the place of those that are there."""
    with closing(sqlite3.connect(path)) as made, connection.cursor() as cursor:
        for table in map(connection.ops.quote_name, connection.introspection.django_table_names()):
            found = made.execute(f"SELECT * FROM {table}")
            names = ", ".join(connection.ops.quote_name(c[0]) for c in found.description)
            cursor.execute(f"DELETE FROM {table}")
            places = ", ".join(["%s"] * len(found.description))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", found.fetchall())


@pytest.fixture
def empty(db, settings, tmp_path) -> None:
    settings.WOHNPLATZ_HOME = tmp_path
    settings.WOHNPLATZ_MODE = "demo"
    settings.PASSWORD_HASHERS = FAST


def test_an_interrupted_load_leaves_nothing_and_the_next_one_begins_again(empty, scenario):
    short = replace(scenario, steps=scenario.steps[:6])

    def stop(text: str, done: int, total: int) -> None:
        if done == 4:
            raise Interrupted

    with pytest.raises(Interrupted):
        loading.play(short, stop)
    assert not District.objects.exists()
    assert not User.objects.exists()
    assert not Delivery.objects.exists()
    loading.play(short)
    assert loading.is_loaded()
    assert Delivery.objects.count() == sum(s.file is not None for s in short.steps)


def test_a_second_load_changes_nothing(empty, scenario):
    loading.play(replace(scenario, steps=()))
    assert loading.load() is False


def test_the_demo_never_mixes_with_another_district(empty, scenario):
    set_district(OPERATOR, name="Kreis Echt", key="05998")
    with pytest.raises(WohnplatzError, match="bereits ein Kreis"):
        loading.load()


def test_progress_is_told_from_start_to_end(empty, scenario):
    told: list[tuple[str, int, int]] = []
    loading.play(replace(scenario, steps=scenario.steps[:3]), lambda *words: told.append(words))
    assert told[0][1:] == (0, 3)
    assert told[-1] == ("Demo-Kreis ist bereit", 3, 3)


def test_deliveries_stand_in_every_state(loaded):
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert set(states) == {
        "accepted", "released", "checked", "faulty", "unassigned", "returned", "withdrawn", "superseded"
    }  # fmt: skip
    assert states["accepted"] > 250


def test_every_accepted_delivery_was_released_by_somebody(loaded):
    assert not Delivery.objects.filter(state="accepted", released_at=None).exists()
    assert not Delivery.objects.filter(state="accepted", released_as="").exists()


def test_a_checked_delivery_waits_with_warnings_for_a_word(loaded):
    waiting = Delivery.objects.get(state="checked")
    assert waiting.count("warning") > 0
    assert not waiting.round.notes.filter(acknowledged=True).exists()


def test_a_correction_in_the_demo_tells_what_it_changed(loaded):
    corrected = Delivery.objects.exclude(changes=None)
    assert corrected.count() >= 2
    assert all(d.changes["changed"] and d.changes["effects_total"] for d in corrected)


def test_files_arrived_in_the_years_they_tell_of(loaded):
    years = {
        d.received_at.year - d.round.reference_date.year for d in Delivery.objects.select_related("round")
    }
    assert years <= {1, 2}


def test_a_correction_changes_figures_between_releases(loaded):
    user = User.objects.get(username="sozialplanung")
    first, last = Release.objects.order_by("number")[0], releases.current()
    both = [
        releases.figures(user, r, indicators=["einwohner"], level="wohnplatz", years=[2023]).by_area()
        for r in (first, last)
    ]
    changed = {key for key in both[0] if both[0][key].value != both[1][key].value}
    assert changed == {"0599900114", "0599900115"}


def test_a_missing_delivery_shows_in_the_coverage(loaded):
    user = User.objects.get(username="sozialplanung")
    table = releases.figures(
        user, releases.current(), indicators=["wohngeld_quote"], level="kreis", years=[2018, 2019]
    )
    covered = {f.year: (f.covered, f.expected, f.state) for f in table}
    assert covered[2018][:2] == (80, 80)
    assert covered[2019] == (73, 80, CellState.PARTIAL)


def test_the_areas_were_changed_once_by_the_guided_act(loaded):
    former, today = (DivisionRecord.objects.get(code=c) for c in ("wohnplatz-2016", "wohnplatz-2021"))
    assert (today.replaces, former.valid_to) == (former, date(2020, 12, 31))
    assert today.imported_at.year == 2020
    way = CrosswalkRecord.objects.get(source=former, target=today)
    assert (way.split_count, way.findings) == (1, [])
    assert "Zensus" in way.origin
    schools = DivisionRecord.objects.get(code="schulbezirk-2021")
    assert schools.overlay
    assert CrosswalkRecord.objects.get(source=today, target=schools).split_count > 20


def test_deliveries_on_former_areas_become_estimates_on_todays_and_stay_as_they_were(loaded):
    user, release = User.objects.get(username="sozialplanung"), releases.current()
    wanted = {"indicators": ["einwohner"], "level": "wohnplatz", "years": [2018, 2023]}
    today = {(f.area, f.year): f for f in releases.figures(user, release, **wanted)}
    then = {(f.area, f.year): f for f in releases.figures(user, release, division="wohnplatz-2016", **wanted)}
    halves = [today[key, 2018] for key in PARTED_INTO]
    assert all(f.state is CellState.ESTIMATED and f.error > 0 for f in halves)
    assert sum(f.value for f in halves) == pytest.approx(then[PARTED.key, 2018].value)
    assert all(today[key, 2023].state is CellState.VALUE for key in PARTED_INTO)
    whole = today[JOINED_INTO, 2018]
    assert (whole.state, whole.error) == (CellState.VALUE, None)
    assert whole.value == sum(then[a.key, 2018].value for a in JOINED)


def test_the_band_of_the_estimates_holds_what_was_really_there(loaded, made_up):
    """Only a made-up district knows it."""
    user = User.objects.get(username="sozialplanung")
    table = releases.figures(
        user, releases.current(), indicators=["einwohner"], level="wohnplatz", years=range(2016, 2021)
    )
    order = [p.key for p in demo_district().places]
    people = np.sum(list(made_up.cells["einwohner"].values()), axis=0)
    halves = [f for f in table if f.area in PARTED_INTO]
    assert len(halves) == 10
    for f in halves:
        true = people[made_up.years.index(f.year), order.index(f.area)]
        assert abs(f.value - true) <= f.error


def test_the_index_fills_its_matrix_and_names_attention_areas(loaded):
    user = User.objects.get(username="jugendhilfe")
    codes = ["soziallage:status_class", "soziallage:dynamics_class", "soziallage:attention"]
    table = releases.figures(user, releases.current(), indicators=codes, level="wohnplatz", years=[2025])
    values = {code: [f.value for f in table if f.indicator == code] for code in codes}
    status = Counter(values[codes[0]])
    assert set(status) == {1.0, 2.0, 3.0, 4.0, None}
    # Computed from open inputs only: where one is protected there is no index, beside the two small areas.
    without = {f.area: f.state for f in table if f.indicator == codes[0] and f.value is None}
    assert len(without) == 5
    assert set(without.values()) == {CellState.PROTECTED}
    planner = User.objects.get(username="sozialplanung")
    working = releases.figures(
        planner, releases.current(), indicators=codes[:1], level="wohnplatz", years=[2025],
        audience=Audience.WORKING,
    )  # fmt: skip
    small = {f.area for f in working if f.value is None}
    assert {f.reason for f in working if f.value is None} == {"min_population"}
    assert len(small) == 2
    assert small < set(without)
    assert set(values[codes[1]]) == {1.0, 2.0, 3.0, None}
    assert 5 <= sum(v == 1 for v in values[codes[2]]) <= 15


def test_small_counts_are_protected_for_every_reader(loaded):
    user = User.objects.get(username="jugendhilfe")
    table = releases.figures(
        user, releases.current(), indicators=["seu_motorik_quote"], level="wohnplatz", years=[2025]
    )
    states = Counter(f.state for f in table)
    assert states[CellState.PROTECTED] > 3
    assert states[CellState.VALUE] > 40


def test_a_report_went_the_whole_way_to_the_published_files(loaded):
    out = Consultation.objects.get(report__state="published")
    assert (out.report.title, out.report.release.number) == ("Sozialbericht 2024", 1)
    assert out.published_at.year == 2025
    assert {i.partner.kind for i in out.invitations.all()} == {"municipality", "jobcenter", "welfare"}
    assert not out.invitations.exclude(state="answered").exists()
    assert withheld(out.report) == frozenset()
    versions = BlockVersion.objects.filter(block__report=out.report)
    assert set(versions.filter(act="adopted").values_list("block__block_id", flat=True)) == {"kp-texte"}
    assert {v.at.year for v in versions} == {2025}
    files = {o["name"]: finishing.published_file(out, o["name"]) for o in out.outputs}
    name = "sozialbericht-kreis-auental-2024"
    endings = (".pdf", ".docx", ".html", "-zahlen.xlsx", "-zahlen.csv", "-zahlen.csv-metadata.json")
    assert set(files) == {name + ending for ending in endings}
    page = files[f"{name}.html"].decode()
    for words in (published_words.STATEMENT[:40], "Familienbüro", published_words.DECISIONS["remark"]):
        assert words in page
    assert published_words.DECISIONS["review"] not in page
    assert "Entwurf" not in page
    sums = {hashlib.sha256(data).hexdigest() for data in files.values()}
    assert {o["sha256"] for o in out.outputs} == sums
    assert Output.objects.filter(release=out.report.release).count() == len(files)
