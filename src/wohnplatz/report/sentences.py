"""Where a sentence begins and ends."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…][“\")]?\s+(?=[A-ZÄÖÜ„(0-9])")
_SHORT = re.compile(
    r"(?:^|[\s(„\u00a0])(?:[A-Za-zÄÖÜäöü]|[0-9]{1,2}|bzw|ca|evtl|ggf|inkl|Nr|rd|sog|St|vgl|Abs|Art|usw)$"
)
"""What stands before a full stop that ends no sentence: initials, days, abbreviations."""


def spans(text: str) -> list[tuple[int, int]]:
    """Begin and end of every sentence.

    >>> [ "Am 31. Dezember 2025 war es z. B. so. Danach nicht."[a:b] for a, b in
    ...   spans("Am 31. Dezember 2025 war es z. B. so. Danach nicht.") ]
    ['Am 31. Dezember 2025 war es z. B. so.', 'Danach nicht.']
    """
    found, begin = [], 0
    for end in _END.finditer(text):
        if text[end.start()] == "." and _SHORT.search(text[begin : end.start()]):
            continue
        found.append((begin, begin + len(text[begin : end.end()].rstrip())))
        begin = end.end()
    return [*found, (begin, len(text.rstrip()))] if text[begin:].strip() else found


def sentence_at(text: str, position: int) -> str:
    """The sentence around a position."""
    for begin, end in spans(text):
        if begin <= position < end:
            return text[begin:end].strip()
    return text.strip()
