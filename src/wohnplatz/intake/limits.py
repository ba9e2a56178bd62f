"""How large a file may be: while somebody waits for the page, and for a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wohnplatz.text import number

from .archive import MAX_CELLS
from .findings import UnreadableFileError


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused beyond it, with a sentence. Each number is the most that is allowed.

    A workbook or a table of any other form is held as a whole; a text table in the template's form is read
    block by block and may therefore be much longer.
    """

    page: ClassVar[Limits]
    job: ClassVar[Limits]

    size: int = 50_000_000
    """Bytes of a file that is held as a whole."""
    cells: int = MAX_CELLS
    sheets: int = 100
    long_size: int = 50_000_000
    """Bytes of a text table that is read block by block."""
    long_rows: int = 1_000_000

    def require_size(self, size: int) -> None:
        """``UnreadableFileError`` where a file of ``size`` bytes is too large to be held as a whole."""
        _require_bytes(size, self.size)

    def require_long_size(self, size: int) -> None:
        """``UnreadableFileError`` where a text table of ``size`` bytes is too large for blocks, too."""
        _require_bytes(size, self.long_size)

    def require_cells(self, cells: int) -> None:
        """``UnreadableFileError`` where a file holds more cells."""
        if cells > self.cells:
            limit = f"{number(self.cells)} Zellen"
            raise UnreadableFileError("intake.too_large", found=f"mehr als {limit}", limit=limit)

    def require_sheets(self, sheets: int) -> None:
        """``UnreadableFileError`` where a workbook has more sheets."""
        if sheets > self.sheets:
            found, limit = f"{number(sheets)} Blätter", f"{number(self.sheets)} Blätter"
            raise UnreadableFileError("intake.too_large", found=found, limit=limit)

    def require_rows(self, rows: int) -> None:
        """``UnreadableFileError`` where a text table read block by block has more rows."""
        if rows > self.long_rows:
            limit = f"{number(self.long_rows)} Zeilen"
            raise UnreadableFileError("intake.too_large", found=f"mehr als {limit}", limit=limit)


def _require_bytes(size: int, most: int) -> None:
    if size > most:
        found, limit = f"{number(size / 1e6)} MB", f"{number(most / 1e6)} MB"
        raise UnreadableFileError("intake.too_large", found=found, limit=limit)


Limits.page = Limits()
Limits.job = Limits(long_size=2_147_483_648, long_rows=10_000_000)
