"""The public atlas at a button: who may, what it says, what comes of it."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import reverse

from wohnplatz.report.sums import sha_of
from wohnplatz.workflow.releases import atlas_running
from wohnplatz.workflow.releases.models import AtlasRun, Output


@pytest.fixture
def made(released, log_in):
    """A finished run."""
    client = log_in(released.planner)
    assert client.post(reverse("release_atlas", args=[1])).status_code == 302
    run = AtlasRun.objects.get()
    assert atlas_running.make(run.pk) == "done"
    return AtlasRun.objects.get()


def test_the_planner_has_an_atlas_made_and_takes_it_away(released, log_in, made) -> None:
    client = log_in(released.planner)
    page = client.get(reverse("release_atlas", args=[1])).content.decode()
    assert "Der Atlas ist fertig" in page
    assert made.sha in page
    answer = client.get(reverse("release_atlas_file", args=[1, made.pk]))
    assert answer["Content-Type"] == "application/zip"
    assert sha_of({"atlas.zip": answer.content}) == made.sha == Output.objects.get(name="atlas.zip").sha
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {"atlas/index.html", "atlas/pruefsummen.txt"} <= set(names)


def test_asking_twice_makes_one(released, log_in) -> None:
    client = log_in(released.planner)
    for _ in range(2):
        client.post(reverse("release_atlas", args=[1]))
    assert AtlasRun.objects.count() == 1
    assert "http-equiv" in client.get(reverse("release_atlas", args=[1])).content.decode()


def test_what_the_settings_lack_is_said_before(released, log_in) -> None:
    page = log_in(released.planner).get(reverse("release_atlas", args=[1])).content.decode()
    assert "Impressum, Datenschutz und Durchsetzungsstelle" in page
    assert reverse("district_settings") in page


def test_nobody_else_makes_or_takes_one(released, log_in, made) -> None:
    for user in (released.sector, released.user_ahausen, released.administrator):
        client = log_in(user)
        assert client.get(reverse("release_atlas", args=[1])).status_code == 403
        assert client.post(reverse("release_atlas", args=[1])).status_code == 403
        assert client.get(reverse("release_atlas_file", args=[1, made.pk])).status_code == 403
        assert (
            reverse("release_atlas", args=[1])
            not in client.get(reverse("release", args=[1])).content.decode()
        )
    assert AtlasRun.objects.count() == 1


def test_an_atlas_that_was_replaced_is_not_given_out_under_its_old_sum(
    released, log_in, made, settings
) -> None:
    (settings.WOHNPLATZ_HOME / "atlas" / "1.zip").write_bytes(b"etwas anderes")
    answer = log_in(released.planner).get(reverse("release_atlas_file", args=[1, made.pk]))
    assert answer.status_code >= 400
    assert "nicht mehr" in answer.content.decode()
