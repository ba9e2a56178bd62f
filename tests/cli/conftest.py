"""Fixtures of the command line: the tiny district of the workflow's tests, and a way to call commands."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest


@pytest.fixture(scope="session")
def scene() -> ModuleType:
    path = Path(__file__).parents[1] / "workflow" / "world.py"
    spec = importlib.util.spec_from_file_location("wohnplatz_cli_world", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def place(db, settings, tmp_path, scene) -> Path:
    """An empty installation; its data folder."""
    settings.WOHNPLATZ_HOME = tmp_path
    settings.WOHNPLATZ_CATALOGUE = str(scene.CATALOGUE)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path


@pytest.fixture
def world(place, scene, steps) -> SimpleNamespace:
    """The tiny district."""
    return steps.take(scene.begin, SimpleNamespace())


@pytest.fixture
def call(capsys):
    """Run a command; its exit code, and what it said as text or as JSON."""
    from wohnplatz.cli.main import main

    def run(*arguments: object, as_json: bool = False) -> SimpleNamespace:
        extra = ["--json"] if as_json else []
        try:
            code = main([str(a) for a in arguments] + extra)
        except SystemExit as left:
            code = left.code
        said = capsys.readouterr()
        data = json.loads(said.out) if as_json and said.out else None
        return SimpleNamespace(code=code, out=said.out, err=said.err, data=data)

    return run
