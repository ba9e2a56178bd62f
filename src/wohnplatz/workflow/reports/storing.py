"""Rows of blocks and their versions: what every action that writes has in common."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from wohnplatz.report import block_dict
from wohnplatz.report.tree import Node, Nodes, TextState, walk
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.clock import moment

from .models import Act, BlockVersion, ReportBlock, SocialReport
from .queries import SLOTS

Content = dict[str, Any]


def person(actor: Actor) -> int | None:
    """Key of the account that acts; None at the command line."""
    return getattr(actor, "pk", None)


def once_key(once: str, *said: object) -> str:
    """Key of what a form asks for, 64 hexadecimal digits: the same where it is sent again with the same.

    ``once`` is what was drawn for the form; without it no two keys are alike.
    """
    words = json.dumps([once or secrets.token_hex(16), *said], sort_keys=True, default=str)
    return hashlib.sha256(words.encode()).hexdigest()


def content_of(node: Node) -> Content:
    """A block as its row keeps it: without the blocks that stand inside."""
    made = block_dict(node)
    return {name: value for name, value in made.items() if name not in SLOTS.get(made["kind"], ())}


def plant(  # noqa: PLR0913 (where it goes, and who puts it there)
    actor: Actor,
    report: SocialReport,
    nodes: Nodes,
    *,
    act: Act,
    at: datetime,
    parent: ReportBlock | None = None,
    slot: str = "blocks",
    first: int = 0,
) -> list[ReportBlock]:
    """Make rows of blocks and of all that stands inside them, each with its first version."""
    made: dict[str, ReportBlock] = {}
    _grow(made, report, nodes, (parent, slot, first), (person(actor), at))
    rows = list(made.values())
    BlockVersion.objects.bulk_create(
        [
            BlockVersion(block=r, number=1, content=r.content, act=act, by_id=r.changed_by_id, at=at)
            for r in rows
        ]
    )
    return rows


def _grow(
    made: dict[str, ReportBlock],
    report: SocialReport,
    nodes: Nodes,
    place: tuple[ReportBlock | None, str, int],
    author: tuple[int | None, datetime],
) -> None:
    parent, slot, first = place
    by, at = author
    for position, one in enumerate(nodes, first):
        content = content_of(one)
        row = ReportBlock.objects.create(
            report=report, block_id=one.id, kind=content["kind"], parent=parent, slot=slot,
            position=position, content=content, changed_by_id=by, changed_at=at,
        )  # fmt: skip
        made[one.id] = row
        for inner in SLOTS.get(row.kind, ()):
            _grow(made, report, getattr(one, inner), (row, inner, 0), author)


def texts_with(texts: Sequence[Content], area: str, markdown: str) -> list[Content]:
    """The texts of areas with a new one in the place of the old one; an empty text takes the area out."""
    mine: list[Content] = [{"area": area, "markdown": markdown, "state": TextState.WRITTEN.value}]
    mine = mine if markdown.strip() else []
    at = next((n for n, t in enumerate(texts) if t["area"] == area), len(texts))
    return [*map(dict, texts[:at]), *mine, *map(dict, texts[at + 1 :])]


def ids(nodes: Nodes) -> list[str]:
    """Ids of blocks and of all inside them."""
    return [n.id for n in walk(nodes)]


def add_version(
    actor: Actor,
    row: ReportBlock,
    content: Mapping[str, Any],
    act: Act,
    *,
    at: datetime | None = None,
    **changed: Any,
) -> BlockVersion:
    """The row's next version, in the transaction of the action. The row must be held for update."""
    now = moment(at)
    row.content, row.version = dict(content), row.version + 1
    row.changed_by_id, row.changed_at = person(actor), now
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=["content", "version", "changed_by", "changed_at", *changed])
    SocialReport.objects.filter(pk=row.report_id).update(changed_at=now)
    return BlockVersion.objects.create(
        block=row, number=row.version, content=row.content, act=act, by_id=row.changed_by_id, at=now
    )
