"""Pages of partners and agreements, exceptions and waivers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from wohnplatz.text import day
from wohnplatz.workflow.partners.models import DataAgreement, DeliveryRound, LockException, Partner

TERMS = {
    "merkmale": ["sgb2_personen"], "rhythmus": "yearly", "stichtag": "31.12.", "frist": "60",
    "schluss": "20000", "rechtsgrundlage": "§ 53 SGB II", "zustaendig": "Controlling",
    "freigabe": "Geschäftsführung", "aktenzeichen": "50-12", "vermerk": "", "gliederung": "",
}  # fmt: skip


def text_of(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def agreement_of(world, code: str) -> DataAgreement:
    return world.rounds[code, 2024].agreement


def test_the_list_shows_who_delivers_what_until_when(world, log_in):
    page = text_of(log_in(world.planner).get("/vereinbarungen/"))
    assert "Stadt Ahausen" in page
    assert "jährlich zum 31.12." in page
    assert "90\u00a0Tage danach" in page
    own = text_of(log_in(world.planner).get("/vereinbarungen/?stelle=ahausen&gilt=alle"))
    assert "Jobcenter" not in own.split("<tbody")[1]


def test_a_partner_reads_its_own_agreements_and_changes_nothing(world, log_in):
    client = log_in(world.user_ahausen)
    page = text_of(client.get("/vereinbarungen/"))
    assert "Behausen" not in page
    own, other = agreement_of(world, "ahausen").pk, agreement_of(world, "behausen").pk
    page = text_of(client.get(f"/vereinbarungen/{own}/"))
    assert "Rechtsgrundlage" in page
    assert "Neu fassen" not in page
    assert client.get(f"/vereinbarungen/{other}/").status_code == 403
    for path in (f"{own}/neu-fassen/", f"{own}/beenden/", "neu/"):
        assert client.get(f"/vereinbarungen/{path}").status_code == 403
    assert client.get("/lieferstellen/ahausen/").status_code == 200
    assert client.get("/lieferstellen/behausen/").status_code == 403
    assert client.get("/lieferstellen/").status_code == 403
    assert client.get("/lieferstellen/ahausen/aendern/").status_code == 403


def test_sector_planning_sees_what_comes_when_without_rounds(delivered, log_in):
    client = log_in(delivered.sector)
    assert "Stadt Ahausen" in text_of(client.get("/vereinbarungen/"))
    page = text_of(client.get(f"/vereinbarungen/{agreement_of(delivered, 'ahausen').pk}/"))
    assert "Lieferrunden" not in page
    assert client.get("/lieferstellen/ahausen/").status_code == 403


def test_the_page_tells_terms_and_rounds_with_their_states(delivered, log_in):
    page = text_of(
        log_in(delivered.planner).get(f"/vereinbarungen/{agreement_of(delivered, 'jobcenter').pk}/")
    )
    assert "§ 53 SGB II" in page
    assert "31.12.2024" in page
    assert "angenommen" in page
    assert page.count("<h1") == 1


def test_a_new_agreement_says_what_it_opens_before_it_is_concluded(world, log_in):
    client = log_in(world.planner)
    assert "Mit wem, worüber" in text_of(client.get("/vereinbarungen/neu/"))
    path = "/vereinbarungen/neu/?stelle=ahausen&datensatz=arbeit"
    given = TERMS | {"ab": "01.01.2025"}
    assert "§ 53 SGB II" in text_of(client.get(path))
    asked = text_of(client.post(path, given))
    assert "Was sich ändert" in asked
    assert "31.12.2025" in asked
    assert not DataAgreement.objects.filter(partner=world.ahausen, dataset="arbeit").exists()
    back = text_of(client.post(path, given | {"zurueck": "1"}))
    assert 'value="50-12"' in back
    assert client.post(path, given | {"bestaetigt": "1"}).status_code == 302
    made = DataAgreement.objects.get(partner=world.ahausen, dataset="arbeit")
    assert (made.due_days, made.file_number, made.variables) == (60, "50-12", [])
    assert made.rounds.filter(reference_date="2025-12-31").exists()


def test_wrong_terms_are_told_beside_their_field_and_stay_typed(world, log_in):
    path = "/vereinbarungen/neu/?stelle=ahausen&datensatz=arbeit"
    page = text_of(log_in(world.planner).post(path, TERMS | {"ab": "bald", "frist": "90", "schluss": "30"}))
    assert "TT.MM.JJJJ" in page
    assert 'value="bald"' in page
    assert "darf nicht vor der Frist liegen" in page
    page = text_of(log_in(world.planner).post(path, TERMS | {"ab": "01.01.2025", "stichtag": "31.02."}))
    assert "kein Stichtag" in page
    again = "/vereinbarungen/neu/?stelle=jobcenter&datensatz=arbeit"
    page = text_of(log_in(world.planner).post(again, TERMS | {"ab": "01.01.2025"}))
    assert "schon eine Vereinbarung" in page


def test_a_renewal_says_which_rounds_move_and_then_moves_them(world, log_in):
    client, old = log_in(world.planner), agreement_of(world, "jobcenter")
    path = f"/vereinbarungen/{old.pk}/neu-fassen/"
    assert 'value="90"' in text_of(client.get(path))
    given = TERMS | {"ab": "01.01.2024"}
    asked = text_of(client.post(path, given))
    assert "1\u00a0offene Lieferrunde geht" in asked
    assert "Fassung 1 gilt bis 31.12.2023" in asked
    assert "Frist: Tage nach dem Stichtag" in asked
    assert "01.03.2025" in asked
    assert client.post(path, given | {"bestaetigt": "1"}).status_code == 302
    new = DataAgreement.objects.get(replaces=old)
    moved = DeliveryRound.objects.get(pk=world.rounds["jobcenter", 2024].pk)
    assert (moved.agreement_id, new.version) == (new.pk, 2)
    page = text_of(client.get(f"/vereinbarungen/{old.pk}/"))
    assert "Es gibt eine neuere Fassung" in page
    assert "Neu fassen" not in page
    assert "Fassungen" in text_of(client.get(f"/vereinbarungen/{new.pk}/"))


def test_an_end_names_the_rounds_that_go_with_it(world, log_in):
    client, agreement = log_in(world.planner), agreement_of(world, "behausen")
    path = f"/vereinbarungen/{agreement.pk}/beenden/"
    asked = text_of(client.post(path, {"bis": "30.06.2024"}))
    assert "entfällt" in asked
    assert "31.12.2024" in asked
    assert client.post(path, {"bis": "30.06.2024", "bestaetigt": "1"}).status_code == 302
    assert not DeliveryRound.objects.filter(pk=world.rounds["behausen", 2024].pk).exists()
    page = text_of(client.post(path, {"bis": "01.01.2020"}))
    assert "nicht vor ihrem Beginn" in page


def test_an_exception_and_a_waiver_need_a_reason_and_the_planner(world, log_in):
    pk = world.rounds["ahausen", 2024].pk
    DeliveryRound.objects.filter(pk=pk).update(lock_on="2025-06-30")
    until = timezone.localdate() + timedelta(days=10)
    client = log_in(world.planner)
    path = f"/lieferungen/{pk}/ausnahme/"
    assert "30.06.2025" in text_of(client.get(path))
    assert "begründen" in text_of(client.post(path, {"bis": day(until), "grund": " "}))
    assert "ändert nichts" in text_of(client.post(path, {"bis": "01.01.2024", "grund": "x"}))
    assert client.post(path, {"bis": day(until), "grund": "Neues Fachverfahren"}).status_code == 302
    assert LockException.objects.get().until == until
    assert "Neues Fachverfahren" in text_of(log_in(world.user_ahausen).get(f"/lieferungen/{pk}/"))
    for person in (world.user_ahausen, world.administrator, world.sector):
        assert log_in(person).get(path).status_code == 403
        assert log_in(person).post(f"/lieferungen/{pk}/erlassen/", {"grund": "x"}).status_code == 403


def test_a_waiver_can_be_given_and_taken_back(world, log_in):
    pk = world.rounds["ahausen", 2023].pk
    client, path = log_in(world.planner), f"/lieferungen/{pk}/erlassen/"
    assert "Was sich ändert" in text_of(client.get(path))
    assert client.post(path, {"grund": "Fusion der Ämter"}).status_code == 302
    assert DeliveryRound.objects.get(pk=pk).waived_reason == "Fusion der Ämter"
    assert "Erlass zurücknehmen" in text_of(client.get(path))
    assert client.post(path, {"zuruecknehmen": "1"}).status_code == 302
    assert DeliveryRound.objects.get(pk=pk).waived_reason == ""


def test_what_was_delivered_cannot_be_waived(delivered, log_in):
    path = f"/lieferungen/{delivered.rounds['ahausen', 2024].pk}/erlassen/"
    page = text_of(log_in(delivered.planner).post(path, {"grund": "x"}))
    assert "liegt eine lesbare Datei vor" in page


def test_a_partner_is_taken_in_with_areas_by_hierarchy(world, log_in):
    client = log_in(world.planner)
    page = text_of(client.get("/lieferstellen/neu/"))
    assert page.index("Ahausen") < page.index("Altdorf") < page.index("Behausen")
    given = {
        "name": "Caritas", "code": "caritas", "kind": "welfare", "contact_function": "Fachberatung",
        "contact_email": "", "area_keys": ["05999001", "0599900201"],
    }  # fmt: skip
    assert client.post("/lieferstellen/neu/", given).status_code == 302
    assert Partner.objects.get(code="caritas").area_keys == ["05999001", "0599900201"]
    assert "gibt es schon" in text_of(client.post("/lieferstellen/neu/", given))
    page = text_of(client.get("/lieferstellen/caritas/"))
    assert "Ahausen" in page
    assert "Casel" in page
    assert "Caritas" in text_of(client.get("/lieferstellen/"))


def test_a_partners_particulars_are_changed(world, log_in):
    client, path = log_in(world.administrator), "/lieferstellen/ahausen/aendern/"
    chosen = re.findall(r'value="(\w+)"[^>]*checked', text_of(client.get(path)))
    assert chosen == ["05999001"]
    given = {"name": "Gemeinde Ahausen", "kind": "municipality", "contact_email": "daten@ahausen.example"}
    assert client.post(path, given | {"area_keys": chosen}).status_code == 302
    assert Partner.objects.get(code="ahausen").name == "Gemeinde Ahausen"
    assert "vollständige Adresse" in text_of(client.post(path, given | {"contact_email": "daten@"}))


def test_a_partner_with_an_agreement_stays_in_use_and_the_page_says_why(world, log_in):
    client, path = log_in(world.planner), "/lieferstellen/ahausen/betrieb/"
    assert "gilt noch eine Vereinbarung" in text_of(client.post(path))
    DataAgreement.objects.filter(partner=world.ahausen).update(valid_to="2024-12-31")
    assert client.post(path).status_code == 302
    assert not Partner.objects.get(code="ahausen").is_active
    assert client.post(path).status_code == 302
    assert Partner.objects.get(code="ahausen").is_active


@pytest.mark.parametrize("query", ["?stelle=niemand", "?datensatz=x&gilt=y"])
def test_nonsense_in_the_filter_shows_all(world, log_in, query):
    assert "Stadt Ahausen" in text_of(log_in(world.planner).get(f"/vereinbarungen/{query}"))
