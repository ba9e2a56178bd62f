"""A report as one tree of blocks: what is written, not yet what is shown.

Every block has an ``id`` that is unique in its report and stays when the block moves: comments, history
and findings are tied to it. A block names figures by indicator, area and year; numbers enter only when the
tree is resolved on a release (``resolving.resolve``). ``area`` and ``year`` may stay empty: then they are
those of the surrounding, which is the report or, inside ``ProfilesBlock``, the area of the profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..model import ClassMethod

Nodes = tuple["Node", ...]


class TextState(StrEnum):
    """Whether a person stands behind a text."""

    WRITTEN = "written"
    SUGGESTED = "suggested"
    """Made by the program and not taken over yet: shown in drafts with a mark, never in a final output."""


class Rows(StrEnum):
    """What the rows of a table are."""

    AREAS = "areas"
    """Areas by row, indicators by column."""
    YEARS = "years"
    """Years by row, the area and those it lies in by column; one indicator."""
    INDICATORS = "indicators"
    """Indicators by row, the area and those it lies in by column."""


class Extent(StrEnum):
    """How much of the district a map shows."""

    WHOLE = "whole"
    AROUND = "around"
    """The area itself or, for an area of the finest level, the area it lies in."""


class ChartForm(StrEnum):
    """What is drawn."""

    LINE = "line"
    BARS = "bars"
    STRIP = "strip"
    PYRAMID = "pyramid"
    MATRIX = "matrix"
    """Status by dynamics of an index, whose code stands in ``indicator``."""


@dataclass(frozen=True, slots=True)
class ChapterBlock:
    """A heading and what stands under it. Its level follows from the depth in the tree."""

    id: str
    title: str
    blocks: Nodes = ()
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Text in a small Markdown (``markdown.parse``) with references to figures (``references.parse``)."""

    id: str
    markdown: str
    state: TextState = TextState.WRITTEN


@dataclass(frozen=True, slots=True)
class AreaText:
    """The text of one area within a repeated profile."""

    area: str
    markdown: str
    state: TextState = TextState.WRITTEN


@dataclass(frozen=True, slots=True)
class AreaTextsBlock:
    """Inside a profile: the text written for the area, nothing where there is none."""

    id: str
    texts: tuple[AreaText, ...] = ()


@dataclass(frozen=True, slots=True)
class FiguresBlock:
    """Up to four key figures in a row, each with the figure of the area above and of an earlier year."""

    id: str
    indicators: tuple[str, ...]
    area: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table of figures. ``level`` (finest where empty) is that of the rows of ``Rows.AREAS``."""

    id: str
    title: str
    indicators: tuple[str, ...]
    rows: Rows = Rows.AREAS
    level: str = ""
    area: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class MapBlock:
    """A map of one indicator; ``title`` empty for the indicator's short name."""

    id: str
    indicator: str
    title: str = ""
    level: str = ""
    area: str = ""
    year: int | None = None
    extent: Extent = Extent.WHOLE
    method: ClassMethod = ClassMethod.QUANTILES
    classes: int = 5
    height: float = 0.0
    """Millimetres it may be high at most; 0 for as high as its width makes it."""


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """A chart of one indicator; ``areas`` empty for the area and those it lies in."""

    id: str
    form: ChartForm
    indicator: str
    title: str = ""
    areas: tuple[str, ...] = ()
    level: str = ""
    area: str = ""
    year: int | None = None
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class PictureBlock:
    """A picture of the district's own (photo, logo): PNG or JPEG as base64, with words for it."""

    id: str
    data: str
    alternative: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PairBlock:
    """Two columns of blocks on paper, one after the other on a phone."""

    id: str
    left: Nodes
    right: Nodes
    share: float = 0.5


@dataclass(frozen=True, slots=True)
class ProfilesBlock:
    """The same blocks for every area of ``level`` inside ``area`` (for those of ``areas``, where given)."""

    id: str
    level: str
    blocks: Nodes
    area: str = ""
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GlossaryBlock:
    """Words and what they mean, by code of the glossary; all that the text uses where none are named."""

    id: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MethodsBlock:
    """Definition, source and limits of every indicator the report uses, and what the signs mean."""

    id: str


@dataclass(frozen=True, slots=True)
class StatementBlock:
    """The official statement of a partner, printed as it came."""

    id: str
    partner: str
    markdown: str
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recommendation of the last report."""

    recommendation: str
    state: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class OutcomesBlock:
    """„Was daraus wurde“: the recommendations of the last report and what followed."""

    id: str
    title: str
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark of the consultation and what was decided about it."""

    number: int
    partner: str
    place: str
    """What it is about: chapter and block in words."""
    words: str
    """As it was written; references to figures in a proposed text are printed as the report prints them."""
    decision: str
    reason: str
    area: str = ""
    """The area whose profile it is about; empty for that of the report."""


@dataclass(frozen=True, slots=True)
class RemarksBlock:
    """All remarks of the consultation with the decision on each; ``note`` stands above the table."""

    id: str
    title: str
    remarks: tuple[Remark, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class BreakBlock:
    """A new page."""

    id: str


Node = (
    ChapterBlock | TextBlock | AreaTextsBlock | FiguresBlock | TableBlock | MapBlock | ChartBlock
    | PictureBlock | PairBlock | ProfilesBlock | GlossaryBlock | MethodsBlock | StatementBlock
    | OutcomesBlock | RemarksBlock | BreakBlock
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """A district's look: name of the office, colour of headings, logo, typeface.

    ``logo`` is an SVG or PNG as base64 with ``logo_alternative`` in words. ``font`` names a family whose
    files are installed with the program's fonts; Fira Sans where it is empty.
    """

    office: str = "Sozialplanung"
    colour: str = "#171a4f"
    logo: str = ""
    logo_alternative: str = ""
    font: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report. ``area`` is the district's key, or that of the area the whole report is about."""

    id: str
    title: str
    area: str
    year: int
    blocks: Nodes
    subtitle: str = ""
    template: str = ""
    contents: bool = True
    """Whether it begins with a title page and a table of contents."""
    easy: bool = False
    """Whether it is written in *Leichte Sprache*: larger letters, short lines, no hyphenation."""
    style: HouseStyle = HouseStyle()


def inside(node: Node) -> Nodes:
    """The blocks that stand directly in a block."""
    match node:
        case ChapterBlock() | ProfilesBlock():
            return node.blocks
        case PairBlock():
            return (*node.left, *node.right)
        case _:
            return ()


def walk(blocks: Nodes) -> Iterator[Node]:
    """All blocks, each before those that stand in it."""
    for node in blocks:
        yield node
        yield from walk(inside(node))
