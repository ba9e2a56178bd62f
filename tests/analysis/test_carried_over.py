"""Figures on a division beside the hierarchy: sums of parts with a band, nothing where a part is hidden."""

from __future__ import annotations

import numpy as np
import pytest

from wohnplatz.analysis.carried import carried
from wohnplatz.areas import Basis
from wohnplatz.areas.crosswalk import crosswalk_of
from wohnplatz.disclosure import load_rules, release
from wohnplatz.model import (
    Audience,
    CellState,
    FigureKind,
    FigureMeta,
    FigureTable,
    Polarity,
    ReleaseContext,
)

NAN = float("nan")
METAS = {
    "quote": FigureMeta("quote", "Quote", "%", 1, Polarity.BURDEN, kind=FigureKind.SHARE),
    "leute": FigureMeta("leute", "Leute", "", 0, Polarity.NEUTRAL, kind=FigureKind.COUNT),
    "miete": FigureMeta("miete", "Miete", "€", 2, Polarity.BURDEN),
}
WAY = crosswalk_of(
    "w", "s",
    [("A", "1", 1.0, Basis.EXACT), ("B", "1", 0.25, Basis.GRID), ("B", "2", 0.75, Basis.GRID),
     ("C", "2", 1.0, Basis.EXACT), ("D", "3", 1.0, Basis.EXACT)],
)  # fmt: skip
"""Area B is cut; D stays whole."""
CONTEXT = ReleaseContext("K", "2024", "x", "2025-01-01", Audience.WORKING, "")


def table(*rows):
    """Rows (indicator, area, value, numerator, denominator, state) as the working view shows them."""
    columns = {
        "indicator": [r[0] for r in rows], "level": ["wohnplatz"] * len(rows), "area": [r[1] for r in rows],
        "year": [2024] * len(rows), "breakdown": [""] * len(rows), "value": [r[2] for r in rows],
        "state": [int(r[5]) for r in rows], "numerator": [r[3] for r in rows],
        "denominator": [r[4] for r in rows], "covered": [1] * len(rows), "expected": [1] * len(rows),
        "share": [1.0] * len(rows), "reason": [""] * len(rows),
    }  # fmt: skip
    kinds = {"value": float, "numerator": float, "denominator": float, "share": float, "state": np.uint8}
    kinds |= {"year": np.int32, "covered": np.int32, "expected": np.int32}
    typed = {n: np.array(column, dtype=kinds.get(n, np.str_)) for n, column in columns.items()}
    return release(
        FigureTable(**typed), METAS, rules=load_rules(), protection=dict.fromkeys(METAS, "none"),
        context=CONTEXT,
    )  # fmt: skip


def quotas(state=CellState.VALUE):
    hidden = state >= 10
    return table(
        ("quote", "A", 10.0, 10.0, 100.0, CellState.VALUE),
        ("quote", "B", NAN if hidden else 20.0, NAN if hidden else 80.0, NAN if hidden else 400.0, state),
        ("quote", "C", 30.0, 30.0, 100.0, CellState.VALUE),
        ("quote", "D", 5.0, 5.0, 100.0, CellState.VALUE),
    )


def test_a_ratio_is_made_anew_from_the_parts_of_both_counts() -> None:
    found = carried(quotas(), WAY, level="schulbezirk").by_area()
    assert {f.level for f in found.values()} == {"schulbezirk"}
    assert found["1"].value == pytest.approx(100 * (10 + 20) / (100 + 100))
    assert found["2"].value == pytest.approx(100 * (60 + 30) / (300 + 100))
    assert sum(f.numerator for f in found.values()) == pytest.approx(125)
    assert sum(f.denominator for f in found.values()) == pytest.approx(700)


def test_what_is_cut_is_an_estimate_with_a_band_and_what_is_whole_stays_exact() -> None:
    found = carried(quotas(), WAY, level="schulbezirk").by_area()
    assert found["1"].state is found["2"].state is CellState.ESTIMATED
    assert found["1"].error > 0
    assert (found["3"].state, found["3"].error, found["3"].value) == (CellState.VALUE, None, 5.0)
    # By hand, r = 0.15: each group of B gives w(1 − w) n (1 + (n − 1) 0.02), weighed with (1 − r)² and r²
    part = 0.25 * 0.75
    variance = 0.85**2 * part * 80 * (1 + 79 * 0.02) + 0.15**2 * part * 320 * (1 + 319 * 0.02)
    assert found["1"].error == pytest.approx(1.959964 * 100 * variance**0.5 / 200, rel=1e-6)


@pytest.mark.parametrize("state", [CellState.PROTECTED, CellState.MISSING])
def test_a_hidden_or_missing_part_leaves_no_number_in_any_field(state: CellState) -> None:
    found = carried(quotas(state), WAY, level="schulbezirk").by_area()
    for key in ("1", "2"):
        f = found[key]
        assert f.state is state
        assert f.value is f.numerator is f.denominator is f.error is None
    assert found["3"].value == 5.0


def test_counts_are_sums_and_rents_are_not_applicable() -> None:
    rows = [("leute", a, n, n, NAN, CellState.VALUE) for a, n in zip("ABCD", (10.0, 40, 5, 7), strict=True)]
    rows += [("miete", a, 8.0, NAN, NAN, CellState.VALUE) for a in "ABCD"]
    found = {(f.indicator, f.area): f for f in carried(table(*rows), WAY, level="schulbezirk")}
    assert [found["leute", k].value for k in "123"] == pytest.approx([20, 35, 7])
    assert all(found["miete", k].state is CellState.NOT_APPLICABLE for k in "123")
    assert found["miete", "1"].reason == "rate_not_summable"
