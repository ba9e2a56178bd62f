"""Design of areas as a talk: begin, compute, move, comment, agree, take over; and who may."""

from __future__ import annotations

from datetime import date

import pytest

from wohnplatz.areas.design import Wishes
from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.design import actions, queries
from wohnplatz.workflow.design.models import Design, DesignState
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.district.models import DivisionRecord


def grid_over(outline, crs, size=250) -> bytes:
    """A made-up census grid over a municipality."""
    from pyproj import Transformer

    move = Transformer.from_crs(crs, "EPSG:3035", always_xy=True)
    west, south, east, north = move.transform_bounds(*outline.bounds)
    rows = ["GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner;Anteil"]
    for x in range(int(west // size) - 1, int(east // size) + 2):
        for y in range(int(south // size) - 1, int(north // size) + 2):
            people = 20 + (7 * x + 13 * y) % 30
            middle = f"{x * size + size / 2};{y * size + size / 2}"
            rows.append(f"CRS3035RES{size}mN{y * size}E{x * size};{middle};{people};{x % 5}")
    return "\n".join(rows).encode()


@pytest.fixture
def design(world):
    towns = queries.municipalities()
    made = actions.begin(
        world.planner, title="Erster Entwurf", municipality="05999001",
        grid=grid_over(towns.geometries[0], towns.crs), wishes=Wishes(300, 100, 3, seconds=5),
        variables=("Anteil",), origin="erfunden",
    )  # fmt: skip
    actions.compute(made.pk)
    made.refresh_from_db()
    return made


def test_a_design_gets_its_alternatives(design) -> None:
    assert design.state == DesignState.READY
    assert [v.title for v in design.versions.all()] == [
        "Kurze Wege", "Gleich große Gebiete", "Einheitliche Gebiete",
    ]  # fmt: skip
    for version in design.versions.all():
        assert queries.problems(version) == ()
        assert len(queries.figures(version).areas) == 3


def test_wishes_that_cannot_be_met_leave_a_reason(world) -> None:
    towns = queries.municipalities()
    made = actions.begin(
        world.planner, title="Zu viel", municipality="05999001",
        grid=grid_over(towns.geometries[0], towns.crs), wishes=Wishes(300, 10**6, 3),
    )  # fmt: skip
    assert actions.compute(made.pk) == DesignState.FAILED
    made.refresh_from_db()
    assert all("Nicht" in sentence for _, sentence in made.reasons)


def test_a_move_makes_a_new_version_and_says_what_is_wrong(world, design) -> None:
    version = design.versions.first()
    blocks, _ = queries.blocks_of(design)
    mine = [k for k, a in zip(blocks.keys, version.areas, strict=True) if a == 1]
    made = actions.move_by_hand(world.planner, version, mine[1:], 2)
    assert made.number == 4
    assert made.based_on == version
    assert any("Mindestzahl" in p for p in queries.problems(made))
    with pytest.raises(WohnplatzError, match="hält die Vorgaben nicht ein"):
        actions.agree(world.planner, made, on=date(2025, 1, 1), by="Stadt Ahausen, Sozialamt")
    with pytest.raises(WohnplatzError, match="Auswahl"):
        actions.move_by_hand(world.planner, version, ["fremd"], 2)


def test_the_agreed_version_becomes_the_division(world, design) -> None:
    version = design.versions.first()
    with pytest.raises(WohnplatzError, match="noch nicht abgestimmt"):
        actions.take_over(world.planner, version, code="neu", label="Neu", valid_from=date(2026, 1, 1))
    actions.agree(world.planner, version, on=date(2025, 1, 1), by="Stadt Ahausen, Sozialamt")
    made = actions.take_over(world.planner, version, code="neu", label="Neu", valid_from=date(2026, 1, 1))
    keys = [a.key for a in district.division(made.sha)[0].areas]
    assert keys[:2] == ["0599900201", "0599900202"]
    assert len(keys) == 5
    assert [r.code for r in district.divisions_in_force() if r.level == "wohnplatz"] == ["neu"]
    assert DivisionRecord.objects.exclude(code="neu").get(level="wohnplatz").valid_to == date(2025, 12, 31)


def test_the_municipality_reads_and_comments_others_do_not(world, design) -> None:
    version = design.versions.first()
    said = actions.comment(world.user_ahausen, version, " Der Bach trennt. ")
    assert (said.text, said.organisation) == ("Der Bach trennt.", "Stadt Ahausen")
    assert list(queries.visible_to(world.user_ahausen)) == [design]
    assert list(queries.visible_to(world.user_behausen)) == []
    for person in (world.user_behausen, world.user_jobcenter, world.sector):
        with pytest.raises(Refused):
            actions.comment(person, version, "x")
    for person in (world.user_ahausen, world.sector):
        with pytest.raises(Refused):
            actions.agree(person, version, on=date(2025, 1, 1), by="x")
        with pytest.raises(Refused):
            actions.move_by_hand(person, version, ["x"], 1)
    assert Design.objects.count() == 1
