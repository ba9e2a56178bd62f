"""Deliveries: received, checked, accepted, returned, withdrawn, superseded."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from wohnplatz.model import WohnplatzError
from wohnplatz.store import Kind


def test_a_good_file_is_checked_and_waits_for_a_decision(world, scene):
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.deliveries.actions import receive

    data = scene.population(scene.AHAUSEN)
    delivery = receive(world.user_ahausen, world.rounds["ahausen", 2024], "Einwohner.csv", data)

    assert (delivery.state, delivery.number, delivery.version) == ("checked", 1, 1)
    assert memory.store().read(Kind.DRAFT, delivery.original) == data
    assert list(memory.store().hashes(Kind.ORIGINAL)) == []
    assert delivery.observations == ""
    assert [e.kind for e in delivery.events.all()] == ["received"]
    assert delivery.events.get().organisation == "Stadt Ahausen"


def test_a_faulty_file_is_kept_as_a_draft_only(world, scene):
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.deliveries.actions import receive

    bad = scene.population(scene.AHAUSEN).replace(b";m;", b";x;")
    delivery = receive(world.user_ahausen, world.rounds["ahausen", 2024], "Einwohner.csv", bad)

    assert (delivery.state, delivery.kept) == ("faulty", "drafts")
    assert delivery.count("error") > 0
    assert list(memory.store().hashes(Kind.DRAFT)) == [delivery.original]
    assert list(memory.store().hashes(Kind.ORIGINAL)) == []
    assert list(memory.store().hashes(Kind.OBSERVATIONS)) == []


def test_accepting_writes_the_observations_and_the_history(world, scene):
    from wohnplatz.workflow.audit.models import LogEntry
    from wohnplatz.workflow.deliveries import queries
    from wohnplatz.workflow.deliveries.actions import accept, receive, release

    delivery = receive(
        world.user_jobcenter, world.rounds["jobcenter", 2024], "a.csv", scene.benefits(scene.COUNTS)
    )
    released = release(world.user_jobcenter, delivery, delivery.version)
    accepted = accept(world.planner, released, released.version, remark="plausibel")

    assert accepted.state == "accepted"
    assert accepted.accepted_at is not None
    values = {o.area: o.value for o in queries.observations(world.planner, accepted)}
    assert values == {key: float(text) for key, text in scene.COUNTS.items()}
    assert [e.kind for e in accepted.events.all()] == ["received", "released", "accepted"]
    entry = LogEntry.objects.get(action="deliveries.accept")
    assert (entry.organisation, entry.role, entry.person) == ("Musterkreis", "planner", "")


def test_the_log_names_persons_only_where_the_district_switched_that_on(world, scene, settings):
    from wohnplatz.workflow.audit.models import LogEntry
    from wohnplatz.workflow.deliveries.actions import receive

    settings.WOHNPLATZ_LOG_PERSONS = True
    receive(world.user_ahausen, world.rounds["ahausen", 2024], "a.csv", scene.population(scene.AHAUSEN))
    assert LogEntry.objects.filter(action="deliveries.receive").get().person == "konto-ahausen"


def test_of_two_decisions_the_second_is_told_who_was_first(world, scene):
    from wohnplatz.workflow.deliveries.actions import (
        Conflict,
        accept,
        receive,
        release,
        return_to_partner,
    )
    from wohnplatz.workflow.deliveries.models import Delivery

    delivery = receive(
        world.user_ahausen, world.rounds["ahausen", 2024], "a.csv", scene.population(scene.AHAUSEN)
    )
    delivery = release(world.user_ahausen, delivery, delivery.version)
    seen_by_another = Delivery.objects.get(pk=delivery.pk)
    accept(world.planner, delivery, delivery.version)

    with pytest.raises(Conflict, match="inzwischen von Musterkreis entschieden: angenommen"):
        accept(world.planner, seen_by_another, seen_by_another.version)
    with pytest.raises(Conflict):
        return_to_partner(world.planner, seen_by_another, "Bitte prüfen", seen_by_another.version)


def test_a_second_accepted_file_supersedes_the_first(world, scene):
    from wohnplatz.workflow.deliveries.actions import receive
    from wohnplatz.workflow.deliveries.models import Delivery

    chosen = world.rounds["ahausen", 2024]
    first = receive(world.user_ahausen, chosen, "a.csv", scene.population(scene.AHAUSEN))
    scene.released_and_accepted(world.planner, first)
    second = receive(world.user_ahausen, chosen, "b.csv", scene.population(scene.AHAUSEN, base=1200))
    assert Delivery.objects.get(pk=first.pk).state == "accepted"
    scene.released_and_accepted(world.planner, second)

    assert [d.state for d in chosen.deliveries.order_by("number")] == ["superseded", "accepted"]


def test_a_corrected_file_replaces_the_one_that_still_waits(world, scene):
    from wohnplatz.workflow.deliveries.actions import receive

    chosen = world.rounds["ahausen", 2024]
    first = receive(world.user_ahausen, chosen, "a.csv", scene.population(scene.AHAUSEN))
    receive(world.user_ahausen, chosen, "b.csv", scene.population(scene.AHAUSEN, base=1200))

    assert [d.state for d in chosen.deliveries.order_by("number")] == ["superseded", "checked"]
    with pytest.raises(WohnplatzError):
        scene.released_and_accepted(world.planner, first)


def test_the_same_file_once_more_is_recognised(world, scene):
    from wohnplatz.workflow.deliveries.actions import Duplicate, receive

    chosen, data = world.rounds["ahausen", 2024], scene.population(scene.AHAUSEN)
    receive(world.user_ahausen, chosen, "a.csv", data)
    with pytest.raises(Duplicate, match=r"Lieferung Nr\. 1"):
        receive(world.user_ahausen, chosen, "other-name.csv", data)
    assert chosen.deliveries.count() == 1


def test_a_file_that_cannot_be_read_may_come_again(world, scene):
    from wohnplatz.workflow.deliveries.actions import receive

    chosen, bad = world.rounds["ahausen", 2024], b"nothing of use"
    assert receive(world.user_ahausen, chosen, "a.csv", bad).state == "unreadable"
    assert receive(world.user_ahausen, chosen, "a.csv", bad).number == 2


def test_returning_needs_a_reason_and_takes_an_accepted_file_out_of_force(delivered):
    from wohnplatz.workflow.deliveries.actions import return_to_partner
    from wohnplatz.workflow.releases.actions import deliveries_in_force

    delivery = delivered.deliveries[0]
    with pytest.raises(WohnplatzError, match="Begründung"):
        return_to_partner(delivered.planner, delivery, "  ")
    returned = return_to_partner(delivered.planner, delivery, "Zeile 3 stimmt nicht")
    assert (returned.state, returned.reason) == ("returned", "Zeile 3 stimmt nicht")
    assert delivery not in deliveries_in_force()


def test_a_partner_withdraws_as_long_as_nobody_has_decided(world, scene):
    from wohnplatz.workflow.deliveries.actions import receive, withdraw

    chosen = world.rounds["ahausen", 2024]
    delivery = receive(world.user_ahausen, chosen, "a.csv", scene.population(scene.AHAUSEN))
    assert withdraw(world.user_ahausen, delivery, "falsches Jahr").state == "withdrawn"

    again = receive(world.user_ahausen, chosen, "a.csv", scene.population(scene.AHAUSEN))
    accepted = scene.released_and_accepted(world.planner, again)
    with pytest.raises(WohnplatzError, match="geht nicht"):
        withdraw(world.user_ahausen, accepted, "doch nicht")


def test_after_the_lock_only_the_planner_can_still_hand_in(world, scene):
    from wohnplatz.workflow.deliveries.actions import receive

    chosen, data = world.rounds["ahausen", 2024], scene.population(scene.AHAUSEN)
    late = datetime(2090, 6, 1, tzinfo=UTC)
    with pytest.raises(WohnplatzError, match="Annahmeschluss"):
        receive(world.user_ahausen, chosen, "a.csv", data, at=late)
    assert receive(world.planner, chosen, "a.csv", data, at=late).state == "checked"


def test_a_file_that_is_too_large_is_refused(world, settings):
    from wohnplatz.workflow.deliveries.actions import receive

    settings.WOHNPLATZ_UPLOAD_LIMIT = 10
    with pytest.raises(WohnplatzError, match="zu groß"):
        receive(world.user_ahausen, world.rounds["ahausen", 2024], "a.csv", b"12345678901")


def test_a_given_time_is_refused_outside_a_demo_district(world, scene):
    from wohnplatz.workflow.deliveries.actions import receive
    from wohnplatz.workflow.district.actions import set_district

    set_district(world.operator, name="Echter Kreis", key="05999")
    with pytest.raises(WohnplatzError, match="Demo-Kreis"):
        receive(
            world.planner, world.rounds["ahausen", 2024], "a.csv", b"", at=datetime(2020, 1, 1, tzinfo=UTC)
        )


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Daten\\Bevölkerung 2025.xlsx", "Bevölkerung 2025.xlsx"),
        ("../../etc/passwd", "passwd"),
        ('a"b\n<c>.csv', "a_b__c_.csv"),
        ("", "lieferung"),
        ("x" * 300 + ".xlsx", "x" * 115 + ".xlsx"),
    ],
)
def test_file_names_are_kept_for_people_and_harmless(sent, kept):
    from wohnplatz.workflow.deliveries.filenames import safe_name

    assert safe_name(sent) == kept


def test_rounds_say_where_they_stand(world, scene):
    from wohnplatz.workflow.deliveries import queries
    from wohnplatz.workflow.deliveries.actions import receive, release, return_to_partner
    from wohnplatz.workflow.partners.actions import waive_round

    def state(code: str, today: date) -> str:
        return str(queries.view(world.rounds[code, 2024], today).state)

    early, overdue, closed = date(2025, 1, 15), date(2025, 6, 1), date(2090, 6, 1)
    assert [state("ahausen", d) for d in (early, overdue, closed)] == ["expected", "late", "missing"]
    delivery = receive(
        world.operator, world.rounds["ahausen", 2024], "a.csv", scene.population(scene.AHAUSEN)
    )
    assert state("ahausen", overdue) == "checked"
    delivery = release(world.user_ahausen, delivery, delivery.version)
    assert state("ahausen", overdue) == "released"
    return_to_partner(world.planner, delivery, "unvollständig")
    assert state("ahausen", overdue) == "returned"
    again = receive(
        world.operator, world.rounds["ahausen", 2024], "b.csv", scene.population(scene.AHAUSEN, base=900)
    )
    scene.released_and_accepted(world.planner, again)
    assert state("ahausen", closed) == "accepted"
    waive_round(world.planner, world.rounds["behausen", 2024], "Umstellung des Verfahrens")
    assert state("behausen", closed) == "waived"


def test_a_correction_beside_an_accepted_delivery_waits_for_a_decision(world, scene):
    from wohnplatz.workflow.deliveries import queries
    from wohnplatz.workflow.deliveries.actions import receive

    delivery_round, today = world.rounds["ahausen", 2024], date(2025, 6, 1)
    first = receive(world.operator, delivery_round, "a.csv", scene.population(scene.AHAUSEN))
    scene.released_and_accepted(world.planner, first)
    second = receive(world.operator, delivery_round, "b.csv", scene.population(scene.AHAUSEN, base=900))
    view = queries.view(delivery_round, today)
    assert (str(view.state), view.delivery) == ("checked", second)
    assert delivery_round in [v.round for v in queries.due(world.planner, today)]
    scene.released_and_accepted(world.planner, second)
    assert str(queries.view(delivery_round, today).state) == "accepted"


def test_due_shows_decisions_first_and_each_partner_only_its_own(world, scene):
    from wohnplatz.workflow.deliveries import queries
    from wohnplatz.workflow.deliveries.actions import receive

    today = date(2025, 6, 1)
    receive(world.operator, world.rounds["jobcenter", 2024], "a.csv", scene.benefits(scene.COUNTS))
    states = [v.state for v in queries.due(world.planner, today)]
    assert states[0] == "checked"
    assert states[1:] == ["late"] * 5
    assert {v.round.agreement.partner.code for v in queries.due(world.user_ahausen, today)} == {"ahausen"}
    assert {e.delivery.round.agreement.partner.code for e in queries.recent_events(world.planner)} == {
        "jobcenter"
    }
    assert list(queries.recent_events(world.user_ahausen)) == []


def test_coverage_names_what_is_missing(world, scene):
    from wohnplatz.workflow.deliveries import queries
    from wohnplatz.workflow.deliveries.actions import receive

    part = {k: v for k, v in scene.COUNTS.items() if k != "0599900202"}
    delivery = receive(world.operator, world.rounds["jobcenter", 2024], "a.csv", scene.benefits(part))
    found = queries.coverage(world.planner, delivery)
    assert (found.areas, found.expected_areas, found.missing_areas) == (3, 4, ("0599900202",))
    assert not found.complete


def test_a_municipality_delivers_for_its_own_areas_only(world, scene):
    from wohnplatz.workflow.deliveries.actions import receive
    from wohnplatz.workflow.partners.queries import request

    asked = request(world.rounds["ahausen", 2024])
    assert tuple(asked.areas) == scene.AHAUSEN
    assert tuple(asked.foreign_areas) == scene.BEHAUSEN
    strange = receive(
        world.operator, world.rounds["ahausen", 2024], "a.csv", scene.population(scene.BEHAUSEN)
    )
    assert strange.state == "faulty"
