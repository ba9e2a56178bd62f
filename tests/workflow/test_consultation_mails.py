"""What partners are told of a consultation by mail: once, together with everything else, not twice a day."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from posting import today

from wohnplatz.workflow.consultation import answering, deciding, finishing, opening, queries
from wohnplatz.workflow.consultation.models import Consultation, Invitation
from wohnplatz.workflow.consultation.states import Verdict
from wohnplatz.workflow.messages import actions
from wohnplatz.workflow.messages.models import Mail, MailKind
from wohnplatz.workflow.partners.models import DeliveryRound, Partner


@pytest.fixture
def case(db, settings, in_consultation, scene) -> SimpleNamespace:
    """A report in consultation; partners have addresses, and nothing else is owed."""
    settings.WOHNPLATZ_HOME = in_consultation.home
    settings.WOHNPLATZ_CATALOGUE = str(scene.CATALOGUE)
    settings.WOHNPLATZ_URL = "https://daten.kreis.example"
    settings.WOHNPLATZ_MAIL_KIND = "smtp"
    for partner in Partner.objects.all():
        Partner.objects.filter(pk=partner.pk).update(contact_email=f"daten@{partner.code}.example")
    DeliveryRound.objects.update(waived_reason="zählt hier nicht")
    return scene.afresh(in_consultation)


def mails(day: date | None = None) -> dict[str, actions.Planned]:
    partners = dict(Partner.objects.values_list("pk", "code"))
    return {partners[p.partner]: p for p in actions.plan(day or today()) if p.kind is MailKind.PARTNER}


def due_in(case, who: str, days: int) -> None:
    old = timezone.now() - timedelta(days=40)
    Invitation.objects.filter(pk=case.invitations[who].pk).update(
        due_on=today() + timedelta(days=days), invited_at=old
    )


def test_an_invitation_carries_letter_deadline_and_the_way_and_no_secret_of_others(case) -> None:
    told = mails()["ahausen"]
    place = case.invitations["ahausen"]
    assert told.subject.startswith("Abstimmung: Einladung")
    assert "Bitte lesen Sie den Entwurf." in told.body
    assert f"https://daten.kreis.example/abstimmungen/{place.token}/" in told.body
    assert case.invitations["behausen"].token not in told.body


def test_it_is_said_once_and_a_second_round_the_same_day_sends_nothing(case, mailoutbox) -> None:
    actions.send_due(case.planner, today())
    sent = len(mailoutbox)
    assert {m.to[0] for m in mailoutbox} >= {f"daten@{c}.example" for c in case.invitations}
    assert mails() == {}
    opening.ask(case.planner, case.invitations["ahausen"], today())
    assert mails() == {}, "one collective mail a day"
    actions.send_due(case.planner, today())
    assert len(mailoutbox) == sent
    assert next(iter(mails(today() + timedelta(days=1))["ahausen"].reasons)).startswith("consultation-asked")


def test_who_is_asked_before_the_invitation_went_out_is_invited_first(case, mailoutbox) -> None:
    opening.ask(case.planner, case.invitations["ahausen"], today())
    told = mails()["ahausen"]
    assert told.subject.startswith("Abstimmung: Einladung")
    actions.send_due(case.planner, today())
    later = mails(today() + timedelta(days=1))["ahausen"]
    assert next(iter(later.reasons)).startswith("consultation-asked")


def test_asking_twice_a_day_asks_once(case) -> None:
    place = case.invitations["ahausen"]
    assert opening.ask(case.planner, place, today())
    assert not opening.ask(case.planner, place, today())


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        (15, None),
        (14, "before-14"),
        (3, "before-3"),
        (0, "today"),
        (-1, None),
        (-7, "after-7"),
        (-51, "after-51"),
    ],
)
def test_reminders_come_before_on_and_after_the_day(case, days, reason) -> None:
    due_in(case, "ahausen", days)
    keys = [r for r in mails()["ahausen"].reasons if r.startswith("consultation-")]
    found = [key.partition(":")[0].removeprefix("consultation-").rpartition("-")[0] for key in keys]
    assert found == ([reason] if reason else [])


def test_who_has_answered_is_left_alone(case) -> None:
    due_in(case, "ahausen", 3)
    place = Invitation.objects.select_related("consultation__report", "partner").get(
        pk=case.invitations["ahausen"].pk
    )
    answering.release_answer(case.user_ahausen, place, place.version, function="Leitung", no_remarks=True)
    assert "Abstimmung" not in mails()["ahausen"].body


def test_deliveries_and_consultation_come_in_one_mail(case) -> None:
    round_ = case.rounds["ahausen", 2024]
    soon = today() + timedelta(days=3)
    round_.deliveries.update(state="returned")
    DeliveryRound.objects.filter(pk=round_.pk).update(due_on=soon, waived_reason="")
    told = mails()["ahausen"]
    assert "Abstimmung: Einladung" in told.subject
    assert "Datenlieferungen: " in told.subject
    assert told.body.count("Guten Tag,") == 1


def test_reopening_and_decisions_are_told_and_the_planner_hears_of_answers(case) -> None:
    place = case.invitations["ahausen"]
    remark = answering.save_remark(case.user_ahausen, place, block_id="lage-text", words="Mehr dazu.")
    for who in ("ahausen", "behausen", "jobcenter"):
        one = Invitation.objects.select_related("consultation__report", "partner").get(
            pk=case.invitations[who].pk
        )
        user = getattr(case, f"user_{who}")
        answering.release_answer(user, one, one.version, function="Leitung", no_remarks=who != "ahausen")
    working = today() + timedelta(days=(7 - today().weekday()) % 7 if today().weekday() > 4 else 0)
    if working == today():
        summary = next(p for p in actions.plan(today()) if p.kind is MailKind.PLANNER)
        assert "Antworten zur Abstimmung (3)" in summary.body
    opening.reopen(case.planner, place, "Kapitel ergänzt", today() + timedelta(days=9), today=today())
    assert "wieder geöffnet" in mails()["ahausen"].subject
    one = Invitation.objects.select_related("consultation__report", "partner").get(pk=place.pk)
    answering.release_answer(case.user_ahausen, one, one.version, function="Leitung")
    opening.close(case.planner, case.consultation)
    remark = queries.released_remarks(case.planner, case.consultation).get()
    deciding.decide(case.planner, remark, Verdict.DECLINED, "Bleibt.", remark.version)
    finishing.conclude(case.planner, case.consultation)
    assert "Entscheidungen" in mails()["behausen"].subject
    assert Consultation.objects.get().decided_at is not None
    assert not Mail.objects.exists()
