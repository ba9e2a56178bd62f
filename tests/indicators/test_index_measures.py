from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wohnplatz.model import (
    Area,
    CellState,
    Division,
    Exclusion,
    Hierarchy,
    IndexDefinition,
    IndexPart,
)
from wohnplatz.monitoring import index_classes, standardised_sum

AREAS = [f"w{n:02d}" for n in range(12)]


def definition(**more) -> IndexDefinition:
    return IndexDefinition(
        **{
            "code": "lage",
            "version": 1,
            "label": "Lage",
            "level": "wohnplatz",
            "status": (IndexPart("quote"), IndexPart("anteil", 2.0)),
            "dynamics": (IndexPart("quote_v"),),
            "status_limits": (-1.0, 1.0, 1.5),
            "status_classes": ("hoch", "mittel", "niedrig", "sehr niedrig"),
            "dynamics_limits": (-1.0, 1.0),
            "dynamics_classes": ("positiv", "stabil", "negativ"),
            "minimum_population": 300,
            "population": "einwohner",
            "attention": ((4, 1), (4, 2), (4, 3), (3, 3)),
            **more,
        }
    )


@pytest.fixture(scope="module")
def world(bench, everybody):
    """Twelve areas, two years: w00 too small, w01 excluded in 2020, w02 without one input, w03 protected."""
    indicators = [
        bench.indicator("einwohner", "einwohner"),
        bench.indicator("quote", "leistung", "einwohner", factor=100),
        bench.indicator("anteil", "arbeitslose", "einwohner", factor=100),
        bench.indicator("quote_v", formula="aenderung(@quote, 1)"),
    ]
    index = definition(exclusions=(Exclusion("w01", "Großunterkunft", (2020,)),))
    chance = np.random.default_rng(5)
    rows = []
    for year in (2019, 2020):
        rows += everybody(year, **{a: 240 if a == "w00" else 600 + 6 * n for n, a in enumerate(AREAS)})
        for area in AREAS:
            if not (area == "w02" and year == 2020):
                cell = (
                    CellState.PROTECTED if area == "w03" and year == 2020 else float(chance.integers(20, 200))
                )
                rows.append(bench.seen("leistung", area, cell, year))
            rows.append(bench.seen("arbeitslose", area, float(chance.integers(20, 90)), year))
    start = date(2000, 1, 1)
    hierarchy = Hierarchy(
        (
            Division("w", "wohnplatz", "", tuple(Area(a, a, "k") for a in AREAS), start),
            Division("k", "kreis", "", (Area("k", "Kreis"),), start),
        )
    )
    catalogue = bench.catalogue(indicators, [index])
    return bench.by_key(bench.table(catalogue, rows, areas=hierarchy))


def test_status_is_the_berlin_sum_over_the_areas_that_take_part(world):
    used = AREAS[4:]
    values = np.array([[world[code, a, 2020].value for code in ("quote", "anteil")] for a in used])
    expected = standardised_sum(values, [1.0, 2.0])
    status = np.array([world["lage:status", a, 2020].value for a in used])
    np.testing.assert_allclose(status, expected.index)
    classes = [world["lage:status_class", a, 2020].value for a in used]
    assert classes == index_classes(expected.index, (-1.0, 1.0, 1.5)).tolist()


def test_dynamics_group_and_attention_follow_from_both(world):
    for area in AREAS[4:]:
        status = world["lage:status_class", area, 2020].value
        dynamics = world["lage:dynamics_class", area, 2020].value
        assert world["lage:group", area, 2020].value == (status - 1) * 3 + dynamics
        marked = status == 4 or (status == 3 and dynamics == 3)
        assert world["lage:attention", area, 2020].value == float(marked)


def test_areas_that_take_no_part_say_why_and_have_no_number(world):
    reasons = {
        a: (world["lage:status", a, 2020].state, world["lage:status", a, 2020].reason) for a in AREAS[:4]
    }
    assert reasons == {
        "w00": (CellState.NOT_APPLICABLE, "min_population"),
        "w01": (CellState.NOT_APPLICABLE, "excluded"),
        "w02": (CellState.MISSING, "incomplete"),
        "w03": (CellState.PROTECTED, "incomplete"),
    }
    for measure in ("status_class", "dynamics", "dynamics_class", "group", "attention"):
        assert np.isnan([world[f"lage:{measure}", a, 2020].value for a in AREAS[:4]]).all()


def test_an_exclusion_holds_in_its_years_only(world):
    assert world["lage:status", "w01", 2019].state is CellState.VALUE


def test_the_first_year_has_a_status_but_no_dynamics(world):
    assert world["lage:status", "w05", 2019].state is CellState.VALUE
    for measure in ("dynamics", "group", "attention"):
        figure = world[f"lage:{measure}", "w05", 2019]
        assert (figure.state, figure.reason) == (CellState.NOT_APPLICABLE, "incomplete")


def test_index_rows_carry_the_inhabitants_and_no_numerator(world):
    figure = world["lage:status", "w05", 2020]
    assert figure.denominator == 630
    assert np.isnan(figure.numerator)
    assert (figure.covered, figure.expected) == (1, 1)


def test_an_index_whose_level_or_indicator_cannot_be_made_is_left_out(bench, everybody):
    indicators = [bench.indicator("einwohner", "einwohner"), bench.indicator("p", "pflege")]
    index = definition(status=(IndexPart("p"),), dynamics=())
    only = Hierarchy((bench.hierarchy().divisions[0],))
    table = bench.table(bench.catalogue(indicators, [index]), everybody(a1=600), areas=only)
    assert set(table.indicator.tolist()) == {"einwohner"}
