"""Large files: in parts, as a job, with progress, and nothing of it lost or left behind."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from wohnplatz.model import WohnplatzError
from wohnplatz.store import Kind


@pytest.fixture
def chosen(world, settings):
    """The round of Ahausen; every file counts as large."""
    settings.WOHNPLATZ_LARGE_FILE = 10
    return world.rounds["ahausen", 2024]


@pytest.fixture
def waiting(world, scene, chosen, tmp_path, django_capture_on_commit_callbacks):
    """A large file that was handed in and waits to be read."""
    from wohnplatz.workflow.deliveries.actions import receive_file

    path = tmp_path / "gross.csv"
    path.write_bytes(scene.population(scene.AHAUSEN))
    with django_capture_on_commit_callbacks(execute=True):
        return receive_file(world.user_ahausen, chosen, "gross.csv", path)


def test_a_large_file_is_kept_at_once_and_read_by_a_job(world, scene, waiting, tmp_path):
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.deliveries import large, queries

    assert (waiting.state, waiting.kept) == ("reading", "drafts")
    assert not (tmp_path / "gross.csv").exists()
    assert memory.store().read(Kind.DRAFT, waiting.original) == scene.population(scene.AHAUSEN)
    assert len(queries.observations(world.user_ahausen, waiting)) == 0
    queued = DBTaskResult.objects.get()
    assert queued.args_kwargs["args"] == [waiting.pk]

    assert large.read(waiting.pk) == "checked"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.cells, waiting.version) == ("checked", 4, 2)
    events = [(e.kind, e.organisation, e.role) for e in waiting.events.all()]
    assert events == [("received", "Stadt Ahausen", "partner"), ("checked", "Stadt Ahausen", "partner")]


def test_a_file_withdrawn_while_it_is_read_stays_withdrawn(world, waiting, monkeypatch):
    from wohnplatz.workflow.deliveries import actions, large

    real = large.examine

    def slow(*arguments: object, **options: object) -> object:
        found = real(*arguments, **options)
        actions.withdraw(world.user_ahausen, waiting, "falsche Datei")
        return found

    monkeypatch.setattr(large, "examine", slow)
    large.read(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"
    assert large.read(waiting.pk) == "withdrawn"


def test_a_reading_that_breaks_off_says_so_and_keeps_nothing(waiting, monkeypatch):
    from wohnplatz.workflow.deliveries import large

    def broken(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(large, "examine", broken)
    with pytest.raises(MemoryError):
        large.read(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.kept) == ("unreadable", "")
    assert waiting.findings[0]["code"] == "deliveries.broken_off"


def test_progress_stands_in_the_row_while_the_file_is_read(waiting):
    from wohnplatz.workflow.deliveries import large

    large._teller(waiting)(700, 2000)
    waiting.refresh_from_db()
    assert (waiting.rows_done, waiting.rows_total) == (700, 2000)
    assert waiting.progress_at is not None


def test_what_a_dead_worker_left_is_read_by_the_next_one(waiting):
    from wohnplatz.workflow.deliveries import large

    now = timezone.now()
    assert large.resume(now + timedelta(minutes=6)) == 0, "it is still in the queue"
    DBTaskResult.objects.all().delete()
    assert large.resume(now) == 0, "somebody may be reading it"
    assert large.resume(now + timedelta(minutes=6)) == 1
    assert DBTaskResult.objects.get().args_kwargs["args"] == [waiting.pk]


def test_a_small_file_from_the_disk_is_read_at_once(world, scene, tmp_path):
    from wohnplatz.workflow.deliveries.actions import receive_file

    path = tmp_path / "klein.csv"
    path.write_bytes(scene.population(scene.AHAUSEN))
    made = receive_file(world.user_ahausen, world.rounds["ahausen", 2024], "klein.csv", path)
    assert made.state == "checked"
    assert not path.exists()


def test_an_upload_goes_on_where_it_was_broken_off(world, scene):
    from wohnplatz.workflow.deliveries import actions, uploads
    from wohnplatz.workflow.deliveries.models import Upload

    user, chosen, data = world.user_ahausen, world.rounds["ahausen", 2024], scene.population(scene.AHAUSEN)
    sha = hashlib.sha256(data).hexdigest()
    upload = actions.begin_upload(user, chosen, "../a.csv", len(data), sha)
    actions.append_chunk(user, upload, 0, data[:50])
    with pytest.raises(WohnplatzError, match="passt nicht") as refused:
        actions.append_chunk(user, upload, 0, data[:50])
    assert refused.value.where == "erwartet ab Byte 50"
    with pytest.raises(WohnplatzError, match="noch nicht vollständig"):
        actions.finish_upload(user, Upload.objects.get())

    again = actions.begin_upload(user, chosen, "../a.csv", len(data), sha)
    assert (again.pk, again.received) == (upload.pk, 50)
    done = actions.append_chunk(user, again, 50, data[50:])
    delivery = actions.finish_upload(user, done)
    assert (delivery.state, delivery.name, delivery.original) == ("checked", "a.csv", sha)
    assert not Upload.objects.exists()
    assert list(uploads.folder().iterdir()) == []


def test_an_upload_that_arrives_damaged_is_refused(world):
    from wohnplatz.workflow.deliveries import actions, uploads

    user, chosen = world.user_ahausen, world.rounds["ahausen", 2024]
    upload = actions.begin_upload(user, chosen, "a.csv", 4, "0" * 64)
    done = actions.append_chunk(user, upload, 0, b"abcd")
    with pytest.raises(WohnplatzError, match="nicht so angekommen"):
        actions.finish_upload(user, done)
    assert list(uploads.folder().iterdir()) == []


def test_uploads_have_limits_and_belong_to_their_partner(world, settings):
    from wohnplatz.workflow.accounts.policies import Refused
    from wohnplatz.workflow.deliveries import actions

    user, chosen = world.user_ahausen, world.rounds["ahausen", 2024]
    settings.WOHNPLATZ_LARGE_LIMIT = 100
    with pytest.raises(WohnplatzError, match="zu groß"):
        actions.begin_upload(user, chosen, "a.csv", 101)
    with pytest.raises(WohnplatzError, match="leer"):
        actions.begin_upload(user, chosen, "a.csv", 0)
    upload = actions.begin_upload(user, chosen, "a.csv", 5)
    with pytest.raises(WohnplatzError, match="passt nicht"):
        actions.append_chunk(user, upload, 0, b"123456")
    for stranger in (world.user_behausen, world.sector, world.administrator):
        with pytest.raises(Refused):
            actions.append_chunk(stranger, upload, 0, b"12345")
        with pytest.raises(Refused):
            actions.begin_upload(stranger, chosen, "a.csv", 5)
    for number in range(4):
        actions.begin_upload(user, chosen, f"{number}.csv", 5)
    with pytest.raises(WohnplatzError, match="schon mehrere"):
        actions.begin_upload(user, chosen, "zu-viel.csv", 5)


def test_uploads_nobody_goes_on_with_are_removed(world):
    from wohnplatz.workflow.deliveries import actions, uploads
    from wohnplatz.workflow.deliveries.models import Upload

    user, chosen = world.user_ahausen, world.rounds["ahausen", 2024]
    upload = actions.begin_upload(user, chosen, "a.csv", 50)
    actions.append_chunk(user, upload, 0, b"abc")
    assert uploads.prune(world.operator, timezone.now()) == 0
    assert uploads.prune(world.operator, timezone.now() + timedelta(days=3)) == 1
    assert not Upload.objects.exists()
    assert list(uploads.folder().iterdir()) == []


def test_tidying_up_comes_again_by_itself(world):
    from wohnplatz.workflow.jobs.tasks import keep_house

    keep_house.call()
    planned = DBTaskResult.objects.get()
    assert planned.task_path.endswith("keep_house")
    assert planned.run_after > timezone.now() + timedelta(minutes=20)


def test_a_step_of_housekeeping_that_fails_does_not_stop_the_others(world, monkeypatch, caplog):
    from wohnplatz.workflow.deliveries import actions
    from wohnplatz.workflow.jobs.tasks import keep_house
    from wohnplatz.workflow.messages import actions as messages

    sent = []
    monkeypatch.setattr(messages, "daily", sent.append)
    monkeypatch.setattr(actions, "prune", lambda actor: 1 / 0)
    keep_house.call()
    assert len(sent) == 1
    assert "aufräumen" in caplog.text
