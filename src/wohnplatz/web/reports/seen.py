"""A report in the eyes of one person: its rows with findings, in the order of reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from wohnplatz.model import Severity
from wohnplatz.report import BlockFinding
from wohnplatz.text import plural
from wohnplatz.web.access import user_of
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.reports import queries, shown
from wohnplatz.workflow.reports.models import ReportBlock, SocialReport
from wohnplatz.workflow.reports.queries import SLOTS

from .words import Names, kind_label, summary

SLOT_LABELS = {"left": "Linke Spalte", "right": "Rechte Spalte"}


@dataclass
class Item:
    """One block of the outline."""

    row: ReportBlock
    label: str
    summary: str
    findings: list[BlockFinding]
    writable: bool
    placed: bool = False
    """Whether the person may move it and put others behind it."""
    first: bool = False
    last: bool = False
    lists: list[tuple[str, str, list[Item]]] = field(default_factory=list)
    """Name of a list, its label, the blocks in it."""

    opened: bool = True
    """Whether what stands in it is shown at once."""

    @property
    def within(self) -> list[Item]:
        """All blocks inside, however deep."""
        own = [child for _, _, inner in self.lists for child in inner]
        return [found for child in own for found in (child, *child.within)]

    @property
    def errors(self) -> int:
        """How many findings inside keep the report from being agreed, suggested texts not counted."""
        found = [f for child in self.within for f in child.findings if f.code != "report.suggestion"]
        return errors_in(found)

    @property
    def suggestions(self) -> int:
        """How many texts inside nobody has taken over yet."""
        return sum(child.suggested for child in self.within)

    @property
    def suggested(self) -> bool:
        """Whether it is a text that nobody has taken over yet."""
        return self.row.content.get("state") == "suggested"


def person_and_report(request: HttpRequest, pk: int) -> tuple[User, SocialReport]:
    """Who asks, and the report; ``Http404`` where there is none."""
    user = user_of(request, Right.REPORTS)
    return user, get_object_or_404(queries.visible_to(user), pk=min(pk, 2**62))


def block_of(report: SocialReport, block_id: str) -> ReportBlock:
    """The block with this id, standing or removed."""
    found = report.blocks.select_related("parent", "changed_by", "assigned_to", "report__release")
    row = found.filter(block_id=block_id).first()
    if row is None:
        raise Http404
    return row


def names_of(report: SocialReport) -> Names:
    """Labels of the report's release."""
    return Names.of(releases.catalogue(report.release), releases.hierarchy(report.release))


def outline(user: User, report: SocialReport) -> tuple[list[Item], list[BlockFinding]]:
    """All blocks nested as in the report, and the findings that belong to none of them."""
    rows = queries.rows(report)
    found: dict[str, list[BlockFinding]] = defaultdict(list)
    for one in shown.findings(user, report):
        found[one.block].append(one)
    names, may = names_of(report), queries.writable(user, report, rows)
    told = {block: gathered(fs, names) for block, fs in found.items()}
    grouped: dict[tuple[int | None, str], list[ReportBlock]] = defaultdict(list)
    for row in rows:
        grouped[row.parent_id, row.slot].append(row)

    top = queries.may_arrange(user, report, None)

    def items(parent: int | None, slot: str) -> list[Item]:
        made = [
            Item(r, kind_label(r.kind), summary(r.content, names), told.get(r.block_id, []), r.pk in may)
            for r in grouped[parent, slot]
        ]
        for n, item in enumerate(made):
            item.placed = top if parent is None else parent in may
            item.first, item.last = n == 0, n == len(made) - 1
            item.lists = [
                (s, SLOT_LABELS.get(s, ""), items(item.row.pk, s)) for s in SLOTS.get(item.row.kind, ())
            ]
        return made

    known = {r.block_id for r in rows}
    return items(None, "blocks"), [f for block, fs in told.items() if block not in known for f in fs]


SHORT = 40
"""Blocks up to which an outline is shown unfolded."""
ALL = "alle"


def unfold(items: Sequence[Item], wanted: str) -> bool:
    """Fold the chapters of a long outline but the ``wanted`` one; whether any is folded."""
    long = len(items) + sum(len(item.within) for item in items) > SHORT
    for item in items:
        item.opened = not long or wanted in {ALL, item.row.block_id}
    return any(not item.opened and item.within for item in items)


def chapter_of(row: ReportBlock) -> str:
    """Id of the block at the top that a block stands in."""
    top = row
    while top.parent is not None:
        top = top.parent
    return str(top.block_id)


def standing(report: SocialReport, row: ReportBlock) -> dict[str, object]:
    """Where a block stands, and where it could."""
    now = f"{row.parent.block_id}:{row.slot}" if row.parent else ""
    return {"places": places(report, row, names_of(report)), "standing": now}


def places(report: SocialReport, row: ReportBlock, names: Names) -> list[tuple[str, str]]:
    """Lists that the block can be moved into, in the order of the report: address and name of each."""
    rows = queries.rows(report)
    grouped: dict[int | None, list[ReportBlock]] = defaultdict(list)
    for one in rows:
        grouped[one.parent_id].append(one)
    found = [("", "Bericht, oberste Ebene")]

    def collect(parent: int | None, depth: int) -> None:
        for one in grouped[parent]:
            if one.pk == row.pk:
                continue
            for slot in SLOTS.get(one.kind, ()):
                label = SLOT_LABELS.get(slot) or summary(one.content, names) or kind_label(one.kind)
                found.append((f"{one.block_id}:{slot}", f"{'– ' * depth}{label}"))
            collect(one.pk, depth + 1)

    collect(None, 0)
    return found


def gathered(found: Sequence[BlockFinding], names: Names) -> list[BlockFinding]:
    """The findings of one block, those that many areas share told once with how many they are."""
    areas: dict[tuple[str, str, str], list[BlockFinding]] = defaultdict(list)
    for one in found:
        areas[one.code, one.message, one.sentence if not one.area else ""].append(one)
    return [replace(group[0], message=_for_areas(group, names)) for group in areas.values()]


def _for_areas(group: Sequence[BlockFinding], names: Names) -> str:
    keys = list(dict.fromkeys(f.area for f in group if f.area))
    if not keys:
        return group[0].message
    first = names.areas.get(keys[0], keys[0])
    where = first if len(keys) == 1 else f"{first} und {plural(len(keys) - 1, 'weiteres', 'weitere')}"
    return f"{where}: {group[0].message}"


def errors_in(found: Sequence[BlockFinding]) -> int:
    """How many keep the report from being agreed."""
    return sum(f.severity is Severity.ERROR for f in found)
