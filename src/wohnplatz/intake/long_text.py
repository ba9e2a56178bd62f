"""Text tables too long to be held as rows: read block by block, from the file itself."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .cells import Cell
from .delimited import CONTROL, delimiter_of, encoding_of, no_text
from .filetypes import checked_kind
from .findings import UnreadableFileError
from .limits import Limits

BLOCK = 5_000
"""Rows of a block: small enough to stay in the processor's cache while it is turned into columns."""
_PIECE = 1 << 22
_HEAD = 200_000


@dataclass(frozen=True, slots=True)
class LongText:
    """A text table on disk or in memory, its encoding and its delimiter."""

    source: bytes | Path
    encoding: str
    mark: int
    """Length of the byte order mark."""
    delimiter: str
    size: int
    limits: Limits

    def blocks(self) -> Iterator[tuple[int, list[list[Cell]], int]]:
        """Blocks of rows: 1-based number of the first one, the rows, and the bytes read so far.

        ``UnreadableFileError`` on an open quotation mark and on more rows than the limits allow.
        """
        with closing(_opened(self.source)) as raw:
            raw.seek(self.mark)
            text = io.TextIOWrapper(raw, encoding=self.encoding, newline="")
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            first, rows = 1, list[list[Cell]]()
            try:
                for row in reader:
                    rows.append(row)  # type: ignore[arg-type]  # texts are cells; a copy would cost seconds
                    if len(rows) == BLOCK:
                        self.limits.require_rows(first + len(rows) - 1)
                        yield first, rows, raw.tell()
                        first, rows = first + len(rows), []
            except csv.Error as error:
                raise UnreadableFileError("intake.broken_quote", row=str(first + len(rows))) from error
            self.limits.require_rows(first + len(rows) - 1)
            if rows:
                yield first, rows, self.size


def size_of(source: bytes | Path) -> int:
    """Bytes of a file."""
    return source.stat().st_size if isinstance(source, Path) else len(source)


def head_of(source: bytes | Path, size: int) -> bytes:
    """The first bytes of a file."""
    with closing(_opened(source)) as raw:
        return raw.read(size)


def open_long(source: bytes | Path, filename: str, limits: Limits) -> LongText:
    """Look through the whole file once: is it text, in which encoding, cut by which delimiter.

    ``UnreadableFileError`` where it is no text, its name misleads, or it is larger than allowed.
    """
    limits.require_long_size(size_of(source))
    head = head_of(source, _HEAD)
    checked_kind(head, filename)
    mark, encoding = encoding_of(head)
    if not mark and encoding in {"utf-8", "cp1252"}:
        encoding = "utf-8" if _is_text(source, mark, "utf-8") else "cp1252"
    if not _is_text(source, mark, encoding):
        raise UnreadableFileError("intake.encoding")
    start = codecs.getincrementaldecoder(encoding)("ignore").decode(head[mark:])
    return LongText(source, encoding, mark, delimiter_of(start), size_of(source), limits)


def _is_text(source: bytes | Path, mark: int, encoding: str) -> bool:
    """Whether the whole file can be decoded. ``UnreadableFileError`` where it holds control characters."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with closing(_opened(source)) as raw:
        raw.seek(mark)
        try:
            while piece := raw.read(_PIECE):
                if CONTROL.search(decoder.decode(piece)):
                    raise no_text()
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _opened(source: bytes | Path) -> BinaryIO:
    return source.open("rb") if isinstance(source, Path) else io.BytesIO(source)
