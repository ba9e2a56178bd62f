"""Reads what partners send, checks it, and writes the tables they fill in or take away."""

from .readers import READERS, Reader
from .reading import read_delivery
from .request import CellAddress, ReadResult, Request, TableResult
from .tables import Sheet, Value, write_csv, write_xlsx
from .template import write_template

__all__ = [
    "READERS", "CellAddress", "ReadResult", "Reader", "Request", "Sheet", "TableResult", "Value",
    "read_delivery", "write_csv", "write_template", "write_xlsx",
]  # fmt: skip
