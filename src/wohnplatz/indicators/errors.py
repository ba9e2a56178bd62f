"""Errors of formulas: they point at the place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from wohnplatz.model import WohnplatzError


class FormulaError(WohnplatzError):
    """A formula that cannot be used: ``position`` (0-based) and ``length`` say which part of it.

    The text shows the formula with a caret below the place. ``source`` names file and key where known.
    """

    def __init__(  # noqa: PLR0913 -- the parts of a message
        self, what: str, *, formula: str, position: int, length: int = 1, todo: str = "", source: str = ""
    ) -> None:
        self.formula, self.position, self.source = formula, position, source
        self.length = max(1, min(length, len(formula) - position))
        super().__init__(what, where=source, todo=todo, code="indicators.formula")

    def text(self) -> str:
        """The message, the formula and the caret under the place, in lines."""
        place = (
            f"{self.source}, Zeichen {self.position + 1}" if self.source else f"Zeichen {self.position + 1}"
        )
        # A tab or line break within the formula would push the caret away from its place.
        shown = "".join(" " if c.isspace() else c for c in self.formula)
        lines = [f"{self.what} ({place})", f"    {shown}", "    " + " " * self.position + "^" * self.length]
        return "\n".join([*lines, self.todo] if self.todo else lines)

    def within(self, source: str) -> FormulaError:
        """The same error with file and key named."""
        return FormulaError(
            self.what, formula=self.formula, position=self.position, length=self.length, todo=self.todo,
            source=source,
        )  # fmt: skip


def proposal(word: str, known: Iterable[str]) -> str:
    """A German sentence with the nearest known words, or which there are.

    >>> proposal("einwoner", ["einwohner", "geburten"])
    'Gemeint ist vielleicht »einwohner«.'
    """
    words = list(known)
    near = difflib.get_close_matches(word, words, n=3, cutoff=0.6)
    if near:
        return "Gemeint ist vielleicht " + " oder ".join(f"»{w}«" for w in near) + "."
    if len(words) <= 30 and words:
        return "Möglich sind: " + ", ".join(words) + "."
    return "Bitte die Schreibweise mit dem Katalog vergleichen."
