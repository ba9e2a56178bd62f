"""Pages of the mails."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.urls import Resolver404, resolve
from django.utils import timezone

from wohnplatz.workflow.messages import actions
from wohnplatz.workflow.messages.models import Mail
from wohnplatz.workflow.partners.models import DeliveryRound, Partner

PAGES = ("/nachrichten/", "/nachrichten/senden/", "/nachrichten/einstellungen/")


@pytest.fixture
def town(world, settings):
    """The district with addresses; all rounds are due in three days."""
    settings.WOHNPLATZ_URL = "https://daten.kreis.example"
    due = timezone.localdate() + timedelta(days=3)
    DeliveryRound.objects.update(due_on=due, lock_on=due + timedelta(days=30))
    for partner in Partner.objects.exclude(code="jobcenter"):
        Partner.objects.filter(pk=partner.pk).update(contact_email=f"daten@{partner.code}.example")
    return world


@pytest.mark.parametrize("path", PAGES)
def test_only_planning_and_administration_see_the_mails(town, log_in, path):
    assert log_in(town.planner).get(path).status_code == 200
    assert log_in(town.administrator).get(path).status_code == 200
    assert log_in(town.user_ahausen).get(path).status_code == 403
    assert log_in(town.sector).get(path).status_code == 403


def test_every_planned_text_can_be_read_before_it_goes(town, log_in):
    client = log_in(town.planner)
    page = client.get("/nachrichten/").content.decode()
    links = re.findall(r'href="(/nachrichten/vorschau/\?nachricht=[^"]+)"', page)
    assert len(links) >= 3
    assert "Es ist keine Adresse hinterlegt" in page
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200
    text = client.get(links[0]).content.decode()
    assert "zu Ihren Datenlieferungen an die Sozialplanung" in text


def test_links_in_mails_lead_to_pages(town, delivered, log_in):
    DeliveryRound.objects.filter(reference_date__year=2023).update(
        due_on=timezone.localdate() - timedelta(days=9)
    )
    bodies = "\n".join(p.body for p in actions.plan(timezone.localdate()))
    paths = set(re.findall(r"https://daten\.kreis\.example(/\S*)", bodies))
    assert len(paths) >= 5
    for path in paths:
        try:
            resolve(path)
        except Resolver404:
            pytest.fail(path)


def test_sending_says_first_what_it_does(town, log_in):
    client = log_in(town.planner)
    page = client.get("/nachrichten/senden/").content.decode()
    assert "2\u00a0Nachrichten senden" in page
    assert outbox.outbox == []
    answer = client.post("/nachrichten/senden/", follow=True).content.decode()
    assert "2\u00a0Nachrichten gesendet" in answer
    assert len(outbox.outbox) == 2
    sent = Mail.objects.first()
    assert "gesendet" in client.get(f"/nachrichten/{sent.pk}/").content.decode()
    assert client.get(f"/nachrichten/vorschau/?nachricht={sent.key}").status_code == 302
    assert client.get("/nachrichten/vorschau/?nachricht=x").status_code == 404


def test_a_failure_says_what_to_do(town, log_in):
    actions.send_due(town.planner, timezone.localdate())
    Mail.objects.update(sent_at=None, attempts=1, error="Die Adresse wurde abgelehnt.")
    page = log_in(town.planner).get("/nachrichten/").content.decode()
    assert "Noch nicht zugestellt" in page
    assert "Die Adresse wurde abgelehnt." in page


def test_without_a_mail_server_the_page_says_so(town, log_in, settings):
    settings.WOHNPLATZ_MAIL_KIND = ""
    client = log_in(town.planner)
    assert "Der Versand ist nicht eingerichtet" in client.get("/nachrichten/").content.decode()
    assert "nicht eingerichtet" in client.post("/nachrichten/senden/").content.decode()


def test_settings_are_kept_and_nonsense_is_refused_beside_its_field(town, log_in):
    client = log_in(town.planner)
    given = {
        "days_before": "20, 5", "days_after": "10", "then_every": "0", "from_hour": "8", "head_day": "2",
        "on_the_day": "on", "planner_email": "planung@kreis.example",
    }  # fmt: skip
    assert client.post("/nachrichten/einstellungen/", given).status_code == 302
    kept = actions.mail_settings()
    assert (kept.days_before, kept.days_after, kept.before, kept.on_the_day) == ([20, 5], [10], False, True)
    page = client.post("/nachrichten/einstellungen/", {**given, "days_before": "bald"}).content.decode()
    assert "Bitte Tage als Zahlen von 1 bis 365 nennen" in page
    assert 'value="bald"' in page
