"""Bands of figures over other figures: first order for formulas, by simulation for indices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from wohnplatz.indicators.bands import with_following
from wohnplatz.model import Area, CellState, Division, FigureTable, Hierarchy, IndexDefinition, IndexPart

AREAS = ("a1", "a2", "a3", "b1")
LEVEL = "wohnplatz"
VALUES = {"quote": (10.0, 14.0, 9.0, 22.0), "anteil": (5.0, 7.0, 8.0, 3.0), "leute": (500.0,) * 4}
INDEX = IndexDefinition(
    code="lage", version=1, label="Lage", level=LEVEL, status=(IndexPart("quote"),), dynamics=(),
    status_limits=(-1.0, 1.0, 1.5), status_classes=("a", "b", "c", "d"), dynamics_limits=(),
    dynamics_classes=(), minimum_population=0, population="leute", attention=(),
)  # fmt: skip


def table(rows: list[tuple[str, str, int, float, float]]) -> FigureTable:
    """Figures of the finest level: code, area, year, value, half width."""
    n = len(rows)
    code, area, year, value, error = (list(c) for c in zip(*rows, strict=True))
    return FigureTable(
        indicator=np.array(code), level=np.full(n, LEVEL), area=np.array(area),
        year=np.array(year, dtype=np.int32), breakdown=np.full(n, ""), value=np.array(value, dtype=float),
        state=np.where(np.isnan(error), CellState.VALUE, CellState.ESTIMATED).astype(np.uint8),
        numerator=np.full(n, np.nan), denominator=np.full(n, np.nan), covered=np.ones(n, dtype=np.int32),
        expected=np.ones(n, dtype=np.int32), share=np.ones(n), reason=np.full(n, ""),
        error=np.array(error, dtype=float),
    )  # fmt: skip


@pytest.fixture
def hierarchy() -> Hierarchy:
    start = date(2000, 1, 1)
    return Hierarchy((
        Division("w", LEVEL, "", tuple(Area(a, a, "k") for a in AREAS), start),
        Division("k", "kreis", "", (Area("k", "Kreis"),), start),
    ))  # fmt: skip


@pytest.fixture
def catalogue(bench):
    indicators = [
        bench.indicator("leute", "einwohner"), bench.indicator("quote", "leistung", "einwohner", factor=100),
        bench.indicator("anteil", "arbeitslose", "einwohner", factor=100),
        bench.indicator("wandel", formula="aenderung(@quote, 1)"),
        bench.indicator("mal", formula="@quote / @anteil"),
        bench.indicator("darueber", formula="2 * @wandel - vor(@anteil, 1)"),
    ]  # fmt: skip
    return bench.catalogue(indicators, [INDEX])


def rows_of(error: dict[tuple[str, str, int], float]) -> list[tuple[str, str, int, float, float]]:
    """Inputs of 2019 and 2020 with these bands, and what follows from them without any."""
    rows = []
    for year in (2019, 2020):
        for code, values in VALUES.items():
            for area, value in zip(AREAS, values, strict=True):
                rows.append((code, area, year, value, error.get((code, area, year), np.nan)))
    for n, area in enumerate(AREAS):
        quote, part = VALUES["quote"][n], VALUES["anteil"][n]
        rows += [("wandel", area, 2020, 0.0, np.nan), ("mal", area, 2019, quote / part, np.nan)]
        rows.append(("darueber", area, 2020, -part, np.nan))
        z = (VALUES["quote"][n] - np.mean(VALUES["quote"])) / np.std(VALUES["quote"])
        rows.append(("lage:status", area, 2019, z, np.nan))
        rows.append(("lage:status_class", area, 2019, 2.0, np.nan))
    return rows


def bands(catalogue, hierarchy, error) -> dict[tuple[str, str], float]:
    found = with_following(table(rows_of(error)), catalogue, hierarchy)
    columns = (found.indicator.tolist(), found.area.tolist(), found.error.tolist())
    return {(code, area): half for code, area, half in zip(*columns, strict=True)}


def test_a_change_takes_both_bands_in_squares_and_a_quotient_its_slopes(catalogue, hierarchy) -> None:
    error = {
        ("quote", "a1", 2019): 3.0, ("quote", "a1", 2020): 4.0, ("anteil", "a1", 2019): 1.0,
        ("quote", "a2", 2019): 0.7,
    }  # fmt: skip
    found = bands(catalogue, hierarchy, error)
    assert found["wandel", "a1"] == pytest.approx(5.0)
    assert found["wandel", "a2"] == pytest.approx(0.7)
    assert np.isnan(found["wandel", "b1"])
    # Gauss: d(q/a) = dq / a and q da / a², here 3/5 and 10/25 (the second a little steeper for a whole step).
    assert found["mal", "a1"] == pytest.approx(np.hypot(3 / 5, 10 / 25), rel=0.03)
    # A formula over a formula: its band goes on, 2 · 5 and 1 in squares.
    assert found["darueber", "a1"] == pytest.approx(np.hypot(10.0, 1.0))


def test_an_index_has_the_band_that_the_slope_of_its_z_value_says(catalogue, hierarchy) -> None:
    half = 0.5
    found = bands(catalogue, hierarchy, {("quote", "a3", 2019): half})
    values = np.array(VALUES["quote"])
    z = (values - values.mean()) / values.std()
    slope = (1 - 1 / 4 - z[2] ** 2 / 4) / values.std()
    assert found["lage:status", "a3"] == pytest.approx(half * slope, rel=0.15)
    assert np.isnan(found["lage:status", "b1"])
    assert np.isnan(found["lage:status_class", "a3"])


def test_a_division_by_what_may_be_zero_has_no_band_and_exact_tables_stay_as_they_are(
    catalogue, hierarchy
) -> None:
    found = bands(catalogue, hierarchy, {("anteil", "b1", 2019): 3.0})
    assert np.isnan(found["mal", "b1"])
    exact = table(rows_of({}))
    assert with_following(exact, catalogue, hierarchy) is exact
    assert replace(exact).error is not None
