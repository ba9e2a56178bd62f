import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from wohnplatz.disclosure import load_rules, release
from wohnplatz.disclosure.clearance import _PROVEN, Clearance
from wohnplatz.model import Audience, FigureMeta, FigureTable, Polarity, ReleaseContext, ReleasedTable
from wohnplatz.report import Material

META = {
    "quote": FigureMeta("quote", "Anteil der Leistungsberechtigten", "%", 1, Polarity.BURDEN),
    "haushalte": FigureMeta("haushalte", "Zahl der Haushalte", "", 0, Polarity.NEUTRAL),
}
Row = tuple[str, str, int, float | None, float, float]
"""Indicator, area, year, value, numerator, denominator."""


@pytest.fixture
def released() -> Callable[[list[Row]], ReleasedTable]:
    """Makes a released table for partners from a few rows; a value of None is „not delivered“."""

    def make(rows: list[Row]) -> ReleasedTable:
        n = len(rows)
        table = FigureTable(
            indicator=np.array([r[0] for r in rows]),
            level=np.array(["wohnplatz"] * n),
            area=np.array([r[1] for r in rows]),
            year=np.array([r[2] for r in rows], dtype=np.int32),
            breakdown=np.array([""] * n),
            value=np.array([np.nan if r[3] is None else r[3] for r in rows], dtype=float),
            state=np.array([11 if r[3] is None else 0 for r in rows], dtype=np.uint8),
            numerator=np.array([np.nan if r[3] is None else r[4] for r in rows], dtype=float),
            denominator=np.array([np.nan if r[3] is None else r[5] for r in rows], dtype=float),
            covered=np.ones(n, dtype=np.int32),
            expected=np.ones(n, dtype=np.int32),
            share=np.ones(n),
            reason=np.array(["not_delivered" if r[3] is None else "" for r in rows]),
        )
        context = ReleaseContext("Musterkreis", "Vorschau", "", "2026-03-01", Audience.PARTNER, "")
        protection = {"quote": "persons_social", "haushalte": "none"}
        every = np.ones(len(table), dtype=np.bool_)
        return release(
            table, META, rules=load_rules(), protection=protection, context=context,
            clearance=Clearance(every, every, _PROVEN),
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def made_up() -> ModuleType:
    """The module that makes a small district for reports and reads documents."""
    spec = importlib.util.spec_from_file_location(
        "wohnplatz_test_made_up", Path(__file__).with_name("made_up.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def material(made_up: ModuleType) -> Material:
    """Released figures of the small district."""
    made: Material = made_up.material()
    return made
