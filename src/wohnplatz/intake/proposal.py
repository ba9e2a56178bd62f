"""What the page „Zuordnung“ shows: how a file would be read, how sure that is, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from .guide import Guide, RowTarget, Target
from .layout import Layout

SURE = 0.9
"""From this sureness on a proposal is taken without asking."""


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """What a column (or several of the same heading, one for each date) is taken for."""

    heading: str
    """Key of ``SheetGuide.columns``."""
    letters: tuple[str, ...]
    unit: str
    days: tuple[str, ...]
    """Reference dates of these columns as ISO text; empty where the headings name none."""
    samples: tuple[str, ...]
    target: Target
    sureness: float
    reason: str


@dataclass(frozen=True, slots=True)
class RowProposal:
    """What the rows of one label are taken for."""

    label: str
    """Key of ``SheetGuide.rows``."""
    rows: tuple[int, ...]
    """1-based; the first few."""
    target: RowTarget
    sureness: float
    reason: str


@dataclass(frozen=True, slots=True)
class LabelProposal:
    """What a word in a label column is taken for."""

    label: str
    """Key of ``SheetGuide.labels``: heading of the column and word, joined."""
    target: Target
    sureness: float
    reason: str


@dataclass(frozen=True, slots=True)
class TableProposal:
    """How one sheet would be read. Without a layout it holds no table."""

    sheet: str
    layout: Layout | None
    preview: tuple[tuple[str, ...], ...] = ()
    """The first rows of header and body as text."""
    columns: tuple[ColumnProposal, ...] = ()
    rows: tuple[RowProposal, ...] = ()
    labels: tuple[LabelProposal, ...] = ()
    doubts: tuple[str, ...] = ()
    """German sentences: what must be looked at."""
    used: bool = True
    """Whether anything of the sheet would be read."""

    @property
    def sure(self) -> bool:
        """Whether nothing that would be read is in doubt."""
        found = [part.sureness for part in self.columns] + [part.sureness for part in self.rows]
        found += [part.sureness for part in self.labels]
        return not self.doubts and min(found, default=1.0) >= SURE


@dataclass(frozen=True, slots=True)
class Proposal:
    """A guide as proposed, with its grounds; ``sure`` where it may be used without asking."""

    guide: Guide
    tables: tuple[TableProposal, ...] = ()
    sure: bool = False
    doubts: tuple[str, ...] = field(default=())
    """German sentences about the file as a whole."""
    assumptions: tuple[str, ...] = ()
    """German sentences: what is taken for granted though the file does not say it."""
