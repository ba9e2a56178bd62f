"""One block as it will be seen: printed on the report's release in its surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wohnplatz.report import BlockFinding, Report, block_dict, resolve
from wohnplatz.report.blocks import Block, SideBySide
from wohnplatz.report.printing import Place
from wohnplatz.report.tree import AreaText, AreaTextsBlock, Node, PairBlock, ProfilesBlock, TextState
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.reports import queries, shown
from wohnplatz.workflow.reports.models import ReportBlock, SocialReport


@dataclass(frozen=True, slots=True)
class Part:
    """The block printed, what is wrong with it, and of which area's profile it is an example."""

    blocks: tuple[Block, ...]
    findings: tuple[BlockFinding, ...]
    example: str = ""


def profile_of(row: ReportBlock | None) -> ReportBlock | None:
    """The repeated profile a block stands in, None for a block that stands once."""
    while row is not None and row.kind != "profiles":
        row = row.parent
    return row


def areas_of(report: SocialReport, profile: ReportBlock | None) -> list[str]:
    """Keys of the areas that a profile is made for."""
    if profile is None:
        return []
    tree, content = releases.hierarchy(report.release), profile.content
    around = content["area"] or report.area
    level = tree.level_of(around)
    if level is None or content["level"] not in tree.levels:
        return []
    inside = [k for k in tree.areas(content["level"]) if tree.ancestor(k, level) == around]
    return [k for k in inside if k in content["areas"]] if content["areas"] else inside


def place_of(report: SocialReport, row: ReportBlock | None, area: str = "") -> tuple[Place, str]:
    """What empty references mean in a block, and the area of the profile (the first where none is named)."""
    keys = areas_of(report, profile_of(row))
    chosen = area if area in keys else (keys[0] if keys else "")
    return Place(chosen or report.area, report.year), chosen


def part(
    user: User, report: SocialReport, row: ReportBlock | None, content: Mapping[str, Any], area: str = ""
) -> Part:
    """The content printed in the place of a row (its parent for a block that is not there yet)."""
    node: Node = queries.node({**content, "id": content.get("id") or "neu"})
    profile, (_, chosen) = profile_of(row), place_of(report, row, area)
    in_column = _in_column(row)
    nodes: tuple[Node, ...] = (PairBlock("paar", (node,), (), share=1.0) if in_column else node,)
    if profile is not None and chosen and profile.block_id != node.id:
        nodes = (ProfilesBlock(profile.block_id, profile.content["level"], nodes, areas=(chosen,)),)
    mini = Report("teil", "", report.area, report.year, nodes, contents=False)
    made = resolve(mini, shown.material_of(user, report, mini), final=False)
    skipped = 2 if nodes and isinstance(nodes[0], ProfilesBlock) and nodes[0] is not node else 0
    blocks = made.document.blocks[skipped:]
    if in_column:
        blocks = tuple(b for pair in blocks if isinstance(pair, SideBySide) for b in pair.left)
    found = tuple(dict.fromkeys(f for f in made.findings if f.block == node.id))
    return Part(blocks, found, chosen)


def _in_column(row: ReportBlock | None) -> bool:
    """Whether a block stands in a column: no page begins there."""
    while row is not None and row.slot == "blocks":
        row = row.parent
    return row is not None


def area_text(content: Mapping[str, Any], area: str, markdown: str) -> dict[str, Any]:
    """The content of a block of area texts with the text of one area alone."""
    node = queries.node(content)
    assert isinstance(node, AreaTextsBlock)
    made = replace(node, texts=(AreaText(area, markdown, TextState.WRITTEN),))
    return block_dict(made)
