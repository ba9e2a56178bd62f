"""Reports: a tree of blocks, resolved on a release into a document, as PDF, DOCX and HTML."""

from .annex import Annex, annex
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
from .document_json import document_from_json, document_json
from .drift import ChangedSentence, FigureTrace, Snapshot, compare, headline, snapshot, trace
from .findings import BlockFinding
from .material import FigureId, Material
from .naming import file_name, file_stem
from .needs import Needs, needs
from .own_areas import OwnAreas, own_areas_profile
from .page import html, html_folder
from .pdf import pdf
from .poster import Poster, figure_poster, picture_poster
from .quality import Quality, quality_report
from .resolving import Piece, Resolved, check, pieces, resolve
from .starting import Template, start, templates
from .suggesting import Suggestion, suggest
from .tree import HouseStyle, Report, TextState
from .tree_json import block_dict, block_from_dict, report_from_json, report_json
from .word import docx

__all__ = [
    "Annex", "Block", "BlockFinding", "Bullets", "ChangedSentence", "Document", "FigureId",
    "FigureTrace", "Heading", "HouseStyle", "Judgement", "KeyFigure", "KeyFigures", "Look",
    "Material", "Needs", "Notice", "OwnAreas", "PageBreak", "Paragraph", "Photo", "Picture", "Piece",
    "Poster", "Quality", "Report", "Resolved", "RichText", "SideBySide", "Snapshot", "Span",
    "Suggestion", "Table", "Template", "TextState", "Truth", "annex", "block_dict",
    "block_from_dict", "check", "compare", "document_from_json", "document_json",
    "docx", "figure_poster", "file_name", "file_stem", "headline", "html",
    "html_folder", "judge", "needs", "own_areas_profile", "pdf", "picture_poster", "pieces",
    "quality_report", "report_from_json", "report_json", "resolve", "snapshot", "start", "suggest",
    "templates", "trace",
]  # fmt: skip
