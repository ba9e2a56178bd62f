"""The demo goes through the front door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import transaction
from django.test import override_settings

from wohnplatz.demo import Scenario
from wohnplatz.demo import load as loading
from wohnplatz.model import CellState, WohnplatzError
from wohnplatz.workflow.accounts.actors import OPERATOR
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.district.actions import set_district
from wohnplatz.workflow.district.models import District
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Release

FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Interrupted(Exception):  # noqa: N818 (what a killed process is to the transaction)
    pass


@pytest.fixture(scope="module")
def loaded(scenario: Scenario, tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[None]:
    """The whole demo in the test database, taken back at the end of the module."""
    home = tmp_path_factory.mktemp("home")
    own = override_settings(WOHNPLATZ_HOME=home, WOHNPLATZ_MODE="demo", PASSWORD_HASHERS=FAST)
    with own, django_db_blocker.unblock(), transaction.atomic():
        loading.play(scenario)
        yield
        transaction.set_rollback(True)


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


def test_the_index_fills_its_matrix_and_names_attention_areas(loaded):
    user = User.objects.get(username="jugendhilfe")
    codes = ["soziallage:status_class", "soziallage:dynamics_class", "soziallage:attention"]
    table = releases.figures(user, releases.current(), indicators=codes, level="wohnplatz", years=[2025])
    values = {code: [f.value for f in table if f.indicator == code] for code in codes}
    status = Counter(values[codes[0]])
    assert set(status) == {1.0, 2.0, 3.0, 4.0, None}
    assert status[None] == 2
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
