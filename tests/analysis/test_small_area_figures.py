from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.analysis import (
    area_funnel,
    changes,
    early_warning,
    sentence,
    trends,
    why_none,
    with_reliability,
)
from wohnplatz.disclosure import load_rules, release
from wohnplatz.model import (
    Audience,
    CellState,
    FigureKind,
    FigureMeta,
    FigureTable,
    Polarity,
    ReleaseContext,
    SeriesBreak,
    Verdict,
)

NAN = float("nan")
KREIS = "K"
PARENTS = {"A": "M", "B": "M", "C": "N", "D": "N", "M": KREIS, "N": KREIS}
LEVELS = {KREIS: "kreis", "M": "kommune", "N": "kommune"}
METAS = {
    "quote": FigureMeta("quote", "Quote", "%", 1, Polarity.BURDEN, kind=FigureKind.SHARE),
    "gut": FigureMeta("gut", "Gute Quote", "%", 1, Polarity.GOOD, kind=FigureKind.SHARE),
    "rate": FigureMeta("rate", "Rate", "je 1.000", 1, Polarity.BURDEN, kind=FigureKind.RATE),
    "quotient": FigureMeta("quotient", "Quotient", "je 100", 1, Polarity.NEUTRAL, kind=FigureKind.RATIO),
    "miete": FigureMeta("miete", "Miete", "€/m²", 2, Polarity.BURDEN),
    "bruch": FigureMeta(
        "bruch", "Mit Bruch", "%", 1, Polarity.BURDEN, kind=FigureKind.SHARE,
        breaks=(SeriesBreak(2022, "neue Zählung"),),
    ),
}  # fmt: skip
FACTOR = {"%": 100, "je 1.000": 1000, "je 100": 100}


def row(indicator, area, year, count=None, base=None, *, value=NAN, state=CellState.VALUE, reason=""):
    if count is not None:
        value = FACTOR[METAS[indicator].unit] * count / base
    return {
        "indicator": indicator, "level": LEVELS.get(area, "wohnplatz"), "area": area, "year": year,
        "breakdown": "", "value": value, "state": int(state), "numerator": NAN if count is None else count,
        "denominator": NAN if base is None else base, "covered": 1, "expected": 1, "share": 1.0,
        "reason": reason,
    }  # fmt: skip


def table(*rows, errors=None):
    kinds = {"value": float, "numerator": float, "denominator": float, "share": float, "state": np.uint8}
    kinds |= {"year": np.int32, "covered": np.int32, "expected": np.int32}
    columns = {n: np.array([r[n] for r in rows], dtype=kinds.get(n, np.str_)) for n in rows[0]}
    context = ReleaseContext("Musterkreis", "1", "0" * 64, "2025-03-01", Audience.WORKING, "")
    released = release(
        FigureTable(**columns),
        METAS,
        rules=load_rules(),
        protection=dict.fromkeys(METAS, "none"),
        context=context,
    )
    if not errors:
        return released
    return released.derive(lambda fs: [replace(f, error=errors.get((f.area, f.year))) for f in fs])


def of(found, area, indicator="quote"):
    return next(f for f in found if f.area == area and f.indicator == indicator)


CASES = {KREIS: (1000, 10000), "A": (3, 40), "B": (90, 400), "C": (8, 400), "M": (93, 440)}
YEAR = tuple(row("quote", area, 2024, *cases) for area, cases in CASES.items())


def test_a_share_gets_wilsons_interval_in_its_own_unit() -> None:
    sure = of(with_reliability(table(*YEAR)), "A").reliability
    assert (sure.low, sure.high) == pytest.approx((2.584, 19.864), abs=5e-4)
    assert sure.verdict is None


def test_areas_are_held_against_the_district_of_the_same_year() -> None:
    found = with_reliability(table(*YEAR), parents=PARENTS)
    verdicts = {f.area: f.reliability.verdict for f in found}
    assert verdicts == {
        "A": Verdict.SAME, "B": Verdict.ABOVE, "C": Verdict.BELOW, "M": Verdict.ABOVE, KREIS: None,
    }  # fmt: skip


def test_smoothed_values_stand_beside_the_raw_ones() -> None:
    raw, found = table(*YEAR), with_reliability(table(*YEAR), parents=PARENTS, smooth=True)
    assert [replace(f, reliability=None) for f in found] == list(raw)
    assert of(raw, "A").value < of(found, "A").reliability.smoothed < 93 / 4.4
    assert of(with_reliability(raw, parents=PARENTS), "A").reliability.smoothed is None


def test_rates_have_byars_interval_and_zero_cases_an_upper_limit() -> None:
    found = with_reliability(table(row("rate", "A", 2024, 10, 500), row("rate", "B", 2024, 0, 500)))
    ten, none = (of(found, area, "rate").reliability for area in "AB")
    assert (ten.low, ten.high) == pytest.approx((4.787 * 2, 18.392 * 2), abs=2e-3)
    assert (none.low, none.high) == pytest.approx((0, 3.689 * 2), abs=1e-3)


def test_a_share_above_all_is_taken_as_a_rate() -> None:
    found = of(with_reliability(table(row("quote", "A", 2024, 12, 10))), "A")
    assert found.reliability.low < 120 < found.reliability.high


def test_the_ratio_of_two_groups_has_an_interval_of_its_own() -> None:
    found = of(with_reliability(table(row("quotient", "A", 2024, 30, 100))), "A", "quotient")
    assert found.reliability.low < 30 < found.reliability.high


def test_an_error_band_widens_the_interval() -> None:
    plain = of(with_reliability(table(*YEAR)), "B").reliability
    wide = of(with_reliability(table(*YEAR, errors={("B", 2024): 10.0})), "B").reliability
    assert wide.low < plain.low
    assert wide.high == pytest.approx(22.5 + np.hypot(plain.high - 22.5, 10))


def test_what_has_no_interval_says_why() -> None:
    rows = (
        row("miete", "A", 2024, value=9.5),
        row("quote", "A", 2024, state=CellState.PROTECTED),
        row("quote", "B", 2024, state=CellState.NOT_APPLICABLE, reason="zero_denominator"),
        row("quote", "C", 2024, value=5.0),
    )
    found = list(with_reliability(table(*rows), parents=PARENTS, smooth=True))
    assert [f.reliability for f in found] == [None] * 4
    assert [why_none(f, METAS[f.indicator]) for f in found] == [
        "no_interval", "protected", "zero_denominator", "missing",
    ]  # fmt: skip


def test_one_area_alone_and_nothing_at_all_are_no_trouble() -> None:
    assert of(with_reliability(table(YEAR[1]), parents=PARENTS, smooth=True), "A").reliability is not None
    empty = table(YEAR[1]).where(lambda f: False)
    assert len(with_reliability(empty, smooth=True)) == 0
    assert changes(empty, start=2020, end=2021) == trends(empty) == ()


def test_the_order_of_figures_changes_nothing() -> None:
    rows = list(YEAR)
    random.Random(3).shuffle(rows)
    straight, mixed = (with_reliability(table(*r), parents=PARENTS, smooth=True) for r in (YEAR, rows))
    for area in "ABCM":
        one, other = of(straight, area).reliability, of(mixed, area).reliability
        assert one.smoothed == pytest.approx(other.smoothed)
        assert (one.low, one.verdict) == (other.low, other.verdict)


def test_a_change_is_newcombes_in_percentage_points() -> None:
    found = changes(
        table(row("quote", "A", 2022, 48, 80), row("quote", "A", 2024, 56, 70)), start=2022, end=2024
    )
    assert len(found) == 1
    assert (found[0].difference, found[0].low, found[0].high) == pytest.approx((20, 5.24, 33.39), abs=5e-3)


def test_no_change_is_computed_across_a_break_or_a_gap() -> None:
    rows = [row("bruch", "A", y, 10, 100) for y in (2021, 2022, 2024)]
    rows += [row("quote", "A", 2022, 10, 100), row("quote", "B", 2024, 10, 100)]
    rows += [row("quote", "C", 2022, 10, 100), row("quote", "C", 2024, state=CellState.PROTECTED)]
    found = {(c.indicator, c.area): c for c in changes(table(*rows), start=2021, end=2024)}
    assert found["bruch", "A"].reason == "series_break"
    assert found["bruch", "A"].difference is None
    assert found["quote", "B"].reason == "no_earlier_year"
    later = {(c.indicator, c.area): c for c in changes(table(*rows), start=2022, end=2024)}
    assert later["bruch", "A"].reason == ""
    assert later["quote", "A"].reason == "not_this_year"
    assert later["quote", "C"].reason == "protected"


def test_figures_without_counts_have_a_difference_but_no_interval() -> None:
    rows = (row("miete", "A", 2022, value=8.0), row("miete", "A", 2024, value=9.5))
    (found,) = changes(table(*rows), start=2022, end=2024)
    assert (found.difference, found.low, found.p, found.reason) == (1.5, None, None, "no_interval")


def test_a_trend_begins_behind_the_break() -> None:
    rows = [row("bruch", "A", 2018 + i, c, 1000) for i, c in enumerate((900, 800, 700, 600, 50, 60, 70, 80))]
    (found,) = trends(table(*rows))
    assert found.years == (2022, 2023, 2024, 2025)
    assert found.slope == pytest.approx(1, abs=0.05)
    assert found.robust == pytest.approx(1)


def test_too_few_years_are_no_trend() -> None:
    (found,) = trends(table(*(row("quote", "A", y, 5, 50) for y in (2022, 2023))))
    assert (found.slope, found.reason) == (None, "too_few_years")


def _warning(indicator="quote", first=20, last=80, errors=None, others=20):
    rows = [row(indicator, KREIS, y, 1000, 10000) for y in (2022, 2024)]
    rows += [row(indicator, "A", 2022, first, 400), row(indicator, "A", 2024, last, 400)]
    rows += [row(indicator, f"Z{i}", y, 40 + i % 3, 400) for i in range(others) for y in (2022, 2024)]
    made = table(*rows, errors=errors)
    return early_warning(made, level="wohnplatz", start=2022, end=2024, district=KREIS)


def test_an_area_that_moved_by_more_than_chance_is_on_the_list() -> None:
    found = _warning()
    assert [n.change.area for n in found.unfavourable] == ["A"]
    assert found.tested == 21
    assert found.favourable == found.watch == ()
    notice = found.unfavourable[0]
    assert notice.beyond_district
    assert [f.year for f in notice.series] == [2022, 2024]


def test_the_direction_follows_the_indicator() -> None:
    assert [n.change.area for n in _warning("gut").favourable] == ["A"]
    assert [n.change.area for n in _warning("quote", 80, 20).favourable] == ["A"]


def test_what_stands_out_by_itself_only_is_kept_apart() -> None:
    found = _warning(first=30, last=50)
    assert found.unfavourable == ()
    assert [n.change.area for n in found.watch] == ["A"]
    assert "kann es Zufall sein" in sentence(found.watch[0], METAS["quote"])


def test_the_error_band_of_converted_areas_can_silence_an_alarm() -> None:
    assert _warning(errors={("A", 2022): 30.0}).unfavourable == ()
    found = _warning(errors={("A", 2022): 1.0}).unfavourable
    assert "umgerechnet" in sentence(found[0], METAS["quote"])


def test_neutral_and_uncounted_figures_raise_no_alarm() -> None:
    assert _warning("quotient").tested == 0


def test_what_could_not_be_tested_is_counted_by_reason() -> None:
    rows = [row("quote", "A", 2022, 20, 400), row("quote", "A", 2024, state=CellState.PROTECTED)]
    rows += [row("bruch", "A", y, 20, 400) for y in (2021, 2022, 2024)]
    found = early_warning(table(*rows), level="wohnplatz", start=2021, end=2024, district=KREIS)
    assert found.untested == {"protected": 1, "series_break": 1}


def test_the_sentence_says_from_to_how_much_how_sure_and_what_the_district_did() -> None:
    words = sentence(_warning().unfavourable[0], METAS["quote"]).replace("\u00a0", " ")
    assert words.startswith("Von 5,0 % (2022) auf 20,0 % (2024): Zunahme um 15,0 Prozentpunkte")
    assert "Unsicherheitsbereich +10,5 bis +19,5." in words
    assert words.endswith("Im Kreis verlief die Entwicklung erkennbar anders (kaum verändert).")


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(12)))
def test_the_list_does_not_depend_on_the_order_of_areas(order) -> None:
    counts = [(20, 90), (30, 31), (40, 12), (25, 60), (18, 18), (50, 49), (33, 30), (10, 14), (22, 70),
              (15, 15), (41, 44), (60, 20)]  # fmt: skip
    rows = [
        row("quote", f"Z{i}", year, count, 400)
        for i, pair in enumerate(counts)
        for year, count in zip((2022, 2024), pair, strict=True)
    ]
    mixed = [r for i in order for r in rows[2 * i : 2 * i + 2]]
    one, other = (early_warning(table(*r), level="wohnplatz", start=2022, end=2024) for r in (rows, mixed))
    for kind in ("unfavourable", "favourable", "watch"):
        assert {n.change.area for n in getattr(one, kind)} == {n.change.area for n in getattr(other, kind)}
    assert {n.change.area for n in one.unfavourable} == {"Z0", "Z3", "Z8"}
    assert {n.change.area for n in one.favourable} == {"Z2", "Z11"}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400))
def test_turning_the_polarity_turns_the_list_round(first, last) -> None:
    burden, good = _warning("quote", first, last), _warning("gut", first, last)
    assert [n.change.area for n in burden.unfavourable] == [n.change.area for n in good.favourable]
    assert [n.change.area for n in burden.favourable] == [n.change.area for n in good.unfavourable]


def _funnel(*rows, indicator="quote"):
    return area_funnel(table(*rows), indicator=indicator, year=2024, level="wohnplatz", district=KREIS)


def test_a_funnel_stands_around_the_district_and_places_every_area_with_a_number() -> None:
    found = _funnel(*YEAR, row("quote", "D", 2024, state=CellState.PROTECTED))
    assert found.mean == 10
    assert found.places == {"A": 0, "B": 2, "C": -2}
    sizes = [c[0] for c in found.curves]
    assert sizes == sorted(sizes)
    assert all(c[1] <= c[2] <= 10.0 <= c[3] <= c[4] for c in found.curves)


def test_without_district_counts_or_figures_there_is_no_funnel_but_a_reason() -> None:
    assert _funnel(*YEAR[1:]).reason == "no_common_value"
    assert _funnel(row("quote", KREIS, 2024, state=CellState.PROTECTED), *YEAR[1:]).reason == "protected"
    assert _funnel(row("miete", "A", 2024, value=9.5), indicator="miete").reason == "no_interval"
    assert _funnel(YEAR[0]).reason == "unknown"


def test_a_district_with_no_case_at_all_has_a_flat_funnel() -> None:
    found = _funnel(row("quote", KREIS, 2024, 0, 9000), row("quote", "A", 2024, 0, 80))
    assert found.places == {"A": 0}
    assert {c[1:] for c in found.curves} == {(0.0, 0.0, 0.0, 0.0)}
