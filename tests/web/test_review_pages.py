"""The pages of the internal review: said at the block, decided at the list, kept from everybody outside."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse

from wohnplatz.workflow.consultation.models import ReviewRemark
from wohnplatz.workflow.reports.actions import advance
from wohnplatz.workflow.reports.models import ReportBlock
from wohnplatz.workflow.reports.states import ReportState

BETTER = "Im Kreis ist die Lage sehr stabil."


@pytest.fixture
def case(db, settings, in_consultation, scene) -> SimpleNamespace:
    """A second report of the district in consultation, in its internal review."""
    settings.WOHNPLATZ_HOME = in_consultation.home
    found = scene.afresh(in_consultation)
    found.report = advance(found.planner, scene.begin_report(found), ReportState.REVIEW)
    return found


def test_a_colleague_remarks_at_the_block_and_the_planner_decides(case, log_in) -> None:
    pk = case.report.pk
    colleague, planner = log_in(case.sector), log_in(case.planner)
    block, listed = reverse("report_block", args=[pk, "lage-text"]), reverse("report_review", args=[pk])
    page = colleague.get(block).content.decode()
    assert "Diesen Block anmerken" in page
    assert listed in page
    sent = {"block": "lage-text", "gebiet": "", "anmerkung": "", "vorschlag": BETTER}
    done = colleague.post(listed, sent)
    assert done["Location"] == f"{block}#durchsicht"
    page = colleague.get(block).content.decode()
    assert "Änderungsvorschlag" in page
    assert "davon 1 noch zu entscheiden" in planner.get(reverse("report", args=[pk])).content.decode()
    assert "Text übernehmen" in planner.get(listed).content.decode()
    assert "Text übernehmen" not in colleague.get(listed).content.decode()
    deciding = reverse("report_review_decide", args=[pk, 1])
    refused = planner.post(deciding, {"schritt": "declined", "version": "1"}).content.decode()
    assert "Bitte füllen Sie dieses Feld aus." in refused
    assert not ReviewRemark.objects.get().verdict
    planner.post(deciding, {"schritt": "sofort", "version": "1"})
    assert ReviewRemark.objects.get().verdict == "accepted"
    assert ReportBlock.objects.get(report=case.report, block_id="lage-text").content["markdown"] == BETTER
    assert "Über alle Anmerkungen ist entschieden." in planner.get(listed).content.decode()


def test_what_cannot_be_said_comes_back_with_the_words(case, log_in) -> None:
    colleague = log_in(case.sector)
    listed = reverse("report_review", args=[case.report.pk])
    page = colleague.post(listed, {"block": "weg", "anmerkung": "Wichtig <b>"}).content.decode()
    assert "Diesen Block gibt es im Bericht nicht mehr." in page
    assert "Wichtig &lt;b&gt;" in page
    colleague.post(listed, {"block": "lage-text", "anmerkung": "Bitte genauer."})
    page = colleague.post(listed, {"schritt": "zurueckziehen:1"}, follow=True).content.decode()
    assert "zurückgezogen" in page
    assert colleague.post(listed, {"schritt": "zurueckziehen:99"}).status_code == 404
    assert not ReviewRemark.objects.exists()


def test_nobody_outside_the_planning_learns_of_it(case, log_in) -> None:
    listed = reverse("report_review", args=[case.report.pk])
    deciding = reverse("report_review_decide", args=[case.report.pk, 1])
    log_in(case.sector).post(listed, {"block": "lage-text", "anmerkung": "Bitte genauer."})
    assert log_in(case.sector).get(deciding).status_code == 403
    for user in (case.user_ahausen, case.administrator):
        client = log_in(user)
        assert [client.get(a).status_code for a in (listed, deciding)] == [403, 403]
        assert client.post(listed, {"block": "lage-text", "anmerkung": "x"}).status_code == 403
    assert ReviewRemark.objects.count() == 1
