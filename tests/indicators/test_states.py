"""Properties: no state ever becomes a number, and sums of parts equal the whole or carry their coverage."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.model import CellState

AREAS = {"a1": "a", "a2": "a", "b1": "b"}
WITHOUT = [s for s in CellState if not s.has_number]
CELL = st.one_of(st.integers(0, 50).map(float), st.sampled_from(WITHOUT), st.none())
"""A number, a state, or not delivered at all."""
DELIVERY = st.fixed_dictionaries({(area, part): CELL for area in AREAS for part in ("m", "w", "leistung")})


def rows_of(delivery, seen):
    return [
        seen("leistung", area, cell)
        if part == "leistung"
        else seen("arbeitslose", area, cell, geschlecht=part)
        for (area, part), cell in delivery.items()
        if cell is not None
    ]


def states_of(delivery, area):
    """The states of an area's three cells; undelivered ones are missing."""
    cells = [delivery[area, part] for part in ("m", "w", "leistung")]
    return [
        c if isinstance(c, CellState) else CellState.MISSING if c is None else CellState.VALUE for c in cells
    ]


@given(DELIVERY)
@settings(max_examples=40, deadline=None)
def test_no_state_becomes_a_number_and_sums_carry_their_coverage(bench, delivery):
    indicators = [
        bench.indicator("q", "arbeitslose", "leistung"),
        bench.indicator("n", "arbeitslose - leistung"),
    ]
    rows = [*rows_of(delivery, bench.seen), bench.seen("miete", "a", 8.0)]
    found = bench.figures(indicators, rows)
    for area in AREAS:
        worst = max(states_of(delivery, area))
        figure = found["n", area, 2020]
        assert figure.state is worst
        assert math.isnan(figure.value) == (not worst.has_number)
        if worst.has_number:
            m, w, x = (delivery[area, part] for part in ("m", "w", "leistung"))
            assert figure.value == m + w - x
            quote = found["q", area, 2020]
            assert quote.state is (CellState.VALUE if x else CellState.NOT_APPLICABLE)
            assert not x or quote.value == (m + w) / x
        else:
            assert figure.reason
    for whole, inside in (("a", ["a1", "a2"]), ("b", ["b1"]), ("k", list(AREAS))):
        states = {area: max(states_of(delivery, area)) for area in inside}
        covered = [area for area in inside if states[area].has_number]
        expected = [area for area in inside if states[area] is not CellState.NOT_APPLICABLE]
        figure = found["n", whole, 2020]
        assert (figure.covered, figure.expected) == (len(covered), len(expected))
        if not covered:
            assert figure.state is max(states.values())
            assert math.isnan(figure.value)
        else:
            assert figure.value == sum(found["n", area, 2020].value for area in covered)
            assert figure.state is (CellState.VALUE if len(covered) == len(expected) else CellState.PARTIAL)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_a_change_is_a_number_only_where_both_years_are(bench, series):
    indicators = [bench.indicator("n", "leistung"), bench.indicator("v", formula="aenderung(@n, 1)")]
    rows = [
        bench.seen("leistung", area, cell, 2018 + year)
        for year, cells in enumerate(series)
        for area, cell in zip(("a1", "b1"), cells, strict=True)
        if cell is not None
    ]
    rows += [bench.seen("arbeitslose", "a1", 1, 2018 + year) for year in range(len(series))]
    found = bench.figures(indicators, rows)
    for year, cells in enumerate(series):
        for n, area in enumerate(("a1", "b1")):
            figure = found["v", area, 2018 + year]
            both = year > 0 and isinstance(cells[n], float) and isinstance(series[year - 1][n], float)
            assert figure.state.has_number == both
            assert not both or figure.value == cells[n] - series[year - 1][n]
            assert year > 0 or figure.state is not CellState.VALUE
