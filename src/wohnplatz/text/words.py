"""Lists and plurals."""

from __future__ import annotations

from collections.abc import Sequence

from .numbers import NBSP, number


def plural(n: int, one: str, many: str) -> str:
    """The count with the right form of its noun; nothing may break between them.

    >>> plural(1234, "Gebiet", "Gebiete").replace(NBSP, " ")
    '1.234 Gebiete'
    """
    return f"{number(n)}{NBSP}{one if n == 1 else many}"


def enumerate_words(words: Sequence[str], last: str = "und") -> str:
    """A list in running text; empty for an empty list.

    >>> enumerate_words(["a", "b", "c"])
    'a, b und c'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def dative_plural(many: str) -> str:
    """Dative of a plural noun: ``Gebiete`` → ``Gebieten``; nouns on -n and -s stay."""
    return many if many.endswith(("n", "s")) else many + "n"
