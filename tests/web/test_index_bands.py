"""Converted areas in an index: values have a band, classes have words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wohnplatz.indicators import load_catalogue
from wohnplatz.model import CellState, ClassRule, ReleasedFigure
from wohnplatz.web.socialindex.bands import about_bands


@pytest.fixture
def index():
    return load_catalogue().indices["soziallage"]


def figure(value: float | None, error: float | None) -> ReleasedFigure:
    return ReleasedFigure("i", "wohnplatz", "a", 2024, value, CellState.ESTIMATED, error=error)


def test_an_index_without_converted_areas_says_nothing(index) -> None:
    assert about_bands(index, [("A", {"status": figure(0.2, None), "dynamics": None})]) == ""


def test_areas_whose_band_reaches_over_a_limit_are_named(index) -> None:
    areas = [("Au", {"status": figure(0.9, 0.2)}), ("Bach", {"status": figure(0.1, 0.2)}),
             ("Chur", {"status": figure(1.45, 0.1)})]  # fmt: skip
    said = about_bands(index, areas)
    assert "Über eine Klassengrenze reicht sie bei Au und Chur" in said
    assert "Bach" not in said
    assert "keine eigene Spanne" in said


def test_none_over_a_limit_is_said_too_and_other_classes_point_at_the_value(index) -> None:
    areas = [("Au", {"dynamics": figure(0.0, 0.1), "status": figure(0.0, 0.1)})]
    assert "bei keinem über eine Klassengrenze" in about_bands(index, areas)
    quantiles = replace(index, class_rule=ClassRule.QUANTILES, status_limits=(), dynamics=())
    assert "zeigt sein Wert" in about_bands(quantiles, [("Au", {"status": figure(0.9, 0.2)})])
