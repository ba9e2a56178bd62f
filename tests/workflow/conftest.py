"""Fixtures of the workflow: a tiny district in a database and a store of its own."""

from __future__ import annotations

import importlib.util
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
def world(db, settings, tmp_path, scene) -> SimpleNamespace:
    """The tiny district, set up afresh; nothing delivered yet."""
    settings.WOHNPLATZ_HOME = tmp_path
    settings.WOHNPLATZ_CATALOGUE = str(scene.CATALOGUE)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return scene.build()


@pytest.fixture
def delivered(world, scene) -> SimpleNamespace:
    """The district with all files of 2024 accepted."""
    world.deliveries = scene.deliver_everything(world)
    return world
