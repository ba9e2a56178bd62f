"""Writing together: nobody's text is lost, everything can be brought back, drift is kept until settled."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import Refused

CLAIM = "In Ahausen ist die Quote {{ sgb2_quote | gebiet=05999001 | jahr=2024 }}."


@pytest.fixture
def begun(delivered, scene, steps) -> SimpleNamespace:
    """A report from the one-page profile, with one chapter and one text."""
    from wohnplatz.workflow.reports import actions, writing

    steps.take(scene.release, delivered)
    delivered.report = actions.begin(delivered.planner, "sozialbericht", delivered.release, year=2024)
    delivered.report.blocks.all().delete()
    delivered.chapter = writing.add(delivered.planner, delivered.report, {"kind": "chapter", "title": "Lage"})
    delivered.text = writing.add(
        delivered.planner, delivered.report, {"kind": "text", "markdown": CLAIM}, parent=delivered.chapter
    )
    return delivered


def content(row, markdown: str) -> dict[str, object]:
    return {**row.content, "markdown": markdown}


def test_the_second_of_two_writers_gets_both_versions_and_loses_nothing(begun):
    from wohnplatz.workflow.reports import writing

    writing.edit(begun.planner, begun.text, content(begun.text, "Fassung eins."), 1)
    with pytest.raises(writing.Conflict, match="von Planner geändert") as conflict:
        writing.edit(begun.planner, begun.text, content(begun.text, "Fassung zwei."), 1)
    assert conflict.value.mine["markdown"] == "Fassung zwei."
    assert conflict.value.row.content["markdown"] == "Fassung eins."
    both = "Fassung eins. Fassung zwei."
    merged = writing.edit(begun.planner, begun.text, content(begun.text, both), 2)
    assert [v.content["markdown"] for v in merged.versions.all()] == [both, "Fassung eins.", CLAIM]


def test_who_stores_what_stands_there_already_meets_no_conflict(begun):
    from wohnplatz.workflow.reports import writing

    writing.edit(begun.planner, begun.text, content(begun.text, "Gleich."), 1)
    again = writing.edit(begun.planner, begun.text, content(begun.text, "Gleich."), 1)
    assert again.version == 2


def test_texts_of_two_areas_can_be_written_at_once(begun):
    from wohnplatz.workflow.reports import writing

    row = writing.add(begun.planner, begun.report, {"kind": "areatexts", "texts": []})
    writing.write_for_area(begun.planner, row, "0599900101", "Altdorf wächst.", "")
    held = writing.write_for_area(begun.planner, row, "0599900102", "Bruch bleibt.", "")
    assert {t["area"]: t["markdown"] for t in held.content["texts"]} == {
        "0599900101": "Altdorf wächst.", "0599900102": "Bruch bleibt.",
    }  # fmt: skip
    with pytest.raises(writing.Conflict):
        writing.write_for_area(begun.planner, row, "0599900101", "Altdorf schrumpft.", "")
    held = writing.write_for_area(begun.planner, row, "0599900101", "Altdorf ruht.", "Altdorf wächst.")
    assert [t["area"] for t in held.content["texts"]] == ["0599900101", "0599900102"], "each in its place"
    held = writing.write_for_area(begun.planner, row, "0599900101", "", "Altdorf ruht.")
    assert [t["area"] for t in held.content["texts"]] == ["0599900102"]


def test_what_was_removed_comes_back_with_its_history(begun):
    from wohnplatz.workflow.reports import queries, writing

    writing.remove(begun.planner, begun.chapter, 1)
    assert queries.rows(begun.report) == []
    begun.text.refresh_from_db()
    writing.bring_back(begun.planner, begun.chapter)
    assert [r.block_id for r in queries.rows(begun.report)] == [begun.chapter.block_id, begun.text.block_id]
    writing.edit(begun.planner, begun.text, content(begun.text, "Anders."), 1)
    restored = writing.restore(begun.planner, begun.text, 1, 2)
    assert restored.content["markdown"] == CLAIM
    assert [v.act for v in restored.versions.all()] == ["restored", "edited", "created"]


def test_nobody_removes_what_was_written_meanwhile_unseen(begun):
    from wohnplatz.workflow.reports import writing

    writing.edit(begun.planner, begun.text, content(begun.text, "Neu."), 1)
    with pytest.raises(writing.Conflict):
        writing.remove(begun.planner, begun.text, 1)
    writing.remove(begun.planner, begun.text, 2)
    with pytest.raises(writing.Conflict, match="entfernt"):
        writing.edit(begun.planner, begun.text, content(begun.text, "Spät."), 2)


def test_blocks_move_and_keep_their_ids(begun):
    from wohnplatz.workflow.reports import queries, writing

    other = writing.add(begun.planner, begun.report, {"kind": "chapter", "title": "Zweites"})
    writing.add(begun.planner, begun.report, {"kind": "methods"}, parent=other)
    moved = writing.move(begun.planner, begun.text, parent=other, position=0)
    assert moved.block_id == begun.text.block_id
    tree = queries.tree(begun.report)
    assert [[b.id for b in c.blocks][:1] for c in tree.blocks] == [[], [begun.text.block_id]]
    with pytest.raises(WohnplatzError, match="nicht in sich selbst"):
        writing.move(begun.planner, other, parent=other, position=0)
    with pytest.raises(WohnplatzError, match="kann kein Block stehen"):
        writing.move(begun.planner, other, parent=begun.text, position=0)


def test_a_block_that_does_not_fit_is_refused_and_nothing_is_stored(begun):
    from wohnplatz.workflow.reports import writing

    with pytest.raises(WohnplatzError, match="Diese Angabe gibt es nicht"):
        writing.edit(begun.planner, begun.text, {**begun.text.content, "farbe": "rot"}, 1)
    with pytest.raises(WohnplatzError, match="Diese Art von Block"):
        writing.add(begun.planner, begun.report, {"kind": "rezept"})
    assert begun.report.blocks.count() == 2


def test_who_may_not_write_changes_nothing(begun):
    from wohnplatz.workflow.reports import actions, drift, writing
    from wohnplatz.workflow.reports.states import ReportState

    for user in (begun.sector, begun.user_ahausen, begun.administrator):
        with pytest.raises(Refused):
            writing.edit(user, begun.text, content(begun.text, "Fremd."), 1)
        with pytest.raises(Refused):
            writing.add(user, begun.report, {"kind": "methods"})
        with pytest.raises(Refused):
            writing.remove(user, begun.text, 1)
        with pytest.raises(Refused):
            drift.choose_release(user, begun.report, begun.release)
        with pytest.raises(Refused):
            actions.assign(user, begun.chapter, begun.sector)
    actions.assign(begun.planner, begun.chapter, begun.sector)
    writing.edit(begun.sector, begun.text, content(begun.text, "Aus der Fachplanung."), 1)
    with pytest.raises(WohnplatzError, match="nicht möglich"):
        actions.assign(begun.planner, begun.chapter, begun.user_ahausen)
    begun.report.state = ReportState.AGREED
    begun.report.save()
    with pytest.raises(Refused, match="nicht mehr ändern"):
        writing.edit(begun.planner, begun.text, content(begun.text, "Zu spät."), 2)


def test_another_release_lists_the_sentences_it_changes_until_each_is_settled(begun, scene):
    from wohnplatz.workflow.releases.actions import make_release
    from wohnplatz.workflow.reports import drift

    deliver_again(begun, scene, "130")
    newer = make_release(begun.planner, "2025-2")
    (foreseen,) = drift.foresee(begun.planner, begun.report, newer)
    report = drift.choose_release(begun.planner, begun.report, newer)
    (item,) = drift.open_items(report)
    assert (item.then, item.now) == (foreseen.then, foreseen.now)
    assert item.then != item.now
    assert item.figures[0]["figure"] == "sgb2_quote/05999001/2024"
    assert item.figures[0]["why"]
    back = drift.choose_release(begun.planner, report, begun.release)
    assert list(drift.open_items(back)) == []
    item.refresh_from_db()
    assert item.remark == "Mit 2024-1 stimmt der Satz wieder."
    there = drift.choose_release(begun.planner, back, newer)
    drift.settle(begun.planner, drift.open_items(there).get(), "gesehen")
    assert list(drift.open_items(there)) == []
    assert [b.release.label for b in there.bindings.all()] == ["2024-1", "2025-2", "2024-1", "2025-2"]


def test_a_sentence_left_open_keeps_what_it_said_first(begun, scene):
    from wohnplatz.workflow.releases.actions import make_release
    from wohnplatz.workflow.reports import drift

    deliver_again(begun, scene, "130")
    second = drift.choose_release(begun.planner, begun.report, make_release(begun.planner, "2025-2"))
    first_words = drift.open_items(second).get().then
    deliver_again(begun, scene, "170")
    third = drift.choose_release(begun.planner, second, make_release(begun.planner, "2025-3"))
    item = drift.open_items(third).get()
    assert item.then == first_words
    assert (item.before.label, item.after.label) == ("2024-1", "2025-3")


def deliver_again(world, scene, count: str) -> None:
    """The Jobcenter corrects its number for Altdorf."""
    from wohnplatz.workflow.deliveries.actions import receive, return_to_partner
    from wohnplatz.workflow.deliveries.models import Delivery
    from wohnplatz.workflow.deliveries.states import DeliveryState

    held = Delivery.objects.get(round=world.rounds["jobcenter", 2024], state=DeliveryState.ACCEPTED)
    return_to_partner(world.planner, held, "Zahl berichtigen", held.version)
    data = scene.benefits({**scene.COUNTS, "0599900101": count})
    delivery = receive(world.operator, world.rounds["jobcenter", 2024], f"neu-{count}.csv", data)
    scene.released_and_accepted(world.planner, delivery)


def test_a_suggested_text_is_taken_by_a_person_and_never_goes_out_before(begun):
    from wohnplatz.workflow.reports import shown, writing

    row = writing.add(
        begun.planner, begun.report, {"kind": "text", "markdown": "Vorschlagstext.", "state": "suggested"}
    )

    def printed(*, final: bool) -> str:
        return repr(shown.document(begun.planner, begun.report, final=final))

    assert "Vorschlagstext" not in printed(final=True)
    assert "Vorschlagstext" in printed(final=False)
    writing.take(begun.planner, row, 1)
    assert "Vorschlagstext" in printed(final=True)
    assert row.versions.first().act == "taken"


def test_the_house_style_is_checked_and_kept_by_what_was_agreed(begun, monkeypatch):
    from wohnplatz.report import HouseStyle
    from wohnplatz.workflow.reports import actions, queries, states
    from wohnplatz.workflow.reports.states import ReportState

    monkeypatch.setattr(states, "CONDITIONS", {})
    with pytest.raises(WohnplatzError, match="nicht gut genug zu lesen"):
        actions.set_house_style(begun.planner, HouseStyle(colour="#ffff00"))
    with pytest.raises(Refused):
        actions.set_house_style(begun.sector, HouseStyle())
    actions.set_house_style(begun.administrator, HouseStyle("Stabsstelle", "#7a0019"))
    assert queries.tree(begun.report).style.office == "Stabsstelle"
    begun.report.state = ReportState.DECIDED
    begun.report.save()
    agreed = actions.advance(begun.planner, begun.report, ReportState.AGREED)
    actions.set_house_style(begun.administrator, HouseStyle("Amt für Soziales", "#004400"))
    assert queries.tree(agreed).style.office == "Stabsstelle"


def test_a_large_file_is_made_once_and_again_when_the_report_changes(begun):
    from wohnplatz.workflow.reports import making, writing

    asked = making.ask(begun.planner, begun.report, "pdf")
    assert making.ask(begun.planner, begun.report, "pdf").pk == asked.pk
    assert making.make(asked.pk) == "done"
    assert making.path(asked).read_bytes().startswith(b"%PDF")
    writing.edit(begun.planner, begun.text, content(begun.text, "Anders."), 1)
    other = making.ask(begun.planner, begun.report, "pdf")
    assert other.pk != asked.pk
    writing.edit(begun.planner, begun.text, content(begun.text, "Noch einmal anders."), 2)
    assert making.make(other.pk) == "failed"
    other.refresh_from_db()
    assert "inzwischen geändert" in other.reason
    assert making.ask(begun.planner, begun.report, "pdf", again=True).pk != other.pk
    with pytest.raises(Refused):
        making.ask(begun.user_ahausen, begun.report, "pdf")


def test_what_is_final_enters_the_register_and_leaves_withheld_profiles_out(begun, monkeypatch):
    from wohnplatz.workflow.consultation import printing
    from wohnplatz.workflow.releases.models import Output
    from wohnplatz.workflow.reports import making, writing
    from wohnplatz.workflow.reports.states import ReportState

    profiles = writing.add(begun.planner, begun.report, {"kind": "profiles", "level": "wohnplatz"})
    words = {"kind": "text", "markdown": "Vertraulich bis zur Freigabe."}
    writing.add(begun.planner, begun.report, words, parent=profiles)
    begun.report.state = ReportState.AGREED
    begun.report.save()
    asked = making.ask(begun.planner, begun.report, "docx")
    assert making.make(asked.pk) == "done", making.ReportFile.objects.get(pk=asked.pk).reason
    assert Output.objects.get().kind == "docx"
    assert "Vertraulich" not in repr(making.document(begun.planner, begun.report))
    monkeypatch.setattr(printing, "withheld", lambda *_: frozenset())
    assert "Vertraulich" in repr(making.document(begun.planner, begun.report))
    assert making.ask(begun.planner, begun.report, "docx").pk != asked.pk
    with pytest.raises(Refused):
        making.ask(begun.sector, begun.report, "docx")
