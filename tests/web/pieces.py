"""What any file says in words: headings, lines and rows of tables, with nothing known of how it was made.

Read are texts, alternative texts, titles and attributes of pages and pictures, the tagged structure, the
outline and the metadata of a PDF, all parts of a DOCX or XLSX, the text chunks of a PNG, the members of an
archive. What a PNG shows in dots is not read.
"""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import lxml.etree
import lxml.html
import pikepdf
from python_calamine import CalamineWorkbook

from wohnplatz.report.pdf_text import marked_words


class Heading(NamedTuple):
    """What stands above everything until the next heading of its level."""

    words: str
    level: int


class Line(NamedTuple):
    """A paragraph, an entry, an alternative text."""

    words: str


class Row(NamedTuple):
    """A row of a table with the heads of its columns and the table's caption."""

    cells: tuple[str, ...]
    heads: tuple[str, ...]
    caption: str


Piece = Heading | Line | Row
SPEAKING = ("title", "alt", "aria-label", "aria-description", "content", "value", "placeholder", "summary")
INLINE = frozenset({"a", "abbr", "b", "em", "i", "q", "s", "small", "span", "strong", "sub", "sup", "time"})
INLINE |= {"bdi", "br", "cite", "code", "data", "dfn", "kbd", "mark", "tspan", "u", "var", "wbr"}
"""Elements whose text belongs to that around them."""
PLAIN_CHUNKS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"bKGD", b"sBIT"}
)
SPACES = re.compile(r"[\s\xa0]+")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
HYPHEN = re.compile(r"(?<=\w) - (?=[a-zäöüß])")
"""Where a PDF breaks a word."""


def pieces(name: str, data: bytes) -> Iterator[Piece]:
    """Everything a file says, by the ending of its name; a file of another kind is read as text."""
    yield Line(PurePosixPath(name).name)
    match PurePosixPath(name).suffix.lower():
        case ".html" | ".htm":
            yield from _page(data)
        case ".svg":
            yield from _drawing(data)
        case ".pdf":
            yield from _pdf(data)
        case ".docx" | ".zip":
            yield from _archive(data)
        case ".xlsx":
            yield from _workbook(data)
        case ".csv":
            text = data.decode("utf-8-sig")
            yield from _table(list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ",")))
        case ".json" | ".geojson":
            yield from _json(json.loads(data))
        case ".png":
            yield from _png(data)
        case ".css" | ".woff2" | ".woff" | ".ttf":
            return
        case ".jpg" | ".jpeg":
            return
        case _:
            yield from (Line(line) for line in data.decode(errors="replace").splitlines())


def _clean(words: str) -> str:
    return SPACES.sub(" ", words.replace("\xad", "")).strip()


def _page(data: bytes) -> Iterator[Piece]:
    if data.strip():
        root = lxml.html.document_fromstring(data.decode())
        yield from _element(root)


def _drawing(data: bytes) -> Iterator[Piece]:
    root = lxml.etree.fromstring(data)
    for node in root.iter():
        if isinstance(node.tag, str):
            node.tag = lxml.etree.QName(node).localname
    yield from _element(root)


def _element(node: Any) -> Iterator[Piece]:
    """Pieces of a page in their order; text of inline elements belongs to the block around them."""
    gathered: list[str] = []

    def flush() -> Iterator[Piece]:
        words = _clean(" ".join(gathered))
        gathered.clear()
        if words:
            yield Line(words)

    def go(element: Any) -> Iterator[Piece]:
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in {"style", ""}:
            return
        block = tag not in INLINE
        if block:
            yield from flush()
        yield from _attributes(element)
        whole = _whole(element, tag)
        if whole is not None:
            yield from whole
            return
        gathered.append(element.text or "")
        for child in element:
            yield from go(child)
            gathered.append(child.tail or "")
        if block:
            yield from flush()

    yield from go(node)
    yield from flush()


def _attributes(element: Any) -> Iterator[Piece]:
    for key, words in element.attrib.items():
        if key in SPEAKING or (key.startswith("data-") and key != "data-figure"):
            yield Line(_clean(words))


def _whole(element: Any, tag: str) -> Iterable[Piece] | None:
    """A table or a heading; None for an element that is no more than what stands in it."""
    if tag == "table":
        return _html_table(element)
    if re.fullmatch("h[1-6]", tag):
        return [Heading(_said_by(element), int(tag[1]))]
    parent = element.getparent()
    if tag == "title" and parent is not None and parent.tag in {"head", "svg"}:
        return [Heading(_said_by(element), 0 if parent.tag == "head" else 7)]
    return None


def _said_by(element: Any) -> str:
    """The text in an element, each part by itself: what stands side by side need not be one number."""
    return _clean(" ".join(element.itertext()))


def _html_table(table: Any) -> Iterator[Piece]:
    caption = _clean(" ".join(_said_by(c) for c in table.iter("caption")))
    rows = [[_said_by(cell) for cell in row if cell.tag in {"th", "td"}] for row in table.iter("tr")]
    yield from _table(rows, caption)
    for inner in table.iterdescendants():
        yield from _attributes(inner)


def _table(rows: Sequence[Sequence[object]], caption: str = "") -> Iterator[Piece]:
    """Rows under the last row that has no number, as long as no other row stands before it."""
    heads: tuple[str, ...] = ()
    about = caption
    for row in rows:
        cells = tuple(_clean(str(c)) for c in row)
        filled = [c for c in cells if c]
        if len(filled) == 1 and len(cells) > 1:
            about = f"{about} {filled[0]}" if len(about) < 500 else filled[0]
            yield Line(filled[0])
            continue
        if not heads and filled:
            heads = cells
        yield Row(cells, heads, about)


def _pdf(data: bytes) -> Iterator[Piece]:
    with pikepdf.open(io.BytesIO(data)) as file:
        for key, value in file.docinfo.items():
            yield Line(f"{key} {value}")
        with file.open_metadata() as meta:
            yield from (Line(str(value)) for value in meta.values())
        with file.open_outline() as outline:
            yield from _outline(outline.root)
        yield from (Line(name) for name in file.attachments)
        words: dict[tuple[tuple[int, int], int], list[str]] = {}
        for page in file.pages:
            for mark, word in marked_words(page.obj):
                words.setdefault((page.obj.objgen, mark), []).append(word)
            for note in page.obj.get("/Annots", []):
                yield from (Line(str(note[key])) for key in ("/Contents", "/TU") if key in note)
                if "/A" in note and "/URI" in note.A:
                    yield Line(str(note.A.URI))
        yield from (Line(_clean("".join(w))) for (_, mark), w in words.items() if mark < 0)
        said = {place: "".join(w) for place, w in words.items()}
        yield from _tagged(file.Root.StructTreeRoot, said, None)


def _outline(items: Iterable[Any]) -> Iterator[Piece]:
    for item in items:
        yield Line(str(item.title))
        yield from _outline(item.children)


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _said(element: Any, said: dict[Any, str], page: Any) -> str:
    """The text of an element with everything in it."""
    page = element.get("/Pg", page)
    parts = []
    for kid in _kids(element):
        if isinstance(kid, int):
            parts.append(said.get((page.objgen, kid), ""))
        elif "/MCID" in kid:
            parts.append(said.get((kid.get("/Pg", page).objgen, int(kid.MCID)), ""))
        elif kid.get("/Type") != "/OBJR":
            parts.append(_said(kid, said, page))
    return _clean(HYPHEN.sub("", _clean(" ".join(parts))))


def _tagged(element: Any, said: dict[Any, str], page: Any) -> Iterator[Piece]:
    kind = str(element.get("/S", ""))
    page = element.get("/Pg", page)
    for key in ("/Alt", "/ActualText", "/E"):
        if key in element:
            yield Line(_clean(str(element[key])))
    if re.fullmatch("/H[1-6]", kind):
        yield Heading(_said(element, said, page), int(kind[2]))
    elif kind == "/Table":
        rows: list[list[str]] = []
        for row in _of_kind(element, "/TR"):
            rows.append([_said(c, said, page) for c in _kids(row) if c.get("/S") in {"/TH", "/TD"}])
        caption = " ".join(_said(c, said, page) for c in _of_kind(element, "/Caption"))
        yield from _table(rows, caption)
    elif any(isinstance(k, int) or "/MCID" in k for k in _kids(element)):
        yield Line(_said(element, said, page))
    else:
        for kid in _kids(element):
            if not isinstance(kid, int) and kid.get("/Type") != "/OBJR":
                yield from _tagged(kid, said, page)


def _of_kind(element: Any, kind: str) -> Iterator[Any]:
    for kid in _kids(element):
        if not isinstance(kid, int) and "/S" in kid:
            if str(kid.S) == kind:
                yield kid
            else:
                yield from _of_kind(kid, kind)


def _archive(data: bytes) -> Iterator[Piece]:
    """The members of an archive; of a DOCX its text as tables and paragraphs, of other XML all it says."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            inner = file.read(name)
            if name.startswith("word/") and name.endswith(".xml"):
                yield from _word(lxml.etree.fromstring(inner))
            elif name.endswith((".xml", ".rels")):
                yield from _spoken(lxml.etree.fromstring(inner))
            else:
                yield from pieces(name, inner)


def _spoken(root: Any) -> Iterator[Piece]:
    """Every text and every attribute of an XML part."""
    for node in root.iter():
        if isinstance(node.tag, str):
            yield from (Line(_clean(words)) for words in (node.text or "", *node.attrib.values()) if words)


def _word(root: Any) -> Iterator[Piece]:
    def local(node: Any) -> str:
        return lxml.etree.QName(node).localname if isinstance(node.tag, str) else ""

    def words(node: Any) -> str:
        shown = {"t": lambda n: n.text or "", "tab": lambda _: " ", "br": lambda _: " "}
        return _clean("".join(shown[local(n)](n) if local(n) in shown else "" for n in node.iter()))

    def go(node: Any) -> Iterator[Piece]:
        kind = local(node)
        for key, value in node.attrib.items():
            if lxml.etree.QName(key).localname in {"descr", "title", "alias", "instrText"}:
                yield Line(_clean(value))
        if kind == "tbl":
            rows = [[words(c) for c in row if local(c) == "tc"] for row in node.iter() if local(row) == "tr"]
            yield from _table(rows)
            for inner in node.iter():
                if local(inner) == "docPr":
                    yield from (Line(_clean(v)) for v in inner.attrib.values())
            return
        if kind == "p":
            style = next((v for n in node.iter() if local(n) == "pStyle" for v in n.attrib.values()), "")
            level = re.search(r"(?:Heading|berschrift)\s*(\d)", style)
            yield Heading(words(node), int(level[1])) if level else Line(words(node))
        for child in node:
            if kind != "p" or local(child) not in {"t"}:
                yield from go(child)

    yield from go(root)


def _workbook(data: bytes) -> Iterator[Piece]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        yield Heading(name, 1)
        rows = book.get_sheet_by_name(name).to_python()
        yield from _table([[_written(c) for c in row] for row in rows])
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for part in file.namelist():
            if part.startswith(("docProps/", "xl/comments", "xl/charts", "xl/drawings", "xl/workbook")):
                yield from _spoken(lxml.etree.fromstring(file.read(part)))
            elif not part.endswith((".xml", ".rels")):
                yield from pieces(part, file.read(part))


def _written(cell: object) -> object:
    """A cell's number as a page would print it, whole where it is whole."""
    if isinstance(cell, float):
        return (str(int(cell)) if cell == int(cell) else repr(cell)).replace(".", ",")
    return cell


def _json(made: Any, about: tuple[str, ...] = (), years: Mapping[str, int] | None = None) -> Iterator[Piece]:
    """An object as a row under its names; a layer says of which year each name is."""
    if isinstance(made, dict):
        years = made.get("jahre", years) or {}
        plain = {k: v for k, v in made.items() if isinstance(v, str | int | float)}
        if plain:
            cells = tuple(_clean(str(_written(v))) for v in plain.values())
            yield Row(cells, tuple(f"{k} {years.get(k, '')}" for k in plain), " ".join(about))
        words = [v for v in plain.values() if isinstance(v, str) and not DAY.match(v)]
        for key, value in made.items():
            if isinstance(value, dict | list) and key not in {"geometry", "coordinates"}:
                yield from _json(value, (*about, str(key), *words), years)
    elif isinstance(made, list):
        for value in made:
            yield from _json(value, about, years)
    elif isinstance(made, str | int | float):
        yield Line(f"{' '.join(about)} {_written(made)}")


def _png(data: bytes) -> Iterator[Piece]:
    """Text chunks and whatever else is neither picture nor colour."""
    at = 8
    while at + 8 <= len(data):
        (size,), kind = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        if kind == b"zTXt":
            body = zlib.decompress(body.partition(b"\0")[2][1:])
        if kind not in PLAIN_CHUNKS:
            yield Line(
                _clean(f"{kind.decode('latin-1')} {body.decode('utf-8', 'replace')}".replace("\0", " "))
            )
        at += 12 + size
