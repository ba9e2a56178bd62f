"""Looks into a packed workbook before it is opened: size, extent, and cells whose formula failed.

The reader of workbooks allocates the whole rectangle between the first and the last cell, and unpacks what
it is told to unpack. A small file can ask for more memory than the server has: its demands are checked here.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from wohnplatz.text import number

from .filetypes import BROKEN_ARCHIVE
from .findings import UnreadableFileError

MAX_UNPACKED = 500_000_000
MAX_RATIO = 200
RATIO_FROM = 20_000_000
"""Below this unpacked size a high compression ratio harms nobody: templates are repetitive."""
MAX_CELLS = 5_000_000
MAX_TEXT = 500_000_000

_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,4})([0-9]{1,8})["']""")
_CELL = re.compile(rb"""<(?:\w+:)?c(?:\s(?:[^>"']|"[^"]*"|'[^']*')*)?>""")
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\br="([A-Z]{1,3})([0-9]{1,7})")[^>]*\bt="e"[^>]*>(?:<(?:\w+:)?f[^>]*/>|"""
    rb"""<(?:\w+:)?f[^>]*>[^<]*</(?:\w+:)?f>)?<(?:\w+:)?v>([^<]{1,20})"""
)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class SheetNotes:
    """What was seen of a worksheet: cells (row, column, both 0-based) whose formula failed, and how."""

    errors: dict[tuple[int, int], str]


def inspect_xlsx(data: bytes) -> list[SheetNotes]:
    """Check a XLSX file's demands; notes on its worksheets in the workbook's order.

    Raises ``UnreadableFileError`` where it is broken, encrypted or asks for too much.
    """
    parts = _unpack(data, "xl/")
    _check_shared_strings(parts)
    return [_inspect_sheet(parts.get(name, b"")) for name in _sheet_parts(parts)]


def check_sizes(data: bytes) -> None:
    """Check how much an archive unpacks to, without unpacking it; raises as ``inspect_xlsx`` does."""
    _unpack(data, None)


def _unpack(data: bytes, prefix: str | None) -> dict[str, bytes]:
    """XML parts whose names start with ``prefix`` (none for None), after the sizes have been checked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _check_sizes(infos)
            wanted = [i for i in infos if prefix is not None and i.filename.startswith(prefix)]
            return {i.filename: archive.read(i) for i in wanted if i.filename.endswith((".xml", ".rels"))}
    except BROKEN_ARCHIVE as error:
        raise UnreadableFileError("intake.broken_file") from error


def _check_sizes(infos: list[zipfile.ZipInfo]) -> None:
    if any(info.flag_bits & 1 for info in infos):
        raise UnreadableFileError("intake.encrypted")
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1)):
        found = f"ausgepackt {number(unpacked / 1e6)} MB"
        limit = f"{number(MAX_UNPACKED / 1e6)} MB und das {MAX_RATIO}-Fache der Dateigröße"
        raise UnreadableFileError("intake.too_large", found=found, limit=limit)


def _check_shared_strings(parts: dict[str, bytes]) -> None:
    """A long text that many cells share is copied for each of them."""
    strings = parts.get("xl/sharedStrings.xml", b"")
    longest = max((len(part) for part in strings.split(b"</si>")), default=0)
    uses = sum(xml.count(b't="s"') for name, xml in parts.items() if name.startswith("xl/worksheets/"))
    if longest * uses > MAX_TEXT:
        found, limit = f"{number(longest * uses / 1e6)} MB Text", f"{number(MAX_TEXT / 1e6)} MB Text"
        raise UnreadableFileError("intake.too_large", found=found, limit=limit)


def _sheet_parts(parts: dict[str, bytes]) -> list[str]:
    """Names of the worksheets' parts in the order of the workbook."""
    relations = (_attributes(tag) for tag in _RELATION.findall(parts.get("xl/_rels/workbook.xml.rels", b"")))
    targets = {r.get("Id", ""): r.get("Target", "") for r in relations}
    ids = [
        next((value for name, value in _attributes(tag).items() if name.endswith(":id")), "")
        for tag in _SHEET.findall(parts.get("xl/workbook.xml", b""))
    ]
    return [_part_name(targets.get(key, "")) for key in ids]


def _part_name(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _attributes(tag: bytes) -> dict[str, str]:
    return {k.decode("latin-1"): v.decode("latin-1") for k, v in _ATTRIBUTE.findall(tag)}


def _inspect_sheet(xml: bytes) -> SheetNotes:
    if b"\0" in xml:
        raise UnreadableFileError("intake.broken_file")  # not UTF-8: the checks below would see nothing
    if _extent(xml) > MAX_CELLS:
        # Formatted empty cells far out are common and harmless: count only the cells that hold something.
        filled = b"".join(tag for tag in _CELL.findall(xml) if not tag.endswith(b"/>"))
        if _extent(filled) > MAX_CELLS:
            raise _too_large(_extent(filled))
    if b't="e"' not in xml:
        return SheetNotes({})
    found = ((c, r, v.decode("latin-1")) for c, r, v in _ERROR.findall(xml))
    return SheetNotes({(int(row) - 1, _column_number(column)): value for column, row, value in found})


def _extent(xml: bytes) -> int:
    """Cells in the rectangle from the first column and row to the last that a cell names."""
    references = _REFERENCE.findall(xml)
    if not references:
        return 0
    columns = {column for column, _ in references}
    rows = {row for _, row in references}
    return (max(map(_column_number, columns)) + 1) * max(map(int, rows))


def _column_number(letters: bytes) -> int:
    """0-based number of a column: A → 0, AA → 26."""
    result = 0
    for letter in letters.upper():
        result = 26 * result + letter - 64
    return result - 1


def _too_large(cells: int) -> UnreadableFileError:
    return UnreadableFileError(
        "intake.too_large", found=f"{number(cells)} Zellen", limit=f"{number(MAX_CELLS)} Zellen"
    )
