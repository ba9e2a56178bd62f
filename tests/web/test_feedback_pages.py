"""Something back: the page on the own areas and the quality report, for those who may see them."""

from __future__ import annotations

import io
from datetime import timedelta

import page
import pikepdf
import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from wohnplatz.model import WohnplatzError
from wohnplatz.report import document_from_json, document_json
from wohnplatz.workflow.deliveries import feedback, kept_profile
from wohnplatz.workflow.deliveries.actions import receive, return_to_partner
from wohnplatz.workflow.deliveries.models import KeptProfile


@pytest.fixture
def delivery(delivered, scene):
    """Another file of Ahausen for the year in force, checked and not yet released."""
    rounds = delivered.rounds["ahausen", 2024]
    data = scene.population(scene.AHAUSEN, 2024, base=1100)
    return receive(delivered.user_ahausen, rounds, "berichtigt.csv", data)


@pytest.fixture
def made(delivery):
    """The same with its profile made, as the worker does."""
    assert kept_profile.make(delivery.pk) == "ready"
    return delivery


def address(delivery, ending=""):
    return f"/lieferungen/datei/{delivery.pk}/{ending}"


def test_the_partner_gets_its_own_areas_back_before_anybody_decides(made, delivered, log_in):
    answer = log_in(delivered.user_ahausen).get(address(made, "rueckmeldung/"))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Ahausen" in text
    assert "noch nicht angenommen" in text
    assert "Qualitätsbericht zur Datenlieferung" in text
    assert "2.224" in text or "2.222" in text, "the sum of the new file, not of the accepted one"


def test_both_documents_come_as_accessible_pdf(made, delivered, log_in):
    client = log_in(delivered.user_ahausen)
    for ending in ("profil.pdf", "qualitaet.pdf"):
        answer = client.get(address(made, ending))
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
def test_nobody_else_gets_a_partners_feedback(made, delivered, log_in, ending):
    for other in (delivered.user_behausen, delivered.sector):
        assert log_in(other).get(address(made, ending)).status_code == 403
    assert log_in(delivered.planner).get(address(made, ending)).status_code == 200


def test_a_page_that_is_not_made_yet_says_so_is_asked_for_once_and_fills_itself(
    delivery, delivered, log_in, django_capture_on_commit_callbacks
):
    client = log_in(delivered.user_ahausen)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            waiting = client.get(address(delivery, "rueckmeldung/")).content.decode()
        assert "wird berechnet" in waiting
        assert 'hx-trigger="every 3s"' in waiting
        assert "Qualitätsbericht zur Datenlieferung" in waiting
        assert "profil.pdf" not in waiting
    asked = [r for r in DBTaskResult.objects.ready() if r.task_path.endswith("make_profile")]
    assert [r.args_kwargs["args"] for r in asked] == [[delivery.pk]]
    assert client.get(address(delivery, "profil.pdf")).status_code == 302
    kept_profile.make(delivery.pk)
    ready = client.get(address(delivery, "rueckmeldung/")).content.decode()
    assert "hx-trigger" not in ready
    assert "Ihre Gebiete: " in ready


def test_what_is_in_force_changes_and_the_page_is_made_anew(made, delivered):
    assert kept_profile.profile(delivered.user_ahausen, made).state == "ready"
    before = KeptProfile.objects.get(delivery=made).digest
    other = delivered.rounds["behausen", 2024].deliveries.filter(state="accepted").first()
    return_to_partner(delivered.planner, other, "Bitte prüfen.")
    assert kept_profile.profile(delivered.user_ahausen, made).state == "waiting"
    assert KeptProfile.objects.get(delivery=made).digest != before


def test_a_page_that_cannot_be_made_says_so_and_is_tried_again_later(
    delivery, delivered, log_in, monkeypatch
):
    def fails(*_args):
        raise WohnplatzError("geht nicht", code="test.fails")

    monkeypatch.setattr(kept_profile.feedback, "profile", fails)
    assert kept_profile.make(delivery.pk) == "failed"
    client = log_in(delivered.user_ahausen)
    assert "ließ sich nicht berechnen" in client.get(address(delivery, "rueckmeldung/")).content.decode()
    KeptProfile.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    assert "wird berechnet" in client.get(address(delivery, "rueckmeldung/")).content.decode()


def test_a_document_is_the_same_after_it_was_kept(made, delivered):
    fresh = feedback.profile(delivered.planner, made)
    assert document_from_json(document_json(fresh)) == fresh
    kept = kept_profile.profile(delivered.planner, made).document
    assert kept == fresh


def test_an_unreadable_file_gives_nothing_back(delivered, log_in):
    round_ = delivered.rounds["ahausen", 2024]
    broken = receive(delivered.user_ahausen, round_, "kaputt.xlsx", b"PK\x03\x04 kaputt")
    assert log_in(delivered.user_ahausen).get(address(broken, "rueckmeldung/")).status_code == 404
