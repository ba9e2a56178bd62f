"""Smoothed figures, places among all areas, years together, trends in words: of released figures."""

from __future__ import annotations

import numpy as np
import pytest

from wohnplatz.analysis import (
    places,
    pooled,
    pooled_words,
    position_sentence,
    positions,
    smoothed_code,
    trend_sentence,
    trend_short,
    trends,
    with_smoothed,
)
from wohnplatz.analysis.standardised import age_standardised, standardised_words
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
)
from wohnplatz.monitoring.ranks import simulated_ranks

NAN = float("nan")
METAS = {
    "quote": FigureMeta("quote", "Quote", "%", 1, Polarity.BURDEN, kind=FigureKind.SHARE),
    "teil": FigureMeta("teil", "Teil", "%", 1, Polarity.BURDEN, kind=FigureKind.SHARE),
    "alte": FigureMeta("alte", "Alte", "%", 1, Polarity.NEUTRAL, kind=FigureKind.SHARE),
    "rate": FigureMeta("rate", "Rate", "je 1.000", 1, Polarity.BURDEN, kind=FigureKind.RATE),
    "quotient": FigureMeta("quotient", "Quotient", "je 100", 1, Polarity.NEUTRAL, kind=FigureKind.RATIO),
    "zahl": FigureMeta("zahl", "Zahl", "", 0, Polarity.NEUTRAL, kind=FigureKind.COUNT),
    "bruch": FigureMeta(
        "bruch", "Mit Bruch", "%", 1, Polarity.BURDEN, kind=FigureKind.SHARE,
        breaks=(SeriesBreak(2023, "neue Zählung"),),
    ),
}  # fmt: skip
FACTOR = {"%": 100, "je 1.000": 1000, "je 100": 100, "": 1}
CONTEXT = ReleaseContext("Kreis", "Datenstand", "0", "2026-01-01", Audience.WORKING, "")


def table(rows, errors=None):
    """A released table of (indicator, area, year, count, base); a count of None is not delivered."""
    made = []
    for indicator, area, year, count, base in rows:
        absent = count is None
        value = NAN if absent else FACTOR[METAS[indicator].unit] * count / base
        made.append({
            "indicator": indicator, "level": "wohnplatz", "area": area, "year": year, "breakdown": "",
            "value": value, "state": int(CellState.MISSING if absent else CellState.VALUE),
            "numerator": NAN if absent else count, "denominator": NAN if absent else base, "covered": 1,
            "expected": 1, "share": 1.0, "reason": "not_delivered" if absent else "",
        })  # fmt: skip
    columns = {name: np.array([r[name] for r in made]) for name in made[0]}
    for name in ("value", "numerator", "denominator", "share"):
        columns[name] = columns[name].astype(float)
    error = np.full(len(made), NAN) if errors is None else np.array(errors, dtype=float)
    figures = FigureTable(**columns, error=error)
    protection = dict.fromkeys(METAS, "none")
    return release(figures, METAS, rules=load_rules(), protection=protection, context=CONTEXT)


AREAS = [f"G{i:02d}" for i in range(20)]


def test_a_smoothed_figure_stands_beside_the_counted_one_and_lies_between_it_and_its_town() -> None:
    counts = [2, 30, 25, 40, 9]
    found = with_smoothed(
        table([("quote", AREAS[i], 2024, c, 100 if i else 20) for i, c in enumerate(counts)]),
        parents=dict.fromkeys(AREAS[:5], "M"),
    )
    raw = {f.area: f for f in found if f.indicator == "quote"}
    smooth = {f.area: f for f in found if f.indicator == smoothed_code("quote")}
    middle = 100 * sum(counts) / 420
    for key, f in raw.items():
        # Half a case is added to each logit: that may show in the second decimal.
        assert min(f.value, middle) - 0.05 <= smooth[key].value <= max(f.value, middle) + 0.05
        assert smooth[key].numerator is None
        assert smooth[key].reliability is None
        assert f.reliability.low <= f.value <= f.reliability.high
    assert found.meta[smoothed_code("quote")].label == "Quote (geglättet)"


def test_what_is_absent_or_no_share_is_not_smoothed() -> None:
    rows = [("quote", "A", 2024, 5, 50), ("quote", "B", 2024, None, 50), ("zahl", "A", 2024, 7, 1)]
    found = with_smoothed(table(rows), parents={})
    by = {(f.indicator, f.area): f for f in found}
    assert by[smoothed_code("quote"), "B"].value is None
    assert by[smoothed_code("quote"), "B"].state is CellState.MISSING
    assert (smoothed_code("zahl"), "A") not in by


def test_far_apart_areas_have_narrow_places_and_like_ones_wide_ones() -> None:
    apart = positions(
        table([("quote", a, 2024, 100 + 400 * i, 20_000) for i, a in enumerate(AREAS)]),
        indicator="quote", level="wohnplatz", year=2024,
    )  # fmt: skip
    assert [(p.best, p.worst) for p in apart.values()] == [(i + 1, i + 1) for i in range(20)]
    assert places(apart["G02"]) == "Platz 3 von 20"
    alike = positions(
        table([("quote", a, 2024, 5, 50) for a in AREAS]), indicator="quote", level="wohnplatz", year=2024
    )
    assert all(p.best <= 2 and p.worst >= 19 for p in alike.values())
    assert "sagt fast nichts" in position_sentence(alike["G00"], METAS["quote"])


def test_the_order_of_areas_changes_no_place_beyond_chance_and_ratios_are_ranked_as_shares() -> None:
    rows = [("quotient", a, 2024, 200 + 60 * i, 1000) for i, a in enumerate(AREAS)]
    found = positions(table(rows), indicator="quotient", level="wohnplatz", year=2024)
    back = positions(table(rows[::-1]), indicator="quotient", level="wohnplatz", year=2024)
    assert all(abs(found[a].best - back[a].best) <= 1 for a in AREAS)
    assert all(found[a].best <= i + 1 <= found[a].worst for i, a in enumerate(AREAS))


def test_an_error_band_widens_the_places() -> None:
    rows = [("quote", a, 2024, 1000 + 100 * i, 20_000) for i, a in enumerate(AREAS)]
    exact = positions(table(rows), indicator="quote", level="wohnplatz", year=2024)["G10"]
    errors = [4.0 if r[1] == "G10" else NAN for r in rows]
    banded = positions(table(rows, errors), indicator="quote", level="wohnplatz", year=2024)["G10"]
    assert banded.worst - banded.best > 2 * (exact.worst - exact.best)


def test_few_areas_counts_and_absent_figures_have_a_reason_and_no_place() -> None:
    few = positions(
        table([("quote", "A", 2024, 5, 50)]), indicator="quote", level="wohnplatz", year=2024
    )["A"]  # fmt: skip
    assert (few.best, few.reason) == (None, "too_few_places")
    assert "zu wenige Gebiete" in position_sentence(few, METAS["quote"])
    mixed = positions(
        table([("quote", a, 2024, None if i == 3 else i, 50) for i, a in enumerate(AREAS)]),
        indicator="quote", level="wohnplatz", year=2024,
    )  # fmt: skip
    assert mixed["G03"].reason == "not_delivered"
    assert mixed["G04"].of == 19
    counted = positions(
        table([("zahl", a, 2024, 5, 1) for a in AREAS]), indicator="zahl", level="wohnplatz", year=2024
    )
    assert {p.reason for p in counted.values()} == {"no_interval"}


def test_simulated_places_hold_the_true_one_as_often_as_they_say() -> None:
    chance = np.random.default_rng(4)
    truth = np.sort(chance.uniform(0.05, 0.3, 30))
    hits = []
    for round_ in range(40):
        ranks = simulated_ranks(chance.binomial(300, truth), np.full(30, 300), draws=400, seed=round_)
        true = np.arange(1, 31)
        hits.append((ranks.best <= true) & (true <= ranks.worst))
    assert np.mean(hits) == pytest.approx(0.95, abs=0.03)


def test_years_together_are_sums_over_sums_and_a_rate_gains_certainty() -> None:
    rows = [("rate", "A", y, c, b) for y, c, b in ((2022, 4, 1000), (2023, 9, 1100), (2024, 2, 900))]
    found = pooled(table(rows), year=2024, areas=["A"])["rate", "A"]
    assert found.value == pytest.approx(1000 * 15 / 3000)
    # Byar's limits of 15 cases (Breslow and Day 1987): 8.391 and 24.741.
    assert found.low == pytest.approx(8.391 / 3, abs=0.002)
    assert found.high == pytest.approx(24.741 / 3, abs=0.002)
    assert pooled_words(found, METAS["rate"]).startswith("5,0")


def test_a_share_over_three_years_is_no_surer_than_one_year() -> None:
    rows = [("quote", "A", y, 10, 100) for y in (2022, 2023, 2024)]
    found = pooled(table(rows), year=2024, areas=["A"])["quote", "A"]
    # Wilson for 10 of 100: 5.52 to 17.44.
    assert (found.value, found.low, found.high) == pytest.approx((10.0, 5.52, 17.44), abs=0.01)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("quote", "A", 2023, 1, 10), ("quote", "A", 2024, 1, 10)], "too_few_years"),
        ([("quote", "A", y, None if y == 2023 else 1, 10) for y in (2022, 2023, 2024)], "not_delivered"),
        ([("bruch", "A", y, 1, 10) for y in (2022, 2023, 2024)], "series_break"),
    ],
)
def test_a_missing_year_or_a_break_leaves_no_pooled_figure(rows, reason) -> None:
    found = next(iter(pooled(table(rows), year=2024, areas=["A"]).values()))
    assert (found.value, found.reason) == (None, reason)


def aged(rows, errors=None):
    return age_standardised(
        table(rows, errors), indicator="quote", parts=["teil"], stand_ins={"teil": "alte"}, year=2024,
        areas=["A", "B", "K"], district="K",
    )  # fmt: skip


AGED = [
    ("quote", "K", 2024, 300, 10_000), ("teil", "K", 2024, 200, 2_000),
    ("quote", "A", 2024, 60, 1_000), ("teil", "A", 2024, 45, 500),
    ("quote", "B", 2024, 5, 1_000), ("teil", "B", 2024, None, 100), ("alte", "B", 2024, 100, 1_000),
]  # fmt: skip


def test_cases_stand_beside_those_that_the_ages_let_expect() -> None:
    found = aged(AGED)
    assert set(found) == {"A", "B"}
    # Rates of the district: 10 % of the old, 100 of 8,000 of the others. A: 500 · 0.1 + 500 · 0.0125.
    assert found["A"].expected == pytest.approx(56.25)
    assert found["A"].ratio == pytest.approx(60 / 56.25)
    # Byar's limits of 60 cases (Breslow and Day 1987): 45.78 and 77.24.
    assert (found["A"].low, found["A"].high) == pytest.approx((45.78 / 56.25, 77.24 / 56.25), abs=0.002)
    assert standardised_words(found["A"]).endswith("so viel, wie nach dem Altersaufbau zu erwarten")
    # B's part is not known, but its people are: 100 · 0.1 + 900 · 0.0125.
    assert found["B"].expected == pytest.approx(21.25)
    assert standardised_words(found["B"]).endswith("weniger, als nach dem Altersaufbau zu erwarten")


def test_without_the_people_of_an_age_or_a_rate_of_the_district_there_is_a_reason() -> None:
    no_people = aged([r for r in AGED if r[0] != "alte"])
    assert (no_people["B"].ratio, no_people["B"].reason) == (None, "missing_term")
    no_rate = aged([r for r in AGED if r[:2] != ("teil", "K")])
    assert {s.reason for s in no_rate.values()} == {"missing_term"}
    assert "nicht berechenbar" in standardised_words(no_rate["A"])
    hidden = aged([(*r[:3], None, r[4]) if r[:2] == ("quote", "A") else r for r in AGED])
    assert hidden["A"].reason == "not_delivered"


def test_an_error_band_widens_the_ratio() -> None:
    exact = aged(AGED)["A"]
    banded = aged(AGED, [2.0 if r[:2] == ("quote", "A") else NAN for r in AGED])["A"]
    assert banded.ratio == exact.ratio
    assert banded.high - banded.low > exact.high - exact.low


def test_a_trend_is_said_in_words_and_never_across_a_break() -> None:
    rising = [("quote", "A", 2018 + i, 100 + 20 * i, 1000) for i in range(7)]
    flat = [("quote", "B", 2018 + i, 100 + (i % 2), 1000) for i in range(7)]
    broken = [("bruch", "A", 2018 + i, 100 + 20 * i, 1000) for i in range(7)]
    found = {(t.indicator, t.area): t for t in trends(table(rising + flat + broken))}
    assert trend_short(found["quote", "A"]) == "steigt"
    said = trend_sentence(found["quote", "A"], METAS["quote"])
    assert said.startswith("Steigt, 2018 bis 2024: im Mittel +2,00 Prozentpunkte im Jahr")
    assert trend_short(found["quote", "B"]) == "keine Richtung erkennbar"
    said = trend_sentence(found["bruch", "A"], METAS["bruch"])
    assert said == (
        "Ein Trend seit dem Bruch der Zeitreihe 2023 ist nicht berechenbar: es liegen zu wenige Jahre vor."
    )
