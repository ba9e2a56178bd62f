"""What a document consists of. Plain text only: nothing in a block is ever read as markup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title; ``level`` 2 or 3."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``quiet`` for notes and sources."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A large number with its label above and a sentence below."""

    label: str
    value: str
    note: str = ""


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

    def __post_init__(self) -> None:
        """Refuse rows of another width than the head."""
        for row in self.rows:
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

    def __post_init__(self) -> None:
        """Refuse a picture that says nothing to those who cannot see it."""
        if not self.alternative.strip():
            raise ValueError("a picture needs an alternative text")


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two columns of blocks, read left first."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    share: float = 0.5
    """Share of the width that the left column takes."""


Block = Heading | Paragraph | KeyFigures | Table | Picture | SideBySide


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
