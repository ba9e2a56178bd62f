"""Names of the results that a protected release lists in its manifest."""

from __future__ import annotations

from wohnplatz.indicators import FIGURES
from wohnplatz.model import Audience

LEDGER = "ledger"
"""The head of the ledger after this release."""


def open_name(audience: Audience, table: str = FIGURES) -> str:
    """Which rows of a figure table an audience may see."""
    return f"open:{audience}" if table == FIGURES else f"open:{audience}:{table}"


def proof_name(audience: Audience) -> str:
    """The list of records with the proof."""
    return f"proof:{audience}"


def index_name(audience: Audience) -> str:
    """Index measures computed from what an audience sees."""
    return f"index:{audience}"
