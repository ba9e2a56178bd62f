"""What is too long is refused before it is read; what is kept is kept for this account only."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wohnplatz.workflow.deliveries.models import Delivery


class Unread(io.BytesIO):
    """A body nobody may touch."""

    def read(self, *args: object) -> bytes:
        raise AssertionError("the body was read")


def announced(client: Client, url: str, length: int | str):
    return client.generic(
        "POST", url, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(length),
        **{"wsgi.input": Unread()},
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("length", [3 * 1024 * 1024, 10**12, "9" * 5000, "-1", "abc"])
def test_a_stranger_cannot_fill_the_disk(length) -> None:
    answer = announced(Client(), "/anmelden/", length)
    assert answer.status_code == 413
    assert "zu groß" in answer.content.decode()


def test_a_partner_cannot_send_more_than_the_files_of_one_form(world, log_in) -> None:
    url = reverse("round_upload", args=[world.rounds["jobcenter", 2024].pk])
    assert announced(log_in(world.user_jobcenter), url, 200 * 1024 * 1024).status_code == 413
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("route", "field"), [("round_upload", "datei"), ("deliver_several", "dateien")])
def test_a_file_too_large_is_told_beside_the_field(world, log_in, settings, route, field) -> None:
    settings.WOHNPLATZ_UPLOAD_LIMIT = 1000
    args = [world.rounds["jobcenter", 2024].pk] if route == "round_upload" else []
    file = SimpleUploadedFile("gross.csv", b"x" * 1001)
    answer = log_in(world.user_jobcenter).post(reverse(route, args=args), {field: file})
    assert "zu groß" in str(answer.context["form"].errors[field])
    assert not Delivery.objects.exists()


def test_files_that_wait_are_for_this_account_only(world, settings) -> None:
    from wohnplatz.workflow.deliveries import actions, uploads

    upload = actions.begin_upload(world.user_jobcenter, world.rounds["jobcenter", 2024], "../../x.csv", 3)
    actions.append_chunk(world.user_jobcenter, upload, 0, b"abc")
    path = uploads.path_of(upload)
    assert path.parent == Path(settings.WOHNPLATZ_HOME) / "uploads"
    assert upload.name == "x.csv"
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert oct(path.parent.stat().st_mode)[-3:] == "700"


def test_tidying_up_leaves_the_folders_of_other_uploads_alone(world, settings) -> None:
    from wohnplatz.workflow.deliveries import actions, uploads

    geodata = uploads.folder() / "7"
    geodata.mkdir(parents=True)
    stray = uploads.folder() / "stray"
    stray.write_bytes(b"x")
    old = (timezone.now() - timedelta(days=9)).timestamp()
    for path in (geodata, stray):
        os.utime(path, (old, old))
    actions.prune(world.planner)
    assert geodata.is_dir()
    assert not stray.exists()
