"""A document as PDF/UA-1: tagged, with a title, in German, with heads of rows and of columns."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import pikepdf
import typst

from wohnplatz.charts.raster import FONTS
from wohnplatz.model import WohnplatzError

from .blocks import Block, Document, SideBySide, Table

_TEMPLATE = Path(__file__).with_name("document.typ")
FIRST_COLUMN = 1.8
"""How much wider the first column of a table is where no widths are given."""


def pdf(document: Document) -> bytes:
    """The document as PDF/UA-1 and PDF/A-2a. The same document gives the same bytes.

    Texts are handed over as data and cannot become markup. WohnplatzError where the fonts were not set up;
    ``typst.TypstError`` where a picture is no SVG.
    """
    fonts = _fonts()
    made = document.made_on
    data = {
        "title": document.title, "subtitle": document.subtitle, "head": document.head, "foot": document.foot,
        "author": document.head[0] if document.head else "", "blocks": [_plain(b) for b in document.blocks],
        "year": made.year, "month": made.month, "day": made.day,
    }  # fmt: skip
    raw = typst.compile(
        _TEMPLATE,
        format="pdf",
        root=_TEMPLATE.parent,
        font_paths=[fonts],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=0,
    )
    return _with_row_heads(bytes(raw))


@lru_cache(maxsize=1)
def _fonts() -> Path:
    if not any(FONTS.glob("*.ttf")):
        raise WohnplatzError(
            "Das Dokument lässt sich nicht als PDF ausgeben: Die Schrift ist nicht eingerichtet.",
            todo="Bitte bin/setup aufrufen lassen.",
            code="report.fonts",
        )
    return FONTS


def _plain(block: Block) -> dict[str, Any]:
    if isinstance(block, SideBySide):
        return {
            "kind": "SideBySide", "share": block.share,
            "left": [_plain(b) for b in block.left], "right": [_plain(b) for b in block.right],
        }  # fmt: skip
    plain = {"kind": type(block).__name__, **asdict(block)}
    if isinstance(block, Table) and not block.widths:
        plain["widths"] = [FIRST_COLUMN, *(1.0 for _ in block.header[1:])]
    return plain


def _with_row_heads(data: bytes) -> bytes:
    """Make the first cell of each body row a head of its row; the typesetter tags heads of columns only."""
    with pikepdf.open(io.BytesIO(data)) as file:
        root = file.Root.get("/StructTreeRoot")
        for row in _rows(root, inside_body=False):
            cells = [k for k in _kids(row) if str(k.get("/S", "")) in {"/TD", "/TH"}]
            if len(cells) > 1 and str(cells[0].get("/S")) == "/TD":
                cells[0].S = pikepdf.Name.TH
                cells[0].A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
        out = io.BytesIO()
        file.save(out, deterministic_id=True)
    return out.getvalue()


def _rows(node: Any, inside_body: bool) -> Iterator[Any]:
    for kid in _kids(node):
        kind = str(kid.get("/S", ""))
        if kind == "/TR" and inside_body:
            yield kid
        else:
            yield from _rows(kid, inside_body or kind == "/TBody")


def _kids(node: Any) -> list[Any]:
    """Structure elements directly below a node; marked content is left out."""
    kids = node.get("/K") if node is not None else None
    listed = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return [k for k in listed if isinstance(k, pikepdf.Dictionary) and "/S" in k]
