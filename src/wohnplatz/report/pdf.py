"""A document as PDF/UA-1: tagged, with a title, in German, with heads of rows and of columns."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pikepdf

from wohnplatz.charts.raster import FONTS
from wohnplatz.model import WohnplatzError

from . import photos
from .blocks import Block, Document, Notice, Photo, Picture, SideBySide, Table, size_of, walk
from .letters import printable
from .typeset import MAIN, typeset

_TEMPLATE = Path(__file__).with_name("document.typ")
MANY = 60
"""More pictures than this are set in a process of their own."""
FIRST_COLUMN = 1.8
"""How much wider the first column of a table is where no widths are given."""


def pdf(document: Document) -> bytes:
    """The document as PDF/UA-1 and PDF/A-2a. The same document gives the same bytes.

    Texts are handed over as data and cannot become markup; letters that the typeface does not have, which the
    standards refuse, are question marks. WohnplatzError where the fonts were not set up;
    ``typst.TypstError`` where a picture is no SVG.
    """
    job = {
        "format": "pdf", "font_paths": [str(_fonts())], "pdf_standards": ["ua-1", "a-2a"], "timestamp": 0,
    }  # fmt: skip
    pictures = sum(isinstance(b, Picture) for b in walk(document.blocks))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / MAIN).write_bytes(_TEMPLATE.read_bytes())
        data = printable(json.dumps(_data(document, folder), ensure_ascii=False))
        (raw,) = typeset(folder, job, data, apart=pictures > MANY)
    return _with_row_heads(raw)


def _data(document: Document, folder: Path) -> dict[str, Any]:
    """The document as plain data; pictures are written into ``folder`` as files: they may be many MB."""
    made, look = document.made_on, document.look
    logo = _file(look.logo, folder) if look.logo else ""
    return {
        "title": document.title, "subtitle": document.subtitle, "head": document.head, "foot": document.foot,
        "author": document.head[0] if document.head else "", "contents": document.contents,
        "blocks": [_plain(b, folder) for b in document.blocks], "imprint": document.imprint,
        "look": {
            "colour": look.colour, "font": look.font, "size": look.size, "hyphenate": look.hyphenate,
            "logo": logo, "logo_alternative": look.logo_alternative,
        },
        "year": made.year, "month": made.month, "day": made.day,
    }  # fmt: skip


def _file(data: bytes, folder: Path) -> str:
    """The name of a file with ``data``; its kind is read off its head."""
    name = f"{hashlib.sha256(data).hexdigest()[:24]}.{photos.kind_of(data) or 'svg'}"
    (folder / name).write_bytes(data)
    return name


@lru_cache(maxsize=1)
def _fonts() -> Path:
    if not any(FONTS.glob("*.ttf")):
        raise WohnplatzError(
            "Das Dokument lässt sich nicht als PDF ausgeben: Die Schrift ist nicht eingerichtet.",
            todo="Bitte bin/setup aufrufen lassen.",
            code="report.fonts",
        )
    return FONTS


def _plain(block: Block, folder: Path) -> dict[str, Any]:
    kind = type(block).__name__
    match block:
        case SideBySide():
            left, right = ([_plain(b, folder) for b in part] for part in (block.left, block.right))
            return {"kind": kind, "share": block.share, "left": left, "right": right}
        case Notice():
            return {"kind": kind, "label": block.label, "blocks": [_plain(b, folder) for b in block.blocks]}
        case Photo():
            shown = {
                "title": "",
                "height": 0,
                "ratio": 0,
                "alternative": block.alternative,
                "caption": block.caption,
            }
            return {"kind": "Picture", "file": _file(block.data, folder), **shown}
        case Picture():
            names = ("alternative", "caption", "height", "title")
            size, file = size_of(block.svg), _file(printable(block.svg).encode(), folder)
            ratio = size[0] / size[1] if size else 0
            return {"kind": kind, "file": file, "ratio": ratio, **{n: getattr(block, n) for n in names}}
        case _:
            plain = {"kind": kind, **_value(block)}
            if isinstance(block, Table) and not block.widths:
                plain["widths"] = [FIRST_COLUMN, *(1.0 for _ in block.header[1:])]
            return plain


def _value(value: Any) -> Any:
    """Tuples and what they hold as plain data."""
    if isinstance(value, tuple):
        return [_value(v) for v in value]
    if is_dataclass(value):
        return {f.name: _value(getattr(value, f.name)) for f in fields(value)}
    return value


def _with_row_heads(data: bytes) -> bytes:
    """Make the first cell of each body row a head of its row; the typesetter tags heads of columns only."""
    with pikepdf.open(io.BytesIO(data)) as file:
        root = file.Root.get("/StructTreeRoot")
        for row in _rows(root, inside_body=False):
            cells = row.get("/K")
            if isinstance(cells, pikepdf.Array) and len(cells) > 1 and cells[0].get("/S") == pikepdf.Name.TD:
                cells[0].S = pikepdf.Name.TH
                cells[0].A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
        _clear_ends(file)
        out = io.BytesIO()
        file.save(out, deterministic_id=True)
    return out.getvalue()


_WITHOUT_TABLES = frozenset({"/P", "/Span", "/Link", "/Caption", "/Title", "/TOC", "/THead", "/L"})
"""Elements of text; a figure is none of them, because it may hold a table."""


def _clear_ends(file: pikepdf.Pdf) -> None:
    """Put a line feed behind packed data that ends with a carriage return.

    Before the line feed of ``endstream`` it looks like the end of a line, and a validator of archives then
    counts one byte less than the length says. The last byte is part of a check sum, so no other packing
    would alter it; unpacking ends with the check sum and does not read on.
    """
    for item in file.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Filter") == pikepdf.Name.FlateDecode:
            raw = item.read_raw_bytes()
            if raw.endswith(b"\r"):
                parameters: Any = item.get("/DecodeParms")
                item.write(raw + b"\n", filter=pikepdf.Name.FlateDecode, decode_parms=parameters)


def _rows(node: Any, inside_body: bool) -> Iterator[Any]:
    """Rows of the bodies of tables; what cannot hold a table is not looked into, for every look costs."""
    for kid in _kids(node):
        kind = str(kid.S)
        if kind == "/TR" and inside_body:
            yield kid
        elif kind not in _WITHOUT_TABLES:
            yield from _rows(kid, inside_body or kind == "/TBody")


def _kids(node: Any) -> list[Any]:
    """Structure elements directly below a node; marked content is left out."""
    kids = node.get("/K") if node is not None else None
    listed = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return [k for k in listed if isinstance(k, pikepdf.Dictionary) and "/S" in k]
