"""Which kind of file it is: by its name, and by its first bytes."""

from __future__ import annotations

import io
import lzma
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

_ZIP_PARTS = {
    "xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
}  # fmt: skip

_OLE_STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls"}

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
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFileError("intake.encrypted")
    for stream, kind in _OLE_STREAMS.items():
        if stream.encode("utf-16-le") in data:
            return kind
    return "ole"


def checked_kind(data: bytes, filename: str) -> str:
    """The kind of a readable file; ``UnreadableFileError`` where it is none or its name says otherwise."""
    extension = PurePath(filename).suffix.lstrip(".").lower()
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
