"""Chapters of a report and whom they concern. Pure functions on the tree and the areas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wohnplatz.model import Hierarchy
from wohnplatz.report import Report
from wohnplatz.report.tree import (
    AreaTextsBlock,
    ChapterBlock,
    ChartBlock,
    FiguresBlock,
    GlossaryBlock,
    MapBlock,
    MethodsBlock,
    Node,
    OutcomesBlock,
    PictureBlock,
    ProfilesBlock,
    StatementBlock,
    TableBlock,
    TextBlock,
    TextState,
    walk,
)

KINDS: dict[type[object], str] = {
    ChapterBlock: "das Kapitel im Ganzen", TextBlock: "Text", AreaTextsBlock: "Text",
    FiguresBlock: "Kennzahlen",
    TableBlock: "Tabelle", MapBlock: "Karte", ChartBlock: "Diagramm", PictureBlock: "Bild",
    ProfilesBlock: "das Profil im Ganzen", GlossaryBlock: "Glossar", MethodsBlock: "Methoden",
    StatementBlock: "Stellungnahme", OutcomesBlock: "Was daraus wurde",
}  # fmt: skip
"""How a block is called in a sentence."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A block at the top of a report. ``about`` are the areas it is about; empty for all of the district."""

    id: str
    title: str
    about: frozenset[str]
    levels: tuple[str, ...]
    """Levels that it repeats profiles for."""


def chapters(report: Report) -> tuple[Chapter, ...]:
    """The chapters in their order."""
    return tuple(
        Chapter(
            node.id, _title(node), frozenset(_named([node])),
            tuple(dict.fromkeys(n.level for n in walk([node]) if isinstance(n, ProfilesBlock))),
        )
        for node in report.blocks
        if isinstance(node, ChapterBlock | ProfilesBlock)
    )  # fmt: skip


def own_areas(area_keys: Iterable[str], tree: Hierarchy) -> frozenset[str]:
    """The areas named and all inside them; every area where none is named."""
    keys = set(area_keys)
    return frozenset(
        key
        for place, level in enumerate(tree.levels)
        for key in tree.areas(level)
        if not keys or any(tree.ancestor(key, above) in keys for above in tree.levels[place:])
    )


def concerning(report: Report, own: frozenset[str]) -> tuple[str, ...]:
    """Ids of the chapters that concern somebody with these areas: common ones, and those about them."""
    return tuple(c.id for c in chapters(report) if not c.about or c.about & own)


def profiled(report: Report, chapter: str, own: frozenset[str], tree: Hierarchy) -> tuple[str, ...]:
    """Those of the own areas that a chapter has a profile of, municipalities first."""
    found: dict[str, None] = {}
    for node in walk([n for n in report.blocks if n.id == chapter]):
        if isinstance(node, ProfilesBlock) and node.level in tree.levels:
            around = node.area or report.area
            at = tree.level_of(around)
            for key in tree.areas(node.level):
                inside = at is not None and tree.ancestor(key, at) == around
                if key in own and inside and (not node.areas or key in node.areas):
                    found[key] = None
    order = {key: n for n, key in enumerate(k for level in reversed(tree.levels) for k in tree.areas(level))}
    return tuple(sorted(found, key=lambda k: order[k]))


def has_profile(report: Report, own: frozenset[str], tree: Hierarchy) -> bool:
    """Whether the report shows a profile of any of these areas, or is about one of them."""
    if report.area in own:
        return True
    if frozenset(_named(report.blocks)) & own:
        return True
    return any(profiled(report, c.id, own, tree) for c in chapters(report))


def block(report: Report, block_id: str) -> Node | None:
    """The block with this id, None where the report has none."""
    return next((n for n in walk(report.blocks) if n.id == block_id), None)


def chapter_of(report: Report, block_id: str) -> str:
    """Id of the block at the top that a block stands in; empty where there is none."""
    return next((top.id for top in report.blocks if any(n.id == block_id for n in walk([top]))), "")


def is_repeated(report: Report, block_id: str) -> bool:
    """Whether a block is part of repeated profiles, so that an area belongs to it."""
    return any(
        inner.id == block_id
        for node in walk(report.blocks)
        if isinstance(node, ProfilesBlock)
        for inner in walk([node])
    )


def text_of(node: Node, area: str) -> str:
    """The Markdown of a block that is a text, of the area where it has one for each; else empty.

    What the program suggested and nobody has taken over yet is no text of the report.
    """
    match node:
        case TextBlock():
            return node.markdown if node.state is TextState.WRITTEN else ""
        case AreaTextsBlock():
            written = (t for t in node.texts if t.area == area and t.state is TextState.WRITTEN)
            return next((t.markdown for t in written), "")
        case _:
            return ""


def is_text(node: Node | None) -> bool:
    """Whether another wording can be proposed for a block."""
    return isinstance(node, TextBlock | AreaTextsBlock)


def place(report: Report, node: Node, area: str, hierarchy: Hierarchy) -> str:
    """A block in words, as a remark keeps them: chapter, area, and what kind of block it is."""
    level = hierarchy.level_of(area) if area else None
    area_name = hierarchy.areas(level)[area].name if level else ""
    top = next((n for n in report.blocks if n.id == chapter_of(report, node.id)), None)
    own = getattr(node, "title", "") if not isinstance(node, ChapterBlock) else ""
    kind = KINDS.get(type(node), "")
    if isinstance(node, ChapterBlock) and top is not None and top.id != node.id:
        kind = f"Abschnitt „{node.title}“"
    parts = [_title(top) if top is not None else "", area_name, f"{kind} „{own}“" if own else kind]
    return ", ".join(p for p in parts if p)[:300]


def _title(node: Node) -> str:
    return getattr(node, "title", "") or "Profile"


def _named(nodes: Iterable[Node]) -> Iterator[str]:
    """Keys of the areas that blocks name as what they are about."""
    for node in walk(tuple(nodes)):
        area = getattr(node, "area", "")
        if area and area not in {"hier"}:
            yield area
        if isinstance(node, ProfilesBlock):
            yield from node.areas
