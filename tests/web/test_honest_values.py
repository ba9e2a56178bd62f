"""Zero, protected, not available, not applicable and missing stay different wherever values are shown."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from wohnplatz.model import CellState, Observation

DAY = date(2024, 12, 31)
SAID = {
    "0599900101": ("-", "0"), "0599900102": ("*", "geschützt"), "0599900201": (".", "unbekannt"),
    "0599900202": ("x", "nicht sinnvoll"),
}  # fmt: skip
"""Area → the sign that is typed, and how it is shown (a part of the words)."""


def observation(value: float | None, state: CellState = CellState.VALUE, **breakdown: str) -> Observation:
    return Observation("einwohner", "0599900101", DAY, value, state, breakdown or None)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (5.0, "5"), (12.345, "12,345"), (1200.0, "1.200"), (0.1, "0,1")]
)
def test_a_value_that_stands_in_the_form_is_the_value_that_was_delivered(world, value, text) -> None:
    from wohnplatz.intake.cells import read_value
    from wohnplatz.web.deliveries.grid import as_typed

    assert as_typed(observation(value)) == text
    assert read_value(text).value == value


@pytest.mark.parametrize("state", [s for s in CellState if s >= 12 or s == CellState.NOT_APPLICABLE])
def test_a_cell_without_a_number_stands_in_the_form_with_its_own_sign(world, state) -> None:
    from wohnplatz.intake.cells import read_value
    from wohnplatz.web.deliveries.grid import as_typed

    assert read_value(as_typed(observation(None, state))).state is state


def test_what_is_typed_cannot_run_as_a_formula(world, scene) -> None:
    from wohnplatz.intake.cells import read_value
    from wohnplatz.web.deliveries import grid
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.partners import queries as partners

    asked = partners.request(world.rounds["jobcenter", 2024])
    typed = {"c0-0": "-", "c0-1": "-5", "c0-2": "+7", "c0-3": "=1+1"}
    lines = grid.as_file(typed, asked, memory.catalogue()).decode("utf-8-sig").splitlines()[1:]
    values = [line.rsplit(";", 1)[1] for line in lines]
    assert [read_value(v).value for v in values[:3]] == [0.0, -5.0, 7.0]
    assert not [v for v in values if v[0] in "=+@\t" or (v[0] == "-" and v != "-")]


def test_a_sum_of_parts_is_shown_only_where_every_part_is_there(world) -> None:
    from wohnplatz.web.deliveries.preview import preview
    from wohnplatz.workflow.partners import queries as partners

    asked = partners.request(world.rounds["ahausen", 2024])
    men, women = observation(400, geschlecht="m"), observation(500, geschlecht="w")
    hidden = observation(None, CellState.PROTECTED, geschlecht="w")
    for cells, shown in (
        ([men, women], "900"), ([men], "1 von 2 Teilen"), ([men, hidden], "teils geschützt"),
    ):  # fmt: skip
        found = preview(cells, asked)
        assert found is not None
        assert found.rows[0][2] == (shown,)


def test_missing_cells_of_the_preview_are_told_in_a_word(world) -> None:
    from wohnplatz.web.deliveries.preview import ABSENT, preview
    from wohnplatz.workflow.partners import queries as partners

    asked = partners.request(world.rounds["jobcenter", 2024])
    there = Observation("sgb2_personen", "0599900101", DAY, 5.0, CellState.VALUE)
    other = Observation("anderes", "0599900102", DAY, 0.0, CellState.VALUE)
    found = preview([there, other], asked)
    assert found is not None
    assert [cells for _, _, cells in found.rows] == [("5", ABSENT), (ABSENT, "0")]


@pytest.fixture
def said(world, scene):
    from wohnplatz.workflow.deliveries.actions import receive

    first = {**scene.COUNTS, "0599900101": "17", "0599900202": "0"}
    made = receive(world.user_jobcenter, world.rounds["jobcenter", 2024], "a.csv", scene.benefits(first))
    scene.released_and_accepted(world.planner, made)
    signs = {key: sign for key, (sign, _) in SAID.items()}
    world.delivery = receive(
        world.user_jobcenter, world.rounds["jobcenter", 2024], "b.csv", scene.benefits(signs)
    )
    return world


def words_of(client, route: str, pk: int) -> str:
    return client.get(reverse(route, args=[pk])).content.decode()


def test_pages_of_values_name_each_state(said, log_in) -> None:
    client = log_in(said.user_jobcenter)
    cells = client.get(reverse("delivery_values", args=[said.delivery.pk])).context["cells"]
    shown = {c["key"]: c["value"] for c in cells}
    assert len(set(shown.values())) == len(SAID)
    for key, (_, word) in SAID.items():
        assert word in shown[key]
    preview = client.get(reverse("delivery", args=[said.delivery.pk])).context["preview"]
    assert {key: cells[0] for _, key, cells in preview.rows} == shown


def test_changes_name_the_state_on_both_sides(said, log_in) -> None:
    page = log_in(said.user_jobcenter).get(reverse("delivery_changes", args=[said.delivery.pk]))
    lines = {line.key: (line.old, line.new) for line in page.context["cells"]}
    assert lines["0599900101"] == ("17", "0")
    assert lines["0599900102"][0] == "2"
    assert "geschützt" in lines["0599900102"][1]
    assert lines["0599900202"][0] == "0"
    assert "nicht sinnvoll" in lines["0599900202"][1]
    assert all(old and new for old, new in lines.values())


def test_the_form_shows_last_values_with_their_signs(said, log_in) -> None:
    page = log_in(said.user_jobcenter).get(reverse("round_entry", args=[said.delivery.round_id]))
    rows = page.context["grids"][0].rows
    assert [row.cells[0][1].text for row in rows] == ["0", "*", ".", "x"]


def test_an_unknown_figure_is_a_word_in_the_table_of_coverage() -> None:
    from wohnplatz.web.coverage.download import _known

    assert (_known(None), _known(0.0), _known(12.34)) == ("nicht bekannt", 0.0, 12.3)
