"""Looks into a packed workbook before it is opened: what it holds, what it asks for, what failed in it.

The reader of workbooks allocates the whole rectangle between the first and the last cell, and unpacks what
it is told to unpack. A small file can ask for more memory than the server has: its demands are checked here.
What a table of figures does not need and an attack does (macros, document types with entities, names that
lead elsewhere, sizes that lie) is refused here too. Archives inside the archive are never unpacked.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from wohnplatz.text import number

from .filetypes import BROKEN_ARCHIVE
from .findings import UnreadableFileError, shortened

MAX_UNPACKED = 500_000_000
MAX_RATIO = 200
RATIO_FROM = 20_000_000
"""Below this unpacked size a high compression ratio harms nobody: templates are repetitive."""
MAX_PARTS = 10_000
MAX_CELLS = 5_000_000
MAX_TEXT = 500_000_000
MAX_REPEATED = 1_048_576
"""Rows of the longest sheet; a table that repeats a row more often was made by no spreadsheet program."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""All that spreadsheets write; other methods have no business here."""
_MACROS = re.compile(r"(?i)(?:^|/)vbaProject\.bin$|^xl/macrosheets/|^Basic/|^Scripts/|^xl/vbaData\.xml$")
_LEADS_ELSEWHERE = re.compile(r"^/|^[A-Za-z]:|\\|(?:^|/)\.\.(?:/|$)|[\x00-\x1f]")
_MANIFEST = "META-INF/manifest.xml"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")

_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["']([0-9]{1,18})""")

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


@dataclass(slots=True)
class _Seen:
    """What is kept of the parts of a workbook while they are looked at one after the other."""

    sheets: dict[str, SheetNotes]
    workbook: bytes = b""
    relations: bytes = b""
    longest_text: int = 0
    uses_of_texts: int = 0


def inspect_xlsx(data: bytes) -> list[SheetNotes]:
    """Check a XLSX file's demands; notes on its worksheets in the workbook's order.

    Raises ``UnreadableFileError`` where it is broken, encrypted, asks for too much or holds what is refused.
    """
    seen = _Seen({})
    for name, content in _parts(data):
        _look_at(name, content, seen)
    _check_shared_strings(seen)
    nothing = SheetNotes({})
    return [seen.sheets.get(name.lower(), nothing) for name in _sheet_parts(seen)]


def check_sizes(data: bytes) -> None:
    """Check an OpenDocument table the same way, without keeping anything; raises as ``inspect_xlsx`` does."""
    for name, content in _parts(data):
        encrypted = name == "encrypted-package" or (name == _MANIFEST and b"encryption-data" in content)
        if encrypted:
            raise UnreadableFileError("intake.encrypted")
        repeats = [int(digits) for digits in _REPEATED.findall(content)] if name == "content.xml" else []
        if max(repeats, default=0) > MAX_REPEATED:
            raise _too_large(max(repeats))


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each part, after names, sizes and kinds have been checked; one at a time."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _check_names(infos)
            _check_sizes(infos)
            for info in infos:
                content = _unpacked(archive, info)
                _check_markup(info.filename, content)
                yield info.filename, content
    except BROKEN_ARCHIVE as error:
        raise UnreadableFileError("intake.broken_file") from error


def _check_names(infos: list[zipfile.ZipInfo]) -> None:
    names = [info.filename for info in infos]
    if len(names) > MAX_PARTS:
        raise UnreadableFileError(
            "intake.too_large", found=f"{number(len(names))} Teile", limit=f"{number(MAX_PARTS)} Teile"
        )
    macros = next((name for name in names if _MACROS.search(name)), None)
    if macros:
        raise UnreadableFileError("intake.macros", found=f"„{shortened(macros)}“")
    # The original name too: the library cuts a name at a zero byte, others may not.
    odd = next((n for i in infos for n in (i.orig_filename, i.filename) if _LEADS_ELSEWHERE.search(n)), None)
    if odd:
        raise UnreadableFileError("intake.unsafe_archive", found=f"der Name „{shortened(odd)}“")
    folded = [name.lower() for name in names]
    if len(set(folded)) < len(folded):
        raise UnreadableFileError("intake.unsafe_archive", found="zwei Teile mit demselben Namen")


def _check_sizes(infos: list[zipfile.ZipInfo]) -> None:
    if any(info.flag_bits & 1 for info in infos):
        raise UnreadableFileError("intake.encrypted")
    if any(info.compress_type not in _METHODS for info in infos):
        raise UnreadableFileError("intake.broken_file")
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1)):
        found = f"ausgepackt {number(unpacked / 1e6)} MB"
        limit = f"{number(MAX_UNPACKED / 1e6)} MB und das {MAX_RATIO}-Fache der Dateigröße"
        raise UnreadableFileError("intake.too_large", found=found, limit=limit)


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The content of a part, of exactly the size it states: the reader of workbooks would believe more."""
    patient = copy.copy(info)
    patient.file_size += 1  # one byte more than stated is asked for: there must be none
    with archive.open(patient) as part:
        content = part.read()
    if len(content) != info.file_size:
        raise UnreadableFileError("intake.unsafe_archive", found="eine falsche Größenangabe")
    return content


def _check_markup(name: str, content: bytes) -> None:
    """Refuse document types, which can name entities that grow without end or read other files."""
    plain = content.replace(b"\0", b"") if content[:2] in _UTF_16 else content
    # OpenOffice wrote a document type without entities into the manifest, which nobody here parses.
    if b"<!ENTITY" in plain or (b"<!DOCTYPE" in plain and name != _MANIFEST):
        raise UnreadableFileError("intake.xml_entities")


def _look_at(name: str, content: bytes, seen: _Seen) -> None:
    folded = name.lower()
    if content[:2] in _UTF_16 and folded.startswith("xl/"):
        raise UnreadableFileError("intake.broken_file")  # not UTF-8: the checks below would see nothing
    if folded == "xl/workbook.xml":
        seen.workbook = content
    elif folded == "xl/_rels/workbook.xml.rels":
        seen.relations = content
    elif b"sheetData" in content:  # wherever it lies and whatever it is called, it may be opened as a sheet
        seen.sheets[folded] = _inspect_sheet(content)
        seen.uses_of_texts += content.count(b't="s"')
    elif b"</si>" in content:
        texts = (len(part) for part in content.split(b"</si>"))
        seen.longest_text = max(seen.longest_text, *texts)


def _check_shared_strings(seen: _Seen) -> None:
    """A long text that many cells share is copied for each of them."""
    size = seen.longest_text * seen.uses_of_texts
    if size > MAX_TEXT:
        found, limit = f"{number(size / 1e6)} MB Text", f"{number(MAX_TEXT / 1e6)} MB Text"
        raise UnreadableFileError("intake.too_large", found=found, limit=limit)


def _sheet_parts(seen: _Seen) -> list[str]:
    """Names of the worksheets' parts in the order of the workbook."""
    relations = (_attributes(tag) for tag in _RELATION.findall(seen.relations))
    targets = {r.get("Id", ""): r.get("Target", "") for r in relations}
    ids = [
        next((value for name, value in _attributes(tag).items() if name.endswith(":id")), "")
        for tag in _SHEET.findall(seen.workbook)
    ]
    return [_part_name(targets.get(key, "")) for key in ids]


def _part_name(target: str) -> str:
    plain = target.removeprefix("/")
    return plain if plain != target or plain.startswith("xl/") else f"xl/{plain}"


def _attributes(tag: bytes) -> dict[str, str]:
    return {k.decode("latin-1"): v.decode("latin-1") for k, v in _ATTRIBUTE.findall(tag)}


def _inspect_sheet(xml: bytes) -> SheetNotes:
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
