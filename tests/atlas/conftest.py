"""A small atlas of made-up figures."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from wohnplatz.atlas import Edition, Particulars, Source, build
from wohnplatz.report.tree import FiguresBlock, MapBlock, Report, TableBlock, TextBlock

MADE_UP = Path(__file__).parents[1] / "report" / "made_up.py"
REPORT = Report(
    "bericht-2025", "Sozialbericht 2025", "k", 2025,
    (
        TextBlock("t", "In Altdorf sind es {{ quote | gebiet=a1 }}."),
        FiguresBlock("f", ("quote",), area="a1"),
        TableBlock("g", "", ("quote", "miete")), MapBlock("m", "quote"),
    ),
)  # fmt: skip


@pytest.fixture(scope="session")
def made_up() -> ModuleType:
    """The small district: two persons in Bruch are protected."""
    spec = importlib.util.spec_from_file_location("wohnplatz_atlas_made_up", MADE_UP)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def source(made_up: ModuleType) -> Source:
    """Everything of the small atlas."""
    material = made_up.material()
    edition = Edition("2025", material.made_on, "ab" * 32, first=True)
    return Source(
        material, {"wohnplatz": made_up.layer()}, Particulars("sozialplanung@kreis.example"),
        editions=(edition,), reports=((REPORT, material),), is_demo=True,
    )  # fmt: skip


@pytest.fixture(scope="session")
def files(source: Source) -> dict[str, bytes]:
    """The files of the small atlas by name."""
    return build(source)
