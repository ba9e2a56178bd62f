"""From the tree and a release to the document: every block becomes what is shown, or says why not."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .. import charts, text
from ..model import Audience
from . import closing, drawing, photos, tabling, withholding
from .blocks import Block, Document, Heading, Notice, PageBreak, Paragraph, Photo, SideBySide
from .findings import BlockFinding, error
from .look import look_of
from .material import Material
from .printing import Trouble, trouble_with
from .surroundings import Surrounding, outermost, profiled
from .texts import findings_of, no_new_page, write_text
from .tree import (
    AreaTextsBlock,
    BreakBlock,
    ChapterBlock,
    ChartBlock,
    FiguresBlock,
    GlossaryBlock,
    MapBlock,
    MethodsBlock,
    Node,
    Nodes,
    OutcomesBlock,
    PairBlock,
    PictureBlock,
    ProfilesBlock,
    RemarksBlock,
    Report,
    StatementBlock,
    TableBlock,
    TextBlock,
    TextState,
)

DEEPEST = 4
MISSING = "Hier fehlt etwas"
SUGGESTED = "Vorschlag, noch nicht übernommen"


@dataclass(frozen=True, slots=True)
class Resolved:
    """The document and what is wrong with its blocks."""

    document: Document
    findings: tuple[BlockFinding, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a chapter with what it shows; ``area`` is the one whose profile it stands in."""

    node: Node
    area: str
    blocks: tuple[Block, ...]


def resolve(report: Report, material: Material, *, final: bool = True) -> Resolved:
    """The report on a release. ``final`` leaves out what no person stands behind; a draft marks it.

    Never raises for what stands in a block: a sentence takes the place of what cannot be shown, and the
    findings say at which block and why.
    """
    work = _Work(withholding.opened(report, material.withheld), material, final, drawn=True)
    blocks: tuple[Block, ...] = (withholding.notice(),)
    if report.area not in material.withheld:
        blocks = tuple(work.blocks(work.report.blocks, outermost(report)))
    context = material.table.context
    words = charts.source_line(context).split(" · ")
    look, odd = look_of(report.style, easy=report.easy)
    work.findings += odd
    draft = "" if final and not _blocking(work.findings) else "Entwurf"
    foot = " · ".join(filter(None, [report.title, words[1], draft]))
    document = Document(
        title=report.title,
        subtitle=report.subtitle,
        head=tuple(filter(None, [context.district, words[1], words[2], draft])),
        blocks=blocks,
        foot=foot if context.audience is not Audience.WORKING else f"{foot} · interne Arbeitsansicht",
        made_on=material.made_on,
        contents=report.contents,
        look=look,
        imprint=f"{context.district}, {report.style.office}. Zahlen: {words[1]}.",
    )
    return Resolved(document, tuple(work.findings))


def check(report: Report, material: Material) -> tuple[BlockFinding, ...]:
    """The findings of all blocks, without drawing anything."""
    work = _Work(report, material, final=True, drawn=False)
    odd = look_of(report.style, easy=report.easy)[1]
    for _ in work.blocks(report.blocks, outermost(report)):
        pass
    return (*work.findings, *odd)


def pieces(
    report: Report, material: Material, chapter: str, area: str = "", *, final: bool = True
) -> tuple[Piece, ...]:
    """One chapter block by block, for pages on which every block can be answered.

    ``chapter`` is the id of a block at the top of the report. Repeated profiles are given for ``area`` alone:
    without one their places are left out. Blocks side by side come one after the other.
    """
    work = _Work(withholding.opened(report, material.withheld), material, final, drawn=True)
    found = [n for n in work.report.blocks if n.id == chapter]
    return tuple(work.pieces(tuple(found), outermost(report), area))


def _blocking(findings: list[BlockFinding]) -> bool:
    return any(f.severity == "error" for f in findings)


@dataclass
class _Work:
    """One pass through the tree."""

    report: Report
    material: Material
    final: bool
    drawn: bool
    findings: list[BlockFinding] = field(default_factory=list)
    count: int = 0

    def blocks(self, nodes: Nodes, where: Surrounding, share: float = 1.0) -> Iterator[Block]:
        """The blocks of nodes; ``share`` is the part of the page's width they have."""
        for node in nodes:
            yield from self.block(node, where, share)

    def block(self, node: Node, where: Surrounding, share: float) -> Iterator[Block]:
        """The blocks of one node."""
        if held := withholding.held(node, where, self.material):
            yield withholding.notice(self.material.name(held))
            return
        match node:
            case ChapterBlock():
                yield from self._chapter(node, where, share)
            case TextBlock():
                yield from self._text(node.id, node.markdown, node.state, where)
            case AreaTextsBlock():
                for written in node.texts:
                    if written.area == where.area:
                        yield from self._text(node.id, written.markdown, written.state, where)
            case PairBlock():
                column = replace(where, apart=True)
                left = tuple(self.blocks(node.left, column, share * node.share))
                right = tuple(self.blocks(node.right, column, share * (1 - node.share)))
                yield SideBySide(left, right, node.share)
            case ProfilesBlock():
                yield from self._profiles(node, where)
            case StatementBlock():
                yield from self._statement(node, where)
            case PictureBlock():
                yield from self._photo(node)
            case FiguresBlock() | TableBlock() | MapBlock() | ChartBlock():
                yield from self._figures(node, where, share)
            case _:
                yield from self._closing(node, where)

    def pieces(self, nodes: Nodes, where: Surrounding, area: str) -> Iterator[Piece]:
        """Every block on its own: a chapter as its heading, a profile as that of ``area``."""
        for node in nodes:
            match node:
                case ChapterBlock():
                    heading = Heading(node.title, min(where.depth, DEEPEST), node.id)
                    yield Piece(node, where.profiled, (heading,))
                    below = replace(where, depth=where.depth + 1)
                    yield from self.pieces(node.blocks, below, area)
                case PairBlock():
                    yield from self.pieces((*node.left, *node.right), where, area)
                case ProfilesBlock():
                    yield from self._profile_pieces(node, where, area)
                case BreakBlock():
                    pass
                case _:
                    yield Piece(node, where.profiled, tuple(self.block(node, where, 1.0)))

    def _profile_pieces(self, node: ProfilesBlock, where: Surrounding, area: str) -> Iterator[Piece]:
        if area not in profiled(node, where, self.material):
            return
        heading = Heading(self.material.name(area), min(where.depth, DEEPEST), f"{node.id}-{area}")
        if area in self.material.withheld:
            yield Piece(node, area, (heading, withholding.notice()))
            return
        yield Piece(node, area, (heading,))
        inner = replace(where, area=area, profiled=area, depth=where.depth + 1)
        yield from self.pieces(node.blocks, inner, area)

    def _closing(self, node: Node, where: Surrounding) -> Iterator[Block]:
        match node:
            case BreakBlock():
                yield from self._new_page(node, where)
            case GlossaryBlock():
                yield from closing.glossary_blocks(node, self.report)
            case MethodsBlock():
                yield from closing.methods_blocks(self.report, self.material, where.depth)
            case OutcomesBlock():
                yield from closing.outcomes(node)
            case RemarksBlock():
                yield from closing.remarks(node, self.report, self.material)
            case _:
                raise TypeError(f"no such block: {node!r}")

    def _chapter(self, node: ChapterBlock, where: Surrounding, share: float) -> Iterator[Block]:
        if node.new_page:
            yield from self._new_page(node, where)
        anchor = f"{node.id}-{where.profiled}" if where.profiled else node.id
        yield Heading(node.title, min(where.depth, DEEPEST), anchor)
        below = replace(where, depth=where.depth + 1)
        yield from self.blocks(node.blocks, below, share)

    def _new_page(self, node: Node, where: Surrounding) -> Iterator[Block]:
        if where.apart:
            self.findings.append(no_new_page(node.id, where.profiled))
        else:
            yield PageBreak()

    def _text(self, block: str, markdown: str, state: TextState, where: Surrounding) -> Iterator[Block]:
        depth = min(where.depth, DEEPEST)
        written = write_text(markdown, where.place, self.material, depth, apart=where.apart)
        self.findings += findings_of(written, block, where.profiled)
        if state is TextState.WRITTEN:
            yield from written.blocks
            return
        self.findings.append(
            error(block, "suggestion", "Der vorgeschlagene Text ist noch nicht übernommen.",
                  "Bitte übernehmen, ändern oder verwerfen.", area=where.profiled)
        )  # fmt: skip
        if not self.final:
            yield Notice(written.blocks, SUGGESTED)

    def _profiles(self, node: ProfilesBlock, where: Surrounding) -> Iterator[Block]:
        keys = profiled(node, where, self.material)
        for gone in sorted(set(node.areas) - set(keys)):
            yield from self._said(node.id, trouble_with("", gone, self.material), "")
        if not keys:
            trouble = Trouble(
                "no_areas", "Für diese Ebene gibt es hier keine Gebiete.",
                "Bitte Ebene oder Gebiet ändern.", blocks=True,
            )  # fmt: skip
            yield from self._said(node.id, trouble, "")
        for key in keys:
            yield PageBreak()
            yield Heading(self.material.name(key), min(where.depth, DEEPEST), f"{node.id}-{key}")
            if key in self.material.withheld:
                yield withholding.notice()
                continue
            inner = replace(where, area=key, profiled=key, depth=where.depth + 1)
            yield from self.blocks(node.blocks, inner)

    def _statement(self, node: StatementBlock, where: Surrounding) -> Iterator[Block]:
        depth = min(where.depth, DEEPEST)
        written = write_text(node.markdown, where.place, self.material, depth, apart=True)
        self.findings += findings_of(written, node.id, where.profiled)
        day = f", eingegangen am {text.day(node.received_on)}" if node.received_on else ""
        yield Notice(written.blocks, f"Stellungnahme: {node.partner}{day}")

    def _photo(self, node: PictureBlock) -> Iterator[Block]:
        try:
            data = base64.b64decode(node.data, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        trouble = photos.trouble_with(data, node.alternative)
        if trouble is not None:
            yield from self._said(node.id, trouble, "")
            return
        yield Photo(data, node.alternative, node.caption)

    def _figures(
        self, node: FiguresBlock | TableBlock | MapBlock | ChartBlock, where: Surrounding, share: float
    ) -> Iterator[Block]:
        """Key figures, tables, maps, charts: what is made of figures alone."""
        self.count += 1
        made: tuple[Block, ...] | Trouble
        match node:
            case FiguresBlock():
                made = tabling.key_figures(node, where.place, self.material)
            case TableBlock():
                made = tabling.table(node, where.place, self.material)
            case MapBlock() | ChartBlock():
                prefix = f"p{self.count}"
                made = drawing.drawn(node, where.place, self.material, share, prefix, draw=self.drawn)
        if isinstance(made, Trouble):
            yield from self._said(node.id, made, where.profiled)
        else:
            yield from made

    def _said(self, block: str, trouble: Trouble | None, area: str) -> Iterator[Block]:
        """The finding, and a sentence where the block would stand."""
        if trouble is None:
            return
        self.findings.append(error(block, trouble.code, trouble.message, trouble.advice, area=area))
        yield Notice((Paragraph(trouble.message),), MISSING)
