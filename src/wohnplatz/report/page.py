"""A document as HTML: one page, or a folder of pages. No script, nothing from elsewhere."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from .blocks import (
    Block,
    Bullets,
    Document,
    Heading,
    KeyFigures,
    Notice,
    PageBreak,
    Paragraph,
    Photo,
    Picture,
    RichText,
    SideBySide,
    Spans,
    Table,
    walk,
)
from .photos import kind_of

_STYLE = Path(__file__).with_name("page.css")
_NO_NAME = re.compile("[^a-z0-9]+")
DEEPEST = 2
"""Level of the last headings in the table of contents."""


def html(document: Document, trace: str = "") -> str:
    """The document as one page in German that needs nothing else. The same document gives the same text.

    With ``trace`` every figure in a sentence is a link: this address with the figure's id behind it.
    """
    marks = _anchors(document.blocks)
    shift = 1 if document.contents else 0  # chapters are level 1 behind a title page, level 2 below a title
    body = "".join(
        (
            _cover(document),
            _contents([(h, f"#{a}") for h, a in marks]) if document.contents else "",
            f'<main id="inhalt">{_Writer(marks, shift, trace).all(document.blocks)}</main>',
            _foot(document),
        )
    )
    return _page(document, document.title, f"<style>{_style(document)}</style>", body)


def html_folder(document: Document, *, back: tuple[str, str] | None = None) -> dict[str, bytes]:
    """The document as files by name: ``index.html``, a page for each chapter and profile, ``stil.css``.

    Links are relative: the folder works from any web server and from a memory stick. ``back`` is the address
    and the name of what it belongs to.
    """
    marks = _anchors(document.blocks)
    pages = _cut(document.blocks, marks)
    names = [page.name for page in pages]
    link = '<link rel="stylesheet" href="stil.css">'
    listed = [(page.heading, page.name) for page in pages if page.heading is not None]
    opening = "".join(_Writer(marks, 1).all(page.blocks) for page in pages if page.heading is None)
    home = ""
    if back is not None:
        home = (
            f'<nav class="steps" aria-label="Übergeordnet"><a href="{escape(back[0])}">'
            f"{escape(back[1])}</a></nav>"
        )
    index = f'{home}{_cover(document)}{_contents(listed)}<main id="inhalt">{opening}</main>{_foot(document)}'
    files = {"index.html": _page(document, document.title, link, index).encode()}
    for number, page in enumerate(pages):
        if page.heading is None:
            continue
        # The first heading of a page is its h1, whatever its level in the whole.
        inner = _Writer(marks, 1 - page.heading.level).all(page.blocks)
        above, below = _steps(names, number, "Seiten"), _steps(names, number, "Seiten, am Ende")
        body = f'{home}{above}<main id="inhalt">{inner}</main>{below}{_foot(document)}'
        title = f"{page.heading.text} · {document.title}"
        files[page.name] = _page(document, title, link, body).encode()
    files["stil.css"] = _style(document).encode()
    return files


@dataclass(frozen=True, slots=True)
class _Cut:
    name: str
    heading: Heading | None
    blocks: tuple[Block, ...]


Marks = Sequence[tuple[Heading, str]]


def _anchors(blocks: tuple[Block, ...]) -> Marks:
    """Every heading of a document with a name of its own, in order."""
    found: list[tuple[Heading, str]] = []
    taken: set[str] = {"inhalt", "index"}
    for block in walk(blocks):
        if isinstance(block, Heading):
            base = _NO_NAME.sub("-", block.anchor.lower()).strip("-") or f"abschnitt-{len(found) + 1}"
            name, n = base, 2
            while name in taken:
                name, n = f"{base}-{n}", n + 1
            taken.add(name)
            found.append((block, name))
    return found


def _cut(blocks: tuple[Block, ...], marks: Marks) -> list[_Cut]:
    """The blocks by page: chapters, and what begins a new page on paper with a heading below them."""
    names = {id(heading): name for heading, name in marks}
    pages: list[_Cut] = []
    current: list[Block] = []
    heading: Heading | None = None
    fresh = False
    for block in blocks:
        if isinstance(block, Heading) and (block.level == 1 or (fresh and block.level <= DEEPEST)):
            if current or heading is not None:
                pages.append(_finished(heading, current, names))
            heading, current = block, []
        fresh = isinstance(block, PageBreak)
        current.append(block)
    return [*pages, _finished(heading, current, names)]


def _finished(heading: Heading | None, blocks: list[Block], names: dict[int, str]) -> _Cut:
    name = f"{names[id(heading)]}.html" if heading is not None else "index.html"
    return _Cut(name, heading, tuple(blocks))


def _style(document: Document) -> str:
    return _STYLE.read_text(encoding="utf-8").replace("#171a4f", document.look.colour, 1)


def _page(document: Document, title: str, style: str, body: str) -> str:
    kind = "" if document.look.hyphenate else ' class="easy"'
    return (
        '<!doctype html>\n<html lang="de"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        f'<meta name="description" content="{escape(document.subtitle or document.title)}">'
        f'<meta name="author" content="{escape(document.head[0] if document.head else "")}">'
        f'<meta name="date" content="{document.made_on.isoformat()}">{style}</head>'
        f'<body{kind}><a class="skip" href="#inhalt">Zum Inhalt</a>{body}</body></html>\n'
    )


def _cover(document: Document) -> str:
    look = document.look
    logo = _image(look.logo, look.logo_alternative) if look.logo else ""
    above = " · ".join(document.head)
    subtitle = f"<p>{escape(document.subtitle)}</p>" if document.subtitle else ""
    return (
        f'<header class="cover"><div>{logo}<p>{escape(above)}</p>'
        f"<h1>{escape(document.title)}</h1>{subtitle}</div></header>"
    )


def _image(data: bytes, alternative: str) -> str:
    kind = {"png": "image/png", "jpg": "image/jpeg"}.get(kind_of(data), "image/svg+xml")
    code = base64.b64encode(data).decode()
    return f'<img src="data:{kind};base64,{code}" alt="{escape(alternative)}">'


def _contents(entries: Sequence[tuple[Heading, str]]) -> str:
    listed = "".join(
        f'<li{" class=deep" if h.level > 1 else ""}><a href="{escape(to)}">{escape(h.text)}</a></li>'
        for h, to in entries
        if h.level <= DEEPEST
    )
    return f'<nav aria-labelledby="verzeichnis"><h2 id="verzeichnis">Inhalt</h2><ol>{listed}</ol></nav>'


def _steps(names: Sequence[str], number: int, label: str) -> str:
    before = names[number - 1] if number else "index.html"
    after = names[number + 1] if number + 1 < len(names) else ""
    links = [f'<a href="{before}" rel="prev">Zurück</a>', '<a href="index.html">Inhalt</a>']
    links += [f'<a href="{after}" rel="next">Weiter</a>'] if after else []
    return f'<nav class="steps" aria-label="{label}">{"".join(links)}</nav>'


def _foot(document: Document) -> str:
    return f"<footer><p>{escape(document.imprint or document.foot)}</p></footer>"


class _Writer:
    """Blocks as HTML; ``shift`` is added to the level of headings, ``trace`` begins the links of figures."""

    def __init__(self, marks: Marks, shift: int, trace: str = "") -> None:
        self.names = {id(heading): name for heading, name in marks}
        self.shift = shift
        self.trace = trace

    def all(self, blocks: Sequence[Block]) -> str:
        return "".join(self._marked(blocks))

    def _marked(self, blocks: Sequence[Block]) -> Iterator[str]:
        fresh = False
        for block in blocks:
            if isinstance(block, PageBreak):
                fresh = True
                continue
            written = self.block(block)
            yield f'<div class="page">{written}</div>' if fresh else written
            fresh = False

    def block(self, block: Block) -> str:
        match block:
            case Heading():
                level = min(max(block.level + self.shift, 1), 6)
                return f'<h{level} id="{self.names[id(block)]}">{escape(block.text)}</h{level}>'
            case Paragraph():
                return f"<p{' class=quiet' if block.quiet else ''}>{escape(block.text)}</p>"
            case RichText():
                return f"<p>{_spans(block.spans, self.trace)}</p>"
            case Bullets():
                tag = "ol" if block.ordered else "ul"
                return f"<{tag}>{''.join(f'<li>{_spans(i, self.trace)}</li>' for i in block.items)}</{tag}>"
            case Notice():
                label = f"<p><strong>{escape(block.label)}</strong></p>" if block.label else ""
                return f'<div class="notice">{label}{self.all(block.blocks)}</div>'
            case _:
                return self._shown(block)

    def _shown(self, block: Block) -> str:
        match block:
            case KeyFigures():
                items = "".join(
                    f"<div><dt>{escape(i.label)}</dt><dd><strong{_named(i.figure)}>{escape(i.value)}</strong>"
                    f"<span>{escape(i.note)}</span></dd></div>"
                    for i in block.items
                )
                return f'<dl class="facts">{items}</dl>'
            case Table():
                return _table(block)
            case Picture() | Photo():
                return _figure(block)
            case SideBySide():
                wider = " left" if block.share > 0.55 else " right" if block.share < 0.45 else ""
                left, right = self.all(block.left), self.all(block.right)
                return f'<div class="pair{wider}"><div>{left}</div><div>{right}</div></div>'
            case _:
                raise TypeError(f"no such block: {block!r}")


def _spans(spans: Spans, trace: str = "") -> str:
    made = []
    for span in spans:
        text = "<br>".join(escape(part) for part in span.text.split("\n"))
        if span.figure and trace and not span.link:
            text = f'<a href="{escape(trace + quote(span.figure, safe=""))}">{text}</a>'
        elif span.figure:
            text = f"<span{_named(span.figure)}>{text}</span>"
        text = f"<strong>{text}</strong>" if span.strong else text
        text = f"<em>{text}</em>" if span.emphasis else text
        made.append(f'<a href="{escape(span.link)}">{text}</a>' if span.link else text)
    return "".join(made)


def _named(figure: str) -> str:
    """The attribute that says which figure stands there: what goes out is read back by it."""
    return f' data-figure="{escape(figure)}"' if figure else ""


def _table(block: Table) -> str:
    def side(place: int) -> str:
        return ' class="number"' if place in block.numeric else ""

    def mark(row: int, place: int) -> str:
        return _named(block.figures[row][place]) if block.figures else ""

    head = "".join(f'<th scope="col"{side(n)}>{escape(c)}</th>' for n, c in enumerate(block.header))
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td{side(n)}{mark(r, n)}>{escape(c)}</td>" for n, c in enumerate(row[1:], 1))
        + "</tr>"
        for r, row in enumerate(block.rows)
    )
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(block.caption)}"><table>'
        f"<caption>{escape(block.caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _figure(block: Picture | Photo) -> str:
    caption = f"<figcaption>{escape(block.caption)}</figcaption>" if block.caption else ""
    if isinstance(block, Photo):
        return f"<figure>{_image(block.data, block.alternative)}{caption}</figure>"
    title = f'<p class="title">{escape(block.title)}</p>' if block.title else ""
    words = f"<details><summary>In Worten</summary><p>{escape(block.alternative)}</p></details>"
    shown = ""
    if block.shows is not None:
        shown = f' data-indicator="{escape(block.shows[0])}" data-year="{block.shows[1]}"'
    drawing = block.svg
    if block.narrow:
        drawing = f'<div class="wide">{block.svg}</div><div class="narrow">{block.narrow}</div>'
    return f"<figure{shown}>{title}{drawing}{caption}{words}</figure>"
