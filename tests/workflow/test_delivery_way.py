"""The way of a delivery: drafts, words on warnings, the release, corrections, own rules, what goes again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.store import Kind


@pytest.fixture
def warned(world, scene):
    """A checked delivery of the Jobcenter with warnings: an area is missing."""
    from wohnplatz.workflow.deliveries.actions import receive

    part = {k: v for k, v in scene.COUNTS.items() if k != "0599900202"}
    return receive(world.user_jobcenter, world.rounds["jobcenter", 2024], "a.csv", scene.benefits(part))


def test_a_partner_sees_the_effect_on_figures_that_are_out(delivered, scene):
    from wohnplatz.workflow.deliveries import queries
    from wohnplatz.workflow.deliveries.actions import receive
    from wohnplatz.workflow.releases.actions import make_release

    make_release(delivered.planner, "2024-1")
    counts = {**scene.COUNTS, "0599900101": "150", "0599900202": "60"}
    user = delivered.user_jobcenter
    made = receive(user, delivered.rounds["jobcenter", 2024], "b.csv", scene.benefits(counts))
    seen = {(e.indicator, e.area) for e in queries.changes(user, made).effects}
    assert ("sgb2_quote", "0599900202") in seen
    assert ("sgb2_quote", "0599900101") not in seen, "hidden in the release beside the area with two persons"


def test_a_release_needs_a_word_on_every_warning(world, warned):
    from wohnplatz.workflow.deliveries.actions import note, release

    assert warned.state == "checked"
    assert warned.count("warning") > 0
    with pytest.raises(WohnplatzError, match="noch nicht erläutert") as refused:
        release(world.user_jobcenter, warned, warned.version)
    assert refused.value.code == "deliveries.not_explained"
    with pytest.raises(WohnplatzError, match="Begründung"):
        note(world.user_jobcenter, warned, warned.findings[0]["key"], " ")
    for code in {f["code"] for f in warned.findings}:
        note(world.user_jobcenter, warned, code, "Dort wohnt niemand.")
    released = release(world.user_jobcenter, warned, warned.version)
    assert released.state == "released"
    assert released.released_as == "Jobcenter Musterkreis"


def test_a_word_on_a_finding_is_there_again_in_the_next_file(world, scene, warned):
    from wohnplatz.workflow.deliveries import queries
    from wohnplatz.workflow.deliveries.actions import note, receive, release

    for finding in warned.findings:
        note(world.user_jobcenter, warned, finding["key"], "Dort wohnt niemand.")
    part = {k: v for k, v in scene.COUNTS.items() if k != "0599900202"} | {"0599900101": "101"}
    again = receive(world.user_jobcenter, world.rounds["jobcenter", 2024], "b.csv", scene.benefits(part))
    said = queries.notes(world.user_jobcenter, again)
    assert {f["key"] for f in again.findings if f["severity"] == "warning"} <= set(said)
    assert release(world.user_jobcenter, again, again.version).state == "released"


def test_a_finding_that_is_not_there_cannot_be_explained(world, warned):
    from wohnplatz.workflow.deliveries.actions import note

    with pytest.raises(WohnplatzError, match="gibt es in der Lieferung nicht"):
        note(world.user_jobcenter, warned, "0" * 16, "nichts")


def test_another_partner_neither_explains_nor_releases(world, warned):
    from wohnplatz.workflow.accounts.policies import Refused
    from wohnplatz.workflow.deliveries.actions import note, release

    for user in (world.user_ahausen, world.sector, world.administrator):
        with pytest.raises(Refused):
            note(user, warned, warned.findings[0]["key"], "nein")
        with pytest.raises(Refused):
            release(user, warned, warned.version)


def test_only_a_released_delivery_can_be_accepted(world, scene):
    from wohnplatz.workflow.deliveries.actions import accept, receive

    data = scene.benefits(scene.COUNTS)
    delivery = receive(world.user_jobcenter, world.rounds["jobcenter", 2024], "a.csv", data)
    with pytest.raises(WohnplatzError, match="Die Lieferung ist geprüft"):
        accept(world.planner, delivery, delivery.version)


def test_a_second_release_takes_the_place_of_the_one_that_waits(world, scene):
    from wohnplatz.workflow.deliveries.actions import receive, release

    chosen, user = world.rounds["ahausen", 2024], world.user_ahausen
    for name, base in (("a.csv", 1000), ("b.csv", 1200)):
        made = receive(user, chosen, name, scene.population(scene.AHAUSEN, base=base))
        release(user, made, made.version)
    assert [d.state for d in chosen.deliveries.order_by("number")] == ["superseded", "released"]


def test_a_faulty_file_never_takes_the_place_of_one_that_passed(world, scene):
    from wohnplatz.workflow.deliveries.actions import receive

    chosen, good = world.rounds["ahausen", 2024], scene.population(scene.AHAUSEN)
    receive(world.user_ahausen, chosen, "a.csv", good)
    receive(world.user_ahausen, chosen, "b.csv", good.replace(b";m;", b";x;"))
    assert [d.state for d in chosen.deliveries.order_by("number")] == ["checked", "faulty"]


def test_what_was_read_from_a_draft_becomes_base_data_unread(world, scene, monkeypatch):
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.deliveries import actions, drafts

    data = scene.benefits(scene.COUNTS)
    made = actions.receive(world.user_jobcenter, world.rounds["jobcenter", 2024], "a.csv", data)
    assert list(memory.store().hashes(Kind.OBSERVATIONS)) == []
    assert len(drafts.reading_of(made)) == 4
    made = actions.release(world.user_jobcenter, made, made.version)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(actions, "examine", never)
    accepted = actions.accept(world.planner, made, made.version)
    assert list(memory.store().hashes(Kind.OBSERVATIONS)) == [accepted.observations]


def test_a_file_is_read_again_where_the_areas_have_changed_since(world, scene, monkeypatch):
    from wohnplatz.workflow.deliveries import actions

    data = scene.benefits(scene.COUNTS)
    made = actions.receive(world.user_jobcenter, world.rounds["jobcenter", 2024], "a.csv", data)
    made = actions.release(world.user_jobcenter, made, made.version)
    monkeypatch.setattr(actions, "current_basis", lambda _: "another")
    assert actions.accept(world.planner, made, made.version).state == "accepted"


def test_a_correction_says_which_cells_and_figures_it_changes(delivered, scene):
    from wohnplatz.workflow.deliveries import queries
    from wohnplatz.workflow.deliveries.actions import receive

    counts = {**scene.COUNTS, "0599900101": "150", "0599900202": "*"}
    user = delivered.user_jobcenter
    made = receive(user, delivered.rounds["jobcenter", 2024], "b.csv", scene.benefits(counts))
    found = queries.changes(user, made)
    cells = {c.area: (c.old, c.new, c.new_state) for c in found.cells}
    assert cells == {"0599900101": (100.0, 150.0, 0), "0599900202": (50.0, None, 15)}
    assert (found.against, found.added, found.removed, found.changed) == (1, 0, 0, 2)
    assert found.effects == (), "the denominators are others' figures, and none of them is out yet"
    internal = queries.changes(delivered.planner, made)
    effect = next(e for e in internal.effects if (e.indicator, e.area) == ("sgb2_quote", "0599900101"))
    assert effect.new == pytest.approx(effect.old * 1.5)
    assert {e.area for e in internal.effects} <= set(scene.AREAS)

    accepted = scene.released_and_accepted(delivered.planner, made)
    assert queries.changes(delivered.planner, accepted) == internal


def test_changes_are_for_the_planner_and_the_partner_itself(delivered, scene):
    from wohnplatz.workflow.accounts.policies import Refused
    from wohnplatz.workflow.deliveries import queries

    for user in (delivered.user_ahausen, delivered.sector, delivered.administrator):
        with pytest.raises(Refused):
            queries.changes(user, delivered.deliveries[2])
    assert queries.changes(delivered.planner, delivered.deliveries[2]) is None


def test_rows_that_come_and_go_are_counted(delivered, scene):
    from wohnplatz.workflow.deliveries import queries
    from wohnplatz.workflow.deliveries.actions import receive

    part = {k: v for k, v in scene.COUNTS.items() if k != "0599900202"}
    user = delivered.user_jobcenter
    made = receive(user, delivered.rounds["jobcenter", 2024], "b.csv", scene.benefits(part))
    found = queries.changes(user, made)
    assert (found.added, found.removed, found.changed) == (0, 1, 0)
    assert (found.cells[0].old, found.cells[0].new_state) == (50.0, None)


RULE = {
    "code": "sgb2_unter_einwohner", "dataset": "arbeit", "left": "sgb2_personen", "operator": "<=",
    "right": "20", "severity": "warning", "message": "Mehr als 20 Personen: {links}.", "why": "Probe",
    "advice": "Bitte prüfen.",
}  # fmt: skip


def test_a_planner_adds_a_rule_sees_what_it_would_have_found_and_retires_it(delivered, scene):
    from wohnplatz.workflow.deliveries import queries
    from wohnplatz.workflow.deliveries.actions import add_rule, change_rule, receive, retire_rule

    own = add_rule(delivered.planner, **RULE)
    trials = queries.trial(delivered.planner, own)
    assert [t.delivery for t in trials] == ["Jobcenter Musterkreis, Grundsicherung, 31.12.2024"]
    assert {f.area for f in trials[0].findings} == {"0599900101", "0599900202"}

    def found(name: str, count: str) -> set[str]:
        data = scene.benefits({**scene.COUNTS, "0599900101": count})
        made = receive(delivered.user_jobcenter, delivered.rounds["jobcenter", 2024], name, data)
        return {f["area"] for f in made.findings if f["code"] == "checks.sgb2_unter_einwohner"}

    assert found("b.csv", "30") == {"0599900101", "0599900202"}
    change_rule(delivered.planner, own, right="40")
    assert found("c.csv", "31") == {"0599900202"}
    retire_rule(delivered.planner, own)
    assert found("d.csv", "32") == set()


def test_a_rule_that_cannot_be_read_is_refused_and_nobody_but_the_planner_makes_one(world):
    from wohnplatz.workflow.accounts.policies import Refused
    from wohnplatz.workflow.deliveries.actions import add_rule
    from wohnplatz.workflow.deliveries.models import OwnRule

    with pytest.raises(WohnplatzError):
        add_rule(world.planner, **{**RULE, "left": "sgb2_personen +"})
    with pytest.raises(WohnplatzError):
        add_rule(world.planner, **{**RULE, "right": "gibt_es_nicht"})
    with pytest.raises(Refused):
        add_rule(world.user_ahausen, **RULE)
    assert not OwnRule.objects.exists()
    add_rule(world.planner, **RULE)
    with pytest.raises(WohnplatzError, match="gibt es schon"):
        add_rule(world.planner, **RULE)


def test_drafts_go_after_thirty_days_and_originals_never(world, scene):
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.deliveries import drafts
    from wohnplatz.workflow.deliveries.actions import receive
    from wohnplatz.workflow.deliveries.models import Delivery

    receive(world.user_jobcenter, world.rounds["jobcenter", 2024], "a.csv", scene.benefits(scene.COUNTS))
    other = receive(
        world.user_ahausen, world.rounds["ahausen", 2024], "a.csv", scene.population(scene.AHAUSEN)
    )
    kept = scene.released_and_accepted(world.planner, other)
    soon, late = timezone.now() + timedelta(days=29), timezone.now() + timedelta(days=31)
    assert drafts.prune(world.operator, soon) == 0
    assert drafts.prune(world.operator, late) == 1

    store = memory.store()
    assert list(store.hashes(Kind.DRAFT)) == []
    assert list(drafts.readings().hashes(Kind.OBSERVATIONS)) == []
    assert list(store.hashes(Kind.ORIGINAL)) == [kept.original]
    gone = Delivery.objects.get(round=world.rounds["jobcenter", 2024])
    assert (gone.state, gone.kept) == ("withdrawn", "")
    assert "gelöscht" in gone.events.last().note


def test_a_draft_that_another_row_may_still_name_stays(world, scene):
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.deliveries import drafts

    drafts.keep(b"written, its row is still to come")
    drafts.prune(world.operator, timezone.now())
    assert len(list(memory.store().hashes(Kind.DRAFT))) == 1


def test_faulty_drafts_of_a_settled_round_go_at_once(world, scene):
    from wohnplatz.workflow.deliveries import drafts
    from wohnplatz.workflow.deliveries.actions import receive, withdraw

    chosen, good = world.rounds["ahausen", 2024], scene.population(scene.AHAUSEN)
    bad = receive(world.user_ahausen, chosen, "a.csv", good.replace(b";m;", b";x;"))
    withdraw(world.user_ahausen, bad, "falsche Datei")
    made = receive(world.user_ahausen, chosen, "b.csv", good)
    assert drafts.prune(world.operator, timezone.now()) == 0
    scene.released_and_accepted(world.planner, made)
    assert drafts.prune(world.operator, timezone.now()) == 1


def test_names_of_persons_leave_the_history_after_their_time(world, scene, settings):
    from wohnplatz.workflow.audit.models import LogEntry
    from wohnplatz.workflow.deliveries.actions import prune, receive
    from wohnplatz.workflow.deliveries.models import DeliveryEvent

    data = scene.benefits(scene.COUNTS)
    receive(world.user_jobcenter, world.rounds["jobcenter", 2023], "a.csv", data.replace(b"2024", b"2023"))
    assert set(DeliveryEvent.objects.values_list("person", flat=True)) == {""}
    settings.WOHNPLATZ_LOG_PERSONS = True
    receive(world.user_jobcenter, world.rounds["jobcenter", 2024], "a.csv", data)
    assert DeliveryEvent.objects.filter(person="konto-jobcenter").count() == 1

    prune(world.planner)
    assert LogEntry.objects.filter(person="konto-jobcenter").exists()
    gone = prune(world.planner, at=timezone.now() + timedelta(days=91))
    assert gone.names >= 2
    assert not LogEntry.objects.filter(person="konto-jobcenter").exists()
    assert not DeliveryEvent.objects.filter(person="konto-jobcenter").exists()


def test_nothing_but_a_draft_can_be_removed_from_the_store(world):
    from wohnplatz.workflow import memory

    store = memory.store()
    sha = store.put(Kind.ORIGINAL, b"x")
    with pytest.raises(ValueError, match="never removed"):
        store.remove(Kind.ORIGINAL, sha)
    store.remove(Kind.DRAFT, store.put(Kind.DRAFT, b"x"))
    assert store.read(Kind.ORIGINAL, sha) == b"x"
    assert list(store.hashes(Kind.DRAFT)) == []
