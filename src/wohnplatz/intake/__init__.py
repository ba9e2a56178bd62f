"""Reads what partners send, checks it, and writes the tables they fill in or take away."""

from .guide import ALL_AREAS, EVERYTHING, IGNORE, NOT_ALLOCATED, Guide, RowKind, RowTarget, SheetGuide, Target
from .guide_proposing import doubts_of, propose
from .marking import write_marked
from .proposal import ColumnProposal, LabelProposal, Proposal, RowProposal, TableProposal
from .readers import READERS, Reader
from .reading import read_delivery
from .request import CellAddress, ReadResult, Request, TableResult
from .tables import Sheet, Value, write_csv, write_xlsx
from .template import write_template

__all__ = [
    "ALL_AREAS", "EVERYTHING", "IGNORE", "NOT_ALLOCATED", "READERS", "CellAddress", "ColumnProposal", "Guide",
    "LabelProposal", "Proposal", "ReadResult", "Reader", "Request", "RowKind", "RowProposal", "RowTarget",
    "Sheet", "SheetGuide", "TableProposal", "TableResult", "Target", "Value", "doubts_of", "propose",
    "read_delivery", "write_csv", "write_marked", "write_template", "write_xlsx",
]  # fmt: skip
