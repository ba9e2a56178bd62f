"""How the log is written: where something went wrong and of which kind, never with which values."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutValues(logging.Formatter):
    """Writes exceptions as lines of the program and their type.

    Their own words are left out: Python quotes what it could not read, and that may be a cell of a delivery.
    """

    def formatException(self, ei: Caught) -> str:  # noqa: N802 (the name is Python's)
        """The traceback without the last line's words; earlier exceptions it came from by their type."""
        error = ei[1]
        if error is None:
            return ""
        before = error.__cause__ or error.__context__
        origin = f"\nnach {type(before).__name__}" if before is not None else ""
        return f"{''.join(traceback.format_tb(ei[2]))}{type(error).__qualname__}{origin}"
