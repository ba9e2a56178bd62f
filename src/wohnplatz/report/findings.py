"""What is wrong with a block, in words that its author can act on."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import Severity


@dataclass(frozen=True, slots=True)
class BlockFinding:
    """A finding at a block. Errors keep a report from being agreed and published."""

    block: str
    """The block's id."""
    code: str
    """Stable, dotted: ``report.protected``."""
    severity: Severity
    message: str
    advice: str = ""
    sentence: str = ""
    """The sentence concerned, as it is printed now."""
    figure: str = ""
    """The id of the figure concerned (``FigureId``)."""
    area: str = ""
    """The area whose profile is concerned, in repeated blocks."""


def error(block: str, code: str, message: str, advice: str = "", **place: str) -> BlockFinding:
    """A finding that blocks."""
    return BlockFinding(block, f"report.{code}", Severity.ERROR, message, advice, **place)


def warning(block: str, code: str, message: str, advice: str = "", **place: str) -> BlockFinding:
    """A finding that needs a look."""
    return BlockFinding(block, f"report.{code}", Severity.WARNING, message, advice, **place)


def note(block: str, code: str, message: str, advice: str = "", **place: str) -> BlockFinding:
    """A finding that informs."""
    return BlockFinding(block, f"report.{code}", Severity.NOTE, message, advice, **place)
