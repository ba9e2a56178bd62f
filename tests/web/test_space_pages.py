"""Pages of patterns in space, unequal distribution and types: also where nothing can be said."""

from __future__ import annotations

import pytest
from django.urls import reverse

from wohnplatz.monitoring.space import Autocorrelation
from wohnplatz.web.space.patterns import p_words, statement
from wohnplatz.web.typology.alike import alike
from wohnplatz.web.typology.views import separation

NONE = float("nan")


def indicators(world) -> list[str]:
    from wohnplatz.workflow.releases import queries

    return list(queries.catalogue(world.release).indicators)


def found(p: float, statistic: float = 0.4, reason: str = "") -> Autocorrelation:
    return Autocorrelation(statistic, -0.01, 0.01, 0.01, 3.0, p, 999, 80, 0, reason)


def test_a_pattern_is_told_in_words_and_no_pattern_is_not_called_proof() -> None:
    assert statement(found(0.002))[0] == "Ähnliche Werte liegen beieinander"
    assert "+0,40" in statement(found(0.002))[1]
    assert statement(found(0.01, -0.4))[0] == "Hohe und niedrige Werte wechseln sich ab"
    assert "kein Beleg" in statement(found(0.3))[1]
    assert (
        statement(found(NONE, NONE, "constant"))[1] == "Nicht berechenbar: alle Gebiete haben denselben Wert."
    )


def test_p_values_are_written_the_german_way() -> None:
    assert p_words(0.0123) == "p\u00a0=\u00a00,012"
    assert p_words(0.0001) == "p unter 0,001"


def test_separation_has_three_words() -> None:
    assert [separation(v) for v in (0.6, 0.3, -0.2)] == [
        "deutlich getrennt", "schwach getrennt", "kaum getrennt",
    ]  # fmt: skip


def test_four_areas_get_pages_that_say_what_cannot_be_computed(released, log_in) -> None:
    client = log_in(released.planner)
    for code in indicators(released):
        answer = client.get(reverse("space", args=[code]))
        assert answer.status_code == 200
        assert "Wenige Gebiete, wenig Trennschärfe" in answer.content.decode()
    for name in ("inequality", "types"):
        answer = client.get(reverse(name))
        assert answer.status_code == 200
        assert "icht berechenbar" in answer.content.decode() or name == "inequality"


def test_addresses_lead_to_an_indicator_and_nonsense_falls_back(released, log_in) -> None:
    client = log_in(released.planner)
    first = indicators(released)[0]
    assert client.get(reverse("space_index") + f"?indikator={first}").url == reverse("space", args=[first])
    assert client.get(reverse("space_index") + "?indikator=gibt-es-nicht").status_code == 302
    assert client.get(reverse("space", args=["gibt-es-nicht"])).status_code == 404
    assert client.get(reverse("space", args=[first]) + "?jahr=9999").status_code == 200
    assert client.get(reverse("types") + "?i=quatsch&anzahl=-3&verfahren=zauber&jahr=x").status_code == 200


@pytest.mark.parametrize("kind", ["svg", "png", "xlsx"])
def test_pictures_and_tables_can_be_taken_away(released, log_in, kind) -> None:
    client = log_in(released.planner)
    first = indicators(released)[0]
    for address in (reverse(f"space_{kind}", args=[first]), reverse(f"types_{kind}")):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "attachment" in answer["Content-Disposition"]
        assert len(answer.content) > 500


def test_the_selection_marks_its_areas(released, log_in) -> None:
    client = log_in(released.planner)
    page = client.get(
        reverse("space", args=[indicators(released)[0]]) + "?auswahl=0599900101"
    ).content.decode()
    assert 'kern-table__row wp-selected"><th class="kern-table__header" scope="row"><a' in page
    assert "auswahl=0599900101" in page


def test_nobody_without_a_login_sees_them(released, client) -> None:
    for address in (reverse("space_index"), reverse("inequality"), reverse("types"), reverse("types_xlsx")):
        assert client.get(address).status_code in {302, 403}


def test_areas_like_one_are_a_section_of_the_finest_areas_only(released) -> None:
    from django.test import RequestFactory

    from wohnplatz.web.stand import stand_of

    stand = stand_of(RequestFactory().get("/"), released.planner)
    assert alike(stand, "05999001", 2024) is None
    section = alike(stand, "0599900101", 2024)
    assert section is None or section.rows or section.reason
