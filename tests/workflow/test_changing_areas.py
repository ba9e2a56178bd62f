"""Changing areas: what is shown first is what is kept; former versions stay; street lists."""

from __future__ import annotations

from datetime import date

import pytest
import shapely

from wohnplatz.areas import Basis, Merge, NewArea, Rename, Shift, Split
from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.audit.models import LogEntry
from wohnplatz.workflow.district import actions, changing, queries, streets
from wohnplatz.workflow.district.changing import NewVersion
from wohnplatz.workflow.district.changing_outlook import outlook
from wohnplatz.workflow.district.models import CrosswalkRecord, DivisionRecord
from wohnplatz.workflow.releases.actions import make_release

DAY = date(2022, 1, 1)
NEW = NewVersion("wohnplatz-2022", "Wohnplätze 2022", DAY, "Neubaugebiet")
ALTDORF, BRUCH, CASEL = "0599900101", "0599900102", "0599900201"
MERGE = Merge((ALTDORF, BRUCH), NewArea("0599900109", "Altdorf-Bruch"))
LINE = shapely.LineString([(350_250, 5_649_000), (350_250, 5_652_000)])
SPLIT = Split(ALTDORF, (NewArea("0599900103", "West"), NewArea("0599900104", "Ost")), LINE)


@pytest.fixture
def wohnplaetze(world) -> DivisionRecord:
    return DivisionRecord.objects.get(code="wohnplatz-2020")


def test_a_change_is_shown_before_anything_is_kept(world, wohnplaetze) -> None:
    changed = changing.preview(world.planner, wohnplaetze, [MERGE], NEW)
    assert changed.layer is not None
    assert len(changed.layer) == 3
    assert DivisionRecord.objects.count() == 3
    assert not CrosswalkRecord.objects.exists()


def test_a_change_ends_the_old_version_the_day_before_and_keeps_the_way(world, wohnplaetze) -> None:
    row = changing.keep(world.planner, wohnplaetze, [MERGE], NEW)
    sha = wohnplaetze.sha
    wohnplaetze.refresh_from_db()
    assert (row.area_count, row.replaces, row.reason) == (3, wohnplaetze, "Neubaugebiet")
    assert wohnplaetze.valid_to == date(2021, 12, 31)
    assert wohnplaetze.sha == sha, "releases name the stored division by its content"
    assert queries.divisions_in_force()[0] == row
    assert queries.divisions_in_force(date(2021, 12, 31))[0] == wohnplaetze
    crosswalk = changing.way(wohnplaetze, row)
    assert crosswalk is not None
    assert crosswalk.is_exact
    assert LogEntry.objects.filter(action="district.change_division").count() == 1


def test_two_changes_make_one_way(world, wohnplaetze) -> None:
    first = changing.keep(world.planner, wohnplaetze, [SPLIT], NEW)
    later = NewVersion("wohnplatz-2028", "Wohnplätze 2028", date(2028, 1, 1))
    second = changing.keep(world.planner, first, [Rename("0599900103", "Weststadt")], later)
    found = changing.way(wohnplaetze, second)
    assert found is not None
    assert dict(zip(found.to_key, found.weight, strict=True))["0599900104"] == pytest.approx(0.75)
    assert (found.source, found.target) == ("wohnplatz-2020", "wohnplatz-2028")
    assert changing.way(second, wohnplaetze) is None


def test_who_may_not_set_up_changes_nothing(world, wohnplaetze) -> None:
    for actor in (world.sector, world.user_ahausen):
        for act in (changing.preview, changing.keep):
            with pytest.raises(Refused):
                act(actor, wohnplaetze, [MERGE], NEW)
        with pytest.raises(Refused):
            streets.import_streets(actor, wohnplaetze, "x.csv", b"")
        with pytest.raises(Refused):
            streets.look_up(actor, wohnplaetze, "X 1")
    assert DivisionRecord.objects.count() == 3


def test_former_and_coarser_divisions_and_early_days_are_refused(world, wohnplaetze) -> None:
    early = NewVersion("w", "W", date(2020, 1, 1))
    with pytest.raises(WohnplatzError, match="muss nach dem"):
        changing.preview(world.planner, wohnplaetze, [MERGE], early)
    towns = DivisionRecord.objects.get(level="kommune")
    with pytest.raises(WohnplatzError, match="feineren Ebene"):
        changing.preview(world.planner, towns, [Rename("05999001", "Neu")], NEW)
    changing.keep(world.planner, wohnplaetze, [MERGE], NEW)
    with pytest.raises(WohnplatzError, match="abgelöst"):
        changing.keep(world.planner, wohnplaetze, [MERGE], NewVersion("x", "X", date(2027, 1, 1)))


def test_a_key_of_a_town_and_a_code_in_use_change_nothing(world, wohnplaetze) -> None:
    taken = Merge((ALTDORF, BRUCH), NewArea("05999001", "Neu"))
    with pytest.raises(actions.FindingsError) as refused:
        changing.keep(world.planner, wohnplaetze, [taken], NEW)
    assert refused.value.findings[0].code == "areas.change_key_taken"
    with pytest.raises(WohnplatzError, match="gibt es schon"):
        changing.keep(world.planner, wohnplaetze, [MERGE], NewVersion("kommune-2020", "x", DAY))
    wohnplaetze.refresh_from_db()
    assert wohnplaetze.valid_to is None


def test_the_outlook_counts_estimates_and_names_agreements(delivered) -> None:
    make_release(delivered.planner, "2024-1")
    division = DivisionRecord.objects.get(code="wohnplatz-2020")
    changed = changing.preview(delivered.planner, division, [SPLIT], NEW)
    found = outlook(delivered.planner, division, changed, date(2024, 6, 1))
    assert found.release == "2024-1"
    inhabitants = next(s for s in found.series if s.code == "einwohner")
    assert (inhabitants.figures, inhabitants.years) == (2, (2024,))
    assert found.figures >= 2
    names = {e.agreement.partner.code: e for e in found.agreements}
    assert set(names) == {"ahausen", "jobcenter"}
    assert names["ahausen"].areas == (ALTDORF,)
    merged = changing.preview(delivered.planner, division, [MERGE], NEW)
    assert outlook(delivered.planner, division, merged, DAY).series == ()


def test_the_outlook_names_partners_whose_area_ends(world, wohnplaetze) -> None:
    world.ahausen.area_keys = [ALTDORF]
    world.ahausen.save()
    changed = changing.preview(world.planner, wohnplaetze, [MERGE], NEW)
    assert outlook(world.planner, wohnplaetze, changed, DAY).partners == (world.ahausen,)


LIST = (
    "Straße;von;bis;Seite;Gebiet;Ost;Nord;Einwohner\n"
    f"Hauptstr.;1;9;u;{ALTDORF};350100;5650500;90\n"
    f"Hauptstr.;2;8;g;{ALTDORF};350900;5650500;10\n"
    f"Am Bach;;;;{BRUCH};;;\n"
)


def test_a_street_list_answers_and_weighs(world, wohnplaetze) -> None:
    row = streets.import_streets(world.planner, wohnplaetze, "strassen.csv", LIST.encode(), "Stadt Ahausen")
    assert (row.row_count, row.placed_count) == (3, 2)
    assert {f["code"] for f in row.findings} == {"areas.streets_area_without"}
    assert [f.area for f in streets.look_up(world.planner, wohnplaetze, "Hauptstraße 3")] == [ALTDORF]
    points = changing.weights_for(wohnplaetze, "anschriften")
    kept = changing.keep(world.planner, wohnplaetze, [SPLIT], NEW, points)
    found = changing.way(wohnplaetze, kept)
    assert found is not None
    weights = dict(zip(found.to_key, found.weight, strict=True))
    assert weights["0599900103"] == pytest.approx(0.9)
    assert Basis.ADDRESSES in found.basis
    assert "Stadt Ahausen" in found.origin


def test_a_street_list_with_errors_is_not_kept(world, wohnplaetze) -> None:
    bad = LIST.replace(BRUCH, "99")
    with pytest.raises(actions.FindingsError) as refused:
        streets.import_streets(world.planner, wohnplaetze, "strassen.csv", bad.encode())
    assert [f.code for f in refused.value.findings if f.severity == "error"] == ["areas.streets_unknown_area"]
    with pytest.raises(WohnplatzError, match="öffnen"):
        streets.import_streets(world.planner, wohnplaetze, "x.xlsx", b"kein Buch")
    assert not wohnplaetze.street_lists.exists()


def test_census_cells_weigh_a_shift(world, wohnplaetze) -> None:
    table = b"Ost;Nord;Einwohner\n350100;5650500;80\n350900;5650500;20\n"
    row = streets.import_points(world.planner, "gitter.csv", table, "Zensus 2022", "Statistische Ämter")
    assert (row.place_count, row.inhabitants) == (2, 100)
    piece = shapely.box(350_800, 5_650_000, 351_000, 5_651_000)
    points = changing.weights_for(wohnplaetze, str(row.pk))
    kept = changing.keep(world.planner, wohnplaetze, [Shift(ALTDORF, BRUCH, piece)], NEW, points)
    found = changing.way(wohnplaetze, kept)
    assert found is not None
    pairs = dict(zip(zip(found.from_key, found.to_key, strict=True), found.weight, strict=True))
    assert pairs[ALTDORF, BRUCH] == pytest.approx(0.2)
    assert changing.weights_for(wohnplaetze, "unsinn") is None


def test_overlays_stand_beside_the_hierarchy_and_have_ways_of_their_own(world, scene, wohnplaetze) -> None:
    layer = scene.layers()["kommune"]
    schools = actions.import_division(
        world.planner, type(layer)(("S1", "S2"), ("Nord", "Süd"), (None, None), layer.geometries),
        code="schulen-2024", level="schulbezirk", label="Schulbezirke", valid_from=date(2024, 1, 1),
        overlay=True,
    )  # fmt: skip
    assert schools not in queries.divisions_in_force()
    assert queries.hierarchy().levels == ("wohnplatz", "kommune", "kreis")
    row = changing.compute_crosswalk(world.planner, wohnplaetze, schools)
    assert (row.pair_count, row.split_count) == (4, 0)
    table = "von;nach;gewicht\n" + "".join(
        f"{k};{s};1\n" for k, s in zip(scene.AREAS, ("S1", "S1", "S2", "S1"), strict=True)
    )
    again = changing.import_crosswalk(world.planner, wohnplaetze, schools, table.encode(), "Schulamt")
    assert again.pk == row.pk
    assert changing.crosswalk_of_record(again).to_key[-1] == "S1"
    with pytest.raises(actions.FindingsError):
        changing.import_crosswalk(world.planner, wohnplaetze, schools, b"von;nach;gewicht\n1;S1;1\n")


def test_a_division_from_a_file_takes_the_place_of_the_old_one(world, scene, wohnplaetze) -> None:
    layer = scene.layers()["wohnplatz"]
    new = actions.import_division(
        world.planner,
        layer,
        code="wohnplatz-2027",
        level="wohnplatz",
        label="Neu",
        valid_from=date(2027, 1, 1),
    )
    row = changing.succeed(world.planner, wohnplaetze, new)
    assert row.split_count == 0
    wohnplaetze.refresh_from_db()
    assert wohnplaetze.valid_to == date(2026, 12, 31)
    assert changing.way(wohnplaetze, new) is not None
    with pytest.raises(WohnplatzError, match="nicht ablösen"):
        changing.succeed(world.planner, wohnplaetze, new)


def test_a_version_prepared_for_later_does_not_count_today(world, wohnplaetze) -> None:
    later = NewVersion("wohnplatz-2999", "Wohnplätze 2999", date(2999, 1, 1))
    row = changing.keep(world.planner, wohnplaetze, [MERGE], later)
    assert queries.divisions_in_force()[0] == wohnplaetze
    assert queries.divisions_in_force(date(2999, 1, 1))[0] == row
