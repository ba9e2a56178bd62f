"""What comes through the door: broken files by the hundred, and tables in a form of the partner's own."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from wohnplatz.intake import Guide, ReadResult, SheetGuide, Target
from wohnplatz.model import Finding, Severity
from wohnplatz.store import Kind


@pytest.fixture(scope="module")
def mutations() -> ModuleType:
    path = Path(__file__).parents[1] / "intake" / "mutations.py"
    spec = importlib.util.spec_from_file_location("wohnplatz_mutations", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def rows(scene: ModuleType) -> list[list[str]]:
    return [line.split(";") for line in scene.benefits(scene.COUNTS).decode().splitlines()]


def test_of_broken_files_nothing_becomes_an_original_or_base_data(world, scene, mutations):
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.deliveries.actions import Duplicate, receive

    chosen, store = world.rounds["jobcenter", 2024], memory.store()
    files = mutations.intact(rows(scene)) | mutations.published()
    states = set()
    for broken in mutations.damaged(files, 150, seed=11):
        try:
            made = receive(world.user_jobcenter, chosen, broken.name, broken.data)
        except Duplicate:
            continue
        states.add(made.state)
        if made.state != "checked":
            assert made.findings, broken.how
        assert (made.kept == "") == (made.state == "unreadable"), broken.how
    assert states <= {"unreadable", "unassigned", "faulty", "checked"}
    assert list(store.hashes(Kind.ORIGINAL)) == []
    assert list(store.hashes(Kind.OBSERVATIONS)) == []


OWN = b"Ort;Pers. BG\r\nAltdorf;100\r\n"
GUIDE = Guide(sheets={"": SheetGuide(columns={"Pers. BG": Target("sgb2_personen")})})


@pytest.fixture
def unsure(monkeypatch, scene):
    """A reader that needs a guide for everything but the template, and then finds the whole content."""
    from wohnplatz.workflow.deliveries import reading

    real = reading.read_delivery

    def read(data, name, request, catalogue, *, guide=None, progress=None):
        if data.startswith(b"Merkmal"):
            return real(data, name, request, catalogue)
        if guide is None:
            asked = Finding("intake.guide_needed", Severity.ERROR, "Zuordnung nötig.", "Bitte zuordnen.")
            return ReadResult((), (asked,), "tabelle", ("",), 0, guide=Guide())
        year = request.reference_date.year
        whole = real(scene.benefits(scene.COUNTS, year), name, request, catalogue)
        return replace(whole, guide=guide)

    monkeypatch.setattr(reading, "read_delivery", read)


def test_a_table_of_ones_own_is_assigned_once_and_read_by_itself_from_then_on(world, scene, unsure):
    from wohnplatz.workflow.deliveries import queries
    from wohnplatz.workflow.deliveries.actions import assign, receive
    from wohnplatz.workflow.deliveries.models import ReadingGuide

    user = world.user_jobcenter
    made = receive(user, world.rounds["jobcenter", 2024], "auszug.csv", OWN)
    assert (made.state, made.kept) == ("unassigned", "drafts")
    assert not ReadingGuide.objects.exists()

    done = assign(user, made, GUIDE, made.version)
    assert (done.state, done.version) == ("checked", 2)
    values = {o.area: o.value for o in queries.observations(user, done)}
    assert values == {key: float(text) for key, text in scene.COUNTS.items()}
    remembered = ReadingGuide.objects.get()
    assert (remembered.partner, Guide.from_dict(remembered.guide)) == (world.jobcenter, GUIDE)
    assert [e.kind for e in done.events.all()] == ["unassigned", "assigned"]

    former = receive(user, world.rounds["jobcenter", 2023], "auszug.csv", OWN + b"Bruch;2\r\n")
    assert former.state == "checked", "the guide is known by now"


def test_a_guide_that_leaves_the_file_unsure_is_not_remembered(world, unsure, monkeypatch):
    from wohnplatz.workflow.deliveries import reading
    from wohnplatz.workflow.deliveries.actions import assign, receive
    from wohnplatz.workflow.deliveries.models import ReadingGuide

    user, read = world.user_jobcenter, reading.read_delivery
    made = receive(user, world.rounds["jobcenter", 2024], "auszug.csv", OWN)
    monkeypatch.setattr(reading, "read_delivery", lambda *given, **_: read(*given))
    assert assign(user, made, GUIDE, made.version).state == "unassigned"
    assert not ReadingGuide.objects.exists()


def test_a_draft_that_changed_meanwhile_is_not_assigned(world, unsure):
    from wohnplatz.workflow.deliveries.actions import Conflict, assign, receive, withdraw

    user = world.user_jobcenter
    made = receive(user, world.rounds["jobcenter", 2024], "auszug.csv", OWN)
    withdraw(user, made, "andere Datei")
    with pytest.raises(Conflict):
        assign(user, made, GUIDE, made.version)


def test_nobody_else_assigns(world, unsure):
    from wohnplatz.workflow.accounts.policies import Refused
    from wohnplatz.workflow.deliveries.actions import assign, receive

    made = receive(world.user_jobcenter, world.rounds["jobcenter", 2024], "auszug.csv", OWN)
    for user in (world.user_ahausen, world.sector, world.administrator):
        with pytest.raises(Refused):
            assign(user, made, GUIDE, made.version)
