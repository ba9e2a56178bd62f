"""The demo's files, written once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from wohnplatz.demo import Scenario, build
from wohnplatz.demo.figures import Figures, figures
from wohnplatz.indicators import load_catalogue
from wohnplatz.model import Catalogue


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo-dateien")


@pytest.fixture(scope="session")
def scenario(folder: Path) -> Scenario:
    return build(folder)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def made_up(catalogue: Catalogue) -> Figures:
    return figures(list(catalogue.dimensions["alter"].categories))
