"""The projection over released figures: what it rests on, what it leaves out and why."""

from __future__ import annotations

import numpy as np
import pytest

from wohnplatz.analysis.projection import AGE_GROUPS, BIRTHS, DEATHS, outlook
from wohnplatz.disclosure import load_rules, release
from wohnplatz.disclosure.clearance import _PROVEN, Clearance
from wohnplatz.indicators import figure_meta, load_catalogue, protection
from wohnplatz.model import Audience, FigureTable, ReleaseContext, ReleasedTable

CONTEXT = ReleaseContext("Musterkreis", "Datenstand 2025", "0" * 64, "2026-01-01", Audience.PLANNING, "")
SIZES = dict(zip(AGE_GROUPS, (30, 30, 40, 80, 70, 200, 220, 140, 60), strict=True))
TOTAL = sum(SIZES.values())


def released(years: range, areas: list[str], **changed: dict[tuple[str, int], float]) -> ReleasedTable:
    rows = []
    for year in years:
        for n, area in enumerate(areas):
            for code in (*AGE_GROUPS, BIRTHS, DEATHS):
                count = {BIRTHS: 10.0, DEATHS: 9.0}.get(code, float(SIZES.get(code, 0))) * (1 + n)
                count = changed.get(code, {}).get((area, year), count)
                factor = 1000 if code in {BIRTHS, DEATHS} else 100
                rows.append((code, area, year, count, TOTAL * (1 + n), factor))
    size = len(rows)
    table = FigureTable(
        indicator=np.array([r[0] for r in rows]), level=np.full(size, "wohnplatz"),
        area=np.array([r[1] for r in rows]), year=np.array([r[2] for r in rows], dtype=np.int32),
        breakdown=np.full(size, ""), value=np.array([r[5] * r[3] / r[4] for r in rows]),
        state=np.zeros(size, dtype=np.uint8), numerator=np.array([r[3] for r in rows]),
        denominator=np.array([float(r[4]) for r in rows]), covered=np.ones(size, dtype=np.int32),
        expected=np.ones(size, dtype=np.int32), share=np.ones(size), reason=np.full(size, ""),
    )  # fmt: skip
    catalogue = load_catalogue()
    every = np.ones(size, dtype=np.bool_)
    return release(
        table, figure_meta(catalogue), rules=load_rules(), protection=protection(catalogue), context=CONTEXT,
        clearance=Clearance(every, every, _PROVEN),
    )  # fmt: skip


AREAS = ["a", "b", "c"]
PARENTS = dict.fromkeys(AREAS, "k")


def test_it_begins_with_the_newest_year_and_keeps_the_age_groups() -> None:
    made = outlook(released(range(2018, 2026), AREAS), PARENTS)
    assert made is not None
    assert made.projection.years == tuple(range(2025, 2036))
    for code, count in SIZES.items():
        assert made.group(code, AREAS)[0] == pytest.approx(count * 6)
    assert made.projection.total[0] == pytest.approx([TOTAL, 2 * TOTAL, 3 * TOTAL])
    assert made.missing == {}


def test_an_area_with_a_protected_group_has_no_projection_and_says_why() -> None:
    table = released(range(2018, 2026), AREAS, anteil_u3={("b", 2020): 2.0})
    made = outlook(table, PARENTS)
    assert made is not None
    assert made.missing == {"b": "weil eine Altersgruppe in mindestens einem Jahr fehlt oder geschützt ist"}
    assert np.isnan(made.observed[:, 1]).any()
    assert list(made.members(AREAS)) == [0, 2]


def test_a_protected_number_of_births_is_replaced_by_the_rate_of_the_municipality() -> None:
    made = outlook(released(range(2018, 2026), AREAS, geburtenziffer={("a", 2021): 1.0}), PARENTS)
    assert made is not None
    assert made.missing == {}
    persons = made.projection.ages[0][:, 15:50].sum(axis=1)
    assert made.projection.births[0, 0] / persons[0] == pytest.approx(
        made.projection.births[0, 1] / persons[1]
    )


def test_only_years_without_a_gap_before_the_newest_count() -> None:
    table = released(range(2016, 2026), AREAS).where(lambda f: f.year != 2020)
    made = outlook(table, PARENTS)
    assert made is not None
    assert made.observed_years == (2021, 2022, 2023, 2024, 2025)


def test_one_year_is_no_basis() -> None:
    assert outlook(released(range(2025, 2026), AREAS), PARENTS) is None
    assert outlook(released(range(2024, 2026), AREAS).where(lambda f: False), PARENTS) is None


def test_the_interval_is_at_least_as_wide_as_the_error_of_the_past() -> None:
    jump = {(area, year): 230.0 * (1 + n) for n, area in enumerate(AREAS) for year in range(2023, 2026)}
    made = outlook(released(range(2016, 2026), AREAS, anteil_25_45=jump), PARENTS)
    assert made is not None
    assert made.back_test is not None
    assert made.back_test.factor > 1
    low, high = made.interval(["a"])
    model = made.projection.interval([0])
    assert (high - low)[-1] == pytest.approx(made.back_test.factor * (model[1] - model[0])[-1], rel=0.2)
    assert [low[0], high[0]] == pytest.approx([TOTAL + 30] * 2)
