"""Documents made from released tables: one tree of blocks, typeset as PDF."""

from .blocks import (
    Block,
    Document,
    Heading,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Picture,
    SideBySide,
    Table,
)
from .own_areas import OwnAreas, own_areas_profile
from .pdf import pdf
from .quality import Quality, quality_report

__all__ = [
    "Block", "Document", "Heading", "KeyFigure", "KeyFigures", "OwnAreas", "Paragraph", "Picture", "Quality",
    "SideBySide", "Table", "own_areas_profile", "pdf", "quality_report",
]  # fmt: skip
