"""Coverage and punctuality."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from wohnplatz.workflow.deliveries.actions import note, receive, release, return_to_partner
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.partners import coverage
from wohnplatz.workflow.partners.actions import waive_round
from wohnplatz.workflow.partners.coverage import CoverageState, coverage_matrix
from wohnplatz.workflow.partners.delivered import contents
from wohnplatz.workflow.partners.models import DeliveryRound, RoundState
from wohnplatz.workflow.partners.punctuality import punctuality

TODAY = date(2025, 6, 1)
DAY = date(2024, 12, 31)


def deliver(world: SimpleNamespace, scene, code: str, data: bytes) -> Delivery:
    made = receive(world.operator, world.rounds[code, 2024], f"{code}.csv", data)
    for finding in made.findings:
        if finding["severity"] == "warning":
            note(world.planner, made, finding["key"], "So ist es gemeint.")
    return scene.released_and_accepted(world.planner, made)


def one(world: SimpleNamespace, code: str, user: object = None, **kwargs) -> coverage.Cell:
    matrix = coverage_matrix(user or world.planner, 2024, today=kwargs.pop("today", TODAY), **kwargs)
    return next(c for c in matrix.cells if c.round.agreement.partner.code == code)


def test_a_complete_file_covers_all_areas_and_inhabitants(delivered):
    cell = one(delivered, "jobcenter")
    assert cell.state is CoverageState.COMPLETE
    assert len(cell.delivered) == len(cell.expected) == 4
    assert cell.share == 1.0


def test_a_missing_area_is_a_gap_with_its_share_of_inhabitants(world, scene):
    deliver(world, scene, "ahausen", scene.population(scene.AHAUSEN))
    deliver(world, scene, "behausen", scene.population(scene.BEHAUSEN, base=3000))
    counts = {k: v for k, v in scene.COUNTS.items() if k != "0599900201"}
    deliver(world, scene, "jobcenter", scene.benefits(counts))
    cell = one(world, "jobcenter")
    assert cell.state is CoverageState.GAPS
    assert cell.expected - cell.delivered == {"0599900201"}
    people = 1010 + 1012 + 3010 + 3012
    assert cell.share == pytest.approx(1 - 3010 / people)


@pytest.mark.parametrize(("sign", "covered"), [("*", 4), ("x", 4), (".", 4), ("/", 4), ("…", 3)])
def test_protected_is_an_answer_and_not_delivered_is_none(world, scene, sign, covered):
    deliver(world, scene, "jobcenter", scene.benefits({**scene.COUNTS, "0599900102": sign}))
    assert len(one(world, "jobcenter").delivered) == covered


def test_a_missing_breakdown_makes_an_area_partial(world, scene):
    lines = scene.population(scene.AHAUSEN).splitlines()
    deliver(world, scene, "ahausen", b"\r\n".join(lines[:-1]))
    cell = one(world, "ahausen", dataset="bevoelkerung", by_variable=True)
    assert cell.variable == "einwohner"
    assert cell.state is CoverageState.GAPS
    assert cell.delivered == {"0599900101"}
    assert cell.partial == {"0599900102"}


def test_unknown_inhabitants_stay_unknown(world, scene):
    deliver(world, scene, "jobcenter", scene.benefits(scene.COUNTS))
    cell = one(world, "jobcenter")
    assert cell.state is CoverageState.COMPLETE
    assert cell.share is None
    matrix = coverage_matrix(world.planner, 2024, today=TODAY)
    found = coverage.total(matrix.of(dataset="arbeit", day=DAY), matrix.inhabitants[2024])
    assert (found.areas, found.share) == (4, None)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2025, 1, 10), CoverageState.EXPECTED),
        (date(2025, 6, 1), CoverageState.LATE),
        (date(2090, 1, 1), CoverageState.MISSING),
    ],
)
def test_without_a_file_the_calendar_speaks(world, today, state):
    assert one(world, "jobcenter", today=today).state is state


def test_waived_waiting_and_returned_have_words_of_their_own(world, scene):
    waive_round(world.planner, world.rounds["behausen", 2024], "Umstellung des Verfahrens")
    receive(world.user_ahausen, world.rounds["ahausen", 2024], "a.csv", scene.population(scene.AHAUSEN))
    sent = receive(
        world.user_jobcenter, world.rounds["jobcenter", 2024], "j.csv", scene.benefits(scene.COUNTS)
    )
    assert one(world, "behausen").state is CoverageState.WAIVED
    assert one(world, "ahausen").state is CoverageState.WAITING
    return_to_partner(world.planner, sent, "Bitte prüfen")
    assert one(world, "jobcenter").state is CoverageState.RETURNED


def test_a_waiting_correction_does_not_hide_what_was_accepted(delivered, scene):
    receive(
        delivered.user_jobcenter, delivered.rounds["jobcenter", 2024], "neu.csv",
        scene.benefits({**scene.COUNTS, "0599900101": "99"}),
    )  # fmt: skip
    cell = one(delivered, "jobcenter")
    assert cell.state is CoverageState.COMPLETE
    assert cell.correction_waits
    assert cell.round_state is RoundState.CHECKED


def test_the_district_total_counts_municipalities_and_inhabitants(world, scene):
    deliver(world, scene, "ahausen", scene.population(scene.AHAUSEN))
    matrix = coverage_matrix(world.planner, 2024, today=TODAY)
    found = coverage.total(matrix.of(dataset="bevoelkerung", day=DAY), matrix.inhabitants[2024])
    assert (found.coarser_level, found.coarser, found.coarser_expected) == ("kommune", 1, 2)
    assert (found.areas, found.expected, found.share) == (2, 4, None)


def test_a_partner_sees_its_own_fields_only(delivered):
    matrix = coverage_matrix(delivered.user_ahausen, today=TODAY)
    assert {c.round.agreement.partner.code for c in matrix.cells} == {"ahausen"}


def test_contents_give_totals_by_area_and_keep_what_is_unknown(delivered):
    sha = Delivery.objects.get(round=delivered.rounds["ahausen", 2024]).observations
    cells = contents(sha)["einwohner"]["0599900101"]
    assert (cells.depth, cells.cells, cells.unsaid, cells.total) == (1, 2, 0, 1010.0)


def test_punctuality_counts_the_first_release_and_the_files_until_acceptance(world, scene):
    due = timezone.localdate() - timedelta(days=20)
    DeliveryRound.objects.filter(reference_date=DAY).update(due_on=due)
    DeliveryRound.objects.filter(reference_date__lt=DAY).update(due_on=date(2000, 1, 1))
    first = receive(
        world.user_ahausen, world.rounds["ahausen", 2024], "a.csv", scene.population(scene.AHAUSEN)
    )
    release(world.user_ahausen, first, first.version)
    early = timezone.make_aware(datetime.combine(due - timedelta(days=4), datetime.min.time()))
    Delivery.objects.filter(pk=first.pk).update(released_at=early)
    first.refresh_from_db()
    return_to_partner(world.planner, first, "Bitte prüfen", first.version)
    deliver(world, scene, "ahausen", scene.population(scene.AHAUSEN, base=1002))
    deliver(world, scene, "jobcenter", scene.benefits(scene.COUNTS))
    report = punctuality(world.planner, timezone.localdate())
    own = {p.code: f for p, f in report.partners}
    assert (own["ahausen"].on_time, own["ahausen"].median_days, own["ahausen"].mean_files) == (1, -4, 2)
    assert (own["behausen"].delivered, own["behausen"].median_days) == (0, None)
    assert (report.district.due, report.district.delivered, report.district.on_time) == (3, 2, 1)
    assert report.district.median_days == 8.0


def test_a_partner_sees_its_own_punctuality_beside_the_district(world, scene):
    DeliveryRound.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    report = punctuality(world.user_jobcenter, timezone.localdate())
    assert [p.code for p, _ in report.partners] == ["jobcenter"]
    assert report.district.due == 6


def test_a_data_set_the_catalogue_no_longer_holds_expects_nothing(world):
    agreement = world.rounds["jobcenter", 2024].agreement
    type(agreement).objects.filter(pk=agreement.pk).update(dataset="frueher")
    cell = one(world, "jobcenter")
    assert cell.state is CoverageState.LATE
    assert cell.expected == frozenset()
    assert cell.share is None
