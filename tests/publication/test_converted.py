"""Rows of former years on today's areas: open only where what they were made of is told as counted."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from wohnplatz.model import FigureTable
from wohnplatz.publication import converted

KINDS = dict.fromkeys(("value", "numerator", "denominator", "share", "error"), np.float64)
KINDS |= {"state": np.uint8, "year": np.int32, "covered": np.int32, "expected": np.int32}


def rows(*areas: tuple[str, str, int]) -> FigureTable:
    """Figures of one indicator: level, area, year."""
    usual = {"indicator": "quote", "breakdown": "", "reason": ""}
    columns = {
        name: np.array([usual.get(name, 1)] * len(areas), dtype=KINDS.get(name, np.str_))
        for name in FigureTable.COLUMNS
    }
    level, area, year = (np.array(part) for part in zip(*areas, strict=True))
    return replace(FigureTable(**columns), level=level, area=area, year=year.astype(np.int32))


@pytest.fixture
def opened(monkeypatch):
    """``opened(then_open, then_altered)``: today's rows a, k of 2020 and a of 2021."""
    way = SimpleNamespace(from_key=["a"], to_key=["a"])
    monkeypatch.setattr(converted, "load_crosswalk", lambda store, sha: way)
    tree = SimpleNamespace(keeps_parents=lambda today: True)
    monkeypatch.setattr(converted, "FormerTree", lambda areas, way, years: tree)
    now = rows(("wohnplatz", "a", 2020), ("kreis", "k", 2020), ("wohnplatz", "a", 2021))
    then = rows(("wohnplatz", "a", 2020), ("kreis", "k", 2020))
    today = SimpleNamespace(levels=("wohnplatz", "kreis"))

    def made(then_open, then_altered):
        return converted.open_converted(
            now, np.ones(3, np.bool_), today, then, np.array(then_open), np.array(then_altered), None,
            SimpleNamespace(crosswalk="x"), None,
        ).tolist()  # fmt: skip

    return made


def test_a_row_is_open_where_the_former_one_is(opened) -> None:
    assert opened([True, True], [False, False]) == [True, True, True]
    assert opened([False, True], [False, False]) == [False, True, True]


def test_a_row_over_rounded_ones_stays_closed_for_it_was_computed_from_the_counts(opened) -> None:
    assert opened([True, True], [True, True]) == [False, False, True]
    assert opened([True, True], [True, False]) == [False, True, True]
