"""Previews of releases: who may have one, what it leaves behind, what makes it old."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import Refused


@pytest.fixture
def previewing(db):
    from wohnplatz.workflow.releases import previewing

    return previewing


def done(previewing, user):
    """A finished preview."""
    from wohnplatz.workflow.releases.models import ReleasePreview

    row = previewing.begin(user)
    assert previewing.compute(row.pk) == "done"
    return ReleasePreview.objects.get(pk=row.pk)


def test_only_who_may_make_releases_may_preview_one(delivered, previewing):
    from wohnplatz.workflow.releases.models import ReleasePreview

    for user in (delivered.administrator, delivered.sector, delivered.user_ahausen, delivered.user_jobcenter):
        for act in (previewing.begin, previewing.newest, previewing.previewed):
            with pytest.raises(Refused, match="Datenstände bilden"):
                act(user)
    assert not ReleasePreview.objects.exists()


def test_a_preview_makes_no_release_and_leaves_the_store_as_it_was(delivered, previewing):
    from wohnplatz.store import Kind
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.releases import actions
    from wohnplatz.workflow.releases.models import Release

    row = done(previewing, delivered.planner)
    store = memory.store()
    for kind in (Kind.RESULT, Kind.RECORD, Kind.LEDGER, Kind.MANIFEST):
        assert not list(store.hashes(kind))
    assert not Release.objects.exists()
    assert actions.ledger_head() == ""
    assert row.result["groups"][0]["audiences"] == ["Öffentlichkeit", "Lieferstellen", "Planung"]


def test_a_preview_is_what_the_release_then_shows(delivered, previewing):
    from wohnplatz.workflow.releases import proofs
    from wohnplatz.workflow.releases.actions import make_release

    (group,) = done(previewing, delivered.planner).result["groups"]
    sheet = proofs.sheet(delivered.planner, make_release(delivered.planner, "2025-1"))
    (proof,) = sheet.proofs
    assert (group["costs"]["shown"], group["costs"]["hidden"]) == (proof.open, proof.hidden)


def test_a_preview_is_old_as_soon_as_anything_it_rests_on_changes(delivered, previewing, scene):
    from wohnplatz.workflow.releases.actions import make_release

    row = done(previewing, delivered.planner)
    assert previewing.is_current(row)
    make_release(delivered.planner, "2025-1")
    assert not previewing.is_current(row)
    later = done(previewing, delivered.planner)
    assert previewing.is_current(later)
    assert later.compared.label == "2025-1"
    scene.deliver_everything(delivered, 2023)
    assert not previewing.is_current(later)


def test_one_at_a_time_and_few_are_kept(delivered, previewing):
    from wohnplatz.workflow.releases.models import ReleasePreview

    previewing.begin(delivered.planner)
    with pytest.raises(WohnplatzError, match="gerade eine Vorschau"):
        previewing.begin(delivered.planner)
    ReleasePreview.objects.update(state="failed")
    for _ in range(5):
        previewing.begin(delivered.planner)
        ReleasePreview.objects.update(state="failed")
    assert ReleasePreview.objects.count() == previewing.KEPT


def test_with_nothing_accepted_there_is_nothing_to_preview(world, previewing):
    with pytest.raises(WohnplatzError, match="noch nichts"):
        previewing.begin(world.planner)


def test_a_worker_that_died_is_followed_by_another_but_not_for_ever(delivered, previewing):
    from wohnplatz.workflow.releases.models import ReleasePreview

    row = previewing.begin(delivered.planner)
    long_ago = timezone.now() - timedelta(hours=1)
    ReleasePreview.objects.filter(pk=row.pk).update(state="computing", progress_at=long_ago, tries=1)
    assert previewing.resume(timezone.now()) == 1
    ReleasePreview.objects.filter(pk=row.pk).update(state="computing", progress_at=long_ago, tries=3)
    assert previewing.resume(timezone.now()) == 0
    row.refresh_from_db()
    assert row.state == "failed"
    assert row.reason


def test_a_failure_says_why(delivered, previewing, monkeypatch):
    def broken(*args, **more):
        raise WohnplatzError("Das Buch ist beschädigt.", code="x")

    row = previewing.begin(delivered.planner)
    monkeypatch.setattr(previewing, "previewed", broken)
    assert previewing.compute(row.pk) == "failed"
    row.refresh_from_db()
    assert "beschädigt" in row.reason
