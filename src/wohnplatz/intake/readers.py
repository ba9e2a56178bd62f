"""The seam for files of all kinds: a reader says how well it knows a table, and reads it."""

from __future__ import annotations

from typing import Protocol

from wohnplatz.model import Catalogue

from .findings import Findings
from .request import Request, TableResult
from .sheets import Table
from .template_reader import TemplateReader


class Reader(Protocol):
    """Reads one form of table. Readers hold no state; what is wrong goes into ``findings``, never up."""

    code: str

    def recognises(self, table: Table) -> float:
        """How surely the table has this reader's form: 0 not at all, 1 beyond doubt."""

    def read(self, table: Table, request: Request, catalogue: Catalogue, findings: Findings) -> TableResult:
        """The observations of the table, in its order."""


READERS: tuple[Reader, ...] = (TemplateReader(),)
"""All readers; of equally sure ones the first wins."""


def best_reader(table: Table) -> Reader | None:
    """The reader that knows the table best; None where none does."""
    reader = max(READERS, key=lambda candidate: candidate.recognises(table))
    return reader if reader.recognises(table) > 0 else None
