"""Design of areas as a talk: begin, compute, move, comment, agree, take over; and who may."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import shapely
from django.utils import timezone

from wohnplatz.areas import Basis, ChangeKind, aligned, convert, locate
from wohnplatz.areas.design import Wishes
from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.design import actions, computing, queries, taking_over
from wohnplatz.workflow.design.models import Design, DesignState
from wohnplatz.workflow.district import changing
from wohnplatz.workflow.district import queries as district
from wohnplatz.workflow.district.changing import NewVersion
from wohnplatz.workflow.district.changing_outlook import outlook
from wohnplatz.workflow.district.models import CrosswalkRecord, DivisionRecord

NEW = NewVersion("neu", "Neu", date(2026, 1, 1))


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


def begin_design(world) -> None:
    """A computed design of Ahausen's areas: ``world.design``."""
    towns = queries.municipalities()
    made = actions.begin(
        world.planner, title="Erster Entwurf", municipality="05999001",
        grid=grid_over(towns.geometries[0], towns.crs), wishes=Wishes(300, 100, 3, seconds=120),
        variables=("Anteil",), origin="erfunden",
    )  # fmt: skip
    computing.compute(made.pk)
    made.refresh_from_db()
    world.design = made


@pytest.fixture
def design(world, steps):
    return steps.take(begin_design, world).design


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
    assert computing.compute(made.pk) == DesignState.FAILED
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
        taking_over.take_over(world.planner, version, NEW)
    actions.agree(world.planner, version, on=date(2025, 1, 1), by="Stadt Ahausen, Sozialamt")
    made = taking_over.take_over(world.planner, version, NEW, {1: "Nordfeld"})
    areas = {a.key: a.name for a in district.division(made.sha)[0].areas}
    assert {"0599900201", "0599900202"} < set(areas)
    assert len(areas) == 5
    assert "Nordfeld" in areas.values()
    assert [r.code for r in district.divisions_in_force() if r.level == "wohnplatz"] == ["neu"]
    assert DivisionRecord.objects.exclude(code="neu").get(level="wohnplatz").valid_to == date(2025, 12, 31)


def test_taking_over_foresees_and_keeps_a_crosswalk_weighed_by_the_blocks(world, design) -> None:
    version = design.versions.first()
    actions.agree(world.planner, version, on=date(2025, 1, 1), by="Stadt Ahausen, Sozialamt")
    seen = taking_over.foresee(world.planner, version, NEW)
    assert seen is not None
    assert {p.kind for p in seen.predecessors} == {ChangeKind.SAME, ChangeKind.RECUT}
    effects = outlook(world.planner, taking_over.former(), seen, NEW.valid_from)
    assert any(a.agreement.partner == world.ahausen for a in effects.agreements)
    assert DivisionRecord.objects.filter(level="wohnplatz").count() == 1  # nothing is kept yet
    made = taking_over.take_over(world.planner, version, NEW)
    row = CrosswalkRecord.objects.get(target=made)
    way = changing.crosswalk_of_record(row)
    assert row.source.code == "wohnplatz-2020"
    assert {b for k, b in zip(way.from_key, way.basis, strict=True) if k.startswith("05999001")} == {
        Basis.GRID
    }
    assert {b for k, b in zip(way.from_key, way.basis, strict=True) if k.startswith("05999002")} == {
        Basis.EXACT
    }
    blocks, _ = queries.blocks_of(design)
    people = dict.fromkeys(way.sources, 0.0)
    inside = locate(district.division(row.source.sha)[1], *blocks.places.T, blocks.crs)
    for key, n in zip(inside, blocks.inhabitants, strict=True):
        people[key] += n
    found = aligned(way, people)[0]
    moved = convert(way, found)
    by_area = {a.inhabitants for a in queries.figures(version).areas}
    own = [v for k, v in zip(moved.keys, moved.value, strict=True) if k.startswith("05999001")]
    assert sorted(own) == pytest.approx(sorted(by_area))
    with pytest.raises(WohnplatzError, match="schon als Gliederung"):
        taking_over.take_over(world.planner, version, NEW)


def test_rivers_are_fixed_borders_and_stand_in_words(world) -> None:
    towns = queries.municipalities()
    west, south, east, north = towns.geometries[0].bounds
    river = shapely.LineString([((west + east) / 2 + 3, south - 10), ((west + east) / 2 + 3, north + 10)])
    made = actions.begin(
        world.planner, title="Am Bach", municipality="05999001", lines=[river], lines_label="baeche.geojson",
        grid=grid_over(towns.geometries[0], towns.crs), wishes=Wishes(300, 100, 2, seconds=120),
    )  # fmt: skip
    assert made.borders == "1\xa0Linie aus baeche.geojson"
    computing.compute(made.pk)
    blocks, severed = queries.blocks_of(made)
    assert len(severed)
    side = blocks.places[:, 0] > (west + east) / 2 + 3
    for version in made.versions.all():
        areas = queries.labels(version)
        assert {len(set(areas[side])), len(set(areas[~side]))} == {1}
        assert queries.problems(version) == ()


def test_a_computing_that_died_goes_on_where_it_stopped(world, design) -> None:
    done = design.versions.get(number=1)
    design.versions.exclude(pk=done.pk).delete()
    now = timezone.now()
    Design.objects.filter(pk=design.pk).update(state=DesignState.COMPUTING, done=1, progress_at=now)
    design.refresh_from_db()
    assert not computing.is_broken_off(design, now)
    with pytest.raises(WohnplatzError, match="läuft oder ist fertig"):
        computing.begin_again(world.planner, design)
    late = now + timedelta(minutes=10)
    assert computing.is_broken_off(design, late)
    assert computing.resume(now) == 0
    assert computing.resume(late) == 1
    design.refresh_from_db()
    assert (design.run, design.state) == (1, DesignState.WAITING)
    assert computing.compute(design.pk, 0) == DesignState.WAITING  # the job that was thought dead
    assert computing.compute(design.pk, 1) == DesignState.READY
    assert [v.title for v in design.versions.all()] == [
        "Kurze Wege", "Gleich große Gebiete", "Einheitliche Gebiete",
    ]  # fmt: skip
    assert design.versions.first() == done


def test_a_computing_that_dies_again_and_again_is_said_to_have_failed(world, design) -> None:
    old = timezone.now() - timedelta(hours=1)
    Design.objects.filter(pk=design.pk).update(
        state=DesignState.COMPUTING, run=computing.TRIES, progress_at=old
    )
    assert computing.resume(timezone.now()) == 0
    design.refresh_from_db()
    assert design.state == DesignState.FAILED
    assert "mehrmals abgebrochen" in design.reasons[-1][1]
    with pytest.raises(Refused):
        computing.begin_again(world.user_ahausen, design)
    computing.begin_again(world.planner, design)
    design.refresh_from_db()
    assert (design.state, design.done) == (DesignState.WAITING, 0)


def test_two_versions_differ_by_what_lies_elsewhere_whatever_the_numbers(world, design) -> None:
    version = design.versions.first()
    same = computing.add(design, "umgezählt", areas=[4 - a for a in version.areas], made_by="x")
    assert queries.difference(version, same) == queries.Difference(0, 0.0, 0.0)
    blocks, _ = queries.blocks_of(design)
    n = next(i for i, a in enumerate(version.areas) if a == 1)
    moved = actions.move_by_hand(world.planner, version, [blocks.keys[n]], 2)
    found = queries.difference(version, moved)
    assert (found.blocks, found.inhabitants) == (1, blocks.inhabitants[n])


def test_of_many_blocks_those_at_the_borders_of_an_area_can_be_moved(world, design) -> None:
    version = design.versions.first()
    blocks, _ = queries.blocks_of(design)
    assert queries.movable(version, 1, 10**6).total == len(blocks)
    listed = queries.movable(version, 1, 5)
    assert (listed.bordering, len(listed.positions)) == (True, 5)
    assert listed.total < len(blocks)
    assert version.areas[listed.positions[0]] == 1


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
