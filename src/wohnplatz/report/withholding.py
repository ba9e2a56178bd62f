"""What a municipality has not let go yet: its profile stays out, and the document says so.

The profile of an area is what is put together about it: repeated profiles, blocks that name the area as
theirs, its texts, its rows of the data annex. Maps and tables that compare all areas are the district's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

from .blocks import Notice, Paragraph
from .material import Material
from .printing import area_of
from .surroundings import Surrounding
from .tree import AreaTextsBlock, ChapterBlock, Node, Nodes, PairBlock, ProfilesBlock, Report

WITHHELD = "Das Profil ist von der Kommune noch nicht freigegeben."


def notice(name: str = "") -> Notice:
    """What stands in the place of a profile; ``name`` of the area where no heading says it."""
    return Notice((Paragraph(WITHHELD),), name)


def opened(report: Report, withheld: Collection[str]) -> Report:
    """The report without the texts of withheld areas; as nothing but a notice where it is about one."""
    if not withheld:
        return report
    return replace(report, blocks=_nodes(report.blocks, withheld))


def held(node: Node, where: Surrounding, material: Material) -> str:
    """Key of the withheld area that a block is about; empty where it may be shown.

    Chapters and repeated profiles are looked at block by block and area by area.
    """
    if not material.withheld or isinstance(node, ChapterBlock | ProfilesBlock | PairBlock):
        return ""
    own = getattr(node, "area", "")
    area = (area_of(own, where.place, material) or own) if own else where.area
    return area if area in material.withheld else ""


def _nodes(nodes: Nodes, withheld: Collection[str]) -> Nodes:
    return tuple(_node(n, withheld) for n in nodes)


def _node(node: Node, withheld: Collection[str]) -> Node:
    if isinstance(node, AreaTextsBlock):
        return replace(node, texts=tuple(t for t in node.texts if t.area not in withheld))
    lists: dict[str, Any] = {
        f.name: _nodes(getattr(node, f.name), withheld)
        for f in fields(node)
        if f.name in {"blocks", "left", "right"}
    }
    return replace(node, **lists) if lists else node
