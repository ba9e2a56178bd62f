"""Something back: the page on the own areas and the quality report, for those who may see them."""

from __future__ import annotations

import io

import page
import pikepdf
import pytest

from wohnplatz.workflow.deliveries.actions import receive


@pytest.fixture
def delivery(delivered, scene):
    """Another file of Ahausen for the year in force, checked and not yet released."""
    rounds = delivered.rounds["ahausen", 2024]
    data = scene.population(scene.AHAUSEN, 2024, base=1100)
    return receive(delivered.user_ahausen, rounds, "berichtigt.csv", data)


def address(delivery, ending=""):
    return f"/lieferungen/datei/{delivery.pk}/{ending}"


def test_the_partner_gets_its_own_areas_back_before_anybody_decides(delivery, delivered, log_in):
    answer = log_in(delivered.user_ahausen).get(address(delivery, "rueckmeldung/"))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Ahausen" in text
    assert "noch nicht angenommen" in text
    assert "Qualitätsbericht zur Datenlieferung" in text
    assert "2.224" in text or "2.222" in text, "the sum of the new file, not of the accepted one"


def test_both_documents_come_as_accessible_pdf(delivery, delivered, log_in):
    client = log_in(delivered.user_ahausen)
    for ending in ("profil.pdf", "qualitaet.pdf"):
        answer = client.get(address(delivery, ending))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        report = page.validate_pdf_bytes(answer.content, profile=page.ValidationProfile.PDF_UA_1)
        assert report.is_compliant, [f.message for f in report.failures]
        with pikepdf.open(io.BytesIO(answer.content)) as file:
            assert file.docinfo["/Title"]


def test_a_round_leads_to_the_feedback_on_its_delivery(delivery, delivered, log_in):
    answer = log_in(delivered.user_ahausen).get(f"/lieferungen/{delivery.round_id}/rueckmeldung/")
    assert answer.status_code == 302
    assert answer["Location"] == address(delivery, "rueckmeldung/")


@pytest.mark.parametrize("ending", ["rueckmeldung/", "profil.pdf", "qualitaet.pdf"])
def test_nobody_else_gets_a_partners_feedback(delivery, delivered, log_in, ending):
    for other in (delivered.user_behausen, delivered.sector):
        assert log_in(other).get(address(delivery, ending)).status_code == 403
    assert log_in(delivered.planner).get(address(delivery, ending)).status_code == 200


def test_an_unreadable_file_gives_nothing_back(delivered, log_in):
    round_ = delivered.rounds["ahausen", 2024]
    broken = receive(delivered.user_ahausen, round_, "kaputt.xlsx", b"PK\x03\x04 kaputt")
    assert log_in(delivered.user_ahausen).get(address(broken, "rueckmeldung/")).status_code == 404
