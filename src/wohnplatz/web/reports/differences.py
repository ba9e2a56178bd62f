"""Two versions of a text word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\{\{[^{}\n]*\}\}|\w+|\s+|[^\w\s]")
MOST = 6000
"""Words of one changed passage that are compared one by one; a longer one is shown as a whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text that stands in both, in the old one only, or in the new one only."""

    kind: str
    """``same``, ``gone`` or ``new``."""
    text: str


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """What became of a text: paragraphs first, then the words of those that changed.

    >>> [(p.kind, p.text) for p in pieces("Der Wert steigt.", "Der Wert sinkt.")]
    [('same', 'Der Wert '), ('gone', 'steigt'), ('new', 'sinkt'), ('same', '.')]
    """
    return tuple(_joined(_lines(old.replace("\r\n", "\n"), new.replace("\r\n", "\n"))))


def _lines(old: str, new: str) -> Iterator[Piece]:
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for kind, a, b in _steps(before, after):
        if kind != "replace":
            yield from _piece(kind, "".join(a), "".join(b))
            continue
        left, right = _WORDS.findall("".join(a)), _WORDS.findall("".join(b))
        if len(left) + len(right) > MOST:
            yield from _piece("replace", "".join(a), "".join(b))
            continue
        for inner, c, d in _steps(left, right):
            yield from _piece(inner, "".join(c), "".join(d))


def _steps(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    for kind, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        yield kind, a[i:j], b[k:m]


def _piece(kind: str, old: str, new: str) -> Iterator[Piece]:
    if kind == "equal":
        yield Piece("same", old)
        return
    if old:
        yield Piece("gone", old)
    if new:
        yield Piece("new", new)


def _joined(found: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece."""
    held: Piece | None = None
    for piece in found:
        if held is not None and held.kind == piece.kind:
            held = Piece(held.kind, held.text + piece.text)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held
