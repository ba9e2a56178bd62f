"""Fixtures of the workflow: a tiny district in a database and a store of its own."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest


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
