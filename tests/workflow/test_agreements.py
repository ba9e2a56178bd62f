"""Agreements in versions, rounds that open by themselves, exceptions from the lock."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from django.utils import timezone

from wohnplatz.intake.request import variables_due
from wohnplatz.model import WohnplatzError
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.audit.models import LogEntry
from wohnplatz.workflow.partners import actions, outlook, queries
from wohnplatz.workflow.partners.calendar import period_label, reference_dates
from wohnplatz.workflow.partners.models import DataAgreement, DeliveryRound, Rhythm

LATER = date(2024, 7, 1)


@pytest.fixture
def frozen(monkeypatch):
    """``frozen(day)``: today is that day."""

    def at(day: date) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *_: day)

    at(date(2024, 11, 24))
    return at


@pytest.fixture
def population(world):
    """The agreement of Ahausen, with rounds of 2023 and 2024 and a lock that is near."""
    agreement = world.rounds["ahausen", 2024].agreement
    DataAgreement.objects.update(lock_days=365)
    agreement.refresh_from_db()
    return agreement


def dates(agreement):
    return [
        d.isoformat()
        for d in agreement.rounds.order_by("reference_date").values_list("reference_date", flat=True)
    ]


def test_odd_years_and_school_years_are_patterns_too():
    since, until = date(2024, 1, 1), date(2027, 12, 31)
    assert [d.year for d in reference_dates("15.12.", Rhythm.ODD_YEARS, since, until)] == [2025, 2027]
    school = list(reference_dates("01.08.", Rhythm.SCHOOL_YEAR, since, until))
    labels = [period_label(Rhythm.SCHOOL_YEAR, d) for d in school[:2]]
    assert labels == ["Schuljahr 2024/25", "Schuljahr 2025/26"]
    assert period_label(Rhythm.SCHOOL_YEAR, date(2025, 3, 1)) == "Schuljahr 2024/25"
    assert period_label(Rhythm.HALF_YEARLY, date(2025, 12, 31)) == "2. Halbjahr 2025"
    assert period_label(Rhythm.YEARLY, date(2025, 12, 31)) == ""


def test_a_new_version_takes_over_rounds_that_nothing_came_for(world, population, frozen):
    seen = outlook.if_renewed(world.planner, population, LATER, date(2024, 11, 24), due_days=30)
    new = actions.renew_agreement(world.planner, population, LATER, due_days=30, contact_function="Bürgeramt")
    population.refresh_from_db()
    assert (population.valid_to, new.version, new.replaces) == (date(2024, 6, 30), 2, population)
    assert (new.lock_days, new.contact_function) == (365, "Bürgeramt")
    assert new.legal_basis == population.legal_basis
    assert dates(population) == ["2023-12-31"]
    moved = new.rounds.get()
    assert moved.pk == world.rounds["ahausen", 2024].pk
    assert moved.due_on == date(2025, 1, 30)
    assert [(m.round.pk, m.due_on, m.changes_dates) for m in seen.moves] == [(moved.pk, moved.due_on, True)]
    assert (seen.opens, seen.drops, seen.stays) == ((), (), ())


def test_rounds_with_a_delivery_stay_under_the_terms_they_were_delivered_under(delivered, frozen):
    agreement = delivered.rounds["ahausen", 2024].agreement
    new = actions.renew_agreement(delivered.planner, agreement, LATER)
    assert dates(agreement) == ["2023-12-31", "2024-12-31"]
    assert dates(new) == []
    assert actions.open_all_rounds(delivered.planner, date(2024, 12, 30)) == 0
    frozen(date(2025, 1, 2))
    assert actions.open_all_rounds(delivered.planner, date(2025, 1, 2)) >= 1
    assert dates(new) == ["2025-12-31"]


def test_rounds_that_the_new_version_no_longer_asks_for_go_but_no_decision_is_lost(world, population, frozen):
    actions.open_rounds(world.planner, population, date(2026, 12, 31))
    actions.waive_round(world.planner, population.rounds.get(reference_date__year=2025), "abgestimmt")
    changes = {"rhythm": Rhythm.QUARTERLY, "reference": "30.11."}
    seen = outlook.if_renewed(world.planner, population, LATER, date(2024, 11, 24), **changes)
    assert [r.reference_date.year for r in seen.drops] == [2024, 2026]
    assert [r.reference_date.year for r in seen.stays] == [2025]
    new = actions.renew_agreement(world.planner, population, LATER, **changes)
    assert dates(population) == ["2023-12-31", "2025-12-31"]
    assert dates(new) == [d.isoformat() for d in seen.opens]
    assert dates(new) == ["2024-08-31", "2024-11-30", "2025-02-28", "2025-05-31", "2025-08-31"]


@pytest.mark.parametrize(
    ("begin", "changes", "match"),
    [
        (date(2023, 1, 1), {}, "muss nach dem 01.01.2023 beginnen"),
        (LATER, {"due_days": 400}, "Annahmeschluss"),
        (LATER, {"variables": ["arbeitslose"]}, "kein Merkmal"),
        (LATER, {"without_breakdowns": ["nix"]}, "keines der vereinbarten"),
        (LATER, {"division": "kommune-2020"}, "Gebietsgliederung"),
        (LATER, {"valid_to": date(2024, 6, 30)}, "bevor sie am"),
    ],
)
def test_a_version_that_cannot_be_is_refused_and_changes_nothing(world, population, begin, changes, match):
    with pytest.raises(WohnplatzError, match=match):
        actions.renew_agreement(world.planner, population, begin, **changes)
    with pytest.raises(WohnplatzError, match=match):
        outlook.if_renewed(world.planner, population, begin, date(2024, 11, 24), **changes)
    population.refresh_from_db()
    assert (population.valid_to, DataAgreement.objects.count()) == (None, 3)


def test_only_the_newest_version_can_be_renewed_or_ended(world, population):
    actions.renew_agreement(world.planner, population, LATER)
    with pytest.raises(WohnplatzError, match="abgelöst"):
        actions.renew_agreement(world.planner, population, date(2025, 1, 1))
    with pytest.raises(WohnplatzError, match="abgelöst"):
        actions.end_agreement(world.planner, population, date(2024, 1, 1))


def test_one_partner_has_one_agreement_about_a_data_set_at_a_time(world, population):
    actions.end_agreement(world.planner, population, date(2024, 12, 31))
    for begin, end in ((date(2024, 12, 31), None), (date(2020, 1, 1), date(2023, 1, 1))):
        with pytest.raises(WohnplatzError, match="in dieser Zeit schon eine Vereinbarung"):
            actions.conclude_agreement(
                world.planner, world.ahausen, dataset="bevoelkerung", valid_from=begin, valid_to=end
            )
    made = actions.conclude_agreement(
        world.planner, world.ahausen, dataset="bevoelkerung", valid_from=date(2025, 1, 1), reference="1.8"
    )
    assert made.reference == "01.08."
    with pytest.raises(WohnplatzError, match="schon eine Vereinbarung"):
        actions.end_agreement(world.planner, population, date(2025, 6, 30))


def test_ending_lets_empty_later_rounds_go_and_keeps_what_was_delivered(delivered, frozen):
    agreement = delivered.rounds["ahausen", 2024].agreement
    actions.open_rounds(delivered.planner, agreement, date(2026, 12, 31))
    seen = outlook.if_ended(delivered.planner, agreement, date(2024, 6, 30))
    assert [r.reference_date.year for r in seen.drops] == [2025, 2026]
    assert [r.reference_date.year for r in seen.stays] == [2024]
    actions.end_agreement(delivered.planner, agreement, date(2024, 6, 30))
    assert dates(agreement) == ["2023-12-31", "2024-12-31"]
    actions.open_all_rounds(delivered.planner, date(2025, 3, 1))
    assert dates(agreement) == ["2023-12-31", "2024-12-31"]


def test_rounds_open_by_themselves_a_year_ahead_and_only_once(world, population):
    today = date(2025, 3, 1)
    assert actions.open_all_rounds(world.planner, today) == 3
    assert dates(population) == ["2023-12-31", "2024-12-31", "2025-12-31"]
    assert actions.open_all_rounds(world.planner, today) == 0
    assert LogEntry.objects.filter(action="partners.open_rounds").count() == 6
    assert actions.open_all_rounds(world.planner, date(2028, 1, 1)) == 9
    assert dates(population)[-1] == "2028-12-31"
    with pytest.raises(Refused):
        actions.open_all_rounds(world.user_ahausen, today)


def test_an_old_agreement_does_not_begin_with_rounds_that_were_lost_before(world):
    made = actions.conclude_agreement(
        world.planner, world.behausen, dataset="arbeit", valid_from=date(2010, 1, 1), lock_days=365
    )
    actions.open_all_rounds(world.planner, date(2025, 3, 1))
    assert dates(made) == ["2024-12-31", "2025-12-31"]


def test_a_request_asks_for_what_was_agreed_on_only(world, population):
    day = world.rounds["ahausen", 2024]
    whole = variables_due(queries.request(day), memory.catalogue())
    assert whole["einwohner"].breakdowns == ("geschlecht",)
    new = actions.renew_agreement(
        world.planner, population, LATER, variables=["einwohner"], without_breakdowns=["geschlecht"],
        division="wohnplatz-2020",
    )  # fmt: skip
    asked = queries.request(new.rounds.get(reference_date__year=2024))
    due = variables_due(asked, memory.catalogue())
    assert {code: v.breakdowns for code, v in due.items()} == {"einwohner": ()}
    assert set(asked.areas) == {"0599900101", "0599900102"}
    assert set(asked.coarser_areas) == {"05999001", "05999002", "05999"}


def test_figures_without_a_breakdown_that_was_left_out_are_complete(delivered, scene):
    from wohnplatz.workflow.deliveries.actions import receive
    from wohnplatz.workflow.partners.coverage import CoverageState, coverage_matrix
    from wohnplatz.workflow.releases.actions import make_release
    from wohnplatz.workflow.releases.queries import figures

    agreement = delivered.rounds["ahausen", 2024].agreement
    begin = date(2025, 1, 1)
    new = actions.renew_agreement(delivered.planner, agreement, begin, without_breakdowns=["geschlecht"])
    actions.open_rounds(delivered.planner, new, date(2025, 12, 31))
    owed = new.rounds.get(reference_date=date(2025, 12, 31))
    lines = ["Merkmal;Gebiet;Gebietsname;Stichtag;Wert"]
    lines += [f"einwohner;{key};;31.12.2025;{1010 + n}" for n, key in enumerate(scene.AHAUSEN)]
    got = receive(delivered.user_ahausen, owed, "a.csv", "\n".join(lines).encode())
    assert [f["code"] for f in got.findings if f["severity"] == "error"] == []
    scene.released_and_accepted(delivered.planner, got)
    matrix = coverage_matrix(delivered.planner, 2025, dataset="bevoelkerung", today=date(2026, 3, 1))
    (cell,) = matrix.of(partner=delivered.ahausen.pk)
    assert cell.state is CoverageState.COMPLETE
    made = make_release(delivered.planner, "2025-1")
    table = figures(
        delivered.planner, made, indicators=["einwohner"], level="kommune", areas=["05999001"], years=[2025]
    )
    assert [f.value for f in table] == [2021]


def test_a_request_finds_the_area_of_grid_cells(world):
    from pyproj import Transformer

    asked = queries.request(world.rounds["ahausen", 2024])
    east, north = np.array([350_500.0, 352_500.0, 360_000.0]), np.full(3, 5_650_500.0)
    x, y = Transformer.from_crs("EPSG:25832", "EPSG:3035", always_xy=True).transform(east, north)
    assert asked.locate(x, y).tolist() == ["0599900101", "0599900201", ""]


def test_an_exception_opens_a_locked_round_until_its_day(world, scene, frozen):
    from wohnplatz.workflow.deliveries.actions import receive
    from wohnplatz.workflow.deliveries.queries import view
    from wohnplatz.workflow.partners.models import RoundState

    today = date.today()
    locked = world.rounds["ahausen", 2024]
    DeliveryRound.objects.filter(pk=locked.pk).update(
        due_on=today - timedelta(days=20), lock_on=today - timedelta(days=10)
    )
    locked.refresh_from_db()
    frozen(today)
    assert view(locked, today).state is RoundState.MISSING
    granted = actions.grant_exception(world.planner, locked, today + timedelta(days=5), " Umzug des Amtes ")
    assert (granted.reason, granted.granted_by) == ("Umzug des Amtes", "Musterkreis")
    assert not locked.is_locked(today + timedelta(days=5))
    assert locked.is_locked(today + timedelta(days=6))
    assert view(locked, today).state is RoundState.LATE
    got = receive(world.user_ahausen, locked, "a.csv", scene.population(scene.AHAUSEN))
    assert got.state == "checked"


def test_an_exception_needs_a_reason_a_later_day_and_somebody_who_may(world, frozen):
    owed = world.rounds["ahausen", 2024]
    DeliveryRound.objects.filter(pk=owed.pk).update(lock_on=date(2024, 12, 1))
    owed.refresh_from_db()
    for until, reason, match in (
        (date(2025, 1, 1), " ", "begründen"),
        (date(2024, 12, 1), "x", "ändert nichts"),
    ):
        with pytest.raises(WohnplatzError, match=match):
            actions.grant_exception(world.planner, owed, until, reason)
    for user in (world.administrator, world.user_ahausen, world.sector):
        with pytest.raises(Refused):
            actions.grant_exception(user, owed, date(2025, 1, 1), "x")
    actions.waive_round(world.planner, owed, "keine Daten")
    with pytest.raises(WohnplatzError, match="erlassen"):
        actions.grant_exception(world.planner, owed, date(2025, 1, 1), "x")


def test_what_was_delivered_is_not_waived_and_a_waiver_can_be_taken_back(delivered):
    with pytest.raises(WohnplatzError, match="lesbare Datei"):
        actions.waive_round(delivered.planner, delivered.rounds["ahausen", 2024], "x")
    owed = delivered.rounds["ahausen", 2023]
    actions.waive_round(delivered.planner, owed, "Umstellung")
    actions.restore_round(delivered.planner, owed)
    owed.refresh_from_db()
    assert owed.waived_reason == ""


def test_a_partner_is_changed_field_by_field(world):
    changed = actions.change_partner(
        world.planner, world.ahausen, name=" Stadt Neuhausen ", area_keys=["05999001", "0599900201"]
    )
    assert (changed.name, changed.kind) == ("Stadt Neuhausen", "municipality")
    assert set(queries.areas_of(changed, "wohnplatz", date(2024, 12, 31))) == {
        "0599900101", "0599900102", "0599900201",
    }  # fmt: skip
    assert LogEntry.objects.get(action="partners.change").details == {"fields": ["area_keys", "name"]}
    for fields, error in (({"area_keys": ["1"]}, WohnplatzError), ({"name": " "}, WohnplatzError)):
        with pytest.raises(error):
            actions.change_partner(world.planner, changed, **fields)
    with pytest.raises(TypeError):
        actions.change_partner(world.planner, changed, code="neu")
    with pytest.raises(Refused):
        actions.change_partner(world.user_ahausen, changed, name="x")


def test_a_partner_goes_out_of_use_when_nothing_is_agreed_any_more(world, population):
    with pytest.raises(WohnplatzError, match="gilt noch eine Vereinbarung") as refused:
        actions.deactivate_partner(world.planner, world.ahausen)
    assert "bevoelkerung" in refused.value.where
    actions.end_agreement(world.planner, population, date(2024, 12, 31))
    gone = actions.deactivate_partner(world.planner, world.ahausen)
    assert not gone.is_active
    with pytest.raises(WohnplatzError, match="außer Betrieb"):
        actions.conclude_agreement(world.planner, gone, dataset="bevoelkerung", valid_from=date(2030, 1, 1))
    assert actions.reactivate_partner(world.planner, gone).is_active


def test_everybody_sees_agreements_and_a_partner_its_own(world):
    assert queries.agreements(world.sector).count() == 3
    assert [a.partner.code for a in queries.agreements(world.user_ahausen)] == ["ahausen"]


def test_a_later_begin_in_the_set_up_file_is_a_new_version(world):
    from wohnplatz.workflow import setup

    terms = {"dataset": "bevoelkerung", "valid_from": date(2023, 1, 1)}
    renewed = {"dataset": "bevoelkerung", "valid_from": LATER, "due_days": 45}
    tables = {"partner": [{"code": "ahausen", "agreement": [terms, renewed]}]}
    assert setup.apply(world.operator, tables).agreements == 1
    assert setup.apply(world.operator, tables).agreements == 0
    versions = DataAgreement.objects.filter(partner=world.ahausen).order_by("version")
    assert [(a.version, a.valid_to, a.due_days) for a in versions] == [
        (1, date(2024, 6, 30), 90), (2, None, 45),
    ]  # fmt: skip
