"""Patterns, inequality and types over released figures: what goes in, what stays out and why."""

from __future__ import annotations

import numpy as np
import pytest

from wohnplatz import charts
from wohnplatz.analysis.clusters import clusters
from wohnplatz.analysis.inequality import inequality
from wohnplatz.analysis.typology import CODE, in_words, similar, typology
from wohnplatz.disclosure import load_rules, release
from wohnplatz.disclosure.clearance import _PROVEN, Clearance
from wohnplatz.indicators import figure_meta, load_catalogue, protection
from wohnplatz.model import Audience, CellState, FigureTable, ReleaseContext, ReleasedTable

CONTEXT = ReleaseContext("Musterkreis", "Datenstand 2025", "0" * 64, "2026-01-01", Audience.PLANNING, "")
SIDE = 8
KEYS = [f"{i}{j}" for i in range(SIDE) for j in range(SIDE)]
NEIGHBOURS = {
    f"{i}{j}": tuple(
        f"{i + a}{j + b}"
        for a, b in ((0, 1), (1, 0), (0, -1), (-1, 0))
        if 0 <= i + a < SIDE and 0 <= j + b < SIDE
    )
    for i in range(SIDE)
    for j in range(SIDE)
}
PARENTS = {k: k[0] for k in KEYS}
CODES = ("sgb2_quote", "anteil_u18", "anteil_80")


def released(counts: dict[str, dict[str, float]], whole: float = 1000.0) -> ReleasedTable:
    rows = [(code, area, count) for code, areas in counts.items() for area, count in areas.items()]
    size = len(rows)
    table = FigureTable(
        indicator=np.array([r[0] for r in rows]), level=np.full(size, "wohnplatz"),
        area=np.array([r[1] for r in rows]), year=np.full(size, 2025, dtype=np.int32),
        breakdown=np.full(size, ""), value=np.array([100 * r[2] / whole for r in rows]),
        state=np.zeros(size, dtype=np.uint8), numerator=np.array([r[2] for r in rows]),
        denominator=np.full(size, whole), covered=np.ones(size, dtype=np.int32),
        expected=np.ones(size, dtype=np.int32), share=np.ones(size), reason=np.full(size, ""),
    )  # fmt: skip
    catalogue = load_catalogue()
    every = np.ones(size, dtype=np.bool_)
    return release(
        table, figure_meta(catalogue), rules=load_rules(), protection=protection(catalogue), context=CONTEXT,
        clearance=Clearance(every, every, _PROVEN),
    )  # fmt: skip


def corner(seed: int = 1) -> dict[str, float]:
    """Random counts, high in one corner; one area is so small that it is protected."""
    rng = np.random.default_rng(seed)
    counts = {k: float(rng.integers(80, 120)) for k in KEYS}
    counts |= {f"{i}{j}": 260.0 + 5 * i + 3 * j for i in range(3) for j in range(3)}
    return counts | {"77": 2.0}


def test_a_corner_of_high_values_is_seen_and_a_protected_area_stays_protected() -> None:
    found = clusters(released({"sgb2_quote": corner()}), NEIGHBOURS, indicator="sgb2_quote", year=2025)
    classes = {f.area: f for f in found.lisa}
    assert classes["11"].value == 1
    assert classes["55"].value == 5
    assert classes["77"].state is CellState.PROTECTED
    assert classes["77"].value is None
    assert "77" not in found.readings
    assert (found.areas, found.used) == (64, 63)
    assert found.readings["11"].words == "beide Verfahren sehen eine Häufung hoher Werte"
    assert found.moran.p < 0.01
    assert found.few


def test_the_classes_can_be_drawn_with_words_and_signs() -> None:
    found = clusters(released({"sgb2_quote": corner()}), NEIGHBOURS, indicator="sgb2_quote", year=2025)
    entries = charts.legend(found.table, None, indicator="sgb2_quote:lisa", year=2025)
    assert [e.label for e in entries][:5] == [
        "hoch unter hohen", "hoch unter niedrigen", "niedrig unter hohen", "niedrig unter niedrigen",
        "nicht erkennbar",
    ]  # fmt: skip
    assert sum(e.count for e in entries) == 64
    assert len({(e.colour, e.sign) for e in entries}) == len(entries)


@pytest.mark.parametrize("counts", [{}, {"00": 50.0}, dict.fromkeys(KEYS, 50.0), dict.fromkeys(KEYS, 2.0)])
def test_nothing_one_area_constant_and_all_protected_are_stated(counts: dict[str, float]) -> None:
    found = clusters(released({"sgb2_quote": counts}), NEIGHBOURS, indicator="sgb2_quote", year=2025)
    assert found.moran.reason in {"too_few", "constant"}
    assert found.seen == 0
    assert all(f.value is None for f in found.table)
    assert all(f.reason or f.state is CellState.PROTECTED for f in found.table)


def test_islands_say_so() -> None:
    alone = {k: tuple(o for o in v if o != "00") for k, v in NEIGHBOURS.items()} | {"00": ()}
    found = clusters(released({"sgb2_quote": corner()}), alone, indicator="sgb2_quote", year=2025)
    figure = next(f for f in found.lisa if f.area == "00")
    assert figure.reason == "no_neighbours"
    assert figure.state is CellState.NOT_APPLICABLE
    assert found.moran.islands == 1


def test_inequality_of_a_year_by_hand() -> None:
    table = released({"sgb2_quote": {"00": 100.0, "01": 300.0, "10": 2.0}})
    (year,) = inequality(table, PARENTS, indicator="sgb2_quote")
    assert (year.areas, year.used, year.complete) == (3, 2, False)
    assert year.share == pytest.approx(0.2)
    assert year.dissimilarity.statistic == pytest.approx((900 / 1600 - 0.25 + 0.75 - 700 / 1600) / 2)
    assert year.isolation == pytest.approx(0.25 * 0.1 + 0.75 * 0.3)
    assert year.gini.statistic == pytest.approx(0.25)
    assert year.theil.between == pytest.approx(0, abs=1e-12)


def test_a_ratio_of_two_groups_has_no_dissimilarity_but_a_gini() -> None:
    (year,) = inequality(
        released({"altenquotient": {"00": 1500.0, "01": 900.0}}), PARENTS, indicator="altenquotient"
    )
    assert year.dissimilarity.reason == "no_share"
    assert np.isnan(year.isolation)
    assert year.gini.statistic > 0


def profiles() -> ReleasedTable:
    rng = np.random.default_rng(3)
    high = {k: k < "40" for k in KEYS}
    return released(
        {
            code: {k: float((300 if high[k] == up else 100) + rng.integers(0, 30)) for k in KEYS}
            for code, up in zip(CODES, (True, True, False), strict=True)
        }
    )


def test_types_are_told_in_words_with_their_figures() -> None:
    table = profiles()
    found = typology(table, CODES, year=2025)
    assert [len(g.areas) for g in found.groups] == [32, 32]
    group = next(g for g in found.groups if "00" in g.areas)
    words = in_words(group, {"sgb2_quote": "SGB-II-Quote"}, table.meta)
    assert words.startswith("Überdurchschnittlich: ")
    assert "SGB-II-Quote (31," in words
    assert "Unterdurchschnittlich: " in words
    assert {f.value for f in found.table} == {1.0, 2.0}
    assert found.table.meta[CODE].classes == ("Typ A", "Typ B")
    assert max(found.by_count, key=found.by_count.__getitem__) == 2


def test_an_area_without_a_figure_has_no_type_and_says_which_one_is_missing() -> None:
    counts = {c: {k: 100.0 + 7 * i for i, k in enumerate(KEYS)} for c in CODES}
    counts["sgb2_quote"]["00"] = 2.0
    found = typology(released(counts), CODES, year=2025, count=3)
    assert found.missing == {"00": ("sgb2_quote",)}
    figure = next(f for f in found.table if f.area == "00")
    assert figure.state is CellState.PROTECTED
    assert figure.value is None
    assert len(found.groups) == 3


def test_areas_like_one_share_its_profile() -> None:
    found = similar(profiles(), "00", CODES, year=2025)
    assert len(found.areas) == 5
    assert all(a.area < "40" for a in found.areas)
    assert all(a.distance <= b.distance for a, b in zip(found.areas, found.areas[1:], strict=False))
    assert set(found.areas[0].shares) <= set(CODES)


def test_an_area_that_is_not_there_or_protected_everywhere_has_none_like_it() -> None:
    assert similar(profiles(), "nirgends", CODES, year=2025).reason == "not_on_level"
    hidden = released({"sgb2_quote": dict.fromkeys(KEYS, 2.0)})
    assert similar(hidden, "00", ["sgb2_quote"], year=2025).reason == "missing"
