"""Elements of WordprocessingML as text. Whatever comes from outside is escaped on its way in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape as _escaped
from xml.sax.saxutils import quoteattr

from .blocks import Document, Heading, KeyFigures, Span, Table

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
TWIPS = 56.6929
"""Twentieths of a point in a millimetre."""
_EMU = 36_000
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STYLES = {
    "Titel": "Title", "Untertitel": "Subtitle", "List Bullet": "ListBullet", "List Number": "ListNumber",
    "Heading 1": "Heading1", "Heading 2": "Heading2", "Heading 3": "Heading3", "Heading 4": "Heading4",
    "Beschriftung": "Caption",
}  # fmt: skip
DEEPEST = 2
"""Level of the last headings in the table of contents."""


def clean(text: str) -> str:
    """``text`` without characters that XML does not know."""
    return _NOT_XML.sub("", text)


def escape(text: str) -> str:
    """``text`` for content; characters that XML does not know are dropped."""
    return _escaped(clean(text))


def attribute(text: str) -> str:
    """``text`` in quotation marks, for an attribute."""
    return quoteattr(clean(text), {"\n": " "})


def style_id(name: str) -> str:
    """The id of a style: German names of our own are their own ids."""
    return _STYLES.get(name, name)


def run(text: str, *, strong: bool = False, emphasis: bool = False, style: str = "") -> str:
    """A run of text; a line feed is a line break."""
    marks = ("<w:b/>" if strong else "") + ("<w:i/>" if emphasis else "")
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    properties = f"<w:rPr>{named}{marks}</w:rPr>" if marks or named else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\n"))
    return f"<w:r>{properties}{lines}</w:r>"


def runs(spans: Sequence[Span], link: Callable[[str], str]) -> str:
    """Running text; ``link`` gives the relation of an address."""
    made = []
    for span in spans:
        words = run(span.text, strong=span.strong, emphasis=span.emphasis, style="Link" if span.link else "")
        made.append(f'<w:hyperlink r:id="{link(span.link)}">{words}</w:hyperlink>' if span.link else words)
    return "".join(made)


def tabbed(texts: Sequence[str]) -> str:
    """Texts with a tab between them; nothing where all are empty."""
    if not any(texts):
        return ""
    return "<w:r><w:tab/></w:r>".join(run(t) for t in texts)


def paragraph(content: str, style: str = "", *, tab: int = 0, new_page: bool = False) -> str:
    """A paragraph; ``tab`` is the place of a tab stop in twips. Empty for no content."""
    if not content:
        return ""
    properties = f'<w:pStyle w:val="{style_id(style)}"/>' if style else ""
    properties += "<w:pageBreakBefore/>" if new_page else ""
    properties += f'<w:tabs><w:tab w:val="left" w:pos="{tab}"/></w:tabs>' if tab else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def bookmark(number: int, name: str, content: str) -> str:
    """Content that links can point to."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{content}<w:bookmarkEnd w:id="{number}"/>'


def inline(relation: str, number: int, width: float, height: float, alternative: str) -> str:
    """A picture within the line, in mm, with its words."""
    size = f'cx="{round(width * _EMU)}" cy="{round(height * _EMU)}"'
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="90000"><wp:extent {size}/>'
        f'<wp:docPr id="{number}" name="Bild {number}" descr={attribute(alternative)}/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="Bild {number}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def table(block: Table) -> str:
    """A real table: its first row repeats on every page and heads the columns, its first column the rows."""
    shares = block.widths or (1.8, *(1.0 for _ in block.header[1:]))
    grid = "".join(f'<w:gridCol w:w="{round(160 * TWIPS * s / sum(shares))}"/>' for s in shares)
    head = _row(block.header, block.numeric, "Tabellenkopf", head=True)
    body = "".join(_row(row, block.numeric, "Tabellentext", head=False) for row in block.rows)
    return _table(attribute(block.caption), grid, head + body, "Tabelle") + paragraph(run(""), "Abstand")


def key_figures(block: KeyFigures) -> str:
    """Key figures as a table of one row under its heads."""
    many = len(block.items)
    grid = "".join(f'<w:gridCol w:w="{round(160 * TWIPS / many)}"/>' for _ in block.items)
    head = _row([i.label for i in block.items], (), "Tabellenkopf", head=True)
    cells = "".join(
        _cell(
            paragraph(run(i.value), "Kennzahl") + (paragraph(run(i.note), "Tabellentext") if i.note else "")
        )
        for i in block.items
    )
    return _table('"Kennzahlen"', grid, f"{head}<w:tr>{cells}</w:tr>", "Kennzahlen") + paragraph(
        run(""), "Abstand"
    )


def _table(caption: str, grid: str, rows: str, style: str) -> str:
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="5000" w:type="pct"/>'
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="06A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0"'
        ' w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={caption}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(cells: Sequence[str], numeric: Sequence[int], style: str, *, head: bool) -> str:
    properties = (
        "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if head else "<w:trPr><w:cantSplit/></w:trPr>"
    )
    made = []
    for place, text in enumerate(cells):
        side = '<w:jc w:val="right"/>' if place in numeric else ""
        made.append(_cell(f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{side}</w:pPr>{run(text)}</w:p>'))
    return f"<w:tr>{properties}{''.join(made)}</w:tr>"


def _cell(content: str) -> str:
    return f"<w:tc>{content}</w:tc>"


def cover(document: Document) -> str:
    """The title page."""
    return (
        paragraph(run(document.head[0] if document.head else ""), "Quelle")
        + paragraph(run(document.title), "Titel")
        + paragraph(run(document.subtitle) if document.subtitle else "", "Untertitel")
        + paragraph(run(document.imprint) if document.imprint else "", "Quelle")
    )


def contents(document: Document) -> str:
    """A table of contents: a field with its entries filled in, which the word processor renews on opening.

    Only then it has pages: nobody else knows where the word processor breaks them.
    """
    entries, number = [], 0
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
    begin += f' TOC \\o "1-{DEEPEST}" \\h \\z \\u </w:instrText></w:r>'
    begin += '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    for block in document.blocks:
        if isinstance(block, Heading):
            number += 1
            if block.level <= DEEPEST:
                entries.append((block, f"abschnitt_{number}"))
    lines = [
        f'<w:hyperlink w:anchor="{anchor}" w:history="1">{run(block.text)}</w:hyperlink>'
        for block, anchor in entries
    ]
    if not lines:
        return ""
    lines[0] = begin + lines[0]
    lines[-1] += '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    styled = zip(lines, entries, strict=True)
    return paragraph(run("Inhalt"), "Inhaltstitel", new_page=True) + "".join(
        paragraph(line, f"toc{block.level}") for line, (block, _) in styled
    )
