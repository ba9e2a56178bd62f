"""Findings of checks, and errors that say what, where, why it matters and what to do."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How a finding binds: an error blocks, a warning needs a word, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding (*Prüfbefund*). All texts are German sentences for the person who sent the data."""

    code: str
    """Stable, dotted: ``intake.unknown_area``."""
    severity: Severity
    message: str
    """What was found."""
    advice: str
    """What to do about it."""
    why: str = ""
    """Why it matters."""
    sheet: str = ""
    row: int | None = None
    """1-based row as the spreadsheet shows it."""
    column: str = ""
    """Column heading or letter."""
    value: str = ""
    """The value as it stands in the file."""
    area: str = ""
    """Key of the area concerned."""

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits that stay the same when the same thing is found again.

        Made of code, place and value, not of the words: comments on a finding hold on to it.
        """
        parts = (self.code, self.sheet, str(self.row or ""), self.column, self.value, self.area)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return asdict(self)


class WohnplatzError(Exception):
    """An error a person can act on: what happened, where, why it matters, what to do next (German)."""

    def __init__(
        self, what: str, *, where: str = "", why: str = "", todo: str = "", code: str = "error"
    ) -> None:
        self.what, self.where, self.why, self.todo, self.code = what, where, why, todo, code
        super().__init__(self.text())

    def text(self) -> str:
        """All parts in one paragraph."""
        parts = [self.what, f"Stelle: {self.where}" if self.where else "", self.why, self.todo]
        return " ".join(p for p in parts if p)
