"""Pressed twice, pressed late, pressed while a new file comes: one decision, and words about the rest."""

from __future__ import annotations

import pytest
from django.urls import reverse

from wohnplatz.workflow.deliveries import actions
from wohnplatz.workflow.deliveries.models import Delivery, DeliveryEvent, EventKind
from wohnplatz.workflow.deliveries.states import DeliveryState


@pytest.fixture
def checked(world, scene) -> Delivery:
    round_ = world.rounds["jobcenter", 2024]
    return actions.receive(world.user_jobcenter, round_, "a.csv", scene.benefits(scene.COUNTS))


def press(client, delivery: Delivery, step: str, version: int):
    url = reverse("delivery_decide", args=[delivery.pk, step])
    return client.post(url, {"version": version, "grund": "bitte prüfen"}, follow=True)


def count(delivery: Delivery, kind: EventKind) -> int:
    return DeliveryEvent.objects.filter(delivery=delivery, kind=kind).count()


@pytest.mark.parametrize("step", ["freigeben", "zurueckziehen"])
def test_a_partner_who_presses_twice_has_done_it_once(checked, world, log_in, step) -> None:
    client = log_in(world.user_jobcenter)
    first, second = (press(client, checked, step, checked.version) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert "inzwischen" in second.content.decode()
    kind = EventKind.RELEASED if step == "freigeben" else EventKind.WITHDRAWN
    assert count(checked, kind) == 1


def test_a_planner_who_presses_twice_has_accepted_once(checked, world, log_in) -> None:
    waiting = actions.release(world.user_jobcenter, checked, checked.version)
    client = log_in(world.planner)
    answers = [press(client, waiting, "annehmen", waiting.version) for _ in range(2)]
    assert all(a.status_code == 200 for a in answers)
    assert count(checked, EventKind.ACCEPTED) == 1
    late = press(client, waiting, "zurueckgeben", waiting.version)
    assert "inzwischen" in late.content.decode()
    assert Delivery.objects.get().state == DeliveryState.ACCEPTED


def test_a_new_file_while_the_planner_reads_loses_neither(checked, world, scene, log_in) -> None:
    waiting = actions.release(world.user_jobcenter, checked, checked.version)
    newer = scene.benefits({**scene.COUNTS, "0599900101": "101"})
    correction = actions.receive(world.user_jobcenter, waiting.round, "b.csv", newer)
    press(log_in(world.planner), waiting, "annehmen", waiting.version)
    states = dict(Delivery.objects.values_list("number", "state"))
    assert states == {1: DeliveryState.ACCEPTED, 2: DeliveryState.CHECKED}
    press(log_in(world.user_jobcenter), correction, "freigeben", correction.version)
    assert Delivery.objects.get(pk=correction.pk).state == DeliveryState.RELEASED


def test_a_release_of_a_file_that_a_newer_one_replaced_is_told(checked, world, scene, log_in) -> None:
    newer = scene.benefits({**scene.COUNTS, "0599900101": "101"})
    actions.receive(world.user_jobcenter, checked.round, "b.csv", newer)
    answer = press(log_in(world.user_jobcenter), checked, "freigeben", checked.version)
    assert answer.status_code == 200
    assert Delivery.objects.get(pk=checked.pk).state == DeliveryState.SUPERSEDED
    assert not count(checked, EventKind.RELEASED)
