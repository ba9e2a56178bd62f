"""Styles, language, page and metadata of a DOCX, and the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import docx as library
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from . import word_parts as parts
from .blocks import Document

OFFICE_FONT = "Calibri"
"""Typeface where the house has none of its own: the program's is not installed in offices."""
QUIET = RGBColor(0x4A, 0x4F, 0x55)
_SIZES = {1: 20.0, 2: 15.0, 3: 12.5, 4: 11.0}


def prepared(document: Document) -> Any:
    """An empty file with everything a document needs."""
    made = library.Document()
    for relation, target in list(made.part.package.rels.items()):
        if target.reltype.endswith("/thumbnail"):  # a picture of the library's own template
            del made.part.package.rels[relation]
    colour = RGBColor.from_string(document.look.colour.lstrip("#").upper())
    font = OFFICE_FONT if document.look.font == "Fira Sans" else document.look.font
    _page(made, document)
    _language(made, hyphenate=document.look.hyphenate)
    _base(made, font, document.look.size)
    _headings(made, font, colour)
    _own(made, colour)
    _table_styles(made, document.look.colour.lstrip("#"))
    _properties(made, document)
    return made


def _page(made: Any, document: Document) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    foot = section.footer.paragraphs[0]
    foot.style = made.styles["Footer"]
    for stops in list(foot.style.element.iter(qn("w:tabs"))):
        stops.getparent().remove(stops)
    number = "".join(
        f"<w:r>{part}</w:r>"
        for part in (
            '<w:tab/><w:t xml:space="preserve">Seite </w:t>', '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>', '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>", '<w:fldChar w:fldCharType="end"/>',
        )
    )  # fmt: skip
    for element in parse_xml(f"<w:p {parts.NAMESPACES}>{parts.run(document.foot)}{number}</w:p>"):
        foot._p.append(element)
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(160), alignment=WD_TAB_ALIGNMENT.RIGHT)


def _language(made: Any, *, hyphenate: bool) -> None:
    defaults = made.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    language = OxmlElement("w:lang")
    for name in ("val", "eastAsia", "bidi"):
        language.set(qn(f"w:{name}"), "de-DE")
    properties.append(language)
    settings = made.settings.element
    stop = settings.find(qn("w:defaultTabStop"))
    if hyphenate and stop is not None:
        stop.addnext(OxmlElement("w:autoHyphenation"))
    update = OxmlElement("w:updateFields")
    update.set(qn("w:val"), "true")
    settings.find(qn("w:compat")).addprevious(update)
    for mode in settings.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")  # otherwise the file opens in the mode of an old version


def _base(made: Any, font: str, size: float) -> None:
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = font, Pt(size + 0.5)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    fonts = normal.element.rPr.rFonts
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), font)
    foot = made.styles["Footer"]
    foot.font.size, foot.font.color.rgb = Pt(8), QUIET


def _headings(made: Any, font: str, colour: RGBColor) -> None:
    for level, size in _SIZES.items():
        style = made.styles[f"Heading {level}"]
        _font(style, font, size, bold=True, colour=colour)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(16 - 2 * level), Pt(6)
        style.paragraph_format.keep_with_next = True
    _font(made.styles["Title"], font, 30, bold=True, colour=colour)
    for border in made.styles["Title"].element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break
    made.styles["Title"].paragraph_format.space_before = Pt(0)
    _font(made.styles["Subtitle"], font, 15, colour=QUIET)
    _font(made.styles["Caption"], font, 10, bold=True)
    made.styles["Caption"].paragraph_format.keep_with_next = True


def _font(style: Any, font: str, size: float, *, bold: bool = False, colour: RGBColor | None = None) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = font, Pt(size), bold, False
    style.font.color.rgb = colour or RGBColor(0x1A, 0x1A, 0x1A)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), font)


def _own(made: Any, colour: RGBColor) -> None:
    """Our own styles, with German names that an office can alter in one place."""
    for name, size, bold, tone, after, keep in (
        ("Quelle", 8.0, False, QUIET, 8, False), ("Hinweis", 10.5, False, None, 4, False),
        ("Bildtitel", 9.5, True, None, 3, True), ("Bild", 10.0, False, None, 0, True),
        ("Kennzahl", 18.0, True, colour, 0, False), ("Tabellenkopf", 8.5, True, None, 0, True),
        ("Tabellentext", 8.5, False, None, 0, False), ("Abstand", 4.0, False, None, 0, False),
        ("Inhaltstitel", 20.0, True, colour, 8, True), ("toc 1", 10.5, True, None, 2, False),
        ("toc 2", 10.0, False, None, 0, False),
    ):  # fmt: skip
        style = made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("toc"))
        style.base_style = made.styles["Normal"]
        style.font.size, style.font.bold = Pt(size), bold
        if tone is not None:
            style.font.color.rgb = tone
        style.paragraph_format.space_after, style.paragraph_format.keep_with_next = Pt(after), keep
        style.paragraph_format.line_spacing = 1.05
    made.styles["toc 1"].paragraph_format.space_before = Pt(5)
    made.styles["toc 2"].paragraph_format.left_indent = Mm(6)
    for name in ("toc 1", "toc 2"):  # those the word processor itself takes when it renews the contents
        stops = made.styles[name].paragraph_format.tab_stops
        stops.add_tab_stop(Mm(160), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    made.styles["Hinweis"].paragraph_format.left_indent = Mm(5)
    left = f'<w:left w:val="single" w:sz="16" w:space="8" w:color="{colour}"/>'
    bar = f"<w:pBdr {parts.NAMESPACES}>{left}</w:pBdr>"
    made.styles["Hinweis"].element.get_or_add_pPr().insert_element_before(
        parse_xml(bar), "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"
    )
    link = made.styles.add_style("Link", WD_STYLE_TYPE.CHARACTER)
    link.font.underline, link.font.color.rgb = True, colour


def _table_styles(made: Any, colour: str) -> None:
    """A light table: a strong line under the heads, thin ones under the rows."""
    sides = (("top", 25), ("left", 70), ("bottom", 25), ("right", 70))
    inner = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in sides)
    margins = f"<w:tblCellMar>{inner}</w:tblCellMar>"
    for name, ground in (
        ("Tabelle", ""),
        ("Kennzahlen", '<w:tcPr><w:shd w:val="clear" w:fill="EEF3F8"/></w:tcPr>'),
    ):
        lines = "" if ground else (
            '<w:tblBorders><w:bottom w:val="single" w:sz="4" w:color="B8BFC7"/>'
            '<w:insideH w:val="single" w:sz="4" w:color="B8BFC7"/></w:tblBorders>'
        )  # fmt: skip
        head = "" if ground else (
            '<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>'
            f'<w:bottom w:val="single" w:sz="8" w:color="{colour}"/></w:tcBorders></w:tcPr></w:tblStylePr>'
        )  # fmt: skip
        made.styles.element.append(
            parse_xml(
                f'<w:style {parts.NAMESPACES} w:type="table" w:customStyle="1" w:styleId="{name}">'
                f'<w:name w:val="{name}"/><w:basedOn w:val="TableNormal"/><w:qFormat/>'
                f"<w:tblPr>{lines}{margins}</w:tblPr>{ground}{head}</w:style>"
            )
        )


def _properties(made: Any, document: Document) -> None:
    day = datetime(document.made_on.year, document.made_on.month, document.made_on.day)
    core = made.core_properties
    author = document.head[0] if document.head else ""
    core.title, core.subject = parts.clean(document.title)[:255], parts.clean(document.subtitle)[:255]
    core.author = core.last_modified_by = parts.clean(author)[:255]
    core.language = "de-DE"
    core.comments, core.keywords, core.category, core.revision = "", "", "", 1
    core.created = core.modified = day


def same_bytes(made: Any, day: date, files: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The file with fixed times inside; ``files`` take the place of the empty ones of their name."""
    raw, out = io.BytesIO(), io.BytesIO()
    made.save(raw)
    stamp = (max(day.year, 1980), day.month, day.day, 0, 0, 0)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, stamp)
            packed = entry.filename.endswith((".png", ".jpg", ".jpeg"))
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, files.get(entry.filename) or old.read(entry))
    return out.getvalue()
