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
from .claims import Judgement, Truth, judge
from .drift import ChangedSentence, FigureTrace, Snapshot, compare, headline, snapshot, trace
from .findings import BlockFinding
from .material import FigureId, Material
from .needs import Needs, needs
from .own_areas import OwnAreas, own_areas_profile
from .pdf import pdf
from .quality import Quality, quality_report
from .resolving import Resolved, check, resolve
from .starting import Template, start, templates
from .tree import HouseStyle, Report, TextState
from .tree_json import block_dict, block_from_dict, report_from_json, report_json

__all__ = [
    "Block", "BlockFinding", "Bullets", "ChangedSentence", "Document", "FigureId", "FigureTrace",
    "Heading", "HouseStyle", "Judgement", "KeyFigure", "KeyFigures", "Look", "Material", "Needs",
    "Notice", "OwnAreas", "PageBreak", "Paragraph", "Photo", "Picture", "Quality", "Report",
    "Resolved", "RichText", "SideBySide", "Snapshot", "Span", "Table", "Template", "TextState",
    "Truth", "block_dict", "block_from_dict", "check", "compare", "headline", "judge", "needs",
    "own_areas_profile", "pdf", "quality_report", "report_from_json", "report_json", "resolve",
    "snapshot", "start", "templates", "trace",
]  # fmt: skip
