"""A small Markdown: headings, paragraphs, lists, quotations, emphasis, links. Never HTML, never pictures.

What the subset does not know stays what it is: plain text. References to figures are taken out before
the text is read and put back as spans, so that nothing in them can become markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .blocks import Block, Bullets, Heading, Notice, PageBreak, RichText, Span, Spans
from .references import Broken, Reference
from .references import parse as cut

Print = Callable[[Reference | Broken], Span]
"""What stands in the place of a reference."""

_OPEN, _CLOSE = "\ue000", "\ue001"
_KEPT = frozenset("\n\t\u00a0\u202f\u00ad")
_UNSEEN = " \n\t\u00a0\u202f\u00ad"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_SCHEMES = ("https://", "http://", "mailto:")
_READER = MarkdownIt("zero").enable(
    ["heading", "list", "blockquote", "emphasis", "link", "escape", "newline", "hr"]
)
MOST = 100_000
"""Characters of one text."""


def blocks_of(markdown: str, show: Print, level: int = 2) -> tuple[Block, ...]:
    """The blocks of a text; a rule is a new page.

    Its outermost headings are at ``level`` (at most 4), however many ``#`` they have, and one below another
    is one level deeper: a document that skips a level cannot be read aloud in order, and PDF/UA refuses it.
    A heading without a word is none.

    ``show`` prints a reference; spans around it keep their emphasis. ``ValueError`` for a text longer than
    ``MOST`` characters.
    """
    if len(markdown) > MOST:
        raise ValueError(f"a text of {len(markdown)} characters")
    shown: list[Span] = []
    parts = []
    for part in cut(_clean(markdown)):
        if isinstance(part, str):
            parts.append(part)
        else:
            parts.append(f"{_OPEN}{len(shown)}{_CLOSE}")
            shown.append(show(part))
    tokens = _READER.parse("".join(parts))
    return tuple(_blocks(tokens, shown, level, []))


def page_breaks(markdown: str) -> int:
    """How many new pages a text asks for, wherever in it."""
    return sum(token.type == "hr" for token in _READER.parse(_clean(markdown)))


def _clean(text: str) -> str:
    """Without control characters and without the two signs that mark references here."""
    return "".join(c for c in text if c in _KEPT or (c.isprintable() and c not in _OPEN + _CLOSE))


def _blocks(tokens: Sequence[Token], shown: Sequence[Span], level: int, above: list[int]) -> Iterator[Block]:
    """``above``: how many ``#`` the headings have that the next text stands under, outermost first."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = _end(tokens, at)
        if token.type == "paragraph_open":
            yield RichText(_spans(tokens[at + 1], shown))
        elif token.type == "heading_open":
            words = "".join(s.text for s in _spans(tokens[at + 1], shown))
            if words.strip(_UNSEEN):
                signs = int(token.tag[1])
                above[:] = [*(n for n in above if n < signs), signs]
                yield Heading(words, min(level + len(above) - 1, 4))
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            yield Bullets(tuple(_items(tokens[at + 1 : end], shown)), token.type.startswith("ordered"))
        elif token.type == "blockquote_open":
            yield Notice(tuple(_blocks(tokens[at + 1 : end], shown, level, above)))
        elif token.type == "hr":
            yield PageBreak()
        at = end + 1


def _end(tokens: Sequence[Token], at: int) -> int:
    """Place of the token that closes the one at ``at``; itself where it closes nothing."""
    if tokens[at].nesting != 1:
        return at
    depth = 0
    for place in range(at, len(tokens)):
        depth += tokens[place].nesting
        if depth == 0:
            return place
    return len(tokens) - 1


def _items(tokens: Sequence[Token], shown: Sequence[Span]) -> Iterator[Spans]:
    """Every paragraph of a list is an item; lists within lists come out flat."""
    for token in tokens:
        if token.type == "inline":
            yield _spans(token, shown)


def _spans(token: Token, shown: Sequence[Span]) -> Spans:
    strong = emphasis = 0
    link = ""
    spans: list[Span] = []
    for child in token.children or ():
        if child.type in {"strong_open", "strong_close"}:
            strong += child.nesting
        elif child.type in {"em_open", "em_close"}:
            emphasis += child.nesting
        elif child.type == "link_open":
            address = str(child.attrs.get("href", ""))
            link = address if address.lower().startswith(_SCHEMES) else ""
        elif child.type == "link_close":
            link = ""
        else:
            text = "\n" if child.type == "hardbreak" else " " if child.type == "softbreak" else child.content
            for piece in _pieces(text, shown):
                spans.append(Span(piece.text, strong > 0, emphasis > 0, link, piece.figure))
    return _joined(spans)


def _pieces(text: str, shown: Sequence[Span]) -> Iterator[Span]:
    """Plain text and the spans of references, in order."""
    end = 0
    for found in _MARK.finditer(text):
        if found.start() > end:
            yield Span(text[end : found.start()])
        yield shown[int(found[1])]
        end = found.end()
    if end < len(text):
        yield Span(text[end:])


def _joined(spans: Sequence[Span]) -> Spans:
    """Neighbours of one kind as one span."""
    made: list[Span] = []
    for span in spans:
        last = made[-1] if made else None
        alike = last and (last.strong, last.emphasis, last.link) == (span.strong, span.emphasis, span.link)
        if last and alike and not last.figure and not span.figure:
            made[-1] = Span(last.text + span.text, span.strong, span.emphasis, span.link)
        elif span.text:
            made.append(span)
    return tuple(made)
