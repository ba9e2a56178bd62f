"""Mails: what goes out when, and once only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail as outbox
from django.utils import timezone
from posting import due_in, to_partners, today

from wohnplatz.indicators import variables_of
from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.deliveries.actions import receive, return_to_partner
from wohnplatz.workflow.messages import actions
from wohnplatz.workflow.messages.models import Mail, MailKind
from wohnplatz.workflow.partners.models import DataAgreement, DeliveryRound, Partner


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        (15, None), (14, "before-14"), (4, "before-14"), (3, "before-3"), (1, "before-3"), (0, "today"),
        (-1, None), (-7, "after-7"), (-20, "after-7"), (-21, "after-21"), (-50, "after-21"),
        (-51, "after-51"), (-81, "after-81"),
    ],
)  # fmt: skip
def test_reminders_come_before_on_and_after_the_day(town, days, reason):
    due_in(town, days)
    reasons = [r.partition(":")[0] for p in to_partners() for r in p.reasons]
    assert reasons == ([reason] if reason else [])


def test_ten_rounds_make_one_mail(town):
    due = today() + timedelta(days=3)
    for number in range(9):
        DeliveryRound.objects.create(
            agreement=town.round.agreement, reference_date=date(2010 + number, 12, 31), due_on=due,
            lock_on=due + timedelta(days=9),
        )  # fmt: skip
    (planned,) = to_partners()
    assert len(planned.reasons) == 10
    assert planned.body.count("https://daten.kreis.example/lieferungen/") == 10
    assert planned.recipient == "Stadt Ahausen, Statistikstelle"


def test_a_mail_holds_no_figure_and_no_person(town, scene):
    receive(town.user_ahausen, town.round, "a.csv", scene.population(scene.AHAUSEN, base=4444))
    town.user_ahausen.name = "Erika Beispiel"
    town.user_ahausen.save()
    due_in(town, 3)
    for planned in [*actions.plan(today()), *actions.plan(today() + timedelta(days=3))]:
        assert "4444" not in planned.body
        assert "2222" not in planned.body
        assert "Erika" not in planned.body + planned.recipient


def test_planning_changes_nothing(town):
    assert actions.plan(today()) == actions.plan(today())
    assert Mail.objects.count() == 0


def test_the_same_is_never_said_twice(town):
    assert actions.send_due(town.planner, today()).sent == 1
    assert actions.send_due(town.planner, today()).sent == 0
    assert to_partners(today() + timedelta(days=1)) == []
    (later,) = to_partners(today() + timedelta(days=11))
    assert later.reasons[0].startswith("before-3")
    assert len(outbox.outbox) == 1


def test_a_moved_deadline_is_told_anew(town):
    actions.send_due(town.planner, today())
    due_in(town, 12)
    assert len(to_partners(today() + timedelta(days=1))) == 1


def test_what_came_back_waits_and_is_accepted_is_told(town, scene):
    sent = receive(town.user_ahausen, town.round, "a.csv", scene.population(scene.AHAUSEN))
    (planned,) = to_partners(today() + timedelta(days=2))
    assert planned.reasons == (f"unreleased-2:delivery-{sent.pk}",)
    assert f"/lieferungen/datei/{sent.pk}/" in planned.body
    return_to_partner(town.planner, sent, "Bitte die Spalten prüfen.", sent.version)
    (planned,) = to_partners()
    assert f"returned:delivery-{sent.pk}" in planned.reasons
    assert "Bitte die Spalten prüfen" not in planned.body
    again = receive(town.user_ahausen, town.round, "b.csv", scene.population(scene.AHAUSEN, base=1002))
    scene.released_and_accepted(town.planner, again)
    (planned,) = to_partners()
    assert planned.reasons == (f"accepted:delivery-{again.pk}",)
    assert "vielen Dank" in planned.body
    assert f"/lieferungen/datei/{again.pk}/rueckmeldung/" in planned.body
    assert to_partners(today() + timedelta(days=30)) == []


def test_each_kind_can_be_switched_off(town):
    actions.change_settings(town.planner, before=False)
    assert to_partners() == []
    actions.change_settings(town.planner, before=True, days_before=[14, 30, 30])
    assert actions.mail_settings().days_before == [30, 14]
    with pytest.raises(WohnplatzError):
        actions.change_settings(town.planner, days_after=[0])


def test_partners_and_sector_planning_may_not_send(town):
    for user in (town.user_ahausen, town.sector):
        with pytest.raises(Refused):
            actions.send_due(user, today())
        with pytest.raises(Refused):
            actions.change_settings(user, before=False)


def test_the_planner_gets_a_summary_and_the_head_one_a_month(town, scene):
    actions.change_settings(
        town.planner, planner_email="planung@kreis.example", head_email="amt@kreis.example", head_day=1
    )
    due_in(town, -30)
    monday = today() + timedelta(days=7 - today().weekday())
    planned = {p.kind: p for p in actions.plan(monday)}
    assert "1 überfällig" in planned[MailKind.PLANNER].subject
    assert "Stadt Ahausen" in planned[MailKind.PLANNER].body
    assert "0 von 1" in planned[MailKind.HEAD].body
    actions.send_due(town.planner, monday)
    again = {p.kind for p in actions.plan(monday + timedelta(days=1))}
    assert MailKind.PLANNER in again
    assert (MailKind.HEAD in again) == ((monday + timedelta(days=1)).month != monday.month)


def test_the_outlook_tells_each_step_once(town):
    days = [(p.planned_for - today()).days for p in actions.outlook(today()) if p.kind is MailKind.PARTNER]
    assert days == [11, 14, 21]


def test_a_partner_without_address_is_shown_and_not_sent(town):
    Partner.objects.filter(code="ahausen").update(contact_email="")
    assert to_partners()[0].address == ""
    done = actions.send_due(town.planner, today())
    assert done.sent == 0
    assert done.without_address >= 1
    assert Mail.objects.count() == 0


def test_without_a_mail_server_nothing_is_said_to_be_sent(town, settings):
    settings.WOHNPLATZ_MAIL_KIND = ""
    with pytest.raises(actions.NotSetUp):
        actions.send_due(town.planner, today())
    assert actions.daily(today()) is None
    assert Mail.objects.count() == 0


def test_the_daily_call_waits_for_the_hour(town):
    early = timezone.make_aware(datetime.combine(today(), datetime.min.time()).replace(hour=5))
    assert actions.daily(today(), early) is None
    done = actions.daily(today(), early.replace(hour=9))
    assert done is not None
    assert done.sent == 1


@pytest.fixture
def changed(town) -> SimpleNamespace:
    """The town after the planner has changed how an indicator is computed."""
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.catalogue.actions import keep

    quote = memory.catalogue().indicators["sgb2_quote"]
    town.kept = keep(town.planner, replace(quote, factor=1000.0, unit="je 1.000"), "Einheit gewechselt")
    return town


def test_a_changed_calculation_is_told_to_those_whose_profile_shows_it_once(changed):
    from wohnplatz.workflow import memory

    DeliveryRound.objects.update(waived_reason="zählt hier nicht")
    behind = variables_of(memory.catalogue(), "sgb2_quote")
    datasets = {memory.catalogue().variables[v].dataset for v in behind}
    expected = {a.partner.name for a in DataAgreement.objects.filter(dataset__in=datasets)}
    planned = to_partners()
    assert expected
    assert {p.recipient.partition(",")[0] for p in planned} == expected
    assert all("geänderte Berechnung" in p.subject for p in planned)
    assert all("/methoden/sgb2_quote/" in p.body for p in planned)
    assert all("Einheit gewechselt" not in p.body for p in planned)
    actions.send_due(changed.planner, today())
    assert to_partners(today() + timedelta(days=1)) == []


def test_the_planners_summary_names_the_change_and_both_can_be_switched_off(changed):
    actions.change_settings(changed.planner, planner_email="planung@kreis.example")
    workday = today() + timedelta(days=7 - today().weekday() if today().weekday() > 4 else 0)
    (summary,) = [p for p in actions.plan(workday) if p.kind is MailKind.PLANNER]
    assert "gilt in Fassung 2" in summary.body
    actions.change_settings(changed.planner, catalogue=False)
    assert not any("Fassung 2" in p.body for p in actions.plan(workday))


def test_a_draft_and_an_old_change_are_no_news(town):
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.catalogue.actions import keep, propose
    from wohnplatz.workflow.messages.news import catalogue_news

    quote = memory.catalogue().indicators["sgb2_quote"]
    propose(town.planner, replace(quote, factor=1000.0))
    assert catalogue_news(today()) == ()
    keep(town.planner, replace(quote, factor=1000.0), "Grund")
    assert [n.code for n in catalogue_news(today())] == ["sgb2_quote"]
    assert catalogue_news(today() + timedelta(days=15)) == ()
