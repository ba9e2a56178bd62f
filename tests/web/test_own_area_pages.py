"""The page of an own area, and divisions beside the hierarchy once cleared: each person, each view."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely
from django.urls import reverse

from wohnplatz.areas import AreaLayer
from wohnplatz.model import Audience
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.district import changing, queries
from wohnplatz.workflow.district.actions import import_division
from wohnplatz.workflow.district.models import DivisionRecord
from wohnplatz.workflow.releases import beside, clearing
from wohnplatz.workflow.releases.actions import make_release
from wohnplatz.workflow.releases.models import Inquiry

PAGE = "/auswertungen/eigenes-gebiet/"
OPEN = f"{PAGE}?indikator=sgb2_quote&jahr=2024&auswahl=05999001"
CLOSED = f"{PAGE}?indikator=sgb2_quote&jahr=2024&auswahl=0599900102"


def text(response) -> str:
    return response.content.decode()


def test_asking_shows_the_figure_and_looking_alone_asks_nothing(released, log_in) -> None:
    client = log_in(released.sector)
    page = text(client.get(OPEN))
    assert "Zahl für diese Auswahl anfragen" in page
    assert not Inquiry.objects.exists()
    shown = text(client.post(OPEN, follow=True))
    assert "5,0" in shown
    assert "2 von 2 Gebieten" in shown
    assert "Bisherige Fragen" in shown
    assert Inquiry.objects.count() == 1


def test_a_refusal_names_no_number_and_the_planner_may_read_why(released, log_in) -> None:
    sector = log_in(released.sector)
    page = text(sector.post(CLOSED, follow=True))
    assert "Nicht beantwortet" in page
    assert "Begründung für die Sozialplanung" not in page
    everything_but = f"{PAGE}?indikator=sgb2_quote&jahr=2024&auswahl=0599900101,0599900201,0599900202"
    sector.post(everything_but)
    assert "Begründung" not in text(sector.get(everything_but))
    internal = text(log_in(released.planner).get(everything_but))
    assert "Begründung für die Sozialplanung" in internal


def test_a_partner_does_not_see_what_the_planning_was_told(released, log_in) -> None:
    log_in(released.planner).post(OPEN)
    page = text(log_in(released.user_ahausen).get(OPEN))
    assert "Bisherige Fragen" not in page
    assert "anfragen" in page


def test_the_answer_as_csv_carries_coverage_and_release(released, log_in) -> None:
    client = log_in(released.sector)
    address = f"{reverse('own_area_csv')}?indikator=sgb2_quote&jahr=2024&auswahl=05999001"
    assert client.get(address).status_code == 404
    client.post(OPEN)
    csv = text(client.get(address))
    assert "Datenstand 2024-1" in csv
    assert "vollständig" in csv
    client.post(CLOSED)
    hidden = text(client.get(address.replace("05999001", "0599900102")))
    assert "geschützt" in hidden


@pytest.mark.parametrize("query", ["", "?auswahl=unsinn", "?indikator=x&jahr=y&auswahl=05999001,zzz"])
def test_strange_addresses_get_a_page(released, log_in, query) -> None:
    assert log_in(released.sector).get(f"{PAGE}{query}").status_code == 200


def test_nobody_asks_without_being_logged_in(released, client) -> None:
    assert client.post(OPEN).status_code in {302, 403}
    assert not Inquiry.objects.exists()


@pytest.fixture
def schools(released) -> DivisionRecord:
    """Two districts: the first town but for its second area, and the rest."""
    base = DivisionRecord.objects.get(code="wohnplatz-2020")
    layer = queries.division(base.sha)[1]
    parts = np.array([layer.geometries[0], shapely.union_all(layer.geometries[1:])])
    halves = AreaLayer(("S1", "S2"), ("Bezirk Nord", "Bezirk Süd"), (None, None), parts, layer.crs)
    made = import_division(
        released.planner, halves, code="schulen-2021", level="schulbezirk", label="Schulbezirke",
        valid_from=date(2021, 1, 1), overlay=True,
    )  # fmt: skip
    changing.compute_crosswalk(released.planner, base, made)
    return made


def cleared(released, schools):
    row = clearing.begin(released.planner, schools, at_once=True)
    assert clearing.make(row.pk) == "done"
    row.refresh_from_db()
    return row


def test_a_division_is_for_the_working_view_until_it_is_cleared(released, schools, log_in) -> None:
    page = reverse("division_estimates", args=["schulen-2021"])
    assert log_in(released.sector).get(page).status_code == 403
    assert "Schulbezirke" not in text(log_in(released.sector).get(reverse("analyses")))
    cleared(released, schools)
    for audience in (Audience.PUBLIC, Audience.PARTNER, Audience.PLANNING):
        assert beside.is_cleared(schools, audience)
    shown = text(log_in(released.sector).get(f"{page}?indikator=einwohner&jahr=2024"))
    assert "Bezirk Nord" in shown
    assert "1.010" in shown
    assert "Interne Arbeitsansicht" not in shown
    assert "Schulbezirke" in text(log_in(released.sector).get(reverse("analyses")))
    assert "Interne Arbeitsansicht" in text(log_in(released.planner).get(f"{page}?intern=1"))


def test_what_the_division_would_give_away_stays_hidden(released, schools) -> None:
    """The second district is everything but an area that hides another one's two persons."""
    row = cleared(released, schools)
    table = beside.figures_beside(
        released.sector, released.release, schools, indicators=["sgb2_quote"], years=[2024],
        audience=Audience.PLANNING,
    )  # fmt: skip
    by_area = table.by_area()
    hidden = beside.outcome(row, Audience.PLANNING).counts["hidden"]
    assert hidden == sum(f.value is None for f in by_area.values())
    # Altdorf is hidden beside Bruch (2 persons); Nord is Altdorf, and the town's total is out.
    assert by_area["S1"].value is None
    assert by_area["S2"].value is None


def test_a_partner_may_not_ask_for_the_planning_view_of_a_division(released, schools) -> None:
    cleared(released, schools)
    with pytest.raises(Refused):
        beside.figures_beside(
            released.user_ahausen, released.release, schools, indicators=["einwohner"], years=[2024],
            audience=Audience.PLANNING,
        )  # fmt: skip


def test_clearing_is_begun_on_the_page_of_the_division_by_those_who_release(
    released, schools, log_in, django_capture_on_commit_callbacks
) -> None:
    page = reverse("division", args=["schulen-2021"])
    with django_capture_on_commit_callbacks():
        assert log_in(released.administrator).post(page, {"pruefen": "1"}).status_code == 403
        client = log_in(released.planner)
        assert "Prüfen und freigeben" in text(client.get(page))
        client.post(page, {"pruefen": "1"})
    assert clearing.of(schools, released.release) is not None
    assert "Prüfung wartet" in text(client.get(page))
    clearing.make(clearing.of(schools, released.release).pk)
    shown = text(client.get(page))
    assert "geprüft und freigegeben" in shown
    proof = text(client.get(reverse("release_proof", args=[1])))
    assert "Gliederungen neben der Hierarchie" in proof
    checked = text(client.post(reverse("release_proof_check", args=[1]), follow=True))
    assert "Alle halten" in checked


def test_a_new_release_needs_a_new_audit(released, schools) -> None:
    cleared(released, schools)
    second = make_release(released.planner, "2024-2")
    assert not beside.is_cleared(schools, Audience.PUBLIC)
    assert beside.is_cleared(schools, Audience.PUBLIC, released.release)
    assert clearing.follow(second) == 1
    row = clearing.of(schools, second)
    assert clearing.make(row.pk) == "done"
    assert beside.is_cleared(schools, Audience.PUBLIC)
