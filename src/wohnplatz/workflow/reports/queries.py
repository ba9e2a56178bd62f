"""Reading reports: the planner all, sector planning all, partners nothing of a draft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from wohnplatz.report import HouseStyle, Report, block_from_dict
from wohnplatz.report.tree import Node
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.models import Role, User
from wohnplatz.workflow.accounts.policies import Refused, Right

from .models import HouseStyleSettings, ReportBlock, SocialReport, ThrownAway
from .states import WRITERS

SLOTS: Mapping[str, tuple[str, ...]] = {
    "chapter": ("blocks",), "profiles": ("blocks",), "pair": ("left", "right"),
}  # fmt: skip
"""Kinds of blocks that others stand in, and the names of their lists."""


def visible_to(user: Actor) -> QuerySet[SocialReport]:
    """The reports a person may see in every state. Refused for those outside the planning."""
    policies.require(user, Right.REPORTS)
    return SocialReport.objects.select_related("release")


def rows(report: SocialReport) -> list[ReportBlock]:
    """The blocks that stand in the report now, parents and children alike, each in its list's order."""
    found = report.blocks.select_related("assigned_to", "changed_by").order_by("position", "pk")
    by_pk = {row.pk: row for row in found}
    return [row for row in by_pk.values() if _standing(row, by_pk)]


def _standing(row: ReportBlock, by_pk: Mapping[int, ReportBlock]) -> bool:
    """Whether neither the block nor one it stands in was taken out."""
    while True:
        if row.deleted:
            return False
        if row.parent_id is None:
            return True
        row = by_pk[row.parent_id]


def tree(report: SocialReport) -> Report:
    """The report as the tree that ``wohnplatz.report`` prints, checks and compares."""
    grouped: dict[tuple[int | None, str], list[ReportBlock]] = defaultdict(list)
    for row in rows(report):
        grouped[row.parent_id, row.slot].append(row)

    def made(row: ReportBlock) -> Node:
        inner = {slot: [made(r) for r in grouped[row.pk, slot]] for slot in SLOTS.get(row.kind, ())}
        return node(row.content, inner)

    blocks = tuple(made(row) for row in grouped[None, "blocks"])
    return Report(
        f"bericht-{report.pk}", report.title, report.area, report.year, blocks, report.subtitle,
        report.template, report.contents, report.easy, house_style(report),
    )  # fmt: skip


def node(content: Mapping[str, Any], inner: Mapping[str, list[Node]] | None = None) -> Node:
    """The block of a row's content and of those inside it. WohnplatzError where it does not fit."""
    slots = SLOTS.get(str(content.get("kind")), ())
    made = block_from_dict({**content, **{slot: [] for slot in slots}})
    if not inner:
        return made
    return type(made)(**{
        **{name: getattr(made, name) for name in type(made).__dataclass_fields__},
        **{slot: tuple(nodes) for slot, nodes in inner.items()},
    })  # fmt: skip


def house_style(report: SocialReport) -> HouseStyle:
    """The look of the report: its own where it was agreed, else the district's."""
    return HouseStyle(**report.style) if report.style else district_style()


def district_style() -> HouseStyle:
    """The look that the district has set for its reports."""
    kept = HouseStyleSettings.objects.first()
    if kept is None:
        return HouseStyle()
    return HouseStyle(kept.office, kept.colour, kept.logo, kept.logo_alternative, kept.font)


def may_lead(user: Actor) -> bool:
    """Whether the person may begin reports, bind them to a release, assign chapters and advance them."""
    return policies.may(user, Right.REPORTS_LEAD)


def require_lead(user: Actor) -> None:
    """Refused unless the person may do what ``may_lead`` names."""
    policies.require(user, Right.REPORTS_LEAD)


def may_write(user: Actor, report: SocialReport, block: ReportBlock | None = None) -> bool:
    """Whether the person may change this block, or any block of the report where none is given.

    The planner may change all; sector planning the chapters it was given and what stands in them.
    """
    if not policies.may(user, Right.REPORTS) or not WRITERS[report.state]:
        return False
    if user.role == Role.SECTOR and user.role in WRITERS[report.state]:
        given = report.blocks.filter(assigned_to__username=user.username, deleted=False)
        return given.exists() if block is None else lies_in(block, set(given.values_list("pk", flat=True)))
    return user.role == "operator" or user.role in WRITERS[report.state]


def may_arrange(user: Actor, report: SocialReport, parent: ReportBlock | None) -> bool:
    """Whether the person may add to a list of blocks or order it; None for the chapters of the report.

    Those are the planner's, for sector planning too that was given some of them.
    """
    if parent is None and user.role == Role.SECTOR:
        return False
    return may_write(user, report, parent)


def lies_in(block: ReportBlock, keys: set[int]) -> bool:
    """Whether a block is one of these or stands in one."""
    above: ReportBlock | None = block
    while above is not None:
        if above.pk in keys:
            return True
        above = above.parent
    return False


def require_write(user: Actor, report: SocialReport, block: ReportBlock | None = None) -> None:
    """Refused unless the person may change this block."""
    policies.require(user, Right.REPORTS)
    if not may_write(user, report, block):
        raise _refused(report)


def require_arrange(user: Actor, report: SocialReport, parent: ReportBlock | None) -> None:
    """Refused unless the person may add to this list of blocks or order it (``may_arrange``)."""
    policies.require(user, Right.REPORTS)
    if not may_arrange(user, report, parent):
        raise _refused(report)


def _refused(report: SocialReport) -> Refused:
    if not WRITERS[report.state]:
        return Refused(
            f"Der Bericht ist {report.get_state_display()} und lässt sich nicht mehr ändern.",
            todo="Die Sozialplanung kann ihn zurückholen, solange er nicht veröffentlicht ist.",
            code="reports.refused.state",
        )
    return Refused(
        "Dieser Teil des Berichts ist Ihnen nicht zugewiesen.",
        why="Die Fachplanung schreibt in den Kapiteln, die ihr zugewiesen sind, bis zur Abstimmung.",
        todo="Bitte wenden Sie sich an die Sozialplanung.",
        code="reports.refused.assigned",
    )


def thrown_away(report: SocialReport, area: str, indicator: str) -> set[str]:
    """What suggested sentences about this figure said that the authors do not want."""
    gone = ThrownAway.objects.filter(report=report, area=area, indicator=indicator)
    return set(gone.values_list("about", flat=True))


def writable(user: Actor, report: SocialReport, standing: list[ReportBlock]) -> set[int]:
    """Keys of the rows that the person may change."""
    if user.role != Role.SECTOR:
        return {row.pk for row in standing} if may_write(user, report) else set()
    if not may_write(user, report):
        return set()
    by_pk = {row.pk: row for row in standing}
    given = {row.pk for row in standing if row.assigned_to_id == getattr(user, "pk", None)}
    found = set()
    for row in standing:
        above: int | None = row.pk
        while above is not None and above not in given:
            above = by_pk[above].parent_id
        if above is not None:
            found.add(row.pk)
    return found


def authors() -> QuerySet[User]:
    """Accounts that a chapter can be given to."""
    roles = policies.RIGHTS[Right.REPORTS]
    return User.objects.filter(role__in=roles, is_active=True).order_by("name")
