"""Releases: frozen, cited, read through the door only."""

from __future__ import annotations

import pytest

from wohnplatz.model import Audience, CellState, WohnplatzError


def make(world, label="2025-1", **more):
    from wohnplatz.workflow.releases.actions import make_release

    return make_release(world.planner, label, **more)


def one(table, area, year=2024):
    return next(f for f in table if (f.area, f.year) == (area, year))


def test_a_release_lists_what_was_accepted_and_gives_its_figures(delivered):
    from wohnplatz.workflow.releases import queries

    release = make(delivered, note="erste Runde")
    manifest = queries.manifest(release)

    assert (release.number, release.made_by) == (1, "Musterkreis")
    assert {e.partner for e in manifest.entries} == {"ahausen", "behausen", "jobcenter"}
    assert [d.level for d in manifest.divisions] == ["wohnplatz", "kommune", "kreis"]
    table = queries.figures(delivered.sector, release, indicators=["sgb2_quote"])
    assert one(table, "05999001").value == pytest.approx(102 / 2022 * 100)
    assert one(table, "0599900201").value == 0
    assert table.context.district == "Musterkreis"
    assert table.context.release == "2025-1"


def test_small_counts_stay_behind_the_door_for_everybody_but_the_planners_working_view(delivered):
    from wohnplatz.workflow.releases import queries

    release = make(delivered)
    for user in (delivered.administrator, delivered.planner, delivered.sector, delivered.user_ahausen):
        hidden = one(queries.figures(user, release, indicators=["sgb2_quote"]), "0599900102")
        assert (hidden.state, hidden.value, hidden.numerator) == (CellState.PROTECTED, None, None)
    open_view = queries.figures(
        delivered.planner, release, indicators=["sgb2_quote"], audience=Audience.WORKING
    )
    assert one(open_view, "0599900102").numerator == 2


def test_the_audience_follows_from_the_role_and_can_only_be_narrowed(delivered):
    from wohnplatz.workflow.accounts.policies import Refused
    from wohnplatz.workflow.releases import queries

    release = make(delivered)

    def seen(user, audience=None):
        return queries.figures(user, release, indicators=["einwohner"], audience=audience).context.audience

    assert seen(delivered.planner) is Audience.PLANNING
    assert seen(delivered.user_ahausen) is Audience.PARTNER
    assert seen(delivered.sector, Audience.PUBLIC) is Audience.PUBLIC
    for user in (delivered.sector, delivered.administrator, delivered.user_ahausen):
        with pytest.raises(Refused, match="Sozialplanung"):
            seen(user, Audience.WORKING)
    with pytest.raises(Refused):
        seen(delivered.user_ahausen, Audience.PLANNING)


def test_a_figure_over_other_indicators_is_protected_where_its_input_of_another_year_is(delivered, scene):
    from wohnplatz.workflow.releases import queries

    scene.deliver_everything(delivered, 2023)
    release = make(delivered)
    table = queries.figures(delivered.sector, release, indicators=["sgb2_veraenderung_1"], years=[2024])

    assert {f.indicator for f in table} == {"sgb2_veraenderung_1"}
    assert one(table, "0599900102").state is CellState.PROTECTED
    # The other area of the same municipality would give it away by subtraction; areas elsewhere do not.
    assert one(table, "0599900101").state is CellState.PROTECTED
    assert one(table, "0599900201").value == pytest.approx(0)


def test_filters_by_level_area_and_year_hold(delivered, scene):
    from wohnplatz.workflow.releases import queries

    scene.deliver_everything(delivered, 2023)
    release = make(delivered)
    table = queries.figures(
        delivered.sector, release, indicators=["einwohner"], level="kommune", areas=["05999001"], years=[2023]
    )
    assert [(f.area, f.year) for f in table] == [("05999001", 2023)]


def test_an_old_release_stays_what_it_was(delivered, scene):
    from wohnplatz.workflow.deliveries.actions import receive
    from wohnplatz.workflow.releases import queries

    old = make(delivered)
    before = list(queries.figures(delivered.sector, old, indicators=["einwohner"]))
    more = receive(
        delivered.operator,
        delivered.rounds["ahausen", 2024],
        "b.csv",
        scene.population(scene.AHAUSEN, base=2000),
    )
    scene.released_and_accepted(delivered.planner, more)
    new = make(delivered, "2025-2")

    assert list(queries.figures(delivered.sector, old, indicators=["einwohner"])) == before
    assert queries.current() == new
    found = queries.compare(delivered.sector, old, new)
    changed = {c.key for c in found.changes}
    assert ("einwohner", "kommune", "05999001", 2024) in changed
    assert ("sgb2_quote", "kreis", "05999", 2024) in changed
    assert not [key for key in changed if key[2] == "05999002"]
    assert [e.original_name for e in found.added] == ["b.csv"]
    assert [e.original_name for e in found.removed] == ["ahausen-2024.csv"]
    assert found.parts == ()


def test_a_comparison_says_when_the_catalogue_changed(delivered, settings, tmp_path, scene):
    import shutil

    from wohnplatz.workflow.releases import queries

    old = make(delivered)
    copy = tmp_path / "catalogue"
    shutil.copytree(scene.CATALOGUE, copy)
    quota = copy / "indicators" / "sgb2_quote.toml"
    quota.write_text(quota.read_text().replace("factor = 100", "factor = 1000"))
    settings.WOHNPLATZ_CATALOGUE = str(copy)
    found = queries.compare(delivered.sector, old, make(delivered, "2025-2"))
    assert found.parts == ("Katalog",)
    assert {c.key[0] for c in found.changes} == {"sgb2_quote"}


def test_the_same_contents_give_the_same_figures_byte_for_byte(delivered):
    from wohnplatz.workflow.releases import queries

    first, second = make(delivered), make(delivered, "2025-2")
    one_result, other = dict(queries.manifest(first).results), dict(queries.manifest(second).results)
    # The ledger goes on; that the second release tells nothing new stands there too.
    assert one_result.pop("ledger") != other.pop("ledger")
    assert one_result == other


def test_a_label_is_taken_once_and_an_empty_district_has_no_release(world, scene):
    with pytest.raises(WohnplatzError, match="noch nichts"):
        make(world)
    scene.deliver_everything(world)
    make(world)
    with pytest.raises(WohnplatzError, match="gibt es schon"):
        make(world, " 2025-1 ")
    with pytest.raises(WohnplatzError, match="Bezeichnung"):
        make(world, "  ")


def test_the_origin_of_a_figure_is_known_to_all_but_its_raw_values_are_not(delivered):
    from wohnplatz.workflow.releases import queries

    release = make(delivered)
    seen = queries.origins(delivered.planner, release, "sgb2_quote", "05999001", 2024)
    jobs = [o for o in seen if o.variable == "sgb2_personen"]
    assert [(o.area, o.value, o.row) for o in jobs] == [("0599900101", 100, 2), ("0599900102", 2, 3)]
    blind = queries.origins(delivered.sector, release, "sgb2_quote", "05999001", 2024)
    assert len(blind) == len(seen)
    assert {o.value for o in blind} == {None}
    own = queries.origins(delivered.user_ahausen, release, "sgb2_quote", "05999001", 2024)
    assert all((o.value is None) == (o.partner != "ahausen") for o in own)


def test_the_origin_of_a_change_lies_in_both_years(delivered, scene):
    from wohnplatz.workflow.releases import queries

    scene.deliver_everything(delivered, 2023)
    release = make(delivered)
    found = queries.origins(delivered.planner, release, "sgb2_veraenderung_1", "0599900101", 2024)
    assert {o.reference_date.year for o in found if o.variable == "sgb2_personen"} == {2023, 2024}


def test_a_denominator_of_the_year_before_has_its_origin_there(delivered, scene, settings, tmp_path):
    import shutil

    from wohnplatz.workflow.releases import queries

    copy = tmp_path / "catalogue"
    shutil.copytree(scene.CATALOGUE, copy)
    quota = copy / "indicators" / "sgb2_quote.toml"
    text = quota.read_text().replace('denominator = "einwohner"', 'denominator = "vor(einwohner, 1)"')
    quota.write_text(text)
    settings.WOHNPLATZ_CATALOGUE = str(copy)
    scene.deliver_everything(delivered, 2023)
    found = queries.origins(delivered.planner, make(delivered), "sgb2_quote", "0599900101", 2024)
    assert {(o.variable, o.reference_date.year) for o in found} == {
        ("sgb2_personen", 2024),
        ("einwohner", 2023),
    }


def test_shapes_and_hierarchy_are_those_of_the_release(delivered):
    from wohnplatz.workflow.releases import queries

    release = make(delivered)
    layer = queries.layer_shapes(release, "wohnplatz")
    assert len(layer.paths) == 4
    assert queries.layer_shapes(release, "wohnplatz") is layer
    assert queries.hierarchy(release).children("05999001") == ("0599900101", "0599900102")
    with pytest.raises(WohnplatzError, match="quartier"):
        queries.layer_shapes(release, "quartier")


def test_only_the_planner_makes_releases(delivered):
    from wohnplatz.workflow.accounts.policies import Refused
    from wohnplatz.workflow.releases.actions import make_release

    for user in (delivered.administrator, delivered.sector, delivered.user_ahausen):
        with pytest.raises(Refused, match="Dazu berechtigt: Sozialplanung"):
            make_release(user, "2025-1")


def test_the_release_is_logged_without_figures(delivered):
    from wohnplatz.workflow.audit.models import LogEntry

    release = make(delivered)
    entry = LogEntry.objects.get(action="releases.make")
    assert entry.subject_id == release.pk
    assert entry.details == {"deliveries": 3, "manifest": release.manifest}
