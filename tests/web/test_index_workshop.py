"""The workshop and the comparison of indices, on a small released district."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.urls import reverse

from wohnplatz.indicators import load_catalogue
from wohnplatz.model import ClassRule, IndexFamily
from wohnplatz.web.socialindex import workshop_form
from wohnplatz.workflow.releases import queries
from wohnplatz.workflow.releases.actions import make_release

KNOWN = {
    "sgb2_quote": "",
    "kinderarmut": "",
    "arbeitslosenanteil": "",
    "grundsicherung_alter_quote": "",
    "altenquotient": "",
}


@pytest.fixture
def index():
    return load_catalogue().indices["soziallage"]


@pytest.fixture
def indexed(released, settings, tmp_path, steps):
    """The small district with two indices in its newest release."""
    folder = tmp_path / "catalogue"
    shutil.copytree(settings.WOHNPLATZ_CATALOGUE, folder)
    shutil.copytree(Path(__file__).parent / "indices", folder / "indices", dirs_exist_ok=True)
    settings.WOHNPLATZ_CATALOGUE = str(folder)
    return steps.take(release_again, released)


def release_again(world) -> None:
    make_release(world.planner, "mit Index")


def weights(tried: workshop_form.Trial) -> dict[str, float]:
    return {p.indicator: p.weight for p in tried.definition.status}


def test_an_empty_address_is_the_index_in_force_without_its_dynamics(index) -> None:
    tried = workshop_form.read({}, index, KNOWN)
    assert tried.problems == ()
    assert tried.definition.status == index.status
    assert tried.definition.status_limits == index.status_limits
    assert tried.definition.dynamics == ()


def test_weights_are_german_numbers_zero_takes_one_out_and_a_new_one_comes_in(index) -> None:
    query = {"g-sgb2_quote": "2,5", "g-kinderarmut": "0", "g-unsinn": "7", "neu": "altenquotient"}
    assert weights(workshop_form.read(query, index, KNOWN)) == {"sgb2_quote": 2.5, "altenquotient": 1}


@pytest.mark.parametrize("written", ["viel", "-1", "1e999", "nan", "99999999", "1" * 400])
def test_a_weight_that_is_none_is_named_and_the_one_in_force_holds(index, written: str) -> None:
    tried = workshop_form.read({"g-sgb2_quote": written}, index, KNOWN)
    assert weights(tried) == {"sgb2_quote": 1}
    assert len(tried.problems) == 1


def test_all_weights_zero_is_no_index(index) -> None:
    tried = workshop_form.read({"g-sgb2_quote": "0"}, index, KNOWN)
    assert tried.definition.status == index.status
    assert "mindestens ein Gewicht" in tried.problems[0]


def test_another_family_begins_with_quantiles_because_its_numbers_mean_something_else(index) -> None:
    tried = workshop_form.read({"verfahren": "percentile"}, index, KNOWN)
    assert tried.definition.family is IndexFamily.PERCENTILE
    assert tried.definition.class_rule is ClassRule.QUANTILES
    assert tried.definition.status_classes == index.status_classes


@pytest.mark.parametrize(
    ("query", "limits"),
    [
        ({"klassen": "limits", "grenzen": "-1,5; 0; 2"}, (-1.5, 0, 2)),
        ({"klassen": "limits", "grenzen": "2; 1"}, (-1, 1, 1.5)),
        ({"klassen": "limits", "grenzen": "eins; zwei"}, (-1, 1, 1.5)),
        ({"klassen": "limits", "verfahren": "pca"}, (-1, 1, 1.5)),
    ],
)
def test_limits_are_read_or_named(index, query: dict[str, str], limits: tuple[float, ...]) -> None:
    tried = workshop_form.read(query, index, KNOWN)
    assert tried.definition.status_limits == limits
    assert len(tried.definition.status_classes) == len(limits) + 1


@pytest.mark.parametrize("family", [f.value for f in IndexFamily])
@pytest.mark.parametrize("rule", [r.value for r in ClassRule])
def test_every_family_and_rule_shows_a_page_and_stores_nothing(indexed, log_in, family, rule) -> None:
    before = queries.current().manifest
    client = log_in(indexed.sector)
    answer = client.get(reverse("index_workshop", args=["lage"]), {"verfahren": family, "klassen": rule})
    assert answer.status_code == 200
    assert "Werkstatt" in answer.content.decode()
    assert queries.current().manifest == before


def test_an_index_nobody_can_compute_says_why_and_is_not_shown_as_nought(indexed, log_in) -> None:
    client = log_in(indexed.sector)
    page = client.get(reverse("index_workshop", args=["lage"]), {"g-sgb2_veraenderung_1": "1"})
    html = page.content.decode()
    assert ("Nicht berechenbar" in html) == (page.context["counted"] == 0)


def test_two_indices_stand_side_by_side(indexed, log_in) -> None:
    client = log_in(indexed.sector)
    answer = client.get(reverse("index_compare", args=["lage"]), {"mit": "lage_rang"})
    assert answer.status_code == 200
    assert answer.context["second"].code == "lage_rang"
    assert client.get(reverse("index_compare", args=["lage"]), {"mit": "<x>"}).status_code == 200
    assert client.get(reverse("index_compare", args=["unsinn"])).status_code == 404
