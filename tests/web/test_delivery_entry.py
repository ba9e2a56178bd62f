"""Typing a small data set into the browser."""

from __future__ import annotations

import pytest
from django.urls import reverse

from wohnplatz.web.deliveries import grid
from wohnplatz.workflow import memory
from wohnplatz.workflow.deliveries import queries
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.deliveries.states import DeliveryState
from wohnplatz.workflow.partners import queries as partners


@pytest.fixture
def asked(world):
    return partners.request(world.rounds["jobcenter", 2024])


def fields(asked, text: str = "12") -> dict[str, str]:
    columns = len(grid.columns_of(asked, memory.catalogue()))
    return {f"c{n}-{m}": text for n in range(columns) for m in range(len(asked.areas))}


def test_the_form_has_a_labelled_field_for_every_cell(world, asked, log_in) -> None:
    url = reverse("round_entry", args=[world.rounds["jobcenter", 2024].pk])
    page = log_in(world.user_jobcenter).get(url).content.decode()
    assert page.count('class="kern-form-input__input wp-grid__input"') == len(fields(asked))
    assert 'aria-labelledby="g0-z0 g0-s0"' in page


def test_an_empty_field_blocks_with_a_sentence_and_everything_typed_stays(world, asked, log_in) -> None:
    url = reverse("round_entry", args=[world.rounds["jobcenter", 2024].pk])
    typed = {**fields(asked), "c0-1": "", "c0-2": "viele"}
    page = log_in(world.user_jobcenter).post(url, {**typed, "schritt": "einreichen"}).content.decode()
    assert "1\xa0Feld ist noch nicht ausgefüllt." in page
    assert "weder Zahl noch Zeichen" in page
    assert 'value="viele"' in page
    assert not Delivery.objects.exists()


def test_every_sign_is_handed_in_as_what_it_says(world, asked, log_in) -> None:
    url = reverse("round_entry", args=[world.rounds["jobcenter", 2024].pk])
    typed = {**fields(asked), "c0-0": "-", "c0-1": "*", "c0-2": "(12)", "c0-3": "…"}
    log_in(world.user_jobcenter).post(url, {**typed, "schritt": "einreichen"})
    made = Delivery.objects.get()
    assert made.state == DeliveryState.CHECKED
    first = grid.columns_of(asked, memory.catalogue())[0].variable.code
    cells = {o.area: o for o in queries.observations(world.user_jobcenter, made) if o.variable == first}
    states = [cells[key].state.name for key in asked.areas]
    assert states == ["VALUE", "PROTECTED", "LIMITED", "LATER"]
    assert cells[next(iter(asked.areas))].value == 0


def test_a_draft_is_kept_and_found_again(world, asked, log_in) -> None:
    pk = world.rounds["jobcenter", 2024].pk
    client = log_in(world.user_jobcenter)
    answer = client.post(reverse("round_entry_keep", args=[pk]), {"c0-0": "77", "c0-1": "7.5"})
    assert set(answer.json()["problems"]) == {"c0-1"}
    assert answer.json()["progress"].startswith("2 von ")
    assert 'value="77"' in client.get(reverse("round_entry", args=[pk])).content.decode()
    client.post(reverse("round_entry", args=[pk]), {"schritt": "verwerfen"})
    assert 'value="77"' not in client.get(reverse("round_entry", args=[pk])).content.decode()


def test_a_file_can_be_mended_in_the_form(world, scene, asked, log_in) -> None:
    pk = world.rounds["jobcenter", 2024].pk
    from wohnplatz.workflow.deliveries.actions import receive

    receive(world.user_jobcenter, world.rounds["jobcenter", 2024], "l.csv", scene.benefits(scene.COUNTS))
    page = log_in(world.user_jobcenter).get(reverse("round_entry", args=[pk])).content.decode()
    for text in scene.COUNTS.values():
        assert f'value="{text}"' in page


def test_the_form_of_a_round_is_closed_to_other_partners(world, log_in) -> None:
    pk = world.rounds["jobcenter", 2024].pk
    client = log_in(world.user_ahausen)
    assert client.get(reverse("round_entry", args=[pk])).status_code == 403
    assert client.post(reverse("round_entry_keep", args=[pk]), {"c0-0": "1"}).status_code == 403


def test_what_was_delivered_last_stands_beside_the_field(delivered, log_in) -> None:
    from wohnplatz.workflow.deliveries import actions

    world = delivered
    Delivery.objects.filter(round__reference_date__year=2023).exists()
    earlier = world.rounds["jobcenter", 2023]
    asked = partners.request(earlier)
    data = grid.as_file(fields(asked, "4711"), asked, memory.catalogue())
    made = actions.receive(world.operator, earlier, "alt.csv", data)
    released = actions.release(world.planner, made, made.version)
    actions.accept(world.planner, released, released.version)
    page = log_in(world.user_jobcenter).get(reverse("round_entry", args=[world.rounds["jobcenter", 2024].pk]))
    assert "4.711" in page.content.decode()
