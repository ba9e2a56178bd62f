"""Which area and year a block stands in, through the whole tree and all repeated profiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .material import Material
from .printing import Place, area_of
from .tree import (
    AreaTextsBlock,
    Node,
    Nodes,
    ProfilesBlock,
    Report,
    StatementBlock,
    TextBlock,
    TextState,
    inside,
)


@dataclass(frozen=True, slots=True)
class Surrounding:
    """What empty fields of a block mean."""

    area: str
    year: int
    profiled: str = ""
    """The area whose profile is being made; empty outside of repeated profiles."""
    depth: int = 1
    """Level of the next heading."""
    apart: bool = False
    """Whether it stands in a column, where no page begins."""

    @property
    def place(self) -> Place:
        """For references."""
        return Place(self.area, self.year)


def outermost(report: Report) -> Surrounding:
    """Where the blocks of a report begin."""
    return Surrounding(report.area, report.year, depth=1 if report.contents else 2)


def profiled(node: ProfilesBlock, where: Surrounding, material: Material) -> tuple[str, ...]:
    """Keys of the areas a profile is made for, in the order of the division."""
    around = area_of(node.area, where.place, material) or ""
    keys = material.below(around, node.level)
    return tuple(k for k in keys if k in node.areas) if node.areas else keys


def nodes_of(report: Report, material: Material) -> Iterator[tuple[Surrounding, Node]]:
    """Every block with its surrounding; those of profiles once for each area."""
    yield from _nodes(report.blocks, outermost(report), material)


def _nodes(blocks: Nodes, where: Surrounding, material: Material) -> Iterator[tuple[Surrounding, Node]]:
    for node in blocks:
        yield where, node
        if isinstance(node, ProfilesBlock):
            for key in profiled(node, where, material):
                yield from _nodes(node.blocks, Surrounding(key, where.year, key), material)
        else:
            yield from _nodes(inside(node), where, material)


def texts_of(report: Report, material: Material) -> Iterator[tuple[Surrounding, str, str]]:
    """Every text that stands in the report, with its surrounding and the id of its block.

    What the program suggested and nobody has taken over stands in none.
    """
    for where, node in nodes_of(report, material):
        match node:
            case TextBlock(state=TextState.WRITTEN) | StatementBlock():
                yield where, node.markdown, node.id
            case AreaTextsBlock():
                for text in node.texts:
                    if text.area == where.area and text.state is TextState.WRITTEN:
                        yield where, text.markdown, node.id
            case _:
                pass
