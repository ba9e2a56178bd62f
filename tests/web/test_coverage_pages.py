"""Pages of coverage and punctuality."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
from django.utils import timezone

from wohnplatz.workflow.partners.models import DeliveryRound


def test_the_planner_sees_every_partner_with_state_in_words(delivered, log_in):
    page = log_in(delivered.planner).get("/abdeckung/?jahr=2024").content.decode()
    for name in ("Stadt Ahausen", "Stadt Behausen", "Jobcenter Musterkreis"):
        assert f'scope="row">{name}' in page
    assert "vollständig" in page
    assert "2 von 2\u00a0Kommunen, 100\u00a0% der Einwohner" in page


def test_a_partner_sees_its_own_line_and_no_totals(delivered, log_in):
    page = log_in(delivered.user_ahausen).get("/abdeckung/?jahr=2024").content.decode()
    assert "Stadt Ahausen" in page
    assert "Stadt Behausen" not in page
    assert "Jobcenter Musterkreis" not in page
    assert "Kreis insgesamt" not in page


def test_sector_planning_is_told_that_deliveries_are_not_open_to_it(delivered, log_in):
    assert log_in(delivered.sector).get("/abdeckung/").status_code == 403


def test_a_data_set_is_shown_by_date_and_then_by_variable(delivered, log_in):
    client = log_in(delivered.planner)
    dates = client.get("/abdeckung/?datensatz=bevoelkerung").content.decode()
    assert "31.12.2023" in dates
    assert "31.12.2024" in dates
    variables = client.get("/abdeckung/?datensatz=bevoelkerung&jahr=2024").content.decode()
    assert 'scope="row">Einwohnerinnen und Einwohner' in variables


def test_an_indicator_leads_to_the_variables_behind_it(released, log_in):
    client = log_in(released.planner)
    page = client.get("/karte/sgb2_quote/").content.decode()
    assert "/abdeckung/?indikator=sgb2_quote&amp;jahr=2024" in page
    behind = client.get("/abdeckung/?indikator=sgb2_quote&jahr=2024").content.decode()
    assert "Personen in Bedarfsgemeinschaften" in behind
    assert "Einwohnerinnen und Einwohner" in behind
    assert client.get("/abdeckung/?indikator=gibt-es-nicht").status_code == 404


def test_sector_planning_gets_no_link_it_cannot_follow(released, log_in):
    assert "/abdeckung/" not in log_in(released.sector).get("/karte/sgb2_quote/").content.decode()


def test_nonsense_in_the_address_shows_the_usual_page(delivered, log_in):
    answer = log_in(delivered.planner).get("/abdeckung/?datensatz=x&jahr=1e9")
    assert answer.status_code == 200
    assert "Alle Datensätze" in answer.content.decode()


def test_the_file_holds_fields_totals_and_punctuality(delivered, log_in):
    answer = log_in(delivered.planner).get("/abdeckung/tabelle.xlsx?jahr=2024")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Abdeckung", "Kreis", "Pünktlichkeit"]
    partner = log_in(delivered.user_ahausen).get("/abdeckung/tabelle.xlsx?jahr=2024")
    own = openpyxl.load_workbook(io.BytesIO(partner.content))
    assert own.sheetnames == ["Abdeckung", "Pünktlichkeit"]
    cells = [c for sheet in own for row in sheet.values for c in row if isinstance(c, str)]
    assert not any("Behausen" in c or "Jobcenter" in c for c in cells)


def test_punctuality_names_cases_and_period_and_ranks_nobody(delivered, log_in):
    DeliveryRound.objects.update(due_on=timezone.localdate() - timedelta(days=2))
    page = log_in(delivered.planner).get("/abdeckung/puenktlichkeit/").content.decode()
    assert "1 von 2" in page
    assert page.index("Jobcenter Musterkreis") < page.index("Stadt Ahausen") < page.index("Stadt Behausen")
    own = log_in(delivered.user_jobcenter).get("/abdeckung/puenktlichkeit/").content.decode()
    assert "Stadt Ahausen" not in own
    assert "Alle Lieferstellen im Kreis" in own


def test_a_district_without_rounds_says_what_comes_next(db, world, log_in):
    DeliveryRound.objects.all().delete()
    page = log_in(world.planner).get("/abdeckung/").content.decode()
    assert "Dazu gibt es keine Lieferrunden" in page


def test_tables_to_take_away_say_how_much_went_in(released, log_in):
    answer = log_in(released.planner).get("/karte/einwohner/tabelle.csv?ebene=kommune")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].endswith(";Deckungsgrad;Fehlerband ±;Unsicherheitsbereich von;Unsicherheitsbereich bis")
    assert "Anteil der Einwohner in %" in lines[0]
    assert lines[1].endswith(";vollständig;;;")


def test_a_data_set_the_catalogue_no_longer_holds_is_named_by_its_code(world, log_in):
    agreement = world.rounds["jobcenter", 2024].agreement
    type(agreement).objects.filter(pk=agreement.pk).update(dataset="frueher")
    page = log_in(world.planner).get("/abdeckung/?jahr=2024").content.decode()
    assert "frueher" in page
