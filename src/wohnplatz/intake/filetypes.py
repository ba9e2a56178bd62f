"""Which kind of file it is: by its name, and by its first bytes."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from pathlib import PurePath

from .findings import UnreadableFileError

BROKEN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, ValueError, KeyError,
    OverflowError, RuntimeError, NotImplementedError,
)  # fmt: skip
"""What the library for ZIP archives raises on a damaged one."""

READABLE = {
    "csv": "eine CSV-Datei",
    "xlsx": "eine Excel-Arbeitsmappe (XLSX)",
    "xls": "eine Excel-Arbeitsmappe im alten Format (XLS)",
    "ods": "eine OpenDocument-Tabelle (ODS)",
}

WITH_MACROS = frozenset({"xlsm", "xltm", "xlam"})

EXTENSIONS = {"csv": "csv", "txt": "csv", "tsv": "csv", "xlsx": "xlsx", "xls": "xls", "ods": "ods"}

OTHERS = {
    "pdf": "ein PDF-Dokument",
    "docx": "ein Word-Dokument",
    "doc": "ein Word-Dokument im alten Format",
    "pptx": "eine PowerPoint-Präsentation",
    "odt": "ein OpenDocument-Text",
    "xlsb": "eine Excel-Binärarbeitsmappe (XLSB)",
    "zip": "ein ZIP-Archiv",
    "ole": "ein Office-Dokument im alten Format",
    "html": "eine Internetseite (HTML)",
    "xml": "eine XML-Datei",
    "rtf": "ein RTF-Dokument",
    "image": "ein Bild",
    "gzip": "ein gepacktes Archiv",
    "database": "eine Datenbankdatei",
    "binary": "keine Tabelle in Textform",
}

_MAGIC = {
    b"%PDF": "pdf", b"{\\rtf": "rtf", b"\x89PNG": "image", b"\xff\xd8\xff": "image", b"GIF8": "image",
    b"\x1f\x8b": "gzip", b"7z\xbc\xaf": "gzip", b"Rar!": "gzip", b"SQLite format 3": "database",
    b"PAR1": "database",
}  # fmt: skip

_UNSAFE_NAME = re.compile(r"[/\\\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Paths, control characters, and marks that turn the direction of writing and so hide the real ending."""

_ZIP_PARTS = {
    "xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
}  # fmt: skip

_OLE_STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls"}

_FILEPASS = re.compile(
    rb"\x09\x08(?:\x10\x00\x00\x06\x05\x00.{12}|\x08\x00\x00\x05\x05\x00.{4})(?:\x86\x00\x00\x00)?\x2f\x00",
    re.DOTALL,
)
"""The record FilePass behind the first one of an old workbook (MS-XLS 2.4.117). The reader of workbooks takes
the weakest of the old encryptions for none and would read garbled values."""

_MACRO_STORAGES = ("_VBA_PROJECT_CUR", "_VBA_PROJECT")

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def file_kind(data: bytes) -> str:
    """Kind of a file by its content: a key of ``READABLE`` or ``OTHERS``; text of any sort is ``csv``.

    Raises ``UnreadableFileError`` for encrypted files and broken archives.
    """
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data)
    if data.startswith(OLE_MAGIC):
        return _ole_kind(data)
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        return "html"
    return "xml" if head.startswith(b"<?xml") else "csv"


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            mimetype = archive.open("mimetype").read(100) if "mimetype" in names else b""
    except BROKEN_ARCHIVE as error:
        raise UnreadableFileError("intake.broken_file") from error
    for part, kind in _ZIP_PARTS.items():
        if part in names:
            return kind
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    return "odt" if b"opendocument" in mimetype else "zip"


def _ole_kind(data: bytes) -> str:
    if _has_entry(data, "EncryptedPackage") or _FILEPASS.search(data):
        raise UnreadableFileError("intake.encrypted")
    kind = next((kind for stream, kind in _OLE_STREAMS.items() if _has_entry(data, stream)), "ole")
    macros = next((name for name in _MACRO_STORAGES if _has_entry(data, name)), None)
    if kind == "xls" and macros:
        raise UnreadableFileError("intake.macros", found=f"„{macros}“")
    return kind


def _has_entry(data: bytes, name: str) -> bool:
    """Whether the directory of a compound file names a stream or storage so.

    Entries are 128 bytes long and aligned; the length of the name with its end stands at byte 64 of each
    (MS-CFB 2.6.1). A cell that only speaks of the name is no entry.
    """
    encoded = name.encode("utf-16-le")
    length = struct.pack("<H", len(encoded) + 2)
    at = data.find(encoded)
    while at >= 0:
        if at % 128 == 0 and data[at + 64 : at + 66] == length:
            return True
        at = data.find(encoded, at + 2)
    return False


def checked_kind(data: bytes, filename: str) -> str:
    """The kind of a readable file; ``UnreadableFileError`` where it is none or its name says otherwise."""
    if _UNSAFE_NAME.search(filename):
        raise UnreadableFileError("intake.unsafe_name")
    extension = PurePath(filename).suffix.lstrip(".").lower()
    if extension in WITH_MACROS:
        raise UnreadableFileError("intake.macros", found=f"Endung „.{extension}“")
    expected = EXTENSIONS.get(extension)
    if expected is None:
        found = f"„.{extension}“" if extension.isalnum() else "ein Dateiname ohne Endung"
        raise UnreadableFileError("intake.unsupported_type", found=found)
    kind = file_kind(data)
    if kind != expected:
        found = READABLE.get(kind) or OTHERS[kind]
        found = "eine Textdatei" if kind == "csv" else found
        raise UnreadableFileError("intake.wrong_type", found=found, expected=READABLE[expected])
    return kind
