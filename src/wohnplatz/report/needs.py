"""What a report needs of a release."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import Catalogue
from .references import Reference, parse
from .tree import (
    AreaTextsBlock,
    ChartBlock,
    ChartForm,
    FiguresBlock,
    MapBlock,
    Node,
    RemarksBlock,
    Report,
    StatementBlock,
    TableBlock,
    TextBlock,
    walk,
)


@dataclass(frozen=True, slots=True)
class Needs:
    """Codes of indicators and index measures, in order of first use; whether ages by sex are wanted."""

    indicators: tuple[str, ...]
    ages: bool


def needs(report: Report, catalogue: Catalogue) -> Needs:
    """What to ask the release for. Codes the catalogue does not know are left out."""
    codes: dict[str, None] = {}
    ages = False
    for node in walk(report.blocks):
        codes.update(dict.fromkeys(indicators_of(node, catalogue)))
        ages = ages or (isinstance(node, ChartBlock) and node.form is ChartForm.PYRAMID)
    if ages:
        codes[catalogue.population] = None
    measures = {m for index in catalogue.indices.values() for m in index.measures()}
    return Needs(tuple(c for c in codes if c in catalogue.indicators or c in measures), ages)


def indicators_of(node: Node, catalogue: Catalogue) -> tuple[str, ...]:
    """Codes that a block names itself, in order; nothing of the blocks inside it."""
    match node:
        case TextBlock() | StatementBlock():
            return _named(node.markdown)
        case AreaTextsBlock():
            return tuple(code for written in node.texts for code in _named(written.markdown))
        case RemarksBlock():
            return tuple(code for remark in node.remarks for code in _named(remark.words))
        case FiguresBlock() | TableBlock():
            return node.indicators
        case MapBlock() | ChartBlock():
            return _drawn(node, catalogue)
        case _:
            return ()


def _drawn(node: MapBlock | ChartBlock, catalogue: Catalogue) -> tuple[str, ...]:
    if isinstance(node, ChartBlock) and node.form is ChartForm.PYRAMID:
        return ()
    if isinstance(node, ChartBlock) and node.form is ChartForm.MATRIX:
        known = catalogue.indices.get(node.indicator)
        return known.measures() if known else ()
    return (node.indicator,)


def _named(markdown: str) -> tuple[str, ...]:
    return tuple(r.indicator for r in parse(markdown) if isinstance(r, Reference) and r.indicator)
