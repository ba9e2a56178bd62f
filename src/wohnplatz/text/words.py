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


def release_name(label: str) -> str:
    """A release by name, ``Datenstand 2025-1``: many are called Datenstand already."""
    return label if label.startswith("Datenstand") else f"Datenstand {label}"


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


def age_group(code: str) -> str:
    """A group of ages by its code: ``0-17``, ``18-64`` or ``65+``; another code as it is.

    >>> age_group("0-17"), age_group("18-64"), age_group("65+")
    ('unter 18 Jahre', '18 bis unter 65 Jahre', '65 Jahre und älter')
    """
    low, dash, high = code.partition("-")
    if code.endswith("+") and code[:-1].isdigit():
        return f"{code[:-1]} Jahre und älter"
    if not (dash and low.isdigit() and high.isdigit()):
        return code
    return f"unter {int(high) + 1} Jahre" if low == "0" else f"{low} bis unter {int(high) + 1} Jahre"


def age_groups_in_words(begins: Sequence[int]) -> list[str]:
    """The groups of ages that begin at 0 and at each of ``begins``.

    >>> age_groups_in_words([18, 65])
    ['unter 18 Jahre', '18 bis unter 65 Jahre', '65 Jahre und älter']
    """
    lows = [0, *begins]
    ends = [f"-{high - 1}" for high in lows[1:]] + ["+"]
    return [age_group(f"{low}{end}") for low, end in zip(lows, ends, strict=True)]
