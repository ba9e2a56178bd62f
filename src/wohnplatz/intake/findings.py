"""Collects findings: the first of each kind in full, the rest as a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wohnplatz.model import Finding
from wohnplatz.text import plural

from .messages import MESSAGES

SHOWN_PER_CODE = 20
VALUE_LENGTH = 80

Words = Mapping[str, str] | Callable[[], Mapping[str, str]]
"""What fills a message; a function where finding the words is work that unseen findings should not cost."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file something stands."""

    sheet: str = ""
    row: int | None = None
    column: str = ""

    def text(self) -> str:
        """``Zeile 12`` or ``Blatt „Daten“, Zeile 12``."""
        return (f"Blatt „{self.sheet}“, " if self.sheet else "") + f"Zeile {self.row}"


class UnreadableFileError(Exception):
    """The file cannot be opened; carries the code of the finding and its words. Never leaves the room."""

    def __init__(self, code: str, **words: str) -> None:
        self.code, self.words = code, words
        super().__init__(code)


@dataclass(slots=True)
class Findings:
    """Findings in the order they were made; equal ones beyond ``SHOWN_PER_CODE`` are counted only."""

    _items: list[Finding] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        code: str,
        place: Place | None = None,
        *,
        value: str = "",
        area: str = "",
        words: Words | None = None,
    ) -> None:
        """Add a finding; ``words`` fill the message, as a function only called where it is shown."""
        self._counts[code] += 1
        if self._counts[code] > SHOWN_PER_CODE:
            return
        message, place, value = MESSAGES[code], place or Place(), shortened(value)
        found = words() if callable(words) else words
        filled = {"value": value, **(found or {})}
        self._items.append(
            Finding(
                code, message.severity, message.text.format(**filled), message.advice.format(**filled),
                message.why, place.sheet, place.row, place.column, value, area,
            )
        )  # fmt: skip

    def __contains__(self, code: object) -> bool:
        """Whether there is a finding of this code."""
        return code in self._counts

    def all(self) -> tuple[Finding, ...]:
        """All findings, and one more for each kind of which not all are shown."""
        return (*self._items, *(self._rest(c, n - SHOWN_PER_CODE) for c, n in self._counts.items()
                                if n > SHOWN_PER_CODE))  # fmt: skip

    def _rest(self, code: str, count: int) -> Finding:
        last = next(f for f in reversed(self._items) if f.code == code)
        text = plural(count, "weiterer Befund dieser Art wird", "weitere Befunde dieser Art werden")
        return Finding(
            code, last.severity, f"{text} nicht einzeln gezeigt. Zuletzt gezeigt: {last.message}",
            last.advice, last.why, last.sheet,
        )  # fmt: skip


def shortened(text: str) -> str:
    """``text`` on one line, cut at ``VALUE_LENGTH`` characters, without control characters."""
    line = "".join(c if c.isprintable() else " " for c in text[: 2 * VALUE_LENGTH]).strip()
    return line if len(line) <= VALUE_LENGTH else line[: VALUE_LENGTH - 1] + "…"
