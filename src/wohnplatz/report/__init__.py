"""Reports: a tree of blocks, resolved on a release into a document, as PDF, DOCX and HTML."""

from .blocks import (
    Block,
    Bullets,
    Document,
    Heading,
    KeyFigure,
    KeyFigures,
    Look,
    Notice,
    PageBreak,
    Paragraph,
    Photo,
    Picture,
    RichText,
    SideBySide,
    Span,
    Table,
)
from .findings import BlockFinding
from .material import FigureId, Material
from .own_areas import OwnAreas, own_areas_profile
from .pdf import pdf
from .quality import Quality, quality_report
from .tree import HouseStyle, Report, TextState
from .tree_json import block_dict, block_from_dict, report_from_json, report_json

__all__ = [
    "Block", "BlockFinding", "Bullets", "Document", "FigureId", "Heading", "HouseStyle",
    "KeyFigure", "KeyFigures", "Look", "Material", "Notice", "OwnAreas", "PageBreak", "Paragraph",
    "Photo", "Picture", "Quality", "Report", "RichText", "SideBySide", "Span", "Table", "TextState",
    "block_dict", "block_from_dict", "own_areas_profile", "pdf", "quality_report",
    "report_from_json", "report_json",
]  # fmt: skip
