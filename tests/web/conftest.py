"""Fixtures of the web: the tiny district of the workflow's tests, and people who are logged in."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from django.test import Client

WORLD = Path(__file__).resolve().parents[1] / "workflow" / "world.py"
LogIn = Callable[..., Client]


@pytest.fixture(scope="session")
def scene() -> ModuleType:
    """The module that makes the tiny district and its files."""
    spec = importlib.util.spec_from_file_location("wohnplatz_test_world", WORLD)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def plain_pages(settings, tmp_path, scene) -> None:
    """Static files without a manifest, a store of its own, fast passwords."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WOHNPLATZ_HOME = tmp_path
    settings.WOHNPLATZ_CATALOGUE = str(scene.CATALOGUE)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "whitenoise" not in m]


@pytest.fixture
def world(db, scene, steps) -> SimpleNamespace:
    """The tiny district; nothing delivered yet."""
    return steps.take(scene.begin, SimpleNamespace())


@pytest.fixture
def delivered(world, scene, steps) -> SimpleNamespace:
    """The district with all files of 2024 accepted."""
    return steps.take(scene.deliver, world)


@pytest.fixture
def released(delivered, scene, steps) -> SimpleNamespace:
    """The district with a release."""
    return steps.take(scene.release, delivered)


@pytest.fixture
def two_years(world, scene, steps) -> SimpleNamespace:
    """The district with the files of 2023 and 2024 released; benefits doubled from one to the other."""
    return steps.take(scene.release_two_years, world)


@pytest.fixture
def log_in() -> LogIn:
    """``log_in(world.planner)``: a client of this person."""

    def as_person(user: object) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return as_person


@pytest.fixture(scope="session")
def begun(scene) -> Callable[..., object]:
    """Begins a small report: ``begun(world)``."""
    return scene.begin_report


@pytest.fixture(scope="module")
def in_consultation(django_db_setup, django_db_blocker, tmp_path_factory, scene) -> Iterator[SimpleNamespace]:
    """A report in consultation, made once for a module; each test's changes are taken back."""
    with django_db_blocker.unblock(), scene.lasting(tmp_path_factory.mktemp("abstimmung")) as made:
        yield made
