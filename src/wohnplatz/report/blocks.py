"""What a document consists of. Plain text only: nothing in a block is ever read as markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title; ``level`` 1 for a chapter of a report, 2 to 4 below.

    ``anchor`` is the name that links and the HTML output find it by.
    """

    text: str
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``quiet`` for notes and sources."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of running text. ``figure`` is the id of the figure it prints, ``link`` an address."""

    text: str
    strong: bool = False
    emphasis: bool = False
    link: str = ""
    figure: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class RichText:
    """A paragraph made of spans."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, one paragraph for each item."""

    items: tuple[Spans, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Blocks set apart: a quotation, a statement, a warning. ``label`` stands above; no page begins in it."""

    blocks: tuple[Block, ...]
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", _on_one_page(self.blocks))


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A large number with its label above and a sentence below; ``figure`` is the id of what it prints."""

    label: str
    value: str
    note: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Up to four key figures in a row."""

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table. The first column heads its rows; ``numeric`` (0-based) columns stand to the right."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    widths: tuple[float, ...] = ()
    """Shares of the width; equal for all but a wider first column where they are not given."""
    figures: tuple[tuple[str, ...], ...] = ()
    """Ids of the figures that the cells print, row by row; empty text where a cell prints none."""

    def __post_init__(self) -> None:
        """Refuse rows of another width than the head."""
        for row in (*self.rows, *self.figures):
            if len(row) != len(self.header):
                raise ValueError(f"a row of {len(row)} cells under {len(self.header)} headings")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as SVG. ``alternative`` says in words what is seen; without it a document is refused."""

    svg: str
    alternative: str
    caption: str = ""
    height: float = 0.0
    """Millimetres it may be high at most; 0 for as high as the width makes it."""
    title: str = ""
    """What is seen, above the picture."""
    shows: tuple[str, int] | None = None
    """Indicator and year of a map, whose areas name themselves."""
    narrow: str = ""
    """The same picture as SVG for a phone; empty where the one can be read there, too."""

    def __post_init__(self) -> None:
        """Refuse a picture that says nothing to those who cannot see it."""
        if not self.alternative.strip():
            raise ValueError("a picture needs an alternative text")


_SIZE = re.compile(r"<svg[^>]*?(?:viewBox=\"[-0-9.]+ [-0-9.]+ ([0-9.]+) ([0-9.]+)\")")


def size_of(svg: str) -> tuple[float, float] | None:
    """Width and height of an SVG in its own units, None where it does not say."""
    found = _SIZE.search(svg)
    return (float(found[1]), float(found[2])) if found and float(found[2]) else None


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of dots: ``data`` is the PNG or JPEG file."""

    data: bytes
    alternative: str
    caption: str = ""

    def __post_init__(self) -> None:
        """Refuse a picture that says nothing to those who cannot see it."""
        if not self.alternative.strip():
            raise ValueError("a picture needs an alternative text")


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two columns of blocks, read left first. No page begins within."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    share: float = 0.5
    """Share of the width that the left column takes."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "left", _on_one_page(self.left))
        object.__setattr__(self, "right", _on_one_page(self.right))


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block = (
    Heading | Paragraph | RichText | Bullets | Notice | KeyFigures | Table | Picture | Photo | SideBySide
    | PageBreak
)  # fmt: skip


def _on_one_page(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Without page breaks, which an author's ``---`` may bring: what is set apart is not parted by one."""
    return tuple(block for block in blocks if not isinstance(block, PageBreak))


@dataclass(frozen=True, slots=True)
class Look:
    """How a document looks: colour of headings, typeface, size of letters, logo (SVG or PNG file)."""

    colour: str = "#1a1a1a"
    font: str = "Fira Sans"
    size: float = 9.5
    """Points."""
    hyphenate: bool = True
    logo: bytes = b""
    logo_alternative: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document in German. ``made_on`` is its date: the same document gives the same bytes on any day."""

    title: str
    subtitle: str
    head: tuple[str, ...]
    """District, release, date, audience: one line at the top of the first page."""
    blocks: tuple[Block, ...]
    foot: str
    """Source line at the foot of every page."""
    made_on: date
    contents: bool = False
    """Whether a title page and a table of contents come first."""
    look: Look = Look()
    imprint: str = ""
    """Office and origin of the figures, at the foot of the title page."""


def walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """All blocks, each before those that stand in it."""
    for block in blocks:
        yield block
        match block:
            case Notice():
                yield from walk(block.blocks)
            case SideBySide():
                yield from walk((*block.left, *block.right))
            case _:
                pass
