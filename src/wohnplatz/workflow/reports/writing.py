"""Changing the blocks of a report. Nobody's text is lost: who was overtaken gets both versions back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from wohnplatz.model import WohnplatzError
from wohnplatz.report.tree import TextState
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import record

from . import queries, storing
from .models import Act, BlockVersion, ReportBlock, SocialReport
from .queries import SLOTS


class Conflict(WohnplatzError):  # noqa: N818 (named for what happened)
    """Somebody else was faster. ``row`` is the block as it stands now, ``mine`` what was not stored."""

    def __init__(self, row: ReportBlock, mine: Mapping[str, Any]) -> None:
        self.row, self.mine = row, dict(mine)
        who = str(row.changed_by) if row.changed_by else "jemand anderem"
        when = f"{timezone.localtime(row.changed_at):%d.%m.%Y, %H:%M} Uhr"
        done = "entfernt" if row.deleted else "geändert"
        super().__init__(
            f"Dieser Block wurde inzwischen von {who} {done} ({when}).",
            why="Ihr Text ist nicht verloren: Beide Fassungen stehen nebeneinander.",
            todo="Bitte führen Sie beide zusammen und speichern Sie erneut.",
            code="reports.conflict",
        )


def edit(  # noqa: PLR0913 (what a version says)
    actor: Actor,
    row: ReportBlock,
    content: Mapping[str, Any],
    seen_version: int,
    *,
    act: Act = Act.EDITED,
    at: datetime | None = None,
) -> ReportBlock:
    """Store a block's new content; nothing happens where it is the same.

    Conflict where the block changed since ``seen_version``; WohnplatzError where the content does not fit.
    """
    wanted = storing.content_of(queries.node({**content, "id": row.block_id, "kind": row.kind}))
    with transaction.atomic():
        held = _held(actor, row)
        if held.content == wanted and not held.deleted:
            return held
        if held.version != seen_version or held.deleted:
            raise Conflict(held, wanted)
        made = storing.add_version(actor, held, wanted, act, at=at)
        _record(actor, "edit", held, at, act=act, version=made.number)
    return held


def write_for_area(  # noqa: PLR0913 (one argument for each field)
    actor: Actor,
    row: ReportBlock,
    area: str,
    markdown: str,
    seen: str,
    *,
    at: datetime | None = None,
) -> ReportBlock:
    """Store the text of one area in a block of area texts; ``seen`` is the text the author began with.

    Texts of other areas that were written meanwhile stay. An empty text takes the area out.
    """
    with transaction.atomic():
        held = _held(actor, row)
        texts = held.content["texts"]
        now = next((t["markdown"] for t in texts if t["area"] == area), "")
        mine = storing.texts_with(texts, area, markdown)
        wanted = storing.content_of(queries.node({**held.content, "texts": mine}))
        if held.deleted or now not in {seen, markdown}:
            raise Conflict(held, wanted)
        if wanted != held.content:
            made = storing.add_version(actor, held, wanted, Act.EDITED, at=at)
            _record(actor, "edit", held, at, area=area, version=made.number)
    return held


def take(actor: Actor, row: ReportBlock, seen_version: int) -> ReportBlock:
    """A person takes a suggested text over as it is."""
    return edit(
        actor, row, {**row.content, "state": TextState.WRITTEN.value}, seen_version, act=Act.TAKEN
    )  # fmt: skip


def add(  # noqa: PLR0913 (where it goes)
    actor: Actor,
    report: SocialReport,
    content: Mapping[str, Any],
    *,
    parent: ReportBlock | None = None,
    slot: str = "blocks",
    position: int | None = None,
    once: str = "",
) -> ReportBlock:
    """A new block, at the end of its list unless a position (0-based) is given.

    ``once`` is drawn for each form: the same form sent again gives the block that it has made.
    """
    key = storing.once_key(once, storing.person(actor), dict(content), parent and parent.pk, slot)
    made_id = f"{content.get('kind')}-{key[:16]}"
    made = queries.node({**content, "id": made_id})
    with transaction.atomic():
        held = SocialReport.objects.select_for_update().get(pk=report.pk)
        queries.require_arrange(actor, held, parent)
        _require_list(held, parent, slot)
        before = held.blocks.filter(block_id=made_id).first()
        if before is not None:
            return before
        row = storing.plant(
            actor, held, (made,), act=Act.CREATED, at=timezone.now(), parent=parent, slot=slot
        )[0]  # fmt: skip
        _line_up(held, row, position)
        _touch(held)
        _record(actor, "add", row, kind=row.kind)
    return row


def move(
    actor: Actor, row: ReportBlock, *, parent: ReportBlock | None, slot: str = "blocks", position: int
) -> ReportBlock:
    """Put a block with all that stands inside at a place (0-based, counted without the block itself)."""
    with transaction.atomic():
        report = SocialReport.objects.select_for_update().get(pk=row.report_id)
        held = report.blocks.get(pk=row.pk)
        queries.require_write(actor, report, held)
        queries.require_arrange(actor, report, parent)
        _require_list(report, parent, slot)
        if parent is not None and queries.lies_in(parent, {held.pk}):
            raise WohnplatzError("Ein Block kann nicht in sich selbst stehen.", code="reports.place")
        held.parent, held.slot = parent, slot
        held.save(update_fields=["parent", "slot"])
        _line_up(report, held, position)
        _touch(report)
        _record(actor, "move", held)
    return held


def remove(actor: Actor, row: ReportBlock, seen_version: int, *, at: datetime | None = None) -> ReportBlock:
    """Take a block out with all that stands inside; ``bring_back`` puts it where it was.

    Conflict where the block changed since ``seen_version``: what was written meanwhile has not been seen.
    """
    with transaction.atomic():
        held = _held(actor, row)
        queries.require_arrange(actor, held.report, held.parent)
        if held.deleted:
            return held
        if held.version != seen_version:
            raise Conflict(held, held.content)
        storing.add_version(actor, held, held.content, Act.DELETED, at=at, deleted=True)
        _record(actor, "remove", held, at)
    return held


def bring_back(actor: Actor, row: ReportBlock) -> ReportBlock:
    """Put a block that was taken out back in its place."""
    with transaction.atomic():
        held = _held(actor, row)
        if held.deleted:
            storing.add_version(actor, held, held.content, Act.RESTORED, deleted=False)
            _record(actor, "bring_back", held)
    return held


def restore(actor: Actor, row: ReportBlock, number: int, seen_version: int) -> ReportBlock:
    """Make an earlier version the newest one; the ones between stay in the history."""
    with transaction.atomic():
        held = _held(actor, row)
        if held.version != seen_version:
            raise Conflict(held, held.content)
        found = held.versions.filter(number=number).first()
        if found is None:
            raise WohnplatzError("Diese Fassung gibt es nicht.", code="reports.version")
        if found.content != held.content or held.deleted:
            storing.add_version(actor, held, found.content, Act.RESTORED, deleted=False)
            _record(actor, "restore", held, version=number)
    return held


def versions(actor: Actor, row: ReportBlock) -> Sequence[BlockVersion]:
    """The history of a block, newest first."""
    queries.visible_to(actor)
    return list(row.versions.select_related("by"))


def _held(actor: Actor, row: ReportBlock) -> ReportBlock:
    """The row as it is now, kept from others until the transaction ends.

    The report is held first, as by those who order its blocks: two ways round would wait for each other.
    """
    report = SocialReport.objects.select_for_update().get(pk=row.report_id)
    found = ReportBlock.objects.select_for_update(of=("self",)).select_related("changed_by")
    held: ReportBlock = found.get(pk=row.pk)
    held.report = report
    queries.require_write(actor, report, held)
    return held


def _require_list(report: SocialReport, parent: ReportBlock | None, slot: str) -> None:
    allowed = SLOTS.get(parent.kind, ()) if parent is not None else ("blocks",)
    if slot not in allowed or (parent is not None and parent.report_id != report.pk):
        raise WohnplatzError(
            "An dieser Stelle kann kein Block stehen.",
            todo="Blöcke stehen im Bericht, in Kapiteln, Gebietsprofilen und Spalten.", code="reports.place",
        )  # fmt: skip


def _line_up(report: SocialReport, row: ReportBlock, position: int | None) -> None:
    """Number the blocks of the row's list anew with the row at ``position`` among those that stand."""
    others = list(
        report.blocks.filter(parent=row.parent, slot=row.slot).exclude(pk=row.pk).order_by("position", "pk")
    )
    standing = [r for r in others if not r.deleted]
    at = len(others)
    if position is not None and position < len(standing):
        at = others.index(standing[max(position, 0)])
    others.insert(at, row)
    for n, one in enumerate(others):
        one.position = n
    ReportBlock.objects.bulk_update(others, ["position"])


def _touch(report: SocialReport) -> None:
    SocialReport.objects.filter(pk=report.pk).update(changed_at=timezone.now())


def _record(actor: Actor, name: str, row: ReportBlock, at: datetime | None = None, **details: Any) -> None:
    record(actor, f"reports.{name}", row, at, report=row.report_id, block=row.block_id, **details)
