"""Fixtures of the workflow: a tiny district in a database and a store of its own."""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from posting import Sink, due_in, use


def load_world() -> ModuleType:
    path = Path(__file__).with_name("world.py")
    spec = importlib.util.spec_from_file_location("wohnplatz_test_world", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def scene() -> ModuleType:
    """The module that makes the tiny district and its files."""
    return load_world()


@pytest.fixture
def world(db, settings, tmp_path, scene, steps) -> SimpleNamespace:
    """The tiny district, set up afresh; nothing delivered yet."""
    settings.WOHNPLATZ_HOME = tmp_path
    settings.WOHNPLATZ_CATALOGUE = str(scene.CATALOGUE)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return steps.take(scene.begin, SimpleNamespace())


@pytest.fixture
def delivered(world, scene, steps) -> SimpleNamespace:
    """The district with all files of 2024 accepted."""
    return steps.take(scene.deliver, world)


@pytest.fixture(scope="session")
def begun(scene) -> ModuleType:
    """Begins a small report: ``begun(world)``."""
    return scene.begin_report


@pytest.fixture(scope="module")
def in_consultation(django_db_setup, django_db_blocker, tmp_path_factory, scene) -> Iterator[SimpleNamespace]:
    """A report in consultation, made once for a module; each test's changes are taken back."""
    with django_db_blocker.unblock(), scene.lasting(tmp_path_factory.mktemp("abstimmung")) as made:
        yield made


@pytest.fixture
def case(db, settings, in_consultation, scene) -> SimpleNamespace:
    """A report in consultation with two municipalities and the Jobcenter."""
    settings.WOHNPLATZ_HOME = in_consultation.home
    settings.WOHNPLATZ_CATALOGUE = str(scene.CATALOGUE)
    return scene.afresh(in_consultation)


@pytest.fixture
def town(world, settings) -> SimpleNamespace:
    """The district with addresses; only Ahausen's round of 2024 is open, due in 14 days."""
    from wohnplatz.workflow.partners.models import DeliveryRound, Partner

    settings.WOHNPLATZ_URL = "https://daten.kreis.example"
    settings.WOHNPLATZ_MAIL_KIND = "smtp"
    for partner in Partner.objects.all():
        partner.contact_email = f"daten@{partner.code}.example"
        partner.contact_function = "Statistikstelle"
        partner.save()
    DeliveryRound.objects.update(waived_reason="zählt hier nicht")
    world.round = world.rounds["ahausen", 2024]
    due_in(world, 14)
    return world


@pytest.fixture
def smtp(settings) -> Iterator[Sink]:
    """A running mail server on the loopback interface, named by the settings."""
    with Sink() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        use(settings, f"smtp://127.0.0.1:{server.server_address[1]}")
        yield server
        server.shutdown()
