"""Mails over a real connection: headers, failures, two who send at once."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone
from posting import due_in, to_partners, today, use

from wohnplatz.model import WohnplatzError
from wohnplatz.web.mail import from_url
from wohnplatz.workflow.messages import actions, sending
from wohnplatz.workflow.messages.models import Mail, MailKind, MailReason
from wohnplatz.workflow.partners.models import DeliveryRound, Partner


def test_mails_go_over_tcp_with_their_headers(town, smtp):
    actions.change_settings(town.planner, sender_name="Sozialplanung Müsterkreis")
    assert actions.send_due(town.planner, today()).sent == 1
    ((recipients, data),) = smtp.mails
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert recipients == ["daten@ahausen.example"]
    assert message["Subject"] == "Datenlieferungen: Frist demnächst"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] is not None
    assert "Sozialplanung Müsterkreis" in message["From"]
    row = Mail.objects.get(kind=MailKind.PARTNER)
    assert message["Message-ID"] == sending.message(row, "").extra_headers["Message-ID"]
    assert "@daten.kreis.example>" in message["Message-ID"]
    text = message.get_content()
    assert f"https://daten.kreis.example/lieferungen/{town.round.pk}/" in text
    assert all(len(line) <= 100 for line in text.splitlines())


def test_one_failing_address_does_not_stop_the_others(town, smtp):
    DeliveryRound.objects.update(waived_reason="", due_on=today(), lock_on=today() + timedelta(days=9))
    Partner.objects.filter(code="ahausen").update(contact_email="kaputt@ahausen.example")
    done = actions.send_due(town.planner, today())
    assert (done.sent, done.failed) == (2, 1)
    assert {r for recipients, _ in smtp.mails for r in recipients} == {
        "daten@behausen.example", "daten@jobcenter.example",
    }  # fmt: skip
    failed = Mail.objects.get(sent_at=None)
    assert "Die Adresse wurde abgelehnt" in failed.error
    assert "Erika" not in failed.error
    later = actions.send_due(town.planner, today(), at_once=False)
    assert (later.made, later.sent, later.failed) == (0, 0, 0)
    Mail.objects.filter(pk=failed.pk).update(address="daten@ahausen.example")
    assert actions.send_due(town.planner, today()).sent == 1
    assert len(smtp.mails) == 3


def test_a_server_that_is_away_loses_nothing_and_names_no_secret(town, settings):
    use(settings, "smtp://name:geheim@127.0.0.1:9")
    assert actions.send_due(town.planner, today()).failed == 1
    row = Mail.objects.get()
    assert "nicht erreichbar" in row.error
    assert "geheim" not in row.error
    assert row.try_after > timezone.now()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert actions.daily(today(), timezone.localtime().replace(hour=12)).sent == 0
    Mail.objects.update(try_after=timezone.now())
    assert actions.daily(today(), timezone.localtime().replace(hour=12)).sent == 1


def test_a_mail_that_is_out_of_date_gives_way_to_a_new_one(town, settings):
    use(settings, "smtp://127.0.0.1:9")
    due_in(town, 0)
    actions.send_due(town.planner, today())
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    actions.send_due(town.planner, today() + timedelta(days=8))
    old, new = Mail.objects.filter(kind=MailKind.PARTNER).order_by("pk")
    assert old.dropped_at is not None
    assert old.sent_at is None
    assert "Frist abgelaufen" in new.subject
    assert [m.to for m in outbox.outbox] == [["daten@ahausen.example"]]
    assert not MailReason.objects.filter(mail=old).exists()


def test_a_mail_another_process_has_taken_is_left_alone(town):
    actions.send_due(town.planner, today())
    Mail.objects.update(sent_at=None, claimed_until=timezone.now() + timedelta(minutes=5))
    assert sending.deliver(at_once=True) == (0, 0)
    Mail.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))
    assert sending.deliver(at_once=True) == (1, 0)


def test_the_demo_writes_files(town, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = from_url("file").backend, str(tmp_path / "nachrichten")
    assert actions.send_due(town.planner, today()).sent == 1
    (written,) = (tmp_path / "nachrichten").iterdir()
    message = email.message_from_bytes(written.read_bytes(), policy=email.policy.default)
    assert message["To"] == "daten@ahausen.example"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", ("mail.example", 587, "", "", False, False)),
        ("smtp://a%40b:x%3Ay@mail.example:25?tls=1", ("mail.example", 25, "a@b", "x:y", False, True)),
        ("smtps://u:p@mail.example", ("mail.example", 465, "u", "p", True, False)),
    ],
)
def test_a_mail_server_is_named_by_one_address(url, server):
    made = from_url(url)
    assert (made.host, made.port, made.user, made.password, made.ssl, made.tls) == server


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.example", "smtp://geheim@h:notaport"])
def test_an_unreadable_address_is_refused_without_repeating_it(url):
    with pytest.raises(WohnplatzError) as refused:
        from_url(url)
    assert "geheim" not in refused.value.text()


def test_the_head_reads_what_never_came(town):
    due_in(town, -30)
    DeliveryRound.objects.filter(pk=town.round.pk).update(lock_on=today() - timedelta(days=10))
    (head,) = [p for p in actions.plan(today()) if p.kind is MailKind.HEAD]
    assert "nicht geliefert" in head.body
    assert to_partners() == []


def test_two_who_send_at_once_send_each_mail_once(town, monkeypatch):
    planned = actions.plan(today())
    monkeypatch.setattr(actions, "plan", lambda today: planned)
    assert actions.send_due(town.planner, today()).made == 1
    assert actions.send_due(town.planner, today()) == actions.Sent(
        0, 0, 0, sum(not p.address for p in planned)
    )
    assert len(outbox.outbox) == 1
