"""A social report: begun from a template, kept in rows, advanced by actions alone."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import Refused


@pytest.fixture
def begun(delivered, scene, steps) -> SimpleNamespace:
    """The district with a release and a report made from the full template."""
    from wohnplatz.workflow.reports import actions

    steps.take(scene.release, delivered)
    delivered.report = actions.begin(delivered.planner, "sozialbericht", delivered.release, year=2024)
    return delivered


def test_a_report_kept_in_rows_is_the_tree_of_its_template(begun):
    from wohnplatz.report import start
    from wohnplatz.workflow.releases import queries as releases
    from wohnplatz.workflow.reports.queries import tree

    wanted = start(
        "sozialbericht", id=f"bericht-{begun.report.pk}", area="05999", year=2024,
        hierarchy=releases.hierarchy(begun.release), catalogue=releases.catalogue(begun.release),
    )  # fmt: skip
    assert tree(begun.report) == wanted
    assert {v.act for row in begun.report.blocks.all() for v in row.versions.all()} == {"created"}


def test_what_stands_in_a_removed_chapter_is_gone_with_it(begun):
    from wohnplatz.report.tree import walk
    from wohnplatz.workflow.reports.queries import rows, tree

    chapter = next(r for r in rows(begun.report) if r.kind == "chapter" and r.children.exists())
    inside = {r.block_id for r in chapter.children.all()}
    begun.report.blocks.filter(pk=chapter.pk).update(deleted=True)
    left = {n.id for n in walk(tree(begun.report).blocks)}
    assert left.isdisjoint({chapter.block_id, *inside})


def test_drafts_are_for_the_planning_alone(begun):
    from wohnplatz.workflow.reports import actions, queries

    assert queries.visible_to(begun.planner).get() == begun.report
    assert queries.visible_to(begun.sector).get() == begun.report
    for user in (begun.user_ahausen, begun.user_jobcenter, begun.administrator):
        with pytest.raises(Refused):
            queries.visible_to(user)
    for user in (begun.user_ahausen, begun.administrator, begun.sector):
        with pytest.raises(Refused):
            actions.begin(user, "profil", begun.release, year=2024)
        with pytest.raises(Refused):
            actions.advance(user, begun.report, "review")


def test_sector_planning_writes_in_the_chapters_it_was_given(begun):
    from wohnplatz.workflow.reports.queries import may_write, rows

    chapters = [r for r in rows(begun.report) if r.kind == "chapter" and r.parent is None]
    first, second = chapters[0], chapters[1]
    inside = first.children.first()
    assert may_write(begun.planner, begun.report, inside)
    assert not may_write(begun.sector, begun.report)
    first.assigned_to = begun.sector
    first.save()
    assert may_write(begun.sector, begun.report, inside)
    assert not may_write(begun.sector, begun.report, second)
    assert not may_write(begun.user_ahausen, begun.report, inside)


def test_the_order_of_chapters_stays_with_the_planner(begun):
    from wohnplatz.workflow.reports import writing
    from wohnplatz.workflow.reports.queries import rows

    first, second = [r for r in rows(begun.report) if r.kind == "chapter" and r.parent is None][:2]
    first.assigned_to = begun.sector
    first.save()
    text = {"kind": "text", "markdown": "Neu.", "state": "written"}
    made = writing.add(begun.sector, begun.report, text, parent=first)
    assert writing.move(begun.sector, made, parent=first, position=0).position == 0
    for refused in (
        lambda: writing.add(begun.sector, begun.report, text),
        lambda: writing.add(begun.sector, begun.report, text, parent=second),
        lambda: writing.move(begun.sector, first, parent=None, position=1),
        lambda: writing.move(begun.sector, made, parent=None, position=0),
        lambda: writing.remove(begun.sector, first, first.version),
    ):
        with pytest.raises(Refused):
            refused()
    assert writing.remove(begun.sector, made, made.version).deleted


def test_states_follow_each_other_and_nothing_is_skipped(begun):
    from wohnplatz.workflow.audit.models import LogEntry
    from wohnplatz.workflow.reports import actions, states

    with pytest.raises(WohnplatzError, match="folgt nicht darauf"):
        actions.advance(begun.planner, begun.report, states.ReportState.PUBLISHED)
    report = actions.advance(begun.planner, begun.report, states.ReportState.REVIEW)
    assert report.get_state_display() == "interne Durchsicht"
    entry = LogEntry.objects.filter(action="reports.advance").get()
    assert entry.details == {"before": "draft", "after": "review"}


def test_an_empty_report_goes_nowhere(begun):
    from wohnplatz.workflow.reports import actions, states

    begun.report.blocks.update(deleted=True)
    with pytest.raises(WohnplatzError, match="noch leer"):
        actions.advance(begun.planner, begun.report, states.ReportState.REVIEW)
    begun.report.refresh_from_db()
    assert begun.report.state == "draft"


def test_a_condition_that_does_not_hold_keeps_a_report_where_it_is(begun, monkeypatch):
    from wohnplatz.workflow.reports import actions, states

    def never(report):
        raise WohnplatzError("Es fehlt noch etwas.", code="test.missing")

    monkeypatch.setattr(states, "CONDITIONS", {("draft", "review"): [never]})
    with pytest.raises(WohnplatzError, match="Es fehlt noch etwas"):
        actions.advance(begun.planner, begun.report, states.ReportState.REVIEW)
    begun.report.refresh_from_db()
    assert begun.report.state == "draft"
