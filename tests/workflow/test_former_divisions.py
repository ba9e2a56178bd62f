"""A release over a change of areas, through the actions and on the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import shapely

from wohnplatz.areas import Merge, NewArea, Split
from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.model import Altered, CellState, WohnplatzError
from wohnplatz.workflow.deliveries import columns, feedback
from wohnplatz.workflow.deliveries.changes import compare
from wohnplatz.workflow.district import changing
from wohnplatz.workflow.district.changing import NewVersion
from wohnplatz.workflow.district.models import DivisionRecord
from wohnplatz.workflow.releases import outlook, queries
from wohnplatz.workflow.releases.actions import deliveries_in_force, make_release

NEW = NewVersion("wohnplatz-2025", "Wohnplätze 2025", date(2025, 1, 1), "Neubaugebiet")
ALTDORF, BRUCH = "0599900101", "0599900102"
LINE = shapely.LineString([(350_250, 5_649_000), (350_250, 5_652_000)])
SPLIT = Split(ALTDORF, (NewArea("0599900103", "West"), NewArea("0599900104", "Ost")), LINE)
MERGE = Merge((ALTDORF, BRUCH), NewArea("0599900109", "Altdorf-Bruch"))


def release_after(world, change):
    before = make_release(world.planner, "vorher")
    changing.keep(world.planner, DivisionRecord.objects.get(code="wohnplatz-2020"), [change], NEW)
    return before, make_release(world.planner, "nachher")


def by_area(world, release, **more) -> dict:
    table = queries.figures(
        world.planner, release, indicators=["einwohner"], level="wohnplatz", years=[2024], **more
    )
    return {f.area: f for f in table}


def test_a_split_makes_estimates_today_and_leaves_what_was_delivered(delivered) -> None:
    before, after = release_after(delivered, SPLIT)
    old, today = by_area(delivered, before), by_area(delivered, after)
    assert set(today) == {"0599900103", "0599900104", BRUCH, "0599900201", "0599900202"}
    west, east = today["0599900103"], today["0599900104"]
    assert west.value + east.value == pytest.approx(old[ALTDORF].value)
    assert west.state is east.state is CellState.ESTIMATED
    assert west.error > 0
    assert today[BRUCH] == old[BRUCH]
    assert by_area(delivered, after, division="wohnplatz-2020") == old


def test_a_merge_is_a_sum_and_the_municipality_stays_what_it_was(delivered) -> None:
    before, after = release_after(delivered, MERGE)
    old, today = by_area(delivered, before), by_area(delivered, after)
    assert today["0599900109"].value == old[ALTDORF].value + old[BRUCH].value
    assert (today["0599900109"].state, today["0599900109"].error) == (CellState.VALUE, None)
    for level in ("kommune", "kreis"):
        was, now = (
            [f.value for f in queries.figures(delivered.planner, r, indicators=["sgb2_quote"], level=level)]
            for r in (before, after)
        )
        assert now == was


def test_a_release_before_the_change_stays_as_it_was_and_knows_no_former_areas(delivered) -> None:
    before, after = release_after(delivered, MERGE)
    assert queries.manifest(before).former == ()
    assert [f.code for f in queries.manifest(after).former] == ["wohnplatz-2020"]
    assert queries.hierarchy(after).base.code == "wohnplatz-2025"
    assert queries.hierarchy(after, "wohnplatz-2020").base.code == "wohnplatz-2020"
    with pytest.raises(WohnplatzError, match="kennt die Gebietsgliederung"):
        queries.hierarchy(before, "wohnplatz-1990")


def test_protected_figures_of_a_former_area_show_neither_number_nor_band(delivered) -> None:
    _, after = release_after(delivered, SPLIT)
    table = queries.figures(delivered.sector, after, indicators=["sgb2_quote"], level="wohnplatz")
    hidden = [f for f in table if f.state is CellState.PROTECTED]
    assert all(f.value is f.error is f.numerator is f.denominator is None for f in hidden)


def test_feedback_and_corrections_work_on_both_sides_of_a_change(delivered) -> None:
    changing.keep(delivered.planner, DivisionRecord.objects.get(code="wohnplatz-2020"), [MERGE], NEW)
    delivery = deliveries_in_force()[0]
    cells = columns.accepted(delivery.observations)
    then = outlook.figures_with(delivery, cells, ["einwohner"])
    assert {"0599900109", ALTDORF, BRUCH} <= set(then.area.tolist())  # today's, and those that ended
    halved = replace(cells, value=cells.value / 2)
    found = compare(delivery, delivery.number, cells, halved)
    assert {e.area for e in found.effects} & {ALTDORF, BRUCH}
    page = feedback.profile(delivered.planner, delivery)
    assert page is not None


def test_what_is_rounded_on_former_areas_is_never_told_exactly_on_todays(
    delivered, settings, tmp_path
) -> None:
    rules = tmp_path / "regeln.toml"
    rules.write_bytes(STANDARD_RULES.read_bytes() + b'\n[datasets.arbeit]\nmode = "rounding"\n')
    settings.WOHNPLATZ_RULES = str(rules)
    _, after = release_after(delivered, MERGE)

    def numbers(**more):
        table = queries.figures(delivered.sector, after, indicators=["sgb2_quote"], years=[2024], **more)
        return [f for f in table if f.numerator is not None]

    former = numbers(division="wohnplatz-2020")
    assert former
    assert {f.altered for f in (*former, *numbers())} == {Altered.ROUNDED}
    assert all(f.numerator % 5 == 0 for f in (*former, *numbers()))
