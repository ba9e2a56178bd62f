"""The catalogue of the district: versions, rights, the effect before a change is kept, and what follows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError

from wohnplatz.indicators import CatalogueError, FormulaError, read_item
from wohnplatz.model import WohnplatzError


@pytest.fixture
def quote(world):
    from wohnplatz.workflow import memory

    return memory.catalogue().indicators["sgb2_quote"]


@pytest.fixture
def released(delivered, scene, steps):
    return steps.take(scene.release, delivered)


def index_of(level="wohnplatz", **fields):
    from wohnplatz.model import IndexDefinition, IndexPart

    given = {
        "code": "lage", "version": 1, "label": "Lage", "level": level, "status": (IndexPart("sgb2_quote"),),
        "dynamics": (), "status_limits": (0.0,), "status_classes": ("gut", "weniger gut"),
        "dynamics_limits": (), "dynamics_classes": (), "minimum_population": 0.0,
        "population": "einwohner", "attention": ((2, 0),),
    }  # fmt: skip
    return IndexDefinition(**given | fields)


def test_a_kept_version_is_in_force_at_once_and_the_former_one_stays_to_be_read(world, quote):
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.catalogue import actions, history

    actions.keep(world.planner, replace(quote, factor=1000.0, unit="je 1.000"), "Je 1.000 liest sich besser")
    second = memory.catalogue().indicators["sgb2_quote"]
    assert (second.version, second.factor) == (quote.version + 1, 1000.0)
    actions.keep(world.planner, replace(second, label="Neu"), "Bezeichnung berichtigt")
    found = history.versions(world.planner, "indicators", "sgb2_quote")
    assert [v.number for v in found] == [quote.version + 2, quote.version + 1, quote.version]
    assert [v.in_force for v in found] == [True, False, False]
    assert found[1].row.state == "former"
    assert found[1].row.ended_at is not None
    assert found[2].row is None, "the version of the files is listed too"
    assert memory.shipped().indicators["sgb2_quote"] == quote


def test_only_the_planner_changes_and_sector_planning_reads(world, quote):
    from wohnplatz.workflow.accounts.policies import Refused
    from wohnplatz.workflow.catalogue import actions, effect, history, queries
    from wohnplatz.workflow.catalogue.models import CatalogueItem

    changed = replace(quote, label="Neu")
    for user in (world.administrator, world.sector, world.user_ahausen):
        for act in (
            lambda user=user: actions.keep(user, changed, "weil"),
            lambda user=user: actions.propose(user, changed),
            lambda user=user: actions.retire(user, "indicators", "einwohner", "weil"),
            lambda user=user: effect.effect(user, changed),
        ):
            with pytest.raises(Refused):
                act()
    assert not CatalogueItem.objects.exists()
    assert history.versions(world.sector, "indicators", "sgb2_quote")
    assert history.versions(world.administrator, "indicators", "sgb2_quote")
    with pytest.raises(Refused):
        history.versions(world.user_ahausen, "indicators", "sgb2_quote")
    actions.propose(world.planner, changed)
    assert set(queries.drafts(world.planner)) == {"sgb2_quote"}
    assert queries.drafts(world.sector) == {}


def test_every_act_is_in_the_log_with_codes_and_without_formulas(world, quote):
    from wohnplatz.workflow.audit.models import LogEntry
    from wohnplatz.workflow.catalogue import actions

    draft = actions.propose(world.planner, replace(quote, label="Entwurf"))
    actions.discard(world.planner, draft)
    actions.keep(world.planner, replace(quote, label="Neu"), "Grund")
    actions.retire(world.planner, "indicators", "sgb2_veraenderung_1", "wird nicht gebraucht")
    entries = LogEntry.objects.filter(action__startswith="catalogue.").order_by("pk")
    assert [e.action for e in entries] == [
        "catalogue.propose", "catalogue.discard", "catalogue.keep", "catalogue.retire",
    ]  # fmt: skip
    assert entries[2].details == {"code": "sgb2_quote", "version": quote.version + 1}
    assert "Grund" not in str([e.details for e in entries])


def test_a_change_needs_a_reason_and_must_change_something(world, quote):
    from wohnplatz.workflow.catalogue import actions

    with pytest.raises(WohnplatzError, match="Begründung"):
        actions.keep(world.planner, replace(quote, label="Neu"), "  ")
    with pytest.raises(WohnplatzError, match="nichts geändert"):
        actions.keep(world.planner, replace(quote, version=7), "weil")


def test_a_formula_with_a_mistake_is_refused_and_nothing_is_kept(world, quote):
    from wohnplatz.workflow.catalogue import actions
    from wohnplatz.workflow.catalogue.models import CatalogueItem

    with pytest.raises(FormulaError) as wrong:
        actions.keep(world.planner, replace(quote, numerator="sgb2_persone"), "weil")
    assert "^" in wrong.value.text()
    with pytest.raises(FormulaError, match="im Kreis"):
        actions.keep(
            world.planner,
            replace(quote, numerator="", denominator="", formula="@sgb2_veraenderung_1 * 2"),
            "weil",
        )
    assert not CatalogueItem.objects.exists()


def test_a_code_keeps_its_meaning_for_good(world, quote):
    from wohnplatz.workflow.catalogue import actions

    with pytest.raises(WohnplatzError, match="gibt es schon"):
        actions.keep(world.planner, replace(quote, label="Neu"), "weil", seen=0)
    with pytest.raises(WohnplatzError, match="Kennung eines anderen Eintrags"):
        actions.keep(world.planner, index_of(code="sgb2_quote"), "weil")
    new = replace(quote, code="neue_quote", label="Neue Quote")
    actions.keep(world.planner, new, "neu", seen=0)
    actions.retire(world.planner, "indicators", "neue_quote", "doch nicht")
    with pytest.raises(WohnplatzError, match="gab es schon"):
        actions.keep(world.planner, replace(new, numerator="einwohner"), "weil", seen=0)
    again = actions.keep(world.planner, replace(new, label="Wieder da"), "doch gebraucht")
    assert again.version == 2


def test_who_was_slower_is_told(world, quote):
    from wohnplatz.workflow.catalogue import actions

    actions.keep(world.planner, replace(quote, label="Erste"), "weil", seen=quote.version)
    with pytest.raises(WohnplatzError, match="andere Fassung in Kraft"):
        actions.keep(world.planner, replace(quote, label="Zweite"), "weil", seen=quote.version)


def test_an_indicator_that_others_need_is_not_retired(world, quote):
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.catalogue import actions

    with pytest.raises(WohnplatzError, match="sgb2_veraenderung_1"):
        actions.retire(world.planner, "indicators", "sgb2_quote", "weil")
    actions.retire(world.planner, "indicators", "sgb2_veraenderung_1", "weil")
    assert "sgb2_veraenderung_1" not in memory.catalogue().indicators
    actions.retire(world.planner, "indicators", "sgb2_quote", "weil")
    assert "sgb2_quote" not in memory.catalogue().indicators
    assert "sgb2_quote" in memory.shipped().indicators


def test_a_version_that_was_in_force_is_never_deleted_and_the_database_holds_one_in_force(world, quote):
    from wohnplatz.workflow.catalogue import actions
    from wohnplatz.workflow.catalogue.models import CatalogueItem

    kept = actions.keep(world.planner, replace(quote, label="Neu"), "weil")
    with pytest.raises(WohnplatzError, match="nicht gelöscht"):
        actions.discard(world.planner, kept)
    copy = CatalogueItem.objects.get(pk=kept.pk)
    copy.pk, copy.version = None, 9
    with pytest.raises(IntegrityError):
        copy.save(force_insert=True)


def test_protection_cannot_be_lost_by_a_change(world, quote):
    from wohnplatz.workflow.catalogue import actions

    for changed, words in (
        ({"protection": "none"}, "weniger als bisher"),
        ({"protection": "unsinn"}, "gibt es nicht"),
        ({"numerator": "100 * sgb2_personen", "factor": 1.0}, "Faktor"),
    ):
        with pytest.raises(WohnplatzError, match=words):
            actions.keep(world.planner, replace(quote, **changed), "weil")
    hidden = replace(
        quote, code="kehrwert", numerator="einwohner", denominator="sgb2_personen", protection="none"
    )
    with pytest.raises(WohnplatzError, match="weniger als bisher"):
        actions.keep(world.planner, hidden, "weil", seen=0)


def test_no_shipped_indicator_breaks_the_guard():
    from wohnplatz.disclosure import load_rules
    from wohnplatz.indicators import load_catalogue
    from wohnplatz.model import Severity
    from wohnplatz.workflow.catalogue import guarding

    shipped, rules = load_catalogue(), load_rules()
    found = [
        (i.code, f.code)
        for i in shipped.indicators.values()
        for f in guarding.findings(i, i, shipped, rules)
        if f.severity is Severity.ERROR
    ]
    assert found == []


def test_the_effect_shows_before_and_after_and_reaches_what_depends_on_it(released, quote):
    from wohnplatz.model import CellState
    from wohnplatz.workflow.catalogue import actions, effect
    from wohnplatz.workflow.catalogue.models import CatalogueItem

    actions.keep(released.planner, index_of(), "erster Index", seen=0)
    found = effect.effect(released.planner, replace(quote, factor=1000.0, unit="je 1.000"))
    assert {d.code for d in found.dependants} == {"sgb2_veraenderung_1", "lage"}
    own = next(m for m in found.own if m.level == "wohnplatz")
    rows = {r.area: r for r in own.rows}
    first = rows["0599900202"]
    assert first.after.value == pytest.approx(10 * first.before.value)
    assert own.areas == 4
    assert own.protected == (2, 2), "the area with two persons stays protected, and its neighbour with it"
    assert "0599900102" not in rows, "of a protected figure nothing is seen to change"
    assert "0599900201" not in rows, "a true zero stays one"
    assert all(r.before.state is not CellState.PROTECTED for r in rows.values())
    status = next(m for m in found.others["lage"] if m.code == "lage:status")
    assert (status.values, status.classes) == (0, 0), "ten times everything is the same standardised"
    assert "Probe" in found.context.release
    assert CatalogueItem.objects.filter(code="sgb2_quote").count() == 0, "nothing is kept"


def test_a_changed_limit_changes_classes_and_not_values(released, quote):
    from wohnplatz.workflow.catalogue import actions, effect

    actions.keep(released.planner, index_of(), "erster Index", seen=0)
    found = effect.effect(released.planner, index_of(status_limits=(9.0,)))
    status = found.own[0]
    # Two of the four areas are hidden: they take no part, and the class of one of the others changes.
    assert (status.values, status.classes) == (0, 1)
    assert {r.class_after.value for r in status.rows} == {1.0}, "nobody lies above 9 standard deviations"


def test_before_the_first_release_the_effect_says_so(world, quote):
    from wohnplatz.workflow.catalogue import effect

    found = effect.effect(world.planner, replace(quote, label="Neu"))
    assert found.release is None
    assert found.own == ()
    assert [f.label for f in found.fields] == ["Bezeichnung"]


def test_the_next_release_uses_it_and_the_former_one_keeps_its_own(released, quote):
    from wohnplatz.workflow.catalogue import actions, history
    from wohnplatz.workflow.releases import queries
    from wohnplatz.workflow.releases.actions import make_release

    actions.keep(
        released.planner, replace(quote, factor=1000.0, unit="je 1.000"), "Je 1.000 liest sich besser"
    )
    new = make_release(released.planner, "2024-2")
    assert queries.catalogue(released.release).indicators["sgb2_quote"].version == quote.version
    assert queries.catalogue(new).indicators["sgb2_quote"].version == quote.version + 1
    found = queries.compare(released.planner, released.release, new, level="wohnplatz")
    assert found.parts == ("Katalog",)
    (item,) = found.items
    assert {f.label: (f.old, f.new) for f in item.fields}["Faktor"] == ("100", "1000")
    assert [d.code for d in item.dependants] == ["sgb2_veraenderung_1"]
    assert {c.key[0] for c in found.changes} <= {"sgb2_quote", "sgb2_veraenderung_1"}
    by_number = {v.number: v for v in history.versions(released.planner, "indicators", "sgb2_quote")}
    assert [r.label for r in by_number[quote.version].releases] == ["2024-1"]
    assert [r.label for r in by_number[quote.version + 1].releases] == ["2024-2"]


def test_a_draft_has_no_effect_and_may_have_mistakes(world, quote):
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.catalogue import actions
    from wohnplatz.workflow.catalogue.models import CatalogueItem

    actions.propose(world.planner, replace(quote, numerator="sgb2_persone"), "angefangen")
    actions.propose(world.planner, replace(quote, numerator="sgb2_person"), "weiter")
    (draft,) = CatalogueItem.objects.all()
    assert read_item(draft.text, "").numerator == "sgb2_person"
    assert memory.catalogue().indicators["sgb2_quote"] == quote
    actions.keep(world.planner, replace(quote, label="Fertig"), "weil")
    assert not CatalogueItem.objects.filter(state="draft").exists(), "what is kept is no draft any more"


def test_files_that_no_longer_fit_an_own_item_are_named_and_never_passed_over(
    world, quote, settings, tmp_path
):
    import shutil

    from wohnplatz.workflow import memory
    from wohnplatz.workflow.catalogue import actions

    actions.keep(world.planner, replace(quote, label="Neu"), "weil")
    folder = shutil.copytree(settings.WOHNPLATZ_CATALOGUE, tmp_path / "own")
    variables = (folder / "variables.toml").read_text().replace("sgb2_personen", "sgb2_leute")
    (folder / "variables.toml").write_text(variables)
    for path in (folder / "indicators").glob("sgb2*.toml"):
        path.write_text(path.read_text().replace("sgb2_personen", "sgb2_leute"))
    settings.WOHNPLATZ_CATALOGUE = str(folder)
    assert memory.shipped()
    with pytest.raises((CatalogueError, FormulaError)) as wrong:
        memory.catalogue()
    assert "sgb2_quote" in str(wrong.value)
    actions.retire(world.planner, "indicators", "sgb2_quote", "passt nicht mehr zu den Dateien")
    with pytest.raises(FormulaError, match="sgb2_veraenderung_1"):
        memory.catalogue()
    (folder / "indicators" / "sgb2_veraenderung_1.toml").unlink()
    assert "sgb2_quote" not in memory.catalogue().indicators
