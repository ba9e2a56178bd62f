"""A document as DOCX that an office can go on working with: styles, real tables, alternative texts."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import docx as library
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.parts.image import ImagePart

from . import word_parts as parts
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
    Table,
    size_of,
    walk,
)
from .photos import kind_of
from .photos import size_of as dots_of
from .rasters import pngs
from .word_setup import prepared, same_bytes

WIDTH = 160.0
"""mm between the margins."""
GUTTER = 5.0
LOGO = 16.0
"""mm that the logo is high."""


def docx(document: Document) -> bytes:
    """The document as DOCX in German. The same document gives the same bytes.

    Every text is written as text: none can become markup or a field. Pictures are PNG, because old versions
    of word processors draw no SVG. ``typst.TypstError`` where a picture is no SVG.
    """
    made = prepared(document)
    writer = _Writer(made, _drawn(document))
    writer.logo(document)
    if document.contents:
        writer.add(parts.cover(document))
        writer.add(parts.contents(document))
        writer.breaks = True
    else:
        writer.add(parts.paragraph(parts.run("  ·  ".join(document.head)), "Quelle"))
        writer.add(parts.paragraph(parts.run(document.title), "Titel"))
        if document.subtitle:
            writer.add(parts.paragraph(parts.run(document.subtitle), "Untertitel"))
    for block in document.blocks:
        writer.block(block)
    return same_bytes(made, document.made_on, writer.files)


def _drawn(document: Document) -> dict[str, bytes]:
    """Every picture once as PNG."""
    svgs = list(dict.fromkeys(b.svg for b in walk(document.blocks) if isinstance(b, Picture)))
    return dict(zip(svgs, pngs(svgs), strict=True))


@dataclass
class _Writer:
    made: Any
    pictures: Mapping[str, bytes]
    count: int = 0
    breaks: bool = False
    """Whether the next paragraph begins a page."""
    headed: bool = False
    """Whether the last block was a heading."""
    known: dict[bytes, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    """Pictures by their name in the package; they are put in when it is packed, and packed once."""

    def add(self, xml: str) -> None:
        """Put one or more elements at the end of the body."""
        end = self.made.element.body.sectPr
        for element in list(parse_xml(f"<w:body {parts.NAMESPACES}>{xml}</w:body>")):
            end.addprevious(element)

    def logo(self, document: Document) -> None:
        """The district's logo at the top, where there is one."""
        look = document.look
        if not look.logo:
            return
        data = look.logo if kind_of(look.logo) else pngs([look.logo.decode()])[0]
        wide, high = dots_of(data) or (1, 1)
        self.count += 1
        relation = self._relation(data)
        inline = parts.inline(relation, self.count, LOGO * wide / high, LOGO, look.logo_alternative)
        self.add(parts.paragraph(inline, "Bild"))

    def block(self, block: Block, share: float = 1.0, style: str = "") -> None:
        """Write one block; ``share`` is the part of the page's width it has."""
        match block:
            case PageBreak():
                self.breaks = not self.headed  # a heading does not stay behind on a page of its own
                return
            case Heading():
                self._heading(block)
            case Paragraph():
                self.add(self._paragraph(parts.run(block.text), "Quelle" if block.quiet else style))
            case RichText():
                self.add(self._paragraph(parts.runs(block.spans, self._link), style))
            case Bullets():
                name = "List Number" if block.ordered else "List Bullet"
                self.add("".join(self._paragraph(parts.runs(i, self._link), name) for i in block.items))
            case Notice():
                if block.label:
                    self.add(self._paragraph(parts.run(block.label, strong=True), "Hinweis"))
                for inner in block.blocks:
                    self.block(inner, share, "Hinweis")
            case KeyFigures():
                self.add(parts.key_figures(block))
            case Table():
                self.add(self._paragraph(parts.run(block.caption), "Beschriftung") + parts.table(block))
            case _:
                self._pictures(block, share)
        self.breaks, self.headed = False, isinstance(block, Heading)

    def _heading(self, block: Heading) -> None:
        self.count += 1
        mark = parts.bookmark(self.count, f"abschnitt_{self.count}", parts.run(block.text))
        self.add(self._paragraph(mark, f"Heading {block.level}"))

    def _paragraph(self, content: str, style: str) -> str:
        return parts.paragraph(content, style, new_page=self.breaks)

    def _pictures(self, block: Block, share: float) -> None:
        match block:
            case Picture():
                self._row([(block, share)])
            case Photo():
                self.add(self._paragraph(self._inline(block, share), ""))
                if block.caption:
                    self.add(parts.paragraph(parts.run(block.caption), "Quelle"))
            case SideBySide():
                self._beside(block, share)
            case _:
                raise TypeError(f"no such block: {block!r}")

    def _beside(self, block: SideBySide, share: float) -> None:
        """Two pictures stand in one line; everything else comes one after the other."""
        if len(block.left) == len(block.right) == 1:
            left, right = block.left[0], block.right[0]
            if isinstance(left, Picture) and isinstance(right, Picture):
                self._row([(left, share * block.share), (right, share * (1 - block.share))])
                return
        for side, width in ((block.left, block.share), (block.right, 1 - block.share)):
            for inner in side:
                self.block(inner, share * width)

    def _row(self, row: list[tuple[Picture, float]]) -> None:
        """Titles, pictures and sources of one or two pictures, each in a line."""
        stop = int(WIDTH * row[0][1] * parts.TWIPS) if len(row) > 1 else 0
        self.add(
            parts.paragraph(
                parts.tabbed([p.title for p, _ in row]), "Bildtitel", tab=stop, new_page=self.breaks
            )
            + parts.paragraph("".join(self._inline(p, s) for p, s in row), "Bild")
            + parts.paragraph(parts.tabbed([p.caption for p, _ in row]), "Quelle", tab=stop)
        )

    def _inline(self, block: Picture | Photo, share: float) -> str:
        data = self.pictures[block.svg] if isinstance(block, Picture) else block.data
        size = size_of(block.svg) if isinstance(block, Picture) else dots_of(data)
        wide, high = size or (4.0, 3.0)
        width = WIDTH * share - (GUTTER if share < 1 else 0)
        if isinstance(block, Picture) and block.height and width * high / wide > block.height:
            width = block.height * wide / high
        self.count += 1
        return parts.inline(self._relation(data), self.count, width, width * high / wide, block.alternative)

    def _relation(self, data: bytes) -> str:
        if data not in self.known:
            kind = kind_of(data)
            name = PackURI(f"/word/media/bild{len(self.known) + 1}.{kind}")
            # Not by get_or_add_image nor relate_to: they look at all pictures again for each new one.
            part = ImagePart(name, "image/jpeg" if kind == "jpg" else "image/png", b"")
            relation = f"bild{len(self.known) + 1}"
            self.made.part.rels.add_relationship(RELATIONSHIP_TYPE.IMAGE, part, relation)
            self.known[data], self.files[name.membername] = relation, data
        return self.known[data]

    def _link(self, address: str) -> str:
        relation: str = self.made.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return relation


def styles_of(made: Any) -> Iterator[str]:
    """Names of the paragraph styles a document has, for tests and for the template of an office."""
    yield from (s.name for s in made.styles if s.type == WD_STYLE_TYPE.PARAGRAPH)


def opened(data: bytes) -> Any:
    """A DOCX as the library reads it."""
    return library.Document(io.BytesIO(data))
